//! How much people are asked, how fast they say yes, and what would spare them most of it.

use crate::card::when;
use crate::domain::time::Millis;
use crate::gate::relief::relief;
use crate::http::House;
use crate::http::api::input::Query;
use crate::http::api::route::{Answers, Needs, OK, Param, Route, closed};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::State as Of;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::sync::Arc;

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/api/v1/relief",
    name: "get_relief",
    summary: "Counts questions and answers of the last days, and says what would spare most of them, each tried on them.",
    needs: Needs::Operator,
    query: SINCE,
    body: None,
    answers: Answers::Json(schema),
    ok: OK,
    refusals: &[(400, "invalid_parameter")],
    handler: || get(look),
}];

const SINCE: &[Param] = &[Param {
    name: "since",
    kind: "string",
    means: "From when on: RFC 3339, or how long ago (`2h`, `30d`); the default is 7 days ago.",
}];

async fn look(Of(house): Of<Arc<House>>, who: Who, query: Query) -> Result<Response, Refused> {
    who.operates()?;
    let query = query.of(SINCE)?;
    let now = house.store.now().await?;
    let read = |text: &str| -> Result<Millis, Refused> {
        when::parse(text, now, &TimeZone::system()).map_err(Refused::wrong)
    };
    let since = query.text("since").map(read).transpose()?;
    let found = relief(house.store.as_ref(), &house.tenant, since).await?;
    Ok(Json(found).into_response())
}

fn schema() -> Value {
    let count = || json!({ "type": "integer", "minimum": 0 });
    let text = || json!({ "type": "string" });
    let time = || json!({ "type": "string", "format": "date-time" });
    let tool = closed(json!({
        "server": text(), "tool": text(), "asked": count(), "approved": count(), "denied": count(),
    }));
    let yes = closed(json!({
        "people": count(),
        "quick": { "type": "integer", "description": "Of people's: within 2 seconds of the question." },
        "quick_percent": { "type": ["integer", "null"] },
        "client": { "type": "integer", "description": "Of clients' own users, unproven." },
        "client_quick": count(),
        "self_confirmed": { "type": "integer", "description": "Changes of policy that their author applied himself." },
    }));
    let backtest = closed(json!({
        "answered": count(), "approved": count(), "denied": { "const": 0 }, "open": count(), "days": count(),
        "left_denied": { "type": "integer", "description": "Denied questions of the tool that it would have left to people." },
    }));
    let suggestion = |kind: &str, more: Value| {
        let mut properties = json!({
            "kind": { "const": kind }, "server": text(), "tool": text(), "why": text(), "backtest": backtest,
        });
        let own: Vec<String> =
            more.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        if let (Some(all), Some(more)) = (properties.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        let mut schema = closed(properties);
        // What may be missing is missing where it says nothing.
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            let optional = |name: &Value| ["pattern", "waits"].iter().any(|one| name == one);
            required.retain(|name| !optional(name) || !own.iter().any(|one| name == one));
        }
        schema
    };
    closed(json!({
        "since": { "type": "string", "format": "date-time",
            "description": "Later than what was asked for where there were more than 5,000 questions." },
        "until": time(),
        "is_cut": { "type": "boolean" },
        "asked": count(),
        "per_hour": { "type": "number" },
        "busiest": { "oneOf": [{ "type": "null" }, closed(json!({ "hour": time(), "asked": count() }))] },
        "tools": { "type": "array", "items": tool },
        "yes": yes,
        "denied": count(), "expired": count(), "cancelled": count(), "pending": count(), "abandoned": count(),
        "kept_answers_used": count(),
        "suggestions": { "type": "array", "maxItems": 10, "items": { "oneOf": [
            suggestion("review_tool", json!({ "only_reads": { "type": "boolean" }, "accepted": { "type": "boolean" } })),
            suggestion("keep_answer", json!({
                "agent": text(), "pattern": { "type": "object" },
                "waits": { "type": "string", "format": "uuid", "description": "A question of it that waits." },
            })),
            suggestion("allow_rule", json!({ "rule": { "type": "object" }, "agents": count() })),
        ] } },
    }))
}
