//! A server behind us that is an address: what may be written as one.
//!
//! An address is read narrowly, by its text: whoever connects reads it once more with the parser that connects, and both
//! must find the same host and port. In the clear only this machine itself is spoken with.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

const URL_MAX: usize = 2_048;
const HEADERS_MAX: usize = 32;
const HEADER_MAX: usize = 4_096;
/// Headers that we write ourselves, or that decide how a message is cut.
const OWN_HEADERS: [&str; 14] = [
    "accept",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "last-event-id",
    "mcp-protocol-version",
    "mcp-session-id",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// An address that we speak streamable HTTP with.
#[derive(Clone, PartialEq, Eq)]
pub struct Site {
    /// `https://`, or `http://` to this machine. What stands behind a `?` may be a secret and is never shown.
    pub url: String,
    /// Holds the bearer token. Read at each connect.
    pub token_file: Option<PathBuf>,
    /// Headers sent with everything, by their names in small letters. Values may be secrets and are never shown.
    pub headers: BTreeMap<String, String>,
    /// Certificates to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
}

impl Site {
    /// The address without what may be secret in it.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.url.split_once('?').map_or(self.url.as_str(), |(shown, _)| shown)
    }

    /// Its host, an address of version 6 without brackets, and its port. `None` for an address that no configuration
    /// holds.
    #[must_use]
    pub fn place(&self) -> Option<(&str, u16)> {
        place(&self.url).ok()
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("url", &self.shown())
            .field("token_file", &self.token_file)
            .field("headers", &self.headers.keys())
            .field("ca_file", &self.ca_file)
            .finish()
    }
}

/// Host and port of an address, which must be one that cannot be read in two ways.
pub(in crate::config) fn place(url: &str) -> Result<(&str, u16), &'static str> {
    let (rest, usual) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, 443),
        (_, Some(rest)) => (rest, 80),
        _ => return Err("must begin with `https://`"),
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]!$&'()*+,;=%@".contains(&b);
    if url.len() > URL_MAX || !rest.bytes().all(plain) {
        return Err("holds a character that no address has, or a fragment");
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    if authority.contains('@') {
        return Err("must not hold a user or a password; put a token into `token_file`");
    }
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an address of version 6 stand in brackets.
        Some((host, port)) if !port.ends_with(']') => {
            let port = port.parse().ok().filter(|port| *port != 0);
            (host, port.ok_or("names a port that there is not")?)
        }
        _ => (authority, usual),
    };
    let bare = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(six) => {
            six.parse::<std::net::Ipv6Addr>().map_err(|_| "names no host")?;
            six
        }
        None => host,
    };
    let label = |word: &str| {
        (1..=63).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !word.starts_with('-')
            && !word.ends_with('-')
    };
    let address = bare.parse::<IpAddr>().ok();
    // A last word of digits alone would be another way to write an address of version 4.
    let name = || {
        host.split('.').all(label)
            && !host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
    };
    if address.is_none() && !name() {
        return Err("names no host in small letters, or one that can be read in two ways");
    }
    let here = bare == "localhost" || address.is_some_and(|address| address.is_loopback());
    if usual == 80 && !here {
        return Err("must begin with `https://`: in the clear only this machine is spoken with");
    }
    Ok((bare, port))
}

pub(in crate::config) fn headers(
    written: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, &'static str> {
    if written.len() > HEADERS_MAX {
        return Err("holds more than 32 headers");
    }
    let mut headers = BTreeMap::new();
    for (name, value) in written {
        let name = name.to_ascii_lowercase();
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(token) {
            return Err("holds a name that no header can have");
        }
        if name == "authorization" {
            return Err("may not hold `Authorization`; put the token into `token_file`");
        }
        if OWN_HEADERS.contains(&name.as_str()) {
            return Err("holds a header that we write ourselves");
        }
        let text = |b: u8| b == b' ' || b.is_ascii_graphic();
        if value.len() > HEADER_MAX || value.trim() != value || !value.bytes().all(text) {
            return Err("holds a value that no header can have");
        }
        if headers.insert(name, value).is_some() {
            return Err("holds one header twice, in capitals and not");
        }
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_one_way_or_not_at_all() {
        for (url, want) in [
            ("https://mcp.example.org/mcp", ("mcp.example.org", 443)),
            ("https://mcp.example.org", ("mcp.example.org", 443)),
            ("https://mcp.example.org:8443/mcp?team=a", ("mcp.example.org", 8443)),
            ("https://10.0.0.1/mcp", ("10.0.0.1", 443)),
            ("https://[2001:db8::1]:9/mcp", ("2001:db8::1", 9)),
            ("http://127.0.0.1:8000/mcp", ("127.0.0.1", 8000)),
            ("http://127.9.9.9/mcp", ("127.9.9.9", 80)),
            ("http://[::1]:8000/mcp", ("::1", 8000)),
            ("http://localhost/mcp", ("localhost", 80)),
            ("https://x.org/a@b", ("x.org", 443)),
        ] {
            assert_eq!(place(url), Ok(want), "{url}");
        }
        for url in [
            "http://10.0.0.1/mcp",
            "http://example.org/mcp",
            "http://localhost.example.org/mcp",
            "http://127.0.0.1.example.org/mcp",
            "http://0.0.0.0/mcp",
            "http://[::]/mcp",
            "http://[::ffff:10.0.0.1]/mcp",
            "http://2130706433/mcp",
            "https://0x7f.1/mcp",
            "http://127.1/mcp",
            "https://ann:pw@example.org/mcp",
            "https://ann@example.org/mcp",
            "https://example.org\\@evil.test/mcp",
            "https://example.org/mcp#x",
            "https://example.org /mcp",
            "https://exa\tmple.org/mcp",
            "https://Example.org/mcp",
            "https://example.org:0/mcp",
            "https://example.org:99999/mcp",
            "https://example.org:/mcp",
            "https://example.org./mcp",
            "https:///mcp",
            "https://?x",
            "https://[zz]/mcp",
            "https://ex%61mple.org/mcp",
            "HTTPS://example.org/mcp",
            "ftp://example.org/mcp",
            "ws://127.0.0.1/mcp",
            "unix:///run/x",
            "",
        ] {
            assert!(place(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_header_of_our_own_or_one_that_could_hold_a_second_is_refused() {
        let one = |name: &str, value: &str| {
            headers([(name.to_owned(), value.to_owned())].into()).map(|all| all.into_iter().next())
        };
        let good = Ok(Some(("x-team".to_owned(), "a b".to_owned())));
        assert_eq!(one("X-Team", "a b"), good);
        for (name, value) in [
            ("Authorization", "Bearer x"),
            ("AUTHORIZATION", "x"),
            ("Host", "x"),
            ("Mcp-Session-Id", "x"),
            ("Content-Length", "1"),
            ("Transfer-Encoding", "chunked"),
            ("", "x"),
            ("X Team", "x"),
            ("X-Team:", "x"),
            ("X-Team", "a\r\nAuthorization: Bearer x"),
            ("X-Team", "a\n"),
            ("X-Team", " a"),
            ("X-Team", "\u{e4}"),
        ] {
            assert!(one(name, value).is_err(), "{name}: {value:?}");
        }
    }
}
