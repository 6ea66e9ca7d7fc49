//! The append-only record of every decision and outcome, and the only mint of the [`Permit`].
//!
//! A call is recorded before it is sent and the record is on disk before a permit exists. If it cannot
//! be written, there is no permit, and without a permit nothing can be sent: `upstream` takes one by value.

mod body;
mod check;
mod decision;
mod envelope;
mod evidence;
mod guard;
mod heads;
mod heads_error;
mod heads_file;
mod heads_key;
mod input;
mod kept;
mod permit;
mod report;
pub mod telling;
mod trouble;
mod verify;
mod violations;

pub use body::{Recording, call_body};
pub use decision::DecisionLog;
pub use envelope::{Envelope, EnvelopeMeta, Severity};
pub use evidence::{EvidenceError, Packed, pack_journal, pack_story};
pub use guard::{Masks, guarded_places};
pub use heads::{Heads, Lines, SignedHead};
pub use heads_error::HeadsError;
pub use heads_file::NAME as HEADS_FILE;
pub use input::KeptInput;
pub use kept::REMEMBERED_NO;
pub use permit::{PASSED, Passed, Permit, Receipt, StepOf};
pub use report::{Fault, FaultKind, Report};
pub use trouble::{Found, Looked, Looking, Lookout, Noted, Seen, look, tell_of_keys};
pub use verify::{VerifyError, verify, verify_watched};

use crate::config::Config;
use crate::domain::approval::Approval;
use crate::domain::call::Call;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::CorrelationId;
use crate::domain::json::Canonical;
use crate::domain::money::{OverBudget, Reservation};
use crate::domain::outcome::Outcome;
use crate::domain::ruling::{Ruling, Verdict};
use crate::domain::violation::Violation;
use crate::store::runs::StepUse;
use crate::store::{ConsumeRequest, NotConsumed, NotPermitted, Settlement, Store, StoreError};
use arc_swap::ArcSwap;
use std::sync::Arc;

/// The journal over a store.
#[derive(Debug, Clone)]
pub struct Journal {
    store: Arc<dyn Store>,
    recording: Arc<ArcSwap<Recording>>,
}

/// Why there is no permit. Nothing was sent, and nothing may be.
#[derive(Debug, thiserror::Error)]
pub enum NoPermit {
    /// Policy does not allow it and nobody said yes.
    #[error("the ruling does not allow this call without a yes")]
    NotAllowed,
    /// The agent is paused.
    #[error("this agent is paused")]
    Paused,
    /// A budget has not enough left. A yes stays unused.
    #[error("the budget `{}` has {} left and this call costs {}", .0.budget, .0.left, .0.cost)]
    OverBudget(Box<OverBudget>),
    /// The yes could not be used.
    #[error("the approval could not be used: {0:?}")]
    NotConsumed(NotConsumed),
    /// The record could not be written, or nobody knows whether it was.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Journal {
    /// The journal of this store, which takes nothing out of calls but guarded values.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, recording: Arc::default() }
    }

    /// The same under what the configuration says of recording.
    #[must_use]
    pub fn recording(self, config: &Config) -> Self {
        self.recording.store(Arc::new(Recording::of(config)));
        self
    }

    /// From here on these values are never stored (`policy.mask`), in this journal and every clone of it.
    pub fn mask(&self, pointers: &[String]) {
        let masks = Masks::of(pointers);
        let now = self.recording.load();
        if *now.masks() != masks {
            self.recording.store(Arc::new(now.masking(masks)));
        }
    }

    /// What of an input that did not come with a call may be kept.
    #[must_use]
    pub fn kept_input(&self, input: &Canonical) -> KeptInput {
        KeptInput::of(input, self.recording.load().masks())
    }

    /// The row of a call under a ruling, without what the configuration masks.
    #[must_use]
    pub fn row(
        &self,
        kind: EntryType,
        call: &Call,
        ruling: &Ruling,
        correlation: CorrelationId,
        passed: &Passed,
    ) -> Draft {
        row_of(kind, call, ruling, correlation, passed, &self.recording.load())
    }

    /// The store it is kept in.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Permits a call that policy allows, taking what it `spends` out of its budgets in the same moment.
    ///
    /// # Errors
    /// [`NoPermit`]: the call must not be sent.
    pub async fn permit_allowed(
        &self,
        call: Call,
        ruling: &Ruling,
        correlation: CorrelationId,
        passed: Passed,
        spends: Vec<Reservation>,
    ) -> Result<Permit, NoPermit> {
        if ruling.verdict != Verdict::Allow {
            return Err(NoPermit::NotAllowed);
        }
        let row = self.row(EntryType::CallPermitted, &call, ruling, correlation, &passed);
        match self.store.permit(spending(row, spends)).await? {
            Ok(seq) => Ok(Permit::mint(seq, call, correlation, ruling.tier, passed)),
            Err(NotPermitted::Paused) => Err(NoPermit::Paused),
            Err(NotPermitted::OverBudget(over)) => Err(NoPermit::OverBudget(over)),
        }
    }

    /// Permits a call that a person said yes to, using up the yes.
    ///
    /// # Errors
    /// [`NoPermit`]: the call must not be sent. After [`StoreError::CommitUnknown`] the yes counts as used.
    pub async fn permit_approved(
        &self,
        call: Call,
        approval: &Approval,
        ruling: &Ruling,
        passed: Passed,
        spends: Vec<Reservation>,
    ) -> Result<Permit, NoPermit> {
        if ruling.verdict == Verdict::Deny {
            return Err(NoPermit::NotAllowed);
        }
        let (id, correlation) = (approval.id, approval.correlation);
        let mut row = self.row(EntryType::CallPermitted, &call, ruling, correlation, &passed);
        row.approval = Some(id);
        row.body = body::of_step(row.body, approval.subject.step());
        let row = spending(row, spends);
        let request = ConsumeRequest { call: call.clone(), id, tier: ruling.tier, row };
        match self.store.consume(request).await? {
            Ok(seq) => Ok(Permit::mint_approved(seq, call, approval, ruling.tier, passed)),
            Err(NotConsumed::Paused) => Err(NoPermit::Paused),
            Err(NotConsumed::OverBudget(over)) => Err(NoPermit::OverBudget(over)),
            Err(why) => Err(NoPermit::NotConsumed(why)),
        }
    }

    /// Permits a step of a run: one whose grant the yes to the run minted, or one that policy allows.
    ///
    /// # Errors
    /// [`NoPermit`]: the step must not be sent.
    pub async fn permit_step(
        &self,
        call: Call,
        of: StepOf,
        ruling: &Ruling,
        passed: Passed,
        spends: Vec<Reservation>,
    ) -> Result<Permit, NoPermit> {
        let allowed = ruling.verdict == Verdict::Allow;
        if ruling.verdict == Verdict::Deny || !of.granted && !allowed {
            return Err(NoPermit::NotAllowed);
        }
        let mut row = self.row(EntryType::CallPermitted, &call, ruling, of.correlation, &passed);
        row.body = body::of_step(row.body, Some((of.run, of.step)));
        let row = spending(row, spends);
        let step =
            StepUse { run: of.run, step: of.step, call: call.clone(), tier: ruling.tier, row };
        match self.store.permit_step(step).await? {
            Ok(seq) => Ok(Permit::mint_step(seq, call, of, ruling.tier, passed)),
            Err(NotConsumed::Paused) => Err(NoPermit::Paused),
            Err(NotConsumed::OverBudget(over)) => Err(NoPermit::OverBudget(over)),
            Err(why) => Err(NoPermit::NotConsumed(why)),
        }
    }

    /// Records that a call was refused. `code` says why, stably.
    ///
    /// # Errors
    /// Those of the store; the call stays refused.
    pub async fn refused(
        &self,
        call: &Call,
        ruling: &Ruling,
        correlation: CorrelationId,
        code: &str,
    ) -> Result<(), StoreError> {
        self.objected(call, ruling, correlation, code, Vec::new()).await
    }

    /// The same where more objects to the call than its ruling tells.
    ///
    /// # Errors
    /// Those of the store; the call stays refused.
    pub async fn objected(
        &self,
        call: &Call,
        ruling: &Ruling,
        correlation: CorrelationId,
        code: &str,
        objections: Vec<Violation>,
    ) -> Result<(), StoreError> {
        let passed = Passed::default();
        let mut row = self.row(EntryType::CallRefused, call, ruling, correlation, &passed);
        row.outcome = Some(code.to_owned());
        row.violations.extend(objections);
        self.store.append(vec![row]).await.map(|_| ())
    }

    /// Records how a permitted call ended. `answer` is kept for other waiters of an approved call.
    ///
    /// # Errors
    /// Those of the store; the intent then stays open and becomes `unknown` when the session ends.
    pub async fn settle(
        &self,
        receipt: &Receipt,
        outcome: Outcome,
        answer: Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let parts = receipt.call().parts();
        let mut row = Draft::new(EntryType::CallOutcome, &parts.tenant);
        row.correlation = Some(receipt.correlation());
        row.session = Some(parts.session);
        row.principal = Some(parts.principal.clone());
        row.upstream = Some(parts.upstream.name.clone());
        row.tool = Some(parts.tool.clone());
        row.tier = Some(receipt.tier().get());
        row.approval = receipt.approval();
        row.outcome = Some(outcome.kind.as_str().to_owned());
        row.body = body::of_step(body::outcome_body(&outcome), receipt.step());
        let answer = answer.filter(|_| receipt.approval().is_some());
        self.store
            .settle(Settlement {
                intent: receipt.seq(),
                approval: receipt.approval(),
                outcome,
                now: receipt.settles_first(),
                answer,
                row,
            })
            .await
    }
}

/// The same row, which takes this out of budgets when it lets its call go.
fn spending(row: Draft, spends: Vec<Reservation>) -> Draft {
    Draft { body: body::spending(row.body, &spends), spends, ..row }
}

fn row_of(
    kind: EntryType,
    call: &Call,
    ruling: &Ruling,
    correlation: CorrelationId,
    passed: &Passed,
    recording: &Recording,
) -> Draft {
    let parts = call.parts();
    let mut row = Draft::new(kind, &parts.tenant);
    row.correlation = Some(correlation);
    row.session = Some(parts.session);
    row.principal = Some(parts.principal.clone());
    row.upstream = Some(parts.upstream.name.clone());
    row.tool = Some(parts.tool.clone());
    row.verdict = Some(ruling.verdict.as_str().to_owned());
    row.tier = Some(ruling.tier.get());
    row.policy = Some(ruling.policy.version);
    let recorded = body::recorded(call, ruling, passed, recording);
    row.violations = violations::of(ruling, kind == EntryType::CallRefused, &recorded.hidden);
    row.body = recorded.body;
    row
}
