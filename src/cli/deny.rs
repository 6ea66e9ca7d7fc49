//! `deny`: says no, with a reason that reaches the agent.

use crate::app::App;
use crate::card;
use crate::cli::answer::{self, Way};
use crate::cli::exit::Code;
use crate::cli::output;
use crate::domain::approval::State;
use anyhow::Result;

/// Options of `deny`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign deny 4f1c --reason 'wrong environment: use staging'
  COUNTERSIGN_TOKEN=... countersign deny 4f1c --reason 'not now' --yes")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    /// Told to the agent word for word.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: the question as it stands then.
    #[arg(long)]
    json: bool,
}

/// Denies.
///
/// # Errors
/// [`crate::cli::exit::Stop`]: not proven, not there, not pending any more.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    let faced = answer::face(app, &args.id, "deny", args.yes, Way::Deny).await?;
    let reason = Some(args.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    let decided = app
        .desk
        .deny(&app.tenant, faced.approval.id, &faced.approver, reason)
        .await?
        .map_err(|why| answer::not_decided(&why))?;
    if args.json {
        output::json(&card::to_json(&decided))?;
    } else {
        output::line(answer::outlook(app, &decided).await?)?;
    }
    answer::print_head(app, args.json).await?;
    Ok(if decided.state == State::Pending { Code::Pending } else { Code::Ok })
}
