//! `tools list`: what was met and what was made of it.

use crate::app::App;
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::tools::{Known, known};
use crate::domain::digest::Digest;
use crate::domain::pin::PinState;
use crate::domain::ruling::Effect;
use anyhow::Result;
use serde::Serialize;

/// Options of `tools list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
States: `accepted` by a person; `unreviewed`, pinned at first sight; `new`, came later; `changed`, the server tells
another definition than the accepted one. All but the first ask before anything but a read.")]
pub(crate) struct Args {
    /// One JSON object: {"tools": [...]}.
    #[arg(long)]
    json: bool,
    /// Also those of older servers of the same name.
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Listed {
    tools: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: String,
    server: String,
    tool: String,
    state: PinState,
    /// `null` leaves it to the kernel.
    effect: Option<Effect>,
    identity: Digest,
    current: bool,
    digest: Digest,
    offered_digest: Option<Digest>,
    at: String,
}

/// Lists.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "tools list").await?.may_read(app)?;
    let all = known(app).await?;
    let older = all.iter().filter(|tool| !tool.current).count();
    let shown: Vec<Known> = all.into_iter().filter(|tool| args.all || tool.current).collect();
    if args.json {
        return output::json(&Listed { tools: shown.into_iter().map(one).collect() });
    }
    if shown.is_empty() {
        output::note("no tool was met yet; a server's tools are met when it is first used");
        return Ok(());
    }
    let rows = shown
        .iter()
        .map(|tool| {
            let effect = tool.pin.effect.map_or("judged by the kernel", Effect::as_str);
            let mut row = vec![tool.shown(), tool.pin.state.as_str().to_owned(), effect.to_owned()];
            if args.all {
                row.push(tool.pin.identity.short());
            }
            row
        })
        .collect();
    let mut header = vec!["tool", "state", "effect"];
    if args.all {
        header.push("server identity");
    }
    output::line(output::table(&header, rows))?;
    if older > 0 && !args.all {
        output::note(format!(
            "{older} more belong to older servers of the same names; `--all` shows them"
        ));
    }
    Ok(())
}

fn one(known: Known) -> One {
    let Known { pin, name, current } = known;
    One {
        name,
        offered_digest: pin.offered.as_ref().map(|text| Digest::sha256(&[text.as_bytes()])),
        server: pin.upstream,
        tool: pin.tool,
        state: pin.state,
        effect: pin.effect,
        identity: pin.identity,
        current,
        digest: pin.digest,
        at: pin.at.rfc3339(),
    }
}
