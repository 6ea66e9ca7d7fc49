//! Targets of notifications, and how deliveries went. An address is taken and never told.

use crate::domain::json::Node;
use crate::domain::missed;
use crate::domain::notice::{DeliveryStatus, NoticeKind, TargetType};
use crate::http::House;
use crate::http::act::targets::{self, Wish};
use crate::http::api::input::{Body, Nameable, Named, Object, Query};
use crate::http::api::route::{Answers, MADE, Needs, OK, Param, Route, removed, removed_schema};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::notices::{Delivery, DeliveryFilter, Target};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, patch, post};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use zeroize::Zeroizing;

const TARGETS: &str = "/api/v1/notifications/targets";
const TARGET: &str = "/api/v1/notifications/targets/{name}";
const DELIVERIES: &[Param] = &[
    Param { name: "target", kind: "string", means: "Only to the target of this name." },
    Param { name: "status", kind: "string", means: "Only `pending`, `sent` or `failed`." },
    Param { name: "limit", kind: "integer", means: "At most this many, 1 to 500; 50 by default." },
];

pub(in crate::http::api) const ROUTES: &[Route] = &[
    Route {
        method: "GET",
        path: TARGETS,
        name: "list_notification_targets",
        summary: "The targets of notifications, without their addresses.",
        needs: Needs::Operator,
        query: &[],
        body: None,
        answers: Answers::Json(targets_schema),
        ok: OK,
        refusals: &[],
        handler: || get(list),
    },
    Route {
        method: "POST",
        path: TARGETS,
        name: "add_notification_target",
        summary: "Adds a target, enabled. Its address is kept and never told again.",
        needs: Needs::Admin,
        query: &[],
        body: Some(wish_schema),
        answers: Answers::Json(target_schema),
        ok: MADE,
        refusals: &[
            (400, "invalid_parameter"),
            (409, "name_taken"),
            (409, "too_many"),
            (413, "too_large"),
        ],
        handler: || post(add),
    },
    Route {
        method: "PATCH",
        path: TARGET,
        name: "switch_notification_target",
        summary: "Switches a target on or off; what waits for one that is switched off is given up.",
        needs: Needs::Admin,
        query: &[],
        body: Some(switch_schema),
        answers: Answers::Json(target_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter"), (404, "not_found"), (413, "too_large")],
        handler: || patch(switch),
    },
    Route {
        method: "DELETE",
        path: TARGET,
        name: "remove_notification_target",
        summary: "Removes a target and its address; its history stays.",
        needs: Needs::Admin,
        query: &[],
        body: None,
        answers: Answers::Json(removed_schema),
        ok: OK,
        refusals: &[(404, "not_found")],
        handler: || delete(remove),
    },
    Route {
        method: "POST",
        path: "/api/v1/notifications/targets/{name}/test",
        name: "test_notification_target",
        summary: "Sends a test to a target, enabled or not, and waits up to 15 seconds for how it ends.",
        needs: Needs::Admin,
        query: &[],
        body: None,
        answers: Answers::Json(tested_schema),
        ok: OK,
        refusals: &[(404, "not_found"), (409, "too_many")],
        handler: || post(test),
    },
    Route {
        method: "GET",
        path: "/api/v1/notifications/deliveries",
        name: "list_notification_deliveries",
        summary: "What was told to whom, and how it went, the newest first.",
        needs: Needs::Operator,
        query: DELIVERIES,
        body: None,
        answers: Answers::Json(deliveries_schema),
        ok: OK,
        refusals: &[(400, "invalid_parameter"), (404, "not_found")],
        handler: || get(deliveries),
    },
];

/// The name of a target in a path.
struct Name(String);

impl Nameable for Name {
    const WHAT: &'static str = "target";
    fn named(text: &str) -> Option<Self> {
        crate::config::receiver::target_name(text).then(|| Self(text.to_owned()))
    }
}

async fn list(State(house): State<Arc<House>>) -> Result<Json<Value>, Refused> {
    let targets = house.store.targets(&house.tenant).await?;
    Ok(Json(json!({ "targets": targets.iter().map(shown).collect::<Vec<_>>() })))
}

async fn add(
    State(house): State<Arc<House>>,
    who: Who,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let wish = wish(&body.object(&["name", "type", "config", "events"])?)?;
    let target = targets::add(&house, &who, wish).await?;
    Ok((StatusCode::CREATED, Json(shown(&target))))
}

fn wish(body: &Object<'_>) -> Result<Wish, Refused> {
    let kind = TargetType::parse(body.needed("type")?)
        .ok_or_else(|| Refused::wrong("`type` must be `discord` or `email`"))?;
    let field = match kind {
        TargetType::Discord => "webhook_url",
        TargetType::Email => "email",
    };
    let address = match body.get("config") {
        Some(Node::Object(members)) => match members.as_slice() {
            [(name, Node::String(text))] if name == field => text.as_ref(),
            _ => {
                let what = format!("`config` must hold `{field}`, a string, and nothing else");
                return Err(Refused::wrong(what));
            }
        },
        _ => return Err(Refused::wrong(format!("`config` must be an object with `{field}`"))),
    };
    Ok(Wish {
        name: body.needed("name")?.to_owned(),
        kind,
        address: Zeroizing::new(address.to_owned()),
        events: body.get("events").map(events).transpose()?,
    })
}

fn events(node: &Node<'_>) -> Result<BTreeSet<NoticeKind>, Refused> {
    let wrong = || {
        let all = NoticeKind::EVENTS.map(NoticeKind::as_str).join("`, `");
        Refused::wrong(format!("`events` must be a list of `{all}`"))
    };
    let Node::Array(items) = node else { return Err(wrong()) };
    let kinds = items.iter().map(|item| match item {
        Node::String(word) => NoticeKind::parse(word).filter(|kind| *kind != NoticeKind::Test),
        _ => None,
    });
    let kinds: Option<BTreeSet<_>> = kinds.collect();
    kinds.filter(|kinds| !kinds.is_empty()).ok_or_else(wrong)
}

async fn switch(
    State(house): State<Arc<House>>,
    who: Who,
    Named(Name(name)): Named<Name>,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let enabled = match body.object(&["enabled"])?.get("enabled") {
        Some(Node::Bool(enabled)) => *enabled,
        _ => return Err(Refused::wrong("`enabled` must be `true` or `false`")),
    };
    Ok(Json(shown(&targets::switch(&house, &who, &name, enabled).await?)))
}

async fn remove(
    State(house): State<Arc<House>>,
    who: Who,
    Named(Name(name)): Named<Name>,
) -> Result<Json<Value>, Refused> {
    targets::remove(&house, &who, &name).await?;
    Ok(Json(removed()))
}

async fn test(
    State(house): State<Arc<House>>,
    who: Who,
    Named(Name(name)): Named<Name>,
) -> Result<Json<Value>, Refused> {
    let delivery = targets::test(&house, &who, &name).await?;
    Ok(Json(json!({
        "success": delivery.status == DeliveryStatus::Sent,
        "status": delivery.status,
        "message": delivery.error.as_deref().map(missed::of),
        "error": delivery.error,
    })))
}

async fn deliveries(State(house): State<Arc<House>>, query: Query) -> Result<Json<Value>, Refused> {
    let query = query.of(DELIVERIES)?;
    let target = match query.text("target") {
        Some(name) => Some(targets::named(&house, name).await?.id),
        None => None,
    };
    let status = query.read("status", "`pending`, `sent` or `failed`", DeliveryStatus::parse)?;
    let filter = DeliveryFilter {
        target,
        status,
        ..DeliveryFilter::of(&house.tenant, query.limit(50, 500)?)
    };
    let found = house.store.deliveries(filter).await?;
    Ok(Json(json!({ "deliveries": found.iter().map(told).collect::<Vec<_>>() })))
}

fn shown(target: &Target) -> Value {
    json!({
        "name": target.name,
        "type": target.kind,
        "enabled": target.enabled,
        "shown": target.shown,
        "events": target.events,
        "added_by": target.added_by,
        "created_at": target.created_at.rfc3339(),
        "updated_at": target.updated_at.rfc3339(),
    })
}

fn told(delivery: &Delivery) -> Value {
    json!({
        "target": delivery.name,
        "event": delivery.kind,
        "seq": delivery.seq,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at.rfc3339(),
        "sent_at": delivery.sent_at.map(|at| at.rfc3339()),
        "error": delivery.error,
    })
}

fn object(properties: &Value) -> Value {
    let required: Vec<&String> =
        properties.as_object().into_iter().flat_map(|p| p.keys()).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn kinds() -> Value {
    json!({ "type": "array", "items": { "enum": NoticeKind::EVENTS }, "minItems": 1 })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn target_schema() -> Value {
    object(&json!({
        "name": { "type": "string" },
        "type": { "enum": ["discord", "email"] },
        "enabled": { "type": "boolean" },
        "shown": { "type": "string", "description": "What of the address may be shown." },
        "events": kinds(),
        "added_by": { "type": "string" },
        "created_at": time(),
        "updated_at": time(),
    }))
}

fn targets_schema() -> Value {
    object(&json!({ "targets": { "type": "array", "items": target_schema() } }))
}

fn wish_schema() -> Value {
    let config = |field: &str, format: &str| {
        object(&json!({ field: { "type": "string", "format": format, "maxLength": 2048 } }))
    };
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" },
            "type": { "enum": ["discord", "email"] },
            "config": { "oneOf": [config("webhook_url", "uri"), config("email", "email")] },
            "events": kinds(),
        },
        "required": ["name", "type", "config"],
        "additionalProperties": false,
    })
}

fn switch_schema() -> Value {
    object(&json!({ "enabled": { "type": "boolean" } }))
}

fn status() -> Value {
    json!({ "enum": ["pending", "sent", "failed"] })
}

fn error() -> Value {
    let what = "A code such as `timeout` or `http_404`; never an address.";
    json!({ "type": ["string", "null"], "description": what })
}

fn tested_schema() -> Value {
    let message = json!({ "type": ["string", "null"], "description": "The code in words." });
    let success = json!({ "type": "boolean" });
    object(&json!({ "success": success, "status": status(), "message": message, "error": error() }))
}

fn deliveries_schema() -> Value {
    let sent_at = json!({ "type": ["string", "null"], "format": "date-time" });
    let one = object(&json!({
        "target": { "type": "string" },
        "event": { "enum": NoticeKind::ALL },
        "seq": { "type": "integer", "description": "The event's row of the journal." },
        "status": status(),
        "attempts": { "type": "integer" },
        "created_at": time(),
        "sent_at": sent_at,
        "error": error(),
    }));
    object(&json!({ "deliveries": { "type": "array", "items": one } }))
}
