//! Runs, as `run show --json` and the tool `run_status` tell them. An agent sees its own.

use crate::card::schema::run_schema;
use crate::domain::id::RunId;
use crate::domain::run::{Run, RunState};
use crate::http::House;
use crate::http::api::input::{Named, Query};
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::run::{RunView, told, view};
use crate::store::runs::RunFilter;
use axum::Json;
use axum::extract::State as Of;
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/runs",
        name: "list_runs",
        summary: "Lists runs, newest first; an agent sees its own.",
        needs: Needs::Anyone,
        query: LIST,
        body: None,
        answers: Answers::Json(list_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter")],
        handler: || get(list),
    },
    Route {
        method: "GET",
        path: "/api/v1/runs/{id}",
        name: "get_run",
        summary: "Where one run stands: its steps, its approval and the tokens its steps told of.",
        needs: Needs::Anyone,
        query: &[],
        body: None,
        answers: Answers::Json(run_schema),
        ok: OK,
        refusals: &[(404, "not_found")],
        handler: || get(one),
    },
];

const LIST: &[Param] = &[
    Param {
        name: "state",
        kind: "string",
        means: "`created`, `running`, `interrupted`, `stopped`, `completed` or `failed`; the default is all.",
    },
    Param { name: "limit", kind: "integer", means: "1 to 1000; the default is 100." },
];

#[derive(Debug, Serialize)]
struct Listed {
    runs: Vec<RunView>,
}

async fn list(Of(house): Of<Arc<House>>, who: Who, query: Query) -> Result<Json<Listed>, Refused> {
    let query = query.of(LIST)?;
    let filter = RunFilter {
        tenant: house.tenant.clone(),
        principal: who.only().cloned(),
        states: query.read("state", "a state of a run", RunState::parse)?.into_iter().collect(),
        limit: query.limit(100, 1_000)?,
    };
    let found = house.store.runs(filter).await?;
    let runs = found.iter().map(|listed| view(&listed.run, listed.answer.as_ref())).collect();
    Ok(Json(Listed { runs }))
}

async fn one(
    Of(house): Of<Arc<House>>,
    who: Who,
    Named(id): Named<RunId>,
) -> Result<Json<RunView>, Refused> {
    let found = house.store.run(&house.tenant, id).await?;
    let own = |run: &Run| who.only().is_none_or(|only| run.principal == *only);
    let run = found.filter(own).ok_or_else(|| Refused::not_there("run"))?;
    Ok(Json(told(house.store.as_ref(), &run).await?))
}

fn list_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "runs": { "type": "array", "items": run_schema() } },
        "required": ["runs"],
        "additionalProperties": false,
    })
}
