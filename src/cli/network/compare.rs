//! `network compare`: what was seen against what is applied.

use crate::cli::exit::Code;
use crate::cli::network::{Seen, need_connections, stop, tell, text_of};
use crate::cli::output;
use crate::domain::visible;
use crate::network::{Applied, Comparison, compare};
use anyhow::Result;
use serde::Serialize;
use std::path::PathBuf;

/// Options of `network compare`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kubectl get networkpolicy -A -o json | countersign network compare --applied - flows.jsonl
  countersign network compare --applied policies.yaml --names services.json conntrack.txt

`Namespace` documents among the applied ones tell the labels of namespaces.
Exit code 5: connections that were seen would be cut.")]
pub(crate) struct Args {
    #[command(flatten)]
    seen: Seen,
    /// Applied policies: YAML documents, or the list that kubectl prints as JSON; `-` is standard input.
    #[arg(long, value_name = "FILE", required = true)]
    applied: Vec<PathBuf>,
    /// One JSON object: {"cut", "unused", "open", "policies", "notes"}.
    #[arg(long)]
    json: bool,
}

/// Compares.
pub(crate) fn run(args: &Args) -> Result<Code> {
    args.seen.one_stdin(&args.applied)?;
    let mut applied = Applied::parse("", &args.seen.namespace).map_err(stop)?;
    for path in &args.applied {
        applied.add(&text_of(path)?).map_err(stop)?;
    }
    let map = args.seen.map()?;
    need_connections(&map, "compared")?;
    let found = compare(&map, &applied).map_err(stop)?;
    if args.json {
        output::json(&found)?;
    } else {
        page(&found)?;
        tell(&found.notes);
    }
    Ok(if found.cut.is_empty() { Code::Ok } else { Code::CheckFailed })
}

fn page(found: &Comparison) -> Result<()> {
    let shown = |text: &str| visible::inline(text).text;
    let perhaps = |uncertain: bool| if uncertain { "perhaps" } else { "" }.to_owned();
    output::line(format!(
        "{}: {} would be cut, {} open, {} wider than what was seen",
        counted(found.policies, "policy", "policies"),
        counted(found.cut.len(), "connection", "connections"),
        counted(found.open.len(), "service is", "services are"),
        counted(found.unused.len(), "allowance is", "allowances are"),
    ))?;
    let cut = found.cut.iter().map(|cut| {
        let by = cut
            .blocked_by
            .iter()
            .map(|b| format!("{}: {}", word(b.direction), b.policies.join(", ")));
        let edge = &cut.edge;
        vec![
            shown(&edge.source.to_string()),
            shown(&edge.target.to_string()),
            format!("{} {}", edge.protocol, edge.port),
            shown(&by.collect::<Vec<_>>().join("; ")),
            perhaps(cut.uncertain),
        ]
    });
    part(&["cut from", "to", "port", "by", ""], cut.collect())?;
    let open = found.open.iter().map(|open| {
        let directions: Vec<String> = open.directions.iter().map(|d| word(*d)).collect();
        vec![shown(&open.service.to_string()), directions.join(", "), perhaps(open.uncertain)]
    });
    part(&["open service", "directions", ""], open.collect())?;
    let unused = found.unused.iter().map(|one| {
        vec![
            shown(&one.policy),
            word(one.direction),
            shown(&one.peer),
            shown(&one.ports),
            word(one.why),
        ]
    });
    part(&["policy", "allows", "peer", "ports", "but"], unused.collect())
}

fn part(header: &[&str], rows: Vec<Vec<String>>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    output::line("")?;
    output::line(output::table(header, rows))
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", visible::grouped(count), if count == 1 { one } else { many })
}

/// The name that JSON has for it, with spaces.
fn word(of: impl Serialize) -> String {
    let text = serde_json::to_value(of).ok();
    let text = text.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
    text.replace('_', " ")
}
