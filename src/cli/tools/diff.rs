//! `tools diff`: what a server tells now against what was accepted.

use crate::app::App;
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::tools::{find, known, page};
use crate::domain::pin::PinState;
use anyhow::Result;
use serde::Serialize;

/// Options of `tools diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One tool; without a name every changed one.
    name: Option<String>,
    /// One JSON object: {"tools": [{"name", "state", "pinned", "offered"}]}, definitions as texts.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed {
    tools: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: String,
    state: PinState,
    pinned: String,
    offered: Option<String>,
}

/// Shows.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "tools diff").await?.may_read(app)?;
    let all = known(app).await?;
    let chosen = match &args.name {
        Some(name) => vec![find(all, name)?],
        None => all.into_iter().filter(|tool| tool.current && tool.pin.offered.is_some()).collect(),
    };
    if args.json {
        let tools = chosen
            .into_iter()
            .map(|tool| One {
                name: tool.name,
                state: tool.pin.state,
                pinned: tool.pin.text,
                offered: tool.pin.offered,
            })
            .collect();
        return output::json(&Listed { tools });
    }
    if chosen.is_empty() {
        output::note("no server tells another definition than the pinned one");
    }
    for (at, tool) in chosen.iter().enumerate() {
        if at > 0 {
            output::line("")?;
        }
        output::line(page::render(tool))?;
    }
    Ok(())
}
