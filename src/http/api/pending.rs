//! Questions as programs read them: a page, one, and how many wait.
//!
//! The names are those that programs of this kind use (`action_type`, `namespace`, `payload`, `status`), ours stand beside them.
//! An agent sees its own; another's is not there.

use crate::card::{Facts, Told, abandoned, raw};
use crate::domain::approval::{Approval, State};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::json::Canonical;
use crate::domain::principal::Proof;
use crate::domain::quorum::Vote;
use crate::domain::time::DAY;
use crate::http::House;
use crate::http::api::input::{Named, Query};
use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::questions::PageFilter;
use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: "/api/v1/pending",
        name: "list_pending",
        summary: "Lists questions, newest first; an agent sees its own.",
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
        path: "/api/v1/pending/stats",
        name: "get_pending_stats",
        summary: "Counts what waits, and how long answers took in the last 24 hours.",
        needs: Needs::Operator,
        query: &[],
        body: None,
        answers: Answers::Json(stats_schema),
        ok: OK,
        refusals: &[],
        handler: || get(stats),
    },
    Route {
        method: "GET",
        path: "/api/v1/pending/{id}",
        name: "get_pending",
        summary: "One question, whatever state it is in, with the digest of all that its card tells.",
        needs: Needs::Anyone,
        query: &[],
        body: None,
        answers: Answers::Json(full_schema),
        ok: OK,
        refusals: &[(404, "not_found")],
        handler: || get(one),
    },
];

const LIST: &[Param] = &[
    Param {
        name: "status",
        kind: "string",
        means: "`pending` (the default), `approved` (used ones too), `denied` or `rejected`, `expired`, `cancelled`, \
                `consumed`, or `all`.",
    },
    Param { name: "limit", kind: "integer", means: "1 to 1000; the default is 100." },
    Param {
        name: "before",
        kind: "string",
        means: "Only those asked before this one: `next` of the page before.",
    },
];
/// Arguments of one page: whoever wants more asks for the next.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// One question on this wire.
#[derive(Debug, Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    action_type: &'a str,
    namespace: &'a str,
    /// As it will be sent; `null` when there is none, or when retention erased it.
    #[serde(serialize_with = "raw")]
    payload: Option<&'a Canonical>,
    requested_by: String,
    status: &'static str,
    decided_by: Option<&'a str>,
    proof: Option<Proof>,
    approvals: Vec<Yes<'a>>,
    quorum: u32,
    default_timeout_seconds: i64,
    expired_at: Option<String>,
    abandoned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Vec<Seen>>,
}

#[derive(Debug, Serialize)]
struct Yes<'a> {
    agent_id: &'a str,
    approved_at: String,
}

#[derive(Debug, Serialize)]
struct Seen {
    by: String,
    at: String,
}

impl<'a> Row<'a> {
    fn of(approval: &'a Approval) -> Self {
        let by = approval.decided_by.as_ref();
        let yes = |vote: &'a Vote| Yes { agent_id: &vote.name, approved_at: vote.at.rfc3339() };
        let over = approval.run_by.unwrap_or(approval.answer_by);
        Self {
            told: Told::of(approval),
            action_type: &approval.tool,
            namespace: &approval.upstream,
            payload: approval.arguments.as_ref(),
            requested_by: approval.principal.to_string(),
            status: status(approval.state),
            decided_by: by.map(|by| by.principal.name.as_str()),
            proof: by.map(|by| by.proof),
            approvals: approval.votes.iter().map(yes).collect(),
            quorum: approval.quorum.required,
            default_timeout_seconds: approval.answer_by.since(approval.asked_at) / 1_000,
            expired_at: (approval.state == State::Expired).then(|| over.rfc3339()),
            abandoned: abandoned(approval),
            shown: None,
            seen: None,
        }
    }
}

/// The word of such programs for a state.
fn status(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Approved | State::Consumed => "approved",
        State::Denied => "rejected",
        State::Expired => "expired",
        State::Cancelled => "cancelled",
    }
}

/// The states that a word asks for: its own, or those that are told by that word.
fn states(word: &str) -> Option<Vec<State>> {
    if word == "all" {
        return Some(Vec::new());
    }
    let fits = |state: &State| state.as_str() == word || status(*state) == word;
    let found: Vec<State> = State::ALL.into_iter().filter(fits).collect();
    (!found.is_empty()).then_some(found)
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    count: usize,
    pending: Vec<Row<'a>>,
    /// `before` of the next page.
    next: Option<ApprovalId>,
}

async fn list(Of(house): Of<Arc<House>>, who: Who, query: Query) -> Result<Response, Refused> {
    let query = query.of(LIST)?;
    let filter = PageFilter {
        tenant: house.tenant.clone(),
        states: query
            .read("status", "a state, `rejected` or `all`", states)?
            .unwrap_or_else(|| vec![State::Pending]),
        principal: who.only().cloned(),
        before: query.read("before", "a whole id", ApprovalId::parse)?,
        limit: query.limit(100, 1_000)?,
        bytes: PAGE_BYTES,
    };
    let page = house.store.questions(filter).await?;
    let pending: Vec<Row<'_>> = page.rows.iter().map(Row::of).collect();
    let next = page.rows.last().filter(|_| page.more).map(|approval| approval.id);
    Ok(Json(Listed { count: pending.len(), pending, next }).into_response())
}

async fn one(
    Of(house): Of<Arc<House>>,
    who: Who,
    Named(id): Named<ApprovalId>,
) -> Result<Response, Refused> {
    let found = house.store.approval(&house.tenant, id).await?;
    let own = |approval: &Approval| who.only().is_none_or(|only| approval.principal == *only);
    let approval = found.filter(own).ok_or_else(|| Refused::not_there("question"))?;
    let seen = house.store.seen(&house.tenant, id).await?;
    let seen = seen.into_iter().map(|(by, at)| Seen { by, at: at.rfc3339() }).collect();
    let facts = Facts::gather(house.store.as_ref(), &approval).await?;
    let row = Row { shown: Some(facts.seal()), seen: Some(seen), ..Row::of(&approval) };
    Ok(Json(row).into_response())
}

async fn stats(Of(house): Of<Arc<House>>) -> Result<Json<Value>, Refused> {
    let waiting = house.store.waiting(&house.tenant).await?;
    let since = house.store.now().await?.plus(-DAY);
    let answering = house.store.answering(&house.tenant, since).await?;
    let seconds = |wait: Option<i64>| wait.map(|wait| wait / 1_000);
    let tiers = waiting.by_tier.iter().enumerate();
    let by_tier: Map<String, Value> = tiers.map(|(t, n)| (t.to_string(), json!(n))).collect();
    let by_server: Map<String, Value> =
        waiting.by_server.into_iter().map(|(server, n)| (server, json!(n))).collect();
    Ok(Json(json!({
        "pending": waiting.by_tier.iter().sum::<u64>(),
        "by_tier": by_tier,
        "by_server": by_server,
        "abandoned": waiting.abandoned,
        "oldest_requested_at": waiting.oldest.map(|at| at.rfc3339()),
        "next_expires_at": waiting.next_deadline.map(|at| at.rfc3339()),
        "answered": {
            "count": answering.waits.len(),
            "median_seconds": seconds(answering.within(50)),
            "p95_seconds": seconds(answering.within(95)),
        },
    })))
}

fn row_schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let time = json!({ "type": "string", "format": "date-time" });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let states: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "kind": { "enum": ["call", "plan", "run", "policy", "step"], "description": "What it is about." },
            "ir_hash": { "type": "string", "description": "The plan, where it is about one." },
            "diff_hash": { "type": "string", "description": "The change of policy, where it is about one." },
            "run_id": { "type": "string", "description": "The run, where it is about one." },
            "step": { "type": "integer", "description": "The run's step, from 0, that would go once more." },
            "state": { "enum": states, "description": "Where it stands, in our words." },
            "status": {
                "enum": ["pending", "approved", "rejected", "expired", "cancelled"],
                "description": "The same in fewer words: `approved` whether it was used or not, `rejected` for `denied`.",
            },
            "action_type": { "type": "string", "description": "The tool." },
            "namespace": { "type": "string", "description": "The server." },
            "payload": { "description": "The arguments as they will be sent; null when there are none or were erased." },
            "method": text,
            "tier": { "type": "integer", "minimum": 0, "maximum": 3 },
            "effect": text,
            "action": text,
            "reasons": { "type": "array", "items": { "type": "object" } },
            "warnings": { "type": "array", "items": text },
            "requested_by": { "type": "string", "description": "`role:name`." },
            "requested_at": time,
            "expires_at": time,
            "expired_at": maybe_time,
            "default_timeout_seconds": { "type": "integer", "description": "In which it could be answered." },
            "abandoned": { "type": "boolean", "description": "Nobody waits for it any more." },
            "decided_by": maybe,
            "decided_at": maybe_time,
            "proof": { "type": ["string", "null"], "description": "How whoever decided proved that he may." },
            "reason": maybe,
            "approvals": {
                "type": "array",
                "description": "Who said yes so far.",
                "items": {
                    "type": "object",
                    "properties": { "agent_id": text, "approved_at": time },
                    "required": ["agent_id", "approved_at"],
                    "additionalProperties": false,
                },
            },
            "quorum": { "type": "integer", "minimum": 1, "description": "How many must say yes." },
            "votes": {
                "type": "array",
                "description": "The same as `approvals`, in our words.",
                "items": {
                    "type": "object",
                    "properties": { "name": text, "at": time },
                    "required": ["name", "at"],
                    "additionalProperties": false,
                },
            },
            "approvers": { "type": "array", "items": text, "description": "Whose yes counts; nobody's: any admin's." },
            "urgent": { "type": "boolean", "description": "Its time is nearly over." },
            "needs_token": { "type": "boolean" },
            "outcome": { "enum": ["ran", "failed", "unknown", null] },
            "call_digest": text,
            "correlation_id": text,
        },
        "required": [
            "id", "kind", "state", "status", "action_type", "namespace", "payload", "tier", "requested_by",
            "requested_at", "expires_at", "expired_at", "default_timeout_seconds", "abandoned", "decided_by",
            "decided_at", "approvals", "quorum", "votes", "approvers", "urgent", "call_digest", "correlation_id",
        ],
        "additionalProperties": false,
    })
}

fn full_schema() -> Value {
    let mut schema = row_schema();
    schema["properties"]["shown"] = json!({
        "type": "string",
        "description": "Digest of all that the card tells; send it back as `shown` when you decide.",
    });
    schema["properties"]["seen"] = json!({
        "type": "array",
        "description": "Who was shown it, and when first.",
        "items": {
            "type": "object",
            "properties": { "by": { "type": "string" }, "at": { "type": "string", "format": "date-time" } },
            "required": ["by", "at"],
            "additionalProperties": false,
        },
    });
    if let Some(required) = schema["required"].as_array_mut() {
        required.extend([json!("shown"), json!("seen")]);
    }
    schema
}

fn list_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "count": { "type": "integer" },
            "pending": { "type": "array", "items": row_schema() },
            "next": { "type": ["string", "null"], "description": "`before` of the next page; null on the last." },
        },
        "required": ["count", "pending", "next"],
        "additionalProperties": false,
    })
}

fn stats_schema() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    let counts = json!({ "type": "object", "additionalProperties": count });
    let maybe_time = json!({ "type": ["string", "null"], "format": "date-time" });
    let seconds = json!({ "type": ["integer", "null"], "minimum": 0 });
    json!({
        "type": "object",
        "properties": {
            "pending": count, "by_tier": counts, "by_server": counts, "abandoned": count,
            "oldest_requested_at": maybe_time, "next_expires_at": maybe_time,
            "answered": {
                "type": "object",
                "properties": { "count": count, "median_seconds": seconds, "p95_seconds": seconds },
                "required": ["count", "median_seconds", "p95_seconds"],
                "additionalProperties": false,
            },
        },
        "required": [
            "pending", "by_tier", "by_server", "abandoned", "oldest_requested_at", "next_expires_at", "answered",
        ],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_asks_for_the_states_that_it_tells() {
        assert_eq!(states("rejected"), Some(vec![State::Denied]));
        assert_eq!(states("denied"), Some(vec![State::Denied]));
        assert_eq!(states("approved"), Some(vec![State::Approved, State::Consumed]));
        assert_eq!(states("consumed"), Some(vec![State::Consumed]));
        assert_eq!((states("all"), states("maybe")), (Some(vec![]), None));
    }
}
