//! A step of unknown outcome is a question of its own: about this step, as it was approved, answered by nobody else's yes.

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::{Session, text};

/// A run whose only step was sent to a server that died.
fn unknown(stage: &Stage, session: &mut Session, key: &str) -> Value {
    let run = approved(stage, session, &plan(key, &[write("a", "x")]));
    stage.notes.control(&json!({"on_call": "die"}));
    refused(&execute(session, &run), "outcome_unknown");
    stage.notes.control(&json!({}));
    run
}

fn question(answer: &Value) -> String {
    refused(answer, "waiting");
    let id = &answer["_meta"]["countersign/refusal"]["approval"]["id"];
    id.as_str().unwrap_or_else(|| panic!("no question in {answer}")).to_owned()
}

/// Neither the yes to an equal call nor the yes to an equal step of another run lets a step go once more.
#[test]
fn each_step_of_unknown_outcome_is_asked_about_by_itself() {
    let stage = Stage::new();
    let mut session = stage.told();
    let runs = ["one", "two"].map(|key| unknown(&stage, &mut session, key));
    let call = question(&session.call("notes__write_note", json!({"id": "a", "text": "x"})));
    stage.home.approve(&stage.alice, &call);
    let asked = runs.each_ref().map(|run| question(&execute(&mut session, run)));
    assert!(asked[0] != asked[1] && !asked.contains(&call), "{asked:?} {call}");
    assert_eq!(stage.written().len(), 2);
    for (run, id) in runs.iter().zip(&asked) {
        let shown = stage.home.cli_json(&["show", id, "--json"]);
        assert_eq!((&shown["kind"], &shown["run_id"]), (&json!("step"), &run["id"]), "{shown}");
        let why = shown["reasons"].to_string();
        assert!(why.contains("run.unknown"), "{why}");
    }
    stage.home.approve(&stage.alice, &asked[0]);
    completed(&execute(&mut session, &runs[0]));
    assert_eq!(question(&execute(&mut session, &runs[1])), asked[1]);
    assert_eq!(stage.written().len(), 3);
}

#[test]
fn a_step_that_is_another_call_by_now_does_not_go_once_more() {
    for asked_before in [true, false] {
        let stage = Stage::new();
        let mut session = stage.told();
        let run = unknown(&stage, &mut session, "k");
        if asked_before {
            let id = question(&execute(&mut session, &run));
            stage.home.approve(&stage.alice, &id);
        }
        stage.configure("", |plans| plans.replace("\"write_note\"", "\"delete_note\""));
        stopped(&execute(&mut session, &run), "call_changed");
        assert_eq!(stage.notes.calls().len(), 1, "something else was sent");
    }
}

#[test]
fn the_journal_tells_which_step_was_sent_and_that_it_was_asked_about() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = unknown(&stage, &mut session, "k");
    let id = question(&execute(&mut session, &run));
    stage.home.approve(&stage.alice, &id);
    completed(&execute(&mut session, &run));
    for (kind, times) in [
        ("call.permitted", 2),
        ("call.outcome", 2),
        ("run.step_asked", 1),
        ("run.step_resolved", 1),
    ] {
        let mut rows = stage.journal(kind);
        rows.retain(|row| kind.starts_with("run.") || row["tool"] == "write_note");
        assert_eq!(rows.len(), times, "{kind}: {rows:#?}");
        for row in rows {
            let body = row["body"].as_str().map_or_else(
                || row["body"].clone(),
                |body| serde_json::from_str(body).expect("a body is JSON"),
            );
            assert_eq!((&body["run"], &body["step"]), (&run["id"], &json!(0)), "{kind}: {row}");
        }
    }
    let told = text(&execute(&mut session, &run)).to_owned();
    assert!(told.contains("1 of 1"), "{told}");
    stage.home.cli(&["audit", "verify"]).ok();
}
