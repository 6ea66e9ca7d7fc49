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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204460225726F9E6E545A77528487', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0225-726f-9e6e-545a77528487","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'9411177AD5DBEBC37ABEF9DD21C0C262ECAEFADF255C9DF7C0399A12E2B24BB1', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'4F9D0EFA5C8E422C68B4370123DBF1715CAF3174EA3B9F7D846F8310850135D9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204460230707AA924BB9C7EDDFB31', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0230-707a-a924-bb9c7eddfb31","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'149DCC4A79377BFE102F97FADEF42E3F2AE46CC94C58965E103DFB7EECED73DD', NULL, NULL, X'49792F6CE629F99D5879E6777986227CEFDE6C6D1F29588E96627224F130C7E2', X'8D224686FA6B29B845AD398208CB689FFD2E899D7ACAFD6B94D8AFE70CA9BF5E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A204460230707AA924BB9BBA3824EB', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204460230707AA924BB9C7EDDFB31', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20446-0230-707a-a924-bb9bba3824eb","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-0230-707a-a924-bb9c7eddfb31","outcome":null,"body_digest":"5778d9c8d793cc83da5026ff0922a31ab175bab87ef59497ea9b716cc14ddf69"}', X'1F18B2ED92C4AA37DAFB534434808544E1BDF6B16CA659E10B943842D3C54501', X'A800C788582326F1EE688D6EA7D2729A', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'8D224686FA6B29B845AD398208CB689FFD2E899D7ACAFD6B94D8AFE70CA9BF5E', X'03778B68CE99D7A78A38BE81938A1029C4D05BD561D69FF00356D7000B413CE6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A2044602277269B4E1562C39FAC8CE', X'01A2044602277269B4E1562BE3561C59', NULL, 'write_file', NULL, 2, X'01A20446022872E2B98958781F06E44A', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20446-0227-7269-b4e1-562c39fac8ce","session":"01a20446-0227-7269-b4e1-562be3561c59","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-0228-72e2-b989-58781f06e44a","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'A113E197C31E18314981C465AF962C75F75DF900302D1F1B4FF06D22C2A18749', NULL, NULL, X'03778B68CE99D7A78A38BE81938A1029C4D05BD561D69FF00356D7000B413CE6', X'979F29E37B871A862D3BA3155763102D0FA13E315C82A3291B06F5BD322CE954');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A204460230707AA924BB9BBA3824EB', X'01A20446022F77C2BE60620A4F6AC0E9', NULL, 'write_file', NULL, 2, X'01A204460230707AA924BB9C7EDDFB31', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20446-0230-707a-a924-bb9bba3824eb","session":"01a20446-022f-77c2-be60-620a4f6ac0e9","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-0230-707a-a924-bb9c7eddfb31","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FB5F93EC73D1FC921FED5961FFDCB863D093BB73DCC433D678F387642A745618', NULL, NULL, X'979F29E37B871A862D3BA3155763102D0FA13E315C82A3291B06F5BD322CE954', X'F68D58FB35D8700F10F225501EAA724C58415A2F63B94515E69373F29C29D60E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446023373D68F17004CA5D7B0E5', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0233-73d6-8f17-004ca5d7b0e5","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'367C273F8737CF24B952EB054EC8BC9710A2011CFE0CF448073C3A03C57E2CEA', NULL, NULL, X'F68D58FB35D8700F10F225501EAA724C58415A2F63B94515E69373F29C29D60E', X'B86066E1D5017C1AB8F208D7D67006F4FE281F0613EDC4F0F62652B9B40FAADD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A20446023373D68F17004BB6C90186', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A20446023373D68F17004CA5D7B0E5', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a20446-0233-73d6-8f17-004bb6c90186","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-0233-73d6-8f17-004ca5d7b0e5","outcome":null,"body_digest":"7034811fe9391d61745d112139c31c43dbd5b699836d12f39912ed5be87a6835"}', X'9FDAC89380ED6F52A4157F39730C748843E68D74AE1C95C11D85F26C47F61654', X'8AAFD6823DB3EB03D118B7BFA7F7E017', X'7B22726561736F6E223A6E756C6C7D', X'B86066E1D5017C1AB8F208D7D67006F4FE281F0613EDC4F0F62652B9B40FAADD', X'5E500B4285237EDC1E84A025175E192FAB37CA50F4FF79EED1BFAB58956796A6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446023576D4B1862F37E1F14226', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0235-76d4-b186-2f37e1f14226","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'657A5D949E13C0B2CFC5EE5A1FBDED88C6A912297C88D90C5D30646BDA54E25D', NULL, NULL, X'5E500B4285237EDC1E84A025175E192FAB37CA50F4FF79EED1BFAB58956796A6', X'B0A9EE1275130DBE09D8E537EF1827C51E36C7F6941A60AB0413C7B4ACC08240');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446023674ABB93CFACE12528A7D', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0236-74ab-b93c-face12528a7d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FA507D024CDAF8A3C4F6D756730926EC4E8CAD9B174248A69607D6DB3FDDE1DA', NULL, NULL, X'B0A9EE1275130DBE09D8E537EF1827C51E36C7F6941A60AB0413C7B4ACC08240', X'FF98B515B623DFED01E04C7247EED3D45782B700164F3139A0B77BF0E4BB4C75');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A20446023674ABB93CFACDFD93BD22', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20446023674ABB93CFACE12528A7D', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20446-0236-74ab-b93c-facdfd93bd22","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-0236-74ab-b93c-face12528a7d","outcome":null,"body_digest":"bfcdc441df206c8030c91a698876fa393144c3ceb363a54837a58be22623fe01"}', X'AF54525523400757CE50FC28387CBDE64D721E57F26207958E39BD578480CE7A', X'EA1C5A1F5F0E354DFF28A136633E51A8', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'FF98B515B623DFED01E04C7247EED3D45782B700164F3139A0B77BF0E4BB4C75', X'8CEC9B460429398DC61D2F24BC3A53AD7E13FB7850C2DE6B2F67E249C78810E7');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A2044602387638844D919E9AD20D9B', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20446-0238-7638-844d-919e9ad20d9b","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"a98895d5f176f474dc3969ca08fca9bec89b6c4aa25eddfa65dbe17b5db1333c"}', X'9CC0A79B3EF31A9971202DCFC08DB05C4F73789079245F4FFF1C3997E7B42914', X'8921C184087E46C02468A8CBF01250E2', X'7B2261223A317D', X'8CEC9B460429398DC61D2F24BC3A53AD7E13FB7850C2DE6B2F67E249C78810E7', X'A5C13EEC0002D5405D940AB12168CEA66F9262FA97EA4C7667987003331269C2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446022872E2B98958781F06E44A', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0228-72e2-b989-58781f06e44a","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'EA0401DCD584897F181032C19612F9B7675332E947F9559408D9A1D21CD3B13F', NULL, NULL, X'4F9D0EFA5C8E422C68B4370123DBF1715CAF3174EA3B9F7D846F8310850135D9', X'6B2AD0B3DEDE047340DC9B818A36963B8441226143756C027D21A2566B9D465D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"9466628491f006ed382f46e7aaf2c2ff12f693a60c22c76764f7f6aa7b7b166f"}', X'4F9FB60BA881F47699FB123DF60AEC23BCF4EF394AB1B0B08C11A314A2C2E7CB', X'69439D8CBECF8947446246F499661AA4', X'7B226167656E74223A226576652F636C61756465227D', X'A5C13EEC0002D5405D940AB12168CEA66F9262FA97EA4C7667987003331269C2', X'2834788825D06826A017D0F5B937203194F8EEDC9272B8AD3B7ABDD1B1EDC197');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"771d91ad81ffe22411276171dda541637a81ac7324a44b2d655f07f826fe7f2e"}', X'BB8661B3916119A50267548DCA9514081611905D1CE7CF70060BB71EF08B00B9', X'6A40827473F8832D2D4FF25710FD4824', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'2834788825D06826A017D0F5B937203194F8EEDC9272B8AD3B7ABDD1B1EDC197', X'B2AB0F0134D2AD189CF6CE7CDBBFFBBEE4C851B80F9EC2726DE388F2C12D2CE8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"b90b88359a4339556d5941220e6f70c5dd40d09ff4f81bb5b4ab82429d122c7d"}', X'410C76561FD262492B37520D5FE09EE792F0775AA12996FE1A96259FB580BA66', X'67912989F0D5EEFAF05FF88D33FB6831', X'7B22646967657374223A22646967657374227D', X'B2AB0F0134D2AD189CF6CE7CDBBFFBBEE4C851B80F9EC2726DE388F2C12D2CE8', X'B583DADB04C43734160F82B89D47A7CA6E6D579A833056303001E5628B5D7793');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446023C72DB8E84F9C7773A54C4', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-023c-72db-8e84-f9c7773a54c4","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CA37B08BA24B9C9313AC3C657695FEFDDF56210B92260BECFC648988BE614AB8', NULL, NULL, X'B583DADB04C43734160F82B89D47A7CA6E6D579A833056303001E5628B5D7793', X'602D1B480A3E45A5D995ECFEDC06E03D545E95112E362807D00540B5EE0FC7BC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A20446023B735F9EA19FD6A964D44E', X'01A20446023B735F9EA19FD52C9B1EFE', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A20446023C72DB8E84F9C7773A54C4', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a20446-023b-735f-9ea1-9fd6a964d44e","session":"01a20446-023b-735f-9ea1-9fd52c9b1efe","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20446-023c-72db-8e84-f9c7773a54c4","outcome":null,"body_digest":"73192633e176d15399a9f0a4ff63576d7cc236d712aff8fb11fa233ac5c99c3e"}', X'7CC55AC99DD07BB73D92F1015C8D7AA670A8BB5B89D024D991E9DD9032FBAB63', X'AFDE4EDD6D3EE4408DD6230790E55393', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'602D1B480A3E45A5D995ECFEDC06E03D545E95112E362807D00540B5EE0FC7BC', X'95D7760B90F570FBAAC7E2E844D78B771CC252F30635F3F1AF72D539460BE8C6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A20446023B735F9EA19FD6A964D44E', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A20446023C72DB8E84F9C7773A54C4', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20446-023b-735f-9ea1-9fd6a964d44e","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20446-023c-72db-8e84-f9c7773a54c4","outcome":null,"body_digest":"30449c995445664c66c7b2bdc0825814e3cbc9423474adecce7864779cac4fc1"}', X'D865F7263B89F8ACB0F23611A37331C369E97BD2847311EAB5C94C0648DABE0D', X'19A202648252FAFDF85176961DCD7E35', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'95D7760B90F570FBAAC7E2E844D78B771CC252F30635F3F1AF72D539460BE8C6', X'3278D76E6B9E4BEFE6DC53711DAA925EAEF2D707CB77F5746E1AA12E4E9C927B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A20446023B735F9EA19FD6A964D44E', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A20446023C72DB8E84F9C7773A54C4', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a20446-023b-735f-9ea1-9fd6a964d44e","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20446-023c-72db-8e84-f9c7773a54c4","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'88170C22F64CB0C23E3BDBC619BAA802D1A0A20D7097E221668267F20D697FD0', NULL, NULL, X'3278D76E6B9E4BEFE6DC53711DAA925EAEF2D707CB77F5746E1AA12E4E9C927B', X'A533D1C459B841CE08A40AB1480D98DFA5BBB88A0B3B7EE48212F09E61F41515');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A20446023B735F9EA19FD6A964D44E', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A20446023C72DB8E84F9C7773A54C4', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a20446-023b-735f-9ea1-9fd6a964d44e","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a20446-023c-72db-8e84-f9c7773a54c4","outcome":null,"body_digest":"5dcf638bc87521358f3443f7e9636dde1769678f73a29a647b65023409cc23e4"}', X'30B55BF7E902168354128E5EDEAC81FE9109C3AC3D9272BDD720E190BBD5744B', X'FABB4F12168E82D04CAED96D1B6188ED', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'A533D1C459B841CE08A40AB1480D98DFA5BBB88A0B3B7EE48212F09E61F41515', X'3FBBED3A5E633E38FDDADC47D7D6C7F242BFC24394AA67E21B21AC52DB749400');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446024073F68842803E26F58BF3', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-0240-73f6-8842-803e26f58bf3","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'A85749C99D107A2E07A5CA5884D2286D6CE3CEC04EB2F136AADEC7B39803FB36', NULL, NULL, X'3FBBED3A5E633E38FDDADC47D7D6C7F242BFC24394AA67E21B21AC52DB749400', X'FBDB3F30A896B3515841B482E7583018F6C8813A1BE41D9C04EA30130C40FC49');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A20446024073F68842803C909B4A59', X'01A20446024073F68842803B3BCB5054', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A20446024073F68842803E26F58BF3', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a20446-0240-73f6-8842-803c909b4a59","session":"01a20446-0240-73f6-8842-803b3bcb5054","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20446-0240-73f6-8842-803e26f58bf3","outcome":null,"body_digest":"274b32d99cb80eded8a885a7fd76c8251f78527ef5fa5250e6e4b1f2c01450e7"}', X'5C0A0964231BA3DB1CD0118E7516C5EB701210F6F112994A8C74AA23D421819B', X'672172A8A86320E3699D90879BD9EE58', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'FBDB3F30A896B3515841B482E7583018F6C8813A1BE41D9C04EA30130C40FC49', X'D0D459B78EB3C6E2880531C4BF52F0BE851B087BAA23EE8BB2930864032F93E0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A2044602277269B4E1562C39FAC8CE', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20446022872E2B98958781F06E44A', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20446-0227-7269-b4e1-562c39fac8ce","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-0228-72e2-b989-58781f06e44a","outcome":null,"body_digest":"a1779f6cadbe59d540c6e0f924e12bb84c08e203061be6f04b5abcf111c15d92"}', X'A21AC6C468FF8EF34A5DF8B800014F94A601155A0C863A6DB8283C5938119326', X'AC3C56B82071861940AC9919DA5702EF', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'6B2AD0B3DEDE047340DC9B818A36963B8441226143756C027D21A2566B9D465D', X'8CF433B3DDFB128414B827C93B183C77BBF9533F3113B16C0D7F0102B69C3AC6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446022A708B8F789A1A788C4C61', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-022a-708b-8f78-9a1a788c4c61","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'47E5A7FB3419DAD619289FBA2CEF8EBEBDC9A013B09F259D017F863F2975ED1D', NULL, NULL, X'8CF433B3DDFB128414B827C93B183C77BBF9533F3113B16C0D7F0102B69C3AC6', X'4B4F65ACB949C53DF94BABABA95D1DDF9A94BAF4E072AECF1AABA0D5E70F2A29');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A20446022A708B8F789A1940CB3349', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20446022A708B8F789A1A788C4C61', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20446-022a-708b-8f78-9a1940cb3349","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-022a-708b-8f78-9a1a788c4c61","outcome":null,"body_digest":"8a0d90fcb68a011be961fb504d8f51b65199fa9e7b743e021143ffac378077c8"}', X'FFF5C3492C847FCDBE653C6032659C8389DC68D6FB1409E363FD77A1678D503E', X'89F6C8A47A7AC5B666F437BEEA450EE4', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'4B4F65ACB949C53DF94BABABA95D1DDF9A94BAF4E072AECF1AABA0D5E70F2A29', X'A775D23D7B1D1528002B95F737F4F552B85692FFDB5E22CA91CA4B5AE5524CE2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A20446022A708B8F789A1940CB3349', X'01A20446022A708B8F789A185DE4C34F', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20446022A708B8F789A1A788C4C61', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a20446-022a-708b-8f78-9a1940cb3349","session":"01a20446-022a-708b-8f78-9a185de4c34f","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-022a-708b-8f78-9a1a788c4c61","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'3C246CA6A673B1E330E9D372981B97A499494C1CB6C087EB10478DAD71AC6A39', NULL, NULL, X'A775D23D7B1D1528002B95F737F4F552B85692FFDB5E22CA91CA4B5AE5524CE2', X'4260822CEC5E4BCB34B42CCD96FFE97B5D169D351E326C5787C726FAA8D0F0C6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A20446022A708B8F789A185DE4C34F', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20446022A708B8F789A1A788C4C61', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20446-022a-708b-8f78-9a185de4c34f","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a20446-022a-708b-8f78-9a1a788c4c61","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'23080804AD74656DA20EBFF0043E3001B193930A61AE9C5EE771761E114F418D', NULL, NULL, X'4260822CEC5E4BCB34B42CCD96FFE97B5D169D351E326C5787C726FAA8D0F0C6', X'3B8499473912120FDC8260699D3623015A95102BBC5428D8D993CB5ECEBCC1A6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20446022E767C8B63231ABAC13403', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20446-022e-767c-8b63-231abac13403","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'85B4335251B0BD25D2D2C1EB4BC88C0B7E4F30579447DBA8CC8220BF69A90ED5', NULL, NULL, X'3B8499473912120FDC8260699D3623015A95102BBC5428D8D993CB5ECEBCC1A6', X'03FD852884B50DAD1A08143E244570E425EB9920381713E2A7E687E7E7E10FAF');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A20446022D76E0B592403167905E46', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20446022E767C8B63231ABAC13403', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a20446-022d-76e0-b592-403167905e46","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20446-022e-767c-8b63-231abac13403","outcome":null,"body_digest":"aa96f57661d66a3c48fba34ef67e46fc5bf4b9b8358beb580597bb374b69328a"}', X'05E64CC7EC71278D39F0C3E20E320BA1073DCD3FE088F61F89F01A86315E5573', X'84F79FE3E7241E3B2F0C539D7610AAC9', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'03FD852884B50DAD1A08143E244570E425EB9920381713E2A7E687E7E7E10FAF', X'49792F6CE629F99D5879E6777986227CEFDE6C6D1F29588E96627224F130C7E2');
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
, kind TEXT NOT NULL DEFAULT 'call', subject BLOB, seats TEXT, escalate_at INTEGER, escalated INTEGER NOT NULL DEFAULT 0 CHECK (escalated IN (0, 1))) STRICT;
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204460225726F9E6E545A77528487', X'01A204460225726F9E6E545922097D52', 'default', 'agent:ann/claude', X'01A20446022475C2ACD4EEA198B94F9F', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446022872E2B98958781F06E44A', X'01A2044602277269B4E1562C39FAC8CE', 'default', 'agent:ann/claude', X'01A2044602277269B4E1562BE3561C59', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446022A708B8F789A1A788C4C61', X'01A20446022A708B8F789A1940CB3349', 'default', 'agent:ann/claude', X'01A20446022A708B8F789A185DE4C34F', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A20446022A708B8F789A185DE4C34F', 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446022E767C8B63231ABAC13403', X'01A20446022D76E0B592403167905E46', 'default', 'agent:ann/claude', X'01A20446022D76E0B592403016E545BD', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204460230707AA924BB9C7EDDFB31', X'01A204460230707AA924BB9BBA3824EB', 'default', 'agent:ann/claude', X'01A20446022F77C2BE60620A4F6AC0E9', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446023373D68F17004CA5D7B0E5', X'01A20446023373D68F17004BB6C90186', 'default', 'agent:ann/claude', X'01A20446023373D68F17004A9A392261', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446023576D4B1862F37E1F14226', X'01A20446023576D4B1862F36669ECFD4', 'default', 'agent:ann/claude', X'01A20446023576D4B1862F35E4F42CD6', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446023674ABB93CFACE12528A7D', X'01A20446023674ABB93CFACDFD93BD22', 'default', 'agent:ann/claude', X'01A20446023674ABB93CFACCF7C73CA1', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446023C72DB8E84F9C7773A54C4', X'01A20446023B735F9EA19FD6A964D44E', 'default', 'agent:ann/claude', X'01A20446023B735F9EA19FD52C9B1EFE', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A20446024073F68842803E26F58BF3', X'01A20446024073F68842803C909B4A59', 'default', 'agent:ann/claude', X'01A20446024073F68842803B3BCB5054', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL, 0);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL, proof TEXT, wish TEXT,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A20446022872E2B98958781F06E44A', 'bob', 'approve', 1793500000000, NULL, NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A20446022A708B8F789A1A788C4C61', 'bob', 'approve', 1793500000000, NULL, NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A20446022E767C8B63231ABAC13403', 'bob', 'deny', 1793500000000, NULL, NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204460230707AA924BB9C7EDDFB31', 'bob', 'approve', 1793500000000, NULL, NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A20446023674ABB93CFACE12528A7D', 'bob', 'approve', 1793503600000, NULL, NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A20446023C72DB8E84F9C7773A54C4', 'bob', 'approve', 1793503600000, NULL, NULL);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A204460225726F9E6E545A77528487', X'01A20446022475C2ACD4EEA198B94F9F');
INSERT INTO waiters (approval, session) VALUES (X'01A20446022872E2B98958781F06E44A', X'01A2044602277269B4E1562BE3561C59');
INSERT INTO waiters (approval, session) VALUES (X'01A20446022A708B8F789A1A788C4C61', X'01A20446022A708B8F789A185DE4C34F');
INSERT INTO waiters (approval, session) VALUES (X'01A20446022E767C8B63231ABAC13403', X'01A20446022D76E0B592403016E545BD');
INSERT INTO waiters (approval, session) VALUES (X'01A204460230707AA924BB9C7EDDFB31', X'01A20446022F77C2BE60620A4F6AC0E9');
INSERT INTO waiters (approval, session) VALUES (X'01A20446023373D68F17004CA5D7B0E5', X'01A20446023373D68F17004A9A392261');
INSERT INTO waiters (approval, session) VALUES (X'01A20446023576D4B1862F37E1F14226', X'01A20446023576D4B1862F35E4F42CD6');
INSERT INTO waiters (approval, session) VALUES (X'01A20446023674ABB93CFACE12528A7D', X'01A20446023674ABB93CFACCF7C73CA1');
INSERT INTO waiters (approval, session) VALUES (X'01A20446023C72DB8E84F9C7773A54C4', X'01A20446023B735F9EA19FD52C9B1EFE');
INSERT INTO waiters (approval, session) VALUES (X'01A20446024073F68842803E26F58BF3', X'01A20446024073F68842803B3BCB5054');
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
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A2044602387638844D919E9AD20D9B', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A20446022A708B8F789A185DE4C34F', X'01A20446022A708B8F789A1A788C4C61', NULL, NULL);
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
, signing_key BLOB) STRICT;
INSERT INTO users (name, role, tenant, token, added_at, revoked_at, signing_key) VALUES ('bob', 'admin', 'default', X'0303030303030303030303030303030303030303030303030303030303030303', 1793503600000, NULL, NULL);
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
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a20446-023e-7186-bfd5-04ae0cbb291a"],"restore":[],"modules":[]}');
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
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A20446023E7186BFD504AE0CBB291A', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
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
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A20446023C72DB8E84F9C7773A54C4', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A20446024073F68842803E26F58BF3', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
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
CREATE TABLE nonces (
    tenant    TEXT NOT NULL,
    principal TEXT NOT NULL,
    nonce     TEXT NOT NULL,
    until     INTEGER NOT NULL,
    PRIMARY KEY (tenant, principal, nonce)
) STRICT, WITHOUT ROWID;
CREATE TABLE login_links (
    code      BLOB PRIMARY KEY,
    tenant    TEXT NOT NULL,
    lease     TEXT NOT NULL,
    principal TEXT NOT NULL,
    proof     TEXT NOT NULL,
    token     BLOB,
    until     INTEGER NOT NULL,
    used_at   INTEGER
) STRICT;
CREATE TABLE logins (
    cookie    BLOB PRIMARY KEY,
    key       BLOB NOT NULL,
    tenant    TEXT NOT NULL,
    lease     TEXT NOT NULL,
    principal TEXT NOT NULL,
    token     BLOB,
    opened_at INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,
    until     INTEGER NOT NULL
) STRICT;
CREATE TABLE listeners (
    address TEXT PRIMARY KEY,
    lease   TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE TABLE seen (
    approval BLOB NOT NULL,
    by       TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (approval, by)
) STRICT, WITHOUT ROWID;
CREATE TABLE notify_targets (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL CHECK (type IN ('discord', 'email')),
    enabled    INTEGER NOT NULL,
    address    TEXT,
    shown      TEXT NOT NULL,
    events     TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE TABLE deliveries (
    target  BLOB NOT NULL REFERENCES notify_targets (id),
    seq     INTEGER NOT NULL,
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    status  TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    due_at  INTEGER NOT NULL,
    claimed_until INTEGER,
    sent_at INTEGER,
    error   TEXT,
    PRIMARY KEY (target, seq, kind)
) STRICT;
CREATE TABLE remembered (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    allows     INTEGER NOT NULL CHECK (allows IN (0, 1)),
    keep       TEXT NOT NULL CHECK (keep IN ('session', 'forever')),
    scope      TEXT NOT NULL CHECK (scope IN ('agent', 'server')),
    principal  TEXT NOT NULL,
    session    BLOB NOT NULL,
    upstream   TEXT NOT NULL,
    identity   BLOB NOT NULL,
    tool       TEXT NOT NULL,
    definition BLOB NOT NULL,
    arguments  BLOB NOT NULL,
    pattern    TEXT,
    tier       INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 2),
    leans      BLOB NOT NULL,
    policy     TEXT NOT NULL,
    approval   BLOB NOT NULL UNIQUE,
    given_by   TEXT NOT NULL,
    given_at   INTEGER NOT NULL,
    life       INTEGER CHECK (life > 0),
    ends_at    INTEGER CHECK (pattern IS NULL OR ends_at IS NOT NULL),
    most       INTEGER CHECK (most > 0),
    used       INTEGER NOT NULL DEFAULT 0 CHECK (most IS NULL OR used <= most),
    used_at    INTEGER,
    ended_at   INTEGER,
    ended      TEXT CHECK ((ended IS NULL) = (ended_at IS NULL))
        CHECK (ended IN ('revoked', 'expired', 'used_up', 'session_over', 'policy_changed', 'replaced'))
) STRICT;
CREATE TABLE leans (
    remembered BLOB NOT NULL,
    layer      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (remembered, layer, rule)
) STRICT, WITHOUT ROWID;
CREATE TABLE states (
    state BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE UNIQUE INDEX users_live ON users (tenant, name) WHERE revoked_at IS NULL;
CREATE INDEX nonces_until ON nonces (until);
CREATE INDEX nonces_of ON nonces (tenant, principal, until);
CREATE INDEX logins_of ON logins (tenant, principal, opened_at);
CREATE UNIQUE INDEX notify_targets_name ON notify_targets (tenant, name) WHERE removed_at IS NULL;
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'pending';
CREATE INDEX deliveries_pending ON deliveries (target) WHERE status = 'pending';
CREATE INDEX deliveries_history ON deliveries (tenant, created_at);
CREATE INDEX approvals_escalate ON approvals (escalate_at)
    WHERE escalate_at IS NOT NULL AND escalated = 0 AND state = 'pending';
CREATE TRIGGER approvals_seats BEFORE UPDATE OF seats, escalate_at ON approvals
WHEN NEW.seats IS NOT OLD.seats OR NEW.escalate_at IS NOT OLD.escalate_at
BEGIN
    SELECT RAISE(ABORT, 'what was asked never changes');
END;
CREATE TRIGGER votes_hold BEFORE UPDATE ON votes
BEGIN
    SELECT RAISE(ABORT, 'a vote never changes');
END;
CREATE TRIGGER votes_stay BEFORE DELETE ON votes
BEGIN
    SELECT RAISE(ABORT, 'a vote is never taken back');
END;
CREATE INDEX remembered_of ON remembered (tenant, identity, tool) WHERE ended IS NULL;
CREATE INDEX remembered_session ON remembered (session) WHERE ended IS NULL AND keep = 'session';
CREATE INDEX remembered_given ON remembered (tenant, given_at);
CREATE INDEX remembered_due ON remembered (ends_at) WHERE ended IS NULL AND ends_at IS NOT NULL;
CREATE INDEX journal_remembered ON journal (approval, type) WHERE type IN ('remembered.given', 'remembered.used',
    'remembered.ended');
CREATE TRIGGER remembered_stay BEFORE DELETE ON remembered
BEGIN
    SELECT RAISE(ABORT, 'what was remembered is never deleted');
END;
CREATE TRIGGER remembered_hold BEFORE UPDATE ON remembered
WHEN OLD.ended IS NOT NULL OR NEW.used < OLD.used
    OR NEW.id IS NOT OLD.id OR NEW.tenant IS NOT OLD.tenant OR NEW.allows IS NOT OLD.allows
    OR NEW.keep IS NOT OLD.keep OR NEW.scope IS NOT OLD.scope OR NEW.principal IS NOT OLD.principal
    OR NEW.session IS NOT OLD.session OR NEW.upstream IS NOT OLD.upstream OR NEW.identity IS NOT OLD.identity
    OR NEW.tool IS NOT OLD.tool OR NEW.definition IS NOT OLD.definition OR NEW.arguments IS NOT OLD.arguments
    OR NEW.pattern IS NOT OLD.pattern OR NEW.tier IS NOT OLD.tier OR NEW.leans IS NOT OLD.leans OR NEW.policy IS NOT OLD.policy
    OR NEW.approval IS NOT OLD.approval OR NEW.given_by IS NOT OLD.given_by OR NEW.given_at IS NOT OLD.given_at
    OR NEW.life IS NOT OLD.life OR NEW.ends_at IS NOT OLD.ends_at OR NEW.most IS NOT OLD.most
BEGIN
    SELECT RAISE(ABORT, 'what was remembered never changes, and never counts again');
END;
CREATE INDEX leans_rule ON leans (layer, rule);
CREATE INDEX states_until ON states (until);
PRAGMA application_id = 1668507502;
PRAGMA user_version = 5;
