//! Policies that are applied, as YAML documents or as the list that `kubectl get networkpolicy -o json` prints.
//!
//! Read strictly: a comparison with a policy that was half understood would say the wrong thing about what it cuts.

use crate::network::error::{NetworkError, shown};
use crate::network::selector::Cidr;
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most policies that are compared with.
const POLICIES_MAX: usize = 2_000;
/// The longest text.
const BYTES_MAX: usize = 32 << 20;

/// What is applied.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    pub(crate) policies: Vec<NetworkPolicy>,
    /// Labels of namespaces, where a `Namespace` document tells them.
    pub(crate) namespaces: BTreeMap<String, BTreeMap<String, String>>,
    /// The namespace of policies that name none.
    pub(crate) namespace: String,
    /// Documents of other kinds.
    pub others: usize,
}

impl Applied {
    /// Reads what is applied. `namespace` is that of policies that name none.
    ///
    /// # Errors
    /// When it is no YAML, or a policy in it is none that Kubernetes would take.
    pub fn parse(text: &str, namespace: &str) -> Result<Self, NetworkError> {
        let mut applied = Self { namespace: namespace.to_owned(), ..Self::default() };
        applied.add(text)?;
        Ok(applied)
    }

    /// Adds what another text says.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn add(&mut self, text: &str) -> Result<(), NetworkError> {
        if text.len() > BYTES_MAX {
            return Err(NetworkError::TooMany { what: "bytes of policies", most: BYTES_MAX });
        }
        let documents: Vec<Value> = serde_saphyr::from_multiple(text)
            .map_err(|fault| NetworkError::Applied(first_line(&fault.to_string())))?;
        for document in documents {
            self.document(document, None)?;
        }
        if self.policies.len() > POLICIES_MAX {
            return Err(NetworkError::TooMany { what: "applied policies", most: POLICIES_MAX });
        }
        Ok(())
    }

    /// How many policies there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.policies.len()
    }

    fn document(&mut self, mut document: Value, kind: Option<&str>) -> Result<(), NetworkError> {
        if document.is_null() {
            return Ok(());
        }
        let Some(object) = document.as_object_mut() else {
            return Err(NetworkError::Applied("a document is no object".to_owned()));
        };
        if let Some(kind) = kind.filter(|_| !object.contains_key("kind")) {
            // Entries of a typed list need not repeat what they are.
            object.insert("kind".to_owned(), kind.into());
            object.entry("apiVersion").or_insert_with(|| "networking.k8s.io/v1".into());
        }
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        match (text("apiVersion").as_deref(), text("kind").as_deref()) {
            (_, None) => Err(NetworkError::Applied("a document has no `kind`".to_owned())),
            (_, Some(list @ ("List" | "NetworkPolicyList"))) => {
                let inner = (list == "NetworkPolicyList").then_some("NetworkPolicy");
                let items = object.remove("items").unwrap_or_default();
                let Value::Array(items) = items else {
                    return Err(NetworkError::Applied("a list has no `items`".to_owned()));
                };
                items.into_iter().try_for_each(|item| self.document(item, inner))
            }
            (Some("networking.k8s.io/v1"), Some("NetworkPolicy")) => self.policy(document),
            (_, Some("NetworkPolicy")) => Err(NetworkError::Applied(
                "a NetworkPolicy is not of `networking.k8s.io/v1`; those of other groups are not understood".to_owned(),
            )),
            (Some("v1"), Some("Namespace")) => {
                self.namespace_labels(&document);
                Ok(())
            }
            (_, Some(_)) => {
                self.others += 1;
                Ok(())
            }
        }
    }

    fn namespace_labels(&mut self, document: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let Some(name) = document.pointer("/metadata/name").and_then(text) else { return };
        let labels = document.pointer("/metadata/labels").and_then(Value::as_object);
        let labels = labels.into_iter().flatten();
        let labels = labels.filter_map(|(key, value)| Some((key.clone(), text(value)?)));
        self.namespaces.insert(name, labels.collect());
    }

    fn policy(&mut self, document: Value) -> Result<(), NetworkError> {
        let name = document.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
        let name = shown(name);
        let fault = |reason: String| NetworkError::Applied(format!("policy `{name}`: {reason}"));
        let spec = document.get("spec").cloned().unwrap_or_default();
        let mut policy: NetworkPolicy =
            serde_json::from_value(document).map_err(|e| fault(shown(&e.to_string())))?;
        if policy.metadata.name.is_none() {
            return Err(fault("it has no name".to_owned()));
        }
        let kept = serde_json::to_value(&policy.spec).map_err(|e| fault(e.to_string()))?;
        if let Some(path) = lost(&spec, &kept, "spec") {
            return Err(fault(format!("`{}` is no field of a NetworkPolicy", shown(&path))));
        }
        check(&policy).map_err(fault)?;
        policy.metadata.namespace.get_or_insert_with(|| self.namespace.clone());
        self.policies.push(policy);
        Ok(())
    }
}

/// What a reader of YAML says, without the excerpt that it draws below.
fn first_line(fault: &str) -> String {
    let line = fault.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    shown(line.strip_prefix("error: ").unwrap_or(line))
}

/// The path of something that the typed policy does not have.
fn lost(from: &Value, to: &Value, path: &str) -> Option<String> {
    match (from, to) {
        (Value::Object(from), to) => {
            from.iter().filter(|(_, v)| !v.is_null()).find_map(|(k, v)| {
                let path = format!("{path}.{k}");
                match to.get(k) {
                    Some(there) => lost(v, there, &path),
                    None => Some(path),
                }
            })
        }
        (Value::Array(from), Value::Array(to)) => {
            from.iter().zip(to).find_map(|(from, to)| lost(from, to, path))
        }
        _ => None,
    }
}

/// What the API server checks beyond the types.
fn check(policy: &NetworkPolicy) -> Result<(), String> {
    let Some(spec) = &policy.spec else { return Err("it has no `spec`".to_owned()) };
    spec.pod_selector.as_ref().map_or(Ok(()), check_selector)?;
    for kind in spec.policy_types.iter().flatten() {
        if !["Ingress", "Egress"].contains(&kind.as_str()) {
            return Err(format!("`{}` is no policy type", shown(kind)));
        }
    }
    for rule in spec.ingress.iter().flatten() {
        rule.from.iter().flatten().try_for_each(check_peer)?;
        rule.ports.iter().flatten().try_for_each(check_port)?;
    }
    for rule in spec.egress.iter().flatten() {
        rule.to.iter().flatten().try_for_each(check_peer)?;
        rule.ports.iter().flatten().try_for_each(check_port)?;
    }
    Ok(())
}

fn check_selector(selector: &LabelSelector) -> Result<(), String> {
    for wish in selector.match_expressions.iter().flatten() {
        let values = wish.values.as_ref().is_some_and(|values| !values.is_empty());
        match (wish.operator.as_str(), values) {
            ("In" | "NotIn", true) | ("Exists" | "DoesNotExist", false) => {}
            ("In" | "NotIn", false) => {
                return Err(format!("`{}` needs values", wish.operator));
            }
            ("Exists" | "DoesNotExist", true) => {
                return Err(format!("`{}` takes no values", wish.operator));
            }
            (other, _) => return Err(format!("`{}` is no operator", shown(other))),
        }
    }
    Ok(())
}

fn check_peer(peer: &NetworkPolicyPeer) -> Result<(), String> {
    let selectors = [&peer.pod_selector, &peer.namespace_selector];
    match &peer.ip_block {
        Some(_) if selectors.iter().any(|selector| selector.is_some()) => {
            Err("`ipBlock` stands beside a selector".to_owned())
        }
        Some(block) => {
            let all = [&block.cidr].into_iter().chain(block.except.iter().flatten());
            let mut bad = all.filter(|cidr| Cidr::parse(cidr).is_none());
            match bad.next() {
                Some(cidr) => Err(format!("`{}` is no CIDR", shown(cidr))),
                None => Ok(()),
            }
        }
        None if selectors.iter().all(|selector| selector.is_none()) => {
            Err("a peer is empty".to_owned())
        }
        None => selectors.into_iter().flatten().try_for_each(check_selector),
    }
}

fn check_port(port: &NetworkPolicyPort) -> Result<(), String> {
    if let Some(protocol) = &port.protocol
        && !["TCP", "UDP", "SCTP"].contains(&protocol.as_str())
    {
        return Err(format!("`{}` is none of TCP, UDP and SCTP", shown(protocol)));
    }
    let good = |port: i32| (1..=65535).contains(&port);
    match (&port.port, port.end_port) {
        (None, None) | (Some(IntOrString::String(_)), None) => Ok(()),
        (Some(IntOrString::Int(from)), None) if good(*from) => Ok(()),
        (Some(IntOrString::Int(from)), Some(to)) if good(*from) && good(to) && to >= *from => {
            Ok(())
        }
        (Some(IntOrString::Int(from)), None) => Err(format!("`{from}` is no port")),
        (_, Some(to)) => {
            Err(format!("`endPort: {to}` needs a number as `port` that is not above it"))
        }
    }
}
