//! What is allowed to be written and is hardly what was meant.
//!
//! Nothing here refuses anything: a policy with findings compiles and judges. Each finding says what is odd about one rule
//! or module and what to do; whoever shows them decides how loudly. Nothing is looked up: the configuration and what
//! stands in the store are all there is.

mod modules;
mod reach;
mod shadow;
#[cfg(test)]
mod tests;

use crate::config::{Config, Rule};
use crate::domain::policy::StoredPolicy;
use crate::domain::visible::{inline, shorten};
use serde::Serialize;

/// One thing that is odd about a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// A stable word for its kind.
    pub code: &'static str,
    /// The rule or module, by name; safe to show.
    pub at: String,
    /// What is odd about it, and why; safe to show.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Lint {
    fn new(code: &'static str, at: &str, message: impl AsRef<str>, help: &str) -> Self {
        let shown = |text: &str| shorten(&inline(text), 400);
        Self { code, at: shown(at), message: shown(message.as_ref()), help: shown(help) }
    }
}

/// One rule as it is told of.
struct Told<'r> {
    rule: &'r Rule,
    at: String,
}

/// Looks a policy over: the rules of the file, then those of the store, then modules.
#[must_use]
pub fn lint(config: &Config, stored: &StoredPolicy) -> Vec<Lint> {
    let (mut found, mut compiled) = (Vec::new(), Vec::new());
    for rule in &stored.rules {
        match Rule::of_stored(rule) {
            Ok(rule) => compiled.push(rule),
            Err(faults) => {
                let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
                let help = "remove it: no policy with it compiles";
                let at = format!("rule `{}`", rule.id);
                found.push(Lint::new("rule.broken", &at, words.join("; "), help));
            }
        }
    }
    let rules: Vec<Told<'_>> = config
        .rules
        .iter()
        .chain(&compiled)
        .map(|rule| {
            let at = match rule.id {
                Some(id) => format!("`{}` ({})", rule.name, id.short()),
                None => format!("`{}`", rule.name),
            };
            Told { rule, at }
        })
        .collect();
    for told in &rules {
        found.extend(reach::of(told, config));
    }
    found.extend(shadow::of(&rules));
    found.extend(modules::of(config, stored));
    found
}
