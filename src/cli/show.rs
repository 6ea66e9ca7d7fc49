//! `show`: one question in full, as whoever answers it should see it.

use crate::app::App;
use crate::card;
use crate::cli::proof::Caller;
use crate::cli::{find, output, policy};
use anyhow::Result;
use serde::Serialize;

/// Options of `show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign show 4f1c            any beginning or end of the id that is not ambiguous
  countersign show 4f1c --full | less
  countersign show 4f1c --json")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    /// Leaves nothing out, however long; always so when the output is no terminal.
    #[arg(long)]
    full: bool,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Shows.
///
/// # Errors
/// When there is no such question.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "show").await?.may_read(app)?;
    let approval = find::approval(app, &args.id).await?;
    if args.json {
        let question = card::to_json(&approval);
        return match policy::tried_of(app, &approval).await? {
            Some(tried) => output::json(&Opened { question, tried }),
            None => output::json(&question),
        };
    }
    let full = args.full || !output::to_terminal();
    output::line(policy::opened(app, &approval, full).await?)
}

/// A question with something beside it.
#[derive(Serialize)]
struct Opened<'a, T: Serialize> {
    #[serde(flatten)]
    question: card::ApprovalJson<'a>,
    #[serde(flatten)]
    tried: T,
}
