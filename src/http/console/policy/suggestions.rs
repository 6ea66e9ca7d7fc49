//! The list of suggestions: what waits first, and on request what became of the others.

use crate::card::suggestion::seen;
use crate::card::when::span;
use crate::domain::approval::State as Stands;
use crate::gate::changes::status;
use crate::http::House;
use crate::http::act::policy as act;
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::TAB;
use crate::http::fields::Asked;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use std::sync::Arc;

/// Suggestions on the page.
const MOST: u32 = 200;

pub(in crate::http::console::policy) fn routes() -> Router<Arc<House>> {
    Router::new().route("/policy/suggestions", get(page))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// Ended ones, too.
    #[serde(default)]
    all: bool,
}

struct Row {
    id: String,
    short: String,
    tier: u8,
    by: String,
    at: String,
    ago: String,
    base: u64,
    is_stale: bool,
    state: &'static str,
    status: &'static str,
    what: String,
    more: usize,
}

#[derive(Template)]
#[template(path = "policy_suggestions.html")]
struct Page {
    frame: Frame,
    is_all: bool,
    rows: Vec<Row>,
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    who.operates()?;
    let states = if wish.all { Vec::new() } else { vec![Stands::Pending, Stands::Approved] };
    let found = act::suggestions(&house, states, MOST).await?;
    let (now, stands) =
        (house.store.now().await?, house.store.stored_policy(&house.tenant).await?.version);
    let rows = found.iter().map(|one| {
        let a = &one.approval;
        let reasons = &a.ruling.reasons;
        Row {
            id: a.id.to_string(),
            short: a.id.short(),
            tier: a.ruling.tier.get(),
            by: seen(&a.principal.to_string(), 60),
            at: a.asked_at.rfc3339(),
            ago: span(now.since(a.asked_at)),
            base: one.base,
            is_stale: one.base != stands && !a.state.is_terminal(),
            state: a.state.as_str(),
            status: status(a.state),
            what: reasons.first().map_or_else(String::new, |reason| seen(&reason.message, 160)),
            more: reasons.len().saturating_sub(1),
        }
    });
    Ok(show(&Page {
        frame: Frame::of(&house, &who, TAB, "Suggestions").await?,
        is_all: wish.all,
        rows: rows.collect(),
    }))
}
