//! How much a request may be, how many files we may open, and what is answered when a handler fails.

use crate::web::refused::Refused;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// How long a request's head may take, and how long a connection may lie idle between two.
pub(in crate::web::listener) const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a request's body may take.
pub(in crate::web::listener) const BODY_WITHIN: Duration = Duration::from_secs(30);
/// How long a reader may take nothing of an answer.
pub(in crate::web::listener) const STALLED: Duration = Duration::from_secs(60);
/// How long answers on their way have when we end.
pub(in crate::web::listener) const LAST_WORDS: Duration = Duration::from_millis(1_200);
/// Bytes of a request's head at most, and of an answer that lie ready for a slow reader.
pub(in crate::web::listener) const HEAD_MAX: usize = 64 * 1024;
/// Headers of a request at most.
pub(in crate::web::listener) const HEADERS_MAX: usize = 100;
/// Bytes of an answer that the system keeps for a slow reader, about.
pub(in crate::web::listener) const SEND_BUFFER: usize = 128 * 1024;

/// Connections at once at most.
const CONNECTIONS: usize = 4_096;
/// Files that are not for connections: the store, servers, whatever else is open.
const OTHER_FILES: u64 = 256;
/// Connections that there is always room for.
const CONNECTIONS_MIN: usize = 16;

/// How many connections one listener may have: as many files as the system gives us, some kept back, shared with the
/// other listener that there may be.
pub(in crate::web::listener) fn connections() -> usize {
    let now = getrlimit(Resource::Nofile);
    if now.current != now.maximum {
        // Where we may not, fewer have to do.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: now.maximum, ..now });
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    share(files)
}

fn share(files: u64) -> usize {
    let ours = files.saturating_sub(OTHER_FILES) / 2;
    usize::try_from(ours).unwrap_or(CONNECTIONS).clamp(CONNECTIONS_MIN, CONNECTIONS)
}

/// The methods that anything here answers to.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// Refuses other methods and bodies that say they are too large, and answers for a handler that panics.
pub(crate) async fn sound(State(body_max): State<usize>, request: Request, next: Next) -> Response {
    if !METHODS.split(", ").any(|method| method == request.method().as_str()) {
        let refused = Refused::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "nothing here is done by this method",
        );
        let allow = [(header::ALLOW, HeaderValue::from_static(METHODS))];
        return (allow, refused).into_response();
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > body_max as u64) {
        let what = format!("the body is larger than {body_max} bytes");
        return Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", what).into_response();
    }
    let head = request.method() == Method::HEAD;
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => told(response),
        Err(_) => {
            // What it was about stands in the message of the panic; the store did nothing by halves.
            tracing::error!(head, "a request was not answered: its handler panicked");
            let what = "this was not done, or nobody knows";
            Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", what)
                .help("look whether it was done before you repeat it")
                .into_response()
        }
    }
}

/// What the router itself refused, such as a path that is no text, told as every other refusal is.
fn told(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    if !plain || !status.is_client_error() {
        return response;
    }
    let refused = Refused::wrong("the request cannot be read as it was sent");
    Refused { status, ..refused }.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_ourselves() {
        assert_eq!(share(u64::MAX), CONNECTIONS);
        assert_eq!(share(20_000), CONNECTIONS);
        assert_eq!(share(1_024), 384);
        assert_eq!(share(100), CONNECTIONS_MIN);
    }
}
