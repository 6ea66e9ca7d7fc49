//! Who waits and who is gone: nothing runs for a client that left, and a late yes is used by whoever comes back.

use std::time::Duration;

use crate::stage::{
    NOTE, Stage, abandoned, asked, call, ran, refused, resume, spent, start, started, write,
};
use crate::support::{DEADLINE, wait_until};

/// The client gives up first; the gateway tells it so in time, and the yes comes later.
#[test]
fn a_yes_after_the_time_to_wait_runs_once_when_resumed() {
    let stage = Stage::new();
    stage.home.write_config("[approvals]\nhold = \"1s\"\n");
    let mut session = stage.holding();
    let id = asked(&write(&mut session));
    stage.approve(&id);
    stage.executed(&mut session, 0);
    stage.stays_at(0);

    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    stage.ran_exactly(NOTE);
    spent(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

/// Twin of the one above: a client that still waits gets the run without asking again.
#[test]
fn a_yes_within_the_time_to_wait_runs_for_a_resuming_client() {
    let stage = Stage::new();
    stage.home.write_config("[approvals]\nhold = \"1s\"\n");
    let mut session = stage.holding();
    let id = asked(&write(&mut session));
    stage.home.write_config("[approvals]\nhold = \"45s\"\n");
    drop(session);
    let mut session = stage.holding();
    let resumed = session.start_call("resume_call", serde_json::json!({"id": id}));
    wait_until(DEADLINE, || stage.question(&id)["abandoned"] == false);
    stage.executed(&mut session, 0);
    stage.approve(&id);
    ran(&session.result(resumed));
    stage.executed(&mut session, 1);
}

fn cancelled(attack: bool) {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    if attack {
        session.cancel(held, "changed my mind");
        abandoned(&stage.home, &id);
    }
    let told = stage.approve(&id);
    if !attack {
        ran(&session.result(held));
        return stage.executed(&mut session, 1);
    }
    assert!(told.stdout.contains("nobody is waiting"), "{told:#?}");
    session.no_response(held, Duration::from_millis(500));
    stage.executed(&mut session, 0);
    // Whoever comes back uses the yes.
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn a_yes_after_a_cancel_runs_nothing_until_resumed() {
    cancelled(true);
}

#[test]
fn a_yes_without_a_cancel_runs() {
    cancelled(false);
}

/// A cancel of another request, or of an id in another spelling, leaves the call alone.
#[test]
fn only_its_own_cancel_takes_a_call_back() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    session.cancel(held + 1_000, "another");
    let text = serde_json::json!({"requestId": held.to_string()});
    session.notify("notifications/cancelled", &text);
    stage.executed(&mut session, 0);
    stage.approve(&id);
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

/// One of two waiters leaves: the other still gets the run.
#[test]
fn a_cancel_by_one_of_two_waiters_leaves_the_other_waiting() {
    let stage = Stage::new();
    let (mut one, mut two) = (stage.holding(), stage.holding());
    let first = start(&mut one, "write_note", Some(NOTE));
    let id = stage.the_id();
    let second = start(&mut two, "write_note", Some(NOTE));
    wait_until(DEADLINE, || !stage.journal("approval.attached").is_empty());
    one.cancel(first, "gone");
    stage.executed(&mut one, 0);
    stage.approve(&id);
    ran(&two.result(second));
    one.no_response(first, Duration::from_millis(200));
    stage.executed(&mut two, 1);
}

#[test]
fn a_yes_after_the_end_of_input_runs_nothing_until_resumed() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    session.close_stdin();
    // A script that closed its input still reads what became of its call.
    assert_eq!(asked(&session.result(held)), id);
    assert_eq!(session.wait_exit(), 0);
    abandoned(&stage.home, &id);
    let told = stage.approve(&id);
    assert!(told.stdout.contains("nobody is waiting"), "{told:#?}");
    stage.stays_at(0);

    let mut session = stage.holding();
    stage.executed(&mut session, 0);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

/// A call that was sent before the end of input still gets its answer.
#[test]
fn what_was_sent_before_the_end_of_input_is_answered() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let slow = r#"{"id":"a","seconds":1}"#;
    let held = start(&mut session, "slow_write", Some(slow));
    stage.approve(&stage.the_id());
    wait_until(DEADLINE, || stage.writes().len() == 1);
    session.close_stdin();
    ran(&session.result(held));
    assert_eq!(session.wait_exit(), 0);
    stage.stays_at(1);
}

fn killed_while_it_waits(yes_first: bool) {
    let stage = Stage::new();
    let mut session = stage.holding();
    start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    session.kill9();
    if yes_first {
        stage.approve(&id);
        stage.stays_at(0);
    }
    let mut session = stage.holding();
    stage.executed(&mut session, 0);
    if yes_first {
        ran(&resume(&mut session, &id));
    } else {
        let held = session.start_call("resume_call", serde_json::json!({"id": id}));
        stage.executed(&mut session, 0);
        stage.approve(&id);
        ran(&session.result(held));
    }
    stage.executed(&mut session, 1);
    stage.ran_exactly(NOTE);
    spent(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    drop(session);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn an_asker_killed_before_the_yes_finds_it_after() {
    killed_while_it_waits(true);
}

#[test]
fn an_asker_killed_and_back_before_the_yes_runs_once() {
    killed_while_it_waits(false);
}

#[test]
fn a_paused_agent_runs_nothing_with_or_without_a_yes() {
    let stage = Stage::new();
    let by = |args: &[&str]| stage.home.cli_with_token(&stage.alice, args).ok();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    let name = stage.question(&id)["requested_by"].as_str().expect("a name").to_owned();
    by(&["pause", "--agent", &name, "--yes"]);
    stage.approve(&id);
    refused(&session.result(held), "paused");
    refused(&resume(&mut session, &id), "paused");
    let other = r#"{"id":"b","text":"t"}"#;
    refused(&call(&mut session, "write_note", Some(other)), "paused");
    assert_eq!(stage.writes(), Vec::<String>::new());

    // Twin: another agent is not paused.
    let mut beside = started(stage.launch("pending").client("another"));
    let its = asked(&call(&mut beside, "write_note", Some(other)));
    stage.approve(&its);
    ran(&resume(&mut beside, &its));
    stage.executed(&mut beside, 1);

    // An agent cannot let himself go on.
    stage.home.cli(&["unpause", "--agent", &name, "--yes"]).exits(3);
    refused(&resume(&mut session, &id), "paused");
    by(&["unpause", "--agent", &name, "--yes"]);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 2);
}

#[test]
fn a_pause_of_everybody_stops_every_call() {
    let stage = Stage::new();
    let by = |args: &[&str]| stage.home.cli_with_token(&stage.alice, args).ok();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    stage.approve(&id);
    by(&["pause", "--yes"]);
    refused(&resume(&mut session, &id), "paused");
    refused(&write(&mut session), "paused");
    let read = session.call("read_note", serde_json::json!({"id": "a"}));
    refused(&read, "paused");
    assert_eq!(stage.notes.raw_calls(), Vec::<String>::new());
    by(&["unpause", "--yes"]);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn all_clients_of_a_paused_user_run_nothing_with_or_without_a_yes() {
    let stage = Stage::new();
    let by = |args: &[&str]| stage.home.cli_with_token(&stage.alice, args).ok();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    let name = stage.question(&id)["requested_by"].as_str().expect("a name").to_owned();
    let user = name.split_once('/').expect("a user and a client").0;
    let all = format!("{user}/*");
    by(&["pause", "--agent", &all, "--yes"]);
    stage.approve(&id);
    refused(&session.result(held), "paused");
    refused(&resume(&mut session, &id), "paused");
    assert_eq!(stage.question(&id)["state"], "approved", "the yes is not used");
    let mut beside = started(stage.launch("pending").client("another"));
    refused(&call(&mut beside, "write_note", Some(NOTE)), "paused");
    assert_eq!(stage.writes(), Vec::<String>::new());
    by(&["unpause", "--agent", &all, "--yes"]);
    // Twin: another user's.
    by(&["pause", "--agent", "nobody/*", "--yes"]);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}
