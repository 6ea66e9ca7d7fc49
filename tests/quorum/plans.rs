//! Plans, runs and the steps of runs wait for as many people as calls do.

use super::stage::{Stage, voters};
use super::support::{DEADLINE, Launch, Session, is_error, wait_until};
use serde_json::{Value, json};

const TWO: &str = r#"
[[quorum]]
tier = 2
required = 2
[ir.action."notes.write"]
tier = 1
[ir.provider."notes.v1"]
family = "notes"
environment = "production"
upstream = "notes"
tool."notes.write" = { tool = "write_note", resource = "id" }
"#;

fn session(stage: &Stage, client: &str) -> Session {
    let options = ["--toolsets", "all", "--on-ask", "pending"];
    let mut session = Launch::serve(&stage.home, &options).client(client).start();
    session.initialize("2025-11-25");
    session
}

fn code(result: &Value) -> &str {
    result["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

#[track_caller]
fn told(session: &mut Session, tool: &str, arguments: Value) -> Value {
    let result = session.call(tool, arguments);
    assert!(!is_error(&result), "{tool}: {result}");
    result["structuredContent"].clone()
}

fn plan(key: &str) -> Value {
    let step = json!({"action": "notes.write", "provider": "notes.v1", "resource": "a",
        "params": {"text": key}, "idempotency_key": key});
    json!({"tenant_id": "default", "request_id": key, "idempotency_key": key, "steps": [step]})
}

/// The first yes is not enough, of whomever; the second of another is.
#[track_caller]
fn two_say_yes(stage: &Stage, id: &str, meanwhile: &mut dyn FnMut()) {
    assert_eq!(stage.shown(id)["approvals_required"], 2);
    assert_eq!(stage.says_yes("anna", id).code, 4);
    assert_ne!(stage.says_yes("anna", id).code, 0, "one person is one");
    let shown = stage.shown(id);
    assert_eq!((&shown["state"], voters(&shown)), (&json!("pending"), vec!["anna"]));
    meanwhile();
    assert_eq!(stage.says_yes("ben", id).code, 0);
}

#[test]
fn a_plan_needs_two() {
    let stage = Stage::new(TWO, &["anna", "ben"]);
    let mut planner = session(&stage, "planner");
    let validated = told(&mut planner, "validate_ir", json!({"ir": plan("one")}));
    assert_eq!(validated["status"], "ESCALATE", "{validated}");
    let hash = validated["ir_hash"].clone();
    let created = told(&mut planner, "create_approval", json!({"ir_hash": hash}));
    let id = created["approval_id"].as_str().expect("an id").to_owned();
    let mut uses = |fits: &dyn Fn(&Value) -> bool| {
        let used = planner.call("consume_approval", json!({"id": id, "ir_hash": hash}));
        assert!(fits(&used), "{used}");
    };
    uses(&|used| code(used) == "not_approved");
    two_say_yes(&stage, &id, &mut || uses(&|used| code(used) == "not_approved"));
    uses(&|used| used["structuredContent"]["status"] == "consumed");
    uses(&|used| code(used) == "approval_invalid");
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn a_run_needs_two_and_so_does_a_step_of_it_that_is_asked_about() {
    let stage = Stage::new(TWO, &["anna", "ben"]);
    let mut agent = session(&stage, "planner");
    let run = told(&mut agent, "create_run", json!({"directive": "D3", "ir": plan("one")}));
    let id = run["approval_id"].as_str().expect("a question").to_owned();
    let execute = json!({"run_id": run["id"]});
    let mut waits = || {
        let waiting = agent.call("execute_run", execute.clone());
        assert_eq!(code(&waiting), "waiting", "{waiting}");
        assert!(stage.notes.calls().is_empty(), "a step ran");
    };
    two_say_yes(&stage, &id, &mut waits);
    // Its step dies on the way: whether it is tried once more is for two people as well.
    stage.notes.control(&json!({"on_call": "die"}));
    let lost = agent.call("execute_run", execute.clone());
    assert_eq!(code(&lost), "outcome_unknown", "{lost}");
    stage.notes.control(&json!({}));
    wait_until(DEADLINE, || stage.notes.starts().len() > 1);
    let asked = agent.call("execute_run", execute.clone());
    assert_eq!(code(&asked), "waiting", "{asked}");
    let step = asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str();
    let step = step.expect("a question about the step").to_owned();
    assert_ne!(step, id);
    let mut waits = || {
        let waiting = agent.call("execute_run", execute.clone());
        assert_eq!(code(&waiting), "waiting", "{waiting}");
        assert_eq!(stage.notes.calls().len(), 1, "it was tried again");
    };
    two_say_yes(&stage, &step, &mut waits);
    let done = agent.call("execute_run", execute);
    assert_eq!(done["structuredContent"]["state"], "completed", "{done}");
    assert_eq!(stage.notes.calls().len(), 2);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn where_one_is_enough_one_is_enough() {
    let stage = Stage::new(&TWO.replace("[[quorum]]\ntier = 2\nrequired = 2\n", ""), &["anna"]);
    let mut agent = session(&stage, "planner");
    let run = told(&mut agent, "create_run", json!({"directive": "D3", "ir": plan("one")}));
    let id = run["approval_id"].as_str().expect("a question");
    assert_eq!(stage.says_yes("anna", id).code, 0);
    let done = agent.call("execute_run", json!({"run_id": run["id"]}));
    assert_eq!(done["structuredContent"]["state"], "completed", "{done}");
    assert_eq!(stage.notes.calls().len(), 1);
}

/// Anna is named for one of its calls, and two must say yes to the other: she and anybody.
#[test]
fn a_run_of_which_one_is_named_and_others_join_is_executed() {
    let of_tools = "[[quorum]]\ntool = \"notes__write_note\"\napprovers = [\"anna\"]\nescalate_before = \"1h\"\n\
         [[quorum]]\ntool = \"notes__update_anything\"\nrequired = 2\n[person.anna]\nmanager = \"max\"\n\
         [ir.action.\"notes.touch\"]\ntier = 1\n";
    let config = TWO.replace("[[quorum]]\ntier = 2\nrequired = 2\n", of_tools);
    let touch = "tool.\"notes.touch\" = { tool = \"update_anything\", resource = \"id\" }\n";
    let stage = Stage::new(&format!("{config}{touch}"), &["anna", "ben"]);
    let mut agent = session(&stage, "planner");
    let mut both = plan("one");
    let mut second = both["steps"][0].clone();
    second["action"] = json!("notes.touch");
    second["idempotency_key"] = json!("two");
    both["steps"].as_array_mut().expect("steps").push(second);
    let run = told(&mut agent, "create_run", json!({"directive": "D3", "ir": both}));
    let id = run["approval_id"].as_str().expect("a question").to_owned();
    assert_eq!(stage.says_yes("ben", &id).code, 4);
    assert_eq!(stage.says_yes("alice", &id).code, 4, "two, but not anna");
    assert_eq!(stage.says_yes("anna", &id).code, 0);
    let done = agent.call("execute_run", json!({"run_id": run["id"]}));
    assert_eq!(done["structuredContent"]["state"], "completed", "{done}");
    assert_eq!(stage.notes.calls().len(), 2);
}
