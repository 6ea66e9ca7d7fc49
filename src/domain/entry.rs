//! One row of the journal and the hash that ties it to the row before.
//!
//! Format (ours): `meta` is the compact JSON of [`Meta`] with its keys in the order of the struct,
//! `body_digest = SHA-256(salt || body)`, `hash = SHA-256(0x00 || prev || SHA-256(meta))`. The body stands
//! outside the hash of the row, so erasing it (with its salt) leaves the chain whole; so does erasing
//! `meta`, whose digest stays.

use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};

/// What a row records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EntryType {
    /// A client's process of ours began.
    #[serde(rename = "session.opened")]
    SessionOpened,
    /// It ended, or was found dead.
    #[serde(rename = "session.closed")]
    SessionClosed,
    /// A call may be sent: the intent, written before sending.
    #[serde(rename = "call.permitted")]
    CallPermitted,
    /// A call was refused; nothing was sent.
    #[serde(rename = "call.refused")]
    CallRefused,
    /// How a permitted call ended.
    #[serde(rename = "call.outcome")]
    CallOutcome,
    /// A question was put.
    #[serde(rename = "approval.asked")]
    ApprovalAsked,
    /// Another caller waits for the same question.
    #[serde(rename = "approval.attached")]
    ApprovalAttached,
    /// Yes.
    #[serde(rename = "approval.approved")]
    ApprovalApproved,
    /// No.
    #[serde(rename = "approval.denied")]
    ApprovalDenied,
    /// Nobody answered, or nobody used the yes, in time.
    #[serde(rename = "approval.expired")]
    ApprovalExpired,
    /// Taken back.
    #[serde(rename = "approval.cancelled")]
    ApprovalCancelled,
    /// The last waiter left.
    #[serde(rename = "approval.abandoned")]
    ApprovalAbandoned,
    /// The yes was used. The `call.permitted` row of the same transaction is its intent.
    #[serde(rename = "approval.consumed")]
    ApprovalConsumed,
    /// Somebody tried to decide, redeem or run and may not.
    #[serde(rename = "approval.refused")]
    ApprovalRefused,
    /// An answer token was minted.
    #[serde(rename = "token.minted")]
    TokenMinted,
    /// An answer token was presented and taken.
    #[serde(rename = "token.redeemed")]
    TokenRedeemed,
    /// A user was added.
    #[serde(rename = "user.added")]
    UserAdded,
    /// A user was revoked.
    #[serde(rename = "user.revoked")]
    UserRevoked,
    /// A definition was pinned at first sight.
    #[serde(rename = "tool.pinned")]
    ToolPinned,
    /// A server tells another definition than the pinned one.
    #[serde(rename = "tool.changed")]
    ToolChanged,
    /// A person accepted a definition.
    #[serde(rename = "tool.accepted")]
    ToolAccepted,
    /// An agent, or all, were stopped.
    #[serde(rename = "agent.paused")]
    AgentPaused,
    /// And let go on.
    #[serde(rename = "agent.unpaused")]
    AgentUnpaused,
    /// A policy was met that this store had not seen.
    #[serde(rename = "policy.loaded")]
    PolicyLoaded,
    /// The clock was accepted although it stands behind the journal.
    #[serde(rename = "clock.accepted")]
    ClockAccepted,
    /// Bodies or rows were erased by the retention rules.
    #[serde(rename = "journal.pruned")]
    JournalPruned,
    /// A plan was validated and needs nobody.
    #[serde(rename = "ir.validated_pass")]
    IrValidatedPass,
    /// A plan was validated and needs a yes.
    #[serde(rename = "ir.validated_escalate")]
    IrValidatedEscalate,
    /// A plan was refused.
    #[serde(rename = "ir.validated_reject")]
    IrValidatedReject,
    /// A yes to a plan was asked for.
    #[serde(rename = "ir.approval_created")]
    IrApprovalCreated,
    /// The yes to a plan was redeemed.
    #[serde(rename = "ir.approval_consumed")]
    IrApprovalConsumed,
    /// Somebody came with a yes to a plan after its time.
    #[serde(rename = "ir.approval_expired")]
    IrApprovalExpired,
    /// Somebody came with what is no yes to this plan.
    #[serde(rename = "ir.approval_invalid")]
    IrApprovalInvalid,
    /// What is to be executed is the plan.
    #[serde(rename = "ir.dag_diff_ok")]
    IrDagDiffOk,
    /// What is to be executed is not the plan.
    #[serde(rename = "ir.dag_diff_failed")]
    IrDagDiffFailed,
    /// A plan was resolved to calls.
    #[serde(rename = "run.created")]
    RunCreated,
    /// Its execution began, or went on after an interruption.
    #[serde(rename = "run.started")]
    RunStarted,
    /// Its execution paused or its process is gone; it may go on.
    #[serde(rename = "run.interrupted")]
    RunInterrupted,
    /// A step could not go on as it was approved; nothing after it ran.
    #[serde(rename = "run.stopped")]
    RunStopped,
    /// Every step ran.
    #[serde(rename = "run.completed")]
    RunCompleted,
    /// A step failed; nothing after it ran.
    #[serde(rename = "run.failed")]
    RunFailed,
    /// An agent put itself on the board.
    #[serde(rename = "agent.registered")]
    AgentRegistered,
    /// It told how it fares.
    #[serde(rename = "agent.updated")]
    AgentUpdated,
    /// It left the board.
    #[serde(rename = "agent.unregistered")]
    AgentUnregistered,
    /// Network policies were derived from observed connections.
    #[serde(rename = "network.recommended")]
    NetworkRecommended,
}

impl EntryType {
    /// Its word in the store and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionOpened => "session.opened",
            Self::SessionClosed => "session.closed",
            Self::CallPermitted => "call.permitted",
            Self::CallRefused => "call.refused",
            Self::CallOutcome => "call.outcome",
            Self::ApprovalAsked => "approval.asked",
            Self::ApprovalAttached => "approval.attached",
            Self::ApprovalApproved => "approval.approved",
            Self::ApprovalDenied => "approval.denied",
            Self::ApprovalExpired => "approval.expired",
            Self::ApprovalCancelled => "approval.cancelled",
            Self::ApprovalAbandoned => "approval.abandoned",
            Self::ApprovalConsumed => "approval.consumed",
            Self::ApprovalRefused => "approval.refused",
            Self::TokenMinted => "token.minted",
            Self::TokenRedeemed => "token.redeemed",
            Self::UserAdded => "user.added",
            Self::UserRevoked => "user.revoked",
            Self::ToolPinned => "tool.pinned",
            Self::ToolChanged => "tool.changed",
            Self::ToolAccepted => "tool.accepted",
            Self::AgentPaused => "agent.paused",
            Self::AgentUnpaused => "agent.unpaused",
            Self::PolicyLoaded => "policy.loaded",
            Self::ClockAccepted => "clock.accepted",
            Self::JournalPruned => "journal.pruned",
            Self::IrValidatedPass => "ir.validated_pass",
            Self::IrValidatedEscalate => "ir.validated_escalate",
            Self::IrValidatedReject => "ir.validated_reject",
            Self::IrApprovalCreated => "ir.approval_created",
            Self::IrApprovalConsumed => "ir.approval_consumed",
            Self::IrApprovalExpired => "ir.approval_expired",
            Self::IrApprovalInvalid => "ir.approval_invalid",
            Self::IrDagDiffOk => "ir.dag_diff_ok",
            Self::IrDagDiffFailed => "ir.dag_diff_failed",
            Self::RunCreated => "run.created",
            Self::RunStarted => "run.started",
            Self::RunInterrupted => "run.interrupted",
            Self::RunStopped => "run.stopped",
            Self::RunCompleted => "run.completed",
            Self::RunFailed => "run.failed",
            Self::AgentRegistered => "agent.registered",
            Self::AgentUpdated => "agent.updated",
            Self::AgentUnregistered => "agent.unregistered",
            Self::NetworkRecommended => "network.recommended",
        }
    }
}

/// What the caller of the store says of a row; the store adds time, place in the chain and salt.
#[derive(Debug, Clone, Serialize)]
pub struct Draft {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// In which world.
    pub tenant: Tenant,
    /// Which story it belongs to.
    pub correlation: Option<CorrelationId>,
    /// Which process of ours.
    pub session: Option<SessionId>,
    /// Who acted.
    pub principal: Option<Principal>,
    /// On which server.
    pub upstream: Option<String>,
    /// With which tool, prompt or URI.
    pub tool: Option<String>,
    /// What policy said: `allow`, `ask` or `deny`.
    pub verdict: Option<String>,
    /// How grave it was.
    pub tier: Option<u8>,
    /// Under which policy.
    pub policy: Option<u64>,
    /// Which question.
    pub approval: Option<ApprovalId>,
    /// How a call ended (`ran`, `failed`, `unknown`), or the code of a refusal.
    pub outcome: Option<String>,
    /// Everything else, as JSON; guarded values are already digests in it. May be erased later.
    #[serde(skip)]
    pub body: Vec<u8>,
}

impl Draft {
    /// A row of this type in this world, all else empty.
    #[must_use]
    pub fn new(kind: EntryType, tenant: &Tenant) -> Self {
        Self {
            kind,
            tenant: tenant.clone(),
            correlation: None,
            session: None,
            principal: None,
            upstream: None,
            tool: None,
            verdict: None,
            tier: None,
            policy: None,
            approval: None,
            outcome: None,
            body: Vec::new(),
        }
    }
}

/// What the hash of a row covers. Its compact JSON is stored as written and hashed as stored.
#[derive(Debug, Serialize)]
pub struct Meta<'a> {
    /// Place in the chain, from 1.
    pub seq: u64,
    /// When.
    pub ts: Millis,
    /// The caller's part.
    #[serde(flatten)]
    pub draft: &'a Draft,
    /// SHA-256 over salt and body.
    pub body_digest: Digest,
}

/// A row's hash from the hash before it and the digest of its `meta`.
#[must_use]
pub fn chain_hash(prev: &Digest, meta_digest: &Digest) -> Digest {
    Digest::sha256(&[&[0], &prev.0, &meta_digest.0])
}

/// Where the chain stands: the newest row and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place, 0 for an empty journal.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Its time.
    pub ts: Millis,
}

/// The columns of a row that listings search by, as they are stored. Each repeats what `meta` says, or is
/// gone with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filed {
    /// In which world.
    pub tenant: Option<String>,
    /// Which story.
    pub correlation: Option<String>,
    /// Which process of ours.
    pub session: Option<String>,
    /// Who acted, as `role:name`.
    pub principal: Option<String>,
    /// With which tool.
    pub tool: Option<String>,
    /// What policy said.
    pub verdict: Option<String>,
    /// How grave it was.
    pub tier: Option<i64>,
    /// Which question.
    pub approval: Option<String>,
}

/// One stored row. `meta` is `None` once erased, `body` once erased or when it was empty.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Place in the chain.
    pub seq: u64,
    /// When.
    pub ts: Millis,
    /// Its type's word.
    pub kind: String,
    /// What it is found by.
    pub filed: Filed,
    /// The hashed text, as stored.
    pub meta: Option<String>,
    /// SHA-256 of `meta`.
    pub meta_digest: Digest,
    /// Random bytes before the body.
    pub salt: Option<Vec<u8>>,
    /// The erasable part.
    pub body: Option<Vec<u8>>,
    /// Hash of the row before.
    pub prev: Digest,
    /// Its own hash.
    pub hash: Digest,
}
