//! A run is its maker's: nobody else sees it, and not yours is not there.

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::{Launch, Session, is_error, text};

fn all_tools(session: &mut Session, run: &str) -> Vec<Value> {
    let calls = [
        ("run_status", json!({"run_id": run})),
        ("execute_run", json!({"run_id": run})),
        ("execute_run", json!({"run_id": run, "dry_run": true})),
        ("approve_run", json!({"run_id": run})),
        ("approve_run", json!({"run_id": run, "token": "csans_x"})),
    ];
    calls.into_iter().map(|(tool, args)| session.call(tool, args)).collect()
}

#[test]
fn neither_another_agent_nor_another_tenant_finds_a_run() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = approved(&stage, &mut session, &plan("k", &[write("a", "x")]));
    let foreign = stage.session("pending", "other-client");
    let elsewhere = stage.in_tenant("other");
    for mut other in [foreign, elsewhere] {
        let theirs = all_tools(&mut other, id_of(&run));
        let nobodys = all_tools(&mut other, NOBODYS);
        assert_eq!(theirs, nobodys, "not yours is told from not there");
        for answer in &theirs {
            refused(answer, "not_found");
        }
        let listed = other.call("list_runs", json!({}));
        assert_eq!(listed["structuredContent"], json!({"runs": []}));
    }
    stage.silent();
    let listed = session.call("list_runs", json!({}));
    assert_eq!(listed["structuredContent"]["runs"][0]["id"], run["id"]);
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn a_plan_of_another_tenant_is_refused() {
    let stage = Stage::new();
    let mut other = stage.in_tenant("other");
    let wanted = plan("k", &[draft("a", "x")]);
    refused(&ask(&mut other, "D1", &wanted), "rejected");
    let mut own = wanted.clone();
    own["tenant_id"] = "other".into();
    let run = create(&mut other, "D1", &own);
    completed(&execute(&mut other, &run));
    // The key is used there, and free here.
    assert_eq!(create(&mut stage.told(), "D1", &wanted)["replay"], false);
}

#[test]
fn an_approvers_session_sees_and_answers_and_executes_nothing() {
    let stage = Stage::new();
    stage.configure("approvals.mcp_max_tier = 2\n", |plans| plans);
    let mut session = stage.told();
    let run = create(&mut session, "D3", &plan("k", &[write("a", "x")]));
    let grave = create(&mut session, "D4", &plan("k4", &[write("a", "y")]));
    let options = ["--toolsets", "all"];
    let mut approver = Launch::serve(&stage.home, &options).token(&stage.alice).start();
    approver.initialize("2025-11-25");
    let names: Vec<Value> = approver.tools().iter().map(|tool| tool["name"].clone()).collect();
    assert!(!names.contains(&json!("execute_run")) && !names.contains(&json!("create_run")));
    for (tool, args) in [
        ("execute_run", json!({"run_id": id_of(&run)})),
        ("create_run", json!({"directive": "D1", "ir": plan("own", &[draft("b", "z")])})),
    ] {
        let answer = approver.call_response(tool, args);
        assert!(answer["error"].is_object() || is_error(&answer["result"]), "{answer}");
    }
    let listed = approver.call("list_runs", json!({}));
    assert_eq!(listed["structuredContent"]["runs"].as_array().map(Vec::len), Some(2), "{listed}");
    refused(&approver.call("approve_run", json!({"run_id": id_of(&grave)})), "tier_too_high");
    let said = approver.call("approve_run", json!({"run_id": id_of(&run)}));
    assert!(!is_error(&said), "{}", text(&said));
    stage.silent();
    completed(&execute(&mut session, &run));
    refused(&execute(&mut session, &grave), "waiting");
    assert_eq!(stage.written(), ["x"]);
}
