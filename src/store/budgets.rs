//! What is looked up around a call: the time, how much was done lately, what budgets have left.
//!
//! Only ever a look: what may be spent is decided where the call is let go, in one transaction with it. A look never
//! lets anything pass that the permit would not.

use crate::domain::money::{Purse, Usd};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use async_trait::async_trait;

type Result<T> = std::result::Result<T, StoreError>;

/// Recent calls are counted up to this many: a policy that says "more than" has heard enough by then.
pub const MOST_RECENT: u64 = 100_000;

/// What is to be looked up.
#[derive(Debug, Clone)]
pub struct Around {
    /// In which world.
    pub tenant: Tenant,
    /// Whose calls are counted.
    pub principal: Principal,
    /// How far back they are counted, in milliseconds; `None` counts none.
    pub recent_ms: Option<i64>,
    /// What is left in these is told.
    pub purses: Vec<Purse>,
}

/// What was found, all of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Now, as every verb reckons it.
    pub now: Millis,
    /// Calls of the principal that were permitted in the time before, in whatever process and session; at most
    /// [`MOST_RECENT`].
    pub recent_calls: Option<u64>,
    /// What each purse has left, in the order asked; below zero when its limit was lowered.
    pub left: Vec<Usd>,
}

/// What was spent out of one budget under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Whose spending it is; empty when everybody's counts together.
    pub key: String,
    /// How much, within the window.
    pub spent: Usd,
}

/// Verbs of this subject. They only read; spending is part of the verbs that let calls go.
#[async_trait]
pub trait Budgets {
    /// Looks around a call.
    async fn look_around(&self, around: Around) -> Result<Seen>;

    /// What was spent out of a budget in the last `window_ms` milliseconds, most first, at most `limit` keys.
    async fn spending(
        &self,
        tenant: &Tenant,
        budget: &str,
        window_ms: i64,
        limit: usize,
    ) -> Result<Vec<Spent>>;
}
