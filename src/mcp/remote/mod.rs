//! MCP over streamable HTTP: agents with a token each, through the same front and the same gate as over stdio.
//!
//! ```text
//! request ─> web::guard ─> who (token, every time) ─> glance (what the headers say must be what the body says)
//!         ─> a room (whose session it is) ─> Front::take, the body as one line ─> its own queue ─> JSON or events
//! ```
//!
//! A body is read by the strict reader and by nothing else. In the legacy era a session is a room with a front of its own;
//! in the modern one each request has a front for itself, and all requests of one principal share a session. Whoever can
//! send here never decides: only tokens of agents are taken. Nothing is kept for a client that is gone but what a call of
//! his left at a server.

mod close;
mod counted;
mod events;
mod glance;
mod listen;
mod post;
mod room;
mod rooms;
mod who;

use crate::config::{Config, OnAsk};
use crate::mcp::Front;
use crate::mcp::remote::counted::Tokens;
use crate::mcp::remote::rooms::Rooms;
use crate::mcp::stdio::LINE_MAX;
use crate::store::Store;
use crate::web::guard::{self, Names};
use crate::web::listener;
use crate::web::refusals::Refusals;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::post;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Where clients send their messages.
pub const PATH: &str = "/mcp";
/// Bodies above this are read by few at a time, so that many large ones do not fill the memory.
const LARGE: usize = 256 * 1024;
/// How many.
const LARGE_AT_ONCE: usize = 8;
/// How long a large body waits for its place.
const LARGE_WAIT: Duration = Duration::from_secs(2);

/// An answer that says no.
type No = Box<Response>;

/// What agents are served from.
#[derive(Debug)]
pub struct Remote {
    /// The front of the process itself: it learns what servers offer, and no client speaks to it.
    base: Arc<Front>,
    config: Arc<Config>,
    on_ask: OnAsk,
    store: Arc<dyn Store>,
    rooms: Rooms,
    refusals: Refusals,
    tokens: Tokens,
    large: Semaphore,
}

impl Remote {
    /// Serves what this front has learned. `home` has the leases of sessions; `None` where nobody else could look.
    #[must_use]
    pub fn new(
        base: Arc<Front>,
        config: Arc<Config>,
        on_ask: OnAsk,
        home: Option<PathBuf>,
    ) -> Self {
        let store = Arc::clone(base.gate.desk().store());
        Self {
            base,
            config,
            on_ask,
            store,
            rooms: Rooms::new(home),
            refusals: Refusals::default(),
            tokens: Tokens::default(),
            large: Semaphore::new(LARGE_AT_ONCE),
        }
    }
}

/// Serves until `end` is done; what waits for a yes is then answered that it was not executed.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    remote: Arc<Remote>,
    listener: TcpListener,
    end: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let (names, _held) = Names::hold(listener.local_addr()?);
    let keeping = tokio::spawn({
        let remote = Arc::clone(&remote);
        async move { rooms::keep(&remote).await }
    });
    let ended = async {
        end.await;
        rooms::leave(&remote).await;
    };
    listener::run(routes(Arc::clone(&remote), names), listener, ended).await;
    keeping.abort();
    rooms::close_all(&remote).await;
    remote.refusals.settle(&remote.store, remote.base.gate.tenant()).await;
    Ok(())
}

fn routes(remote: Arc<Remote>, names: Names) -> Router {
    Router::new()
        .route(PATH, post(post::take).get(listen::open).delete(close::end))
        .with_state(remote)
        .layer(from_fn_with_state(LINE_MAX, listener::sound))
        .layer(from_fn_with_state(names, guard::own_pages))
        .layer(from_fn(strict))
}

/// Nothing of this is for a browser to keep or to guess at.
async fn strict(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
