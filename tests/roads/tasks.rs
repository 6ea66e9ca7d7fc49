//! The Tasks extension: a call that waits is a task, which its client looks after until it is done.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Stage, WRITE, forms, note, ran, told, until};
use crate::support::{Session, text};

const TASKS: &str = "io.modelcontextprotocol/tasks";

fn tasks() -> Value {
    json!({"extensions": {TASKS: {}}})
}

/// Makes the call; gives the id of the task that it became.
#[track_caller]
fn task(session: &mut Session, tool: &str, args: Value) -> String {
    let result = session.call(tool, args);
    assert_eq!(result["resultType"], "task", "{result:#}");
    assert_eq!(result["status"], "working", "{result:#}");
    for number in ["ttlMs", "pollIntervalMs"] {
        assert!(result[number].as_u64().is_some_and(|n| n > 0), "{result:#}");
    }
    assert!(result["createdAt"].is_string() && result["lastUpdatedAt"].is_string(), "{result:#}");
    result["taskId"].as_str().expect("a task has an id").to_owned()
}

#[track_caller]
fn about(session: &mut Session, method: &str, id: &str) -> Value {
    let held = session.request(method, json!({"taskId": id}));
    session.response(held)
}

#[track_caller]
fn get(session: &mut Session, id: &str) -> Value {
    let mut response = about(session, "tasks/get", id);
    let result = response["result"].take();
    assert_eq!(result["taskId"], id, "{response:#} {result:#}");
    assert_eq!(result["resultType"], "complete", "{result:#}");
    result
}

#[track_caller]
fn done(session: &mut Session, id: &str) -> Value {
    until(|| Some(get(session, id)).filter(|task| task["status"] != "working"))
}

#[test]
fn a_task_runs_its_call_once_after_the_yes() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let id = task(&mut session, WRITE, note());
    assert_eq!(id, stage.the_id());
    assert_eq!(get(&mut session, &id)["status"], "working");
    stage.executed(&mut session, 0);
    stage.home.approve(&stage.alice, &id);
    // Nobody need look for it to run.
    stage.wait_for_state(&id, "consumed");
    let end = done(&mut session, &id);
    assert_eq!(end["status"], "completed", "{end:#}");
    ran(&end["result"]);
    assert_eq!(end["result"]["resultType"], "complete");
    let once_more = get(&mut session, &id);
    ran(&once_more["result"]);
    stage.executed(&mut session, 1);
    // An equal call is a new task.
    assert_ne!(task(&mut session, WRITE, note()), id);
}

#[test]
fn a_no_and_a_failure_are_told_as_the_call_would_tell_them() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let id = task(&mut session, WRITE, note());
    stage.home.deny(&stage.alice, &id, "drafts only");
    let end = done(&mut session, &id);
    assert_eq!(end["status"], "completed", "{end:#}");
    told(&end["result"], "denied");
    assert!(text(&end["result"]).contains("drafts only"), "{end:#}");
    stage.executed(&mut session, 0);
    stage.notes.control(&json!({"on_call": "error"}));
    let id = task(&mut session, WRITE, note());
    stage.home.approve(&stage.alice, &id);
    let end = done(&mut session, &id);
    assert_eq!((&end["status"], &end["error"]["code"]), (&json!("failed"), &json!(-32000)));
}

#[test]
fn a_task_that_is_cancelled_never_runs() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let id = task(&mut session, WRITE, note());
    assert_eq!(about(&mut session, "tasks/update", &id)["result"]["resultType"], "complete");
    assert_eq!(about(&mut session, "tasks/cancel", &id)["result"]["resultType"], "complete");
    assert_eq!(get(&mut session, &id)["status"], "cancelled");
    stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]).exits(1);
    assert_eq!(get(&mut session, &id)["status"], "cancelled");
    stage.executed(&mut session, 0);
}

#[test]
fn a_task_is_nobody_elses() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let id = task(&mut session, WRITE, note());
    let mut other = stage.modern_as("mallory", tasks());
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let not_hers = about(&mut other, method, &id);
        let nobodys = about(&mut other, method, "00000000-0000-7000-8000-000000000000");
        assert_eq!(not_hers["error"]["code"], -32602, "{not_hers:#}");
        let plain = |answer: &Value, id: &str| {
            answer["error"]["message"].as_str().expect("a message").replace(id, "ID")
        };
        let zero = "00000000-0000-7000-8000-000000000000";
        assert_eq!(plain(&not_hers, &id), plain(&nobodys, zero), "not hers is not there");
    }
    for id in [json!(5), Value::Null, json!("x")] {
        let held = session.request("tasks/get", json!({"taskId": id}));
        assert_eq!(session.response(held)["error"]["code"], -32602);
    }
    assert_eq!(stage.question(&id)["state"], "pending");
    stage.home.approve(&stage.alice, &id);
    ran(&done(&mut session, &id)["result"]);
    stage.executed(&mut session, 1);
}

#[test]
fn nothing_runs_for_a_client_that_left_until_it_is_back() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let id = task(&mut session, WRITE, note());
    session.close_stdin();
    assert_eq!(session.wait_exit(), 0);
    stage.home.approve(&stage.alice, &id);
    stage.stays_at(0);
    assert_eq!(stage.question(&id)["state"], "approved");
    let mut session = stage.modern(tasks());
    stage.executed(&mut session, 0);
    ran(&done(&mut session, &id)["result"]);
    stage.executed(&mut session, 1);
    // The result is told to whoever asks again, also by a later session.
    let mut later = stage.modern(tasks());
    ran(&get(&mut later, &id)["result"]);
    stage.executed(&mut later, 1);
}

#[test]
fn a_killed_gateway_runs_a_task_at_most_once() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let id = task(&mut session, WRITE, note());
    session.kill9();
    let mut session = stage.modern(tasks());
    assert_eq!(get(&mut session, &id)["status"], "working");
    stage.home.approve(&stage.alice, &id);
    ran(&done(&mut session, &id)["result"]);
    stage.executed(&mut session, 1);
}

/// Tasks first, then the client's own user, then the wait: as the client says of each request.
#[test]
fn the_road_is_the_best_that_the_client_declares() {
    let stage = Stage::up_to(2);
    let mut both = tasks();
    both["elicitation"] = json!({"form": {}});
    let mut session = stage.modern(both);
    let id = task(&mut session, WRITE, note());
    assert!(stage.journal("client.asked").is_empty());
    let mut session = stage.modern(forms());
    let result = session.call(WRITE, note());
    assert_eq!(result["resultType"], "input_required", "{result:#}");
    assert_eq!(stage.the_id(), id, "one question");
    let mut session = stage.modern(json!({}));
    let held = session.start_call(WRITE, note());
    session.no_response(held, Duration::from_millis(400));
    // Whoever declares no tasks has none.
    assert_eq!(about(&mut session, "tasks/get", &id)["error"]["code"], -32601);
    stage.home.approve(&stage.alice, &id);
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

/// Only we ask, or hand out tasks: what a server says in our place is not handed on, neither here nor later.
#[test]
fn a_result_inside_a_task_is_one_that_ends_it() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let ask = r#""inputRequests":{"approval":{"method":"elicitation/create","params":{"message":"Sure?"}}}"#;
    for (flag, passes) in [
        (format!(r#""resultType":"input_required","requestState":"x",{ask}"#), false),
        (r#""resultType":"task","taskId":"x","status":"working""#.to_owned(), false),
        (format!(r#""resultType":"complete","resultType":"input_required",{ask}"#), false),
        (r#""resultType":"complete""#.to_owned(), true),
        (r#""other":"resultType""#.to_owned(), true),
    ] {
        stage.notes.control(&json!({"flag": flag}));
        let id = task(&mut session, WRITE, note());
        stage.home.approve(&stage.alice, &id);
        for _ in 0..2 {
            let end = done(&mut session, &id);
            if passes {
                assert_eq!(end["status"], "completed", "{flag}: {end:#}");
                assert_eq!(end["result"]["resultType"], "complete", "{flag}: {end:#}");
            } else {
                assert_eq!(end["status"], "failed", "{flag}: {end:#}");
                assert_eq!(end["error"]["code"], -32603, "{flag}: {end:#}");
                assert!(!end.to_string().contains("Sure?"), "{flag}: {end:#}");
            }
        }
    }
}

#[test]
fn a_read_is_no_task() {
    let stage = Stage::with("");
    let mut session = stage.modern(tasks());
    let result = session.call("notes__read_note", json!({"id": "a"}));
    assert_eq!(result["resultType"], "complete", "{result:#}");
    let found = session.discover();
    assert!(found["capabilities"]["extensions"][TASKS].is_object(), "{found:#}");
}
