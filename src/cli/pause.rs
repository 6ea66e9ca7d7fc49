//! `pause`: stops one agent, or all of them, at once. What runs already is not called back.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::domain::principal::agent_named;
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
    let agent = named(args)?;
    let caller = Caller::of(app, "pause").await?;
    let seat = Seat::take(app, &caller, Demand { command: "pause", approval: None, yes: args.yes })
        .await?;
    let approver =
        seat.confirm(&format!("type `yes` to pause {}: ", whom(agent.as_deref())), &["yes"])?;
    app.store.pause(&app.tenant, agent.as_deref(), approver.principal()).await?;
    output::line(format!("paused {}; nothing more is sent for it", whom(agent.as_deref())))?;
    answer::print_head(app, false).await
}

/// Whom a pause names.
///
/// # Errors
/// [`Stop`] for what no agent is called: to stop that would stop nobody.
fn named(args: &Args) -> Result<Option<String>> {
    let Some(text) = args.agent.as_deref() else { return Ok(None) };
    agent_named(text).map(Some).ok_or_else(|| {
        Stop::new(Code::Usage, format!("{} names no agent", whom(Some(text))))
            .help(
                "an agent is `USER/CLIENT`, as `pending` shows it; `'USER/*'` is every client of one user; without \
                 `--agent` it is everybody",
            )
            .into()
    })
}

/// Whom it concerns, for people.
pub(crate) fn whom(agent: Option<&str>) -> String {
    agent.map_or_else(
        || "every agent".to_owned(),
        |name| format!("`{}`", visible::inline(name).text),
    )
}
