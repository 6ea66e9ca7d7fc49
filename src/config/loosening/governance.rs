//! `[policy]` and budgets: who may change policy, what modules know, what may be spent.

use crate::config::loosening::{Found, seconds};
use crate::config::{Budget, BudgetScope, Governance, Remote};
use crate::domain::policy::OnError;
use std::collections::BTreeMap;

pub(in crate::config::loosening) fn compare(old: &Governance, new: &Governance, found: &mut Found) {
    let Governance { enforcement, four_eyes, project, window, mask, config, remote } = new;
    found.note(
        old.enforcement && !enforcement,
        "policy.enforcement",
        "on",
        "off: modules judge nothing",
    );
    found.note(
        old.four_eyes && !four_eyes,
        "policy.four_eyes",
        "on",
        "off: an admin's own change needs nobody else",
    );
    if old.project.is_some() && *project != old.project {
        found.add("policy.project", "modules of the project so far judge nothing any more");
    }
    found.note(
        *window < old.window,
        "policy.window",
        seconds(old.window),
        format!("{}: fewer recent calls are counted", seconds(*window)),
    );
    if old.mask.iter().any(|pointer| !mask.contains(pointer)) {
        found.add("policy.mask", "values are stored that were not");
    }
    // What a value in it means is the module's: any change may open something.
    if *config != old.config {
        found.add("policy.config", "modules are given other data");
    }
    compare_remote(old.remote.as_ref(), remote.as_ref(), found);
}

fn compare_remote(old: Option<&Remote>, new: Option<&Remote>, found: &mut Found) {
    let (old, new) = match (old, new) {
        (None, None) => return,
        (None, Some(_)) => {
            return found.add("policy.remote", "what calls say is sent to another server");
        }
        (Some(_), None) => return found.add("policy.remote", "it is asked no more"),
        (Some(old), Some(new)) => (old, new),
    };
    let Remote { url, timeout, on_error } = new;
    if *url != old.url {
        found.add("policy.remote.url", "another server is asked");
    }
    found.note(
        *timeout < old.timeout,
        "policy.remote.timeout",
        seconds(old.timeout),
        format!("{}: it fails sooner", seconds(*timeout)),
    );
    found.note(
        (old.on_error, *on_error) == (OnError::Deny, OnError::Allow),
        "policy.remote.on_error",
        "`deny`",
        "`allow`",
    );
}

pub(in crate::config::loosening) fn budgets(
    old: &BTreeMap<String, Budget>,
    new: &BTreeMap<String, Budget>,
    found: &mut Found,
) {
    // One that comes only bounds.
    for (name, was) in old {
        let key = |key: &str| format!("budget.{name}{key}");
        let Some(Budget { limit, window, scope }) = new.get(name) else {
            found.add(key(""), "is gone");
            continue;
        };
        found.note(*limit > was.limit, &key(".limit_usd"), was.limit, limit);
        found.note(
            *window < was.window,
            &key(".window"),
            seconds(was.window),
            format!("{}: spending is forgotten sooner", seconds(*window)),
        );
        if !wider(was.scope, *scope) {
            found.add(key(".scope"), "less spending counts together");
        }
    }
}

/// Whether everything that counted together still does.
fn wider(old: BudgetScope, new: BudgetScope) -> bool {
    match (old, new) {
        (_, BudgetScope::Tenant) | (BudgetScope::Session, BudgetScope::Agent) => true,
        (old, new) => old == new,
    }
}
