//! Learns proposals from history: what was refused or labelled unsafe, what was always approved.
//!
//! It counts, and nothing else: no model is asked, the same history gives the same proposals, and each comes with the
//! numbers a person needs to doubt it, taken on a part of the history that was held back. What it finds is proposed and
//! never applied; it can add denials, raise tiers and, apart from those, name patterns that would have saved questions.
//! It never lowers a tier, never allows what can run anything, and nothing beyond tier 2.

mod patterns;
mod raises;
mod telemetry;
mod terms;
#[cfg(test)]
mod tests;

pub use crate::policy::learn::patterns::{Asked, patterns};
pub(crate) use crate::policy::learn::patterns::{CONTENT, is_literal, simple};
pub use crate::policy::learn::raises::raises;
pub use crate::policy::learn::telemetry::{Telemetry, TelemetryError, telemetry};
pub use crate::policy::learn::terms::terms;

use crate::domain::policy::RuleSpec;
use crate::domain::violation::Label;
use serde::Serialize;

/// What made a change that was counted here, as its `meta` says under `model_version`.
pub const MODEL_VERSION: &str = "counted-rates-1";

/// One call of the past.
#[derive(Debug, Clone)]
pub struct Sample {
    /// `server__tool`, or the tool as a telemetry names it.
    pub tool: String,
    /// Every text of its arguments, one after the other.
    pub text: String,
    /// What is said of it. Where that is unknown, it teaches nothing.
    pub label: Label,
}

/// One proposal with what speaks for it.
#[derive(Debug, Clone, Serialize)]
pub struct Learned {
    /// The rule.
    pub rule: RuleSpec,
    /// Calls that it would have met, of those that it was learned from.
    pub support: usize,
    /// The share of them that were met rightly; `None` where a single one met wrongly would have kept it from being
    /// proposed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// How it did on the calls that were held back.
    pub held_back: HeldBack,
}

/// How a proposal did on calls that it was not learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    /// Calls that it could have met.
    pub calls: usize,
    /// Those that it met.
    pub met: usize,
    /// Those of them that it met wrongly; `None` as for the precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_positives: Option<usize>,
}

/// Every fifth call is held back, by its place: the same history is always cut in the same way.
const HELD_BACK: usize = 5;

/// Cuts a history into what is learned from and what is held back.
fn cut<'a, T>(all: &[&'a T]) -> (Vec<&'a T>, Vec<&'a T>) {
    let mut learned = Vec::new();
    let mut held = Vec::new();
    for (at, one) in all.iter().copied().enumerate() {
        if at % HELD_BACK == HELD_BACK - 1 { held.push(one) } else { learned.push(one) }
    }
    (learned, held)
}

/// Calls that something is known of.
fn labelled(history: &[Sample]) -> Vec<&Sample> {
    history.iter().filter(|sample| sample.label != Label::Unknown).collect()
}

/// `part` of `whole`.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    #[allow(clippy::cast_precision_loss, reason = "counts of a history are far below 2^52")]
    let share = part as f64 / whole as f64;
    share
}

/// A rule with nothing in it but its effect.
fn bare(effect: crate::domain::ruling::Verdict) -> RuleSpec {
    RuleSpec {
        tool: None,
        pattern: None,
        when: None,
        effect,
        score: None,
        name: None,
        reason: None,
        allow_tier: None,
        tier: None,
        matches: Vec::new(),
        not_match: Vec::new(),
    }
}
