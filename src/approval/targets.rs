//! Targets of notifications are added and tried here, whoever asks for it: what fits, how many there may be, and how long a
//! test is waited for are the same everywhere.

use crate::config::Notify;
use crate::config::receiver::{self, Unfit};
use crate::domain::notice::{DeliveryStatus, NoticeKind, TargetType};
use crate::domain::principal::{Principal, Tenant};
use crate::store::notices::{Delivery, DeliveryFilter, NewTarget, TARGETS_MAX, Target};
use crate::store::{Store, StoreError};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long the outcome of a test is waited for: an attempt takes 10 seconds at most, and is begun within 5.
pub const TEST_WAIT: Duration = Duration::from_secs(15);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(200);

/// A target as it is wished for.
pub struct Wish {
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub kind: TargetType,
    /// Where. A secret.
    pub address: Zeroizing<String>,
    /// What it is told; `None` for everything.
    pub events: Option<BTreeSet<NoticeKind>>,
}

/// Why a target was not added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// The name is none.
    #[error("a target's name is {}", crate::approval::users::NAMES)]
    Name,
    /// Nothing is sent to this address.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// There are as many as there may be.
    #[error("there are {TARGETS_MAX} targets already")]
    TooMany,
    /// Another one has the name.
    #[error("this name is taken")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether one of this name could be added.
///
/// # Errors
/// [`NotAdded`]
pub async fn room(store: &dyn Store, tenant: &Tenant, name: &str) -> Result<(), NotAdded> {
    if !receiver::target_name(name) {
        return Err(NotAdded::Name);
    }
    let there = store.targets(tenant).await?;
    if there.iter().any(|target| target.name == name) {
        return Err(NotAdded::Taken);
    }
    if there.len() >= TARGETS_MAX { Err(NotAdded::TooMany) } else { Ok(()) }
}

/// The target that is wished for, where its address is one that something is sent to.
///
/// # Errors
/// [`NotAdded`]
pub fn fit(notify: &Notify, tenant: &Tenant, wish: Wish) -> Result<NewTarget, NotAdded> {
    let Wish { name, kind, address, events } = wish;
    if !receiver::target_name(&name) {
        return Err(NotAdded::Name);
    }
    let shown = receiver::shown(notify, kind, &address)?;
    let events = events.unwrap_or_else(|| NoticeKind::EVENTS.into());
    Ok(NewTarget { tenant: tenant.clone(), name, kind, address, shown, events })
}

/// Adds it.
///
/// # Errors
/// [`NotAdded`]; nothing was added then.
pub async fn add(store: &dyn Store, target: NewTarget, by: &Principal) -> Result<Target, NotAdded> {
    room(store, &target.tenant, &target.name).await?;
    store.add_target(target, by).await?.ok_or(NotAdded::Taken)
}

/// How a test that was put ended, or stands when the wait is over; `None` when none was put, since so much waits for this
/// target.
///
/// # Errors
/// Those of the store.
pub async fn tested(
    store: &dyn Store,
    tenant: &Tenant,
    (target, seq): (Uuid, u64),
) -> Result<Option<Delivery>, StoreError> {
    let until = Instant::now() + TEST_WAIT;
    loop {
        let filter = DeliveryFilter {
            target: Some(target),
            seq: Some(seq),
            ..DeliveryFilter::of(tenant, 1)
        };
        let found = store.deliveries(filter).await?.into_iter().next();
        match found {
            Some(found) if found.status == DeliveryStatus::Pending && Instant::now() < until => {
                tokio::time::sleep(LOOK).await;
            }
            found => return Ok(found),
        }
    }
}

impl std::fmt::Debug for Wish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wish").field("name", &self.name).finish_non_exhaustive()
    }
}
