//! Who says yes to a plan, who never does, and what becomes of a yes under another policy.

use serde_json::json;

use crate::stage::{
    Stage, asked, consume, consume_own, create, dns, grave, hash_of, of_other, refused, started,
    used,
};
use crate::support::is_error;

#[test]
fn an_agent_gets_no_token_and_says_yes_to_nothing() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let hash = hash_of(&mut agent, &dns("example.com"));
    let result = agent.call("create_approval", json!({"ir_hash": hash}));
    assert!(!result.to_string().contains("csans_"), "{result}");
    assert!(result["structuredContent"].get("token").is_none(), "{result}");
    let id = result["structuredContent"]["approval_id"].clone();
    refused(&agent.call("pending_approve", json!({"id": id})), "not_a_decider");
    let id = id.as_str().expect("an id");
    refused(&consume_own(&mut agent, id, &hash), "not_approved");
    let token = stage.mint(id);
    used(&consume(&mut agent, &token, &hash));
}

#[test]
fn an_approvers_session_gets_the_token_once_and_for_anothers_plan() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let hash = hash_of(&mut agent, &dns("example.com"));
    let mut alice = stage.approver();
    let asking = json!({"ir_hash": hash, "ttl_seconds": 90});
    let result = alice.call("create_approval", asking.clone());
    assert!(!is_error(&result), "{result}");
    let told = &result["structuredContent"];
    assert_eq!((&told["status"], &told["ttl_seconds"]), (&json!("approved"), &json!(90)));
    let token = told["token"].as_str().expect("a token");
    let created = stage.event("ir.approval_created");
    assert_eq!(
        (&created["created_by"], &created["ttl_seconds"]),
        (&json!("admin:alice"), &json!(90))
    );
    assert_eq!(seconds_between(&created, "created_at", "expires_at"), 90);
    let approved = stage.journal("approval.approved").remove(0);
    assert_eq!(approved["principal"], "admin:alice");
    // It is the agent's question, and it is answered.
    refused(&alice.call("create_approval", asking), "already_ended");
    let status = agent.call("approval_status", json!({"id": told["approval_id"]}));
    assert_eq!(status["structuredContent"]["state"], "approved");
    used(&consume(&mut stage.orchestrator(), token, &hash));
}

fn seconds_between(event: &serde_json::Value, from: &str, to: &str) -> i64 {
    let at = |name: &str| -> jiff::Timestamp {
        event[name].as_str().expect("a time").parse().expect("RFC 3339")
    };
    at(to).as_second() - at(from).as_second()
}

#[test]
fn an_approver_answers_what_an_agent_asked_but_not_with_another_life() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let mut alice = stage.approver();
    let other = alice.call("create_approval", json!({"ir_hash": hash, "ttl_seconds": 5}));
    refused(&other, "other_ttl");
    let result = alice.call("create_approval", json!({"ir_hash": hash}));
    assert_eq!(result["structuredContent"]["approval_id"], id.as_str(), "{result}");
    let token = result["structuredContent"]["token"].as_str().expect("a token");
    used(&consume(&mut agent, token, &hash));
}

#[test]
fn an_approver_does_not_meet_a_longer_life_than_configured_by_chance() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let launch = stage.launch("console").token(&stage.alice);
    let mut alice = started(launch.env("IR_APPROVAL_TTL_SECONDS", "60"));
    refused(&alice.call("create_approval", json!({"ir_hash": hash})), "other_ttl");
    assert_eq!(stage.home.the_question()["id"], id.as_str(), "it still waits");
    let chosen = alice.call("create_approval", json!({"ir_hash": hash, "ttl_seconds": 3_600}));
    assert_eq!(chosen["structuredContent"]["status"], "approved", "{chosen}");
}

#[test]
fn whoever_says_yes_in_a_session_cannot_use_it_there() {
    let stage = Stage::new();
    let (hash, _) = asked(&mut stage.agent(), &dns("example.com"));
    let mut alice = stage.approver();
    let offered: Vec<_> =
        alice.tools().iter().filter_map(|t| t["name"].as_str().map(str::to_owned)).collect();
    assert!(offered.contains(&"create_approval".to_owned()), "{offered:?}");
    assert!(!offered.contains(&"consume_approval".to_owned()), "{offered:?}");
    let result = alice.call("create_approval", json!({"ir_hash": hash}));
    let token = result["structuredContent"]["token"].as_str().expect("a token").to_owned();
    let own = alice.call_response("consume_approval", json!({"token": token, "ir_hash": hash}));
    assert!(own["error"].is_object() || is_error(&own["result"]), "{own}");
    used(&consume(&mut stage.orchestrator(), &token, &hash));
}

#[test]
fn a_hash_alone_shows_nobody_the_plan_of_another() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let mut other = stage.orchestrator();
    let known = other.call("create_approval", json!({"ir_hash": hash}));
    refused(&known, "not_validated");
    let never = format!("sha256:{}", "a".repeat(64));
    let unknown = other.call("create_approval", json!({"ir_hash": never}));
    assert_eq!(known, unknown, "a hash that exists can be told apart");
    // Twin: whoever has the plan itself asks a question of his own, and takes nobody's place.
    let (same, own) = asked(&mut other, &dns("example.com"));
    assert!(same == hash && own != id);
    assert_eq!(create(&mut agent, &hash)["approval_id"], id.as_str());
    // An approver answers for whoever validated it last, and is told whose plan that is.
    let result = stage.approver().call("create_approval", json!({"ir_hash": hash}));
    let told = &result["structuredContent"];
    assert_eq!(told["approval_id"], own.as_str(), "{result}");
    assert!(told["created_by"].as_str().is_some_and(|by| by.ends_with("/orchestrator")), "{told}");
}

#[test]
fn an_approvers_session_answers_up_to_its_tier() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let hash = hash_of(&mut agent, &grave("example.com"));
    let mut alice = stage.approver();
    refused(&alice.call("create_approval", json!({"ir_hash": hash})), "tier_too_high");
    assert!(stage.journal("ir.approval_created").is_empty(), "nothing was asked");
    let id = create(&mut agent, &hash)["approval_id"].clone();
    let token = stage.mint(id.as_str().expect("an id"));
    used(&consume(&mut agent, &token, &hash));
}

#[test]
fn a_revoked_approver_mints_nothing() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let hash = hash_of(&mut agent, &dns("example.com"));
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let mut approver = started(stage.launch("console").token(&bob));
    stage.home.cli_with_token(&stage.alice, &["user", "revoke", "bob", "--yes"]).ok();
    refused(&approver.call("create_approval", json!({"ir_hash": hash})), "not_a_decider");
    let mut alice = stage.approver();
    assert!(!is_error(&alice.call("create_approval", json!({"ir_hash": hash}))));
}

#[test]
fn a_tampered_plan_is_another_plan() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let other = hash_of(&mut agent, &dns("example.org"));
    let token = stage.mint(&id);
    refused(&consume(&mut agent, &token, &other), "approval_invalid");
    stage.invalid("ir_hash_mismatch");
    let mut flipped = hash.clone();
    let last = if flipped.pop() == Some('0') { '1' } else { '0' };
    flipped.push(last);
    refused(&consume(&mut agent, &token, &flipped), "approval_invalid");
    used(&consume(&mut agent, &token, hash.trim_start_matches("sha256:")));
}

#[test]
fn every_wrong_token_is_the_same_answer() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let other = hash_of(&mut agent, &dns("example.org"));
    let token = stage.mint(&id);
    let mut foreigner = stage.foreigner();
    let unknown = consume(&mut agent, "csans_made_up", &hash);
    let mismatch = consume(&mut agent, &token, &other);
    let foreign = consume(&mut foreigner, &token, &hash);
    used(&consume(&mut agent, &token, &hash));
    let spent = consume(&mut agent, &token, &hash);
    for answer in [&mismatch, &foreign, &spent] {
        assert_eq!(*answer, unknown, "a token can be told apart by the answer");
    }
    let reasons: Vec<_> = stage.journal("ir.approval_invalid");
    let reasons: Vec<_> = reasons.iter().map(|row| &row["body"]["reason"]).collect();
    assert_eq!(reasons, ["token_not_found", "ir_hash_mismatch", "already_consumed"]);
    // The attempt of another world stands in that world, and names nothing of this one.
    let rows = stage.journal_of("other", "ir.approval_invalid");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["body"]["reason"], "tenant_mismatch");
    assert!(!rows[0].to_string().contains(&id), "{}", rows[0]);
}

#[test]
fn another_world_knows_nothing_of_a_plan() {
    let stage = Stage::new();
    let (hash, id) = asked(&mut stage.agent(), &dns("example.com"));
    let mut foreigner = stage.foreigner();
    let unknown = foreigner.call("create_approval", json!({"ir_hash": hash}));
    refused(&unknown, "not_validated");
    refused(&consume_own(&mut foreigner, &id, &hash), "approval_invalid");
    refused(&foreigner.call("approval_status", json!({"id": id})), "not_found");
    let (own, other) = asked(&mut foreigner, &of_other(dns("example.com")));
    assert!(own != hash && other != id);
}

#[test]
fn whoever_is_paused_neither_asks_nor_uses() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let token = stage.mint(&id);
    let mut other = stage.orchestrator();
    stage.home.cli_with_token(&stage.alice, &["pause", "--yes"]).ok();
    refused(&consume(&mut other, &token, &hash), "paused");
    refused(&agent.call("create_approval", json!({"ir_hash": hash})), "paused");
    stage.home.cli_with_token(&stage.alice, &["unpause", "--yes"]).ok();
    used(&consume(&mut other, &token, &hash));
}

#[test]
fn a_plan_that_policy_refuses_meanwhile_is_not_used() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let token = stage.mint(&id);
    let usual = "[approvals]\nmcp_max_tier = 2\n";
    let rule = "[[rule]]\ntool = \"ir:dns.*\"\neffect = \"deny\"\n";
    stage.home.write_config(&format!("{usual}{rule}"));
    refused(&consume(&mut agent, &token, &hash), "policy_changed");
    stage.invalid("policy_changed");
    refused(&agent.call("create_approval", json!({"ir_hash": hash})), "not_validated");
    stage.home.write_config(usual);
    stage.home.accept_config(&stage.alice);
    stage.home.write_config(&format!("{usual}[[quorum]]\nrequired = 2\n"));
    refused(&consume(&mut agent, &token, &hash), "quorum_rose");
    stage.invalid("quorum_rose");
    let anew = create(&mut agent, &hash);
    assert_ne!(anew["approval_id"], id, "the row that cannot be used is not handed out again");
    stage.home.write_config(usual);
    stage.home.accept_config(&stage.alice);
    used(&consume(&mut agent, &token, &hash));
}
