//! What a browser is told instead of a bare refusal: where to log in, and what to come back to.

use crate::http::fields::encoded;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};

/// Where one logs in.
const LOGIN: &str = "/login";
/// Bytes of a path that are come back to at most.
const WANTED_MAX: usize = 1024;

/// What somebody wanted, as far as it matters once it is refused.
#[derive(Debug)]
pub(in crate::http::proof) enum Wish {
    /// A page, in a window: its path.
    Page(String),
    /// A part of a page, by htmx: the path of the page.
    Part(String),
    /// To log in.
    Entry,
    /// Anything else.
    Other,
}

impl Wish {
    pub(in crate::http::proof) fn of(request: &Request) -> Self {
        let (path, headers) = (request.uri().path(), request.headers());
        if path == LOGIN {
            return Self::Entry;
        }
        if path.starts_with("/api/") {
            return Self::Other;
        }
        if headers.contains_key("hx-request") {
            return Self::Part(page_of(headers));
        }
        let html =
            |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("text/html"));
        if request.method() == Method::GET && headers.get_all(header::ACCEPT).iter().any(html) {
            return Self::Page(wanted(request.uri()));
        }
        Self::Other
    }

    pub(in crate::http::proof) fn enters(&self) -> bool {
        matches!(self, Self::Entry)
    }

    /// The answer instead of this refusal.
    pub(in crate::http::proof) fn instead(self, refusal: Response) -> Response {
        match self {
            Self::Page(path) => match HeaderValue::try_from(login_for(&path)) {
                Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
                Err(_) => refusal,
            },
            Self::Part(path) => {
                let mut refusal = refusal;
                if let Ok(to) = HeaderValue::try_from(login_for(&path)) {
                    refusal.headers_mut().insert("hx-redirect", to);
                }
                refusal
            }
            Self::Entry | Self::Other => refusal,
        }
    }
}

/// The page that htmx says it stands on: its path alone, whatever host it names.
fn page_of(headers: &HeaderMap) -> String {
    let said = headers.get("hx-current-url").and_then(|value| value.to_str().ok());
    said.and_then(|url| url.parse::<Uri>().ok()).map_or_else(|| "/".to_owned(), |url| wanted(&url))
}

/// A path of ours to come back to, or the first page.
fn wanted(uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if local && path.len() <= WANTED_MAX { path.to_owned() } else { "/".to_owned() }
}

fn login_for(path: &str) -> String {
    if path == "/" {
        return LOGIN.to_owned();
    }
    format!("{LOGIN}?to={}", encoded(path, b"/"))
}

#[cfg(test)]
mod tests {
    use crate::http::proof::wish::{login_for, wanted};
    use axum::http::Uri;

    #[test]
    fn only_a_path_of_ours_is_come_back_to() {
        let of = |text: &str| wanted(&text.parse::<Uri>().unwrap());
        assert_eq!(of("/history?page=2&q=a%20b"), "/history?page=2&q=a%20b");
        assert_eq!(of("http://evil.test/history"), "/history");
        assert_eq!(of("//evil.test/a"), "/");
        assert_eq!(of(&format!("/{}", "a".repeat(2000))), "/");
        assert_eq!(login_for("/"), "/login");
        assert_eq!(
            login_for("/history?page=2&q=\"#"),
            "/login?to=/history%3Fpage%3D2%26q%3D%22%23"
        );
    }
}
