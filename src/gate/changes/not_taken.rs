//! Why a change of policy was not taken, in codes for programs and words for people.

use crate::domain::visible;
use crate::policy::diff::Fault;
use crate::store::StoreError;
use crate::store::policies::{MOST_OPEN, NotProposed};

/// Characters of one fault that is told.
const FAULT_MAX: usize = 400;

/// Why a change was not proposed. Nothing was asked.
#[derive(Debug)]
pub enum NotTaken {
    /// The diff is wrong; every fault, for whoever wrote it.
    Faults(Vec<Fault>),
    /// It is well written, but what it would make cannot stand: a module that does not pass, a policy that does not compile.
    NotAdmitted(Vec<String>),
    /// There is no such version.
    NoVersion(u64),
    /// It is graver than what whoever proposes may decide where he would decide at once.
    TooGrave,
    /// The store does not take it.
    Refused(NotProposed),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl NotTaken {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Faults(_) => "invalid_diff",
            Self::NotAdmitted(_) => "not_admitted",
            Self::TooGrave => "tier_too_high",
            Self::Refused(NotProposed::StaleBase(_)) => "stale_base",
            Self::Refused(NotProposed::TooMany | NotProposed::TooOften) => "too_many",
            Self::Refused(NotProposed::NoSuch(_)) => "no_such",
            Self::NoVersion(_) | Self::Refused(NotProposed::NotReversible(_)) => "not_reversible",
            Self::Refused(NotProposed::Paused) => "paused",
            Self::Store(error) => error.code(),
        }
    }

    /// Every fault in words; none where it is not about the diff itself. Safe to show.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        match self {
            Self::Faults(faults) => faults.iter().map(ToString::to_string).collect(),
            Self::NotAdmitted(faults) => {
                let seen = |fault: &String| visible::shorten(&visible::inline(fault), FAULT_MAX);
                faults.iter().map(seen).collect()
            }
            Self::NoVersion(_) | Self::TooGrave | Self::Refused(_) | Self::Store(_) => Vec::new(),
        }
    }

    /// What happened and why, in a sentence. Safe to show.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Faults(_) => "the diff is not taken".to_owned(),
            Self::NotAdmitted(_) => "the policy that it would make cannot stand".to_owned(),
            Self::NoVersion(version) => format!("there is no version {version} of the policy here"),
            Self::TooGrave => {
                "it is graver than what may be decided here; a person decides about it at a terminal"
                    .to_owned()
            }
            Self::Refused(NotProposed::StaleBase(now)) => {
                format!("the policy changed meanwhile and is at version {now}; propose it again")
            }
            Self::Refused(NotProposed::TooMany) => {
                format!("{MOST_OPEN} suggestions of this principal wait already; take one back first")
            }
            Self::Refused(NotProposed::TooOften) => {
                "this principal proposed too much within the last hour; propose later".to_owned()
            }
            Self::Refused(NotProposed::NoSuch(what)) => {
                let what = visible::shorten(&visible::inline(what), FAULT_MAX);
                format!("it would change what is not there: {what}")
            }
            Self::Refused(NotProposed::NotReversible(why)) => {
                let why = visible::shorten(&visible::inline(why), FAULT_MAX);
                format!("that version cannot be taken back: {why}")
            }
            Self::Refused(NotProposed::Paused) => {
                "this agent was paused by a person, so it proposes nothing".to_owned()
            }
            Self::Store(error) => error.to_string(),
        }
    }
}
