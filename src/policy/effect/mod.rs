//! A stand-in for the sense of effect: everything is a write until the real one lands here.

use crate::domain::json::Node;
use crate::domain::ruling::{Action, Effect};

/// What the kernel makes of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What it does; `Read` only when shown to be one.
    pub effect: Effect,
    /// The policy action.
    pub action: Action,
    /// A stable code such as `words.unknown_verb`.
    pub rule: &'static str,
    /// One plain lower-case sentence that says why.
    pub message: String,
    /// Records touched as far as the arguments show.
    pub records: usize,
}

/// What a server says of one of its tools.
#[derive(Debug, Clone, Copy)]
pub struct Definition<'a> {
    /// The tool's name.
    pub name: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its description; may be empty.
    pub description: &'a str,
    /// Its input schema.
    pub input_schema: Option<&'a Node<'a>>,
    /// The annotation.
    pub read_only_hint: Option<bool>,
    /// The annotation.
    pub destructive_hint: Option<bool>,
}

/// Assesses one call of a tool.
#[must_use]
pub fn assess(definition: &Definition<'_>, _arguments: &Node<'_>) -> Assessment {
    let name = definition.name;
    let (effect, rule) =
        if name.starts_with("read_") || name.starts_with("get_") || name.starts_with("list_") {
            (Effect::Read, "words.reading_verb")
        } else if name.starts_with("delete_") {
            (Effect::Destructive, "words.destructive_verb")
        } else if name.starts_with("run_") || name == "bash" {
            (Effect::Executes, "shell.executes")
        } else {
            (Effect::Write, "words.unknown_verb")
        };
    let action = if effect == Effect::Executes { Action::Exec } else { Action::ExternalApiCall };
    Assessment { effect, action, rule, message: format!("judged by the name `{name}`"), records: 1 }
}
