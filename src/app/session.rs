//! One serving process from its first breath to its last: a bench to work at, a front before it, and the housekeeping.

use crate::app::App;
use crate::app::bench::{self, Bench, Launch, SessionError};
use crate::mcp::{Front, Pipe, stdio};
use crate::notify::Worker;
use crate::store::Retention;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether a head is due.
const TICK: Duration = Duration::from_secs(2);
/// After how many looks what is due is swept: every minute.
const SWEEP: u32 = 30;
/// After how many looks retention is kept: every hour, since it moves in days.
const PRUNE: u32 = 60 * SWEEP;

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
    let retention = Retention {
        bodies: millis(config.retention.bodies),
        reads: millis(config.retention.reads),
        size: config.retention.size,
    };
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
        () = keep(&app, retention) => {}
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

/// Sweeps what is due, erases what is past its time, and signs heads, as long as the session lives.
async fn keep(app: &App, retention: Retention) {
    let mut tick = tokio::time::interval(TICK);
    let mut round = 0_u32;
    loop {
        tick.tick().await;
        if round.is_multiple_of(SWEEP) {
            if let Err(error) = app.store.sweep().await {
                tracing::error!("what is due could not be swept: {error}");
            }
            // A run of a process that died may go on as soon as somebody has noticed.
            if let Err(error) = bench::recover(app).await {
                tracing::error!("dead sessions could not be ended: {error}");
            }
        }
        if round.is_multiple_of(PRUNE)
            && let Err(error) = app.store.prune(retention).await
        {
            tracing::error!("retention could not be kept: {error}");
        }
        round = round.wrapping_add(1);
        match app.store.head().await {
            Ok(head) => {
                if let Err(error) = app.heads.note(&head) {
                    tracing::error!("a head could not be signed: {error}");
                }
            }
            Err(error) => tracing::error!("the journal's head cannot be read: {error}"),
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
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
