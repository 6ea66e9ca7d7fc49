//! `network map`: who talks to whom.

use crate::cli::exit::Code;
use crate::cli::network::{Seen, tell};
use crate::cli::output;
use crate::domain::visible;
use crate::network::Edge;
use anyhow::Result;

/// Options of `network map`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign network map flows.jsonl
  countersign network map --names services.json ss-web.txt ss-api.txt
  conntrack -L | countersign network map --names services.json --json -

What `--json` prints reads back as an observation.")]
pub(crate) struct Args {
    #[command(flatten)]
    seen: Seen,
    /// One JSON object: {"services", "edges", "dropped", "skipped", "ignored", "notes"}.
    #[arg(long)]
    json: bool,
}

/// Shows the map.
pub(crate) fn run(args: &Args) -> Result<Code> {
    let map = args.seen.map()?;
    if args.json {
        output::json(&map)?;
        return Ok(Code::Ok);
    }
    let row = |state: &str, edge: &Edge| {
        let guess = if edge.guessed { "guessed" } else { "" };
        vec![
            visible::inline(&edge.source.to_string()).text,
            visible::inline(&edge.target.to_string()).text,
            format!("{} {}", edge.protocol, edge.port),
            edge.count.to_string(),
            [state, guess].join(" ").trim().to_owned(),
        ]
    };
    let came = map.edges.iter().map(|edge| row("", edge));
    let rows: Vec<_> = came.chain(map.dropped.iter().map(|edge| row("dropped", edge))).collect();
    if rows.is_empty() {
        output::note("no connection between services was seen");
    } else {
        output::line(output::table(&["from", "to", "port", "seen", ""], rows))?;
    }
    tell(&map.notes);
    Ok(Code::Ok)
}
