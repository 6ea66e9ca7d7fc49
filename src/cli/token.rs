//! `token`: decides yes and prints the answer token, once. Whoever presents it makes the call run; minting decided it.

use crate::app::App;
use crate::cli::answer::{self, Way};
use crate::cli::exit::{Code, Stop};
use crate::cli::{output, view};
use anyhow::Result;
use serde::Serialize;

/// Options of `token`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The yes sleeps until the token is presented with the question's id; it works once and only for this call.

Examples:
  countersign token 4f1c
  COUNTERSIGN_TOKEN=... countersign token 4f1c --json --yes")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    /// Kept in the journal.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: {"id", "token", "expires_at"}.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Minted<'a> {
    id: String,
    token: &'a str,
    expires_at: Option<String>,
}

/// Mints.
///
/// # Errors
/// [`Stop`]: not proven, not there, not pending any more.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let faced = answer::face(app, &args.id, "token", args.yes, Way::Approve, None).await?;
    let (decided, token) = app
        .desk
        .mint(&app.tenant, faced.approval.id, &faced.approver, args.reason.clone())
        .await?
        .map_err(|why| answer::not_decided(&why))?;
    let shown = if args.json {
        output::json(&Minted {
            id: decided.id.to_string(),
            token: token.reveal(),
            expires_at: decided.run_by.map(crate::domain::time::Millis::rfc3339),
        })
    } else {
        let until = match decided.run_by {
            Some(until) => {
                format!("works once, until {}", view::clock(until, app.store.now().await?))
            }
            None => "works once".to_owned(),
        };
        output::note(format!("approved; the token {until}, and is not shown again:"));
        output::line(token.reveal())
    };
    shown.map_err(|_| {
        Stop::new(Code::Failure, "the token could not be printed, and is not kept anywhere")
            .help("`countersign cancel ID` takes the yes back")
    })?;
    answer::print_head(app, true).await
}
