//! From a host to the addresses that are connected to: looked up once, each of them checked.
//!
//! What was checked is what is connected to. A name that leads elsewhere at the next look, or to a forbidden address among
//! good ones, reaches nobody.

use crate::domain::notice::Failure;
use crate::notify::guard::may_go_to;
use async_trait::async_trait;
use std::net::{IpAddr, SocketAddr};

/// Looks up a host.
#[async_trait]
pub(in crate::notify) trait Resolver: Send + Sync + std::fmt::Debug {
    /// All its addresses.
    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure>;
}

/// The system's.
#[derive(Debug, Clone, Copy)]
pub(in crate::notify) struct System;

#[async_trait]
impl Resolver for System {
    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
        let found = tokio::net::lookup_host((host, port)).await.map_err(|_| Failure::Dns)?;
        Ok(found.collect())
    }
}

/// Where a webhook's host is. Any address among them that is not allowed, and it is not reached at all.
pub(in crate::notify) async fn public(
    resolver: &dyn Resolver,
    host: &str,
    port: u16,
    loopback: bool,
) -> Result<Vec<SocketAddr>, Failure> {
    let found = all(resolver, host, port).await?;
    if found.iter().all(|address| may_go_to(address.ip(), loopback)) {
        Ok(found)
    } else {
        Err(Failure::AddressNotAllowed)
    }
}

/// Where the mail server is. It stands in the configuration, so it may be inside; on loopback it is a receiver like others.
pub(in crate::notify) async fn mail_server(
    resolver: &dyn Resolver,
    host: &str,
    port: u16,
    loopback: bool,
    only_loopback: bool,
) -> Result<Vec<SocketAddr>, Failure> {
    let found = all(resolver, host, port).await?;
    let allowed = |address: &SocketAddr| {
        let ip = address.ip();
        if is_loopback(ip) {
            return loopback;
        }
        !only_loopback && !ip.is_unspecified() && !ip.is_multicast()
    };
    if found.iter().all(allowed) { Ok(found) } else { Err(Failure::AddressNotAllowed) }
}

/// As the system takes it: a mapped address is that of version 4.
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

async fn all(resolver: &dyn Resolver, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let found = match plain.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => resolver.look_up(plain, port).await?,
    };
    if found.is_empty() { Err(Failure::Dns) } else { Ok(found) }
}

#[cfg(test)]
pub(in crate::notify) mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Answers the first question in one way and all later ones in another.
    #[derive(Debug)]
    pub(in crate::notify) struct Turning {
        pub(in crate::notify) first: Vec<IpAddr>,
        pub(in crate::notify) then: Vec<IpAddr>,
        pub(in crate::notify) asked: AtomicUsize,
    }

    #[async_trait]
    impl Resolver for Turning {
        async fn look_up(&self, _: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed);
            let found = if asked == 0 { &self.first } else { &self.then };
            Ok(found.iter().map(|ip| SocketAddr::new(*ip, port)).collect())
        }
    }

    pub(in crate::notify) fn leads_to(addresses: &[&str]) -> Turning {
        let first: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Turning { then: first.clone(), first, asked: AtomicUsize::new(0) }
    }

    #[tokio::test]
    async fn one_forbidden_address_among_good_ones_is_enough() {
        let reach = |found: &'static [&'static str], loopback| async move {
            public(&leads_to(found), "h.test", 443, loopback).await.map(|found| found.len())
        };
        assert_eq!(reach(&["1.1.1.1", "8.8.8.8"], false).await, Ok(2));
        assert_eq!(reach(&["1.1.1.1", "10.0.0.1"], false).await, Err(Failure::AddressNotAllowed));
        assert_eq!(reach(&["::ffff:127.0.0.1"], true).await, Err(Failure::AddressNotAllowed));
        assert_eq!(reach(&["127.0.0.1"], false).await, Err(Failure::AddressNotAllowed));
        assert_eq!(reach(&["127.0.0.1"], true).await, Ok(1));
        assert_eq!(reach(&["10.0.0.1"], true).await, Err(Failure::AddressNotAllowed));
        assert_eq!(reach(&[], true).await, Err(Failure::Dns));
    }

    #[tokio::test]
    async fn an_address_that_is_written_is_not_looked_up() {
        let nobody = leads_to(&[]);
        let found = public(&nobody, "[::1]", 9000, true).await.unwrap();
        assert_eq!(found, ["[::1]:9000".parse().unwrap()]);
        let found = public(&nobody, "169.254.169.254", 443, true).await;
        assert_eq!(found, Err(Failure::AddressNotAllowed));
        assert_eq!(nobody.asked.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_mail_server_may_be_inside_but_on_loopback_only_if_told() {
        let reach = |found: &'static [&'static str], loopback, only| async move {
            mail_server(&leads_to(found), "h.test", 25, loopback, only).await.map(|_| ())
        };
        let no = Err(Failure::AddressNotAllowed);
        assert_eq!(reach(&["10.0.0.25"], false, false).await, Ok(()));
        assert_eq!(reach(&["127.0.0.1"], false, false).await, no);
        assert_eq!(reach(&["::ffff:127.0.0.1"], false, false).await, no);
        assert_eq!(reach(&["127.0.0.1"], true, true).await, Ok(()));
        assert_eq!(reach(&["127.0.0.1", "10.0.0.25"], true, true).await, no);
        assert_eq!(reach(&["0.0.0.0"], true, false).await, no);
    }
}
