//! `agents`: who works here and how each fares.

use crate::app::App;
use crate::cli::proof::Caller;
use crate::cli::{output, when};
use crate::domain::agent::{AgentKind, AgentView, BoardAgent};
use crate::domain::id::SessionId;
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::store::lease;
use anyhow::Result;
use serde::Serialize;

/// Characters of a name and of an action in the list.
const SHOWN: usize = 60;

/// Options of `agents`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Status: `running` while a call is under way, `blocked` while one waits for a
person, else `idle`. Sessions are read from the store; agents that registered
say so themselves, and leave the list after 15 silent minutes. Score: what was
reported; of a session its newest ruling: allow 100, ask 50, deny 0.

Examples:
  countersign agents               everybody, whoever was heard of last first
  countersign agents --json | jq '.agents[] | select(.status == \"blocked\")'")]
pub(crate) struct Args {
    /// One JSON object: {"agents": [...], "paused": {...}}.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed {
    agents: Vec<AgentView>,
    paused: Paused,
}

#[derive(Serialize)]
struct Paused {
    everybody: bool,
    agents: Vec<String>,
}

/// Lists.
///
/// # Errors
/// Those of the store, and of the output.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "agents").await?.may_read(app)?;
    let mut found = app.store.board(&app.tenant).await?;
    found.retain(|agent| lease::is_here(&app.home, agent));
    let stopped = app.store.paused(&app.tenant).await?;
    let everybody = stopped.iter().any(Option::is_none);
    let names: Vec<String> = stopped.into_iter().flatten().collect();
    if args.json {
        let agents = found.iter().map(AgentView::from).collect();
        return output::json(&Listed { agents, paused: Paused { everybody, agents: names } });
    }
    if found.is_empty() {
        output::note("no agent is here");
    } else {
        let now = app.store.now().await?;
        let rows = found.iter().map(|agent| row(agent, now)).collect();
        let header = ["name", "id", "status", "last action", "score", "heard of", "kind"];
        output::line(output::table(&header, rows))?;
    }
    if everybody {
        output::note("every agent is paused; `countersign unpause` lets them go on");
    }
    for name in names {
        output::note(format!("`{}` is paused", visible::inline(&name).text));
    }
    Ok(())
}

fn row(agent: &BoardAgent, now: Millis) -> Vec<String> {
    let short = |text: &str| visible::shorten(&visible::inline(text), SHOWN);
    let status = match agent.paused {
        true => format!("{}, paused", agent.status.as_str()),
        false => agent.status.as_str().to_owned(),
    };
    let action = agent.last_action.as_deref().map(short).unwrap_or_default();
    let kind = match agent.kind {
        AgentKind::Registered => format!("registered by {}", short(&agent.principal.name)),
        AgentKind::Session => "session".to_owned(),
    };
    vec![
        short(&agent.name),
        SessionId(agent.id).short(),
        status,
        action,
        agent.last_score.map(|score| score.to_string()).unwrap_or_default(),
        format!("{} ago", when::span(now.since(agent.seen_at))),
        kind,
    ]
}
