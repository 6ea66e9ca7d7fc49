//! The client that speaks with one address: what it trusts, what it sends with everything, and what it never does.

use crate::config::Site;
use crate::upstream::trust::{bundle, ready_tls, secret};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// Connections that rest longer are closed by us: sooner than servers do, whose close could cross with a call.
const REST: Duration = Duration::from_secs(3);

/// Whether what the configuration names for it can be read.
///
/// # Errors
/// What is wrong, in words.
pub fn usable(site: &Site) -> Result<(), String> {
    if let Some(file) = &site.token_file {
        bearer(file).map_err(|why| format!("its `token_file` `{}` {why}", file.display()))?;
    }
    if let Some(file) = &site.ca_file {
        certificates(site)
            .map(drop)
            .ok_or_else(|| format!("its `ca_file` `{}` holds no certificates", file.display()))?;
    }
    Ok(())
}

pub(crate) fn build(server: &str, site: &Site) -> Result<(Client, Url, HeaderMap), String> {
    let wrong = || "its address is not the one that was written".to_owned();
    let url = Url::parse(&site.url).map_err(|_| wrong())?;
    if !same_place(&url, site) {
        return Err(wrong());
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &site.headers {
        let header =
            HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
        let (name, mut value) = header.ok_or("a configured header cannot be sent")?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    if let Some(file) = &site.token_file {
        let value = bearer(file).map_err(|why| format!("`upstream.{server}.token_file` {why}"))?;
        headers.insert(AUTHORIZATION, value);
    }
    ready_tls();
    let here = [
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
        SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
    ];
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .connect_timeout(CONNECT)
        .pool_idle_timeout(REST)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        // Whatever a resolver says: in the clear, only this machine is spoken with.
        .resolve_to_addrs("localhost", &here);
    if url.scheme() == "https" {
        builder = builder.https_only(true);
    }
    if site.ca_file.is_some() {
        let all = certificates(site)
            .ok_or_else(|| format!("`upstream.{server}.ca_file` holds no certificates"))?;
        builder = builder.tls_certs_only(all);
    }
    let client = builder.build().map_err(|_| "TLS cannot be set up".to_owned())?;
    Ok((client, url, headers))
}

/// Whether the parser that connects finds what we found.
fn same_place(url: &Url, site: &Site) -> bool {
    let Some((host, port)) = site.place() else { return false };
    let found = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let same_host = match (host.parse::<IpAddr>(), found.parse::<IpAddr>()) {
        (Ok(ours), Ok(theirs)) => ours == theirs,
        _ => host == found,
    };
    same_host
        && url.port_or_known_default() == Some(port)
        && site.url.starts_with(&format!("{}://", url.scheme()))
        && url.username().is_empty()
        && url.password().is_none()
}

/// The token in this file as a header; else why there is none, in words that go on after the file's name.
fn bearer(file: &Path) -> Result<HeaderValue, String> {
    let token = secret(file)?;
    let value = token.bytes().all(|b| b.is_ascii_graphic()).then(|| format!("Bearer {}", *token));
    let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
    let mut value = value.ok_or("holds no token: letters, digits and signs in one line")?;
    value.set_sensitive(true);
    Ok(value)
}

fn certificates(site: &Site) -> Option<Vec<Certificate>> {
    let bundle = bundle(site.ca_file.as_deref()?)?;
    Certificate::from_pem_bundle(&bundle).ok().filter(|all| !all.is_empty())
}
