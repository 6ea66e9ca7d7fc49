//! The erasable part of a row: arguments with guarded values taken out, reasons, sizes.
//!
//! Prompts and completions of language models are never kept: under a guarded name, at any depth, only
//! size and digest of the value stand in the journal. Of a tool's answer the same.

use crate::domain::call::Call;
use crate::domain::digest::Digest;
use crate::domain::id::RunId;
use crate::domain::json::Node;
use crate::domain::money::Reservation;
use crate::domain::outcome::Outcome;
use crate::domain::ruling::Ruling;
use crate::journal::Passed;
use serde_json::json;

const GUARDED: [&str; 14] = [
    "prompt",
    "prompts",
    "response",
    "responses",
    "messages",
    "completion",
    "completions",
    "system_prompt",
    "user_prompt",
    "prompt_content",
    "response_content",
    "llm_prompt",
    "llm_response",
    "chat_history",
];

/// Writes a value as compact JSON, each guarded member's value replaced by
/// `{"guarded":true,"bytes":N,"sha256":"…"}`.
pub fn guarded(node: &Node<'_>, out: &mut Vec<u8>) {
    guard(node, &|_| false, out);
}

/// The same for what is read from the journal, where a value under a guarded name is a digest already: that stays, and
/// anything else under such a name is taken out even here.
pub(in crate::journal) fn guarded_still(node: &Node<'_>, out: &mut Vec<u8>) {
    guard(node, &is_mask, out);
}

/// `stays` says which values under guarded names are left as they are.
fn guard(node: &Node<'_>, stays: &dyn Fn(&Node<'_>) -> bool, out: &mut Vec<u8>) {
    match node {
        Node::Object(members) => {
            out.push(b'{');
            for (i, (key, value)) in members.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                Node::String(key.clone()).write(out);
                out.push(b':');
                if is_guarded(key) && !stays(value) {
                    masked(value, out);
                } else {
                    guard(value, stays, out);
                }
            }
            out.push(b'}');
        }
        Node::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                guard(item, stays, out);
            }
            out.push(b']');
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => node.write(out),
    }
}

fn is_guarded(key: &str) -> bool {
    // `systemPrompt`, `system-prompt` and `SYSTEM_PROMPT` are the same name to whoever wrote them.
    let mut plain = String::with_capacity(key.len() + 4);
    let mut before_lower = false;
    for c in key.chars() {
        if c == '-' || c == ' ' || c == '.' {
            plain.push('_');
        } else if c.is_uppercase() && before_lower {
            plain.push('_');
            plain.extend(c.to_lowercase());
        } else {
            plain.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    GUARDED.contains(&plain.as_str())
}

fn masked(value: &Node<'_>, out: &mut Vec<u8>) {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    let digest = Digest::sha256(&[&bytes]);
    let text = format!(r#"{{"guarded":true,"bytes":{},"sha256":"{digest}"}}"#, bytes.len());
    out.extend_from_slice(text.as_bytes());
}

/// Whether a value is what [`masked`] writes.
fn is_mask(value: &Node<'_>) -> bool {
    let Some([(flag, Node::Bool(true)), (size, Node::Number(_)), (hash, Node::String(hex))]) =
        value.object()
    else {
        return false;
    };
    flag == "guarded" && size == "bytes" && hash == "sha256" && Digest::from_hex(hex).is_some()
}

/// The body of a row about a call.
#[must_use]
pub fn call_body(call: &Call, ruling: &Ruling, passed: &Passed) -> Vec<u8> {
    let parts = call.parts();
    let mut facts = json!({
        "method": parts.method.as_str(),
        "call_digest": call.digest(),
        "identity": parts.upstream.digest,
        "definition": parts.definition,
        "effect": ruling.effect,
        "action": ruling.action,
        "reasons": ruling.reasons,
    });
    if !ruling.warnings.is_empty() {
        facts["warnings"] = json!(ruling.warnings);
    }
    if !passed.dropped.is_empty() {
        facts["meta_dropped"] = json!(passed.dropped);
    }
    let mut out = facts.to_string().into_bytes();
    if let Some(arguments) = &parts.arguments {
        out.pop();
        out.extend_from_slice(br#","arguments":"#);
        match arguments.node() {
            Ok(node) => guarded(&node, &mut out),
            Err(_) => out.extend_from_slice(b"null"),
        }
        out.push(b'}');
    }
    out
}

/// The same body, which says of which step of which run it is.
pub(in crate::journal) fn of_step(mut body: Vec<u8>, of: Option<(RunId, u32)>) -> Vec<u8> {
    if let (Some((run, step)), Some(b'}')) = (of, body.last()) {
        body.pop();
        body.extend_from_slice(format!(r#","run":"{run}","step":{step}}}"#).as_bytes());
    }
    body
}

/// The same body, which says what the call takes out of which budget.
pub(in crate::journal) fn spending(mut body: Vec<u8>, spends: &[Reservation]) -> Vec<u8> {
    if let (false, Some(b'}')) = (spends.is_empty(), body.last()) {
        let spends: Vec<_> = spends
            .iter()
            .map(|Reservation { purse, cost }| json!({ "budget": purse.budget, "cost_usd": cost.dollars() }))
            .collect();
        body.pop();
        body.extend_from_slice(format!(r#","spends":{}}}"#, json!(spends)).as_bytes());
    }
    body
}

/// The body of a `call.outcome` row.
pub(in crate::journal) fn outcome_body(outcome: &Outcome) -> Vec<u8> {
    let mut body = json!({
        "cause": outcome.cause,
        "bytes": outcome.size,
        "sha256": outcome.digest,
        "took_ms": outcome.took_ms,
    });
    if let Some(tokens) = outcome.tokens {
        body["tokens"] = tokens.into();
    }
    body.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn guarded_values_leave_only_size_and_digest() {
        let text =
            r#"{"a":[{"systemPrompt":"canary-1","x":1}],"messages":["canary-2"],"note":"kept"}"#;
        let mut out = Vec::new();
        guarded(&parse(text, &Limits::ARGUMENTS).unwrap(), &mut out);
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains("canary"), "{out}");
        assert!(out.contains("kept") && out.contains(r#""bytes":10"#), "{out}");
        let mut again = Vec::new();
        guarded_still(&parse(&out, &Limits::ARGUMENTS).unwrap(), &mut again);
        assert_eq!(String::from_utf8(again).unwrap(), out, "a digest stays that digest");
        let mut late = Vec::new();
        guarded_still(&parse(text, &Limits::ARGUMENTS).unwrap(), &mut late);
        assert_eq!(String::from_utf8(late).unwrap(), out, "what slipped in is taken out");
    }
}
