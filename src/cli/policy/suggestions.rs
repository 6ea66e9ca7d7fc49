//! `policy suggestions`: those that wait, or all of them.

use crate::app::App;
use crate::cli::policy::seen;
use crate::cli::proof::Caller;
use crate::cli::{output, view, when};
use crate::domain::approval::State;
use crate::gate::changes::{status, view as suggestion_view};
use crate::store::policies::SuggestionFilter;
use anyhow::Result;
use serde_json::json;

/// Options of `policy suggestions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy suggestions           what waits for a decision
  countersign policy suggestions --all     applied, rejected, cancelled and expired ones too
  countersign policy suggestions --json | jq '.suggestions[].suggestion_id'")]
pub(crate) struct Args {
    /// Also those applied, rejected, cancelled or expired.
    #[arg(long)]
    all: bool,
    /// At most this many.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// One JSON object: {"suggestions": [...]}.
    #[arg(long)]
    json: bool,
}

/// Lists.
///
/// # Errors
/// Those of the store, and of the output.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "policy suggestions").await?.may_read(app)?;
    let states = if args.all { Vec::new() } else { vec![State::Pending, State::Approved] };
    let filter =
        SuggestionFilter { tenant: app.tenant.clone(), principal: None, states, limit: args.limit };
    let found = app.store.suggestions(filter).await?;
    if args.json {
        let suggestions: Vec<_> = found.iter().map(suggestion_view).collect();
        return output::json(&json!({ "suggestions": suggestions }));
    }
    if found.is_empty() {
        output::note(if args.all { "there was never a suggestion" } else { "no suggestion waits" });
        return Ok(());
    }
    let now = app.store.now().await?;
    let rows = found
        .iter()
        .map(|s| {
            let a = &s.approval;
            let status = match s.applied {
                Some(version) => format!("applied as {version}"),
                None => status(a.state).to_owned(),
            };
            let first = a.ruling.reasons.first().map_or("", |r| r.message.as_str());
            vec![
                a.id.short(),
                a.ruling.tier.to_string(),
                view::asker(a),
                format!("{} ago", when::span(now.since(a.asked_at))),
                s.base.to_string(),
                status,
                seen(first, 80),
            ]
        })
        .collect();
    let header = ["id", "tier", "proposed by", "proposed", "against", "status", "what"];
    output::line(output::table(&header, rows))
}
