//! What the tools that ask policy share: the question's schema, the asking, the answer in words.

use crate::gate::{Advice, Inquirer, Inquiry, inquire};
use crate::mcp::tools::{Answered, OwnCall, refuse, store_failed};
use serde_json::{Map, Value, json};

/// Characters of an action.
const ACTION_MAX: usize = 100;

/// The schema of one question's members.
pub(in crate::mcp) fn question() -> Value {
    json!({
        "action": {
            "type": "string",
            "minLength": 1,
            "maxLength": ACTION_MAX,
            "description": "Such as `file_read`, `file_write`, `file_delete`, `external_api_call`, `llm_call`, `exec`.",
        },
        "resource": {
            "type": "object",
            "description": "What it is done to: `path`, `url`, `model` ...",
        },
        "context": { "type": "object", "description": "What else policies may read. Default: nothing." },
    })
}

/// The schema of one answer.
pub(in crate::mcp) fn advice_schema() -> Value {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    json!({
        "type": "object",
        "properties": {
            "allowed": { "type": "boolean" },
            "decision": { "enum": ["allow", "ask", "deny"] },
            "policy_package": { "type": "string" },
            "deny_reasons": texts,
            "ask_reasons": texts,
            "warnings": texts,
            "reason": { "type": "string" },
            "duration_ms": { "type": "number", "minimum": 0 },
            "decision_id": { "type": "string", "format": "uuid" },
            "error": { "type": "boolean", "description": "A policy failed; what holds then was decided." },
        },
        "required": ["allowed", "decision", "policy_package", "deny_reasons", "warnings", "duration_ms", "decision_id"],
    })
}

/// Asks about one action.
pub(in crate::mcp) async fn ask(
    call: OwnCall<'_>,
    action: String,
    resource: Value,
    context: Value,
    package: Option<String>,
) -> Result<Advice, Answered> {
    let wrong = |what: &str| Err(refuse("invalid_arguments", what));
    if action.is_empty() || action.chars().count() > ACTION_MAX {
        return wrong("`action` is 1 to 100 characters");
    }
    if !resource.is_object() {
        return wrong("`resource` is an object, such as `{\"path\": \"/srv/data/a.md\"}`");
    }
    let mut input = Map::new();
    match context {
        Value::Null => {}
        Value::Object(_) => {
            input.insert("context".to_owned(), context);
        }
        _ => return wrong("`context` is an object"),
    }
    input.insert("action".to_owned(), json!(action));
    input.insert("resource".to_owned(), resource);
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let who = Inquirer {
        tenant: gate.tenant().clone(),
        principal: call.caller.principal.clone(),
        session: Some(gate.session()),
        user: None,
    };
    let inquiry = Inquiry { input, package };
    inquire(&in_force, gate.journal(), &who, inquiry).await.map_err(|e| store_failed(&e))
}

/// One answer in words.
pub(in crate::mcp) fn told(advice: &Advice) -> String {
    let mut text = format!("{}, says `{}`", advice.decision.as_str(), advice.policy_package);
    for (word, told) in [
        ("because", &advice.deny_reasons),
        ("a yes is needed:", &advice.ask_reasons),
        ("warnings:", &advice.warnings),
    ] {
        if !told.is_empty() {
            text.push_str(&format!("; {word} {}", told.join(", ")));
        }
    }
    if let Some(reason) = &advice.reason {
        text.push_str(&format!(" ({reason})"));
    }
    text.push('.');
    text
}
