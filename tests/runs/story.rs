//! The whole story, and which runs need a yes.

use serde_json::json;

use crate::stage::*;
use crate::support::{DEADLINE, is_error, text, wait_until};

/// Asked in one process, approved in a second, executed in a third: the one that asked is killed meanwhile.
#[test]
fn a_run_is_asked_about_approved_elsewhere_and_goes_on_in_another_session() {
    let stage = Stage::new();
    let mut asker = stage.holding();
    let wanted =
        plan("k1", &[write("a", "one"), draft("b", "two"), read("c"), write("d", "three")]);
    let run = create(&mut asker, "D3", &wanted);
    assert_eq!((&run["state"], &run["approval_status"]), (&json!("created"), &json!("pending")));
    assert_eq!((&run["approved_by"], &run["approved_at"]), (&json!(null), &json!(null)));
    asker.start_call("execute_run", json!({"run_id": id_of(&run)}));
    let waits = || stage.count("waiters") > 0;
    wait_until(DEADLINE, waits);
    asker.kill9();
    stage.silent();

    let mut next = stage.told();
    let waiting = execute(&mut next, &run);
    refused(&waiting, "waiting");
    let told = text(&waiting);
    assert!(told.contains("execute_run") && !told.contains("resume_call"), "{told}");
    stage.silent();
    stage.approve(&run);
    let approved = status(&mut next, &run);
    assert_eq!(approved["approval_status"], "approved");
    assert!(approved["approved_by"].as_str().is_some_and(|by| by.contains("alice")), "{approved}");
    assert!(approved["approved_at"].is_string());
    let done = execute(&mut next, &run);
    completed(&done);
    assert_eq!(stage.written(), ["one", "three", "two"]);
    assert_eq!(stage.notes.calls_of("write_note")[0], json!({"id": "a", "text": "one"}));
    assert_eq!(stage.notes.calls_of("read_note"), [json!({"id": "c"})]);
    assert_eq!(stage.drafts.calls_of("write_note"), [json!({"id": "b", "text": "two"})]);

    for (kind, count) in [
        ("run.created", 1),
        ("run.started", 1),
        ("run.completed", 1),
        ("approval.consumed", 1),
        ("ir.dag_diff_ok", 1),
    ] {
        let rows = stage.journal(kind);
        assert_eq!(rows.len(), count, "{kind}: {rows:#?}");
        assert_eq!(rows[0]["correlation_id"], run["correlation_id"], "{kind} tells another story");
    }
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn what_only_reads_or_writes_drafts_needs_nobody() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[read("a"), draft("b", "x")]));
    assert_eq!((&run["approval_status"], &run["approval_id"]), (&json!("none"), &json!(null)));
    refused(&session.call("approve_run", json!({"run_id": id_of(&run)})), "not_needed");
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
    assert_eq!(stage.count("grants") + stage.count("approvals"), 0);
}

#[test]
fn a_directive_only_raises() {
    let stage = Stage::new();
    let mut session = stage.told();
    for (directive, key, tier) in [("D3", "three", 2), ("D4", "four", 3)] {
        let run = create(&mut session, directive, &plan(key, &[read("a")]));
        assert_eq!((&run["approval_status"], &run["tier"]), (&json!("pending"), &json!(tier)));
        refused(&execute(&mut session, &run), "waiting");
    }
    // The mildest class frees no write of production.
    let run = create(&mut session, "D1", &plan("one", &[write("a", "x")]));
    assert_eq!(run["approval_status"], "pending", "{run}");
    refused(&execute(&mut session, &run), "waiting");
    stage.silent();
    stage.approve(&run);
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn a_denied_run_never_executes_and_the_agent_hears_why() {
    let stage = Stage::new();
    let mut session = stage.told();
    let wanted = plan("k", &[write("a", "x")]);
    let run = create(&mut session, "D3", &wanted);
    stage.home.deny(&stage.alice, approval_of(&run), "not on a friday");
    for _ in 0..2 {
        let denied = execute(&mut session, &run);
        refused(&denied, "denied");
        assert!(text(&denied).contains("not on a friday"), "{denied}");
    }
    let told = status(&mut session, &run);
    assert_eq!((&told["state"], &told["approval_status"]), (&json!("created"), &json!("denied")));
    assert_eq!(told["denied_because"], "not on a friday");
    // Neither does asking again with the same key, nor a yes that comes too late.
    assert_eq!(create(&mut session, "D3", &wanted)["approval_status"], "denied");
    let late = ["approve", approval_of(&run), "--yes"];
    assert_ne!(stage.home.cli_with_token(&stage.alice, &late).code, 0);
    refused(&execute(&mut session, &run), "denied");
    stage.silent();
    // Its twin has another key and a yes.
    let run = approved(&stage, &mut session, &plan("k2", &[write("a", "x")]));
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn a_dry_run_tells_everything_and_sends_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = create(&mut session, "D3", &plan("k", &[write("a", "x"), draft("b", "y")]));
    let dry = json!({"run_id": id_of(&run), "dry_run": true});
    let before = (stage.count("intents"), stage.journal("run.started").len());
    let told = session.call("execute_run", dry.clone());
    assert!(!is_error(&told), "{told}");
    let steps = told["structuredContent"]["dry_run"].as_array().expect("steps").clone();
    assert_eq!(steps.len(), 2);
    assert_eq!((&steps[0]["server"], &steps[0]["tool"]), (&json!("notes"), &json!("write_note")));
    assert_eq!(steps[0]["arguments"], r#"{"text":"x","id":"a"}"#);
    assert_eq!((&steps[0]["verdict"], &steps[1]["verdict"]), (&json!("ask"), &json!("allow")));
    assert!(steps.iter().all(|step| step["unchanged"] == true), "{steps:#?}");
    assert_eq!(before, (stage.count("intents"), stage.journal("run.started").len()));
    stage.silent();
    stage.approve(&run);
    session.call("execute_run", dry.clone());
    stage.silent();
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x", "y"]);
    // What ended has nothing left to be played.
    refused(&session.call("execute_run", dry), "ended");
}
