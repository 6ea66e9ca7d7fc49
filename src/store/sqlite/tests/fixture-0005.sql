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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD96374C4BE5197CBB6E144BE', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d963-74c4-be51-97cbb6e144be","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'2A71DFFC7F5BA556BA30BB64C8E1165944E82D98B2109363DE73A97EF2D79C6F', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'45A0DEC9042264BE8CF7CA2352BD19719FF650D32A625C91461F79F26636BC46');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD96F757EA971D2FA8333BA4F', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d96f-757e-a971-d2fa8333ba4f","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'02246BB80337A5F3DE2C7FA73096C6888AEFC9B9BBF4263B233707B791CA8B0B', NULL, NULL, X'67D56D56666919AE484CB506558B6D9AFD89959440757CE69E5F07CC833AA2B0', X'4DB737C4F068254DBAB5F112DEE894DCBC08C5D7C1B2787BA3C1B24DEEFDB365');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A204BBD96F757EA971D2F9237CE8E0', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204BBD96F757EA971D2FA8333BA4F', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d96f-757e-a971-d2f9237ce8e0","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d96f-757e-a971-d2fa8333ba4f","outcome":null,"body_digest":"eac9843c3e0305fcdd173a73e7af1d53efb1188041ac8be592c007a1a7535524"}', X'545E79510A39507D2D433082B8ECE765822F91E401FE41AC971B0F521041FA33', X'4711DA7CA7AE4E9EE5EF502F148DD397', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'4DB737C4F068254DBAB5F112DEE894DCBC08C5D7C1B2787BA3C1B24DEEFDB365', X'29B21F507E2293673E1F768F2D587854F0CAB56DAF6346E21A30DC28CE6E5004');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A204BBD96571CF8121EC3B5CEFDA5C', X'01A204BBD96571CF8121EC3AD0EB9282', NULL, 'write_file', NULL, 2, X'01A204BBD966722A9AC3C5D69A2B8103', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a204bb-d965-71cf-8121-ec3b5cefda5c","session":"01a204bb-d965-71cf-8121-ec3ad0eb9282","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d966-722a-9ac3-c5d69a2b8103","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DD0118398D96650D0F77E0A589153911AE3DF54FCB053617A9594C620403EA88', NULL, NULL, X'29B21F507E2293673E1F768F2D587854F0CAB56DAF6346E21A30DC28CE6E5004', X'9C95893E44CECDCACE8AE95A6A2588653EA352DE8E5EB0BB67564FF69BD3EB0C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A204BBD96F757EA971D2F9237CE8E0', X'01A204BBD96F757EA971D2F802429760', NULL, 'write_file', NULL, 2, X'01A204BBD96F757EA971D2FA8333BA4F', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a204bb-d96f-757e-a971-d2f9237ce8e0","session":"01a204bb-d96f-757e-a971-d2f802429760","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d96f-757e-a971-d2fa8333ba4f","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8D267703B36589D0A88F13B84213DFA62C3DB19815AD95CAAB24F2732D392AF9', NULL, NULL, X'9C95893E44CECDCACE8AE95A6A2588653EA352DE8E5EB0BB67564FF69BD3EB0C', X'BE1C7E45EA758382C1D5FA7D8E172359038033CF47341147D650F562823051BC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD97472D1AA41F99434BC2A5E', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d974-72d1-aa41-f99434bc2a5e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'3058046AAEDAACCC8396A059F4A73A03BDBD963CE0073C3DA74A6D2C4DF60959', NULL, NULL, X'BE1C7E45EA758382C1D5FA7D8E172359038033CF47341147D650F562823051BC', X'A6E5FE6C38C111C1CD8BABFBDA5D85D1D21CC83A730B52056ECB27D9B898AD71');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A204BBD97472D1AA41F993F75E0779', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A204BBD97472D1AA41F99434BC2A5E', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a204bb-d974-72d1-aa41-f993f75e0779","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d974-72d1-aa41-f99434bc2a5e","outcome":null,"body_digest":"5c8d6d4c825ed5663f31095e169a146440fa3fce3b65ccf67e91bd75b26bcdd1"}', X'F1C5B85ADE683F27A201D3307B6DC1F7A6C0F6EE1E874C1B00156D4AF2FEC617', X'03CAE1EB9D7D91C1D5E5A3529F67C65C', X'7B22726561736F6E223A6E756C6C7D', X'A6E5FE6C38C111C1CD8BABFBDA5D85D1D21CC83A730B52056ECB27D9B898AD71', X'FF19770D29648235DFC0C0057957DE7A3126598FF8231581A884FAC86FCDD9ED');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD9767113929EB50E30D3137A', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d976-7113-929e-b50e30d3137a","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'855397D90576D8031829B77CB782C744A4E9FC35B762D9114E5E10F1649E6156', NULL, NULL, X'FF19770D29648235DFC0C0057957DE7A3126598FF8231581A884FAC86FCDD9ED', X'47BFDE3ECC97C1A4FEFD758CE18D28E99D477175052AB5023E43CE6BDDDB5495');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD97873A1A7D47790AD4AC0BC', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d978-73a1-a7d4-7790ad4ac0bc","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'011245EFD20CFF27E6FBDC0A0F7D204567592B18530230AD988184B132CE7714', NULL, NULL, X'47BFDE3ECC97C1A4FEFD758CE18D28E99D477175052AB5023E43CE6BDDDB5495', X'6CED7BDA90BC24F7CE32EDAFE990BD53E2E0E3689FA8C6A5C974CDCB48B805D4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A204BBD97873A1A7D4778FF205574D', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204BBD97873A1A7D47790AD4AC0BC', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d978-73a1-a7d4-778ff205574d","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d978-73a1-a7d4-7790ad4ac0bc","outcome":null,"body_digest":"0b17552d8128f99984e54d87714286caea447c0b90e5313212de6f1e5df1ee99"}', X'111A5BD60AF293626618332E248E9F5FE714F7F22258A9189DEE3B133B7893A6', X'49FDC89EA7A81FE48AB40382089E4550', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'6CED7BDA90BC24F7CE32EDAFE990BD53E2E0E3689FA8C6A5C974CDCB48B805D4', X'6EA4EFA0DB6E601E2107392BAE616C5E2FE92B8E11FB48BDF17643B03A088EE0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A204BBD97A71BBBCD45B2377166FE4', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204bb-d97a-71bb-bcd4-5b2377166fe4","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"aabe3c58560965fe66f46c003e4d2c348ed558805e1885cf74812c1a8190db06"}', X'0B20F1D5FE053B4C1A25043D01286E526BA5D90AE5793D88FDBF3E63ADFF76EC', X'76B570FAC28C7666ACD847BBC0F7D730', X'7B2261223A317D', X'6EA4EFA0DB6E601E2107392BAE616C5E2FE92B8E11FB48BDF17643B03A088EE0', X'E7E7FE759E2B53D9A7C3BE362453866BAE0B759FF15B5D7EB025D5EF5F7FBB46');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD966722A9AC3C5D69A2B8103', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d966-722a-9ac3-c5d69a2b8103","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8F87A463B74E51538EC703AB3BB6B9EFF69CC931EB3A95A59403866B8C58A3E6', NULL, NULL, X'45A0DEC9042264BE8CF7CA2352BD19719FF650D32A625C91461F79F26636BC46', X'68B58C8EEA2E0282D0FCD367CE0120B89685754B674CE5B6485E23A1F66D4EAC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"ca242a3c1ef9ab2f5f38a7ee0918df13a16beb1a489e8e416c1f52f24143e802"}', X'282C195394D67259DD6DE6857DB415892DF6903AB661DF29A12413D98FA8A201', X'B77853FDBF2A0641C43E85303110947B', X'7B226167656E74223A226576652F636C61756465227D', X'E7E7FE759E2B53D9A7C3BE362453866BAE0B759FF15B5D7EB025D5EF5F7FBB46', X'3CAE34411B2321AB53B61A729604C1309B36024DD02C82BAD835ECAE53E1977A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"61d673b9b38694431824d8ee35e3256d189ee27120a3eecb65c8363ea68f9826"}', X'79A82A44CFFB2D3282EAD846756455DDB031FAA2D52E1C158E217D1C7A3AE387', X'D4B8DD95B1100CF25072C1A28B2E03EC', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'3CAE34411B2321AB53B61A729604C1309B36024DD02C82BAD835ECAE53E1977A', X'A2D6DB487C4E22CD09F5EF60A7FC94D323142B9CC2670C051040ADE94276A48F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"a3b6bb5093c8ed4a26fd92c227944ad61749dc3b24f60473b2e4ddb39cd5d545"}', X'5B3D8872A2C0F2D32CDC311A803A610F53E7F29DBD888FF1AE1290E81D3D86AC', X'192ECC5BFF9EA75DF5BA4C674137FF6B', X'7B22646967657374223A22646967657374227D', X'A2D6DB487C4E22CD09F5EF60A7FC94D323142B9CC2670C051040ADE94276A48F', X'0DBCF1E2C30ED41E2487D993B9714D8DEA6D08E6544BB48D383E342EECFB8C9C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD97F71949145E62EC557B845', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d97f-7194-9145-e62ec557b845","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E0051B26E3DEC5A478E258C694E9026704D3A1DA340846F7DA40A61FDA5EA706', NULL, NULL, X'0DBCF1E2C30ED41E2487D993B9714D8DEA6D08E6544BB48D383E342EECFB8C9C', X'B465BF86EAA11E8A13064D9A7D41B212664F33E7B5A8F51C1DEB3E63DA488A26');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A204BBD97E736C8563CECA29F2BBA9', X'01A204BBD97E736C8563CEC92AA25273', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A204BBD97F71949145E62EC557B845', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a204bb-d97e-736c-8563-ceca29f2bba9","session":"01a204bb-d97e-736c-8563-cec92aa25273","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204bb-d97f-7194-9145-e62ec557b845","outcome":null,"body_digest":"37c8bd640f2f29b6223be6ae450cf6a2a2a79916617fadb066494c61aaa9f0b0"}', X'053400BD92AEE7B8A89B4C5A8DD8B9AD2FB1BD204A7925E786CA56B239810742', X'716B3BC437326032BE3C56C9ADF2228E', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'B465BF86EAA11E8A13064D9A7D41B212664F33E7B5A8F51C1DEB3E63DA488A26', X'0AC3CB72ED1DA78B17F40336ABE8674ECBA70E7C18A809CECAAB9170F885FA0B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A204BBD97E736C8563CECA29F2BBA9', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204BBD97F71949145E62EC557B845', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d97e-736c-8563-ceca29f2bba9","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204bb-d97f-7194-9145-e62ec557b845","outcome":null,"body_digest":"8354144e73277542fc27d45b2a6e1e578c7e586ed540061fbf036cfb2c375504"}', X'454080A0E2CD65970C56EF82BC2BB178D40A8B73B8385CD940563C18ACB61EE4', X'9020AB4F99AB792AD53C35F5A579F94D', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'0AC3CB72ED1DA78B17F40336ABE8674ECBA70E7C18A809CECAAB9170F885FA0B', X'493F5E2002DA0AE78F1BDF9B9C954DD2BDCD509997B8C6EC68865D9829E98563');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A204BBD97E736C8563CECA29F2BBA9', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204BBD97F71949145E62EC557B845', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a204bb-d97e-736c-8563-ceca29f2bba9","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204bb-d97f-7194-9145-e62ec557b845","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DFCCC18CDE5C1DDA0906ABA494C354DE3197180FA0A0A7E87DA80B7B6DDD1765', NULL, NULL, X'493F5E2002DA0AE78F1BDF9B9C954DD2BDCD509997B8C6EC68865D9829E98563', X'B014E0206E3FF3EA9B98145243273FDE62F0E2FE156AF55667C8A4B1D8FA8263');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A204BBD97E736C8563CECA29F2BBA9', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204BBD97F71949145E62EC557B845', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a204bb-d97e-736c-8563-ceca29f2bba9","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a204bb-d97f-7194-9145-e62ec557b845","outcome":null,"body_digest":"6412f83386d1ac5ffa9a1c139ac92906cb0158624f2c325aa7922a337fe0cd70"}', X'13E933A3DFEC92778334A0B622E69891962AE9D3BE37787F5D6400D70DCE50FF', X'4B32D785448538E239005CB29BD40025', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'B014E0206E3FF3EA9B98145243273FDE62F0E2FE156AF55667C8A4B1D8FA8263', X'48C157A3F85B3AFFBFB7C181513C386C1980E3449BB1D4B9F3C4225596E82F8F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD98475DD8F316D52B5F6EA44', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d984-75dd-8f31-6d52b5f6ea44","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'78E46BC5732A1E4CA6C218A936B64499D75A3964A0583F8986E07B240C37B644', NULL, NULL, X'48C157A3F85B3AFFBFB7C181513C386C1980E3449BB1D4B9F3C4225596E82F8F', X'BF1ADC53C262599F6CEB2D8971E19D2035B01DDA89424F2EAF0B754A5CE0BF9B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A204BBD98372A2881E6EC52EBA2F91', X'01A204BBD98372A2881E6EC480933085', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A204BBD98475DD8F316D52B5F6EA44', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a204bb-d983-72a2-881e-6ec52eba2f91","session":"01a204bb-d983-72a2-881e-6ec480933085","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204bb-d984-75dd-8f31-6d52b5f6ea44","outcome":null,"body_digest":"4ad9efcd6af24c75cb1c188e5c0cf7e621ab6020b264e15eb0aa840204b3cdec"}', X'FCBC1E970E0FE8105A9F45F523483A835432C50E08FCAB39FAB33904E3A22B4F', X'8F7339184AA76B58644AB1CC8372C043', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'BF1ADC53C262599F6CEB2D8971E19D2035B01DDA89424F2EAF0B754A5CE0BF9B', X'751E86841B396706063CD7656878749F3CE948F84BD6E61197078066741A2A0F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A204BBD96571CF8121EC3B5CEFDA5C', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204BBD966722A9AC3C5D69A2B8103', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d965-71cf-8121-ec3b5cefda5c","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d966-722a-9ac3-c5d69a2b8103","outcome":null,"body_digest":"4ebf297fd8b513f5c65debceaf77a6a2ec64dc49792ec56f608da70ce0b147cf"}', X'903784A7D57EB2068BB59EC85F3B87A82D9F6D280753B43598E8633922F91C58', X'392F620A9F17FA6B8B4FEDB6AFCAFADA', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'68B58C8EEA2E0282D0FCD367CE0120B89685754B674CE5B6485E23A1F66D4EAC', X'C89D6246A66D7D62091F4C2EFE65739630E45C59BA25E1C74A9389CEAF763E51');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (30, 1793503600000, 'session.opened', 'default', NULL, X'01A204BBD9857756AF317060FFE35730', 'agent:ann/claude', NULL, NULL, NULL, NULL, '{"seq":30,"ts":1793503600000,"type":"session.opened","tenant":"default","correlation":null,"session":"01a204bb-d985-7756-af31-7060ffe35730","principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"2ef412372c12365095b644c878f160f686f14e157d92aa41e8dd7e4fa43bf46e"}', X'90DE9EC68694185BF0FA9552BA4A52C25CCF7023D9AB4F35D963DE9C0246E016', X'25D5C448132861E51D0093A037BC105C', X'7B226B696E64223A227365727665222C22706172656E745F706964223A312C22706964223A317D', X'751E86841B396706063CD7656878749F3CE948F84BD6E61197078066741A2A0F', X'07A6DB4D6CCF6A07142C5AA7CCF49B0CE17D5DF0482A9C2ABA79D2F9FF80848C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (31, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":31,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C8C9CF043700C95ED11633CD8F4DBD12DCC4F1E91E435BCA9F846707F9A7783E', NULL, NULL, X'07A6DB4D6CCF6A07142C5AA7CCF49B0CE17D5DF0482A9C2ABA79D2F9FF80848C', X'81A3B9EFBFB1E9AD2362F339A09EC198851A3251638B8327905CAD3B9A83A974');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (32, 1793503600000, 'approval.approved', 'default', X'01A204BBD98677BCA7A296B9BECD854D', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":32,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d986-77bc-a7a2-96b9becd854d","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":null,"body_digest":"8289eed56e331c3fae9b76802d49a93aaea2d070cbe9770faa4ce37e506094e1"}', X'4C775B30245F3F4860A2C4E7D67AA4F83D26D3B1BD5A2697494E79D9B6C7A99D', X'18F49FB2A742B655C0572CCD074E0FA3', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'81A3B9EFBFB1E9AD2362F339A09EC198851A3251638B8327905CAD3B9A83A974', X'F615F578F3DCD9390C4F14889A45E053F5D70258D5B4FE5817D2B528E2F38DF6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (33, 1793503600000, 'remembered.given', 'default', X'01A204BBD98677BCA7A296B9BECD854D', X'01A204BBD9857756AF317060FFE35730', 'admin:bob', 'write_file', NULL, 2, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":33,"ts":1793503600000,"type":"remembered.given","tenant":"default","correlation":"01a204bb-d986-77bc-a7a2-96b9becd854d","session":"01a204bb-d985-7756-af31-7060ffe35730","principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":"e643f657541952a2613f5221dee8cda3da9996b6cb4685d43aadd44d37c383f5","body_digest":"2af32a141e3f4596abf0c37caa9a13d1ba662c988274ac48648cbe378ecfc05d"}', X'CF8508EBD5923B9190183FCD87F7150B3F0B9EA8531DB19DEA0AFD627CA47CEA', X'8AAB7B3EFDE17264A2183BA316378E4F', X'7B22616C6C6F7773223A747275652C22656E64735F6174223A6E756C6C2C226964223A2230316132303462622D643938382D373332382D386131362D663363336664353036376432222C226B656570223A22666F7265766572222C227061747465726E223A6E756C6C2C2270726F6F66223A227465726D696E616C222C2273636F7065223A226167656E74222C2275736573223A6E756C6C7D', X'F615F578F3DCD9390C4F14889A45E053F5D70258D5B4FE5817D2B528E2F38DF6', X'825E236DA2675C55B704001F180C705C223FB7BF198F31273E2EB451CD9D8B94');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (34, 1793503600000, 'approval.consumed', 'default', X'01A204BBD98677BCA7A296B9BECD854D', X'01A204BBD9857756AF317060FFE35730', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":34,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a204bb-d986-77bc-a7a2-96b9becd854d","session":"01a204bb-d985-7756-af31-7060ffe35730","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'764EFC77E6A977F760D2B2B8D86F8592CA80359E930A0444ACAD712E3E86FA04', NULL, NULL, X'825E236DA2675C55B704001F180C705C223FB7BF198F31273E2EB451CD9D8B94', X'FAC5FC2C6C1FF51FE71374E37EB237234C2D1EA0149150ADDD67F11C6F4C393C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (35, 1793503600000, 'call.permitted', 'default', NULL, X'01A204BBD9857756AF317060FFE35730', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":35,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204bb-d985-7756-af31-7060ffe35730","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E11393F1854F4183D72077CB6FA6C459FA98797343B8F7B6EFE14498CAC12EE3', NULL, NULL, X'FAC5FC2C6C1FF51FE71374E37EB237234C2D1EA0149150ADDD67F11C6F4C393C', X'00DE786478BC7FDC1F518AE63D779CAFD0A39AADE591AF449CDFB38BA91C321E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (36, 1793503600000, 'call.outcome', 'default', NULL, NULL, NULL, NULL, NULL, NULL, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":36,"ts":1793503600000,"type":"call.outcome","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":"ran","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'F7E93D0ADB79D2951CADE3C69F3E6DA4BA698845AAC196F0854035CB40250B96', NULL, NULL, X'00DE786478BC7FDC1F518AE63D779CAFD0A39AADE591AF449CDFB38BA91C321E', X'EEA11AFDC2103E0ABF30E0836C2434F61D72269FF4347BF97C4E7E5C636F8D6B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (37, 1793503600000, 'remembered.used', 'default', NULL, X'01A204BBD9857756AF317060FFE35730', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204BBD98677BCA7A296BABD48FC88', '{"seq":37,"ts":1793503600000,"type":"remembered.used","tenant":"default","correlation":null,"session":"01a204bb-d985-7756-af31-7060ffe35730","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204bb-d986-77bc-a7a2-96babd48fc88","outcome":null,"body_digest":"d3a94b80ea36528947be9a8a926dcab618984b18809bcba9c760cee3315b4b7c"}', X'7CA858610E0C29D580275543BEEB590021FF9B724E5C7A2AF8C0B6DD11366EF8', X'5941971A33ACBFEFAD7E1983B3CC99DB', X'7B22616C6C6F7773223A747275652C22676976656E5F6279223A7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D2C226964223A2230316132303462622D643938382D373332382D386131362D663363336664353036376432222C22757365223A312C2275736573223A6E756C6C7D', X'EEA11AFDC2103E0ABF30E0836C2434F61D72269FF4347BF97C4E7E5C636F8D6B', X'19E98DA9A9259A127AE9D686BD0095F530F87772B858CC5B32F278E8A3DB1FA7');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (38, 1793503600000, 'call.permitted', 'default', NULL, X'01A204BBD9857756AF317060FFE35730', 'agent:ann/claude', 'write_file', NULL, 2, NULL, '{"seq":38,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204bb-d985-7756-af31-7060ffe35730","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":null,"outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CD346D7D07CA8CD16A237E698C8E811E9050B83A58CAEA5DCC889AE860033504', NULL, NULL, X'19E98DA9A9259A127AE9D686BD0095F530F87772B858CC5B32F278E8A3DB1FA7', X'ADD3240BD942D4CEF747054D40BB52331DBE60B3C60970405BA117AC1C2BECC1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (39, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD98E73A2A0F0E8C3EEA07C9A', '{"seq":39,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d98e-73a2-a0f0-e8c3eea07c9a","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'A754FC9A26B01E3641CA2E87C87196AF40693F1A003E6504F5A6A66C54E1DD29', NULL, NULL, X'ADD3240BD942D4CEF747054D40BB52331DBE60B3C60970405BA117AC1C2BECC1', X'423AF55026E156C0348E45F09E256025DBF911BC1CF78CB9B76E59D19A1A4DE5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD969724AAC137822512C9B8E', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d969-724a-ac13-7822512c9b8e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B1A57B325F2759C1C159D7F44FE28581396F45AF11D8D30AF5393E890B39D83E', NULL, NULL, X'C89D6246A66D7D62091F4C2EFE65739630E45C59BA25E1C74A9389CEAF763E51', X'D7C20C63843BE36692104D584A4BB762FB536AD964489CC7E22DB72E88E2AC72');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (40, 1793503600000, 'approval.approved', 'default', X'01A204BBD98E73A2A0F0E8C2BE9D84BF', NULL, 'admin:ben', 'write_file', NULL, 2, X'01A204BBD98E73A2A0F0E8C3EEA07C9A', '{"seq":40,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d98e-73a2-a0f0-e8c2be9d84bf","session":null,"principal":{"role":"admin","name":"ben"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d98e-73a2-a0f0-e8c3eea07c9a","outcome":"vote","body_digest":"6486345c464f98bf119c37da5a6491a4132d42f39f2f7fa705e3ff959cd47e15"}', X'10468919EF28DDCDE6B3A32B3B1978A35BF603F33836EE96A4D532CFA372D0E7', X'30683AFB1A591D3771F89B309C63E7F1', X'7B226E616D6573223A5B2262656E225D2C2270726F6F66223A226170695F746F6B656E222C22726561736F6E223A6E756C6C2C227265717569726564223A322C22766F746573223A317D', X'423AF55026E156C0348E45F09E256025DBF911BC1CF78CB9B76E59D19A1A4DE5', X'596EFE9F80BC104464FF40F034C42B4AF53E2C7828127D1A925AEF7A4236B8E9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A204BBD969724AAC1378211326C6A8', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204BBD969724AAC137822512C9B8E', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204bb-d969-724a-ac13-78211326c6a8","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d969-724a-ac13-7822512c9b8e","outcome":null,"body_digest":"c074cf7a9f475cca8d381b50906950c0ea43bfee9ec0c0204e74a11260d7b72f"}', X'77B3620841A4E5C03DC712746B5DBB55124ED074276D90A5A19A83D57A0C5C7C', X'F67B692484C71889F2DA2BD71807A950', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'D7C20C63843BE36692104D584A4BB762FB536AD964489CC7E22DB72E88E2AC72', X'467DC126B88BA458E20D7B7943AD6AA861F45C55C4F1F3D4669AC0567E695B52');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A204BBD969724AAC1378211326C6A8', X'01A204BBD969724AAC137820FB293BF3', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204BBD969724AAC137822512C9B8E', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a204bb-d969-724a-ac13-78211326c6a8","session":"01a204bb-d969-724a-ac13-7820fb293bf3","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d969-724a-ac13-7822512c9b8e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'AB0F8B2C9D55E5F28C48BA2E57AE1A4AF0C02E8A2C7B2CBA84B6D20C9057563D', NULL, NULL, X'467DC126B88BA458E20D7B7943AD6AA861F45C55C4F1F3D4669AC0567E695B52', X'3CDA1756FA069D870804AB7874B8B9592EA1A19D8610257B2F9773511736A7D7');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A204BBD969724AAC137820FB293BF3', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204BBD969724AAC137822512C9B8E', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204bb-d969-724a-ac13-7820fb293bf3","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204bb-d969-724a-ac13-7822512c9b8e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'94929BB4B7D6D88101B9E1EE8C29D9FA7EEEDF594F948A40BC8BFF223D7EF683', NULL, NULL, X'3CDA1756FA069D870804AB7874B8B9592EA1A19D8610257B2F9773511736A7D7', X'9099BC420A9A5D4A6561E40B1ABAE40A643E287DAA012844FC4061FD40B3F75F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204BBD96D723EB203BE3AB3171E7F', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204bb-d96d-723e-b203-be3ab3171e7f","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'756592AA9E3FFB8B94E5BA824CA7C2447251CCD986DBBAA8CF35478EAD3A7BA9', NULL, NULL, X'9099BC420A9A5D4A6561E40B1ABAE40A643E287DAA012844FC4061FD40B3F75F', X'4DA46259C5BF1ED6EB5D99B40247069E18E9A0982B8175C64A6195758D582CFD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A204BBD96D723EB203BE396F6E111A', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204BBD96D723EB203BE3AB3171E7F', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a204bb-d96d-723e-b203-be396f6e111a","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204bb-d96d-723e-b203-be3ab3171e7f","outcome":null,"body_digest":"8bb61df9881e0448dd4029963610b876560ed56a0e80a29931ced269b23da8b6"}', X'06A6F50E4AB7348E433219F107C314D98407A10A903E5FB5EBE02DB6EAC6CFEA', X'E6E968B2A67FFBC74C19BEA4887B0C7D', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'4DA46259C5BF1ED6EB5D99B40247069E18E9A0982B8175C64A6195758D582CFD', X'67D56D56666919AE484CB506558B6D9AFD89959440757CE69E5F07CC833AA2B0');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD96374C4BE5197CBB6E144BE', X'01A204BBD96272B3A2502A329D84B1D5', 'default', 'agent:ann/claude', X'01A204BBD96272B3A2502A31BB5CAB73', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD966722A9AC3C5D69A2B8103', X'01A204BBD96571CF8121EC3B5CEFDA5C', 'default', 'agent:ann/claude', X'01A204BBD96571CF8121EC3AD0EB9282', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD969724AAC137822512C9B8E', X'01A204BBD969724AAC1378211326C6A8', 'default', 'agent:ann/claude', X'01A204BBD969724AAC137820FB293BF3', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A204BBD969724AAC137820FB293BF3', 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD96D723EB203BE3AB3171E7F', X'01A204BBD96D723EB203BE396F6E111A', 'default', 'agent:ann/claude', X'01A204BBD96D723EB203BE383E75E7A3', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD96F757EA971D2FA8333BA4F', X'01A204BBD96F757EA971D2F9237CE8E0', 'default', 'agent:ann/claude', X'01A204BBD96F757EA971D2F802429760', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD97472D1AA41F99434BC2A5E', X'01A204BBD97472D1AA41F993F75E0779', 'default', 'agent:ann/claude', X'01A204BBD97472D1AA41F99279023856', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD9767113929EB50E30D3137A', X'01A204BBD9767113929EB50D62CB1C02', 'default', 'agent:ann/claude', X'01A204BBD9767113929EB50CA1A2D296', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD97873A1A7D47790AD4AC0BC', X'01A204BBD97873A1A7D4778FF205574D', 'default', 'agent:ann/claude', X'01A204BBD97873A1A7D4778E3CBB53E1', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD97F71949145E62EC557B845', X'01A204BBD97E736C8563CECA29F2BBA9', 'default', 'agent:ann/claude', X'01A204BBD97E736C8563CEC92AA25273', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD98475DD8F316D52B5F6EA44', X'01A204BBD98372A2881E6EC52EBA2F91', 'default', 'agent:ann/claude', X'01A204BBD98372A2881E6EC480933085', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD98677BCA7A296BABD48FC88', X'01A204BBD98677BCA7A296B9BECD854D', 'default', 'agent:ann/claude', X'01A204BBD9857756AF317060FFE35730', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226B657074223A317D', X'D2AF54E1ADAE9AAECE606053F6C66BBACA1F0C9D10B5BB49AA3E2988D788EA6E', X'956EB3AD5BD2976B12979CB2020335FBDB81E872AAD4223109C9FE647C8422BD', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[{"layer":"rules","rule":"careful","message":"asks","verdict":"ask"}],"warnings":[],"policy":{"version":1,"digest":"d"},"leans":"0909090909090909090909090909090909090909090909090909090909090909"}', 2, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'01A204BBD9857756AF317060FFE35730', 1793503600000, 'ran', 1, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204BBD98E73A2A0F0E8C3EEA07C9A', X'01A204BBD98E73A2A0F0E8C2BE9D84BF', 'default', 'agent:ann/claude', X'01A204BBD98E73A2A0F0E8C1EA96CC54', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B227365617473223A317D', X'FA6BA6A9185DFEE38DCA69F1F00C7ED9E539472E7A69ABB70BCF2B9EE719D062', X'B84F86D60E52FD2E92E1AE210852200987E8249F50EBD36A48B36B01FECDDF32', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 2, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, '[{"name":"ben","others":[{"name":"dora"},{"name":"max","from":1793586400000}]},{"name":"carla","others":[{"name":"max","from":1793586400000}]}]', 1793586400000, 0);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL, wish TEXT,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD966722A9AC3C5D69A2B8103', 'bob', 'approve', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD969724AAC137822512C9B8E', 'bob', 'approve', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD96D723EB203BE3AB3171E7F', 'bob', 'deny', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD96F757EA971D2FA8333BA4F', 'bob', 'approve', 1793500000000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD97873A1A7D47790AD4AC0BC', 'bob', 'approve', 1793503600000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD97F71949145E62EC557B845', 'bob', 'approve', 1793503600000, NULL);
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD98677BCA7A296BABD48FC88', 'bob', 'approve', 1793503600000, '{"keep":"forever","scope":"agent","pattern":"same","life":null,"uses":null}');
INSERT INTO votes (approval, decider, verdict, at, wish) VALUES (X'01A204BBD98E73A2A0F0E8C3EEA07C9A', 'ben', 'approve', 1793503600000, NULL);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD96374C4BE5197CBB6E144BE', X'01A204BBD96272B3A2502A31BB5CAB73');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD966722A9AC3C5D69A2B8103', X'01A204BBD96571CF8121EC3AD0EB9282');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD969724AAC137822512C9B8E', X'01A204BBD969724AAC137820FB293BF3');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD96D723EB203BE3AB3171E7F', X'01A204BBD96D723EB203BE383E75E7A3');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD96F757EA971D2FA8333BA4F', X'01A204BBD96F757EA971D2F802429760');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD97472D1AA41F99434BC2A5E', X'01A204BBD97472D1AA41F99279023856');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD9767113929EB50E30D3137A', X'01A204BBD9767113929EB50CA1A2D296');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD97873A1A7D47790AD4AC0BC', X'01A204BBD97873A1A7D4778E3CBB53E1');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD97F71949145E62EC557B845', X'01A204BBD97E736C8563CEC92AA25273');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD98475DD8F316D52B5F6EA44', X'01A204BBD98372A2881E6EC480933085');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD98677BCA7A296BABD48FC88', X'01A204BBD9857756AF317060FFE35730');
INSERT INTO waiters (approval, session) VALUES (X'01A204BBD98E73A2A0F0E8C3EEA07C9A', X'01A204BBD98E73A2A0F0E8C1EA96CC54');
CREATE TABLE answers (
    approval BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    answer   BLOB NOT NULL
) STRICT;
INSERT INTO answers (approval, at, answer) VALUES (X'01A204BBD98677BCA7A296BABD48FC88', 1793503600000, X'7B7D');
CREATE TABLE intents (
    seq      INTEGER PRIMARY KEY,
    session  BLOB,
    approval BLOB
, run BLOB, step INTEGER) STRICT;
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A204BBD97A71BBBCD45B2377166FE4', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (38, X'01A204BBD9857756AF317060FFE35730', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A204BBD969724AAC137820FB293BF3', X'01A204BBD969724AAC137822512C9B8E', NULL, NULL);
CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    principal  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    parent_pid INTEGER NOT NULL,
    opened_at  INTEGER NOT NULL
) STRICT;
INSERT INTO sessions (id, tenant, principal, kind, pid, parent_pid, opened_at) VALUES (X'01A204BBD9857756AF317060FFE35730', 'default', 'agent:ann/claude', 'serve', 1, 1, 1793503600000);
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
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a204bb-d981-7626-87c1-555ebbd5dfd6"],"restore":[],"modules":[]}');
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
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A204BBD981762687C1555EBBD5DFD6', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
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
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A204BBD97F71949145E62EC557B845', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A204BBD98475DD8F316D52B5F6EA44', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
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
INSERT INTO remembered (id, tenant, allows, keep, scope, principal, session, upstream, identity, tool, definition, arguments, pattern, tier, leans, policy, approval, given_by, given_at, life, ends_at, most, used, used_at, ended_at, ended) VALUES (X'01A204BBD98873288A16F3C3FD5067D2', 'default', 1, 'forever', 'agent', 'agent:ann/claude', X'01A204BBD9857756AF317060FFE35730', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7FCC4F6D311ED977495BAF62250A0B913926FD5E6ADCF63037506E6460EC3A0C', NULL, 2, X'0909090909090909090909090909090909090909090909090909090909090909', 'd', X'01A204BBD98677BCA7A296BABD48FC88', 'admin:bob', 1793503600000, NULL, NULL, NULL, 1, 1793503600000, NULL, NULL);
CREATE TABLE leans (
    remembered BLOB NOT NULL,
    layer      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (remembered, layer, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO leans (remembered, layer, rule) VALUES (X'01A204BBD98873288A16F3C3FD5067D2', 'rules', 'careful');
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
