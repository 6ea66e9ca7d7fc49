//! Executing a run: wait for its yes, hold it against its plan, then send its steps one by one.

use crate::config::OnAsk;
use crate::domain::approval::State;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{ApprovalId, RunId};
use crate::domain::json::Canonical;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::Principal;
use crate::domain::run::{Run, RunState, RunStep};
use crate::gate::{Beat, Gate, OnTheWay, Patience, Refusal, Reply, StepEnd};
use crate::ir::{self, Plan};
use crate::journal::{Passed, StepOf};
use crate::run::create::question_call;
use crate::run::manifest::{Unresolved, resolve_step};
use crate::run::standing::{Amiss, amiss, audited};
use crate::store::runs::{BeginRun, EndRun, NotBegun};
use crate::store::{ConsumeRequest, NotConsumed, StoreError};
use serde_json::json;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Makes a fresh way to tell the client that we still wait: one for each wait.
pub type Beats<'a> = &'a (dyn Fn() -> Option<Beat> + Send + Sync);

/// What is to be executed, for whom.
pub struct Execution<'a> {
    /// Which run.
    pub id: RunId,
    /// Who; it must be his.
    pub principal: &'a Principal,
    /// What to do while it waits for a yes, or a step of it asks.
    pub on_ask: OnAsk,
    /// The longest wait for a yes.
    pub hold: Duration,
    /// Tells that it still waits.
    pub beats: Beats<'a>,
    /// Told before each step: its number from 1, of how many, and what it is.
    pub told: &'a (dyn Fn(usize, usize, &str) + Send + Sync),
    /// Cancelled when the client takes it back.
    pub cancel: CancellationToken,
    /// Cancelled with it, and when the client only stopped listening: no further step is sent then.
    pub gone: CancellationToken,
}

impl std::fmt::Debug for Execution<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Execution({})", self.id)
    }
}

/// Why nothing (more) of a run was sent.
#[derive(Debug)]
pub enum NotRun {
    /// No such run of this principal.
    NotFound,
    /// Its plan was erased: it was never begun and its retention is over.
    Forgotten,
    /// Another process executes it.
    Running,
    /// It ended so, and nothing of it is left that could be played without sending.
    Ended(RunState),
    /// It waits, or may go on later.
    Refused(Box<Refusal>),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotRun {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for NotRun {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// A run while this session executes it.
pub(in crate::run) struct Executing<'a> {
    pub(in crate::run) gate: &'a Gate,
    pub(in crate::run) execution: Execution<'a>,
    pub(in crate::run) run: Run,
    pub(in crate::run) plan: Plan,
    /// The plan as it is stored, to be checked again.
    ir: Canonical,
    /// The policy that it was checked under.
    policy: String,
}

/// How far the steps came.
enum Reached {
    /// Every step ran.
    End,
    /// A step could not go on as it was approved, or failed; nothing after it goes.
    Over(RunState, String),
    /// It may go on later.
    Pause(Box<Refusal>),
}

/// Executes a run, or goes on with it, to its end. A run that ended is answered as it is: nothing is sent twice.
///
/// # Errors
/// [`NotRun`] when it did not end; the run says where it stands.
pub async fn execute(gate: &Gate, execution: Execution<'_>) -> Result<Run, NotRun> {
    let store = gate.desk().store();
    let run = store.run(gate.tenant(), execution.id).await?;
    let run = run.filter(|r| r.principal == *execution.principal).ok_or(NotRun::NotFound)?;
    let run = looked_after(gate, run).await?;
    if run.state.is_terminal() {
        return Ok(run);
    }
    if run.state == RunState::Running {
        return Err(NotRun::Running);
    }
    let (Some(ir), Some(manifest)) = (run.ir.clone(), run.manifest.clone()) else {
        return Err(NotRun::Forgotten);
    };
    let yes = match run.approval {
        Some(approval) if run.state == RunState::Created => {
            match wait(gate, &execution, &run, approval, &manifest).await? {
                Some(yes) => Some(yes),
                // Another process of the same principal waited, too, and was first.
                None => return as_it_stands(gate, run.id).await,
            }
        }
        Some(_) | None => None,
    };
    let (plan, policy) = match audited(gate, &run, &ir, &manifest).await? {
        Ok(audited) => audited,
        // It is not what was approved and never will be; whatever else stands in the way may be gone later, or is only
        // so in this session.
        Err(Amiss::NotThePlan) => {
            let cause = Some("dag_mismatch".to_owned());
            let ended = end(gate, &run, RunState::Stopped, cause, EntryType::RunStopped).await?;
            return Ok(ended.unwrap_or(run));
        }
        Err(Amiss::Now(amiss)) => {
            return Err(Refusal::not_now(run.id, amiss.code(), amiss.why()).into());
        }
    };
    // Held until its end is on record: whoever finds it running without is to go on with it.
    let Some(_claim) = gate.claim(run.id) else { return as_it_stands(gate, run.id).await };
    let begin = BeginRun {
        tenant: run.tenant.clone(),
        id: run.id,
        principal: run.principal.clone(),
        session: gate.session(),
        yes,
        row: about(gate, &run, EntryType::RunStarted),
    };
    let run = match store.begin_run(begin).await? {
        Ok(run) => run,
        Err(NotBegun::NotThere) => return Err(NotRun::NotFound),
        Err(NotBegun::State(_)) => return as_it_stands(gate, run.id).await,
        Err(NotBegun::NoYes(NotConsumed::Paused)) => {
            return Err(Refusal::no_permit(&crate::journal::NoPermit::Paused).into());
        }
        Err(NotBegun::NoYes(why)) => {
            return Err(Refusal::no_permit(&crate::journal::NoPermit::NotConsumed(why)).into());
        }
    };
    let executing = Executing { gate, execution, run, plan, ir, policy };
    let reached = executing.steps().await;
    executing.close(reached).await
}

/// A run that somebody else began, or ended.
async fn as_it_stands(gate: &Gate, id: RunId) -> Result<Run, NotRun> {
    let run = gate.desk().store().run(gate.tenant(), id).await?.ok_or(NotRun::NotFound)?;
    if run.state.is_terminal() { Ok(run) } else { Err(NotRun::Running) }
}

/// A run that seems to be executed, by a process that may be gone or by ours, which could not write that it gave up:
/// then it may go on at once.
///
/// # Errors
/// Those of the store.
pub async fn looked_after(gate: &Gate, run: Run) -> Result<Run, StoreError> {
    let (RunState::Running, Some(session)) = (run.state, run.session) else { return Ok(run) };
    if session == gate.session() {
        // While we hold the claim nobody here executes it, so if the store says we do, its end could not be written.
        let Some(_claim) = gate.claim(run.id) else { return Ok(run) };
        let (state, cause) = (RunState::Interrupted, Some("unrecorded_run".to_owned()));
        if let Some(run) = end(gate, &run, state, cause, EntryType::RunInterrupted).await? {
            return Ok(run);
        }
    } else if !gate.end_if_dead(session).await? {
        return Ok(run);
    }
    Ok(gate.desk().store().run(gate.tenant(), run.id).await?.unwrap_or(run))
}

/// Waits for the yes and makes it ready to be used; `None` when another process used it meanwhile.
async fn wait(
    gate: &Gate,
    execution: &Execution<'_>,
    run: &Run,
    approval: ApprovalId,
    manifest: &Canonical,
) -> Result<Option<ConsumeRequest>, NotRun> {
    let store = gate.desk().store();
    let row = store.approval(gate.tenant(), approval).await?.ok_or(NotRun::NotFound)?;
    store.attach(gate.tenant(), approval, gate.session()).await?;
    let patience = Patience {
        on_ask: execution.on_ask,
        hold: execution.hold,
        beat: (execution.beats)(),
        road: None,
    };
    let row = match gate.wait_for_run(row, patience, &execution.gone).await {
        Ok(row) => row,
        Err(refusal) => {
            if refusal.leaves {
                // Best effort: the end of the session leaves whatever is still waited for.
                let _ = store.leave(gate.tenant(), approval, gate.session()).await;
            }
            return Err(refusal.into());
        }
    };
    if row.state == State::Consumed {
        return Ok(None);
    }
    let call = question_call(gate, &run.principal, manifest);
    let row = about(gate, run, EntryType::RunStarted);
    Ok(Some(ConsumeRequest { call, id: approval, tier: run.tier, row }))
}

impl Executing<'_> {
    /// Sends what is left, in the order of the plan.
    async fn steps(&self) -> Reached {
        let total = self.plan.order().len();
        let mut policy = self.policy.clone();
        for (at, index) in self.plan.order().iter().enumerate() {
            let Some(step) = self.plan.steps().get(*index) else { continue };
            let number = u32::try_from(*index).unwrap_or(u32::MAX);
            let known = self.run.steps.iter().find(|s| s.step == number);
            let Some(known) = known else {
                return Reached::Over(RunState::Stopped, "dag_mismatch".to_owned());
            };
            match (known.outcome, known.intent) {
                (Some(OutcomeKind::Ran), _) => continue,
                (Some(OutcomeKind::Failed), _) => {
                    return Reached::Over(RunState::Failed, "step_failed".to_owned());
                }
                (Some(OutcomeKind::Unknown), _) | (None, Some(_) | None) => {}
            }
            (self.execution.told)(at + 1, total, &step.action);
            let reached = self.step(step, known, &mut policy).await;
            if let Some(reached) = reached {
                return reached;
            }
        }
        Reached::End
    }

    /// Sends one step; `None` when it ran and the next may go.
    async fn step(&self, step: &ir::Step, known: &RunStep, policy: &mut String) -> Option<Reached> {
        let over = |state, cause: &str| Some(Reached::Over(state, cause.to_owned()));
        let pause = |refusal: Refusal| Some(Reached::Pause(Box::new(refusal)));
        let in_force = match self.gate.in_force().await {
            Ok(in_force) => in_force,
            Err(error) => return pause(Refusal::store(&error)),
        };
        // Rules on actions and the environments of providers are those of the plan, not of its calls.
        let now = &in_force.snapshot.policy().digest;
        if now != policy {
            let checked = in_force.check_read(&self.ir, self.gate.tenant());
            if let Some(amiss) = amiss(&in_force, &checked, &self.run, None) {
                return over(RunState::Stopped, amiss.code());
            }
            policy.clone_from(now);
        }
        let principal = &self.run.principal;
        let resolved = match resolve_step(self.gate, &in_force.vocabulary, principal, step).await {
            Ok(resolved) => resolved,
            Err(Unresolved::NotMapped { .. }) => return over(RunState::Stopped, "call_changed"),
            // The server is there and has no such tool; one that is not there may be another session's.
            Err(Unresolved::Refused { refusal, .. }) if refusal.protocol => {
                return over(RunState::Stopped, "call_changed");
            }
            Err(Unresolved::Refused { refusal, .. }) => return Some(Reached::Pause(refusal)),
        };
        let of = StepOf {
            run: self.run.id,
            step: known.step,
            correlation: self.run.correlation,
            granted: self.run.approval.is_some(),
        };
        let end = if known.intent.is_some() {
            self.once_more(resolved, known, of).await
        } else {
            self.gate.run_step(principal, &resolved.target, of, self.on_the_way()).await
        };
        match end {
            StepEnd::Sent(OutcomeKind::Ran, _) => None,
            StepEnd::Sent(OutcomeKind::Failed, _) => over(RunState::Failed, "step_failed"),
            StepEnd::Sent(OutcomeKind::Unknown, Reply::Refused(refusal)) => {
                Some(Reached::Pause(refusal))
            }
            StepEnd::Sent(OutcomeKind::Unknown, Reply::Result(_) | Reply::Error(_)) => {
                over(RunState::Failed, "outcome_unknown")
            }
            StepEnd::Later(refusal) => Some(Reached::Pause(refusal)),
            StepEnd::Stopped(refusal) => over(RunState::Stopped, refusal.code),
        }
    }

    pub(in crate::run) fn on_the_way(&self) -> OnTheWay {
        let (cancel, gone) = (self.execution.cancel.clone(), self.execution.gone.clone());
        OnTheWay { passed: Passed::default(), progress: None, cancel, gone }
    }

    /// Records how far it came.
    async fn close(self, reached: Reached) -> Result<Run, NotRun> {
        let (state, cause, kind, refusal) = match reached {
            Reached::End => (RunState::Completed, None, EntryType::RunCompleted, None),
            Reached::Over(RunState::Failed, cause) => {
                (RunState::Failed, Some(cause), EntryType::RunFailed, None)
            }
            Reached::Over(_, cause) => {
                (RunState::Stopped, Some(cause), EntryType::RunStopped, None)
            }
            Reached::Pause(mut refusal) => {
                // "Not executed" would be a guess: steps before it went, and of this one nobody knows.
                if refusal.code == "unrecorded" {
                    *refusal = Refusal::unrecorded_run(self.run.id);
                }
                let cause = Some(refusal.code.to_owned());
                (RunState::Interrupted, cause, EntryType::RunInterrupted, Some(refusal))
            }
        };
        let id = self.run.id;
        let ended = end(self.gate, &self.run, state, cause, kind).await.map_err(|error| {
            tracing::error!("how the run {id} went is not on record: {error}");
            Refusal::unrecorded_run(id)
        })?;
        match refusal {
            Some(refusal) => Err(NotRun::Refused(refusal)),
            None => ended.ok_or(NotRun::Running),
        }
    }
}

async fn end(
    gate: &Gate,
    run: &Run,
    state: RunState,
    cause: Option<String>,
    kind: EntryType,
) -> Result<Option<Run>, StoreError> {
    gate.desk()
        .store()
        .end_run(EndRun {
            tenant: run.tenant.clone(),
            id: run.id,
            principal: run.principal.clone(),
            session: gate.session(),
            state,
            cause,
            row: about(gate, run, kind),
        })
        .await
}

/// A row about a run.
pub(in crate::run) fn about(gate: &Gate, run: &Run, kind: EntryType) -> Draft {
    Draft {
        correlation: Some(run.correlation),
        session: Some(gate.session()),
        principal: Some(run.principal.clone()),
        tier: Some(run.tier.get()),
        approval: run.approval,
        body: json!({ "run": run.id }).to_string().into_bytes(),
        ..Draft::new(kind, &run.tenant)
    }
}
