//! One route of the API with everything that is documented of it.

use crate::http::House;
use axum::routing::MethodRouter;
use serde_json::{Value, json};
use std::sync::Arc;

/// Who may use a route. What somebody sees of its answer may be less: an agent sees its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Needs {
    /// Nobody in particular.
    Nothing,
    /// Whoever proves who he is.
    Anyone,
    /// An operator or an admin.
    Operator,
    /// An admin.
    Admin,
}

/// A parameter in the query.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Param {
    /// Its name.
    pub(in crate::http) name: &'static str,
    /// Its type of JSON Schema: `string` or `integer`.
    pub(in crate::http) kind: &'static str,
    /// What it means, with its default.
    pub(in crate::http) means: &'static str,
}

/// Done.
pub(in crate::http) const OK: &[u16] = &[200];
/// Made.
pub(in crate::http) const MADE: &[u16] = &[201];
/// Done, or taken and others must join.
pub(in crate::http) const OK_OR_WAITS: &[u16] = &[200, 202];

/// What a route answers with.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) enum Answers {
    /// JSON of this schema.
    Json(fn() -> Value),
    /// A stream of server-sent events.
    Events,
}

/// One method on one path. Parts of the path in braces are parameters.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Route {
    /// The method, upper case.
    pub(in crate::http) method: &'static str,
    /// The path, as axum and OpenAPI both write it.
    pub(in crate::http) path: &'static str,
    /// Its operation id.
    pub(in crate::http) name: &'static str,
    /// What it does, in a sentence.
    pub(in crate::http) summary: &'static str,
    /// Who may.
    pub(in crate::http) needs: Needs,
    /// What may stand in the query.
    pub(in crate::http) query: &'static [Param],
    /// The schema of the body, where there is one.
    pub(in crate::http) body: Option<fn() -> Value>,
    /// What it answers with.
    pub(in crate::http) answers: Answers,
    /// By which statuses: nothing else is a success.
    pub(in crate::http) ok: &'static [u16],
    /// Statuses and codes of refusals beyond those of `needs`.
    pub(in crate::http) refusals: &'static [(u16, &'static str)],
    /// What does it.
    pub(in crate::http) handler: fn() -> MethodRouter<Arc<House>>,
}

/// What every route answers that takes something away.
pub(in crate::http::api) fn removed() -> Value {
    json!({ "removed": true })
}

/// The schema of that.
pub(in crate::http::api) fn removed_schema() -> Value {
    json!({
        "type": "object",
        "properties": { "removed": { "const": true } },
        "required": ["removed"],
        "additionalProperties": false,
    })
}

/// The schema of an object with all of these and nothing else.
pub(in crate::http::api) fn closed(properties: Value) -> Value {
    let required: Vec<&String> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}
