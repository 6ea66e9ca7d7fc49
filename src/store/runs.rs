//! Runs: made once for a key, begun by one process at a time, each step sent at most once.
//!
//! A run that needs a yes is made together with its question. The transaction that takes the yes mints one grant a
//! step; the one that lets a step go uses its grant up and writes the intent, so no crash lets a step go twice.

use crate::domain::approval::{Approval, State};
use crate::domain::call::Call;
use crate::domain::digest::Digest;
use crate::domain::entry::Draft;
use crate::domain::id::{ApprovalId, RunId, SessionId};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::run::{Run, RunState};
use crate::domain::time::Millis;
use crate::store::{ConsumeRequest, NotConsumed, Question, StoreError};
use async_trait::async_trait;

type Result<T> = std::result::Result<T, StoreError>;
type Either<T, E> = std::result::Result<T, E>;

/// What makes a run the only one of its kind.
#[derive(Debug, Clone)]
pub struct RunKeys {
    /// In which world.
    pub tenant: Tenant,
    /// Whose.
    pub principal: Principal,
    /// That of the plan, and those of its steps.
    pub keys: Vec<String>,
    /// The plan they are used for.
    pub ir_hash: Digest,
    /// The directive they are used under.
    pub directive: String,
}

/// A run as it is made. Its state, approval and times are the store's to fill in.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// What it is.
    pub run: Run,
    /// What makes it the only one of its kind.
    pub keys: RunKeys,
    /// The question, when it needs a yes.
    pub question: Option<Question>,
    /// The row of the check of its plan.
    pub checked: Draft,
    /// The `run.created` row.
    pub row: Draft,
    /// The `run.refused` row, for when it is not made; the store fills in why.
    pub refused: Draft,
}

/// What came of making a run.
#[derive(Debug, Clone)]
pub struct Created {
    /// The run, new or found.
    pub run: Run,
    /// Whether it was there already, made for the same keys and the same plan.
    pub replay: bool,
}

/// Why a run was not made. On record, with the check of its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCreated {
    /// A key of it was used for something else.
    KeyTaken(KeyTaken),
    /// The agent that wants it is paused: it puts no questions.
    Paused,
    /// Too many runs of this principal keep their plans: they are neither ended nor forgotten.
    TooMany,
}

impl NotCreated {
    /// Its code, in the journal and in answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::KeyTaken(_) => "idempotency_conflict",
            Self::Paused => "paused",
            Self::TooMany => "too_many",
        }
    }
}

/// How many runs of one principal may keep their plans at once: each is megabytes, and nobody looks through more.
pub const RUNS_KEPT: u32 = 200;

/// One of the keys was used for something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTaken {
    /// Which one.
    pub key: String,
    /// By which run.
    pub run: RunId,
}

/// Which runs.
#[derive(Debug, Clone)]
pub struct RunFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Made by this principal; `None` for everybody's.
    pub principal: Option<Principal>,
    /// In these states; empty for all.
    pub states: Vec<RunState>,
    /// At most this many, newest first.
    pub limit: usize,
}

/// A run in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The run; its plan and its calls are left out.
    pub run: Run,
    /// How the question about it stands.
    pub answer: Option<RunAnswer>,
}

/// How the question about a run stands, without what it shows.
#[derive(Debug, Clone)]
pub struct RunAnswer {
    /// Where it stands.
    pub state: State,
    /// Who decided last.
    pub by: Option<Principal>,
    /// When.
    pub at: Option<Millis>,
    /// What the person said.
    pub reason: Option<String>,
}

impl RunAnswer {
    /// That of a whole question.
    #[must_use]
    pub fn of(approval: &Approval) -> Self {
        Self {
            state: approval.state,
            by: approval.decided_by.as_ref().map(|by| by.principal.clone()),
            at: approval.decided_at,
            reason: approval.reason.clone(),
        }
    }
}

/// Who wants to begin a run, or go on with it.
#[derive(Debug, Clone)]
pub struct BeginRun {
    /// In which world.
    pub tenant: Tenant,
    /// Which run.
    pub id: RunId,
    /// Who; it must be his.
    pub principal: Principal,
    /// The process that will execute it.
    pub session: SessionId,
    /// The use of its yes, when it needs one and was not begun yet.
    pub yes: Option<ConsumeRequest>,
    /// The `run.started` row.
    pub row: Draft,
}

/// Why a run could not be begun. Nothing was used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotBegun {
    /// No such run of this principal.
    NotThere,
    /// It stands elsewhere: another process executes it, or it ended.
    State(RunState),
    /// The yes to it cannot be used.
    NoYes(NotConsumed),
}

/// One step that is about to be sent.
#[derive(Debug, Clone)]
pub struct StepUse {
    /// Which run; this session executes it.
    pub run: RunId,
    /// Which step.
    pub step: u32,
    /// The call as it would be sent now; its digest must be the one that was resolved.
    pub call: Call,
    /// How grave it is now; must not be above what was approved.
    pub tier: Tier,
    /// The `call.permitted` row.
    pub row: Draft,
}

/// How a run ends, or pauses.
#[derive(Debug, Clone)]
pub struct EndRun {
    /// In which world.
    pub tenant: Tenant,
    /// Which run.
    pub id: RunId,
    /// Whose it is.
    pub principal: Principal,
    /// The process that executes it; another one ends nothing.
    pub session: SessionId,
    /// Where it stands from now on.
    pub state: RunState,
    /// Why: a code.
    pub cause: Option<String>,
    /// The row that says so.
    pub row: Draft,
}

/// Verbs of runs; each is one transaction with its journal rows.
#[async_trait]
pub trait Runs {
    /// Makes a run, and puts its question; or finds the one that was made for the same keys and plan. One that was
    /// never begun and whose question ended without an answer gives its keys back and is stopped. Never with plan or
    /// calls.
    async fn create_run(&self, new: NewRun) -> Result<Either<Created, NotCreated>>;

    /// The run that was made for these keys: the same one for the same plan and directive, an error when a key was used
    /// for anything else. None when it would give its keys back. Without its plan and calls.
    async fn run_for(&self, keys: RunKeys) -> Result<Option<Either<Run, KeyTaken>>>;

    /// One run of this tenant.
    async fn run(&self, tenant: &Tenant, id: RunId) -> Result<Option<Run>>;

    /// The run that a question is about.
    async fn run_of(&self, tenant: &Tenant, approval: ApprovalId) -> Result<Option<Run>>;

    /// Runs of this tenant, newest first, each with how its question stands, without their plans and calls: those may
    /// be gigabytes together.
    async fn runs(&self, filter: RunFilter) -> Result<Vec<Listed>>;

    /// Ids of this tenant's runs that start or end (hyphens apart) with these hex digits, at most 16.
    async fn find_runs(&self, tenant: &Tenant, part: &str) -> Result<Vec<RunId>>;

    /// Begins a run or goes on with it: from here on this session executes it. The first time uses the yes up. The
    /// run comes without its plan and calls.
    async fn begin_run(&self, begin: BeginRun) -> Result<Either<Run, NotBegun>>;

    /// Lets one step go: uses its grant up, if the run needed a yes, and writes the intent. `Ok(Ok(seq))` is the only
    /// answer after which it may be sent.
    async fn permit_step(&self, step: StepUse) -> Result<Either<u64, NotConsumed>>;

    /// A person is asked whether a step of unknown outcome may be sent once more.
    async fn asked_again(
        &self,
        tenant: &Tenant,
        run: RunId,
        step: u32,
        question: ApprovalId,
    ) -> Result<()>;

    /// A step whose outcome was unknown was settled by a call of its own.
    async fn resolve_step(
        &self,
        tenant: &Tenant,
        run: RunId,
        step: u32,
        outcome: OutcomeKind,
    ) -> Result<()>;

    /// Ends a run or pauses it; `None` when this session does not execute it. A run that ended forgets its plan and
    /// its calls: the journal keeps what may be kept of them.
    async fn end_run(&self, end: EndRun) -> Result<Option<Run>>;
}
