//! Points in time as people say them.

use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::visible;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `15:42` when that is on the same day as `now`, else with the date. In the reader's own time zone.
#[must_use]
pub(crate) fn clock(at: Millis, now: Millis, zone: &TimeZone) -> String {
    let zoned = |t: Millis| Timestamp::from_millisecond(t.0).map(|t| t.to_zoned(zone.clone()));
    let (Ok(at_zoned), Ok(now_zoned)) = (zoned(at), zoned(now)) else { return at.rfc3339() };
    let format = if at_zoned.date() == now_zoned.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at_zoned.strftime(format).to_string()
}

/// Date and time to the second, for tables.
#[must_use]
pub(crate) fn stamp(at: Millis, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at.0)
        .map_or_else(|_| at.rfc3339(), |t| t.to_zoned(zone.clone()).strftime("%F %T").to_string())
}

/// A span in its two largest units: `2 d 3 h`, `4 min`, `0 s`.
#[must_use]
pub(crate) fn span(millis: i64) -> String {
    let millis = millis.max(0);
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let first = units.iter().position(|(size, _)| millis >= *size).unwrap_or(3);
    let Some((size, name)) = units.get(first) else { return String::new() };
    let mut out = format!("{} {name}", millis / size);
    if let Some((next, name)) = units.get(first + 1).filter(|_| first < 2) {
        let rest = millis % size / next;
        if rest > 0 {
            out.push_str(&format!(" {rest} {name}"));
        }
    }
    out
}

/// Reads a point in time: RFC 3339, a date or local date and time, or how long ago (`90s`, `15m`, `2h`, `7d`).
///
/// # Errors
/// A sentence saying what would have been right.
pub(crate) fn parse(text: &str, now: Millis, zone: &TimeZone) -> Result<Millis, String> {
    let ago = |digits: &str, unit: i64| {
        digits.parse::<i64>().ok().map(|n| now.plus(n.saturating_mul(unit).saturating_neg()))
    };
    let at = match text.char_indices().next_back() {
        Some((i, 's')) => ago(&text[..i], SECOND),
        Some((i, 'm')) => ago(&text[..i], MINUTE),
        Some((i, 'h')) => ago(&text[..i], HOUR),
        Some((i, 'd')) => ago(&text[..i], DAY),
        _ => None,
    };
    let exact = || text.parse::<Timestamp>().ok();
    let local = || {
        let date = text.parse::<jiff::civil::DateTime>().ok().or_else(|| {
            text.parse::<jiff::civil::Date>()
                .ok()
                .map(|d| d.to_datetime(jiff::civil::Time::midnight()))
        })?;
        Some(date.to_zoned(zone.clone()).ok()?.timestamp())
    };
    at.or_else(|| exact().or_else(local).map(|t| Millis(t.as_millisecond()))).ok_or_else(|| {
        let text = visible::shorten(&visible::inline(text), 40);
        format!("`{text}` is no time; write `2026-11-22T15:42:00Z`, `2026-11-22`, or how long ago, as `90s`, `15m`, `2h`, `7d`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_said() {
        let utc = TimeZone::UTC;
        let now = parse("2026-11-22T15:42:10Z", Millis(0), &utc).unwrap();
        assert_eq!(clock(now, now, &utc), "15:42");
        assert_eq!(clock(now.plus(DAY), now, &utc), "2026-11-23 15:42");
        assert_eq!(clock(now, now, &TimeZone::fixed(jiff::tz::offset(2))), "17:42");
        assert_eq!(parse("2h", now, &utc).unwrap(), now.plus(-2 * HOUR));
        assert_eq!(parse("2026-11-22", now, &utc).unwrap().rfc3339(), "2026-11-22T00:00:00.000Z");
        assert_eq!(parse("2026-11-22 01:02", now, &utc).unwrap().0 % DAY, HOUR + 2 * MINUTE);
        assert!(
            parse("yesterday", now, &utc).is_err()
                && parse("d", now, &utc).is_err()
                && parse("", now, &utc).is_err()
        );
        assert_eq!(span(0), "0 s");
        assert_eq!(span(DAY + 3 * HOUR + 5), "1 d 3 h");
        assert_eq!(span(4 * MINUTE + 9 * SECOND), "4 min");
    }
}
