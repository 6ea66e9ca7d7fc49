//! `network recommend`: the policies that allow what was seen and nothing else.

use crate::cli::exit::Code;
use crate::cli::network::{Seen, need_connections, stop, tell};
use crate::cli::output;
use crate::network::{Recommendation, documents, policies, recommend};
use anyhow::Result;
use serde::Serialize;

/// Options of `network recommend`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints YAML: one policy a service, and last one a namespace that denies the rest. Nothing is applied or stored.

Examples:
  countersign network recommend flows.jsonl > policies.yaml
  countersign network recommend --names services.json --namespace shop conntrack.txt")]
pub(crate) struct Args {
    #[command(flatten)]
    seen: Seen,
    /// One JSON object: {"recommendations": [...], "notes": [...]}, with one for each connection, too.
    #[arg(long)]
    json: bool,
    /// Leaves out the policies that deny the rest.
    #[arg(long, conflicts_with = "json")]
    no_default_deny: bool,
}

#[derive(Serialize)]
struct Recommended {
    recommendations: Vec<Recommendation>,
    notes: Vec<String>,
}

/// Prints the policies.
pub(crate) fn run(args: &Args) -> Result<Code> {
    let map = args.seen.map()?;
    need_connections(&map, "recommended")?;
    let set = policies(&map).map_err(stop)?;
    let notes: Vec<String> = map.notes.iter().chain(&set.notes).cloned().collect();
    if args.json {
        let recommendations = recommend(&map).map_err(stop)?;
        output::json(&Recommended { recommendations, notes })?;
        return Ok(Code::Ok);
    }
    let text =
        if args.no_default_deny { documents(set.services.values()) } else { documents(set.all()) };
    let text = text.map_err(stop)?;
    if !text.is_empty() {
        output::line(text.trim_end())?;
    }
    tell(&notes);
    Ok(Code::Ok)
}
