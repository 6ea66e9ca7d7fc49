//! Containers as `docker inspect` prints them: who has which address and which ports. There are no connections in it.

use crate::network::build::{Builder, Told};
use crate::network::error::{NetworkError, shown};
use crate::network::model::{Listen, Protocol};
use crate::network::read::{address, is_host};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Container {
    name: Option<String>,
    config: Option<Config>,
    network_settings: Option<NetworkSettings>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    labels: Option<BTreeMap<String, String>>,
    exposed_ports: Option<BTreeMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkSettings {
    #[serde(rename = "IPAddress")]
    ip_address: Option<String>,
    #[serde(rename = "GlobalIPv6Address")]
    global_ipv6_address: Option<String>,
    ports: Option<BTreeMap<String, Value>>,
    networks: Option<BTreeMap<String, Option<Network>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Network {
    #[serde(rename = "IPAddress")]
    ip_address: Option<String>,
    #[serde(rename = "GlobalIPv6Address")]
    global_ipv6_address: Option<String>,
}

/// Reads the document, not yet its containers.
pub(super) fn parse(text: &str) -> Result<Vec<&RawValue>, String> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map(|one| vec![one]).map_err(|e| e.to_string());
    }
    serde_json::from_str(text).map_err(|fault| fault.to_string())
}

pub(super) fn read(document: Vec<&RawValue>, builder: &mut Builder) -> Result<(), NetworkError> {
    for (at, entry) in document.into_iter().enumerate() {
        let container = match serde_json::from_str::<Container>(entry.get()) {
            Ok(container) => container,
            Err(fault) => {
                builder.skip(at + 1, format!("no container: {fault}"));
                continue;
            }
        };
        match told(container) {
            Ok((name, told)) => match builder.id(None, &name) {
                Ok(id) => builder.service(id, told)?,
                Err(reason) => builder.skip(at + 1, reason),
            },
            Err(reason) => builder.skip(at + 1, reason),
        }
    }
    Ok(())
}

fn told(container: Container) -> Result<(String, Told), String> {
    let (labels, exposed) =
        container.config.map(|c| (c.labels, c.exposed_ports)).unwrap_or_default();
    // Replicas of one compose service are one service.
    let composed = labels.and_then(|mut labels| labels.remove("com.docker.compose.service"));
    let own = container.name.map(|name| name.trim_start_matches('/').to_owned());
    let name = composed.or(own).ok_or("the container has no `Name`")?;
    let mut told = Told::default();
    let settings = container.network_settings.ok_or("the container has no `NetworkSettings`")?;
    let mut addresses = vec![settings.ip_address, settings.global_ipv6_address];
    for network in settings.networks.unwrap_or_default().into_values().flatten() {
        addresses.extend([network.ip_address, network.global_ipv6_address]);
    }
    for text in addresses.into_iter().flatten().filter(|text| !text.is_empty()) {
        let address = address(&text).ok_or(format!("`{}` is no address", shown(&text)))?;
        if is_host(address) {
            told.addresses.push(address);
        }
    }
    let ports = settings.ports.unwrap_or_default().into_keys();
    for text in ports.chain(exposed.unwrap_or_default().into_keys()) {
        told.listens.push(port(&text).ok_or(format!("`{}` is no port", shown(&text)))?);
    }
    Ok((name, told))
}

/// `80/tcp`.
fn port(text: &str) -> Option<Listen> {
    let (port, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let port = port.parse().ok().filter(|port| *port != 0)?;
    Some(Listen { port, protocol: Protocol::parse(protocol)? })
}
