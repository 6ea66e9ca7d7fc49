//! Clients that go away while something waits, and a gateway that ends: nothing runs for whoever is gone, and what a call of
//! his left at a server is kept for him.

use super::inbound_stage::{
    Stand, call, event, held_call, modern_call, modern_headers, result_text, start,
};
use super::support::{DEADLINE, in_tests, pending, python, wait_until};
use serde_json::{Value, json};
use std::net::TcpStream;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

fn write() -> Value {
    json!({"id": "a", "text": "x"})
}

/// Waits until nobody waits for the question, then says yes to it.
#[track_caller]
fn approved_when_abandoned(stand: &Stand) -> String {
    let question = stand.home.the_question();
    let id = question["id"].as_str().expect("an id").to_owned();
    wait_until(DEADLINE, || {
        let rows =
            stand.home.cli_json(&["audit", "list", "--type", "approval.abandoned", "--json"]);
        rows.to_string().contains(&id)
    });
    stand.home.approve(&stand.admin, &id);
    thread::sleep(Duration::from_millis(700));
    id
}

#[track_caller]
fn left(held: impl FnOnce(&Stand) -> TcpStream) {
    let stand = Stand::new();
    let stream = held(&stand);
    stand.home.the_question();
    drop(stream);
    approved_when_abandoned(&stand);
    assert!(stand.recorder.calls_of("write_note").is_empty(), "it ran for a client that is gone");
}

/// The twin: whoever stays gets what he waits for.
#[track_caller]
fn stayed(held: impl FnOnce(&Stand) -> TcpStream) {
    let stand = Stand::new();
    let stream = held(&stand);
    let question = stand.home.the_question();
    stand.home.approve(&stand.admin, question["id"].as_str().expect("an id"));
    let answer = event(&stream, |message| message["result"].is_object());
    assert!(answer.to_string().contains("write_note done"), "{answer}");
    assert_eq!(stand.recorder.calls_of("write_note"), [write()]);
}

fn legacy(stand: &Stand) -> TcpStream {
    let session = stand.initialize(&stand.robot, "raw");
    let body = held_call(1, "write_note", &write());
    stand.open(&stand.robot, &[("Mcp-Session-Id", &session)], &body)
}

fn modern(stand: &Stand) -> TcpStream {
    let headers = modern_headers("tools/call", "write_note");
    stand.open(&stand.robot, &headers, &modern_call(1, "write_note", &write()))
}

#[test]
fn nothing_runs_for_a_legacy_client_that_is_gone() {
    left(legacy);
    stayed(legacy);
}

#[test]
fn nothing_runs_for_a_modern_client_that_is_gone() {
    left(modern);
    stayed(modern);
}

#[test]
fn a_client_that_is_killed_is_gone() {
    let stand = Stand::new();
    let (script, plan) =
        (in_tests("clients/mcp_modern.py"), json!([{"call": "write_note", "arguments": write()}]));
    let mut command = stand.home.program(&python(), &[&script, "--plan", &plan.to_string(), "--"]);
    command.arg(stand.url()).env("AGENT_TOKEN", &stand.robot).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut client = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a client");
    stand.home.the_question();
    client.kill().expect("it can be killed");
    client.wait().expect("it ended");
    let id = approved_when_abandoned(&stand);
    assert!(stand.recorder.calls_of("write_note").is_empty(), "it ran for a client that is gone");
    // It comes back and asks for it by name.
    let plan = json!([{"call": "resume_call", "arguments": {"id": id}}]);
    let mut command = stand.home.program(&python(), &[&script, "--plan", &plan.to_string(), "--"]);
    command.arg(stand.url()).env("AGENT_TOKEN", &stand.robot).env("PYTHONDONTWRITEBYTECODE", "1");
    let report = super::support::run(&mut command, DEADLINE).ok().json();
    assert!(report["steps"][0]["text"].to_string().contains("write_note done"), "{report:#}");
    assert_eq!(stand.recorder.calls_of("write_note").len(), 1);
}

#[test]
fn what_was_sent_already_settles_and_is_kept_for_a_legacy_client() {
    let stand = Stand::new();
    let session = stand.initialize(&stand.robot, "raw");
    let slow = json!({"id": "a", "seconds": 2.5});
    let body = held_call(1, "slow_write", &slow);
    let stream = stand.open(&stand.robot, &[("Mcp-Session-Id", &session)], &body);
    let question = stand.home.the_question();
    stand.home.approve(&stand.admin, question["id"].as_str().expect("an id"));
    wait_until(DEADLINE, || !stand.recorder.calls_of("slow_write").is_empty());
    drop(stream);
    thread::sleep(Duration::from_secs(3));
    assert!(
        stand.recorder.received_method("notifications/cancelled").is_empty(),
        "it was not taken back"
    );
    let ask = call(2, "resume_call", &json!({"id": question["id"]}));
    let answer = stand.in_session(&stand.robot, &session, &ask).is(200);
    assert!(result_text(&answer).contains("slow_write done"), "{answer:#?}");
    assert_eq!(stand.recorder.calls_of("slow_write").len(), 1, "sent once");
}

#[test]
fn a_modern_client_that_closes_takes_its_call_back() {
    let stand = Stand::new();
    let headers = modern_headers("tools/call", "get_progress");
    let body = modern_call(1, "get_progress", &json!({"n": 40, "seconds": 0.2}));
    let stream = stand.open(&stand.robot, &headers, &body);
    wait_until(DEADLINE, || !stand.recorder.calls_of("get_progress").is_empty());
    drop(stream);
    wait_until(DEADLINE, || !stand.recorder.received_method("notifications/cancelled").is_empty());
}

#[test]
fn a_gateway_that_is_told_to_end_says_what_was_not_executed_and_ends_its_sessions() {
    let stand = Stand::new();
    let held = legacy(&stand);
    let id = stand.home.the_question()["id"].clone();
    let began = Instant::now();
    let reading = thread::spawn(move || event(&held, |message| message["result"].is_object()));
    let Stand { home, recorder, admin, robot, gateway, .. } = stand;
    gateway.end();
    let answer = reading.join().expect("an answer came");
    assert!(answer.to_string().contains("NOT EXECUTED"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    home.approve(&admin, id.as_str().expect("an id"));
    let rows = home.cli_json(&["audit", "list", "--type", "session.closed", "--json"]).to_string();
    assert!(rows.contains("ended") && !rows.contains("found_dead"), "{rows}");
    // The next gateway hands over what was said yes to meanwhile.
    let other = home.user_token(&admin, "third", "agent");
    let gateway = start(&home, &recorder, &[]);
    let stand = Stand { home, recorder, admin, robot, other, gateway };
    let session = stand.initialize(&stand.robot, "raw");
    let ask = call(2, "resume_call", &json!({"id": id}));
    let answer = stand.in_session(&stand.robot, &session, &ask).is(200);
    assert!(result_text(&answer).contains("write_note done"), "{answer:#?}");
    assert_eq!(stand.recorder.calls_of("write_note").len(), 1);
    assert!(pending(&stand.home).is_empty());
}
