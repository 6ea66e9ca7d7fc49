//! `notify test`: sends one message to one target now, and says how it went.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::notify::{nobody, words};
use crate::cli::output;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::domain::notice::DeliveryStatus;
use crate::notify::Worker;
use crate::store::notices::{Delivery, DeliveryFilter};
use anyhow::Result;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// How long the outcome is waited for.
const WAIT: Duration = Duration::from_secs(15);
/// How often it is looked for, when another process sends it.
const LOOK: Duration = Duration::from_millis(200);

/// Options of `notify test`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The target.
    name: String,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: {"success", "status", "error", "message"}.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told<'a> {
    success: bool,
    status: DeliveryStatus,
    error: Option<&'a str>,
    message: &'a str,
}

/// Tries it.
///
/// # Errors
/// [`Stop`] without proof, when there is none of that name, and when it did not arrive.
pub(super) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "notify test").await?;
    let demand = Demand { command: "notify test", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    let question = format!("type `yes` to send a test to `{}`: ", args.name);
    let approver = seat.confirm(&question, &["yes", &args.name])?;
    let put = app.store.put_test(&app.tenant, &args.name, approver.principal()).await?;
    let Some((target, seq)) = put else { return Err(nobody(&args.name).into()) };
    let until = Instant::now() + WAIT;
    // It may be that no other process of ours lives, so this one sends; whatever else is due goes along.
    Worker::new(Arc::clone(&app.store), app.configured.clone()).flush(WAIT).await;
    let mut found = look(app, target, seq).await?;
    while found.status == DeliveryStatus::Pending && Instant::now() < until {
        tokio::time::sleep(LOOK).await;
        found = look(app, target, seq).await?;
    }
    let message = match (found.status, found.error.as_deref()) {
        (DeliveryStatus::Sent, _) => "the test was taken by its receiver".to_owned(),
        (_, Some(error)) => words::of(error),
        (_, None) => "nobody answered yet".to_owned(),
    };
    let success = found.status == DeliveryStatus::Sent;
    if args.json {
        let (status, error) = (found.status, found.error.as_deref());
        output::json(&Told { success, status, error, message: &message })?;
    } else if success {
        output::line(format!("`{}`: {message}", args.name))?;
    }
    if success {
        return Ok(());
    }
    let code = found.error.as_deref().unwrap_or("pending");
    let what = format!("the test did not arrive at `{}` (`{code}`): {message}", args.name);
    Err(Stop::new(Code::Failure, what).into())
}

async fn look(app: &App, target: Uuid, seq: u64) -> Result<Delivery> {
    let filter = DeliveryFilter {
        target: Some(target),
        seq: Some(seq),
        ..DeliveryFilter::of(&app.tenant, 1)
    };
    let found = app.store.deliveries(filter).await?.into_iter().next();
    // A thousand others wait for it.
    found.ok_or_else(|| {
        Stop::new(Code::Failure, "so much waits for this target that no test was put").into()
    })
}
