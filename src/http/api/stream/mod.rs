//! `GET /api/v1/approvals/stream`: what becomes of questions, as server-sent events, as it happens.
//!
//! Every event is a row of the journal, its `id` the place of that row: whoever comes back with the last one misses nothing.
//! Nothing is kept for a reader. Only when he has taken what he was given is the next page read, filtered by
//! what he may see at that moment; so a reader who stands still costs one page and delays nobody, and one who fell too far
//! behind is told so (`lagged`) and looks at the questions anew. People also hear that something else changed, at most once a
//! second and without what it was (`journal_changed`); it has no place of its own, so it moves nobody's.

mod frames;
mod others;
mod still;

use crate::domain::entry::EntryType;
use crate::http::House;
use crate::http::api::input::Query;
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::api::stream::others::Others;
use crate::http::api::stream::still::Shown;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::events::EventFilter;
use crate::store::{Changes, StoreError};
use crate::web::listener::{Serving, Stream};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/api/v1/approvals/stream",
    name: "stream_approvals",
    summary: "Tells as server-sent events when a question is asked, decided or changes; an agent hears of its own, \
              people also that something else did (`journal_changed`).",
    needs: Needs::Anyone,
    query: QUERY,
    body: None,
    answers: Answers::Events,
    ok: OK,
    refusals: &[(400, "invalid_parameter"), (429, "too_many_streams")],
    handler: || get(open),
}];

const QUERY: &[Param] = &[Param {
    name: "after",
    kind: "integer",
    means: "The `id` of the last event that was seen; the header `Last-Event-ID` wins. Default: only later events.",
}];

/// Rows of a page: all that is kept for a reader.
const PAGE: usize = 64;
/// Bytes of a page, one row apart.
const PAGE_BYTES: usize = 256 * 1024;
/// Events that a reader may be behind.
const BEHIND: usize = 1_024;
/// How often an idle stream says that it is there, and is looked at whether it may go on.
const BEAT: Duration = Duration::from_secs(15);
/// How long after a change it is looked, so that a burst is one look.
const TOGETHER: Duration = Duration::from_millis(40);
/// Milliseconds after which a browser that lost us tries again.
const RETRY: u32 = 2_000;

/// Types of rows that are told of, where they belong to a question.
const TYPES: [EntryType; 11] = [
    EntryType::ApprovalAsked,
    EntryType::ApprovalEscalated,
    EntryType::ApprovalAttached,
    EntryType::ApprovalApproved,
    EntryType::ApprovalDenied,
    EntryType::ApprovalExpired,
    EntryType::ApprovalCancelled,
    EntryType::ApprovalAbandoned,
    EntryType::ApprovalConsumed,
    EntryType::IrApprovalConsumed,
    EntryType::CallOutcome,
];

async fn open(
    State(house): State<Arc<House>>,
    Extension(serving): Extension<Serving>,
    who: Who,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let query = query.of(QUERY)?;
    // Taken before the head is read, or a change slips between.
    let changes = house.store.changes();
    let head = house.store.head().await?.seq;
    let place = match headers.get("last-event-id").filter(|id| !id.is_empty()) {
        // A browser cannot be told that its place is none: it would ask the same again for ever.
        Some(id) => id.to_str().ok().and_then(place).filter(|seq| *seq <= head),
        None => match query.text("after") {
            None => Some(head),
            Some(text) => {
                let wrong = || Refused::wrong("`after` is no `id` of an event");
                Some(place(text).ok_or_else(wrong)?).filter(|seq| *seq <= head)
            }
        },
    };
    let counted = serving.stream(who.principal()).ok_or_else(|| {
        let what = "too many streams are open";
        Refused::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", what)
            .help("close one, or ask for the pending questions instead")
    })?;
    let filter = EventFilter {
        tenant: house.tenant.clone(),
        after: place.unwrap_or(head),
        types: TYPES.to_vec(),
        concerns: who.only().cloned(),
        of_questions: true,
        limit: PAGE,
        bytes: PAGE_BYTES,
    };
    let others = who.operates().is_ok().then(|| Others::after(&house.tenant, filter.after));
    let mut first = format!("retry: {RETRY}\n");
    match place {
        Some(at) => first.push_str(&frames::only_place(at)),
        None => first.push_str(&frames::lagged(head)),
    }
    let reading = Reading {
        shown: Shown::of(who, &headers),
        house,
        ending: serving.ending.clone(),
        filter,
        others,
        changes,
        first: Some(first),
        _counted: counted,
    };
    let body = futures_util::stream::unfold(reading, async |mut reading| {
        let chunk = reading.next().await?;
        Some((Ok::<_, Infallible>(chunk), reading))
    });
    let kind = (header::CONTENT_TYPE, "text/event-stream; charset=utf-8");
    Ok(([kind], Body::from_stream(body)).into_response())
}

/// Reads a place as it was sent; no sign, no space, no other writing of the same.
fn place(text: &str) -> Option<u64> {
    let seq: u64 = text.parse().ok()?;
    (seq.to_string() == text).then_some(seq)
}

/// One reader.
struct Reading {
    house: Arc<House>,
    shown: Shown,
    ending: tokio_util::sync::CancellationToken,
    filter: EventFilter,
    /// What else people hear of.
    others: Option<Others>,
    changes: Changes,
    /// What is sent at once, so that the other side knows that it is connected.
    first: Option<String>,
    _counted: Stream,
}

impl Reading {
    /// What is sent next; called only when everything before was taken. `None` ends the stream.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let beat = Instant::now() + BEAT;
        loop {
            match self.look().await {
                Ok(Some(text)) if text.is_empty() => {}
                Ok(found) => return found,
                Err(error) => {
                    tracing::error!("a stream of events ends: {error}");
                    return None;
                }
            }
            let owed = self.others.as_ref().and_then(Others::owed);
            tokio::select! {
                biased;
                () = self.ending.cancelled() => return None,
                // What comes close together is looked at together, however many read.
                () = self.changes.changed() => tokio::time::sleep(TOGETHER).await,
                () = tokio::time::sleep_until(owed.unwrap_or(beat)), if owed.is_some() => {}
                // It is looked at again before anything else is sent.
                () = tokio::time::sleep_until(beat) => {
                    return self.may_go_on().await.then(|| ":\n\n".to_owned());
                }
            }
        }
    }

    async fn may_go_on(&self) -> bool {
        match self.shown.counts_still(&self.house).await {
            Ok(counts) => counts,
            Err(error) => {
                tracing::error!("a stream of events ends: {error}");
                false
            }
        }
    }

    /// The next events, as far as they are there; `None` when he may not hear of them any more.
    async fn look(&mut self) -> Result<Option<String>, StoreError> {
        let store = &self.house.store;
        loop {
            if self.ending.is_cancelled() || !self.may_go_on().await {
                return Ok(None);
            }
            let page = store.events_after(self.filter.clone()).await?;
            if page.head.saturating_sub(self.filter.after) > BEHIND as u64 {
                let counted = EventFilter { limit: BEHIND + 1, ..self.filter.clone() };
                if store.events_behind(counted).await? > BEHIND {
                    self.filter.after = page.head;
                    return Ok(Some(frames::lagged(page.head)));
                }
            }
            let mut text = String::new();
            for row in &page.rows {
                if let Some(frame) =
                    frames::of(self.house.store.as_ref(), &self.filter.tenant, row).await?
                {
                    text.push_str(&frame);
                }
            }
            self.filter.after = page.to;
            if !text.is_empty() || page.to >= page.head {
                if let Some(others) = &mut self.others {
                    text.push_str(&others.look(store.as_ref()).await?);
                }
                return Ok(Some(text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_place_as_it_was_sent_is_one() {
        assert_eq!(place("7"), Some(7));
        for wrong in ["", "07", "+7", "-7", "7 ", "e1-7", "18446744073709551616"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
