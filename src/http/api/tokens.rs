//! Users with their API tokens: added and ended by an admin, as `user` does it on the command line.

use crate::approval::Token;
use crate::domain::principal::Role;
use crate::http::House;
use crate::http::act::users;
use crate::http::api::input::Body;
use crate::http::api::route::{Answers, MADE, Needs, OK, Route, removed, removed_schema};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/api/v1/tokens",
        name: "add_token",
        summary: "Adds a user and shows his API token, once; with `signing`, his signing secret too.",
        needs: Needs::Admin,
        query: &[],
        body: Some(wanted),
        answers: Answers::Json(given),
        ok: MADE,
        refusals: &[(400, "invalid_parameter"), (409, "name_taken")],
        handler: || post(add),
    },
    Route {
        method: "DELETE",
        path: "/api/v1/tokens/{name}",
        name: "revoke_token",
        summary: "Ends a user: his API token, his signing secret and his logins count no more.",
        needs: Needs::Admin,
        query: &[],
        body: None,
        answers: Answers::Json(removed_schema),
        ok: OK,
        refusals: &[(404, "not_found")],
        handler: || delete(revoke),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    role: Role,
    #[serde(default)]
    signing: bool,
}

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    role: Role,
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<&'a str>,
}

async fn add(State(house): State<Arc<House>>, who: Who, body: Body) -> Result<Response, Refused> {
    let Wanted { name, role, signing } = body.shaped()?;
    let given = users::add(&house, &who, &name, role, signing).await?;
    let shown = Shown {
        name: &name,
        role,
        token: given.token.reveal(),
        signing_secret: given.secret.as_ref().map(Token::reveal),
    };
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

async fn revoke(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refused> {
    users::revoke(&house, &who, &name).await?;
    Ok(Json(removed()))
}

fn wanted() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" },
            "role": { "enum": ["agent", "operator", "admin"] },
            "signing": { "type": "boolean", "default": false },
        },
        "required": ["name", "role"],
        "additionalProperties": false,
    })
}

fn given() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "role": { "enum": ["agent", "operator", "admin"] },
            "token": { "type": "string", "pattern": "^csapi_[0-9a-f]{64}$" },
            "signing_secret": { "type": "string", "pattern": "^cssig_[0-9a-f]{64}$" },
        },
        "required": ["name", "role", "token"],
        "additionalProperties": false,
    })
}
