//! Network policies that were recommended, as the tool `list_network_policies` tells them. An agent sees its own.

use crate::card::schema::kept_policy_schema;
use crate::domain::id::RunId;
use crate::http::House;
use crate::http::api::input::Query;
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::networks::{NetworkFilter, PolicyView};
use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/api/v1/network-policies",
    name: "list_network_policies",
    summary: "Lists network policies that were recommended, newest first, with their YAML; an agent sees its own.",
    needs: Needs::Anyone,
    query: LIST,
    body: None,
    answers: Answers::Json(list_schema),
    ok: OK,
    refusals: &[(400, "invalid_parameter")],
    handler: || get(list),
}];

const LIST: &[Param] = &[
    Param { name: "run_id", kind: "string", means: "Only of this run: its whole id." },
    Param {
        name: "service",
        kind: "string",
        means: "`namespace/name`, a name or an address, at either end of a connection.",
    },
    Param { name: "limit", kind: "integer", means: "1 to 1000; the default is 100." },
];

#[derive(Debug, Serialize)]
struct Listed<'a> {
    policies: Vec<PolicyView<'a>>,
}

async fn list(Of(house): Of<Arc<House>>, who: Who, query: Query) -> Result<Response, Refused> {
    let query = query.of(LIST)?;
    let filter = NetworkFilter {
        tenant: house.tenant.clone(),
        principal: who.only().cloned(),
        run: query.read("run_id", "a whole id", RunId::parse)?,
        service: query.text("service").map(str::to_owned),
        limit: query.limit(100, 1_000)?,
    };
    let found = house.store.network_policies(filter).await?;
    let policies = found.iter().map(|one| one.view()).collect();
    Ok(Json(Listed { policies }).into_response())
}

fn list_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "policies": { "type": "array", "items": kept_policy_schema() } },
        "required": ["policies"],
        "additionalProperties": false,
    })
}
