//! Network policies over MCP: made from what an agent observed, kept, and listed.
//!
//! Nothing is applied: what comes of it is text and rows in our own store, so these tools sit outside the gate.

pub(in crate::mcp) mod list_network_policies;
pub(in crate::mcp) mod recommend_network_policies;

use serde_json::{Value, json};

/// The schema of what every recommendation says of itself; `more` are further members.
fn recommendation_schema(more: &Value) -> Value {
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
