//! `/remembered`: answers that are kept, what each was used for, and the button that takes one back.

use crate::card::kept::{ended, meaning, remember};
use crate::domain::id::RememberedId;
use crate::domain::remembered::{Pattern, Remembered};
use crate::domain::visible;
use crate::http::House;
use crate::http::act::keep;
use crate::http::console::outcome::name;
use crate::http::console::page::{Frame, show};
use crate::http::console::told::{Moment, cell, question};
use crate::http::fields::Asked;
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Rows shown.
const ROWS: usize = 500;
/// Characters of conditions in a row.
const CONDITIONS: usize = 400;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/remembered", get(page))
        .route("/ui/remembered", get(list))
        .route("/ui/remembered/{id}/revoke", post(revoke))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    /// Those that ended, too.
    all: bool,
}

#[derive(Debug, askama::Template)]
#[template(path = "remembered.html")]
struct Page {
    frame: Frame,
    list: List,
}

/// The part of the page that changes.
#[derive(Debug, askama::Template)]
#[template(path = "remembered_list.html")]
struct List {
    decides: bool,
    all: bool,
    is_cut: bool,
    rows: Vec<Row>,
    said: Option<&'static str>,
}

#[derive(Debug)]
struct Row {
    id: String,
    allows: bool,
    word: &'static str,
    what: String,
    agent: String,
    means: String,
    conditions: Option<String>,
    question: String,
    by: String,
    given: Moment,
    used: u32,
    uses: Option<u32>,
    used_at: Option<Moment>,
    ends: Option<Moment>,
    ended: Option<&'static str>,
}

fn row(one: &Remembered, zone: &TimeZone) -> Row {
    Row {
        id: one.id.to_string(),
        allows: one.allows,
        word: remember(Some(&one.wish)),
        what: name(&one.upstream, &one.tool),
        agent: cell(&one.principal.name),
        means: meaning(&one.wish, one.allows),
        conditions: match &one.wish.pattern {
            Pattern::Same => None,
            Pattern::When(when) => {
                let text = Value::Object(when.clone()).to_string();
                Some(visible::shorten(&visible::inline(&text), CONDITIONS))
            }
        },
        question: question(&one.approval.to_string()),
        by: cell(&one.given_by.name),
        given: Moment::of(one.given_at, zone),
        used: one.used,
        uses: one.wish.uses,
        used_at: one.used_at.map(|at| Moment::of(at, zone)),
        ends: one.ends_at.map(|at| Moment::of(at, zone)),
        ended: one.ended.map(|(why, _)| ended(why)),
    }
}

async fn looked(
    house: &House,
    who: &Who,
    all: bool,
    said: Option<&'static str>,
) -> Result<List, Refused> {
    who.operates()?;
    let zone = TimeZone::system();
    let mut found = house.store.remembered(&house.tenant, all, ROWS + 1).await?;
    let is_cut = found.len() > ROWS;
    found.truncate(ROWS);
    let rows = found.iter().map(|one| row(one, &zone)).collect();
    Ok(List { decides: who.is_admin(), all, is_cut, rows, said })
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    let list = looked(&house, &who, wish.all, None).await?;
    let frame = Frame::of(&house, &who, "/remembered", "Kept answers").await?;
    Ok(show(&Page { frame, list }))
}

async fn list(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    Ok(show(&looked(&house, &who, wish.all, None).await?))
}

async fn revoke(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    let id = RememberedId::parse(&id).ok_or_else(|| Refused::not_there("kept answer"))?;
    keep::revoke(&house, &who, id).await?;
    let said = "Taken back: from now on such calls ask again.";
    Ok(show(&looked(&house, &who, wish.all, Some(said)).await?))
}
