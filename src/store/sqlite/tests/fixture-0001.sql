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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD90470BF8131A0B2F45E5559', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d904-70bf-8131-a0b2f45e5559","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C79476432FF2EBD9C212633A1A1933597BB538D6B2F980740E12B740A7851A65', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'3726D62C694D3D2FEBEC6810EA3CDD00EADBA05B0D4F6062D6E871CC2E18E50B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD92473F9B9FDB1E03AD3ACA1', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d924-73f9-b9fd-b1e03ad3aca1","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E0A0048F4819E669215C517F4C10ADCD72D40F094AF47CBD18B8972C91296B2A', NULL, NULL, X'5FD094591DCADB78E0821D95A3B04DD029E50F441045F9A9048D879463FDB83C', X'AE35ABCA989E1223F6B0DB25AA14147729990B6CFB32070E23447C9FB3538BFC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A2019BD92473F9B9FDB1DF8E7C1C6A', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2019BD92473F9B9FDB1E03AD3ACA1', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2019b-d924-73f9-b9fd-b1df8e7c1c6a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d924-73f9-b9fd-b1e03ad3aca1","outcome":null,"body_digest":"9ffe0554ddc315edb67033e6af2e3141086a1a9231f7adfa76b8df4dfcd7e51f"}', X'18A92817EC449174EB2A6C9294A4180D546B19E8E72950D5E5775D5FFD4E50AD', X'497904B36E793BC1EC9BEDE036A359B7', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'AE35ABCA989E1223F6B0DB25AA14147729990B6CFB32070E23447C9FB3538BFC', X'4B45C6ABD54D7688065A304A4ACCFE31E24136631BE8253C70C5F6529FE4A254');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A2019BD908741EBA5EB79B51AA2608', X'01A2019BD908741EBA5EB79A409D4EED', NULL, 'write_file', NULL, 2, X'01A2019BD90970E5890B12B764F247E2', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a2019b-d908-741e-ba5e-b79b51aa2608","session":"01a2019b-d908-741e-ba5e-b79a409d4eed","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d909-70e5-890b-12b764f247e2","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'5285E86B20F90E7F828BFBE696017D9512440535C7D555BE06A1AAA755A0DD06', NULL, NULL, X'4B45C6ABD54D7688065A304A4ACCFE31E24136631BE8253C70C5F6529FE4A254', X'03769B6CB93F51B7A83C534B20B9AAD11330D216477B8A99FD0A795F6911D2D4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A2019BD92473F9B9FDB1DF8E7C1C6A', X'01A2019BD92473F9B9FDB1DE8A521102', NULL, 'write_file', NULL, 2, X'01A2019BD92473F9B9FDB1E03AD3ACA1', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a2019b-d924-73f9-b9fd-b1df8e7c1c6a","session":"01a2019b-d924-73f9-b9fd-b1de8a521102","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d924-73f9-b9fd-b1e03ad3aca1","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'1F5B8BE9FA7CA4B60ED2EF204BDDD95C0038B6E07C6BC5139DC3E7177A05179C', NULL, NULL, X'03769B6CB93F51B7A83C534B20B9AAD11330D216477B8A99FD0A795F6911D2D4', X'C1E2BE79D511E80EB964F9F5E3D76C1944AD6F852D39D47C31C6558A41A23DA1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD92C71CAB51A0A7B5260E40B', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d92c-71ca-b51a-0a7b5260e40b","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'053B6DF4149105D18A468CCFB671865683AAD91977AF1344E72AC940ADB7BE71', NULL, NULL, X'C1E2BE79D511E80EB964F9F5E3D76C1944AD6F852D39D47C31C6558A41A23DA1', X'39CC53A94768A9DC8016D1AF47AFBFC2182654D8243B6DC5B3D55FBF16B76127');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A2019BD92C71CAB51A0A7ADF4E7841', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A2019BD92C71CAB51A0A7B5260E40B', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a2019b-d92c-71ca-b51a-0a7adf4e7841","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d92c-71ca-b51a-0a7b5260e40b","outcome":null,"body_digest":"f6efe83315f1568549bda96779b7c6966171461d86f23341095e3a3f1c594bde"}', X'6FB923872F5158EFA5F4467348A1322BCE80A63BAD4C0FD0D635AFDAA95DBF3D', X'20BF34743A33D31759F69C56C90B1470', X'7B22726561736F6E223A6E756C6C7D', X'39CC53A94768A9DC8016D1AF47AFBFC2182654D8243B6DC5B3D55FBF16B76127', X'CF07D53C42BC31B3259246738A1515D4C0D21F2FCDB6E5AE6B530185A9522D26');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD93472B3B15044961CD33B39', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d934-72b3-b150-44961cd33b39","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'F4878F236B22B878CCFFA91C64F90A855EE92C2FA3A59AB6B2232CF3871D2B4B', NULL, NULL, X'CF07D53C42BC31B3259246738A1515D4C0D21F2FCDB6E5AE6B530185A9522D26', X'1BDC3A29ED2D7C921B9D5C25796AD3238292A2E90050A91BE4598CE25FF0DC69');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD9367099886665A71707161D', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d936-7099-8866-65a71707161d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'9FD214EE408D8FAFAEA17EF4694E9566340708CDF16F6C1A9E724FA2235C05FB', NULL, NULL, X'1BDC3A29ED2D7C921B9D5C25796AD3238292A2E90050A91BE4598CE25FF0DC69', X'21040ADB415F1091E14C9A5DC8EDA27DF996D63F30D9D2FE5C2F6968342E30D3');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A2019BD9367099886665A6A6B1AFF8', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2019BD9367099886665A71707161D', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a2019b-d936-7099-8866-65a6a6b1aff8","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d936-7099-8866-65a71707161d","outcome":null,"body_digest":"14a2a5d213ff4f7ca1fcc3d2cb88ce8078c87e55703887f5a37e85efe9db03f6"}', X'09322DB23EB1A944AC6AEC74744A0D8497A2DC276B1C2DBE7435AA7B44C90031', X'552738198A9EFF94435F8D56EE808B4F', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'21040ADB415F1091E14C9A5DC8EDA27DF996D63F30D9D2FE5C2F6968342E30D3', X'05760FF85BF578C2FC9FE41E14AAA60FFCC6B58A5F39F2634CCD1CE94149C229');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A2019BD93970A3B2C7DB197D56E5FE', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a2019b-d939-70a3-b2c7-db197d56e5fe","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"65fba2b2102ae149b964b217d0ebd391b9ae3061e210682b290bbe96aaff70bf"}', X'4E80F51A53AC67BE56BF8C84267A1AD2AD5017BD626A159C96E492602C9676DE', X'47623005B2C62F658D65AF6F05EFFFF0', X'7B2261223A317D', X'05760FF85BF578C2FC9FE41E14AAA60FFCC6B58A5F39F2634CCD1CE94149C229', X'781DF673B58B19523E99002C5FC4D868B7433877B1B0816FDC2EBA96024902BD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD90970E5890B12B764F247E2', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d909-70e5-890b-12b764f247e2","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'54283DC6E9B0D961B24D030044607425E0468F99AF3545D4B2875082F561717E', NULL, NULL, X'3726D62C694D3D2FEBEC6810EA3CDD00EADBA05B0D4F6062D6E871CC2E18E50B', X'4CF105925D8591380E955ED796FCE04EF2279163F3256452E51B2275B7AD6F59');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"cbecc8faaa808b7a799911ce6f4c6013c300eb2aaf4eed2b965ad4502246848c"}', X'30B99016E5651E2983A331CD682D788AA266238ED58FCDBD6035FD2C27221EA5', X'1298BEE2638FF9EE90271AAF4A7D61BD', X'7B226167656E74223A226576652F636C61756465227D', X'781DF673B58B19523E99002C5FC4D868B7433877B1B0816FDC2EBA96024902BD', X'BAEA699CE6DA90C562FC1785AC08D883CBB3AB891361BCA4EB88BC851E46F41B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"69255be6f25940ddb5ba7b5519f9fd5851bed6d4931e706d6314a578932498fe"}', X'0048FC0466A22E26AF105380ACC0DC5F66BA3B3EE56EE52DAC85066B5BC02CFA', X'73E0ED13E214A2C10ECE9FA7F8622901', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'BAEA699CE6DA90C562FC1785AC08D883CBB3AB891361BCA4EB88BC851E46F41B', X'D65544CB8913767771A9B23D987A29DCC96760EEE9A6270A248106AA57AA3C4F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"5d06c78add82490b864241c32d1bc5dd0e3244d68127d6a4dcdabb7b4b6ffc7a"}', X'6A952188E341F7E521D9BBAD17D567BD13310E8D46753CE4DCF69491770D8628', X'3B40E99464D563DE5500621AC8365B8E', X'7B22646967657374223A22646967657374227D', X'D65544CB8913767771A9B23D987A29DCC96760EEE9A6270A248106AA57AA3C4F', X'1F342A3946A1511450B1B26313ABC70EBFC6B89CD0126AA4BF7361B26B855680');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A2019BD908741EBA5EB79B51AA2608', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2019BD90970E5890B12B764F247E2', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2019b-d908-741e-ba5e-b79b51aa2608","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d909-70e5-890b-12b764f247e2","outcome":null,"body_digest":"92b2caee9fb3b9e37a7d1938338606f0ae1de0d4ec28dec76a77542d93b740ac"}', X'95401A58A169ECCC954D66B2DFEE1BA767D4ED3B7DBF30CD0E39C524915B4A4B', X'720F7C44A5183CC77AC7F691A1248E61', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'4CF105925D8591380E955ED796FCE04EF2279163F3256452E51B2275B7AD6F59', X'F3F450FE0406DDB676541BB1A0B16A08D66AB171F00856B7B24D661D19F64863');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD91072F59EFC27C7C54EE1F0', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d910-72f5-9efc-27c7c54ee1f0","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DF250EBFA56B09D0F0989D816D006392C3EDB78E5F6F6186D908B3FF3B5AEA63', NULL, NULL, X'F3F450FE0406DDB676541BB1A0B16A08D66AB171F00856B7B24D661D19F64863', X'EDD9BBD8E71EB7B02039D5B7D8B177E48EE9AAD810306AB7B05C4C7A62EDFC8A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A2019BD91072F59EFC27C6898FEA36', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2019BD91072F59EFC27C7C54EE1F0', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a2019b-d910-72f5-9efc-27c6898fea36","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d910-72f5-9efc-27c7c54ee1f0","outcome":null,"body_digest":"a82a05b0ddd0c2e921c040c3123c37bb223671647b82b9417feebd00055dbdb8"}', X'BC7C3EE12D7BED77EB20E4A6CA55F13AF850831031E71C853827F24190682DCA', X'0A316CA55EA012A8C8AF83A8E6E20BD4', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'EDD9BBD8E71EB7B02039D5B7D8B177E48EE9AAD810306AB7B05C4C7A62EDFC8A', X'3DCC57A4E2D91EE8A5B578B2A0DED5508369619659CC57053757FA91681FE1AA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A2019BD91072F59EFC27C6898FEA36', X'01A2019BD91072F59EFC27C52DD91D02', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2019BD91072F59EFC27C7C54EE1F0', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a2019b-d910-72f5-9efc-27c6898fea36","session":"01a2019b-d910-72f5-9efc-27c52dd91d02","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d910-72f5-9efc-27c7c54ee1f0","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'1FAEE4D0A7BCD4700FAC5E911E233F155E4E37A0FDDF3BF6FC9CB6A3CE4CB9DA', NULL, NULL, X'3DCC57A4E2D91EE8A5B578B2A0DED5508369619659CC57053757FA91681FE1AA', X'13CEE2D5E19CACFBCB7BE89B1A5B05C21BDC49C6EFAB189161A3B1E103FAF582');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A2019BD91072F59EFC27C52DD91D02', 'agent:ann/claude', 'write_file', NULL, 2, X'01A2019BD91072F59EFC27C7C54EE1F0', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a2019b-d910-72f5-9efc-27c52dd91d02","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a2019b-d910-72f5-9efc-27c7c54ee1f0","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FF0A253976368263520B9EF53F872546680A39E690C25B19820F3D495EF48CFB', NULL, NULL, X'13CEE2D5E19CACFBCB7BE89B1A5B05C21BDC49C6EFAB189161A3B1E103FAF582', X'70221617B87AEBAB8ECA772B9C75E9C59F34756E9FB9AD8F443E6651D89DFC88');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2019BD91C77199F54A5A79D386B46', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a2019b-d91c-7719-9f54-a5a79d386b46","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'53C5C9DAAB5DA0E00C1638FA65C99360DB481AFCF98DB9CEDDBB4670A06A311E', NULL, NULL, X'70221617B87AEBAB8ECA772B9C75E9C59F34756E9FB9AD8F443E6651D89DFC88', X'15938226F92DE9DF4F05B1C9893294B2566700891BC115E28A4C0D57D86126FE');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A2019BD91C77199F54A5A6D203A484', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2019BD91C77199F54A5A79D386B46', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a2019b-d91c-7719-9f54-a5a6d203a484","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a2019b-d91c-7719-9f54-a5a79d386b46","outcome":null,"body_digest":"fa063cd7d6f9d1f8311a710ca3ccbf25d65adf61208be416da3b21897f6ff067"}', X'B75B987DDB1A2B6A34D77C64E9285451A9B95001A957449F5879E096C4CD154F', X'675D686B3597CCA25F0C4E4902169F0E', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'15938226F92DE9DF4F05B1C9893294B2566700891BC115E28A4C0D57D86126FE', X'5FD094591DCADB78E0821D95A3B04DD029E50F441045F9A9048D879463FDB83C');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD90470BF8131A0B2F45E5559', X'01A2019BD9007583B2F2B6E0D174B683', 'default', 'agent:ann/claude', X'01A2019BD9007583B2F2B6DF9F9FD355', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD90970E5890B12B764F247E2', X'01A2019BD908741EBA5EB79B51AA2608', 'default', 'agent:ann/claude', X'01A2019BD908741EBA5EB79A409D4EED', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD91072F59EFC27C7C54EE1F0', X'01A2019BD91072F59EFC27C6898FEA36', 'default', 'agent:ann/claude', X'01A2019BD91072F59EFC27C52DD91D02', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A2019BD91072F59EFC27C52DD91D02', 1793500000000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD91C77199F54A5A79D386B46', X'01A2019BD91C77199F54A5A6D203A484', 'default', 'agent:ann/claude', X'01A2019BD91C77199F54A5A5A73C3ED1', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD92473F9B9FDB1E03AD3ACA1', X'01A2019BD92473F9B9FDB1DF8E7C1C6A', 'default', 'agent:ann/claude', X'01A2019BD92473F9B9FDB1DE8A521102', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD92C71CAB51A0A7B5260E40B', X'01A2019BD92C71CAB51A0A7ADF4E7841', 'default', 'agent:ann/claude', X'01A2019BD92C71CAB51A0A79BD2159F6', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD93472B3B15044961CD33B39', X'01A2019BD93472B3B150449582C839C3', 'default', 'agent:ann/claude', X'01A2019BD93472B3B1504494124F74F6', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered) VALUES (X'01A2019BD9367099886665A71707161D', X'01A2019BD9367099886665A6A6B1AFF8', 'default', 'agent:ann/claude', X'01A2019BD9367099886665A568DC1FC4', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2019BD90970E5890B12B764F247E2', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2019BD91072F59EFC27C7C54EE1F0', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2019BD91C77199F54A5A79D386B46', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2019BD92473F9B9FDB1E03AD3ACA1', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2019BD9367099886665A71707161D', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD90470BF8131A0B2F45E5559', X'01A2019BD9007583B2F2B6DF9F9FD355');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD90970E5890B12B764F247E2', X'01A2019BD908741EBA5EB79A409D4EED');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD91072F59EFC27C7C54EE1F0', X'01A2019BD91072F59EFC27C52DD91D02');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD91C77199F54A5A79D386B46', X'01A2019BD91C77199F54A5A5A73C3ED1');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD92473F9B9FDB1E03AD3ACA1', X'01A2019BD92473F9B9FDB1DE8A521102');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD92C71CAB51A0A7B5260E40B', X'01A2019BD92C71CAB51A0A79BD2159F6');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD93472B3B15044961CD33B39', X'01A2019BD93472B3B1504494124F74F6');
INSERT INTO waiters (approval, session) VALUES (X'01A2019BD9367099886665A71707161D', X'01A2019BD9367099886665A568DC1FC4');
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
INSERT INTO intents (seq, session, approval) VALUES (19, X'01A2019BD93970A3B2C7DB197D56E5FE', NULL);
INSERT INTO intents (seq, session, approval) VALUES (7, X'01A2019BD91072F59EFC27C52DD91D02', X'01A2019BD91072F59EFC27C7C54EE1F0');
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
PRAGMA application_id = 1668507502;
PRAGMA user_version = 1;
