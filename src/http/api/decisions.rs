//! What policy decided and what it objected to: rows of the journal, as `audit list --json` gives them.

use crate::card::row::{RowJson, ViolationJson};
use crate::domain::entry::{DECISIONS, Entry};
use crate::domain::id::SessionId;
use crate::domain::time::Millis;
use crate::http::House;
use crate::http::api::input::Query;
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::refused::Refused;
use crate::store::EntryFilter;
use crate::store::decisions::ViolationFilter;
use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/decisions",
        name: "list_decisions",
        summary: "Calls that were let go, refused or asked about, and checks of policy: the newest rows, ascending.",
        needs: Needs::Operator,
        query: QUERY,
        body: None,
        answers: Answers::Json(decisions_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter")],
        handler: || get(decisions),
    },
    Route {
        method: "GET",
        path: "/api/v1/violations",
        name: "list_violations",
        summary: "What policy objected to and failed at, the newest first.",
        needs: Needs::Operator,
        query: QUERY,
        body: None,
        answers: Answers::Json(violations_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter")],
        handler: || get(violations),
    },
];

const QUERY: &[Param] = &[
    Param { name: "session_id", kind: "string", means: "Only of this session: its whole id." },
    Param { name: "since", kind: "string", means: "Only from this time on: RFC 3339." },
    Param { name: "limit", kind: "integer", means: "1 to 1000; the default is 100." },
];
/// Bodies of one page: of more, the oldest are left out.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

#[derive(Debug, Serialize)]
struct Decisions<'a> {
    entries: Vec<RowJson<'a>>,
    /// Whether older ones were left out.
    more: bool,
}

#[derive(Debug, Serialize)]
struct Violations<'a> {
    violations: Vec<ViolationJson<'a>>,
}

/// What both lists are asked with.
struct Asked {
    session: Option<SessionId>,
    since: Option<Millis>,
    limit: usize,
}

impl Asked {
    fn of(query: Query) -> Result<Self, Refused> {
        let query = query.of(QUERY)?;
        Ok(Self {
            session: query.read("session_id", "a whole id", SessionId::parse)?,
            since: query.read("since", "a time such as `2026-11-22T15:04:05Z`", time)?,
            limit: query.limit(100, 1_000)?,
        })
    }
}

fn time(text: &str) -> Option<Millis> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Millis(at.as_millisecond()))
}

async fn decisions(Of(house): Of<Arc<House>>, query: Query) -> Result<Response, Refused> {
    let asked = Asked::of(query)?;
    let filter = EntryFilter {
        since: asked.since,
        tenant: Some(house.tenant.clone()),
        types: DECISIONS.iter().map(|kind| kind.as_str().to_owned()).collect(),
        session: asked.session,
        newest: true,
        limit: asked.limit + 1,
        ..EntryFilter::default()
    };
    let mut rows = house.store.entries(filter).await?;
    let more = keep_newest(&mut rows, asked.limit);
    let entries = rows.iter().map(RowJson::of).collect();
    Ok(Json(Decisions { entries, more }).into_response())
}

/// Leaves the newest that fit; whether any had to go.
fn keep_newest(rows: &mut Vec<Entry>, limit: usize) -> bool {
    let mut bytes = 0_usize;
    let fits = rows.iter().rev().take(limit).take_while(|row| {
        let first = bytes == 0;
        bytes += row.body.as_ref().map_or(0, Vec::len) + row.meta.as_ref().map_or(0, String::len);
        first || bytes <= PAGE_BYTES
    });
    let kept = fits.count();
    let left_out = rows.len() - kept;
    rows.drain(..left_out);
    left_out > 0
}

async fn violations(Of(house): Of<Arc<House>>, query: Query) -> Result<Response, Refused> {
    let asked = Asked::of(query)?;
    let filter = ViolationFilter {
        since: asked.since,
        session: asked.session,
        newest: true,
        ..ViolationFilter::of(&house.tenant, asked.limit)
    };
    let found = house.store.violations(filter).await?;
    let violations = found.iter().map(ViolationJson::of).collect();
    Ok(Json(Violations { violations }).into_response())
}

fn decisions_schema() -> Value {
    let maybe = json!({ "type": ["string", "null"] });
    let text = json!({ "type": "string" });
    let words: Vec<&str> = DECISIONS.iter().map(|kind| kind.as_str()).collect();
    let entry = json!({
        "type": "object",
        "properties": {
            "seq": { "type": "integer", "minimum": 1 },
            "ts": { "type": "string", "format": "date-time" },
            "type": { "enum": words },
            "tenant": maybe, "correlation_id": maybe, "session": maybe, "principal": maybe, "server": maybe,
            "tool": maybe, "approval": maybe, "outcome": maybe, "body_digest": maybe, "body_text": text,
            "verdict": { "enum": ["allow", "ask", "deny", null] },
            "tier": { "type": ["integer", "null"], "minimum": 0, "maximum": 3 },
            "policy_version": { "type": ["integer", "null"] },
            "body": { "description": "What was decided about, without what is masked; null once erased." },
            "erased": { "type": "boolean" },
            "prev": text, "hash": text,
        },
        "required": ["seq", "ts", "type", "verdict", "tier", "body", "erased", "prev", "hash"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": { "entries": { "type": "array", "items": entry }, "more": { "type": "boolean" } },
        "required": ["entries", "more"],
        "additionalProperties": false,
    })
}

fn violations_schema() -> Value {
    let violation = json!({
        "type": "object",
        "properties": {
            "seq": { "type": "integer", "minimum": 1 },
            "ts": { "type": "string", "format": "date-time" },
            "type": { "type": "string" },
            "severity": { "enum": ["info", "warning", "critical"] },
            "action_taken": { "enum": ["logged", "blocked", "alerted"] },
            "notified": { "type": "boolean" },
            "tool": { "type": ["string", "null"] },
        },
        "required": ["seq", "ts", "type", "severity", "action_taken", "notified", "tool"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": { "violations": { "type": "array", "items": violation } },
        "required": ["violations"],
        "additionalProperties": false,
    })
}
