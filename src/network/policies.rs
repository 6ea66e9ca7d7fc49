//! The least that services need: one policy a service, and one a namespace that denies the rest.
//!
//! Everything is built from Kubernetes' own types, never from text, so no name can become YAML. Namespaces of the cluster
//! itself get no policies: a map of some minutes does not know all that the cluster's own services are asked for.

use crate::network::error::{NetworkError, shown};
use crate::network::model::{Edge, Peer, Protocol, Service, ServiceId, ServiceMap};
use crate::network::names;
use k8s_openapi::api::networking::v1::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Kubernetes itself puts this label on every namespace.
pub(crate) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";
/// The name of the policy that denies the rest.
pub(crate) const DEFAULT_DENY: &str = "default-deny-all";
/// Labels that change when pods are replaced or an application is upgraded. A selector with one would soon select nothing.
const VOLATILE: &[&str] = &[
    "pod-template-hash",
    "pod-template-generation",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "batch.kubernetes.io/job-completion-index",
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
    "helm.sh/chart",
];

/// Policies for a whole map.
#[derive(Debug, Clone, Default)]
pub struct PolicySet {
    /// For each namespace, the one that denies the rest, by namespace.
    pub default_deny: BTreeMap<String, NetworkPolicy>,
    /// For each service, by id.
    pub services: BTreeMap<ServiceId, NetworkPolicy>,
    /// What whoever applies them should know.
    pub notes: Vec<String>,
}

impl PolicySet {
    /// All of them, those that deny the rest last: applied in this order, nothing that was seen is cut in between.
    #[must_use]
    pub fn all(&self) -> Vec<&NetworkPolicy> {
        self.services.values().chain(self.default_deny.values()).collect()
    }
}

/// Whether a namespace belongs to the cluster itself.
pub(crate) fn is_system(namespace: &str) -> bool {
    namespace.starts_with("kube-") || namespace == "cilium" || namespace.starts_with("calico-")
}

/// Makes the policies that allow what the map holds and nothing else.
///
/// # Errors
/// When two policies would get one name, which a hash keeps from happening by accident.
pub fn policies(map: &ServiceMap) -> Result<PolicySet, NetworkError> {
    let mut set = PolicySet::default();
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    let mut notes = BTreeSet::new();
    for service in &map.services {
        if is_system(&service.id.namespace) {
            notes.insert(format!(
                "`{}` belongs to the cluster itself; its services get no policies",
                service.id.namespace
            ));
            continue;
        }
        tell_of_labels(service, &mut notes);
        let policy = for_service(map, service);
        let name = policy.metadata.name.clone().unwrap_or_default();
        if !taken.insert((service.id.namespace.clone(), name.clone())) {
            let reason = "another service's policy has this name already".to_owned();
            return Err(NetworkError::Write { name, reason });
        }
        set.services.insert(service.id.clone(), policy);
        set.default_deny
            .entry(service.id.namespace.clone())
            .or_insert_with(|| default_deny(&service.id.namespace));
    }
    tell_of_overlaps(map, &mut notes);
    if !set.services.is_empty() {
        notes.insert(format!("`{DEFAULT_DENY}` also holds for pods that were not seen; look at `services` for who is missing before you apply it"));
    }
    set.notes = notes.into_iter().collect();
    Ok(set)
}

fn tell_of_labels(service: &Service, notes: &mut BTreeSet<String>) {
    if service.labels_assumed {
        let label = service.labels.get("app").map_or("", String::as_str);
        notes.insert(format!(
            "nobody told the labels of `{}`; its policy selects `app: {label}`, so its pods must carry that",
            shown(&service.id.to_string())
        ));
    }
}

/// A selector that fits other services, too, gives them the same rules.
fn tell_of_overlaps(map: &ServiceMap, notes: &mut BTreeSet<String>) {
    let mut by_namespace: BTreeMap<&str, Vec<&Service>> = BTreeMap::new();
    for service in &map.services {
        by_namespace.entry(&service.id.namespace).or_default().push(service);
    }
    for services in by_namespace.values() {
        for one in services {
            let wanted = stable(&one.labels);
            let fits = |other: &&&Service| {
                other.id != one.id && wanted.iter().all(|(k, v)| other.labels.get(k) == Some(v))
            };
            if let Some(other) = services.iter().find(fits) {
                notes.insert(format!(
                    "the labels of `{}` also fit `{}`; a rule for the one holds for the other",
                    shown(&one.id.to_string()),
                    shown(&other.id.to_string())
                ));
            }
        }
    }
}

/// The labels to select a service's pods by.
fn stable(labels: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let kept: BTreeMap<_, _> = labels
        .iter()
        .filter(|(key, _)| !VOLATILE.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if kept.is_empty() { labels.clone() } else { kept }
}

fn by_labels(labels: BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: Some(labels), match_expressions: None }
}

fn default_deny(namespace: &str) -> NetworkPolicy {
    let both = vec!["Ingress".to_owned(), "Egress".to_owned()];
    let spec = NetworkPolicySpec {
        pod_selector: Some(LabelSelector::default()),
        policy_types: Some(both),
        ..NetworkPolicySpec::default()
    };
    named(namespace, DEFAULT_DENY.to_owned(), spec)
}

/// The name of a service's policy.
pub(crate) fn policy_name(service: &ServiceId) -> String {
    let plain = format!("allow-{}", service.name);
    if names::is_dns_label(&plain) {
        return plain;
    }
    names::hashed(&format!("allow-{}", names::dns_label(&service.name)), &service.name)
}

fn for_service(map: &ServiceMap, service: &Service) -> NetworkPolicy {
    let id = &service.id;
    let to_it = map.edges.iter().filter(|edge| edge.target.service() == Some(id));
    let from_it = map.edges.iter().filter(|edge| edge.source.service() == Some(id));
    let spec = NetworkPolicySpec {
        pod_selector: Some(by_labels(stable(&service.labels))),
        policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
        ingress: Some(ingress(map, id, to_it)),
        egress: Some(egress(map, id, from_it)),
    };
    named(&id.namespace, policy_name(id), spec)
}

/// One edge alone: what its target must let in, and what its source must let out.
pub(crate) fn for_edge(map: &ServiceMap, edge: &Edge) -> Vec<NetworkPolicy> {
    let mut both = Vec::new();
    let selected = |id: &ServiceId| {
        let service = map.service(id).filter(|_| !is_system(&id.namespace))?;
        Some(by_labels(stable(&service.labels)))
    };
    let name = |direction: &str| {
        let whole = format!("{} {} {} {}", edge.source, edge.target, edge.protocol, edge.port);
        let short = |peer: &Peer| match peer {
            Peer::Service(id) => names::dns_label(&id.name),
            Peer::Address(address) => names::dns_label(&address.to_string()),
        };
        let head = match direction {
            "in" => format!("allow-{}-from-{}", short(&edge.target), short(&edge.source)),
            _ => format!("allow-{}-to-{}", short(&edge.source), short(&edge.target)),
        };
        names::hashed(&head, &whole)
    };
    if let Some((id, selector)) = edge.target.service().and_then(|id| Some((id, selected(id)?))) {
        let spec = NetworkPolicySpec {
            pod_selector: Some(selector),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(ingress(map, id, [edge].into_iter())),
            egress: None,
        };
        both.push(named(&id.namespace, name("in"), spec));
    }
    if let Some((id, selector)) = edge.source.service().and_then(|id| Some((id, selected(id)?))) {
        let spec = NetworkPolicySpec {
            pod_selector: Some(selector),
            policy_types: Some(vec!["Egress".to_owned()]),
            ingress: None,
            egress: Some(egress(map, id, [edge].into_iter())),
        };
        both.push(named(&id.namespace, name("out"), spec));
    }
    both
}

fn named(namespace: &str, name: String, spec: NetworkPolicySpec) -> NetworkPolicy {
    let managed = ("app.kubernetes.io/managed-by".to_owned(), env!("CARGO_PKG_NAME").to_owned());
    NetworkPolicy {
        metadata: ObjectMeta {
            name: Some(name),
            namespace: Some(namespace.to_owned()),
            labels: Some(BTreeMap::from([managed])),
            ..ObjectMeta::default()
        },
        spec: Some(spec),
    }
}

fn ingress<'a>(
    map: &ServiceMap,
    own: &ServiceId,
    edges: impl Iterator<Item = &'a Edge>,
) -> Vec<NetworkPolicyIngressRule> {
    let rules = grouped(edges.map(|edge| (&edge.source, edge)));
    rules
        .into_iter()
        .map(|(ports, peers)| NetworkPolicyIngressRule {
            from: Some(peers.into_iter().map(|peer| k8s_peer(map, own, peer)).collect()),
            ports: Some(ports),
        })
        .collect()
}

fn egress<'a>(
    map: &ServiceMap,
    own: &ServiceId,
    edges: impl Iterator<Item = &'a Edge>,
) -> Vec<NetworkPolicyEgressRule> {
    let rules = grouped(edges.map(|edge| (&edge.target, edge)));
    let mut rules: Vec<_> = rules
        .into_iter()
        .map(|(ports, peers)| NetworkPolicyEgressRule {
            to: Some(peers.into_iter().map(|peer| k8s_peer(map, own, peer)).collect()),
            ports: Some(ports),
        })
        .collect();
    if !rules.is_empty() {
        rules.push(name_resolution());
    }
    rules
}

/// Who reaches others finds them by name.
fn name_resolution() -> NetworkPolicyEgressRule {
    let dns = BTreeMap::from([("k8s-app".to_owned(), "kube-dns".to_owned())]);
    NetworkPolicyEgressRule {
        to: Some(vec![NetworkPolicyPeer {
            namespace_selector: Some(namespace_selector("kube-system")),
            pod_selector: Some(by_labels(dns)),
            ip_block: None,
        }]),
        ports: Some(vec![k8s_port(53, Protocol::Udp), k8s_port(53, Protocol::Tcp)]),
    }
}

/// Peers with the same ports share a rule.
fn grouped<'a>(
    edges: impl Iterator<Item = (&'a Peer, &'a Edge)>,
) -> Vec<(Vec<NetworkPolicyPort>, Vec<&'a Peer>)> {
    let mut by_peer: BTreeMap<&Peer, BTreeSet<(u16, Protocol)>> = BTreeMap::new();
    for (peer, edge) in edges {
        by_peer.entry(peer).or_default().insert((edge.port, edge.protocol));
    }
    let mut by_ports: BTreeMap<BTreeSet<(u16, Protocol)>, Vec<&Peer>> = BTreeMap::new();
    for (peer, ports) in by_peer {
        by_ports.entry(ports).or_default().push(peer);
    }
    let written = |ports: BTreeSet<(u16, Protocol)>| {
        ports.into_iter().map(|(port, protocol)| k8s_port(port, protocol)).collect()
    };
    by_ports.into_iter().map(|(ports, peers)| (written(ports), peers)).collect()
}

fn k8s_port(port: u16, protocol: Protocol) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(i32::from(port))),
        protocol: Some(protocol.as_str().to_owned()),
        end_port: None,
    }
}

fn k8s_peer(map: &ServiceMap, own: &ServiceId, peer: &Peer) -> NetworkPolicyPeer {
    match peer {
        Peer::Service(id) => NetworkPolicyPeer {
            pod_selector: map.service(id).map(|service| by_labels(stable(&service.labels))),
            namespace_selector: (id.namespace != own.namespace)
                .then(|| namespace_selector(&id.namespace)),
            ip_block: None,
        },
        Peer::Address(address) => {
            let bits = match address {
                IpAddr::V4(_) => 32,
                IpAddr::V6(_) => 128,
            };
            let cidr = format!("{address}/{bits}");
            NetworkPolicyPeer {
                ip_block: Some(IPBlock { cidr, except: None }),
                ..NetworkPolicyPeer::default()
            }
        }
    }
}

fn namespace_selector(namespace: &str) -> LabelSelector {
    by_labels(BTreeMap::from([(NAMESPACE_NAME.to_owned(), namespace.to_owned())]))
}
