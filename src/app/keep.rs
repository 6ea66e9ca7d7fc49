//! The housekeeping of every process that lives long: sessions, and the console where no session lives.
//!
//! Whatever ends by time alone (a question, a yes, a session whose process died) ends for people only when somebody looks.
//! So whoever lives looks; nothing here decides anything, and nothing that goes wrong here ends who serves.

use crate::app::{App, bench};
use crate::config::Config;
use crate::store::Retention;
use std::time::Duration;

/// How often it is looked whether a head is due, and whether a question became urgent.
const TICK: Duration = Duration::from_secs(2);
/// After how many looks what is due is swept: every minute.
const SWEEP: u32 = 30;
/// After how many looks retention is kept: every hour, since it moves in days.
const PRUNE: u32 = 60 * SWEEP;

/// How long what is kept, by this configuration.
#[must_use]
pub fn retention(config: &Config) -> Retention {
    Retention {
        bodies: millis(config.retention.bodies),
        reads: millis(config.retention.reads),
        size: config.retention.size,
    }
}

/// Sweeps what is due, erases what is past its time, and signs heads, for ever.
pub async fn house(app: &App, retention: Retention) {
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
        if let Err(error) = app.store.escalate().await {
            tracing::error!("what became urgent could not be told: {error}");
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
