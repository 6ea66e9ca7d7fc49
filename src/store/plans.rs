//! Plans that were validated, and the use of a yes to one.
//!
//! A yes to a plan is used by whoever will execute it, somewhere else: nothing of it passes through us. So it is bound
//! to the hash of the plan alone, and using it up is all that we do.

use crate::domain::approval::{Approval, State};
use crate::domain::digest::Digest;
use crate::domain::entry::Draft;
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::json::Canonical;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::quorum::Needs;
use crate::domain::ruling::Tier;
use crate::domain::time::Millis;
use crate::store::StoreError;
use async_trait::async_trait;

/// What is kept of a plan that was not refused.
#[derive(Debug, Clone)]
pub struct NewValidation {
    /// In which world.
    pub tenant: Tenant,
    /// Who had it validated.
    pub principal: Principal,
    /// The story it belongs to.
    pub correlation: CorrelationId,
    /// Hash of the plan.
    pub ir_hash: Digest,
    /// Whether it needs a yes (`ESCALATE`); else it may run as it is (`PASS`).
    pub needs_a_yes: bool,
    /// How grave it is.
    pub tier: Tier,
    /// The plan as written.
    pub ir: Canonical,
}

/// The newest validation of a plan.
#[derive(Debug, Clone)]
pub struct KeptValidation {
    /// What was kept.
    pub of: NewValidation,
    /// When it was validated.
    pub at: Millis,
}

/// What a yes to a plan is found by.
#[derive(Debug, Clone, Copy)]
pub enum PlanKey {
    /// SHA-256 of its answer token: whoever holds it may use the yes.
    Token(Digest),
    /// Its id: for the principal that asked, after a yes without a token or with one that was presented.
    Id(ApprovalId),
}

/// The use of a yes to a plan.
#[derive(Debug, Clone)]
pub struct PlanRedemption {
    /// The world of whoever comes with it.
    pub tenant: Tenant,
    /// His session.
    pub session: SessionId,
    /// Who he is.
    pub by: Principal,
    /// The plan he is about to execute.
    pub ir_hash: Digest,
    /// What he shows.
    pub key: PlanKey,
    /// How grave the plan is under the policy of now; `None` when that refuses it, or nobody knows the plan here.
    pub tier: Option<Tier>,
    /// Who must say yes to it under the configuration of now.
    pub needs: Needs,
}

/// Why a yes to a plan did not count. Told apart for the journal; outside most of them are one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRedeemedPlan {
    /// Nobody minted this token for a plan, or there is no such question of his.
    NotFound,
    /// It is another world's.
    TenantMismatch,
    /// It is for another plan.
    HashMismatch,
    /// It was used.
    AlreadyConsumed,
    /// Its time is over.
    Expired,
    /// Its token was presented by the one who asked: since then it is a yes by its id, for him alone.
    AlreadyRedeemed,
    /// Whoever comes with it gave the yes himself.
    OwnDecision,
    /// Nobody said yes, or not any more. `Approved` stands for a yes whose token was not presented, or of which the
    /// journal does not tell.
    NotApproved(State),
    /// The policy of now refuses the plan, or it is graver now than what was approved.
    PolicyChanged,
    /// More people, or others, must say yes to it now than did.
    QuorumRose,
    /// The agent that comes with it, or the one that asked, is paused.
    Paused,
}

impl NotRedeemedPlan {
    /// The reason as the journal tells it. The last six are ours: what they name exists only here.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotFound => "token_not_found",
            Self::TenantMismatch => "tenant_mismatch",
            Self::HashMismatch => "ir_hash_mismatch",
            Self::AlreadyConsumed => "already_consumed",
            Self::Expired => "expired",
            Self::NotApproved(_) => "not_approved",
            Self::AlreadyRedeemed => "already_redeemed",
            Self::OwnDecision => "own_decision",
            Self::PolicyChanged => "policy_changed",
            Self::QuorumRose => "quorum_rose",
            Self::Paused => "paused",
        }
    }
}

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Plans {
    /// Keeps a validation in place of the same principal's one before, with its journal row. A plan that was refused is not kept: of it
    /// only the row is.
    async fn save_validation(
        &self,
        validation: Option<NewValidation>,
        row: Draft,
    ) -> Result<(), StoreError>;

    /// The newest validation of a plan in this world that was not refused: by this principal, or by anybody. It is
    /// kept until the question about it ends.
    async fn validation(
        &self,
        tenant: &Tenant,
        ir_hash: Digest,
        by: Option<&Principal>,
    ) -> Result<Option<KeptValidation>, StoreError>;

    /// What was shown of the plan that this key is about, in this world. It says nothing about whether there is a yes.
    async fn asked_plan(
        &self,
        tenant: &Tenant,
        key: PlanKey,
    ) -> Result<Option<Canonical>, StoreError>;

    /// Uses the yes to a plan, once. Every attempt is exactly one of `ir.approval_consumed`, `ir.approval_expired` and
    /// `ir.approval_invalid`, in the world of whoever came with it.
    async fn redeem_plan(
        &self,
        redemption: PlanRedemption,
    ) -> Result<Result<Approval, NotRedeemedPlan>, StoreError>;
}
