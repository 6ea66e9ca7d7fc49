//! Questions to policy that are no calls: what would it say of this action on this resource?
//!
//! The answer is advice: nothing runs by it, and it is on record like every other decision. What the asker does not say the
//! server fills in; what he says of himself may make the answer milder than a call's would be, which is why calls are never
//! judged by it.

use crate::config::Stance;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{CorrelationId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Verdict;
use crate::gate::{InForce, remote};
use crate::journal::Journal;
use crate::policy::templates::{Template, template};
use crate::policy::{Checked, ScopeOf, flat_input};
use crate::store::{Store, StoreError};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Instant;

/// What policy is asked about.
#[derive(Debug, Clone, Default)]
pub struct Inquiry {
    /// The whole input as it came: `action`, `resource`, `context` and what else was written.
    pub input: Map<String, Value>,
    /// The package to ask; without one every active module in scope.
    pub package: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Inquirer {
    /// In which world.
    pub tenant: Tenant,
    /// Who.
    pub principal: Principal,
    /// In which session; `None` over a listener.
    pub session: Option<SessionId>,
    /// Whose modules are asked, where that is not the principal's own user: nobody proves it, and it is advice only.
    pub user: Option<String>,
}

/// What policy says.
#[derive(Debug, Clone, Serialize)]
pub struct Advice {
    /// Whether it may happen as it is.
    pub allowed: bool,
    /// `allow`, `ask` or `deny`.
    pub decision: Verdict,
    /// The package that was asked; `countersign` when all were.
    pub policy_package: String,
    /// Why not.
    pub deny_reasons: Vec<String>,
    /// Why a person would be asked.
    pub ask_reasons: Vec<String>,
    /// What it tells besides.
    pub warnings: Vec<String>,
    /// In one sentence, where there is more to say than reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Milliseconds that deciding took.
    pub duration_ms: f64,
    /// The row of the journal that tells of it, by its correlation.
    pub decision_id: CorrelationId,
    /// Set when something failed on the way: what then holds was decided, not what the policy says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub error: bool,
}

/// Asks, and writes the answer down.
///
/// # Errors
/// Those of the store: an answer that cannot be recorded is none.
pub async fn inquire(
    in_force: &InForce,
    journal: &Journal,
    who: &Inquirer,
    inquiry: Inquiry,
) -> Result<Advice, StoreError> {
    let begun = Instant::now();
    let store = journal.store();
    // What is masked from now on must be in no row of this question.
    journal.mask(&in_force.config.governance.mask);
    let decision_id = CorrelationId::new();
    let package = inquiry.package.clone();
    let given = filled(in_force, store, who, inquiry.input).await?;
    let input = flat_input(&Value::Object(given.clone()));
    let mut advice = advise(in_force, &input, package.as_deref(), who, decision_id);
    let governance = &in_force.config.governance;
    if let Some(remote) = governance.remote.as_ref().filter(|_| governance.enforcement) {
        let opinion = remote::ask(remote, &input).await;
        advice.error |= opinion.error.is_some();
        advice.decision = advice.decision.max(opinion.verdict(remote.on_error));
        advice.allowed = advice.decision == Verdict::Allow;
        if let Some(error) = opinion.error {
            advice.warnings.push(format!("remote: no decision (`{error}`)"));
        }
        let of = |text: String| format!("remote.{text}");
        advice.deny_reasons.extend(opinion.deny_reasons.into_iter().map(of));
        advice.ask_reasons.extend(opinion.ask_reasons.into_iter().map(of));
        advice.warnings.extend(opinion.warnings.into_iter().map(of));
    }
    advice.duration_ms = begun.elapsed().as_secs_f64() * 1e3;
    store.append(vec![row(in_force, journal, who, &given, &advice)]).await?;
    Ok(advice)
}

/// The input with what the asker left open and the server knows.
async fn filled(
    in_force: &InForce,
    store: &Arc<dyn Store>,
    who: &Inquirer,
    mut input: Map<String, Value>,
) -> Result<Map<String, Value>, StoreError> {
    let needs = in_force.needs();
    let said = |input: &Map<String, Value>, name: &str| {
        let there = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
        there(input.get(name)) || there(input.get("context").and_then(|c| c.get(name)))
    };
    input.insert("schema".to_owned(), json!(1));
    if !said(&input, "agent") {
        input.insert("agent".to_owned(), json!(who.principal.name));
    }
    if let Some(session) = who.session.filter(|_| !said(&input, "session_id")) {
        input.insert("session_id".to_owned(), json!(session));
    }
    if needs.clock && !said(&input, "now_ns") && !said(&input, "timestamp") {
        let now = store.now().await?;
        input.insert("now_ns".to_owned(), json!(now.0.saturating_mul(1_000_000)));
    }
    Ok(input)
}

/// The template that a package is of; it need not stand to be known.
fn of_template(package: &str) -> Option<&'static Template> {
    let (root, name) = package.split_once('.')?;
    ["countersign", "cmbagent"].contains(&root).then(|| template(name)).flatten()
}

fn advise(
    in_force: &InForce,
    input: &Value,
    package: Option<&str>,
    who: &Inquirer,
    decision_id: CorrelationId,
) -> Advice {
    let mut advice = Advice {
        allowed: true,
        decision: Verdict::Allow,
        policy_package: package.unwrap_or("countersign").to_owned(),
        deny_reasons: Vec::new(),
        ask_reasons: Vec::new(),
        warnings: Vec::new(),
        reason: None,
        duration_ms: 0.0,
        decision_id,
        error: false,
    };
    if !in_force.config.governance.enforcement {
        advice.reason = Some("Policy enforcement disabled".to_owned());
        return advice;
    }
    let scope = ScopeOf {
        session: who.session.map(|session| session.to_string()),
        user: who.user.clone().or_else(|| who.principal.name.split('/').next().map(str::to_owned)),
    };
    let checked = in_force.snapshot.check(input, package, &scope);
    let Checked { known, active, verdict, deny_reasons, ask_reasons, warnings, error, .. } =
        checked;
    let out_of_scope = package.is_some() && active && checked.evaluated.is_empty();
    if !known && package.and_then(of_template).is_some() {
        advice.reason =
            Some(format!("`{}` is not active, so it has no say", advice.policy_package));
        return advice;
    }
    if !known || out_of_scope {
        // A misspelt package, or one that judges others, must not look like a policy that agrees.
        let stance =
            if in_force.config.stance == Stance::Deny { Verdict::Deny } else { Verdict::Allow };
        advice.decision = stance;
        advice.allowed = stance == Verdict::Allow;
        advice.error = true;
        let package = &advice.policy_package;
        advice.reason = Some(if known {
            format!("`{package}` judges in another scope than this question's; the stance holds")
        } else {
            format!("there is no package `{package}`; the stance holds")
        });
        return advice;
    }
    // Where no module is active nobody objects.
    advice.decision = verdict.unwrap_or(Verdict::Allow);
    advice.allowed = advice.decision == Verdict::Allow;
    advice.deny_reasons = deny_reasons;
    advice.ask_reasons = ask_reasons;
    advice.warnings = warnings;
    advice.error = error.is_some();
    if let Some(error) = error {
        advice.reason = Some(format!(
            "a module failed (`{error}`); what its `on_error` says holds, and at least an ask where the question is too large"
        ));
    } else if !active {
        advice.reason =
            Some(format!("`{}` is not active, so it has no say", advice.policy_package));
    }
    advice
}

fn row(
    in_force: &InForce,
    journal: &Journal,
    who: &Inquirer,
    given: &Map<String, Value>,
    advice: &Advice,
) -> Draft {
    let text = Value::Object(given.clone()).to_string();
    let kept = Canonical::read(text.as_bytes(), &Limits::ARGUMENTS);
    let kept = kept.ok().map(|input| journal.kept_input(&input));
    // Of an input that nobody could read nothing is kept, nor what was said of it.
    let told = |sentence: &str| {
        kept.as_ref().map_or_else(|| "[masked]".to_owned(), |kept| kept.told(sentence))
    };
    let all = |sentences: &[String]| -> Vec<String> {
        sentences.iter().map(|sentence| told(sentence)).collect()
    };
    let mut body = json!({
        "decision_id": advice.decision_id,
        "policy_package": advice.policy_package,
        "action": given.get("action").and_then(Value::as_str).map(told),
        "deny_reasons": all(&advice.deny_reasons),
        "ask_reasons": all(&advice.ask_reasons),
        "warnings": all(&advice.warnings),
        "reason": advice.reason,
        "error": advice.error,
        "masked": kept.as_ref().map_or(&[][..], |kept| &kept.masked),
        "erased": kept.as_ref().map_or(&[String::new()][..], |kept| &kept.erased),
    })
    .to_string()
    .into_bytes();
    body.pop();
    body.extend_from_slice(br#","input":"#);
    body.extend_from_slice(kept.as_ref().map_or(b"null", |kept| &kept.bytes));
    body.push(b'}');
    Draft {
        correlation: Some(advice.decision_id),
        session: who.session,
        principal: Some(who.principal.clone()),
        verdict: Some(advice.decision.as_str().to_owned()),
        policy: Some(in_force.snapshot.policy().version),
        outcome: advice.error.then(|| "error".to_owned()),
        body,
        ..Draft::new(EntryType::PolicyChecked, &who.tenant)
    }
}
