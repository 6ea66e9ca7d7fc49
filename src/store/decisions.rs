//! The decision log as the store keeps it: the journal's own rows, what policy objected to, what people said afterwards.
//!
//! There is no second record of a decision that could disagree with the first: the log is the journal, read by type. Labels
//! stand beside it and change nothing in it.

use crate::domain::entry::Entry;
use crate::domain::id::SessionId;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::domain::violation::{Label, Violation};
use crate::store::StoreError;
use async_trait::async_trait;

/// Which decisions, from where, and how much of them.
#[derive(Debug, Clone)]
pub struct DecisionFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Only after this place.
    pub after: u64,
    /// Only up to this place.
    pub up_to: Option<u64>,
    /// Only from this time on.
    pub since: Option<Millis>,
    /// Only before this time.
    pub before: Option<Millis>,
    /// Only of this session.
    pub session: Option<SessionId>,
    /// The newest instead of the oldest, still in ascending order; then the page is all there is to have.
    pub newest: bool,
    /// At most this many rows.
    pub limit: usize,
    /// No further row once those read have this many bytes; one row is given however long it is.
    pub bytes: usize,
}

impl DecisionFilter {
    /// All of a tenant's, in pages that are quick to read.
    #[must_use]
    pub fn of(tenant: &Tenant) -> Self {
        Self {
            tenant: tenant.clone(),
            after: 0,
            up_to: None,
            since: None,
            before: None,
            session: None,
            newest: false,
            limit: 500,
            bytes: 8 * 1024 * 1024,
        }
    }
}

/// A decision's row, and what a person said of it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The row.
    pub entry: Entry,
    /// The label, if there is one.
    pub label: Option<Label>,
    /// What policy objected to it.
    pub violations: Vec<Violated>,
}

/// What was found, and how far was looked.
#[derive(Debug, Clone)]
pub struct DecisionPage {
    /// The rows, ascending.
    pub rows: Vec<Decided>,
    /// The first place that can hold a wanted row.
    pub start: u64,
    /// Everything up to this place was looked at; go on after it.
    pub to: u64,
    /// The last place that can hold a wanted row; all was looked at when `to` reaches it.
    pub end: u64,
}

/// A violation with the decision that it belongs to.
#[derive(Debug, Clone)]
pub struct Violated {
    /// Place of the decision's row.
    pub seq: u64,
    /// When it was decided.
    pub at: Millis,
    /// The tool of the call, as its server names it.
    pub tool: Option<String>,
    /// What was objected.
    pub violation: Violation,
    /// Whether somebody was told. It is for notifications to say so: without them it is `false`.
    pub notified: bool,
}

/// Which violations.
#[derive(Debug, Clone)]
pub struct ViolationFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Only after this place.
    pub after: u64,
    /// Only up to this place.
    pub last: Option<u64>,
    /// Only from this time on.
    pub since: Option<Millis>,
    /// Only before this time.
    pub before: Option<Millis>,
    /// Only of this session.
    pub session: Option<SessionId>,
    /// Only of this tool.
    pub tool: Option<String>,
    /// The newest first instead of the oldest.
    pub newest: bool,
    /// At most this many.
    pub limit: usize,
}

impl ViolationFilter {
    /// A tenant's, oldest first.
    #[must_use]
    pub fn of(tenant: &Tenant, limit: usize) -> Self {
        Self {
            tenant: tenant.clone(),
            after: 0,
            last: None,
            since: None,
            before: None,
            session: None,
            tool: None,
            newest: false,
            limit,
        }
    }

    /// Those of one row.
    #[must_use]
    pub fn of_row(tenant: &Tenant, seq: u64) -> Self {
        let (after, last) = (seq.saturating_sub(1), Some(seq));
        Self { after, last, ..Self::of(tenant, usize::MAX) }
    }
}

/// What a person says of a decision.
#[derive(Debug, Clone)]
pub struct NewLabel {
    /// In which world.
    pub tenant: Tenant,
    /// Place of the decision's row.
    pub seq: u64,
    /// What he says.
    pub label: Label,
    /// Who he is.
    pub by: Principal,
}

/// Why a label was not taken. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLabelled {
    /// No such row in this world.
    NotThere,
    /// The row is about something else than a call.
    NoCall,
}

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Decisions {
    /// The next decisions. Looks at a bounded number of rows a call, so an empty page is not the end: `to < end` is.
    async fn decisions(&self, filter: DecisionFilter) -> Result<DecisionPage, StoreError>;

    /// What policy objected to.
    async fn violations(&self, filter: ViolationFilter) -> Result<Vec<Violated>, StoreError>;

    /// Says of a call that it was safe or unsafe. A later label takes the place of the earlier; each is a row
    /// `call.labelled`.
    async fn label(&self, new: NewLabel) -> Result<Result<(), NotLabelled>, StoreError>;

    /// Every version of the policy that this store has seen, with its digest.
    async fn policy_digests(&self) -> Result<Vec<(u64, String)>, StoreError>;
}
