//! Sockets as `ss -tunap` prints them.
//!
//! A socket does not say who opened its connection. A listening socket at the same port does, here or at the other
//! host; where no listing has one, the port numbers decide, and the edge is marked as guessed. That is settled when all
//! inputs are read, because the other host's listing may come later.

use crate::network::build::{Builder, Sighting};
use crate::network::error::{NetworkError, shown};
use crate::network::model::{Listen, Peer, Protocol};
use crate::network::read::{address, no_connection, numbered};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// From here on, Linux and others choose the ports of clients.
const EPHEMERAL: u16 = 32768;
/// Ports above the reserved ones at which servers are usually met.
const USUAL: &[u16] = &[
    1433, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3000, 3306, 4222, 4317, 4318, 5000, 5432,
    5671, 5672, 6379, 6443, 8000, 8080, 8081, 8086, 8125, 8200, 8443, 8500, 8888, 9000, 9042, 9090,
    9092, 9093, 9100, 9200, 9300, 10250, 11211, 15672, 26257, 27017, 50051,
];

/// One host's listing.
#[derive(Debug, Default)]
pub(super) struct Host {
    addresses: BTreeSet<IpAddr>,
    /// `None`: at every address of the host.
    listens: BTreeSet<(Option<IpAddr>, Listen)>,
    pairs: Vec<Pair>,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    protocol: Protocol,
    local: (IpAddr, u16),
    peer: (IpAddr, u16),
    unanswered: bool,
}

enum Line {
    Pair(Pair),
    Listens(Option<IpAddr>, Listen),
    Ignored(&'static str),
}

pub(super) fn read(text: &str, builder: &mut Builder) -> Host {
    let mut host = Host::default();
    for (number, line) in numbered(text, builder) {
        match parse(line) {
            Ok(Line::Listens(at, listen)) => {
                host.listens.insert((at, listen));
                host.addresses.extend(at);
                builder.ignore("a listening socket");
            }
            Ok(Line::Ignored(reason)) => builder.ignore(reason),
            Ok(Line::Pair(pair)) => {
                host.addresses.insert(pair.local.0);
                match no_connection(pair.local.0, pair.peer.0) {
                    Some(reason) => builder.ignore(reason),
                    None => {
                        host.pairs.push(pair);
                        builder.understood_one();
                    }
                }
            }
            Err(reason) => builder.skip(number, reason),
        }
    }
    host
}

fn parse(line: &str) -> Result<Line, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.first().copied() {
        Some("Netid") => return Ok(Line::Ignored("a heading")),
        Some("State" | "Recv-Q") => {
            return Err(
                "the listing does not say which protocol; run `ss` with both `-t` and `-u`"
                    .to_owned(),
            );
        }
        _ => {}
    }
    let (Some(netid), Some(state), Some(local), Some(peer)) =
        (words.first(), words.get(1), words.get(4), words.get(5))
    else {
        return Err("fewer than the six columns of `ss -tun`".to_owned());
    };
    let Some(protocol) = Protocol::parse(netid) else {
        let others =
            ["u_str", "u_dgr", "u_seq", "nl", "p_raw", "p_dgr", "raw", "v_str", "icmp6", "mptcp"];
        return if others.contains(netid) {
            Ok(Line::Ignored("a socket of another kind"))
        } else {
            Err(format!("`{}` is no protocol", shown(netid)))
        };
    };
    let (local, peer) = (end(local)?, end(peer)?);
    let local_port = local.1.filter(|port| *port != 0).ok_or("the local port is `*`")?;
    if matches!(*state, "LISTEN" | "UNCONN") {
        let at = local.0.filter(|address| !address.is_unspecified());
        return Ok(Line::Listens(at, Listen { port: local_port, protocol }));
    }
    let unanswered = match *state {
        "SYN-SENT" => true,
        "ESTAB" | "FIN-WAIT-1" | "FIN-WAIT-2" | "TIME-WAIT" | "CLOSE-WAIT" | "LAST-ACK"
        | "CLOSING" => false,
        "SYN-RECV" => return Ok(Line::Ignored("a connection that is not complete yet")),
        "CLOSED" => return Ok(Line::Ignored("a closed socket")),
        other => return Err(format!("`{}` is no state of a socket", shown(other))),
    };
    let (Some(local), Some(peer), Some(peer_port)) =
        (local.0, peer.0, peer.1.filter(|port| *port != 0))
    else {
        return Err("a connection needs an address and a port at both ends".to_owned());
    };
    let pair = Pair { protocol, local: (local, local_port), peer: (peer, peer_port), unanswered };
    Ok(Line::Pair(pair))
}

/// `10.0.0.1:80`, `[fd00::1]:80`, `10.0.0.1%eth0:80`, `[fe80::1]%eth0:80`, `*:80`, `*:*`.
fn end(text: &str) -> Result<(Option<IpAddr>, Option<u16>), String> {
    let bad = || format!("`{}` is no address with a port", shown(text));
    let (host, port) = text.rsplit_once(':').ok_or_else(bad)?;
    let port = match port {
        "*" => None,
        port => Some(
            port.parse::<u16>()
                .map_err(|_| format!("`{}` is no port number; run `ss` with `-n`", shown(port)))?,
        ),
    };
    let host = host.split('%').next().unwrap_or(host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let host = match host {
        "*" => None,
        host => Some(address(host).ok_or_else(bad)?),
    };
    Ok((host, port))
}

/// Decides for every connection which end is the server.
pub(super) fn settle(hosts: Vec<Host>, builder: &mut Builder) -> Result<(), NetworkError> {
    let told = builder.listening();
    let mut guesses = false;
    for host in &hosts {
        for pair in &host.pairs {
            let (local_serves, guessed) = server(host, pair, &hosts, &told);
            let (client, serving) =
                if local_serves { (pair.peer, pair.local) } else { (pair.local, pair.peer) };
            guesses |= guessed;
            builder.saw(Sighting {
                source: Peer::Address(client.0),
                source_port: Some(client.1),
                target: Peer::Address(serving.0),
                port: serving.1,
                protocol: pair.protocol,
                guessed,
                dropped: pair.unanswered,
                count: 1,
            })?;
        }
    }
    if guesses {
        builder.note("for some sockets no listing shows who listens, so the server was guessed by its port; run `ss` with `-a` to have listening sockets, too");
    }
    Ok(())
}

/// Whether the local end is the server, and whether that is a guess.
fn server(
    host: &Host,
    pair: &Pair,
    hosts: &[Host],
    told: &BTreeSet<(IpAddr, Listen)>,
) -> (bool, bool) {
    let protocol = pair.protocol;
    let (local, peer) =
        (Listen { port: pair.local.1, protocol }, Listen { port: pair.peer.1, protocol });
    // Who sends the first packet is the client.
    if pair.unanswered {
        return (false, false);
    }
    let at = |host: &Host, address: IpAddr, listen: Listen| {
        host.listens.contains(&(None, listen)) || host.listens.contains(&(Some(address), listen))
    };
    let local_listens = at(host, pair.local.0, local) || told.contains(&(pair.local.0, local));
    let peer_listens = told.contains(&(pair.peer.0, peer))
        || hosts
            .iter()
            .any(|other| other.addresses.contains(&pair.peer.0) && at(other, pair.peer.0, peer));
    match (local_listens, peer_listens) {
        (true, false) => (true, false),
        (false, true) => (false, false),
        // A listing with listening sockets shows all of its host's.
        (false, false) if host.listens.iter().any(|(_, listen)| listen.protocol == protocol) => {
            (false, false)
        }
        (true, true) | (false, false) => (rank(local.port) < rank(peer.port), true),
    }
}

/// The likelier server has the lower rank: reserved ports, then usual ones, then those no client is given, then by number.
fn rank(port: u16) -> (u8, u16) {
    let class = match port {
        ..1024 => 0,
        _ if USUAL.contains(&port) => 1,
        1024..EPHEMERAL => 2,
        EPHEMERAL.. => 3,
    };
    (class, port)
}
