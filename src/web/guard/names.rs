//! The names that this listener answers to, and holding on to the addresses that those names could also lead to.
//!
//! `localhost` is two addresses, and a browser tries `::1` first. A program that could listen at our port of the other one
//! would be the same origin as we are: its page would read what our pages keep, and send what they send. So the
//! other addresses of our port are taken too and answer nothing; where somebody was first, only the very address
//! listened on counts as a name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::TcpSocket;

/// What may stand in `Host`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    at: SocketAddr,
    /// Whether the other names of this machine can only mean us.
    every: bool,
}

/// Addresses that nobody else can listen on while this lives.
#[derive(Debug)]
pub(crate) struct Held {
    _sockets: Vec<TcpSocket>,
}

impl Names {
    /// The names of a listener, and what must be kept for as long as it listens.
    pub(crate) fn hold(at: SocketAddr) -> (Self, Held) {
        let others = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let (mut sockets, mut every) = (Vec::new(), true);
        for ip in others.into_iter().filter(|ip| *ip != at.ip()) {
            match bound(SocketAddr::new(ip, at.port())) {
                Ok(socket) => sockets.push(socket),
                // A machine without this family has nobody there either.
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => every = false,
                Err(_) => {}
            }
        }
        if !every {
            tracing::warn!(
                "another program listens at port {} of this machine, so only http://{at} is answered, not `localhost`",
                at.port()
            );
        }
        (Self { at, every }, Held { _sockets: sockets })
    }

    /// Whether this is one of them, with our port, letter by letter.
    pub(crate) fn has(&self, host: &str) -> bool {
        let (name, port) = match host.rfind(']') {
            Some(end) => host.split_at(end + 1),
            None => host.split_at(host.find(':').unwrap_or(host.len())),
        };
        let port_is_ours = match port.strip_prefix(':') {
            Some(port) => port == self.at.port().to_string(),
            // What browsers leave out.
            None => port.is_empty() && self.at.port() == 80,
        };
        let own = match self.at.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let usual =
            name.eq_ignore_ascii_case("localhost") || ["127.0.0.1", "[::1]"].contains(&name);
        port_is_ours && (name == own || (self.every && usual))
    }
}

/// Bound and never listening: whoever connects is refused, and nobody else can bind.
fn bound(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(at: &str, every: bool) -> Names {
        Names { at: at.parse().unwrap(), every }
    }

    #[test]
    fn only_loopback_names_with_our_port_are_meant() {
        let ours = names("127.0.0.1:8181", true);
        for host in ["localhost:8181", "127.0.0.1:8181", "[::1]:8181", "LOCALHOST:8181"] {
            assert!(ours.has(host), "{host}");
        }
        for host in [
            "",
            ":",
            ":8181",
            "localhost",
            "localhost:",
            "localhost:80",
            "localhost:08181",
            "localhost:+8181",
            "localhost:8181 ",
            "localhost:8181:8181",
            "localhost.:8181",
            "localhost.localdomain:8181",
            "a.localhost:8181",
            "user@localhost:8181",
            "localhost:8181@evil.test",
            "evil.test:8181",
            "127.0.0.1.evil.test:8181",
            "127.0.0.2:8181",
            "127.1:8181",
            "0x7f.0.0.1:8181",
            "2130706433:8181",
            "0.0.0.0:8181",
            "10.0.0.1:8181",
            "::1:8181",
            "[::1]8181",
            "[::1",
            "[::1]",
            "[0:0:0:0:0:0:0:1]:8181",
            "[::ffff:127.0.0.1]:8181",
            "[::]:8181",
            "[localhost]:8181",
            "[127.0.0.1]:8181",
        ] {
            assert!(!ours.has(host), "{host}");
        }
        assert!(names("127.0.0.2:8181", true).has("127.0.0.2:8181"));
        assert!(names("[::1]:8181", true).has("[::1]:8181"));
        assert!(names("127.0.0.1:80", true).has("localhost"));
    }

    #[test]
    fn where_another_listens_beside_us_only_our_address_counts() {
        let ours = names("127.0.0.1:8181", false);
        assert!(ours.has("127.0.0.1:8181"));
        for host in ["localhost:8181", "[::1]:8181"] {
            assert!(!ours.has(host), "{host}");
        }
    }

    #[tokio::test]
    async fn nobody_can_listen_at_the_other_address_of_our_port() {
        let first = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let at = first.local_addr().unwrap();
        let other: SocketAddr = (Ipv6Addr::LOCALHOST, at.port()).into();
        if std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
            return;
        }
        let (names, held) = Names::hold(at);
        assert!(names.every, "nobody was there");
        assert!(std::net::TcpListener::bind(other).is_err(), "it is taken");
        assert!(std::net::TcpStream::connect(other).is_err(), "and nobody answers");
        let (second, _) = Names::hold(at);
        assert!(!second.every, "somebody else has it");
        drop(held);
        assert!(std::net::TcpListener::bind(other).is_ok(), "given back");
    }
}
