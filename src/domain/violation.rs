//! What a decision leaves behind when policy objected to it or failed at it, and what a person says of a call afterwards.

use serde::{Deserialize, Serialize};

/// One objection to one decision. Kept beside the decision's row, written in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The rule or module that objects, with its reason where it has one: `cost_control.budget_exceeded`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How much it wants to be looked at.
    pub severity: Grade,
    /// What was done about it.
    pub action_taken: Taken,
}

impl Violation {
    /// A call that was stopped since this budget has not enough left for it, or nobody can tell whether it has.
    #[must_use]
    pub fn of_budget(name: &str) -> Self {
        let kind = format!("budget.{name}");
        Self { kind, severity: Grade::Critical, action_taken: Taken::Blocked }
    }
}

/// How grave a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// To be known.
    Info,
    /// To be looked at.
    Warning,
    /// To be looked at now.
    Critical,
}

/// What was done about a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// It was written down, and the call went its way.
    Logged,
    /// The call was refused.
    Blocked,
    /// Somebody was told. It is for notifications to say so: nothing else ever does.
    Alerted,
}

/// What a person says of a call. It changes nothing that was decided; suggestions learn from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// It was right to run, or would have been.
    Safe,
    /// It was not.
    Unsafe,
    /// He cannot tell, or takes back what he said.
    Unknown,
}

macro_rules! words {
    ($name:ident, $($variant:ident = $word:literal),*) => {
        impl $name {
            /// Its word on the wire and in the store.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                [$(Self::$variant),*].into_iter().find(|w| w.as_str() == word)
            }
        }
    };
}

words!(Grade, Info = "info", Warning = "warning", Critical = "critical");
words!(Taken, Logged = "logged", Blocked = "blocked", Alerted = "alerted");
words!(Label, Safe = "safe", Unsafe = "unsafe", Unknown = "unknown");
