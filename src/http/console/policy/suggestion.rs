//! One suggestion: its card, what it changes line by line, what it would have decided otherwise, and the yes or no.
//!
//! The page posts back the seal of the card and the hash of the change that it showed. A page that is older than what
//! stands is answered with the new one and nothing else.

use crate::card::Facts;
use crate::card::compared::compared;
use crate::card::suggestion::{outlook, rule_whole};
use crate::card::told::{Piece, tried};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::gate::changes::{removed, status};
use crate::http::House;
use crate::http::act::policy::{self as act, Confirm};
use crate::http::console::card::{CardView, LineView};
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::{TAB, on_to};
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;

/// Columns of a compared text; the browser wraps further.
const WIDTH: usize = 100_000;
/// Lines of it that the page shows.
const LINES: usize = 4_000;

pub(in crate::http::console::policy) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/policy/suggestions/{id}", get(page))
        .route("/ui/policy/suggestions/{id}", post(decide))
        .route("/ui/policy/suggestions/{id}/replay", get(replay))
}

struct Change {
    card: CardView,
    hash: String,
    status: &'static str,
    /// What changes, line by line; empty where it cannot be put onto what stands.
    lines: Vec<LineView>,
    left_out: usize,
    /// Rules that go, whole.
    gone: Vec<String>,
    outlook: Option<String>,
    /// Whether it may be applied by whoever reads it.
    may: bool,
    is_stale: bool,
}

#[derive(Template)]
#[template(path = "policy_suggestion.html")]
struct Page {
    frame: Frame,
    change: Change,
}

#[derive(Template)]
#[template(path = "policy_change.html")]
struct Part {
    change: Change,
}

fn id_of(text: &str) -> Result<ApprovalId, Refused> {
    ApprovalId::parse(text).ok_or_else(|| Refused::not_there("suggestion"))
}

async fn change(house: &House, who: &Who, id: ApprovalId) -> Result<Change, Refused> {
    who.operates()?;
    let found = act::suggestion(house, id).await?;
    let facts = Facts::gather(house.store.as_ref(), &found.approval).await?;
    let rules = removed(house.store.as_ref(), &house.tenant, &found).await?;
    let in_force = house.policy.in_force().await?;
    let office = act::open(house, &in_force.config).await?;
    let is_stale = found.base != office.stored().version;
    let ended = found.approval.state.is_terminal();
    let candidate = if ended || is_stale { None } else { office.outcome(&found).await.ok() };
    let stands = office.stored().clone();
    // Texts are compared line by line; nobody else's requests wait for that.
    let laid = tokio::task::spawn_blocking(move || {
        let lines = candidate.map(|becomes| compared(&stands, &becomes, WIDTH)).unwrap_or_default();
        let left_out = lines.len().saturating_sub(LINES);
        (lines.into_iter().take(LINES).map(LineView::of).collect::<Vec<_>>(), left_out)
    });
    let (lines, left_out) = laid.await.unwrap_or_default();
    let card = CardView::of(house, who, facts, true).await?;
    Ok(Change {
        hash: found.hash.to_string(),
        status: status(found.approval.state),
        lines,
        left_out,
        gone: rules.iter().filter_map(|rule| rule_whole(rule).ok()).collect(),
        outlook: outlook(&found, office.stored().version),
        may: !ended && who.is_admin(),
        is_stale: is_stale && !ended,
        card,
    })
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let change = change(&house, &who, id_of(&id)?).await?;
    let title = format!("Suggestion {}", change.card.short);
    let frame = Frame::of(&house, &who, TAB, title).await?;
    Ok(show(&Page { frame, change }))
}

struct PieceView {
    text: String,
    header: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

#[derive(Template)]
#[template(path = "policy_replay.html")]
struct Replay {
    pieces: Vec<PieceView>,
}

/// What it would have decided otherwise: it takes a moment, so the page asks for it once it is there.
async fn replay(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let found = act::suggestion(&house, id_of(&id)?).await?;
    let in_force = house.policy.in_force().await?;
    let office = act::open(&house, &in_force.config).await?;
    let pieces = tried(&office.tried_on_history(&found).await?);
    let view = |piece| match piece {
        Piece::Text(text) => PieceView { text, header: &[], rows: Vec::new() },
        Piece::Table(header, rows) => PieceView { text: String::new(), header, rows },
    };
    Ok(show(&Replay { pieces: pieces.into_iter().map(view).collect() }))
}

/// What the forms send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    answer: String,
    shown: String,
    hash: String,
    /// `APPLY`, and at tier 3 the word of the card behind it.
    #[serde(default)]
    typed: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    reason: String,
}

async fn decide(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    who.decides()?;
    let id = id_of(&id)?;
    let shown = Digest::from_hex(&posted.shown)
        .ok_or_else(|| Refused::wrong("`shown` is the seal of the card that was shown"))?;
    let done = match posted.answer.as_str() {
        "apply" => {
            let mut typed = posted.typed.split_whitespace();
            let confirm = Confirm {
                confirm: typed.next().unwrap_or_default().to_owned(),
                word: typed.next().filter(|_| typed.next().is_none()).map(str::to_owned),
                diff_hash: posted.hash,
                shown: Some(shown),
                comment: Some(posted.comment),
            };
            act::apply(&house, &who, id, confirm).await.map(drop)
        }
        "reject" => act::reject(&house, &who, id, Some(posted.reason), Some(shown)).await.map(drop),
        _ => return Err(Refused::wrong("`answer` is `apply` or `reject`")),
    };
    match done {
        Ok(()) => Ok(on_to(&format!("/policy/suggestions/{id}"))),
        Err(why) if why.status == StatusCode::CONFLICT => {
            let mut change = change(&house, &who, id).await?;
            change.card.alert = Some(format!("nothing was changed: {}", why.message));
            let headers = [("hx-retarget", "#card"), ("hx-reswap", "innerHTML")];
            Ok((StatusCode::CONFLICT, headers, show(&Part { change })).into_response())
        }
        Err(why) => Err(why),
    }
}
