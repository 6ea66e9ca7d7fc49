//! A plan from its validation to the use of its yes.

use serde_json::{Value, json};

use crate::stage::{
    Stage, asked, consume, consume_own, create, dns, grave, hash_of, reading, refused, used,
    validated,
};
use crate::support::{is_error, text};

#[test]
fn one_validates_another_says_yes_and_a_third_executes() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    // Whoever asked dies; nothing of it was in its memory alone.
    agent.kill9();
    let token = stage.mint(&id);
    let mut other = stage.orchestrator();
    let result = consume(&mut other, &token, &hash);
    used(&result);
    assert_eq!(result["structuredContent"]["approval_id"], id.as_str());
    refused(&consume(&mut other, &token, &hash), "approval_invalid");
    stage.invalid("already_consumed");
    let mut again = stage.orchestrator();
    refused(&consume(&mut again, &token, &hash), "approval_invalid");

    let escalated = stage.event("ir.validated_escalate");
    assert_eq!(escalated["request_id"], "req-example.com");
    assert_eq!((&escalated["risk_tier"], &escalated["step_count"]), (&json!(2), &json!(1)));
    assert_eq!(escalated["high_risk_steps"][0]["action"], "dns.update_records");
    let created = stage.event("ir.approval_created");
    assert_eq!(
        (created["approval_id"].as_str(), created["ir_hash"].as_str()),
        (Some(&*id), Some(&*hash))
    );
    assert_eq!(created["created_by"], escalated_by(&stage));
    let consumed = stage.event("ir.approval_consumed");
    assert_eq!(consumed["approval_id"], id.as_str());
    assert_eq!(consumed["was_expired"], false);
    assert!(consumed["time_to_consume_seconds"].as_f64().is_some_and(|s| s >= 0.0));
    assert!(consumed["consumed_by"].as_str().is_some_and(|by| by.ends_with("/orchestrator")));

    // One story from the first word to the last.
    let stories: Vec<Value> =
        ["ir.validated_escalate", "ir.approval_created", "ir.approval_consumed"]
            .into_iter()
            .map(|kind| stage.journal(kind).remove(0)["correlation_id"].take())
            .collect();
    assert!(stories.iter().all(|story| story.is_string() && *story == stories[0]), "{stories:?}");
    stage.home.cli(&["audit", "verify"]).ok();
}

/// Who had the plan validated, as the row says.
fn escalated_by(stage: &Stage) -> Value {
    let by = stage.journal("ir.validated_escalate").remove(0)["principal"].take();
    assert!(by.as_str().is_some_and(|by| by.starts_with("agent:") && by.ends_with("/planner")));
    by
}

#[test]
fn after_a_plain_yes_the_asker_uses_it_by_its_id() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    refused(&consume_own(&mut agent, &id, &hash), "not_approved");
    stage.approve(&id);
    let resumed = agent.call("resume_call", json!({"id": id, "wait_seconds": 20}));
    refused(&resumed, "not_a_call");
    assert!(text(&resumed).contains("consume_approval"), "{resumed}");
    refused(&consume_own(&mut stage.orchestrator(), &id, &hash), "approval_invalid");
    used(&consume_own(&mut agent, &id, &hash));
    refused(&consume_own(&mut agent, &id, &hash), "approval_invalid");
    refused(&agent.call("resume_call", json!({"id": id})), "already_used");
}

#[test]
fn a_no_is_final_and_says_why() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    stage.home.deny(&stage.alice, &id, "not this zone");
    let resumed = agent.call("resume_call", json!({"id": id}));
    refused(&resumed, "denied");
    assert!(text(&resumed).contains("not this zone"), "{resumed}");
    refused(&consume_own(&mut agent, &id, &hash), "not_approved");
    stage.invalid("not_approved");
}

#[test]
fn the_same_plan_is_one_question_until_it_was_used() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let again = create(&mut agent, &hash);
    assert_eq!((&again["approval_id"], &again["attached"]), (&json!(id), &json!(true)));
    // Another order of keys and another session of the same agent: the same plan.
    let text = r#"{"steps":[{"idempotency_key":"key-example.com","params":{"value":"192.0.2.7","type":"A"},
        "resource":"example.com","provider":"dns.hetzner","action":"dns.update_records"}],"request_id":"req-example.com",
        "tenant_id":"default"}"#;
    let mut second = stage.agent();
    assert_eq!(hash_of(&mut second, &json!(text)), hash);
    assert_eq!(create(&mut second, &hash)["approval_id"], id.as_str());
    let token = stage.mint(&id);
    used(&consume(&mut stage.orchestrator(), &token, &hash));
    // With its use the plan is forgotten; validated again it is another question.
    let ask = json!({"ir_hash": hash});
    refused(&agent.call("create_approval", ask), "not_validated");
    assert_ne!(asked(&mut agent, &dns("example.com")), (hash, id));
}

#[test]
fn a_presented_token_is_the_askers_yes_alone_and_counts_once() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let token = stage.mint(&id);
    refused(&consume_own(&mut agent, &id, &hash), "not_approved");
    let taken = agent.call("pending_approve", json!({"id": id, "token": token}));
    assert!(!is_error(&taken), "{taken}");
    for bearer in [&mut stage.orchestrator(), &mut agent] {
        refused(&consume(bearer, &token, &hash), "approval_invalid");
        stage.invalid("already_redeemed");
    }
    used(&consume_own(&mut agent, &id, &hash));
    refused(&consume(&mut agent, &token, &hash), "approval_invalid");
    refused(&consume_own(&mut agent, &id, &hash), "approval_invalid");
}

#[test]
fn only_what_needs_a_yes_is_asked_about() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let passed = validated(&mut agent, &reading(), "PASS");
    let ask = |hash: &Value| json!({"ir_hash": hash});
    refused(&agent.call("create_approval", ask(&passed["ir_hash"])), "not_needed");
    let mut unknown = dns("example.com");
    unknown["steps"][0]["action"] = json!("dns.invent");
    let rejected = validated(&mut agent, &unknown, "REJECT");
    assert_eq!(rejected["violations"][0]["code"], "UNKNOWN_ACTION");
    assert!(rejected["ir_hash"].is_string(), "{rejected}");
    refused(&agent.call("create_approval", ask(&rejected["ir_hash"])), "not_validated");
    let never = format!("sha256:{}", "a".repeat(64));
    refused(&agent.call("create_approval", ask(&json!(never))), "not_validated");
    assert!(stage.journal("ir.approval_created").is_empty());
    let (_, id) = asked(&mut agent, &dns("example.com"));
    assert_eq!(stage.event("ir.approval_created")["approval_id"], id.as_str());
}

#[test]
fn the_lists_say_what_a_question_is_about() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &grave("example.com"));
    let listed = &stage.home.the_question();
    assert_eq!((&listed["kind"], &listed["ir_hash"]), (&json!("plan"), &json!(hash)));
    assert_eq!((&listed["server"], &listed["tier"]), (&json!("countersign"), &json!(3)));
    let status = agent.call("approval_status", json!({"id": id}));
    assert_eq!(status["structuredContent"]["kind"], "plan");
    let all = agent.call("list_pending_approvals", json!({}));
    assert_eq!(all["structuredContent"]["approvals"][0]["ir_hash"], hash.as_str());
    let card = stage.home.cli(&["show", &id]).ok().stdout;
    for part in [
        "wants a yes to a plan",
        &*hash,
        "1. dns.delete_zone",
        "dns.hetzner",
        "(tier 3)",
        "192.0.2.7",
    ] {
        assert!(card.contains(part), "`{part}` is not on the card:\n{card}");
    }
}
