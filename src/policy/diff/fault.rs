//! One thing that is wrong with a change.

use crate::domain::visible::{inline, shorten};
use serde::Serialize;

/// How many faults are told; whoever has more mends these first.
pub(crate) const TOLD_MAX: usize = 100;
/// How long one may be, in characters.
const MESSAGE_MAX: usize = 400;

/// One thing that is wrong with a change. Safe to show: whatever the change brought is escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// A stable word for the kind of fault.
    pub code: &'static str,
    /// JSON pointer to it; empty for the whole change.
    pub at: String,
    /// What is wrong, and why.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Fault {
    pub(crate) fn new(
        code: &'static str,
        at: impl AsRef<str>,
        message: impl AsRef<str>,
        help: impl AsRef<str>,
    ) -> Self {
        let shown = |text: &str| shorten(&inline(text), MESSAGE_MAX);
        Self {
            code,
            at: shown(at.as_ref()),
            message: shown(message.as_ref()),
            help: shown(help.as_ref()),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = if self.at.is_empty() { "the change" } else { &self.at };
        write!(f, "`{at}`: {}; {}", self.message, self.help)
    }
}
