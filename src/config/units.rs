//! Durations and sizes as people write them: a whole number and its unit, both required.
//!
//! A bare `30` is refused: seconds to one reader are days to another, and here the difference is a policy.

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::time::Duration;

/// A duration such as `50s`, `10m`, `24h`, `30d` or `500ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// A size such as `64KiB`, `500MB` or `1GiB`, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

/// Reads a duration: a whole number over zero and one of `ms`, `s`, `m`, `h`, `d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let whole = number.parse::<u64>().ok().filter(|n| *n > 0);
    match whole.and_then(|n| n.checked_mul(millis)).filter(|total| *total > 0) {
        Some(total) => Ok(Duration::from_millis(total)),
        None => Err(format!(
            "`{}` is not a duration: write a whole number and a unit, such as `50s`, `10m`, `24h`, `30d`",
            shown(text)
        )),
    }
}

/// Reads a size: a whole number over zero and one of `B`, `KB`, `MB`, `GB`, `KiB`, `MiB`, `GiB`, `TiB`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let bytes: u64 = match unit {
        "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => 0,
    };
    let whole = number.parse::<u64>().ok().filter(|n| *n > 0);
    match whole.and_then(|n| n.checked_mul(bytes)).filter(|total| *total > 0) {
        Some(total) => Ok(total),
        None => Err(format!(
            "`{}` is not a size: write a whole number and a unit, such as `500MB` or `1GiB`",
            shown(text)
        )),
    }
}

fn split(text: &str) -> (&str, &str) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(digits).unwrap_or((text, ""))
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

struct Text<T>(fn(&str) -> Result<T, String>, &'static str);

impl<T> Visitor<'_> for Text<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(Text(duration, "a duration in quotes, with its unit, such as \"50s\""))
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_str(Text(size, "a size in quotes, with its unit, such as \"1GiB\"")).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::units::{duration, size};
    use std::time::Duration;

    #[test]
    fn units_are_required_and_whole() {
        assert_eq!(duration("50s"), Ok(Duration::from_secs(50)));
        assert_eq!(duration("30d"), Ok(Duration::from_secs(2_592_000)));
        assert_eq!(size("1GiB"), Ok(1 << 30));
        for bad in ["", "50", "s", "-1s", "1.5h", " 5s", "5 s", "0s", "5S", "99999999999999999999d"]
        {
            assert!(duration(bad).is_err(), "{bad}");
        }
        for bad in ["1", "1gib", "0B", "1G", "99999999999999TiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
