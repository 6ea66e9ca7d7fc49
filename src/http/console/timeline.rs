//! The story of a question, from the rows of the journal.

use crate::card::kept::ended;
use crate::card::when::stamp;
use crate::domain::approval::Approval;
use crate::domain::entry::Entry;
use crate::domain::remembered::Ended;
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::http::House;
use crate::http::refused::Refused;
use crate::store::EntryFilter;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;

/// Rows shown at most: the newest.
const ROWS: usize = 100;

/// One row of the story.
pub(in crate::http::console) struct EventView {
    pub(in crate::http::console) seq: u64,
    pub(in crate::http::console) at: String,
    pub(in crate::http::console) stamp: String,
    pub(in crate::http::console) said: String,
    pub(in crate::http::console) kind: String,
    pub(in crate::http::console) by: String,
}

/// The story, oldest first.
///
/// # Errors
/// Those of the store.
pub(in crate::http::console) async fn of(
    house: &House,
    approval: &Approval,
    _now: Millis,
) -> Result<Vec<EventView>, Refused> {
    let filter = EntryFilter {
        tenant: Some(house.tenant.clone()),
        newest: true,
        limit: ROWS,
        ..EntryFilter::default()
    };
    let about = EntryFilter { approval: Some(approval.id), ..filter.clone() };
    let along = EntryFilter { correlation: Some(approval.correlation), ..filter };
    let mut rows = BTreeMap::new();
    for filter in [about, along] {
        for entry in house.store.entries(filter).await? {
            rows.insert(entry.seq, entry);
        }
    }
    let zone = TimeZone::system();
    Ok(rows.into_values().map(|entry| event(&entry, &zone)).collect())
}

fn event(entry: &Entry, zone: &TimeZone) -> EventView {
    let outcome = entry
        .meta
        .as_deref()
        .and_then(|meta| serde_json::from_str::<Value>(meta).ok())
        .and_then(|meta| meta.get("outcome")?.as_str().map(str::to_owned))
        .map_or_else(String::new, |outcome| visible::shorten(&visible::inline(&outcome), 60));
    let said = match entry.kind.as_str() {
        "approval.asked" => "asked".to_owned(),
        "approval.attached" => "the same was asked again, and waits along".to_owned(),
        "approval.seen" => "was shown".to_owned(),
        "approval.approved" => "said yes".to_owned(),
        "approval.denied" => "said no".to_owned(),
        "approval.expired" => "ran out of time".to_owned(),
        "approval.cancelled" => "taken back".to_owned(),
        "approval.abandoned" => "the last client that waited left".to_owned(),
        "approval.consumed" => "the yes was used".to_owned(),
        "approval.escalated" => "the deadline nears".to_owned(),
        "approval.refused" => format!("an attempt was refused: {outcome}"),
        "client.asked" => "the client was asked to put it to its own user".to_owned(),
        "remembered.given" => "the answer was kept for later".to_owned(),
        "remembered.used" => "an answer given earlier was used".to_owned(),
        "remembered.ended" if outcome.is_empty() => "the kept answer ended".to_owned(),
        "remembered.ended" => match Ended::parse(&outcome) {
            Some(why) => format!("the kept answer ended: {}", ended(why)),
            None => format!("the kept answer ended: {outcome}"),
        },
        "call.permitted" => "let through to the server".to_owned(),
        "call.refused" => format!("the call was refused: {outcome}"),
        "call.outcome" => format!("the server's answer: {outcome}"),
        other => other.replace(['.', '_'], " "),
    };
    EventView {
        seq: entry.seq,
        at: entry.ts.rfc3339(),
        stamp: stamp(entry.ts, zone),
        said,
        kind: visible::inline(&entry.kind).text,
        by: entry
            .filed
            .principal
            .as_deref()
            .map_or_else(String::new, |by| visible::shorten(&visible::inline(by), 80)),
    }
}
