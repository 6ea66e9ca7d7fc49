//! Without a screen: one line an event, for programs and for terminals that can be none. Nothing is answered here.

use crate::app::App;
use crate::cli::{output, view};
use crate::domain::approval::{Approval, State};
use crate::domain::time::Millis;
use crate::store::ApprovalFilter;
use anyhow::Result;
use std::time::Duration;

/// Questions that are watched at once.
const AT_ONCE: usize = 1_000;
/// The queue is read again after this time even if nothing was heard.
const LONGEST: i64 = 60_000;

/// Prints until nobody reads any more.
///
/// # Errors
/// Those of the store, and an output that closed.
pub(in crate::cli::watch) async fn run(app: &App) -> Result<()> {
    let mut changes = app.store.changes();
    let mut waiting = Vec::new();
    loop {
        look(app, &mut waiting).await?;
        let now = app.store.now().await?;
        let due = waiting.iter().map(|a: &Approval| a.answer_by.since(now) + 5).min();
        let pause = due.unwrap_or(LONGEST).clamp(5, LONGEST).unsigned_abs();
        tokio::select! {
            () = changes.changed() => {}
            () = tokio::time::sleep(Duration::from_millis(pause)) => {}
        }
    }
}

/// Reads what waits and says what came and what went.
async fn look(app: &App, waiting: &mut Vec<Approval>) -> Result<()> {
    let filter = ApprovalFilter {
        tenant: app.tenant.clone(),
        states: vec![State::Pending],
        principal: None,
        limit: AT_ONCE,
    };
    let mut pending = app.store.approvals(filter).await?;
    pending.reverse();
    let now = app.store.now().await?;
    for known in std::mem::take(waiting) {
        match pending.iter().find(|p| p.id == known.id) {
            None => {
                let ended = app.store.approval(&app.tenant, known.id).await?.unwrap_or(known);
                say(&ended, ended.state.as_str(), now)?;
            }
            Some(next) => {
                if known.abandoned_at.is_none() && next.abandoned_at.is_some() {
                    say(next, "abandoned", now)?;
                }
                waiting.push(next.clone());
            }
        }
    }
    for approval in pending {
        if waiting.iter().all(|known| known.id != approval.id) {
            say(&approval, "asked", now)?;
            waiting.push(approval);
        }
    }
    Ok(())
}

fn say(approval: &Approval, event: &str, now: Millis) -> Result<()> {
    let (name, who) = (view::name(approval), view::asker(approval));
    let (id, tier) = (approval.id, approval.ruling.tier);
    output::line(format!("{}\t{event}\t{id}\t{name}\t{tier}\t{who}", now.rfc3339()))
}
