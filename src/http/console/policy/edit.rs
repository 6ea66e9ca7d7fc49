//! The editor of modules: a plain text, looked over and tried on request, and suggested as a draft or to judge.

use crate::card::suggestion::seen;
use crate::domain::policy::{ModuleStatus, OnError, Scope};
use crate::gate::tested::TestInput;
use crate::http::House;
use crate::http::act::policy as act;
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::{TAB, on_to};
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::policy::lint::Level;
use crate::policy::module::name_of;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What a new module begins with.
const BEGINNING: &str = "package countersign.my_policy\n\nimport rego.v1\n\ndefault allow := true\n\n\
allow := false if count(deny_reasons) > 0\n\n\
deny_reasons contains \"no deleting of files\" if {\n\tinput.action == \"file_delete\"\n}\n\n\
warnings contains warning if {\n\tsome warning in []\n}\n\n\
decision := {\"allow\": allow, \"deny_reasons\": deny_reasons, \"warnings\": warnings}\n";
/// Inputs to begin with.
const INPUTS: &str = "[\n  {\"action\": \"file_delete\", \"resource\": {\"path\": \"/srv/a\"}, \"expected_decision\": \"deny\"},\n  \
{\"action\": \"file_read\", \"resource\": {\"path\": \"/srv/a\"}, \"expected_decision\": \"allow\"}\n]";

pub(in crate::http::console::policy) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/policy/new", get(new))
        .route("/policy/edit/{name}", get(edit))
        .route("/ui/policy/check", post(check))
        .route("/ui/policy/test", post(test))
        .route("/ui/policy/modules", post(save))
}

#[derive(Template)]
#[template(path = "policy_edit.html")]
struct Page {
    frame: Frame,
    title: String,
    text: String,
    inputs: &'static str,
    description: String,
    scope: &'static str,
    scope_id: String,
    on_error: &'static str,
    scopes: [&'static str; 4],
}

const SCOPES: [&str; 4] = ["global", "session", "project", "user"];

async fn new(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    Ok(show(&Page {
        frame: Frame::of(&house, &who, TAB, "New module").await?,
        title: "A new module".to_owned(),
        text: BEGINNING.to_owned(),
        inputs: INPUTS,
        description: String::new(),
        scope: Scope::Global.as_str(),
        scope_id: String::new(),
        on_error: OnError::Deny.as_str(),
        scopes: SCOPES,
    }))
}

async fn edit(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let (row, text) = act::module(&house, &name).await?;
    Ok(show(&Page {
        frame: Frame::of(&house, &who, TAB, format!("Edit {}", row.name)).await?,
        title: format!("The module {}", row.name),
        text,
        inputs: INPUTS,
        description: row.description,
        scope: row.scope.as_str(),
        scope_id: row.scope_id.unwrap_or_default(),
        on_error: row.on_error.as_str(),
        scopes: SCOPES,
    }))
}

/// Everything that the form holds; each button uses its part.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    text: String,
    #[serde(default)]
    inputs: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    scope_id: String,
    #[serde(default)]
    on_error: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    comment: String,
}

impl Sent {
    /// Browsers send every line break as two characters.
    fn text(&self) -> String {
        self.text.replace("\r\n", "\n")
    }
}

struct FoundView {
    level: &'static str,
    code: &'static str,
    place: String,
    message: String,
    help: String,
}

#[derive(Template)]
#[template(path = "policy_checked.html")]
struct Checked {
    is_ok: bool,
    found: Vec<FoundView>,
}

async fn check(
    State(house): State<Arc<House>>,
    who: Who,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    let found = act::check(&house, &who, &posted.text()).await?;
    let is_ok = found.iter().all(|one| one.level != Level::Error);
    let found = found.into_iter().map(|one| FoundView {
        level: if one.level == Level::Error { "error" } else { "warning" },
        code: one.code,
        place: seen(&one.place(), 100),
        message: seen(&one.message, 600),
        help: seen(&one.help, 300),
    });
    Ok(show(&Checked { is_ok, found: found.collect() }))
}

struct ResultView {
    number: usize,
    input: String,
    expected: &'static str,
    came: String,
    passed: bool,
    why: String,
}

#[derive(Template)]
#[template(path = "policy_tested.html")]
struct TestedPage {
    is_valid: bool,
    errors: Vec<String>,
    results: Vec<ResultView>,
    passed: usize,
    failed: usize,
}

async fn test(who: Who, Posted(posted): Posted<Sent>) -> Result<Response, Refused> {
    let fault = |why: serde_json::Error| {
        let why = seen(&why.to_string(), 200);
        Refused::wrong(format!("the inputs are no JSON list of inputs: {why}"))
    };
    let inputs: Vec<TestInput> = serde_json::from_str(&posted.inputs).map_err(fault)?;
    let tested = act::test(&who, posted.text(), inputs, Map::new()).await?;
    let results = tested.test_results.into_iter().zip(1..).map(|(result, number)| {
        let whys = [result.deny_reasons, result.ask_reasons, result.warnings].concat();
        ResultView {
            number,
            input: seen(&result.input.to_string(), 200),
            expected: result.expected.as_str(),
            came: match (result.decision, &result.error) {
                (Some(verdict), _) => verdict.as_str().to_owned(),
                (None, error) => seen(error.as_deref().unwrap_or("nothing"), 60),
            },
            passed: result.passed,
            why: seen(&whys.join("; "), 300),
        }
    });
    Ok(show(&TestedPage {
        is_valid: tested.policy_valid,
        errors: tested.errors.iter().map(|error| seen(&error.whole, 600)).collect(),
        results: results.collect(),
        passed: tested.passed,
        failed: tested.failed,
    }))
}

async fn save(
    State(house): State<Arc<House>>,
    who: Who,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    let text = posted.text();
    let name = name_of(&text).ok_or_else(|| {
        Refused::wrong("the text does not begin with `package countersign.NAME`, which names it")
    })?;
    let wrong = |what: &str| Refused::wrong(format!("`{what}` is not one of those at hand"));
    let status = ModuleStatus::parse(&posted.status).ok_or_else(|| wrong("status"))?;
    let scope = Scope::parse(&posted.scope).ok_or_else(|| wrong("scope"))?;
    let on_error = OnError::parse(&posted.on_error).ok_or_else(|| wrong("on_error"))?;
    let mut module = json!({
        "name": name, "text": text, "status": status, "scope": scope, "on_error": on_error,
        "description": posted.description.trim(),
    });
    if scope != Scope::Global {
        module["scope_id"] = Value::from(posted.scope_id.trim());
    }
    let diff = json!({ "add": [], "remove": [], "modules": [module], "meta": {} }).to_string();
    let comment = Some(posted.comment.as_str());
    let made = act::suggest(&house, &who, diff.as_bytes(), comment).await?;
    Ok(on_to(&format!("/policy/suggestions/{}", made.approval.id)))
}
