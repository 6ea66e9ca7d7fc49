//! Keeping an answer: the words beside it, and what it would have answered, told before it is given.

use crate::approval::wish::{EndsIn, Names, REMEMBER, WishWords};
use crate::card::kept::{meaning, words};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::json::Node;
use crate::domain::remembered::Wish;
use crate::http::House;
use crate::http::act::keep;
use crate::http::api::input::{Body, Named, Object};
use crate::http::api::route::{Answers, Needs, OK, Route, closed};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::State as Of;
use axum::routing::post;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "POST",
    path: "/api/v1/approvals/{id}/foreseen",
    name: "foresee_kept_answer",
    summary: "Says what a kept answer would have answered in the last 30 days, had it been given. It decides nothing.",
    needs: Needs::Operator,
    query: &[],
    body: Some(wanted_schema),
    answers: Answers::Json(foreseen_schema),
    ok: OK,
    refusals: &[
        (400, "invalid_parameter"),
        (404, "not_found"),
        (409, "already_decided"),
        (409, "shown_differs"),
        (413, "too_large"),
        (422, "remember_not_available"),
    ],
    handler: || post(foresee),
}];

/// Fields of a body that say what is kept.
pub(in crate::http::api) const FIELDS: [&str; 5] =
    ["remember", "scope", "pattern", "ends_in_seconds", "uses"];

/// Words that mean yes, the first is ours.
pub(in crate::http::api) const YES: &[&str] = &["approve", "approved", "allow"];
/// Words that mean no.
pub(in crate::http::api) const NO: &[&str] = &["deny", "denied", "reject", "rejected"];

/// Whether an answer says yes.
///
/// # Errors
/// When it says neither.
pub(in crate::http::api) fn is_yes(body: &Object<'_>) -> Result<bool, Refused> {
    match body.needed("decision")? {
        word if YES.contains(&word) => Ok(true),
        word if NO.contains(&word) => Ok(false),
        _ => Err(Refused::wrong("`decision` must be `approve` or `deny`")),
    }
}

/// What was shown.
///
/// # Errors
/// When it is no digest.
pub(in crate::http::api) fn seal(body: &Object<'_>) -> Result<Option<Digest>, Refused> {
    let wrong = || Refused::wrong("`shown` must be a digest: 64 hex digits");
    body.text("shown")?.map(|text| Digest::from_hex(text).ok_or_else(wrong)).transpose()
}

/// What is to be kept of an answer.
///
/// # Errors
/// When the fields say nothing that could be.
pub(in crate::http::api) fn wish(body: &Object<'_>, allows: bool) -> Result<Option<Wish>, Refused> {
    let words = WishWords {
        remember: body.text("remember")?.map(str::to_owned),
        scope: body.text("scope")?.map(str::to_owned),
        pattern: body.get("pattern").map(conditions).transpose()?,
        ends_in: number(body, "ends_in_seconds")?.map(EndsIn::Seconds),
        uses: number(body, "uses")?,
    };
    keep::wish(words, allows, &Names::BODY)
}

fn conditions(node: &Node<'_>) -> Result<Map<String, Value>, Refused> {
    let mut text = Vec::new();
    node.write(&mut text);
    let wrong = |_| Refused::wrong("`pattern` must be an object: each argument with its condition");
    serde_json::from_slice(&text).map_err(wrong)
}

fn number(body: &Object<'_>, name: &str) -> Result<Option<u64>, Refused> {
    let wrong = || Refused::wrong(format!("`{name}` must be a whole number from 1 on"));
    match body.get(name) {
        None => Ok(None),
        Some(Node::Number(digits)) => {
            digits.parse().ok().filter(|n| *n > 0).map(Some).ok_or_else(wrong)
        }
        Some(_) => Err(wrong()),
    }
}

async fn foresee(
    Of(house): Of<Arc<House>>,
    who: Who,
    Named(id): Named<ApprovalId>,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let known: Vec<&str> = FIELDS.into_iter().chain(["decision", "shown"]).collect();
    let body = body.object(&known)?;
    let allows = is_yes(&body)?;
    let Some(wish) = wish(&body, allows)? else {
        return Err(Refused::wrong("`remember` must be `session`, `forever` or `pattern` here")
            .help("an answer that counts once answers this call alone"));
    };
    let looked_at = seal(&body)?;
    let preview = keep::preview(&house, &who, id, (&wish, allows), looked_at).await?;
    let mut told = words(&wish);
    let further = json!({
        "id": id,
        "decision": if allows { "approve" } else { "deny" },
        "means": meaning(&wish, allows),
        "foreseen": preview.foreseen,
        "said": preview.foreseen.sentence(),
        "shown": preview.shown,
    });
    told.extend(further.as_object().cloned().unwrap_or_default());
    Ok(Json(Value::Object(told)))
}

/// The schemas of [`FIELDS`].
pub(in crate::http::api) fn fields_schema() -> Map<String, Value> {
    let fields = json!({
        "remember": {
            "enum": REMEMBER,
            "description": "`once`, the default, answers this call alone. `session` and `forever` keep the answer for the same \
                            arguments, `pattern` for arguments that meet conditions. Never above tier 2, never for what runs code.",
        },
        "scope": {
            "enum": ["agent", "server"],
            "description": "Whose calls a kept answer answers: of the agent that asked, the default, or of any agent on this server.",
        },
        "pattern": {
            "type": "object",
            "description": "Each argument with its condition, as in a rule. A yes must name every argument.",
        },
        "ends_in_seconds": {
            "type": "integer", "minimum": 1, "maximum": Wish::LONGEST / 1_000,
            "description": "After so many seconds a kept answer ends; of a pattern after a day where it is left out.",
        },
        "uses": {
            "type": "integer", "minimum": 1, "maximum": u32::MAX,
            "description": "After so many uses a kept answer ends; of a pattern after 100 where it is left out.",
        },
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn wanted_schema() -> Value {
    let words: Vec<&str> = YES.iter().chain(NO).copied().collect();
    let mut properties = fields_schema();
    properties.insert("decision".to_owned(), json!({ "enum": words }));
    let shown = json!({
        "type": "string",
        "pattern": "^[0-9a-fA-F]{64}$",
        "description": "`shown` of the question as it was looked at: of an older one nothing is previewed. \
                        A login of the console must send it.",
    });
    properties.insert("shown".to_owned(), shown);
    json!({
        "type": "object",
        "properties": properties,
        "required": ["decision", "remember"],
        "additionalProperties": false,
    })
}

fn foreseen_schema() -> Value {
    let count = |means: &str| json!({ "type": "integer", "minimum": 0, "description": means });
    let ids = json!({ "type": "array", "items": { "type": "string", "format": "uuid" } });
    let foreseen = json!({
        "fits_itself": { "type": "boolean", "description": "Whether the pattern fits the very call that is answered; else it is not kept." },
        "misfit": { "type": ["string", "null"], "description": "Why it does not." },
        "asked": count("Earlier questions of this tool that were looked at."),
        "more": { "type": "boolean", "description": "Whether there were more." },
        "matched": count("Those that it would have answered."),
        "approved": count("Of them: people said yes."),
        "denied": count("Of them: people said no."),
        "unanswered": count("Of them: nobody answered."),
        "denied_examples": ids,
        "other_examples": ids,
    });
    let properties = json!({
        "id": { "type": "string", "format": "uuid" },
        "decision": { "enum": ["approve", "deny"] },
        "remember": { "enum": ["session", "forever", "pattern"] },
        "scope": { "enum": ["agent", "server"] },
        "pattern": { "type": ["object", "null"] },
        "ends_in_seconds": { "type": ["integer", "null"] },
        "uses": { "type": ["integer", "null"] },
        "means": { "type": "string", "description": "What would be kept, in a sentence." },
        "foreseen": closed(foreseen),
        "said": { "type": "string", "description": "The same in a sentence." },
        "shown": {
            "type": "string", "pattern": "^[0-9a-f]{64}$",
            "description": "Digest of the question and of just this: sent back as `shown` with the answer.",
        },
    });
    closed(properties)
}
