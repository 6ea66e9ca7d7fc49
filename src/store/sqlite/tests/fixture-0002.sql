CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('key_check', X'240352136F2FF8C7C11C27AAB9968D3BFEC5B8DB2650C8507E3B8281F21DEA6F');
INSERT INTO meta (name, value) VALUES ('stirs', 17);
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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2021288877744B1096F74B697A311', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-8887-7744-b109-6f74b697a311","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FBF14AB23931DD3CE3BE2925EF29DBD531663708BB1DDE24A532F495D6C3CBAE', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'09341511FF29EE6DB0FC8C700C6A58BC014CA7210CADBC4C10A81822D8FF074D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202128891769D8B8AA1D31834CE52', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-8891-769d-8b8a-a1d31834ce52","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E2234B7AF37CC9A400A0F367DAA4BB292C7157241931D9ABEC8053932A389146', NULL, NULL, X'DDD6DCDB82BC35185DB5EA0D9520CDD8878D66E8C60A599DB0F743DFDD42487F', X'3B0196B25924C9692286CE13F7DF59A129BEC61C0CD651010E370AEEE9944208');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A202128891769D8B8AA1D2D544F9A0', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202128891769D8B8AA1D31834CE52', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20212-8891-769d-8b8a-a1d2d544f9a0","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-8891-769d-8b8a-a1d31834ce52","outcome":null,"body_digest":"03f92b08e11f8f8143dcfcfeb395b625c922edeb52fb43004680efdff7cc5725"}', X'51A54815DE40254BAA155EEE9A6C4B71CB2C5DF938470F6C2A809499BBA69217', X'BE1C8BB796BEC823BE32F584ACFF2217', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'3B0196B25924C9692286CE13F7DF59A129BEC61C0CD651010E370AEEE9944208', X'984D54550C7DED740B45BF9362A1A7E5687337A2824494736D8CFE62C3BC9385');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A202128889724688F25035708DD8E5', X'01A202128889724688F25034A098EF9B', NULL, 'write_file', NULL, 2, X'01A202128889724688F2503616436212', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20212-8889-7246-88f2-5035708dd8e5","session":"01a20212-8889-7246-88f2-5034a098ef9b","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-8889-7246-88f2-503616436212","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'AFBD29720235D7687B3975FDCA6A7C71FDCF65364A0DCF065454729DF97ED315', NULL, NULL, X'984D54550C7DED740B45BF9362A1A7E5687337A2824494736D8CFE62C3BC9385', X'585850CE2011C3E0650F4B02D403A2EEBB923D5EE25755A6A17B15FFD99A9B72');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A202128891769D8B8AA1D2D544F9A0', X'01A202128891769D8B8AA1D19F60AE04', NULL, 'write_file', NULL, 2, X'01A202128891769D8B8AA1D31834CE52', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20212-8891-769d-8b8a-a1d2d544f9a0","session":"01a20212-8891-769d-8b8a-a1d19f60ae04","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-8891-769d-8b8a-a1d31834ce52","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'58156436AD99AC0D757F58C566B24B0622DC3A8CE8DB4476412242871C9007AE', NULL, NULL, X'585850CE2011C3E0650F4B02D403A2EEBB923D5EE25755A6A17B15FFD99A9B72', X'D1F43E9A4F250354D68D93EBD3429A182444117105133BBBB53CE4CE9F6CE9AE');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202128894723790FC26325239975A', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-8894-7237-90fc-26325239975a","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'BDDF58D4170F4096DEC37137D1048B8153471767941678FD6C393BEC729D37F3', NULL, NULL, X'D1F43E9A4F250354D68D93EBD3429A182444117105133BBBB53CE4CE9F6CE9AE', X'0AF6A0993C8E7F7223D10049D3C964AA267F1D1097E475BC7ED1FC8ED455D5AC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A202128894723790FC26310BB8DAC5', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A202128894723790FC26325239975A', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a20212-8894-7237-90fc-26310bb8dac5","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-8894-7237-90fc-26325239975a","outcome":null,"body_digest":"0a347a9f021576069becc39287d53ac73afebc40b1f29c16aa119015f26041b0"}', X'E4B92E3ECEB26EC21551ECC765DBD8B752B1EA953D6584D13D856884E392A0A6', X'117200D55B69C17734370A184F344638', X'7B22726561736F6E223A6E756C6C7D', X'0AF6A0993C8E7F7223D10049D3C964AA267F1D1097E475BC7ED1FC8ED455D5AC', X'CFF33D5264D126D402E04754062325C7CF044C3578AD031D3ACD9B50740D45CD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202128896710EAE1888EDE371ECA0', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-8896-710e-ae18-88ede371eca0","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'02F2C6BF7A7EA8E68EDB6C90EDAE3735A4E61F0003CAD83FC20061D3520D5AB6', NULL, NULL, X'CFF33D5264D126D402E04754062325C7CF044C3578AD031D3ACD9B50740D45CD', X'6E852FE819AB9CFEF03D6314F071702EFD5D51E6D6051E0FFCC149C84916105E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20212889773A784B46B20127E02C6', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-8897-73a7-84b4-6b20127e02c6","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'853126FF259A1C8FA438AF0CAFD0FC34240FE26B568CE9634BD52978022A0D3B', NULL, NULL, X'6E852FE819AB9CFEF03D6314F071702EFD5D51E6D6051E0FFCC149C84916105E', X'7CB2DC1796E599103812F9178FE689A35B538D38441B55B42CFBBA0DE9AC5BD4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A20212889773A784B46B1F730FA91C', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20212889773A784B46B20127E02C6', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20212-8897-73a7-84b4-6b1f730fa91c","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-8897-73a7-84b4-6b20127e02c6","outcome":null,"body_digest":"11861505b8fe741bbd82295b74553e4bd9d547d4c538694288b957bc82a420a6"}', X'9AFE2209F6D5DACCF86395B8244B2E7865A053BB44B7379F5C2ACAA0D4AC697E', X'C66C9470ADF558CCB0A8DE78DA4E188D', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'7CB2DC1796E599103812F9178FE689A35B538D38441B55B42CFBBA0DE9AC5BD4', X'9431BC597A4E4DAB6DCE8A701DAE875DC8FF5D1D0F3B0788BEAF531FF6E763DB');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A20212889974C98EBFEAFEC23C1989', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20212-8899-74c9-8ebf-eafec23c1989","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"12085c24520855f77286038a0db9ddace3e73f2f7212ee6dbbc665ec36ef2373"}', X'FC41A105708ADA443F1AB00D15C3924DDB0537BF717394572C194A796B892169', X'EE36F2273A172513F1B54B3481BD3312', X'7B2261223A317D', X'9431BC597A4E4DAB6DCE8A701DAE875DC8FF5D1D0F3B0788BEAF531FF6E763DB', X'AFE37B938A02091DDA79A7BC8CD88412DDD0406A3D64991E00BCA0D7EFA7B672');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202128889724688F2503616436212', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-8889-7246-88f2-503616436212","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'BF4D728A754DC988D5380D1FB176FEA2AAA8364AD23832D68F4C2F12536EACE8', NULL, NULL, X'09341511FF29EE6DB0FC8C700C6A58BC014CA7210CADBC4C10A81822D8FF074D', X'BCDAB735D7165D8BE167952678747FB01578262B738B694B707ACB9BCF25BAC3');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"7e05748e7cd92b1ccc1e90ad92b48323459457afaaff58fa0f1496c7e8ffd176"}', X'3C250F2B7E88E5385F93EFAD2BF902D5F49F7E677D849314420EE8AE10DBC1EC', X'20D84E1A4DBA2F845DE14AD2BC1DE85C', X'7B226167656E74223A226576652F636C61756465227D', X'AFE37B938A02091DDA79A7BC8CD88412DDD0406A3D64991E00BCA0D7EFA7B672', X'9E7B70428D5A3BF188339F178CB67AB90B5BF3C281BB460D369A49B6B76E3DD6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"3ca88851a0da06fe59ab4c8689d3f219ada72a5a3580706aaf47f9322df63768"}', X'4B3F7E4A8F6F049A489A4BB391D4DDA067FCA9CC5330E3FA2D02F49CC6F90C0A', X'C72734BB60D457654655D0F4DE7589E5', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'9E7B70428D5A3BF188339F178CB67AB90B5BF3C281BB460D369A49B6B76E3DD6', X'5DCC9D0444B32A75FFA4F72A7302115EB1BD983BA70612529675BF768D9C6774');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"914881dd414120fe830046ca815cc5e9e23a295fc8e4f33432ea940e6cd71c6d"}', X'C7815E49DA129BB976F46F88EC5A7117B915434389B53C5834AD6600114D5999', X'C840AC0EAEF1D1BB33472BFEE9767468', X'7B22646967657374223A22646967657374227D', X'5DCC9D0444B32A75FFA4F72A7302115EB1BD983BA70612529675BF768D9C6774', X'E482774955E60090851B24CB4335EE33B3BB0517FD9C1A116D80B9933CEB7078');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A202128889724688F25035708DD8E5', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202128889724688F2503616436212', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20212-8889-7246-88f2-5035708dd8e5","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-8889-7246-88f2-503616436212","outcome":null,"body_digest":"248656c2f35f3ee1f0bddf8b1dfe258ad6e20fff2dc66f74617e86ff12df1ebe"}', X'FDBCC103D9F12E5BB6F5E90729AC0D1BCD22752A4AC6C97A6D41D38CF287AD00', X'0D391C9E7DE2F6813230443355F4DAD0', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'BCDAB735D7165D8BE167952678747FB01578262B738B694B707ACB9BCF25BAC3', X'8E24C5A5CCA4B35F768BBCE998591189DEC70FEDEB89688FB799D2477C30B315');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20212888C75A2A9B09B11CA79373D', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-888c-75a2-a9b0-9b11ca79373d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'061354FD4FD5B42B2866BE59467B236BA2F00DABB64D14F8CFEF603794B58116', NULL, NULL, X'8E24C5A5CCA4B35F768BBCE998591189DEC70FEDEB89688FB799D2477C30B315', X'05349C6D6D170C06B97B875BF6BA1A3B5D0B2F6AC62359A3ECD3B4DCDC146254');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A20212888B77E49EFCE66DF48FF97D', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20212888C75A2A9B09B11CA79373D', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20212-888b-77e4-9efc-e66df48ff97d","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-888c-75a2-a9b0-9b11ca79373d","outcome":null,"body_digest":"f63de65f8b9c0cc637263444ee79db27c3afea4ecb5a041f83ac6c003bd19c12"}', X'5086A62CF449137B77E4ABE6205314F8D8EFEF65BA4DC2267EBDB5FF04BE3662', X'65BF4EA01ACD0A971E6BC74C404445AC', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'05349C6D6D170C06B97B875BF6BA1A3B5D0B2F6AC62359A3ECD3B4DCDC146254', X'30E6CFC652E7147426E66DDAA5CDF4096DB4317316A1717A2358FA07215DE9BC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A20212888B77E49EFCE66DF48FF97D', X'01A20212888B77E49EFCE66CE774586B', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20212888C75A2A9B09B11CA79373D', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a20212-888b-77e4-9efc-e66df48ff97d","session":"01a20212-888b-77e4-9efc-e66ce774586b","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-888c-75a2-a9b0-9b11ca79373d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'476CAEE70BF83BCEF24A21FB958C00E5FCE32FD1B2DAA381ACD2969F9F100AFD', NULL, NULL, X'30E6CFC652E7147426E66DDAA5CDF4096DB4317316A1717A2358FA07215DE9BC', X'907BA55EA3B016CB38A15E7339619083C111808B2F392A2DD38D7D7F7D5352F4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A20212888B77E49EFCE66CE774586B', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20212888C75A2A9B09B11CA79373D', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20212-888b-77e4-9efc-e66ce774586b","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a20212-888c-75a2-a9b0-9b11ca79373d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E34382A6A3CF85C98822A32A7CDED94CD9F47658E03996AFC8CD7894F0A53479', NULL, NULL, X'907BA55EA3B016CB38A15E7339619083C111808B2F392A2DD38D7D7F7D5352F4', X'90826F43CFC8FA86884D9CB11065DF0AAACD1DFA3224441E863D4BEE32D9E528');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20212888F7702834104AD2EC42F91', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20212-888f-7702-8341-04ad2ec42f91","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B6BE3BB2D01D58848BBC7521202AE8A6DBE07ACF8EB43BDC6F62F9B9EA3260EE', NULL, NULL, X'90826F43CFC8FA86884D9CB11065DF0AAACD1DFA3224441E863D4BEE32D9E528', X'49E61E11D36A624C5D3AD33651D793DE9D612BCE5DCC2329F6688FC77E4650DD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A20212888F7702834104ACC7333BAD', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20212888F7702834104AD2EC42F91', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a20212-888f-7702-8341-04acc7333bad","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20212-888f-7702-8341-04ad2ec42f91","outcome":null,"body_digest":"e0b13731f252fb843b523590986c8cc008b1195604a322be28c413c3bebb2a57"}', X'D4FB06B726279EAA431DC8C298EB338377B25097F17339A814DA766C07946616', X'E03DB9B63139632D6C4955A340337139', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'49E61E11D36A624C5D3AD33651D793DE9D612BCE5DCC2329F6688FC77E4650DD', X'DDD6DCDB82BC35185DB5EA0D9520CDD8878D66E8C60A599DB0F743DFDD42487F');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2021288877744B1096F74B697A311', X'01A20212888673738335F357DC6F2AE3', 'default', 'agent:ann/claude', X'01A20212888673738335F3560C9C03DC', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202128889724688F2503616436212', X'01A202128889724688F25035708DD8E5', 'default', 'agent:ann/claude', X'01A202128889724688F25034A098EF9B', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20212888C75A2A9B09B11CA79373D', X'01A20212888B77E49EFCE66DF48FF97D', 'default', 'agent:ann/claude', X'01A20212888B77E49EFCE66CE774586B', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A20212888B77E49EFCE66CE774586B', 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20212888F7702834104AD2EC42F91', X'01A20212888F7702834104ACC7333BAD', 'default', 'agent:ann/claude', X'01A20212888E770CA31806F8C74654DE', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202128891769D8B8AA1D31834CE52', X'01A202128891769D8B8AA1D2D544F9A0', 'default', 'agent:ann/claude', X'01A202128891769D8B8AA1D19F60AE04', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202128894723790FC26325239975A', X'01A202128894723790FC26310BB8DAC5', 'default', 'agent:ann/claude', X'01A202128894723790FC26302787EA63', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202128896710EAE1888EDE371ECA0', X'01A202128896710EAE1888EC95743055', 'default', 'agent:ann/claude', X'01A202128896710EAE1888EB43F62116', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20212889773A784B46B20127E02C6', X'01A20212889773A784B46B1F730FA91C', 'default', 'agent:ann/claude', X'01A20212889773A784B46B1E0DFE8522', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202128889724688F2503616436212', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20212888C75A2A9B09B11CA79373D', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20212888F7702834104AD2EC42F91', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202128891769D8B8AA1D31834CE52', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20212889773A784B46B20127E02C6', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A2021288877744B1096F74B697A311', X'01A20212888673738335F3560C9C03DC');
INSERT INTO waiters (approval, session) VALUES (X'01A202128889724688F2503616436212', X'01A202128889724688F25034A098EF9B');
INSERT INTO waiters (approval, session) VALUES (X'01A20212888C75A2A9B09B11CA79373D', X'01A20212888B77E49EFCE66CE774586B');
INSERT INTO waiters (approval, session) VALUES (X'01A20212888F7702834104AD2EC42F91', X'01A20212888E770CA31806F8C74654DE');
INSERT INTO waiters (approval, session) VALUES (X'01A202128891769D8B8AA1D31834CE52', X'01A202128891769D8B8AA1D19F60AE04');
INSERT INTO waiters (approval, session) VALUES (X'01A202128894723790FC26325239975A', X'01A202128894723790FC26302787EA63');
INSERT INTO waiters (approval, session) VALUES (X'01A202128896710EAE1888EDE371ECA0', X'01A202128896710EAE1888EB43F62116');
INSERT INTO waiters (approval, session) VALUES (X'01A20212889773A784B46B20127E02C6', X'01A20212889773A784B46B1E0DFE8522');
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
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A20212889974C98EBFEAFEC23C1989', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A20212888B77E49EFCE66CE774586B', X'01A20212888C75A2A9B09B11CA79373D', NULL, NULL);
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
) STRICT;
INSERT INTO policies (version, digest, at) VALUES (1, 'digest', 1793503600000);
CREATE TABLE validations (
    tenant         TEXT NOT NULL,
    ir_hash        BLOB NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('PASS', 'ESCALATE')),
    tier           INTEGER NOT NULL,
    principal      TEXT NOT NULL,
    correlation_id BLOB NOT NULL,
    ir             BLOB NOT NULL,
    result         TEXT NOT NULL,
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
    ir              BLOB,
    manifest        BLOB,
    manifest_digest BLOB NOT NULL,
    approval        BLOB,
    state           TEXT NOT NULL DEFAULT 'created' CHECK (state IN
        ('created', 'running', 'interrupted', 'stopped', 'completed', 'failed', 'cancelled')),
    cause           TEXT,
    session         BLOB,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    ended_at        INTEGER CHECK ((ended_at IS NULL) = (state IN ('created', 'running', 'interrupted'))),
    tokens          INTEGER NOT NULL DEFAULT 0
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
CREATE INDEX runs_created ON runs (tenant, created_at);
CREATE INDEX runs_session ON runs (session) WHERE state = 'running';
CREATE INDEX runs_approval ON runs (approval) WHERE approval IS NOT NULL;
CREATE TRIGGER runs_bind BEFORE UPDATE OF id, tenant, principal, correlation_id, directive, tier, ir_hash, ir, manifest,
    manifest_digest, approval, created_at ON runs
WHEN NOT (
    (NEW.ir IS NULL OR NEW.ir IS OLD.ir) AND (NEW.manifest IS NULL OR NEW.manifest IS OLD.manifest)
    AND OLD.ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM pruning)
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
PRAGMA application_id = 1668507502;
PRAGMA user_version = 2;
