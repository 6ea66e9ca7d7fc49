//! The plan of a run is held against the configuration of now before it begins and while it goes: before, it only waits.

use serde_json::json;

use crate::stage::*;
use crate::support::{DEADLINE, text, wait_until};

const DENIED: &str = "[[rule]]\ntool = \"ir:notes.*\"\neffect = \"deny\"\n";

#[test]
fn a_configuration_that_refuses_the_plan_for_a_while_costs_no_run_and_no_yes() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x")]));
    let waiting = create(&mut session, "D3", &plan("waits", &[write("b", "y")]));
    let gone = |plans: String| plans.replace("provider.\"notes.v1\"", "provider.\"notes.v2\"");
    let two = "[[quorum]]\nrequired = 2\n";
    for (more, change, code) in [
        (DENIED, None, "rejected_now"),
        ("", Some(gone), "rejected_now"),
        (two, None, "quorum_rose"),
    ] {
        match change {
            Some(change) => stage.configure(more, change),
            None => stage.configure(more, |plans| plans),
        }
        let told = execute(&mut session, &run);
        refused(&told, code);
        assert!(text(&told).contains("stays as it is"), "{told}");
        for (run, approval) in [(&run, "approved"), (&waiting, "pending")] {
            let told = status(&mut session, run);
            assert_eq!(
                (&told["state"], &told["approval_status"]),
                (&json!("created"), &json!(approval))
            );
        }
    }
    stage.silent();
    stage.configure("", |plans| plans);
    completed(&execute(&mut session, &run));
    stage.approve(&waiting);
    completed(&execute(&mut session, &waiting));
    assert_eq!(stage.written(), ["x", "y"]);
}

#[test]
fn a_run_whose_yes_is_of_too_few_by_now_is_taken_back_and_made_anew() {
    let stage = Stage::new();
    let mut session = stage.told();
    let plan = plan("k", &[write("a", "x")]);
    let run = approved(&stage, &mut session, &plan);
    stage.configure("[[quorum]]\nrequired = 2\n", |plans| plans);
    let told = execute(&mut session, &run);
    refused(&told, "quorum_rose");
    assert!(text(&told).contains("`cancel_approval`"), "{told}");
    session.call("cancel_approval", json!({"id": approval_of(&run)}));
    let anew = create(&mut session, "D3", &plan);
    assert_ne!(id_of(&anew), id_of(&run));
    stage.configure("", |plans| plans);
    stage.silent();
}

#[test]
fn a_yes_that_was_enough_when_it_was_used_lets_the_run_go_on() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x"), draft("b", "y")]));
    stage.down(&stage.drafts);
    refused(&execute(&mut session, &run), "upstream_down");
    stage.configure("[[quorum]]\nrequired = 2\n", |plans| plans);
    stage.drafts.control(&json!({}));
    completed(&execute(&mut stage.told(), &run));
    assert_eq!(stage.written(), ["x", "y"]);
}

#[test]
fn a_plan_that_is_refused_by_now_stops_the_run_at_its_next_step() {
    let production =
        |plans: String| plans.replace("environment = \"dev\"", "environment = \"production\"");
    type Change<'a> = &'a dyn Fn(String) -> String;
    let changes: [(&str, Change<'_>, &[&str]); 3] = [
        (DENIED, &|plans| plans, &["rejected_now"]),
        ("", &production, &["tier_rose", "needs_a_yes"]),
        ("# nothing of substance\n", &|plans| plans, &[]),
    ];
    for (more, change, causes) in changes {
        let stage = Stage::new();
        let gate = stage.gate("lifted");
        stage.drafts.control(&json!({"gate": gate}));
        let mut session = stage.told();
        let run = create(&mut session, "D1", &plan("k", &[draft("a", "x"), draft("b", "y")]));
        let id = session.start_call("execute_run", json!({"run_id": id_of(&run)}));
        wait_until(DEADLINE, || stage.written() == ["x"]);
        stage.configure(more, change);
        lift(&gate);
        let result = session.result(id);
        if causes.is_empty() {
            completed(&result);
            continue;
        }
        refused(&result, "stopped");
        let cause = result["structuredContent"]["cause"].as_str().unwrap_or_default();
        assert!(causes.contains(&cause), "{more}: {result}");
        assert_eq!(stage.written(), ["x"], "{more}");
    }
}

#[test]
fn a_session_without_the_server_of_a_step_leaves_the_run_to_another() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = create(&mut session, "D1", &plan("k", &[draft("a", "x")]));
    stage.home.write_config(&stage.notes.toml("notes", "production"));
    stage.home.accept_config(&stage.alice);
    let mut lacks = stage.told();
    lacks.tools_with("notes__write_note");
    stage.configure("", |plans| plans);
    refused(&execute(&mut lacks, &run), "upstream_unknown");
    assert_eq!(status(&mut lacks, &run)["state"], "interrupted");
    stage.silent();
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn a_grant_whose_time_is_over_says_so() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x"), draft("b", "y")]));
    stage.down(&stage.drafts);
    refused(&execute(&mut session, &run), "upstream_down");
    stage.tamper("DROP TRIGGER grants_once; UPDATE grants SET run_by = 1");
    stage.drafts.control(&json!({}));
    stopped(&execute(&mut stage.told(), &run), "expired");
    assert_eq!(stage.written(), ["x"]);
}
