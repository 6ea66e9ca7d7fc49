//! The listener of people: every request through guard and proof, every answer with the headers that keep a browser strict.

mod accept;
mod body;
mod limits;
mod seats;
mod serving;
mod stall;

pub(in crate::http) use accept::run;
pub(in crate::http) use limits::sound;
pub(in crate::http) use serving::{Serving, Stream};

use crate::http::guard::Names;
use crate::http::{House, api, console, guard, proof};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Bytes of a request's body at most: a module of policy with its diff.
pub(in crate::http) const BODY_MAX: usize = 1024 * 1024;

/// Serves until `end` is done, and a moment longer for answers on their way.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (names, _held) = Names::hold(listener.local_addr()?);
    let looking = tokio::spawn(console::keep_looking(Arc::clone(&house)));
    run(routes(house, names), listener, end).await;
    looking.abort();
    Ok(())
}

fn routes(house: Arc<House>, names: Names) -> Router {
    Router::new()
        .merge(api::routes())
        .merge(console::routes())
        .layer(from_fn_with_state(Arc::clone(&house), proof::prove))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(BODY_MAX, sound))
        .layer(from_fn_with_state(names, guard::own_pages))
        .layer(from_fn(strict))
        .with_state(house)
}

/// What a browser is told of every answer.
async fn strict(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
