//! `run`: plans as runs, made and executed from the command line through the same gate as an agent's.

mod approve;
mod create;
mod execute;
mod list;
mod refusal;
mod show;

use crate::app::bench::{self, Bench, Launch, SessionError};
use crate::app::{App, Globals, env};
use crate::cli::exit::{Code, Stop};
use crate::domain::run::{Run, RunState};
use crate::run::RunView;
use anyhow::Result;

/// Options of `run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign run create plan.json --directive D3   asks, if anything in it asks
  countersign run approve 4f1c                      shows every call of it
  countersign run execute 4f1c --dry-run            what it would send now
  countersign run execute 4f1c                      sends it, step by step
  countersign run show 4f1c

Exit codes: 0 done, 1 a step failed or it cannot go on, 3 denied or stopped,
4 it waits or may go on later.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists runs, newest first.
    List(list::Args),
    /// Shows one run with its steps.
    Show(show::Args),
    /// Resolves a plan to calls and asks about them as a whole, if anything in it asks.
    Create(create::Args),
    /// Says yes to a run.
    Approve(approve::Args),
    /// Begins a run, or goes on with it; with `--dry-run` only tells what it would send.
    Execute(execute::Args),
}

/// Runs one of them.
///
/// # Errors
/// [`Stop`]: no such run, not proven, or it did not end well.
pub(crate) async fn run(app: &mut App, globals: &Globals, args: &Args) -> Result<Code> {
    match &args.command {
        Command::List(args) => list::run(app, args).await.map(|()| Code::Ok),
        Command::Show(args) => show::run(app, args).await.map(|()| Code::Ok),
        Command::Create(args) => create::run(app, globals, args).await,
        Command::Approve(args) => approve::run(app, args).await,
        Command::Execute(args) => execute::run(app, globals, args).await,
    }
}

/// Whoever decides makes and executes nothing.
fn no_token() -> Result<()> {
    if env::token().is_some() {
        return Err(Stop::new(
            Code::Denied,
            "`COUNTERSIGN_TOKEN` is set: whoever decides sends nothing",
        )
        .help("unset it to make or execute a run; `countersign run approve` is where it belongs")
        .into());
    }
    Ok(())
}

/// A bench of this command's own: it calls as an agent of this user, so it decides nothing.
async fn bench(app: &App, globals: &Globals) -> Result<Bench> {
    no_token()?;
    let launch = Launch {
        kind: "run",
        wrapped: None,
        on_ask: None,
        toolsets: None,
        config_file: globals.config.clone(),
        token: None,
        os_user: env::os_user(),
        http: None,
    };
    bench::open(app, launch).await.map_err(|error| match error {
        SessionError::NotAllowed(why) => Stop::new(Code::Denied, why).into(),
        other => other.into(),
    })
}

/// A run with the question it waits for.
async fn told(app: &App, run: &Run) -> Result<RunView> {
    Ok(crate::run::told(app.store.as_ref(), run).await?)
}

/// The exit code of a run as it stands.
fn code(run: &Run, view: &RunView) -> Code {
    match (run.state, view.approval_status) {
        (RunState::Completed, _) => Code::Ok,
        (RunState::Created, "pending") => Code::Pending,
        (RunState::Created, "denied") => Code::Denied,
        (RunState::Created, _) => Code::Ok,
        (RunState::Running | RunState::Interrupted, _) => Code::Pending,
        (RunState::Stopped, _) => Code::Denied,
        (RunState::Failed, _) => Code::Failure,
    }
}
