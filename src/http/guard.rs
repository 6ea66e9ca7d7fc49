//! Which requests are read at all: those that name this listener, and of those that come from a page only our own pages'.
//!
//! A page in a browser can make it send requests to any address, but it cannot make it lie in `Host`, nor leave out `Origin`
//! and `Sec-Fetch-Site`. So whatever names another host than ours is refused before it is read (names of others can point
//! here: DNS rebinding), and so is what another page sends.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::{IpAddr, SocketAddr};

/// Refuses what another host is named in, and what any page sends: for listeners of programs.
pub(in crate::http) async fn local(
    State(at): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let said = meant(headers, at).and_then(|()| {
        if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
            return Err("pages in a browser are not served here");
        }
        Ok(())
    });
    match said {
        Ok(()) => next.run(request).await,
        Err(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
    }
}

/// Refuses what another host is named in, and what other pages send.
pub(in crate::http) async fn own_pages(
    State(at): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let said =
        meant(request.headers(), at).and_then(|()| ours(request.method(), request.headers(), at));
    match said {
        Ok(()) => next.run(request).await,
        Err(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
    }
}

fn meant(headers: &HeaderMap, at: SocketAddr) -> Result<(), &'static str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err("one `host` is wanted");
    };
    let host = host.to_str().map_err(|_| "the `host` cannot be read")?;
    if names(host, at) { Ok(()) } else { Err("this is not the host that was meant") }
}

/// What a browser says of where a request comes from. Programs say nothing; whoever acts without a browser shows another
/// proof than a cookie.
fn ours(method: &Method, headers: &HeaderMap, at: SocketAddr) -> Result<(), &'static str> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if let Some(origin) = origins.next() {
        let origin = origin.to_str().map_err(|_| "the `origin` cannot be read")?;
        let host = origin.strip_prefix("http://").ok_or("another page sent this")?;
        if !names(host, at) || origins.next().is_some() {
            return Err("another page sent this");
        }
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match text("sec-fetch-site") {
        None | Some("same-origin") => {}
        // Somebody typed the address, or took a bookmark.
        Some("none") if method == Method::GET => {}
        // A link, in mail for instance: it may show a page in a window of its own, and do nothing.
        Some(_)
            if method == Method::GET
                && text("sec-fetch-mode") == Some("navigate")
                && text("sec-fetch-dest") == Some("document") => {}
        Some(_) => return Err("another page sent this"),
    }
    match text("sec-fetch-dest") {
        Some("iframe" | "frame" | "embed" | "object" | "fencedframe") => {
            Err("frames are not served")
        }
        _ => Ok(()),
    }
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
    fn a_second_host_is_refused() {
        let at: SocketAddr = "127.0.0.1:8181".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert!(meant(&headers, at).is_err(), "no host");
        headers.insert(header::HOST, "localhost:8181".parse().unwrap());
        assert!(meant(&headers, at).is_ok());
        headers.append(header::HOST, "evil.test".parse().unwrap());
        assert!(meant(&headers, at).is_err(), "two hosts");
    }
}
