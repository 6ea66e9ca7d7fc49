//! A yes is to a call, not to the policy that asked: what was approved is judged once more when it is to run.

use serde_json::{Value, json};

use crate::stage::{Stage, code, pattern, ran, refused, write};
use crate::support::Session;

const GONE: &str = "the-old-ledger";

fn delete(session: &mut Session) -> Value {
    session.call("notes__delete_note", json!({ "id": GONE }))
}

/// The id of the question that an answer tells of.
#[track_caller]
fn waits(answer: &Value) -> String {
    refused(answer, "waiting");
    let id = answer["_meta"]["countersign/refusal"]["approval"]["id"].as_str();
    id.unwrap_or_else(|| panic!("no question in {answer}")).to_owned()
}

fn resume(session: &mut Session, id: &str) -> Value {
    session.call("resume_call", json!({ "id": id, "wait_seconds": 0 }))
}

fn state(stage: &Stage, id: &str) -> String {
    stage.home.cli_json(&["show", id, "--json"])["state"].as_str().expect("a state").to_owned()
}

/// Proposed by an operator and applied by the admin, in processes of their own; the version.
#[track_caller]
fn change(stage: &Stage, diff: &Value) -> String {
    let told = stage.propose(diff);
    let version = stage.apply(told["suggestion_id"].as_str().expect("an id"));
    version["version"].as_u64().expect("a number").to_string()
}

#[test]
fn a_call_that_was_approved_is_judged_again_under_the_policy_of_now() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = waits(&delete(&mut session));
    stage.home.approve(&stage.alice, &id);
    let version = change(&stage, &pattern(GONE, "deny"));
    for _ in 0..2 {
        refused(&resume(&mut session, &id), "denied_by_policy");
        refused(&delete(&mut session), "denied_by_policy");
    }
    assert!(stage.notes.raw_calls().is_empty(), "{:?}", stage.notes.raw_calls());
    assert_eq!(state(&stage, &id), "approved", "the yes is unused");
    let refusals = stage.journal("call.refused");
    let by_policy = refusals.iter().filter(|row| row["outcome"] == "denied_by_policy").count();
    assert_eq!(by_policy, 4, "each on record: {refusals:#?}");
    assert!(stage.journal("approval.consumed").iter().all(|row| row["approval"] != id.as_str()));
    // Another session of the same agent fares no better.
    refused(&resume(&mut stage.agent(), &id), "denied_by_policy");
    // The rule gone, the yes is as good as it was, and good for one.
    stage.admin(&["policy", "rollback", &version, "--confirm", "APPLY", "--yes"]).ok();
    ran(&resume(&mut session, &id));
    assert_eq!(stage.notes.calls_of("delete_note"), [json!({ "id": GONE })]);
    assert_eq!(state(&stage, &id), "consumed");
    resume(&mut session, &id);
    assert_eq!(stage.notes.calls_of("delete_note").len(), 1, "a yes is used once");
}

#[test]
fn a_rule_about_something_else_leaves_what_was_approved_alone() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = waits(&delete(&mut session));
    stage.home.approve(&stage.alice, &id);
    change(&stage, &pattern("the-new-ledger", "deny"));
    ran(&resume(&mut session, &id));
    assert_eq!(stage.notes.calls_of("delete_note"), [json!({ "id": GONE })]);
    assert_eq!(state(&stage, &id), "consumed");
}

#[test]
fn a_rule_that_allows_answers_no_question_that_waits() {
    let stage = Stage::with("require_approval_tier = 1");
    let mut session = stage.agent();
    let id = waits(&write(&mut session));
    change(
        &stage,
        &json!({"add": [{"tool": "notes__write_note", "effect": "allow", "allow_tier": 2}], "remove": [], "meta": {}}),
    );
    // Nobody said yes to it, so it does not run.
    assert_eq!(waits(&resume(&mut session, &id)), id);
    assert!(stage.notes.raw_calls().is_empty(), "{:?}", stage.notes.raw_calls());
    // The same call anew needs nobody, and uses nothing of the question.
    ran(&write(&mut session));
    assert_eq!(stage.notes.calls_of("write_note").len(), 1);
    assert_eq!(state(&stage, &id), "pending");
    assert_eq!(code(&resume(&mut session, &id)), "waiting");
    assert_eq!(stage.notes.calls_of("write_note").len(), 1);
    // Denied, it stays what it was for the question; the rule still holds for calls.
    stage.home.deny(&stage.alice, &id, "not this one");
    assert_eq!(code(&resume(&mut session, &id)), "denied");
    assert_eq!(stage.notes.calls_of("write_note").len(), 1);
    assert!(stage.journal("approval.consumed").iter().all(|row| row["approval"] != id.as_str()));
}
