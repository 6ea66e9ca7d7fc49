//! What waits for an answer: the list, oldest first, and the card of one question.

use crate::card::when::clock;
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::http::House;
use crate::http::console::card::CardView;
use crate::http::console::outcome::name;
use crate::http::console::page::{Frame, show};
use crate::http::console::question::facts;
use crate::http::fields::Asked;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::briefs::Brief;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

/// Questions in the list at once; who has more answers the oldest first.
const LISTED: usize = 200;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/", get(page)).route("/ui/queue", get(list))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Which question to show first.
    id: Option<String>,
}

/// One question in the list.
struct RowView {
    id: String,
    short: String,
    what: String,
    by: String,
    tier: u8,
    kind: String,
    at: String,
    clock: String,
    until: String,
    urgent: bool,
    abandoned: bool,
    is_shown: bool,
    /// Whether it may be answered along with others like it.
    is_like: bool,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    frame: Frame,
    rows: Vec<RowView>,
    waiting: u64,
    card: Option<CardView>,
}

#[derive(Template)]
#[template(path = "rows.html")]
struct List {
    rows: Vec<RowView>,
    waiting: u64,
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    who.operates()?;
    let mut rows = rows(&house).await?;
    let wanted = wish.id.filter(|id| rows.iter().any(|row| row.id == *id));
    let shown = wanted.or_else(|| rows.first().map(|row| row.id.clone()));
    let card = match &shown {
        Some(id) => Some(CardView::of(&house, &who, facts(&house, id).await?, false).await?),
        None => None,
    };
    for row in &mut rows {
        row.is_shown = Some(&row.id) == shown.as_ref();
    }
    let frame = Frame::of(&house, &who, "/", "Queue").await?;
    let waiting = frame.waiting;
    Ok(show(&Page { frame, rows, waiting, card }))
}

async fn list(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    let waiting = house.store.waiting(&house.tenant).await?.by_tier.iter().sum();
    Ok(show(&List { rows: rows(&house).await?, waiting }))
}

async fn rows(house: &House) -> Result<Vec<RowView>, Refused> {
    let now = house.store.now().await?;
    let zone = TimeZone::system();
    let briefs = house.store.waiting_briefs(&house.tenant, LISTED).await?;
    Ok(briefs.iter().map(|brief| row(brief, now, &zone)).collect())
}

fn row(brief: &Brief, now: Millis, zone: &TimeZone) -> RowView {
    RowView {
        id: brief.id.to_string(),
        short: brief.id.short(),
        what: name(&brief.upstream, &brief.tool),
        by: visible::shorten(&visible::inline(&brief.principal.name), 60),
        tier: brief.tier,
        kind: brief.kind.clone(),
        at: brief.asked_at.rfc3339(),
        clock: clock(brief.asked_at, now, zone),
        until: brief.answer_by.rfc3339(),
        urgent: brief.urgent,
        abandoned: brief.abandoned,
        is_shown: false,
        is_like: brief.kind == "call" && brief.tier < 3,
    }
}
