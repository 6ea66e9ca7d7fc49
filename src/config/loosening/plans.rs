//! Plans: which words they may use, where their steps go, and the classes of runs.

use crate::config::loosening::{Found, told};
use crate::config::{Directive, Environment, Plans, Provider};
use crate::domain::ruling::Tier;
use std::collections::BTreeMap;

pub(in crate::config::loosening) fn compare(old: &Plans, new: &Plans, found: &mut Found) {
    let Plans { actions, providers } = new;
    // An action that comes may be a word that plans could not use before.
    for (name, tier) in actions {
        let was = old.actions.get(name);
        if was.is_none_or(|was| tier < was) {
            let key = format!("ir.action.\"{name}\"");
            found.note(true, &key, told(was), format!("tier `{tier}`"));
        }
    }
    for name in old.actions.keys().filter(|name| !actions.contains_key(*name)) {
        found.add(format!("ir.action.\"{name}\""), "its own tier is gone");
    }
    for (name, provider) in providers {
        match old.providers.get(name) {
            None => found.add(format!("ir.provider.\"{name}\""), "is new"),
            Some(was) => one(name, was, provider, found),
        }
    }
    for (name, was) in &old.providers {
        // Without its table a provider cannot be run by us; but it may take more actions than it did.
        if was.family.is_some() && !providers.contains_key(name) {
            found.add(format!("ir.provider.\"{name}\".family"), "what it takes is bounded no more");
        }
    }
}

fn one(name: &str, old: &Provider, new: &Provider, found: &mut Found) {
    let Provider { family, environment, upstream, tools } = new;
    let key = |key: &str| format!("ir.provider.\"{name}\".{key}");
    found.note(
        *family != old.family,
        &key("family"),
        told(old.family.as_deref()),
        told(family.as_deref()),
    );
    found.note(
        *environment != old.environment && *environment != Environment::Production,
        &key("environment"),
        format!("`{}`", old.environment.as_str()),
        format!("`{}`", environment.as_str()),
    );
    found.note(
        upstream.is_some() && *upstream != old.upstream,
        &key("upstream"),
        told(old.upstream.as_deref()),
        told(upstream.as_deref()),
    );
    for (action, tool) in tools {
        if old.tools.get(action) != Some(tool) {
            found.add(key(&format!("tool.\"{action}\"")), "its steps become another call");
        }
    }
}

pub(in crate::config::loosening) fn directives(
    old: &BTreeMap<String, Directive>,
    new: &BTreeMap<String, Directive>,
    found: &mut Found,
) {
    for (name, was) in old {
        let key = |key: &str| format!("directive.{name}{key}");
        let Some(Directive {
            // For people.
            label: _,
            tier,
            approval,
        }) = new.get(name)
        else {
            found.add(key(""), "is gone");
            continue;
        };
        found.note(*tier < was.tier, &key(".tier"), told(Some(was.tier)), told(Some(*tier)));
        found.note(was.approval && !approval, &key(".approval"), "needed", "not needed");
    }
    // A class that comes opens nothing where one is as open already.
    let as_open = |tier: Tier, approval: bool| {
        old.values().any(|was| was.tier <= tier && was.approval <= approval)
    };
    for (name, directive) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        if !as_open(directive.tier, directive.approval) {
            found.add(format!("directive.{name}"), "asks less than every class there was");
        }
    }
}
