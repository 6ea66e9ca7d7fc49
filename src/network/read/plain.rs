//! Plain JSON: `{"services": [{name, namespace?, labels?, addresses?}], "connections": [{source, target, port, protocol?}]}`.
//!
//! It is also how a table of names is written. A source or target is an address, `namespace/name`, or a bare name.

use crate::network::build::{Builder, Sighting, Told};
use crate::network::error::{NetworkError, shown};
use crate::network::model::{Listen, Peer, Protocol};
use crate::network::names;
use crate::network::read::{address, is_host};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(default, borrow)]
    services: Vec<&'a RawValue>,
    #[serde(default, borrow, alias = "edges")]
    connections: Vec<&'a RawValue>,
    #[serde(default, borrow)]
    dropped: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Service {
    name: String,
    namespace: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    labels_assumed: bool,
    #[serde(default)]
    addresses: Vec<String>,
    #[serde(default)]
    listens: Vec<Listen>,
}

#[derive(Deserialize)]
struct Connection {
    source: String,
    target: String,
    port: u16,
    protocol: Option<String>,
    count: Option<u64>,
    #[serde(default)]
    guessed: bool,
}

/// Reads the document, not yet its entries.
pub(super) fn parse(text: &str) -> Result<Document<'_>, String> {
    let document: Document<'_> = serde_json::from_str(text).map_err(|fault| fault.to_string())?;
    if document.services.is_empty() && document.connections.is_empty() {
        return Err("it has neither `services` nor `connections`".to_owned());
    }
    Ok(document)
}

pub(super) fn read(document: Document<'_>, builder: &mut Builder) -> Result<(), NetworkError> {
    for (at, entry) in document.services.iter().enumerate() {
        let found = serde_json::from_str::<Service>(entry.get());
        let found = found.map_err(|fault| format!("no service: {fault}"));
        match found.and_then(|service| told(service, builder)) {
            Ok((id, told)) => builder.service(id, told)?,
            Err(reason) => builder.skip(at + 1, reason),
        }
    }
    let connections = document.connections.iter().map(|entry| (false, entry));
    let all = connections.chain(document.dropped.iter().map(|entry| (true, entry)));
    for (at, (dropped, entry)) in all.enumerate() {
        let found = serde_json::from_str::<Connection>(entry.get());
        let found = found.map_err(|fault| format!("no connection: {fault}"));
        match found.and_then(|connection| sighting(connection, dropped, builder)) {
            Ok(sighting) => builder.saw(sighting)?,
            Err(reason) => builder.skip(document.services.len() + at + 1, reason),
        }
    }
    Ok(())
}

fn told(
    service: Service,
    builder: &Builder,
) -> Result<(crate::network::model::ServiceId, Told), String> {
    let id = builder.id(service.namespace.as_deref(), &service.name)?;
    let labels = service.labels.filter(|_| !service.labels_assumed);
    for (key, value) in labels.iter().flatten() {
        if !names::is_label_key(key) || !names::is_label_value(value) {
            let label = shown(&format!("{key}: {value}"));
            return Err(format!("`{label}` is no Kubernetes label"));
        }
    }
    let read = |text: &String| {
        let read = address(text).filter(|address| is_host(*address));
        read.ok_or_else(|| format!("`{}` is no address of a host", shown(text)))
    };
    let addresses = service.addresses.iter().map(read).collect::<Result<_, _>>()?;
    Ok((id, Told { labels, addresses, listens: service.listens }))
}

fn sighting(connection: Connection, dropped: bool, builder: &Builder) -> Result<Sighting, String> {
    let protocol = connection.protocol.as_deref().unwrap_or("TCP");
    let protocol = Protocol::parse(protocol)
        .ok_or_else(|| format!("`{}` is none of TCP, UDP and SCTP", shown(protocol)))?;
    if connection.port == 0 {
        return Err("port 0 is no port".to_owned());
    }
    Ok(Sighting {
        source: peer(&connection.source, builder)?,
        source_port: None,
        target: peer(&connection.target, builder)?,
        port: connection.port,
        protocol,
        guessed: connection.guessed,
        dropped,
        count: connection.count.unwrap_or(1),
    })
}

fn peer(text: &str, builder: &Builder) -> Result<Peer, String> {
    if text.parse::<IpAddr>().is_ok() {
        let host = address(text).filter(|address| is_host(*address));
        return host
            .map(Peer::Address)
            .ok_or_else(|| format!("`{}` is no address of a host", shown(text)));
    }
    let id = match text.split_once('/') {
        Some((namespace, name)) => builder.id(Some(namespace), name),
        None => builder.id(None, text),
    };
    id.map(Peer::Service)
}
