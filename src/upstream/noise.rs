//! What a server says that is no use: counted, and mentioned now and then.
//!
//! A server that prints a banner to stdout, answers twice or invents ids must not break anything; nor may
//! it fill our log with complaints about itself.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// One mention of each kind in this time.
const EVERY: Duration = Duration::from_secs(10);

/// Counts by kind.
#[derive(Debug)]
pub(crate) struct Noise {
    server: Arc<str>,
    kinds: Mutex<Vec<Kind>>,
}

#[derive(Debug)]
struct Kind {
    what: &'static str,
    count: u64,
    said: Instant,
}

impl Noise {
    pub(crate) fn new(server: Arc<str>) -> Self {
        Self { server, kinds: Mutex::default() }
    }

    /// Counts one; says so if this kind was not mentioned lately.
    pub(crate) fn heard(&self, what: &'static str) {
        let now = Instant::now();
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let count = match kinds.iter_mut().find(|kind| kind.what == what) {
            None => {
                kinds.push(Kind { what, count: 1, said: now });
                1
            }
            Some(kind) => {
                kind.count += 1;
                if now.duration_since(kind.said) < EVERY {
                    return;
                }
                kind.said = now;
                kind.count
            }
        };
        drop(kinds);
        tracing::warn!(server = &*self.server, count, "dropped: {what}");
    }

    /// What was heard, and how often.
    #[cfg(test)]
    pub(crate) fn counts(&self) -> Vec<(&'static str, u64)> {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.iter().map(|kind| (kind.what, kind.count)).collect()
    }
}
