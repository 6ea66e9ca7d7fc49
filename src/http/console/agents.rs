//! `/agents`: who works here, how each fares, and the switch that stops one or all.
//!
//! An agent chooses its own name, so no button carries one: buttons name an agent by the SHA-256 of it.

use crate::domain::agent::{AgentKind, BoardAgent};
use crate::domain::digest::Digest;
use crate::domain::id::SessionId;
use crate::http::House;
use crate::http::act::agents as act;
use crate::http::console::page::{Frame, show};
use crate::http::console::said::{Said, link};
use crate::http::console::told::{Moment, cell};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use std::sync::Arc;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/agents", get(page))
        .route("/agents/board", get(board))
        .route("/agents/pause", post(pause))
        .route("/agents/unpause", post(unpause))
}

#[derive(Debug, askama::Template)]
#[template(path = "agents.html")]
struct AgentsPage {
    frame: Frame,
    board: Board,
}

/// Everybody, and who is stopped: the part of the page that changes.
#[derive(Debug, askama::Template)]
#[template(path = "board.html")]
struct Board {
    decides: bool,
    everybody: bool,
    paused: Vec<Paused>,
    agents: Vec<Row>,
    said: Option<String>,
}

/// Somebody who is paused by name.
#[derive(Debug)]
struct Paused {
    name: String,
    key: String,
}

/// Somebody on the board.
#[derive(Debug)]
struct Row {
    name: String,
    short: String,
    principal: String,
    key: String,
    kind: &'static str,
    status: &'static str,
    paused: bool,
    action: String,
    action_at: Option<Moment>,
    score: String,
    seen: Moment,
    journal: Option<String>,
}

/// How a button names somebody.
fn key(name: &str) -> String {
    Digest::sha256(&[name.as_bytes()]).to_string()
}

fn row(agent: &BoardAgent, zone: &TimeZone) -> Row {
    let session = agent.kind == AgentKind::Session;
    Row {
        name: cell(&agent.name),
        short: SessionId(agent.id).short(),
        principal: cell(&agent.principal.name),
        key: key(&agent.principal.name),
        kind: if session { "session" } else { "registered" },
        status: agent.status.as_str(),
        paused: agent.paused,
        action: agent.last_action.as_deref().map(cell).unwrap_or_default(),
        action_at: agent.last_action_at.map(|at| Moment::of(at, zone)),
        score: agent.last_score.map(|score| score.to_string()).unwrap_or_default(),
        seen: Moment::of(agent.seen_at, zone),
        journal: session.then(|| link("/journal", [("session", agent.id.to_string())])),
    }
}

async fn looked(house: &House, who: &Who, said: Option<String>) -> Result<Board, Refused> {
    let zone = TimeZone::system();
    let agents = act::board(house).await?;
    let stopped = house.store.paused(&house.tenant).await?;
    Ok(Board {
        decides: who.is_admin(),
        everybody: stopped.iter().any(Option::is_none),
        paused: stopped
            .iter()
            .flatten()
            .map(|name| Paused { name: cell(name), key: key(name) })
            .collect(),
        agents: agents.iter().map(|agent| row(agent, &zone)).collect(),
        said,
    })
}

async fn page(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    let board = looked(&house, &who, None).await?;
    let frame = Frame::of(&house, &who, "/agents", "Agents").await?;
    Ok(show(&AgentsPage { frame, board }))
}

async fn board(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    Ok(show(&looked(&house, &who, None).await?))
}

/// Whom a button means: `None` for everybody.
async fn meant(house: &House, form: &str) -> Result<Option<String>, Refused> {
    let said = Said::read(form, &["agent"])?;
    let Some(wanted) = said.get("agent") else {
        return Err(Refused::wrong("the form names nobody"));
    };
    if wanted == "everybody" {
        return Ok(None);
    }
    let stopped = house.store.paused(&house.tenant).await?.into_iter().flatten();
    let here = act::board(house).await?.into_iter().map(|agent| agent.principal.name);
    let found = stopped.chain(here).find(|name| key(name) == wanted);
    found.map(Some).ok_or_else(|| Refused::not_there("agent"))
}

/// Whom it concerns, for people.
fn whom(agent: Option<&str>) -> String {
    agent.map_or_else(|| "every agent".to_owned(), |name| format!("`{}`", cell(name)))
}

async fn pause(
    State(house): State<Arc<House>>,
    who: Who,
    form: String,
) -> Result<Response, Refused> {
    who.decides()?;
    let agent = meant(&house, &form).await?;
    act::pause(&house, &who, agent.as_deref()).await?;
    let said = format!("Paused {}: nothing more is sent for it.", whom(agent.as_deref()));
    Ok(show(&looked(&house, &who, Some(said)).await?))
}

async fn unpause(
    State(house): State<Arc<House>>,
    who: Who,
    form: String,
) -> Result<Response, Refused> {
    who.decides()?;
    let agent = meant(&house, &form).await?;
    act::unpause(&house, &who, agent.as_deref()).await?;
    let said = format!("Now {} may go on.", whom(agent.as_deref()));
    Ok(show(&looked(&house, &who, Some(said)).await?))
}
