//! Small things as pages tell them: points in time, short texts from outside, where a question stands.

use crate::card::when::stamp;
use crate::domain::time::Millis;
use crate::domain::visible;
use jiff::tz::TimeZone;

/// Characters of one text in a table.
const CELL: usize = 80;

/// A point in time: for machines, and for people in the zone of the server.
#[derive(Debug, Clone)]
pub(in crate::http::console) struct Moment {
    /// RFC 3339.
    pub(in crate::http::console) iso: String,
    /// Date and time to the second.
    pub(in crate::http::console) text: String,
}

impl Moment {
    pub(in crate::http::console) fn of(at: Millis, zone: &TimeZone) -> Self {
        Self { iso: at.rfc3339(), text: stamp(at, zone) }
    }

    /// One that is written as RFC 3339.
    pub(in crate::http::console) fn read(text: &str, zone: &TimeZone) -> Option<Self> {
        let at: jiff::Timestamp = text.parse().ok()?;
        Some(Self::of(Millis(at.as_millisecond()), zone))
    }
}

/// A text from outside for a place in a table: one line, safe to show, cut.
pub(in crate::http::console) fn cell(text: &str) -> String {
    visible::shorten(&visible::inline(text), CELL)
}

/// The same, whole.
pub(in crate::http::console) fn whole(text: &str) -> String {
    visible::inline(text).text
}

/// Where a question is shown.
pub(in crate::http::console) fn question(id: &str) -> String {
    format!("/approvals/{id}")
}
