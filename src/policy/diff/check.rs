//! A change held against what stands: what it takes away must be there, what it adds must not be.
//!
//! It is asked when a change is proposed and again before it is applied: in between, others change things.

use crate::config::{Rule, Stance};
use crate::domain::id::RuleId;
use crate::domain::policy::{PolicyDiff, StoredPolicy};
use crate::domain::principal::{Principal, Role};
use crate::domain::ruling::Verdict;
use crate::domain::time::Millis;
use crate::policy::diff::apply::{Applying, Template, apply};
use crate::policy::diff::fault::{Fault, TOLD_MAX};
use crate::policy::diff::meaning::meaning;
use crate::policy::diff::read::Read;
use crate::policy::diff::{STORED_COST_MAX, STORED_MAX};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

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
    let mut faults = misplaced(diff, standing);
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
    faults.truncate(TOLD_MAX);
    faults
}

/// What keeps it from being put onto what stands: it is put there, and what comes of that is thrown away. Ids, author and
/// time are nobody's.
fn misplaced(diff: &PolicyDiff, standing: &Standing<'_>) -> Vec<Fault> {
    let applying = Applying {
        by: &Principal::new(Role::Admin, ""),
        at: Millis::default(),
        version: standing.stored.version.saturating_add(1),
        new_id: &mut || RuleId(Uuid::nil()),
        template: standing.template,
    };
    apply(standing.stored, diff, applying).err().unwrap_or_default()
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
