//! Briefs as lists show them: without their arguments, which may be large and of which a list needs nothing.

use crate::domain::approval::State;
use crate::domain::id::ApprovalId;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use async_trait::async_trait;

/// A question without what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Its id.
    pub id: ApprovalId,
    /// `call`, `plan`, `run`, `policy` or `step`.
    pub kind: String,
    /// Who asks.
    pub principal: Principal,
    /// The server's configured name.
    pub upstream: String,
    /// Tool, prompt or URI.
    pub tool: String,
    /// How grave it is, 0 to 3.
    pub tier: u8,
    /// Where it stands.
    pub state: State,
    /// When it was asked.
    pub asked_at: Millis,
    /// Until when it can be answered.
    pub answer_by: Millis,
    /// Whether its time to answer was nearly over before anybody had answered.
    pub urgent: bool,
    /// Whether no client waits for it any more.
    pub abandoned: bool,
    /// When it was decided.
    pub decided_at: Option<Millis>,
    /// Who decided.
    pub decided_by: Option<Principal>,
    /// How the run ended, once known.
    pub outcome: Option<OutcomeKind>,
    /// Whether its answer was kept, be it that it counts still or not.
    pub kept: bool,
}

/// Where a page of a list goes on: before this question.
pub type Place = (Millis, ApprovalId);

/// Which questions. What is `None` does not limit.
#[derive(Debug, Clone)]
pub struct BriefFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Whose state is one of these; empty for all.
    pub states: Vec<State>,
    /// Of this server.
    pub upstream: Option<String>,
    /// Whose tool's name holds this text, in whatever case.
    pub tool: Option<String>,
    /// Of this tier.
    pub tier: Option<u8>,
    /// Decided by somebody of this name.
    pub decided_by: Option<String>,
    /// Asked since.
    pub since: Option<Millis>,
    /// Only before this place.
    pub before: Option<Place>,
    /// At most this many.
    pub limit: usize,
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct BriefPage {
    /// The questions, newest first.
    pub rows: Vec<Brief>,
    /// Where the next page begins; `None` when there is none. A page may be short and have one: only so many questions
    /// are looked at at once.
    pub next: Option<Place>,
}

/// Verbs of this subject; each only reads, but that due questions are made expired first.
#[async_trait]
pub trait Briefs {
    /// What waits for an answer, the oldest first.
    async fn waiting_briefs(&self, tenant: &Tenant, limit: usize)
    -> Result<Vec<Brief>, StoreError>;

    /// Briefs that fit a filter, newest first, a page at a time.
    async fn briefs(&self, filter: BriefFilter) -> Result<BriefPage, StoreError>;
}
