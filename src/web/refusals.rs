//! Puts refused requests on record: rows that count them, the farther apart the longer it goes on, so that neither a flood nor
//! a trickle of them fills a disk. The first is written at once, and none goes uncounted.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::Tenant;
use crate::store::Store;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long no row follows one: the first, the next, and all after those.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60)];
/// How long after a row it is over: the next one is a first again.
const OVER: Duration = Duration::from_secs(120);

type Counts = BTreeMap<&'static str, u64>;

/// Refusals that no row counts yet.
#[derive(Debug, Default, Clone)]
pub(crate) struct Refusals(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    counts: Counts,
    /// Whether somebody is there to write them.
    is_watched: bool,
    pace: Pace,
}

/// When the last row was, and which pause follows it.
#[derive(Debug, Default)]
struct Pace(Option<(Instant, usize)>);

impl Pace {
    fn wait(&self, now: Instant) -> Duration {
        let due = self.0.and_then(|(at, step)| Some(at + *PAUSES.get(step)?));
        due.map_or(Duration::ZERO, |due| due.saturating_duration_since(now))
    }

    fn row(&mut self, now: Instant) {
        let step = match self.0 {
            Some((at, step)) if now.saturating_duration_since(at) < OVER => step + 1,
            _ => 0,
        };
        self.0 = Some((now, step.min(PAUSES.len() - 1)));
    }
}

impl Refusals {
    /// One more of this kind.
    pub(crate) fn count(&self, store: &Arc<dyn Store>, tenant: &Tenant, code: &'static str) {
        let is_watched = {
            let mut kept = self.kept();
            *kept.counts.entry(code).or_default() += 1;
            std::mem::replace(&mut kept.is_watched, true)
        };
        if !is_watched {
            let (refusals, store, tenant) = (self.clone(), Arc::clone(store), tenant.clone());
            tokio::spawn(async move {
                loop {
                    let wait = refusals.kept().pace.wait(Instant::now());
                    tokio::time::sleep(wait).await;
                    let Some(counts) = refusals.taken() else { break };
                    write(store.as_ref(), &tenant, &counts).await;
                }
            });
        }
    }

    /// Writes what is left, at the end.
    pub(crate) async fn settle(&self, store: &Arc<dyn Store>, tenant: &Tenant) {
        let counts = std::mem::take(&mut self.kept().counts);
        if !counts.is_empty() {
            write(store.as_ref(), tenant, &counts).await;
        }
    }

    /// What was counted since the last row; when it is nothing, nobody watches until the next one.
    fn taken(&self) -> Option<Counts> {
        let mut kept = self.kept();
        let counts = std::mem::take(&mut kept.counts);
        kept.is_watched = !counts.is_empty();
        kept.is_watched.then(|| {
            kept.pace.row(Instant::now());
            counts
        })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(store: &dyn Store, tenant: &Tenant, counts: &Counts) {
    let mut row = Draft::new(EntryType::HttpRefused, tenant);
    let gravest = counts.iter().max_by_key(|(_, count)| **count);
    row.outcome = gravest.map(|(code, _)| (*code).to_owned());
    row.body = serde_json::json!({ "refused": counts }).to_string().into_bytes();
    if let Err(error) = store.append(vec![row]).await {
        tracing::error!("refused requests could not be written down: {error}");
    }
}

#[cfg(test)]
mod tests {
    use crate::web::refusals::{OVER, PAUSES, Pace};
    use std::time::Duration;
    use tokio::time::Instant;

    /// Rows of an hour in which something is refused as often as this.
    fn rows_of_an_hour(every: Duration) -> u32 {
        let (mut pace, begun, mut rows) = (Pace::default(), Instant::now(), 0);
        let mut now = begun;
        while now < begun + Duration::from_secs(3600) {
            if pace.wait(now).is_zero() {
                pace.row(now);
                rows += 1;
            }
            now += every;
        }
        rows
    }

    #[test]
    fn rows_come_the_farther_apart_the_longer_it_goes_on() {
        for every in [10, 1_100, 10_100, 61_000] {
            let rows = rows_of_an_hour(Duration::from_millis(every));
            assert!((55..=63).contains(&rows), "{rows} rows, one refused every {every} ms");
        }
    }

    #[test]
    fn the_first_is_written_at_once_also_when_it_was_over() {
        let (mut pace, mut now) = (Pace::default(), Instant::now());
        for pause in PAUSES.into_iter().chain([PAUSES[2]]) {
            assert_eq!(pace.wait(now), Duration::ZERO);
            pace.row(now);
            assert_eq!(pace.wait(now), pause);
            now += pause;
        }
        now += OVER;
        assert_eq!(pace.wait(now), Duration::ZERO);
        pace.row(now);
        assert_eq!(pace.wait(now), PAUSES[0]);
    }
}
