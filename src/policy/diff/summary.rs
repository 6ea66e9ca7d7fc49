//! What a decider is shown of a change: what loosens first, so that it cannot hide behind a hundred denies.

use crate::config::Stance;
use crate::domain::policy::{
    ModuleChange, ModuleStatus, OnError, PolicyDiff, RuleSpec, StoredModule, StoredPolicy,
};
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::visible::inline;
use serde::Serialize;

/// What one item of a change does. In the order of showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Takes a rule away.
    Remove,
    /// Adds a rule that allows.
    Allow,
    /// Changes a module.
    Module,
    /// Adds a rule that asks.
    Ask,
    /// Adds a rule that denies.
    Deny,
}

/// One item, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it does.
    pub kind: Kind,
    /// In words, whole; safe to show.
    pub text: String,
    /// Whether something may run, or be asked for, that could not before.
    pub loosens: bool,
}

/// A change in words: what loosens, then the rest; in each removals and allows, then modules, asks and denies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its items, what loosens first; within a kind, in the order of the change.
    pub items: Vec<Item>,
}

/// Tells what a change does to what stands.
#[must_use]
pub fn summary(stored: &StoredPolicy, diff: &PolicyDiff, stance: Stance) -> Summary {
    let item = |kind, text: String, loosens| Item { kind, text: inline(&text).text, loosens };
    let mut items = Vec::with_capacity(diff.add.len() + diff.remove.len() + diff.modules.len());
    for id in &diff.remove {
        items.push(match stored.rules.iter().find(|rule| rule.id == *id) {
            Some(rule) => {
                let text = format!("{} ({id})", rule_words(&rule.spec));
                item(Kind::Remove, text, rule.spec.effect != Verdict::Allow)
            }
            None => item(Kind::Remove, format!("a rule that is not there ({id})"), true),
        });
    }
    for spec in &diff.add {
        let (kind, loosens) = match spec.effect {
            Verdict::Allow => (Kind::Allow, true),
            // What no rule speaks of would be denied: asked for is more.
            Verdict::Ask => (Kind::Ask, stance == Stance::Deny),
            Verdict::Deny => (Kind::Deny, false),
        };
        items.push(item(kind, rule_words(spec), loosens));
    }
    for change in &diff.modules {
        let stands = stored.modules.iter().find(|module| module.name == change.name);
        let (text, loosens) = module(change, stands);
        items.push(item(Kind::Module, text, loosens));
    }
    // What is shown may be cut, and what does not loosen must not push out what does. Stable: within a kind the order of
    // the change stays.
    items.sort_by_key(|item| (!item.loosens, item.kind));
    Summary { items }
}

/// How grave a change is: 2 when it only tightens, 3 when anything in it loosens.
#[must_use]
pub fn tier(summary: &Summary) -> Tier {
    if summary.items.iter().any(|item| item.loosens) { Tier::GRAVE } else { Tier::WRITE }
}

/// A rule in a line: everything that decides, then what is said about it. Not yet safe to show.
#[must_use]
pub fn rule_words(spec: &RuleSpec) -> String {
    let tool = spec.tool.as_deref().unwrap_or("*");
    let mut text = format!("{} `{tool}`", spec.effect.as_str());
    match (&spec.pattern, spec.effect, &spec.when) {
        (None, _, _) => {}
        (Some(pattern), Verdict::Allow, None) => text.push_str(&format!(
            " where every argument is a text and each matches `{pattern}` from start to end"
        )),
        (Some(pattern), Verdict::Allow, Some(_)) => text.push_str(&format!(
            " where each text matches `{pattern}` from start to end, and every argument is named:"
        )),
        (Some(pattern), _, _) => text.push_str(&format!(" where a text matches `{pattern}`")),
    }
    if let Some(when) = &spec.when {
        text.push_str(&format!(" when {}", serde_json::Value::Object(when.clone())));
    }
    match (spec.effect, spec.allow_tier, spec.tier) {
        (Verdict::Allow, reach, _) => {
            text.push_str(&format!(", up to tier {}", reach.unwrap_or(Tier::WRITE)));
        }
        (_, _, Some(tier)) => text.push_str(&format!(", at least tier {tier}")),
        _ => {}
    }
    if let Some(name) = &spec.name {
        text.push_str(&format!(", named {}", quoted(name)));
    }
    if let Some(score) = spec.score {
        text.push_str(&format!(", score {score}"));
    }
    if let Some(reason) = &spec.reason {
        text.push_str(&format!(": {}", quoted(reason)));
    }
    text
}

/// Words of its author, which must not read as ours.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "'"))
}

/// What happens to a module, and whether it then judges less than it did.
fn module(change: &ModuleChange, stands: Option<&StoredModule>) -> (String, bool) {
    let name = &change.name;
    let judged = stands.is_some_and(|module| module.status == ModuleStatus::Active);
    if change.remove {
        return (format!("take `{name}` away"), judged);
    }
    let mut said = Vec::new();
    let mut loosens = false;
    if let Some(text) = &change.text {
        let same = stands.is_some_and(|module| module.text == *text);
        if !same {
            let verb = if stands.is_some() { "replace its text" } else { "put its text" };
            said.push(format!("{verb} ({} bytes)", text.len()));
            loosens |= judged;
        }
    }
    if let Some(status) = change.status {
        said.push(format!("status {}", status.as_str()));
        loosens |= judged && status != ModuleStatus::Active;
    }
    if change.scope.is_some() || change.scope_id.is_some() {
        let scope = change.scope.or(stands.map(|module| module.scope)).unwrap_or_default();
        let id = change.scope_id.as_deref().map(|id| format!(" `{id}`")).unwrap_or_default();
        said.push(format!("scope {}{id}", scope.as_str()));
        loosens |= judged;
    }
    if let Some(on_error) = change.on_error {
        said.push(format!("on an error {}", on_error.as_str()));
        let denied = stands.is_some_and(|module| module.on_error == OnError::Deny);
        loosens |= denied && on_error == OnError::Allow;
    }
    if let Some(description) = &change.description {
        said.push(format!("description {}", quoted(description)));
    }
    let verb = if stands.is_some() { "change" } else { "add" };
    (format!("{verb} `{name}`: {}", said.join(", ")), loosens)
}
