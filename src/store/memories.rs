//! Answers that are kept: found, used, ended. Giving one is part of deciding.

use crate::domain::approval::State;
use crate::domain::call::Call;
use crate::domain::digest::Digest;
use crate::domain::entry::Draft;
use crate::domain::id::{ApprovalId, RememberedId, SessionId};
use crate::domain::json::Canonical;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::remembered::{Ended, Remembered};
use crate::domain::ruling::Tier;
use crate::domain::time::Millis;
use crate::store::{NotPermitted, StoreError};
use async_trait::async_trait;

/// The use of a kept answer.
#[derive(Debug, Clone)]
pub struct MemoryUse {
    /// Which.
    pub id: RememberedId,
    /// The call as it would be sent: its session, server, tool and definition must be those that are kept.
    pub call: Call,
    /// How grave it is now.
    pub tier: Tier,
    /// What its ruling leans on now.
    pub leans: Digest,
    /// The row of the call: `call.permitted` for a yes, `call.refused` for a no.
    pub row: Draft,
}

/// Why a kept answer could not be used. Nothing was sent; the question is asked then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotUsed {
    /// It does not count any more, or not for this call.
    Over,
    /// It would, but the call may not be sent.
    NotPermitted(NotPermitted),
}

/// Which earlier questions about calls, newest first.
#[derive(Debug, Clone)]
pub struct PastFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// About this server, by its configured name.
    pub upstream: String,
    /// About this tool.
    pub tool: String,
    /// Asked since then.
    pub since: Millis,
    /// All but this one.
    pub but: ApprovalId,
    /// At most this many.
    pub limit: usize,
    /// No further question once the arguments of those read have this many bytes; one is given however long it is.
    pub bytes: usize,
}

/// What looking back needs of an earlier question.
#[derive(Debug, Clone)]
pub struct PastQuestion {
    /// Its id.
    pub id: ApprovalId,
    /// Who asked.
    pub principal: Principal,
    /// In which session.
    pub session: SessionId,
    /// Digest of the call, whatever the order of its keys.
    pub match_key: Digest,
    /// Its arguments; none where there were none, or they were erased.
    pub arguments: Option<Canonical>,
    /// Where it stands.
    pub state: State,
    /// Whether a person decided it.
    pub decided: bool,
}

/// Earlier questions.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// They, newest first.
    pub rows: Vec<PastQuestion>,
    /// Whether there are more.
    pub more: bool,
}

/// Verbs of this subject.
#[async_trait]
pub trait Memories {
    /// Kept answers of this tenant that may count for this call: of its server and tool, not ended. Which of them fit
    /// its arguments is the caller's to see.
    async fn remembered_for(&self, call: &Call) -> Result<Vec<Remembered>, StoreError>;

    /// Uses one: counts it, appends `remembered.used` and the row of the call, in one transaction; for a yes the intent is
    /// opened as by [`permit`](crate::store::Store::permit), whose place is the answer.
    async fn use_remembered(&self, request: MemoryUse) -> Result<Result<u64, NotUsed>, StoreError>;

    /// Ends one, with its row; `by` is who took it back, where somebody did. `false` when there is none that counts.
    async fn end_remembered(
        &self,
        tenant: &Tenant,
        id: RememberedId,
        by: Option<&Principal>,
        why: Ended,
    ) -> Result<bool, StoreError>;

    /// Kept answers of this tenant, newest first; those that ended only with `all`.
    async fn remembered(
        &self,
        tenant: &Tenant,
        all: bool,
        limit: usize,
    ) -> Result<Vec<Remembered>, StoreError>;

    /// Kept answers of this tenant that did not end, oldest first.
    async fn oldest_remembered(
        &self,
        tenant: &Tenant,
        limit: usize,
    ) -> Result<Vec<Remembered>, StoreError>;

    /// Kept answers of this tenant that ended for this reason since then, whichever ended last first.
    async fn ended_remembered(
        &self,
        tenant: &Tenant,
        why: Ended,
        since: Millis,
        limit: usize,
    ) -> Result<Vec<Remembered>, StoreError>;

    /// The answer to a question of this tenant that was kept, whether it counts still or not.
    async fn remembered_by(
        &self,
        tenant: &Tenant,
        approval: ApprovalId,
    ) -> Result<Option<Remembered>, StoreError>;

    /// Earlier questions about calls of one tool.
    async fn past_questions(&self, filter: PastFilter) -> Result<Past, StoreError>;
}
