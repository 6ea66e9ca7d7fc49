CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('key_check', X'240352136F2FF8C7C11C27AAB9968D3BFEC5B8DB2650C8507E3B8281F21DEA6F');
INSERT INTO meta (name, value) VALUES ('policy_changed', 1);
INSERT INTO meta (name, value) VALUES ('stirs', 20);
CREATE TABLE journal (
    seq            INTEGER PRIMARY KEY,
    ts             INTEGER NOT NULL,
    type           TEXT NOT NULL,
    tenant         TEXT,
    correlation_id BLOB,
    session        BLOB,
    principal      TEXT,
    tool           TEXT,
    verdict        TEXT,
    tier           INTEGER,
    approval       BLOB,
    meta           TEXT,
    meta_digest    BLOB NOT NULL,
    salt           BLOB,
    body           BLOB,
    body_digest    TEXT GENERATED ALWAYS AS (meta ->> '$.body_digest') VIRTUAL,
    prev           BLOB NOT NULL,
    hash           BLOB NOT NULL
) STRICT;
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA3877E6A714D13FFF23B22A', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa38-77e6-a714-d13fff23b22a","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B141E85A10A931DA722828BAC4DE2A40889E6EA001F28A8D9803AABE6A42F405', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'47154AA340B3246F305CD0471BA9A3A10AE80C2C1B4AD81D348677EF9C473124');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA5975CC93A8FABB56CB9556', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa59-75cc-93a8-fabb56cb9556","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CCA0488FE3E05ADBD679D60F89CD4C17EFB8EE03D52EBA29C26614645D59C271', NULL, NULL, X'E137758DCDC4F6E074BC393794CBBC9A3EDA913451EA96E4070DE40E95BC3CDD', X'EBF5DBA293F431FD7354A2BFEC6BD1ABFCB10656EC78E1DD45EBAD84A4B47570');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A2032FAA5876C6807C4F1F283087A7', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2032FAA5975CC93A8FABB56CB9556', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2032f-aa58-76c6-807c-4f1f283087a7","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa59-75cc-93a8-fabb56cb9556","outcome":null,"body_digest":"6456493f1a1bf9acd664e1ca7336c5ca8e59780e9488c82b956f4b97c642477d"}', X'D1807B8415480F85CE9752F588BBC3A5956B25B9561C339DDABB97C37FB83F03', X'82C9A5F88AE0FEDF3D17D3B5966D11EB', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'EBF5DBA293F431FD7354A2BFEC6BD1ABFCB10656EC78E1DD45EBAD84A4B47570', X'F6E476888DCF4F5CC76E7B93FBD1BF7A3EB79DFAB5F274EF651D5664425C67AD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A2032FAA3D7263895158E9C614880C', X'01A2032FAA3D7263895158E83618BAF3', NULL, 'write_file', NULL, 2, X'01A2032FAA3D7263895158EAB269E483', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a2032f-aa3d-7263-8951-58e9c614880c","session":"01a2032f-aa3d-7263-8951-58e83618baf3","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa3d-7263-8951-58eab269e483","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'BE06DC1198CAC4691EF387DCB49EFA061B2EC7698E2D322B2A04E23E931D88D0', NULL, NULL, X'F6E476888DCF4F5CC76E7B93FBD1BF7A3EB79DFAB5F274EF651D5664425C67AD', X'0190DA9F11D16549FEA1EF9F43AD1FF5FC0E203C1CC28E6824F3A62EDE44C800');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A2032FAA5876C6807C4F1F283087A7', X'01A2032FAA5876C6807C4F1E56E51DC2', NULL, 'write_file', NULL, 2, X'01A2032FAA5975CC93A8FABB56CB9556', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a2032f-aa58-76c6-807c-4f1f283087a7","session":"01a2032f-aa58-76c6-807c-4f1e56e51dc2","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa59-75cc-93a8-fabb56cb9556","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'372731E413594EA103B557F41BF3F7EEC9812B2E2C63BEDEF91A49DB1003FE8B', NULL, NULL, X'0190DA9F11D16549FEA1EF9F43AD1FF5FC0E203C1CC28E6824F3A62EDE44C800', X'ADFDF89711B80B6190C5E93801AEA1FFFA020B312E0969D05078A0B97F8B2830');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA6571B893B912525E68F179', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa65-71b8-93b9-12525e68f179","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'1A0B9C82D04C8C6896CD4D854326D20EEA53A3518641EC0AFEFF94D78BF0DE6F', NULL, NULL, X'ADFDF89711B80B6190C5E93801AEA1FFFA020B312E0969D05078A0B97F8B2830', X'9C847F088F0C9AE900C44D5BAF846D4DAD8F85D27E743F7AB73CFBEFA683319F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A2032FAA6475C5BC850B30463F8109', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A2032FAA6571B893B912525E68F179', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a2032f-aa64-75c5-bc85-0b30463f8109","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa65-71b8-93b9-12525e68f179","outcome":null,"body_digest":"601b77e00786e7fdc7f2685da6301b99558489f1e9903fa5a8c04a1b1c7dc3b8"}', X'FBE579C6D27D9BC2DAF16847CF06C638460925C6B2065CDEF63472FBB1551AAA', X'210DB63BC9EFBB35BC33E6C817B5EC1A', X'7B22726561736F6E223A6E756C6C7D', X'9C847F088F0C9AE900C44D5BAF846D4DAD8F85D27E743F7AB73CFBEFA683319F', X'CFA4F974829D7948029A5D7901BDAEC7B472AC36FCC32848182A0351CE366E7D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA6D704FA2637A86F16AA56C', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa6d-704f-a263-7a86f16aa56c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'2B165A5FD2E2264BC67EFCD5035DCBE859742410C956EFD002BDD5BF91A6F489', NULL, NULL, X'CFA4F974829D7948029A5D7901BDAEC7B472AC36FCC32848182A0351CE366E7D', X'F6C01FAE271BFE400C2D28E49EE53B9FE6000DA6F77C7E684145AFCCA3187944');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA7177E38BAA3411833695F9', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa71-77e3-8baa-3411833695f9","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'065C6DD74132F3F158C39190FC5A571D0821B7A95DEE642726B1F6A7680BEE10', NULL, NULL, X'F6C01FAE271BFE400C2D28E49EE53B9FE6000DA6F77C7E684145AFCCA3187944', X'74FD08492CADCC7D1F41A587AA0C8AD9EF7540858465D553D9134DC362C523DB');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A2032FAA7074F3975AC2C4A19DF27A', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2032FAA7177E38BAA3411833695F9', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a2032f-aa70-74f3-975a-c2c4a19df27a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa71-77e3-8baa-3411833695f9","outcome":null,"body_digest":"88757e306c920c7114c77f3d8ae70e3a3213cddccc799b75ce36e6c1c887e966"}', X'7198305DAE3006BD32A20988FA65F89454B3A059504644B6AD49CB0CD2AB0164', X'EFEEE98ABD16F065C6FA8F14D5125E9A', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'74FD08492CADCC7D1F41A587AA0C8AD9EF7540858465D553D9134DC362C523DB', X'763E7E96849186D9365AF279F5AA72A6C112091CCA4A01FAD4FBF86D77AF0D24');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A2032FAA78706081D58772F272F954', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a2032f-aa78-7060-81d5-8772f272f954","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"362fa54b60becf71def8648d061cddfd6f99f2842cf85684098878ddbef4d0dc"}', X'2D8D7E5615D473541BA8F2F3306141B47C6CB8F42A76E46F1D46229509AB3E1F', X'1EA79D3821B60C925D758300519A1803', X'7B2261223A317D', X'763E7E96849186D9365AF279F5AA72A6C112091CCA4A01FAD4FBF86D77AF0D24', X'BB056428F3283D1BBF75907586EBD92613EC53F7E435E1265A86A7950FF7AF8D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA3D7263895158EAB269E483', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa3d-7263-8951-58eab269e483","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'72AEBBD2EA08180A140A29B76D863B6F07B9865B9EFFF36A8B195BB4DA18A047', NULL, NULL, X'47154AA340B3246F305CD0471BA9A3A10AE80C2C1B4AD81D348677EF9C473124', X'A0A81987109CD65D6E6AB37035D3FF15DD4CB5416AD22FFEDFA540F41915AB47');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"9259f0caaaad007414a102b3a75c5e79eac1185439d22e90771dd8d81f1243fd"}', X'B1AFC2BDB6B7DDA267794615E78F69F12AA4FD846EF59AFB683F9B2F637CD953', X'5F7FEFD54A770C0F3AA9DAFC2EE3A3CA', X'7B226167656E74223A226576652F636C61756465227D', X'BB056428F3283D1BBF75907586EBD92613EC53F7E435E1265A86A7950FF7AF8D', X'D04CE78485E8444C1F8D85E89CB590D08AB291C21936C769785C614468A22F5D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"47e7908c95bc9d2c5597b6a19759d271598bc4c2eb82c90bf4546865b5f1cab1"}', X'275B223748131DBA8F0337C47689AB3846C4521500CEA58E668C68082970D583', X'FED96A2BF49CF762C9F5EC608056ECC9', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'D04CE78485E8444C1F8D85E89CB590D08AB291C21936C769785C614468A22F5D', X'4B7D65AED514F0962C5FDF7F3CEEE2B450D020E9344CD220506DEDADC8BA7979');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"d1f69185e6b81dc4e71b4be8eb97eb7318810fef48b83335a8a10ff0be03c339"}', X'CAE5773D3579A7D40F21E7FDF68AF4BD18E02AF1D30085B4BE4F5BEA0BCFC6A8', X'DD6C2409AAFB3EC80484A3B06FD002C0', X'7B22646967657374223A22646967657374227D', X'4B7D65AED514F0962C5FDF7F3CEEE2B450D020E9344CD220506DEDADC8BA7979', X'96A0C0AAA81EC6C2526A588BD2A254C705A44030296F9BD23E55A4C5D9D03CAD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA8A73779DF778B05EE8BBD5', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa8a-7377-9df7-78b05ee8bbd5","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'84AA09CE26873AFA5E033635EEE6F8982087CD554F0EC762C53A6F4281EBA5AD', NULL, NULL, X'96A0C0AAA81EC6C2526A588BD2A254C705A44030296F9BD23E55A4C5D9D03CAD', X'70D8E3A169BDA8BEF8F15CF3F08BDDD89DF9C566CE8A7C2662145980ED5DEC59');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A2032FAA8974B995B9B635289B0143', X'01A2032FAA88713F85A942917766F901', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A2032FAA8A73779DF778B05EE8BBD5', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a2032f-aa89-74b9-95b9-b635289b0143","session":"01a2032f-aa88-713f-85a9-42917766f901","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a2032f-aa8a-7377-9df7-78b05ee8bbd5","outcome":null,"body_digest":"c1ee8dbb7b73e79500216179396205b7d20cef3da853dab3ff6cb4a41b6dfce3"}', X'CB32568AEA7D2DEE01566B147811D27DE717B0E4623E2EF77193EF9C229E6441', X'F8325BD19625A2A93A086A7A24530D55', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'70D8E3A169BDA8BEF8F15CF3F08BDDD89DF9C566CE8A7C2662145980ED5DEC59', X'0B6218454B3E1301A8C4590AE9A161202E0043959892F1ADADFB02027A08B54B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A2032FAA8974B995B9B635289B0143', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A2032FAA8A73779DF778B05EE8BBD5', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a2032f-aa89-74b9-95b9-b635289b0143","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a2032f-aa8a-7377-9df7-78b05ee8bbd5","outcome":null,"body_digest":"a2f5055758ac01da96edc6fd2e6ea70cb4b1d6a6e3a93575b360c32781260e83"}', X'B6C1B275CE70A1D264BA3310E7B0E9CAB1F8CBD1FE86171139D7316FCC2C8723', X'0F48C04097DC45A57443F9B189C01E27', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'0B6218454B3E1301A8C4590AE9A161202E0043959892F1ADADFB02027A08B54B', X'29C23D1F09D95187812ACE99EC1AE142366C2B74F5CF0B9D9B80B777E0CEE09C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A2032FAA8974B995B9B635289B0143', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A2032FAA8A73779DF778B05EE8BBD5', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a2032f-aa89-74b9-95b9-b635289b0143","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a2032f-aa8a-7377-9df7-78b05ee8bbd5","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'51934BBAEC5639184911B7C7614F06706AFE5C9E4F3AA8FBCF115CF7FBFEEDCD', NULL, NULL, X'29C23D1F09D95187812ACE99EC1AE142366C2B74F5CF0B9D9B80B777E0CEE09C', X'4D2BB1CEED19AB3CD11826C548AC1C0B9F730BABD63B9E704875C679B6329D17');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A2032FAA8974B995B9B635289B0143', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A2032FAA8A73779DF778B05EE8BBD5', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a2032f-aa89-74b9-95b9-b635289b0143","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a2032f-aa8a-7377-9df7-78b05ee8bbd5","outcome":null,"body_digest":"717e8af70805d4b469e872f30ee7872054b757fe7a933b880de5f125231c4d7a"}', X'FF037E7129FD6AF06481E9B4D873FBE890BB11C69E8659B1C9150CCB7AB7B73D', X'AD7CEBE8EB3239B9C6433255DA741966', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'4D2BB1CEED19AB3CD11826C548AC1C0B9F730BABD63B9E704875C679B6329D17', X'C19F8BE56A0EDE2FA072FFE8C04EFA2E4FF296AD1AC21821F597085DCBD58EE3');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA9573CFB941A58BE3961425', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa95-73cf-b941-a58be3961425","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CF7007915F7B7A0E3D88C809C5962D7C4C54E305316FC5A6AC7AC3E7F940EF4F', NULL, NULL, X'C19F8BE56A0EDE2FA072FFE8C04EFA2E4FF296AD1AC21821F597085DCBD58EE3', X'FB8EE2F94211F5C79FED695B172720264769B8BE55EC33D679CC609F1C3A0D3D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A2032FAA9573CFB941A589D4037C81', X'01A2032FAA9473A4A753125A8052E5E1', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A2032FAA9573CFB941A58BE3961425', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a2032f-aa95-73cf-b941-a589d4037c81","session":"01a2032f-aa94-73a4-a753-125a8052e5e1","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a2032f-aa95-73cf-b941-a58be3961425","outcome":null,"body_digest":"ed2c2a6d7f3118ba067b947caa2ee9acddcabaef46ad2e79924ac21b5b578f97"}', X'676B6C51A953DDA98D876B986E325E53B11A8BE6284BC5DEB4E74E2BDF6F6307', X'F68D8F395D81A9AF6E0FA3ED2F972FE7', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'FB8EE2F94211F5C79FED695B172720264769B8BE55EC33D679CC609F1C3A0D3D', X'297C8C5BFF389118163BCA97104BFD653B983A24EF7B2C93534E75154F3F230E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A2032FAA3D7263895158E9C614880C', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2032FAA3D7263895158EAB269E483', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2032f-aa3d-7263-8951-58e9c614880c","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa3d-7263-8951-58eab269e483","outcome":null,"body_digest":"126b840dae1fa7d00c87b13ccfafa8585509977d89c11775f3b71b82e6e4fe4d"}', X'097324FC54516D6176FBF85C5258FA78466198B886C1B67DDD6544871C8A759F', X'66CA2B481A144A8D8B41AA0A7DF3E0C2', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'A0A81987109CD65D6E6AB37035D3FF15DD4CB5416AD22FFEDFA540F41915AB47', X'511053BDC13E39A59094F94967E6077F2F04491313C4D08F9DFD8F42245D5225');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA497313A4756D872E360632', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa49-7313-a475-6d872e360632","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'69033FFE8818D775B517BB13423BB5357D4E1FA4A0299A04F013190D9A84F7E9', NULL, NULL, X'511053BDC13E39A59094F94967E6077F2F04491313C4D08F9DFD8F42245D5225', X'2CDCC901229F517DC8433A820ADD3FDCCE89C75358B3540BE32E6BC2B3FEAD56');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A2032FAA48749CAC02A6B60E0BB809', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2032FAA497313A4756D872E360632', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2032f-aa48-749c-ac02-a6b60e0bb809","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa49-7313-a475-6d872e360632","outcome":null,"body_digest":"b30089ecc91f32db44fe27f97470d479e2becfa7645dbf9b367ba95d00046eaf"}', X'E087E740CAC7132951EEB69FE9A6350D4DFEE7D334D7C82344AA0FB85BFA2680', X'DD10477E04F0A25545BECF540D72F1E9', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'2CDCC901229F517DC8433A820ADD3FDCCE89C75358B3540BE32E6BC2B3FEAD56', X'E040E5A20A7CD326730C4337A18C0D0F8A7D6B485BF7C3D6E18547E5B29D77AA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A2032FAA48749CAC02A6B60E0BB809', X'01A2032FAA48749CAC02A6B542A5F079', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2032FAA497313A4756D872E360632', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a2032f-aa48-749c-ac02-a6b60e0bb809","session":"01a2032f-aa48-749c-ac02-a6b542a5f079","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa49-7313-a475-6d872e360632","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'3CD8B250987C710504EA0071199345EBD8263FF6CF670D337C143C0C47BDEC6F', NULL, NULL, X'E040E5A20A7CD326730C4337A18C0D0F8A7D6B485BF7C3D6E18547E5B29D77AA', X'9151E5B98CC8FA465A9EC9BCEA33CF1E4FCDF68F5F6CE39E1592F6A54C715A9C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A2032FAA48749CAC02A6B542A5F079', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2032FAA497313A4756D872E360632', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a2032f-aa48-749c-ac02-a6b542a5f079","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a2032f-aa49-7313-a475-6d872e360632","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DA641C60064496C1B587F0D569CAD17C6EC3A7DECA8A2D732F9EF7DC46D712D7', NULL, NULL, X'9151E5B98CC8FA465A9EC9BCEA33CF1E4FCDF68F5F6CE39E1592F6A54C715A9C', X'3A238C77959269431C6EB15E9CC28FADC6C8F0EC944063D19DE5BA3DC220CF60');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2032FAA5174F9936EC04A7035B1B6', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2032f-aa51-74f9-936e-c04a7035b1b6","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'A829704E9FA00ADF39A024C1BD1680D3CC86AE49A72390C4CD0D43C136AE2EE3', NULL, NULL, X'3A238C77959269431C6EB15E9CC28FADC6C8F0EC944063D19DE5BA3DC220CF60', X'D5C882AEFEC83A0390BEC7469590A5210A8C4C6D19B9E842874AB0967E822F83');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A2032FAA50739EB268B4448986A947', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2032FAA5174F9936EC04A7035B1B6', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a2032f-aa50-739e-b268-b4448986a947","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2032f-aa51-74f9-936e-c04a7035b1b6","outcome":null,"body_digest":"2abbb03d2efef4cc1c3118c3869fae5a1a3241712386a81897e776a8e5b63bd4"}', X'56F94E5FEAAB329B011CA9E6B6145B459236DC9A5B5A54D9ACD2C199CCB4C516', X'3127C06E27BFD1D2942174E1D6204D60', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'D5C882AEFEC83A0390BEC7469590A5210A8C4C6D19B9E842874AB0967E822F83', X'E137758DCDC4F6E074BC393794CBBC9A3EDA913451EA96E4070DE40E95BC3CDD');
CREATE TABLE pruning (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
CREATE TABLE approvals (
    id             BLOB PRIMARY KEY,
    correlation_id BLOB NOT NULL,
    tenant         TEXT NOT NULL,
    principal      TEXT NOT NULL,
    session        BLOB NOT NULL,
    upstream       TEXT NOT NULL,
    identity       BLOB NOT NULL,
    method         TEXT NOT NULL,
    tool           TEXT NOT NULL,
    definition     BLOB NOT NULL,
    arguments      BLOB,
    call_digest    BLOB NOT NULL,
    match_key      BLOB NOT NULL,
    ruling         TEXT NOT NULL,
    tier           INTEGER NOT NULL,
    required       INTEGER NOT NULL CHECK (required >= 1),
    asked_at       INTEGER NOT NULL,
    answer_by      INTEGER NOT NULL,
    yes_life       INTEGER NOT NULL,
    state          TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'approved', 'consumed', 'denied', 'expired', 'cancelled')),
    decided_at     INTEGER,
    decided_by     TEXT,
    proof          TEXT,
    reason         TEXT,
    run_by         INTEGER CHECK (run_by IS NOT NULL OR state NOT IN ('approved', 'consumed')),
    token          TEXT NOT NULL DEFAULT 'none' CHECK (token IN ('none', 'minted', 'redeemed')),
    token_digest   BLOB CHECK ((token_digest IS NULL) = (token = 'none')),
    abandoned_at   INTEGER,
    consumed_at    INTEGER CHECK ((consumed_at IS NULL) = (state <> 'consumed')),
    consumed_by    BLOB CHECK ((consumed_by IS NULL) = (state <> 'consumed')),
    ended_at       INTEGER CHECK ((ended_at IS NULL) = (state IN ('pending', 'approved'))),
    outcome        TEXT CHECK (outcome IN ('ran', 'failed', 'unknown')),
    delivered      INTEGER NOT NULL DEFAULT 0
, kind TEXT NOT NULL DEFAULT 'call', subject BLOB) STRICT;
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA3877E6A714D13FFF23B22A', X'01A2032FAA3771BD9CD5A1BF05ADBC6B', 'default', 'agent:ann/claude', X'01A2032FAA3771BD9CD5A1BE7A81A037', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA3D7263895158EAB269E483', X'01A2032FAA3D7263895158E9C614880C', 'default', 'agent:ann/claude', X'01A2032FAA3D7263895158E83618BAF3', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA497313A4756D872E360632', X'01A2032FAA48749CAC02A6B60E0BB809', 'default', 'agent:ann/claude', X'01A2032FAA48749CAC02A6B542A5F079', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A2032FAA48749CAC02A6B542A5F079', 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA5174F9936EC04A7035B1B6', X'01A2032FAA50739EB268B4448986A947', 'default', 'agent:ann/claude', X'01A2032FAA50739EB268B4436C1B8C0D', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA5975CC93A8FABB56CB9556', X'01A2032FAA5876C6807C4F1F283087A7', 'default', 'agent:ann/claude', X'01A2032FAA5876C6807C4F1E56E51DC2', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA6571B893B912525E68F179', X'01A2032FAA6475C5BC850B30463F8109', 'default', 'agent:ann/claude', X'01A2032FAA6475C5BC850B2F1E2C270E', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA6D704FA2637A86F16AA56C', X'01A2032FAA6C733D92667FEC32D2F66B', 'default', 'agent:ann/claude', X'01A2032FAA6C733D92667FEBA3B320D9', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA7177E38BAA3411833695F9', X'01A2032FAA7074F3975AC2C4A19DF27A', 'default', 'agent:ann/claude', X'01A2032FAA7074F3975AC2C3B7AF1B52', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA8A73779DF778B05EE8BBD5', X'01A2032FAA8974B995B9B635289B0143', 'default', 'agent:ann/claude', X'01A2032FAA88713F85A942917766F901', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781');
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2032FAA9573CFB941A58BE3961425', X'01A2032FAA9573CFB941A589D4037C81', 'default', 'agent:ann/claude', X'01A2032FAA9473A4A753125A8052E5E1', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07');
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2032FAA3D7263895158EAB269E483', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2032FAA497313A4756D872E360632', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2032FAA5174F9936EC04A7035B1B6', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2032FAA5975CC93A8FABB56CB9556', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2032FAA7177E38BAA3411833695F9', 'bob', 'approve', 1793503600000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2032FAA8A73779DF778B05EE8BBD5', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA3877E6A714D13FFF23B22A', X'01A2032FAA3771BD9CD5A1BE7A81A037');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA3D7263895158EAB269E483', X'01A2032FAA3D7263895158E83618BAF3');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA497313A4756D872E360632', X'01A2032FAA48749CAC02A6B542A5F079');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA5174F9936EC04A7035B1B6', X'01A2032FAA50739EB268B4436C1B8C0D');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA5975CC93A8FABB56CB9556', X'01A2032FAA5876C6807C4F1E56E51DC2');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA6571B893B912525E68F179', X'01A2032FAA6475C5BC850B2F1E2C270E');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA6D704FA2637A86F16AA56C', X'01A2032FAA6C733D92667FEBA3B320D9');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA7177E38BAA3411833695F9', X'01A2032FAA7074F3975AC2C3B7AF1B52');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA8A73779DF778B05EE8BBD5', X'01A2032FAA88713F85A942917766F901');
INSERT INTO waiters (approval, session) VALUES (X'01A2032FAA9573CFB941A58BE3961425', X'01A2032FAA9473A4A753125A8052E5E1');
CREATE TABLE answers (
    approval BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    answer   BLOB NOT NULL
) STRICT;
CREATE TABLE intents (
    seq      INTEGER PRIMARY KEY,
    session  BLOB,
    approval BLOB
, run BLOB, step INTEGER) STRICT;
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A2032FAA78706081D58772F272F954', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A2032FAA48749CAC02A6B542A5F079', X'01A2032FAA497313A4756D872E360632', NULL, NULL);
CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    principal  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    parent_pid INTEGER NOT NULL,
    opened_at  INTEGER NOT NULL
) STRICT;
CREATE TABLE users (
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    tenant     TEXT NOT NULL,
    token      BLOB NOT NULL UNIQUE,
    added_at   INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
INSERT INTO users (name, role, tenant, token, added_at, revoked_at) VALUES ('bob', 'admin', 'default', X'0303030303030303030303030303030303030303030303030303030303030303', 1793503600000, NULL);
CREATE TABLE paused (
    tenant    TEXT NOT NULL,
    everybody INTEGER NOT NULL CHECK (everybody IN (0, 1)),
    agent     TEXT NOT NULL CHECK (everybody = 0 OR agent = ''),
    at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, everybody, agent)
) STRICT, WITHOUT ROWID;
INSERT INTO paused (tenant, everybody, agent, at) VALUES ('default', 0, 'eve/claude', 1793503600000);
CREATE TABLE pins (
    tenant   TEXT NOT NULL,
    identity BLOB NOT NULL,
    upstream TEXT NOT NULL,
    tool     TEXT NOT NULL,
    digest   BLOB NOT NULL,
    text     TEXT NOT NULL,
    offered  TEXT,
    state    TEXT NOT NULL,
    effect   TEXT,
    at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, identity, upstream, tool)
) STRICT;
CREATE TABLE policies (
    version INTEGER PRIMARY KEY,
    digest  TEXT NOT NULL UNIQUE,
    at      INTEGER NOT NULL
, kind TEXT NOT NULL DEFAULT 'loaded' CHECK (kind IN ('loaded', 'applied', 'rolled_back')), tenant TEXT NOT NULL DEFAULT 'default', author TEXT, self_confirmed INTEGER NOT NULL DEFAULT 0, comment TEXT, parent INTEGER, rolls_back INTEGER, diff TEXT, inverse TEXT) STRICT;
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (1, 'digest', 1793503600000, 'loaded', 'default', NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a2032f-aa8d-7757-a6a0-68849680d788"],"restore":[],"modules":[]}');
CREATE TABLE validations (
    tenant         TEXT NOT NULL,
    ir_hash        BLOB NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('PASS', 'ESCALATE')),
    tier           INTEGER NOT NULL,
    principal      TEXT NOT NULL,
    correlation_id BLOB NOT NULL,
    ir             BLOB NOT NULL,
    at             INTEGER NOT NULL,
    PRIMARY KEY (tenant, ir_hash, principal)
) STRICT;
CREATE TABLE runs (
    id              BLOB PRIMARY KEY,
    tenant          TEXT NOT NULL,
    principal       TEXT NOT NULL,
    correlation_id  BLOB NOT NULL,
    directive       TEXT NOT NULL,
    label           TEXT NOT NULL,
    tier            INTEGER NOT NULL,
    ir_hash         BLOB NOT NULL,
    manifest_digest BLOB NOT NULL,
    approval        BLOB,
    state           TEXT NOT NULL DEFAULT 'created' CHECK (state IN
        ('created', 'running', 'interrupted', 'stopped', 'completed', 'failed')),
    cause           TEXT,
    session         BLOB,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    ended_at        INTEGER CHECK ((ended_at IS NULL) = (state IN ('created', 'running', 'interrupted'))),
    tokens          INTEGER NOT NULL DEFAULT 0,
    -- At the end: whoever reads the others does not walk through megabytes.
    ir              BLOB,
    manifest        BLOB
) STRICT;
CREATE TABLE run_steps (
    run         BLOB NOT NULL,
    step        INTEGER NOT NULL,
    call_digest BLOB NOT NULL,
    tier        INTEGER NOT NULL,
    intent      INTEGER,
    outcome     TEXT CHECK (outcome IN ('ran', 'failed', 'unknown')),
    again       BLOB,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE grants (
    run         BLOB NOT NULL,
    step        INTEGER NOT NULL,
    call_digest BLOB NOT NULL,
    tier        INTEGER NOT NULL,
    run_by      INTEGER NOT NULL,
    used_at     INTEGER,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency_keys (
    tenant    TEXT NOT NULL,
    principal TEXT NOT NULL,
    key       TEXT NOT NULL,
    run       BLOB NOT NULL,
    PRIMARY KEY (tenant, principal, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE agents (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    principal  TEXT NOT NULL,
    name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    status     TEXT NOT NULL CHECK (status IN ('idle', 'running', 'blocked')),
    action     TEXT CHECK (length(action) BETWEEN 1 AND 200),
    action_at  INTEGER CHECK ((action_at IS NULL) = (action IS NULL)),
    score      INTEGER CHECK (score BETWEEN 0 AND 100),
    seen_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE network_policies (
    id             BLOB PRIMARY KEY,
    tenant         TEXT NOT NULL,
    principal      TEXT NOT NULL,
    run            BLOB,
    kind           TEXT NOT NULL CHECK (kind IN ('service', 'edge', 'default_deny')),
    source_service TEXT NOT NULL,
    target_service TEXT NOT NULL,
    port           INTEGER CHECK (port BETWEEN 1 AND 65535),
    protocol       TEXT NOT NULL CHECK (protocol IN ('', 'TCP', 'UDP', 'SCTP')),
    namespace      TEXT NOT NULL,
    recommendation TEXT NOT NULL,
    policy_name    TEXT NOT NULL,
    policy_yaml    TEXT NOT NULL,
    at             INTEGER NOT NULL
) STRICT;
CREATE TABLE policy_rules (
    id       BLOB PRIMARY KEY,
    tenant   TEXT NOT NULL,
    spec     TEXT NOT NULL,
    added_by TEXT NOT NULL,
    at       INTEGER NOT NULL,
    version  INTEGER NOT NULL
) STRICT;
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A2032FAA8D7757A6A068849680D788', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
CREATE TABLE policy_modules (
    tenant      TEXT NOT NULL,
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    description TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'draft')),
    scope       TEXT NOT NULL CHECK (scope IN ('global', 'session', 'project', 'user')),
    scope_id    TEXT CHECK ((scope_id IS NULL) = (scope = 'global')),
    on_error    TEXT NOT NULL CHECK (on_error IN ('allow', 'deny')),
    changed_by  TEXT NOT NULL,
    at          INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT;
CREATE TABLE policy_suggestions (
    approval   BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    diff       TEXT,
    base       INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    rolls_back INTEGER,
    applied    INTEGER
) STRICT;
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A2032FAA8A73779DF778B05EE8BBD5', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A2032FAA9573CFB941A58BE3961425', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
CREATE TABLE accepted_configs (
    tenant TEXT NOT NULL,
    path   TEXT NOT NULL,
    text   TEXT NOT NULL,
    digest BLOB NOT NULL,
    at     INTEGER NOT NULL,
    by     TEXT,
    PRIMARY KEY (tenant, path)
) STRICT;
CREATE TABLE spending (
    seq     INTEGER NOT NULL,
    tenant  TEXT NOT NULL,
    budget  TEXT NOT NULL,
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    micros  INTEGER NOT NULL CHECK (micros > 0),
    PRIMARY KEY (seq, budget)
) STRICT;
CREATE TABLE spent (
    tenant TEXT NOT NULL,
    budget TEXT NOT NULL,
    key    TEXT NOT NULL,
    span   INTEGER NOT NULL,
    since  INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    PRIMARY KEY (tenant, budget, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE labels (
    seq    INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    label  TEXT NOT NULL CHECK (label IN ('safe', 'unsafe', 'unknown')),
    by     TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE TABLE policy_violations (
    seq          INTEGER NOT NULL,
    tenant       TEXT NOT NULL,
    type         TEXT NOT NULL,
    severity     TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    action_taken TEXT NOT NULL CHECK (action_taken IN ('logged', 'blocked', 'alerted')),
    notified     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (seq, type)
) STRICT;
CREATE INDEX journal_ts ON journal (ts);
CREATE INDEX journal_session ON journal (session);
CREATE INDEX journal_correlation ON journal (correlation_id);
CREATE INDEX journal_tool ON journal (tool);
CREATE INDEX journal_verdict ON journal (verdict) WHERE verdict <> 'allow';
CREATE INDEX journal_tool_verdict ON journal (tool, verdict) WHERE verdict <> 'allow';
CREATE INDEX journal_approval ON journal (approval) WHERE approval IS NOT NULL;
CREATE INDEX journal_type ON journal (type) WHERE type NOT IN ('call.permitted', 'call.outcome');
CREATE TRIGGER journal_stays BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'rows of the journal are never deleted');
END;
CREATE TRIGGER journal_holds BEFORE UPDATE ON journal
WHEN NOT EXISTS (SELECT 1 FROM pruning)
    OR NEW.seq IS NOT OLD.seq OR NEW.ts IS NOT OLD.ts OR NEW.type IS NOT OLD.type
    OR NEW.meta_digest IS NOT OLD.meta_digest OR NEW.prev IS NOT OLD.prev OR NEW.hash IS NOT OLD.hash
    OR coalesce(NEW.meta IS NOT OLD.meta AND NEW.meta IS NOT NULL, 0)
    OR coalesce(NEW.body IS NOT OLD.body AND NEW.body IS NOT NULL, 0)
BEGIN
    SELECT RAISE(ABORT, 'rows of the journal never change');
END;
CREATE INDEX approvals_equal ON approvals (tenant, principal, match_key, asked_at);
CREATE INDEX approvals_asked ON approvals (tenant, asked_at);
CREATE INDEX approvals_live ON approvals (tenant, asked_at) WHERE state IN ('pending', 'approved');
CREATE INDEX approvals_arguments ON approvals (ended_at) WHERE arguments IS NOT NULL AND ended_at IS NOT NULL;
CREATE TRIGGER approvals_begin BEFORE INSERT ON approvals
WHEN NEW.state <> 'pending' OR NEW.token <> 'none'
BEGIN
    SELECT RAISE(ABORT, 'a question begins as pending');
END;
CREATE TRIGGER approvals_stay BEFORE DELETE ON approvals
BEGIN
    SELECT RAISE(ABORT, 'questions are never deleted');
END;
CREATE TRIGGER approvals_move BEFORE UPDATE OF state ON approvals
WHEN NEW.state IS NOT OLD.state AND NOT (
    (OLD.state = 'pending' AND NEW.state IN ('approved', 'denied', 'expired', 'cancelled'))
    OR (OLD.state = 'approved' AND NEW.state IN ('consumed', 'expired', 'cancelled')))
BEGIN
    SELECT RAISE(ABORT, 'a question never moves that way, and never leaves a terminal state');
END;
CREATE TRIGGER approvals_sleep BEFORE UPDATE OF state ON approvals
WHEN NEW.state = 'consumed' AND OLD.token = 'minted'
BEGIN
    SELECT RAISE(ABORT, 'a minted token must be presented first');
END;
CREATE TRIGGER approvals_bind BEFORE UPDATE OF id, tenant, principal, session, upstream, identity, method, tool,
    definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life ON approvals
WHEN NOT (
    NEW.arguments IS NULL AND OLD.ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM pruning)
    AND NEW.id IS OLD.id AND NEW.call_digest IS OLD.call_digest AND NEW.match_key IS OLD.match_key)
BEGIN
    SELECT RAISE(ABORT, 'what was asked never changes');
END;
CREATE INDEX waiters_session ON waiters (session);
CREATE UNIQUE INDEX users_live ON users (name) WHERE revoked_at IS NULL;
CREATE INDEX approvals_subject ON approvals (tenant, subject) WHERE subject IS NOT NULL;
CREATE INDEX approvals_token ON approvals (token_digest) WHERE token_digest IS NOT NULL;
CREATE TRIGGER approvals_about BEFORE UPDATE OF kind, subject ON approvals
BEGIN
    SELECT RAISE(ABORT, 'what was asked never changes');
END;
CREATE INDEX journal_words ON journal (approval) WHERE type IN ('approval.approved', 'approval.consumed',
    'approval.denied', 'approval.expired', 'approval.cancelled');
CREATE INDEX validations_at ON validations (at);
CREATE INDEX validations_owner ON validations (tenant, principal, at);
CREATE INDEX runs_created ON runs (tenant, created_at);
CREATE INDEX runs_session ON runs (session) WHERE state = 'running';
CREATE INDEX runs_approval ON runs (approval) WHERE approval IS NOT NULL;
CREATE INDEX runs_kept ON runs (created_at) WHERE manifest IS NOT NULL;
CREATE INDEX runs_owner ON runs (tenant, principal) WHERE manifest IS NOT NULL;
CREATE TRIGGER runs_bind BEFORE UPDATE OF id, tenant, principal, correlation_id, directive, tier, ir_hash, ir, manifest,
    manifest_digest, approval, created_at ON runs
WHEN NOT (
    (NEW.ir IS NULL OR NEW.ir IS OLD.ir) AND (NEW.manifest IS NULL OR NEW.manifest IS OLD.manifest)
    AND (NEW.ended_at IS NOT NULL OR EXISTS (SELECT 1 FROM pruning))
    AND NEW.id IS OLD.id AND NEW.ir_hash IS OLD.ir_hash AND NEW.manifest_digest IS OLD.manifest_digest
    AND NEW.approval IS OLD.approval AND NEW.tenant IS OLD.tenant AND NEW.principal IS OLD.principal
    AND NEW.correlation_id IS OLD.correlation_id AND NEW.directive IS OLD.directive AND NEW.tier IS OLD.tier
    AND NEW.created_at IS OLD.created_at)
BEGIN
    SELECT RAISE(ABORT, 'what a run is never changes');
END;
CREATE TRIGGER runs_end BEFORE UPDATE OF state ON runs
WHEN NEW.state IS NOT OLD.state AND (OLD.ended_at IS NOT NULL OR NEW.state = 'created')
BEGIN
    SELECT RAISE(ABORT, 'a run never leaves a terminal state, and never goes back to its beginning');
END;
CREATE TRIGGER runs_stay BEFORE DELETE ON runs
BEGIN
    SELECT RAISE(ABORT, 'runs are never deleted');
END;
CREATE TRIGGER run_steps_once BEFORE UPDATE ON run_steps
WHEN NEW.run IS NOT OLD.run OR NEW.step IS NOT OLD.step OR NEW.call_digest IS NOT OLD.call_digest
    OR NEW.tier IS NOT OLD.tier OR (OLD.intent IS NOT NULL AND NEW.intent IS NOT OLD.intent)
    OR (OLD.outcome IN ('ran', 'failed') AND NEW.outcome IS NOT OLD.outcome)
BEGIN
    SELECT RAISE(ABORT, 'a step that was let go never changes');
END;
CREATE TRIGGER run_steps_stay BEFORE DELETE ON run_steps
BEGIN
    SELECT RAISE(ABORT, 'steps are never deleted');
END;
CREATE TRIGGER grants_once BEFORE UPDATE ON grants
WHEN OLD.used_at IS NOT NULL OR NEW.call_digest IS NOT OLD.call_digest OR NEW.run IS NOT OLD.run
    OR NEW.step IS NOT OLD.step OR NEW.tier IS NOT OLD.tier OR NEW.run_by IS NOT OLD.run_by
BEGIN
    SELECT RAISE(ABORT, 'a grant is used once and never changes');
END;
CREATE TRIGGER grants_stay BEFORE DELETE ON grants
BEGIN
    SELECT RAISE(ABORT, 'grants are never deleted');
END;
CREATE INDEX agents_seen ON agents (seen_at);
CREATE INDEX agents_tenant ON agents (tenant, seen_at);
CREATE INDEX agents_owner ON agents (tenant, principal, seen_at);
CREATE INDEX network_policies_at ON network_policies (tenant, at);
CREATE INDEX network_policies_run ON network_policies (run) WHERE run IS NOT NULL;
CREATE UNIQUE INDEX network_policies_once ON network_policies
    (tenant, principal, coalesce(run, x''), kind, namespace, source_service, target_service, coalesce(port, 0), protocol);
CREATE INDEX policies_changes ON policies (tenant, version) WHERE kind <> 'loaded';
CREATE UNIQUE INDEX policies_once ON policies (rolls_back) WHERE rolls_back IS NOT NULL;
CREATE TRIGGER policies_begin BEFORE INSERT ON policies
WHEN EXISTS (SELECT 1 FROM policies WHERE version >= NEW.version OR digest = NEW.digest
        OR rolls_back = NEW.rolls_back)
    OR (NEW.kind = 'loaded') IS NOT (NEW.author IS NULL) OR (NEW.kind = 'loaded') IS NOT (NEW.diff IS NULL)
    OR (NEW.kind = 'loaded') IS NOT (NEW.inverse IS NULL)
    OR (NEW.kind = 'rolled_back') IS NOT (NEW.rolls_back IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'versions of the policy are written once, whole and one after the other, and never again');
END;
CREATE TRIGGER policies_hold BEFORE UPDATE ON policies
BEGIN
    SELECT RAISE(ABORT, 'versions of the policy never change');
END;
CREATE TRIGGER policies_stay BEFORE DELETE ON policies
BEGIN
    SELECT RAISE(ABORT, 'versions of the policy are never deleted');
END;
CREATE INDEX policy_rules_tenant ON policy_rules (tenant, version, id);
CREATE TRIGGER policy_rules_begin BEFORE INSERT ON policy_rules
WHEN EXISTS (SELECT 1 FROM policy_rules WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a rule that stands never changes');
END;
CREATE TRIGGER policy_rules_hold BEFORE UPDATE ON policy_rules
BEGIN
    SELECT RAISE(ABORT, 'a rule that stands never changes');
END;
CREATE TRIGGER policy_suggestions_begin BEFORE INSERT ON policy_suggestions
WHEN NEW.applied IS NOT NULL OR NEW.diff IS NULL
    OR EXISTS (SELECT 1 FROM policy_suggestions WHERE approval = NEW.approval)
    OR NOT EXISTS (SELECT 1 FROM approvals
        WHERE id = NEW.approval AND tenant = NEW.tenant AND kind = 'policy' AND subject = NEW.hash AND state = 'pending')
BEGIN
    SELECT RAISE(ABORT, 'a suggestion begins beside the question about it, and never anew');
END;
CREATE TRIGGER policy_suggestions_stay BEFORE DELETE ON policy_suggestions
BEGIN
    SELECT RAISE(ABORT, 'suggestions are never deleted');
END;
CREATE TRIGGER policy_suggestions_hold BEFORE UPDATE ON policy_suggestions
WHEN (OLD.applied IS NOT NULL AND NEW.applied IS NOT OLD.applied)
    OR (NEW.applied IS NOT OLD.applied
        AND NOT EXISTS (SELECT 1 FROM approvals a JOIN policies v ON v.version = NEW.applied
            WHERE a.id = NEW.approval AND a.state = 'consumed' AND v.tenant = NEW.tenant AND v.diff = NEW.diff
                AND v.kind <> 'loaded' AND v.rolls_back IS NEW.rolls_back))
    OR (NEW.diff IS NOT OLD.diff
        AND NOT (NEW.diff IS NULL AND EXISTS (SELECT 1 FROM pruning) AND EXISTS (SELECT 1 FROM approvals
            WHERE id = NEW.approval AND ended_at IS NOT NULL AND arguments IS NULL)))
    OR NEW.approval IS NOT OLD.approval OR NEW.tenant IS NOT OLD.tenant OR NEW.base IS NOT OLD.base
    OR NEW.hash IS NOT OLD.hash OR NEW.rolls_back IS NOT OLD.rolls_back
BEGIN
    SELECT RAISE(ABORT, 'what was proposed never changes and is applied once');
END;
CREATE INDEX spending_key ON spending (tenant, budget, key, at, micros);
CREATE INDEX journal_recent ON journal (tenant, principal, ts) WHERE type = 'call.permitted' AND tool <> '';
CREATE INDEX policy_violations_tenant ON policy_violations (tenant, seq);
CREATE VIEW policy_decisions AS
SELECT
    d.seq AS seq,
    -- Whoever asked without a call was told the id of the story.
    iif(d.type = 'policy.checked' AND d.story16 <> '',
        lower(substr(d.story16, 1, 8) || '-' || substr(d.story16, 9, 4) || '-' || substr(d.story16, 13, 4) || '-'
            || substr(d.story16, 17, 4) || '-' || substr(d.story16, 21, 12)),
        lower(substr(printf('%012X', d.seq), 1, 8) || '-' || substr(printf('%012X', d.seq), 9, 4) || '-8'
            || substr(d.hash16, 14, 3) || '-'
            || substr('89ab89ab89ab89ab', instr('0123456789ABCDEF', substr(d.hash16, 17, 1)), 1)
            || substr(d.hash16, 18, 3) || '-' || substr(d.hash16, 21, 12))) AS id,
    strftime('%Y-%m-%dT%H:%M:%fZ', d.ts / 1000.0, 'unixepoch') AS timestamp,
    d.type AS type,
    d.said ->> '$.run' AS run_id,
    d.said ->> '$.step' AS step_id,
    lower(substr(d.session16, 1, 8) || '-' || substr(d.session16, 9, 4) || '-' || substr(d.session16, 13, 4) || '-'
        || substr(d.session16, 17, 4) || '-' || substr(d.session16, 21, 12)) AS session_id,
    d.verdict AS decision,
    coalesce((SELECT r.value ->> '$.rule' FROM json_each(d.said, '$.reasons') r
        WHERE r.value ->> '$.verdict' = d.verdict ORDER BY r.key LIMIT 1), d.said ->> '$.policy_package') AS policy_name,
    d.said ->> '$.action' AS action,
    (d.meta ->> '$.upstream') || '__' || d.tool AS resource,
    d.principal AS subject,
    d.said AS input_data,
    iif(d.said IS NULL, NULL, json_object('verdict', d.verdict, 'tier', d.tier, 'outcome', d.meta ->> '$.outcome',
        'reasons', d.said -> '$.reasons', 'warnings', d.said -> '$.warnings', 'modules', d.said -> '$.modules'))
        AS policy_result,
    coalesce((SELECT r.value ->> '$.message' FROM json_each(d.said, '$.reasons') r
        WHERE r.value ->> '$.verdict' = d.verdict ORDER BY r.key LIMIT 1), d.said ->> '$.reason',
        d.said ->> '$.deny_reasons[0]') AS decision_reason,
    (d.said ->> '$.took_us') / 1000.0 AS duration_ms,
    d.tenant AS tenant,
    d.meta ->> '$.policy' AS policy_version,
    (SELECT l.label FROM labels l WHERE l.seq = d.seq) AS label
FROM (
    SELECT j.*, hex(j.hash) AS hash16, hex(j.correlation_id) AS story16, hex(j.session) AS session16,
        CASE WHEN json_valid(CAST(j.body AS TEXT)) THEN CAST(j.body AS TEXT) END AS said
    FROM journal j
    WHERE j.type IN ('call.permitted', 'call.refused', 'approval.asked', 'approval.attached', 'policy.checked')
) d;
PRAGMA application_id = 1668507502;
PRAGMA user_version = 3;
