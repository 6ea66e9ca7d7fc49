//! Servers: what is known of one decides how grave its calls are, what they cost and how policies see them.
//!
//! A server that comes or goes is held against one of which nothing is known, which is the strictest there is: a new one
//! in production loosens nothing but what it is sent.

use crate::config::loosening::{Found, told};
use crate::config::{Cost, Environment, Program, Reach, Resources, Site, Upstream};
use std::collections::{BTreeMap, BTreeSet};

pub(in crate::config::loosening) fn compare(
    old: &BTreeMap<String, Upstream>,
    new: &BTreeMap<String, Upstream>,
    found: &mut Found,
) {
    let unknown = Upstream::new(Reach::Program(Program::default()));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        // `wrap --name` finds a server's table by its name alone, so one that goes may still be served.
        let was = old.get(name).unwrap_or(&unknown);
        let becomes = new.get(name).unwrap_or(&unknown);
        one(name, was, becomes, found);
        reach(name, &was.reach, &becomes.reach, old, found);
    }
}

/// A program is no policy, and another one is another server, whose definitions are new to us. An address is sent what
/// belongs to its server alone: calls that people agreed to, and a credential.
fn reach(
    name: &str,
    old: &Reach,
    new: &Reach,
    known: &BTreeMap<String, Upstream>,
    found: &mut Found,
) {
    let Reach::Http(site) = new else { return };
    let key = |key: &str| format!("upstream.{name}.{key}");
    if let Reach::Http(was) = old {
        if site.url != was.url {
            found.add(key("url"), "its calls go to another address");
        }
        if site.ca_file != was.ca_file {
            found.add(key("ca_file"), "others may vouch for its address");
        }
    }
    // Who was sent a thing before may be told it again, under whatever name.
    let same = |other: &&Site| other.url == site.url && other.ca_file == site.ca_file;
    let sites = known.values().filter_map(|upstream| match &upstream.reach {
        Reach::Http(site) => Some(site),
        Reach::Program(_) => None,
    });
    let told: Vec<&Site> = sites.filter(same).collect();
    if site.token_file.is_some() && !told.iter().any(|was| was.token_file == site.token_file) {
        found.add(key("token_file"), "an address is sent a token that it was not sent before");
    }
    let known = |(name, value): (&String, &String)| {
        told.iter().any(|was| was.headers.get(name) == Some(value))
    };
    if !site.headers.iter().all(known) {
        found.add(key("headers"), "an address is sent headers that it was not sent before");
    }
}

fn one(name: &str, old: &Upstream, new: &Upstream, found: &mut Found) {
    let Upstream {
        // Told apart below.
        reach: _,
        environment,
        resources,
        allow_requests,
        // A call that takes longer is the same call.
        timeout: _,
        classification,
        costs,
        actions,
    } = new;
    let key = |key: &str| format!("upstream.{name}.{key}");
    found.note(
        *environment != old.environment && *environment != Environment::Production,
        &key("environment"),
        format!("`{}`", old.environment.as_str()),
        format!("`{}`: its writes are less grave", environment.as_str()),
    );
    found.note(
        (old.resources, *resources) == (Resources::Ask, Resources::Read),
        &key("resources"),
        "`ask`",
        "`read`: any address is read unasked",
    );
    if allow_requests.iter().any(|request| !old.allow_requests.contains(request)) {
        found.add(key("allow_requests"), "it may ask the client for more");
    }
    found.note(
        // What policies see of its calls; where there was none, they saw their strictest reading.
        *classification != old.classification,
        &key("classification"),
        told(old.classification.as_deref()),
        told(classification.as_deref()),
    );
    for tool in old.costs.keys().chain(costs.keys()).collect::<BTreeSet<_>>() {
        // Every tool without a line of its own costs what `*` says.
        let of = |costs: &BTreeMap<String, Cost>| costs.get(tool).or(costs.get("*")).cloned();
        let (was, becomes) = (of(&old.costs), of(costs));
        if cheaper(was.as_ref(), becomes.as_ref()) {
            found.add(key(&format!("cost.{tool}")), "it costs less, or is counted otherwise");
        }
    }
    for tool in old.actions.keys().chain(actions.keys()).collect::<BTreeSet<_>>() {
        if old.actions.get(tool) != actions.get(tool) {
            let message = "policies see its calls otherwise than before";
            found.add(key(&format!("action.{tool}")), message);
        }
    }
}

fn cheaper(old: Option<&Cost>, new: Option<&Cost>) -> bool {
    match (old, new) {
        (None, _) => false,
        (Some(Cost::Fixed(was)), Some(Cost::Fixed(becomes))) => becomes < was,
        (Some(was), becomes) => becomes != Some(was),
    }
}
