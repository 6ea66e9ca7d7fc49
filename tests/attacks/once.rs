//! The plain promise: nothing before the yes, one run after it, a new question for the next time.

use crate::stage::{NOTE, Stage, asked, call, ran, refused, resume, spent, start, write};

#[test]
fn the_gate_holds_a_write_until_the_yes_and_runs_it_once() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    stage.executed(&mut session, 0);
    session.no_response(held, std::time::Duration::from_millis(200));

    stage.approve(&id);
    ran(&session.result(held));
    stage.executed(&mut session, 1);
    stage.ran_exactly(NOTE);
    assert_eq!(stage.question(&id)["state"], "consumed");
    // The same yes once more, by the tool that uses it.
    spent(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    // And decided once more.
    stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]).exits(1);
    spent(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn a_no_never_runs() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    stage.home.deny(&stage.alice, &id, "not on a Friday");
    let result = session.result(held);
    refused(&result, "denied");
    crate::stage::says(&result, "not on a Friday");
    // A no is final, also for whoever changes his mind.
    stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]).exits(3);
    refused(&resume(&mut session, &id), "denied");
    stage.executed(&mut session, 0);

    let held = start(&mut session, "write_note", Some(NOTE));
    let again = stage.the_id();
    assert_ne!(again, id, "a denied row was asked again");
    stage.approve(&again);
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

#[test]
fn a_replay_asks_anew() {
    let stage = Stage::new();
    let mut session = stage.told();
    let first = asked(&write(&mut session));
    stage.approve(&first);
    ran(&write(&mut session));
    stage.executed(&mut session, 1);

    let second = asked(&write(&mut session));
    assert_ne!(first, second, "one yes was used twice");
    stage.executed(&mut session, 1);

    stage.approve(&second);
    ran(&write(&mut session));
    stage.executed(&mut session, 2);
}

/// One row, many waiters: all get the outcome, it runs once.
#[test]
fn equal_calls_in_flight_share_one_question_and_one_run() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held: Vec<i64> = (0..8).map(|_| start(&mut session, "write_note", Some(NOTE))).collect();
    let mut other = stage.holding();
    let beside = start(&mut other, "write_note", Some(NOTE));
    let attached = || stage.journal("approval.attached").len() >= 8;
    crate::support::wait_until(crate::support::DEADLINE, attached);
    let id = stage.the_id();
    assert_eq!(crate::support::pending(&stage.home).len(), 1, "equal calls are one question");
    stage.approve(&id);
    for held in held {
        ran(&session.result(held));
    }
    ran(&other.result(beside));
    stage.executed(&mut session, 1);

    // Twin: after all have it, an equal call is a new question.
    let mut told = stage.told();
    assert_ne!(asked(&call(&mut told, "write_note", Some(NOTE))), id);
    stage.executed(&mut told, 1);
}
