//! `notify enable | disable | remove`: what changes a target that is there.

use crate::app::App;
use crate::cli::notify::nobody;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use anyhow::Result;

/// Options of `notify enable`, `disable` and `remove`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The target.
    name: String,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
}

/// Switches it on or off.
///
/// # Errors
/// Without proof, or when there is none of that name.
pub(super) async fn switch(app: &mut App, args: &Args, enabled: bool) -> Result<()> {
    let (command, to, done) = match enabled {
        true => ("notify enable", "tell", "is told again"),
        false => ("notify disable", "stop telling", "is told nothing any more"),
    };
    let seat = seat(app, args, command).await?;
    let question = format!("type `yes` to {to} `{}`: ", args.name);
    let approver = seat.confirm(&question, &["yes", &args.name])?;
    let by = approver.principal();
    if app.store.switch_target(&app.tenant, &args.name, enabled, by).await?.is_none() {
        return Err(nobody(&args.name).into());
    }
    output::line(format!("`{}` {done}", args.name))?;
    answer::print_head(app, false).await
}

/// Removes it.
///
/// # Errors
/// Without proof, or when there is none of that name.
pub(super) async fn remove(app: &mut App, args: &Args) -> Result<()> {
    let seat = seat(app, args, "notify remove").await?;
    let question = format!("type `yes` to remove `{}` and forget its address: ", args.name);
    let approver = seat.confirm(&question, &["yes", &args.name])?;
    if !app.store.remove_target(&app.tenant, &args.name, approver.principal()).await? {
        return Err(nobody(&args.name).into());
    }
    output::line(format!("removed `{}`; its address is forgotten", args.name))?;
    answer::print_head(app, false).await
}

async fn seat(app: &mut App, args: &Args, command: &'static str) -> Result<Seat> {
    let caller = Caller::of(app, command).await?;
    let seat = Seat::take(app, &caller, Demand { command, approval: None, yes: args.yes }).await?;
    if !app.store.targets(&app.tenant).await?.iter().any(|target| target.name == args.name) {
        return Err(nobody(&args.name).into());
    }
    Ok(seat)
}
