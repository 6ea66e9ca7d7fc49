//! `run show`: one run with its steps.

use crate::app::App;
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::run::{find, line, told};
use crate::domain::run::RunStep;
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
    let run = find(app, &args.id).await?;
    let view = told(app, &run).await?;
    if args.json {
        return output::json(&view);
    }
    output::line(line(&view))?;
    let fact = |name: &str, value: &str| format!("  {name:<12} {value}");
    output::line(fact("directive", &format!("{} ({})", view.directive, view.label)))?;
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
    let rows = run.steps.iter().map(|step| {
        vec![(step.step + 1).to_string(), step.tier.to_string(), ended(step).to_owned()]
    });
    output::line(output::table(&["step", "tier", "outcome"], rows.collect()))
}

/// How a step ended. What was sent and not answered must never read as not sent.
fn ended(step: &RunStep) -> &'static str {
    match (step.outcome, step.intent) {
        (Some(outcome), _) => outcome.as_str(),
        (None, Some(_)) => "sent, no answer yet",
        (None, None) => "not sent",
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::run::show::ended;
    use crate::domain::digest::Digest;
    use crate::domain::outcome::OutcomeKind;
    use crate::domain::ruling::Tier;
    use crate::domain::run::RunStep;

    #[test]
    fn a_step_at_its_server_does_not_read_as_not_sent() {
        let step = |intent, outcome| RunStep {
            step: 0,
            call_digest: Digest::ZERO,
            tier: Tier::WRITE,
            intent,
            outcome,
            again: None,
        };
        assert_eq!(ended(&step(None, None)), "not sent");
        assert_eq!(ended(&step(Some(7), None)), "sent, no answer yet");
        assert_eq!(ended(&step(Some(7), Some(OutcomeKind::Unknown))), "unknown");
    }
}
