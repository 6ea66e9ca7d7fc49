//! `run list`: runs, newest first.

use crate::app::App;
use crate::cli::proof::Caller;
use crate::cli::{output, when};
use crate::domain::run::RunState;
use crate::domain::visible;
use crate::run::view;
use crate::store::runs::{Listed, RunFilter};
use anyhow::Result;
use jiff::tz::TimeZone;
use serde_json::json;

/// Options of `run list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign run list
  countersign run list --state interrupted --json")]
pub(crate) struct Args {
    /// Only in this state: created, running, interrupted, stopped, completed, failed.
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<RunState>,
    /// At most this many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<RunState, String> {
    let known = RunState::ALL.map(RunState::as_str).join("`, `");
    RunState::parse(text).ok_or_else(|| format!("it is one of `{known}`"))
}

/// Lists.
///
/// # Errors
/// Those of the store.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "run").await?.may_read(app)?;
    let filter = RunFilter {
        tenant: app.tenant.clone(),
        principal: None,
        states: args.state.into_iter().collect(),
        limit: args.limit as usize,
    };
    let runs = app.store.runs(filter).await?;
    let views: Vec<_> = runs.iter().map(|l| view(&l.run, l.answer.as_ref())).collect();
    if args.json {
        return output::json(&json!({ "runs": views }));
    }
    if views.is_empty() {
        return output::line("there are no runs");
    }
    let zone = TimeZone::system();
    let rows = views.iter().zip(&runs).map(|(view, Listed { run, .. })| {
        vec![
            run.id.short(),
            view.state.to_owned(),
            format!("{} {}", view.directive, visible::inline(&view.label).text),
            view.tier.to_string(),
            format!("{}/{}", view.jobs.completed, view.jobs.total),
            view.approval_status.to_owned(),
            visible::inline(&view.requested_by).text,
            when::stamp(run.created_at, &zone),
        ]
    });
    let header = ["id", "state", "directive", "tier", "steps", "approval", "by", "made"];
    output::line(output::table(&header, rows.collect()))
}
