//! `pause`: stops one agent, or all of them, at once. What runs already is not called back.

use crate::app::App;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::domain::visible;
use anyhow::Result;

/// Options of `pause` and `unpause`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign pause                            everybody
  countersign pause --agent ann/claude-code    one agent, by the name that `pending` shows
  countersign pause --agent 'ci/*'             all agents of one user, whatever they call themselves
  countersign unpause                          everybody may go on")]
pub(crate) struct Args {
    /// Only this agent: the name of its principal, `<user>/<client>`. `<user>/*` is every client of that user: over HTTP a
    /// client can take another name with each request.
    #[arg(long, value_name = "A")]
    pub(crate) agent: Option<String>,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Pauses.
///
/// # Errors
/// [`crate::cli::exit::Stop`] without proof.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let agent = name(args);
    let caller = Caller::of(app, "pause").await?;
    let seat = Seat::take(app, &caller, Demand { command: "pause", approval: None, yes: args.yes })
        .await?;
    let approver =
        seat.confirm(&format!("type `yes` to pause {}: ", whom(agent.as_deref())), &["yes"])?;
    app.store.pause(&app.tenant, agent.as_deref(), approver.principal()).await?;
    output::line(format!("paused {}; nothing more is sent for it", whom(agent.as_deref())))?;
    answer::print_head(app, false).await
}

/// The agent's name; `agent:` before it, as journals write it, is dropped; `USER/` is `USER/*`.
pub(crate) fn name(args: &Args) -> Option<String> {
    let text = args.agent.as_deref()?;
    let name = text.strip_prefix("agent:").unwrap_or(text);
    Some(if name.ends_with('/') { format!("{name}*") } else { name.to_owned() })
}

/// Whom it concerns, for people.
pub(crate) fn whom(agent: Option<&str>) -> String {
    agent.map_or_else(
        || "every agent".to_owned(),
        |name| format!("`{}`", visible::inline(name).text),
    )
}
