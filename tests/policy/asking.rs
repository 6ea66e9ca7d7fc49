//! Policy asked about what is no call: over MCP, over OPA's wire by Python's own HTTP client.

use crate::support::{Home, Recorder, Session, python, text_of};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const BUDGET: &str = r#"# countersign: status=active
package countersign.spending

default allow := true

allow := false if count(deny_reasons) > 0

deny_reasons contains "budget_exceeded" if {
	input.action == "llm_call"
	input.budget_remaining_usd < input.estimated_cost_usd
}

warnings contains "no cost is known" if not input.estimated_cost_usd

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

fn with_module(home: &Home, config: &str) {
    home.write_config(config);
    let folder = home.path().join("policies");
    std::fs::create_dir(&folder).expect("a folder");
    write_private(&folder.join("spending.rego"), BUDGET);
}

pub(crate) fn write_private(path: &std::path::Path, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new();
    let mut file = file.write(true).create_new(true).mode(0o600).open(path).expect("a file");
    file.write_all(text.as_bytes()).expect("it can be written");
}

/// A `console --opa` of its own, ended with the value.
#[derive(Debug)]
pub(crate) struct Listener {
    child: Child,
    base: String,
}

impl Listener {
    pub(crate) fn start(home: &Home) -> Self {
        let mut command =
            home.command(&["console", "--listen", "127.0.0.1:0", "--opa", "127.0.0.1:0"]);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let stderr = child.stderr.take().expect("a pipe");
        let mut told = String::new();
        let mut lines = BufReader::new(stderr);
        while !told.contains("http://") {
            told.clear();
            assert!(lines.read_line(&mut told).expect("a line") > 0, "it listens");
        }
        let base = told.split_whitespace().find(|word| word.starts_with("http://"));
        let base = base.expect("its address").trim_end_matches(';').to_owned();
        Self { child, base }
    }

    /// Status and body of a request as Python's own client makes it.
    fn ask(&self, method: &str, path: &str, body: &str, headers: &Value) -> (u16, String) {
        let url = format!("{}{path}", self.base);
        http(method, &url, body, headers)
    }

    pub(crate) fn data(&self, path: &str, input: &Value) -> Value {
        let body = json!({ "input": input }).to_string();
        let headers = json!({ "Content-Type": "application/json" });
        let (status, text) = self.ask("POST", &format!("/v1/data/{path}"), &body, &headers);
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn http(method: &str, url: &str, body: &str, headers: &Value) -> (u16, String) {
    let script = r#"
import json, sys, urllib.request, urllib.error
method, url, body, headers = sys.argv[1:5]
request = urllib.request.Request(url, body.encode() if body else None, json.loads(headers), method=method)
try:
    with urllib.request.urlopen(request, timeout=20) as answer:
        print(answer.status); print(answer.read().decode())
except urllib.error.HTTPError as answer:
    print(answer.code); print(answer.read().decode())
"#;
    let ran = Command::new(python())
        .args(["-c", script, method, url, body, &headers.to_string()])
        .output()
        .expect("python runs");
    let text = String::from_utf8(ran.stdout).expect("text");
    let (status, body) = text.split_once('\n').unwrap_or_else(|| {
        panic!("no answer: {}", String::from_utf8_lossy(&ran.stderr));
    });
    (status.parse().expect("a status"), body.trim().to_owned())
}

/// The input as the seed's client makes it: costs in the context, the model in the resource, the budget in both.
fn client_shape(cost: f64, left: f64) -> Value {
    let context =
        json!({ "agent": "writer", "estimated_cost": cost, "budget": { "remaining_usd": left } });
    json!({
        "action": "llm_call", "resource": { "model": "m" }, "context": context,
        "timestamp": "2026-01-14T12:00:00.000000", "agent": "writer", "session_id": null, "run_id": null,
        "budget": { "remaining_usd": left }, "user": null,
    })
}

#[test]
fn a_client_of_opa_asks_us_unchanged() {
    let home = Home::new();
    with_module(&home, "");
    let listener = Listener::start(&home);
    for package in ["cmbagent/spending", "countersign/spending"] {
        let denied = listener.data(package, &client_shape(0.5, 0.1));
        assert_eq!(denied["result"]["allow"], false, "{denied}");
        assert_eq!(denied["result"]["deny_reasons"], json!(["budget_exceeded"]));
        assert!(denied["decision_id"].is_string());
        let allowed = listener.data(package, &client_shape(0.1, 1.0));
        assert_eq!(allowed["result"]["allow"], true, "the twin: {allowed}");
        assert_eq!(allowed["result"]["deny_reasons"], json!([]));
        assert!(allowed["result"].get("error").is_none());
    }
    let leaf = listener.data("countersign/spending/allow", &client_shape(0.5, 0.1));
    assert_eq!(leaf["result"], false);
    let unknown = listener.data("cmbagent/spendign", &client_shape(0.5, 0.1));
    assert_eq!(
        (&unknown["result"]["allow"], &unknown["result"]["error"]),
        (&json!(true), &json!(true))
    );
    assert!(
        unknown["result"]["reason"].as_str().is_some_and(|r| r.contains("spendign")),
        "{unknown}"
    );
    let elsewhere = listener.data("system/main", &json!({}));
    assert!(elsewhere.get("result").is_none(), "{elsewhere}");
    let (status, listed) = listener.ask("GET", "/v1/policies", "", &json!({}));
    assert_eq!(status, 200);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed["result"], json!([{ "id": "countersign/spending" }]));
    // Five questions about packages, each on record, and the rest is none.
    let rows = home.cli_json(&["audit", "list", "--type", "policy.checked", "--json"]);
    let rows = rows["entries"].as_array().expect("entries");
    assert_eq!(rows.len(), 6, "{rows:?}");
    let denials = rows.iter().filter(|row| row["verdict"] == "deny").count();
    assert_eq!(denials, 3);
}

#[test]
fn a_page_a_foreign_name_and_a_wrong_body_are_refused() {
    let home = Home::new();
    with_module(&home, "");
    let listener = Listener::start(&home);
    let body = json!({ "input": client_shape(0.5, 0.1) }).to_string();
    let path = "/v1/data/countersign/spending";
    let ask = |headers: Value| listener.ask("POST", path, &body, &headers).0;
    assert_eq!(ask(json!({})), 200, "the twin");
    assert_eq!(ask(json!({ "Host": "evil.test:8181" })), 403);
    assert_eq!(ask(json!({ "Origin": "http://localhost:3000" })), 403);
    assert_eq!(ask(json!({ "Sec-Fetch-Site": "cross-site" })), 403);
    assert_eq!(listener.ask("POST", path, "{", &json!({})).0, 400);
    assert_eq!(listener.ask("POST", path, r#"{"input":5}"#, &json!({})).0, 400);
    let long = format!(r#"{{"input":{{"action":"{}"}}}}"#, "x".repeat(2 << 20));
    let file = home.work().join("long.json");
    std::fs::write(&file, long).expect("a file");
    // Too long for an argument: read by the client from a file.
    let script = "import sys,urllib.request,urllib.error\ntry:\n urllib.request.urlopen(urllib.request.Request(sys.argv[1],open(sys.argv[2],'rb').read()),timeout=20)\n print(200)\nexcept urllib.error.HTTPError as e: print(e.code)\nexcept OSError: print(413)";
    let ran = Command::new(python())
        .args(["-c", script, &format!("{}{path}", listener.base), &text_of(&file)])
        .output()
        .expect("python runs");
    assert_eq!(String::from_utf8_lossy(&ran.stdout).trim(), "413");
    assert_eq!(listener.ask("DELETE", path, "", &json!({})).0, 405);
    assert_eq!(listener.ask("POST", "/v1/policies", "{}", &json!({})).0, 405);
    let elsewhere = home.cli(&["console", "--listen", "127.0.0.1:0", "--opa", "0.0.0.0:0"]);
    assert!(elsewhere.code != 0, "{elsewhere:?}");
    assert!(elsewhere.stderr.contains("loopback"), "{elsewhere:?}");
}

#[test]
fn an_agent_asks_before_it_tries() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    with_module(&home, &notes.toml("notes", "production"));
    let mut session = Session::serve(&home, &["--toolsets", "approvals,policy"]);
    let mut ask = |arguments: Value| session.call("check_permission", arguments);
    let question = |cost: f64| {
        json!({
            "action": "llm_call", "resource": { "model": "m" },
            "context": { "estimated_cost": cost, "budget": { "remaining_usd": 0.1 } },
        })
    };
    let denied = ask(question(0.5));
    let said = &denied["structuredContent"];
    assert_eq!((&said["allowed"], &said["decision"]), (&json!(false), &json!("deny")), "{denied}");
    assert_eq!(said["deny_reasons"], json!(["budget_exceeded"]));
    assert!(said["duration_ms"].as_f64().is_some_and(|ms| ms > 0.0));
    let allowed = ask(question(0.05));
    assert_eq!(allowed["structuredContent"]["allowed"], true, "the twin: {allowed}");
    let mut misspelt = question(0.5);
    misspelt["package"] = json!("countersign.spendign");
    let misspelt = ask(misspelt);
    assert_eq!(misspelt["structuredContent"]["error"], true, "{misspelt}");
    let both = session.call(
        "check_permissions",
        json!({ "actions": [question(0.5), question(0.05)], "package": "cmbagent.spending" }),
    );
    let results = both["structuredContent"]["results"].as_array().expect("results");
    let allowed: Vec<&Value> = results.iter().map(|one| &one["allowed"]).collect();
    assert_eq!(allowed, [&json!(false), &json!(true)]);
}

#[test]
fn a_text_is_judged_as_given_and_one_that_is_wrong_is_told_where() {
    let home = Home::new();
    let mut session = Session::serve(&home, &["--toolsets", "approvals,policy"]);
    let inputs = json!([
        { "action": "llm_call", "resource": { "model": "m" }, "expected_decision": "deny",
          "context": { "estimated_cost": 0.5, "budget": { "remaining_usd": 0.1 } } },
        { "action": "llm_call", "resource": { "model": "m" },
          "context": { "estimated_cost": 0.05, "budget": { "remaining_usd": 0.1 } } },
        { "action": "file_read", "resource": {}, "expected_decision": "deny" },
    ]);
    let told = session
        .call("test_policy", json!({ "policy_content": BUDGET, "test_inputs": inputs.clone() }));
    let said = &told["structuredContent"];
    assert_eq!(
        (&said["policy_valid"], &said["passed"], &said["failed"]),
        (&json!(true), &json!(2), &json!(1)),
        "{told}"
    );
    let results = said["test_results"].as_array().expect("results");
    assert_eq!(results[0]["deny_reasons"], json!(["budget_exceeded"]));
    assert_eq!(results[2]["passed"], false, "what was expected is compared");
    let broken = BUDGET.replace("input.action ==", "input.action ===");
    let told = session
        .call("test_policy", json!({ "policy_content": broken, "test_inputs": inputs.clone() }));
    let said = &told["structuredContent"];
    assert_eq!(said["policy_valid"], false, "{told}");
    assert!(said["errors"][0]["line"].as_u64().is_some_and(|line| line > 1), "{told}");
    // What would end or hang this process ends a process of its own.
    let endless = "package countersign.endless\n\nf(x) := g(x + 1)\n\ng(x) := f(x)\n\ndecision := {\"allow\": f(1) > 0, \"deny_reasons\": [], \"warnings\": []}\n";
    let told =
        session.call("test_policy", json!({ "policy_content": endless, "test_inputs": inputs }));
    assert_eq!(told["structuredContent"]["policy_valid"], false, "{told}");
    let stands = session.call("check_permission", json!({ "action": "exec", "resource": {} }));
    assert_eq!(stands["structuredContent"]["allowed"], true, "nothing of it stands: {stands}");
}
