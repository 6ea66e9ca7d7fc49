//! `notify`: whom to tell that something waits or happened. What is told are counts, states and ids, never what anybody said.
//!
//! Where a message goes is a secret: a webhook's URL is read from a file, from stdin or typed unseen, and never shown again.

mod add;
mod change;
mod list;
mod secret;
mod test;

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::domain::visible;
use anyhow::Result;

/// Options of `notify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign notify add team --discord         then paste the webhook's URL, unseen
  countersign notify add ann --email --to ann@example.org --events approval_asked
  countersign notify test team
  countersign notify list

A notification holds counts, states and ids only, and where in the console to read on. It is
sent by whatever `serve`, `wrap` or `console` lives, tried six times within three hours, and
comes twice when a process dies while it sends. Mail wants `[smtp]` in the configuration.

Exit codes: 0 ok, 1 there is no such target, or the test did not arrive, 3 not allowed.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the targets, and how the last notification of each went.
    List(list::Args),
    /// Adds a target.
    Add(add::Args),
    /// Switches a target on.
    Enable(change::Args),
    /// Switches a target off; what waits for it is given up.
    Disable(change::Args),
    /// Removes a target and its address; its history stays.
    Remove(change::Args),
    /// Sends a test to a target, and says how it went.
    Test(test::Args),
}

/// Does it.
///
/// # Errors
/// [`Stop`] without proof, and for names that are taken or unknown.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    match &args.command {
        Command::List(args) => list::run(app, args).await,
        Command::Add(args) => add::run(app, args).await,
        Command::Enable(args) => change::switch(app, args, true).await,
        Command::Disable(args) => change::switch(app, args, false).await,
        Command::Remove(args) => change::remove(app, args).await,
        Command::Test(args) => test::run(app, args).await,
    }
}

fn nobody(name: &str) -> Stop {
    let what = format!("there is no target `{}`", visible::inline(name).text);
    Stop::new(Code::Failure, what).help("`countersign notify list` lists them")
}
