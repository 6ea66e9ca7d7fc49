//! That something other than a question changed: runs, agents, policy, notifications. Pages of people look again.
//!
//! It says that, and up to which place; never what. At most once a second, however much happens.

use crate::domain::entry::EntryType;
use crate::domain::principal::Tenant;
use crate::http::api::stream::{PAGE_BYTES, frames};
use crate::store::events::EventFilter;
use crate::store::{Store, StoreError};
use std::time::Duration;
use tokio::time::Instant;

/// How the words of types begin that are told of.
const BEGIN: [&str; 4] = ["run.", "agent.", "policy.", "notify."];
/// The least time between two of these events.
const APART: Duration = Duration::from_secs(1);

/// What one reader has heard of.
#[derive(Debug)]
pub(in crate::http::api::stream) struct Others {
    filter: EventFilter,
    /// A place that is not told yet.
    untold: Option<u64>,
    /// Nothing is told before this.
    next: Instant,
}

impl Others {
    /// Only what comes after this place.
    pub(in crate::http::api::stream) fn after(tenant: &Tenant, after: u64) -> Self {
        let of_these = |kind: &&EntryType| BEGIN.iter().any(|word| kind.as_str().starts_with(word));
        let filter = EventFilter {
            tenant: tenant.clone(),
            after,
            types: EntryType::ALL.iter().filter(of_these).copied().collect(),
            concerns: None,
            of_questions: false,
            limit: 1,
            bytes: PAGE_BYTES,
        };
        Self { filter, untold: None, next: Instant::now() }
    }

    /// When something that was found may be told.
    pub(in crate::http::api::stream) fn owed(&self) -> Option<Instant> {
        self.untold.map(|_| self.next)
    }

    /// A frame, or nothing.
    pub(in crate::http::api::stream) async fn look(
        &mut self,
        store: &dyn Store,
    ) -> Result<String, StoreError> {
        loop {
            let page = store.events_after(self.filter.clone()).await?;
            // One row says as much as many.
            let found = !page.rows.is_empty();
            self.filter.after = if found { page.head } else { page.to };
            if found {
                self.untold = Some(page.head);
            }
            if self.filter.after >= page.head {
                break;
            }
        }
        let now = Instant::now();
        match self.untold.filter(|_| now >= self.next) {
            None => Ok(String::new()),
            Some(seq) => {
                (self.untold, self.next) = (None, now + APART);
                Ok(frames::changed(seq))
            }
        }
    }
}
