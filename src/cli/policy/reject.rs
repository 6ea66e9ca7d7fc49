//! `policy reject`: says no to a suggestion, with a reason that reaches whoever proposed it.

use crate::app::App;
use crate::cli::answer::{self, Way};
use crate::cli::exit::Code;
use crate::cli::proof::Caller;
use crate::cli::{find, output};
use crate::gate::changes::view;
use anyhow::Result;

/// Options of `policy reject`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy reject 4f1c --reason 'too wide: name the table'
  COUNTERSIGN_TOKEN=... countersign policy reject 4f1c --reason 'not now' --yes")]
pub(crate) struct Args {
    /// The suggestion: its id, or the beginning or end of it.
    id: String,
    /// Told to whoever proposed it, word for word.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: the suggestion as it stands then.
    #[arg(long)]
    json: bool,
}

/// Rejects.
///
/// # Errors
/// [`crate::cli::exit::Stop`]: not proven, not there, not pending any more.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    Caller::of(app, "policy reject").await?.may_read(app)?;
    let mut found = find::suggestion(app, &args.id).await?;
    let id = found.approval.id;
    let faced =
        answer::face(app, &id.to_string(), "policy reject", args.yes, Way::Deny, None).await?;
    let reason = Some(args.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    found.approval = app
        .desk
        .deny(&app.tenant, id, &faced.approver, reason)
        .await?
        .map_err(|why| answer::not_rejected(&why))?;
    if args.json {
        output::json(&view(&found))?;
    } else {
        output::line(format!("rejected {}; the policy is as it was", id.short()))?;
    }
    answer::print_head(app, args.json).await?;
    Ok(Code::Ok)
}
