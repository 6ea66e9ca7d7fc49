//! Amounts of money: whole millionths of a US dollar, since sums of binary fractions do not come out even.
//!
//! Pure. Whoever rounds here rounds up: what cannot be shown to fit must not fit.

use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Amounts have fewer digits than this, counted in millionths: they stay below a billion dollars.
const DIGITS: i64 = 15;

/// Millionths of a US dollar.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Usd(pub i64);

impl Usd {
    /// From a number of dollars, rounded up to the next millionth; `None` unless it is finite, not negative and below a
    /// billion. `0.07` is seventy thousand millionths: the shortest way to write the number counts, not its binary value.
    #[must_use]
    pub fn from_dollars(dollars: f64) -> Option<Self> {
        (0.0..1e9).contains(&dollars).then(|| Self::from_number(&dollars.abs().to_string()))?
    }

    /// From the digits of a JSON number of dollars, rounded up to the next millionth; `None` for everything else, for
    /// what is negative, even `-0`, and from a billion on.
    #[must_use]
    pub fn from_number(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, i64::from(exponent.parse::<i32>().ok()?)),
            None => (text, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = [whole, part].concat();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self(0));
        }
        // What stands before the point once it is moved behind the millionths.
        let count = |text: &str| i64::try_from(text.len()).ok();
        let before = count(digits)? - count(part)? + exponent + 6;
        if before > DIGITS {
            return None;
        }
        let Some(kept) = usize::try_from(before).ok() else { return Some(Self(1)) };
        let (kept, rest) = match digits.split_at_checked(kept) {
            Some((kept, rest)) => (kept.to_owned(), rest),
            None => (format!("{digits:0<kept$}"), ""),
        };
        let micros = if kept.is_empty() { 0 } else { kept.parse::<i64>().ok()? };
        Some(Self(micros + i64::from(rest.bytes().any(|digit| digit != b'0'))))
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
    /// `$0.50`, `-$12.00`, `$0.000125`: all that there is of it, and at least cents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, micros) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let part = format!("{:06}", micros % 1_000_000);
        let shown = part.trim_end_matches('0');
        write!(f, "{sign}${}.{shown:0<2}", micros / 1_000_000)
    }
}

/// One budget as it holds for one call: whatever was spent under the same name and key counts together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purse {
    /// The name of the budget.
    pub budget: String,
    /// Whose spending it is: a principal, a session, a server; empty when everybody's counts together.
    pub key: String,
    /// What may be spent within the window.
    pub limit: Usd,
    /// How far back spending counts, in milliseconds.
    pub window_ms: i64,
}

/// What a call takes out of one purse when it is let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Out of which.
    pub purse: Purse,
    /// How much.
    pub cost: Usd,
}

/// Why a call was not let go: a budget has not enough left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverBudget {
    /// The name of the budget.
    pub budget: String,
    /// What may be spent within the window.
    pub limit: Usd,
    /// How far back spending counts, in milliseconds.
    pub window_ms: i64,
    /// What is left of it; below zero when the limit was lowered.
    pub left: Usd,
    /// What the call costs.
    pub cost: Usd,
    /// When enough will have fallen out of the window, if nothing more is spent; `None` when that cannot be said, or the
    /// call costs more than the whole budget.
    pub fits_at: Option<Millis>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_written_and_rounded_up() {
        for (text, micros) in [
            ("0", 0),
            ("0.0", 0),
            ("0e999", 0),
            ("1", 1_000_000),
            ("0.07", 70_000),
            ("0.1", 100_000),
            ("1.10", 1_100_000),
            ("1e2", 100_000_000),
            ("1E+2", 100_000_000),
            ("12.5e-1", 1_250_000),
            ("0.000001", 1),
            ("0.0000001", 1),
            ("0.0000011", 2),
            ("1e-2000000000", 1),
            ("999999999.999999", 999_999_999_999_999),
            ("000.5", 500_000),
        ] {
            assert_eq!(Usd::from_number(text), Some(Usd(micros)), "{text}");
        }
        for text in [
            "",
            "-1",
            "-0",
            "-0.5",
            "1e9",
            "1000000000",
            "1e400",
            "1e99999999999",
            ".5",
            "NaN",
            "0x1",
            "1_0",
            "1e",
            "1.e.2",
            "٣",
        ] {
            assert_eq!(Usd::from_number(text), None, "{text}");
        }
        for (dollars, micros) in
            [(0.07, 70_000), (0.1, 100_000), (-0.0, 0), (1e-9, 1), (2.5, 2_500_000)]
        {
            assert_eq!(Usd::from_dollars(dollars), Some(Usd(micros)), "{dollars}");
        }
        for dollars in [-1.0, 1e9, f64::NAN, f64::INFINITY] {
            assert_eq!(Usd::from_dollars(dollars), None, "{dollars}");
        }
    }

    #[test]
    fn amounts_are_shown_whole() {
        for (micros, text) in [
            (0, "$0.00"),
            (500_000, "$0.50"),
            (125, "$0.000125"),
            (12_000_000, "$12.00"),
            (-1_250_000, "-$1.25"),
        ] {
            assert_eq!(Usd(micros).to_string(), text);
        }
    }
}
