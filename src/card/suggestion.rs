//! What stands beside the card of a change of policy: the rules that it takes away, whole, and what speaks against it now;
//! and rules, modules and versions in a line each. Text alone, safe to show; terminals and pages lay it out.

use crate::card::tree;
use crate::domain::json::{Canonical, Limits, ReadError};
use crate::domain::policy::{PolicyVersion, StoredModule, StoredRule, VersionKind};
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::policy::diff::rule_words;
use crate::store::policies::Suggestion;
use serde::Serialize;
use serde_json::json;

/// Characters of one text in a line, and of a rule in one.
const TEXT: usize = 120;
const LINE: usize = 400;

/// A text from outside, safe to stand in a line.
pub(crate) fn seen(text: &str, max: usize) -> String {
    visible::shorten(&visible::inline(text), max)
}

/// Any value of ours, one member a line.
///
/// # Errors
/// When it is too large to be read again.
pub(crate) fn tree_of(value: &impl Serialize) -> Result<String, ReadError> {
    let text = json!(value).to_string();
    let text = Canonical::read(text.as_bytes(), &Limits::ARGUMENTS)?;
    Ok(tree(&text.node()?))
}

/// A rule in one line: everything that decides.
pub(crate) fn rule_line(rule: &StoredRule) -> String {
    format!("rule {}: {}", rule.id, seen(&rule_words(&rule.spec), LINE))
}

/// A rule in its line, and every member below.
///
/// # Errors
/// When it is too large to be read again.
pub(crate) fn rule_whole(rule: &StoredRule) -> Result<String, ReadError> {
    Ok(format!("{}\n{}", rule_line(rule), tree_of(&rule.spec)?.trim_end()))
}

/// A module in one line.
pub(crate) fn module_line(module: &StoredModule) -> String {
    let scope = match &module.scope_id {
        Some(id) => format!("{} {}", module.scope.as_str(), seen(id, 60)),
        None => module.scope.as_str().to_owned(),
    };
    // One of a file has none.
    let revision = match module.at == Millis::default() {
        true => String::new(),
        false => format!(", revision {}", module.revision),
    };
    format!(
        "module `{}`: {}, {scope}, on error {}{}",
        seen(&module.name, TEXT),
        module.status.as_str(),
        module.on_error.as_str(),
        revision
    )
}

/// What speaks against a proposal now, or what it made; `now` is the version of the store.
pub(crate) fn outlook(of: &Suggestion, now: u64) -> Option<String> {
    if of.approval.state.is_terminal() {
        return of.applied.map(|version| format!("It made version {version}."));
    }
    (now != of.base).then(|| {
        format!(
            "It was made against version {}, and the policy is at version {now}: it can no longer be applied.",
            of.base
        )
    })
}

/// What a version did, in a few words.
pub(crate) fn what(version: &PolicyVersion) -> String {
    let Some(diff) = &version.diff else {
        return match version.kind {
            VersionKind::Loaded => "a configuration or program was met".to_owned(),
            VersionKind::Applied | VersionKind::RolledBack => String::new(),
        };
    };
    let back = version.rolls_back.map_or_else(String::new, |back| format!("takes {back} back: "));
    let (added, removed, modules) = (diff.add.len(), diff.remove.len(), diff.modules.len());
    format!("{back}+{added} -{removed} rules, {modules} modules")
}
