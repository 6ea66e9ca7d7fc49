//! Which requests are read at all: those of local programs that name this listener.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::{IpAddr, SocketAddr};

/// Refuses what another host is named in, and what a page sends.
pub(in crate::http) async fn local(
    State(at): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(why) = is_local(request.headers(), at) {
        return (StatusCode::FORBIDDEN, format!("{why}\n")).into_response();
    }
    next.run(request).await
}

fn is_local(headers: &HeaderMap, at: SocketAddr) -> Result<(), &'static str> {
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        return Err("pages in a browser are not served here");
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err("one `host` is wanted");
    };
    let host = host.to_str().map_err(|_| "the `host` cannot be read")?;
    if names(host, at) { Ok(()) } else { Err("this is not the host that was meant") }
}

/// Whether `host` is a loopback name with the port of this listener.
fn names(host: &str, at: SocketAddr) -> bool {
    let Some((name, port)) = host.rsplit_once(':') else { return false };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let loopback = name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    loopback && port.parse() == Ok(at.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_our_port_are_meant() {
        let at: SocketAddr = "127.0.0.1:8181".parse().unwrap();
        for host in ["localhost:8181", "127.0.0.1:8181", "[::1]:8181", "LOCALHOST:8181"] {
            assert!(names(host, at), "{host}");
        }
        for host in [
            "localhost",
            "localhost:80",
            "evil.test:8181",
            "127.0.0.1.evil.test:8181",
            "10.0.0.1:8181",
            ":8181",
        ] {
            assert!(!names(host, at), "{host}");
        }
    }

    #[test]
    fn a_page_is_refused_and_a_program_is_not() {
        let at: SocketAddr = "127.0.0.1:8181".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert!(is_local(&headers, at).is_err(), "no host");
        headers.insert(header::HOST, "localhost:8181".parse().unwrap());
        assert!(is_local(&headers, at).is_ok());
        headers.insert(header::ORIGIN, "http://localhost:8181".parse().unwrap());
        assert!(is_local(&headers, at).is_err(), "from a page");
        headers.remove(header::ORIGIN);
        headers.append(header::HOST, "evil.test".parse().unwrap());
        assert!(is_local(&headers, at).is_err(), "two hosts");
    }
}
