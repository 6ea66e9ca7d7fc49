//! `policy`: what judges calls, how it is tested and how it changes.

mod check;
mod collect;
mod test;

use crate::app::Globals;
use crate::cli::exit::Code;
use anyhow::Result;

/// `policy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Says what is wrong with modules and rules, each with its place.
    Check(check::Args),
    /// Runs the tests of modules.
    Test(test::Args),
}

/// Runs one of them.
pub(crate) async fn run(globals: impl Fn() -> Result<Globals>, args: &Args) -> Result<Code> {
    match &args.command {
        Command::Check(args) => check::run(globals, args).await,
        Command::Test(args) => test::run(globals, args).await,
    }
}
