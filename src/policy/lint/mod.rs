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

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It works, and hardly as its author thinks.
    Warning,
    /// It cannot work.
    Error,
}

/// Where something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The configuration file.
    Configuration,
    /// The store.
    Store,
    /// The text of a module.
    Module,
}

/// One thing that is odd about a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// A stable word for its kind.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// Where it is written.
    pub source: Source,
    /// The rule, table or module, by name; safe to show.
    pub at: String,
    /// The line of a module, from 1; 0 when it is about the whole.
    pub line: u32,
    /// The column of a module, from 1; 0 when it is about the whole.
    pub column: u32,
    /// What is odd about it, and why; safe to show.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What something is about.
#[derive(Debug, Clone)]
pub(crate) struct At {
    source: Source,
    name: String,
    line: u32,
    column: u32,
}

impl At {
    fn new(source: Source, name: String) -> Self {
        Self { source, name, line: 0, column: 0 }
    }

    fn module(name: &str, (line, column): (u32, u32)) -> Self {
        Self { source: Source::Module, name: format!("module `{name}`"), line, column }
    }
}

impl Lint {
    fn new(code: &'static str, at: &At, message: impl AsRef<str>, help: &str) -> Self {
        let shown = |text: &str| shorten(&inline(text), 400);
        Self {
            code,
            level: Level::Warning,
            source: at.source,
            at: shown(&at.name),
            line: at.line,
            column: at.column,
            message: shown(message.as_ref()),
            help: shown(help),
        }
    }
}

/// One rule as it is told of.
struct Told<'r> {
    rule: &'r Rule,
    at: At,
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
                let at = At::new(Source::Store, format!("rule `{}`", rule.id));
                let broken = Lint::new("rule.broken", &at, words.join("; "), help);
                found.push(Lint { level: Level::Error, ..broken });
            }
        }
    }
    let rules: Vec<Told<'_>> = config
        .rules
        .iter()
        .chain(&compiled)
        .map(|rule| {
            let at = match rule.id {
                Some(id) => {
                    At::new(Source::Store, format!("rule `{}` ({})", rule.name, id.short()))
                }
                None => At::new(Source::Configuration, format!("rule `{}`", rule.name)),
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

/// Looks a module over that stands nowhere.
#[must_use]
pub fn lint_module(name: &str, text: &str) -> Vec<Lint> {
    modules::reading(name, text, None)
}
