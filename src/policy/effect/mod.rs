//! The kernel's sense of effect: what one call does, and whether it is proven a read. What cannot be shown to be a read is
//! a write. Names and descriptions come from the server, so they are believed when they say more than a read and read
//! closely when they say less; annotations only ever make a call stricter.

pub mod action;
pub mod executor;
pub mod finding;
pub mod language;
pub mod schema;
pub mod selector;
pub mod shell;
pub mod sql;
pub mod words;

use crate::domain::json::Node;
use crate::domain::ruling::{Action, Effect};
use crate::policy::effect::finding::Finding;

/// What the kernel makes of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// What it does; `Read` only when shown to be one.
    pub effect: Effect,
    /// The coarse word that budgets and rules are written in.
    pub action: Action,
    /// A stable code such as `shell.proven_read` or `words.unknown_verb`.
    pub rule: &'static str,
    /// One plain lower-case sentence that says why.
    pub message: String,
    /// Records touched as far as the arguments show, for the rule on bulk.
    pub records: usize,
}

/// What a server says of one of its tools.
#[derive(Debug, Clone, Copy)]
pub struct Definition<'a> {
    /// The tool's name.
    pub name: &'a str,
    /// Its title, where the name says nothing.
    pub title: Option<&'a str>,
    /// Its description; may be empty.
    pub description: &'a str,
    /// Its input schema.
    pub input_schema: Option<&'a Node<'a>>,
    /// The annotation: heard only when it says that this is no read.
    pub read_only_hint: Option<bool>,
    /// The annotation: heard only when it says that this destroys.
    pub destructive_hint: Option<bool>,
}

/// Assesses one call of a tool. `said` is what [`by_words`] makes of the same definition.
pub fn assess(definition: &Definition<'_>, said: &Finding, arguments: &Node<'_>) -> Assessment {
    let found = with_hints(definition, judge(definition, said, arguments));
    Assessment {
        effect: found.effect,
        action: action::infer(
            definition.name,
            definition.description,
            arguments,
            found.effect,
            found.rule,
        ),
        rule: found.rule,
        records: schema::records(arguments, found.effect),
        message: found.message,
    }
}

/// Asks the judges in order: programs are judged as programs, selectors by their value, the rest by its words.
fn judge(definition: &Definition<'_>, said: &Finding, arguments: &Node<'_>) -> Finding {
    if let Some(found) = executor::judge(definition, arguments, said) {
        return found;
    }
    let chosen = selector::judge(definition.name, definition.input_schema, arguments, said)
        .unwrap_or_else(|| said.clone());
    [selector::switches(arguments), language::hidden(arguments)]
        .into_iter()
        .flatten()
        .fold(chosen, Finding::or_stricter)
}

/// Judges by name and description, and by the title when those leave it open. Follows from the definition
/// alone, so it can be kept.
pub fn by_words(definition: &Definition<'_>) -> Finding {
    let said = words::judge(definition.name, definition.description);
    match definition.title {
        Some(title) if said.rule == "words.unknown_verb" => {
            words::judge(title, definition.description)
        }
        _ => language::arithmetic(definition, said),
    }
}

/// Annotations come from the server: they can make a call stricter, never looser.
fn with_hints(definition: &Definition<'_>, found: Finding) -> Finding {
    // The protocol's own default of this hint is true, and it covers overwriting: of a tool whose verb is known to
    // write it says nothing new.
    let known_write = found.rule == "words.verb" && found.effect == Effect::Write;
    if definition.destructive_hint == Some(true)
        && found.effect < Effect::Destructive
        && !known_write
    {
        return Finding::new(
            Effect::Destructive,
            "hint.destructive",
            "its server says that it may destroy",
        );
    }
    if definition.read_only_hint == Some(false) && found.is_read() {
        return Finding::new(
            Effect::Write,
            "hint.not_read_only",
            "its server says that it does more than look",
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_makes_stricter_and_never_looser() {
        let definition = |name, read_only_hint, destructive_hint| Definition {
            name,
            title: None,
            description: "",
            input_schema: None,
            read_only_hint,
            destructive_hint,
        };
        let effect = |definition: Definition<'_>| {
            assess(&definition, &by_words(&definition), &Node::Object(vec![])).effect
        };
        assert_eq!(effect(definition("get_page", None, None)), Effect::Read);
        assert_eq!(effect(definition("get_page", Some(false), None)), Effect::Write);
        assert_eq!(effect(definition("update_page", Some(true), Some(false))), Effect::Write);
        assert_eq!(effect(definition("update_page", None, Some(true))), Effect::Write);
        assert_eq!(effect(definition("get_page", None, Some(true))), Effect::Destructive);
        assert_eq!(effect(definition("frobnicate_page", None, Some(true))), Effect::Destructive);
    }
}
