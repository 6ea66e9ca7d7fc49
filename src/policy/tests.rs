//! What the layers say together, one call at a time. Each refusal stands beside a twin that passes.

use crate::config::{Config, Environment, parse as configuration};
use crate::domain::call::{Call, CallParts, Method, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::SessionId;
use crate::domain::json::{Canonical, Limits, parse};
use crate::domain::pin::PinState;
use crate::domain::policy::StoredPolicy;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::ruling::{Effect, Given, Ruling, Verdict};
use crate::policy::{DefinitionFacts, Facts, Protected, Snapshot};
use std::path::Path;

/// A call on its way to be judged.
struct Case {
    config: Config,
    method: Method,
    tool: &'static str,
    schema: &'static str,
    state: PinState,
    pinned: Option<Effect>,
    environment: Environment,
    listed: bool,
}

fn case(config: &str) -> Case {
    Case {
        config: configuration(config, Path::new("t.toml")).unwrap(),
        method: Method::ToolsCall,
        tool: "write_memo",
        schema: r#"{"type":"object"}"#,
        state: PinState::Accepted,
        pinned: None,
        environment: Environment::Production,
        listed: false,
    }
}

impl Case {
    fn tool(self, tool: &'static str) -> Self {
        Self { tool, ..self }
    }
    fn dev(self) -> Self {
        Self { environment: Environment::Dev, ..self }
    }
    fn judge(&self, arguments: &str) -> Ruling {
        let protected = Protected {
            home: "/home/u/.local/state/countersign".into(),
            config: "/etc/gate/own.toml".into(),
            extra: vec!["/run/cs.sock".into(), "127.0.0.1:7878".into()],
            user_home: Some("/home/u".into()),
        };
        let snapshot =
            Snapshot::build(&self.config, &StoredPolicy::default(), protected, 7).unwrap();
        let canonical = Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap();
        let arguments = canonical.node().unwrap();
        let definition = format!(r#"{{"name":"{}","inputSchema":{}}}"#, self.tool, self.schema);
        let tool = parse(&definition, &Limits::LINE).unwrap();
        let call = Call::seal(
            CallParts {
                tenant: Tenant::default(),
                principal: Principal::new(Role::Agent, "u/test"),
                session: SessionId::new(),
                upstream: UpstreamId { name: "files".to_owned(), digest: Digest::ZERO },
                method: self.method,
                tool: self.tool.to_owned(),
                definition: Digest::sha256(&[definition.as_bytes()]),
                arguments: Some(canonical.clone()),
            },
            &StoreKey::new([1; 32]),
        );
        let definition = DefinitionFacts { tool: &tool, state: self.state, effect: self.pinned };
        snapshot.judge(&Facts {
            call: &call,
            arguments: Some(&arguments),
            definition: (self.method == Method::ToolsCall).then_some(definition),
            environment: self.environment,
            listed_resource: self.listed,
            resources_read: false,
            given: &Given::default(),
        })
    }
    fn says(&self, arguments: &str) -> (Verdict, u8) {
        let ruling = self.judge(arguments);
        (ruling.verdict, ruling.tier.get())
    }
}

fn has(ruling: &Ruling, rule: &str) -> bool {
    ruling.reasons.iter().any(|reason| reason.rule == rule)
}

const ALLOW: Verdict = Verdict::Allow;
const ASK: Verdict = Verdict::Ask;
const DENY: Verdict = Verdict::Deny;

#[test]
fn tiers_and_stance() {
    assert_eq!(case("").tool("read_memo").says("{}"), (ALLOW, 0));
    assert_eq!(case("").says("{}"), (ASK, 2));
    assert_eq!(case("").dev().says("{}"), (ALLOW, 1));
    assert_eq!(case("require_approval_tier = 1").dev().says("{}"), (ASK, 1));
    assert_eq!(case("require_approval_tier = 3").says("{}"), (ALLOW, 2));
    assert_eq!(case("").tool("delete_memo").dev().says("{}"), (ASK, 3));
    let deny = || case("stance = \"deny\"");
    assert_eq!(deny().dev().says("{}"), (DENY, 1));
    assert_eq!(deny().tool("read_memo").says("{}"), (ALLOW, 0));
    let ruling = case("").judge("{}");
    assert!(has(&ruling, "stance.ask") && has(&ruling, "tier") && has(&ruling, "action.inferred"));
    assert_eq!((ruling.policy.version, ruling.policy.digest.len()), (7, 64));
}

#[test]
fn rules_deny_over_ask_over_allow_and_none_loosens_the_kernel() {
    let rule = |tool: &str, effect: &str, more: &str| {
        format!("[[rule]]\ntool=\"{tool}\"\neffect=\"{effect}\"\n{more}\n")
    };
    let allow = rule("files__*", "allow", "");
    assert_eq!(case(&allow).says("{}"), (ALLOW, 2));
    assert_eq!(case(&allow).tool("delete_memo").says("{}"), (ASK, 3), "an allow reaches tier 2");
    assert!(!case(&allow).tool("delete_memo").judge("{}").warnings.is_empty());
    let far = rule("files__*", "allow", "allow_tier=3");
    assert_eq!(case(&far).tool("delete_memo").says("{}"), (ALLOW, 3));
    let ask = rule("files__write_memo", "ask", "");
    assert_eq!(case(&format!("{ask}{allow}")).says("{}").0, ASK);
    assert_eq!(
        case(&format!("{ask}{allow}{}", rule("*", "deny", "reason=\"no\""))).says("{}").0,
        DENY
    );
    let own = r#"{"path":"/home/u/.local/state/countersign/x"}"#;
    assert_eq!(case(&far).says(own).0, DENY);
    assert_eq!(Case { state: PinState::Changed, ..case(&far) }.says("{}").0, ASK);
    assert_eq!(Case { state: PinState::New, ..case(&far) }.tool("read_x").says("{}").0, ASK);
    assert_eq!(case(&rule("other__*", "deny", "")).says("{}").0, ASK);
}

#[test]
fn our_own_files_in_every_spelling() {
    for (tool, text) in [
        ("read_x", "/home/u/.local/state/countersign"),
        ("read_x", "/home/u/.local/state/countersign/anything"),
        ("read_x", "~/.local/state/countersign/x"),
        ("read_x", "$HOME/.local/share/../state//countersign/./x"),
        ("read_x", "file:///home/u/.local/state/countersign/x"),
        ("read_x", "%2Fhome%2Fu%2F.local/state/%63ountersign/x"),
        ("read_x", "%252e%252e/%2563ountersign.toml"),
        ("read_x", "..\\..\\COUNTERSIGN.TOML"),
        ("read_x", "countersign.db-wal"),
        ("read_x", "../x/store.key"),
        ("read_x", "heads.jsonl"),
        ("read_x", "/etc/gate/own.toml"),
        ("read_x", "/etc/x/../gate/own.toml"),
        ("read_x", concat!("/proc/1/ro", "ot/etc/gate/own.toml")),
        ("read_x", "see `state/countersign/x` for more"),
        ("read_x", "http://localhost:7878/api"),
        ("read_x", "http://[::1]:7878/"),
        ("bash", "cd /tmp; cat head.key|tee x"),
        ("bash", "cat '/home/u/.local'/state/counter\"sign\"/x"),
        ("bash", "tar -C/home/u/.local/state/countersign -c ."),
        ("bash", "socat - unix:/run/cs.sock"),
    ] {
        let json = serde_json::to_string(&[text]).unwrap();
        let ruling = case("").tool(tool).judge(&format!(r#"{{"a":{{"b":{json}}}}}"#));
        assert!(
            ruling.verdict == DENY && has(&ruling, "protect.own"),
            "{text}: {:?}",
            ruling.reasons
        );
    }
    assert!(
        has(&case("").tool("read_x").judge(r#"{"countersign.toml":1}"#), "protect.own"),
        "keys are looked at"
    );
    for fine in [
        "/home/u/.local/state/countersign-docs/x",
        "return store.key;",
        "/data/etc/gate/own.toml.md/../x",
        "localStorage.key",
        "/home/u/countersigned",
        "http://localhost:78780/",
        "the countersign of the guard",
    ] {
        let json = serde_json::to_string(fine).unwrap();
        let ruling = case("").tool("read_x").judge(&format!(r#"{{"a":{json}}}"#));
        assert_eq!(ruling.verdict, ALLOW, "{fine}: {:?}", ruling.reasons);
    }
}

#[test]
fn what_starts_programs_is_grave_and_what_holds_secrets_asks() {
    for path in [
        ".mcp.json",
        "/w/.claude/settings.local.json",
        "~/.zshrc",
        "a/.git/hooks/pre-commit",
        "/etc/cron.d/x",
        "~/.profile",
        "/home/u/.config/systemd/user/x.service",
        "~/.ssh/authorized_keys",
        "/home/u/.ssh",
        "x/claude_desktop_config.json",
        "~/.config/zed/settings.json",
        ".vscode/mcp.json",
        ".npmrc",
    ] {
        assert_eq!(case("").dev().says(&format!(r#"{{"path":"{path}"}}"#)), (ASK, 3), "{path}");
    }
    let read = |path: &str| case("").tool("read_x").says(&format!(r#"{{"path":"{path}"}}"#));
    assert_eq!((read("~/.ssh/id_ed25519"), read("/u/.aws/credentials")), ((ASK, 2), (ASK, 2)));
    assert_eq!(
        (read("~/.zshrc"), read("notes.md"), read("user.profile")),
        ((ALLOW, 0), (ALLOW, 0), (ALLOW, 0))
    );
    assert_eq!(case("").dev().says(r#"{"path":"docs/ssh.md"}"#), (ALLOW, 1));
}

#[test]
fn ruin_is_refused_where_it_would_run_and_only_there() {
    for command in [
        "rm -rf /",
        "sudo rm -fr --no-preserve-root / ",
        "rm -r -f ~",
        "rm -rf /etc",
        "ls; rm --recursive $HOME/*",
        ":(){ :|:& };:",
        "mkfs.ext4 /dev/sda1",
        "dd if=/dev/zero of=/dev/sda",
        "/usr/bin/countersign approve 0192",
        "countersign --home /x token 12",
        "cat /proc/1/environ",
        "echo x > /dev/nvme0n1",
    ] {
        let json = format!(r#"{{"command":"{command}"}}"#);
        assert!(has(&case("").tool("bash").judge(&json), "deny.ruin"), "{command}");
        if !command.contains("proc") {
            assert_ne!(case("").judge(&json).verdict, DENY, "{command} as text");
        }
    }
    for fine in [
        "rm -rf /tmp/x",
        "rm -rf ./build",
        "countersign pending",
        "dd if=a of=b",
        "rm notes/",
        "ls /",
    ] {
        let ruling = case("").tool("bash").judge(&format!(r#"{{"command":"{fine}"}}"#));
        assert_ne!(ruling.verdict, DENY, "{fine}: {:?}", ruling.reasons);
    }
}

#[test]
fn arguments_must_fit_the_pinned_schema() {
    let strict = r#"{"type":"object","properties":{"n":{"type":"integer"},"s":{"type":"string","pattern":"^a"}},"required":["n"]}"#;
    let with = |schema| Case { schema, ..case("").tool("read_x") };
    assert_eq!(with(strict).says(r#"{"n":1,"s":"ab"}"#), (ALLOW, 0));
    let ruling = with(strict).judge(r#"{"n":"sesame","s":"hidden"}"#);
    assert!(ruling.verdict == DENY && has(&ruling, "schema.mismatch"));
    let text = format!("{:?}", ruling.reasons);
    assert!(text.contains("/n") && !text.contains("sesame") && !text.contains("hidden"), "{text}");
    assert_eq!(with(r#"{"$ref":"https://x.test/s"}"#).says("{}").0, ASK);
    assert_eq!(with(r#"{"type":"nonsense"}"#).says("{}").0, ASK);
    assert_eq!(with(r##"{"allOf":[{"$ref":"#"}]}"##).says("{}").0, ALLOW);
    assert_eq!(with(r#"{"type":"object"}"#).says(r#"{"n":1E400}"#).0, ASK);
    assert_eq!(with(r#"{"type":"object"}"#).says("[]").0, DENY);
}

#[test]
fn a_pinned_effect_replaces_words_and_never_an_executor() {
    let pinned = |tool, effect| Case { pinned: Some(effect), ..case("").tool(tool) };
    assert_eq!(pinned("frob_note", Effect::Read).says("{}"), (ALLOW, 0));
    assert_eq!(pinned("read_memo", Effect::Destructive).says("{}"), (ASK, 3));
    assert_eq!(pinned("bash", Effect::Read).says(r#"{"command":"make"}"#), (ASK, 3));
    let mapped =
        "[upstream.files]\ncommand=\"x\"\n[upstream.files.action]\nread_memo={action=\"exec\"}\n";
    let ruling = case(mapped).tool("read_memo").judge("{}");
    assert!(ruling.tier.get() == 3 && has(&ruling, "action.configured"));
}

#[test]
fn resources_and_listings() {
    let resource =
        |tool, listed| Case { method: Method::ResourcesRead, listed, ..case("").tool(tool) };
    assert_eq!(resource("file:///srv/a", true).says("{}"), (ALLOW, 0));
    let unlisted = resource("https://x.test/?q=1", false).judge("{}");
    assert!(unlisted.verdict == ASK && has(&unlisted, "resource.unlisted"));
    assert_eq!(resource("file:///home/u/.local/state/%63ountersign/x", true).says("{}").0, DENY);
    let deny_all = "[[rule]]\ntool=\"*\"\neffect=\"deny\"";
    assert_eq!(
        Case { method: Method::ToolsList, ..case(deny_all).tool("") }.says("{}"),
        (ALLOW, 0)
    );
    assert_eq!(
        Case { method: Method::PromptsGet, ..case("").tool("delete_all") }.says("{}"),
        (ALLOW, 0)
    );
}

#[test]
fn what_was_not_sent_is_not_judged() {
    let case = case("");
    let canonical = Canonical::read(br#"{"a":1}"#, &Limits::ARGUMENTS).unwrap();
    let other = parse(r#"{"a":2}"#, &Limits::ARGUMENTS).unwrap();
    let parts = CallParts {
        tenant: Tenant::default(),
        principal: Principal::new(Role::Agent, "a"),
        session: SessionId::new(),
        upstream: UpstreamId { name: "files".to_owned(), digest: Digest::ZERO },
        method: Method::ToolsCall,
        tool: "read_x".to_owned(),
        definition: Digest::ZERO,
        arguments: Some(canonical),
    };
    let call = Call::seal(parts, &StoreKey::new([1; 32]));
    let snapshot =
        Snapshot::build(&case.config, &StoredPolicy::default(), Protected::default(), 1).unwrap();
    let ruling = snapshot.judge(&Facts {
        call: &call,
        arguments: Some(&other),
        definition: None,
        environment: Environment::Dev,
        listed_resource: false,
        resources_read: false,
        given: &Given::default(),
    });
    assert!(
        ruling.verdict == DENY
            && has(&ruling, "identity.arguments")
            && has(&ruling, "tool.unknown")
    );
}

#[test]
fn a_raised_tier_is_the_tier_of_the_ruling() {
    let rule = "[[rule]]\npattern='\\bledger\\b'\neffect=\"ask\"\ntier=3\n[[rule]]\ntool=\"files__*\"\neffect=\"allow\"\n";
    assert_eq!(case(rule).says(r#"{"text":"the Ledger of May"}"#), (ASK, 3));
    assert_eq!(case(rule).says(r#"{"text":"ledgers"}"#), (ALLOW, 2));
    let deny = "[[rule]]\npattern='evil\\.test'\neffect=\"deny\"\n";
    let resource =
        |uri| Case { method: Method::ResourcesRead, listed: true, ..case(deny).tool(uri) };
    assert_eq!(resource("https://EVIL%2etest/a").says("{}").0, DENY);
    assert_eq!(resource("https://good.test/a").says("{}").0, ALLOW);
}
