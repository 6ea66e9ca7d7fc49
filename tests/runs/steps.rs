//! The steps while they are executed: their order, their failures, pauses, cancellation, progress.

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::{DEADLINE, is_error, pending, text, wait_until};

#[test]
fn steps_wait_for_what_they_depend_on() {
    let stage = Stage::new();
    let mut session = stage.told();
    let named = |id: &str, after: &[&str]| {
        let mut step = draft(id, id);
        step["step_id"] = id.into();
        step["depends_on"] = json!(after);
        step
    };
    let steps =
        [named("last", &["middle", "first"]), named("middle", &["first"]), named("first", &[])];
    let run = create(&mut session, "D1", &plan("k", &steps));
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["first", "middle", "last"]);
}

#[test]
fn a_step_that_fails_ends_the_run_there() {
    for (mode, key) in [("tool_error", "tool"), ("error", "protocol")] {
        let stage = Stage::new();
        let mut session = stage.told();
        stage.notes.control(&json!({"on_call": mode}));
        let steps = [draft("a", "first"), write("b", "fails"), draft("c", "never")];
        let run = approved(&stage, &mut session, &plan(key, &steps));
        let failed = execute(&mut session, &run);
        refused(&failed, "failed");
        let told = &failed["structuredContent"];
        assert_eq!((&told["state"], &told["cause"]), (&json!("failed"), &json!("step_failed")));
        let jobs = json!({"total": 3, "completed": 1, "failed": 1, "unknown": 0});
        assert_eq!(told["jobs"], jobs);
        // It stays so when the server is well again.
        stage.notes.control(&json!({}));
        refused(&execute(&mut session, &run), "failed");
        assert_eq!(stage.written(), ["fails", "first"]);
    }
}

#[test]
fn a_server_that_dies_leaves_a_step_unknown_and_a_person_is_asked_about_it() {
    for (answer, sent) in [("deny", 1), ("approve", 2), ("resume", 2)] {
        let stage = Stage::new();
        let mut session = stage.told();
        let steps = [draft("a", "first"), write("b", "dies"), draft("c", "last")];
        let run = approved(&stage, &mut session, &plan("k", &steps));
        stage.notes.control(&json!({"on_call": "die"}));
        refused(&execute(&mut session, &run), "outcome_unknown");
        let told = status(&mut session, &run);
        assert_eq!((&told["state"], &told["jobs"]["unknown"]), (&json!("interrupted"), &json!(1)));
        stage.notes.control(&json!({}));
        // The yes to the run is no yes to a second try; there is one question, however often it goes on.
        let asked = execute(&mut session, &run);
        refused(&asked, "waiting");
        assert!(text(&asked).contains("step 2 of the run"), "{asked}");
        refused(&execute(&mut stage.told(), &run), "waiting");
        assert_eq!(
            (stage.written(), pending(&stage.home).len()),
            (vec!["dies".into(), "first".into()], 1)
        );
        let question = asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str();
        let question = question.expect("a question").to_owned();
        if answer == "deny" {
            stage.home.deny(&stage.alice, &question, "look first");
            stopped(&execute(&mut session, &run), "denied");
            assert_eq!(status(&mut session, &run)["state"], "stopped");
        } else {
            stage.home.approve(&stage.alice, &question);
            // Whoever resumes the question itself ran the step, and the run knows.
            if answer == "resume" {
                let resumed = session.call("resume_call", json!({"id": question}));
                assert!(!is_error(&resumed), "{resumed}");
            }
            completed(&execute(&mut session, &run));
            assert_eq!(stage.written(), ["dies", "dies", "first", "last"]);
        }
        assert_eq!(stage.notes.calls().len(), sent);
        assert!(pending(&stage.home).is_empty());
    }
}

/// The outcome of an equal call that nobody was told is not the step's.
#[test]
fn an_equal_call_settles_no_step() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x")]));
    stage.notes.control(&json!({"on_call": "die"}));
    refused(&execute(&mut session, &run), "outcome_unknown");
    let equal = json!({"id": "a", "text": "x"});
    let asked = session.call("notes__write_note", json!({"text": "x", "id": "a"}));
    refused(&asked, "waiting");
    let id =
        asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str().expect("an id").to_owned();
    stage.home.approve(&stage.alice, &id);
    let gate = stage.gate("lifted");
    stage.notes.control(&json!({"gate": gate}));
    session.start_call("resume_call", json!({"id": id}));
    wait_until(DEADLINE, || stage.notes.calls_of("write_note") == [equal.clone(), equal.clone()]);
    session.close_stdin();
    lift(&gate);
    session.wait_exit();
    let mut next = stage.told();
    refused(&execute(&mut next, &run), "waiting");
    assert_eq!(status(&mut next, &run)["jobs"]["completed"], 0);
}

/// It was told to come up first, so nothing is lost when it does not.
#[test]
fn a_server_that_is_down_costs_no_step() {
    let stage = Stage::new();
    let mut session = stage.told();
    session.tools_with("drafts__write_note");
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x"), draft("b", "y")]));
    stage.down(&stage.drafts);
    refused(&execute(&mut session, &run), "upstream_down");
    assert_eq!(stage.written(), ["x"]);
    stage.drafts.control(&json!({}));
    wait_until(DEADLINE, || !is_error(&execute(&mut session, &run)));
    assert_eq!(stage.written(), ["x", "y"]);
}

#[test]
fn what_the_client_takes_back_stops_before_the_next_step() {
    let stage = Stage::new();
    let gate = stage.gate("lifted");
    stage.drafts.control(&json!({"gate": gate}));
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[draft("a", "x"), draft("b", "y")]));
    let id = session.start_call("execute_run", json!({"run_id": id_of(&run)}));
    wait_until(DEADLINE, || stage.written() == ["x"]);
    session.cancel(id, "enough");
    wait_until(DEADLINE, || status(&mut session, &run)["state"] == "interrupted");
    let told = status(&mut session, &run);
    assert_eq!(told["jobs"], json!({"total": 2, "completed": 0, "failed": 0, "unknown": 1}));
    lift(&gate);
    // The first may have run, so a person is asked; the second was never sent.
    refused(&execute(&mut session, &run), "waiting");
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn what_the_client_takes_back_while_it_waits_uses_nothing() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let run = create(&mut session, "D3", &plan("k", &[write("a", "x")]));
    let id = session.start_call("execute_run", json!({"run_id": id_of(&run)}));
    wait_until(DEADLINE, || stage.count("waiters") == 1);
    session.cancel(id, "not now");
    wait_until(DEADLINE, || stage.count("waiters") == 0);
    stage.approve(&run);
    assert_eq!(status(&mut session, &run)["state"], "created");
    stage.silent();
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn a_pause_stops_the_run_at_its_next_step_until_it_ends() {
    let stage = Stage::new();
    let gate = stage.gate("lifted");
    stage.notes.control(&json!({"gate": gate}));
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x"), draft("b", "y")]));
    let other = create(&mut session, "D1", &plan("free", &[draft("c", "z")]));
    let id = session.start_call("execute_run", json!({"run_id": id_of(&run)}));
    wait_until(DEADLINE, || stage.written() == ["x"]);
    let agent = run["requested_by"].as_str().expect("a principal").trim_start_matches("agent:");
    stage.home.cli_with_token(&stage.alice, &["pause", "--agent", agent, "--yes"]).ok();
    lift(&gate);
    refused(&session.result(id), "paused");
    assert_eq!(status(&mut session, &run)["cause"], "paused");
    for run in [&run, &other] {
        refused(&execute(&mut session, run), "paused");
    }
    assert_eq!(stage.written(), ["x"]);
    stage.home.cli_with_token(&stage.alice, &["unpause", "--agent", agent, "--yes"]).ok();
    completed(&execute(&mut session, &run));
    completed(&execute(&mut session, &other));
    assert_eq!(stage.written(), ["x", "y", "z"]);
}

#[test]
fn progress_rises_step_by_step() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let run =
        create(&mut session, "D3", &plan("k", &[write("a", "x"), draft("b", "y"), read("c")]));
    let args = json!({"run_id": id_of(&run)});
    let id = session.start_call_with_progress("execute_run", args, &json!("token"));
    wait_until(DEADLINE, || stage.count("waiters") == 1);
    stage.approve(&run);
    completed(&session.result(id));
    let told: Vec<Value> = session
        .notifications()
        .into_iter()
        .filter(|message| message["method"] == "notifications/progress")
        .map(|mut message| message["params"].take())
        .collect();
    assert!(told.iter().all(|progress| progress["progressToken"] == "token"), "{told:#?}");
    let values: Vec<f64> =
        told.iter().filter_map(|progress| progress["progress"].as_f64()).collect();
    assert!(values.windows(2).all(|pair| pair[0] < pair[1]), "{values:?}");
    let steps: Vec<&str> = told
        .iter()
        .filter_map(|progress| progress["message"].as_str())
        .filter(|message| message.starts_with("step "))
        .collect();
    let expected =
        ["step 1 of 3: notes.write", "step 2 of 3: notes.write", "step 3 of 3: notes.read"];
    assert_eq!(steps, expected);
}

#[test]
fn jobs_and_tokens_are_kept() {
    let stage = Stage::new();
    stage.notes.control(&json!({"structured": {"usage": {"total_tokens": 40}}}));
    stage
        .drafts
        .control(&json!({"structured": {"usage": {"input_tokens": 1, "output_tokens": 1}}}));
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x"), draft("b", "y")]));
    completed(&execute(&mut session, &run));
    let told = status(&mut session, &run);
    assert_eq!(told["total_tokens"], 42);
    assert_eq!(told["jobs"], json!({"total": 2, "completed": 2, "failed": 0, "unknown": 0}));
    // A server that boasts spoils nothing.
    let most = json!({"structured": {"usage": {"total_tokens": u64::MAX}}});
    stage.notes.control(&most);
    stage.drafts.control(&most);
    let run = approved(&stage, &mut session, &plan("k2", &[write("a", "x"), draft("b", "y")]));
    let done = execute(&mut session, &run);
    completed(&done);
    assert!(text(&done).contains("2 of 2"), "{done}");
}
