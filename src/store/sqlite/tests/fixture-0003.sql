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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A203033364753195C886CDE37B89C6', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-3364-7531-95c8-86cde37b89c6","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'3E587C5B51863DAD701708240FEDDB9D8A625AE8558ED096DE07F58C26AA2B36', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'910C5626FBBEA4BBCCFD4F69126334E932FFF1434B80A4B2950C142376EC893C');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20303338576CDAFCDA95A587CEB2A', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-3385-76cd-afcd-a95a587ceb2a","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'842C14F761931B79C59E97B689CC20F314DAA4860C88B233A9C51A925DDC5865', NULL, NULL, X'B08083FC52B5DDE5F0604AE5C06CA8270832E23E411422496F163E0008C1F8D7', X'5C36D41B9CEF6C7B7708834D56B9640F0DA2AAFE81BF2207A4FCB80ECDF0DDDF');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A2030333847691B625F51D1FBC9B8E', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20303338576CDAFCDA95A587CEB2A', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20303-3384-7691-b625-f51d1fbc9b8e","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3385-76cd-afcd-a95a587ceb2a","outcome":null,"body_digest":"8033cf5488eba0558c84d2be9cee9d049507c1dc815c6f2ae34b47e78304b2b2"}', X'835A079DDC4D2F1E3D60DC6F38423E3F9942425C980E6AE6832C4E08D7DB8B0F', X'BC775E703D0C4B229E04517EC4E64D62', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'5C36D41B9CEF6C7B7708834D56B9640F0DA2AAFE81BF2207A4FCB80ECDF0DDDF', X'45438CB04E17ED1D5F622E457FD5B64E258459B91333A781767387C581073680');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A20303336971E0930F90D8EC97C669', X'01A20303336971E0930F90D749FD2820', NULL, 'write_file', NULL, 2, X'01A20303336971E0930F90D931231F69', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20303-3369-71e0-930f-90d8ec97c669","session":"01a20303-3369-71e0-930f-90d749fd2820","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3369-71e0-930f-90d931231f69","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'2908316A5369FB52B799E81055E98B0274E0FEEE2A694AF4BEA5A2F7ACD28227', NULL, NULL, X'45438CB04E17ED1D5F622E457FD5B64E258459B91333A781767387C581073680', X'9B214C06289DFB529F2FA6D94CF9063CDB2698709B6FD08DACD0398A9503DE2D');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A2030333847691B625F51D1FBC9B8E', X'01A2030333847691B625F51CE398D344', NULL, 'write_file', NULL, 2, X'01A20303338576CDAFCDA95A587CEB2A', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20303-3384-7691-b625-f51d1fbc9b8e","session":"01a20303-3384-7691-b625-f51ce398d344","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3385-76cd-afcd-a95a587ceb2a","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'7E9DC8081A620DBA7624747A776CC886138D45506145C529939079B10FC38C30', NULL, NULL, X'9B214C06289DFB529F2FA6D94CF9063CDB2698709B6FD08DACD0398A9503DE2D', X'03585B1F3DD48153A08D245BAA6FB98565EE5BFEB94AF2CEE7303AD0C881C01F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A203033391721DA4CEFFBC4864012B', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-3391-721d-a4ce-ffbc4864012b","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'DEE0CB77A8FFD9E04BAA74E353B3A16A408A2F9ACC76528B417133F8D9AF75A9', NULL, NULL, X'03585B1F3DD48153A08D245BAA6FB98565EE5BFEB94AF2CEE7303AD0C881C01F', X'0BE1957B3AA91A503F93034C052B53C01052364B1FE0F14A389CF36888298C08');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A203033391721DA4CEFFBB37D421FF', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A203033391721DA4CEFFBC4864012B', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a20303-3391-721d-a4ce-ffbb37d421ff","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3391-721d-a4ce-ffbc4864012b","outcome":null,"body_digest":"43dc6439d6fffe5aa92dff7f0769c0da88a7cef9f90f49166e30ce8da6e012d0"}', X'9E62EEC43C6EF5328FD85EC9B1CA1CDB85FC2657EA592CBABA20554B3D2E10C3', X'2040D88AF7A9F37FCC7620B4761BC9D3', X'7B22726561736F6E223A6E756C6C7D', X'0BE1957B3AA91A503F93034C052B53C01052364B1FE0F14A389CF36888298C08', X'79F13E03DCA484D02590272CE76655AD76056B3351B55917DF96255FF980E8FA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20303339D765990CB82C8F366B6F5', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-339d-7659-90cb-82c8f366b6f5","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'00600C328C19A79C2DB288271275AF9550F1A06A0BBDA10C09163B13D0A674F8', NULL, NULL, X'79F13E03DCA484D02590272CE76655AD76056B3351B55917DF96255FF980E8FA', X'66990BB086CF17EAE0C21428B3EF91335FD935A70F1DD666CDA971ABCAC12D1E');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2030333A176A59EE1F8367FDA3977', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-33a1-76a5-9ee1-f8367fda3977","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'871DA617BB071ACA94C7E7C160A2C07E262F4BC102F73C313E93B4B48D560013', NULL, NULL, X'66990BB086CF17EAE0C21428B3EF91335FD935A70F1DD666CDA971ABCAC12D1E', X'579225AC1EF93823ED0207A389C3C00AB2D36689F8FA80524FB6D3C09ED01021');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A2030333A076F1BBE395B58D4B62E6', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A2030333A176A59EE1F8367FDA3977', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20303-33a0-76f1-bbe3-95b58d4b62e6","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-33a1-76a5-9ee1-f8367fda3977","outcome":null,"body_digest":"15f32473e6e1f599129fc2ba55c0cbda880396b0d91af35d37aafa67fe991d70"}', X'A4C6E7DE54A3025E9FDB939488AF9FFE247905F585020132CF34BCDCA211076B', X'52FE884DBD0FB4A9D314F57C3DB8A02D', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'579225AC1EF93823ED0207A389C3C00AB2D36689F8FA80524FB6D3C09ED01021', X'C85F97BCB21F284060B4AAFD9F902C793846057A8F5753F5B9087C33520EE914');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A2030333AA72B1B4C457DD5012739C', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20303-33aa-72b1-b4c4-57dd5012739c","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"0626960760865c4b48edfd9b76e3b0db1df93d28b6c0b1613f409b7a06c37f8e"}', X'19BDF2AEBC4C57848E2589CD39C90E5C86A1F9B36618F38845E1078770079690', X'9EEA0D73EE480C952C843247BA6C85E2', X'7B2261223A317D', X'C85F97BCB21F284060B4AAFD9F902C793846057A8F5753F5B9087C33520EE914', X'C0B80511C5D39C1EC9A984BB9860EFB65C1AA2D009A99577B33908064817772F');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20303336971E0930F90D931231F69', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-3369-71e0-930f-90d931231f69","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B42A96666DE74918A8CC5911CB807681698FB14C2CDD6D3797B59207208436F8', NULL, NULL, X'910C5626FBBEA4BBCCFD4F69126334E932FFF1434B80A4B2950C142376EC893C', X'45E54DAE5FD54C50712DC188379E7A40AF801FDD53CD3E8677941B93CD771FCA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"dbfd91a21c41d79d8521b77e59b2a0625b957e9937867d7d4c206ff332903ae3"}', X'E92CB6756BA230C13A9B58FE35A2136CA5C1FF09D6E288BF913CCAC7672F1BA9', X'11B3BE79AD973DE78DBA990FDB9E27CD', X'7B226167656E74223A226576652F636C61756465227D', X'C0B80511C5D39C1EC9A984BB9860EFB65C1AA2D009A99577B33908064817772F', X'777CC5D348F63D34AD603254B7F79AB3B72BD48A556DA56C4B8872A364956339');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"8e323cb71138d8013f92cb32a2c64e88c0aa1d463dab38e7a0d6785a1f83b839"}', X'7971D66E2B9F9799483C8F9018730C831DF2214D5651D38FE1F6C93AEFF838DC', X'8F7492A57C36D792D82E04B81C5B9521', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'777CC5D348F63D34AD603254B7F79AB3B72BD48A556DA56C4B8872A364956339', X'C5FD5131745E8DE1EE03863C48B19FBCFB5939E5A84887C18B66C885500EFDD6');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"553f7d77ea1467eb9de62441ce967a490a26de17449659d85dcaf015a60f2693"}', X'8BB3D7C1A145D5A2EDEF909563D46DD3EE179DD5F4A37928FAF7054F615EFF28', X'76A72310427AD3EED531BD00550BE476', X'7B22646967657374223A22646967657374227D', X'C5FD5131745E8DE1EE03863C48B19FBCFB5939E5A84887C18B66C885500EFDD6', X'EBB1F92B9F8DF7A5DA3171CD011DFDB97916B95D5089F35416D6A9E9B222A1D3');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (23, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2030333BD749385B6560C8E5FD825', '{"seq":23,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-33bd-7493-85b6-560c8e5fd825","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CD02415B07457F78DDAFF6B00787215C54B0527B69860E49ED03FBE1D4D874A2', NULL, NULL, X'EBB1F92B9F8DF7A5DA3171CD011DFDB97916B95D5089F35416D6A9E9B222A1D3', X'2F4EABF74F1F8DE50FB7341496858A525511AEE7DDCB3A28B07BFC57B5E060B0');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (24, 1793503600000, 'policy.proposed', 'default', X'01A2030333BD749385B6560A6D886F7F', X'01A2030333BC719D8274B40B640B3FEA', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A2030333BD749385B6560C8E5FD825', '{"seq":24,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a20303-33bd-7493-85b6-560a6d886f7f","session":"01a20303-33bc-719d-8274-b40b640b3fea","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20303-33bd-7493-85b6-560c8e5fd825","outcome":null,"body_digest":"e245c248bddd9b6c342e055293580aa78589fe4746b63e435bbe766271cbb899"}', X'E39427A2DD5322E44806CB10F490ACF128F8E690DD56EB99FE45BBCC48EF0BA4', X'2B75FEA64E77E4FEB2DE0A2D59BF653E', X'7B226164646564223A312C22626173655F76657273696F6E223A302C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'2F4EABF74F1F8DE50FB7341496858A525511AEE7DDCB3A28B07BFC57B5E060B0', X'43085D7BFC26CB503A9A8BE4D1A4E93E0544C5960A3C86DE0AB6F542896737BA');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (25, 1793503600000, 'approval.approved', 'default', X'01A2030333BD749385B6560A6D886F7F', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A2030333BD749385B6560C8E5FD825', '{"seq":25,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20303-33bd-7493-85b6-560a6d886f7f","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20303-33bd-7493-85b6-560c8e5fd825","outcome":null,"body_digest":"dd9c9b35ce6678912e18355923633f0ceb2805ebf53ea14c3d8c389f28ba7320"}', X'24C8FB0B2276EBC183BEF14D1C1EEDF9610061093EAAC3A89B5003716871E205', X'0CC853F2E143F31074D3F015BFEC419C', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'43085D7BFC26CB503A9A8BE4D1A4E93E0544C5960A3C86DE0AB6F542896737BA', X'7A71A6AF41E5BEA44FDAE2ACB7BA806D2D5CDBA96C5A7090D4872D01FCF4ABC4');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (26, 1793503600000, 'approval.consumed', 'default', X'01A2030333BD749385B6560A6D886F7F', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A2030333BD749385B6560C8E5FD825', '{"seq":26,"ts":1793503600000,"type":"approval.consumed","tenant":"default","correlation":"01a20303-33bd-7493-85b6-560a6d886f7f","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20303-33bd-7493-85b6-560c8e5fd825","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B4A9315A2826E41F92D4FECFD4D181BA9DF30A8709BEE206A2A2E09127F005C9', NULL, NULL, X'7A71A6AF41E5BEA44FDAE2ACB7BA806D2D5CDBA96C5A7090D4872D01FCF4ABC4', X'00EA2172A2AF0BBF06174DC6868D313233245AEF47B0CC6303FADAFE7C2891F8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (27, 1793503600000, 'policy.applied', 'default', X'01A2030333BD749385B6560A6D886F7F', NULL, 'admin:bob', 'propose_policy_diff', NULL, 3, X'01A2030333BD749385B6560C8E5FD825', '{"seq":27,"ts":1793503600000,"type":"policy.applied","tenant":"default","correlation":"01a20303-33bd-7493-85b6-560a6d886f7f","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":2,"approval":"01a20303-33bd-7493-85b6-560c8e5fd825","outcome":null,"body_digest":"670d276d99d85f1251f8f9a031beecebfedf9c4752a6a82da83c6f8e3ab0451d"}', X'003425B2E86BEC302AFAC5B61781B1F8FF927550992000D32B18348B955399BE', X'EE0E58E1C1D265A5530A39F9F35DC45F', X'7B226164646564223A312C22636F6D6D656E74223A22617320616772656564222C22646563696465645F6279223A2261646D696E3A626F62222C2268617368223A2263333034646539383036643937383634396535646233353434313563313861306337366536303062643562663539343361376435333338633937643836373831222C226D6F64756C6573223A302C22706172656E74223A6E756C6C2C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C2C2273656C665F636F6E6669726D6564223A66616C73652C2276657273696F6E223A327D', X'00EA2172A2AF0BBF06174DC6868D313233245AEF47B0CC6303FADAFE7C2891F8', X'8FA720D952F19444FC34BEC5CB6B47415C37D438BBE95681369E84C107920593');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (28, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A2030333C37633A8F8FDDF2969786D', '{"seq":28,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-33c3-7633-a8f8-fddf2969786d","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'68D50D003E666169E92FDE7DA0E3FCAC84C8CDAEE21A67C0F49C9ED9DD81BE2F', NULL, NULL, X'8FA720D952F19444FC34BEC5CB6B47415C37D438BBE95681369E84C107920593', X'A06CE21C6161E0D658D3A4F997F30C12392D71D8D927E0E583B3EEE3B7C3D5A8');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (29, 1793503600000, 'policy.proposed', 'default', X'01A2030333C27483B6105318A273D31C', X'01A2030333C27483B6105317C1122AE5', 'agent:ann/claude', 'propose_policy_diff', NULL, 3, X'01A2030333C37633A8F8FDDF2969786D', '{"seq":29,"ts":1793503600000,"type":"policy.proposed","tenant":"default","correlation":"01a20303-33c2-7483-b610-5318a273d31c","session":"01a20303-33c2-7483-b610-5317c1122ae5","principal":{"role":"agent","name":"ann/claude"},"upstream":"countersign","tool":"propose_policy_diff","verdict":null,"tier":3,"policy":1,"approval":"01a20303-33c3-7633-a8f8-fddf2969786d","outcome":null,"body_digest":"e1c1c3a91eb04ac72e960f920250549a3a4348c0190f086eaacfe28222afe679"}', X'ED90E8C569566D8279D1C6BDBDB7E2E31AEE312772EB1415CFC6F11400AAD05C', X'16D2EB26EB89D91E36176E797D598488', X'7B226164646564223A312C22626173655F76657273696F6E223A322C2268617368223A2234386135333965366439343533353033306131656161366266626132353330393362323935653133343434376334623039656362373261656336353565663037222C226D6F64756C6573223A302C2272656D6F766564223A302C22726F6C6C735F6261636B223A6E756C6C7D', X'A06CE21C6161E0D658D3A4F997F30C12392D71D8D927E0E583B3EEE3B7C3D5A8', X'637877F5944E305BDE5754FD5B96530D4442857061A0C4A15E6AFB525526869A');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A20303336971E0930F90D8EC97C669', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20303336971E0930F90D931231F69', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20303-3369-71e0-930f-90d8ec97c669","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3369-71e0-930f-90d931231f69","outcome":null,"body_digest":"a23511704a8bad824e436157db6a7b49b7ab5ec84dad3bf82f69fac18f4f22ee"}', X'C3F066BF7B64641C639B5109ECA25472AC96B4B95377D5F57EE1A4D5A2B41606', X'82B304179CCFA8E4EE4778ECEA407C33', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'45E54DAE5FD54C50712DC188379E7A40AF801FDD53CD3E8677941B93CD771FCA', X'D8051C5F6EF9502723029ECCB936989F150BBF3D1DCBEC9593043049854E75A7');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20303337177E98BFE1E6498EBBF6C', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-3371-77e9-8bfe-1e6498ebbf6c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'9F47D546AC6A33A4474CA79BCDEC756E605E08204A4D5C9CF5FD48C13055F1CC', NULL, NULL, X'D8051C5F6EF9502723029ECCB936989F150BBF3D1DCBEC9593043049854E75A7', X'38054C5C94F1EA07646A1A19BBFD9D43C40FC4C9C8CFCF90B0FBECBF4F4C58F9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A20303337177E98BFE1E631CFDCD60', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20303337177E98BFE1E6498EBBF6C', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20303-3371-77e9-8bfe-1e631cfdcd60","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3371-77e9-8bfe-1e6498ebbf6c","outcome":null,"body_digest":"bf5c558acc6c79dcb9cbc87a02bab63ae8dd5e2b64a5667864ced7f9d0750ecb"}', X'80ADBCED4A82FC524C17689FC72CD6F8929C9B06E13A68C8274762E986B27401', X'4878DDD71EA7161CE1CA7C7E05F58E2A', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'38054C5C94F1EA07646A1A19BBFD9D43C40FC4C9C8CFCF90B0FBECBF4F4C58F9', X'2DE99274A7CC6453001957871AE5DF70CCCD0C8A8D4683A77F9E138A94835CB9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A20303337177E98BFE1E631CFDCD60', X'01A2030333707194BA67F16A244314CB', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20303337177E98BFE1E6498EBBF6C', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a20303-3371-77e9-8bfe-1e631cfdcd60","session":"01a20303-3370-7194-ba67-f16a244314cb","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-3371-77e9-8bfe-1e6498ebbf6c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'59CB2A1ED0AC0B59F13DE5A1EBBCC7B9A87ED2052FBB8F0DD080348AE937687D', NULL, NULL, X'2DE99274A7CC6453001957871AE5DF70CCCD0C8A8D4683A77F9E138A94835CB9', X'065A356179242D44315D59E6E2C1083853A637E57575391020B3F7F08F5DD632');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A2030333707194BA67F16A244314CB', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20303337177E98BFE1E6498EBBF6C', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20303-3370-7194-ba67-f16a244314cb","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a20303-3371-77e9-8bfe-1e6498ebbf6c","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FFDC8F14E9D1924AD2777472636D6F0E3845C32900CCC535EE54E3777C88380D', NULL, NULL, X'065A356179242D44315D59E6E2C1083853A637E57575391020B3F7F08F5DD632', X'0744973C7C6859778D0DB1664B30C98BDC70BF182CFD39079EF08F1AB195E2BF');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20303337D70AC80AD92DFBB7E1F64', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20303-337d-70ac-80ad-92dfbb7e1f64","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'246B800A671CA6DAAB248ABC966E3A5F1935FEB76FA8842430CB29C0AC30B8B6', NULL, NULL, X'0744973C7C6859778D0DB1664B30C98BDC70BF182CFD39079EF08F1AB195E2BF', X'6D10343C242F05F2FBCA0AB174ED05C933E333AEA54C0476732D09D6A0B2D267');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A20303337C7001B04BB50FE1D98F05', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20303337D70AC80AD92DFBB7E1F64', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a20303-337c-7001-b04b-b50fe1d98f05","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20303-337d-70ac-80ad-92dfbb7e1f64","outcome":null,"body_digest":"4a70d22cd95ea33cb2296234f46b67d03ad9ca77cbbcea1e1027baa4e52607c4"}', X'0766DE5A7B4535D1A0A427B1B78B0874E2C1450D07A0FD9CD8F79DE5D878F6EA', X'AD7587212AE58096EC48F9B8522BFE8A', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'6D10343C242F05F2FBCA0AB174ED05C933E333AEA54C0476732D09D6A0B2D267', X'B08083FC52B5DDE5F0604AE5C06CA8270832E23E411422496F163E0008C1F8D7');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A203033364753195C886CDE37B89C6', X'01A203033363705A987B9FC83A5E2E63', 'default', 'agent:ann/claude', X'01A203033363705A987B9FC735C4EB55', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20303336971E0930F90D931231F69', X'01A20303336971E0930F90D8EC97C669', 'default', 'agent:ann/claude', X'01A20303336971E0930F90D749FD2820', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20303337177E98BFE1E6498EBBF6C', X'01A20303337177E98BFE1E631CFDCD60', 'default', 'agent:ann/claude', X'01A2030333707194BA67F16A244314CB', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A2030333707194BA67F16A244314CB', 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20303337D70AC80AD92DFBB7E1F64', X'01A20303337C7001B04BB50FE1D98F05', 'default', 'agent:ann/claude', X'01A20303337C7001B04BB50EDD80F5F0', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20303338576CDAFCDA95A587CEB2A', X'01A2030333847691B625F51D1FBC9B8E', 'default', 'agent:ann/claude', X'01A2030333847691B625F51CE398D344', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A203033391721DA4CEFFBC4864012B', X'01A203033391721DA4CEFFBB37D421FF', 'default', 'agent:ann/claude', X'01A203033391721DA4CEFFBAFE6BAF5A', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20303339D765990CB82C8F366B6F5', X'01A20303339C7046920B445ADB2523C4', 'default', 'agent:ann/claude', X'01A20303339C7046920B445990BB1426', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2030333A176A59EE1F8367FDA3977', X'01A2030333A076F1BBE395B58D4B62E6', 'default', 'agent:ann/claude', X'01A2030333A076F1BBE395B407563A36', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2030333BD749385B6560C8E5FD825', X'01A2030333BD749385B6560A6D886F7F', 'default', 'agent:ann/claude', X'01A2030333BC719D8274B40B640B3FEA', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A302C2264696666223A7B22616464223A5B7B22746F6F6C223A22615F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'9C5183BB0B15E1CA09AB8150513CFF8B1D2E825D8386BC8C26DD1EACA1EAE757', X'8EF29E3522260B79719337AF10DFBABC060A8CCA273B9E7891C99B7680595E87', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'consumed', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, 1793503600000, X'00000000000000000000000000000000', 1793503600000, NULL, 0, 'policy', X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781');
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A2030333C37633A8F8FDDF2969786D', X'01A2030333C27483B6105318A273D31C', 'default', 'agent:ann/claude', X'01A2030333C27483B6105317C1122AE5', 'countersign', X'0000000000000000000000000000000000000000000000000000000000000000', 'tools/call', 'propose_policy_diff', X'0000000000000000000000000000000000000000000000000000000000000000', X'7B22626173655F76657273696F6E223A322C2264696666223A7B22616464223A5B7B22746F6F6C223A22625F5F2A222C22656666656374223A2264656E79227D5D2C2272656D6F7665223A5B5D2C226D657461223A7B7D7D7D', X'2C38F1E8DFC04DA1B7C7E6E0923D46D4CE756EA6537735AA5CB5CC240AC923CC', X'EACC42A1018AA97F55A35EA53A8EE09E788B37FFA01E788748947ABF40FE2719', '{"verdict":"ask","tier":3,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 3, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'policy', X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07');
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20303336971E0930F90D931231F69', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20303337177E98BFE1E6498EBBF6C', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20303337D70AC80AD92DFBB7E1F64', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20303338576CDAFCDA95A587CEB2A', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2030333A176A59EE1F8367FDA3977', 'bob', 'approve', 1793503600000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A2030333BD749385B6560C8E5FD825', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A203033364753195C886CDE37B89C6', X'01A203033363705A987B9FC735C4EB55');
INSERT INTO waiters (approval, session) VALUES (X'01A20303336971E0930F90D931231F69', X'01A20303336971E0930F90D749FD2820');
INSERT INTO waiters (approval, session) VALUES (X'01A20303337177E98BFE1E6498EBBF6C', X'01A2030333707194BA67F16A244314CB');
INSERT INTO waiters (approval, session) VALUES (X'01A20303337D70AC80AD92DFBB7E1F64', X'01A20303337C7001B04BB50EDD80F5F0');
INSERT INTO waiters (approval, session) VALUES (X'01A20303338576CDAFCDA95A587CEB2A', X'01A2030333847691B625F51CE398D344');
INSERT INTO waiters (approval, session) VALUES (X'01A203033391721DA4CEFFBC4864012B', X'01A203033391721DA4CEFFBAFE6BAF5A');
INSERT INTO waiters (approval, session) VALUES (X'01A20303339D765990CB82C8F366B6F5', X'01A20303339C7046920B445990BB1426');
INSERT INTO waiters (approval, session) VALUES (X'01A2030333A176A59EE1F8367FDA3977', X'01A2030333A076F1BBE395B407563A36');
INSERT INTO waiters (approval, session) VALUES (X'01A2030333BD749385B6560C8E5FD825', X'01A2030333BC719D8274B40B640B3FEA');
INSERT INTO waiters (approval, session) VALUES (X'01A2030333C37633A8F8FDDF2969786D', X'01A2030333C27483B6105317C1122AE5');
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
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A2030333AA72B1B4C457DD5012739C', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A2030333707194BA67F16A244314CB', X'01A20303337177E98BFE1E6498EBBF6C', NULL, NULL);
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
INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back, diff, inverse) VALUES (2, '45f9100f7d8615761dc68f276aa78a3bf9b455ec255bc57080820303a19af032', 1793503600000, 'applied', 'default', 'admin:bob', 0, 'as agreed', NULL, NULL, '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', '{"remove":["01a20303-33c0-70b8-bf74-bac350bde8e8"],"restore":[],"modules":[]}');
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
INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (X'01A2030333C070B8BF74BAC350BDE8E8', 'default', '{"tool":"a__*","effect":"deny"}', 'admin:bob', 1793503600000, 2);
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
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A2030333BD749385B6560C8E5FD825', 'default', '{"add":[{"tool":"a__*","effect":"deny"}],"remove":[],"meta":{}}', 0, X'C304DE9806D978649E5DB354415C18A0C76E600BD5BF5943A7D5338C97D86781', NULL, 2);
INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back, applied) VALUES (X'01A2030333C37633A8F8FDDF2969786D', 'default', '{"add":[{"tool":"b__*","effect":"deny"}],"remove":[],"meta":{}}', 2, X'48A539E6D94535030A1EAA6BFBA253093B295E134447C4B09ECB72AEC655EF07', NULL, NULL);
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
