//! One serving process from its first breath to its last: a bench to work at, a front before it, and the housekeeping.

use crate::app::App;
use crate::app::bench::{self, Bench, Launch, SessionError};
use crate::app::keep;
use crate::mcp::{Front, Pipe, stdio};
use crate::notify::Worker;
use std::sync::Arc;
use std::time::Duration;

/// How long a session that ends may take to tell people what is due.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Serves one client on stdin and stdout until it leaves.
///
/// # Errors
/// [`SessionError`], before anything was served.
pub async fn run(app: App, launch: Launch) -> Result<(), SessionError> {
    let (os_user, toolsets, on_ask) =
        (launch.os_user.clone(), launch.toolsets.clone(), launch.on_ask);
    let Bench { gate, duty, principal, mut config, to_client, closing } =
        bench::open(&app, launch).await?;
    let on_ask = on_ask.unwrap_or(config.approvals.on_ask);
    let retention = keep::retention(&config);
    let left = gate.left().clone();
    let pipe = Pipe::default();
    config.toolsets = toolsets.unwrap_or(config.toolsets);
    let front = Arc::new(Front::new(gate, config, duty, on_ask, os_user, pipe.out.clone()));
    to_client.attach(&front);
    let learning = tokio::spawn({
        let front = front.clone();
        async move { front.learn(&principal).await }
    });
    let (input, output) = stdio::open();
    let teller = Worker::new(Arc::clone(&app.store), app.configured.clone());
    tokio::select! {
        () = crate::mcp::serve(front, pipe, input, output) => {}
        () = keep::house(&app, retention) => {}
        () = teller.run() => {}
        () = terminated() => tracing::info!("told to end"),
    }
    // However it ended: what waits for a yes must not be sent while the servers are stopped one after the other.
    left.cancel();
    learning.abort();
    // A script that asks and leaves: perhaps nobody else lives to tell of its question.
    teller.flush(LAST_WORDS).await;
    closing.close(&app).await
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
