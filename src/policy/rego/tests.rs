//! Modules on calls and on questions: what they say, for whom, and what their failures come to.

use crate::config::{Config, parse as configuration};
use crate::domain::call::{Call, CallParts, Method, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::json::{Canonical, Limits, parse};
use crate::domain::pin::PinState;
use crate::domain::policy::{ModuleStatus, OnError, Scope, StoredModule, StoredPolicy};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::ruling::{Effect, Given, Ruling, Verdict};
use crate::domain::time::Millis;
use crate::policy::rego::samples::SAMPLES;
use crate::policy::rego::{ScopeOf, flat_input};
use crate::policy::{DefinitionFacts, Facts, Needs, Protected, Snapshot};
use serde_json::json;
use std::path::Path;

pub(crate) fn stored(name: &str, text: &str) -> StoredModule {
    StoredModule {
        name: name.to_owned(),
        text: text.to_owned(),
        description: String::new(),
        status: ModuleStatus::Active,
        scope: Scope::Global,
        scope_id: None,
        on_error: OnError::Allow,
        changed_by: Principal::new(Role::Admin, "ada"),
        at: Millis(0),
        revision: 1,
    }
}

/// The decision of a module of this name, always.
fn says(name: &str, decision: &str) -> StoredModule {
    stored(name, &format!("package countersign.{name}\n\ndecision := {decision}\n"))
}

fn sample(name: &str) -> StoredModule {
    let (_, text) = SAMPLES.iter().find(|(known, _)| *known == name).unwrap();
    stored(name, text)
}

fn policy(config: &str, modules: Vec<StoredModule>) -> Snapshot {
    let config: Config = configuration(config, Path::new("t.toml")).unwrap();
    built(&config, modules).unwrap()
}

fn built(config: &Config, modules: Vec<StoredModule>) -> Result<Snapshot, String> {
    let stored = StoredPolicy { modules, ..StoredPolicy::default() };
    Snapshot::build(config, &stored, Protected::default(), 3).map_err(|e| e.to_string())
}

fn judge(policy: &Snapshot, tool: &str, arguments: &str, given: &Given) -> Ruling {
    let canonical = Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap();
    let arguments = canonical.node().unwrap();
    let definition = format!(r#"{{"name":"{tool}","inputSchema":{{"type":"object"}}}}"#);
    let definition = parse(&definition, &Limits::LINE).unwrap();
    let call = Call::seal(
        CallParts {
            tenant: Tenant::default(),
            principal: Principal::new(Role::Agent, "uma/test"),
            session: SessionId::new(),
            upstream: UpstreamId { name: "files".to_owned(), digest: Digest::ZERO },
            method: Method::ToolsCall,
            tool: tool.to_owned(),
            definition: Digest::ZERO,
            arguments: Some(canonical.clone()),
        },
        &StoreKey::new([1; 32]),
    );
    policy.judge(&Facts {
        call: &call,
        arguments: Some(&arguments),
        definition: Some(DefinitionFacts {
            tool: &definition,
            state: PinState::Accepted,
            effect: Some(Effect::Read),
        }),
        environment: crate::config::Environment::Production,
        listed_resource: false,
        resources_read: false,
        given,
    })
}

fn rules(ruling: &Ruling) -> Vec<&str> {
    ruling.reasons.iter().map(|reason| reason.rule.as_str()).collect()
}

const FILES: &str = "[upstream.files]\ncommand='x'\n[upstream.files.action]\nread_doc={action='file_read', path='/where'}\nask_model={action='llm_call', model='/m'}\n";

#[test]
fn a_module_denies_asks_and_warns_and_lifts_nothing() {
    let none = Given::default();
    let on = |module| judge(&policy(FILES, vec![module]), "read_doc", r#"{"where":"/a"}"#, &none);
    assert_eq!(on(says("m", r#"{"allow": true, "deny_reasons": []}"#)).verdict, Verdict::Allow);
    let deny = on(says("m", r#"{"allow": true, "deny_reasons": {"too_big", "Why? Because!"}}"#));
    assert_eq!(deny.verdict, Verdict::Deny);
    assert!(rules(&deny).contains(&"m.too_big") && rules(&deny).contains(&"m.denied"));
    let ask = on(says(
        "m",
        r#"{"allow": true, "deny_reasons": [], "ask_reasons": {"look"}, "warnings": {"hm"}}"#,
    ));
    assert_eq!((ask.verdict, ask.warnings.as_slice()), (Verdict::Ask, &["m: hm".to_owned()][..]));
    let no = on(says("m", r#"{"allow": false, "deny_reasons": []}"#));
    assert!(no.verdict == Verdict::Deny && rules(&no).contains(&"m.denied"));
    let stance = format!("{FILES}\n[[rule]]\ntool='*'\neffect='deny'");
    let yes = says("m", r#"{"allow": true, "deny_reasons": []}"#);
    assert_eq!(judge(&policy(&stance, vec![yes]), "read_doc", "{}", &none).verdict, Verdict::Deny);
}

#[test]
fn a_failure_is_what_on_error_says_and_is_on_record() {
    for (decision, word) in [
        (r#"{"allow": input.nothing, "deny_reasons": []}"#, "undefined"),
        (r#"{"allow": "yes", "deny_reasons": []}"#, "type"),
        (r#"{"allow": count(1) > 0, "deny_reasons": []}"#, "undefined"),
    ] {
        let none = Given::default();
        let mut module = says("m", decision);
        let passed = judge(&policy(FILES, vec![module.clone()]), "read_doc", "{}", &none);
        assert_eq!((passed.verdict, passed.warnings.len()), (Verdict::Allow, 1), "{decision}");
        assert_eq!(passed.modules[0].error.as_deref(), Some(word), "{decision}");
        module.on_error = OnError::Deny;
        let denied = judge(&policy(FILES, vec![module]), "read_doc", "{}", &none);
        assert_eq!((denied.verdict, denied.modules[0].verdict), (Verdict::Deny, Verdict::Deny));
        assert!(rules(&denied).contains(&"m.error"), "{:?}", denied.reasons);
    }
}

#[test]
fn every_sample_compiles_for_the_machine() {
    for (name, text) in SAMPLES {
        let tried = crate::policy::module::compile_once(name, text, &json!({})).unwrap();
        assert_eq!(tried.slow(), None, "{name}");
    }
}

#[test]
fn the_samples_judge_calls() {
    let policy = policy(FILES, SAMPLES.iter().map(|(name, _)| sample(name)).collect());
    assert_eq!(policy.needs(), Needs { clock: true, recent_calls: true, budget: true });
    let none = Given::default();
    let secret = judge(&policy, "read_doc", r#"{"where":"/app/.env"}"#, &none);
    assert!(rules(&secret).contains(&"data_privacy.sensitive_file_access"), "{secret:?}");
    let among = judge(&policy, "read_doc", r#"{"where":["/a","/b","/tls/x.key"]}"#, &none);
    assert!(rules(&among).contains(&"data_privacy.sensitive_file_access"), "{among:?}");
    assert_eq!(judge(&policy, "read_doc", r#"{"where":"/app/a"}"#, &none).verdict, Verdict::Allow);
    let given = Given {
        now: Some(Millis(1_768_359_600_000)),
        recent_calls: Some(101),
        window_seconds: Some(60),
        budget_micros: Some(-1),
        approval: Some((ApprovalId::new(), "admin:ada".to_owned())),
        run: None,
    };
    let model = judge(&policy, "ask_model", r#"{"m":"gpt-4","priority":"low"}"#, &given);
    let found = rules(&model);
    for rule in [
        "cost_control.expensive_model_for_low_priority",
        "rate_limiting.rate_limit_exceeded",
        "time_restrictions.outside_business_hours",
    ] {
        assert!(found.contains(&rule), "{rule}: {found:?}");
    }
    assert_eq!(model.modules.len(), SAMPLES.len());
    assert!(model.given.is_some());
}

#[test]
fn a_question_asks_one_package_or_all_in_scope() {
    let mut own = says("own", r#"{"allow": false, "deny_reasons": {"mine"}}"#);
    (own.scope, own.scope_id) = (Scope::User, Some("uma".to_owned()));
    let mut idle = says("idle", r#"{"allow": false, "deny_reasons": {"idle"}}"#);
    idle.status = ModuleStatus::Inactive;
    let policy = policy("", vec![sample("cost_control"), own, idle]);
    let over = flat_input(
        &json!({"action": "llm_call", "estimated_cost_usd": 0.5, "budget": {"remaining_usd": 0.1}}),
    );
    let nobody = ScopeOf::default();
    let uma = ScopeOf { user: Some("uma".to_owned()), session: None };
    for package in ["countersign.cost_control", "cmbagent.cost_control"] {
        let one = policy.check(&over, Some(package), &uma);
        assert_eq!(
            (one.verdict, one.deny_reasons.as_slice()),
            (Some(Verdict::Deny), &["budget_exceeded".to_owned()][..])
        );
        assert!(one.known && one.active);
    }
    assert_eq!(policy.check(&over, None, &nobody).deny_reasons, ["budget_exceeded"]);
    assert_eq!(policy.check(&over, None, &uma).deny_reasons, ["budget_exceeded", "mine"]);
    let unknown = policy.check(&over, Some("countersign.nothing"), &uma);
    assert_eq!((unknown.known, unknown.active, unknown.verdict), (false, false, None));
    let idle = policy.check(&over, Some("countersign.idle"), &uma);
    assert_eq!((idle.known, idle.active, idle.verdict), (true, false, None));
    assert_eq!(policy.packages().len(), 3);
    let huge = json!({"action": "x".repeat(300_000)});
    let failed = policy.check(&huge, None, &nobody);
    assert_eq!(failed.error.as_deref(), Some("cost_control: limit"));
}

/// Says what it sees of one field.
fn sees(field: &str) -> StoredModule {
    let text = format!(
        "package countersign.m\n\nwarnings contains sprintf(\"%v\", [{field}])\n\n\
         decision := {{\"allow\": true, \"deny_reasons\": set(), \"warnings\": warnings}}\n"
    );
    stored("m", &text)
}

#[test]
fn a_call_raises_what_its_server_says_and_never_lowers_it() {
    let class = |server: &str, claim: &str| {
        let config = format!("[upstream.files]\ncommand='x'\n{server}\n");
        let policy = policy(&config, vec![sees("input.data_classification")]);
        judge(&policy, "read_doc", claim, &Given::default()).warnings.first().cloned()
    };
    let told = |text: &str| Some(format!("m: {text}"));
    let claim = |class: &str| format!(r#"{{"data_classification":"{class}"}}"#);
    assert_eq!(class("", "{}"), None);
    assert_eq!(class("", &claim("phi")), told("phi"));
    assert_eq!(class("classification='public'", &claim("PII")), told("PII"));
    assert_eq!(class("classification='phi'", &claim("public")), told("phi"));
    assert_eq!(class("classification='Phi'", &claim("pii")), told("Phi"));
    assert_eq!(class("classification='internal'", &claim("public")), told("internal"));
}

#[test]
fn large_arguments_are_told_by_size_and_both_ends() {
    let path = format!("/a/{}/x.pem", "b".repeat(9_000));
    let arguments = format!(r#"{{"path":"{path}","content":"{}"}}"#, "c".repeat(100_000));
    let ruling =
        |module| judge(&policy("", vec![module]), "read_doc", &arguments, &Given::default());
    let size = ruling(sees("input.args_bytes"));
    assert!(size.warnings.contains(&format!("m: {}", arguments.len())), "{:?}", size.warnings);
    let seen = ruling(sees(
        "[count(input.resource.path) < 5000, endswith(input.resource.path, \".pem\"), startswith(input.resource.path, \"/a/\")]",
    ));
    assert!(seen.warnings.contains(&"m: [true, true, true]".to_owned()), "{:?}", seen.warnings);
    assert!(seen.warnings.iter().any(|warning| warning.contains("`path`")), "{:?}", seen.warnings);
    let whole = ruling(sees("input"));
    assert!(!format!("{:?}", whole.warnings).contains("ccccc"), "arguments are not copied");
    let many: Vec<String> = (0..40).map(|i| format!("/a/{i}")).collect();
    let arguments = json!({ "paths": many }).to_string();
    let mut module = says("m", r#"{"allow": true, "deny_reasons": []}"#);
    module.on_error = OnError::Deny;
    let denied = judge(&policy("", vec![module]), "read_doc", &arguments, &Given::default());
    assert_eq!(denied.modules[0].error.as_deref(), Some("limit"));
    assert_eq!(denied.verdict, Verdict::Deny);
}

#[test]
fn each_scope_judges_its_own_and_nobody_elses() {
    let verdict = |config: &str, scope: Scope, id: Option<&str>| {
        let mut module = says("m", r#"{"allow": false, "deny_reasons": {"no"}}"#);
        (module.scope, module.scope_id) = (scope, id.map(str::to_owned));
        judge(&policy(config, vec![module]), "read_doc", "{}", &Given::default()).verdict
    };
    let project = "[policy]\nproject='apollo'\n";
    for (config, scope, id, judges) in [
        ("", Scope::Global, None, true),
        ("", Scope::User, Some("uma"), true),
        ("", Scope::User, Some("um"), false),
        ("", Scope::User, Some("uma/test"), false),
        (project, Scope::Project, Some("apollo"), true),
        (project, Scope::Project, Some("gemini"), false),
        ("", Scope::Project, Some("apollo"), false),
        ("", Scope::Session, Some("0192f0c1-2345-7abc-8def-0123456789ab"), false),
        ("", Scope::Session, None, true),
    ] {
        let wanted = if judges { Verdict::Deny } else { Verdict::Allow };
        assert_eq!(verdict(config, scope, id), wanted, "{scope:?} {id:?} {config}");
    }
}

#[test]
fn what_does_not_judge_is_not_asked_and_needs_nothing() {
    let no = || says("m", r#"{"allow": false, "deny_reasons": {input.now_ns}}"#);
    for status in [ModuleStatus::Inactive, ModuleStatus::Draft] {
        let module = StoredModule { status, ..no() };
        let policy = policy("", vec![module]);
        assert_eq!(policy.needs(), Needs::default());
        assert_eq!(judge(&policy, "read_doc", "{}", &Given::default()).verdict, Verdict::Allow);
    }
    let off = policy("[policy]\nenforcement=false\n", vec![no()]);
    assert_eq!((off.needs(), off.packages().len()), (Needs::default(), 1));
    assert_eq!(judge(&off, "read_doc", "{}", &Given::default()).verdict, Verdict::Allow);
    // A draft need not even be whole; what judges must be, and its name is in the refusal.
    let draft = StoredModule { status: ModuleStatus::Draft, ..stored("m", "no Rego") };
    assert!(built(&Config::default(), vec![draft]).is_ok());
    let error = built(&Config::default(), vec![stored("m", "no Rego")]).unwrap_err();
    assert!(error.contains("m.rego:1:"), "{error}");
    let error = built(
        &Config::default(),
        vec![stored("m", &no().text.replace("input.now_ns", "rand.intn(\"a\", 3)"))],
    );
    assert!(error.unwrap_err().contains("rand.intn"));
}

#[test]
fn what_a_call_costs_is_told_and_an_unreadable_amount_is_the_largest() {
    let config = "[upstream.files]\ncommand='x'\n[upstream.files.cost]\nread_doc=0.25\nask_model={pointer='/max'}\n";
    let told = |tool: &str, arguments: &str| {
        let policy = policy(config, vec![sees("input.estimated_cost_usd")]);
        judge(&policy, tool, arguments, &Given::default()).warnings.first().cloned()
    };
    assert_eq!(told("read_doc", "{}").as_deref(), Some("m: 0.25"));
    assert_eq!(told("ask_model", r#"{"max":2}"#).as_deref(), Some("m: 2"));
    assert_eq!(told("ask_model", r#"{"max":"2"}"#).as_deref(), Some("m: 1000000000"));
    assert_eq!(told("ask_model", r#"{"max":-1}"#).as_deref(), Some("m: 1000000000"));
    assert_eq!(told("read_other", "{}"), None);
}
