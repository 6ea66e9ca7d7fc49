//! Sends what is due, as long as its process lives.
//!
//! It waits by the clock and not for changes of the store: a look is one query, every two seconds where any target is, and
//! every five where there is none. What it sends to one target never waits for another: one at a time each, several
//! beside each other. Nothing that goes wrong here is anybody's failure but the delivery's.

use crate::domain::notice::{ATTEMPTS, Failure, NoticeKind, TargetType};
use crate::domain::time::SECOND;
use crate::gate::Configured;
use crate::notify::facts::facts;
use crate::notify::mail::Name;
use crate::notify::reach::{Resolver, System};
use crate::notify::{Missed, backoff, discord, mail, said, tell};
use crate::store::notices::{Claimed, Horizon};
use crate::store::{Store, StoreError};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinSet};
use uuid::Uuid;

/// How often it is looked while there is any target.
const LOOK: Duration = Duration::from_secs(2);
/// How often while there is none: soon enough that the test of a first target is not given up by who waits for it.
const IDLE: Duration = Duration::from_secs(5);
/// How long one attempt may take, from looking up the host to the answer.
const WITHIN: Duration = Duration::from_secs(10);
/// How long nobody else takes what was claimed, in milliseconds.
const LEASE: i64 = 60 * SECOND;
/// Targets that are sent to at the same time.
const AT_ONCE: usize = 8;

/// Sends what is due. Cheap to make; any number of them, in any number of processes, may run beside each other.
#[derive(Debug, Clone)]
pub struct Worker {
    store: Arc<dyn Store>,
    configured: Configured,
    resolver: Arc<dyn Resolver>,
}

/// What is under way.
#[derive(Debug, Default)]
struct Sending {
    tasks: JoinSet<()>,
    targets: HashMap<Id, Uuid>,
}

impl Sending {
    /// Waits until one of them ended; without any, for ever.
    async fn one_ended(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            None => return std::future::pending().await,
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => {
                // Its claim runs out, and it is tried again.
                tracing::error!("a notification was not sent to its end");
                error.id()
            }
        };
        self.targets.remove(&id);
    }
}

impl Worker {
    /// Sends what stands in this store for the world of this configuration, as the home's own configuration or this one says.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, configured: Configured) -> Self {
        Self { store, configured, resolver: Arc::new(System) }
    }

    /// Sends what is due, for ever. Dropped, it leaves what is under way to whoever comes after its claim.
    pub async fn run(&self) {
        let mut sending = Sending::default();
        loop {
            let rest = match self.round(&mut sending).await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::error!("nothing can be told to anybody: {error}");
                    IDLE
                }
            };
            tokio::select! {
                () = sending.one_ended() => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    /// Sends what is due now and waits for it, at most this long. For a process that is about to end, and whose last event
    /// nobody else may tell of.
    pub async fn flush(&self, within: Duration) {
        let all = async {
            let mut sending = Sending::default();
            while let Ok(Horizon { now, next, .. }) =
                self.store.next_delivery(self.configured.tenant()).await
            {
                if next.is_some_and(|next| next <= now) {
                    if self.round(&mut sending).await.is_err() {
                        return;
                    }
                } else if sending.tasks.is_empty() {
                    return;
                }
                if sending.tasks.is_empty() {
                    return;
                }
                sending.one_ended().await;
            }
        };
        // What was not done in time stays for the next process.
        let _ = tokio::time::timeout(within, all).await;
    }

    /// Begins to send what is due, and says when to look again.
    async fn round(&self, sending: &mut Sending) -> Result<Duration, StoreError> {
        let tenant = self.configured.tenant();
        let Horizon { now, next, targets } = self.store.next_delivery(tenant).await?;
        let free = AT_ONCE.saturating_sub(sending.tasks.len());
        if free > 0 && next.is_some_and(|next| next <= now) {
            let busy = sending.targets.values().copied().collect();
            for claimed in self.store.claim_deliveries(tenant, free, LEASE, busy).await? {
                let target = claimed.delivery.target;
                let task = sending.tasks.spawn(self.clone().deliver(claimed));
                sending.targets.insert(task.id(), target);
            }
        }
        Ok(if targets { LOOK } else { IDLE })
    }

    /// One attempt, from its claim to what is written down of it.
    async fn deliver(self, claimed: Claimed) {
        let ended = match tokio::time::timeout(WITHIN, self.attempt(&claimed)).await {
            Ok(Ok(ended)) => ended,
            Ok(Err(error)) => {
                // Nothing was sent: it is tried again when the claim has run out.
                tracing::error!("what is to be told cannot be read: {error}");
                return;
            }
            Err(_) => Err(Failure::Timeout.into()),
        };
        let tries = match claimed.delivery.kind {
            // Somebody waits for how it ends, and tries again himself.
            NoticeKind::Test => ATTEMPTS,
            _ => claimed.delivery.attempts,
        };
        // The claim's end is the store's own clock.
        let age = claimed.delivery.due_at.0.saturating_sub(claimed.delivery.created_at.0);
        let attempt = backoff::next(tries, age, ended);
        if let Err(error) = self.store.delivered_notice(&claimed.delivery, attempt).await {
            tracing::error!("how a notification went is not on record: {error}");
        }
    }

    async fn attempt(&self, claimed: &Claimed) -> Result<Result<(), Missed>, StoreError> {
        let Some(notice) = tell::notice(self.store.as_ref(), claimed).await? else {
            return Ok(Err(Failure::Removed.into()));
        };
        let Some(config) = said::config(&self.store, &self.configured).await? else {
            return Ok(Err(Failure::Config.into()));
        };
        let delivery = &claimed.delivery;
        let base = said::base(self.store.as_ref(), &config).await?;
        let facts = facts(&notice, delivery.created_at, &base);
        let resolver = self.resolver.as_ref();
        Ok(match (claimed.kind, &config.smtp) {
            (TargetType::Discord, _) => {
                discord::send(resolver, &config.notify, &claimed.address, &facts).await
            }
            (TargetType::Email, None) => Err(Failure::Config.into()),
            (TargetType::Email, Some(smtp)) => {
                let (target, seq) = (delivery.target.simple(), delivery.seq);
                let name = Name(format!("{target}.{seq}.{}", delivery.kind.as_str()));
                let told = (&facts, &name);
                let address = &claimed.address;
                mail::send(resolver, &config.notify, smtp, address, told, WITHIN)
                    .await
                    .map_err(Missed::from)
            }
        })
    }
}
