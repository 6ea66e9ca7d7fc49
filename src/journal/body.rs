//! The erasable part of a row: arguments as they are kept, reasons, sizes; of a call all that judging it anew needs.
//!
//! A decision's body holds what policy was asked (name, environment, tier, effect, action, arguments, what was looked up)
//! and what each layer said, so that another policy can be asked the same later. What may not be kept is taken out
//! first (`guard.rs`). Of a tool's answer only size and digest are kept.

use crate::config::{Config, Environment};
use crate::domain::call::{Call, OWN};
use crate::domain::id::RunId;
use crate::domain::money::Reservation;
use crate::domain::outcome::Outcome;
use crate::domain::remembered::Remembered;
use crate::domain::ruling::{Layer, Reason, Ruling};
use crate::journal::Passed;
use crate::journal::guard::{Hidden, Kept, Masks, keep, name_without, without};
use crate::policy::SWITCHED_OFF;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the journal must know of the configuration to write a decision down.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    masks: Masks,
    /// What kind of world each server writes to, as the process was started with it.
    environments: BTreeMap<String, Environment>,
}

impl Recording {
    /// As the configuration says.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let environments =
            config.upstreams.iter().map(|(name, up)| (name.clone(), up.environment)).collect();
        Self { masks: Masks::of(&config.governance.mask), environments }
    }

    /// What is masked.
    pub(in crate::journal) fn masks(&self) -> &Masks {
        &self.masks
    }

    /// The same servers under the masks of now.
    pub(in crate::journal) fn masking(&self, masks: Masks) -> Self {
        Self { masks, environments: self.environments.clone() }
    }
}

/// The body of a row about a call, under no configuration: nothing but guarded values is taken out.
#[must_use]
pub fn call_body(call: &Call, ruling: &Ruling, passed: &Passed) -> Vec<u8> {
    recorded(call, ruling, passed, &Recording::default()).body
}

/// A body, and the texts that were taken out of it.
pub(in crate::journal) struct Recorded {
    pub body: Vec<u8>,
    pub hidden: Hidden,
}

/// The body of a row about a call.
#[must_use]
pub(in crate::journal) fn recorded(
    call: &Call,
    ruling: &Ruling,
    passed: &Passed,
    recording: &Recording,
) -> Recorded {
    let parts = call.parts();
    let own = parts.upstream.name == OWN;
    let kept = parts.arguments.as_ref().map(|arguments| match arguments.node() {
        Ok(node) => keep(&node, &recording.masks, own),
        // Bytes of the strict reader can be read again; were they not, none of them is kept.
        Err(_) => Kept { bytes: b"null".to_vec(), ..Kept::default() },
    });
    let kept = kept.unwrap_or_default();
    let mut facts = json!({
        "method": parts.method.as_str(),
        "call_digest": call.digest(),
        "identity": parts.upstream.digest,
        "definition": parts.definition,
        "effect": ruling.effect,
        "action": ruling.action,
        "reasons": reasons(&ruling.reasons, own, &kept.hidden),
    });
    let mut also = |name: &str, value: Value| {
        facts[name] = value;
    };
    if !own {
        let environment = recording.environments.get(&parts.upstream.name).copied();
        also("environment", environment.unwrap_or_default().as_str().into());
    }
    if !ruling.warnings.is_empty() {
        let told = |warning: &String| match warning.as_str() {
            // That modules did not judge is in every row, however much was taken out of its call.
            SWITCHED_OFF => warning.clone(),
            warning => without(warning, &kept.hidden),
        };
        let warnings: Vec<String> = ruling.warnings.iter().map(told).collect();
        also("warnings", json!(warnings));
    }
    if !ruling.modules.is_empty() {
        also("modules", json!(ruling.modules));
    }
    if let Some(given) = &ruling.given {
        also("given", json!(given));
    }
    if let Some(took) = ruling.took_us {
        also("took_us", took.into());
    }
    if let Some(trace) = trace_id(passed) {
        also("trace_id", trace.into());
    }
    if !passed.dropped.is_empty() {
        also("meta_dropped", json!(passed.dropped));
    }
    if !kept.masked.is_empty() {
        also("masked", json!(kept.masked));
    }
    if !kept.erased.is_empty() {
        also("erased", json!(kept.erased));
    }
    let mut out = facts.to_string().into_bytes();
    if !kept.bytes.is_empty() {
        out.pop();
        out.extend_from_slice(br#","arguments":"#);
        out.extend_from_slice(&kept.bytes);
        out.push(b'}');
    }
    Recorded { body: out, hidden: kept.hidden }
}

/// What the layers said. Kernel and rules quote nothing of a call; what others say is held against what was taken out, and
/// so is what was said of our own doing: of a change of policy its items are told.
fn reasons(reasons: &[Reason], own: bool, hidden: &Hidden) -> Value {
    if hidden.is_empty() {
        return json!(reasons);
    }
    let told: Vec<Reason> = reasons
        .iter()
        .map(|reason| match reason.layer {
            Layer::Kernel | Layer::Rules | Layer::Stance if !own => reason.clone(),
            // That something failed is told in words of ours.
            _ if reason.rule.ends_with(".error") => reason.clone(),
            _ => Reason {
                rule: name_without(&reason.rule, hidden),
                message: without(&reason.message, hidden),
                ..reason.clone()
            },
        })
        .collect();
    json!(told)
}

/// The trace that the client says the call belongs to: the second part of a `traceparent`.
fn trace_id(passed: &Passed) -> Option<String> {
    let (_, value) = passed.trace.iter().find(|(name, _)| *name == "traceparent")?;
    let node = value.node().ok()?;
    let id = node.as_str()?.split('-').nth(1)?;
    let is_id = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| id.to_ascii_lowercase())
}

/// The same body, which says of which step of which run it is.
pub(in crate::journal) fn of_step(mut body: Vec<u8>, of: Option<(RunId, u32)>) -> Vec<u8> {
    if let (Some((run, step)), Some(b'}')) = (of, body.last()) {
        body.pop();
        body.extend_from_slice(format!(r#","run":"{run}","step":{step}}}"#).as_bytes());
    }
    body
}

/// The same body, which says by which kept answer the call was answered.
pub(in crate::journal) fn of_kept(mut body: Vec<u8>, kept: &Remembered) -> Vec<u8> {
    if let Some(b'}') = body.last() {
        let told = json!({ "id": kept.id, "approval": kept.approval, "given_by": kept.given_by });
        body.pop();
        body.extend_from_slice(format!(r#","remembered":{told}}}"#).as_bytes());
    }
    body
}

/// The same body, which says what the call takes out of which budget.
pub(in crate::journal) fn spending(mut body: Vec<u8>, spends: &[Reservation]) -> Vec<u8> {
    if let (false, Some(b'}')) = (spends.is_empty(), body.last()) {
        let spends: Vec<_> = spends
            .iter()
            .map(|Reservation { purse, cost }| json!({ "budget": purse.budget, "cost_usd": cost.dollars() }))
            .collect();
        body.pop();
        body.extend_from_slice(format!(r#","spends":{}}}"#, json!(spends)).as_bytes());
    }
    body
}

/// The body of a `call.outcome` row.
pub(in crate::journal) fn outcome_body(outcome: &Outcome) -> Vec<u8> {
    let mut body = json!({
        "cause": outcome.cause,
        "bytes": outcome.size,
        "sha256": outcome.digest,
        "took_ms": outcome.took_ms,
    });
    if let Some(tokens) = outcome.tokens {
        body["tokens"] = tokens.into();
    }
    body.to_string().into_bytes()
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
