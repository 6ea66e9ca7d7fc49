//! One yes, one use: in time, across processes, and after restarts.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, asked, code, consume, dns, hash_of, refused, used};
use crate::support::{Session, text, wait_until};

#[test]
fn of_many_processes_that_use_one_yes_one_wins() {
    let stage = Stage::new();
    let (hash, id) = asked(&mut stage.agent(), &dns("example.com"));
    let token = stage.mint(&id);
    let mut sessions: Vec<Session> = (0..4).map(|_| stage.orchestrator()).collect();
    let attempts: Vec<Vec<i64>> = sessions
        .iter_mut()
        .map(|session| {
            let args = json!({"token": token, "ir_hash": hash});
            (0..10).map(|_| session.start_call("consume_approval", args.clone())).collect()
        })
        .collect();
    let mut codes = Vec::new();
    for (session, attempts) in sessions.iter_mut().zip(attempts) {
        codes.extend(attempts.into_iter().map(|id| code(&session.result(id)).to_owned()));
    }
    assert_eq!(codes.iter().filter(|code| *code == "(none)").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "approval_invalid").count(), 39, "{codes:?}");
    assert_eq!(stage.journal("ir.approval_consumed").len(), 1);
    let reasons = stage.journal("ir.approval_invalid");
    assert_eq!(reasons.len(), 39);
    assert!(reasons.iter().all(|row| row["body"]["reason"] == "already_consumed"));
}

#[test]
fn a_yes_ends_with_its_life_and_a_longer_one_does_not() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut alice = stage.approver();
    let mut minted = |zone: &str, ttl: u64| {
        let hash = hash_of(&mut agent, &dns(zone));
        let result = alice.call("create_approval", json!({"ir_hash": hash, "ttl_seconds": ttl}));
        let token = result["structuredContent"]["token"].as_str().expect("a token").to_owned();
        (hash, token)
    };
    let (short, short_token) = minted("short.example", 1);
    let (long, long_token) = minted("long.example", 86_400);
    let mut other = stage.orchestrator();
    std::thread::sleep(Duration::from_millis(1_100));
    wait_until(Duration::from_secs(10), || {
        code(&consume(&mut other, &short_token, &short)) == "approval_expired"
    });
    let expired = stage.event("ir.approval_expired");
    assert_eq!((&expired["ttl_seconds"], &expired["was_consumed"]), (&json!(1), &json!(false)));
    refused(&consume(&mut other, &short_token, &short), "approval_expired");
    used(&consume(&mut other, &long_token, &long));
    assert!(stage.journal("ir.approval_consumed").len() == 1);
}

#[test]
fn the_configured_life_counts_where_none_is_given() {
    let stage = Stage::new();
    let mut agent =
        crate::stage::started(stage.launch("planner").env("IR_APPROVAL_TTL_SECONDS", "77"));
    let hash = hash_of(&mut agent, &dns("example.com"));
    assert_eq!(crate::stage::create(&mut agent, &hash)["ttl_seconds"], 77);
    assert_eq!(stage.event("ir.approval_created")["ttl_seconds"], 77);
}

#[test]
fn an_agent_does_not_make_its_yes_live_longer_than_configured() {
    let stage = Stage::new();
    let mut agent =
        crate::stage::started(stage.launch("planner").env("IR_APPROVAL_TTL_SECONDS", "60"));
    let hash = hash_of(&mut agent, &dns("example.com"));
    for ttl in [61, 86_400] {
        let result = agent.call("create_approval", json!({"ir_hash": hash, "ttl_seconds": ttl}));
        refused(&result, "ttl_too_long");
        assert!(text(&result).contains("at most 60 seconds"), "{result}");
    }
    assert!(stage.journal("ir.approval_created").is_empty(), "nothing was asked");
    let result = agent.call("create_approval", json!({"ir_hash": hash, "ttl_seconds": 60}));
    assert_eq!(result["structuredContent"]["ttl_seconds"], 60, "{result}");
}
