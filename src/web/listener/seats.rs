//! Who is connected, and who goes when there is no room: first whoever never sent a whole request, the longest there
//! first; then whoever lies idle between two requests. Who waits for an answer stays.
//!
//! So a thousand connections that say nothing keep nobody out: each of them only takes the place of another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Whether it ever sent a whole request, and since when it has nothing to wait for.
type Rank = (bool, u64);

#[derive(Debug, Default)]
struct Inner {
    taken: usize,
    count: u64,
    idle: BTreeMap<Rank, CancellationToken>,
}

/// The seats of one listener.
#[derive(Debug)]
pub(in crate::web::listener) struct Seats {
    limit: usize,
    inner: Mutex<Inner>,
}

/// One connection's; free again when dropped.
#[derive(Debug)]
pub(in crate::web::listener) struct Seat {
    seats: Arc<Seats>,
    gone: CancellationToken,
    rank: Mutex<Option<Rank>>,
}

impl Seats {
    pub(in crate::web::listener) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, inner: Mutex::default() })
    }

    /// A seat for a new connection; `None` when everybody waits for an answer.
    pub(in crate::web::listener) fn take(self: &Arc<Self>) -> Option<Arc<Seat>> {
        let gone = CancellationToken::new();
        let rank = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            if inner.taken >= self.limit {
                let (_, other) = inner.idle.pop_first()?;
                other.cancel();
            }
            inner.taken += 1;
            inner.sit(false, gone.clone())
        };
        Some(Arc::new(Seat { seats: Arc::clone(self), gone, rank: Mutex::new(Some(rank)) }))
    }

    /// Everybody who waits for nothing goes.
    pub(in crate::web::listener) fn clear(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut inner.idle).values().for_each(CancellationToken::cancel);
    }
}

impl Inner {
    fn sit(&mut self, asked: bool, gone: CancellationToken) -> Rank {
        self.count += 1;
        let rank = (asked, self.count);
        self.idle.insert(rank, gone);
        rank
    }
}

impl Seat {
    /// Done when the connection must go.
    pub(in crate::web::listener) fn gone(&self) -> &CancellationToken {
        &self.gone
    }

    /// A whole request is there; from now on somebody waits for its answer.
    pub(in crate::web::listener) fn asked(&self) {
        let rank = self.rank.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(rank) = rank {
            let mut inner = self.seats.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.idle.remove(&rank);
        }
    }

    /// The answer is over.
    pub(in crate::web::listener) fn answered(&self) {
        let mut rank = self.rank.lock().unwrap_or_else(PoisonError::into_inner);
        // An answer can be over before its request is whole: then it never waited.
        if rank.is_none() {
            let mut inner = self.seats.inner.lock().unwrap_or_else(PoisonError::into_inner);
            *rank = Some(inner.sit(true, self.gone.clone()));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.asked();
        let mut inner = self.seats.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.taken = inner.taken.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_asked_goes_first_and_who_waits_stays() {
        let seats = Seats::new(4);
        let take = || seats.take().expect("a seat");
        let (waiting, idle, old, new) = (take(), take(), take(), take());
        waiting.asked();
        idle.asked();
        idle.answered();
        let gone = |seat: &Seat| seat.gone().is_cancelled();
        let fifth = take();
        assert!(gone(&old) && !gone(&new) && !gone(&idle), "the longest there without a word");
        drop(old);
        let sixth = take();
        sixth.asked();
        assert!(gone(&new) && !gone(&idle));
        drop(new);
        let seventh = take();
        seventh.asked();
        drop(fifth);
        let eighth = take();
        eighth.asked();
        assert!(gone(&idle) && !gone(&waiting), "then who lies idle");
        assert!(seats.take().is_none(), "and nobody who waits");
        drop(eighth);
        drop(idle);
        assert!(seats.take().is_some(), "a seat that was left");
    }
}
