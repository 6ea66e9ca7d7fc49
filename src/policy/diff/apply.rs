//! What would stand after a change, and what takes it back. Nothing is stored here: a candidate is compiled and tried on
//! recorded calls before anybody is asked, and the store writes the rows of what is made here and of nothing else.

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
/// A rule or a module to remove that is not there, two changes of one module, a module without text or with a scope that
/// does not say whose: what [`against`](crate::policy::diff::against) tells, too.
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
                let help = "list the rules for their ids; it may have been removed since";
                let at = format!("/remove/{index}");
                faults.push(Fault::new("no_such_rule", at, "no such rule stands", help));
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
        let at = format!("/modules/{index}");
        if inverse.modules.iter().any(|(name, _)| *name == change.name) {
            let message = "this module is changed above, too";
            faults.push(Fault::new("duplicate", at, message, "change it once"));
            continue;
        }
        let place = policy.modules.iter().position(|module| module.name == change.name);
        let before = place.map(|place| policy.modules.remove(place));
        match changed(change, before.as_ref(), &applying, &at) {
            Ok(module) => policy.modules.extend(module),
            Err(wrong) => faults.extend(wrong),
        }
        inverse.modules.push((change.name.clone(), before));
    }
    policy.modules.sort_by(|a, b| a.name.cmp(&b.name));
    if faults.is_empty() { Ok(Applied { policy, inverse }) } else { Err(faults) }
}

/// The module after a change; `None` when it goes. What is not written stays as it stands.
fn changed(
    change: &ModuleChange,
    before: Option<&StoredModule>,
    applying: &Applying<'_>,
    at: &str,
) -> Result<Option<StoredModule>, Vec<Fault>> {
    if change.remove {
        let fault =
            || Fault::new("no_such_module", at, "no such module stands", "list the modules");
        return before.map(|_| None).ok_or_else(|| vec![fault()]);
    }
    // Only what has no text of its own is taken from a template, with all that is said of it there.
    let named = before.is_none() && change.text.is_none();
    let template = named.then(|| (applying.template)(&change.name)).flatten();
    let text = change
        .text
        .as_ref()
        .or(before.map(|module| &module.text))
        .or(template.as_ref().map(|template| &template.text));
    let mut faults = Vec::new();
    if text.is_none() {
        let message = "there is neither module nor template of this name";
        let help = "write its `text`, or take the name of a template";
        faults.push(Fault::new("no_such_module", at, message, help));
    }
    // Whose calls: a scope that is written says anew whose, and none stands without its own id.
    let (scope, scope_id) = match change.scope {
        Some(scope) => (scope, change.scope_id.as_ref()),
        None => (
            before.map(|module| module.scope).unwrap_or_default(),
            change.scope_id.as_ref().or(before.and_then(|module| module.scope_id.as_ref())),
        ),
    };
    match (scope, scope_id) {
        (Scope::Global, Some(_)) => {
            let help = "write `scope`, too, or leave `scope_id` out";
            let at = format!("{at}/scope_id");
            faults.push(Fault::new("scope", at, "everybody has no id", help));
        }
        (Scope::Session | Scope::Project | Scope::User, None) => {
            let help = "name it in `scope_id`";
            let at = format!("{at}/scope");
            faults.push(Fault::new("scope", at, "it does not say whose", help));
        }
        _ => {}
    }
    let Some(text) = text.filter(|_| faults.is_empty()) else { return Err(faults) };
    let description = change
        .description
        .as_ref()
        .or(before.map(|module| &module.description))
        .or(template.as_ref().map(|template| &template.description));
    Ok(Some(StoredModule {
        name: change.name.clone(),
        text: text.clone(),
        description: description.cloned().unwrap_or_default(),
        status: change.status.or(before.map(|module| module.status)).unwrap_or_default(),
        scope,
        scope_id: scope_id.cloned(),
        on_error: change
            .on_error
            .or(before.map(|module| module.on_error))
            .or(template.as_ref().map(|template| template.on_error))
            .unwrap_or_default(),
        changed_by: applying.by.clone(),
        at: applying.at,
        revision: before.map_or(1, |module| module.revision.saturating_add(1)),
    }))
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
