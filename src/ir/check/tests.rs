//! What is refused and with which code, in what order steps run, what rules may do: one test a promise.

use super::*;
use crate::config::{Environment, Plans, Provider};
use crate::domain::ruling::{Layer, Reason as Said, Verdict};
use serde_json::{Value, json};

/// The built-in vocabulary with `deploy.docker` and `odoo.v17` in `dev`.
pub(crate) fn vocabulary() -> Vocabulary {
    let dev = || Provider { environment: Environment::Dev, ..Provider::default() };
    let providers = ["deploy.docker", "odoo.v17", "dns.hetzner", "infra.terraform"];
    Vocabulary::of(&Plans {
        providers: providers.map(|name| (name.to_owned(), dev())).into(),
        ..Plans::default()
    })
}

pub(crate) fn checked(plan: &Value) -> Checked {
    text(&plan.to_string())
}

pub(crate) fn text(plan: &str) -> Checked {
    check_text(plan.as_bytes(), &vocabulary(), None, &Tenant::default(), Tier::WRITE)
}

pub(crate) fn plan(steps: Value) -> Value {
    json!({"tenant_id": "default", "request_id": "req_abc", "idempotency_key": "k", "steps": steps})
}

fn codes_of(plan: &Value) -> Vec<&'static str> {
    checked(plan).validation.violations.iter().map(|found| found.code).collect()
}

pub(crate) const PASS: Status = Status::Pass;
pub(crate) const ESCALATE: Status = Status::Escalate;

#[test]
fn what_is_not_in_the_vocabulary_is_refused() {
    let step = |action: Value, provider: Value| {
        codes_of(&plan(json!([{"action": action, "provider": provider}])))
    };
    let docker = || json!("deploy.docker");
    assert_eq!(step(json!("deploy.moon"), docker()), [codes::UNKNOWN_ACTION]);
    assert_eq!(step(json!("DEPLOY.WEBSITE"), docker()), [codes::UNKNOWN_ACTION]);
    assert_eq!(step(json!(7), docker()), [codes::INVALID_ACTION]);
    assert_eq!(step(json!("deploy.api"), json!("deploy.moon")), [codes::UNKNOWN_PROVIDER]);
    assert_eq!(step(json!("deploy.api"), json!(null)), [codes::INVALID_PROVIDER]);
    assert_eq!(
        step(json!("dns.update_records"), json!("infra.terraform")),
        [codes::FAMILY_MISMATCH]
    );
}

#[test]
fn fields_that_plans_do_not_have_are_refused_everywhere() {
    let mut odd = plan(json!([{"action": "deploy.api", "provider": "deploy.docker", "tier": 0}]));
    odd["approved"] = json!(true);
    let found = checked(&odd).validation;
    let mut at: Vec<_> = found.violations.iter().map(|v| (v.code, v.path.as_str())).collect();
    at.sort_unstable();
    assert_eq!(at, [(codes::UNKNOWN_FIELD, "/approved"), (codes::UNKNOWN_FIELD, "/steps/0/tier")]);
    assert_eq!(found.violations[1].step_index.or(found.violations[0].step_index), Some(0));
}

#[test]
fn every_step_needs_an_idempotency_key_of_its_own() {
    let step = |key: Option<&str>| {
        let mut step = json!({"action": "deploy.api", "provider": "deploy.docker"});
        if let Some(key) = key {
            step["idempotency_key"] = json!(key);
        }
        step
    };
    let without = |steps: Value| json!({"tenant_id": "default", "steps": steps});
    assert_eq!(codes_of(&without(json!([step(None)]))), [codes::MISSING_IDEMPOTENCY_KEY]);
    assert_eq!(codes_of(&plan(json!([step(Some(""))]))), [codes::MISSING_IDEMPOTENCY_KEY]);
    assert_eq!(codes_of(&plan(json!([step(Some(" \n"))]))), [codes::MISSING_IDEMPOTENCY_KEY]);
    let twice = json!([step(Some("a")), step(Some("a"))]);
    assert_eq!(codes_of(&plan(twice)), [codes::DUPLICATE_IDEMPOTENCY_KEY]);
    let derived = json!([step(Some("k:1")), step(None)]);
    assert_eq!(codes_of(&plan(derived)), [codes::DUPLICATE_IDEMPOTENCY_KEY]);
    let good = checked(&plan(json!([step(Some("a")), step(None)]))).plan.unwrap();
    let keys: Vec<_> = good.steps().iter().map(|step| step.idempotency_key.as_str()).collect();
    assert_eq!(keys, ["a", "k:1"]);
}

#[test]
fn what_other_programs_would_write_otherwise_is_refused() {
    let with = |params: &str| {
        let plan = format!(
            r#"{{"tenant_id":"default","steps":[{{"action":"deploy.api","provider":"deploy.docker","idempotency_key":"a","params":{params}}}]}}"#
        );
        let found = text(&plan).validation;
        found.violations.first().map(|v| (v.code, v.path.clone()))
    };
    let at = |code, path: &str| Some((code, format!("/steps/0/params{path}")));
    assert_eq!(with(r#"{"a":[1,{"b":1.0}]}"#), at(codes::FLOAT, "/a/1/b"));
    assert_eq!(with(r#"{"a":1e3}"#), at(codes::FLOAT, "/a"));
    assert_eq!(with(r#"{"a":-0}"#), at(codes::FLOAT, "/a"));
    assert_eq!(with(r#"{"a":"\u0000"}"#), at(codes::CONTROL_CHARACTER, "/a"));
    assert_eq!(with(r#"{"a/~\u001b":1}"#), at(codes::CONTROL_CHARACTER, "/a~1~0\u{1b}"));
    assert_eq!(with(r#"{"a":"line\nand\ttab","b":-1,"c":null}"#), None);
}

#[test]
fn what_cannot_be_read_is_refused_with_a_code() {
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    for (plan, code) in [
        ("", codes::NOT_JSON),
        ("{", codes::NOT_JSON),
        (r#"{"steps":[],"steps":[]}"#, codes::DUPLICATE_KEY),
        (deep.as_str(), codes::TOO_DEEP),
        (r#""\ud800""#, codes::LONE_SURROGATE),
        ("[]", codes::NOT_AN_OBJECT),
    ] {
        let found = text(plan);
        assert_eq!(found.validation.violations[0].code, code, "{plan}");
        assert_eq!(found.validation.status, Status::Reject);
        assert_eq!(found.validation.tier, Tier::GRAVE);
        assert!(found.plan.is_none());
    }
    let found = check_text(b"\xff", &vocabulary(), None, &Tenant::default(), Tier::WRITE);
    assert_eq!(found.validation.violations[0].code, codes::NOT_JSON);
    let large = " ".repeat(BYTES_MAX + 1);
    assert_eq!(text(&large).validation.violations[0].code, codes::TOO_LARGE);
}

#[test]
fn types_and_lengths_are_held() {
    let step = |key: &str, value: Value| {
        let mut step = json!({"action": "deploy.api", "provider": "deploy.docker"});
        step[key] = value;
        codes_of(&plan(json!([step])))
    };
    assert_eq!(step("budget_cents", json!(-1)), [codes::NEGATIVE_BUDGET]);
    assert_eq!(step("budget_cents", json!("5")), [codes::INVALID_BUDGET]);
    assert_eq!(step("budget_cents", json!(1.5)), [codes::FLOAT, codes::INVALID_BUDGET]);
    assert!(step("budget_cents", json!(0)).is_empty());
    assert_eq!(step("resource", json!("")), [codes::INVALID_LENGTH]);
    assert_eq!(step("resource", json!("x".repeat(501))), [codes::INVALID_LENGTH]);
    assert!(step("resource", json!("ü".repeat(500))).is_empty());
    assert_eq!(step("resource", json!(" a")), [codes::UNTRIMMED]);
    assert_eq!(step("resource", json!("a\nb")), [codes::CONTROL_CHARACTER]);
    assert_eq!(step("params", json!([])), [codes::NOT_AN_OBJECT]);
    assert_eq!(step("description", json!("x".repeat(1_001))), [codes::INVALID_LENGTH]);
    assert!(step("description", json!("two\nlines")).is_empty());
    assert!(step("resource", json!(null)).is_empty());
    let whole = |key: &str, value: Value| {
        let mut plan = plan(json!([{"action": "deploy.api", "provider": "deploy.docker"}]));
        plan[key] = value;
        codes_of(&plan)
    };
    assert_eq!(whole("tenant_id", json!("other")), [codes::FOREIGN_TENANT]);
    assert_eq!(whole("tenant_id", json!(null)), [codes::INVALID_FIELD]);
    assert_eq!(whole("labels", json!({"a": 1})), [codes::INVALID_FIELD]);
    assert_eq!(whole("intent_summary", json!("x".repeat(2_001))), [codes::INVALID_LENGTH]);
    assert_eq!(whole("steps", json!([])), [codes::NO_STEPS]);
    assert_eq!(whole("steps", json!({})), [codes::INVALID_FIELD]);
    assert_eq!(whole("steps", json!([7])), [codes::NOT_AN_OBJECT]);
    assert!(whole("created_at", json!("2026-01-01T00:00:00Z")).is_empty());
    let none = json!({"idempotency_key": "k"});
    assert_eq!(codes_of(&none), [codes::MISSING_FIELD, codes::MISSING_FIELD]);
    let many: Vec<Value> = (0..10_001).map(|_| json!({"action": "x"})).collect();
    let found = checked(&plan(json!(many))).validation;
    assert_eq!(found.violations.len(), 101);
    assert_eq!(found.violations[0].code, codes::TOO_MANY_STEPS);
    assert_eq!(found.violations[100].code, codes::MORE_VIOLATIONS);
}

#[test]
fn steps_run_as_written_but_for_what_they_wait_for() {
    let step = |id: Option<&str>, waits: Value| {
        let mut step = json!({"action": "deploy.api", "provider": "deploy.docker"});
        if let Some(id) = id {
            step["step_id"] = json!(id);
        }
        if !waits.is_null() {
            step["depends_on"] = waits;
        }
        step
    };
    let order = |steps: Value| checked(&plan(steps)).plan.unwrap().order().to_vec();
    let none = || Value::Null;
    assert_eq!(order(json!([step(None, none()), step(None, none())])), [0, 1]);
    let turned = json!([
        step(Some("a"), json!(["c", "idx:1"])),
        step(None, none()),
        step(Some("c"), json!([])),
        step(None, json!(["id:c", "1", "1"])),
    ]);
    assert_eq!(order(turned), [1, 2, 0, 3]);
    let unknown = plan(json!([step(Some("a"), json!(["b", 7]))]));
    assert_eq!(codes_of(&unknown), [codes::UNKNOWN_DEPENDENCY, codes::INVALID_FIELD]);
    let circle = plan(json!([
        step(Some("a"), json!(["b"])),
        step(Some("b"), json!(["c"])),
        step(Some("c"), json!(["b"])),
    ]));
    let found = checked(&circle).validation;
    assert_eq!(found.violations[0].code, codes::DEPENDENCY_CYCLE);
    assert!(found.violations[0].message.contains("`id:b`, `id:c`"), "{found:?}");
    assert!(!found.violations[0].message.contains("id:a"));
    assert_eq!(codes_of(&plan(json!([step(Some("a"), json!(["a"]))]))), [codes::DEPENDENCY_CYCLE]);
}

#[test]
fn ids_that_could_mean_two_steps_are_refused() {
    let step =
        |id: &str| json!({"action": "deploy.api", "provider": "deploy.docker", "step_id": id});
    let bare = json!({"action": "deploy.api", "provider": "deploy.docker"});
    assert_eq!(codes_of(&plan(json!([step("1"), bare]))), [codes::AMBIGUOUS_STEP_ID]);
    assert_eq!(codes_of(&plan(json!([step("idx:1"), bare]))), [codes::AMBIGUOUS_STEP_ID]);
    assert_eq!(codes_of(&plan(json!([step("a"), step("a")]))), [codes::DUPLICATE_STEP_ID]);
    assert!(codes_of(&plan(json!([step("0"), bare]))).is_empty());
}

/// Says the same of every step.
struct Says(Verdict);

impl StepJudge for Says {
    fn judge(&self, name: &str, _: &Node<'_>, _: Tier) -> Vec<Said> {
        assert_eq!(name, "ir:deploy.api");
        let rule = "mine".to_owned();
        vec![Said { layer: Layer::Rules, rule, message: "why".into(), verdict: Some(self.0) }]
    }
}

/// Fails.
struct Panics;

impl StepJudge for Panics {
    fn judge(&self, _: &str, _: &Node<'_>, _: Tier) -> Vec<Said> {
        std::panic::resume_unwind(Box::new("planted"))
    }
}

#[test]
fn rules_only_make_stricter_and_one_that_panics_refuses() {
    let with = |provider: &str, judge: &dyn StepJudge| {
        let plan = plan(json!([{"action": "deploy.api", "provider": provider}])).to_string();
        let tenant = Tenant::default();
        check_text(plan.as_bytes(), &vocabulary(), Some(judge), &tenant, Tier::WRITE).validation
    };
    assert_eq!(with("deploy.docker", &Says(Verdict::Allow)).status, PASS);
    assert_eq!(with("deploy.kubernetes", &Says(Verdict::Allow)).status, ESCALATE);
    let asked = with("deploy.docker", &Says(Verdict::Ask));
    assert_eq!((asked.status, asked.tier.get()), (ESCALATE, 1));
    assert_eq!(asked.steps[0].reasons[0].rule, "mine");
    assert_eq!(asked.high_risk_steps().next().unwrap().reason, "why");
    let denied = with("deploy.docker", &Says(Verdict::Deny));
    assert_eq!((denied.status, denied.violations[0].code), (Status::Reject, codes::RULE_DENIED));
    let failed = with("deploy.docker", &Panics);
    assert_eq!((failed.status, failed.violations[0].code), (Status::Reject, codes::CHECK_FAILED));
}

#[test]
fn every_code_is_documented_once() {
    let mut names: Vec<_> = codes::CODES.iter().map(|(code, _)| *code).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), codes::CODES.len());
}

#[test]
fn the_wire_uses_the_words_of_the_field() {
    let found = checked(&plan(json!([{"action": "odoo.update", "provider": "odoo"}])));
    let wire = serde_json::to_value(&found.validation).unwrap();
    let hash = found.validation.ir_hash.map(|hash| format!("sha256:{hash}"));
    assert_eq!(wire["status"], "ESCALATE");
    assert_eq!(wire["risk_tier"], 2);
    assert_eq!(wire["ir_hash"], json!(hash));
    assert_eq!(wire["steps"][0]["step_id"], "idx:0");
    assert_eq!(wire["steps"][0]["action"], "odoo.update_record");
    assert_eq!(wire["request_id"], "req_abc");
}
