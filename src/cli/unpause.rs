//! `unpause`: lets a paused agent, or all, go on.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::pause::{Args, whom};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::domain::principal::agent_named;
use anyhow::Result;

/// Unpauses.
///
/// # Errors
/// [`Stop`] without proof, or when it was not paused.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    // A pause of what names no agent stops nobody, and ends by those very words.
    let agent = args.agent.as_ref().map(|text| agent_named(text).unwrap_or_else(|| text.clone()));
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
        let what = agent.as_deref().map_or_else(
            || "not everybody was paused".to_owned(),
            |name| format!("{} was not paused", whom(Some(name))),
        );
        return Err(Stop::new(Code::Failure, what).help(help).into());
    }
    output::line(format!("{} may go on", whom(agent.as_deref())))?;
    answer::print_head(app, false).await
}
