//! What a check says of a plan, in the words of the wire.

use crate::domain::digest::Digest;
use crate::domain::ruling::Tier;
use crate::ir::show_hash;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// What a plan may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It may run.
    Pass,
    /// It needs a yes.
    Escalate,
    /// It never runs as it is.
    Reject,
}

impl Status {
    /// Its word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Escalate => "ESCALATE",
            Self::Reject => "REJECT",
        }
    }
}

/// How much a violation weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// The plan is refused.
    Error,
    /// Somebody should know.
    Warning,
}

/// One thing that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The step, from 0; `None` is about the whole plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_index: Option<usize>,
    /// One of [`crate::ir::CODES`].
    pub code: &'static str,
    /// JSON pointer (RFC 6901) into the plan.
    pub path: String,
    /// What is wrong and what to do, safe to show.
    pub message: String,
    /// How much it weighs.
    pub severity: Severity,
}

/// Why a step has its tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A stable code of ours, or the name of a rule of the configuration.
    pub rule: Cow<'static, str>,
    /// One plain sentence, safe to show.
    pub message: Cow<'static, str>,
}

/// What a check says of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepReport {
    /// Its place, from 0.
    #[serde(rename = "step_index")]
    pub index: usize,
    /// `id:` and its `step_id`, else `idx:` and its place.
    #[serde(rename = "step_id")]
    pub id: String,
    /// The action, by its canonical name where it has one.
    pub action: String,
    /// The provider, by its canonical name where it has one.
    pub provider: String,
    /// How grave it is.
    #[serde(rename = "risk_tier")]
    pub tier: Tier,
    /// Whether it alone would need a yes.
    pub requires_approval: bool,
    /// Why, what weighs most first.
    pub reasons: Vec<Reason>,
    /// SHA-256 over the sorted form of what was written.
    #[serde(rename = "step_hash", serialize_with = "hash")]
    pub hash: Digest,
}

/// What a check says of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Validation {
    /// Whether it may run.
    pub status: Status,
    /// The gravest tier of its steps.
    #[serde(rename = "risk_tier")]
    pub tier: Tier,
    /// Whether it needs a yes, refused or not.
    pub requires_approval: bool,
    /// What is wrong with it; at most 100 and a word about the rest.
    pub violations: Vec<Violation>,
    /// Step by step, in the order written.
    pub steps: Vec<StepReport>,
    /// SHA-256 over the sorted form of what was written; `None` when it could not be read.
    #[serde(serialize_with = "maybe_hash")]
    pub ir_hash: Option<Digest>,
    /// Whose it says it is.
    pub tenant_id: Option<String>,
    /// What its author calls it.
    pub request_id: Option<String>,
    /// How many steps are written in it.
    pub step_count: usize,
}

/// A step that needs a yes, as the event of an escalation lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HighRisk<'a> {
    /// Its place, from 0.
    pub step_index: usize,
    /// Its action.
    pub action: &'a str,
    /// Its provider.
    pub provider: &'a str,
    /// How grave it is.
    pub risk_tier: Tier,
    /// The weightiest of its reasons.
    pub reason: &'a str,
}

impl Validation {
    /// The steps that need a yes.
    pub fn high_risk_steps(&self) -> impl Iterator<Item = HighRisk<'_>> {
        self.steps.iter().filter(|step| step.requires_approval).map(|step| HighRisk {
            step_index: step.index,
            action: &step.action,
            provider: &step.provider,
            risk_tier: step.tier,
            reason: step.reasons.first().map_or("", |reason| &reason.message),
        })
    }
}

fn hash<S: Serializer>(digest: &Digest, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&show_hash(digest))
}

pub(crate) fn maybe_hash<S: Serializer>(digest: &Option<Digest>, s: S) -> Result<S::Ok, S::Error> {
    match digest {
        Some(digest) => hash(digest, s),
        None => s.serialize_none(),
    }
}
