//! Agents that come over HTTP with clients that nobody here wrote: what reads passes, what writes waits for a person at
//! another process and runs once.

use super::inbound_stage::{Stand, call, messages, modern_call, modern_headers, result_text};
use super::support::{DEADLINE, Output, in_tests, pending, python, run, wait_for, wait_until};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

const RUN: Duration = Duration::from_secs(90);

/// A foreign client at work.
struct Client(Option<thread::JoinHandle<Output>>);

impl Client {
    fn start(stand: &Stand, token: &str, script: &str, plan: &Value) -> Self {
        let (script, plan) = (in_tests(&format!("clients/{script}")), plan.to_string());
        let mut command =
            stand.home.program(&python(), &[&script, "--plan", &plan, "--elicit", "accept", "--"]);
        command.arg(stand.url()).env("AGENT_TOKEN", token).env("PYTHONDONTWRITEBYTECODE", "1");
        Self(Some(thread::spawn(move || run(&mut command, RUN))))
    }

    #[track_caller]
    fn end(&mut self) -> Output {
        self.0.take().expect("a client ends once").join().expect("the client ended in time")
    }

    /// Waits for the question that it must raise.
    #[track_caller]
    fn asks(&mut self, stand: &Stand) -> Value {
        wait_for(DEADLINE, || {
            let question = pending(&stand.home).pop();
            if question.is_none() && self.0.as_ref().is_none_or(thread::JoinHandle::is_finished) {
                panic!("the client ended and nothing was asked: {:#?}", self.end());
            }
            question
        })
    }
}

fn story(script: &str, protocol: &str, principal: &str) {
    let stand = Stand::new();
    let write = |text: &str| json!({"id": "a", "text": text});
    let plan = json!([
        {"call": "read_note", "arguments": {"id": "a"}},
        {"call": "write_note", "arguments": write("yes")},
        {"call": "write_note", "arguments": write("no")},
        {"call": "get_progress", "arguments": {"n": 3, "seconds": 0.05}},
        {"parallel": "read_note", "arguments": {"id": "b"}, "times": 10},
        {"cancel": "write_note", "arguments": write("taken back"), "after": 1.5},
    ]);
    let mut client = Client::start(&stand, &stand.robot, script, &plan);
    let question = client.asks(&stand);
    assert_eq!(question["requested_by"], principal, "{question:#}");
    assert!(stand.recorder.calls_of("write_note").is_empty(), "written before the yes");
    // Long enough to be told of the wait.
    thread::sleep(Duration::from_millis(1_500));
    stand.home.approve(&stand.admin, question["id"].as_str().expect("an id"));
    wait_until(DEADLINE, || !stand.recorder.calls_of("write_note").is_empty());
    let second = client.asks(&stand);
    stand.home.deny(&stand.admin, second["id"].as_str().expect("an id"), "drafts only, please");
    let report = client.end().ok().json();
    assert_eq!(report["protocol"], protocol, "{report:#}");
    let names = report["tools"].as_array().expect("tools");
    assert!(
        names.contains(&json!("read_note")) && names.contains(&json!("resume_call")),
        "{names:?}"
    );
    let steps = &report["steps"];
    assert_eq!(steps[0]["text"], "note a: hello", "{steps:#}");
    assert_eq!(steps[1]["is_error"], false, "{steps:#}");
    let told = steps[1]["progress"].as_array().expect("progress");
    assert!(
        told.iter().any(|one| one[2].to_string().contains("Waiting for a person's yes")),
        "{told:?}"
    );
    assert!(
        steps[2]["text"].as_str().is_some_and(|text| text.contains("drafts only")),
        "{steps:#}"
    );
    assert_eq!(steps[3]["progress"].as_array().map(Vec::len), Some(3), "{steps:#}");
    assert_eq!(steps[4]["texts"], json!(vec!["note b: hello"; 10]), "{steps:#}");
    assert_eq!(steps[5]["cancelled"], true, "{steps:#}");
    assert_eq!(stand.recorder.calls_of("write_note"), [write("yes")], "once, and nothing else");
    // What was taken back is abandoned: a later yes runs nothing.
    let left = stand.home.the_question();
    stand.home.approve(&stand.admin, left["id"].as_str().expect("an id"));
    thread::sleep(Duration::from_millis(500));
    assert_eq!(stand.recorder.calls_of("write_note").len(), 1);
    assert_eq!(stand.stdout(), "", "stdout carries nothing");
}

#[test]
fn a_legacy_client_of_pypi_reads_at_once_and_writes_after_a_yes() {
    story("mcp_legacy.py", "2025-11-25", "agent:robot/mcp-legacy");
}

#[test]
fn a_modern_client_of_pypi_reads_at_once_and_writes_after_a_yes() {
    story("mcp_modern.py", "2026-07-28", "agent:robot/mcp-modern");
}

#[test]
fn fastmcp_reads_at_once_and_writes_after_a_yes() {
    story("fastmcp_client.py", "2026-07-28", "agent:robot/fastmcp");
}

#[test]
fn serve_stands_in_front_of_configured_servers_too() {
    let mut stand = Stand::new();
    stand.home.write_config(&stand.recorder.toml("notes", "production"));
    stand.home.accept_config(&stand.admin);
    let stdout = stand.home.work().join("serve.stdout");
    let args = ["serve", "--http", "127.0.0.1:0"];
    stand.gateway = super::support::Console::serving(&stand.home, &args, &stdout);
    let answer = stand.modern(&stand.robot, "notes__read_note", &json!({"id": "a"})).is(200);
    assert_eq!(result_text(&answer), "note a: hello");
    assert_eq!(std::fs::read(&stdout).expect("a file"), b"");
}

#[test]
fn an_answer_alone_is_json_and_one_that_takes_long_is_a_stream() {
    let stand = Stand::with(&["--on-ask", "pending"], &json!({}));
    let session = stand.initialize(&stand.robot, "raw");
    let quick =
        stand.in_session(&stand.robot, &session, &call(1, "read_note", &json!({"id": "a"})));
    assert_eq!(quick.header("content-type"), Some("application/json"), "{quick:#?}");
    assert_eq!(result_text(&quick.is(200)), "note a: hello");
    let slow = json!({"n": 1, "seconds": 1.6});
    let slow = stand.in_session(&stand.robot, &session, &call(2, "get_progress", &slow)).is(200);
    assert_eq!(slow.header("content-type"), Some("text/event-stream"), "{slow:#?}");
    assert_eq!(result_text(&slow), "get_progress did 1");
    // What waits says so at once where it may not be held.
    let write = json!({"id": "a", "text": "x"});
    let asked = stand.in_session(&stand.robot, &session, &call(3, "write_note", &write)).is(200);
    assert!(result_text(&asked).starts_with("NOT EXECUTED"), "{asked:#?}");
    assert!(stand.recorder.calls_of("write_note").is_empty());
}

#[test]
fn errors_of_the_modern_era_have_their_status() {
    let stand = Stand::new();
    let discover = |version: &str| {
        let mut meta = super::inbound_stage::meta("m");
        meta["io.modelcontextprotocol/protocolVersion"] = json!(version);
        let headers = [("MCP-Protocol-Version", version), ("Mcp-Method", "server/discover")];
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": meta}});
        stand.post(&stand.robot, &headers, &body.to_string())
    };
    let known = discover("2026-07-28").is(200).json();
    assert!(known["result"]["supportedVersions"].to_string().contains("2026-07-28"), "{known:#}");
    assert_eq!(discover("2031-01-01").is(400).json()["error"]["code"], -32022);
    let headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "no/such")];
    let body = modern_call(1, "x", &json!({})).replace("tools/call", "no/such");
    assert_eq!(stand.post(&stand.robot, &headers, &body).is(404).json()["error"]["code"], -32601);
    let read = modern_call(1, "read_note", &json!({"id": "a"}));
    let answer =
        stand.post(&stand.robot, &modern_headers("tools/call", "read_note"), &read).is(200);
    assert_eq!(messages(&answer)[0]["result"]["resultType"], "complete");
    assert!(answer.header("mcp-session-id").is_none(), "that era has no sessions");
}
