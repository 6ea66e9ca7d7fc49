//! A run as it is told: over MCP, on the command line.

use crate::domain::approval::State;
use crate::domain::outcome::OutcomeKind;
use crate::domain::run::{Run, RunState, RunStep};
use crate::ir::show_hash;
use crate::store::runs::RunAnswer;
use crate::store::{Store, StoreError};
use serde::Serialize;

/// A run in words and numbers. Nothing of its arguments is in it.
#[derive(Debug, Clone, Serialize)]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: &'static str,
    /// Why it stopped, failed or was interrupted: a code.
    pub cause: Option<String>,
    /// The directive's name.
    pub directive: String,
    /// The directive's label.
    pub label: String,
    /// How grave it is.
    pub tier: u8,
    /// Who made it.
    pub requested_by: String,
    /// `none`, `pending`, `approved` or `denied`.
    pub approval_status: &'static str,
    /// The question it waits for.
    pub approval_id: Option<String>,
    /// Why it is denied, where it is: what the person said, or `expired`, `cancelled`.
    pub denied_because: Option<String>,
    /// Whether a person said no: that is final for its keys, a question that only ended is not.
    #[serde(skip)]
    pub said_no: bool,
    /// Who said yes.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<String>,
    /// How many steps there are, ran, failed, and have an unknown outcome.
    pub jobs: Jobs,
    /// Tokens that its steps told of.
    pub total_tokens: u64,
    /// Hash of its plan.
    pub ir_hash: String,
    /// Hash of its calls.
    pub manifest_digest: String,
    /// The story it belongs to.
    pub correlation_id: String,
    /// When it was made.
    pub created_at: String,
    /// When it was begun.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Its steps.
    pub steps: Vec<StepView>,
}

/// Steps by how they ended.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Jobs {
    /// All.
    pub total: usize,
    /// Ran.
    pub completed: usize,
    /// Failed.
    pub failed: usize,
    /// Sent, and nobody knows.
    pub unknown: usize,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct StepView {
    /// Its place in the plan, from 0.
    pub step: u32,
    /// How grave its call is.
    pub tier: u8,
    /// `not_sent`, `sent` while no answer came, then as its outcome.
    pub state: &'static str,
    /// `ran`, `failed`, `unknown`, or `None` before.
    pub outcome: Option<&'static str>,
}

impl RunView {
    /// One line on where it stands.
    #[must_use]
    pub fn line(&self) -> String {
        let cause = self.cause.as_deref().map(|cause| format!(" ({cause})")).unwrap_or_default();
        format!(
            "run {} is {}{cause}: {} of {} steps ran, tier {}, approval {}",
            self.id,
            self.state,
            self.jobs.completed,
            self.jobs.total,
            self.tier,
            self.approval_status
        )
    }
}

impl StepView {
    /// Its state for people. What was sent and not answered must never read as not sent.
    #[must_use]
    pub fn words(&self) -> String {
        match self.state {
            "sent" => "sent, no answer yet".to_owned(),
            other => other.replace('_', " "),
        }
    }
}

/// A run with the question it waits for.
///
/// # Errors
/// Those of the store.
pub async fn told(store: &dyn Store, run: &Run) -> Result<RunView, StoreError> {
    let approval = match run.approval {
        Some(id) => store.approval(&run.tenant, id).await?,
        None => None,
    };
    Ok(view(run, approval.as_ref().map(RunAnswer::of).as_ref()))
}

/// How a step ended. Of one that was let go in a run that nobody executes any more, nobody will say how.
fn outcome(run: &Run, step: &RunStep) -> Option<OutcomeKind> {
    let lost = step.intent.is_some() && run.state != RunState::Running;
    step.outcome.or(lost.then_some(OutcomeKind::Unknown))
}

/// How a run is told, with the question it waits for.
#[must_use]
pub fn view(run: &Run, approval: Option<&RunAnswer>) -> RunView {
    let count = |kind| run.steps.iter().filter(|step| outcome(run, step) == Some(kind)).count();
    let said_yes = approval.filter(|a| matches!(a.state, State::Approved | State::Consumed));
    let status = match (run.approval, approval.map(|a| a.state)) {
        (None, _) => "none",
        // A question that cannot be found grants nothing.
        (Some(_), None | Some(State::Denied | State::Expired | State::Cancelled)) => "denied",
        (Some(_), Some(State::Pending)) => "pending",
        (Some(_), Some(State::Approved | State::Consumed)) => "approved",
    };
    let denied = approval.and_then(|a| match a.state {
        State::Denied => Some(a.reason.clone().unwrap_or_else(|| "no reason was given".to_owned())),
        State::Expired | State::Cancelled => Some(a.state.as_str().to_owned()),
        State::Pending | State::Approved | State::Consumed => None,
    });
    RunView {
        id: run.id.to_string(),
        state: run.state.as_str(),
        cause: run.cause.clone(),
        directive: run.directive.clone(),
        label: run.label.clone(),
        tier: run.tier.get(),
        requested_by: run.principal.to_string(),
        approval_status: status,
        approval_id: run.approval.map(|id| id.to_string()),
        denied_because: denied,
        said_no: approval.is_some_and(|a| a.state == State::Denied),
        approved_by: said_yes.and_then(|a| a.by.as_ref()).map(ToString::to_string),
        approved_at: said_yes.and_then(|a| a.at).map(|at| at.rfc3339()),
        jobs: Jobs {
            total: run.steps.len(),
            completed: count(OutcomeKind::Ran),
            failed: count(OutcomeKind::Failed),
            unknown: count(OutcomeKind::Unknown),
        },
        total_tokens: run.tokens,
        ir_hash: show_hash(&run.ir_hash),
        manifest_digest: show_hash(&run.manifest_digest),
        correlation_id: run.correlation.to_string(),
        created_at: run.created_at.rfc3339(),
        started_at: run.started_at.map(|at| at.rfc3339()),
        ended_at: run.ended_at.map(|at| at.rfc3339()),
        steps: run
            .steps
            .iter()
            .map(|step| {
                let outcome = outcome(run, step);
                StepView {
                    step: step.step,
                    tier: step.tier.get(),
                    state: state(step, outcome),
                    outcome: outcome.map(OutcomeKind::as_str),
                }
            })
            .collect(),
    }
}

/// Where a step stands. What was sent and not answered must never read as not sent.
fn state(step: &RunStep, outcome: Option<OutcomeKind>) -> &'static str {
    match (outcome, step.intent) {
        (Some(outcome), _) => outcome.as_str(),
        (None, Some(_)) => "sent",
        (None, None) => "not_sent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Digest;
    use crate::domain::ruling::Tier;

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
        let told = |step: &RunStep| state(step, step.outcome);
        assert_eq!(told(&step(None, None)), "not_sent");
        assert_eq!(told(&step(Some(7), None)), "sent");
        assert_eq!(told(&step(Some(7), Some(OutcomeKind::Unknown))), "unknown");
    }
}
