//! What applied policies allow and nobody was seen to use.

use crate::network::evaluate::{
    Direction, Rule, World, isolates, label, one_port_fits, rules, selects,
};
use crate::network::model::{Edge, Peer, Service, ServiceId};
use crate::network::selector::{Cidr, Fit};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;
use std::collections::BTreeSet;

/// An allowance that is wider than what was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unused {
    /// `namespace/name` of the policy.
    pub policy: String,
    /// Which of its directions.
    pub direction: Direction,
    /// Whom it lets through, in the policy's words.
    pub peer: String,
    /// At which ports.
    pub ports: String,
    /// What is too much of it.
    pub why: Why,
    /// What was seen of it: `PEER at PROTOCOL PORT`.
    pub seen: Vec<String>,
}

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The policy selects no service of the map.
    SelectsNothing,
    /// Nobody was seen to use it.
    NeverSeen,
    /// More peers or ports are allowed than were seen.
    WiderThanSeen,
}

/// How much of what was seen is listed with an allowance.
const SEEN_KEPT: usize = 20;

pub(crate) fn unused(world: &World<'_>) -> Vec<Unused> {
    let mut all = Vec::new();
    for policy in &world.applied.policies {
        let selected: Vec<&Service> =
            world.map.services.iter().filter(|s| selects(policy, s) == Fit::Yes).collect();
        for direction in [Direction::Ingress, Direction::Egress] {
            if isolates(policy, direction) {
                of_direction(world, policy, direction, &selected, &mut all);
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn of_direction(
    world: &World<'_>,
    policy: &NetworkPolicy,
    direction: Direction,
    selected: &[&Service],
    all: &mut Vec<Unused>,
) {
    let rules = rules(policy, direction);
    if rules.is_empty() {
        return;
    }
    let ours: BTreeSet<&ServiceId> = selected.iter().map(|service| &service.id).collect();
    let is_ours = |peer: &Peer| peer.service().is_some_and(|id| ours.contains(id));
    let edges: Vec<(&Peer, &Edge)> = world
        .map
        .edges
        .iter()
        .filter_map(|edge| match direction {
            Direction::Ingress => is_ours(&edge.target).then_some((&edge.source, edge)),
            Direction::Egress => is_ours(&edge.source).then_some((&edge.target, edge)),
        })
        .collect();
    for rule in rules {
        // Everybody needs name resolution, and few observers show it.
        if direction == Direction::Egress && only_names(&rule) {
            continue;
        }
        for (peer, port) in pairs(&rule) {
            let fits = |other: &Peer| match peer {
                None => true,
                Some(peer) => world.one_peer_fits(policy, peer, other) == Fit::Yes,
            };
            let used: Vec<&(&Peer, &Edge)> = edges
                .iter()
                .filter(|(other, edge)| {
                    let port =
                        port.map_or(Fit::Yes, |p| one_port_fits(p, edge.port, edge.protocol));
                    port == Fit::Yes && fits(other)
                })
                .collect();
            let why = if selected.is_empty() {
                Why::SelectsNothing
            } else if used.is_empty() {
                Why::NeverSeen
            } else if wide_peer(world, peer, &fits, &used) || wide_port(port, &used) {
                Why::WiderThanSeen
            } else {
                continue;
            };
            let seen: BTreeSet<String> = used
                .iter()
                .map(|(other, edge)| format!("{other} at {} {}", edge.protocol, edge.port))
                .collect();
            all.push(Unused {
                policy: label(policy),
                direction,
                peer: peer.map_or_else(|| "anybody".to_owned(), peer_words),
                ports: port.map_or_else(|| "any port".to_owned(), port_words),
                why,
                seen: seen.into_iter().take(SEEN_KEPT).collect(),
            });
        }
    }
}

fn only_names(rule: &Rule<'_>) -> bool {
    let is_dns = |port: &NetworkPolicyPort| {
        matches!(port.port, Some(IntOrString::Int(53))) && port.end_port.is_none()
    };
    !rule.ports.is_empty() && rule.ports.iter().all(is_dns)
}

/// Each peer with each port, `None` standing for all of them.
fn pairs<'a>(
    rule: &Rule<'a>,
) -> Vec<(Option<&'a NetworkPolicyPeer>, Option<&'a NetworkPolicyPort>)> {
    let some = |list: Vec<_>| if list.is_empty() { vec![None] } else { list };
    let ports: Vec<Option<&NetworkPolicyPort>> =
        if rule.ports.is_empty() { vec![None] } else { rule.ports.iter().map(Some).collect() };
    let peers = some(rule.peers.iter().map(Some).collect());
    peers.into_iter().flat_map(|peer| ports.iter().map(move |port| (peer, *port))).collect()
}

/// Whether more may come than came: anybody, a whole block of addresses, or a service that was seen elsewhere only.
fn wide_peer(
    world: &World<'_>,
    peer: Option<&NetworkPolicyPeer>,
    fits: &dyn Fn(&Peer) -> bool,
    used: &[&(&Peer, &Edge)],
) -> bool {
    let Some(peer) = peer else { return true };
    if let Some(block) = &peer.ip_block {
        return !Cidr::parse(&block.cidr).is_some_and(Cidr::is_one);
    }
    let came: BTreeSet<&Peer> = used.iter().map(|(other, _)| *other).collect();
    world.map.services.iter().any(|service| {
        let other = Peer::Service(service.id.clone());
        !came.contains(&other) && fits(&other)
    })
}

fn wide_port(port: Option<&NetworkPolicyPort>, used: &[&(&Peer, &Edge)]) -> bool {
    let Some(port) = port else { return true };
    match (&port.port, port.end_port) {
        (Some(IntOrString::Int(from)), Some(to)) => {
            let came: BTreeSet<u16> = used.iter().map(|(_, edge)| edge.port).collect();
            let room = usize::try_from(to - from + 1).unwrap_or(usize::MAX);
            came.len() < room
        }
        (Some(_), _) => false,
        (None, _) => true,
    }
}

fn peer_words(peer: &NetworkPolicyPeer) -> String {
    if let Some(block) = &peer.ip_block {
        let except: Vec<&str> = block.except.iter().flatten().map(String::as_str).collect();
        return match except.is_empty() {
            true => block.cidr.clone(),
            false => format!("{} except {}", block.cidr, except.join(", ")),
        };
    }
    let pods = match &peer.pod_selector {
        None => "all pods".to_owned(),
        Some(selector) => format!("pods with {}", selector_words(selector)),
    };
    match &peer.namespace_selector {
        None => pods,
        Some(selector) => format!("{pods} in namespaces with {}", selector_words(selector)),
    }
}

fn selector_words(selector: &LabelSelector) -> String {
    let equal = selector.match_labels.iter().flatten().map(|(k, v)| format!("{k}={v}"));
    let wishes = selector.match_expressions.iter().flatten().map(|wish| {
        let values = wish.values.iter().flatten().map(String::as_str).collect::<Vec<_>>();
        match values.is_empty() {
            true => format!("{} {}", wish.key, wish.operator),
            false => format!("{} {} ({})", wish.key, wish.operator, values.join(", ")),
        }
    });
    let all: Vec<String> = equal.chain(wishes).collect();
    if all.is_empty() { "any labels".to_owned() } else { all.join(", ") }
}

fn port_words(port: &NetworkPolicyPort) -> String {
    let protocol = port.protocol.as_deref().unwrap_or("TCP");
    match (&port.port, port.end_port) {
        (None, _) => format!("any {protocol} port"),
        (Some(IntOrString::Int(from)), Some(to)) => format!("{protocol} {from} to {to}"),
        (Some(IntOrString::Int(from)), None) => format!("{protocol} {from}"),
        (Some(IntOrString::String(name)), _) => format!("{protocol} `{name}`"),
    }
}
