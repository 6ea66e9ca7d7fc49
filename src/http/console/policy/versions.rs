//! Versions of the policy: who made them, what changed between any two, and taking one back.

use crate::card::compared::compared;
use crate::card::suggestion::{seen, what};
use crate::card::when::stamp;
use crate::http::House;
use crate::http::act::policy as act;
use crate::http::console::card::LineView;
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::{TAB, on_to};
use crate::http::fields::Asked;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

/// Versions on the page.
const MOST: u32 = 200;
/// Columns and lines of what is compared.
const WIDTH: usize = 100_000;
const LINES: usize = 4_000;

pub(in crate::http::console::policy) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/policy/versions", get(page))
        .route("/ui/policy/rollback/{version}", post(roll_back))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    from: Option<u64>,
    to: Option<u64>,
}

struct Row {
    version: u64,
    at: String,
    clock: String,
    kind: &'static str,
    by: String,
    what: String,
    comment: String,
    digest: String,
    /// Whether it changed the store, so that it can be taken back.
    is_change: bool,
}

struct Compared {
    from: u64,
    to: u64,
    lines: Vec<LineView>,
    left_out: usize,
}

#[derive(Template)]
#[template(path = "policy_versions.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    compared: Option<Compared>,
    from: u64,
    to: u64,
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Refused> {
    who.operates()?;
    let versions = act::versions(&house, MOST).await?;
    let zone = TimeZone::system();
    let newest = versions.iter().find(|version| version.diff.is_some());
    let before = newest.and_then(|version| version.parent).unwrap_or(0);
    let now = newest.map_or(0, |version| version.version);
    let (from, to) = (wish.from.unwrap_or(before), wish.to.unwrap_or(now));
    let asked = wish.from.is_some() || wish.to.is_some();
    let compared = if asked { Some(between(&house, from, to).await?) } else { None };
    let rows = versions.iter().map(|version| Row {
        version: version.version,
        at: version.at.rfc3339(),
        clock: stamp(version.at, &zone),
        kind: version.kind.as_str(),
        by: match &version.by {
            Some(by) if version.self_confirmed => {
                format!("{}, who proposed it himself", seen(&by.to_string(), 60))
            }
            Some(by) => seen(&by.to_string(), 60),
            None => String::new(),
        },
        what: what(version),
        comment: seen(version.comment.as_deref().unwrap_or_default(), 200),
        digest: version.digest.chars().take(12).collect(),
        is_change: version.inverse.is_some(),
    });
    Ok(show(&Page {
        frame: Frame::of(&house, &who, TAB, "Versions of the policy").await?,
        rows: rows.collect(),
        compared,
        from,
        to,
    }))
}

async fn between(house: &House, from: u64, to: u64) -> Result<Compared, Refused> {
    if from > to {
        return Err(Refused::wrong(format!("version {from} is later than version {to}")));
    }
    let in_force = house.policy.in_force().await?;
    let office = act::open(house, &in_force.config).await?;
    let stood = office.stood_at([from, to]).await?;
    let [old, new] = stood.map_err(|_| Refused::not_there("version of the policy"))?;
    let laid = tokio::task::spawn_blocking(move || {
        let lines = compared(&old, &new, WIDTH);
        let left_out = lines.len().saturating_sub(LINES);
        (lines.into_iter().take(LINES).map(LineView::of).collect::<Vec<_>>(), left_out)
    });
    let (lines, left_out) = laid.await.unwrap_or_default();
    Ok(Compared { from, to, lines, left_out })
}

async fn roll_back(
    State(house): State<Arc<House>>,
    who: Who,
    Path(version): Path<u64>,
) -> Result<Response, Refused> {
    let made = act::roll_back(&house, &who, version, None).await?;
    Ok(on_to(&format!("/policy/suggestions/{}", made.approval.id)))
}
