//! Amounts of money: whole millionths of a US dollar, since sums of binary fractions do not come out even.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Millionths of a US dollar.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Usd(pub i64);

impl Usd {
    /// From a number of dollars, rounded up to the next millionth; `None` unless it is finite, not negative and below a
    /// billion.
    #[must_use]
    pub fn from_dollars(dollars: f64) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, reason = "the range was looked at")]
        ((0.0..1e9).contains(&dollars)).then(|| Self((dollars * 1e6).ceil() as i64))
    }

    /// As a number of dollars, for modules and people.
    #[must_use]
    pub fn dollars(self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "amounts are below 2^53 millionths")]
        let micros = self.0 as f64;
        micros / 1e6
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${:.2}", self.dollars())
    }
}
