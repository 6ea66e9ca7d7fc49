//! `GET /api/v1/events`: what happened, as envelopes, from a place that the caller keeps. The same as `events_since` over MCP.

use crate::http::House;
use crate::http::api::input::Query;
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::journal::telling::{
    LIMIT, LIMIT_MAX, NOT_FOR_AGENTS, ROOM, cursor, place, tell, types_named,
};
use crate::store::events::EventFilter;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/api/v1/events",
    name: "list_events",
    summary: "Reads what happened, oldest first, as envelopes; an agent sees what it did itself and what became of its own questions.",
    needs: Needs::Anyone,
    query: QUERY,
    body: None,
    answers: Answers::Json(schema),
    ok: OK,
    refusals: &[(400, "invalid_parameter")],
    handler: || get(since),
}];

const QUERY: &[Param] = &[
    Param {
        name: "after",
        kind: "string",
        means: "The `cursor` of the answer before, or `now`. Default: the beginning.",
    },
    Param {
        name: "types",
        kind: "string",
        means: "Types such as `approval.approved`, or their beginning such as `ir.*`, with commas between. Default: all.",
    },
    Param { name: "limit", kind: "integer", means: "1 to 1000. Default: 100." },
];

fn schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let meta = json!({
        "type": "object",
        "properties": {
            "schema_version": { "const": "1.0" },
            "producer": text,
            "source_module": text,
            "tenant_id": maybe,
            "correlation_id": maybe,
            "actor_id": maybe,
            "session_id": maybe,
            "seq": { "type": "integer", "minimum": 1 },
            "hash": text,
        },
        "required": ["schema_version", "producer", "source_module", "tenant_id", "correlation_id", "seq"],
    });
    let event = json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "type": text,
            "source": text,
            "target": maybe,
            "timestamp": { "type": "string", "format": "date-time" },
            "severity": { "enum": ["INFO", "WARNING", "ERROR", "CRITICAL"] },
            "payload": { "type": "object" },
            "meta": meta,
        },
        "required": ["id", "type", "source", "target", "timestamp", "severity", "payload", "meta"],
    });
    json!({
        "type": "object",
        "properties": {
            "events": { "type": "array", "items": event },
            "cursor": { "type": "string", "description": "Give it as `after` with the next request." },
            "more": { "type": "boolean", "description": "Whether the journal goes on after the cursor." },
        },
        "required": ["events", "cursor", "more"],
        "additionalProperties": false,
    })
}

async fn since(
    State(house): State<Arc<House>>,
    who: Who,
    query: Query,
) -> Result<Response, Refused> {
    let query = query.of(QUERY)?;
    let limit = query.limit(LIMIT, LIMIT_MAX)?;
    let names = query
        .text("types")
        .map(|names| names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>());
    let mut types = types_named(names.as_deref()).map_err(Refused::wrong)?;
    types.retain(|kind| who.only().is_none() || !NOT_FOR_AGENTS.contains(kind));
    let head = house.store.head().await?.seq;
    let filter = EventFilter {
        tenant: house.tenant.clone(),
        after: place(query.text("after"), head, "after").map_err(Refused::wrong)?,
        types,
        concerns: who.only().cloned(),
        of_questions: false,
        limit,
        bytes: ROOM,
    };
    let page = house.store.events_after(filter).await?;
    let told = tell(&page).map_err(|error| {
        tracing::error!("an event cannot be told: {error}");
        Refused::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "an event cannot be told",
        )
    })?;
    let (events, cursor, more) = (told.events, cursor(told.to), told.more);
    let text = format!(r#"{{"events":[{events}],"cursor":"{cursor}","more":{more}}}"#);
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
