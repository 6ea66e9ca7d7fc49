//! Collects what is wrong: all of it, not the first, but no more than a person would read.

use crate::ir::codes;
use crate::ir::report::{Severity, Violation};

/// So many are listed.
const LISTED: usize = 100;

/// Where in a plan something is: JSON pointer of the place, made only when it is needed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At<'a> {
    /// The whole plan.
    Plan,
    /// A field of the plan.
    Field(&'a str),
    /// A whole step.
    Step(usize),
    /// A field of a step.
    StepField(usize, &'a str),
}

impl At<'_> {
    fn step(self) -> Option<usize> {
        match self {
            Self::Plan | Self::Field(_) => None,
            Self::Step(index) | Self::StepField(index, _) => Some(index),
        }
    }

    /// The pointer.
    pub(crate) fn pointer(self) -> String {
        match self {
            Self::Plan => String::new(),
            Self::Field(field) => format!("/{}", token(field)),
            Self::Step(index) => format!("/steps/{index}"),
            Self::StepField(index, field) => format!("/steps/{index}/{}", token(field)),
        }
    }
}

fn token(key: &str) -> String {
    // A key may be as long as the plan; a pointer that nobody can read points at nothing.
    let cut = key.char_indices().nth(200).map_or(key, |(at, _)| key.get(..at).unwrap_or(key));
    cut.replace('~', "~0").replace('/', "~1")
}

/// What is wrong with a plan.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Violation>,
    more: usize,
    errors: bool,
}

impl Faults {
    /// The plan is refused for this.
    pub(crate) fn error(&mut self, at: At<'_>, code: &'static str, message: impl Into<String>) {
        self.error_at(at, "", code, message);
    }

    /// The same for what is deeper inside: `below` is the pointer from there on.
    pub(crate) fn error_at(
        &mut self,
        at: At<'_>,
        below: &str,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.errors = true;
        if self.list.len() >= LISTED {
            self.more += 1;
            return;
        }
        let mut path = at.pointer();
        if path.len() + below.len() <= 1_000 {
            path.push_str(below);
        }
        self.list.push(Violation {
            step_index: at.step(),
            code,
            path,
            message: message.into(),
            severity: Severity::Error,
        });
    }

    /// Somebody should know.
    pub(crate) fn warn(&mut self, code: &'static str, message: String) {
        let (step_index, path, severity) = (None, String::new(), Severity::Warning);
        self.list.push(Violation { step_index, code, path, message, severity });
    }

    /// Whether the plan is refused.
    pub(crate) fn refuse(&self) -> bool {
        self.errors
    }

    /// All that is listed, and how many are not.
    pub(crate) fn into_list(mut self) -> Vec<Violation> {
        if self.more > 0 {
            let more = self.more;
            self.warn(codes::MORE_VIOLATIONS, format!("{more} more violations are not listed"));
        }
        self.list
    }
}
