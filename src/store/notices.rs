//! Targets of notifications and what is to be told to them.
//!
//! A delivery is written in the transaction of its event (`outbox::enqueue` under `Tx::append`), once a target and event. It is
//! claimed by a conditional update before it is sent, so that of many processes one sends it.

use crate::domain::entry::Entry;
use crate::domain::notice::{DeliveryStatus, Failure, NoticeKind, TargetType};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use async_trait::async_trait;
use std::collections::BTreeSet;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Targets of one world.
pub const TARGETS_MAX: usize = 50;

/// A target as it is added.
#[derive(Clone)]
pub struct NewTarget {
    /// In which world.
    pub tenant: Tenant,
    /// Its name, unique among those that are there.
    pub name: String,
    /// How it is reached.
    pub kind: TargetType,
    /// Where: a webhook's URL, or an address of mail. A secret.
    pub address: Zeroizing<String>,
    /// What of the address may be shown.
    pub shown: String,
    /// What it is told.
    pub events: BTreeSet<NoticeKind>,
}

/// A target without its address.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub kind: TargetType,
    /// Whether it is told anything.
    pub enabled: bool,
    /// What of the address may be shown.
    pub shown: String,
    /// What it is told.
    pub events: BTreeSet<NoticeKind>,
    /// Who added it.
    pub added_by: String,
    /// When it was added.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
    /// When it was removed; its history stays.
    pub removed_at: Option<Millis>,
}

/// One notification on its way.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// To which target.
    pub target: Uuid,
    /// The target's name.
    pub name: String,
    /// Of which event: a row of the journal.
    pub seq: u64,
    /// What kind of event.
    pub kind: NoticeKind,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// When the event happened.
    pub created_at: Millis,
    /// When it is tried next, while it is pending.
    pub due_at: Millis,
    /// When it was taken.
    pub sent_at: Option<Millis>,
    /// A code of ours, such as `timeout`; never a text from elsewhere.
    pub error: Option<String>,
}

/// A delivery that this process sends now.
#[derive(Clone)]
pub struct Claimed {
    /// The delivery; its attempt is counted already.
    pub delivery: Delivery,
    /// In which world.
    pub tenant: Tenant,
    /// How the target is reached.
    pub kind: TargetType,
    /// Where. A secret.
    pub address: Zeroizing<String>,
    /// The row of its event.
    pub entry: Option<Entry>,
    /// Questions that wait in its world now.
    pub waiting: u64,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The receiver took it.
    Sent,
    /// It is tried again after so many milliseconds. An attempt that ended at our own configuration does not count as one.
    Again {
        /// Why it did not work.
        error: Failure,
        /// Milliseconds until then.
        after: i64,
    },
    /// It is given up.
    GivenUp {
        /// Why it did not work.
        error: Failure,
    },
}

/// Which deliveries.
#[derive(Debug, Clone)]
pub struct DeliveryFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Only to this target.
    pub target: Option<Uuid>,
    /// Only of this event.
    pub seq: Option<u64>,
    /// Only those that stand so.
    pub status: Option<DeliveryStatus>,
    /// At most this many, newest first.
    pub limit: usize,
}

impl DeliveryFilter {
    /// A tenant's, newest first.
    #[must_use]
    pub fn of(tenant: &Tenant, limit: usize) -> Self {
        Self { tenant: tenant.clone(), target: None, seq: None, status: None, limit }
    }
}

/// When there is something to do again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Now, as the store reckons it.
    pub now: Millis,
    /// When the next delivery is due; a claimed one when its claim runs out.
    pub next: Option<Millis>,
    /// Whether any target is there.
    pub targets: bool,
}

/// Verbs of this subject; each is one transaction together with its journal rows.
#[async_trait]
pub trait Notices {
    /// Adds a target, enabled. `None` when the name is taken.
    async fn add_target(
        &self,
        target: NewTarget,
        by: &Principal,
    ) -> Result<Option<Target>, StoreError>;

    /// Targets that are there, by name.
    async fn targets(&self, tenant: &Tenant) -> Result<Vec<Target>, StoreError>;

    /// Switches a target on or off; what was pending for one that is switched off is given up as `disabled`. `None` when there is none of that name.
    async fn switch_target(
        &self,
        tenant: &Tenant,
        name: &str,
        enabled: bool,
        by: &Principal,
    ) -> Result<Option<Target>, StoreError>;

    /// Removes a target: its address is gone, its history stays, and what was pending for it is given up as `removed`.
    /// `false` when there is none of that name.
    async fn remove_target(
        &self,
        tenant: &Tenant,
        name: &str,
        by: &Principal,
    ) -> Result<bool, StoreError>;

    /// Puts a test notification to one target, enabled or not, as a row `notify.tested`. `None` when there is none of that
    /// name; else the target and the place of that row.
    async fn put_test(
        &self,
        tenant: &Tenant,
        name: &str,
        by: &Principal,
    ) -> Result<Option<(Uuid, u64)>, StoreError>;

    /// Deliveries, newest first.
    async fn deliveries(&self, filter: DeliveryFilter) -> Result<Vec<Delivery>, StoreError>;

    /// Claims up to `limit` deliveries of this tenant that are due, for `lease` milliseconds: one a target, none to those in
    /// `busy`, the longest due first.
    async fn claim_deliveries(
        &self,
        tenant: &Tenant,
        limit: usize,
        lease: i64,
        busy: Vec<Uuid>,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// When there is something to send again in this world. Only reads.
    async fn next_delivery(&self, tenant: &Tenant) -> Result<Horizon, StoreError>;

    /// Records how the attempt of a claimed delivery ended. Sent and given up are rows of the journal. An attempt whose claim
    /// ran out, and that another process made anew, counts only when it was taken.
    async fn delivered_notice(
        &self,
        claimed: &Delivery,
        attempt: Attempt,
    ) -> Result<(), StoreError>;
}

impl std::fmt::Debug for NewTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTarget").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claimed").field("delivery", &self.delivery).finish_non_exhaustive()
    }
}
