//! Which requests are read at all: those that name this listener, and of those that come from a page only our own pages'.
//!
//! A page in a browser can make it send requests to any address, but it cannot make it lie in `Host`, nor leave out `Origin`
//! and `Sec-Fetch-Site`. So whatever names another host than ours is refused before it is read (names of others can point
//! here: DNS rebinding), and so is what another page sends. Nothing here answers a preflight or says that others may ask.

mod names;

pub(crate) use names::Names;

use crate::web::refused::Refused;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

type Said = Result<(), &'static str>;

const OTHER_PAGE: &str = "another page sent this";

/// Refuses what another host is named in, and what any page sends: for listeners of programs.
pub(crate) async fn local(State(names): State<Names>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let pages = || {
        let from_page =
            headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
        if from_page { Err("pages in a browser are not served here") } else { Ok(()) }
    };
    match meant(request.uri(), headers, names).and_then(|_| pages()) {
        Ok(()) => next.run(request).await,
        Err(why) => refuse(why),
    }
}

/// Refuses what another host is named in, and what other pages send.
pub(crate) async fn own_pages(
    State(names): State<Names>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let said = meant(request.uri(), headers, names)
        .and_then(|host| from(headers, host))
        .and_then(|()| fetched(request.method(), headers));
    match said {
        Ok(()) => next.run(request).await,
        Err(why) => refuse(why),
    }
}

fn refuse(why: &'static str) -> Response {
    Refused::new(StatusCode::FORBIDDEN, "not_from_here", why).into_response()
}

/// The one value of a header; twice is refused, for who knows which counts.
fn one<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    why: &'static str,
) -> Result<Option<&'h str>, &'static str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| why),
        (Some(_), Some(_)) => Err(why),
    }
}

/// The host that is named: one of ours, and where the target of the request names one too, the same there.
fn meant<'h>(target: &Uri, headers: &'h HeaderMap, names: Names) -> Result<&'h str, &'static str> {
    const NOT_MEANT: &str = "this is not the host that was meant";
    let why = "one `host` is wanted";
    let host = one(headers, &header::HOST, why)?.ok_or(why)?;
    if !names.has(host) {
        return Err(NOT_MEANT);
    }
    let whole = match (target.scheme_str(), target.authority()) {
        (None, None) => true,
        (Some("http"), Some(authority)) => authority.as_str().eq_ignore_ascii_case(host),
        _ => false,
    };
    if whole { Ok(host) } else { Err(NOT_MEANT) }
}

/// The page that a request comes from, as far as it is said. It must be of the very host that is asked: another name
/// of this machine may be another program.
fn from(headers: &HeaderMap, host: &str) -> Said {
    match one(headers, &header::ORIGIN, OTHER_PAGE)? {
        None => Ok(()),
        Some(origin) => {
            let of = origin.strip_prefix("http://").ok_or(OTHER_PAGE)?;
            if of.eq_ignore_ascii_case(host) { Ok(()) } else { Err(OTHER_PAGE) }
        }
    }
}

/// What a browser says of how a request came about. Programs say nothing; whoever acts without a browser shows another
/// proof than a cookie.
fn fetched(method: &Method, headers: &HeaderMap) -> Said {
    let said = |name: &'static str| one(headers, &HeaderName::from_static(name), OTHER_PAGE);
    let (mode, dest) = (said("sec-fetch-mode")?, said("sec-fetch-dest")?);
    let looks = [Method::GET, Method::HEAD].contains(method);
    match said("sec-fetch-site")? {
        None | Some("same-origin") => {}
        // Somebody typed the address, or took a bookmark.
        Some("none") if looks => {}
        // A link, in mail for instance: it may show a page in a window of its own, and do nothing.
        Some("cross-site" | "same-site")
            if *method == Method::GET && mode == Some("navigate") && dest == Some("document") => {}
        Some(_) => return Err(OTHER_PAGE),
    }
    if said("sec-purpose")?.is_some() {
        return Err("pages are not fetched ahead");
    }
    match dest {
        Some("iframe" | "frame" | "embed" | "object" | "fencedframe") => {
            Err("frames are not served")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        let mut all = HeaderMap::new();
        for (name, value) in of {
            all.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        all
    }

    #[test]
    fn a_second_host_is_refused() {
        let (names, _held) = Names::hold("127.0.0.1:18181".parse().unwrap());
        let said = |target: &str, of: &[(&'static str, &str)]| {
            meant(&target.parse().unwrap(), &headers(of), names).is_ok()
        };
        let ours = ("host", "127.0.0.1:18181");
        assert!(!said("/", &[]), "no host");
        assert!(said("/", &[ours]));
        assert!(!said("/", &[ours, ("host", "evil.test")]), "two hosts");
        assert!(!said("/", &[ours, ours]), "twice the same");
        assert!(said("http://127.0.0.1:18181/x", &[ours]), "the whole target");
        assert!(!said("http://evil.test/x", &[ours]), "another target");
        assert!(!said("https://127.0.0.1:18181/x", &[ours]), "another scheme");
        assert!(!said("http://u@127.0.0.1:18181/x", &[ours]), "a user in it");
        let forwarded = [("host", "evil.test"), ("x-forwarded-host", "127.0.0.1:18181")];
        assert!(!said("/", &forwarded), "nobody forwards");
    }

    #[test]
    fn only_pages_of_the_very_host_are_ours() {
        let host = "127.0.0.1:8181";
        let said = |origin: &str| from(&headers(&[("origin", origin)]), host).is_ok();
        assert!(said("http://127.0.0.1:8181") && from(&HeaderMap::new(), host).is_ok());
        for origin in [
            "null",
            "",
            "http://",
            "127.0.0.1:8181",
            "https://127.0.0.1:8181",
            "HTTP://127.0.0.1:8181/",
            "http://127.0.0.1:8181/",
            "http://127.0.0.1:81810",
            "http://127.0.0.1:8180",
            "http://127.0.0.1",
            "http://u@127.0.0.1:8181",
            "http://localhost:8181",
            "http://[::1]:8181",
            "file://127.0.0.1:8181",
        ] {
            assert!(!said(origin), "{origin}");
        }
        let twice = [("origin", "http://127.0.0.1:8181"), ("origin", "http://127.0.0.1:8181")];
        assert!(from(&headers(&twice), host).is_err());
    }

    #[test]
    fn other_pages_may_show_a_page_in_its_own_window_and_nothing_else() {
        let said =
            |method: Method, of: &[(&'static str, &str)]| fetched(&method, &headers(of)).is_ok();
        let site = |name| ("sec-fetch-site", name);
        let (navigate, document) = (("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"));
        assert!(said(Method::POST, &[]), "a program");
        assert!(said(Method::POST, &[site("same-origin")]));
        assert!(said(Method::GET, &[site("none")]) && !said(Method::POST, &[site("none")]));
        for other in ["cross-site", "same-site"] {
            assert!(said(Method::GET, &[site(other), navigate, document]));
            assert!(!said(Method::POST, &[site(other), navigate, document]), "a form");
            assert!(!said(Method::GET, &[site(other), ("sec-fetch-mode", "no-cors")]), "an image");
            let framed = ("sec-fetch-dest", "iframe");
            assert!(!said(Method::GET, &[site(other), navigate, framed]), "a frame");
        }
        assert!(!said(Method::GET, &[site("?"), navigate, document]), "a word of tomorrow");
        assert!(!said(Method::GET, &[site("same-origin"), ("sec-fetch-dest", "iframe")]));
        assert!(!said(Method::GET, &[site("none"), ("sec-purpose", "prefetch;prerender")]));
        assert!(!said(Method::GET, &[site("same-origin"), site("same-origin")]), "twice");
    }
}
