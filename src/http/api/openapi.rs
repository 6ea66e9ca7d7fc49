//! The document of the API, made from the table of its routes: what it does not say does not exist.

use crate::http::api::route::{Answers, Needs, OK, Param, Route};
use crate::http::api::table;
use axum::Json;
use axum::routing::get;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub(in crate::http::api) const ROUTES: &[Route] = &[Route {
    method: "GET",
    path: "/api/v1/openapi.json",
    name: "get_openapi",
    summary: "This document.",
    needs: Needs::Anyone,
    query: &[],
    body: None,
    answers: Answers::Json(schema),
    ok: OK,
    refusals: &[],
    handler: || get(async || Json(&*DOCUMENT)),
}];

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(&table()));

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": { "openapi": { "const": "3.1.0" } },
        "required": ["openapi", "info", "paths", "components"],
    })
}

/// The document of these routes.
fn document(routes: &[Route]) -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        let methods = paths.entry(route.path).or_default();
        methods.insert(route.method.to_ascii_lowercase(), operation(route));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "countersign",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "For people who answer for agents, and for their programs. It listens on a loopback address. \
                            Every refusal is `{\"error\": {\"code\", \"message\", \"help\"}}`; codes stay, words may change. \
                            Whatever is not yours is not there.",
        },
        "servers": [{ "url": "/" }],
        "security": proofs(),
        "paths": paths,
        "components": { "schemas": { "Refused": refused() }, "securitySchemes": schemes() },
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.summary,
        "description": who(route.needs),
        "responses": responses(route),
    });
    let parameters: Vec<Value> =
        in_path(route.path).map(path_parameter).chain(route.query.iter().map(parameter)).collect();
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some(schema) = route.body {
        let schema = schema();
        let required = schema.get("required").is_some();
        let content = json!({ "application/json": { "schema": schema } });
        operation["requestBody"] = json!({ "required": required, "content": content });
    }
    if route.needs == Needs::Nothing {
        operation["security"] = json!([]);
    }
    operation
}

fn who(needs: Needs) -> &'static str {
    match needs {
        Needs::Nothing => "Open to whoever reaches the listener.",
        Needs::Anyone => "For whoever proves who he is.",
        Needs::Operator => "For operators and admins.",
        Needs::Admin => "For admins.",
    }
}

/// The names in braces.
fn in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
}

fn parameter(param: &Param) -> Value {
    json!({
        "name": param.name, "in": "query", "required": false, "description": param.means,
        "schema": { "type": param.kind },
    })
}

fn responses(route: &Route) -> Value {
    let mut all = Map::new();
    let answer = match route.answers {
        Answers::Json(schema) => json!({ "application/json": { "schema": schema() } }),
        Answers::Events => json!({ "text/event-stream": { "schema": { "type": "string" } } }),
    };
    for status in route.ok {
        let means = match status {
            201 => "Made.",
            202 => "Taken, and not done yet: it waits for a person.",
            _ => "Done.",
        };
        all.insert(status.to_string(), json!({ "description": means, "content": &answer }));
    }
    for (status, codes) in refusals(route) {
        let codes: Vec<&str> = codes.into_iter().collect();
        let schema = json!({
            "allOf": [
                { "$ref": "#/components/schemas/Refused" },
                { "properties": { "error": { "properties": { "code": { "enum": codes } } } } },
            ],
        });
        let content = json!({ "application/json": { "schema": schema } });
        let description = format!("Refused: `{}`.", codes.join("`, `"));
        all.insert(status.to_string(), json!({ "description": description, "content": content }));
    }
    // What is refused before a route is looked at: by host, by method, by size, or because something broke.
    let content =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Refused" } } });
    all.insert("default".to_owned(), json!({ "description": "Refused.", "content": content }));
    Value::Object(all)
}

/// Codes by status: those of the route, and those that its proof brings along.
fn refusals(route: &Route) -> BTreeMap<u16, BTreeSet<&'static str>> {
    let of_needs: &[(u16, &str)] = match route.needs {
        Needs::Nothing => &[],
        Needs::Anyone => &[(401, "no_proof"), (500, "internal_error")],
        Needs::Operator | Needs::Admin => {
            &[(401, "no_proof"), (403, "role_not_allowed"), (500, "internal_error")]
        }
    };
    let mut all: BTreeMap<u16, BTreeSet<&'static str>> = BTreeMap::new();
    for (status, code) in of_needs.iter().chain(route.refusals) {
        all.entry(*status).or_default().insert(code);
    }
    all
}

fn refused() -> Value {
    json!({
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": { "type": "string", "description": "A word that programs can lean on." },
                    "message": { "type": "string" },
                    "help": { "type": "string", "description": "What to do, where there is something." },
                },
                "required": ["code", "message"],
                "additionalProperties": false,
            },
        },
        "required": ["error"],
        "additionalProperties": false,
    })
}

/// One proof a request, and never two.
fn proofs() -> Value {
    json!([
        { "token": [] },
        { "signature": [], "timestamp": [], "nonce": [], "principal": [] },
        { "login": [], "key": [] },
    ])
}

fn schemes() -> Value {
    let header = |name: &str, means: &str| json!({ "type": "apiKey", "in": "header", "name": name, "description": means });
    json!({
        "token": { "type": "http", "scheme": "bearer", "description": "An API token: `csapi_...`." },
        "signature": header(
            "X-Countersign-Signature",
            "`sha256=` and the HMAC of method, path, body, time and nonce in hex, keyed with the signing secret.",
        ),
        "timestamp": header("X-Countersign-Timestamp", "Seconds since 1970, as signed."),
        "nonce": header("X-Countersign-Nonce", "Used once, as signed."),
        "principal": header("X-Countersign-Principal", "The user who signs."),
        "login": {
            "type": "apiKey", "in": "cookie", "name": "countersign_PORT",
            "description": "A login of the console; its name ends in the port of the listener. Alone it opens the live stream only.",
        },
        "key": header("X-Countersign-Key", "The other half of the login, which all but the live stream wants beside the cookie."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_told_once_under_a_name_of_its_own() {
        let (routes, document) = (table(), document(&table()));
        let told: usize = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .map(|m| m.as_object().unwrap().len())
            .sum();
        assert_eq!(told, routes.len());
        let names: BTreeSet<&str> = routes.iter().map(|route| route.name).collect();
        assert_eq!(names.len(), routes.len());
        for route in &routes {
            assert_eq!(route.method, route.method.to_ascii_uppercase(), "{}", route.path);
            assert!(route.refusals.iter().all(|(status, _)| (400..600).contains(status)));
            assert!(
                !route.ok.is_empty() && route.ok.iter().all(|status| (200..300).contains(status))
            );
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
            assert!(route.name.bytes().all(plain), "{}", route.name);
        }
    }

    #[test]
    fn the_router_takes_every_route_with_its_method_and_no_other() {
        // axum panics when a path is taken twice, or in two forms.
        let _ = crate::http::api::routes();
        for route in table() {
            // A `MethodRouter` shows the methods that it answers in no other way than this.
            let shown = format!("{:?}", (route.handler)());
            for method in ["get", "post", "put", "patch", "delete"] {
                let none = shown.contains(&format!("{method}: None"));
                let told = route.method.eq_ignore_ascii_case(method);
                assert_eq!(none, !told, "{} {}: {shown}", route.method, route.path);
            }
        }
    }

    #[test]
    fn schemas_are_schemas() {
        for route in table() {
            let answers = match route.answers {
                Answers::Json(schema) => Some(schema),
                Answers::Events => None,
            };
            for schema in answers.into_iter().chain(route.body) {
                jsonschema::meta::validate(&schema()).unwrap();
            }
        }
    }
}
