//! OPA's data API, so that clients written for it ask us unchanged: `POST /v1/data/<path>` and `GET /v1/policies`.
//!
//! The wire is OPA's (<https://www.openpolicyagent.org/docs/rest-api>): the answer holds `decision_id` and `result`, and an
//! undefined path has no `result`. Under `countersign/` and its alias `cmbagent/` a package that is not there answers the
//! stance with `error: true`: a misspelt name must not look like agreement. It only tells what policy says; nothing can be
//! changed or sent from here, and each question is on record.

use crate::domain::policy::ModuleStatus;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::gate::{Advice, CurrentPolicy, Inquirer, Inquiry, inquire};
use crate::journal::Journal;
use crate::store::StoreError;
use crate::web::guard::{self, Names};
use crate::web::listener;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Bytes of one question: as many as modules take.
const QUESTION_MAX: usize = 256 * 1024;
/// Characters of an agent's name that is taken over.
const NAME_MAX: usize = 64;

/// What the listener answers from.
#[derive(Debug)]
pub struct Opa {
    /// The policy in force.
    pub policy: CurrentPolicy,
    /// Where questions are written down.
    pub journal: Journal,
    /// In which world.
    pub tenant: Tenant,
}

/// Serves until `end` is done.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    opa: Opa,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (names, _held) = Names::hold(listener.local_addr()?);
    listener::run(routes(Arc::new(opa), names), listener, end).await;
    Ok(())
}

fn routes(opa: Arc<Opa>, names: Names) -> Router {
    Router::new()
        .route("/health", get(async || Json(json!({}))))
        .route("/v1/policies", get(policies))
        .route("/v1/data", post(async || Json(json!({}))))
        .route("/v1/data/{*path}", post(data))
        .with_state(opa)
        .layer(DefaultBodyLimit::max(QUESTION_MAX))
        .layer(from_fn_with_state(QUESTION_MAX, listener::sound))
        .layer(from_fn_with_state(names, guard::local))
}

async fn policies(State(opa): State<Arc<Opa>>) -> Response {
    match opa.policy.in_force().await {
        Ok(in_force) => {
            let packages = in_force.snapshot.packages();
            let active =
                packages.into_iter().filter(|(.., status)| *status == ModuleStatus::Active);
            let result: Vec<Value> =
                active.map(|(_, package, _)| json!({ "id": package.replace('.', "/") })).collect();
            Json(json!({ "result": result })).into_response()
        }
        Err(error) => failed(&error),
    }
}

async fn data(State(opa): State<Arc<Opa>>, Path(path): Path<String>, body: String) -> Response {
    // Clients differ in what they say of the type, so the body is read as what it must be.
    let question: Value = if body.trim().is_empty() {
        json!({})
    } else {
        match serde_json::from_str(&body) {
            Ok(question) => question,
            Err(error) => return wrong(&format!("the body is no JSON: {error}")),
        }
    };
    let input = match question.get("input") {
        None => Map::new(),
        Some(Value::Object(input)) => input.clone(),
        Some(_) => return wrong("`input` must be an object"),
    };
    let Some((package, leaf)) = package_of(&path) else { return Json(json!({})).into_response() };
    let in_force = match opa.policy.in_force().await {
        Ok(in_force) => in_force,
        Err(error) => return failed(&error),
    };
    let who = Inquirer {
        tenant: opa.tenant.clone(),
        principal: Principal::new(Role::Agent, format!("opa/{}", named(&input))),
        session: None,
        user: said(&input, "user"),
    };
    let inquiry = Inquiry { input, package: Some(package) };
    match inquire(&in_force, &opa.journal, &who, inquiry).await {
        Ok(advice) => answer(&advice, leaf.as_deref()),
        Err(error) => failed(&error),
    }
}

fn answer(advice: &Advice, leaf: Option<&str>) -> Response {
    let mut result = json!({
        "allow": advice.allowed,
        "deny_reasons": advice.deny_reasons,
        "ask_reasons": advice.ask_reasons,
        "warnings": advice.warnings,
    });
    if let Some(reason) = &advice.reason {
        result["reason"] = json!(reason);
    }
    if advice.error {
        result["error"] = json!(true);
    }
    let found = match leaf {
        None => Some(result),
        Some("decision") => Some(result),
        Some(name) => result.get(name).cloned(),
    };
    let mut answer = json!({ "decision_id": advice.decision_id });
    if let Some(found) = found {
        answer["result"] = found;
    }
    Json(answer).into_response()
}

/// The package that a path names and what is wanted of it; `None` where nothing of ours can be.
fn package_of(path: &str) -> Option<(String, Option<String>)> {
    let mut parts = path.trim_matches('/').split('/');
    let root = parts.next().filter(|root| ["countersign", "cmbagent"].contains(root))?;
    let name = parts.next().filter(|name| !name.is_empty())?;
    let leaf = parts.next().map(str::to_owned);
    parts.next().is_none().then(|| (format!("{root}.{name}"), leaf))
}

/// A text of the input, or of its context.
fn said(input: &Map<String, Value>, name: &str) -> Option<String> {
    let there = |value: Option<&Value>| Some(value?.as_str()?.to_owned());
    there(input.get(name)).or_else(|| there(input.get("context")?.get(name)))
}

/// The agent that a question names, as far as it is a name.
fn named(input: &Map<String, Value>) -> String {
    let name: String = said(input, "agent")
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._- ".contains(*c))
        .take(NAME_MAX)
        .collect();
    if name.trim().is_empty() { "unnamed".to_owned() } else { name.trim().to_owned() }
}

fn wrong(message: &str) -> Response {
    let error = json!({ "code": "invalid_parameter", "message": message });
    (StatusCode::BAD_REQUEST, Json(error)).into_response()
}

/// What the store says is for the log.
fn failed(error: &StoreError) -> Response {
    tracing::error!("a question to policy was not answered: {error}");
    let error = json!({ "code": "internal_error", "message": "the store cannot be used" });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_package_of_ours_or_nothing() {
        let of = |path: &str| package_of(path);
        assert_eq!(of("cmbagent/cost_control"), Some(("cmbagent.cost_control".to_owned(), None)));
        let (package, leaf) = of("countersign/default/allow").expect("a package");
        assert_eq!((package.as_str(), leaf.as_deref()), ("countersign.default", Some("allow")));
        for none in ["", "countersign", "countersign/", "system/main", "countersign/a/b/c"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
