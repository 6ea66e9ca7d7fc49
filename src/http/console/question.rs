//! One question: its card as a part of the queue, as a page of its own with its story, and as plain text.
//!
//! Reading changes nothing: that somebody was shown a card is told by our script once it was on the screen.

use crate::card::Facts;
use crate::domain::id::ApprovalId;
use crate::http::House;
use crate::http::console::card::CardView;
use crate::http::console::outcome::{OutcomeView, kept, said};
use crate::http::console::page::{Frame, show};
use crate::http::console::timeline::{self, EventView};
use crate::http::fields::Asked;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/ui/approvals/{id}", get(part))
        .route("/ui/approvals/{id}/outcome", get(outcome))
        .route("/approvals/{id}", get(page))
        .route("/approvals/{id}/text", get(text))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// The whole of a long card.
    #[serde(default)]
    full: bool,
    /// The mark of the card that is there: the same one is not sent again.
    mark: Option<String>,
}

#[derive(Template)]
#[template(path = "card.html")]
struct Part {
    card: CardView,
}

#[derive(Template)]
#[template(path = "question.html")]
struct Page {
    frame: Frame,
    card: CardView,
    events: Vec<EventView>,
}

#[derive(Template)]
#[template(path = "outcome.html")]
struct Outcome {
    outcome: OutcomeView,
}

/// What stands around a question of this world.
pub(in crate::http::console) async fn facts(house: &House, id: &str) -> Result<Facts, Refused> {
    let id = ApprovalId::parse(id).ok_or_else(|| Refused::not_there("question"))?;
    let found = house.store.approval(&house.tenant, id).await?;
    let approval = found.ok_or_else(|| Refused::not_there("question"))?;
    Ok(Facts::gather(house.store.as_ref(), &approval).await?)
}

/// The card as it stands now, for a page that shows another one.
pub(in crate::http::console) async fn anew(
    house: &House,
    who: &Who,
    id: &str,
    alert: String,
) -> Result<Response, Refused> {
    let mut card = CardView::of(house, who, facts(house, id).await?, false).await?;
    card.alert = Some(alert);
    Ok(show(&Part { card }))
}

async fn part(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    who.operates()?;
    let facts = facts(&house, &id).await?;
    let state = facts.approval.state;
    let mut card = CardView::of(&house, &who, facts, wish.full).await?;
    if let Some(mark) = wish.mark {
        if mark == card.mark {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        let said = "it changed while you looked at it";
        card.alert = Some(format!("{said}: this is how it stands now, `{}`", state.as_str()));
    }
    Ok(show(&Part { card }))
}

async fn outcome(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let facts = facts(&house, &id).await?;
    let kept = kept(&house, &facts.approval, false).await?;
    Ok(show(&Outcome { outcome: OutcomeView { kept, ..said(&facts.approval, facts.now) } }))
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let facts = facts(&house, &id).await?;
    let events = timeline::of(&house, &facts.approval, facts.now).await?;
    let tab = if facts.approval.state.is_terminal() { "/history" } else { "/" };
    let title = format!("Question {}", facts.approval.id.short());
    let card = CardView::of(&house, &who, facts, false).await?;
    let frame = Frame::of(&house, &who, tab, title).await?;
    Ok(show(&Page { frame, card, events }))
}

/// The whole card as a terminal shows it, but for its commands.
async fn text(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let facts = facts(&house, &id).await?;
    let laid = tokio::task::spawn_blocking(move || {
        facts.card(&TimeZone::system(), 120, false, true).render()
    });
    let Ok(text) = laid.await else {
        let message = "the card could not be made";
        return Err(Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message));
    };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
