//! What comes back is in an attacker's hands: replayed, altered, foreign and expired states run nothing and are on record.

use std::time::Duration;

use serde_json::{Value, json};

use crate::returning::{again, asked};
use crate::stage::{CLIENT, Stage, WRITE, forms, note, ran, told, yes};
use crate::support::{DEADLINE, Session, wait_until};

#[track_caller]
fn is_invalid(stage: &Stage, session: &mut Session, params: Value) {
    let before = stage.refused("state_invalid");
    let held = session.request("tools/call", params);
    let response = session.response(held);
    assert_eq!(response["error"]["code"], -32602, "{response:#}");
    assert_eq!(stage.refused("state_invalid"), before + 1, "it is not on record");
}

#[track_caller]
fn counts(session: &mut Session, state: &str) {
    let held = session.request("tools/call", again(state, &yes()));
    ran(&session.result(held));
}

#[test]
fn a_replayed_state_is_refused() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    counts(&mut session, &state);
    for replays in 1..=3 {
        let held = session.request("tools/call", again(&state, &yes()));
        assert_eq!(session.response(held)["error"]["code"], -32602);
        assert_eq!(stage.refused("state_used"), replays);
    }
    stage.executed(&mut session, 1);
    // Nor does it answer the next question about the same call.
    let next = asked(&mut session);
    let held = session.request("tools/call", again(&state, &yes()));
    assert_eq!(session.response(held)["error"]["code"], -32602);
    stage.executed(&mut session, 1);
    counts(&mut session, &next);
    stage.executed(&mut session, 2);
}

#[test]
fn the_state_of_an_older_question_answers_no_newer_one() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let old = asked(&mut session);
    stage.home.deny(&stage.alice, &stage.the_id(), "no");
    let new = asked(&mut session);
    let id = stage.the_id();
    let held = session.request("tools/call", again(&old, &yes()));
    told(&session.result(held), "denied");
    assert_eq!(stage.question(&id)["state"], "pending");
    stage.executed(&mut session, 0);
    counts(&mut session, &new);
    stage.executed(&mut session, 1);
}

#[test]
fn an_altered_state_is_refused() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let digit = |at: usize| {
        let mut bytes = state.clone().into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).expect("hex digits")
    };
    // The question, the time, the nonce, the seal, and all that is no state.
    let mut altered: Vec<String> =
        [0, 31, 32, 40, 47, 48, 79, 80, state.len() - 1].into_iter().map(digit).collect();
    altered.push(state.to_uppercase());
    altered.push(state[..state.len() - 2].to_owned());
    altered.push(format!("{state}00"));
    altered.push(format!(" {state}"));
    altered.push(String::new());
    altered.push("0".repeat(state.len()));
    altered.push("x".repeat(state.len()));
    for state in altered {
        is_invalid(&stage, &mut session, again(&state, &yes()));
    }
    stage.executed(&mut session, 0);
    counts(&mut session, &state);
    stage.executed(&mut session, 1);
}

#[test]
fn the_state_of_another_call_is_refused() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let mut other = again(&state, &yes());
    other["arguments"] = json!({"id": "a", "text": "HELLO"});
    is_invalid(&stage, &mut session, other);
    let mut other = again(&state, &yes());
    other["name"] = json!("notes__update_anything");
    is_invalid(&stage, &mut session, other);
    // A call that needs nobody is refused with it, too.
    let mut other = again(&state, &yes());
    other["name"] = json!("notes__read_note");
    other["arguments"] = json!({"id": "a"});
    is_invalid(&stage, &mut session, other);
    stage.executed(&mut session, 0);
    counts(&mut session, &state);
    stage.executed(&mut session, 1);
}

#[test]
fn the_state_of_another_principal_is_refused() {
    let allowed = |name: &str| format!("[client.{name}]\nanswers_up_to = 2\n");
    let stage = Stage::with(&(allowed(CLIENT) + &allowed("mallory")));
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let mut mallory = stage.modern_as("mallory", forms());
    is_invalid(&stage, &mut mallory, again(&state, &yes()));
    stage.executed(&mut mallory, 0);
    // Hers is as good for her, and no good for anybody else.
    let hers = asked(&mut mallory);
    is_invalid(&stage, &mut session, again(&hers, &yes()));
    counts(&mut mallory, &hers);
    counts(&mut session, &state);
    stage.executed(&mut session, 2);
}

#[test]
fn the_state_of_another_store_or_world_is_refused() {
    let stage = Stage::up_to(2);
    let other = Stage::up_to(2);
    let (mut here, mut there) = (stage.modern(forms()), other.modern(forms()));
    let (state, foreign) = (asked(&mut here), asked(&mut there));
    is_invalid(&stage, &mut here, again(&foreign, &yes()));
    is_invalid(&other, &mut there, again(&state, &yes()));
    // The same store, another world in it.
    let mut world =
        crate::support::Launch::serve(&stage.home, &["--on-ask", "hold", "--tenant", "elsewhere"])
            .client(CLIENT)
            .start();
    world.offer(forms());
    world.modern();
    world.tools_with(WRITE);
    let held = world.request("tools/call", again(&state, &yes()));
    assert_eq!(world.response(held)["error"]["code"], -32602);
    stage.executed(&mut here, 0);
    counts(&mut here, &state);
    counts(&mut there, &foreign);
    stage.executed(&mut here, 1);
    other.executed(&mut there, 1);
}

#[test]
fn an_expired_state_is_refused() {
    let allowed = format!("[client.{CLIENT}]\nanswers_up_to = 2\n");
    let stage = Stage::with(&format!("[approvals]\nanswer_within = \"3s\"\n{allowed}"));
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let id = stage.the_id();
    wait_until(DEADLINE, || stage.question(&id)["state"] == "expired");
    is_invalid(&stage, &mut session, again(&state, &yes()));
    stage.executed(&mut session, 0);
    // The twin comes back in time.
    let state = asked(&mut session);
    counts(&mut session, &state);
    stage.executed(&mut session, 1);
}

#[test]
fn what_does_not_belong_there_is_malformed() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let without = |name: &str| {
        let mut params = again(&state, &yes());
        params.as_object_mut().expect("an object").remove(name);
        params
    };
    let with = |name: &str, value: Value| {
        let mut params = again(&state, &yes());
        params[name] = value;
        params
    };
    let mut malformed = vec![
        ("tools/call", without("requestState")),
        ("tools/call", without("inputResponses")),
        ("tools/call", with("requestState", json!(5))),
        ("tools/call", with("requestState", Value::Null)),
        ("tools/call", with("inputResponses", json!([]))),
        ("tools/call", with("inputResponses", json!({}))),
        ("tools/call", with("inputResponses", json!({"other": yes()}))),
        ("tools/call", with("inputResponses", json!({"approval": yes(), "more": yes()}))),
        ("tools/call", with("name", json!("list_pending_approvals"))),
    ];
    let state_and_answer = json!({"requestState": state, "inputResponses": {"approval": yes()}});
    for (method, own) in [
        ("prompts/get", json!({"name": "notes__greet", "arguments": {"name": "x"}})),
        ("resources/read", json!({"uri": "note://a"})),
        ("tools/list", json!({})),
        ("completion/complete", json!({"ref": {"type": "ref/prompt", "name": "notes__greet"}})),
    ] {
        let mut params = own.clone();
        for (name, value) in state_and_answer.as_object().expect("an object") {
            params[name] = value.clone();
        }
        malformed.push((method, params));
    }
    for (method, params) in malformed {
        let shown = format!("{method} {params}");
        let held = session.request(method, params);
        let response = session.response(held);
        assert_eq!(response["error"]["code"], -32602, "{shown}: {response:#}");
    }
    // A legacy client knows no such thing.
    let mut legacy = stage.legacy(forms());
    let held = legacy.request("tools/call", again(&state, &yes()));
    assert_eq!(legacy.response(held)["error"]["code"], -32602);
    stage.executed(&mut session, 0);
    counts(&mut session, &state);
    stage.executed(&mut session, 1);
}

/// A state opens nothing for somebody who does not carry forms to a user any more; what it answers is the store's to hold.
#[test]
fn a_duplicate_key_hides_nothing() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let meta = session.with_meta(json!({}))["_meta"].to_string();
    let line = |more: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":"dup","method":"tools/call","params":{{"name":"{WRITE}","arguments":{},"requestState":"{state}","inputResponses":{{"approval":{{"action":"decline"{more},"content":{{"approve":true}}}}}},"_meta":{meta}}}}}"#,
            note()
        )
    };
    session.send_line(&line(r#","action":"accept""#));
    let refused = session.recv(Duration::from_secs(10));
    assert!(refused["error"]["code"].as_i64().is_some_and(|code| code <= -32600), "{refused:#}");
    stage.executed(&mut session, 0);
    session.send_line(&line(""));
    let denied = session.response_to(&json!("dup"));
    told(&denied["result"], "denied");
    stage.executed(&mut session, 0);
}
