//! What a configuration means, and how a wrong one is refused.

use crate::config::{
    Approvals, Config, ConfigError, Environment, Resources, Stance, UpstreamRequest, parse,
    upstream_name, yes_life,
};
use crate::domain::json::{Limits, parse as json};
use crate::domain::ruling::{Action, Tier};
use std::path::Path;
use std::time::Duration;

fn read(text: &str) -> Result<Config, ConfigError> {
    parse(text, Path::new("countersign.toml"))
}

fn refused(text: &str) -> String {
    read(text).expect_err(text).to_string()
}

#[test]
fn everything_can_be_said() {
    let config = read(
        r#"
        require_approval_tier = 3
        stance = "deny"
        auth = { enabled = true }
        [approvals]
        answer_within = "2h"
        yes_life = "5m"
        mcp_max_tier = 2
        on_ask = "pending"
        [client.codex]
        hold = "20s"
        [upstream.files]
        command = "npx"
        args = ["-y", "x"]
        env = { TOKEN = "sesame" }
        pass_env = ["LANG"]
        environment = "dev"
        resources = "read"
        allow_requests = ["roots/list"]
        timeout = "30s"
        [upstream.files.action]
        read_text_file = { action = "file_read", path = "/path" }
        [retention]
        bodies = "7d"
        size = "500MB"
        "#,
    )
    .unwrap();
    assert_eq!((config.require_approval_tier, config.stance), (Tier::GRAVE, Stance::Deny));
    assert_eq!(config.approvals.mcp_max_tier, Some(Tier::WRITE));
    let files = &config.upstreams["files"];
    assert_eq!((files.environment, files.resources), (Environment::Dev, Resources::Read));
    assert_eq!(files.allow_requests, [UpstreamRequest::Roots]);
    assert_eq!(files.actions["read_text_file"].action, Action::FileRead);
    assert!(!format!("{config:?}").contains("sesame"));
    assert_eq!(
        (config.retention.bodies, config.retention.size),
        (Duration::from_secs(604_800), 500_000_000)
    );
    for (client, seconds) in [
        ("codex-mcp-client", 20),
        ("claude-code", 110),
        ("Visual Studio Code", 240),
        ("gemini-cli-mcp-client", 540),
        ("claude-ai", 50),
    ] {
        assert_eq!(config.hold_for(client), Duration::from_secs(seconds), "{client}");
    }
    let usual = read("").unwrap();
    assert_eq!(usual.digest(), Config::default().digest());
    assert_eq!(usual.require_approval_tier, Tier::WRITE);
    assert_eq!(usual.retention.reads, Duration::from_secs(90 * 86_400));
}

#[test]
fn what_is_wrong_is_refused_with_its_place() {
    let error = refused("stance = \"ask\"\n[approvals]\n  anser_within = \"1h\"\n");
    assert!(
        error.contains("line 3, column 3") && error.contains("did you mean `answer_within`?"),
        "{error}"
    );
    let error = refused("[upstream.x]\ncommand = \"a\"\ntimeout = \"10\"\n");
    assert!(error.contains("line 3") && error.contains("not a duration"), "{error}");
    let error = refused("require_approval_tier = \"2\"");
    assert!(error.contains("line 1, column 25"), "{error}");
    let error = refused("[[rule]]\ntool = \"a__b\"\neffect = \"alow\"\n");
    assert!(error.contains("line 3") && error.contains("did you mean `allow`?"), "{error}");
    for wrong in [
        "require_approval_tier = 0",
        "require_approval_tier = 4",
        "approvals = { mcp_max_tier = 3 }",
        "approvals = { yes_life = \"25h\" }",
        "[upstream.Files]\ncommand = \"a\"",
        "[upstream.x]\nargs = []",
        "[upstream.x]\ncommand = \"a\"\nurl = \"https://h.test/mcp\"",
        "[upstream.x]\nurl = \"https://h.test/mcp\"\nargs = [\"a\"]",
        "[upstream.x]\nurl = \"https://h.test/mcp\"\ncwd = \"/\"",
        "[upstream.x]\nurl = \"https://h.test/mcp\"\nenv = { A = \"b\" }",
        "[upstream.x]\nurl = \"https://h.test/mcp\"\npass_env = [\"A\"]",
        "[upstream.x]\nurl = \"https://h.test/mcp\"\nheaders = { Authorization = \"Bearer x\" }",
        "[upstream.x]\nurl = \"http://h.test/mcp\"",
        "[upstream.x]\ncommand = \"a\"\ntoken_file = \"/t\"",
        "[upstream.x]\ncommand = \"a\"\nheaders = { A = \"b\" }",
        "[upstream.x]\ncommand = \"a\"\nca_file = \"/c\"",
        "[upstream.x]\ncommand = \"a\"\nallow_requests = [\"sampling/createMessage\"]",
        "[[rule]]\ntool = \"[\"\neffect = \"deny\"",
        "[[rule]]\ntool = \"a\"\neffect = \"deny\"\nallow_tier = 3",
        "[[rule]]\ntool = \"a\"\neffect = \"deny\"\nwhen = { p = { regex = \"(\" } }",
        "[client.x]\n",
        "[client.x]\nanswers_up_to = 3",
        "[client.x]\nhold = \"5s\"\nusers = [\"ci\"]",
        "[client.x]\nanswers_up_to = 1\nusers = [\"nobody here\"]",
        "[client.x]\nanswers_up_to = 1\nusers = [\"\"]",
        "[client.x]\nanswers_up_to = 1\nusers = [\"ci\", \"ci\"]",
        "hold = 5",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    // The twin of those with a `url`.
    let far = "[upstream.x]\nurl = \"https://h.test/mcp\"\nheaders = { A = \"sesame\" }\ntoken_file = \"/t\"";
    assert!(!format!("{:?}", read(far).unwrap()).contains("sesame"));
    for (name, good) in [
        ("a", true),
        ("a-1_b", true),
        ("a__b", false),
        ("a_", false),
        ("1a", false),
        ("", false),
        ("abcdefghijklmnopqrstu", false),
        ("countersign", false),
        ("countersigned", true),
    ] {
        assert_eq!(upstream_name(name), good, "{name}");
    }
    let own = read("[upstream.countersign]\ncommand = \"a\"").unwrap_err().to_string();
    assert!(own.contains("is kept for questions about plans"), "{own}");
}

#[test]
fn the_environment_is_read_strictly() {
    let usual = Approvals::default();
    assert_eq!(yes_life(None, &usual).unwrap(), Duration::from_secs(3_600));
    assert_eq!(yes_life(Some("86400"), &usual).unwrap(), Duration::from_secs(86_400));
    for wrong in ["", "0", "86401", "+5", "1h", " 5"] {
        assert!(yes_life(Some(wrong), &usual).is_err(), "{wrong}");
    }
}

const DRAFTS: &str = r#"
[[rule]]
tool = "files__write_file"
when = { path = "/srv/drafts/**", content = "*" }
effect = "allow"
match = [{ path = "/srv/drafts/a.md", content = "x" }, { path = ["/srv/drafts/a", "/srv/drafts/b/c"], content = 5 }]
not_match = [
  { path = "/srv/drafts/../../etc/passwd", content = "x" },
  { path = "/srv/drafts/./a", content = "x" }, { path = "/srv/drafts//a", content = "x" },
  { path = "/srv/drafts/%2e%2e/a", content = "x" }, { path = "/srv/drafts/a\\b", content = "x" },
  { path = "/srv/drafts/~/a", content = "x" }, { path = "/srv/drafts/\u0000", content = "x" },
  { path = "/srv/drafts/a" }, { content = "x" }, { path = "/srv/drafts/a", content = "x", mode = "w" },
  { path = ["/srv/drafts/a", "/etc/passwd"], content = "x" }, { path = [], content = "x" },
  { path = { a = "/srv/drafts/a" }, content = "x" }, { path = "/SRV/drafts/a", content = "x" },
]
"#;

#[test]
fn an_allow_matches_only_what_is_plain() {
    read(DRAFTS).unwrap();
    let error =
        refused(&DRAFTS.replace(
            "{ path = \"/srv/drafts/a\" },",
            "{ path = \"/srv/drafts/a\", content = \"\" },",
        ));
    assert!(
        error.contains("rule 1 matches its own `not_match` example 8")
            && error.contains("/srv/drafts/a"),
        "{error}"
    );
    let error = refused(
        &DRAFTS
            .replace("effect = \"allow\"", "effect = \"allow\"\nname = \"drafts\"")
            .replace("a.md", "../a.md"),
    );
    assert!(error.contains("rule `drafts` does not match its own `match` example 1"), "{error}");
}

#[test]
fn conditions_by_kind() {
    let rule = |effect: &str, when: &str| {
        let text = format!("[[rule]]\ntool = \"a__b\"\neffect = \"{effect}\"\nwhen = {{ {when} }}");
        read(&text).unwrap().rules.remove(0)
    };
    let met = |effect, when, arguments: &str| {
        rule(effect, when).matches(Some(&json(arguments, &Limits::ARGUMENTS).unwrap()))
    };
    for (when, arguments, allow, deny) in [
        ("n = 5", r#"{"n":5.0}"#, true, true),
        ("n = 5", r#"{"n":50}"#, false, false),
        ("n = 5", r#"{"n":"5"}"#, false, true),
        ("b = true", r#"{"b":true}"#, true, true),
        ("b = true", r#"{"b":null}"#, false, true),
        ("s = \"main\"", r#"{"s":"main"}"#, true, true),
        ("s = \"main\"", r#"{"s":"other"}"#, false, false),
        ("s = \"main\"", r#"{"s":["other","main"]}"#, false, true),
        ("s = \"main\"", r#"{"s":"main","x":1}"#, false, true),
        ("s = \"main\"", "{}", false, false),
        ("s = { regex = \"a+\" }", r#"{"s":"aaa"}"#, true, true),
        ("s = { regex = \"a+\" }", r#"{"s":"aaab"}"#, false, false),
        ("s = { regex = \"a.*\" }", "{\"s\":\"a\\nb\"}", false, true),
        ("s = \"*.md\"", r#"{"s":"a.md"}"#, true, true),
        ("s = \"*.md\"", r#"{"s":"../x/a.md"}"#, false, true),
        ("s = \"**/x/b*\"", r#"{"s":"x/b1"}"#, true, true),
        ("s = \"/etc/**\"", r#"{"s":"/srv/../etc/passwd"}"#, false, true),
        ("s = \"/etc/**\"", r#"{"s":"%2Fetc/passwd"}"#, false, true),
        ("s = \"/etc/**\"", r#"{"s":"file:///etc/passwd"}"#, false, true),
        ("s = \"/etc/**\"", r#"{"s":7}"#, false, true),
        ("s = \"https://a.test/*\"", r#"{"s":"https://a.test/x"}"#, true, true),
        ("s = \"https://*.a.test/*\"", r#"{"s":"https://evil.test#.a.test/x"}"#, false, true),
        ("s = \"https://*.a.test/*\"", r#"{"s":"https://u@x.a.test/x"}"#, false, true),
        ("\"o.mode\" = \"r\"", r#"{"o":{"mode":"r"}}"#, true, true),
        ("\"o.mode\" = \"r\"", r#"{"o":{"mode":"r","x":1}}"#, false, true),
        ("\"o.mode\" = \"r\"", r#"{"o":[{"mode":"w"},{"mode":"r"}]}"#, false, true),
        ("\"o.mode\" = \"r\"", r#"{"o":"r"}"#, false, true),
    ] {
        assert_eq!(
            (met("allow", when, arguments), met("deny", when, arguments)),
            (allow, deny),
            "{when} on {arguments}"
        );
    }
    assert!(rule("allow", "").matches(None), "no conditions and no arguments");
    assert!(!met("allow", "", r#"{"x":1}"#), "closed world");
}

#[test]
fn patterns_and_raised_tiers() {
    let config = read(
        r#"
        [[rule]]
        pattern = '\brm\ \-rf\b'
        effect = "deny"
        tier = 3
        match = [{ command = "RM  -rf x" }, { argv = ["rm", "-rf"] }]
        not_match = [{ command = "farm -rf" }]
        [[rule]]
        tool = "sh__run"
        pattern = 'ls( [a-z]+)*'
        effect = "allow"
        allow_tier = 3
        name = "listing"
        match = [{ command = "ls a b" }]
        not_match = [{ command = "ls; rm x" }, { command = "ls a > b" }, { n = 1 }, {}]
        "#,
    )
    .unwrap();
    let [deny, allow] = &config.rules[..] else { panic!() };
    assert_eq!((deny.tool.as_str(), deny.raises_to, deny.id), ("*", Some(Tier::GRAVE), None));
    assert_eq!((allow.name.as_str(), allow.allow_tier), ("listing", Tier::GRAVE));
    assert_eq!(deny.spec().tool, None, "told as it was written");
    for (wrong, says) in [
        ("effect = \"deny\"", "`tool`: is missing"),
        ("pattern = \"(\"\neffect = \"deny\"", "not a regular expression"),
        ("pattern = \"\"\neffect = \"deny\"", "an empty pattern"),
        ("pattern = '(\\w{100}){100}'\neffect = \"deny\"", "too large"),
        ("pattern = \"a)|(?:b\"\neffect = \"allow\"", "not a regular expression"),
        ("tool = \"a\"\neffect = \"allow\"\ntier = 3", "`tier`: raises"),
        ("tool = \"a\"\neffect = \"deny\"\ntier = 4", "is not 0 to 3"),
        ("tool = \"a\"\neffect = \"deny\"\nscore = nan", "`score`"),
        ("tool = \"a\"\neffect = \"ask\"\nwhen = { a = 1979-05-27 }", "nothing that JSON can say"),
        ("tool = \"a\"\neffect = \"deny\"\nwhen = { a = inf }", "not a number in JSON"),
        ("tool = \"a\"\neffect = \"deny\"\nwhen = { a = [1] }", "`when.a`"),
        ("tool = \"a\"\neffect = \"deny\"\nmatch = [{ a = nan }]", "`match` example 1"),
        (
            "pattern = \"x\"\neffect = \"deny\"\nmatch = [{ a = \"y\" }]",
            "does not match its own `match` example 1",
        ),
    ] {
        let error = refused(&format!("[[rule]]\n{wrong}\n"));
        assert!(error.contains(says), "{wrong}: {error}");
    }
}

#[test]
fn who_answers_through_a_client_goes_by_its_whole_name_and_by_the_user_of_a_token() {
    let text = "[client.claude-code]\nanswers_up_to = 2\nhold = \"20s\"\nusers = [\"ci\"]\n";
    let config = read(text).unwrap();
    let held = |client: &str| config.hold_for(client).as_secs();
    assert_eq!((held("claude-code"), held("claude-code-evil")), (20, 20));
    for (client, user, may) in [
        ("claude-code", None, true),
        ("Claude-Code", Some("ci"), true),
        ("claude-code", Some("CI"), false),
        ("claude-code", Some("another"), false),
        ("claude-code-evil", None, false),
        ("claude-code-evil", Some("ci"), false),
        ("claude", None, false),
    ] {
        let up_to = config.answers_up_to(client, user);
        assert_eq!(up_to, may.then_some(Tier::WRITE), "{client} {user:?}");
    }
    // A table of its own that says nothing of it takes the family's word.
    let both = "[client.codex]\nhold = \"2s\"\n[client.codex-mcp]\nanswers_up_to = 1\n";
    assert_eq!(read(both).unwrap().hold_for("codex-mcp").as_secs(), 2);
    let nobody = read("[client.a]\nanswers_up_to = 1\n").unwrap();
    assert_eq!(nobody.answers_up_to("a", Some("ci")), None);
    assert_eq!(nobody.answers_up_to("a", None), Some(Tier::DEV_WRITE));
}
