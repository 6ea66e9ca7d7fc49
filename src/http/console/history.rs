//! Questions that were asked, whatever became of them, by filter and a page at a time.

use crate::card::when::{self, span, stamp};
use crate::domain::approval::State as Stands;
use crate::domain::id::ApprovalId;
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::http::House;
use crate::http::console::page::{Frame, show};
use crate::http::fields::Asked;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::briefs::{Brief, BriefFilter, Place};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

/// Rows of one page.
const ROWS: usize = 50;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/history", get(page))
}

/// The filter as the form sends it; an empty field does not limit.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    state: String,
    server: String,
    tool: String,
    tier: String,
    by: String,
    since: String,
    before: String,
}

struct RowView {
    id: String,
    short: String,
    state: &'static str,
    outcome: &'static str,
    kept: bool,
    tier: u8,
    server: String,
    tool: String,
    agent: String,
    by: String,
    at: String,
    stamp: String,
    took: String,
}

/// Fields of a form.
type Fields = Vec<(&'static str, String)>;

#[derive(Template)]
#[template(path = "history.html")]
struct Page {
    frame: Frame,
    wish: Wish,
    states: Vec<&'static str>,
    rows: Vec<RowView>,
    /// What asks for the next page.
    next: Option<Fields>,
    /// What asks for the first page, where this is another one.
    newest: Option<Fields>,
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    who.operates()?;
    let zone = TimeZone::system();
    let now = house.store.now().await?;
    let filter = filter(&house, &wish, now, &zone)?;
    let found = house.store.briefs(filter).await?;
    let frame = Frame::of(&house, &who, "/history", "History").await?;
    let rows = found.rows.iter().map(|brief| row(brief, &zone)).collect();
    let next = found.next.map(|place| onward(&wish, Some(place)));
    let newest = (!wish.before.trim().is_empty()).then(|| onward(&wish, None));
    let states = Stands::ALL.iter().map(|state| state.as_str()).collect();
    Ok(show(&Page { frame, wish, states, rows, next, newest }))
}

fn filter(
    house: &House,
    wish: &Wish,
    now: Millis,
    zone: &TimeZone,
) -> Result<BriefFilter, Refused> {
    let given = |text: &str| {
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let states = match given(&wish.state) {
        None => Vec::new(),
        Some(word) => vec![Stands::parse(&word).ok_or_else(|| {
            Refused::wrong("`state` must be one of the states of a question")
                .help("take one from the list")
        })?],
    };
    let tier = match given(&wish.tier) {
        None => None,
        Some(text) => match text.parse() {
            Ok(tier @ 0..=3) => Some(tier),
            _ => return Err(Refused::wrong("`tier` must be 0 to 3")),
        },
    };
    let since = given(&wish.since)
        .map(|text| when::parse(&text, now, zone))
        .transpose()
        .map_err(Refused::wrong)?;
    let before = match given(&wish.before) {
        None => None,
        Some(text) => Some(place(&text).ok_or_else(|| {
            Refused::wrong("`before` names no page")
                .help("begin with the first: leave `before` out")
        })?),
    };
    Ok(BriefFilter {
        tenant: house.tenant.clone(),
        states,
        upstream: given(&wish.server),
        tool: given(&wish.tool),
        tier,
        decided_by: given(&wish.by),
        since,
        before,
        limit: ROWS,
    })
}

fn place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some((Millis(at.parse().ok()?), ApprovalId::parse(id)?))
}

/// The fields of a form that asks for the page from a place on, or for the first.
fn onward(wish: &Wish, place: Option<Place>) -> Fields {
    let mut fields = vec![
        ("state", wish.state.clone()),
        ("server", wish.server.clone()),
        ("tool", wish.tool.clone()),
        ("tier", wish.tier.clone()),
        ("by", wish.by.clone()),
        ("since", wish.since.clone()),
    ];
    fields.extend(place.map(|(at, id)| ("before", format!("{}.{id}", at.0))));
    fields
}

fn row(brief: &Brief, zone: &TimeZone) -> RowView {
    let shown = |text: &str| visible::shorten(&visible::inline(text), 80);
    RowView {
        id: brief.id.to_string(),
        short: brief.id.short(),
        state: brief.state.as_str(),
        outcome: brief.outcome.map_or("", |outcome| outcome.as_str()),
        kept: brief.kept,
        tier: brief.tier,
        server: shown(&brief.upstream),
        tool: shown(&brief.tool),
        agent: shown(&brief.principal.name),
        by: brief.decided_by.as_ref().map_or_else(String::new, |by| shown(&by.name)),
        at: brief.asked_at.rfc3339(),
        stamp: stamp(brief.asked_at, zone),
        took: brief.decided_at.map_or_else(String::new, |at| span(at.since(brief.asked_at))),
    }
}
