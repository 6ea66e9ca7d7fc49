//! Who works here, and stopping them.

use crate::card::schema::agent_schema;
use crate::domain::agent::AgentView;
use crate::http::House;
use crate::http::act::agents;
use crate::http::api::input::{Body, Query};
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/agents",
        name: "list_agents",
        summary: "Lists agents, whoever was heard of last first, and whom a person stopped.",
        needs: Needs::Anyone,
        query: LIST,
        body: None,
        answers: Answers::Json(list_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter")],
        handler: || get(list),
    },
    Route {
        method: "POST",
        path: "/api/v1/agents/pause",
        name: "pause_agents",
        summary: "Stops one agent, or all of them: nothing more is sent for it. What runs already is not called back.",
        needs: Needs::Admin,
        query: &[],
        body: Some(whom_schema),
        answers: Answers::Json(paused_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter"), (413, "too_large")],
        handler: || post(stop),
    },
    Route {
        method: "POST",
        path: "/api/v1/agents/unpause",
        name: "unpause_agents",
        summary: "Lets one agent, or all of them, go on.",
        needs: Needs::Admin,
        query: &[],
        body: Some(whom_schema),
        answers: Answers::Json(paused_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter"), (409, "not_paused"), (413, "too_large")],
        handler: || post(go_on),
    },
];

const LIST: &[Param] =
    &[Param { name: "limit", kind: "integer", means: "1 to 1000; the default is 100." }];

#[derive(Debug, Serialize)]
struct Listed {
    agents: Vec<AgentView>,
    more: bool,
    paused: Paused,
}

#[derive(Debug, Serialize)]
struct Paused {
    everybody: bool,
    agents: Vec<String>,
}

impl Paused {
    async fn of(house: &House) -> Result<Self, Refused> {
        let stopped = house.store.paused(&house.tenant).await?;
        let everybody = stopped.iter().any(Option::is_none);
        Ok(Self { everybody, agents: stopped.into_iter().flatten().collect() })
    }
}

async fn list(Of(house): Of<Arc<House>>, who: Who, query: Query) -> Result<Response, Refused> {
    let limit = query.of(LIST)?.limit(100, 1_000)?;
    let mut found = agents::board(&house).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let mut paused = Paused::of(&house).await?;
    // As over MCP, an agent sees the board; whom else a person stopped is for people. Its token is that of a user, whose
    // clients are named after him.
    if let Some(only) = who.only() {
        paused
            .agents
            .retain(|name| name.split_once('/').is_some_and(|(user, _)| user == only.name));
    }
    let agents = found.iter().map(AgentView::from).collect();
    Ok(Json(Listed { agents, more, paused }).into_response())
}

async fn stop(Of(house): Of<Arc<House>>, who: Who, body: Body) -> Result<Json<Paused>, Refused> {
    agents::pause(&house, &who, body.object_or_none(&["agent"])?.text("agent")?).await?;
    Paused::of(&house).await.map(Json)
}

async fn go_on(Of(house): Of<Arc<House>>, who: Who, body: Body) -> Result<Json<Paused>, Refused> {
    agents::unpause(&house, &who, body.object_or_none(&["agent"])?.text("agent")?).await?;
    Paused::of(&house).await.map(Json)
}

fn whom_schema() -> Value {
    let agent = json!({
        "type": ["string", "null"],
        "minLength": 1,
        "description": "The name of an agent's principal, `<user>/<client>`, or `<user>/*` for every client of that user. Left out, it is everybody.",
    });
    json!({ "type": "object", "properties": { "agent": agent }, "additionalProperties": false })
}

fn paused_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "everybody": { "type": "boolean" },
            "agents": { "type": "array", "items": { "type": "string" } },
        },
        "required": ["everybody", "agents"],
        "additionalProperties": false,
    })
}

fn list_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "agents": { "type": "array", "items": agent_schema() },
            "more": { "type": "boolean", "description": "Whether `limit` left some out." },
            "paused": paused_schema(),
        },
        "required": ["agents", "more", "paused"],
        "additionalProperties": false,
    })
}
