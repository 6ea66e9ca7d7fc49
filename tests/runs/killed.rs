//! kill -9 of the process that executes: every step at most once, what was never let go runs, the rest is asked about.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::random::Random;
use crate::stage::*;
use crate::support::{DEADLINE, is_error, rounds, wait_for, wait_until};

const STEPS: usize = 6;

fn question_in(answer: &Value) -> &str {
    refused(answer, "waiting");
    let id = &answer["_meta"]["countersign/refusal"]["approval"]["id"];
    id.as_str().unwrap_or_else(|| panic!("no question in {answer}"))
}

#[test]
fn a_killed_run_goes_on_elsewhere_and_sends_no_step_twice() {
    let stage = Stage::new();
    let slow = json!({"delay": 0.01});
    stage.notes.control(&slow);
    stage.drafts.control(&slow);
    let mut random = Random::seeded("a killed run");
    let (mut completed_runs, mut asked) = (0, 0);
    for round in 0..rounds(10, 60) {
        let name = |step: usize| format!("{round}/{step}");
        let steps: Vec<Value> = (0..STEPS)
            .map(|step| match step % 2 {
                0 => write("a", &name(step)),
                _ => draft("b", &name(step)),
            })
            .collect();
        let mut session = stage.told();
        let run = approved(&stage, &mut session, &plan(&format!("k{round}"), &steps));
        let mut survivor = stage.told();
        session.start_call("execute_run", json!({"run_id": id_of(&run)}));
        let ours =
            || stage.written().iter().filter(|text| text.starts_with(&format!("{round}/"))).count();
        // The first half of the rounds dies at a known step, the others at any moment.
        if random.below(2) == 0 {
            let enough = random.index(5) + 1;
            wait_until(DEADLINE, || ours() >= enough);
        }
        thread::sleep(Duration::from_micros(random.below(20_000)));
        session.kill9();
        // A process that lives notices at once that the other is gone.
        let on = wait_for(DEADLINE, || {
            let answer = execute(&mut survivor, &run);
            (code(&answer) != "running").then_some(answer)
        });
        let sent = ours();
        if is_error(&on) {
            let question = question_in(&on).to_owned();
            asked += 1;
            stage.home.deny(&stage.alice, &question, "it may have run");
            stopped(&execute(&mut survivor, &run), "denied");
            assert_eq!(ours(), sent, "something was sent after the no");
        } else {
            completed(&on);
            completed_runs += 1;
            assert_eq!(sent, STEPS);
        }
        let told = status(&mut survivor, &run);
        let outcomes = told["steps"].as_array().expect("steps").clone();
        for (step, outcome) in outcomes.iter().enumerate() {
            let logged = stage.written().contains(&name(step));
            match outcome["outcome"].as_str() {
                Some("ran") => assert!(logged, "step {step} of {told}"),
                Some("unknown") => {}
                None => assert!(!logged, "step {step} went without a record: {told}"),
                Some(other) => panic!("step {step} {other}: {told}"),
            }
        }
    }
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for text in stage.written() {
        *times.entry(text).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "sent more than once: {twice:?}");
    assert!(completed_runs + asked > 0);
    stage.home.cli(&["audit", "verify"]).ok();
}

/// Nothing random: the process dies while its second step is at the server, which never answers.
#[test]
fn a_step_that_was_at_its_server_is_asked_about_and_the_next_runs_after_the_yes() {
    let stage = Stage::new();
    let mut session = stage.told();
    let steps = [draft("a", "one"), write("b", "two"), draft("c", "three")];
    let run = approved(&stage, &mut session, &plan("k", &steps));
    stage.notes.control(&json!({"on_call": "hang"}));
    let mut next = stage.told();
    session.start_call("execute_run", json!({"run_id": id_of(&run)}));
    wait_until(DEADLINE, || stage.notes.calls().len() == 1);
    session.kill9();
    stage.notes.control(&json!({}));
    let told = wait_for(DEADLINE, || {
        let told = status(&mut next, &run);
        (told["state"] == "interrupted").then_some(told)
    });
    assert_eq!(told["jobs"], json!({"total": 3, "completed": 1, "failed": 0, "unknown": 1}));
    let question = question_in(&execute(&mut next, &run)).to_owned();
    assert_eq!(stage.written(), ["two", "one"]);
    stage.home.approve(&stage.alice, &question);
    completed(&execute(&mut next, &run));
    assert_eq!(stage.written(), ["two", "two", "one", "three"], "once more for a second yes alone");
}

/// The client leaves in the middle of a step.
#[test]
fn a_client_that_leaves_interrupts_its_run() {
    let stage = Stage::new();
    let gate = stage.gate("lifted");
    stage.drafts.control(&json!({"gate": gate}));
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[draft("a", "x"), draft("b", "y")]));
    session.start_call("execute_run", json!({"run_id": id_of(&run)}));
    wait_until(DEADLINE, || stage.written() == ["x"]);
    session.close_stdin();
    lift(&gate);
    session.wait_exit();
    let mut next = stage.told();
    let told = status(&mut next, &run);
    assert!(
        ["interrupted", "completed"].contains(&told["state"].as_str().unwrap_or_default()),
        "{told}"
    );
    let on = execute(&mut next, &run);
    if is_error(&on) {
        question_in(&on);
    }
    let written = stage.written();
    assert!(written == ["x", "y"] || written == ["x"], "{written:?}");
}
