//! Whether we are there. The one route without proof.

use crate::http::api::route::{Answers, Needs, OK, Route};
use axum::Json;
use axum::routing::get;
use serde_json::{Value, json};

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/healthz",
    name: "get_health",
    summary: "Says that the listener is there.",
    needs: Needs::Nothing,
    query: &[],
    body: None,
    answers: Answers::Json(schema),
    ok: OK,
    refusals: &[],
    handler: || get(async || Json(json!({ "status": "ok" }))),
}];

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": { "status": { "const": "ok" } },
        "required": ["status"],
        "additionalProperties": false,
    })
}
