//! Reading observations: one file a format, each into the same [`Builder`].

mod conntrack;
mod docker;
mod hubble;
mod plain;
mod sockets;
#[cfg(test)]
mod tests;

use crate::network::build::{Builder, Options, too_many};
use crate::network::error::{NetworkError, shown};
use crate::network::model::ServiceMap;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr};

/// A line longer than this is bad, whatever it says.
const LINE_MAX: usize = 256 << 10;

/// What an input is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Flows as `hubble observe -o jsonpb` prints them, one JSON object a line.
    Hubble,
    /// The connection table, as `conntrack -L` prints it or as `/proc/net/nf_conntrack` shows it.
    Conntrack,
    /// Sockets, as `ss -tunap` prints them.
    Ss,
    /// Containers, as `docker inspect` prints them: names and addresses, no connections.
    Docker,
    /// Services and connections in plain JSON; a map printed as JSON reads back as one.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Hubble, Self::Conntrack, Self::Ss, Self::Docker, Self::Json];

    /// The name in options and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hubble => "hubble",
            Self::Conntrack => "conntrack",
            Self::Ss => "ss",
            Self::Docker => "docker",
            Self::Json => "json",
        }
    }

    /// Tells the format by what the text begins with; `None` when it is none of ours.
    #[must_use]
    pub fn detect(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let first = text.lines().next()?;
        if text.starts_with('[') && !first.contains(" src=") {
            return Some(Self::Docker);
        }
        if text.starts_with('{') {
            let whole = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(first);
            let flow = whole.is_ok_and(|line| {
                ["flow", "verdict", "lost_events", "node_status"]
                    .iter()
                    .any(|k| line.contains_key(*k))
            });
            return Some(if flow { Self::Hubble } else { Self::Json });
        }
        if text.lines().take(20).any(|line| line.contains(" src=") && line.contains(" dst=")) {
            return Some(Self::Conntrack);
        }
        let socket = |line: &str| {
            matches!(line.split_whitespace().next(), Some("Netid" | "tcp" | "udp" | "sctp"))
        };
        text.lines().take(20).any(socket).then_some(Self::Ss)
    }
}

/// One observation.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What to call it in messages.
    pub name: &'a str,
    /// What it is written in; `None`: tell by its text.
    pub format: Option<Format>,
    /// What it says.
    pub text: &'a str,
}

/// Reads any number of observations into one map.
///
/// # Errors
/// When a limit is passed, an input is of another format, or two services claim one address. Single bad lines are in the
/// map.
pub fn observe(inputs: &[Input<'_>], options: &Options) -> Result<ServiceMap, NetworkError> {
    let limits = options.limits;
    too_many(inputs.iter().map(|input| input.text.len()).sum(), limits.bytes, "bytes")?;
    let lines = inputs.iter().map(|input| input.text.bytes().filter(|b| *b == b'\n').count());
    too_many(lines.sum(), limits.lines, "lines")?;
    let mut builder = Builder::new(options)?;
    let mut hosts = Vec::new();
    for input in inputs {
        builder.enter(input.name);
        let unknown = || NetworkError::UnknownFormat { input: shown(input.name) };
        if input.text.trim().is_empty() {
            builder.note(format!("`{}` is empty", shown(input.name)));
            continue;
        }
        let format = input.format.or_else(|| Format::detect(input.text)).ok_or_else(unknown)?;
        let bad_document = |reason: String| NetworkError::Unreadable {
            input: shown(input.name),
            format: format.as_str(),
            reason,
        };
        match format {
            Format::Hubble => hubble::read(input.text, &mut builder)?,
            Format::Conntrack => conntrack::read(input.text, &mut builder)?,
            Format::Ss => hosts.push(sockets::read(input.text, &mut builder)),
            Format::Docker => {
                let document = docker::parse(input.text).map_err(bad_document)?;
                docker::read(document, &mut builder)?;
            }
            Format::Json => {
                let document = plain::parse(input.text).map_err(bad_document)?;
                plain::read(document, &mut builder)?;
            }
        }
        if let (false, Some(reason)) = (builder.understood_any(), builder.first_skip()) {
            return Err(bad_document(reason));
        }
    }
    sockets::settle(hosts, &mut builder)?;
    builder.finish()
}

/// The lines of a text with their numbers, empty ones left out. Too long ones are told and left out.
fn numbered<'a>(text: &'a str, builder: &mut Builder) -> Vec<(usize, &'a str)> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.len() > LINE_MAX {
            builder.skip(at + 1, format!("the line has more than {LINE_MAX} bytes"));
        } else if !line.is_empty() {
            lines.push((at + 1, line));
        }
    }
    lines
}

/// An address as one would write it: an IPv4 address in IPv6 clothes is an IPv4 address.
fn plain_address(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Reads an address, with or without a zone (`%eth0`).
fn address(text: &str) -> Option<IpAddr> {
    let text = text.split('%').next()?;
    text.parse().ok().map(plain_address)
}

/// Neither loopback, nor unspecified, nor for many: an address that a policy could speak of.
fn is_host(address: IpAddr) -> bool {
    let link_local =
        |v6: Ipv6Addr| (v6.segments().first().copied().unwrap_or(0) & 0xffc0) == 0xfe80;
    let broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    let link_local = matches!(address, IpAddr::V6(v6) if link_local(v6));
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || broadcast
        || link_local)
}

/// Why a pair of addresses is no connection between hosts; `None` when it is one.
fn no_connection(source: IpAddr, target: IpAddr) -> Option<&'static str> {
    if source.is_loopback() || target.is_loopback() || source == target {
        Some("inside one host")
    } else if !is_host(source) || !is_host(target) {
        Some("to or from an address that is no host's")
    } else {
        None
    }
}
