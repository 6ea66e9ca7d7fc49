//! Plans that become no run: each refusal is on record, and what nobody answered may be asked anew.

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::is_error;

/// The newest `run.refused` row must give this code, and the check of the plan must stand before it.
#[track_caller]
fn on_record(stage: &Stage, code: &str, count: usize) {
    let rows = stage.journal("run.refused");
    assert_eq!(rows.len(), count, "{rows:#?}");
    let codes: Vec<_> = rows.iter().filter_map(|row| row["outcome"].as_str()).collect();
    assert!(codes.contains(&code), "{code} is not among {codes:?}");
    let checks = stage.journal("ir.validated_*").len();
    assert!(checks >= count, "{checks} checks of {count} refusals");
}

#[test]
fn a_plan_that_becomes_no_run_is_on_record() {
    let stage = Stage::new();
    let mut session = stage.told();
    create(&mut session, "D1", &plan("taken", &[draft("a", "x")]));
    let other = plan("taken", &[draft("a", "y")]);
    refused(&ask(&mut session, "D1", &other), "idempotency_conflict");
    on_record(&stage, "idempotency_conflict", 1);

    let unmapped = step("notes.read", "drafts.v1", "a", json!({"id": "taken already"}));
    refused(&ask(&mut session, "D1", &plan("k", &[unmapped])), "not_mapped");
    on_record(&stage, "not_mapped", 2);

    let mut deny = stage.session("deny", "test-client");
    refused(&ask(&mut deny, "D3", &plan("k", &[write("a", "x")])), "needs_a_yes");
    on_record(&stage, "needs_a_yes", 3);

    let runs = stage.count("runs");
    stage.home.cli_with_token(&stage.alice, &["pause", "--yes"]).ok();
    refused(&ask(&mut session, "D1", &plan("k", &[draft("a", "x")])), "paused");
    refused(&ask(&mut session, "D3", &plan("k2", &[write("a", "x")])), "paused");
    on_record(&stage, "paused", 5);
    assert_eq!((stage.count("runs"), stage.count("approvals")), (runs, 0));
    stage.silent();
}

#[test]
fn a_plan_of_more_keys_than_can_be_read_back_is_too_large() {
    let stage = Stage::new();
    let mut session = stage.told();
    let keys: serde_json::Map<String, Value> =
        (0..60_000).map(|at| (format!("k{at}"), json!(1))).collect();
    let step = step("notes.write", "drafts.v1", "a", json!({"text": "x", "many": keys}));
    // As a text: an object of so many is no message.
    let wanted = Value::String(plan("k", &[step.clone(), step]).to_string());
    refused(&ask(&mut session, "D1", &wanted), "too_large");
    on_record(&stage, "too_large", 1);
    assert_eq!(stage.count("runs"), 0);
    create(&mut session, "D1", &plan("k", &[draft("a", "x")]));
}

#[test]
fn what_the_card_shows_is_part_of_the_call() {
    let stage = Stage::new();
    stage.configure("", |plans| {
        plans.replacen(r#""write_note", resource = "id" }"#, r#""write_note" }"#, 1).replacen(
            r#""read_note", resource = "id" }"#,
            r#""read_note", resource = "" }"#,
            1,
        )
    });
    let mut session = stage.told();
    let result = ask(&mut session, "D3", &plan("k", &[write("a", "x")]));
    refused(&result, "not_mapped");
    let text = crate::support::text(&result);
    assert!(text.contains("`resource`") && text.contains("notes.v1"), "{text}");
    assert_eq!(stage.count("runs"), 0);
    // Left out on purpose: neither sent nor shown.
    let read = step("notes.read", "notes.v1", "never-shown", json!({"id": "a"}));
    let run = create(&mut session, "D3", &plan("k", &[read]));
    let card = stage.home.cli_json(&["show", approval_of(&run), "--json"]).to_string();
    assert!(card.contains("notes.read") && !card.contains("never-shown"), "{card}");
    let dropped = execute(&mut session, &run);
    refused(&dropped, "waiting");
    stage.silent();
}

#[test]
fn a_question_that_was_taken_back_is_asked_anew_and_a_no_is_final() {
    let stage = Stage::new();
    let mut session = stage.told();
    let wanted = plan("k", &[write("a", "x")]);
    let first = create(&mut session, "D3", &wanted);
    let id = json!({"id": approval_of(&first)});
    assert!(!is_error(&session.call("cancel_approval", id)));
    let second = create(&mut session, "D3", &wanted);
    assert_eq!(second["replay"], false);
    assert_ne!(second["id"], first["id"]);
    let gone = status(&mut session, &first);
    assert_eq!((&gone["state"], &gone["cause"]), (&json!("stopped"), &json!("cancelled")));
    stage.approve(&second);
    completed(&execute(&mut session, &second));
    assert_eq!(stage.written(), ["x"]);

    let wanted = plan("other", &[write("a", "y")]);
    let run = create(&mut session, "D3", &wanted);
    stage.home.deny(&stage.alice, approval_of(&run), "not today");
    let again = ask(&mut session, "D3", &wanted);
    assert!(crate::support::text(&again).contains("A person said no"), "{again}");
    assert_eq!(again["structuredContent"]["id"], run["id"]);
    let anew = create(&mut session, "D3", &plan("fresh", &[write("a", "y")]));
    assert_eq!(anew["replay"], false);
    assert_eq!(stage.written(), ["x"]);
}
