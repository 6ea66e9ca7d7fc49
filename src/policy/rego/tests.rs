//! Modules on calls and on questions: what they say, for whom, and what their failures come to.

use crate::config::{Config, parse as configuration};
use crate::domain::call::{Call, CallParts, Method, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::{ApprovalId, RunId, SessionId};
use crate::domain::json::{Canonical, Limits, parse};
use crate::domain::pin::PinState;
use crate::domain::policy::{ModuleStatus, OnError, Scope, StoredModule, StoredPolicy};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::ruling::{Effect, Given, Ruling, Verdict};
use crate::domain::time::Millis;
use crate::policy::rego::{FIELDS, ScopeOf, flat_input};
use crate::policy::templates::{TEMPLATES, template};
use crate::policy::{DefinitionFacts, Facts, Needs, Protected, Snapshot};
use serde_json::json;
use std::collections::BTreeSet;
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
pub(crate) fn says(name: &str, decision: &str) -> StoredModule {
    stored(name, &format!("package countersign.{name}\n\ndecision := {decision}\n"))
}

pub(crate) fn shipped(name: &str) -> StoredModule {
    stored(name, template(name).unwrap().text)
}

pub(crate) fn policy(config: &str, modules: Vec<StoredModule>) -> Snapshot {
    let config: Config = configuration(config, Path::new("t.toml")).unwrap();
    built(&config, modules).unwrap()
}

fn built(config: &Config, modules: Vec<StoredModule>) -> Result<Snapshot, String> {
    let stored = StoredPolicy { modules, ..StoredPolicy::default() };
    Snapshot::build(config, &stored, Protected::default(), 3).map_err(|e| e.to_string())
}

pub(crate) fn judge(policy: &Snapshot, tool: &str, arguments: &str, given: &Given) -> Ruling {
    about(tool, arguments, given, |facts| policy.judge(facts))
}

pub(crate) fn about<T>(
    tool: &str,
    arguments: &str,
    given: &Given,
    look: impl FnOnce(&Facts<'_>) -> T,
) -> T {
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
    look(&Facts {
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

pub(crate) fn rules(ruling: &Ruling) -> Vec<&str> {
    ruling.reasons.iter().map(|reason| reason.rule.as_str()).collect()
}

pub(crate) const FILES: &str = "[upstream.files]\ncommand='x'\n[upstream.files.action]\nread_doc={action='file_read', path='/where'}\nask_model={action='llm_call', model='/m'}\n";

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
fn every_template_compiles_for_the_machine() {
    for one in TEMPLATES {
        let tried = crate::policy::module::compile_once(one.name, one.text, &json!({})).unwrap();
        assert_eq!(tried.slow(), None, "{}", one.name);
    }
}

#[test]
fn the_templates_judge_calls() {
    let policy = policy(FILES, TEMPLATES.iter().map(|one| shipped(one.name)).collect());
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
    assert_eq!(model.modules.len(), TEMPLATES.len());
    assert!(model.given.is_some());
}

#[test]
fn a_question_asks_one_package_or_all_in_scope() {
    let mut own = says("own", r#"{"allow": false, "deny_reasons": {"mine"}}"#);
    (own.scope, own.scope_id) = (Scope::User, Some("uma".to_owned()));
    let mut idle = says("idle", r#"{"allow": false, "deny_reasons": {"idle"}}"#);
    idle.status = ModuleStatus::Inactive;
    let policy = policy("", vec![shipped("cost_control"), own, idle]);
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
pub(crate) fn sees(field: &str) -> StoredModule {
    let text = format!(
        "package countersign.m\n\nwarnings contains sprintf(\"%v\", [{field}])\n\n\
         decision := {{\"allow\": true, \"deny_reasons\": set(), \"warnings\": warnings}}\n"
    );
    stored("m", &text)
}

#[test]
fn a_call_raises_what_its_server_says_and_never_lowers_it() {
    let classes = |server: &str, claim: &str| {
        let config = format!("[upstream.files]\ncommand='x'\n{server}\n");
        let policy =
            policy(&config, vec![sees("object.get(input, \"data_classification\", \"-\")")]);
        let told = judge(&policy, "read_doc", claim, &Given::default()).warnings;
        told.iter().map(|told| told[3..].to_owned()).collect::<Vec<_>>()
    };
    let claim = |class: &str| format!(r#"{{"data_classification":"{class}","kind":"{class}"}}"#);
    assert_eq!(classes("", "{}"), ["-"]);
    assert_eq!(classes("", &claim("phi")), ["-", "phi"]);
    assert_eq!(classes("classification='public'", "{}"), ["public"]);
    assert_eq!(classes("classification='public'", &claim("PII")), ["PII", "public"]);
    assert_eq!(classes("classification='phi'", &claim("public")), ["phi", "public"]);
    assert_eq!(classes("classification='phi'", &claim("phi")), ["phi"]);
    // Where the configuration points to it, the call's word is the one that counts.
    let pointed = "[upstream.files.action]\nread_doc={action='file_read', classification='/kind'}";
    assert_eq!(classes(pointed, &claim("public")), ["public"]);
    assert_eq!(classes(pointed, r#"{"data_classification":"public"}"#), ["-", "public"]);
    let both = format!("classification='phi'\n{pointed}");
    assert_eq!(classes(&both, &claim("public")), ["phi", "public"]);
}

#[test]
fn compliance_takes_the_graver_word_by_its_own_list() {
    let verdict = |classes: &str, server: &str, claim: &str| {
        let config = format!(
            "[upstream.files]\ncommand='x'\n{server}\n[upstream.files.action]\n\
             read_doc={{action='external_api_call'}}\n[policy.config.compliance]\n{classes}\n"
        );
        let arguments = match claim {
            "" => json!({"url": "https://a.test"}),
            claim => json!({"url": "https://a.test", "data_classification": claim}),
        };
        let policy = policy(&config, vec![shipped("compliance")]);
        judge(&policy, "read_doc", &arguments.to_string(), &Given::default()).verdict
    };
    let own = "classes=['secret']";
    for (classes, server, claim, denies) in [
        ("", "", "", false),
        ("", "", "phi", true),
        ("", "", "public", false),
        ("", "classification='phi'", "public", true),
        ("", "classification='public'", "PHI", true),
        ("", "classification='public'", "internal", false),
        // Of two words that both are regulated somewhere, the one of the own list counts, whoever says it.
        (own, "classification='restricted'", "", false),
        (own, "classification='restricted'", "secret", true),
        (own, "classification='restricted'", "phi", false),
        (own, "classification='secret'", "restricted", true),
    ] {
        let wanted = if denies { Verdict::Deny } else { Verdict::Allow };
        assert_eq!(verdict(classes, server, claim), wanted, "{classes} {server} {claim}");
    }
}

#[test]
fn the_list_of_what_modules_may_read_is_what_they_are_told() {
    let config = "[policy]\nproject='apollo'\n[upstream.files]\ncommand='x'\nclassification='phi'\n\
                  [upstream.files.cost]\nread_doc=1.5\n";
    let given = Given {
        now: Some(Millis(1)),
        recent_calls: Some(1),
        window_seconds: Some(60),
        budget_micros: Some(1),
        approval: Some((ApprovalId::new(), "admin:ada".to_owned())),
        run: Some((RunId::new(), 0)),
    };
    let arguments = json!({
        "path": "/a", "url": "https://a.test/x", "model": "m", "priority": "low", "region": "eu", "size": 1,
    });
    let policy = policy(config, Vec::new());
    let inputs = about("read_doc", &arguments.to_string(), &given, |facts| {
        let ruling = policy.judge(facts);
        policy.inputs(facts, &ruling).inputs
    });
    let input = inputs.inputs[0].as_object().unwrap();
    let resource = input["resource"].as_object().unwrap().keys();
    let told: BTreeSet<String> =
        input.keys().cloned().chain(resource.map(|name| format!("resource.{name}"))).collect();
    let listed: BTreeSet<String> = FIELDS.iter().map(|field| field.name.to_owned()).collect();
    assert_eq!((inputs.inputs.len(), told), (1, listed));
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
    let many: Vec<String> = (0..300).map(|i| format!("/a/{i}")).collect();
    let arguments = json!({ "paths": many }).to_string();
    let mut module = says("m", r#"{"allow": true, "deny_reasons": []}"#);
    module.on_error = OnError::Deny;
    let denied = judge(&policy("", vec![module]), "read_doc", &arguments, &Given::default());
    assert_eq!(denied.modules[0].error.as_deref(), Some("too_large"));
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
