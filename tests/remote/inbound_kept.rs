//! Answers that are kept for a session: they end with the session that asked, and no other has them.

use super::inbound_stage::{Stand, call, result_text};
use super::support::pending;
use serde_json::{Value, json};

fn note() -> Value {
    json!({"id": "a", "text": "hello"})
}

/// Whether the call runs at once in this session; else it asks, and its question is taken back.
#[track_caller]
fn is_kept(stand: &Stand, token: &str, session: &str) -> bool {
    let before = stand.recorder.calls_of("write_note").len();
    let answer = stand.in_session(token, session, &call(9, "write_note", &note())).is(200);
    let text = result_text(&answer);
    let ran = stand.recorder.calls_of("write_note").len() > before;
    assert_eq!(ran, !text.contains("NOT EXECUTED"), "{text}");
    let questions = pending(&stand.home);
    assert_eq!(questions.len(), usize::from(!ran), "{text}: {questions:#?}");
    for question in questions {
        let id = question["id"].as_str().expect("an id");
        let back = call(10, "cancel_approval", &json!({"id": id}));
        stand.in_session(token, session, &back).is(200);
    }
    ran
}

#[track_caller]
fn kept_for_session(stand: &Stand, token: &str, session: &str) {
    let asked = stand.in_session(token, session, &call(1, "write_note", &note())).is(200);
    assert!(result_text(&asked).contains("NOT EXECUTED"));
    let question = stand.home.the_question();
    let id = question["id"].as_str().expect("an id");
    let keep = ["approve", id, "--yes", "--remember", "session"];
    stand.home.cli_with_token(&stand.admin, &keep).ok();
    let resume = call(2, "resume_call", &json!({"id": id}));
    let answer = stand.in_session(token, session, &resume).is(200);
    assert!(result_text(&answer).contains("write_note done"), "{answer:#?}");
}

#[test]
fn an_answer_for_a_session_is_not_used_in_another_of_the_same_token_nor_of_another() {
    let stand = Stand::with(&["--on-ask", "pending"], &json!({}));
    let one = stand.initialize(&stand.robot, "raw");
    let two = stand.initialize(&stand.robot, "raw");
    let foreign = stand.initialize(&stand.other, "raw");
    kept_for_session(&stand, &stand.robot, &one);
    assert!(is_kept(&stand, &stand.robot, &one));
    assert!(!is_kept(&stand, &stand.robot, &two), "another session of the same token");
    assert!(!is_kept(&stand, &stand.other, &foreign), "another token");
    assert!(is_kept(&stand, &stand.robot, &one), "and where it was given it still counts");
    // It ends with its session; a new one begins without it.
    stand.bare("DELETE", &stand.robot, &[("Mcp-Session-Id", &one)]).is(204);
    let next = stand.initialize(&stand.robot, "raw");
    assert!(!is_kept(&stand, &stand.robot, &next));
    let kept = stand.home.cli_json(&["remembered", "list", "--all", "--json"]);
    let rows = kept["remembered"].as_array().expect("a list");
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert!(!rows[0]["ended"].is_null(), "{rows:#?}");
}

/// The era without sessions has one for each token and client, for as long as the gateway serves it.
#[test]
fn in_the_era_without_sessions_it_lasts_while_the_gateway_serves_this_agent() {
    let stand = Stand::with(&["--on-ask", "pending"], &json!({}));
    let text = |token: &str| result_text(&stand.modern(token, "write_note", &note()).is(200));
    assert!(text(&stand.robot).contains("NOT EXECUTED"));
    let question = stand.home.the_question();
    let id = question["id"].as_str().expect("an id");
    let show = ["approve", id, "--yes", "--remember", "session"];
    stand.home.cli_with_token(&stand.admin, &show).ok();
    let params = json!({"id": id});
    let resumed = stand.modern(&stand.robot, "resume_call", &params).is(200);
    assert!(result_text(&resumed).contains("write_note done"), "{resumed:#?}");
    for ran in 2..=3 {
        assert!(text(&stand.robot).contains("write_note done"));
        assert_eq!(stand.recorder.calls_of("write_note").len(), ran);
    }
    assert!(text(&stand.other).contains("NOT EXECUTED"), "another token");
    // A session of the older era of the same token is another.
    let legacy = stand.initialize(&stand.robot, "modern");
    let asked = stand.in_session(&stand.robot, &legacy, &call(1, "write_note", &note())).is(200);
    assert!(result_text(&asked).contains("NOT EXECUTED"), "{asked:#?}");
    assert_eq!(stand.recorder.calls_of("write_note").len(), 3);
}
