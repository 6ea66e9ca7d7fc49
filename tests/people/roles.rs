//! Every route of the document with nobody, an agent, an operator and an admin: what is served is what is said.

use super::stage::{Asker, NOBODYS, People, foreign_admin};
use super::support::{Answer, Console, Home, Recorder};
use serde_json::{Value, json};

/// One operation of the document.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) told: Value,
}

impl Operation {
    fn needs(&self) -> &str {
        self.told["description"].as_str().expect("who may")
    }

    /// Whether an answer of this status and code is in the document, and its body as it says.
    #[track_caller]
    pub(crate) fn holds(&self, answer: &Answer) {
        let Self { method, path, told } = self;
        let response = &told["responses"][answer.status.to_string()];
        assert!(
            response.is_object(),
            "{method} {path}: {} is not told of: {answer:#?}",
            answer.status
        );
        let content = response["content"].as_object().expect("content");
        let told_type = content.keys().next().expect("a type");
        let came = answer.header("content-type").unwrap_or_default();
        assert!(came.starts_with(told_type.as_str()), "{method} {path}: {came}, not {told_type}");
        let json = &response["content"]["application/json"]["schema"];
        if json.is_null() {
            return;
        }
        let body = answer.json();
        if answer.status >= 400 {
            let codes = &json["allOf"][1]["properties"]["error"]["properties"]["code"]["enum"];
            let known = codes.as_array().expect("codes").contains(&body["error"]["code"]);
            assert!(known, "{method} {path}: {body} is not among {codes}");
            return;
        }
        if let Err(fault) = jsonschema::validate(json, &body) {
            panic!("{method} {path}: {fault}: {body:#}");
        }
    }
}

/// The document.
#[track_caller]
pub(crate) fn operations(console: &Console, token: &str) -> Vec<Operation> {
    let document =
        console.by_token(token, "GET", "/api/v1/openapi.json", &Value::Null).is(200).json();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, told) in methods.as_object().expect("methods") {
            let (method, path) = (method.to_ascii_uppercase(), path.clone());
            all.push(Operation { method, path, told: told.clone() });
        }
    }
    all
}

/// The path with something in place of every name.
pub(crate) fn filled(path: &str, with: &str) -> String {
    let fill = |part: &str| if part.starts_with('{') { with.to_owned() } else { part.to_owned() };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

#[test]
fn every_route_serves_whom_the_document_names() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    asker.writes("hello");
    let operations = operations(&console, &people.agent);
    assert!(operations.len() > 12, "{}", operations.len());
    let nobody = "csapi_00".to_owned();
    for operation in &operations {
        let Operation { method, path, told } = operation;
        if told["responses"]["200"]["content"]["text/event-stream"].is_object() {
            continue;
        }
        let path = filled(path, NOBODYS);
        let (open, served): (bool, [bool; 4]) = match operation.needs() {
            "Open to whoever reaches the listener." => (true, [true; 4]),
            "For whoever proves who he is." => (false, [false, true, true, true]),
            "For operators and admins." => (false, [false, false, true, true]),
            "For admins." => (false, [false, false, false, true]),
            other => panic!("nobody knows what `{other}` means"),
        };
        assert_eq!(open, told["security"] == json!([]), "{method} {path}");
        let tokens = [&nobody, &people.agent, &people.operator, &people.admin];
        for (token, served) in tokens.into_iter().zip(served) {
            // Wrong on purpose: who may not is told so before what is wrong is looked at, and nothing changes.
            let body = if method == "GET" { Value::Null } else { json!({ "no such field": 1 }) };
            let answer = console.by_token(token, method, &path, &body);
            let refused = [401, 403].contains(&answer.status);
            assert_eq!(!refused, served, "{method} {path} as {token}: {answer:#?}");
            if !served {
                let code =
                    if *token == nobody { (401, "no_proof") } else { (403, "role_not_allowed") };
                answer.clone().refused(code.0, code.1);
            }
            operation.holds(&answer);
        }
    }
}

#[test]
fn what_is_not_in_the_document_is_not_there() {
    let home = Home::new();
    let people = People::of(&home);
    let console = Console::start(&home);
    let operations = operations(&console, &people.admin);
    for operation in &operations {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let told = |other: &&Operation| other.path == operation.path && other.method == method;
            if !operations.iter().any(|other| told(&other)) {
                let path = filled(&operation.path, NOBODYS);
                let answer = console.by_token(&people.admin, method, &path, &Value::Null);
                let refused = (answer.status, answer.code());
                let known = [(404, "not_found"), (405, "method_not_allowed")];
                let known = known.iter().any(|(s, c)| (*s, *c) == (refused.0, refused.1.as_str()));
                assert!(known, "{method} {path}: {answer:#?}");
                assert_eq!(answer.status == 405, answer.header("allow").is_some(), "{answer:#?}");
            }
        }
    }
    for path in ["/api/v1", "/api/v1/users", "/api/v1/pending/", "/api/v2/pending"] {
        let answer = console.by_token(&people.admin, "GET", path, &Value::Null);
        answer.refused(404, "not_found");
    }
    for path in ["/api/v1/policies/%ff", "/api/v1/runs/%ff", "/approvals/%ff"] {
        let answer = console.by_token(&people.admin, "GET", path, &Value::Null);
        assert!([400, 404].contains(&answer.status) && !answer.code().is_empty(), "{answer:#?}");
    }
    // On pages it is a page, with tabs for whoever is logged in and nothing but the sentence for others.
    let login = console.login(&people.admin);
    for path in ["/nowhere", "/history/nowhere", "/approvals/7"] {
        let page = console.get(path, &login.shows()).is(404);
        let tabs = page.body.contains("<nav") && page.body.contains("href=\"/history\"");
        assert!(tabs && page.body.contains("there is no such"), "{path}: {page:#?}");
    }
    let bare = console.get("/nowhere", &[("Accept", "text/html")]).is(404);
    assert!(!bare.body.contains("<nav") && bare.body.contains("no such page"), "{bare:#?}");
    let wrong = console.get("/history?state=odd", &login.shows()).is(400);
    assert!(wrong.body.contains("`state`") && wrong.body.contains("<nav"), "{wrong:#?}");
    for query in ["states=pending", "tier=0&tier=1", "tier=%zz"] {
        let wrong = console.get(&format!("/history?{query}"), &login.shows()).is(400);
        assert!(wrong.body.contains("class=\"alert\""), "{query}: {wrong:#?}");
        let part = [login.shows()[0], ("HX-Request", "true")];
        console.get(&format!("/history?{query}"), &part).refused(400, "invalid_parameter");
    }
}

#[test]
fn a_user_of_another_world_is_nobody_here() {
    let home = Home::new();
    let people = People::of(&home);
    let olga = foreign_admin(&home);
    let console = Console::start(&home);
    for Operation { method, path, told } in operations(&console, &people.admin) {
        if told["security"] == json!([]) {
            continue;
        }
        let answer = console.by_token(&olga, &method, &filled(&path, NOBODYS), &Value::Null);
        answer.refused(401, "no_proof");
    }
}
