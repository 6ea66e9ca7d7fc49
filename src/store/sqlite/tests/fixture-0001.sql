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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7C9973A288D0B4B2B68F2123', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7c99-73a2-88d0-b4b2b68f2123","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C28078037412790053F8F771845E454D3129994A081D5ACEF9994526460A46C7', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'C0FBAD37AC2F6CE46A2536256BA15CEAF0E3D2D07665DEAB1F0F68F3C964164E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CD072689BB090FF58108858', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7cd0-7268-9bb0-90ff58108858","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'58C740611431904C81DDC9C45F2D163AB2833DB0F6D1BF50367CBBF17A157519', NULL, NULL, X'D25A30C368CCDE5A75EB0B5536985BBF6AD51C7D7C6F66F16AA796BB0463F410', X'7EA69C347F60BE3C3257E7482FFB517D931CBA7D2CDB0A7896C71F7BCD786130');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A2018E7CD072689BB090FEACF54A6A', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2018E7CD072689BB090FF58108858', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2018e-7cd0-7268-9bb0-90feacf54a6a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cd0-7268-9bb0-90ff58108858","outcome":null,"body_digest":"63f02f4ad6aaf6f1ff91ae674d281101ca22386b338d819e647006c2dd8407f0"}', X'D38DDEC986B1E5ECD8C9E3F77C0124BF9C4175AAB10B05B7DC8B83BDB4FF5E34', X'EE7A127D4B20435F36238A2CC512A81F', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'7EA69C347F60BE3C3257E7482FFB517D931CBA7D2CDB0A7896C71F7BCD786130', X'00B795185BA188A3031239D26B13C89D908E444DB39DBEED6AD9094A850B4584');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A2018E7CA07401924EFC92F895A365', X'01A2018E7CA07401924EFC91FAAC4B33', NULL, 'write_file', NULL, 2, X'01A2018E7CA175058CE1F5E6786D967E', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a2018e-7ca0-7401-924e-fc92f895a365","session":"01a2018e-7ca0-7401-924e-fc91faac4b33","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7ca1-7505-8ce1-f5e6786d967e","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8291382D790C95020CAB5AC7567BCF5F4280A40891059F75460354F748DD2E3D', NULL, NULL, X'00B795185BA188A3031239D26B13C89D908E444DB39DBEED6AD9094A850B4584', X'B616CC837E5665A58C661540BB0E4EC756B2A9E68B702F9F6B71C4F7D609959B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A2018E7CD072689BB090FEACF54A6A', X'01A2018E7CD072689BB090FDFF16979A', NULL, 'write_file', NULL, 2, X'01A2018E7CD072689BB090FF58108858', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a2018e-7cd0-7268-9bb0-90feacf54a6a","session":"01a2018e-7cd0-7268-9bb0-90fdff16979a","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cd0-7268-9bb0-90ff58108858","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'F54E583B098B376B3C73D40AA4C02275BE81D0C946FEFE0602344861C4C1297A', NULL, NULL, X'B616CC837E5665A58C661540BB0E4EC756B2A9E68B702F9F6B71C4F7D609959B', X'E5434D93B0706608C70481B552E74E490EAADFDF11D310CC1B56DDC7A813A5F8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CD6742A8F7CD8E07F94A2B1', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7cd6-742a-8f7c-d8e07f94a2b1","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'A0753114563F01A0B32C8CC5FCF512DB369E250022BDB756C51535A25219F835', NULL, NULL, X'E5434D93B0706608C70481B552E74E490EAADFDF11D310CC1B56DDC7A813A5F8', X'7951759F2B2648C7E351C1DC596A392EE673A168FFCA783D457424D0C5C4D82B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A2018E7CD6742A8F7CD8DFE9BB164C', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A2018E7CD6742A8F7CD8E07F94A2B1', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a2018e-7cd6-742a-8f7c-d8dfe9bb164c","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cd6-742a-8f7c-d8e07f94a2b1","outcome":null,"body_digest":"f326ea9c7d6d9baeb4837458f76a35f7dec74aed62bc0d4e47946ec713e24f92"}', X'D6488FA161603B81877316173D6CED1A854770433DCECC4E1A0F53ABDBBFEE4D', X'DA46C21AB1E1EE229FB784FA5022FF07', X'7B22726561736F6E223A6E756C6C7D', X'7951759F2B2648C7E351C1DC596A392EE673A168FFCA783D457424D0C5C4D82B', X'2E547E203983A100334B3221193BE103D4B2241D23100DDCF5789EB4A0427733');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CD873C39061FBC88E7A174F', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7cd8-73c3-9061-fbc88e7a174f","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'0BDAF2E2815BC21CE26DB1E311E68199349BB91AD1D32796E5A04286598D363D', NULL, NULL, X'2E547E203983A100334B3221193BE103D4B2241D23100DDCF5789EB4A0427733', X'6433629C922C7E20DFB6F895CAA50CA5904E68BCF3043072B976E0048DE5033A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CD973D1BF15A129F0468CA1', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7cd9-73d1-bf15-a129f0468ca1","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'6E1300B4278D173419B14ECC6F752048F7701E8C2B3DDCB1A0D1928D77EE9B64', NULL, NULL, X'6433629C922C7E20DFB6F895CAA50CA5904E68BCF3043072B976E0048DE5033A', X'215E146040548A09B89F206A706581BE8691CAC2C3149BFD3E6AB2C0FF2E4D5C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A2018E7CD973D1BF15A128CC26BBC7', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2018E7CD973D1BF15A129F0468CA1', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a2018e-7cd9-73d1-bf15-a128cc26bbc7","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cd9-73d1-bf15-a129f0468ca1","outcome":null,"body_digest":"8ab8df664ed4f373b8c80c38e5c4fe59a5e595b99b08d4b83497a27a5221b62e"}', X'94CEE63DF4075DD3C571708070C3DA028CAD248BDD7F95370C23BEEC109CCA3C', X'0F39875268D2E5C1DE4E90280328B5EE', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'215E146040548A09B89F206A706581BE8691CAC2C3149BFD3E6AB2C0FF2E4D5C', X'407702C8BCFD012194F42F9CF84D1C95917C1530DB3A2B62FE2CB2992ADF685B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A2018E7CDB729C8B4B5D872CC49AEB', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a2018e-7cdb-729c-8b4b-5d872cc49aeb","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"44e8ddd8fa17fad67a2d4c5f518230698816716b6da7f9171d404074267273a9"}', X'FD26CA6CCF533ABC38D4DF5C9CFD20047C765942AA4387BD439482094C4BA82D', X'80C0BFEDB07B0E279A3EC28F85855279', X'7B2261223A317D', X'407702C8BCFD012194F42F9CF84D1C95917C1530DB3A2B62FE2CB2992ADF685B', X'CEE58E241C5A20C800370031F7437A9BDBAA38D408CDE29D33AB086372560EC4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CA175058CE1F5E6786D967E', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7ca1-7505-8ce1-f5e6786d967e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'478F7006888A7A81199CAF7B4E9B9584EA0C917F3724EA1A8B55BEA76A9CCC62', NULL, NULL, X'C0FBAD37AC2F6CE46A2536256BA15CEAF0E3D2D07665DEAB1F0F68F3C964164E', X'40048F90BB7EA93BF86D1A533AAABAFF43717733175A996D036E295E1A566296');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"a512d095053d3ad40d076ccb2235aca57c02aea7d6d430bbf319ead7b5264dc3"}', X'FC295E49EFD8C2F7E8C1915A87444BD60172DC8978B741438C63A316A936DC99', X'516719C91E3A7401A4C8131D287775BE', X'7B226167656E74223A226576652F636C61756465227D', X'CEE58E241C5A20C800370031F7437A9BDBAA38D408CDE29D33AB086372560EC4', X'AFBB51598648BB5F57D16CE298329C7FB90DA2629144BDF246176B5B92C1061A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"85a963ae7716f52f7a2a02b0956852e537363f8aed2a7aedc65508636a687340"}', X'C4B20B05376EDA024032EA2E535C9A4967BC06DF3955B21FF362F4D815DFD08C', X'396878F73F48885C4C822968816C63F8', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'AFBB51598648BB5F57D16CE298329C7FB90DA2629144BDF246176B5B92C1061A', X'FB187BEB44C60C874D1307199672162DDFCDE0064B44091A040B12199738DFCC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"4523d16b306e0e9548a61add278a9232f12021be9ca747579ddfe4e7b08d539b"}', X'47DCE838622D802F654451C3E8161FB05C09F9C4AE13A16974A9DDCF727D6244', X'3FDE2655D99D3CCAF5C2E11DB82AF8D4', X'7B22646967657374223A22646967657374227D', X'FB187BEB44C60C874D1307199672162DDFCDE0064B44091A040B12199738DFCC', X'5B43E98EB22913F11DFF43F62F5E903102807DA7E0AFF4BEB6EC76058FF2CA82');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A2018E7CA07401924EFC92F895A365', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2018E7CA175058CE1F5E6786D967E', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2018e-7ca0-7401-924e-fc92f895a365","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7ca1-7505-8ce1-f5e6786d967e","outcome":null,"body_digest":"c1459ebb422220091b92fe8e52c60232292f1fe344ed885f57a68d39f9d1cc08"}', X'74E95ED7FEBE1D310930D4E2D49D5C956F6D9B66B9BBEA0ECD566F095C8191AA', X'EDDC290F84D759CE3C7F5DBE87C9428D', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'40048F90BB7EA93BF86D1A533AAABAFF43717733175A996D036E295E1A566296', X'C8C421127D30EFC88F23163CD7847ED15F5355DE78EB33F5A60ABA4EBC645F1E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CB470C9AF7A0AE835FC6083', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7cb4-70c9-af7a-0ae835fc6083","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'125DA3B9E0C86A9C91D29FF3D1D25893FA05BA7EAF24743A3224FAE0D4EE8C1D', NULL, NULL, X'C8C421127D30EFC88F23163CD7847ED15F5355DE78EB33F5A60ABA4EBC645F1E', X'F850E0CAF534C468FD58A060B495764BB886AD5AB04F9DD177A69E54EFCF53CA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A2018E7CB470C9AF7A0AE754482B00', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2018E7CB470C9AF7A0AE835FC6083', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2018e-7cb4-70c9-af7a-0ae754482b00","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cb4-70c9-af7a-0ae835fc6083","outcome":null,"body_digest":"84ed97d2551195c3a3326c21b8bf0a4a4da76dc7c15d7a950e4359c51b28f3f1"}', X'B0D3D3B1DC19C9A7587C53A95A10EBE38979743F98567BDD85CB155552481571', X'DD5D081CB0A698BA029DC2B7210B4361', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'F850E0CAF534C468FD58A060B495764BB886AD5AB04F9DD177A69E54EFCF53CA', X'5E4F6AE88B4EA09FDBCB3C8A69AE80EBBA2CA8CE339587E3AF0FDB29E4C231B5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A2018E7CB470C9AF7A0AE754482B00', X'01A2018E7CB470C9AF7A0AE66B78BACB', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2018E7CB470C9AF7A0AE835FC6083', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a2018e-7cb4-70c9-af7a-0ae754482b00","session":"01a2018e-7cb4-70c9-af7a-0ae66b78bacb","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cb4-70c9-af7a-0ae835fc6083","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'886AA75BD4CBB9F388915AA384487613E8E13BD6AEE11175E16B06EE35F5C7AE', NULL, NULL, X'5E4F6AE88B4EA09FDBCB3C8A69AE80EBBA2CA8CE339587E3AF0FDB29E4C231B5', X'2027273C8BA83002363666FE754253BF09383C0C5F58C671F2E10BDF9E8ABF4A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A2018E7CB470C9AF7A0AE66B78BACB', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2018E7CB470C9AF7A0AE835FC6083', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a2018e-7cb4-70c9-af7a-0ae66b78bacb","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a2018e-7cb4-70c9-af7a-0ae835fc6083","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'7864F917A4DEFFC5B8984C0F0CE6600A90D67DCF0AC3C93B13AD1474EC5D054B', NULL, NULL, X'2027273C8BA83002363666FE754253BF09383C0C5F58C671F2E10BDF9E8ABF4A', X'AE9063B8F92C10C1A454ED1F035A5EC0D76229C69EEB14211F7C33313D6C1089');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2018E7CC076CF897BEBD921F38D64', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2018e-7cc0-76cf-897b-ebd921f38d64","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'42A66F402D1E2AE0137E332C863EE92D712276982FAA02C3030FF36BED6280BF', NULL, NULL, X'AE9063B8F92C10C1A454ED1F035A5EC0D76229C69EEB14211F7C33313D6C1089', X'96C7B2580B0AF590F4E5F4C8C33403B2EC1B002296FD63A97C5C8F895C941347');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A2018E7CC076CF897BEBD816BAEF68', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2018E7CC076CF897BEBD921F38D64', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a2018e-7cc0-76cf-897b-ebd816baef68","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2018e-7cc0-76cf-897b-ebd921f38d64","outcome":null,"body_digest":"6895041f05413fd897cf7d4054a0efed2d9d2bd5af97695e34d3b737f14632f4"}', X'907D7B8A38E13CB80A90AB5916803CB09EA2E7582DACFBF61C08DA10DA45A7C5', X'50F18A30D2A763F9FF1342372A866D7E', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'96C7B2580B0AF590F4E5F4C8C33403B2EC1B002296FD63A97C5C8F895C941347', X'D25A30C368CCDE5A75EB0B5536985BBF6AD51C7D7C6F66F16AA796BB0463F410');
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
) STRICT;
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7C9973A288D0B4B2B68F2123', X'01A2018E7C9973A288D0B4B1B283564D', 'default', 'agent:ann/claude', X'01A2018E7C9973A288D0B4B03CCF4341', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CA175058CE1F5E6786D967E', X'01A2018E7CA07401924EFC92F895A365', 'default', 'agent:ann/claude', X'01A2018E7CA07401924EFC91FAAC4B33', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CB470C9AF7A0AE835FC6083', X'01A2018E7CB470C9AF7A0AE754482B00', 'default', 'agent:ann/claude', X'01A2018E7CB470C9AF7A0AE66B78BACB', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A2018E7CB470C9AF7A0AE66B78BACB', 1793500000000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CC076CF897BEBD921F38D64', X'01A2018E7CC076CF897BEBD816BAEF68', 'default', 'agent:ann/claude', X'01A2018E7CC076CF897BEBD761D0B6B3', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CD072689BB090FF58108858', X'01A2018E7CD072689BB090FEACF54A6A', 'default', 'agent:ann/claude', X'01A2018E7CD072689BB090FDFF16979A', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CD6742A8F7CD8E07F94A2B1', X'01A2018E7CD6742A8F7CD8DFE9BB164C', 'default', 'agent:ann/claude', X'01A2018E7CD6742A8F7CD8DEABDBE058', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CD873C39061FBC88E7A174F', X'01A2018E7CD873C39061FBC709945F24', 'default', 'agent:ann/claude', X'01A2018E7CD873C39061FBC67245C09E', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2018E7CD973D1BF15A129F0468CA1', X'01A2018E7CD973D1BF15A128CC26BBC7', 'default', 'agent:ann/claude', X'01A2018E7CD973D1BF15A127363183AB', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2018E7CA175058CE1F5E6786D967E', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2018E7CB470C9AF7A0AE835FC6083', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2018E7CC076CF897BEBD921F38D64', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2018E7CD072689BB090FF58108858', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2018E7CD973D1BF15A129F0468CA1', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7C9973A288D0B4B2B68F2123', X'01A2018E7C9973A288D0B4B03CCF4341');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CA175058CE1F5E6786D967E', X'01A2018E7CA07401924EFC91FAAC4B33');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CB470C9AF7A0AE835FC6083', X'01A2018E7CB470C9AF7A0AE66B78BACB');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CC076CF897BEBD921F38D64', X'01A2018E7CC076CF897BEBD761D0B6B3');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CD072689BB090FF58108858', X'01A2018E7CD072689BB090FDFF16979A');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CD6742A8F7CD8E07F94A2B1', X'01A2018E7CD6742A8F7CD8DEABDBE058');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CD873C39061FBC88E7A174F', X'01A2018E7CD873C39061FBC67245C09E');
INSERT INTO waiters (approval, session) VALUES (X'01A2018E7CD973D1BF15A129F0468CA1', X'01A2018E7CD973D1BF15A127363183AB');
CREATE TABLE answers (
    approval BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    answer   BLOB NOT NULL
) STRICT;
CREATE TABLE intents (
    seq      INTEGER PRIMARY KEY,
    session  BLOB,
    approval BLOB
) STRICT;
INSERT INTO intents (seq, session, approval) VALUES (19, X'01A2018E7CDB729C8B4B5D872CC49AEB', NULL);
INSERT INTO intents (seq, session, approval) VALUES (7, X'01A2018E7CB470C9AF7A0AE66B78BACB', X'01A2018E7CB470C9AF7A0AE835FC6083');
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
CREATE INDEX journal_ts ON journal (ts);
CREATE INDEX journal_session ON journal (session);
CREATE INDEX journal_correlation ON journal (correlation_id);
CREATE INDEX journal_tool ON journal (tool, verdict);
CREATE INDEX journal_verdict ON journal (verdict) WHERE verdict <> 'allow';
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
CREATE INDEX approvals_state ON approvals (tenant, state, asked_at);
CREATE INDEX approvals_asked ON approvals (tenant, asked_at);
CREATE INDEX approvals_pending ON approvals (answer_by) WHERE state = 'pending';
CREATE INDEX approvals_approved ON approvals (run_by) WHERE state = 'approved';
CREATE INDEX approvals_arguments ON approvals (ended_at) WHERE arguments IS NOT NULL;
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
PRAGMA application_id = 1668507502;
PRAGMA user_version = 1;
