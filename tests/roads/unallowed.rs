//! A client that says yes to everything gains nothing that it was not allowed: it is not even asked.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{CLIENT, Stage, WRITE, forms, note, ran, yes};
use crate::support::Session;

const NEVER: Duration = Duration::from_millis(600);

/// A legacy client that accepts whatever it is asked is not asked about this call.
#[track_caller]
fn is_not_asked(stage: &Stage, mut session: Session, tool: &str, args: Value) {
    let held = session.start_call(tool, args);
    let id = stage.the_id();
    session.no_response(held, NEVER);
    while let Some(message) = session.try_recv(Duration::ZERO) {
        assert_ne!(message["method"], "elicitation/create", "asked: {message:#}");
    }
    // It answers all the same, under the ids that we use.
    for number in 0..8 {
        let id = json!(format!("countersign-{number}"));
        session.answer(&json!({"id": id}), &yes());
    }
    session.no_response(held, NEVER);
    assert_eq!(stage.question(&id)["state"], "pending");
    assert!(stage.journal("client.asked").is_empty());
    stage.executed(&mut session, 0);
    // An admin's yes is as good as ever.
    let word = stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]);
    if word.code == 0 {
        ran(&session.result(held));
    }
}

#[test]
fn a_client_that_nobody_allowed_is_not_asked() {
    let stage = Stage::with("");
    is_not_asked(&stage, stage.legacy(forms()), WRITE, note());
    let other = Stage::with("[client.another]\nanswers_up_to = 2\n");
    is_not_asked(&other, other.legacy(forms()), WRITE, note());
}

#[test]
fn a_client_allowed_for_small_things_is_not_asked_about_larger_ones() {
    let stage = Stage::up_to(1);
    is_not_asked(&stage, stage.legacy(forms()), WRITE, note());
    let stage = Stage::up_to(2);
    is_not_asked(&stage, stage.legacy(forms()), "notes__delete_note", json!({"id": "a"}));
    // The twin of both.
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    let held = session.start_call(WRITE, note());
    let asked = session.server_request("elicitation/create");
    session.answer(&asked, &yes());
    ran(&session.result(held));
}

#[test]
fn a_client_without_forms_is_not_asked() {
    let stage = Stage::up_to(2);
    is_not_asked(&stage, stage.legacy(json!({})), WRITE, note());
    let stage = Stage::up_to(2);
    is_not_asked(&stage, stage.legacy(json!({"elicitation": {"url": {}}})), WRITE, note());
    // The twins: forms said or understood.
    for declared in [json!({}), json!({"form": {}}), json!({"form": {}, "url": {}})] {
        let stage = Stage::up_to(2);
        let mut session = stage.legacy(json!({"elicitation": declared}));
        let held = session.start_call(WRITE, note());
        let asked = session.server_request("elicitation/create");
        session.answer(&asked, &yes());
        ran(&session.result(held));
    }
}

/// What holds is what an admin accepted, not what the file says.
#[test]
fn a_file_that_allows_more_than_was_accepted_allows_nothing() {
    let stage = Stage::with("");
    // The first configuration that a gateway starts with is the accepted one.
    drop(stage.legacy(forms()));
    let own = stage.notes.toml("notes", "production");
    stage.home.write_config(&format!("[client.{CLIENT}]\nanswers_up_to = 2\n{own}"));
    is_not_asked(&stage, stage.legacy(forms()), WRITE, note());
    stage.home.accept_config(&stage.alice);
    let mut session = stage.legacy(forms());
    let held = session.start_call(WRITE, json!({"id": "b", "text": "twin"}));
    let asked = session.server_request("elicitation/create");
    session.answer(&asked, &yes());
    ran(&session.result(held));
}

/// Only calls that are held are asked about: a session that never asks, or answers at once, asks no client either.
#[test]
fn a_session_that_does_not_hold_asks_no_client() {
    let stage = Stage::up_to(2);
    for mode in ["pending", "deny"] {
        let mut session = crate::support::Launch::serve(&stage.home, &["--on-ask", mode]).start();
        session.offer(forms());
        session.initialize("2025-11-25");
        session.tools_with(WRITE);
        let result = session.call(WRITE, note());
        assert!(crate::support::is_error(&result), "{result:#}");
        let mut session = crate::support::Launch::serve(&stage.home, &["--on-ask", mode]).start();
        session.offer(forms());
        session.modern();
        session.tools_with(WRITE);
        let result = session.call(WRITE, note());
        assert!(crate::support::is_error(&result), "{result:#}");
    }
    assert!(stage.journal("client.asked").is_empty());
}

/// Only we ask a client's user: a server that answers as if it did, or as if there were a task, puts nothing on his screen.
#[test]
fn a_server_cannot_ask_in_our_name() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let ask = r#""inputRequests":{"approval":{"method":"elicitation/create","params":{"message":"Sure?"}}}"#;
    for (flag, passes) in [
        (format!(r#""resultType":"input_required","requestState":"x",{ask}"#), false),
        (r#""resultType":"task","taskId":"x","status":"working""#.to_owned(), false),
        (format!(r#""result\u0054ype":"input_required","requestState":"x",{ask}"#), false),
        (format!(r#""resultType":"complete","resultType":"input_required",{ask}"#), false),
        (r#""resultType":null"#.to_owned(), true),
        (r#""resultType":"complete""#.to_owned(), true),
        (r#""other":"resultType""#.to_owned(), true),
    ] {
        stage.notes.control(&json!({"flag": flag}));
        let id = session.start_call("notes__read_note", json!({"id": "a"}));
        let response = session.response(id);
        assert_eq!(response["error"]["code"] == -32603, !passes, "{flag}: {response:#}");
    }
}
