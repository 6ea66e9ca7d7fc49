//! `/journal`: what is on record, row by row and story by story, to be filtered, downloaded and verified.
//!
//! Listing stays inside one world; verifying reads every row, as the chain runs through all of them, and tells of other
//! worlds nothing but places.

mod download;
mod filter;
mod row;
mod verify;

pub(in crate::http) use verify::keep_looking;

use crate::card::row::Shown;
use crate::domain::entry::{Entry, EntryType};
use crate::http::House;
use crate::http::console::journal::filter::{NAMES, PLACE, Wanted};
use crate::http::console::journal::verify::Verification;
use crate::http::console::page::{Frame, show};
use crate::http::console::said::Said;
use crate::http::console::told::{Moment, cell, whole};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/journal", get(list))
        .route("/journal/rows.jsonl", get(download::page))
        .route("/journal/verification", get(verify::state).post(verify::start))
        .route("/journal/stories/{id}", get(row::story))
        .route("/journal/{seq}", get(row::one))
        .route("/journal/{seq}/row.json", get(download::row))
}

/// A row in a list.
#[derive(Debug)]
struct Line {
    seq: u64,
    at: Moment,
    kind: String,
    server: String,
    tool: String,
    who: String,
    verdict: String,
    tier: Option<u8>,
    outcome: String,
}

impl Line {
    fn of(row: &Entry, zone: &TimeZone) -> Self {
        let shown = Shown::of(row);
        let text = |value: &Option<String>| value.as_deref().map(cell).unwrap_or_default();
        Self {
            seq: row.seq,
            at: Moment::of(row.ts, zone),
            kind: cell(&row.kind),
            server: text(&shown.upstream),
            tool: text(&shown.tool),
            who: text(&shown.who()),
            verdict: text(&shown.verdict),
            tier: shown.tier,
            outcome: text(&shown.outcome),
        }
    }
}

#[derive(Debug, askama::Template)]
#[template(path = "journal.html")]
struct ListPage {
    frame: Frame,
    fields: Vec<Field>,
    verdict: String,
    is_filtered: bool,
    kinds: Vec<String>,
    problem: Option<String>,
    lines: Vec<Line>,
    older: Option<String>,
    newer: Option<String>,
    stopped: Option<u64>,
    download: String,
    verification: Verification,
}

/// A field of the form.
#[derive(Debug)]
struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: String,
}

async fn list(
    State(house): State<Arc<House>>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    who.operates()?;
    let zone = TimeZone::system();
    let said = Said::read(query.as_deref().unwrap_or_default(), NAMES)?;
    let now = house.store.now().await?;
    let mut page = ListPage {
        frame: Frame::of(&house, &who, "/journal", "Journal").await?,
        fields: fields(&said),
        verdict: said.get("verdict").unwrap_or_default().to_owned(),
        is_filtered: NAMES.iter().any(|name| said.get(name).is_some()),
        kinds: kinds(),
        problem: None,
        lines: Vec::new(),
        older: None,
        newer: None,
        stopped: None,
        download: said.link("/journal/rows.jsonl", &[], None),
        verification: Verification::of(&house, &zone),
    };
    let wanted = match Wanted::read(&said, &house.tenant, now, &zone) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            // The form stays as it was written, to be mended.
            page.problem = Some(wrong.message);
            return Ok((wrong.status, show(&page)).into_response());
        }
    };
    let found = wanted.page(house.store.as_ref()).await?;
    let link = |name| move |place: u64| (name, place.to_string());
    let to = |field| said.link("/journal", PLACE, Some(field));
    page.older = found.older.map(link("older")).map(to);
    page.newer = found.newer.map(link("newer")).map(to);
    page.stopped = found.stopped;
    page.lines = found.rows.iter().map(|row| Line::of(row, &zone)).collect();
    Ok(show(&page))
}

fn fields(said: &Said) -> Vec<Field> {
    let field = |name, label, hint| Field {
        name,
        label,
        hint,
        // Nothing of a link that somebody sent may hide in the form.
        value: said.get(name).map(whole).unwrap_or_default(),
    };
    vec![
        field("since", "Since", "2h, 7d, 2026-11-22"),
        field("before", "Before", "15m, 2026-11-22"),
        field("type", "Type", "approval.*"),
        field("server", "Server", "its name"),
        field("tool", "Tool", "as its server names it"),
        field("principal", "Who", "a principal's name"),
        field("outcome", "Outcome", "ran, failed, a code"),
        field("correlation", "Story", "its id, or a request id"),
        field("session", "Session", "its whole id"),
    ]
}

/// What the field of types offers: each part with all of it, then each word.
fn kinds() -> Vec<String> {
    let words = || EntryType::ALL.iter().map(|kind| kind.as_str());
    let parts: BTreeSet<String> =
        words().filter_map(|word| Some(format!("{}.*", word.split_once('.')?.0))).collect();
    parts.into_iter().chain(words().map(str::to_owned)).collect()
}
