//! Policy as the store keeps it: rules and modules that stand, changes proposed, versions applied and taken back.
//!
//! A proposed change is a question like any other ([`Subject::Policy`](crate::domain::approval::Subject)): one id, one
//! card, one life. Applying it uses that question's yes up and makes a version, in one transaction; what stands changes
//! in no other way.

use crate::domain::approval::{Approval, State};
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::policy::{PolicyDiff, PolicyVersion, StoredPolicy};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::{Decision, Question, StoreError};
use async_trait::async_trait;

/// Open proposals that one agent may have.
pub const MOST_OPEN: usize = 20;

/// A change as it is proposed.
#[derive(Debug, Clone)]
pub struct NewSuggestion {
    /// The question about it; its subject names [`suggestion_hash`] and its call shows the diff.
    pub question: Question,
    /// The change.
    pub diff: PolicyDiff,
    /// The version of the store that it is made against.
    pub base: u64,
    /// The version that it takes back, when it is a rollback. `diff` then only tells what that does.
    pub rolls_back: Option<u64>,
}

/// Why a change was not taken as a proposal. Nothing was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotProposed {
    /// The store changed since the base version; this is the version that stands.
    StaleBase(u64),
    /// [`MOST_OPEN`] of this principal wait already.
    TooMany,
    /// It would take away a rule or change a module that is not there.
    NoSuch(String),
    /// The version to take back is not there, changed nothing, was taken back, or is touched by a later one.
    NotReversible(String),
    /// The agent is paused.
    Paused,
}

/// A proposed change with the question about it.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The question; its id is the suggestion's.
    pub approval: Approval,
    /// The change.
    pub diff: PolicyDiff,
    /// The version of the store that it is made against.
    pub base: u64,
    /// [`suggestion_hash`] of both.
    pub hash: Digest,
    /// The version that it takes back.
    pub rolls_back: Option<u64>,
    /// The version that applying it made.
    pub applied: Option<u64>,
}

/// What whoever applies shows for it.
#[derive(Debug, Clone)]
pub enum ApplyBy {
    /// An admin with proof: his decision is the yes, in the same transaction.
    Admin(Box<Decision>),
    /// Whoever proposed it, after a yes: the one who asked, and the hash of the answer token unless it was presented.
    Asker {
        /// Who he is.
        by: Principal,
        /// His session.
        session: SessionId,
        /// SHA-256 of the answer token.
        token: Option<Digest>,
    },
}

/// Applying a change.
#[derive(Debug, Clone)]
pub struct Apply {
    /// In which world.
    pub tenant: Tenant,
    /// Which change.
    pub id: ApprovalId,
    /// The hash of what was shown to whoever applies it.
    pub hash: Digest,
    /// Who applies it.
    pub by: ApplyBy,
    /// In whose words.
    pub comment: Option<String>,
    /// Digest of the configuration in force where it is applied: part of the digest of the new version.
    pub config: Digest,
    /// Whether an admin's own change needs another admin.
    pub four_eyes: bool,
}

/// Why a change was not applied. Nothing changed; each but the first is a row `policy.refused`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotApplied {
    /// No such proposal in this world, or not this asker's.
    NotThere,
    /// It stands elsewhere: applied (`Consumed`), rejected (`Denied`), expired, cancelled; `Pending` to its asker.
    State(State),
    /// The diff that was shown is not the one that stands.
    HashDiffers,
    /// The store changed since; this is the version that stands.
    StaleBase(u64),
    /// He proposed it himself, and that is not enough here.
    OwnProposal,
    /// His token was revoked, is no admin's, or does not reach so far.
    NoDecider,
    /// The answer token is another one, or none was presented where one was minted.
    Token,
    /// The agent is paused.
    Paused,
}

/// Which suggestions.
#[derive(Debug, Clone)]
pub struct SuggestionFilter {
    /// In which world.
    pub tenant: Tenant,
    /// Only of this principal.
    pub principal: Option<Principal>,
    /// Only those that stand so; empty for all.
    pub states: Vec<State>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// The configuration that a person accepted, or that was the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedConfig {
    /// The file, absolute.
    pub path: String,
    /// Its text.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: Digest,
    /// When.
    pub at: Millis,
    /// Who; `None` when nobody had to.
    pub by: Option<Principal>,
}

/// What a question about a change is bound to: SHA-256 over base version and canonical diff.
#[must_use]
pub fn suggestion_hash(base: u64, diff_text: &[u8]) -> Digest {
    Digest::sha256(&[b"countersign policy diff", &[0], &base.to_be_bytes(), diff_text])
}

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Policies {
    /// What stands.
    async fn stored_policy(&self, tenant: &Tenant) -> Result<StoredPolicy, StoreError>;

    /// Another number after every change of what stands or is accepted, in whatever process and world: whoever keeps a
    /// policy looks here first.
    async fn policy_generation(&self) -> Result<u64, StoreError>;

    /// Takes a proposal and puts the question about it.
    async fn propose(
        &self,
        suggestion: NewSuggestion,
    ) -> Result<Result<Suggestion, NotProposed>, StoreError>;

    /// One proposal of this world.
    async fn suggestion(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
    ) -> Result<Option<Suggestion>, StoreError>;

    /// Proposals, newest first.
    async fn suggestions(&self, filter: SuggestionFilter) -> Result<Vec<Suggestion>, StoreError>;

    /// Applies a proposal: one transaction decides (or redeems), uses the yes up, changes what stands and makes a
    /// version. Of two at once one wins.
    async fn apply(&self, apply: Apply) -> Result<Result<PolicyVersion, NotApplied>, StoreError>;

    /// Versions, newest first, at most `limit`.
    async fn policy_versions(
        &self,
        tenant: &Tenant,
        limit: u32,
    ) -> Result<Vec<PolicyVersion>, StoreError>;

    /// One version.
    async fn policy_version_of(
        &self,
        tenant: &Tenant,
        version: u64,
    ) -> Result<Option<PolicyVersion>, StoreError>;

    /// The configuration accepted last for this file in this world.
    async fn accepted_config(
        &self,
        tenant: &Tenant,
        path: &str,
    ) -> Result<Option<AcceptedConfig>, StoreError>;

    /// Takes a configuration for accepted, with its row: `was` is the digest of the accepted one that it was compared
    /// with; `false`, and nothing is written, when that is not the accepted one any more.
    async fn accept_config(
        &self,
        tenant: &Tenant,
        config: AcceptedConfig,
        was: Option<Digest>,
    ) -> Result<bool, StoreError>;
}
