//! `pending`: the questions that wait for an answer.

use crate::app::App;
use crate::card;
use crate::cli::proof::Caller;
use crate::cli::{output, view, when};
use crate::domain::approval::State;
use crate::store::ApprovalFilter;
use anyhow::Result;
use serde::Serialize;

/// Options of `pending`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign pending              what waits now, oldest first
  countersign pending --all        the newest questions, answered ones too
  countersign pending --json | jq '.pending[].id'")]
pub(crate) struct Args {
    /// One JSON object: {"pending": [...]}.
    #[arg(long)]
    json: bool,
    /// Also what was answered, used, withdrawn or ran out.
    #[arg(long)]
    all: bool,
    /// At most this many.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
}

#[derive(Serialize)]
struct Listed<'a> {
    pending: Vec<card::ApprovalJson<'a>>,
}

/// Lists.
///
/// # Errors
/// Those of the store, and of the output.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "pending").await?.may_read(app)?;
    let states = if args.all { Vec::new() } else { vec![State::Pending] };
    let filter =
        ApprovalFilter { tenant: app.tenant.clone(), states, principal: None, limit: args.limit };
    let mut found = app.store.approvals(filter).await?;
    if !args.all {
        // Whoever waited longest is answered first.
        found.reverse();
    }
    let now = app.store.now().await?;
    if args.json {
        let pending = found.iter().map(card::to_json).collect();
        return output::json(&Listed { pending });
    }
    if found.is_empty() {
        output::note(if args.all {
            "no question was ever put"
        } else {
            "nothing waits for an answer"
        });
        return Ok(());
    }
    let rows = found
        .iter()
        .map(|approval| {
            let place = match approval.state {
                State::Pending if approval.escalated => "pending, urgent".to_owned(),
                State::Pending if approval.abandoned_at.is_some() => {
                    "pending, nobody waits".to_owned()
                }
                state => state.as_str().to_owned(),
            };
            let left = match approval.state {
                State::Pending => format!("{} left", when::span(approval.answer_by.since(now))),
                _ => String::new(),
            };
            vec![
                approval.id.short(),
                view::name(approval),
                approval.ruling.tier.to_string(),
                view::asker(approval),
                format!("{} ago", when::span(now.since(approval.asked_at))),
                left,
                place,
            ]
        })
        .collect();
    output::line(output::table(&["id", "tool", "tier", "asked by", "asked", "time", "state"], rows))
}
