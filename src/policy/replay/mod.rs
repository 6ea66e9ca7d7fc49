//! Judging what was judged before under another policy, out of nothing but what the journal says of it.
//!
//! A candidate changes rules, modules and stance only, so what the kernel found (verdicts, tier, effect, action) is taken
//! from the record and everything above it is asked anew. Where something that a rule or a module looks at was not kept,
//! the answer is **not judged**: a replay that guesses would be believed.

mod judge;
mod report;
#[cfg(test)]
mod tests;

pub use crate::policy::replay::report::{Change, Example, Report, Unjudged};

use crate::config::Environment;
use crate::domain::call::Call;
use crate::domain::json::Node;
use crate::domain::ruling::{Action, Effect, Given, Reason, Tier, Verdict};
use crate::domain::time::Millis;

/// One decision as the journal has it.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// Who called what. Its arguments are those below; its digest is not the one of then.
    pub call: &'a Call,
    /// What is kept of the arguments, with something in every place that is not.
    pub arguments: Option<&'a Node<'a>>,
    /// JSON pointers into the arguments, to values that are not kept.
    pub unknown: &'a [String],
    /// What was decided.
    pub verdict: Verdict,
    /// How grave it was, rules that raised it included.
    pub tier: Tier,
    /// What it did.
    pub effect: Effect,
    /// The policy action used.
    pub action: Action,
    /// Every reason.
    pub reasons: &'a [Reason],
    /// What kind of world its server writes to.
    pub environment: Environment,
    /// What was looked up around it.
    pub given: &'a Given,
    /// When.
    pub at: Millis,
}

/// What came of judging once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejudged {
    /// The verdict of the candidate, and the first reason for it.
    Judged(Verdict, Option<Reason>),
    /// It cannot be told.
    Not(Why),
}

/// Why a decision cannot be judged again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Retention erased its body.
    Erased,
    /// A rule or the modules look at a value that is not kept: which rule, or `modules`.
    Masked(String),
    /// A module looks at something that was not written down: which field.
    NotRecorded(String),
    /// Rules and modules have no say about its method: which.
    NotRuled(String),
    /// Its body cannot be read, or says too little.
    Unreadable,
}

impl Why {
    /// Its word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Masked(_) => "masked",
            Self::NotRecorded(_) => "not_recorded",
            Self::NotRuled(_) => "method_not_ruled",
            Self::Unreadable => "unreadable",
        }
    }

    /// What of it: the rule, the field, the method.
    #[must_use]
    pub fn of(&self) -> Option<&str> {
        match self {
            Self::Masked(of) | Self::NotRecorded(of) | Self::NotRuled(of) => Some(of),
            Self::Erased | Self::Unreadable => None,
        }
    }
}
