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
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (1, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283ABEE76568FC129B12BC06049', '{"seq":1,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-abee-7656-8fc1-29b12bc06049","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'A9957ED15E0779A31A479843ACE07DABA40C8875AF689EAC03E0524E3F3C79F0', NULL, NULL, X'0000000000000000000000000000000000000000000000000000000000000000', X'16059E1AEF04CC2930A585B18064087490AC43F17F6EC37471DA8004B4C20D95');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (10, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283AC14751E8D50E487E256AF66', '{"seq":10,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-ac14-751e-8d50-e487e256af66","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'29ED6722743B9D3660D3B9846594A591B8AD51112A4E4417B0916554F8C9A832', NULL, NULL, X'10B5310B28108CC3F3375E382635F8DC2A980A5D068C8F2F4B28F87ED8F95CD3', X'12AF0E42CE378989155601751A5B1737F003D8A6D40E87B721B06081484DF319');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (11, 1793500000000, 'approval.approved', 'default', X'01A20283AC14751E8D50E486B1C09C78', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20283AC14751E8D50E487E256AF66', '{"seq":11,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20283-ac14-751e-8d50-e486b1c09c78","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-ac14-751e-8d50-e487e256af66","outcome":null,"body_digest":"280f309fdc6b35aaa53355a70d0199230652da6d0c1411c8834fd2f7e235cdd6"}', X'1F205238A3E41FDABB4703F59D9DF099150DBB745B7EF62EA43A14E2A7BFB5DE', X'C48DF12B154B8C21A7F9310FEBDB0DB3', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'12AF0E42CE378989155601751A5B1737F003D8A6D40E87B721B06081484DF319', X'7FA9A43D11AD545926F234D45224E0CDBD240EB70C2859FCDBB67C03A4036CE1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (12, 1793503600000, 'approval.expired', 'default', X'01A20283ABF173CDACAEA8FD60B1E230', X'01A20283ABF173CDACAEA8FCB4BEBBBC', NULL, 'write_file', NULL, 2, X'01A20283ABF173CDACAEA8FE8E601AD8', '{"seq":12,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20283-abf1-73cd-acae-a8fd60b1e230","session":"01a20283-abf1-73cd-acae-a8fcb4bebbbc","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-abf1-73cd-acae-a8fe8e601ad8","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'CC9CC4BE278C8AFA540829D81FA70155387262CC2F5C4CDBA11EC522113A0E12', NULL, NULL, X'7FA9A43D11AD545926F234D45224E0CDBD240EB70C2859FCDBB67C03A4036CE1', X'58D44DF1448A40814FB26591134B36E4870097B545F3F15F2997EA8DF8D61A49');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (13, 1793503600000, 'approval.expired', 'default', X'01A20283AC14751E8D50E486B1C09C78', X'01A20283AC14751E8D50E485363A64E6', NULL, 'write_file', NULL, 2, X'01A20283AC14751E8D50E487E256AF66', '{"seq":13,"ts":1793503600000,"type":"approval.expired","tenant":"default","correlation":"01a20283-ac14-751e-8d50-e486b1c09c78","session":"01a20283-ac14-751e-8d50-e485363a64e6","principal":null,"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-ac14-751e-8d50-e487e256af66","outcome":"unused","body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'2806DAF2BE31240EDEA5B195C7D05D026A734B12F31D8072F029683FC7E3BEA9', NULL, NULL, X'58D44DF1448A40814FB26591134B36E4870097B545F3F15F2997EA8DF8D61A49', X'5265367325F05104AF932438190D68D546D2BEB7575968F1AC24406C7FFC32C1');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (14, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283AC217488A622EFE0732D0FBF', '{"seq":14,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-ac21-7488-a622-efe0732d0fbf","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'939E2FC91C36A02E4A06CAFA97CD628EBC7512D3C7A594D2A1C3DF9152C74C7E', NULL, NULL, X'5265367325F05104AF932438190D68D546D2BEB7575968F1AC24406C7FFC32C1', X'1AF81920DD11AAF3D60C073815E9E1FD0558880B25BBCBFAFC904E3D93A7F7F5');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (15, 1793503600000, 'approval.cancelled', 'default', X'01A20283AC2077FE89859704F8F115E6', NULL, 'agent:ann/claude', 'write_file', NULL, 2, X'01A20283AC217488A622EFE0732D0FBF', '{"seq":15,"ts":1793503600000,"type":"approval.cancelled","tenant":"default","correlation":"01a20283-ac20-77fe-8985-9704f8f115e6","session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-ac21-7488-a622-efe0732d0fbf","outcome":null,"body_digest":"391d5920fb4b3207de3c04f07818c9ce12bd41aa48e31066fa67dd0827c0bdf4"}', X'5C4E577E0DD394393E2CA63F615A3593A7D9E350DA958C32320ED8803AB0EA06', X'9E9BE8301C5E463685215935184CFD24', X'7B22726561736F6E223A6E756C6C7D', X'1AF81920DD11AAF3D60C073815E9E1FD0558880B25BBCBFAFC904E3D93A7F7F5', X'7C1FC8A3477916125097D02909F06E9C0FBC294EABF008814C8B46D38826ABDC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (16, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283AC2974ADBAC7272AD954CDB1', '{"seq":16,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-ac29-74ad-bac7-272ad954cdb1","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'932D2C45053326CBBA9F263780B20FF62EBD7CBA02D59832FBD8F6E7972DE579', NULL, NULL, X'7C1FC8A3477916125097D02909F06E9C0FBC294EABF008814C8B46D38826ABDC', X'3C732D7865DE5CD7815F0D8337764737B163655B8AB9146469BBE1F3B47ED9EC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (17, 1793503600000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283AC2A726E98C2C4D9DDF13412', '{"seq":17,"ts":1793503600000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-ac2a-726e-98c2-c4d9ddf13412","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'726CBD71BA6AF043E97D2544214F7DAC2523E27EEDE009662B3E33F95F0DB97F', NULL, NULL, X'3C732D7865DE5CD7815F0D8337764737B163655B8AB9146469BBE1F3B47ED9EC', X'EA5013BDA9425C5D7F8F7CBDEFC5B04421A686B080B48B1F0C32FEC77E63F5CD');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (18, 1793503600000, 'approval.approved', 'default', X'01A20283AC2A726E98C2C4D8440C5A1F', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20283AC2A726E98C2C4D9DDF13412', '{"seq":18,"ts":1793503600000,"type":"approval.approved","tenant":"default","correlation":"01a20283-ac2a-726e-98c2-c4d8440c5a1f","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-ac2a-726e-98c2-c4d9ddf13412","outcome":null,"body_digest":"b5cd55a2fa07143e834c8e0f2912bae93e6b9b99e40441347484ce81b8b8f3ca"}', X'B762C67E5417B270E70FFE7ED96AD7707B65B2CE565573F25BA33D9D3FBC5D37', X'423D6BA251C946277CE9E317E0D974B7', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'EA5013BDA9425C5D7F8F7CBDEFC5B04421A686B080B48B1F0C32FEC77E63F5CD', X'949512AC7ADB3A91BB94B93B78D35E6113856CC4F744D7ED4637A4DD6B77CD23');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (19, 1793503600000, 'call.permitted', 'default', NULL, X'01A20283AC3470C98904F38BE9A1F114', 'agent:ann/claude', 'read_file', NULL, 0, NULL, '{"seq":19,"ts":1793503600000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20283-ac34-70c9-8904-f38be9a1f114","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"read_file","verdict":null,"tier":0,"policy":null,"approval":null,"outcome":null,"body_digest":"d30f38247294e36fe559dfb514d472ba4fa06d5d85eab613fc51cba1fad9ca9c"}', X'90663AFA1DB83C70F8A0FB6C9D5ADEC31EB7D01F50660D1A05FCDE04046D694F', X'912E397B49BF349CB94887CF66976889', X'7B2261223A317D', X'949512AC7ADB3A91BB94B93B78D35E6113856CC4F744D7ED4637A4DD6B77CD23', X'4B48042F941BAAA52F7497855C46D10E4EE69B984B3684EAEF99E690200B1D0B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (2, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283ABF173CDACAEA8FE8E601AD8', '{"seq":2,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-abf1-73cd-acae-a8fe8e601ad8","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'B5A4CC3B1EEE9AED1FD5A9EBDC802290D21EC8264847E000D0B5E9CBCAE05811', NULL, NULL, X'16059E1AEF04CC2930A585B18064087490AC43F17F6EC37471DA8004B4C20D95', X'6E1CB3D007539880A49F65AFDD76090BCA0C125AB07D78D1DA7208B5FCA55A85');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (20, 1793503600000, 'agent.paused', 'default', NULL, NULL, 'admin:bob', NULL, NULL, NULL, NULL, '{"seq":20,"ts":1793503600000,"type":"agent.paused","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"bob"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"bd62421f3adc9fd93eed351bdbc9b19462f60f91af37dcbada8c805ca9c9d0d8"}', X'7978FA9F0124A544AD04C7B0AC223B2F0F7313CF40497DF9F026EC64CE51A1EA', X'71EEB7FDC57B6933E63DCA1E2C5B73F7', X'7B226167656E74223A226576652F636C61756465227D', X'4B48042F941BAAA52F7497855C46D10E4EE69B984B3684EAEF99E690200B1D0B', X'480088BCB0324B5DE44B6C97895D69CFB7DC017D055CCED1685D91E4D43ABFB2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (21, 1793503600000, 'user.added', 'default', NULL, NULL, 'admin:root', NULL, NULL, NULL, NULL, '{"seq":21,"ts":1793503600000,"type":"user.added","tenant":"default","correlation":null,"session":null,"principal":{"role":"admin","name":"root"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":null,"outcome":null,"body_digest":"6a511302a1e2dea97434ecf10024161659e4b2f3f3f46ca84986f9691b8d2ee6"}', X'4D02F1CCEE0AAB2EBD0ADDCFACC96D3A374A10586F75B0C71227368F8BE31404', X'9A4C9B0CFB6732BEA22718E5F4D22D28', X'7B226E616D65223A22626F62222C22726F6C65223A2261646D696E227D', X'480088BCB0324B5DE44B6C97895D69CFB7DC017D055CCED1685D91E4D43ABFB2', X'C0484F9611676ED5B50D1C52C50712B262A3833BF5330BDF16D9CC3EFCAA8AC2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (22, 1793503600000, 'policy.loaded', 'default', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"seq":22,"ts":1793503600000,"type":"policy.loaded","tenant":"default","correlation":null,"session":null,"principal":null,"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":1,"approval":null,"outcome":null,"body_digest":"ff9cfcf035ae18ce93b8aee29d970a05ec876cd7cc63a7291bcb35fcb255b1e4"}', X'F7ACF065DD475DCA2EE03C4140F5878B5C687F9B835FD29E142F7FA1A3D16044', X'04CCE20F70713C6ADB60E33F5B804684', X'7B22646967657374223A22646967657374227D', X'C0484F9611676ED5B50D1C52C50712B262A3833BF5330BDF16D9CC3EFCAA8AC2', X'D6ABDE8B950A07DF8DE81BA3AD9B38DA8C88B64A2236E37FB9AB1A6C7C56EC1B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (3, 1793500000000, 'approval.approved', 'default', X'01A20283ABF173CDACAEA8FD60B1E230', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20283ABF173CDACAEA8FE8E601AD8', '{"seq":3,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20283-abf1-73cd-acae-a8fd60b1e230","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-abf1-73cd-acae-a8fe8e601ad8","outcome":null,"body_digest":"8ec6c5087e677311e4d65fd9901416ca36bf3f25ee2cc37fa76120e342026ec9"}', X'4C16F2B3AD337A4FA439022852C17287A0C1C6E48A2025258F0F200CDB69238D', X'35CAF641B7F4D856B402B5AB41E051C1', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'6E1CB3D007539880A49F65AFDD76090BCA0C125AB07D78D1DA7208B5FCA55A85', X'E2B788F4CE2246FF2189AD5B676E22AE86052BA5C121C6283202A0D9A162D88B');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (4, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283ABF976E1803D3C90BD608CF9', '{"seq":4,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-abf9-76e1-803d-3c90bd608cf9","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'FB3F10D24ACE89B64AAD2ABAD8B9E4B2DE59C6DD0190D00F6AE3924D825409E4', NULL, NULL, X'E2B788F4CE2246FF2189AD5B676E22AE86052BA5C121C6283202A0D9A162D88B', X'A86F312A19157824C7698F8A24EC9A2C041E8D6D27703083AE42C64D1A9D46D9');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (5, 1793500000000, 'approval.approved', 'default', X'01A20283ABF8737DB589F23A01C46192', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20283ABF976E1803D3C90BD608CF9', '{"seq":5,"ts":1793500000000,"type":"approval.approved","tenant":"default","correlation":"01a20283-abf8-737d-b589-f23a01c46192","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-abf9-76e1-803d-3c90bd608cf9","outcome":null,"body_digest":"b352da193871020f48d31f493cbb80bf3ab407f316dacc1a2364e56370c935fd"}', X'8F6D667C09843C39E28DFEDEACDFE9F35AB9FDA71FE1EE2FA17B94F2A3CBA850', X'A7BB84BB7C749F5E7E5833D653250FA3', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A6E756C6C7D', X'A86F312A19157824C7698F8A24EC9A2C041E8D6D27703083AE42C64D1A9D46D9', X'549262BCC16675789C785E70BC8975F0C512C164F88C79A12E283A02277A53F2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (6, 1793500000000, 'approval.consumed', 'default', X'01A20283ABF8737DB589F23A01C46192', X'01A20283ABF8737DB589F2392FBD46AE', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20283ABF976E1803D3C90BD608CF9', '{"seq":6,"ts":1793500000000,"type":"approval.consumed","tenant":"default","correlation":"01a20283-abf8-737d-b589-f23a01c46192","session":"01a20283-abf8-737d-b589-f2392fbd46ae","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-abf9-76e1-803d-3c90bd608cf9","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'8E87B196B70AE2770EE54AF798753E26F40D8104FD8A2FDFABDAA62F80F7A9E7', NULL, NULL, X'549262BCC16675789C785E70BC8975F0C512C164F88C79A12E283A02277A53F2', X'8AAD731024C4CEF38D8D1D498A741030C76D83D3C293D92981570BEE6607B755');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (7, 1793500000000, 'call.permitted', 'default', NULL, X'01A20283ABF8737DB589F2392FBD46AE', 'agent:ann/claude', 'write_file', NULL, 2, X'01A20283ABF976E1803D3C90BD608CF9', '{"seq":7,"ts":1793500000000,"type":"call.permitted","tenant":"default","correlation":null,"session":"01a20283-abf8-737d-b589-f2392fbd46ae","principal":{"role":"agent","name":"ann/claude"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":null,"approval":"01a20283-abf9-76e1-803d-3c90bd608cf9","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'84BEEB4FE151E6EDD69EC2289576CFDDB6A4FB6680A44E1A6CE3A7FA1195646A', NULL, NULL, X'8AAD731024C4CEF38D8D1D498A741030C76D83D3C293D92981570BEE6607B755', X'4848A72EBB9AD8CA5840F881B6B4D6B3F8BFDDE899A781AF4FB9B4BEF52B51CC');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (8, 1793500000000, 'approval.asked', 'default', NULL, NULL, 'agent:ann/claude', NULL, NULL, NULL, X'01A20283AC09702A8CA563EAFAF9A40E', '{"seq":8,"ts":1793500000000,"type":"approval.asked","tenant":"default","correlation":null,"session":null,"principal":{"role":"agent","name":"ann/claude"},"upstream":null,"tool":null,"verdict":null,"tier":null,"policy":null,"approval":"01a20283-ac09-702a-8ca5-63eafaf9a40e","outcome":null,"body_digest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}', X'0106153E5C01C57590E54058DFC86825F3BD3447B363B9CF5496DCDA0AFDB51F', NULL, NULL, X'4848A72EBB9AD8CA5840F881B6B4D6B3F8BFDDE899A781AF4FB9B4BEF52B51CC', X'9419FD9F19CF7F98959446C1860EE8CA72D7B344DCDBB63113FCD56E01A58FF2');
INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash) VALUES (9, 1793500000000, 'approval.denied', 'default', X'01A20283AC0875BE89CA3B5A2F3B6BAE', NULL, 'admin:bob', 'write_file', NULL, 2, X'01A20283AC09702A8CA563EAFAF9A40E', '{"seq":9,"ts":1793500000000,"type":"approval.denied","tenant":"default","correlation":"01a20283-ac08-75be-89ca-3b5a2f3b6bae","session":null,"principal":{"role":"admin","name":"bob"},"upstream":"files","tool":"write_file","verdict":null,"tier":2,"policy":1,"approval":"01a20283-ac09-702a-8ca5-63eafaf9a40e","outcome":null,"body_digest":"3ea1d539b3bee3fcc1d7b9b1df6a57a2ccf13d81476569acb943e0b3e766216d"}', X'A70B3152B5416001552A319968BDC5375000D642C33CD0C363091EEF766F39CC', X'BCCF4EA102347D33394987C5E0632F62', X'7B2270726F6F66223A227465726D696E616C222C22726561736F6E223A226E6F7420746F646179227D', X'9419FD9F19CF7F98959446C1860EE8CA72D7B344DCDBB63113FCD56E01A58FF2', X'10B5310B28108CC3F3375E382635F8DC2A980A5D068C8F2F4B28F87ED8F95CD3');
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
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283ABEE76568FC129B12BC06049', X'01A20283ABEE76568FC129B08A8AD914', 'default', 'agent:ann/claude', X'01A20283ABEE76568FC129AF6B9F68EE', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A307D', X'A1890CAB7C090AA57EBE3D29AB696DE440C07E00E03CE5186B09DAB62B6B0F2E', X'9F9993BA41C7C9741603AF18929CF9E19457C58A72E6CB5686CF4FA544F2FDB8', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283ABF173CDACAEA8FE8E601AD8', X'01A20283ABF173CDACAEA8FD60B1E230', 'default', 'agent:ann/claude', X'01A20283ABF173CDACAEA8FCB4BEBBBC', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A317D', X'F5E8281F58948C19541E454A3B2B907F37362E2A3F3C379EC60840258A00A630', X'70DF2126220DD6454F8C4A55CAC1718396575386B59FD7746291902BBE956E04', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283ABF976E1803D3C90BD608CF9', X'01A20283ABF8737DB589F23A01C46192', 'default', 'agent:ann/claude', X'01A20283ABF8737DB589F2392FBD46AE', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A327D', X'AE4D47DAE83D6C4CDDAB9B4065B9C56FF29661C46640FF129F93B21651F94BFE', X'582BCD6958B9AB8CED023867268F5E87E07E7328D86F396487596392D2E356C9', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'consumed', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, 1793500000000, X'01A20283ABF8737DB589F2392FBD46AE', 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283AC09702A8CA563EAFAF9A40E', X'01A20283AC0875BE89CA3B5A2F3B6BAE', 'default', 'agent:ann/claude', X'01A20283AC0875BE89CA3B59B45234DB', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A337D', X'C0C8576E3DB09CCF8CD94A16CE0C90320BF19117073B2863E030901B893740EA', X'37959E5D50522DCA05958F6F802963FABF69F869EEC445E008AE0075D990170C', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'denied', 1793500000000, 'admin:bob', 'terminal', 'not today', NULL, 'none', NULL, NULL, NULL, NULL, 1793500000000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283AC14751E8D50E487E256AF66', X'01A20283AC14751E8D50E486B1C09C78', 'default', 'agent:ann/claude', X'01A20283AC14751E8D50E485363A64E6', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A347D', X'A9739FFBD1AB18316BEDB2F884F1CA3EF3E052922FD770138D8B0DB444E367D3', X'4CB08F328266AC4F3DDF018072EEBC87CBAB45220BCD327C2C8D615A24E91FFA', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793500000000, 1793586400000, 3600000, 'expired', 1793500000000, 'admin:bob', 'terminal', NULL, 1793503600000, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283AC217488A622EFE0732D0FBF', X'01A20283AC2077FE89859704F8F115E6', 'default', 'agent:ann/claude', X'01A20283AC2077FE89859703BC03F883', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226E223A357D', X'26C6147CC27480B75A75DB9D3DA40ED8B5D210F0DD2995B56F63EF1FD18B4D65', X'461B81744FAA6B0D5F049CFED059D58CB1C239941C5460F1491EF4ED02D2EC54', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'cancelled', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, 1793503600000, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283AC2974ADBAC7272AD954CDB1', X'01A20283AC287318812323163591787A', 'default', 'agent:ann/claude', X'01A20283AC28731881232315C21BD125', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A317D', X'1BB983D12A4D0791D6AAC910411D2A7ABD08C96028B6FE6876E77BC52CEDC9B5', X'71EDA08A8643743BE0417E283F4676B1F3D24CAA3C3CB1AE7CA45552C35BA230', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'pending', NULL, NULL, NULL, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method, tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by, yes_life, state, decided_at, decided_by, proof, reason, run_by, token, token_digest, abandoned_at, consumed_at, consumed_by, ended_at, outcome, delivered, kind, subject) VALUES (X'01A20283AC2A726E98C2C4D9DDF13412', X'01A20283AC2A726E98C2C4D8440C5A1F', 'default', 'agent:ann/claude', X'01A20283AC2A726E98C2C4D7619BF62D', 'files', X'0101010101010101010101010101010101010101010101010101010101010101', 'tools/call', 'write_file', X'0202020202020202020202020202020202020202020202020202020202020202', X'7B226C697665223A327D', X'6A7988C95FCC8B910C9EBE7D555BAF437AB07864B1C53B2E552E873BD7DADBF7', X'5362773B5D62AB6B8C8F092F66A26A8B41435D3646B4A2ED5B39DD48498FFD3B', '{"verdict":"ask","tier":2,"effect":"write","action":"file_write","reasons":[],"warnings":[],"policy":{"version":1,"digest":"d"}}', 2, 1, 1793503600000, 1793590000000, 3600000, 'approved', 1793503600000, 'admin:bob', 'terminal', NULL, 1793507200000, 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, 'call', NULL);
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    UNIQUE (approval, decider)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20283ABF173CDACAEA8FE8E601AD8', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20283ABF976E1803D3C90BD608CF9', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20283AC09702A8CA563EAFAF9A40E', 'bob', 'deny', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20283AC14751E8D50E487E256AF66', 'bob', 'approve', 1793500000000);
INSERT INTO votes (approval, decider, verdict, at) VALUES (X'01A20283AC2A726E98C2C4D9DDF13412', 'bob', 'approve', 1793503600000);
CREATE TABLE waiters (
    approval BLOB NOT NULL,
    session  BLOB NOT NULL,
    PRIMARY KEY (approval, session)
) STRICT, WITHOUT ROWID;
INSERT INTO waiters (approval, session) VALUES (X'01A20283ABEE76568FC129B12BC06049', X'01A20283ABEE76568FC129AF6B9F68EE');
INSERT INTO waiters (approval, session) VALUES (X'01A20283ABF173CDACAEA8FE8E601AD8', X'01A20283ABF173CDACAEA8FCB4BEBBBC');
INSERT INTO waiters (approval, session) VALUES (X'01A20283ABF976E1803D3C90BD608CF9', X'01A20283ABF8737DB589F2392FBD46AE');
INSERT INTO waiters (approval, session) VALUES (X'01A20283AC09702A8CA563EAFAF9A40E', X'01A20283AC0875BE89CA3B59B45234DB');
INSERT INTO waiters (approval, session) VALUES (X'01A20283AC14751E8D50E487E256AF66', X'01A20283AC14751E8D50E485363A64E6');
INSERT INTO waiters (approval, session) VALUES (X'01A20283AC217488A622EFE0732D0FBF', X'01A20283AC2077FE89859703BC03F883');
INSERT INTO waiters (approval, session) VALUES (X'01A20283AC2974ADBAC7272AD954CDB1', X'01A20283AC28731881232315C21BD125');
INSERT INTO waiters (approval, session) VALUES (X'01A20283AC2A726E98C2C4D9DDF13412', X'01A20283AC2A726E98C2C4D7619BF62D');
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
INSERT INTO intents (seq, session, approval, run, step) VALUES (19, X'01A20283AC3470C98904F38BE9A1F114', NULL, NULL, NULL);
INSERT INTO intents (seq, session, approval, run, step) VALUES (7, X'01A20283ABF8737DB589F2392FBD46AE', X'01A20283ABF976E1803D3C90BD608CF9', NULL, NULL);
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
