//! One serving process from its first breath to its last: a bench to work at, a front before it, and the housekeeping.

use crate::app::App;
use crate::app::bench::{self, Bench, Launch, SessionError};
use crate::app::keep;
use crate::app::listening::Listening;
use crate::mcp::remote::{self, Remote};
use crate::mcp::{Front, Pipe, stdio};
use crate::notify::Worker;
use std::sync::Arc;
use std::time::Duration;

/// How long a session that ends may take to tell people what is due.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Serves one client on stdin and stdout until it leaves, or agents over HTTP until it is told to end.
///
/// # Errors
/// [`SessionError`], before anything was served.
pub async fn run(app: App, mut launch: Launch) -> Result<(), SessionError> {
    let http = launch.http.take();
    // Before anybody is answered: no agent may send anything there from the first moment on.
    let listening = match &http {
        None => None,
        Some(listener) => {
            let at = listener.local_addr().map_err(SessionError::Address)?;
            Some(Listening::tell(&app, &[at]).await?)
        }
    };
    let (os_user, toolsets, on_ask) =
        (launch.os_user.clone(), launch.toolsets.clone(), launch.on_ask);
    let Bench { gate, duty, principal, mut config, to_client, closing } =
        bench::open(&app, launch).await?;
    let on_ask = on_ask.unwrap_or(config.approvals.on_ask);
    let retention = keep::retention(&config);
    let left = gate.left().clone();
    let pipe = Pipe::default();
    config.toolsets = toolsets.unwrap_or(config.toolsets);
    let config = Arc::new(config);
    let (own, out) = (Arc::clone(&config), pipe.out.clone());
    let front = Arc::new(Front::new(gate, own, duty, on_ask, os_user, out));
    to_client.attach(&front);
    let learning = tokio::spawn({
        let front = front.clone();
        async move { front.learn(&principal).await }
    });
    let teller = Worker::new(Arc::clone(&app.store), app.configured.clone());
    let serving = async {
        match http {
            None => {
                let (input, output) = stdio::open();
                tokio::select! {
                    () = crate::mcp::serve(front, pipe, input, output) => {}
                    () = terminated() => tracing::info!("told to end"),
                }
            }
            Some(listener) => {
                let home = app.store.is_durable().then(|| app.home.clone());
                let remote = Arc::new(Remote::new(front, config, on_ask, home));
                // What waits is answered before it ends.
                if let Err(error) = remote::serve(remote, listener, terminated()).await {
                    tracing::error!("nothing can be served over HTTP: {error}");
                }
            }
        }
    };
    tokio::select! {
        () = serving => {}
        () = keep::house(&app, retention) => {}
        () = teller.run() => {}
    }
    // However it ended: what waits for a yes must not be sent while the servers are stopped one after the other.
    left.cancel();
    learning.abort();
    // A script that asks and leaves: perhaps nobody else lives to tell of its question.
    teller.flush(LAST_WORDS).await;
    let closed = closing.close(&app).await;
    if let Some(listening) = listening {
        listening.end().await?;
    }
    closed
}

/// Ends when the system tells us to.
pub async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
