//! Examples that a rule carries: it must agree with them, or it is not taken.
//!
//! A rule is the kind of program that is read far more often than it is tried. Its author writes down what it should
//! and should not match, and the reader of the next year finds that this is still true.

use crate::config::rule::Rule;
use crate::domain::json::{Limits, parse};
use std::fmt;

/// An example that its rule disagrees with.
#[derive(Debug)]
pub(crate) struct Broken {
    /// `match` or `not_match`.
    pub list: &'static str,
    /// Which one, from 0.
    pub index: usize,
    /// The example as JSON.
    pub example: String,
    /// Why it could not be tried at all.
    pub unreadable: Option<String>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.unreadable, self.list) {
            (Some(why), _) => write!(f, "the example cannot be read as arguments: {why}"),
            (None, "match") => {
                write!(f, "the rule does not match its own example `{}`", self.example)
            }
            (None, _) => write!(f, "the rule matches its own counterexample `{}`", self.example),
        }
    }
}

/// Holds a rule against its examples: the first that it disagrees with.
pub(crate) fn broken(rule: &Rule) -> Option<Broken> {
    let spec = rule.spec();
    for (list, examples, wanted) in
        [("match", &spec.matches, true), ("not_match", &spec.not_match, false)]
    {
        for (index, example) in examples.iter().enumerate() {
            let broken = |example, unreadable| Some(Broken { list, index, example, unreadable });
            let json = match serde_json::to_string(example) {
                Ok(json) => json,
                Err(e) => return broken(String::new(), Some(e.to_string())),
            };
            // The reader of real calls reads the examples too, so a rule is tried on what it will meet.
            let agrees = match parse(&json, &Limits::ARGUMENTS) {
                Ok(arguments) => rule.matches(Some(&arguments)) == wanted,
                Err(e) => return broken(json, Some(e.to_string())),
            };
            if !agrees {
                return broken(json, None);
            }
        }
    }
    None
}
