//! One row with everything in it, and all rows of a story as a timeline.

use crate::card::row::{Shown, pretty};
use crate::card::when::span;
use crate::domain::entry::Entry;
use crate::domain::id::CorrelationId;
use crate::domain::visible;
use crate::http::House;
use crate::http::console::journal::Line;
use crate::http::console::journal::download::whole;
use crate::http::console::page::{Frame, show};
use crate::http::console::told::question;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::EntryFilter;
use crate::store::decisions::ViolationFilter;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Lines of a body that are shown, and bytes beyond which it is only named.
const LINES: usize = 1_000;
const BYTES: usize = 1024 * 1024;
/// Rows of a story that are shown.
const STORY: usize = 500;

#[derive(Debug, askama::Template)]
#[template(path = "row.html")]
struct RowPage {
    frame: Frame,
    seq: u64,
    kind: String,
    facts: Vec<(&'static str, String)>,
    question: Option<String>,
    story: Option<String>,
    body: Option<Body>,
}

/// A body, as far as it is shown.
#[derive(Debug, Default)]
struct Body {
    text: String,
    size: String,
    missing: Option<usize>,
    is_too_large: bool,
}

pub(in crate::http::console::journal) async fn one(
    State(house): State<Arc<House>>,
    who: Who,
    Path(seq): Path<u64>,
) -> Result<Response, Refused> {
    who.operates()?;
    let Some(mut row) = whole(house.store.as_ref(), &house.tenant, seq).await? else {
        return Err(Refused::not_there("row"));
    };
    let violations = house.store.violations(ViolationFilter::of_row(&house.tenant, seq)).await?;
    let shown = Shown::of(&row);
    let body = match row.body.clone() {
        None => None,
        Some(bytes) => Some(told(bytes).await?),
    };
    let facts = shown.facts(&row, &violations, &TimeZone::system());
    let kind = visible::inline(&std::mem::take(&mut row.kind)).text;
    Ok(show(&RowPage {
        frame: Frame::of(&house, &who, "/journal", format!("Row {seq}")).await?,
        seq,
        kind,
        facts,
        question: row.filed.approval.as_deref().map(question),
        story: row.filed.correlation.as_deref().map(|id| format!("/journal/stories/{id}")),
        body,
    }))
}

/// A body as a tree. Megabytes of it are not made into a page, and not made here: nothing may hold up others.
async fn told(bytes: Vec<u8>) -> Result<Body, Refused> {
    let size = visible::size(bytes.len());
    if bytes.len() > BYTES {
        return Ok(Body { size, is_too_large: true, ..Body::default() });
    }
    let made = tokio::task::spawn_blocking(move || {
        let all = pretty(&bytes);
        let count = all.lines().count();
        let text = all.lines().take(LINES).collect::<Vec<_>>().join("\n");
        (text, count.checked_sub(LINES).filter(|more| *more > 0))
    });
    let (text, missing) = made.await.map_err(|error| {
        tracing::error!("the body of a row could not be shown: {error}");
        Refused::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "the page could not be made",
        )
    })?;
    Ok(Body { text, size, missing, is_too_large: false })
}

#[derive(Debug, askama::Template)]
#[template(path = "story.html")]
struct StoryPage {
    frame: Frame,
    id: String,
    steps: Vec<Step>,
    cut: bool,
    questions: Vec<(String, String)>,
}

/// A row of a story.
#[derive(Debug)]
struct Step {
    line: Line,
    /// How long after the first.
    after: String,
}

pub(in crate::http::console::journal) async fn story(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let Some(correlation) = CorrelationId::parse(&id) else {
        return Err(Refused::not_there("story"));
    };
    let filter = EntryFilter {
        tenant: Some(house.tenant.clone()),
        correlation: Some(correlation),
        bare: true,
        limit: STORY + 1,
        ..EntryFilter::default()
    };
    let mut rows = house.store.entries(filter).await?;
    let cut = rows.len() > STORY;
    rows.truncate(STORY);
    let Some(first) = rows.first().map(|row| row.ts) else {
        return Err(Refused::not_there("story"));
    };
    let zone = TimeZone::system();
    let step = |row: &Entry| Step { line: Line::of(row, &zone), after: span(row.ts.since(first)) };
    let mut questions: Vec<String> =
        rows.iter().filter_map(|row| row.filed.approval.clone()).collect();
    questions.dedup();
    Ok(show(&StoryPage {
        frame: Frame::of(&house, &who, "/journal", "A story").await?,
        id: correlation.to_string(),
        steps: rows.iter().map(step).collect(),
        cut,
        questions: questions.into_iter().map(|id| (question(&id), id)).collect(),
    }))
}
