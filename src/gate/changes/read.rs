//! What a diff says and would make: read for its author, filled in, put onto what stands, summed up.

use crate::config::Config;
use crate::domain::json::{Canonical, Limits};
use crate::domain::policy::{ModuleStatus, PolicyDiff, StoredModule, StoredPolicy, StoredRule};
use crate::domain::principal::{Principal, Role};
use crate::domain::ruling::{Tier, Verdict};
use crate::gate::changes::NotTaken;
use crate::gate::changes::apply::words;

/// Reads a diff for its author and fills in what it only names.
pub(in crate::gate::changes) fn read(
    bytes: &[u8],
    _author: Role,
    _stored: &StoredPolicy,
) -> Result<PolicyDiff, NotTaken> {
    let fault = |error: String| NotTaken::Faults(vec![error]);
    let text = Canonical::read(bytes, &Limits::ARGUMENTS).map_err(|e| fault(e.to_string()))?;
    let diff: PolicyDiff =
        serde_json::from_slice(text.as_bytes()).map_err(|e| fault(e.to_string()))?;
    let faults: Vec<String> =
        diff.add.iter().filter_map(|rule| crate::policy::compile_rule(rule).err()).collect();
    if faults.is_empty() { Ok(diff) } else { Err(NotTaken::Faults(faults)) }
}

/// What its proposer says of it goes with it.
pub(in crate::gate::changes) fn comment(diff: &mut PolicyDiff, comment: Option<&str>) {
    if let Some(comment) = words(comment) {
        diff.meta.insert("comment".to_owned(), comment.into());
    }
}

/// The one text of a diff.
pub(in crate::gate::changes) fn canonical(diff: &PolicyDiff) -> Result<Canonical, NotTaken> {
    let fault = |error: String| NotTaken::Faults(vec![error]);
    let bytes = serde_json::to_vec(diff).map_err(|e| fault(e.to_string()))?;
    Canonical::read(&bytes, &Limits::ARGUMENTS).map_err(|e| fault(e.to_string()))
}

/// What would stand.
pub(in crate::gate::changes) fn candidate(
    stored: &StoredPolicy,
    diff: &PolicyDiff,
    by: &Principal,
) -> Result<StoredPolicy, NotTaken> {
    let mut next = stored.clone();
    next.rules.retain(|rule| !diff.remove.contains(&rule.id));
    next.rules.extend(diff.add.iter().map(|spec| StoredRule {
        id: crate::domain::id::RuleId::new(),
        spec: spec.clone(),
        added_by: by.clone(),
        at: crate::domain::time::Millis::default(),
        version: stored.version,
    }));
    Ok(next)
}

/// What keeps modules that would begin to judge from standing.
pub(in crate::gate::changes) fn not_admitted(
    stored: &StoredPolicy,
    candidate: &StoredPolicy,
    _config: &Config,
) -> Vec<String> {
    let judged = |module: &&StoredModule| module.status == ModuleStatus::Active;
    let changed = |module: &&StoredModule| {
        stored
            .modules
            .iter()
            .filter(judged)
            .all(|known| known.name != module.name || known.text != module.text)
    };
    candidate.modules.iter().filter(judged).filter(changed).filter_map(|_| None).collect()
}

/// What it does, the gravest first.
pub(in crate::gate::changes) fn summary(_stored: &StoredPolicy, diff: &PolicyDiff) -> Vec<String> {
    vec![format!("adds {} rules, removes {}", diff.add.len(), diff.remove.len())]
}

/// 2 if it only tightens, else 3.
pub(in crate::gate::changes) fn tier(_stored: &StoredPolicy, diff: &PolicyDiff) -> Tier {
    let tightens = diff.remove.is_empty()
        && diff.modules.is_empty()
        && diff.add.iter().all(|rule| rule.effect != Verdict::Allow);
    if tightens { Tier::WRITE } else { Tier::GRAVE }
}
