//! Once: for its keys, for its yes, for each of its steps.

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::{DEADLINE, Session, is_error, wait_until};

#[test]
fn the_same_keys_give_the_same_run_and_anything_else_is_an_error() {
    let stage = Stage::new();
    let mut session = stage.told();
    let wanted = plan("k", &[draft("a", "x")]);
    let run = create(&mut session, "D1", &wanted);
    assert_eq!(run["replay"], false);
    completed(&execute(&mut session, &run));
    // The stored result, in this session and in the next.
    for session in [&mut session, &mut stage.told()] {
        let replay = create(session, "D1", &wanted);
        assert_eq!((&replay["replay"], &replay["state"]), (&json!(true), &json!("completed")));
        assert_eq!(replay["id"], run["id"]);
        completed(&execute(session, &run));
    }
    assert_eq!(stage.written(), ["x"], "a replay was sent");
    let before = (stage.count("runs"), stage.count("idempotency_keys"));
    let own = |key: &str, text: &str| {
        let mut step = draft("a", text);
        step["idempotency_key"] = key.into();
        step
    };
    for (directive, other) in [
        ("D1", plan("k", &[draft("a", "y")])),
        ("D1", plan("k", &[draft("a", "x"), draft("b", "y")])),
        ("D2", wanted.clone()),
        ("D1", plan("fresh", &[own("k:0", "z")])),
    ] {
        refused(&ask(&mut session, directive, &other), "idempotency_conflict");
    }
    assert_eq!(before, (stage.count("runs"), stage.count("idempotency_keys")));
    // Another agent's keys are its own; so are those of a plan that calls a step as itself.
    let mut other = stage.session("pending", "other-client");
    assert_eq!(create(&mut other, "D1", &wanted)["replay"], false);
    let twice = plan("same", &[own("first", "x"), own("same", "y")]);
    assert_eq!(create(&mut session, "D1", &twice)["replay"], false);
    assert_eq!(create(&mut session, "D1", &twice)["replay"], true);
}

/// Two sessions wait for the same yes and both want to execute.
#[test]
fn two_that_execute_at_once_send_each_step_once() {
    let stage = Stage::new();
    let (mut one, mut two) = (stage.holding(), stage.holding());
    let run =
        create(&mut one, "D3", &plan("k", &[write("a", "x"), draft("b", "y"), write("c", "z")]));
    let ids = [&mut one, &mut two]
        .map(|session| session.start_call("execute_run", json!({"run_id": id_of(&run)})));
    wait_until(DEADLINE, || stage.count("waiters") == 2);
    stage.approve(&run);
    let ended = [one.result(ids[0]), two.result(ids[1])];
    let done = |answer: &Value| !is_error(answer);
    assert!(ended.iter().any(done), "{ended:#?}");
    for answer in ended.iter().filter(|answer| !done(answer)) {
        refused(answer, "running");
    }
    wait_until(DEADLINE, || status(&mut one, &run)["state"] == "completed");
    assert_eq!(stage.written(), ["x", "z", "y"]);
    assert_eq!(stage.journal("approval.consumed").len(), 1);
}

/// The same within one session, while the first step is at its server.
#[test]
fn a_second_execution_finds_the_first() {
    let stage = Stage::new();
    let gate = stage.gate("lifted");
    stage.drafts.control(&json!({"gate": gate}));
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[draft("a", "x"), draft("b", "y")]));
    let first = session.start_call("execute_run", json!({"run_id": id_of(&run)}));
    wait_until(DEADLINE, || stage.written() == ["x"]);
    refused(&execute(&mut session, &run), "running");
    refused(&execute(&mut stage.told(), &run), "running");
    assert_eq!(status(&mut session, &run)["state"], "running");
    lift(&gate);
    completed(&session.result(first));
    assert_eq!(stage.written(), ["x", "y"]);
}

/// A yes is used by beginning, so a second run of the same content needs its own.
#[test]
fn a_yes_serves_no_other_run() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x")]));
    let second = create(&mut session, "D3", &plan("k2", &[write("a", "x")]));
    refused(&execute(&mut session, &second), "waiting");
    stage.silent();
    // `resume_call` sends nothing by the yes to a run, and does not use it up.
    let resumed = session.call("resume_call", json!({"id": approval_of(&run), "wait_seconds": 0}));
    refused(&resumed, "not_a_call");
    stage.silent();
    completed(&execute(&mut session, &run));
    refused(&execute(&mut session, &second), "waiting");
    assert_eq!(stage.written(), ["x"]);
}

fn present(session: &mut Session, run: &Value, token: Option<&str>) -> Value {
    let mut args = json!({"run_id": id_of(run)});
    if let Some(token) = token {
        args["token"] = token.into();
    }
    session.call("approve_run", args)
}

#[test]
fn no_agent_says_yes_to_its_run_but_with_the_token_of_a_person() {
    let stage = Stage::new();
    let mut session = stage.told();
    let runs = ["k", "k2"].map(|key| create(&mut session, "D3", &plan(key, &[write("a", key)])));
    let tokens = runs.each_ref().map(|run| {
        let mint = ["token", approval_of(run), "--json", "--yes"];
        let minted = stage.home.cli_with_token(&stage.alice, &mint).ok().json();
        minted["token"].as_str().expect("a token").to_owned()
    });
    refused(&present(&mut session, &runs[0], None), "not_a_decider");
    refused(&present(&mut session, &runs[0], Some("csans_invented")), "token_invalid");
    refused(&present(&mut session, &runs[0], Some(&tokens[1])), "token_invalid");
    let mut other = stage.session("pending", "other-client");
    refused(&present(&mut other, &runs[0], Some(&tokens[0])), "not_found");
    let asleep = execute(&mut session, &runs[0]);
    refused(&asleep, "waiting");
    stage.silent();

    assert!(!is_error(&present(&mut session, &runs[0], Some(&tokens[0]))));
    completed(&execute(&mut session, &runs[0]));
    assert_eq!(stage.written(), ["k"]);
    // A token is spent with it, and the second run still sleeps.
    assert!(is_error(&present(&mut session, &runs[0], Some(&tokens[0]))));
    refused(&execute(&mut session, &runs[1]), "waiting");
    assert_eq!(stage.written(), ["k"]);
}
