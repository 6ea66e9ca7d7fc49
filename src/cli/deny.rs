//! `deny`: says no, with a reason that reaches the agent.

use crate::app::App;
use crate::card;
use crate::cli::answer::{self, Way};
use crate::cli::exit::Code;
use crate::cli::output;
use crate::cli::remembered::{self, Remember};
use crate::domain::approval::{Answer, State};
use anyhow::Result;

/// Options of `deny`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign deny 4f1c --reason 'wrong environment: use staging'
  countersign deny 4f1c --reason 'never there' --remember pattern --where path='/etc/*' --for 30d
  COUNTERSIGN_TOKEN=... countersign deny 4f1c --reason 'not now' --yes")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    /// Told to the agent word for word.
    #[arg(long, value_name = "TEXT", required_unless_present = "preview")]
    reason: Option<String>,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: the question as it stands then.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    remember: Remember,
}

/// Denies.
///
/// # Errors
/// [`crate::cli::exit::Stop`]: not proven, not there, not pending any more.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    let wish = args.remember.wish(false)?;
    if args.remember.previews() {
        return remembered::preview(app, &args.id, wish.as_ref(), false, args.json).await;
    }
    let faced = answer::face(app, &args.id, "deny", args.yes, Way::Deny, wish.as_ref()).await?;
    let reason = args.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let no = Answer::Deny { reason: reason.map(str::to_owned) };
    let (id, by) = (faced.approval.id, &faced.approver);
    let decided = app.desk.decide(&app.tenant, id, by, no, None, wish.clone()).await?;
    let decided = decided.map_err(|why| answer::not_decided(&why))?;
    if args.json {
        output::json(&card::to_json(&decided))?;
    } else {
        output::line(answer::outlook(app, &decided).await?)?;
    }
    remembered::tell_kept(app, &decided, wish.as_ref()).await?;
    answer::print_head(app, args.json).await?;
    Ok(if decided.state == State::Pending { Code::Pending } else { Code::Ok })
}
