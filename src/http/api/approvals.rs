//! Answering questions: yes or no, and that somebody was shown one.

use crate::card::kept::remember;
use crate::domain::approval::{Approval, State};
use crate::domain::id::ApprovalId;
use crate::http::House;
use crate::http::act::decide::{Answer, REASON_MAX, decide};
use crate::http::api::input::{Body, Named};
use crate::http::api::keeping::{FIELDS, NO, YES, fields_schema, is_yes, seal, wish};
use crate::http::api::route::{Answers, Needs, OK, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::State as Of;
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "POST",
        path: "/api/v1/approvals/{id}",
        name: "decide_question",
        summary: "Says yes or no to a question. A yes counts for exactly this call, once, unless it is kept; whoever asked runs it.",
        needs: Needs::Admin,
        query: &[],
        body: Some(decision_schema),
        answers: Answers::Json(decided_schema),
        ok: OK,
        refusals: &[
            (400, "invalid_parameter"),
            (403, "not_named"),
            (403, "own_question"),
            (403, "tier_too_high"),
            (403, "word_differs"),
            (404, "not_found"),
            (409, "already_decided"),
            (409, "apply_instead"),
            (409, "shown_differs"),
            (413, "too_large"),
            (422, "remember_not_available"),
        ],
        handler: || post(answer),
    },
    Route {
        method: "POST",
        path: "/api/v1/approvals/{id}/seen",
        name: "see_question",
        summary: "Records that whoever asks was shown a question. The first time counts; more change nothing.",
        needs: Needs::Operator,
        query: &[],
        body: None,
        answers: Answers::Json(seen_schema),
        ok: OK,
        refusals: &[(404, "not_found")],
        handler: || post(seen),
    },
];

async fn answer(
    Of(house): Of<Arc<House>>,
    who: Who,
    Named(id): Named<ApprovalId>,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let answer = read(&body)?;
    let approve = answer.approve;
    let decided = decide(&house, &who, id, answer).await?;
    told(&house, &decided, approve).await.map(Json)
}

fn read(body: &Body) -> Result<Answer, Refused> {
    let known: Vec<&str> =
        ["decision", "reason", "shown", "word"].into_iter().chain(FIELDS).collect();
    let body = body.object(&known)?;
    let approve = is_yes(&body)?;
    Ok(Answer {
        approve,
        reason: body.text("reason")?.map(str::to_owned),
        shown: seal(&body)?,
        word: body.text("word")?.map(str::to_owned),
        wish: wish(&body, approve)?,
    })
}

async fn told(house: &House, decided: &Approval, approve: bool) -> Result<Value, Refused> {
    // What its giver wished is kept only when all who had to say so wished the same.
    let kept = house.store.remembered_by(&house.tenant, decided.id).await?;
    let (word, kept) = (remember(kept.as_ref().map(|kept| &kept.wish)), kept.map(|kept| kept.id));
    let by = decided.decided_by.as_ref().map(|by| by.principal.name.as_str());
    Ok(match (approve, decided.state) {
        (true, State::Pending) => {
            json!({
                "approved": false,
                "status": "pending",
                "state": decided.state,
                "id": decided.id,
                "votes": decided.ayes(),
                "quorum": decided.quorum.required,
                "remember": "once",
            })
        }
        (true, _) => json!({
            "approved": true,
            "id": decided.id,
            "decided_by": by,
            "executed": false,
            "remember": word,
            "remembered_id": kept,
            "state": decided.state,
        }),
        (false, _) => json!({
            "rejected": true,
            "id": decided.id,
            "decided_by": by,
            "remember": word,
            "remembered_id": kept,
            "state": decided.state,
        }),
    })
}

async fn seen(
    Of(house): Of<Arc<House>>,
    who: Who,
    Named(id): Named<ApprovalId>,
) -> Result<Json<Value>, Refused> {
    if house.store.saw(&house.tenant, id, who.principal()).await? {
        return Ok(Json(json!({ "seen": true })));
    }
    Err(Refused::not_there("question"))
}

fn decision_schema() -> Value {
    let words: Vec<&str> = YES.iter().chain(NO).copied().collect();
    let mut properties = fields_schema();
    let own = json!({
        "decision": { "enum": words, "description": "`approve` or `deny`; the others mean the same." },
        "reason": { "type": "string", "maxLength": REASON_MAX, "description": "Told to whoever asked." },
        "shown": {
            "type": "string",
            "pattern": "^[0-9a-fA-F]{64}$",
            "description": "`shown` of the question as it was looked at, or of the preview of what is to be kept: an answer \
                            to an older one is refused. A login of the console must send it.",
        },
        "word": { "type": "string", "description": "At tier 3 from the console: the word on the card." },
    });
    properties.extend(own.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
    json!({
        "type": "object",
        "properties": properties,
        "required": ["decision"],
        "additionalProperties": false,
    })
}

fn decided_schema() -> Value {
    let id = json!({ "type": "string", "format": "uuid" });
    let once = json!({ "const": "once" });
    let by = json!({ "type": ["string", "null"], "description": "Who decided." });
    let word = json!({
        "enum": ["once", "session", "forever", "pattern"],
        "description": "What was kept of it. Where several had to agree, only what all of them wished alike.",
    });
    let kept =
        json!({ "type": ["string", "null"], "format": "uuid", "description": "The kept answer." });
    json!({ "oneOf": [
        {
            "type": "object",
            "description": "Yes. `executed` is false: whoever asked runs it, once.",
            "properties": {
                "approved": { "const": true }, "id": id, "decided_by": by, "executed": { "const": false },
                "remember": word, "remembered_id": kept, "state": { "enum": ["approved", "consumed"] },
            },
            "required": ["approved", "id", "decided_by", "executed", "remember", "remembered_id", "state"],
            "additionalProperties": false,
        },
        {
            "type": "object",
            "description": "Yes, and others must join.",
            "properties": {
                "approved": { "const": false }, "status": { "const": "pending" }, "state": { "const": "pending" },
                "id": id, "votes": { "type": "integer" }, "quorum": { "type": "integer" }, "remember": once,
            },
            "required": ["approved", "status", "state", "id", "votes", "quorum", "remember"],
            "additionalProperties": false,
        },
        {
            "type": "object",
            "description": "No.",
            "properties": {
                "rejected": { "const": true }, "id": id, "decided_by": by, "remember": word,
                "remembered_id": kept, "state": { "const": "denied" },
            },
            "required": ["rejected", "id", "decided_by", "remember", "remembered_id", "state"],
            "additionalProperties": false,
        },
    ] })
}

fn seen_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "seen": { "const": true } },
        "required": ["seen"],
        "additionalProperties": false,
    })
}
