//! `policy`: what judges, and how that changes. Whatever changes it takes a proof first.

mod accept;

use crate::app::{App, Globals};
use crate::cli::exit::Code;
use anyhow::Result;

/// Options of `policy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lets an edit of the configuration count that loosens something.
    Accept(accept::Args),
}

/// Runs one of them.
///
/// # Errors
/// [`crate::cli::exit::Stop`]: nothing of that name, or not proven.
pub(crate) async fn run(globals: &Globals, args: &Args) -> Result<Code> {
    match &args.command {
        Command::Accept(args) => {
            accept::run(&mut App::open_to_accept(globals).await?, args).await.map(|()| Code::Ok)
        }
    }
}
