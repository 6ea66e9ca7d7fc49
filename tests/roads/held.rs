//! The era with a handshake: `elicitation/create` while the call is held. The first answer wins, wherever it comes from.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Stage, WRITE, forms, no, note, ran, told, yes};
use crate::support::{Session, rounds, text};

const NEVER: Duration = Duration::from_millis(400);

fn ask(session: &mut Session) -> (i64, Value) {
    let held = session.start_call(WRITE, note());
    (held, session.server_request("elicitation/create"))
}

#[test]
fn a_yes_on_the_clients_screen_lets_the_call_run_once() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    let (held, asked) = ask(&mut session);
    let id = stage.the_id();
    let shown = asked["params"]["message"].as_str().expect("a message");
    let short = stage.question(&id)["call_digest"].as_str().expect("a digest")[..12].to_owned();
    for part in ["write_note", "notes", "Tier 2", "hello", "Nothing runs without a yes", &short] {
        assert!(shown.contains(part), "no `{part}` in:\n{shown}");
    }
    assert!(!shown.contains("countersign "), "a command for whoever reads it:\n{shown}");
    let schema = &asked["params"]["requestedSchema"];
    assert_eq!(schema["required"], json!(["approve"]), "{schema}");
    assert_eq!(stage.journal("client.asked").len(), 1);
    stage.executed(&mut session, 0);

    session.answer(&asked, &yes());
    ran(&session.result(held));
    stage.executed(&mut session, 1);
    stage.decided_by_client(&id);
    // An answered question is not withdrawn.
    assert!(session.notifications().iter().all(|n| n["method"] != "notifications/cancelled"));
    // Once more is a new question.
    let (held, asked) = ask(&mut session);
    session.no_response(held, NEVER);
    session.answer(&asked, &no());
    told(&session.result(held), "denied");
    stage.executed(&mut session, 1);
}

#[test]
fn a_no_on_the_clients_screen_ends_it_with_the_reason() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    for answer in [
        json!({"action": "decline", "content": {"reason": "drafts only"}}),
        json!({"action": "accept", "content": {"approve": false, "reason": "drafts only"}}),
    ] {
        let (held, asked) = ask(&mut session);
        let id = stage.the_id();
        session.answer(&asked, &answer);
        let result = session.result(held);
        told(&result, "denied");
        assert!(text(&result).contains("drafts only"), "{result:#}");
        stage.decided_by_client(&id);
    }
    stage.executed(&mut session, 0);
}

#[test]
fn what_is_no_answer_leaves_the_question_to_others() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    let nothing = [
        json!({"action": "cancel"}),
        json!({"action": "accept"}),
        json!({"action": "accept", "content": {}}),
        json!({"action": "accept", "content": {"approve": "true"}}),
        json!({"action": "accept", "content": {"approve": true, "more": 1}}),
        json!("yes"),
    ];
    for (done, answer) in nothing.iter().enumerate() {
        let (held, asked) = ask(&mut session);
        session.answer(&asked, answer);
        session.no_response(held, NEVER);
        // The right answer comes too late for a question that is off the screen.
        session.answer(&asked, &yes());
        session.no_response(held, NEVER);
        stage.executed(&mut session, done);
        stage.home.approve(&stage.alice, &stage.the_id());
        ran(&session.result(held));
    }
    let (held, asked) = ask(&mut session);
    let error = json!({"code": -1, "message": "no screen"});
    let answer = json!({"jsonrpc": "2.0", "id": asked["id"], "error": error});
    session.send_line(&answer.to_string());
    session.no_response(held, NEVER);
    stage.executed(&mut session, nothing.len());
    assert!(stage.journal("approval.approved").len() == nothing.len());
}

#[test]
fn a_question_answered_elsewhere_is_taken_off_the_screen() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    let (held, asked) = ask(&mut session);
    stage.home.approve(&stage.alice, &stage.the_id());
    ran(&session.result(held));
    let withdrawn = session.notification("notifications/cancelled");
    assert_eq!(withdrawn["params"]["requestId"], asked["id"], "{withdrawn}");
    session.answer(&asked, &no());
    stage.executed(&mut session, 1);
    assert!(stage.journal("approval.denied").is_empty());

    // The same for a no, and for a call that its client takes back.
    let (held, asked) = ask(&mut session);
    stage.home.deny(&stage.alice, &stage.the_id(), "no");
    told(&session.result(held), "denied");
    assert_eq!(session.notification("notifications/cancelled")["params"]["requestId"], asked["id"]);
    let (held, asked) = ask(&mut session);
    session.cancel(held, "changed my mind");
    assert_eq!(session.notification("notifications/cancelled")["params"]["requestId"], asked["id"]);
    session.answer(&asked, &yes());
    session.no_response(held, NEVER);
    stage.executed(&mut session, 1);
}

#[test]
fn nobody_waits_longer_for_his_own_client_than_for_others() {
    let stage = Stage::with("[client.test-client]\nanswers_up_to = 2\nhold = \"1s\"\n");
    let mut session = stage.legacy(forms());
    let (held, asked) = ask(&mut session);
    let result = session.result(held);
    told(&result, "waiting");
    assert_eq!(session.notification("notifications/cancelled")["params"]["requestId"], asked["id"]);
    session.answer(&asked, &yes());
    stage.executed(&mut session, 0);
    // Whoever resumes asks again, for the same question.
    let id = stage.the_id();
    let held = session.start_call("resume_call", json!({"id": id}));
    let asked = session.server_request("elicitation/create");
    session.answer(&asked, &yes());
    ran(&session.result(held));
    stage.executed(&mut session, 1);
    stage.decided_by_client(&id);
}

/// The road is open while an admin lets it be, not while a question is on a screen.
#[test]
fn an_answer_that_comes_after_the_client_was_disallowed_does_not_count() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    let (held, asked) = ask(&mut session);
    stage.configure("", "");
    session.answer(&asked, &yes());
    session.no_response(held, NEVER);
    assert_eq!(stage.refused("client_may_not"), 1);
    stage.executed(&mut session, 0);
    stage.home.approve(&stage.alice, &stage.the_id());
    ran(&session.result(held));
}

#[test]
fn of_two_answers_at_once_one_counts_and_it_runs_once() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    for round in 0..rounds(6, 40) {
        let (held, asked) = ask(&mut session);
        let id = stage.the_id();
        thread::scope(|scope| {
            scope.spawn(|| stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]));
            // The command takes a moment to start.
            thread::sleep(Duration::from_millis(u64::try_from(round).expect("small") * 12 % 120));
            session.answer(&asked, &yes());
        });
        ran(&session.result(held));
        stage.executed(&mut session, round + 1);
        assert_eq!(stage.journal("approval.approved").len(), round + 1);
        session.notifications();
    }
}

#[test]
fn what_cannot_be_seen_is_written_out_on_the_clients_screen() {
    let stage = Stage::up_to(2);
    let mut session = stage.legacy(forms());
    let held = session.start_call(WRITE, json!({"id": "a", "text": "x\u{200b}y\u{202e}z"}));
    let asked = session.server_request("elicitation/create");
    let shown = asked["params"]["message"].as_str().expect("a message");
    assert!(shown.contains("\\u{200b}") && shown.contains("\\u{202e}"), "{shown}");
    assert!(!shown.contains('\u{200b}') && !shown.contains('\u{202e}'), "{shown}");
    session.answer(&asked, &no());
    told(&session.result(held), "denied");
}

/// A server has its time-out for its own work. What a person takes is none of it.
#[test]
fn the_wait_for_a_yes_never_eats_the_servers_time_out() {
    let stage = Stage::serving("[client.test-client]\nanswers_up_to = 2\n", "timeout = \"1s\"\n");
    stage.notes.control(&json!({"delay": 0.5}));
    let mut session = stage.legacy(forms());
    let (held, asked) = ask(&mut session);
    thread::sleep(Duration::from_secs(3));
    session.answer(&asked, &yes());
    ran(&session.result(held));
    // The same by an admin, and a server that takes too long is still cut off.
    let (held, _) = ask(&mut session);
    thread::sleep(Duration::from_secs(3));
    stage.home.approve(&stage.alice, &stage.the_id());
    ran(&session.result(held));
    stage.notes.control(&json!({"delay": 2.5}));
    let (held, asked) = ask(&mut session);
    session.answer(&asked, &yes());
    told(&session.result(held), "outcome_unknown");
}
