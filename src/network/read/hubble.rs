//! Flows as `hubble observe -o jsonpb` prints them, one JSON object a line; bare flows of older versions, too.
//!
//! A flow is one packet or request as one node saw it, so a connection shows up many times and from both ends; it counts
//! once. Replies, drops and flows before translation are no connections of their own.

use crate::network::build::{Builder, Sighting, Told};
use crate::network::error::{NetworkError, shown};
use crate::network::model::{Peer, Protocol, ServiceId};
use crate::network::names;
use crate::network::read::{address, is_host, no_connection, numbered};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Deserialize)]
struct Line {
    flow: Option<Flow>,
    lost_events: Option<IgnoredAny>,
    node_status: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Flow {
    verdict: Option<String>,
    #[serde(rename = "IP")]
    ip: Option<Ip>,
    l4: Option<Layer4>,
    source: Option<Endpoint>,
    destination: Option<Endpoint>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    is_reply: Option<bool>,
    /// What older versions say instead of `is_reply`; `false` may mean that nobody knows.
    reply: Option<bool>,
}

#[derive(Deserialize)]
struct Ip {
    source: Option<String>,
    destination: Option<String>,
}

#[derive(Deserialize)]
struct Layer4 {
    #[serde(rename = "TCP")]
    tcp: Option<Ports>,
    #[serde(rename = "UDP")]
    udp: Option<Ports>,
    #[serde(rename = "SCTP")]
    sctp: Option<Ports>,
}

#[derive(Deserialize)]
struct Ports {
    source_port: Option<u32>,
    destination_port: Option<u32>,
    flags: Option<Flags>,
}

#[derive(Deserialize, Default, Clone, Copy)]
struct Flags {
    #[serde(rename = "SYN", default)]
    syn: bool,
    #[serde(rename = "ACK", default)]
    ack: bool,
}

#[derive(Deserialize, Default)]
struct Endpoint {
    namespace: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    pod_name: Option<String>,
    #[serde(default)]
    workloads: Vec<Workload>,
}

#[derive(Deserialize)]
struct Workload {
    name: Option<String>,
}

struct Seen {
    services: Vec<(ServiceId, Told)>,
    sighting: Sighting,
}

pub(super) fn read(text: &str, builder: &mut Builder) -> Result<(), NetworkError> {
    for (number, line) in numbered(text, builder) {
        let flow = match parse(line) {
            Ok(Some(flow)) => flow,
            Ok(None) => {
                builder.ignore("a line that tells of no flow");
                if line.contains("\"lost_events\"") {
                    builder.note("Hubble says that it lost flows; connections may be missing");
                }
                continue;
            }
            Err(reason) => {
                builder.skip(number, reason);
                continue;
            }
        };
        match understand(flow, builder) {
            Ok(Ok(seen)) => {
                for (id, told) in seen.services {
                    builder.service(id, told)?;
                }
                builder.saw(seen.sighting)?;
            }
            Ok(Err(ignored)) => builder.ignore(ignored),
            Err(reason) => builder.skip(number, reason),
        }
    }
    Ok(())
}

fn parse(line: &str) -> Result<Option<Flow>, String> {
    let bad = |fault: serde_json::Error| format!("no flow: {fault}");
    let wrapped = serde_json::from_str::<Line>(line).map_err(bad)?;
    if wrapped.lost_events.is_some() || wrapped.node_status.is_some() {
        return Ok(None);
    }
    if wrapped.flow.is_some() {
        return Ok(wrapped.flow);
    }
    let flow = serde_json::from_str::<Flow>(line).map_err(bad)?;
    if flow.verdict.is_none() && flow.ip.is_none() {
        return Err("no flow: it has neither `verdict` nor `IP`".to_owned());
    }
    Ok(Some(flow))
}

/// `Err` when the line is bad, `Ok(Err)` when it is good and says nothing of a connection.
fn understand(flow: Flow, builder: &Builder) -> Result<Result<Seen, &'static str>, String> {
    if flow.kind.as_deref() == Some("SOCK") {
        return Ok(Err("a flow before its address is translated"));
    }
    let dropped = match flow.verdict.as_deref() {
        Some("FORWARDED" | "REDIRECTED" | "AUDIT") => false,
        Some("DROPPED" | "ERROR") => true,
        Some("TRACED" | "TRANSLATED" | "VERDICT_UNKNOWN") => {
            return Ok(Err("a flow that was only traced"));
        }
        Some(other) => return Err(format!("`{}` is no verdict", shown(other))),
        None => return Err("the flow has no verdict".to_owned()),
    };
    let (protocol, ports) = match flow.l4 {
        Some(Layer4 { tcp: Some(ports), .. }) => (Protocol::Tcp, ports),
        Some(Layer4 { udp: Some(ports), .. }) => (Protocol::Udp, ports),
        Some(Layer4 { sctp: Some(ports), .. }) => (Protocol::Sctp, ports),
        Some(_) | None => return Ok(Err("a protocol without ports that a policy knows")),
    };
    let port = |port: Option<u32>| {
        let port = port.and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0);
        port.ok_or_else(|| "a port is missing or not within 1 to 65535".to_owned())
    };
    let (from, to) = (port(ports.source_port)?, port(ports.destination_port)?);
    let flags = ports.flags.unwrap_or_default();
    let reply = flow.is_reply.or(flow.reply.filter(|reply| *reply));
    let guessed = match (reply, flags.syn, flags.ack) {
        (Some(true), ..) | (None, true, true) => return Ok(Err("a reply")),
        (Some(false), ..) | (None, true, false) => false,
        // Nobody knows the direction: the lower port is likelier the server's.
        (None, false, _) if to < from => true,
        (None, false, _) => return Ok(Err("a flow without direction, likely a reply")),
    };
    let ip = flow.ip.ok_or("the flow has no `IP`")?;
    let parse = |text: Option<String>| {
        let text = text.ok_or("an address is missing")?;
        address(&text).ok_or_else(|| format!("`{}` is no address", shown(&text)))
    };
    let (source_ip, target_ip) = (parse(ip.source)?, parse(ip.destination)?);
    if let Some(reason) = no_connection(source_ip, target_ip) {
        return Ok(Err(reason));
    }
    let mut services = Vec::new();
    let mut end = |endpoint: Option<Endpoint>, ip| end(endpoint, ip, builder, &mut services);
    let source = end(flow.source, source_ip)?;
    let target = end(flow.destination, target_ip)?;
    let sighting = Sighting {
        source,
        source_port: Some(from),
        target,
        port: to,
        protocol,
        guessed,
        dropped,
        count: 1,
    };
    Ok(Ok(Seen { services, sighting }))
}

/// A pod is known by its workload, then by the labels that name an application, then by its own name.
fn end(
    endpoint: Option<Endpoint>,
    ip: IpAddr,
    builder: &Builder,
    services: &mut Vec<(ServiceId, Told)>,
) -> Result<Peer, String> {
    let endpoint = endpoint.unwrap_or_default();
    let labels: BTreeMap<String, String> =
        endpoint.labels.iter().filter_map(|l| label(l)).collect();
    let workload = endpoint.workloads.into_iter().find_map(|workload| workload.name);
    let named = || {
        let keys = ["app.kubernetes.io/name", "app", "k8s-app"];
        keys.iter().find_map(|key| labels.get(*key).cloned())
    };
    let not_empty = |name: &String| !name.is_empty();
    let pod = endpoint.pod_name.filter(not_empty);
    let Some(namespace) = endpoint.namespace.filter(not_empty) else {
        return if is_host(ip) {
            Ok(Peer::Address(ip))
        } else {
            Err("an end is no host".to_owned())
        };
    };
    let Some(name) = workload.filter(not_empty).or_else(named).or(pod) else {
        return Ok(Peer::Address(ip));
    };
    let id = builder.id(Some(&namespace), &name)?;
    let told = Told { labels: Some(labels), ..Told::default() };
    services.push((id.clone(), told));
    Ok(Peer::Service(id))
}

/// The pod's own labels; those that the network adds (`k8s:io.kubernetes...`, `reserved:...`) belong to nobody's selector.
fn label(text: &str) -> Option<(String, String)> {
    let own = text.strip_prefix("k8s:")?;
    let (key, value) = own.split_once('=').unwrap_or((own, ""));
    let added = key.starts_with("io.kubernetes.") || key.starts_with("io.cilium.");
    let good = names::is_label_key(key) && names::is_label_value(value);
    (good && !added).then(|| (key.to_owned(), value.to_owned()))
}
