//! The shapes of what comes in and goes out, for the document of the API.

use crate::domain::approval::State;
use crate::gate::changes::status;
use crate::gate::tested::{INPUTS_MAX, TEXT_MAX};
use serde_json::{Value, json};

fn object(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    })
}

/// What comes out may have more: names stay, and new ones come.
fn told(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

fn many(name: &str, items: Value) -> Value {
    let mut properties = json!({});
    properties[name] = json!({ "type": "array", "items": items });
    told(properties, &[name])
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn maybe() -> Value {
    json!({ "type": ["string", "null"] })
}

fn number() -> Value {
    json!({ "type": ["integer", "null"] })
}

fn digest(means: &str) -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-fA-F]{64}$", "description": means })
}

fn comment() -> Value {
    json!({ "type": ["string", "null"], "description": "Kept with it; 500 characters are." })
}

fn tier() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 3 })
}

fn a_policy() -> Value {
    json!({
        "id": text(),
        "name": text(),
        "package": maybe(),
        "description": text(),
        "status": { "enum": ["active", "inactive", "draft"] },
        "scope": { "enum": ["global", "session", "project", "user"] },
        "scope_id": maybe(),
        "on_error": { "enum": ["allow", "deny"] },
        "digest": text(),
        "source": { "enum": ["configuration", "store", "template"] },
        "version": number(),
        "changed_by": maybe(),
        "changed_at": maybe(),
    })
}

const A_POLICY: &[&str] = &["id", "name", "status", "scope", "source", "digest"];

pub(in crate::http::api::policies) fn policy() -> Value {
    let mut properties = a_policy();
    properties["policy_content"] = text();
    told(properties, A_POLICY)
}

pub(in crate::http::api::policies) fn lists() -> Value {
    let verdict = json!({ "enum": ["allow", "ask", "deny"] });
    let unspoken = told(json!({ "tier": tier(), "call": text(), "verdict": verdict }), &["tier"]);
    let waits = told(json!({ "key": text(), "message": text() }), &["key", "message"]);
    told(
        json!({
            "version": { "type": "integer", "description": "The version that changed the store last." },
            "policy_version": number(),
            "digest": text(),
            "enforcement": { "type": "boolean", "description": "Whether modules judge." },
            "four_eyes": { "type": "boolean" },
            "stance": { "enum": ["ask", "deny"] },
            "require_approval_tier": tier(),
            "when_nothing_matches": { "type": "array", "items": unspoken },
            "configuration_waits": { "type": "array", "items": waits },
            "problem": maybe(),
            "policies": { "type": "array", "items": told(a_policy(), A_POLICY) },
            "rules": { "type": "array", "items": { "type": "object" } },
        }),
        &["version", "policies", "rules", "stance", "enforcement", "when_nothing_matches"],
    )
}

pub(in crate::http::api::policies) fn patch_body() -> Value {
    object(
        json!({
            "status": { "enum": ["active", "inactive", "draft"] },
            "base_version": {
                "type": ["integer", "null"],
                "description": "`version` of the list as you looked at it: refused when another stands.",
            },
            "comment": comment(),
        }),
        &["status"],
    )
}

pub(in crate::http::api::policies) fn patched() -> Value {
    let mut properties = a_policy();
    properties["applied"] = version();
    json!({ "anyOf": [told(properties, A_POLICY), suggestion()] })
}

pub(in crate::http::api::policies) fn suggest_body() -> Value {
    let diff = json!({ "type": "object", "description": "`{add, remove, modules, meta}`." });
    object(json!({ "diff": diff, "comment": comment() }), &["diff"])
}

pub(in crate::http::api::policies) fn rollback_body() -> Value {
    let version = json!({ "type": "integer", "minimum": 0 });
    object(json!({ "version": version, "comment": comment() }), &["version"])
}

fn a_suggestion() -> Value {
    json!({
        "suggestion_id": { "type": "string", "format": "uuid" },
        "status": { "enum": State::ALL.map(status) },
        "base_version": { "type": "integer", "minimum": 0 },
        "diff_hash": text(),
        "tier": tier(),
        "summary": { "type": "array", "items": text() },
        "warnings": { "type": "array", "items": text() },
        "proposed_by": text(),
        "proposed_at": text(),
        "expires_at": text(),
        "reviewed_by": maybe(),
        "reviewed_at": maybe(),
        "reason": maybe(),
        "rolls_back": number(),
        "applied_version": number(),
        "diff": { "type": "object" },
    })
}

const A_SUGGESTION: &[&str] =
    &["suggestion_id", "status", "base_version", "diff_hash", "tier", "summary", "diff"];

pub(in crate::http::api::policies) fn suggestion() -> Value {
    told(a_suggestion(), A_SUGGESTION)
}

pub(in crate::http::api::policies) fn suggestions() -> Value {
    many("suggestions", suggestion())
}

pub(in crate::http::api::policies) fn page() -> Value {
    let mut properties = a_suggestion();
    properties["removed_rules"] = json!({ "type": "array", "items": { "type": "object" } });
    properties["replay"] = json!({ "type": ["object", "null"] });
    properties["shown"] = digest("The seal of what this tells.");
    properties["votes"] = json!({ "type": "integer" });
    properties["quorum"] = json!({ "type": "integer" });
    told(properties, A_SUGGESTION)
}

pub(in crate::http::api::policies) fn apply_body() -> Value {
    object(
        json!({
            "confirm": { "const": "APPLY", "description": "Says that it is meant." },
            "diff_hash": digest("`diff_hash` of the suggestion as it was shown."),
            "shown": digest("`shown` of it. A login of the console must send it."),
            "word": { "type": ["string", "null"], "description": "At tier 3 from the console: the word on the card." },
            "comment": comment(),
        }),
        &["confirm", "diff_hash"],
    )
}

pub(in crate::http::api::policies) fn reject_body() -> Value {
    let shown = digest("`shown` of it. A login of the console must send it.");
    object(json!({ "reason": maybe(), "shown": shown }), &[])
}

fn version() -> Value {
    told(
        json!({
            "version": { "type": "integer" },
            "kind": { "enum": ["loaded", "applied", "rolled_back"] },
            "digest": text(),
            "at": text(),
            "by": maybe(),
            "self_confirmed": { "type": "boolean" },
            "comment": maybe(),
            "parent": number(),
            "rolls_back": number(),
            "diff": { "type": ["object", "null"] },
            "suggestion_id": text(),
            "status": text(),
            "diff_hash": text(),
        }),
        &["version", "kind", "digest", "at"],
    )
}

pub(in crate::http::api::policies) fn versions() -> Value {
    many("versions", version())
}

pub(in crate::http::api::policies) fn applied() -> Value {
    json!({ "anyOf": [version(), suggestion()] })
}

fn content() -> Value {
    json!({ "type": "string", "maxLength": TEXT_MAX, "description": "The Rego text." })
}

pub(in crate::http::api::policies) fn check_body() -> Value {
    object(json!({ "content": content() }), &["content"])
}

pub(in crate::http::api::policies) fn checked() -> Value {
    let found = told(
        json!({
            "level": { "enum": ["warning", "error"] },
            "code": text(),
            "file": text(),
            "line": { "type": "integer" },
            "column": { "type": "integer" },
            "at": text(),
            "message": text(),
            "help": text(),
        }),
        &["level", "code", "line", "message"],
    );
    let found = json!({ "type": "array", "items": found });
    told(json!({ "ok": { "type": "boolean" }, "found": found }), &["ok", "found"])
}

pub(in crate::http::api::policies) fn test_body() -> Value {
    let input = object(
        json!({
            "action": text(),
            "resource": { "type": "object" },
            "context": { "type": "object" },
            "expected_decision": { "enum": ["allow", "ask", "deny"], "description": "Without, allow." },
        }),
        &["action", "resource"],
    );
    object(
        json!({
            "policy_content": content(),
            "test_inputs": { "type": "array", "items": input, "minItems": 1, "maxItems": INPUTS_MAX },
            "config": { "type": "object", "description": "What the text finds under `data.config`." },
        }),
        &["policy_content", "test_inputs"],
    )
}

pub(in crate::http::api::policies) fn tested() -> Value {
    told(
        json!({
            "policy_valid": { "type": "boolean" },
            "errors": { "type": "array", "items": { "type": "object" } },
            "test_results": { "type": "array", "items": { "type": "object" } },
            "passed": { "type": "integer" },
            "failed": { "type": "integer" },
        }),
        &["policy_valid", "errors", "test_results", "passed", "failed"],
    )
}
