//! The one shape of input that modules are written for, out of the shapes that clients send: what stands under `context`,
//! `budget` or `resource` is lifted to where modules look for it, and null counts as absent.

use serde_json::{Map, Value};

/// Where each field may stand, first come.
const LIFTS: &[(&str, &[&[&str]])] = &[
    (
        "estimated_cost_usd",
        &[
            &["estimated_cost_usd"],
            &["context", "estimated_cost_usd"],
            &["context", "estimated_cost"],
            &["resource", "estimated_cost"],
        ],
    ),
    (
        "budget_remaining_usd",
        &[
            &["budget_remaining_usd"],
            &["budget", "remaining_usd"],
            &["context", "budget", "remaining_usd"],
        ],
    ),
    ("model", &[&["model"], &["resource", "model"], &["context", "model"]]),
    ("task_priority", &[&["task_priority"], &["context", "task_priority"]]),
    ("agent", &[&["agent"], &["context", "agent"]]),
    ("recent_calls", &[&["recent_calls"], &["context", "recent_calls"]]),
    (
        "data_classification",
        &[
            &["data_classification"],
            &["context", "data_classification"],
            &["resource", "data_classification"],
        ],
    ),
    ("approval", &[&["approval"], &["context", "approval"]]),
];

/// The input that modules are asked with. What is not an object becomes an empty one.
#[must_use]
pub fn flat_input(given: &Value) -> Value {
    let Value::Object(members) = given else { return Value::Object(Map::new()) };
    let mut flat: Map<String, Value> = members
        .iter()
        .filter(|(name, value)| {
            !matches!(name.as_str(), "context" | "budget" | "timestamp") && !value.is_null()
        })
        .map(|(name, value)| (name.clone(), without_nulls(value)))
        .collect();
    for (name, places) in LIFTS {
        let found = places.iter().find_map(|place| {
            place.iter().try_fold(given, |at, step| at.get(step)).filter(|value| !value.is_null())
        });
        if let Some(value) = found {
            flat.insert((*name).to_owned(), without_nulls(value));
        }
    }
    if !flat.contains_key("now_ns")
        && let Some(now) = members.get("timestamp").and_then(Value::as_str).and_then(nanoseconds)
    {
        flat.insert("now_ns".to_owned(), Value::from(now));
    }
    Value::Object(flat)
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// RFC 3339; a time without a zone is UTC, as Python's `utcnow().isoformat()` writes it.
fn nanoseconds(stamp: &str) -> Option<i64> {
    let at = stamp.parse::<jiff::Timestamp>().or_else(|_| format!("{stamp}Z").parse()).ok()?;
    i64::try_from(at.as_nanosecond()).ok()
}
