//! The plan kernel: whether a plan of steps ("IR") may run, how grave each step is and why, and whether what is to be
//! executed is that plan.
//!
//! Pure: the same plan, vocabulary and rules always give the same [`Validation`]. Nothing is ever written into a plan;
//! what is hashed is exactly what its author wrote, so the same plan has the same hash before and after every check.
//! A [`Plan`] comes only from a check that refused nothing.

pub mod audit;
#[cfg(test)]
mod audit_tests;
mod check;
mod codes;
mod event;
mod hash;
mod names;
mod plan;
#[cfg(test)]
mod properties;
mod report;
mod tier;
mod vocabulary;

use crate::domain::digest::Digest;
use crate::domain::json::Node;
use crate::domain::ruling::{Reason as Said, Tier};
use crate::policy::Snapshot;

pub use crate::ir::check::{check, check_text};
pub use crate::ir::codes::CODES;
pub use crate::ir::event::{PLAN, dag_payload, validated};
pub use crate::ir::plan::{Plan, Step};
pub use crate::ir::report::{
    HighRisk, Reason, Severity, Status, StepReport, Validation, Violation,
};
pub use crate::ir::vocabulary::{KnownAction, KnownProvider, Vocabulary};

/// What a check gives: what it says, and the plan unless it is refused.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What it says.
    pub validation: Validation,
    /// The plan; `None` when the status is `REJECT`, never otherwise.
    pub plan: Option<Plan>,
}

/// Somebody who has a say about steps: the rules of the configuration.
pub trait StepJudge {
    /// Judges a step by its name (`ir:dns.update_records`), its parameters and its tier. A deny refuses the plan, an
    /// ask wants a yes, and an allow never lowers anything.
    fn judge(&self, name: &str, params: &Node<'_>, tier: Tier) -> Vec<Said>;
}

impl StepJudge for Snapshot {
    fn judge(&self, name: &str, params: &Node<'_>, tier: Tier) -> Vec<Said> {
        self.judge_step(name, params, tier)
    }
}

/// Reads a hash: 64 hex digits, with or without `sha256:` before them.
#[must_use]
pub fn parse_hash(text: &str) -> Option<Digest> {
    Digest::from_hex(text.strip_prefix("sha256:").unwrap_or(text))
}

/// A hash as it is told: `sha256:` and 64 lower-case hex digits.
#[must_use]
pub fn show_hash(hash: &Digest) -> String {
    format!("sha256:{hash}")
}
