//! What a set of NetworkPolicies lets through, as Kubernetes documents it.
//!
//! A pod that no policy selects for a direction is open in it. One that is selected lets through what any rule of any
//! selecting policy allows, and nothing else. A connection needs its source's egress and its target's ingress. Where
//! labels or named ports are not known, the strict answer is taken and marked as uncertain.

use crate::network::applied::Applied;
use crate::network::model::{Peer, Protocol, Service, ServiceMap};
use crate::network::policies::NAMESPACE_NAME;
use crate::network::selector::{Cidr, Fit, Labels, fits};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Serialize;
use std::collections::BTreeMap;

/// Seen from the pod that a policy selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the pod.
    Ingress,
    /// From the pod.
    Egress,
}

/// A rule of either direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule<'a> {
    /// Empty: everybody.
    pub(crate) peers: &'a [NetworkPolicyPeer],
    /// Empty: every port.
    pub(crate) ports: &'a [NetworkPolicyPort],
}

/// What one end says to a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    pub(crate) blocked: bool,
    /// It hangs on something that nobody told.
    pub(crate) uncertain: bool,
    /// The policies that hold this end.
    pub(crate) by: Vec<String>,
}

pub(crate) struct World<'a> {
    pub(crate) map: &'a ServiceMap,
    pub(crate) applied: &'a Applied,
    /// By the place of the service in the map: the policies that select it, surely or perhaps.
    selecting: Vec<Vec<(usize, Fit)>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(map: &'a ServiceMap, applied: &'a Applied) -> Self {
        let selecting = map
            .services
            .iter()
            .map(|service| {
                let all = applied.policies.iter().enumerate();
                all.map(|(at, policy)| (at, selects(policy, service)))
                    .filter(|(_, fit)| *fit != Fit::No)
                    .collect()
            })
            .collect();
        Self { map, applied, selecting }
    }

    /// The policies that select a service, surely or perhaps.
    pub(crate) fn selecting(
        &self,
        service: &Service,
    ) -> impl Iterator<Item = (&'a NetworkPolicy, Fit)> {
        let at = self.map.services.binary_search_by(|one| one.id.cmp(&service.id)).ok();
        let policies = at.and_then(|at| self.selecting.get(at)).map_or(&[][..], Vec::as_slice);
        policies.iter().filter_map(|(at, fit)| Some((self.applied.policies.get(*at)?, *fit)))
    }

    /// What the policies of `pod` say to a connection with `other`.
    pub(crate) fn says(
        &self,
        direction: Direction,
        pod: &Service,
        other: &Peer,
        port: u16,
        protocol: Protocol,
    ) -> Said {
        let mut said = Said::default();
        let mut best = Fit::No;
        for (policy, selected) in self.selecting(pod) {
            if !isolates(policy, direction) {
                continue;
            }
            said.by.push(label(policy));
            let allowed = rules(policy, direction).into_iter().map(|rule| {
                self.peer_fits(policy, &rule, other).min(port_fits(rule.ports, port, protocol))
            });
            let allowed = allowed.max().unwrap_or(Fit::No);
            said.uncertain |= selected == Fit::Unknown;
            best = best.max(allowed.min(selected));
        }
        said.blocked = !said.by.is_empty() && best != Fit::Yes;
        // Nothing could make a connection that is surely allowed any different.
        said.uncertain = said.blocked && (said.uncertain || best == Fit::Unknown);
        said
    }

    pub(crate) fn peer_fits(&self, policy: &NetworkPolicy, rule: &Rule<'_>, other: &Peer) -> Fit {
        if rule.peers.is_empty() {
            return Fit::Yes;
        }
        rule.peers
            .iter()
            .map(|peer| self.one_peer_fits(policy, peer, other))
            .max()
            .unwrap_or(Fit::No)
    }

    pub(crate) fn one_peer_fits(
        &self,
        policy: &NetworkPolicy,
        peer: &NetworkPolicyPeer,
        other: &Peer,
    ) -> Fit {
        match (other, &peer.ip_block) {
            (Peer::Address(address), Some(block)) => {
                let within =
                    |cidr: &String| Cidr::parse(cidr).is_some_and(|c| c.contains(*address));
                Fit::of(within(&block.cidr) && !block.except.iter().flatten().any(within))
            }
            // An address that nobody names may yet be a pod; a selector could fit it, and nobody knows.
            (Peer::Address(_), None) => Fit::No,
            // Whether a block of addresses holds for pods is left to the network plugin.
            (Peer::Service(id), Some(block)) => {
                let addresses = self.map.service(id).into_iter().flat_map(|s| &s.addresses);
                let cidr = Cidr::parse(&block.cidr);
                let within = addresses.copied().any(|a| cidr.is_some_and(|c| c.contains(a)));
                if within { Fit::Unknown } else { Fit::No }
            }
            (Peer::Service(id), None) => {
                let Some(service) = self.map.service(id) else { return Fit::No };
                let pods = fits(peer.pod_selector.as_ref(), pod_labels(service));
                let namespace = match &peer.namespace_selector {
                    None => Fit::of(policy.metadata.namespace.as_deref() == Some(&id.namespace)),
                    Some(selector) => self.namespace_fits(selector, &id.namespace),
                };
                pods.min(namespace)
            }
        }
    }

    fn namespace_fits(
        &self,
        selector: &k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector,
        namespace: &str,
    ) -> Fit {
        let told = self.applied.namespaces.get(namespace);
        let mut labels: BTreeMap<String, String> = told.cloned().unwrap_or_default();
        labels.insert(NAMESPACE_NAME.to_owned(), namespace.to_owned());
        fits(Some(selector), Labels { labels: &labels, complete: told.is_some() })
    }
}

fn pod_labels(service: &Service) -> Labels<'_> {
    Labels { labels: &service.labels, complete: !service.labels_assumed }
}

/// Whether a policy selects a service's pods.
pub(crate) fn selects(policy: &NetworkPolicy, service: &Service) -> Fit {
    if policy.metadata.namespace.as_deref() != Some(&service.id.namespace) {
        return Fit::No;
    }
    let selector = policy.spec.as_ref().and_then(|spec| spec.pod_selector.as_ref());
    fits(selector, pod_labels(service))
}

/// Whether a policy holds for a direction. Without `policyTypes` it holds for ingress, and for egress if it has such rules.
pub(crate) fn isolates(policy: &NetworkPolicy, direction: Direction) -> bool {
    let Some(spec) = &policy.spec else { return false };
    match (&spec.policy_types, direction) {
        (Some(types), Direction::Ingress) if !types.is_empty() => {
            types.iter().any(|t| t == "Ingress")
        }
        (Some(types), Direction::Egress) if !types.is_empty() => {
            types.iter().any(|t| t == "Egress")
        }
        (_, Direction::Ingress) => true,
        (_, Direction::Egress) => spec.egress.as_ref().is_some_and(|rules| !rules.is_empty()),
    }
}

/// The rules of a direction.
pub(crate) fn rules(policy: &NetworkPolicy, direction: Direction) -> Vec<Rule<'_>> {
    let Some(spec) = &policy.spec else { return Vec::new() };
    match direction {
        Direction::Ingress => {
            let rules = spec.ingress.iter().flatten();
            rules.map(|r| Rule { peers: list(&r.from), ports: list(&r.ports) }).collect()
        }
        Direction::Egress => {
            let rules = spec.egress.iter().flatten();
            rules.map(|r| Rule { peers: list(&r.to), ports: list(&r.ports) }).collect()
        }
    }
}

fn list<T>(of: &Option<Vec<T>>) -> &[T] {
    of.as_deref().unwrap_or(&[])
}

pub(crate) fn port_fits(ports: &[NetworkPolicyPort], port: u16, protocol: Protocol) -> Fit {
    if ports.is_empty() {
        return Fit::Yes;
    }
    ports.iter().map(|one| one_port_fits(one, port, protocol)).max().unwrap_or(Fit::No)
}

pub(crate) fn one_port_fits(one: &NetworkPolicyPort, port: u16, protocol: Protocol) -> Fit {
    if one.protocol.as_deref().unwrap_or("TCP") != protocol.as_str() {
        return Fit::No;
    }
    match (&one.port, one.end_port) {
        (None, _) => Fit::Yes,
        (Some(IntOrString::Int(from)), None) => Fit::of(*from == i32::from(port)),
        (Some(IntOrString::Int(from)), Some(to)) => {
            Fit::of((*from..=to).contains(&i32::from(port)))
        }
        // The pod says which number the name has.
        (Some(IntOrString::String(_)), _) => Fit::Unknown,
    }
}

/// `namespace/name` of a policy.
pub(crate) fn label(policy: &NetworkPolicy) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    format!("{}/{}", part(&policy.metadata.namespace), part(&policy.metadata.name))
}
