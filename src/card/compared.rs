//! Two states of the store side by side: rules that went and came, modules that changed, and their texts line by line.

use crate::card::diff;
use crate::card::page::{Line, Tone};
use crate::card::suggestion::{module_line, rule_line};
use crate::domain::policy::{StoredModule, StoredPolicy, StoredRule};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn gone<'a>(old: &'a StoredPolicy, new: &StoredPolicy) -> Vec<&'a StoredRule> {
    old.rules.iter().filter(|rule| new.rules.iter().all(|r| r.id != rule.id)).collect()
}

/// Modules by name, as they were and as they are, where that is not the same.
fn moved<'a>(
    old: &'a StoredPolicy,
    new: &'a StoredPolicy,
) -> Vec<(&'a str, Option<&'a StoredModule>, Option<&'a StoredModule>)> {
    let find = |all: &'a StoredPolicy, name: &str| all.modules.iter().find(|m| m.name == name);
    let both = old.modules.iter().chain(&new.modules).map(|m| m.name.as_str());
    let names: BTreeSet<&str> = both.collect();
    let pairs = names.into_iter().map(|name| (name, find(old, name), find(new, name)));
    pairs.filter(|(_, was, is)| was != is).collect()
}

/// What changed from one to the other; nothing where they are the same.
pub(crate) fn compared(old: &StoredPolicy, new: &StoredPolicy, width: usize) -> Vec<Line> {
    let removed = |text: String| Line::new("- ", text, Tone::Removed);
    let added = |text: String| Line::new("+ ", text, Tone::Added);
    let mut lines = Vec::new();
    lines.extend(gone(old, new).into_iter().map(|rule| removed(rule_line(rule))));
    lines.extend(gone(new, old).into_iter().map(|rule| added(rule_line(rule))));
    for (_, was, is) in moved(old, new) {
        lines.extend(was.map(|module| removed(module_line(module))));
        lines.extend(is.map(|module| added(module_line(module))));
        let text = |module: Option<&StoredModule>| module.map_or(String::new(), |m| m.text.clone());
        let (was, is) = (text(was), text(is));
        if was != is {
            lines.extend(changed_lines(&was, &is, width));
        }
    }
    lines
}

/// Two texts as what changes between them.
pub(crate) fn changed_lines(was: &str, is: &str, width: usize) -> Vec<Line> {
    diff::unified(was, is, "    ", width.max(40))
        .unwrap_or_else(|| vec![Line::new("    ", "(too large to be compared here)", Tone::Plain)])
}

/// The same for programs, whole rows.
pub(crate) fn compared_json(old: &StoredPolicy, new: &StoredPolicy) -> Value {
    json!({
        "from": old.version,
        "to": new.version,
        "rules": { "removed": gone(old, new), "added": gone(new, old) },
        "modules": moved(old, new)
            .into_iter()
            .map(|(name, was, is)| json!({ "name": name, "was": was, "is": is }))
            .collect::<Vec<_>>(),
    })
}
