//! Policy as the store keeps it: rules and modules that stand, changes proposed, versions applied and taken back.
//!
//! A suggestion is a question like any other ([`Subject::Policy`](crate::domain::approval::Subject)): one id, one
//! card, one life. Applying it uses that question's yes up and makes a version, in one transaction; what stands changes
//! in no other way.

use crate::domain::approval::{Approval, State};
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::policy::{
    Inverse, ModuleChange, PolicyDiff, PolicyVersion, StoredModule, StoredPolicy,
};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::{Decision, Question, StoreError};
use async_trait::async_trait;

/// Open suggestions that one agent may have.
pub const MOST_OPEN: usize = 20;
/// Proposals that one agent may make within an hour, ended ones too: each is kept with its question and its row.
pub const MOST_AN_HOUR: usize = 60;
/// The same of an operator or admin. It bounds what is kept and is no limit for work.
pub const MOST_AN_HOUR_OF_PEOPLE: usize = 600;

/// A change as it is proposed.
#[derive(Debug, Clone)]
pub struct NewSuggestion {
    /// The question about it; its subject is [`suggestion_hash`] and its call shows the diff: the arguments are
    /// `{"base_version": N, "diff": {...}}`, and `"rolls_back": V` for a rollback. What is kept, and what the rules
    /// will say, is the text of that diff.
    pub question: Question,
    /// The same change, read. One that does something else than the text is an error.
    pub diff: PolicyDiff,
    /// The version of the store that it is made against.
    pub base: u64,
    /// The version that it takes back, when it is a rollback. `diff` then only tells what that does, and must be
    /// [`rollback_diff`] of that version (`meta` apart): rows come back as they were, not as they are told.
    pub rolls_back: Option<u64>,
}

/// Why a change was not taken as a suggestion. Nothing was asked; each is a row `policy.refused`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotProposed {
    /// The store changed since the base version; this is the version that stands.
    StaleBase(u64),
    /// [`MOST_OPEN`] of this principal wait already.
    TooMany,
    /// He proposed [`MOST_AN_HOUR`] in the last hour, whatever became of them; people, [`MOST_AN_HOUR_OF_PEOPLE`].
    TooOften,
    /// It cannot be put onto what stands: a rule or module that it names is not there, or a scope does not say whose. The
    /// place in the diff and why, safe to show.
    NoSuch(String),
    /// The version to take back is not there, changed nothing, was taken back, or what it did was touched by a later
    /// one; in words.
    NotReversible(String),
    /// The agent is paused. Pauses do not keep people from proposing.
    Paused,
}

/// A suggestion with the question about it.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The question; its id is the suggestion's.
    pub approval: Approval,
    /// The change. Of one that was never applied it is empty once the arguments of its question were erased.
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
    /// An admin with proof: his decision, a plain yes to this very question, is the yes, in the same transaction. To one
    /// that another has said yes to he adds nothing and only uses it.
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
}

/// Why a change was not applied. Nothing changed; each but the first is a row `policy.refused`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotApplied {
    /// No such suggestion in this world, or not this asker's.
    NotThere,
    /// It stands elsewhere: applied (`Consumed`), rejected (`Denied`), expired, cancelled; `Pending` to its asker, and
    /// to an admin whose yes counts but must be joined by others'; `Approved` when the journal knows of no yes.
    State(State),
    /// The diff that was shown is not the one that stands, or what stands is not what the question shows.
    HashDiffers,
    /// The store changed since; this is the version that stands.
    StaleBase(u64),
    /// He proposed it himself, and that is not enough here: another admin must have said yes. So it always is with what
    /// an agent of his name proposed.
    OwnSuggestion,
    /// His token was revoked, is no admin's, or does not reach so far.
    NoDecider,
    /// The answer token is another one or was presented before, or none was presented where one was minted. An admin has
    /// none: a yes that waits for its token is not his to use.
    Token,
    /// The agent is paused.
    Paused,
    /// By the configuration in force where it is applied it is graver than what was asked about, or needs more admins.
    /// Told before the store is asked.
    Graver,
    /// What it would make cannot stand where it is applied; why. Told before the store is asked.
    NotAdmitted(Vec<String>),
}

/// What became of accepting a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// It is accepted.
    Accepted,
    /// Another is the accepted one since it was compared. Nothing was written.
    Moved,
    /// His voice is on record; the same text with another admin's is accepted.
    OneOfTwo,
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
    /// When; the store fills it in.
    pub at: Millis,
    /// Who; `None` when nobody had to.
    pub by: Option<Principal>,
}

/// What a question about a change is bound to: SHA-256 over base version and canonical diff.
#[must_use]
pub fn suggestion_hash(base: u64, diff_text: &[u8]) -> Digest {
    Digest::sha256(&[b"countersign policy diff", &[0], &base.to_be_bytes(), diff_text])
}

/// The diff that tells what taking a version back does: what a person is shown of a rollback.
#[must_use]
pub fn rollback_diff(inverse: &Inverse) -> PolicyDiff {
    let module = |(name, was): &(String, Option<StoredModule>)| {
        let was = was.as_ref();
        ModuleChange {
            name: name.clone(),
            text: was.map(|was| was.text.clone()),
            description: was.map(|was| was.description.clone()),
            status: was.map(|was| was.status),
            scope: was.map(|was| was.scope),
            scope_id: was.and_then(|was| was.scope_id.clone()),
            on_error: was.map(|was| was.on_error),
            remove: was.is_none(),
        }
    };
    PolicyDiff {
        add: inverse.restore.iter().map(|rule| rule.spec.clone()).collect(),
        remove: inverse.remove.clone(),
        modules: inverse.modules.iter().map(module).collect(),
        ..PolicyDiff::default()
    }
}

/// How often what every call looks at was changed, in whatever process and world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generations {
    /// [`Store::pins_version`](crate::store::Store::pins_version).
    pub pins: u64,
    /// [`Policies::policy_generation`].
    pub policy: u64,
}

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Policies {
    /// What stands.
    async fn stored_policy(&self, tenant: &Tenant) -> Result<StoredPolicy, StoreError>;

    /// Another number after every change of what stands or is accepted, and of where consoles listen, in whatever process
    /// and world: whoever keeps a policy looks here first.
    async fn policy_generation(&self) -> Result<u64, StoreError>;

    /// Both numbers that every call looks at, for the price of one look.
    async fn generations(&self) -> Result<Generations, StoreError>;

    /// Takes a suggestion and puts the question about it.
    async fn propose(
        &self,
        suggestion: NewSuggestion,
    ) -> Result<Result<Suggestion, NotProposed>, StoreError>;

    /// One suggestion of this world.
    async fn suggestion(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
    ) -> Result<Option<Suggestion>, StoreError>;

    /// Suggestions, newest first.
    async fn suggestions(&self, filter: SuggestionFilter) -> Result<Vec<Suggestion>, StoreError>;

    /// Applies a suggestion: one transaction decides (or redeems), uses the yes up, changes what stands and makes a
    /// version. Of two at once one wins.
    async fn apply(&self, apply: Apply) -> Result<Result<PolicyVersion, NotApplied>, StoreError>;

    /// Versions of this world, and those that were only loaded, newest first, at most `limit`.
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

    /// The same where two admins must: the first one's word is a row `policy.waiting` with the outcome `vote`, and counts
    /// for 30 days for exactly this text over exactly that one; the word of one with another name accepts.
    async fn accept_config_by_two(
        &self,
        tenant: &Tenant,
        config: AcceptedConfig,
        was: Option<Digest>,
    ) -> Result<Acceptance, StoreError>;
}
