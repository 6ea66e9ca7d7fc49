//! Answers that are kept: listed, and taken back.

use crate::card::kept::{KeptJson, kept_schema};
use crate::domain::id::RememberedId;
use crate::http::House;
use crate::http::act::keep;
use crate::http::api::input::{Nameable, Named, Query};
use crate::http::api::route::{Answers, Needs, OK, Param, Route, removed, removed_schema};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/remembered",
        name: "list_remembered",
        summary: "Lists answers that are kept, newest first.",
        needs: Needs::Operator,
        query: LIST,
        body: None,
        answers: Answers::Json(list_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter")],
        handler: || get(list),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/remembered/{id}",
        name: "revoke_remembered",
        summary: "Takes a kept answer back: from now on such calls ask again.",
        needs: Needs::Admin,
        query: &[],
        body: None,
        answers: Answers::Json(removed_schema),
        ok: OK,
        refusals: &[(404, "not_found")],
        handler: || delete(revoke),
    },
];

const LIST: &[Param] = &[
    Param { name: "all", kind: "boolean", means: "`true` for those that ended, too." },
    Param { name: "limit", kind: "integer", means: "1 to 1000; the default is 100." },
];

impl Nameable for RememberedId {
    const WHAT: &'static str = "kept answer";
    fn named(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    remembered: Vec<KeptJson<'a>>,
}

async fn list(Of(house): Of<Arc<House>>, who: Who, query: Query) -> Result<Response, Refused> {
    who.operates()?;
    let query = query.of(LIST)?;
    let all = query.read("all", "`true` or `false`", |text| text.parse().ok())?.unwrap_or(false);
    let limit = query.limit(100, 1_000)?;
    let found = house.store.remembered(&house.tenant, all, limit).await?;
    let remembered = found.iter().map(KeptJson::of).collect();
    Ok(Json(Listed { remembered }).into_response())
}

async fn revoke(
    Of(house): Of<Arc<House>>,
    who: Who,
    Named(id): Named<RememberedId>,
) -> Result<Json<Value>, Refused> {
    keep::revoke(&house, &who, id).await?;
    Ok(Json(removed()))
}

fn list_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "remembered": { "type": "array", "items": kept_schema() } },
        "required": ["remembered"],
        "additionalProperties": false,
    })
}
