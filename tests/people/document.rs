//! Every operation of the document, done with what it asks for: its answer is one that the document tells.

use super::reader;
use super::roles::{Operation, filled, operations};
use super::stage::{Asker, NOBODYS, People, get};
use super::support::{Answer, Console, Home, Recorder};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};

const MODULE: &str = "package countersign.no_notes\n\nimport rego.v1\n\ndefault allow := true\n\n\
                      decision := {\"allow\": allow, \"deny_reasons\": [], \"warnings\": []}\n";

/// The document, and which of its operations were done.
struct Told<'a> {
    console: &'a Console,
    operations: Vec<Operation>,
    done: RefCell<BTreeSet<String>>,
}

impl<'a> Told<'a> {
    #[track_caller]
    fn by(console: &'a Console, token: &str) -> Self {
        Self { console, operations: operations(console, token), done: RefCell::default() }
    }

    #[track_caller]
    fn operation(&self, method: &str, path: &str) -> &Operation {
        let fits = |one: &&Operation| one.method == method && one.path == path;
        self.operations.iter().find(fits).unwrap_or_else(|| panic!("no {method} {path}"))
    }

    #[track_caller]
    fn holds(&self, operation: &Operation, answer: &Answer) {
        operation.holds(answer);
        if answer.status < 400 {
            let id = operation.told["operationId"].as_str().expect("an id");
            self.done.borrow_mut().insert(id.to_owned());
        }
    }

    #[track_caller]
    fn ask(&self, token: &str, (method, path): (&str, &str), with: &str, body: &Value) -> Answer {
        let operation = self.operation(method, path);
        let answer = self.console.by_token(token, method, &filled(path, with), body);
        self.holds(operation, &answer);
        answer
    }

    fn left(&self) -> Vec<String> {
        let ids = self.operations.iter().map(|one| one.told["operationId"].as_str());
        let done = self.done.borrow();
        ids.flatten().filter(|id| !done.contains(*id)).map(str::to_owned).collect()
    }
}

/// The head of a stream, which has no end to wait for.
#[track_caller]
fn stream(console: &Console, token: &str) -> Answer {
    let mut stream = console.connect();
    let bearer = format!("Bearer {token}");
    let text = reader::request(&console.host(), "", &[("Authorization", &bearer)]);
    stream.write_all(text.as_bytes()).expect("it is taken");
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a head");
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).expect("text");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Answer { status, headers, body: String::new() }
}

#[test]
fn every_operation_answers_as_the_document_says() {
    let home = Home::new();
    home.write_config("[notify]\nhosts = [\"localhost:9\"]\n");
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let told = Told::by(&console, &people.admin);
    let ask = |method: &str, path: &str, with: &str, body: &Value| {
        told.ask(&people.admin, (method, path), with, body)
    };
    let looks = |path: &str, with: &str| ask("GET", path, with, &Value::Null).is(200).json();

    let (decide, one) = ("/api/v1/approvals/{id}", "/api/v1/pending/{id}");
    let (_, first) = asker.writes("one");
    let (call, second) = asker.writes("two");
    let (_, third) = asker.asks("run_command", json!({ "command": "make" }));
    ask("POST", "/api/v1/approvals/{id}/seen", &first, &Value::Null).is(200);
    ask("POST", decide, &first, &json!({ "decision": "deny", "reason": "no" })).is(200);
    let wish = json!({ "decision": "approve", "remember": "forever" });
    ask("POST", "/api/v1/approvals/{id}/foreseen", &second, &wish).is(200);
    let kept = ask("POST", decide, &second, &wish).is(200).json();
    asker.session.result(call);
    assert_eq!(looks("/api/v1/remembered", "")["remembered"][0]["id"], kept["remembered_id"]);
    let kept = kept["remembered_id"].as_str().expect("an id");
    ask("DELETE", "/api/v1/remembered/{id}", kept, &Value::Null).is(200);
    assert_eq!(looks("/api/v1/relief", "")["asked"], 3);
    for id in [&first, &second, &third] {
        looks(one, id);
    }
    assert_eq!(looks("/api/v1/pending", "")["count"], 1);
    ask("POST", "/api/v1/agents/pause", "", &Value::Null).is(200);
    ask("POST", "/api/v1/agents/unpause", "", &json!({})).is(200);
    ask("POST", decide, &first, &json!({ "decision": "deny" })).refused(409, "already_decided");
    let older = json!({ "decision": "deny", "shown": "0".repeat(64) });
    ask("POST", decide, &third, &older).refused(409, "shown_differs");
    ask("POST", decide, NOBODYS, &json!({ "decision": "deny" })).refused(404, "not_found");
    ask("POST", decide, &third, &json!({})).refused(400, "invalid_parameter");

    changes_policy(&told, &people);
    users_and_targets(&told, &people.admin);
    let opened = stream(&console, &people.admin).is(200);
    told.holds(told.operation("GET", "/api/v1/approvals/stream"), &opened);
    for path in [
        "/api/v1/pending/stats",
        "/api/v1/decisions",
        "/api/v1/violations",
        "/api/v1/events",
        "/api/v1/runs",
        "/api/v1/network-policies",
        "/api/v1/agents",
        "/api/v1/openapi.json",
        "/healthz",
    ] {
        looks(path, "");
    }
    // A run wants a plan: tests of runs look at one.
    assert_eq!(told.left(), ["get_run"]);
    for one in &told.operations {
        let id = one.told["operationId"].as_str().expect("an id");
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{id}");
    }
    get(&console, &people.admin, &format!("/api/v1/runs/{NOBODYS}")).refused(404, "not_found");
}

fn changes_policy(told: &Told<'_>, people: &People) {
    const BASE: &str = "/api/v1/policies";
    const SUGGESTIONS: &str = "/api/v1/policies/suggestions";
    let (one, apply) = (format!("{SUGGESTIONS}/{{id}}"), format!("{SUGGESTIONS}/{{id}}/apply"));
    let (module, reject) = (format!("{BASE}/{{name}}"), format!("{SUGGESTIONS}/{{id}}/reject"));
    let ask = |method: &str, path: &str, with: &str, body: &Value| {
        told.ask(&people.admin, (method, path), with, body)
    };
    let draft = json!({ "name": "no_notes", "text": MODULE, "status": "draft" });
    let diff = json!({ "add": [], "remove": [], "modules": [draft], "meta": {} });
    let suggested = ask("POST", SUGGESTIONS, "", &json!({ "diff": diff })).is(201).json();
    let id = suggested["suggestion_id"].as_str().expect("an id");
    ask("GET", &one, id, &Value::Null).is(200);
    ask("GET", SUGGESTIONS, "", &Value::Null).is(200);
    let confirm = json!({ "confirm": "APPLY", "diff_hash": suggested["diff_hash"] });
    ask("POST", &apply, id, &confirm).is(200);
    ask("GET", BASE, "", &Value::Null).is(200);
    ask("GET", &module, "no_notes", &Value::Null).is(200);
    ask("GET", "/api/v1/policies/versions", "", &Value::Null).is(200);
    let on = json!({ "status": "active" });
    let by_operator = told.ask(&people.operator, ("PATCH", &module), "no_notes", &on).is(202);
    let waits = by_operator.json()["suggestion_id"].as_str().expect("an id").to_owned();
    ask("POST", &reject, &waits, &json!({ "reason": "not now" })).is(200);
    let off = json!({ "status": "inactive" });
    let switched = ask("PATCH", &module, "no_notes", &off).is(200).json();
    ask("PATCH", &module, "no_notes", &off).is(200);
    let version = &switched["applied"]["version"];
    ask("POST", "/api/v1/policies/rollback", "", &json!({ "version": version })).is(201);
    ask("POST", "/api/v1/policies/check", "", &json!({ "content": MODULE })).is(200);
    let input = json!({ "action": "write", "resource": { "tool": "write_note" } });
    let test = json!({ "policy_content": MODULE, "test_inputs": [input] });
    ask("POST", "/api/v1/policies/test", "", &test).is(200);
}

fn users_and_targets(told: &Told<'_>, admin: &str) {
    const TARGETS: &str = "/api/v1/notifications/targets";
    let (target, test) = (format!("{TARGETS}/{{name}}"), format!("{TARGETS}/{{name}}/test"));
    let ask = |method: &str, path: &str, with: &str, body: &Value| {
        told.ask(admin, (method, path), with, body)
    };
    let new = json!({ "name": "new", "role": "agent", "signing": true });
    ask("POST", "/api/v1/tokens", "", &new).is(201);
    ask("DELETE", "/api/v1/tokens/{name}", "new", &Value::Null).is(200);
    let url = "https://localhost:9/api/webhooks/1/none";
    let wish = json!({ "name": "team", "type": "discord", "config": { "webhook_url": url } });
    ask("POST", TARGETS, "", &wish).is(201);
    ask("GET", TARGETS, "", &Value::Null).is(200);
    let tested = ask("POST", &test, "team", &Value::Null).is(200).json();
    assert_eq!(tested["success"], false, "nobody listens there: {tested}");
    ask("GET", "/api/v1/notifications/deliveries", "", &Value::Null).is(200);
    ask("PATCH", &target, "team", &json!({ "enabled": false })).is(200);
    let removed = ask("DELETE", &target, "team", &Value::Null).is(200).json();
    assert_eq!(removed, json!({ "removed": true }));
}
