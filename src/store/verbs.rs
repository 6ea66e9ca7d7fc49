//! What the verbs of the store take and give.

use crate::domain::approval::{Answer, Approval, Decider, State, Subject};
use crate::domain::call::Call;
use crate::domain::digest::Digest;
use crate::domain::entry::Draft;
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::money::OverBudget;
use crate::domain::outcome::Outcome;
use crate::domain::pin::Pin;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::quorum::Needs;
use crate::domain::remembered::Wish;
use crate::domain::ruling::{Ruling, Tier};
use crate::domain::time::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::watch;

/// A question as it is put.
#[derive(Debug, Clone)]
pub struct Question {
    /// The call it is about; its session waits.
    pub call: Call,
    /// What kind of question it is.
    pub subject: Subject,
    /// What policy said.
    pub ruling: Ruling,
    /// Milliseconds in which it can be answered.
    pub answer_within: i64,
    /// Milliseconds that a yes lives.
    pub yes_life: i64,
    /// How many different people, and who, must say yes: written down with the question when it is put.
    pub needs: Needs,
    /// The story it belongs to.
    pub correlation: CorrelationId,
    /// The `approval.asked` row; becomes `approval.attached` when an equal row is found. The store fills in
    /// the approval.
    pub row: Draft,
    /// Rows of the same moment, appended after it when the question is new. The store fills in the approval.
    pub also: Vec<Draft>,
}

/// What came of asking.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The row, new or found.
    pub approval: Approval,
    /// Whether it was there already.
    pub attached: bool,
}

/// An answer with everything that must hold for it.
#[derive(Debug, Clone)]
pub struct Decision {
    /// In which world.
    pub tenant: Tenant,
    /// Which question.
    pub id: ApprovalId,
    /// Yes or no.
    pub answer: Answer,
    /// Who says so, and how he proved that he may.
    pub by: Decider,
    /// The call digest that was shown, when the decider sent it back; another one is refused.
    pub shown: Option<Digest>,
    /// The highest tier this decider may answer here.
    pub max_tier: Tier,
    /// The hash of the API token that he proved himself with; it must count still.
    pub token: Option<Digest>,
    /// What is to be kept of the answer, once it holds.
    pub wish: Option<Wish>,
    /// What the client was given to come back with; it counts once.
    pub state: Option<Digest>,
}

/// Why a decision did not count. Each is a journal row `approval.refused`, except `NotThere`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotDecided {
    /// No such row in this tenant.
    NotThere,
    /// It already stands elsewhere.
    Already(State),
    /// The asker answers himself.
    OwnQuestion,
    /// What was shown is not what the row holds.
    ShownDiffers,
    /// Above the highest tier this decider may answer here.
    TierTooHigh,
    /// His API token was revoked, or is no admin's of this tenant.
    NoDecider,
    /// Several people, or named ones, answer it, and whoever answers at a terminal, or logged in from one, is no admin among the
    /// users.
    NoUser,
    /// Others are named for this question.
    NotNamed,
    /// The client's own user does not answer such a question.
    ClientMayNot,
    /// What the client came back with was used before.
    StateUsed,
    /// The answer to such a question is not kept.
    CannotKeep,
    /// It was to be kept for a session that has ended.
    SessionOver,
}

impl NotDecided {
    /// Its code on record.
    #[must_use]
    pub fn code(&self) -> String {
        let code = match self {
            Self::NotThere => "not_there",
            // One voice a person; it waits for another's.
            Self::Already(State::Pending) => "already_voted",
            Self::Already(state) => return format!("already_{}", state.as_str()),
            Self::OwnQuestion => "own_question",
            Self::ShownDiffers => "shown_differs",
            Self::TierTooHigh => "tier_too_high",
            Self::NoDecider => "token_unknown",
            Self::NoUser => "no_user",
            Self::NotNamed => "not_named",
            Self::ClientMayNot => "client_may_not",
            Self::StateUsed => "state_used",
            Self::CannotKeep => "cannot_keep",
            Self::SessionOver => "session_over",
        };
        code.to_owned()
    }
}

/// Why a token did not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRedeemed {
    /// No such row, not this principal's, no token minted, or another token: one outward answer.
    Invalid,
    /// Presented already.
    AlreadyRedeemed,
    /// The row ended.
    Ended(State),
}

/// The use of a yes.
#[derive(Debug, Clone)]
pub struct ConsumeRequest {
    /// The call as it would be sent now: current identity, current definition, stored bytes. Its digest must
    /// be the row's.
    pub call: Call,
    /// Which yes.
    pub id: ApprovalId,
    /// The highest tier the call has now; must not be above the approved one.
    pub tier: Tier,
    /// The `call.permitted` row.
    pub row: Draft,
}

/// Why a yes could not be used. Nothing was sent, and the row is as it was (or expired, if it was due).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotConsumed {
    /// No such row of this principal.
    NotThere,
    /// It stands elsewhere: still pending, used, denied, expired, cancelled.
    State(State),
    /// A token must be presented first.
    NeedsToken,
    /// The call is not the approved one any more: arguments, identity or definition differ.
    CallDiffers,
    /// The call is graver now than what was approved.
    TierRose,
    /// The agent is paused.
    Paused,
    /// A budget has not enough left. The yes stays unused.
    OverBudget(Box<OverBudget>),
}

/// Why a call that needs no person may not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotPermitted {
    /// The agent is paused.
    Paused,
    /// A budget has not enough left.
    OverBudget(Box<OverBudget>),
}

/// How a permitted call ended.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Place of its `call.permitted` row.
    pub intent: u64,
    /// The yes it used, if any.
    pub approval: Option<ApprovalId>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it must be on disk before anything else happens; else it may share the next commit.
    pub now: bool,
    /// The answer to keep for other waiters; `None` for calls without an approval and for answers too large.
    pub answer: Option<Vec<u8>>,
    /// The `call.outcome` row.
    pub row: Draft,
}

/// An intent that has no outcome yet.
#[derive(Debug, Clone)]
pub struct OpenIntent {
    /// Place of its `call.permitted` row.
    pub seq: u64,
    /// The yes it used, if any.
    pub approval: Option<ApprovalId>,
}

/// Which journal rows.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only after this place.
    pub after: u64,
    /// Only up to this place.
    pub up_to: Option<u64>,
    /// Only before this time.
    pub before: Option<Millis>,
    /// Only from this time on.
    pub since: Option<Millis>,
    /// Only of this tenant; `None` for verification, which needs all.
    pub tenant: Option<Tenant>,
    /// Only these types.
    pub types: Vec<String>,
    /// Only of this story.
    pub correlation: Option<CorrelationId>,
    /// Only of this question.
    pub approval: Option<ApprovalId>,
    /// Only of this session.
    pub session: Option<SessionId>,
    /// Only with this tool.
    pub tool: Option<String>,
    /// Only with this verdict.
    pub verdict: Option<String>,
    /// The newest rows instead of the oldest (still given in ascending order).
    pub newest: bool,
    /// Without their bodies, which may be megabytes each: for lists.
    pub bare: bool,
    /// At most this many.
    pub limit: usize,
}

/// Which questions.
#[derive(Debug, Clone)]
pub struct ApprovalFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// In these states; empty for all.
    pub states: Vec<State>,
    /// Asked by this principal.
    pub principal: Option<Principal>,
    /// At most this many.
    pub limit: usize,
}

/// How long what is kept. All in milliseconds, sizes in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Bodies of rows, arguments of ended questions.
    pub bodies: i64,
    /// Rows of reads.
    pub reads: i64,
    /// The size of the store above which the oldest bodies go early.
    pub size: u64,
}

/// What was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Bodies erased.
    pub bodies: u64,
    /// Rows of reads reduced to their hashes.
    pub rows: u64,
    /// Arguments of ended questions erased.
    pub arguments: u64,
}

/// A process of ours that serves a client.
#[derive(Debug, Clone)]
pub struct SessionInfo {
    /// Its id, also the name of its lease file.
    pub id: SessionId,
    /// In which world.
    pub tenant: Tenant,
    /// Who the client is.
    pub principal: Principal,
    /// `serve` or `wrap`.
    pub kind: String,
    /// Its process.
    pub pid: u32,
    /// The process that started it: nobody below it may decide at a terminal.
    pub parent_pid: u32,
    /// When it began; the store fills it in.
    pub opened_at: Millis,
}

/// A person or program with an API token.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct User {
    /// The name, 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// In which world.
    pub tenant: Tenant,
    /// When he was added; the store fills it in.
    pub added_at: Millis,
}

/// A pin to write with its journal row.
#[derive(Debug, Clone)]
pub struct PinUpdate {
    /// The pin as it is to be.
    pub pin: Pin,
    /// The pin as it was read before; `None` when there was none. Another one there by now is not written over.
    pub was: Option<Pin>,
    /// `tool.pinned`, `tool.changed` or `tool.accepted`.
    pub row: Draft,
}

/// A hint that something may have changed; keeps the store looking while it lives.
#[derive(Debug)]
pub struct Changes {
    receiver: watch::Receiver<u64>,
    watchers: Arc<AtomicUsize>,
}

impl Changes {
    /// For the engines: counts itself into `watchers` while it lives.
    pub(crate) fn new(receiver: watch::Receiver<u64>, watchers: Arc<AtomicUsize>) -> Self {
        watchers.fetch_add(1, Ordering::AcqRel);
        Self { receiver, watchers }
    }

    /// Waits for the next hint. Take `Changes` *before* reading the row, or a change slips between.
    pub async fn changed(&mut self) {
        if self.receiver.changed().await.is_err() {
            // The store is gone: nothing will ever change, and whoever waits has a deadline of his own.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.watchers.fetch_sub(1, Ordering::AcqRel);
    }
}
