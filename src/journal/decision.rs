//! A decision in the form of OPA's decision log, so that what reads those logs reads ours.
//!
//! A pure function of the journal's row and of what the store keeps beside it: nothing is in the log that is not there, and
//! nothing leaves here that the journal does not keep. Values under guarded names are held to their digests once more. Where retention erased the body,
//! `input` is missing and says so in `erased`.

use crate::domain::digest::Digest;
use crate::domain::entry::EntryType;
use crate::domain::id::decision_id;
use crate::domain::json::{Limits, Node, parse};
use crate::domain::principal::Principal;
use crate::domain::ruling::{Evaluated, Given, Layer, Reason, Verdict};
use crate::domain::violation::{Grade, Label, Violation};
use crate::journal::guard::{guarded_places, guarded_still};
use crate::journal::violations::REMOTE_FAILED;
use crate::store::decisions::{Decided, Violated};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// One line of the log. The members before `governance` are OPA's own.
#[derive(Debug, Serialize)]
pub struct DecisionLog {
    labels: Labels,
    /// Stable: the same for the same row, always.
    pub decision_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    bundles: Value,
    /// `countersign/` and the module that decided, else its layer.
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Box<RawValue>>,
    result: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_by: Option<String>,
    timestamp: String,
    metrics: Map<String, Value>,
    erased: Vec<String>,
    masked: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
    governance: Governance,
}

#[derive(Debug, Serialize)]
struct Labels {
    id: String,
    version: &'static str,
    app: &'static str,
}

/// What OPA's log has no place for.
#[derive(Debug, Serialize)]
struct Governance {
    seq: u64,
    hash: Digest,
    #[serde(rename = "type")]
    kind: String,
    decision: Option<String>,
    layer: Option<Layer>,
    policy_name: Option<String>,
    action: Option<String>,
    resource: Option<String>,
    subject: Option<String>,
    decision_reason: Option<String>,
    policy_version: Option<u64>,
    matched_rules: Vec<String>,
    modules: Vec<Evaluated>,
    severity: Grade,
    tier: Option<u8>,
    outcome: Option<String>,
    duration_us: Option<u64>,
    label: Option<Label>,
    /// What policy objected to it, and what was done about that.
    violations: Vec<Objection>,
}

#[derive(Debug, Serialize)]
struct Objection {
    #[serde(flatten)]
    violation: Violation,
    notified: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta {
    correlation: Option<Uuid>,
    session: Option<String>,
    principal: Option<Principal>,
    upstream: Option<String>,
    tool: Option<String>,
    verdict: Option<String>,
    tier: Option<u8>,
    policy: Option<u64>,
    outcome: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body<'a> {
    method: Option<String>,
    effect: Option<String>,
    action: Option<String>,
    environment: Option<String>,
    reasons: Vec<Reason>,
    warnings: Vec<String>,
    modules: Vec<Evaluated>,
    given: Option<Given>,
    took_us: Option<u64>,
    trace_id: Option<String>,
    run: Option<String>,
    step: Option<u32>,
    erased: Vec<String>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    // Of a question that is no call: what was asked, and what was answered.
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    policy_package: Option<String>,
    deny_reasons: Vec<String>,
    ask_reasons: Vec<String>,
    reason: Option<String>,
    error: Option<bool>,
}

impl DecisionLog {
    /// The row as a line of the log, with what is kept beside it. `policy` is the digest of the policy of its version.
    #[must_use]
    pub fn of(decided: &Decided, policy: Option<&str>) -> Self {
        let Decided { entry: row, label, violations } = decided;
        let meta: Meta = row
            .meta
            .as_deref()
            .and_then(|meta| serde_json::from_str(meta).ok())
            .unwrap_or_default();
        let body: Option<Body<'_>> =
            row.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
        let kept = body.is_some();
        let body = body.unwrap_or_default();
        let verdict = meta.verdict.as_deref().and_then(Verdict::parse);
        let decider = body.reasons.iter().find(|r| r.verdict.is_some() && r.verdict == verdict);
        let path = match (&body.policy_package, decider) {
            (Some(package), _) => package.replace('.', "/"),
            (None, decider) => format!("countersign/{}", decided_by(decider)),
        };
        let (input, masked) = if kept { input(&meta, &body) } else { (None, Vec::new()) };
        let mut erased: Vec<String> = body.erased.iter().map(|at| format!("/input{at}")).collect();
        if !kept {
            erased.push("/input".to_owned());
        }
        let mut metrics = Map::new();
        if let Some(took) = body.took_us {
            let name = if body.modules.is_empty() {
                "timer_server_handler_ns"
            } else {
                "timer_rego_query_eval_ns"
            };
            metrics.insert(name.to_owned(), took.saturating_mul(1_000).into());
        }
        let is_check = row.kind == EntryType::PolicyChecked.as_str();
        let own = meta.correlation.filter(|_| is_check);
        let subject = meta.principal.as_ref().map(ToString::to_string);
        Self {
            labels: Labels {
                id: meta.session.clone().unwrap_or_else(|| "countersign".to_owned()),
                version: env!("CARGO_PKG_VERSION"),
                app: "countersign",
            },
            // Whoever asked was told an id; the log knows his question by it.
            decision_id: own.unwrap_or_else(|| decision_id(row.seq, &row.hash)),
            trace_id: body.trace_id.clone(),
            bundles: json!({ "main": { "revision": policy } }),
            path,
            input,
            result: result(&body, verdict),
            requested_by: subject.clone(),
            timestamp: row.ts.rfc3339(),
            metrics,
            erased,
            masked,
            error: error(&body),
            governance: Governance {
                seq: row.seq,
                hash: row.hash,
                kind: row.kind.clone(),
                decision: meta.verdict.clone(),
                layer: decider.map(|reason| reason.layer),
                policy_name: decider.map(|r| r.rule.clone()).or(body.policy_package.clone()),
                resource: resource(&meta),
                subject,
                decision_reason: decider.map(|r| r.message.clone()).or(body.reason.clone()),
                policy_version: meta.policy,
                matched_rules: body
                    .reasons
                    .iter()
                    .filter(|reason| reason.layer == Layer::Rules)
                    .map(|reason| reason.rule.clone())
                    .collect(),
                severity: severity(verdict, decider, meta.tier, &body),
                action: body.action,
                modules: body.modules,
                tier: meta.tier,
                outcome: meta.outcome,
                duration_us: body.took_us,
                label: *label,
                violations: violations.iter().map(objection).collect(),
            },
        }
    }
}

fn objection(violated: &Violated) -> Objection {
    Objection { violation: violated.violation.clone(), notified: violated.notified }
}

fn resource(meta: &Meta) -> Option<String> {
    Some(format!("{}__{}", meta.upstream.as_deref()?, meta.tool.as_deref()?))
}

/// The module that decided, else the layer.
fn decided_by(decider: Option<&Reason>) -> String {
    match decider {
        None => "kernel".to_owned(),
        Some(reason) if reason.layer == Layer::Rego => {
            reason.rule.split('.').next().unwrap_or_default().to_owned()
        }
        Some(reason) => match reason.layer {
            Layer::Kernel => "kernel",
            Layer::Rules | Layer::Rego => "rules",
            Layer::Remote => "remote",
            Layer::Stance => "stance",
        }
        .to_owned(),
    }
}

fn result(body: &Body<'_>, verdict: Option<Verdict>) -> Value {
    let told = |wanted: Verdict| -> Vec<&str> {
        let of = body.reasons.iter().filter(|reason| reason.verdict == Some(wanted));
        of.map(|reason| reason.message.as_str()).collect()
    };
    let mut denied = told(Verdict::Deny);
    denied.extend(body.deny_reasons.iter().map(String::as_str));
    let mut asked = told(Verdict::Ask);
    asked.extend(body.ask_reasons.iter().map(String::as_str));
    json!({
        "allow": verdict == Some(Verdict::Allow),
        "decision": verdict,
        "deny_reasons": denied,
        "ask_reasons": asked,
        "warnings": body.warnings,
    })
}

/// The failures of modules, in OPA's form of an error.
fn error(body: &Body<'_>) -> Option<Value> {
    let failed = body.modules.iter().find_map(|module| {
        let error = module.error.as_deref()?;
        Some(format!("module `{}` failed: {error}", module.module))
    });
    let remote = remote_failed(body);
    let checked = || body.error.unwrap_or(false).then(|| body.reason.clone().unwrap_or_default());
    let message = failed.or_else(|| remote.map(|r| r.message.clone())).or_else(checked)?;
    Some(json!({ "code": "evaluation_error", "message": message }))
}

/// That a policy server elsewhere gave no decision.
fn remote_failed<'b>(body: &'b Body<'_>) -> Option<&'b Reason> {
    body.reasons.iter().find(|r| r.layer == Layer::Remote && r.rule == REMOTE_FAILED)
}

fn severity(
    verdict: Option<Verdict>,
    decider: Option<&Reason>,
    tier: Option<u8>,
    body: &Body<'_>,
) -> Grade {
    let kernel = decider.is_some_and(|reason| reason.layer == Layer::Kernel);
    let failed =
        body.modules.iter().any(|module| module.error.is_some()) || remote_failed(body).is_some();
    match verdict {
        Some(Verdict::Deny) if kernel || tier >= Some(3) => Grade::Critical,
        Some(Verdict::Deny) | None => Grade::Warning,
        Some(Verdict::Allow | Verdict::Ask) if failed || !body.warnings.is_empty() => {
            Grade::Warning
        }
        Some(Verdict::Allow | Verdict::Ask) => Grade::Info,
    }
}

/// What policy was asked with, and where in it only a digest is left.
fn input(meta: &Meta, body: &Body<'_>) -> (Option<Box<RawValue>>, Vec<String>) {
    if let Some(asked) = body.input {
        return match parse(asked.get(), &Limits::LINE) {
            Ok(node) => (written(&node, ""), places(&node, "/input")),
            Err(_) => (None, Vec::new()),
        };
    }
    let agent = meta.principal.as_ref().map(|principal| principal.name.as_str());
    let mut input = json!({ "schema": 1 });
    let mut say = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            input[name] = value;
        }
    };
    say("action", body.action.as_deref().map(Value::from));
    say("tool", meta.tool.as_deref().map(Value::from));
    say("server", meta.upstream.as_deref().map(Value::from));
    say("agent", agent.map(Value::from));
    say("session_id", meta.session.as_deref().map(Value::from));
    say("run_id", body.run.as_deref().map(Value::from));
    say("step_id", body.step.map(Value::from));
    say("method", body.method.as_deref().map(Value::from));
    say("environment", body.environment.as_deref().map(Value::from));
    say("effect", body.effect.as_deref().map(Value::from));
    say("tier", meta.tier.map(Value::from));
    if let Some(given) = &body.given {
        say("now_ns", given.now.map(|now| now.0.saturating_mul(1_000_000).into()));
        say("recent_calls", given.recent_calls.zip(agent).map(|(n, agent)| json!({ agent: n })));
        say("timewindow_seconds", given.window_seconds.map(Value::from));
        let dollars = |micros: i64| crate::domain::money::Usd(micros).dollars();
        say("budget_remaining_usd", given.budget_micros.map(|left| dollars(left).into()));
        say("approval", given.approval.as_ref().map(|(id, by)| json!({"id": id, "approver": by})));
    }
    let text = input.to_string();
    let arguments = body.arguments.map(|raw| parse(raw.get(), &Limits::LINE));
    match arguments {
        Some(Ok(node)) => (written(&node, &text), places(&node, "/input/arguments")),
        Some(Err(_)) | None => (RawValue::from_string(text).ok(), Vec::new()),
    }
}

fn places(node: &Node<'_>, at: &str) -> Vec<String> {
    guarded_places(node).into_iter().map(|place| format!("{at}{place}")).collect()
}

/// A tree as text, digits as written; as the member `arguments` of `around`, if there is one.
fn written(node: &Node<'_>, around: &str) -> Option<Box<RawValue>> {
    let mut out = around.strip_suffix('}').unwrap_or(around).as_bytes().to_vec();
    if !around.is_empty() {
        out.extend_from_slice(br#","arguments":"#);
    }
    guarded_still(node, &mut out);
    if !around.is_empty() {
        out.push(b'}');
    }
    String::from_utf8(out).ok().and_then(|text| RawValue::from_string(text).ok())
}
