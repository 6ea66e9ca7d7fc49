//! A proposal tried on the calls of the last days, for whoever is about to decide about it: what it would have changed.
//!
//! It is a help and no part of what is decided. Where it cannot be made, that is said in its place. It takes a processor for
//! seconds, so it runs beside whoever serves, few at a time.

use crate::domain::approval::State;
use crate::domain::policy::StoredRule;
use crate::domain::time::DAY;
use crate::gate::changes::{NotTaken, Office, SuggestionView, removed, view};
use crate::gate::{Bounds, Glance, glance};
use crate::policy::{Protected, Snapshot};
use crate::store::StoreError;
use crate::store::policies::Suggestion;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Days that are looked back.
pub const TRIED_DAYS: i64 = 7;
/// Calls that are looked at, at most.
const CALLS: u64 = 50_000;
/// How long that may take: somebody waits for the page.
const TIME: Duration = Duration::from_secs(2);
/// Trials at a time in this process; the others wait for their turn.
static TURNS: Semaphore = Semaphore::const_new(2);
/// How many may wait for a turn, those at work included: whoever only looks could keep it busy for ever.
static PLACES: Semaphore = Semaphore::const_new(16);

/// What came of trying a proposal.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// What it would have changed; `None` when it was not tried.
    pub replay: Option<Glance>,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_replayed: Option<NotTried>,
}

/// Why a proposal was not tried.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotTried {
    /// It is decided or ran out, so nobody has to know.
    Ended,
    /// Nobody knows what it was.
    Erased,
    /// It was made against another version, and cannot be applied.
    StaleBase,
    /// Too many others are being tried; worth another look.
    Busy,
    /// What it would make cannot stand any more; in words.
    CannotStand(String),
}

impl From<NotTried> for Tried {
    fn from(why: NotTried) -> Self {
        Self { replay: None, not_replayed: Some(why) }
    }
}

/// A proposal with what came of trying it, and the rules that it takes away, whole.
#[derive(Debug, Serialize)]
pub struct WholeView {
    /// The proposal.
    #[serde(flatten)]
    pub suggestion: SuggestionView,
    /// The rules that it takes away.
    pub removed_rules: Vec<StoredRule>,
    /// What it would have changed.
    #[serde(flatten)]
    pub tried: Tried,
}

impl Office<'_> {
    /// Everything that a program is told of a proposal.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn whole(&self, of: &Suggestion) -> Result<WholeView, StoreError> {
        Ok(WholeView {
            suggestion: view(of),
            removed_rules: removed(self.store().as_ref(), self.tenant, of).await?,
            tried: self.tried_on_history(of).await?,
        })
    }

    /// Tries a proposal on the newest calls.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn tried_on_history(&self, of: &Suggestion) -> Result<Tried, StoreError> {
        let approval = &of.approval;
        // The diff of one that was applied is kept with its version.
        if approval.arguments.is_none() && approval.state != State::Consumed {
            return Ok(NotTried::Erased.into());
        }
        if approval.state.is_terminal() {
            return Ok(NotTried::Ended.into());
        }
        if self.stored.version != of.base {
            return Ok(NotTried::StaleBase.into());
        }
        let stored = match self.outcome(of).await {
            Ok(stored) => stored,
            Err(NotTaken::Store(error)) => return Err(error),
            Err(why) => return Ok(NotTried::CannotStand(why.text()).into()),
        };
        let since = self.store().now().await?.plus(-TRIED_DAYS * DAY);
        let bounds = Bounds { since, calls: CALLS, time: TIME };
        let (config, tenant) = (self.config.clone(), self.tenant.clone());
        let store = Arc::clone(self.store());
        let lost = |why: &dyn std::fmt::Display| StoreError::Unusable(format!("not tried: {why}"));
        let Ok(place) = PLACES.try_acquire() else { return Ok(NotTried::Busy.into()) };
        let turn = TURNS.acquire().await.map_err(|closed| lost(&closed))?;
        let runtime = tokio::runtime::Handle::current();
        let trying = tokio::task::spawn_blocking(move || {
            // It ends with the work, also where nobody waits for that any more.
            let (_place, _turn) = (place, turn);
            // The kernel is not asked, so nothing has to be kept from it.
            let candidate = match Snapshot::build(&config, &stored, Protected::default(), 0) {
                Ok(candidate) => candidate,
                Err(error) => return Ok(NotTried::CannotStand(error.to_string()).into()),
            };
            let found = runtime.block_on(glance(store.as_ref(), &tenant, &candidate, bounds))?;
            Ok(Tried { replay: Some(found), not_replayed: None })
        });
        trying.await.map_err(|failed| lost(&failed))?
    }
}
