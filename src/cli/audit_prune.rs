//! `audit prune`: retention now, instead of within the hour, with an admin's proof: what is erased does not come back.

use crate::app::App;
use crate::cli::exit::Code;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::domain::entry::{Draft, EntryType};
use crate::store::Retention;
use anyhow::Result;
use serde_json::json;
use std::time::Duration;

/// How it is confirmed.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
Erases bodies, rows of reads and arguments of ended questions that are past the times under
`[retention]`; digests stay, so the journal still verifies. A session that serves does the same each
hour.

Examples:
  countersign audit prune
  COUNTERSIGN_TOKEN=... countersign audit prune --yes")]
pub(crate) struct PruneArgs {
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
}

/// Prunes.
///
/// # Errors
/// [`crate::cli::exit::Stop`] without proof.
pub(crate) async fn run(app: &mut App, args: &PruneArgs, as_json: bool) -> Result<Code> {
    let caller = Caller::of(app, "audit prune").await?;
    let demand = Demand { command: "audit prune", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    let days = |span: Duration| span.as_secs() / (24 * 3_600);
    let kept = &app.config.retention;
    let question = format!(
        "bodies older than {} days and reads older than {} days are erased for good; type `prune` to go on: ",
        days(kept.bodies),
        days(kept.reads)
    );
    let approver = seat.confirm(&question, &["prune"])?;
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let retention =
        Retention { bodies: millis(kept.bodies), reads: millis(kept.reads), size: kept.size };
    let pruned = app.store.prune(retention).await?;
    let told = json!({
        "bodies": pruned.bodies,
        "rows": pruned.rows,
        "arguments": pruned.arguments,
    });
    // What was erased is on record by itself; this says who wanted it, even if there was nothing.
    let mut body = told.clone();
    body["command"] = "audit prune".into();
    let row = Draft {
        principal: Some(approver.principal().clone()),
        outcome: Some("asked".to_owned()),
        body: body.to_string().into_bytes(),
        ..Draft::new(EntryType::JournalPruned, &app.tenant)
    };
    app.store.append(vec![row]).await?;
    if as_json {
        output::json(&told)?;
    } else {
        output::line(format!(
            "erased {} bodies, {} rows of reads and the arguments of {} ended questions",
            pruned.bodies, pruned.rows, pruned.arguments
        ))?;
    }
    answer::print_head(app, as_json).await?;
    Ok(Code::Ok)
}
