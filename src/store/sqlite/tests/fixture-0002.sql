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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2029798F8742A93C23A8024F25208', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-98f8-742a-93c2-3a8024f25208","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'BEA8933C126B068BCF5CAD82C3F714D60CC9B6168CE504048CC0B9D6B29A4C26', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'54093A857A66813645EFBBF9ACF6D5AB54D629A7220892466E4EEEE8495B4241');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20297990275E7BDEF70F097528E82', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-9902-75e7-bdef-70f097528e82","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'3097A43CFF0478534A20DAF3E23996E054CAA43F8B046225247A0AEE2A012291', NULL, NULL, X'219E0E9794E2B3C2F3A917D21AF4A9D869BD9D3E3860A9702E4CA65C0881BF75', X'7EEA85811A25D97CBB082894E3B13F705720EF72FBF29DD4A69709A9BC506CDE');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A20297990275E7BDEF70EF695963B4', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20297990275E7BDEF70F097528E82', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20297-9902-75e7-bdef-70ef695963b4","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-9902-75e7-bdef-70f097528e82","outcome":null,"body_digest":"b6d72b356589c5087a8c0e3fda4d005622cf4815cdeb40176701afa4723243b3"}', X'816CCD45DB5B7E4EAB634A43B7B459A8925EE92DE0C2C44FC2C6B15C40D83B1E', X'29234866CCFB686A9FEA4227F7769D80', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'7EEA85811A25D97CBB082894E3B13F705720EF72FBF29DD4A69709A9BC506CDE', X'15D9E089E9001CA488EAFA96331AC03237682FB1CEC72149AD1959B511435187');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A2029798FA7124908D8CFA03C5931F', X'01A2029798FA7124908D8CF9BEDA8920', NULL, 'write_file', NULL, 2, X'01A2029798FA7124908D8CFBBAB65EE2', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20297-98fa-7124-908d-8cfa03c5931f","session":"01a20297-98fa-7124-908d-8cf9beda8920","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-98fa-7124-908d-8cfbbab65ee2","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C4D6D6464706CA7CD54239D5F4EAF082C4FD465242D7898A73506009AA1C3073', NULL, NULL, X'15D9E089E9001CA488EAFA96331AC03237682FB1CEC72149AD1959B511435187', X'42E795298CF35F0385E8A0671E460255BE1D9972F8FBE70982EBF61EBB64C975');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A20297990275E7BDEF70EF695963B4', X'01A20297990275E7BDEF70EEF52246C7', NULL, 'write_file', NULL, 2, X'01A20297990275E7BDEF70F097528E82', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20297-9902-75e7-bdef-70ef695963b4","session":"01a20297-9902-75e7-bdef-70eef52246c7","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-9902-75e7-bdef-70f097528e82","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'42159669ED779BDA4B29B029723057A03EFD283D42164F26A961823ADAD52CA8', NULL, NULL, X'42E795298CF35F0385E8A0671E460255BE1D9972F8FBE70982EBF61EBB64C975', X'F15658C14B748DAD92F2B5558D40273B4BB5328CEBE71CD9D920465C5783C951');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20297990677D8BF8D2A46824D0F05', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-9906-77d8-bf8d-2a46824d0f05","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'04B5D35F4C8F8C560AD8FA4236770753F52DAD53C62F78343B536DFDC7448783', NULL, NULL, X'F15658C14B748DAD92F2B5558D40273B4BB5328CEBE71CD9D920465C5783C951', X'14AD83053B8AC86B7A90BB13FEF144A093B2033CBA8C1FA5229284E88E34EE5D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A2029799057101A40DA23A97FE76B9', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A20297990677D8BF8D2A46824D0F05', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a20297-9905-7101-a40d-a23a97fe76b9","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-9906-77d8-bf8d-2a46824d0f05","outcome":null,"body_digest":"2ef2289c6b52d3ad42170f33477e4d99b6ebb8eaaaf0cf5c379223baa3cece45"}', X'39583BD02EBB5D34911F971C68A897B7CFBAA84FF470C648F9E8A557A96AC1F6', X'B82BBFF590901188EB57DBE5BD0B2753', X'7B22726561736F6E223A6E756C6C7D', X'14AD83053B8AC86B7A90BB13FEF144A093B2033CBA8C1FA5229284E88E34EE5D', X'34A993D18ED8F012F56655DA79514D60D0387D1F5ECC437A31B281040CEFFE75');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202979908702A9430983046272069', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-9908-702a-9430-983046272069","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'74F2BDEC654A028943B2E79E35FE0237EB4119586D0543410A130E2EEDD4C552', NULL, NULL, X'34A993D18ED8F012F56655DA79514D60D0387D1F5ECC437A31B281040CEFFE75', X'BD54EC5F64F4FFBF126BFB32896F263B8225B1F5ECDD1AF4B0B4C5F2DC4406D5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A202979909704BA7397E7716433251', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-9909-704b-a739-7e7716433251","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E7E119AEF206706893D0F1F0D23825E684CC1D090974ED4BD5BC6B6CF35A1BA3', NULL, NULL, X'BD54EC5F64F4FFBF126BFB32896F263B8225B1F5ECDD1AF4B0B4C5F2DC4406D5', X'5C1EEC352011540B492A9AA9E7A4E478D84FCF5D64CB82B369CF129C7C3799C8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A202979909704BA7397E76630563BE', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A202979909704BA7397E7716433251', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20297-9909-704b-a739-7e76630563be","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-9909-704b-a739-7e7716433251","outcome":null,"body_digest":"f76fb3120350add2c1891801857d4161854c7c65893cc8858ff4b1ac7657ebac"}', X'CB8702E494FA6B1FCE3E196E9896EE62A13B905F7B82B2D279E47E1CA82BB321', X'0019E22B518CD79EC4B9BB1CDF1B44C4', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'5C1EEC352011540B492A9AA9E7A4E478D84FCF5D64CB82B369CF129C7C3799C8', X'9BB9763D5A1AAE9EBE1DE471A24CA1EE903AE85E2EF153810647172B89B0ABDD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A20297990B7514AB521B3B7DF535BA', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20297-990b-7514-ab52-1b3b7df535ba","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"9796edf9e37d594be0d08d7efc81d95bcdbabecf382a5203933904016a6ded49"}', X'1CDFA2CF3F02164478E4DF316E5EA0452403E06D71E007163C259033E7F79714', X'73E338303DF1A13A9C0A82F67B5DD0DE', X'7B2261223A317D', X'9BB9763D5A1AAE9EBE1DE471A24CA1EE903AE85E2EF153810647172B89B0ABDD', X'41880A2F71023BB662ED139EC1B0092CD729F4C19843A55DD412499D5E340BB4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2029798FA7124908D8CFBBAB65EE2', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-98fa-7124-908d-8cfbbab65ee2","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'76C3FD0808C9CCC93C8B1810B1462ED658DCB80D6F9C98200A8AC65202847992', NULL, NULL, X'54093A857A66813645EFBBF9ACF6D5AB54D629A7220892466E4EEEE8495B4241', X'E16F5A45520EE480891BC7EA974768750914BAA44895B172D52D654C0D7FEAD8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"a917208488d88d93910ebf96ed4b6edf235a4ca46b2c803ea68eb8bdb8a2dcd7"}', X'702FE5CCC6CE6E7FB94EA73776CFD93F89EABD738BCA66F8F0C87ADDE9C8D38A', X'C23F5E2961E49822CB4E51A4B0D05942', X'7B226167656E74223A226576652F636C61756465227D', X'41880A2F71023BB662ED139EC1B0092CD729F4C19843A55DD412499D5E340BB4', X'BC091D974456CC53622206DC7B6F2AFF982BB4B26BCE46775F034FA63E5697E8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"6d40538c2dbb7c0e4ff8b15c3dc25f1a3bd474126dc9d1183afb0234518854a6"}', X'502EBF4E19AD3F86CEB6B5D3030D00C57FA5A6787DADE9BB4CBAF68FC98BF173', X'5A3D50D955C8238F27BC8A4BE0B66F5C', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'BC091D974456CC53622206DC7B6F2AFF982BB4B26BCE46775F034FA63E5697E8', X'0A6F5563A8F23D1931BE54A6F6ED1794AE88D7DFA4DFFD4AB54ED797C57EE094');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"f203c37eafaa45ad87df1ec663b7554f33de55ae077407b08b1f4466fa860cf9"}', X'D47492F78F627194D8344A2DADB3021826BE67E790DBE6E53B93379E3E3AD08F', X'65F159779418478F494139B7FEE8FA7B', X'7B22646967657374223A22646967657374227D', X'0A6F5563A8F23D1931BE54A6F6ED1794AE88D7DFA4DFFD4AB54ED797C57EE094', X'02EFED831033A84302A856F819214C54551D0A4F7FB823FF438BC6A462AAE234');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A2029798FA7124908D8CFA03C5931F', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2029798FA7124908D8CFBBAB65EE2', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20297-98fa-7124-908d-8cfa03c5931f","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-98fa-7124-908d-8cfbbab65ee2","outcome":null,"body_digest":"d9c6a6d6fe75119e6d8c910c9f833919da242cf4c050cc8e747f9e322f86bb3f"}', X'A401B388210EE4B2EA8E868E41F92425127299FF4688E9187D250B802C939817', X'F52DD91E5FD08314EDD7415194D1D877', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'E16F5A45520EE480891BC7EA974768750914BAA44895B172D52D654C0D7FEAD8', X'BB53300E6F0B577AEF563E9F67B68F66BB8A2C5D8EDCD6054713C0B7B1ED836F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2029798FD7417A37695C8FE0E9E79', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-98fd-7417-a376-95c8fe0e9e79","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'471A4060B239E4C012D833E299D8FBB65C0B2E8E30F2BAB469FB780C2BA4DD38', NULL, NULL, X'BB53300E6F0B577AEF563E9F67B68F66BB8A2C5D8EDCD6054713C0B7B1ED836F', X'38625467A33C206CD5AC09237253B4656438F42C9AB716BA7F9B25DD5AD5E722');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A2029798FD7417A37695C7BC05A73D', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2029798FD7417A37695C8FE0E9E79', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20297-98fd-7417-a376-95c7bc05a73d","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-98fd-7417-a376-95c8fe0e9e79","outcome":null,"body_digest":"9365c4355eb35b93c9ef4ed5efee89358e540099e3093383019ebc4e2876d384"}', X'F155DAD4B945BB3D24FAC1E2074CA7A279CFC2F905C73C37B9EFC888D5160955', X'D7C593AEE7EE6DC368E6F2DD98FCE8F0', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'38625467A33C206CD5AC09237253B4656438F42C9AB716BA7F9B25DD5AD5E722', X'DFF92588CB146CA9E9B6F75C09C4730887732A34687160E07A8E5DB9F9943D19');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A2029798FD7417A37695C7BC05A73D', X'01A2029798FD7417A37695C627E97EC9', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2029798FD7417A37695C8FE0E9E79', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a20297-98fd-7417-a376-95c7bc05a73d","session":"01a20297-98fd-7417-a376-95c627e97ec9","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-98fd-7417-a376-95c8fe0e9e79","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'5B28D6BD2CCB32617D855C5C2200E6F33DB84F2BC7CA6E0966351F00ECC22B46', NULL, NULL, X'DFF92588CB146CA9E9B6F75C09C4730887732A34687160E07A8E5DB9F9943D19', X'9BACD87D5939B2B30A8D7F6DB30FDC35BF4F5425C5EDD841F68787631818FDE4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A2029798FD7417A37695C627E97EC9', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2029798FD7417A37695C8FE0E9E79', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20297-98fd-7417-a376-95c627e97ec9","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a20297-98fd-7417-a376-95c8fe0e9e79","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'48FFCD79482401F5B4D71F7F8A73D83AC1A33D325CD6A316095C1FB02CA0F8D6', NULL, NULL, X'9BACD87D5939B2B30A8D7F6DB30FDC35BF4F5425C5EDD841F68787631818FDE4', X'0C46C5CBDC19B5B08A7368884455A8291FCA1AF103ADDDF126125DD5802EC98B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20297990075F09ADA874F002EC800', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20297-9900-75f0-9ada-874f002ec800","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'D9C9BF07594E3FF2BBBF48514626890E5B2FE0DCD4ACD1FCF484C4E25F590063', NULL, NULL, X'0C46C5CBDC19B5B08A7368884455A8291FCA1AF103ADDDF126125DD5802EC98B', X'4B68C7795191A7ADBF2E55FA29F11DD982E099BA0F5452608E6B79AA441724B0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A20297990075F09ADA874ECB9E83B3', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20297990075F09ADA874F002EC800', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a20297-9900-75f0-9ada-874ecb9e83b3","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20297-9900-75f0-9ada-874f002ec800","outcome":null,"body_digest":"d4e8ccf4f29f42887cbcbd915da681fec114bb12890e9512d01c4f1d1db49635"}', X'5B20BECAF4E4FD2FDD6C985C6A1D4DB062C3E3BB6C06BA9C6E9162A1F49E108D', X'55DA05E85B8EFBB47D330E8F361E9B12', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'4B68C7795191A7ADBF2E55FA29F11DD982E099BA0F5452608E6B79AA441724B0', X'219E0E9794E2B3C2F3A917D21AF4A9D869BD9D3E3860A9702E4CA65C0881BF75');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2029798F8742A93C23A8024F25208', X'01A2029798F7746B9DFE62873112E982', 'default', 'agent:ann/claude', X'01A2029798F7746B9DFE6286152293CC', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2029798FA7124908D8CFBBAB65EE2', X'01A2029798FA7124908D8CFA03C5931F', 'default', 'agent:ann/claude', X'01A2029798FA7124908D8CF9BEDA8920', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2029798FD7417A37695C8FE0E9E79', X'01A2029798FD7417A37695C7BC05A73D', 'default', 'agent:ann/claude', X'01A2029798FD7417A37695C627E97EC9', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A2029798FD7417A37695C627E97EC9', 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20297990075F09ADA874F002EC800', X'01A20297990075F09ADA874ECB9E83B3', 'default', 'agent:ann/claude', X'01A20297990075F09ADA874DA25B75B2', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20297990275E7BDEF70F097528E82', X'01A20297990275E7BDEF70EF695963B4', 'default', 'agent:ann/claude', X'01A20297990275E7BDEF70EEF52246C7', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20297990677D8BF8D2A46824D0F05', X'01A2029799057101A40DA23A97FE76B9', 'default', 'agent:ann/claude', X'01A2029799057101A40DA23940948843', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202979908702A9430983046272069', X'01A202979908702A9430982F74614D86', 'default', 'agent:ann/claude', X'01A202979908702A9430982E1F12D41D', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A202979909704BA7397E7716433251', X'01A202979909704BA7397E76630563BE', 'default', 'agent:ann/claude', X'01A202979909704BA7397E75BF30F2E0', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2029798FA7124908D8CFBBAB65EE2', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2029798FD7417A37695C8FE0E9E79', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20297990075F09ADA874F002EC800', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20297990275E7BDEF70F097528E82', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A202979909704BA7397E7716433251', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A2029798F8742A93C23A8024F25208', X'01A2029798F7746B9DFE6286152293CC');
INSERT INTO waiters (approval, session) VALUES (X'01A2029798FA7124908D8CFBBAB65EE2', X'01A2029798FA7124908D8CF9BEDA8920');
INSERT INTO waiters (approval, session) VALUES (X'01A2029798FD7417A37695C8FE0E9E79', X'01A2029798FD7417A37695C627E97EC9');
INSERT INTO waiters (approval, session) VALUES (X'01A20297990075F09ADA874F002EC800', X'01A20297990075F09ADA874DA25B75B2');
INSERT INTO waiters (approval, session) VALUES (X'01A20297990275E7BDEF70F097528E82', X'01A20297990275E7BDEF70EEF52246C7');
INSERT INTO waiters (approval, session) VALUES (X'01A20297990677D8BF8D2A46824D0F05', X'01A2029799057101A40DA23940948843');
INSERT INTO waiters (approval, session) VALUES (X'01A202979908702A9430983046272069', X'01A202979908702A9430982E1F12D41D');
INSERT INTO waiters (approval, session) VALUES (X'01A202979909704BA7397E7716433251', X'01A202979909704BA7397E75BF30F2E0');
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
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A20297990B7514AB521B3B7DF535BA', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A2029798FD7417A37695C627E97EC9', X'01A2029798FD7417A37695C8FE0E9E79', NULL, NULL);
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
PRAGMA application_id = 1668507502;
PRAGMA user_version = 2;
