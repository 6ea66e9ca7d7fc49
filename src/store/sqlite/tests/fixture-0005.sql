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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F7107737A1DFBECA5304EF54', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f710-7737-a1df-beca5304ef54","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'1F1E1F0FA83B701DB6B698E8219BBF7F09C10389EDF93CA1C25F4A1AEE09BBC8', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'81A95B3A33DB2AF48483B23611D7BC5803F4BDB2FA75C38855F64559E167A1BA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F7317505A3A09B0F28658891', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f731-7505-a3a0-9b0f28658891","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'D0110AFFA891B34C2033D7C6A6714024F39F6A3B928BABAA2DA06AF55330DFFE', NULL, NULL, X'7826047C5A395B27CF7CFFE16AF28B7D1A40EFA697CBCBCD974DDC9DC73A920B', X'0DC2DFA1B6B49C92372F0E0039EF7CAA0050826FBCA1FD2D19CE2DD9B3258BB9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A204A5F7307010A628759D59F4CEEF', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204A5F7317505A3A09B0F28658891', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f730-7010-a628-759d59f4ceef","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f731-7505-a3a0-9b0f28658891","outcome":null,"body_digest":"c57722d9ce0d82178d2f82e0ae5f9af5671e35d92a14ce4b3cf14f8f8d6bc2bb"}', X'4867479FA47AABAEF2F28EB622ACEEBFE0EC0DFE683E242D0AADF07499A9479F', X'B9C758A5186DC75FCC954795FF4487F2', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'0DC2DFA1B6B49C92372F0E0039EF7CAA0050826FBCA1FD2D19CE2DD9B3258BB9', X'A18FA9EC0EDB4A1EB9B4D09A6D9CD0134F9CE39DCBC6FBE46C707B7CBA26A79F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A204A5F71575F997720A0D3050666B', X'01A204A5F71575F997720A0CA5AFA353', NULL, 'write_file', NULL, 2, X'01A204A5F71575F997720A0E3E0AD121', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a204a5-f715-75f9-9772-0a0d3050666b","session":"01a204a5-f715-75f9-9772-0a0ca5afa353","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f715-75f9-9772-0a0e3e0ad121","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B666143C0E6DD7F0C81E03A2E8E4560763F2D93FE49C64C8222B52080E2B7E7A', NULL, NULL, X'A18FA9EC0EDB4A1EB9B4D09A6D9CD0134F9CE39DCBC6FBE46C707B7CBA26A79F', X'C80CF5F5AAF719E14AAC2FCB5601D4E801F40A20D6CBAF9C60E2869B79EAECA1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A204A5F7307010A628759D59F4CEEF', X'01A204A5F7307010A628759C904C4E12', NULL, 'write_file', NULL, 2, X'01A204A5F7317505A3A09B0F28658891', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a204a5-f730-7010-a628-759d59f4ceef","session":"01a204a5-f730-7010-a628-759c904c4e12","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f731-7505-a3a0-9b0f28658891","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'E3607BA38C7E1FF59537F8B401D4AB8495893E32831022AE7C0F1EF2C99CAA83', NULL, NULL, X'C80CF5F5AAF719E14AAC2FCB5601D4E801F40A20D6CBAF9C60E2869B79EAECA1', X'567F847949AC8A6E147527CD8C14753E3F9D69F322ACAB5D4948E9ABA8473364');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F74174368F1D857B12857342', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f741-7436-8f1d-857b12857342","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'673D5A599EE28D6F98EF36CF1E8779011F5955C9E6EAD5A19F1FEA7A3525A018', NULL, NULL, X'567F847949AC8A6E147527CD8C14753E3F9D69F322ACAB5D4948E9ABA8473364', X'88DA96F809F35146A6E661882514F8C8B812C403143728EBF055D63E151B97A1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A204A5F740720C8DE5E51D87E4EF83', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A204A5F74174368F1D857B12857342', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a204a5-f740-720c-8de5-e51d87e4ef83","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f741-7436-8f1d-857b12857342","outcome":null,"body_digest":"e5fe0e3899013a23c6f564d2dfabfa071f60d400bd02142fc9b7899303dcd46d"}', X'38F8BA0139751C78A4002CD95BC24FBC2954A5C8F477588B8C3035346C2FFDF9', X'2092A2D9DD2E05E49DE85BB0032829C3', X'7B22726561736F6E223A6E756C6C7D', X'88DA96F809F35146A6E661882514F8C8B812C403143728EBF055D63E151B97A1', X'550EA8DF8BD222070A70420329836F4282ED2083B707117832936C48EFBBA00C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F74977AC8993A15BD2AEBCAF', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f749-77ac-8993-a15bd2aebcaf","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'2E6A97FA3877ED26858959D8D124CA1637E9F1C5443AC0524D7FCA9B7DA3E9B1', NULL, NULL, X'550EA8DF8BD222070A70420329836F4282ED2083B707117832936C48EFBBA00C', X'36E2B4D93A669303D73C07B01CF34AC5709AC94F003A6BFCF63925C5E6F20B49');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F74D7762B28D8C719092B264', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f74d-7762-b28d-8c719092b264","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'36A368958B54F1F4B40EC979E5661F0F2BAC928A8F8C6CF97AC983B7FF7D62EB', NULL, NULL, X'36E2B4D93A669303D73C07B01CF34AC5709AC94F003A6BFCF63925C5E6F20B49', X'52FFDD92D661E3DC237C9FFDE4B540C6E535E50AAF46E41C7486DFA2B1BF2C40');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A204A5F74C72E1A6AC3897D465A61F', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204A5F74D7762B28D8C719092B264', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f74c-72e1-a6ac-3897d465a61f","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f74d-7762-b28d-8c719092b264","outcome":null,"body_digest":"8ce076338e9d78f0dc6ce24f262b91fcb194ef45451acb5e1ab67ab151638939"}', X'29627A3316F172603896689984FCEFDC66BC9D032DA2BADE71463AA7BDB3510E', X'6E9B5CCF789BE56220B9227B3EC0C2A9', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'52FFDD92D661E3DC237C9FFDE4B540C6E535E50AAF46E41C7486DFA2B1BF2C40', X'003EC249ADAB488AC6E3C04E7FD7D81DC6475481773DFFEF1295B6391EA96056');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A204A5F754772BBF0219E5535A9CFF', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204a5-f754-772b-bf02-19e5535a9cff","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"77f7d14d4111e56966db1d08710fa2ff6663ef07ae881f36a478c3f2e4cdf81f"}', X'9722E32B30A067DBCA0EA0E717DF07C1FB1C6C11BD6CC358E38BB06F50C390C9', X'F6D8C03C06D3F81618B7D2F563CB03B6', X'7B2261223A317D', X'003EC249ADAB488AC6E3C04E7FD7D81DC6475481773DFFEF1295B6391EA96056', X'784C918192760F2B22F5CD24E3DA7973F1B7FEA124FC402CF9FCBF1856B02251');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F71575F997720A0E3E0AD121', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f715-75f9-9772-0a0e3e0ad121","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'0BA0EC88507ACD739886B91A4F8EA427FD357E929A3A296CD52BA18CA305A109', NULL, NULL, X'81A95B3A33DB2AF48483B23611D7BC5803F4BDB2FA75C38855F64559E167A1BA', X'6BF57005A8F8CFBCBA364A5B0E50007D8DCA4E50B83387C6F0A622BECB559CAC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"c21d1c403c27c67c50f755901178934a673383001c9cee459eaae8f3b8d943dd"}', X'974BFA07612C76371CA40636B5C05ECF3C456324E13D2024F2A35EE9A5590ABB', X'43C559A52D407EEBDD611190C469AA7E', X'7B226167656E74223A226576652F636C61756465227D', X'784C918192760F2B22F5CD24E3DA7973F1B7FEA124FC402CF9FCBF1856B02251', X'7AD8053CE0350F917082D7BC4659EABBAEF6B2DD36316AD07A3B2A0E7B8D6DFF');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"923c2ac8401c6cf4fe0cad7f985451d5d49c30e0a7f1c6f0d9e348189669c0bd"}', X'C933F738787E667053B1E119F9EE02C36D0B3556CB91644939BE2DFA362EE7AD', X'3E289E91A5B06A083C812A94D2503DC7', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'7AD8053CE0350F917082D7BC4659EABBAEF6B2DD36316AD07A3B2A0E7B8D6DFF', X'B34DFDD0B15C7819797B0A52DCC471872A05C47B82C240707FBC7D897413B5E0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"1359616d45e814d5efa4a4b59ac138f13ef259b23af39d0b37d878d4acde0785"}', X'8EAD51DBE7A9ABE0D9FDE72A26BBE1FBD0003D6EB6B4F68268E61AB61972AE7B', X'2409A5EF0B6E236D133C5FBE0834CBCB', X'7B22646967657374223A22646967657374227D', X'B34DFDD0B15C7819797B0A52DCC471872A05C47B82C240707FBC7D897413B5E0', X'DBAEA99A637F326AC64E58FD812D678C3860BEA3A280CD57D7AC4D432FAB88D2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F76573CF9F65B7FCC7E39285', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f765-73cf-9f65-b7fcc7e39285","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'EE862F757EFC626BD10E96FB7C915F44F4858BC5F6A5956153424FFDCE5E1BCF', NULL, NULL, X'DBAEA99A637F326AC64E58FD812D678C3860BEA3A280CD57D7AC4D432FAB88D2', X'3A446270FE8FF34CA689BB8CA72DBB95533978816D8845BD2AF54F2C99081E4D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A204A5F764710295A118F9AC37E1BD', X'01A204A5F764710295A118F8F9B5CA5F', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A204A5F76573CF9F65B7FCC7E39285', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a204a5-f764-7102-95a1-18f9ac37e1bd","session":"01a204a5-f764-7102-95a1-18f8f9b5ca5f","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204a5-f765-73cf-9f65-b7fcc7e39285","outcome":null,"body_digest":"c2802efd98cc0d1af44a4d5874cb7504d81328484a618755e4bff25f1fb2bedf"}', X'17E90F71745783ABDB4A58EC1E2389CA00CDBE57CFCE485023BB6A67E25F9268', X'0CFF1F2CA6EE93AB4F3170C614049DEA', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'3A446270FE8FF34CA689BB8CA72DBB95533978816D8845BD2AF54F2C99081E4D', X'247EA41E4BFE7E68D26F25E8C569A17D58D21C5BABF23C3DEB87D4BFC12FC269');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A204A5F764710295A118F9AC37E1BD', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204A5F76573CF9F65B7FCC7E39285', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f764-7102-95a1-18f9ac37e1bd","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204a5-f765-73cf-9f65-b7fcc7e39285","outcome":null,"body_digest":"ca1e2a8e83b3d1e223b2a7300450fb3ff4e1452de8cddb0c37d95b2890d8df35"}', X'A62F0E34371FDF42ECE560F0454DD37ED6DADE44F96D74908BE4E095B79DE267', X'5CC9D088A93A8086155B58C1FE3D8817', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'247EA41E4BFE7E68D26F25E8C569A17D58D21C5BABF23C3DEB87D4BFC12FC269', X'172B194202C00ED95424BDEDF8700D5B3CB5A73F4507A6E7A321E53BC87F032F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A204A5F764710295A118F9AC37E1BD', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204A5F76573CF9F65B7FCC7E39285', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a204a5-f764-7102-95a1-18f9ac37e1bd","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204a5-f765-73cf-9f65-b7fcc7e39285","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FB14DB11202F6C7DA43D327FDFAD5640266D098C3E7EFEA47C488A13FA419D18', NULL, NULL, X'172B194202C00ED95424BDEDF8700D5B3CB5A73F4507A6E7A321E53BC87F032F', X'806C58A7A2A37C237AA47E66EC68DDEA17A5276EF067D51DBCA5CCD9936EC993');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A204A5F764710295A118F9AC37E1BD', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A204A5F76573CF9F65B7FCC7E39285', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a204a5-f764-7102-95a1-18f9ac37e1bd","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a204a5-f765-73cf-9f65-b7fcc7e39285","outcome":null,"body_digest":"a1cee8d62d557bbf14b6395b3a7b856b95f62fc25cec9f68c1a5342aa7695c9a"}', X'E04136BA7EF42AC5E515E470B5D1C65531EB4455ACA45BFAD12FF29A86E36FBA', X'21459E48D20DA6D1FD230EBB970D568B', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'806C58A7A2A37C237AA47E66EC68DDEA17A5276EF067D51DBCA5CCD9936EC993', X'E2B4D2EC7557A7A708ED4F6D5EBC838F0850F88C229284EBC9C9AF8FA8962165');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F76F7348A350E5F0842D6233', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f76f-7348-a350-e5f0842d6233","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'010834DE016E1274FF2D254F60C548BCA7A965370BC7F3276177EE17C6CF8FB7', NULL, NULL, X'E2B4D2EC7557A7A708ED4F6D5EBC838F0850F88C229284EBC9C9AF8FA8962165', X'9883ACFBE72B241549845CFDA229550343888C7BBCCEE4C3D0578320A614D6C2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A204A5F76E72D890D0047E3800DE02', X'01A204A5F76E72D890D0047DAD81CAD7', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A204A5F76F7348A350E5F0842D6233', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a204a5-f76e-72d8-90d0-047e3800de02","session":"01a204a5-f76e-72d8-90d0-047dad81cad7","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a204a5-f76f-7348-a350-e5f0842d6233","outcome":null,"body_digest":"674235e07eb6ecd0086d49f66ceec2f9b86b20f7d66d89c69627a161194cad7c"}', X'8867332AEA039BC432315FE3BD9A88B24B0676BC994E6A58C678927B24E64D1D', X'02DF48B6CF8C2F7631C8380AFA07ECC1', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'9883ACFBE72B241549845CFDA229550343888C7BBCCEE4C3D0578320A614D6C2', X'C906B94B2DC557FE4A2306386597EACF1F2664CD987A81DBC08F114C4D87DE9D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A204A5F71575F997720A0D3050666B', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204A5F71575F997720A0E3E0AD121', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f715-75f9-9772-0a0d3050666b","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f715-75f9-9772-0a0e3e0ad121","outcome":null,"body_digest":"c995deea819427cdb4b7ee62b58d2f747244f54dc619a292feb93b611ca8c1fa"}', X'00B919FE61022D4D58D6610C9F47D5B2639FC0AB16DE502587D015A20BE15117', X'F728012D4924035CB9E99729F6B51738', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'6BF57005A8F8CFBCBA364A5B0E50007D8DCA4E50B83387C6F0A622BECB559CAC', X'5B4DB711114D7DD9DC7A202252F4D3FEB7663FD3299BC7A021E1227D3E256E1C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (30, 1793503600000, 'session.opened', 'default', NULL, X'01A204A5F7707765A94B90921048C0CC', 'agent:ann/claude', NULL, NULL, NULL, NULL, '{"seq":30,"ts":1793503600000,"type":"session.opened","tenant":"default","correlation":null,"session":"01a204a5-f770-7765-a94b-90921048c0cc","principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"33879fada2ed654d2e378bc3da6a8d88a60c154e7db23c2454e48e2cea45c5b2"}', X'F266D35206B9B5A0968089394A1CB4642EE0521A409189F0DE4AD3689EA046A2', X'D72CB3D71A0A70072B94CC9E1665B4B6', X'7B226B696E64223A227365727665222C22706172656E745F706964223A312C22706964223A317D', X'C906B94B2DC557FE4A2306386597EACF1F2664CD987A81DBC08F114C4D87DE9D', X'053F01D8E4A25D14F9DE78F4E6CED1B4B595CEE51C5EE90FD15CFD7D79668F98');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (31, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":31,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'5AC90639A49CF4E68DFE60B4C8A4B80607EA354F9F3892D283ECA61B0593543D', NULL, NULL, X'053F01D8E4A25D14F9DE78F4E6CED1B4B595CEE51C5EE90FD15CFD7D79668F98', X'696E93C86134232AA80A01BCB95BCBA9316B68AC6D91FDADFE686134BC7005C7');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (32, 1793503600000, 'approval.approved', 'default', X'01A204A5F7747516A58D91E9455F7FC9', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":32,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f774-7516-a58d-91e9455f7fc9","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":null,"body_digest":"f564d6dcf9fc909dbd8b622b26519b592bf3dd71a44d86dccad03c2d0d66468b"}', X'29778DFC4EC325AC5DE9B984961C899A0C6FC926444690A77E3D2D1B15500B58', X'CB843E4E3E1146C606EDBAC7032CF88A', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'696E93C86134232AA80A01BCB95BCBA9316B68AC6D91FDADFE686134BC7005C7', X'CD36A4550FB780BE27980DA47A4021586CF4588E9D48B868983F3BA16C3CFF3C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (33, 1793503600000, 'remembered.given', 'default', X'01A204A5F7747516A58D91E9455F7FC9', X'01A204A5F7707765A94B90921048C0CC', 'admin:bob', 'write_file', NULL, 2, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":33,"ts":1793503600000,"type":"remembered.given","tenant":"default","correlation":"01a204a5-f774-7516-a58d-91e9455f7fc9","session":"01a204a5-f770-7765-a94b-90921048c0cc","principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":"cd846a16edef59d46b3812c3af52902326af0891d7b858c9ab2953ea57ba0f40","body_digest":"0aaa458a19baa8d1657a5b0d99b432aecc934d507a18b418c2ff9298e5a2f03a"}', X'A791ED59EC98E7FEEAA3FC120357E4761D5D57AF06D76A68B44D2C4096112C4B', X'5D3B0215F0E89FD898D1EC1C0F965B10', X'7B22616C6C6F7773223A747275652C22656E64735F6174223A6E756C6C2C226964223A2230316132303461352D663737392D373031382D393835652D653966373039363836333761222C226B656570223A22666F7265766572222C227061747465726E223A6E756C6C2C2270726F6F66223A227465726D696E616C222C2273636F7065223A226167656E74222C2275736573223A6E756C6C7D', X'CD36A4550FB780BE27980DA47A4021586CF4588E9D48B868983F3BA16C3CFF3C', X'7086203F58FC84BAC69F81D2803515164863402E9E976F7E665B8840A88DC4C4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (34, 1793503600000, 'approval.consumed', 'default', X'01A204A5F7747516A58D91E9455F7FC9', X'01A204A5F7707765A94B90921048C0CC', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":34,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a204a5-f774-7516-a58d-91e9455f7fc9","session":"01a204a5-f770-7765-a94b-90921048c0cc","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CFC6AE935678BF1079030A617AC4EB478653FD46694B783122157686F591C942', NULL, NULL, X'7086203F58FC84BAC69F81D2803515164863402E9E976F7E665B8840A88DC4C4', X'388354D717A6DE9E426875EFA90D7DE6DD7AF0CEF433D7B4E0A29929BAB94628');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (35, 1793503600000, 'call.permitted', 'default', NULL, X'01A204A5F7707765A94B90921048C0CC', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":35,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204a5-f770-7765-a94b-90921048c0cc","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'74B4F14117E6FFC29F850CCE25144C2CEA68ACE23238A8D6D9B1C20D422C192C', NULL, NULL, X'388354D717A6DE9E426875EFA90D7DE6DD7AF0CEF433D7B4E0A29929BAB94628', X'94A3887A72B20B03F26E7B5A19CD9DBE517B56066BA36660195F5CD93039FAAD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (36, 1793503600000, 'call.outcome', 'default', NULL, NULL, NULL, NULL, NULL, NULL, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":36,"ts":1793503600000,"type":"call.outcome","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":"ran","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'5FDFC31D5ADB396C23AAEDDEB989D438BA13604850EB00F94F6C2ABAC4C0B4F5', NULL, NULL, X'94A3887A72B20B03F26E7B5A19CD9DBE517B56066BA36660195F5CD93039FAAD', X'0EB9802CD8B058843F3242D61971E5D8F77A32295B3AE506C4CD1996DE29C18C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (37, 1793503600000, 'remembered.used', 'default', NULL, X'01A204A5F7707765A94B90921048C0CC', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204A5F7747516A58D91EAFD50BD3C', '{"seq":37,"ts":1793503600000,"type":"remembered.used","tenant":"default","correlation":null,"session":"01a204a5-f770-7765-a94b-90921048c0cc","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204a5-f774-7516-a58d-91eafd50bd3c","outcome":null,"body_digest":"762d688f503f7497aa4da5d56a4463dd329bcdd6fe86a3834d3412786b595fde"}', X'7A572CECDCD1D55D68A27303DBDDE7232AF5C1CE1A260330609B7643CC436684', X'1DC0238BCB28E48A1001080BF91D9644', X'7B22616C6C6F7773223A747275652C22676976656E5F6279223A7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D2C226964223A2230316132303461352D663737392D373031382D393835652D653966373039363836333761222C22757365223A312C2275736573223A6E756C6C7D', X'0EB9802CD8B058843F3242D61971E5D8F77A32295B3AE506C4CD1996DE29C18C', X'1F29570C78600A4C8D7D3F535CEB5DB7F37D9414A257D950600346B8F1651A84');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (38, 1793503600000, 'call.permitted', 'default', NULL, X'01A204A5F7707765A94B90921048C0CC', 'agent:ann/claude', 'write_file', NULL, 2, NULL, '{"seq":38,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204a5-f770-7765-a94b-90921048c0cc","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":null,"outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'7B400C358BCF983982072B29AC77091BD9CF4BC6ADDFB648A8DF4C80D6F5CFE5', NULL, NULL, X'1F29570C78600A4C8D7D3F535CEB5DB7F37D9414A257D950600346B8F1651A84', X'90CFB263E4E6B058297ABE196BCBABED8278F5E089A716F6D0B8466EC7A04EF8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (39, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F795743B881DB1745C6EB790', '{"seq":39,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f795-743b-881d-b1745c6eb790","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'84FDF448DBEF9EAE71B63434AAA024F6D7F1AB79040211B371540AA9033031BD', NULL, NULL, X'90CFB263E4E6B058297ABE196BCBABED8278F5E089A716F6D0B8466EC7A04EF8', X'851DD6BC657997B23E68F04469FBB5D22FAF0D653F9611EDEEC5E6E13177E3E8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F71D721E9D4D7FA3F6A648CA', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f71d-721e-9d4d-7fa3f6a648ca","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'C6018340D8D2B414BED33D3E5E9EAEABF8BB84EC1FDAF75DD6FC988635DF43AD', NULL, NULL, X'5B4DB711114D7DD9DC7A202252F4D3FEB7663FD3299BC7A021E1227D3E256E1C', X'B4AF0C11D5C1A531184D27E2412F694A9D5F7354FA433E017FE4756CC7043685');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (40, 1793503600000, 'approval.approved', 'default', X'01A204A5F79475F4A4FF0E7E6898C3B0', NULL, 'admin:ben', 'write_file', NULL, 2, X'01A204A5F795743B881DB1745C6EB790', '{"seq":40,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f794-75f4-a4ff-0e7e6898c3b0","session":null,"principal":{"role":"admin","name":"ben"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f795-743b-881d-b1745c6eb790","outcome":"vote","body_digest":"4997100f8fdb6ec0dc560da0c9ae8835a1c9c1ba8e5d4f4dccc31cf1d5640f09"}', X'8A1A82237EDC90DC1074D401B7FAD1B7C738EE794AFA31E5AFC33B17E3540AB0', X'8B031FF41FC8A52663FD3AD8E7A9B936', X'7B226E616D6573223A5B2262656E225D2C2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C2C227265717569726564223A322C22766F746573223A317D', X'851DD6BC657997B23E68F04469FBB5D22FAF0D653F9611EDEEC5E6E13177E3E8', X'1679329C429163D4E0014C291DF5E857DA00AFED41D25E40B69F288B94C06169');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A204A5F71C76029D8C1F4D132C13FE', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204A5F71D721E9D4D7FA3F6A648CA', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a204a5-f71c-7602-9d8c-1f4d132c13fe","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f71d-721e-9d4d-7fa3f6a648ca","outcome":null,"body_digest":"b0a0fc76dcd5ad466eabe2df5ec5df5ed695b4e716ad04b720d76034b70d13cf"}', X'C7A435B432A8AED0BC2CEC43560CC3A0F47316095B602C73D4B6D2FB5164DC13', X'3D778813653FC68A9108D27C723EAAF2', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'B4AF0C11D5C1A531184D27E2412F694A9D5F7354FA433E017FE4756CC7043685', X'34A2FBCD3F51D94B12F964E11CCE1C10657D83354287D98AD831AA7D041EB3AD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A204A5F71C76029D8C1F4D132C13FE', X'01A204A5F71C76029D8C1F4CCE77FEB8', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204A5F71D721E9D4D7FA3F6A648CA', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a204a5-f71c-7602-9d8c-1f4d132c13fe","session":"01a204a5-f71c-7602-9d8c-1f4cce77feb8","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f71d-721e-9d4d-7fa3f6a648ca","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'71CCF757F2120C905FEA9B830665BEA2EF53B0903CBC7B6B0162CD3639E7327C', NULL, NULL, X'34A2FBCD3F51D94B12F964E11CCE1C10657D83354287D98AD831AA7D041EB3AD', X'FBC6A41ABA2D5836674E8DDB10AE78F6F8AF85F52E6E01DFD55CE08D81D8EF16');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A204A5F71C76029D8C1F4CCE77FEB8', 'agent:ann/claude', 'write_file', NULL, 2, X'01A204A5F71D721E9D4D7FA3F6A648CA', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a204a5-f71c-7602-9d8c-1f4cce77feb8","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a204a5-f71d-721e-9d4d-7fa3f6a648ca","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'007A232E4602D0D4704A6A282BCC49DACABB2E52F2105A6ADF2F77F949CCF5D6', NULL, NULL, X'FBC6A41ABA2D5836674E8DDB10AE78F6F8AF85F52E6E01DFD55CE08D81D8EF16', X'45CB9EC911D9934E2C9F8005E54291696A4F39873CB072DCF9A692452E1F695F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A204A5F72970E9846D67036D98D38E', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a204a5-f729-70e9-846d-67036d98d38e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'6589DBE6877D7E2E2E6284A6264566E2C76C07C8FEB9BD648D7FD2513D3272C2', NULL, NULL, X'45CB9EC911D9934E2C9F8005E54291696A4F39873CB072DCF9A692452E1F695F', X'6A29FFEEDC954188B175893F930177F637611FFC89F07FD3557925C414D1EFFC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A204A5F728747A9A0A2F1D952394F5', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A204A5F72970E9846D67036D98D38E', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a204a5-f728-747a-9a0a-2f1d952394f5","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a204a5-f729-70e9-846d-67036d98d38e","outcome":null,"body_digest":"bddafeac23c24bc7c140fdb462175969bf58be039ca6bbb63d7f86f7ea11450d"}', X'E784C7B07F43DB6B7CCE85580CBAFBBB47D1CF18EB32FD0FD5AFF9D652D62DB2', X'A5EDB1CCA67EFB798F34B4AD2D9543BF', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'6A29FFEEDC954188B175893F930177F637611FFC89F07FD3557925C414D1EFFC', X'7826047C5A395B27CF7CFFE16AF28B7D1A40EFA697CBCBCD974DDC9DC73A920B');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F7107737A1DFBECA5304EF54', X'01A204A5F70F767E8DB322A0B362301B', 'default', 'agent:ann/claude', X'01A204A5F70F767E8DB3229F356E5C87', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F71575F997720A0E3E0AD121', X'01A204A5F71575F997720A0D3050666B', 'default', 'agent:ann/claude', X'01A204A5F71575F997720A0CA5AFA353', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F71D721E9D4D7FA3F6A648CA', X'01A204A5F71C76029D8C1F4D132C13FE', 'default', 'agent:ann/claude', X'01A204A5F71C76029D8C1F4CCE77FEB8', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A204A5F71C76029D8C1F4CCE77FEB8', 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F72970E9846D67036D98D38E', X'01A204A5F728747A9A0A2F1D952394F5', 'default', 'agent:ann/claude', X'01A204A5F728747A9A0A2F1CF3E22629', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F7317505A3A09B0F28658891', X'01A204A5F7307010A628759D59F4CEEF', 'default', 'agent:ann/claude', X'01A204A5F7307010A628759C904C4E12', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F74174368F1D857B12857342', X'01A204A5F740720C8DE5E51D87E4EF83', 'default', 'agent:ann/claude', X'01A204A5F740720C8DE5E51C24A7C160', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F74977AC8993A15BD2AEBCAF', X'01A204A5F7487785BD1527B6581A2A6A', 'default', 'agent:ann/claude', X'01A204A5F7487785BD1527B5D4B011C4', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F74D7762B28D8C719092B264', X'01A204A5F74C72E1A6AC3897D465A61F', 'default', 'agent:ann/claude', X'01A204A5F74C72E1A6AC3896698D7DF0', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F76573CF9F65B7FCC7E39285', X'01A204A5F764710295A118F9AC37E1BD', 'default', 'agent:ann/claude', X'01A204A5F764710295A118F8F9B5CA5F', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F76F7348A350E5F0842D6233', X'01A204A5F76E72D890D0047E3800DE02', 'default', 'agent:ann/claude', X'01A204A5F76E72D890D0047DAD81CAD7', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F7747516A58D91EAFD50BD3C', X'01A204A5F7747516A58D91E9455F7FC9', 'default', 'agent:ann/claude', X'01A204A5F7707765A94B90921048C0CC', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226B657074223A317D', X'D2AF54E1ADAE9AAECE606053F6C66BBACA1F0C9D10B5BB49AA3E2988D788EA6E', X'956EB3AD5BD2976B12979CB2020335FBDB81E872AAD4223109C9FE647C8422BD', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[{"layer":"rules","rule":"careful","message":"asks","verdict":"ask"}],"warnings":[],"policy":{"version":1,"digest":"d"},"leans":"0909090909090909090909090909090909090909090909090909090909090909"}', 2, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'01A204A5F7707765A94B90921048C0CC', 1793503600000, 'ran', 1, 'call', NULL, NULL, NULL, 0);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject, seats, escalate_at, escalated) VALUES (X'01A204A5F795743B881DB1745C6EB790', X'01A204A5F79475F4A4FF0E7E6898C3B0', 'default', 'agent:ann/claude', X'01A204A5F79475F4A4FF0E7D02E0F97E', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B227365617473223A317D', X'FA6BA6A9185DFEE38DCA69F1F00C7ED9E539472E7A69ABB70BCF2B9EE719D062', X'B84F86D60E52FD2E92E1AE210852200987E8249F50EBD36A48B36B01FECDDF32', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 2, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL, '[{"name":"ben","others":[{"name":"dora"},{"name":"max","from":1793586400000}]},{"name":"carla","others":[{"name":"max","from":1793586400000}]}]', 1793586400000, 0);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL, proof TEXT, wish TEXT,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F71575F997720A0E3E0AD121', 'bob', 'approve', 1793500000000, 'terminal', NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F71D721E9D4D7FA3F6A648CA', 'bob', 'approve', 1793500000000, 'terminal', NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F72970E9846D67036D98D38E', 'bob', 'deny', 1793500000000, 'terminal', NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F7317505A3A09B0F28658891', 'bob', 'approve', 1793500000000, 'terminal', NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F74D7762B28D8C719092B264', 'bob', 'approve', 1793503600000, 'terminal', NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F76573CF9F65B7FCC7E39285', 'bob', 'approve', 1793503600000, 'terminal', NULL);
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F7747516A58D91EAFD50BD3C', 'bob', 'approve', 1793503600000, 'terminal', '{"keep":"forever","scope":"agent","pattern":"same","life":null,"uses":null}');
INSERT INTO votes (approval, decider, verdict, at, proof, wish) VALUES (X'01A204A5F795743B881DB1745C6EB790', 'ben', 'approve', 1793503600000, 'terminal', NULL);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F7107737A1DFBECA5304EF54', X'01A204A5F70F767E8DB3229F356E5C87');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F71575F997720A0E3E0AD121', X'01A204A5F71575F997720A0CA5AFA353');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F71D721E9D4D7FA3F6A648CA', X'01A204A5F71C76029D8C1F4CCE77FEB8');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F72970E9846D67036D98D38E', X'01A204A5F728747A9A0A2F1CF3E22629');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F7317505A3A09B0F28658891', X'01A204A5F7307010A628759C904C4E12');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F74174368F1D857B12857342', X'01A204A5F740720C8DE5E51C24A7C160');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F74977AC8993A15BD2AEBCAF', X'01A204A5F7487785BD1527B5D4B011C4');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F74D7762B28D8C719092B264', X'01A204A5F74C72E1A6AC3896698D7DF0');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F76573CF9F65B7FCC7E39285', X'01A204A5F764710295A118F8F9B5CA5F');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F76F7348A350E5F0842D6233', X'01A204A5F76E72D890D0047DAD81CAD7');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F7747516A58D91EAFD50BD3C', X'01A204A5F7707765A94B90921048C0CC');
INSERT INTO waiters (approval, session) VALUES (X'01A204A5F795743B881DB1745C6EB790', X'01A204A5F79475F4A4FF0E7D02E0F97E');
CREATE TABLE answers (
    approval BLOB PRIMARY KEY,
    at       INTEGER NOT NULL,
    answer   BLOB NOT NULL
) STRICT;
INSERT INTO answers (approval, at, answer) VALUES (X'01A204A5F7747516A58D91EAFD50BD3C', 1793503600000, X'7B7D');
CREATE TABLE intents (
    seq      INTEGER PRIMARY KEY,
    session  BLOB,
    approval BLOB
, run BLOB, step INTEGER) STRICT;
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A204A5F754772BBF0219E5535A9CFF', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (38, X'01A204A5F7707765A94B90921048C0CC', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A204A5F71C76029D8C1F4CCE77FEB8', X'01A204A5F71D721E9D4D7FA3F6A648CA', NULL, NULL);
CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    principal  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    parent_pid INTEGER NOT NULL,
    opened_at  INTEGER NOT NULL
) STRICT;
INSERT INTO sessions (id, tenant, principal, kind, pid, parent_pid, opened_at) VALUES (X'01A204A5F7707765A94B90921048C0CC', 'default', 'agent:ann/claude', 'serve', 1, 1, 1793503600000);
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
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a204a5-f76a-75a7-9107-091ad5e481cc"],"restore":[],"modules":[]}');
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
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A204A5F76A75A79107091AD5E481CC', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
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
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A204A5F76573CF9F65B7FCC7E39285', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A204A5F76F7348A350E5F0842D6233', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
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
INSERT INTO remembered (id, tenant, allows, keep, scope, principal, session, upstream, identity, tool, definition, arguments, pattern, tier, leans, policy, approval, given_by, given_at, life, ends_at, most, used, used_at, ended_at, ended) VALUES (X'01A204A5F7797018985EE9F70968637A', 'default', 1, 'forever', 'agent', 'agent:ann/claude', X'01A204A5F7707765A94B90921048C0CC', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7FCC4F6D311ED977495BAF62250A0B913926FD5E6ADCF63037506E6460EC3A0C', NULL, 2, X'0909090909090909090909090909090909090909090909090909090909090909', 'd', X'01A204A5F7747516A58D91EAFD50BD3C', 'admin:bob', 1793503600000, NULL, NULL, NULL, 1, 1793503600000, NULL, NULL);
CREATE TABLE leans (
    remembered BLOB NOT NULL,
    layer      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (remembered, layer, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO leans (remembered, layer, rule) VALUES (X'01A204A5F7797018985EE9F70968637A', 'rules', 'careful');
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
