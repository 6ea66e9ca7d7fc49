//! What goes out to the client: whole lines, in the form that its era of the protocol wants.

use crate::domain::call::Method;
use crate::gate::{Refusal, Reply, Told};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Which era a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Up to 2025-11-25: `initialize`, then requests.
    Legacy,
    /// 2026-07-28: every request says for itself who asks; every result says its type.
    Modern,
}

/// A result line from raw JSON: as received, but a modern client is told the result's type.
#[must_use]
pub(super) fn result_line(id: &str, era: Era, result: &str) -> Vec<u8> {
    let mut line = Vec::with_capacity(result.len() + id.len() + 64);
    line.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
    line.extend_from_slice(id.as_bytes());
    line.extend_from_slice(br#","result":"#);
    write_result(&mut line, era, result);
    line.extend_from_slice(b"}\n");
    line
}

/// A result object as this era wants it.
#[must_use]
pub(super) fn typed_result(era: Era, result: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(result.len() + 32);
    write_result(&mut out, era, result);
    out
}

fn write_result(line: &mut Vec<u8>, era: Era, result: &str) {
    match result.strip_prefix('{') {
        Some(rest) if era == Era::Modern && !says_type(result) => {
            line.extend_from_slice(br#"{"resultType":"complete""#);
            if !rest.trim_start().starts_with('}') {
                line.push(b',');
            }
            line.extend_from_slice(rest.as_bytes());
        }
        _ => line.extend_from_slice(result.as_bytes()),
    }
}

/// Whether a result object has a `resultType` of its own at its top level.
fn says_type(result: &str) -> bool {
    type_of(result).is_some()
}

/// Whether a server's result is of another type than those that end a request.
fn wants_more(result: &str) -> bool {
    type_of(result).is_some_and(|said| said != "complete")
}

fn type_of(result: &str) -> Option<Value> {
    #[derive(serde::Deserialize)]
    struct Typed {
        #[serde(default, rename = "resultType")]
        result_type: Option<Value>,
    }
    let holds = |word: &[u8]| memchr::memmem::find(result.as_bytes(), word).is_some();
    // A key may be spelled with escapes.
    if !holds(b"\"resultType\"") && !holds(b"\\u00") {
        return None;
    }
    match serde_json::from_str::<Typed>(result) {
        Ok(typed) => typed.result_type,
        // Twice the same key, or worse: nobody knows what a client makes of it.
        Err(_) => Some(Value::Null),
    }
}

/// What a server of the older era read, as the newer one wants it: it says nothing of caches, so nobody may keep it.
fn for_nobody_else(result: &str) -> Cow<'_, str> {
    #[derive(serde::Deserialize)]
    struct Hints {
        #[serde(default, rename = "ttlMs")]
        ttl: Option<serde::de::IgnoredAny>,
        #[serde(default, rename = "cacheScope")]
        scope: Option<serde::de::IgnoredAny>,
    }
    let told = |hints: Hints| hints.ttl.is_some() || hints.scope.is_some();
    match result.strip_prefix('{') {
        Some(rest) if !serde_json::from_str(result).is_ok_and(told) => {
            let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
            format!("{{\"ttlMs\":0,\"cacheScope\":\"private\"{comma}{rest}").into()
        }
        _ => result.into(),
    }
}

/// An error line from a raw error object.
#[must_use]
pub(super) fn error_object_line(id: &str, error: &str) -> Vec<u8> {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{error}}}\n").into_bytes()
}

/// An error line; without an id when the request's own cannot be used.
#[must_use]
pub(super) fn error_line(
    id: Option<&str>,
    code: i64,
    message: &str,
    data: Option<&Value>,
) -> Vec<u8> {
    let mut error = json!({ "code": code, "message": message });
    if let Some(data) = data {
        error["data"] = data.clone();
    }
    match id {
        Some(id) => error_object_line(id, &error.to_string()),
        None => format!("{{\"jsonrpc\":\"2.0\",\"error\":{error}}}\n").into_bytes(),
    }
}

/// What a tool of ours, or a refusal, says: text for people, data for programs.
#[derive(Debug)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Data in the shape of the tool's output schema.
    pub structured: Option<Value>,
    /// Data about the call itself.
    pub meta: Option<Value>,
    /// Whether the tool failed or did not run.
    pub is_error: bool,
}

impl Said {
    /// The result object.
    #[must_use]
    pub fn result(&self) -> String {
        let mut result = json!({
            "content": [{ "type": "text", "text": self.text }],
            "isError": self.is_error,
        });
        if let Some(structured) = &self.structured {
            result["structuredContent"] = structured.clone();
        }
        if let Some(meta) = &self.meta {
            result["_meta"] = meta.clone();
        }
        result.to_string()
    }
}

impl From<&Refusal> for Said {
    /// Machine data of a refusal stands in `_meta`, never in `structuredContent`: clients hold that against the
    /// tool's output schema.
    fn from(refusal: &Refusal) -> Self {
        Self {
            text: refusal.text.clone(),
            structured: None,
            meta: Some(refusal_meta(refusal)),
            is_error: true,
        }
    }
}

/// The key of our data in a result's `_meta`.
pub(super) const META_KEY: &str = "countersign/refusal";

fn refusal_meta(refusal: &Refusal) -> Value {
    json!({ META_KEY: { "code": refusal.code, "approval": refusal.approval } })
}

/// What is said instead of a server's result that is none yet.
pub(super) const NONE_YET: &str =
    "the server answered with a result that is none yet; nothing of it is passed on";

/// Whether a server answered a modern client with what only we may answer.
pub(super) fn is_none_yet(told: &Told) -> bool {
    !told.ours && wants_more(&told.text)
}

/// The line that answers a proxied request.
#[must_use]
pub(super) fn reply_line(id: &str, era: Era, method: Method, reply: &Reply) -> Vec<u8> {
    match reply {
        // Only we ask a client's user, or hand out a task: whatever a server had put on his screen would pass for ours.
        Reply::Result(told) if era == Era::Modern && is_none_yet(told) => {
            error_line(Some(id), -32603, NONE_YET, None)
        }
        Reply::Result(told) if era == Era::Modern && method == Method::ResourcesRead => {
            result_line(id, era, &for_nobody_else(&told.text))
        }
        Reply::Result(told) => result_line(id, era, &told.text),
        Reply::Error(told) => error_object_line(id, &told.text),
        Reply::Refused(refusal) if refusal.protocol => {
            error_line(Some(id), -32602, &refusal.text, None)
        }
        Reply::Refused(refusal) if method == Method::ToolsCall => {
            result_line(id, era, &Said::from(&**refusal).result())
        }
        // Only tool calls have results that can say "not executed"; everything else says it as an error.
        Reply::Refused(refusal) => {
            error_line(Some(id), -32001, &refusal.text, Some(&refusal_meta(refusal)))
        }
    }
}

/// A progress notification about a token of the client's.
#[must_use]
pub(super) fn progress_line(token: &str, progress: f64, message: &str) -> Vec<u8> {
    let text = Value::String(message.to_owned());
    format!(
        "{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{{\"progressToken\":{token},\
         \"progress\":{progress},\"message\":{text}}}}}\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use crate::mcp::answer::for_nobody_else;

    #[test]
    fn what_an_older_server_read_is_for_no_cache() {
        let whole = r#"{"ttlMs":0,"cacheScope":"private","contents":[]}"#;
        assert_eq!(for_nobody_else(r#"{"contents":[]}"#), whole);
        assert_eq!(for_nobody_else("{ }"), r#"{"ttlMs":0,"cacheScope":"private" }"#);
        // What it says itself stands; what stands deeper says nothing of the result.
        let own = r#"{"contents":[],"ttlMs":5,"cacheScope":"public"}"#;
        assert_eq!(for_nobody_else(own), own);
        assert!(for_nobody_else(r#"{"contents":[{"ttlMs":5}]}"#).starts_with(r#"{"ttlMs":0,"#));
    }
}
