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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D7637977E889BC1F2F985A16EA', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-6379-77e8-89bc-1f2f985a16ea","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'82C08F8B7332356F3A06F49ED26BEFDAAE7FCEEEE1EEA4041CABB115800C02FD', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'D1F597DC7ACE4F2212FB7764BE5F2202D7C05A110DAFEFE0CC13A090E5FA752E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D763E0764898B6AA0B34216D4B', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-63e0-7648-98b6-aa0b34216d4b","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DFCD356F928FA2E0B7725CB40985F113BCB2E41DE51ED4EE56B5345DDFF3B3DB', NULL, NULL, X'D9418A32238B96DF154ED9AD6AAF86E02A625E10D418CC5DD285D67C800DA122', X'88D443C23228B7C06A77D03A22BAA27F5CB4750BA70FD836EEB05D99FEDE1856');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A202D763DE74E28DB989C59650446E', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202D763E0764898B6AA0B34216D4B', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a202d7-63de-74e2-8db9-89c59650446e","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-63e0-7648-98b6-aa0b34216d4b","outcome":null,"body_digest":"818a9ea4312f1b580aaf4bb47c46f8683ec3d00405478c21fc72990c099e0c93"}', X'81E18BD58DAF2FE2CCBFF946135BDBAFCB3787BA0224EE2F9B7ED772558B845A', X'D41E388A98B446B457D11616CD5B6C9C', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'88D443C23228B7C06A77D03A22BAA27F5CB4750BA70FD836EEB05D99FEDE1856', X'646D4EB6139DF1854D0C3E62A5E4D8713359390666665D49F2C5E3DA8DF949D1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A202D7638975F18A2F1A4FDE26146D', X'01A202D7638975F18A2F1A4E392BB6AE', NULL, 'write_file', NULL, 2, X'01A202D7638C76AAAA8A9FF1958B699D', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a202d7-6389-75f1-8a2f-1a4fde26146d","session":"01a202d7-6389-75f1-8a2f-1a4e392bb6ae","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-638c-76aa-aa8a-9ff1958b699d","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C246E5DC1E76C5B346EB0F0AF826C1C72BCD8918F680C0E632FF74771E8251DD', NULL, NULL, X'646D4EB6139DF1854D0C3E62A5E4D8713359390666665D49F2C5E3DA8DF949D1', X'44DFA2D5FB1ABEC34476D2A4D1057BFAC88C6F4EA937E4AEC255BE559CFA1AF2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A202D763DE74E28DB989C59650446E', X'01A202D763DE74E28DB989C462EAA45D', NULL, 'write_file', NULL, 2, X'01A202D763E0764898B6AA0B34216D4B', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a202d7-63de-74e2-8db9-89c59650446e","session":"01a202d7-63de-74e2-8db9-89c462eaa45d","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-63e0-7648-98b6-aa0b34216d4b","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'10E375DA3148CD1A54830CE45340852959EDCB5FB4A335E6CBD86DB69B9B8913', NULL, NULL, X'44DFA2D5FB1ABEC34476D2A4D1057BFAC88C6F4EA937E4AEC255BE559CFA1AF2', X'123F146F790C2C000055CFF5020952A0D8E3F7BB5FAC5F32F74757A37A561801');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D7640270409FF2CCCBF9A87FDA', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-6402-7040-9ff2-cccbf9a87fda","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'19664EEA17A5B1107358E790305D83ABCFD94E664D59430F5394C3AD8A7D3C6B', NULL, NULL, X'123F146F790C2C000055CFF5020952A0D8E3F7BB5FAC5F32F74757A37A561801', X'52D1C69741EB3943709FE19507AF21E3495AF84CB8237ECCC8F7430831C5911C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A202D7640270409FF2CCCAFA791BFE', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A202D7640270409FF2CCCBF9A87FDA', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a202d7-6402-7040-9ff2-cccafa791bfe","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-6402-7040-9ff2-cccbf9a87fda","outcome":null,"body_digest":"3d299d5f9ad8e17e906071c6d4181d9aef4fc50d991ad873d98d385b09277a0c"}', X'207701A679F54B48EEA71DAC9FAC4ED02EEF22F1858ED802EC734390D83C084F', X'CDD621E032AF17447A3EAFF84C63556F', X'7B22726561736F6E223A6E756C6C7D', X'52D1C69741EB3943709FE19507AF21E3495AF84CB8237ECCC8F7430831C5911C', X'0518874BA98E202426021C78488E932031628299C68097E8EC88C8EC26BE6E9E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D764217250ACB20F869103D1D7', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-6421-7250-acb2-0f869103d1d7","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'F936E3CF0DD21E46C65C3A1C5088D74F64D9CBC31653E592A73719550546BDE7', NULL, NULL, X'0518874BA98E202426021C78488E932031628299C68097E8EC88C8EC26BE6E9E', X'15BAE049C58D95E194F3C2D587D806C7B9E1AE774D7F786CA9422B526679A408');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D764297619AC8DECD1B882E64B', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-6429-7619-ac8d-ecd1b882e64b","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'0FF97F320D5B5451EEB5C3018C343C8E2CFF3E7BD441649BB56087EBEC0B9EF2', NULL, NULL, X'15BAE049C58D95E194F3C2D587D806C7B9E1AE774D7F786CA9422B526679A408', X'3C89739CABF22DF7C58DAD911DF4DA9360D735B3D1158E3FD3B7393720F44B3A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A202D764287477AA5D86D47F8B1EE4', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202D764297619AC8DECD1B882E64B', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a202d7-6428-7477-aa5d-86d47f8b1ee4","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-6429-7619-ac8d-ecd1b882e64b","outcome":null,"body_digest":"0439cb3706c9f6d88a24c5f48a289b6d604efd300050937b2ee2139f17177694"}', X'B413EE3E3252BB52C780F019548A30A9C71971C274B275D3CDB1DBAEF78A4F18', X'2075FBA50CCFB4955A7AF326CE15CD07', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'3C89739CABF22DF7C58DAD911DF4DA9360D735B3D1158E3FD3B7393720F44B3A', X'BAF80170BC1D3E2E4C3AEC5E57DFC39E7AD767544785032C3BBECC868D5D57A4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A202D7642F70FF9C65BF3FB9B54480', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a202d7-642f-70ff-9c65-bf3fb9b54480","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"967e364af61a7382de09f040d79f56538a42815efda59d7e81ee4f992e87f0c7"}', X'32678DFFA4140F9770B04E97FF6DC13C82827B90EB44468FA039BFA402358051', X'4FBA55B919E2C69556A91E57A586363F', X'7B2261223A317D', X'BAF80170BC1D3E2E4C3AEC5E57DFC39E7AD767544785032C3BBECC868D5D57A4', X'A4E5B0C1AC3B2781A7B68634E23EF22AD8D1790B394BBAEF3F4CF81FB57EFA8F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D7638C76AAAA8A9FF1958B699D', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-638c-76aa-aa8a-9ff1958b699d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'D6A3BEB62A7EA0B6839AFB225061D2C225DD773D09AF32977194980E015529C4', NULL, NULL, X'D1F597DC7ACE4F2212FB7764BE5F2202D7C05A110DAFEFE0CC13A090E5FA752E', X'4B58359AEB6C432B2C72DEF82B0D95051352E71F9B0A54F78FF775AFFBBBF48E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"277fccd3a8293ec8cb3fb9c6f4d09690bae90062a86185fe0f96200377b428ca"}', X'C3F5462409395885FE4425BE3C272816C69232EB946D4160BCA8519385A6C151', X'0459A619D750EAC2A7CA74E528AC9671', X'7B226167656E74223A226576652F636C61756465227D', X'A4E5B0C1AC3B2781A7B68634E23EF22AD8D1790B394BBAEF3F4CF81FB57EFA8F', X'EEE531C79066C183A71662F34F132C96E7F786F59DA1BAD3C66AB27326CF0F59');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"515cb4e2979166c27ec9534bea95da2b51584e53efa969d3b962ec556f78df57"}', X'8A6C4ABA2F40DB663073F8398CCDB37F9D10B3BBBD67C55ECBE32512C67C5932', X'A9969D75C1E7BDC7E16908A081FC7882', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'EEE531C79066C183A71662F34F132C96E7F786F59DA1BAD3C66AB27326CF0F59', X'C2A37FCCAF342ECD1BBCB8000C7738A550FA57892B564EB4820F30C9D51BE296');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"5d1fc254915a1f9610f52c83d7eb426d4811009e9b55f8e44839ef82b8840469"}', X'87EDF81E05A2015944DCC75A5A11CE050F62F274E2D876EACE633B4D1905699C', X'DFA18A23D4359114232469DD7B6DA260', X'7B22646967657374223A22646967657374227D', X'C2A37FCCAF342ECD1BBCB8000C7738A550FA57892B564EB4820F30C9D51BE296', X'F9F9F62F3AC6D8FD727F9CC2BB5BCC12A3DB75F993EB518ACFFE3B07F199A2C5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D764457198ADD6518A3E9517D1', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-6445-7198-add6-518a3e9517d1","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'1DEC15B4744C21ECEA58CE9B25FE4E18ED02D9A00003F13EFE486C17A8DFFDD4', NULL, NULL, X'F9F9F62F3AC6D8FD727F9CC2BB5BCC12A3DB75F993EB518ACFFE3B07F199A2C5', X'0B3648A32AFABC273528381319DCFC065553BBC61353A1268140C34687CFABA0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A202D764457198ADD65188927048E5', X'01A202D76444713294780D9F122AFB09', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A202D764457198ADD6518A3E9517D1', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a202d7-6445-7198-add6-5188927048e5","session":"01a202d7-6444-7132-9478-0d9f122afb09","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a202d7-6445-7198-add6-518a3e9517d1","outcome":null,"body_digest":"9b7e7e262e76ca77585fec1f990012e067c7e4fd4814eaf73ccf6b8f6abc1672"}', X'FA87BEB2F0EF16C3D763AA31C8AD798C9E9B8E2AE13CE4CA588C053E0FACE31A', X'7AB51AAC01611E2FF8A58F388A19107F', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'0B3648A32AFABC273528381319DCFC065553BBC61353A1268140C34687CFABA0', X'D6BE4590BA78E2DE0C7227BA42BEF68E516D60AB037E6D56B9F502365005920F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A202D764457198ADD65188927048E5', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A202D764457198ADD6518A3E9517D1', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a202d7-6445-7198-add6-5188927048e5","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a202d7-6445-7198-add6-518a3e9517d1","outcome":null,"body_digest":"294e61da6ae47ced6683dfb11105f77fcf575027f400504e187908ce4a28b567"}', X'E3F2F69EBC1DDCA2AFCCE80207E0EF8E410F335CD0FD6A9BA26B3C5BFA94576F', X'84119B59A38CB394C2CE67EE51DBC618', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'D6BE4590BA78E2DE0C7227BA42BEF68E516D60AB037E6D56B9F502365005920F', X'64D06D1660A1963B42896F6C73D642F263F2165846D8F4F1008014B05773B627');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A202D764457198ADD65188927048E5', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A202D764457198ADD6518A3E9517D1', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a202d7-6445-7198-add6-5188927048e5","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a202d7-6445-7198-add6-518a3e9517d1","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'0D82E3EDD2D598C6DE7F73FEE24F8F689CBAD2E90AF143509E9A8CD8132483AF', NULL, NULL, X'64D06D1660A1963B42896F6C73D642F263F2165846D8F4F1008014B05773B627', X'9E66CCC019574F2EBD31E0E09BE61C314CE492769A2A6F37F80BCB083A781111');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A202D764457198ADD65188927048E5', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A202D764457198ADD6518A3E9517D1', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a202d7-6445-7198-add6-5188927048e5","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a202d7-6445-7198-add6-518a3e9517d1","outcome":null,"body_digest":"02c60fe985581f59901ec729c396ed446ff65091b7df26d327f219c5bb30070d"}', X'1B95D084C8918371B2155A9DD9B99770F543AA693951F80D44BDA88603A9CF28', X'04D9279EABFBFE0F7EDBED207236E393', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'9E66CCC019574F2EBD31E0E09BE61C314CE492769A2A6F37F80BCB083A781111', X'E59C9394E69B8EB6A8991800135BD74CEA033A329BC240E3419E35D59BCAF844');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D7645972EC8309A8AE202D1904', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-6459-72ec-8309-a8ae202d1904","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'328968B31CFC57BA19C640D2B6F40EE1EF650903593E476A4818EB4C09D94C56', NULL, NULL, X'E59C9394E69B8EB6A8991800135BD74CEA033A329BC240E3419E35D59BCAF844', X'01A6AA44574543EA5C5007BDC7E4ACB2EA9C83062684294E423EFDE5412DB279');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A202D76458725F82ABF04B6A18C39D', X'01A202D76458725F82ABF04A051EFD73', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A202D7645972EC8309A8AE202D1904', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a202d7-6458-725f-82ab-f04b6a18c39d","session":"01a202d7-6458-725f-82ab-f04a051efd73","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a202d7-6459-72ec-8309-a8ae202d1904","outcome":null,"body_digest":"d25f65c6db89328bfa5168753852bebab3275527059df6c0ea568f127f1c9610"}', X'6BADF168558A68273B4D958525BAFCF27A9F19772C8D774FBB96C53F9D0A8FE8', X'AFB55B4C71D2B55D5F6FDAD6D372A913', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'01A6AA44574543EA5C5007BDC7E4ACB2EA9C83062684294E423EFDE5412DB279', X'BA676FBC53B19A7C7E80134E381D5426A21B3F262FDB486D584A417DA47BBF45');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A202D7638975F18A2F1A4FDE26146D', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202D7638C76AAAA8A9FF1958B699D', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a202d7-6389-75f1-8a2f-1a4fde26146d","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-638c-76aa-aa8a-9ff1958b699d","outcome":null,"body_digest":"3b151a44b6d3f59ac95f00d4428d4413ce538606065d3be109ce4787cfac1dab"}', X'4EC3BC85AFF805BE3F6FE54A811EDCC50D2FFF7C47E782BD0E742EDDC278D6F3', X'06BE95AB32A828ED992E625305D2CDB2', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'4B58359AEB6C432B2C72DEF82B0D95051352E71F9B0A54F78FF775AFFBBBF48E', X'264F4542C8F4BB1094BC940B9C3C306A2CC8F511553C7F3A02E508CC8CF160F8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D7639E72888C578ED214D2E271', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-639e-7288-8c57-8ed214d2e271","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'42F3EEB3CDA0113FC0575E7E7385AFD2BB94BAD8F34E7ACF2B124D6661CEC9E7', NULL, NULL, X'264F4542C8F4BB1094BC940B9C3C306A2CC8F511553C7F3A02E508CC8CF160F8', X'80BD4D03A2DE92BE6E85380E51969FFAB07A36BFDBC917B958C4A9B041FD6D20');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A202D7639E72888C578ED170E554C7', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202D7639E72888C578ED214D2E271', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a202d7-639e-7288-8c57-8ed170e554c7","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-639e-7288-8c57-8ed214d2e271","outcome":null,"body_digest":"012deb5530e043e2df99950d69747cbdf015a8decdeb0410277a338eb7d527d9"}', X'BE219FCDDA6D71DBF014557C2F70E890283D0D06DB1F9B53D91DBF6D5EE4DAA4', X'CAF1429CD720788B559298C078C6198F', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'80BD4D03A2DE92BE6E85380E51969FFAB07A36BFDBC917B958C4A9B041FD6D20', X'5ED317A69103A125CAD17123B9EBBABD4D6ACA0F356F2647049D8040997CC236');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A202D7639E72888C578ED170E554C7', X'01A202D7639E72888C578ED0D41C2A68', 'agent:ann/claude', 'write_file', NULL, 2, X'01A202D7639E72888C578ED214D2E271', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a202d7-639e-7288-8c57-8ed170e554c7","session":"01a202d7-639e-7288-8c57-8ed0d41c2a68","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-639e-7288-8c57-8ed214d2e271","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'638BE31A7120A07DA26B8DD433BFBC52AEBABB403DBA1891491FA670BFFC3307', NULL, NULL, X'5ED317A69103A125CAD17123B9EBBABD4D6ACA0F356F2647049D8040997CC236', X'C53856FB6A34957E76D212AAA73DE624597DA4A97B7C0291A0BA202D0597E937');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A202D7639E72888C578ED0D41C2A68', 'agent:ann/claude', 'write_file', NULL, 2, X'01A202D7639E72888C578ED214D2E271', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a202d7-639e-7288-8c57-8ed0d41c2a68","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a202d7-639e-7288-8c57-8ed214d2e271","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'994F29BD8C3233046C11E7EA6C6BC9C2F4380ADB6EA6E4890DEEE4ECB4C4AEA7', NULL, NULL, X'C53856FB6A34957E76D212AAA73DE624597DA4A97B7C0291A0BA202D0597E937', X'F4C7835D9D1B9AD4C636AC502AC4AFDB78468EDDD629C0E629ED4D5A4132A92D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202D763D17750AEF13635FCD4F962', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a202d7-63d1-7750-aef1-3635fcd4f962","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'7B7BD1F23EE789BC6BD182436CEE02111D403ED2B70598ED873111F4AFCFFFC6', NULL, NULL, X'F4C7835D9D1B9AD4C636AC502AC4AFDB78468EDDD629C0E629ED4D5A4132A92D', X'24AB55B86DDB1B0FDE4A7142496461476202DFB781B7E523322EE1C5B9FF7BEC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A202D763D0718EBC4D51072A8EACAC', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202D763D17750AEF13635FCD4F962', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a202d7-63d0-718e-bc4d-51072a8eacac","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a202d7-63d1-7750-aef1-3635fcd4f962","outcome":null,"body_digest":"b5af6ddbd98af34ca34035f895221169c71c5c2e429c40a8e620ddd2f2c6aae8"}', X'6DB4F9E4C2AA2C250BBEDAC8D6EEDAA4E87D2A314C2DBBC389BD73DCAB999FC0', X'B3DB8D1F79CF84072ECFE406319A16DF', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'24AB55B86DDB1B0FDE4A7142496461476202DFB781B7E523322EE1C5B9FF7BEC', X'D9418A32238B96DF154ED9AD6AAF86E02A625E10D418CC5DD285D67C800DA122');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D7637977E889BC1F2F985A16EA', X'01A202D7637876F58F8DD9AF7880134C', 'default', 'agent:ann/claude', X'01A202D7637876F58F8DD9AE8E644ECF', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D7638C76AAAA8A9FF1958B699D', X'01A202D7638975F18A2F1A4FDE26146D', 'default', 'agent:ann/claude', X'01A202D7638975F18A2F1A4E392BB6AE', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D7639E72888C578ED214D2E271', X'01A202D7639E72888C578ED170E554C7', 'default', 'agent:ann/claude', X'01A202D7639E72888C578ED0D41C2A68', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A202D7639E72888C578ED0D41C2A68', 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D763D17750AEF13635FCD4F962', X'01A202D763D0718EBC4D51072A8EACAC', 'default', 'agent:ann/claude', X'01A202D763D0718EBC4D51063DD5DE97', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D763E0764898B6AA0B34216D4B', X'01A202D763DE74E28DB989C59650446E', 'default', 'agent:ann/claude', X'01A202D763DE74E28DB989C462EAA45D', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D7640270409FF2CCCBF9A87FDA', X'01A202D7640270409FF2CCCAFA791BFE', 'default', 'agent:ann/claude', X'01A202D7640270409FF2CCC920C5E757', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D764217250ACB20F869103D1D7', X'01A202D7642072D9850D26923B8C8184', 'default', 'agent:ann/claude', X'01A202D7642072D9850D26918C1B5E55', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D764297619AC8DECD1B882E64B', X'01A202D764287477AA5D86D47F8B1EE4', 'default', 'agent:ann/claude', X'01A202D764287477AA5D86D3B3716B45', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D764457198ADD6518A3E9517D1', X'01A202D764457198ADD65188927048E5', 'default', 'agent:ann/claude', X'01A202D76444713294780D9F122AFB09', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781');
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202D7645972EC8309A8AE202D1904', X'01A202D76458725F82ABF04B6A18C39D', 'default', 'agent:ann/claude', X'01A202D76458725F82ABF04A051EFD73', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07');
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202D7638C76AAAA8A9FF1958B699D', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202D7639E72888C578ED214D2E271', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202D763D17750AEF13635FCD4F962', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202D763E0764898B6AA0B34216D4B', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202D764297619AC8DECD1B882E64B', 'bob', 'approve', 1793503600000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202D764457198ADD6518A3E9517D1', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A202D7637977E889BC1F2F985A16EA', X'01A202D7637876F58F8DD9AE8E644ECF');
INSERT INTO waiters (approval, session) VALUES (X'01A202D7638C76AAAA8A9FF1958B699D', X'01A202D7638975F18A2F1A4E392BB6AE');
INSERT INTO waiters (approval, session) VALUES (X'01A202D7639E72888C578ED214D2E271', X'01A202D7639E72888C578ED0D41C2A68');
INSERT INTO waiters (approval, session) VALUES (X'01A202D763D17750AEF13635FCD4F962', X'01A202D763D0718EBC4D51063DD5DE97');
INSERT INTO waiters (approval, session) VALUES (X'01A202D763E0764898B6AA0B34216D4B', X'01A202D763DE74E28DB989C462EAA45D');
INSERT INTO waiters (approval, session) VALUES (X'01A202D7640270409FF2CCCBF9A87FDA', X'01A202D7640270409FF2CCC920C5E757');
INSERT INTO waiters (approval, session) VALUES (X'01A202D764217250ACB20F869103D1D7', X'01A202D7642072D9850D26918C1B5E55');
INSERT INTO waiters (approval, session) VALUES (X'01A202D764297619AC8DECD1B882E64B', X'01A202D764287477AA5D86D3B3716B45');
INSERT INTO waiters (approval, session) VALUES (X'01A202D764457198ADD6518A3E9517D1', X'01A202D76444713294780D9F122AFB09');
INSERT INTO waiters (approval, session) VALUES (X'01A202D7645972EC8309A8AE202D1904', X'01A202D76458725F82ABF04A051EFD73');
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
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A202D7642F70FF9C65BF3FB9B54480', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A202D7639E72888C578ED0D41C2A68', X'01A202D7639E72888C578ED214D2E271', NULL, NULL);
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
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a202d7-6449-718d-a3fd-c0decb9dc5da"],"restore":[],"modules":[]}');
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
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A202D76449718DA3FDC0DECB9DC5DA', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
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
    version     INTEGER NOT NULL,
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
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A202D764457198ADD6518A3E9517D1', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A202D7645972EC8309A8AE202D1904', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
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
    micros  INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (seq, budget)
) STRICT;
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
    SELECT RAISE(ABORT, 'a proposal begins beside the question about it, and never anew');
END;
CREATE TRIGGER policy_suggestions_stay BEFORE DELETE ON policy_suggestions
BEGIN
    SELECT RAISE(ABORT, 'proposals are never deleted');
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
CREATE INDEX spending_key ON spending (tenant, budget, key, at);
PRAGMA application_id = 1668507502;
PRAGMA user_version = 3;
