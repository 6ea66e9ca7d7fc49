//! The steps of a run: judged again when their turn comes, then sent like every other call.
//!
//! A step needs no question of its own: the yes to its run minted a grant for exactly its call, or policy allows it.
//! Whatever is stricter now than when the run was made stops it.

use crate::config::OnAsk;
use crate::domain::approval::{Approval, Subject};
use crate::domain::call::{Call, CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::id::SessionId;
use crate::domain::json::Canonical;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::Principal;
use crate::domain::ruling::{Layer, Reason, Ruling, Verdict};
use crate::gate::given::Known;
use crate::gate::judge::Judged;
use crate::gate::spending::UNPRICED;
use crate::gate::{Gate, OnTheWay, Patience, Refusal, Reply, ToWaitFor};
use crate::journal::{NoPermit, StepOf};
use crate::store::{StoreError, lease};
use tokio_util::sync::CancellationToken;

/// A tool and what it is to be called with.
#[derive(Debug, Clone)]
pub struct Target {
    /// Which server, by its configured name.
    pub upstream: String,
    /// The server's own name of the tool.
    pub tool: String,
    /// The arguments.
    pub arguments: Canonical,
}

/// How a step ended.
#[derive(Debug)]
pub enum StepEnd {
    /// It was sent, and this came of it.
    Sent(OutcomeKind, Reply),
    /// It was not sent, and the run may go on later: the agent is paused, the server down, the client gone.
    Later(Box<Refusal>),
    /// It was not sent and never will be: it is not what was approved, or stricter now.
    Stopped(Box<Refusal>),
}

impl Gate {
    /// What a call would be and what policy says of it now. Nothing is recorded and nothing sent.
    ///
    /// # Errors
    /// When there is no such server or tool, or the store fails.
    pub async fn weigh(
        &self,
        principal: &Principal,
        target: &Target,
    ) -> Result<(Call, Ruling), Refusal> {
        let Judged { call, ruling, .. } =
            self.weigh_as(principal, target, Known::default()).await?;
        Ok((call, ruling))
    }

    async fn weigh_as(
        &self,
        principal: &Principal,
        target: &Target,
        known: Known,
    ) -> Result<Judged, Refusal> {
        let unknown = || Refusal::unknown(&format!("{}.{}", target.upstream, target.tool));
        let absent = || Refusal::upstream_unknown(&target.upstream);
        let member = self.fleet.get(&target.upstream).ok_or_else(absent)?;
        self.heard(&target.upstream, Method::ToolsCall, principal).await?;
        let parts = CallParts {
            tenant: self.tenant.clone(),
            principal: principal.clone(),
            session: self.session,
            upstream: member.server.id().clone(),
            method: Method::ToolsCall,
            tool: target.tool.clone(),
            definition: Digest::ZERO,
            arguments: Some(target.arguments.clone()),
        };
        let judged = self.judge(parts, known).await?;
        if judged.call.parts().definition == Digest::ZERO {
            return Err(unknown());
        }
        Ok(judged)
    }

    /// Ends a session whose process is gone, so that what it executed may go on; whether it was. The sweep of every
    /// minute does the same for all.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn end_if_dead(&self, session: SessionId) -> Result<bool, StoreError> {
        let Some(home) = self.leases.as_ref().filter(|_| session != self.session) else {
            return Ok(false);
        };
        if !lease::is_dead(home, session) {
            return Ok(false);
        }
        self.desk.store().close_session(session, "found_dead").await?;
        Ok(true)
    }

    /// Sends one step of a run that this session executes.
    pub async fn run_step(
        &self,
        principal: &Principal,
        target: &Target,
        of: StepOf,
        on_the_way: OnTheWay,
    ) -> StepEnd {
        let later = |refusal: Refusal| StepEnd::Later(Box::new(refusal));
        let stopped = |refusal: Refusal| StepEnd::Stopped(Box::new(refusal));
        // It is judged once its server is there: what holds may change while that comes up.
        let member = match self.ready(&target.upstream).await {
            Ok(member) => member,
            Err(refusal) if refusal.protocol => return stopped(refusal),
            Err(refusal) => return later(refusal),
        };
        let known = Known::of_step(of.run, of.step);
        let judged = self.weigh_as(principal, target, known).await;
        let (call, ruling, spends) = match self.priced(judged, of.correlation).await {
            Ok(weighed) => weighed,
            // The server is there and has no such tool; one that is not there may be another session's.
            Err(refusal) if refusal.protocol || refusal.code == UNPRICED => {
                return stopped(refusal);
            }
            Err(refusal) => return later(refusal),
        };
        if ruling.verdict == Verdict::Deny || ruling.verdict == Verdict::Ask && !of.granted {
            let (code, refusal) = match ruling.verdict {
                Verdict::Deny => ("denied_by_policy", Refusal::by_policy(&call, &ruling)),
                Verdict::Ask | Verdict::Allow => {
                    ("needs_a_yes", Refusal::needs_a_yes(&call, &ruling))
                }
            };
            return match self.journal.refused(&call, &ruling, of.correlation, code).await {
                Ok(()) => stopped(refusal),
                Err(error) => later(Refusal::store(&error)),
            };
        }
        let OnTheWay { passed, progress, cancel, gone } = on_the_way;
        if self.has_left(&gone).await {
            return later(Refusal::withdrawn());
        }
        match self.journal.permit_step(call, of, &ruling, passed, spends).await {
            Ok(permit) => {
                let (kind, reply) = self.send(permit, &member, progress, &cancel).await;
                StepEnd::Sent(kind, reply)
            }
            Err(why @ (NoPermit::Paused | NoPermit::OverBudget(_) | NoPermit::Store(_))) => {
                later(Refusal::no_permit(&why))
            }
            Err(why @ (NoPermit::NotAllowed | NoPermit::NotConsumed(_))) => {
                stopped(Refusal::no_permit(&why))
            }
        }
    }

    /// Asks a person before a step goes again that may have run before, whatever policy says of it. The question is
    /// about this step alone: no equal call's answer is its answer. After the yes it is resumed like that of any call.
    ///
    /// # Errors
    /// What to tell when nobody is asked.
    pub async fn put_again(
        &self,
        (call, mut ruling): (Call, Ruling),
        of: StepOf,
        on_ask: OnAsk,
    ) -> Result<Approval, Refusal> {
        if ruling.verdict == Verdict::Deny {
            let code = "denied_by_policy";
            let written = self.journal.refused(&call, &ruling, of.correlation, code).await;
            return Err(written.map_or_else(
                |error| Refusal::store(&error),
                |()| Refusal::by_policy(&call, &ruling),
            ));
        }
        ruling.verdict = Verdict::Ask;
        ruling.reasons.push(Reason {
            layer: Layer::Kernel,
            rule: "run.unknown".to_owned(),
            message: "this step of a run was sent before and nobody knows whether it ran"
                .to_owned(),
            verdict: Some(Verdict::Ask),
        });
        self.put(call, Subject::Step(of.run, of.step), ruling, of.correlation, on_ask).await
    }

    /// Waits for the yes to a run, as long as the client can bear. `Ok` is an unused yes, or one that the run used.
    ///
    /// # Errors
    /// What to tell when there is none.
    pub async fn wait_for_run(
        &self,
        approval: Approval,
        patience: Patience,
        cancel: &CancellationToken,
    ) -> Result<Approval, Refusal> {
        match self.wait_for_yes(approval, patience, cancel).await? {
            ToWaitFor::Nothing(approval) | ToWaitFor::AnothersRun(approval) => Ok(*approval),
        }
    }
}
