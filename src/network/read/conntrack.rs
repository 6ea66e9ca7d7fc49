//! The connection table of a Linux host: `conntrack -L`, `conntrack -E`, or `/proc/net/nf_conntrack`.
//!
//! The original direction says who opened a connection, whatever the port numbers look like. The reply direction says
//! who answered: where a service address was translated on the way, it names the real server and its real port, which is
//! what a NetworkPolicy is compared with.

use crate::network::build::{Builder, Sighting};
use crate::network::error::{NetworkError, shown};
use crate::network::model::{Peer, Protocol};
use crate::network::read::{address, no_connection, numbered};
use std::net::IpAddr;

#[derive(Debug, Default, Clone, Copy)]
struct Tuple {
    src: Option<IpAddr>,
    dst: Option<IpAddr>,
    sport: Option<u16>,
    dport: Option<u16>,
}

enum Line {
    Seen(Sighting),
    Ignored(&'static str),
}

pub(super) fn read(text: &str, builder: &mut Builder) -> Result<(), NetworkError> {
    for (number, line) in numbered(text, builder) {
        match parse(line) {
            Ok(Line::Seen(sighting)) => builder.saw(sighting)?,
            Ok(Line::Ignored(reason)) => builder.ignore(reason),
            Err(reason) => builder.skip(number, reason),
        }
    }
    Ok(())
}

fn parse(line: &str) -> Result<Line, String> {
    if line.starts_with("conntrack v") {
        return Ok(Line::Ignored("a line that `conntrack` says of itself"));
    }
    // `conntrack -E` puts a time and an event in front, `-o extended` and the kernel the family.
    let mut words =
        line.split_whitespace().skip_while(|w| w.starts_with('[') || w.ends_with(']')).peekable();
    if matches!(words.peek(), Some(&("ipv4" | "ipv6"))) {
        words.nth(1);
    }
    let name = words.next().ok_or("the line is empty")?;
    let Some(protocol) = Protocol::parse(name) else {
        let others = ["icmp", "icmpv6", "unknown", "gre", "dccp", "udplite", "ipv6-icmp", "igmp"];
        return if others.contains(&name) {
            Ok(Line::Ignored("a protocol without ports that a policy knows"))
        } else {
            Err(format!("`{}` is no protocol", shown(name)))
        };
    };
    let (mut original, mut reply) = (Tuple::default(), Tuple::default());
    let mut unreplied = false;
    for word in words {
        match word.split_once('=') {
            Some((key, value)) => fill(&mut original, &mut reply, key, value)?,
            None if word == "[UNREPLIED]" => unreplied = true,
            None => {}
        }
    }
    let (Some(source), Some(asked), Some(asked_port)) =
        (original.src, original.dst, original.dport)
    else {
        return Err("the original direction lacks `src=`, `dst=` or `dport=`".to_owned());
    };
    let target = reply.src.unwrap_or(asked);
    let port = if reply.src.is_some() { reply.sport.unwrap_or(asked_port) } else { asked_port };
    if port == 0 {
        return Err("port 0 is no port".to_owned());
    }
    if let Some(reason) = no_connection(source, target) {
        return Ok(Line::Ignored(reason));
    }
    Ok(Line::Seen(Sighting {
        source: Peer::Address(source),
        source_port: original.sport,
        target: Peer::Address(target),
        port,
        protocol,
        guessed: false,
        // Without an answer there is no TCP connection. UDP may well go one way only.
        dropped: unreplied && protocol != Protocol::Udp,
        count: 1,
    }))
}

/// The first `src=`, `dst=`, `sport=`, `dport=` belong to the original direction, the second ones to the reply.
fn fill(original: &mut Tuple, reply: &mut Tuple, key: &str, value: &str) -> Result<(), String> {
    let place = |text: &str| address(text).ok_or(format!("`{}` is no address", shown(text)));
    let port =
        |text: &str| text.parse::<u16>().map_err(|_| format!("`{}` is no port", shown(text)));
    match key {
        "src" if original.src.is_none() => original.src = Some(place(value)?),
        "src" => reply.src = Some(place(value)?),
        "dst" if original.dst.is_none() => original.dst = Some(place(value)?),
        "dst" => reply.dst = Some(place(value)?),
        "sport" if original.sport.is_none() => original.sport = Some(port(value)?),
        "sport" => reply.sport = Some(port(value)?),
        "dport" if original.dport.is_none() => original.dport = Some(port(value)?),
        "dport" => reply.dport = Some(port(value)?),
        _ => {}
    }
    Ok(())
}
