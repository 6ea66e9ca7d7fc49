//! What is wrong with a module and where, in words that its author can act on. It never quotes more of the text than one
//! word, and speaks of no place that it was not told.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that is wrong with the text of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The module.
    pub module: String,
    /// The line, from 1; 0 when it is about the module as a whole.
    pub line: u32,
    /// The column, from 1; 0 when it is about the module as a whole.
    pub column: u32,
    /// What is wrong, why, and what to do.
    pub message: String,
}

impl Fault {
    /// About the module as a whole.
    pub(crate) fn whole(module: &str, message: impl Into<String>) -> Self {
        Self { module: module.to_owned(), line: 0, column: 0, message: message.into() }
    }

    /// At a place.
    pub(crate) fn at(module: &str, line: u32, column: u32, message: impl Into<String>) -> Self {
        Self { module: module.to_owned(), line, column, message: message.into() }
    }

    /// What the engine says, with the place that it names: `--> file:line:column` and then `error: message`.
    pub(crate) fn told(module: &str, text: &str) -> Self {
        let place = text.split_once("--> ").and_then(|(_, rest)| {
            let mut parts = rest.lines().next()?.trim().rsplitn(3, ':');
            let column = parts.next()?.parse().ok()?;
            Some((parts.next()?.parse().ok()?, column))
        });
        let said = text
            .lines()
            .rev()
            .find_map(|line| line.trim().strip_prefix("error: "))
            .or_else(|| text.lines().map(str::trim).find(|line| !line.is_empty()))
            .unwrap_or("the engine refuses it");
        let (line, column) = place.unwrap_or((0, 0));
        Self::at(module, line, column, said)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.rego", self.module)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_engine_error_is_found() {
        let told = "\n--> cost.rego:24:17\n   |\n24 | x\n   |   ^\nerror: expecting `]`";
        let fault = Fault::told("cost", told);
        assert_eq!((fault.line, fault.column, fault.message.as_str()), (24, 17, "expecting `]`"));
        assert_eq!(fault.to_string(), "cost.rego:24:17: expecting `]`");
        assert_eq!(Fault::told("cost", "no place").to_string(), "cost.rego: no place");
    }
}
