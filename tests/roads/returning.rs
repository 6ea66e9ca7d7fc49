//! The newest era: the call is answered `input_required`, and comes back with what the client's user said.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{CLIENT, Stage, WRITE, forms, no, note, ran, told, yes};
use crate::support::{Session, pending, text};

const NEVER: Duration = Duration::from_millis(400);

/// Makes the call; gives the state to come back with.
#[track_caller]
pub(crate) fn asked(session: &mut Session) -> String {
    let result = session.call(WRITE, note());
    assert_eq!(result["resultType"], "input_required", "{result:#}");
    let ask = &result["inputRequests"]["approval"];
    assert_eq!(ask["method"], "elicitation/create", "{result:#}");
    let message = ask["params"]["message"].as_str().expect("a message");
    assert!(message.contains("hello") && message.contains("Tier 2"), "{message}");
    result["requestState"].as_str().expect("a state").to_owned()
}

/// The same call again, with a state and an answer.
pub(crate) fn again(state: &str, answer: &Value) -> Value {
    json!({
        "name": WRITE,
        "arguments": note(),
        "inputResponses": {"approval": answer},
        "requestState": state,
    })
}

#[test]
fn a_yes_that_comes_back_lets_the_call_run_once() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let id = stage.the_id();
    assert_eq!(stage.journal("client.asked").len(), 1);
    stage.executed(&mut session, 0);
    let held = session.request("tools/call", again(&state, &yes()));
    let result = session.result(held);
    ran(&result);
    assert_eq!(result["resultType"], "complete", "{result:#}");
    stage.executed(&mut session, 1);
    stage.decided_by_client(&id);
    // An equal call is a new question.
    let other = asked(&mut session);
    assert_ne!(other, state);
    let held = session.request("tools/call", again(&other, &no()));
    told(&session.result(held), "denied");
    stage.executed(&mut session, 1);
}

#[test]
fn a_no_that_comes_back_ends_it_with_the_reason() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let id = stage.the_id();
    let answer = json!({"action": "decline", "content": {"reason": "drafts only"}});
    let held = session.request("tools/call", again(&state, &answer));
    let result = session.result(held);
    told(&result, "denied");
    assert!(text(&result).contains("drafts only"), "{result:#}");
    stage.decided_by_client(&id);
    stage.executed(&mut session, 0);
}

#[test]
fn whoever_comes_back_without_an_answer_waits_as_ever() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let answers = [json!({"action": "cancel"}), json!({"action": "accept", "content": {}})];
    for (done, answer) in answers.iter().enumerate() {
        let state = asked(&mut session);
        let held = session.request("tools/call", again(&state, answer));
        session.no_response(held, NEVER);
        stage.executed(&mut session, done);
        stage.home.approve(&stage.alice, &stage.the_id());
        ran(&session.result(held));
        stage.executed(&mut session, done + 1);
    }
}

#[test]
fn what_was_decided_elsewhere_meanwhile_counts() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    stage.home.approve(&stage.alice, &stage.the_id());
    let held = session.request("tools/call", again(&state, &no()));
    ran(&session.result(held));
    stage.executed(&mut session, 1);
    assert_eq!(stage.refused("already_approved"), 1);

    let state = asked(&mut session);
    let id = stage.the_id();
    stage.home.deny(&stage.alice, &id, "not today");
    let held = session.request("tools/call", again(&state, &yes()));
    let result = session.result(held);
    told(&result, "denied");
    assert!(text(&result).contains("not today"), "{result:#}");
    // A retry puts no new question, or the client could ask until it is let.
    assert!(pending(&stage.home).is_empty());
    stage.executed(&mut session, 1);
}

#[test]
fn a_gateway_that_was_killed_in_between_changes_nothing() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    session.kill9();
    let mut session = stage.modern(forms());
    let held = session.request("tools/call", again(&state, &yes()));
    ran(&session.result(held));
    stage.executed(&mut session, 1);
    // Killed after it: the state is as spent as before.
    session.kill9();
    let mut session = stage.modern(forms());
    let held = session.request("tools/call", again(&state, &yes()));
    assert_eq!(session.response(held)["error"]["code"], -32602);
    assert_eq!(stage.refused("state_used"), 1);
    stage.executed(&mut session, 1);
}

#[test]
fn two_processes_that_come_back_with_one_state_run_it_once() {
    let stage = Stage::up_to(2);
    let (mut one, mut two) = (stage.modern(forms()), stage.modern(forms()));
    for round in 1..=5 {
        let state = asked(&mut one);
        let (first, second) = thread::scope(|scope| {
            let send = |session: &mut Session| {
                let held = session.request("tools/call", again(&state, &yes()));
                session.response(held)
            };
            let other = scope.spawn(|| {
                let held = two.request("tools/call", again(&state, &yes()));
                two.response(held)
            });
            (send(&mut one), other.join().expect("an answer"))
        });
        let codes = [&first["error"]["code"], &second["error"]["code"]];
        let refused = codes.iter().filter(|code| ***code == json!(-32602)).count();
        assert_eq!(refused, 1, "{first:#} {second:#}");
        assert_eq!(stage.refused("state_used"), round);
        stage.executed(&mut one, round);
    }
}

/// The road is open while an admin lets it be, not while a state lives.
#[test]
fn an_answer_that_comes_after_the_client_was_disallowed_does_not_count() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let id = stage.the_id();
    stage.configure("", "");
    let held = session.request("tools/call", again(&state, &yes()));
    session.no_response(held, NEVER);
    assert_eq!(stage.question(&id)["state"], "pending");
    assert_eq!(stage.refused("client_may_not"), 1);
    stage.executed(&mut session, 0);
    // The twin: allowed again, the same state counts.
    stage.configure(&format!("[client.{CLIENT}]\nanswers_up_to = 2\n"), "");
    let twin = session.request("tools/call", again(&state, &yes()));
    ran(&session.result(twin));
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

#[test]
fn a_modern_client_that_may_not_is_held_as_ever() {
    for (stage, capabilities) in [
        (Stage::with(""), forms()),
        (Stage::up_to(1), forms()),
        (Stage::up_to(2), json!({})),
        (Stage::up_to(2), json!({"elicitation": {"url": {}}})),
    ] {
        let mut session = stage.modern(capabilities);
        let held = session.start_call(WRITE, note());
        let id = stage.the_id();
        session.no_response(held, NEVER);
        assert!(stage.journal("client.asked").is_empty());
        stage.home.approve(&stage.alice, &id);
        ran(&session.result(held));
        stage.executed(&mut session, 1);
    }
    // Tier 3, whatever it is allowed.
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let held = session.start_call("notes__delete_note", json!({"id": "a"}));
    stage.the_id();
    session.no_response(held, NEVER);
    assert!(stage.journal("client.asked").is_empty());
    stage.executed(&mut session, 0);
}

/// Whatever lets a call go meanwhile: after its own user's no it is not sent.
#[test]
fn nothing_is_sent_after_a_no_that_came_back() {
    let own = format!("[client.{CLIENT}]\nanswers_up_to = 2\n");
    let allow = format!("{own}[[rule]]\ntool = \"notes__write_note\"\neffect = \"allow\"\n");
    let stage = Stage::with(&own);
    let mut session = stage.modern(forms());
    let (declined, accepted) = (asked(&mut session), stage.the_id());
    stage.configure(&allow, "");
    let held = session.request("tools/call", again(&declined, &no()));
    told(&session.result(held), "denied");
    stage.decided_by_client(&accepted);
    stage.executed(&mut session, 0);
    // Twin: without a no it is what policy allows.
    ran(&session.call(WRITE, note()));
    stage.executed(&mut session, 1);
}

#[test]
fn a_kept_yes_sends_nothing_after_a_no_that_came_back() {
    let stage = Stage::up_to(2);
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    let keep = ["approve", &stage.the_id(), "--yes", "--remember", "forever"];
    stage.home.cli_with_token(&stage.alice, &keep).ok();
    let held = session.request("tools/call", again(&state, &no()));
    told(&session.result(held), "denied");
    stage.executed(&mut session, 0);
    // Twin: the same call, made anew, is answered by what was kept.
    ran(&session.call(WRITE, note()));
    stage.executed(&mut session, 1);
}
