//! A server has its time-out for its own work. What a person takes is none of it, whichever road the answer comes by.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::returning::{again, asked};
use crate::stage::{Stage, WRITE, forms, note, ran, told, until, yes};
use crate::support::Session;

/// How long the person takes: three times the time-out.
const LONG: Duration = Duration::from_secs(3);

/// A server that has one second, and takes half of it.
fn stage() -> Stage {
    let stage = Stage::serving("[client.test-client]\nanswers_up_to = 2\n", "timeout = \"1s\"\n");
    stage.notes.control(&json!({"delay": 0.5}));
    stage
}

/// From here on it takes too long, which must still be noticed, or the tests show nothing.
fn slower(stage: &Stage) {
    stage.notes.control(&json!({"delay": 2.5}));
}

#[test]
fn of_a_call_that_comes_back() {
    let stage = stage();
    let mut session = stage.modern(forms());
    let state = asked(&mut session);
    thread::sleep(LONG);
    let held = session.request("tools/call", again(&state, &yes()));
    ran(&session.result(held));
    // The same where it comes back at once, and somebody else takes his time.
    let state = asked(&mut session);
    let held = session.request("tools/call", again(&state, &json!({"action": "cancel"})));
    thread::sleep(LONG);
    stage.home.approve(&stage.alice, &stage.the_id());
    ran(&session.result(held));
    slower(&stage);
    let state = asked(&mut session);
    let held = session.request("tools/call", again(&state, &yes()));
    let begun = Instant::now();
    told(&session.result(held), "outcome_unknown");
    assert!(begun.elapsed() < Duration::from_millis(2_400), "the time-out is not what ended it");
}

#[test]
fn of_a_task() {
    let stage = stage();
    let capabilities = json!({"extensions": {"io.modelcontextprotocol/tasks": {}}});
    let mut session = stage.modern(capabilities);
    let made = |session: &mut Session| {
        let made = session.call(WRITE, note());
        assert_eq!(made["resultType"], "task", "{made:#}");
        made["taskId"].as_str().expect("an id").to_owned()
    };
    let ended = |session: &mut Session, id: &str| -> Value {
        until(|| {
            let held = session.request("tasks/get", json!({"taskId": id}));
            let task = session.response(held)["result"].take();
            (task["status"] != "working").then_some(task)
        })
    };
    let id = made(&mut session);
    thread::sleep(LONG);
    stage.home.approve(&stage.alice, &id);
    let task = ended(&mut session, &id);
    assert_eq!(task["status"], "completed", "{task:#}");
    ran(&task["result"]);
    slower(&stage);
    let id = made(&mut session);
    stage.home.approve(&stage.alice, &id);
    told(&ended(&mut session, &id)["result"], "outcome_unknown");
}
