//! A store that fails in the middle: a run is not lost by it, and nobody says "not executed" of what was.

use serde_json::json;

use crate::stage::*;
use crate::support::{is_error, text};

/// One kind of write fails from now on.
fn breaks(stage: &Stage, what: &str) {
    let fails = "BEGIN SELECT RAISE(ABORT, 'on purpose'); END";
    stage.tamper(&format!("CREATE TRIGGER broken BEFORE UPDATE OF {what} {fails}"));
}

#[test]
fn a_run_whose_end_could_not_be_written_goes_on_in_the_same_session() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x"), draft("b", "y")]));
    breaks(&stage, "state ON runs WHEN NEW.state <> 'running'");
    let told = execute(&mut session, &run);
    refused(&told, "unrecorded_run");
    let words = text(&told);
    assert!(!words.contains("NOT EXECUTED") && words.contains("steps may have run"), "{words}");
    assert_eq!(stage.written(), ["x", "y"]);
    // Still nobody can write where it stands.
    assert!(is_error(&execute(&mut session, &run)));
    stage.tamper("DROP TRIGGER broken");
    let told = status(&mut session, &run);
    assert_eq!((&told["state"], &told["cause"]), (&json!("interrupted"), &json!("unrecorded_run")));
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x", "y"], "a step went twice");
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn a_step_that_could_not_be_let_go_does_not_make_the_run_one_that_was_not_executed() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[draft("a", "x"), draft("b", "y")]));
    breaks(&stage, "intent ON run_steps WHEN NEW.step = 1");
    let told = execute(&mut session, &run);
    refused(&told, "unrecorded_run");
    assert!(!text(&told).contains("NOT EXECUTED"), "{told}");
    assert_eq!(stage.written(), ["x"]);
    stage.tamper("DROP TRIGGER broken");
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x", "y"]);
}

#[test]
fn a_step_whose_outcome_is_not_on_record_counts_as_unknown() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[draft("a", "x")]));
    breaks(&stage, "outcome ON run_steps");
    execute(&mut session, &run);
    stage.tamper("DROP TRIGGER broken");
    let told = status(&mut session, &run);
    assert_eq!(told["jobs"], json!({"total": 1, "completed": 0, "failed": 0, "unknown": 1}));
    assert_eq!(told["steps"][0]["outcome"], "unknown");
    assert_eq!(stage.written(), ["x"]);
}

/// Of the result of a step nobody but we reads whether it failed.
#[test]
fn a_step_whose_result_does_not_clearly_say_that_it_worked_failed() {
    for flag in ["\"isError\":1", "\"isError\":false,\"isError\":true", "\"is\\u0045rror\":true"] {
        let stage = Stage::new();
        let mut session = stage.told();
        stage.drafts.control(&json!({"flag": flag}));
        let run = create(&mut session, "D1", &plan("k", &[draft("a", "x"), draft("b", "y")]));
        refused(&execute(&mut session, &run), "failed");
        assert_eq!(stage.written(), ["x"], "{flag}");
    }
}
