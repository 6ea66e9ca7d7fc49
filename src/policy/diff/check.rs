//! A change held against what stands: what it takes away must be there, what it adds must not be.
//!
//! It is asked when a change is proposed and again before it is applied: in between, others change things.

use crate::config::{Rule, Stance};
use crate::domain::id::RuleId;
use crate::domain::policy::{ModuleChange, Scope, StoredPolicy};
use crate::domain::ruling::Verdict;
use crate::policy::diff::apply::Template;
use crate::policy::diff::fault::{Fault, TOLD_MAX};
use crate::policy::diff::meaning::meaning;
use crate::policy::diff::read::Read;
use crate::policy::diff::{STORED_COST_MAX, STORED_MAX};
use std::collections::{HashMap, HashSet};

/// What a change is held against.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    /// What stands in the store.
    pub stored: &'a StoredPolicy,
    /// What holds where no rule matches.
    pub stance: Stance,
    /// The template of a name, if there is one.
    pub template: &'a dyn Fn(&str) -> Option<Template>,
}

impl std::fmt::Debug for Standing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Standing").field("version", &self.stored.version).finish_non_exhaustive()
    }
}

/// What is wrong with a change in the light of what stands; empty when it can be applied.
#[must_use]
pub fn against(read: &Read, standing: &Standing<'_>) -> Vec<Fault> {
    let (diff, stored) = (&read.diff, standing.stored);
    let mut faults = Vec::new();
    let there: HashSet<RuleId> = stored.rules.iter().map(|rule| rule.id).collect();
    for (index, id) in diff.remove.iter().enumerate() {
        if !there.contains(id) {
            let help = "list the rules for their ids; it may have been removed since";
            faults.push(Fault::new(
                "no_such_rule",
                format!("/remove/{index}"),
                "no such rule stands",
                help,
            ));
        }
    }
    let gone: HashSet<RuleId> = diff.remove.iter().copied().collect();
    let kept = || stored.rules.iter().filter(|rule| !gone.contains(&rule.id));
    let known: HashMap<Vec<u8>, RuleId> =
        kept().map(|rule| (meaning(&rule.spec), rule.id)).collect();
    for (index, spec) in diff.add.iter().enumerate() {
        if let Some(id) = known.get(&meaning(spec)) {
            let message = format!("the rule `{id}` does the same already");
            let help = "leave it out, or remove the other in the same change";
            faults.push(Fault::new("duplicate", format!("/add/{index}"), message, help));
        }
        if read.of_a_model && spec.effect == Verdict::Ask && standing.stance == Stance::Deny {
            let message = "where what no rule speaks of is denied, an ask loosens, and a model may only tighten";
            faults.push(Fault::new(
                "model",
                format!("/add/{index}/effect"),
                message,
                "write a deny",
            ));
        }
    }
    let count = kept().count() + diff.add.len();
    if count > STORED_MAX {
        let message = format!("{count} rules would stand, of at most {STORED_MAX}");
        faults.push(Fault::new("too_many", "/add", message, "remove rules that are not needed"));
    } else {
        faults.extend(too_costly(read, kept().filter_map(|rule| Rule::of_stored(rule).ok())));
    }
    for (index, change) in diff.modules.iter().enumerate() {
        faults.extend(module(change, &format!("/modules/{index}"), standing));
    }
    faults.truncate(TOLD_MAX);
    faults
}

fn too_costly(read: &Read, kept: impl Iterator<Item = Rule>) -> Option<Fault> {
    if read.rules.is_empty() {
        return None;
    }
    let added = read.rules.iter().map(Rule::cost);
    let cost = kept.map(|rule| rule.cost()).chain(added).fold(0, usize::saturating_add);
    (cost > STORED_COST_MAX).then(|| {
        let message = "all rules together would take too much memory once compiled";
        Fault::new("too_large", "/add", message, "remove rules that are not needed")
    })
}

fn module(change: &ModuleChange, at: &str, standing: &Standing<'_>) -> Vec<Fault> {
    let stands = standing.stored.modules.iter().find(|module| module.name == change.name);
    let mut faults = Vec::new();
    if change.remove && stands.is_none() {
        faults.push(Fault::new("no_such_module", at, "no such module stands", "list the modules"));
        return faults;
    }
    if !change.remove
        && change.text.is_none()
        && stands.is_none()
        && (standing.template)(&change.name).is_none()
    {
        let help = "write its `text`, or take the name of a template";
        faults.push(Fault::new(
            "no_such_module",
            at,
            "there is neither module nor template of this name",
            help,
        ));
    }
    let scope = stands.map_or(Scope::Global, |module| module.scope);
    if change.scope.is_none() && change.scope_id.is_some() && scope == Scope::Global {
        let help = "write `scope`, too, or leave `scope_id` out";
        faults.push(Fault::new("scope", format!("{at}/scope_id"), "everybody has no id", help));
    }
    faults
}
