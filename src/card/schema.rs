//! JSON Schemas of what several wires tell alike: over MCP they are the tools' output, over HTTP they stand in the document.

use serde_json::{Value, json};

/// A run as [`crate::run::RunView`] tells it.
#[must_use]
pub(crate) fn run_schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "properties": {
            "id": text,
            "state": { "enum": ["created", "running", "interrupted", "stopped", "completed", "failed"] },
            "cause": maybe,
            "directive": text,
            "label": text,
            "tier": { "type": "integer", "minimum": 0, "maximum": 3 },
            "requested_by": text,
            "approval_status": { "enum": ["none", "pending", "approved", "denied"] },
            "approval_id": maybe,
            "denied_because": maybe,
            "approved_by": maybe,
            "approved_at": maybe,
            "jobs": { "type": "object" },
            "total_tokens": { "type": "integer", "minimum": 0 },
            "ir_hash": text,
            "manifest_digest": text,
            "correlation_id": text,
            "created_at": text,
            "started_at": maybe,
            "ended_at": maybe,
            "steps": { "type": "array" },
        },
        "required": ["id", "state", "directive", "tier", "approval_status", "jobs", "ir_hash", "correlation_id"],
    })
}

/// An agent on the board as [`crate::domain::agent::AgentView`] tells it.
#[must_use]
pub(crate) fn agent_schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let score =
        "0 to 100: what was reported; of a session its newest ruling (allow 100, ask 50, deny 0)";
    json!({
        "type": "object",
        "properties": {
            "id": text,
            "kind": { "enum": ["registered", "session"] },
            "name": text,
            "principal": text,
            "status": { "enum": ["idle", "running", "blocked"] },
            "paused": { "type": "boolean" },
            "last_action": maybe,
            "last_action_at": maybe,
            "last_score": {
                "type": ["integer", "null"], "minimum": 0, "maximum": 100, "description": score,
            },
            "seen_at": text,
        },
        "required": [
            "id", "kind", "name", "principal", "status", "paused", "last_action", "last_action_at", "last_score",
            "seen_at",
        ],
        "additionalProperties": false,
    })
}

/// A recommendation that was kept, as [`crate::store::networks::PolicyView`] tells it.
#[must_use]
pub(crate) fn kept_policy_schema() -> Value {
    let text = json!({ "type": "string" });
    let more = json!({
        "id": text,
        "run_id": { "type": ["string", "null"] },
        "requested_by": text,
        "at": text,
        "policy_yaml": text,
    });
    recommendation_schema(&more)
}

/// The schema of what every recommendation says of itself; `more` are further members.
#[must_use]
pub(crate) fn recommendation_schema(more: &Value) -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let mut properties = json!({
        "kind": { "enum": ["service", "edge", "default_deny"] },
        "source_service": maybe,
        "target_service": maybe,
        "port": { "type": ["integer", "null"], "minimum": 1, "maximum": 65535 },
        "protocol": { "enum": ["TCP", "UDP", "SCTP", null] },
        "recommendation": text,
        "namespace": text,
        "policy_name": text,
    });
    if let (Some(all), Some(more)) = (properties.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": ["kind", "recommendation", "namespace", "policy_name"],
    })
}
