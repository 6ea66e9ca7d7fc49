//! What would stand after a change, and what takes it back. Nothing is stored here: a candidate is compiled and tried on
//! recorded calls before anybody is asked.

use crate::domain::id::RuleId;
use crate::domain::policy::{
    Inverse, ModuleChange, OnError, PolicyDiff, Scope, StoredModule, StoredPolicy, StoredRule,
};
use crate::domain::principal::Principal;
use crate::domain::time::Millis;
use crate::policy::diff::fault::Fault;
use crate::policy::diff::meaning::sorted;

/// A module that ships with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The Rego text.
    pub text: String,
    /// For people.
    pub description: String,
    /// What holds when it fails, unless the change says otherwise.
    pub on_error: OnError,
}

/// What a change has to be told to become a version.
pub struct Applying<'a> {
    /// Whose change it is.
    pub by: &'a Principal,
    /// When.
    pub at: Millis,
    /// The version that it makes.
    pub version: u64,
    /// Makes the id of each rule that is added, in order.
    pub new_id: &'a mut dyn FnMut() -> RuleId,
    /// The template of a name, if there is one.
    pub template: &'a dyn Fn(&str) -> Option<Template>,
}

impl std::fmt::Debug for Applying<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Applying").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What would stand, and what takes it back.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// What would stand.
    pub policy: StoredPolicy,
    /// What takes it back: whole rows.
    pub inverse: Inverse,
}

/// The bytes of a change as they are hashed and shown: sorted members, no white space. The same for the same change,
/// whatever order it was written in.
#[must_use]
pub fn canonical(diff: &PolicyDiff) -> Vec<u8> {
    sorted(diff)
}

/// Makes what would stand.
///
/// # Errors
/// A rule to remove that is not there, a module without text: what [`against`](crate::policy::diff::against) tells, too.
pub fn apply(
    stored: &StoredPolicy,
    diff: &PolicyDiff,
    applying: Applying<'_>,
) -> Result<Applied, Vec<Fault>> {
    let mut policy = StoredPolicy { version: applying.version, ..stored.clone() };
    let mut inverse = Inverse::default();
    let mut faults = Vec::new();
    for (index, id) in diff.remove.iter().enumerate() {
        match policy.rules.iter().position(|rule| rule.id == *id) {
            Some(place) => inverse.restore.push(policy.rules.remove(place)),
            None => {
                let at = format!("/remove/{index}");
                faults.push(Fault::new(
                    "no_such_rule",
                    at,
                    "no such rule stands",
                    "list the rules",
                ));
            }
        }
    }
    for spec in &diff.add {
        let rule = StoredRule {
            id: (applying.new_id)(),
            spec: spec.clone(),
            added_by: applying.by.clone(),
            at: applying.at,
            version: applying.version,
        };
        inverse.remove.push(rule.id);
        policy.rules.push(rule);
    }
    for (index, change) in diff.modules.iter().enumerate() {
        let place = policy.modules.iter().position(|module| module.name == change.name);
        let before = place.map(|place| policy.modules.remove(place));
        if !change.remove {
            match changed(change, before.as_ref(), &applying) {
                Some(module) => policy.modules.push(module),
                None => {
                    let at = format!("/modules/{index}");
                    let message = "there is neither module nor template of this name";
                    faults.push(Fault::new("no_such_module", at, message, "write its `text`"));
                }
            }
        }
        inverse.modules.push((change.name.clone(), before));
    }
    policy.modules.sort_by(|a, b| a.name.cmp(&b.name));
    if faults.is_empty() { Ok(Applied { policy, inverse }) } else { Err(faults) }
}

fn changed(
    change: &ModuleChange,
    before: Option<&StoredModule>,
    applying: &Applying<'_>,
) -> Option<StoredModule> {
    let template = before.is_none().then(|| (applying.template)(&change.name)).flatten();
    let text = change.text.clone().or_else(|| {
        before.map(|module| module.text.clone()).or_else(|| Some(template.as_ref()?.text.clone()))
    })?;
    let scope = change.scope.or(before.map(|module| module.scope)).unwrap_or_default();
    let scope_id = change.scope_id.clone().or_else(|| before?.scope_id.clone());
    let description = change.description.clone().or_else(|| {
        before
            .map(|module| module.description.clone())
            .or(template.as_ref().map(|t| t.description.clone()))
    });
    Some(StoredModule {
        name: change.name.clone(),
        text,
        description: description.unwrap_or_default(),
        status: change.status.or(before.map(|module| module.status)).unwrap_or_default(),
        scope,
        scope_id: scope_id.filter(|_| scope != Scope::Global),
        on_error: change
            .on_error
            .or(before.map(|module| module.on_error))
            .or(template.map(|template| template.on_error))
            .unwrap_or_default(),
        changed_by: applying.by.clone(),
        at: applying.at,
        revision: before.map_or(1, |module| module.revision + 1),
    })
}

/// What stands once a version is taken back: the rows that it took away are there again as they were.
#[must_use]
pub fn take_back(stored: &StoredPolicy, inverse: &Inverse, version: u64) -> StoredPolicy {
    let mut policy = StoredPolicy { version, ..stored.clone() };
    let back = |id| inverse.restore.iter().any(|rule| rule.id == id);
    policy.rules.retain(|rule| !inverse.remove.contains(&rule.id) && !back(rule.id));
    policy.rules.extend(inverse.restore.iter().cloned());
    // Oldest first: by the version that brought them, and by their ids within it.
    policy.rules.sort_by_key(|rule| (rule.version, rule.id));
    for (name, before) in &inverse.modules {
        policy.modules.retain(|module| module.name != *name);
        policy.modules.extend(before.clone());
    }
    policy.modules.sort_by(|a, b| a.name.cmp(&b.name));
    policy
}
