//! The one place that looks at the wall clock, and the rule that keeps its jumps from moving a deadline.
//!
//! Now is the later of wall clock and newest journal row. A wall clock more than five minutes behind the
//! newest row is *behind*: nothing is decided by it. An admin can accept it; from then on, while it stays
//! behind, time goes on from the row that was the newest then, as fast as the wall clock does. That
//! distance is kept in the store and forgotten by the first transaction that finds the clock no longer behind.

use crate::domain::time::{MINUTE, Millis};
use crate::store::StoreError;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// How far the wall clock may stand behind the newest row.
pub(crate) const TOLERANCE: i64 = 5 * MINUTE;

/// Gives milliseconds since 1970.
#[derive(Clone)]
pub(crate) struct WallClock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl WallClock {
    /// The clock of the machine.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
    pub(crate) fn system() -> Self {
        Self(Arc::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        }))
    }

    /// A clock of a test.
    #[cfg(test)]
    pub(crate) fn of(clock: Arc<dyn Fn() -> i64 + Send + Sync>) -> Self {
        Self(clock)
    }

    /// What it says.
    pub(crate) fn read(&self) -> Millis {
        Millis((self.0)())
    }
}

impl std::fmt::Debug for WallClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WallClock")
    }
}

/// The time of one transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reckoned {
    /// The time every verb uses.
    pub(crate) now: Millis,
    /// What the wall clock said.
    pub(crate) wall: Millis,
    /// The newest row's time.
    pub(crate) newest: Millis,
    /// Behind, and nobody accepted it.
    pub(crate) behind: bool,
}

impl Reckoned {
    /// Whether the wall clock is so far behind that an accepted distance is needed.
    pub(crate) fn is_far(wall: Millis, newest: Millis) -> bool {
        wall.0 < newest.0.saturating_sub(TOLERANCE)
    }

    /// Reckons. `distance` is what [`Self::is_far`] clocks are moved by, if that was accepted.
    pub(crate) fn new(wall: Millis, newest: Millis, distance: Option<i64>) -> Self {
        let moved = match distance {
            Some(distance) if Self::is_far(wall, newest) => wall.plus(distance),
            _ => wall,
        };
        let behind = Self::is_far(moved, newest);
        Self { now: moved.max(newest), wall, newest, behind }
    }

    /// The time to decide by.
    pub(crate) fn to_decide(self) -> Result<Millis, StoreError> {
        if self.behind {
            return Err(StoreError::ClockBehind { wall: self.wall, newest: self.newest });
        }
        Ok(self.now)
    }
}
