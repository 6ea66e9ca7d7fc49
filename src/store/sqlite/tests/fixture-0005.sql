CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('key_check', X'240352136F2FF8C7C11C27AAB9968D3BFEC5B8DB2650C8507E3B8281F21DEA6F');
INSERT INTO meta (name, value) VALUES ('policy_changed', 1);
INSERT INTO meta (name, value) VALUES ('stirs', 26);
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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E22760C8197164BA673E2B5', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e22-760c-8197-164ba673e2b5","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'59927F519FCC8432445993400A42868B6B8E89AB8508842F2A15E316E31D9F24', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'8235155191B5F6A6A33C371FF2B2B98A31E3D130538F90B6CEF1A30B787C31ED');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E2F725591D54B154440FFBA', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e2f-7255-91d5-4b154440ffba","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'9C69AFDEBAF0B38C407E85565EED6549BA117497854A5BB9A4A29FA3998AE2F3', NULL, NULL, X'01687BC2AF26BAB5B9F7720C37568F94DB19F84018AF6EFD94B39A6112D8CAD9', X'9EE7E58B13AFFD419EA0F48BDECAE73EF67F95A013BF2D9B90402E4BA5DD45B3');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A204DD6E2F725591D54B148AA9B3FE', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E2F725591D54B154440FFBA', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e2f-7255-91d5-4b148aa9b3fe","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e2f-7255-91d5-4b154440ffba","outcome":null,"body_digest":"1190df0ec3690e20450c375bf3b2a599fdc828e436cd8c27eab9f031103f4c70"}', X'18A2766A076AC5DBF888535B0C3800065D192C041B519650D8E5D74405934DDB', X'203E4840518D36BB2A30F15EC2074F9B', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'9EE7E58B13AFFD419EA0F48BDECAE73EF67F95A013BF2D9B90402E4BA5DD45B3', X'4B9E6B3A74774DA991C3729CACEEAB01F1FAB22A84D195AB5E2711F37290F234');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A204DD6E2576CD9B1AC12B98EDDB92', X'01A204DD6E2576CD9B1AC12A14935E1D', NULL, 'write_file', NULL, 2, X'01A204DD6E2576CD9B1AC12CB8E96C2E', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a204dd-6e25-76cd-9b1a-c12b98eddb92","session":"01a204dd-6e25-76cd-9b1a-c12a14935e1d","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e25-76cd-9b1a-c12cb8e96c2e","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'26510FDEF1CAA05DB88443167315CE3D766E6C58E9AF38C123ED58624741A905', NULL, NULL, X'4B9E6B3A74774DA991C3729CACEEAB01F1FAB22A84D195AB5E2711F37290F234', X'272D465F879DA4575E2DA8E6FE4C35F96237D6C076951BD42942E8D18A51B7B4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A204DD6E2F725591D54B148AA9B3FE', X'01A204DD6E2F725591D54B130EB0E24B', NULL, 'write_file', NULL, 2, X'01A204DD6E2F725591D54B154440FFBA', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a204dd-6e2f-7255-91d5-4b148aa9b3fe","session":"01a204dd-6e2f-7255-91d5-4b130eb0e24b","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e2f-7255-91d5-4b154440ffba","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C19D15CBD3DC0197427D9F4285288953AB1EAE4ADF8526E63D53599CAFB8BF98', NULL, NULL, X'272D465F879DA4575E2DA8E6FE4C35F96237D6C076951BD42942E8D18A51B7B4', X'FE378D0D8D74BC369AA18015ED2372FC7BD1E3A0D652DC7D97D822F0D4F91200');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E337446A27CE9C08EC038A3', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e33-7446-a27c-e9c08ec038a3","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8994F275A639D6FF9E59C719A92FEEF46F300BC74104F0C41EBC897248351F35', NULL, NULL, X'FE378D0D8D74BC369AA18015ED2372FC7BD1E3A0D652DC7D97D822F0D4F91200', X'6E801D2D548EF64A446DD1919A0758D66963D9117EE5C8C2C9F343E28EB4A48B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A204DD6E337446A27CE9BF9A98B701', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A204DD6E337446A27CE9C08EC038A3', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a204dd-6e33-7446-a27c-e9bf9a98b701","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e33-7446-a27c-e9c08ec038a3","outcome":null,"body_digest":"32fc15408bd645aa2ab8ced59a48f040a3dba0dfbbbb0b3a77ce3c014ed5fba0"}', X'E6784795CECA25B9FAAFA1C2D27A0D155E15010534D97026203357515D53156A', X'7A00D9DF89EF4343F5136B3A0BA46863', X'7B22726561736F6E223A6E756C6C7D', X'6E801D2D548EF64A446DD1919A0758D66963D9117EE5C8C2C9F343E28EB4A48B', X'B1FB93A589E2D98CF73D71CBF393AF8C2178F937EA594BC576834A98EC9D8231');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E3675E2B6D2CA898478DFD0', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e36-75e2-b6d2-ca898478dfd0","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'3E9790E1AA6154F1364C2831D5024D1EDC64507866722E72FD03AA051A40289A', NULL, NULL, X'B1FB93A589E2D98CF73D71CBF393AF8C2178F937EA594BC576834A98EC9D8231', X'3D9E966567B90779314EAE4ABCB18518F22D431A333577D77CC90F0971DEC756');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E377633883A7A79DF5633A4', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e37-7633-883a-7a79df5633a4","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'64A8A656AF11491AD6D0E39C85E663EAF4951ED80EC9B4CE05E19C091C80721F', NULL, NULL, X'3D9E966567B90779314EAE4ABCB18518F22D431A333577D77CC90F0971DEC756', X'734DFCD3898ECF7CE99CC188F0D16B19F78B8F80AF2A20F02AF3D10C95D4D851');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A204DD6E377633883A7A7805FD4F5E', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E377633883A7A79DF5633A4', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e37-7633-883a-7a7805fd4f5e","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e37-7633-883a-7a79df5633a4","outcome":null,"body_digest":"8782e1902c6c98681c71b0eb01bee62aa4064f730610c43ccc12250197956aa4"}', X'F429600C7EFD785FE45BFC28CF9D1B8861CFA695012509C44DEF27935DFC4264', X'58E7E92E4A937ACB09B0742BC1EB7AE6', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'734DFCD3898ECF7CE99CC188F0D16B19F78B8F80AF2A20F02AF3D10C95D4D851', X'9AA7469A64459BAB79BADA3FF47697EBC6E2B1791172A7E8BB927284D46D9FEB');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A204DD6E39765E81F87AE2DEF5D4DA', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204dd-6e39-765e-81f8-7ae2def5d4da","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"8e1d7627d60030c81ab54857bf51cc2f21ba6110743285b6d234c552147aa72e"}', X'F1D4B4CA49A1FE0962026DCDBFE83D89594DBBD08DD9F37DC4FFA3C0188EB2CF', X'40F4B8B9CA06D5133CA1F61F878E5C88', X'7B2261223A317D', X'9AA7469A64459BAB79BADA3FF47697EBC6E2B1791172A7E8BB927284D46D9FEB', X'37E476F65CFA67DC7D8F24F21114D6415FFB110B7DF74DBDD452923FFA557D16');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E2576CD9B1AC12CB8E96C2E', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e25-76cd-9b1a-c12cb8e96c2e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DF97240F3A813CA3E62EAECE8109FF703088E16B722CB39C9EAF6B4CF545DCE1', NULL, NULL, X'8235155191B5F6A6A33C371FF2B2B98A31E3D130538F90B6CEF1A30B787C31ED', X'EDE5A911A0E6E932D8E26C63EA5E36AB243A18B09A0ADE45C157D74A2B115BF7');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"5d980ea6cf7c686170f689b51d26841e789de216313f6198a027370df405b807"}', X'32D600F1EC41677AFFAC7C2949D8CC9D501F271E5A7E56B3B731EFBA97D1362C', X'FA5738ABD5B0E75EB5F65BD76761B42B', X'7B226167656E74223A226576652F636C61756465227D', X'37E476F65CFA67DC7D8F24F21114D6415FFB110B7DF74DBDD452923FFA557D16', X'21985057FDBA831BF8BE35691ED15E1CABAC80CC8DFFDA8CB1EAB540482E105D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"fd40bbf1c5932821755309692b3137677d4539d1c1656d7c3ab2638e7a20e9ca"}', X'58804AFB13E26B2E174F071F53C31AE45277C0531E26E00AFE64C84287EDCB6D', X'61F5A8A115C5D6D0B19DB475C07F6612', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'21985057FDBA831BF8BE35691ED15E1CABAC80CC8DFFDA8CB1EAB540482E105D', X'7E17070D3953692D0245F056377DBF12D72B94E48C69C5C31926BA5D0B72ABCF');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"68cd2e483af970afa4a2611fdbaa95913983505af72b3ed209a699d36daba337"}', X'86D1BAECE4456BD5DC6733ECA87CA972B4CDD0B21CBC4B3E3F4071A63FC099FF', X'963310A4F01C2F7A19B940ADF740CFEC', X'7B22646967657374223A22646967657374227D', X'7E17070D3953692D0245F056377DBF12D72B94E48C69C5C31926BA5D0B72ABCF', X'01CE9F1CEEA04ABEB1D5B89C49D163CAB80BB5E43676D1863D9AA2866D83C634');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E3D730282041D76BA0BBE91', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e3d-7302-8204-1d76ba0bbe91","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'82B655AAF909DCB31A9A8ECBAD99978570DCB1052E41652FAEADBD88571AA20A', NULL, NULL, X'01CE9F1CEEA04ABEB1D5B89C49D163CAB80BB5E43676D1863D9AA2866D83C634', X'0C6E2E8F57C690EE51CF9F4F6500627384FFC543357863C554C435499C8B5208');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A204DD6E3C76A8AE5F37286429020A', X'01A204DD6E3C76A8AE5F3727C025CFB6', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A204DD6E3D730282041D76BA0BBE91', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a204dd-6e3c-76a8-ae5f-37286429020a","session":"01a204dd-6e3c-76a8-ae5f-3727c025cfb6","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204dd-6e3d-7302-8204-1d76ba0bbe91","outcome":null,"body_digest":"fb47ddf19b8113f2f5846e583e9e497b43e3f31510d938f9e401de044d819cc8"}', X'C11265DEBD8F95122D64934ADAACF786A8C9161B72AD0C3D22D6B153B58FD7F9', X'3697F461C6D5B754904389AFC63058FA', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'0C6E2E8F57C690EE51CF9F4F6500627384FFC543357863C554C435499C8B5208', X'5730885F5E274341792D0E24A7F12F1D93A164C906D875A9973231EDE4444995');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A204DD6E3C76A8AE5F37286429020A', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204DD6E3D730282041D76BA0BBE91', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e3c-76a8-ae5f-37286429020a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204dd-6e3d-7302-8204-1d76ba0bbe91","outcome":null,"body_digest":"920ef3f43eca95e3cd05e029bdb14d976ba263f5f451dea42d3118d5dfe995bb"}', X'F24B72FDAB2A2B1F2E6D36420AC0A40CF26AA0CEC5AF64F80AA750F7AD485227', X'1119214D2DABD38B41100CE1CCC8050A', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'5730885F5E274341792D0E24A7F12F1D93A164C906D875A9973231EDE4444995', X'463129D85BCDBCF631F0A3B2988BDA85B434CA64B3EC40185491A5D43A97D221');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A204DD6E3C76A8AE5F37286429020A', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204DD6E3D730282041D76BA0BBE91', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a204dd-6e3c-76a8-ae5f-37286429020a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204dd-6e3d-7302-8204-1d76ba0bbe91","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'AC24079E9F603B9CE6DE0F73C183518351B39ACD44F8E22B1D8032FA327A4115', NULL, NULL, X'463129D85BCDBCF631F0A3B2988BDA85B434CA64B3EC40185491A5D43A97D221', X'833D91CC3B735DA7FFEF5A51DD2F3292FACE0AD26D0DC5BF734D1187B010E3B8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A204DD6E3C76A8AE5F37286429020A', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204DD6E3D730282041D76BA0BBE91', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a204dd-6e3c-76a8-ae5f-37286429020a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a204dd-6e3d-7302-8204-1d76ba0bbe91","outcome":null,"body_digest":"0c056a4de97135e28595904e901e5e564b53135cda9bfebee7c7834c6dbda9e4"}', X'BD956D1D2ADEA997E4133A20E631757E9A62EC543857652B84A85AD93CEAC50A', X'602ED3343C83F8C89D2C153884887AC4', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'833D91CC3B735DA7FFEF5A51DD2F3292FACE0AD26D0DC5BF734D1187B010E3B8', X'B0096CF3DDF98F94BFCDFE17AA57E4D9FD4B2D46813B14B18B5FC9459F0BA128');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E42702BBD0F9CB802953C70', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e42-702b-bd0f-9cb802953c70","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FC351C7181754F5BDED47CE0DFC6E8908C1804D277441C809D8865712377DC20', NULL, NULL, X'B0096CF3DDF98F94BFCDFE17AA57E4D9FD4B2D46813B14B18B5FC9459F0BA128', X'3922721463971E08E5AF0F1D4000A93E103444C7626A6AD651C68E93BDD45757');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A204DD6E42702BBD0F9CB6C075495E', X'01A204DD6E42702BBD0F9CB59203A83E', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A204DD6E42702BBD0F9CB802953C70', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a204dd-6e42-702b-bd0f-9cb6c075495e","session":"01a204dd-6e42-702b-bd0f-9cb59203a83e","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204dd-6e42-702b-bd0f-9cb802953c70","outcome":null,"body_digest":"2c5bfae87021609ff9ba4aee539047c255af9923840545a127b012ea76d4645e"}', X'94BA4861C4CDAB21A057CCF7B14D866D779B51EC796942A6FCBF8359C92B2E26', X'E68AE0E1C91623B0464A11FDB6FCA3D6', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'3922721463971E08E5AF0F1D4000A93E103444C7626A6AD651C68E93BDD45757', X'40FF10B5F60887B1D92AB80126E240A4BF33433450702A386E54E70EE4374596');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A204DD6E2576CD9B1AC12B98EDDB92', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E2576CD9B1AC12CB8E96C2E', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e25-76cd-9b1a-c12b98eddb92","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e25-76cd-9b1a-c12cb8e96c2e","outcome":null,"body_digest":"010308388ad21848c988ca6495be8ab2dbb2a71a1d156e33da45aa73efa9f720"}', X'8960EDFDFF108F91BB8A885CAD8E96ADD83353DC1E0C19D240F8B92F3027EC08', X'BEB4E8AEB0C3C9241A33F45177D7F0CD', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'EDE5A911A0E6E932D8E26C63EA5E36AB243A18B09A0ADE45C157D74A2B115BF7', X'449EA635ED09774BA5A7C867059C40B2C68B8A9730771A04969684C5483E3FE4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (30, 1793503600000, 'session.opened', 'default', NULL, X'01A204DD6E4373D9B30E607DA8945391', 'agent:ann/claude', NULL, NULL, NULL, NULL, '{"seq":30,"ts":1793503600000,"type":"session.opened","tenant":"default","correlation":null,"session":"01a204dd-6e43-73d9-b30e-607da8945391","principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"67712d2f98caf99610504e30831721241b2c36be29fc8653f1c2a3a6ce702e1f"}', X'0F68C5BAAB0E1A542949F7F7934D8CDBE3C1B0DA641663AD626A0D1E039745AD', X'154CA931E968634045F55A0BB3104DA5', X'7B226B696E64223A227365727665222C22706172656E745F706964223A312C22706964223A317D', X'40FF10B5F60887B1D92AB80126E240A4BF33433450702A386E54E70EE4374596', X'A9D7F4B9E62B7A29827E55F8CF08D61533F73681B44E531053C733B9265151B1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (31, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":31,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'F078DE4B5BDE0DA9E9940A5880FC6BB53E845029DC59638672C450318D3EEE39', NULL, NULL, X'A9D7F4B9E62B7A29827E55F8CF08D61533F73681B44E531053C733B9265151B1', X'B22A4149FB93394BCE0109190849BF1CD02DADF895A448F8A6F4DA555F2790FD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (32, 1793503600000, 'approval.approved', 'default', X'01A204DD6E4471188E173CA1CF57DDA4', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":32,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e44-7118-8e17-3ca1cf57dda4","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":null,"body_digest":"d8eebcd93ab53ef15cb8a7bbc873d0fe79ffa9af69660c9aa6d902d1c49001ef"}', X'21D09753D323088DEC87FBCF1956569DDEC49C05F4583100DA89022AB704BE3B', X'611383B8864B2AA52490229A2CED8B8B', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'B22A4149FB93394BCE0109190849BF1CD02DADF895A448F8A6F4DA555F2790FD', X'8F7EE6F00A9825581923C4A665E7026D6A6BB5B146F559C83BFB1BD40A0B62C9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (33, 1793503600000, 'remembered.given', 'default', X'01A204DD6E4471188E173CA1CF57DDA4', X'01A204DD6E4373D9B30E607DA8945391', 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":33,"ts":1793503600000,"type":"remembered.given","tenant":"default","correlation":"01a204dd-6e44-7118-8e17-3ca1cf57dda4","session":"01a204dd-6e43-73d9-b30e-607da8945391","principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":"25fea248c4ff07ba9fd7ff598d52c630e6c06351ad19061ec560f116a59861ac","body_digest":"2d44817676d3088bf96f3e7120ff2a6824087c80f523041d56332126da5dd63c"}', X'8D514E68578B4C33A3847FC00866DEF9EE5E94CC48DF4D5291C8F167AFFD239A', X'3777F2D10E63B9945045EF04CF107029', X'7B22616C6C6F7773223A747275652C22656E64735F6174223A6E756C6C2C226964223A2230316132303464642D366534362D373462372D393230612D383261333439376465303732222C226B656570223A22666F7265766572222C227061747465726E223A6E756C6C2C2270726F6F66223A227465726D696E616C222C2273636F7065223A226167656E74222C2275736573223A6E756C6C7D', X'8F7EE6F00A9825581923C4A665E7026D6A6BB5B146F559C83BFB1BD40A0B62C9', X'5ADE076F97E9C5F0ADBF9F844B8F1F8B36AE7CF91C39822236679CE6CD59F3B5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (34, 1793503600000, 'approval.consumed', 'default', X'01A204DD6E4471188E173CA1CF57DDA4', X'01A204DD6E4373D9B30E607DA8945391', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":34,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a204dd-6e44-7118-8e17-3ca1cf57dda4","session":"01a204dd-6e43-73d9-b30e-607da8945391","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'7450295001D6BE56333362441DD01DF4E6DE7EBEBACCD4BAA1312AD24E8F43EA', NULL, NULL, X'5ADE076F97E9C5F0ADBF9F844B8F1F8B36AE7CF91C39822236679CE6CD59F3B5', X'E22067617E71B2B0978036DF01A2F7CD03B64470D370409BA9753819C40A9AF0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (35, 1793503600000, 'call.permitted', 'default', NULL, X'01A204DD6E4373D9B30E607DA8945391', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":35,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204dd-6e43-73d9-b30e-607da8945391","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'705D33D60344449AD5412801DD2CAEAF07C401F8ADDD9FA4BEBABB1F21EC7E87', NULL, NULL, X'E22067617E71B2B0978036DF01A2F7CD03B64470D370409BA9753819C40A9AF0', X'F9063812B8509D32F393C0C73B2020028C2781FBD1DFA0303343C4EB65877428');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (36, 1793503600000, 'call.outcome', 'default', NULL, NULL, NULL, NULL, NULL, NULL, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":36,"ts":1793503600000,"type":"call.outcome","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":"ran","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'5A29CF2A0CC52113BF72B9D128916B8EAECEB41DD945B7E988C945387F9FAA40', NULL, NULL, X'F9063812B8509D32F393C0C73B2020028C2781FBD1DFA0303343C4EB65877428', X'80405890DBCC118389C112F72BAB34F2C1A1C7D530521B5B9CAA82FA2A95043D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (37, 1793503600000, 'remembered.used', 'default', NULL, X'01A204DD6E4373D9B30E607DA8945391', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204DD6E4471188E173CA2FA5A2199', '{"seq":37,"ts":1793503600000,"type":"remembered.used","tenant":"default","correlation":null,"session":"01a204dd-6e43-73d9-b30e-607da8945391","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204dd-6e44-7118-8e17-3ca2fa5a2199","outcome":null,"body_digest":"d7d6512609183dd31cc632bfb91f3ac94c901e2adfb6935da8bd849b97f3c13a"}', X'8809B098F5BB3586A7DB84C4B1A76BD291FF7D303A57A468CC3F8CEDB144C025', X'834916677176FFBFC1B6A29E54B36BAB', X'7B22616C6C6F7773223A747275652C22676976656E5F6279223A7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D2C226964223A2230316132303464642D366534362D373462372D393230612D383261333439376465303732222C22757365223A312C2275736573223A6E756C6C7D', X'80405890DBCC118389C112F72BAB34F2C1A1C7D530521B5B9CAA82FA2A95043D', X'E886E305C9678FAC16B5AB02D9F43773F1DA5651395C4301F2AA1E046EBEE413');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (38, 1793503600000, 'call.permitted', 'default', NULL, X'01A204DD6E4373D9B30E607DA8945391', 'agent:ann/claude', 'write_file', NULL, 2, NULL, '{"seq":38,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204dd-6e43-73d9-b30e-607da8945391","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":null,"outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'50DFA4F49A9AEFC43CB5A6565D29A7560C50959B0B2FE63722F95A7FD14C8049', NULL, NULL, X'E886E305C9678FAC16B5AB02D9F43773F1DA5651395C4301F2AA1E046EBEE413', X'81D4F167E0E4A0FEC637113B7119FB95A385AD1280255DA1E3154E5DA6C3C406');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (39, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E4C76D88B95DBCEB5364A77', '{"seq":39,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e4c-76d8-8b95-dbceb5364a77","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8A430963B0336F5DEA4BD75851747EEC2AE58CA6D0B0C36A6A1F965F2E3DFF15', NULL, NULL, X'81D4F167E0E4A0FEC637113B7119FB95A385AD1280255DA1E3154E5DA6C3C406', X'7F0B893CFB1804F83F8A1556717CBDB22305F1D7A2561C0F41CC1D9AD987AA30');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E297037B0DC20D1CB28E782', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e29-7037-b0dc-20d1cb28e782","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'916BDED92C3B5562000FA142DFD9B768FBC78AEAF775A8A777B358F25812371C', NULL, NULL, X'449EA635ED09774BA5A7C867059C40B2C68B8A9730771A04969684C5483E3FE4', X'0612CE205C26D59B38C486CC4C6ECE0D0A525A411251217E2E76BBDB41EB3280');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (40, 1793503600000, 'approval.approved', 'default', X'01A204DD6E4C76D88B95DBCDCBC3BFA9', NULL, 'admin:ben', 'write_file', NULL, 2, X'01A204DD6E4C76D88B95DBCEB5364A77', '{"seq":40,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e4c-76d8-8b95-dbcdcbc3bfa9","session":null,"principal":{"role":"admin","name":"ben"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e4c-76d8-8b95-dbceb5364a77","outcome":"vote","body_digest":"f80769c065c4493ae74ecbe3bb4a0bfddace3b75f4afeaba6034af1050ac9b10"}', X'054AED1302D832FCC7FF0C83D2CCB46F45A9B5DA6F094C139BD7D9D245A7DEE7', X'F5B932D52E0C2A9EE5472416139DC79C', X'7B226E616D6573223A5B2262656E225D2C2270726F6F66223A226170695F746F6B656E222C22726561736F6E223A6E756C6C2C227265717569726564223A322C22766F746573223A317D', X'7F0B893CFB1804F83F8A1556717CBDB22305F1D7A2561C0F41CC1D9AD987AA30', X'2D0F7C3131386CA334D870F4BB295F23FCE3D2E421AD7D24B9CF6C47D24DEDB5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A204DD6E297037B0DC20D0E7DA38AA', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E297037B0DC20D1CB28E782', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204dd-6e29-7037-b0dc-20d0e7da38aa","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e29-7037-b0dc-20d1cb28e782","outcome":null,"body_digest":"49a8854652d970093d09d9ea03340bdc0d7a737942bdbfc6202def5b2a4e043c"}', X'418F1ED78D04103CB76CB9F19F492D1C5DD09210D01102185E9D6E9616759274', X'C0E29BFCDDCD09B1E8595573AF802D8B', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'0612CE205C26D59B38C486CC4C6ECE0D0A525A411251217E2E76BBDB41EB3280', X'23C26B9CF119E4EB3E021474054C53FD8D840550989D85EEEEF22FEF699E75B3');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A204DD6E297037B0DC20D0E7DA38AA', X'01A204DD6E287605BD30B49DB38CDFD0', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204DD6E297037B0DC20D1CB28E782', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a204dd-6e29-7037-b0dc-20d0e7da38aa","session":"01a204dd-6e28-7605-bd30-b49db38cdfd0","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e29-7037-b0dc-20d1cb28e782","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CFCD56005587A3A4696E495E46BDEEDD8AC95B9E03BBD5810A35C4643A41114A', NULL, NULL, X'23C26B9CF119E4EB3E021474054C53FD8D840550989D85EEEEF22FEF699E75B3', X'B749F23EBF5F4254E4891BDEA28FE3CC5169DDD39521A11DD02CCE7080FA171D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A204DD6E287605BD30B49DB38CDFD0', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204DD6E297037B0DC20D1CB28E782', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204dd-6e28-7605-bd30-b49db38cdfd0","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204dd-6e29-7037-b0dc-20d1cb28e782","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'41344ABE97327042B0AA717F8980CCBA381DD3E347C4536E29F00B87D10C0AAB', NULL, NULL, X'B749F23EBF5F4254E4891BDEA28FE3CC5169DDD39521A11DD02CCE7080FA171D', X'DD0AADE6219205C833821E9E1930C2D80AD93D624FC246190F4280002E3D90EB');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204DD6E2D77B5AA3A9E7D3305BF1F', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204dd-6e2d-77b5-aa3a-9e7d3305bf1f","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8002463692592E142F02C5F4BA2E947678F494D4BF053FE8625F26EB34002598', NULL, NULL, X'DD0AADE6219205C833821E9E1930C2D80AD93D624FC246190F4280002E3D90EB', X'20E5BAFBDCEE1E04E0A34D641B270070B89F07436A58D1A294763D773BEEECAC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A204DD6E2C7609B5E45B98435C0164', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204DD6E2D77B5AA3A9E7D3305BF1F', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a204dd-6e2c-7609-b5e4-5b98435c0164","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204dd-6e2d-77b5-aa3a-9e7d3305bf1f","outcome":null,"body_digest":"4e451888e8b077e9adacb710c7a4e80b508d4ff8f84123764617b6b9cb9af7ba"}', X'071360C7C1D9DB7EB78BA789452A8F508EC160AF506A5A7546BD137E0B0C6420', X'F0CC16794A745C71F16F82C3C1046668', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'20E5BAFBDCEE1E04E0A34D641B270070B89F07436A58D1A294763D773BEEECAC', X'01687BC2AF26BAB5B9F7720C37568F94DB19F84018AF6EFD94B39A6112D8CAD9');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E22760C8197164BA673E2B5', X'01A204DD6E22760C8197164AFE30F721', 'default', 'agent:ann/claude', X'01A204DD6E2177B49530859ED1070314', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E2576CD9B1AC12CB8E96C2E', X'01A204DD6E2576CD9B1AC12B98EDDB92', 'default', 'agent:ann/claude', X'01A204DD6E2576CD9B1AC12A14935E1D', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E297037B0DC20D1CB28E782', X'01A204DD6E297037B0DC20D0E7DA38AA', 'default', 'agent:ann/claude', X'01A204DD6E287605BD30B49DB38CDFD0', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A204DD6E287605BD30B49DB38CDFD0', 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E2D77B5AA3A9E7D3305BF1F', X'01A204DD6E2C7609B5E45B98435C0164', 'default', 'agent:ann/claude', X'01A204DD6E2C7609B5E45B974210E159', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E2F725591D54B154440FFBA', X'01A204DD6E2F725591D54B148AA9B3FE', 'default', 'agent:ann/claude', X'01A204DD6E2F725591D54B130EB0E24B', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E337446A27CE9C08EC038A3', X'01A204DD6E337446A27CE9BF9A98B701', 'default', 'agent:ann/claude', X'01A204DD6E337446A27CE9BE23EA7472', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E3675E2B6D2CA898478DFD0', X'01A204DD6E35716BA091EDF2379EC0AE', 'default', 'agent:ann/claude', X'01A204DD6E35716BA091EDF1CECCF5B2', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E377633883A7A79DF5633A4', X'01A204DD6E377633883A7A7805FD4F5E', 'default', 'agent:ann/claude', X'01A204DD6E377633883A7A77AEF07086', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E3D730282041D76BA0BBE91', X'01A204DD6E3C76A8AE5F37286429020A', 'default', 'agent:ann/claude', X'01A204DD6E3C76A8AE5F3727C025CFB6', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E42702BBD0F9CB802953C70', X'01A204DD6E42702BBD0F9CB6C075495E', 'default', 'agent:ann/claude', X'01A204DD6E42702BBD0F9CB59203A83E', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E4471188E173CA2FA5A2199', X'01A204DD6E4471188E173CA1CF57DDA4', 'default', 'agent:ann/claude', X'01A204DD6E4373D9B30E607DA8945391', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226B657074223A317D', X'D2AF54E1ADAE9AAECE606053F6C66BBACA1F0C9D10B5BB49AA3E2988D788EA6E', X'956EB3AD5BD2976B12979CB2020335FBDB81E872AAD4223109C9FE647C8422BD', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[{"layer":"rules","rule":"careful","message":"asks","verdict":"ask"}],"warnings":[],"policy":{"version":1,"digest":"d"},"leans":"0909090909090909090909090909090909090909090909090909090909090909"}', 2, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'01A204DD6E4373D9B30E607DA8945391', 1793503600000, 'ran', 1, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204DD6E4C76D88B95DBCEB5364A77', X'01A204DD6E4C76D88B95DBCDCBC3BFA9', 'default', 'agent:ann/claude', X'01A204DD6E4C76D88B95DBCC227C04C6', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B227365617473223A317D', X'FA6BA6A9185DFEE38DCA69F1F00C7ED9E539472E7A69ABB70BCF2B9EE719D062', X'B84F86D60E52FD2E92E1AE210852200987E8249F50EBD36A48B36B01FECDDF32', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 2, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, '[{"name":"ben","others":[{"name":"dora"},{"name":"max","from":1793586400000}]},{"name":"carla","others":[{"name":"max","from":1793586400000}]}]', 1793586400000, 0);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E22760C8197164BA673E2B5', X'01A204DD6E2177B49530859ED1070314');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E2576CD9B1AC12CB8E96C2E', X'01A204DD6E2576CD9B1AC12A14935E1D');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E297037B0DC20D1CB28E782', X'01A204DD6E287605BD30B49DB38CDFD0');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E2D77B5AA3A9E7D3305BF1F', X'01A204DD6E2C7609B5E45B974210E159');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E2F725591D54B154440FFBA', X'01A204DD6E2F725591D54B130EB0E24B');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E337446A27CE9C08EC038A3', X'01A204DD6E337446A27CE9BE23EA7472');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E3675E2B6D2CA898478DFD0', X'01A204DD6E35716BA091EDF1CECCF5B2');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E377633883A7A79DF5633A4', X'01A204DD6E377633883A7A77AEF07086');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E3D730282041D76BA0BBE91', X'01A204DD6E3C76A8AE5F3727C025CFB6');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E42702BBD0F9CB802953C70', X'01A204DD6E42702BBD0F9CB59203A83E');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E4471188E173CA2FA5A2199', X'01A204DD6E4373D9B30E607DA8945391');
INSERT INTO waiters (approval, session) VALUES (X'01A204DD6E4C76D88B95DBCEB5364A77', X'01A204DD6E4C76D88B95DBCC227C04C6');
CREATE TABLE answers (
    approval BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    answer   BLOB NOT NULL
) STRICT;
INSERT INTO answers (approval, at, answer) VALUES (X'01A204DD6E4471188E173CA2FA5A2199', 1793503600000, X'7B7D');
CREATE TABLE intents (
    seq      INTEGER PRIMARY KEY,
    session  BLOB,
    approval BLOB
, run BLOB, step INTEGER) STRICT;
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A204DD6E39765E81F87AE2DEF5D4DA', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (38, X'01A204DD6E4373D9B30E607DA8945391', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A204DD6E287605BD30B49DB38CDFD0', X'01A204DD6E297037B0DC20D1CB28E782', NULL, NULL);
CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    principal  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    parent_pid INTEGER NOT NULL,
    opened_at  INTEGER NOT NULL
) STRICT;
INSERT INTO sessions (id, tenant, principal, kind, pid, parent_pid, opened_at) VALUES (X'01A204DD6E4373D9B30E607DA8945391', 'default', 'agent:ann/claude', 'serve', 1, 1, 1793503600000);
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
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a204dd-6e40-71a5-bf98-c851276bf651"],"restore":[],"modules":[]}');
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
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A204DD6E4071A5BF98C851276BF651', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
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
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A204DD6E3D730282041D76BA0BBE91', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A204DD6E42702BBD0F9CB802953C70', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
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
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    wish     TEXT,
    UNIQUE (approval, decider, at)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E2576CD9B1AC12CB8E96C2E', 'bob', 'approve', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E297037B0DC20D1CB28E782', 'bob', 'approve', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E2D77B5AA3A9E7D3305BF1F', 'bob', 'deny', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E2F725591D54B154440FFBA', 'bob', 'approve', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E377633883A7A79DF5633A4', 'bob', 'approve', 1793503600000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E3D730282041D76BA0BBE91', 'bob', 'approve', 1793503600000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E4471188E173CA2FA5A2199', 'bob', 'approve', 1793503600000, '{"keep":"forever","scope":"agent","pattern":"same","life":null,"uses":null}');
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204DD6E4C76D88B95DBCEB5364A77', 'ben', 'approve', 1793503600000, NULL);
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
        CHECK (ended IN ('revoked', 'expired', 'used_up', 'session_over', 'policy_changed', 'replaced', 'giver_revoked'))
) STRICT;
INSERT INTO remembered (id, tenant, allows, keep, scope, principal, session, upstream, identity, tool, definition, arguments, pattern, tier, leans, policy, approval, given_by, given_at, life, ends_at, most, used, used_at, ended_at, ended) VALUES (X'01A204DD6E4674B7920A82A3497DE072', 'default', 1, 'forever', 'agent', 'agent:ann/claude', X'01A204DD6E4373D9B30E607DA8945391', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7FCC4F6D311ED977495BAF62250A0B913926FD5E6ADCF63037506E6460EC3A0C', NULL, 2, X'0909090909090909090909090909090909090909090909090909090909090909', 'd', X'01A204DD6E4471188E173CA2FA5A2199', 'admin:bob', 1793503600000, NULL, NULL, NULL, 1, 1793503600000, NULL, NULL);
CREATE TABLE leans (
    remembered BLOB NOT NULL,
    layer      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (remembered, layer, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO leans (remembered, layer, rule) VALUES (X'01A204DD6E4674B7920A82A3497DE072', 'rules', 'careful');
CREATE TABLE states (
    state BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO states (state, until) VALUES (X'0606060606060606060606060606060606060606060606060606060606060606', 1793590000000);
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
