//! `unpause`: lets a paused agent, or all, go on.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::pause::{Args, name, whom};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use anyhow::Result;

/// Unpauses.
///
/// # Errors
/// [`Stop`] without proof, or when it was not paused.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let agent = name(args);
    let caller = Caller::of(app, "unpause").await?;
    let seat =
        Seat::take(app, &caller, Demand { command: "unpause", approval: None, yes: args.yes })
            .await?;
    let approver =
        seat.confirm(&format!("type `yes` to let {} go on: ", whom(agent.as_deref())), &["yes"])?;
    if !app.store.unpause(&app.tenant, agent.as_deref(), approver.principal()).await? {
        let paused: Vec<String> =
            app.store.paused(&app.tenant).await?.iter().map(|who| whom(who.as_deref())).collect();
        let help = match paused.is_empty() {
            true => "nothing is paused".to_owned(),
            false => format!("paused: {}", paused.join(", ")),
        };
        let what = format!("{} was not paused", whom(agent.as_deref()));
        return Err(Stop::new(Code::Failure, what).help(help).into());
    }
    output::line(format!("{} may go on", whom(agent.as_deref())))?;
    answer::print_head(app, false).await
}
