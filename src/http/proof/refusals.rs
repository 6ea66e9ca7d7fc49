//! Puts refused requests on record: one row a second at most, which counts them, so that a flood of them fills no disk.

use crate::domain::entry::{Draft, EntryType};
use crate::http::House;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often a row is written at most.
const PAUSE: Duration = Duration::from_secs(1);

/// Refusals that no row counts yet. `None` while nobody is there to write them.
#[derive(Debug, Default, Clone)]
pub(in crate::http::proof) struct Refusals(Arc<Mutex<Option<BTreeMap<&'static str, u64>>>>);

impl Refusals {
    /// One more of this kind. The first is written at once.
    pub(in crate::http::proof) fn count(&self, house: &House, code: &'static str) {
        let first = {
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let first = counts.is_none();
            *counts.get_or_insert_default().entry(code).or_default() += 1;
            first
        };
        if first {
            let (refusals, store, tenant) =
                (self.clone(), Arc::clone(&house.store), house.tenant.clone());
            tokio::spawn(async move {
                while let Some(counts) = refusals.taken() {
                    let mut row = Draft::new(EntryType::HttpRefused, &tenant);
                    let gravest = counts.iter().max_by_key(|(_, count)| **count);
                    row.outcome = gravest.map(|(code, _)| (*code).to_owned());
                    row.body = serde_json::json!({ "refused": counts }).to_string().into_bytes();
                    if let Err(error) = store.append(vec![row]).await {
                        tracing::error!("refused requests could not be written down: {error}");
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
    }

    /// What was counted since the last time; when it is nothing, the next one begins anew.
    fn taken(&self) -> Option<BTreeMap<&'static str, u64>> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = std::mem::take(counts.get_or_insert_default());
        if taken.is_empty() {
            *counts = None;
            return None;
        }
        Some(taken)
    }
}
