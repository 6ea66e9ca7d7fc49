//! `notify list`: the targets without their addresses, and how the last notification of each went.

use crate::app::App;
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::domain::notice::{DeliveryStatus, NoticeKind, TargetType};
use crate::store::notices::{Delivery, DeliveryFilter, Target};
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeSet;

/// Options of `notify list`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// One JSON object: {"targets": [...]}.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed {
    targets: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: String,
    #[serde(rename = "type")]
    kind: TargetType,
    enabled: bool,
    shown: String,
    events: BTreeSet<NoticeKind>,
    added_by: String,
    created_at: String,
    last: Option<Last>,
}

#[derive(Serialize)]
struct Last {
    event: NoticeKind,
    status: DeliveryStatus,
    attempts: u32,
    sent_at: Option<String>,
    error: Option<String>,
}

impl From<Delivery> for Last {
    fn from(delivery: Delivery) -> Self {
        Self {
            event: delivery.kind,
            status: delivery.status,
            attempts: delivery.attempts,
            sent_at: delivery.sent_at.map(|at| at.rfc3339()),
            error: delivery.error,
        }
    }
}

/// Lists them.
///
/// # Errors
/// Those of the store.
pub(super) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "notify list").await?.may_read(app)?;
    let mut targets = Vec::new();
    for target in app.store.targets(&app.tenant).await? {
        let filter =
            DeliveryFilter { target: Some(target.id), ..DeliveryFilter::of(&app.tenant, 1) };
        let last = app.store.deliveries(filter).await?.into_iter().next().map(Last::from);
        let Target { name, kind, enabled, shown, events, added_by, created_at, .. } = target;
        let created_at = created_at.rfc3339();
        targets.push(One { name, kind, enabled, shown, events, added_by, created_at, last });
    }
    if args.json {
        return output::json(&Listed { targets });
    }
    if targets.is_empty() {
        output::note("nobody is told of anything yet; `countersign notify add` adds a target");
        return Ok(());
    }
    let rows = targets.into_iter().map(row).collect();
    output::line(output::table(&["name", "type", "on", "at", "is told", "last"], rows))
}

fn row(one: One) -> Vec<String> {
    let told: Vec<&str> = one.events.iter().map(|kind| kind.as_str()).collect();
    let all = one.events.len() == NoticeKind::EVENTS.len();
    let last = one.last.map_or("-".to_owned(), |last| match last.error {
        Some(error) => format!("{} {} ({error})", last.event.as_str(), last.status.as_str()),
        None => format!("{} {}", last.event.as_str(), last.status.as_str()),
    });
    vec![
        one.name,
        one.kind.as_str().to_owned(),
        if one.enabled { "yes" } else { "no" }.to_owned(),
        one.shown,
        if all { "everything".to_owned() } else { told.join(", ") },
        last,
    ]
}
