//! `notify test`: sends one message to one target now, and says how it went.

use crate::app::App;
use crate::approval::targets::{TEST_WAIT, tested};
use crate::cli::exit::{Code, Stop};
use crate::cli::notify::nobody;
use crate::cli::output;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::domain::missed;
use crate::domain::notice::DeliveryStatus;
use crate::notify::Worker;
use anyhow::Result;
use serde::Serialize;
use std::sync::Arc;

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
    let Some(put) = put else { return Err(nobody(&args.name).into()) };
    // It may be that no other process of ours lives, so this one sends; whatever else is due goes along.
    let teller = Worker::new(Arc::clone(&app.store), app.configured.clone());
    let looking = tested(app.store.as_ref(), &app.tenant, put);
    let (found, ()) = tokio::join!(looking, teller.flush(TEST_WAIT));
    let found = found?.ok_or_else(|| {
        Stop::new(Code::Failure, "so much waits for this target that no test was put")
    })?;
    let message = match (found.status, found.error.as_deref()) {
        (DeliveryStatus::Sent, _) => "the test was taken by its receiver".to_owned(),
        (_, Some(error)) => missed::of(error),
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
