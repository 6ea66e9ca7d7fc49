//! What must survive: verbs of the domain, each exactly one transaction together with its journal rows.
//!
//! Many processes share one store and none of them trusts its memory: the row is the truth, and
//! [`Store::changes`] is only a hint to look again. A verb that fails has changed nothing, with one
//! exception that has a name of its own: [`StoreError::CommitUnknown`].

pub mod agents;
pub mod briefs;
pub mod budgets;
pub mod decisions;
pub mod doors;
mod error;
pub mod events;
pub mod figures;
pub mod lease;
pub mod memories;
pub mod networks;
pub mod notices;
pub mod plans;
pub mod policies;
pub mod questions;
pub mod runs;
pub mod sqlite;
mod verbs;

pub use error::StoreError;
pub use verbs::{
    ApprovalFilter, Asked, Changes, ConsumeRequest, Decision, EntryFilter, NotConsumed, NotDecided,
    NotPermitted, NotRedeemed, OpenIntent, PinUpdate, Pruned, Question, Retention, SessionInfo,
    Settlement, User,
};

use crate::domain::approval::{Approval, Earlier};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, Entry, Head};
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::pin::Pin;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use async_trait::async_trait;

type Result<T> = std::result::Result<T, StoreError>;

/// The store. One implementation an engine; `Arc<dyn Store>` everywhere else.
#[async_trait]
pub trait Store:
    agents::Agents
    + briefs::Briefs
    + budgets::Budgets
    + decisions::Decisions
    + doors::Doors
    + events::Events
    + figures::Figures
    + memories::Memories
    + networks::Networks
    + notices::Notices
    + plans::Plans
    + policies::Policies
    + questions::Questions
    + runs::Runs
    + Send
    + Sync
    + std::fmt::Debug
{
    /// The secret that keys call digests and match keys; made with the store.
    fn key(&self) -> &StoreKey;

    /// Whether it outlives the process. A memory store says so in every pending answer.
    fn is_durable(&self) -> bool;

    /// The folder that it lies in, beside the home's own configuration; `None` in memory.
    fn home(&self) -> Option<&std::path::Path> {
        None
    }

    /// Now, as every verb reckons it: the later of wall clock and newest journal row.
    async fn now(&self) -> Result<Millis>;

    /// A hint that something may have changed, in this process or another. While at least one of these
    /// lives the store looks for foreign commits every 25 ms; with none it costs nothing.
    fn changes(&self) -> Changes;

    // --- journal ---------------------------------------------------------------------------------

    /// Appends rows, all or none; answers with their places.
    async fn append(&self, rows: Vec<Draft>) -> Result<Vec<u64>>;

    /// Appends a row, unless the newest one of its type and world holds the same body. Answers with its place, where it was
    /// appended.
    async fn append_news(&self, row: Draft) -> Result<Option<u64>>;

    /// Appends the intent of a call that needs no person (`call.permitted`) and opens its intent, unless
    /// its principal is paused (then `call.refused` is appended instead).
    async fn permit(&self, row: Draft) -> Result<std::result::Result<u64, NotPermitted>>;

    /// Records how a permitted call ended, closes its intent and, for an approved call, keeps the answer
    /// for its other waiters. The outcome of a call without an approval may wait a few milliseconds for the next
    /// commit; a process that dies before has left an open intent.
    async fn settle(&self, settlement: Settlement) -> Result<()>;

    /// The newest row.
    async fn head(&self) -> Result<Head>;

    /// Rows in ascending order of `seq`, at most `filter.limit`.
    async fn entries(&self, filter: EntryFilter) -> Result<Vec<Entry>>;

    /// Erases what is past its retention and records that it did.
    async fn prune(&self, retention: Retention) -> Result<Pruned>;

    // --- approvals -------------------------------------------------------------------------------

    /// Puts a question, or attaches to the live row of an equal call: pending; or approved and usable; or
    /// consumed less than 15 minutes ago with an outcome that no live client was handed yet.
    /// Expires what is due among the rows it looks at.
    async fn ask(&self, question: Question) -> Result<Asked>;

    /// One row of this tenant; due rows are seen as expired (and made so).
    async fn approval(&self, tenant: &Tenant, id: ApprovalId) -> Result<Option<Approval>>;

    /// Rows of this tenant, newest first.
    async fn approvals(&self, filter: ApprovalFilter) -> Result<Vec<Approval>>;

    /// Ids of this tenant that start or end (hyphens apart) with these hex digits, at most 16.
    async fn find_approvals(&self, tenant: &Tenant, part: &str) -> Result<Vec<ApprovalId>>;

    /// The five newest earlier questions for an equal call.
    async fn earlier(&self, approval: &Approval) -> Result<Vec<Earlier>>;

    /// Says yes or no to a pending row, inside its deadline, once per decider.
    async fn decide(&self, decision: Decision)
    -> Result<std::result::Result<Approval, NotDecided>>;

    /// Presents an answer token for an approved row; works once. Every attempt is a journal row.
    async fn redeem(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        token: Digest,
        by: &Principal,
    ) -> Result<std::result::Result<Approval, NotRedeemed>>;

    /// Takes back a pending or approved row. `by` an agent: only its own.
    async fn cancel(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Principal,
        reason: Option<String>,
    ) -> Result<std::result::Result<Approval, NotDecided>>;

    /// Uses the yes: one conditional update and the intent row (`approval.consumed`, `call.permitted`) in
    /// one transaction. `Ok(Ok(seq))` is the only answer after which anything may be sent.
    async fn consume(
        &self,
        request: ConsumeRequest,
    ) -> Result<std::result::Result<u64, NotConsumed>>;

    /// A session waits for this row (again); it is no longer abandoned.
    async fn attach(&self, tenant: &Tenant, id: ApprovalId, session: SessionId) -> Result<()>;

    /// A session stopped waiting; the row is abandoned when it was the last.
    async fn leave(&self, tenant: &Tenant, id: ApprovalId, session: SessionId) -> Result<()>;

    /// The kept answer of a consumed row: the upstream's result object as received.
    async fn kept_answer(&self, tenant: &Tenant, id: ApprovalId) -> Result<Option<Vec<u8>>>;

    /// The outcome was handed to a live client: an equal call is from now on a new question.
    async fn delivered(&self, tenant: &Tenant, id: ApprovalId) -> Result<()>;

    /// Expires every due row, each with its journal row; answers how many. Agents that registered and were silent
    /// for too long leave the board, each with its row.
    async fn sweep(&self) -> Result<u64>;

    /// Sees to every question that became urgent: its row says so, and the journal, once. Answers how many. The sweep does
    /// so too; this costs one look where there is none.
    async fn escalate(&self) -> Result<u64>;

    // --- sessions --------------------------------------------------------------------------------

    /// Records that a process of ours serves a client.
    async fn open_session(&self, session: SessionInfo) -> Result<()>;

    /// Sessions that were not closed.
    async fn open_sessions(&self) -> Result<Vec<SessionInfo>>;

    /// Ends a session, its own or one found dead: its open intents get the outcome `unknown`, its waits
    /// end. Nothing of it is ever sent again.
    async fn close_session(&self, id: SessionId, cause: &str) -> Result<Vec<OpenIntent>>;

    // --- people ----------------------------------------------------------------------------------

    /// Adds a user with the hash of his API token. `false` when the name is taken.
    async fn add_user(&self, user: User, token: Digest, by: &Principal) -> Result<bool>;

    /// Users that are not revoked.
    async fn users(&self) -> Result<Vec<User>>;

    /// Ends a user of this world, his token and his logins. `false` when there is none.
    async fn revoke_user(&self, tenant: &Tenant, name: &str, by: &Principal) -> Result<bool>;

    /// The user of an API token, by its hash.
    async fn user_by_token(&self, token: Digest) -> Result<Option<User>>;

    // --- agents ----------------------------------------------------------------------------------

    /// Stops one agent by the name of its principal, or all (`None`).
    async fn pause(&self, tenant: &Tenant, agent: Option<&str>, by: &Principal) -> Result<()>;

    /// Lets it, or all, go on. `false` when nothing was paused.
    async fn unpause(&self, tenant: &Tenant, agent: Option<&str>, by: &Principal) -> Result<bool>;

    /// What is paused: names, `None` for everybody.
    async fn paused(&self, tenant: &Tenant) -> Result<Vec<Option<String>>>;

    // --- definitions -----------------------------------------------------------------------------

    /// The pins of one server identity.
    async fn pins(&self, tenant: &Tenant, identity: Digest) -> Result<Vec<Pin>>;

    /// The pin of one tool.
    async fn pin(&self, tenant: &Tenant, identity: Digest, tool: &str) -> Result<Option<Pin>>;

    /// The pins of every server of this tenant.
    async fn all_pins(&self, tenant: &Tenant) -> Result<Vec<Pin>>;

    /// Another number after every writing of pins, in whatever process: whoever keeps pins looks here first.
    async fn pins_version(&self) -> Result<u64>;

    /// Writes pins and their journal rows, all or none. `false`, and nothing is written, when one of them is not what
    /// was read any more: a session must not undo what a person accepted meanwhile.
    async fn save_pins(&self, tenant: &Tenant, updates: Vec<PinUpdate>) -> Result<bool>;

    // --- policy and clock ------------------------------------------------------------------------

    /// The version number of a policy digest, a new one when this store never saw it.
    async fn policy_version(&self, tenant: &Tenant, digest: &str) -> Result<u64>;

    /// Accepts a wall clock that stands behind the journal: from here on time goes on from the newest row.
    async fn accept_clock(&self, tenant: &Tenant, by: &Principal) -> Result<()>;
}
