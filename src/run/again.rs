//! Steps of unknown outcome: they were sent, nobody knows whether they ran, so a person is asked before they go again.

use crate::domain::approval::{Approval, State, Subject};
use crate::domain::id::ApprovalId;
use crate::domain::outcome::OutcomeKind;
use crate::domain::run::RunStep;
use crate::gate::{Patience, Refusal, Reply, StepEnd};
use crate::journal::{NoPermit, StepOf};
use crate::run::execute::Executing;
use crate::run::manifest::Resolved;
use crate::store::NotConsumed;

impl Executing<'_> {
    /// A step that may have run before: a person is asked about exactly this call, whatever was approved. What came of
    /// that question counts, also when it was answered while nobody executed the run.
    pub(in crate::run) async fn once_more(
        &self,
        resolved: Resolved,
        known: &RunStep,
        of: StepOf,
    ) -> StepEnd {
        let later = |refusal: Refusal| StepEnd::Later(Box::new(refusal));
        let (store, tenant) = (self.gate.desk().store(), self.gate.tenant());
        let asked = match known.again {
            None => None,
            Some(id) => match store.approval(tenant, id).await {
                // Whatever else is called so is no answer about this step.
                Ok(asked) => asked.filter(|a| {
                    a.subject == Subject::Step(of.run, of.step)
                        && a.call_digest.same(&known.call_digest)
                }),
                Err(error) => return later(Refusal::store(&error)),
            },
        };
        let used = asked.as_ref().is_some_and(|asked| {
            asked.state == State::Consumed && asked.outcome != Some(OutcomeKind::Unknown)
        });
        // What would be sent now must be what was approved. What was sent already cannot be changed any more.
        if !used && let Some(no) = differs(&resolved, known) {
            let refusal = Refusal::no_permit(&NoPermit::NotConsumed(no));
            return StepEnd::Stopped(Box::new(refusal));
        }
        let id = match asked.map(|asked| (asked.id, asked.state, asked.outcome)) {
            Some((id, State::Pending | State::Approved | State::Denied, _)) => id,
            Some((id, State::Consumed, None | Some(OutcomeKind::Ran | OutcomeKind::Failed))) => id,
            // Nobody was asked, nobody answered, or nobody knows how the next try ended.
            Some((_, State::Consumed | State::Expired | State::Cancelled, _)) | None => {
                match self.put_again(resolved, of).await {
                    Ok(id) => id,
                    Err(refusal) => return refused(Box::new(refusal)),
                }
            }
        };
        let patience = Patience {
            on_ask: self.execution.on_ask,
            hold: self.execution.hold,
            beat: (self.execution.beats)(),
            road: None,
        };
        let reply = self.gate.resume(id, &self.run.principal, patience, self.on_the_way()).await;
        self.gate.handed_over(&reply).await;
        let kind = match &reply {
            Reply::Result(told) if crate::gate::is_tool_error(&told.text) => OutcomeKind::Failed,
            Reply::Result(_) => OutcomeKind::Ran,
            Reply::Error(_) => OutcomeKind::Failed,
            // Its answer is kept no more, but how it ended is on record.
            Reply::Refused(refusal) => match store.approval(tenant, id).await {
                Ok(Some(Approval { outcome: Some(kind), .. })) if kind != OutcomeKind::Unknown => {
                    kind
                }
                Ok(_) => return refused(refusal.clone()),
                Err(error) => return later(Refusal::store(&error)),
            },
        };
        match store.resolve_step(tenant, self.run.id, known.step, kind).await {
            Ok(()) => StepEnd::Sent(kind, reply),
            Err(error) => later(Refusal::store(&error)),
        }
    }

    /// Asks, and keeps which question it is.
    async fn put_again(&self, resolved: Resolved, of: StepOf) -> Result<ApprovalId, Refusal> {
        let judged = (resolved.call, resolved.ruling);
        let asked = self.gate.put_again(judged, of, self.execution.on_ask).await?;
        let store = self.gate.desk().store();
        let kept = store.asked_again(self.gate.tenant(), of.run, of.step, asked.id).await;
        kept.map(|()| asked.id).map_err(|error| Refusal::store(&error))
    }
}

/// How a step as it is now differs from the one that the run was made with.
fn differs(now: &Resolved, known: &RunStep) -> Option<NotConsumed> {
    if !now.call.digest().same(&known.call_digest) {
        Some(NotConsumed::CallDiffers)
    } else if now.ruling.tier > known.tier {
        Some(NotConsumed::TierRose)
    } else {
        None
    }
}

/// A no is final; whatever else stood in the way may be gone later.
fn refused(refusal: Box<Refusal>) -> StepEnd {
    match refusal.code {
        "denied" | "denied_by_policy" | "call_changed" | "tier_rose" | "cost_unknown" => {
            StepEnd::Stopped(refusal)
        }
        _ => StepEnd::Later(refusal),
    }
}
