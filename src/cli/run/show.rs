//! `run show`: one run with its steps.

use crate::app::App;
use crate::cli::proof::Caller;
use crate::cli::run::told;
use crate::cli::{find, output};
use crate::domain::visible;
use anyhow::Result;

/// Options of `run show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign run show 4f1c
  countersign run show 4f1c --json")]
pub(crate) struct Args {
    /// The run: its id, or the beginning or end of it.
    id: String,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Shows.
///
/// # Errors
/// When there is no such run.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "run").await?.may_read(app)?;
    let run = find::run(app, &args.id).await?;
    let view = told(app, &run).await?;
    if args.json {
        return output::json(&view);
    }
    output::line(view.line())?;
    let fact = |name: &str, value: &str| format!("  {name:<12} {value}");
    output::line(fact(
        "directive",
        &format!("{} ({})", view.directive, visible::inline(&view.label).text),
    ))?;
    output::line(fact("asked by", &visible::inline(&view.requested_by).text))?;
    if let Some(id) = &view.approval_id {
        let by = view.approved_by.as_deref().map(|by| format!(", by {}", visible::inline(by).text));
        let why = view.denied_because.as_deref().map(|w| format!(": {}", visible::inline(w).text));
        let text = format!("{id}{}{}", by.unwrap_or_default(), why.unwrap_or_default());
        output::line(fact("question", &text))?;
    }
    output::line(fact("plan", &view.ir_hash))?;
    output::line(fact("calls", &view.manifest_digest))?;
    output::line(fact("story", &view.correlation_id))?;
    output::line(fact("tokens", &view.total_tokens.to_string()))?;
    let rows = view
        .steps
        .iter()
        .map(|step| vec![(step.step + 1).to_string(), step.tier.to_string(), step.words()]);
    output::line(output::table(&["step", "tier", "state"], rows.collect()))
}
