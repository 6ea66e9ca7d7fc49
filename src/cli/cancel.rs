//! `cancel`: takes a question back, or a yes that was not used yet. It can only end something, so it needs no proof.

use crate::app::App;
use crate::card;
use crate::cli::proof::Caller;
use crate::cli::{answer, find, output, view};
use anyhow::Result;

/// Options of `cancel`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign cancel 4f1c --reason 'asked by mistake'")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    /// Kept in the journal and told to the agent.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// One JSON object: the question as it stands then.
    #[arg(long)]
    json: bool,
}

/// Cancels.
///
/// # Errors
/// [`crate::cli::exit::Stop`]: not there, or ended already.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "cancel").await?;
    caller.may_read(app)?;
    let approval = find::approval(app, &args.id).await?;
    let ended = app
        .store
        .cancel(&app.tenant, approval.id, &caller.principal(), args.reason.clone())
        .await?
        .map_err(|why| answer::not_decided(&why))?;
    if args.json {
        output::json(&card::to_json(&ended))?;
    } else {
        output::line(format!("cancelled `{}`; it will not run", view::name(&ended)))?;
    }
    answer::print_head(app, args.json).await
}
