//! `run approve`: the answer to the question about a run, by the road of `approve`.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::{approve, find, proof::Caller};
use anyhow::Result;

/// Options of `run approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The card shows every call of the run; the yes is for exactly these, each once.

Examples:
  countersign run approve 4f1c
  COUNTERSIGN_TOKEN=... countersign run approve 4f1c --yes")]
pub(crate) struct Args {
    /// The run: its id, or the beginning or end of it.
    id: String,
    #[command(flatten)]
    how: approve::How,
}

/// Approves.
///
/// # Errors
/// [`Stop`]: no such run, not proven, not pending any more.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    Caller::of(app, "run").await?.may_read(app)?;
    let run = find::run(app, &args.id).await?;
    let Some(approval) = run.approval else {
        return Err(Stop::new(Code::Failure, "this run needs no yes").into());
    };
    approve::answer(app, &approval.to_string(), &args.how).await
}
