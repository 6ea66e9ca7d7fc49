//! Reading on in the journal from a place: bounded in rows looked at, rows given and bytes, whatever there is.

use crate::domain::entry::{Entry, EntryType};
use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use async_trait::async_trait;

/// Which rows, from where, and how much of them.
#[derive(Debug, Clone)]
pub struct EventFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Only after this place.
    pub after: u64,
    /// Only of these types.
    pub types: Vec<EntryType>,
    /// Only what this principal did itself, and what became of questions that it asked.
    pub concerns: Option<Principal>,
    /// Only rows that belong to a question.
    pub of_questions: bool,
    /// At most this many rows.
    pub limit: usize,
    /// No further row once those read have this many bytes; one row is given however long it is.
    pub bytes: usize,
}

/// What was found, and how far was looked.
#[derive(Debug, Clone)]
pub struct EventPage {
    /// The rows, ascending.
    pub rows: Vec<Entry>,
    /// Everything up to this place was looked at; go on after it. Rows that do not fit count as looked at.
    pub to: u64,
    /// The newest place of the journal at that moment.
    pub head: u64,
}

/// Verbs of this subject; each is one transaction.
#[async_trait]
pub trait Events {
    /// The next rows. Looks at a bounded number of rows a call, so an empty page is not the end: `to < head` is.
    async fn events_after(&self, filter: EventFilter) -> Result<EventPage, StoreError>;

    /// How many rows there are of these, counted up to `filter.limit`; as good as that many where there is too much to
    /// look at.
    async fn events_behind(&self, filter: EventFilter) -> Result<usize, StoreError>;
}
