//! What must not travel: raw tokens to any file, log or answer but one; parameters of steps to events.

use std::fs;

use serde_json::json;

use crate::stage::{Stage, asked, consume, dns, hash_of, refused, used};

const CANARY: &str = "canary-3f9a71";

#[test]
fn a_raw_token_is_in_one_answer_and_nowhere_else() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let (hash, id) = asked(&mut agent, &dns("example.com"));
    let cli = stage.mint(&id);
    let over_mcp = {
        let mut alice = stage.approver();
        let hash = hash_of(&mut agent, &dns("example.org"));
        let result = alice.call("create_approval", json!({"ir_hash": hash}));
        let token = result["structuredContent"]["token"].as_str().expect("a token").to_owned();
        let again = alice.call("create_approval", json!({"ir_hash": hash}));
        let status = alice
            .call("approval_status", json!({"id": result["structuredContent"]["approval_id"]}));
        assert!(!format!("{again}{status}").contains(&token), "it is shown twice");
        alice.close_stdin();
        alice.wait_exit();
        assert!(!alice.stderr().contains(&token), "the approver's log holds it");
        token
    };
    let mut other = stage.orchestrator();
    let mut told = String::new();
    told.push_str(&consume(&mut other, &cli, &format!("sha256:{}", "b".repeat(64))).to_string());
    let first = consume(&mut other, &cli, &hash);
    used(&first);
    let second = consume(&mut other, &cli, &hash);
    refused(&second, "approval_invalid");
    told.push_str(&format!("{first}{second}"));
    told.push_str(&stage.home.cli(&["show", &id, "--json"]).ok().stdout);
    told.push_str(&stage.home.cli(&["audit", "list", "--json", "--limit", "1000"]).ok().stdout);
    for session in [&mut agent, &mut other] {
        session.close_stdin();
        session.wait_exit();
        told.push_str(&session.stderr());
    }
    for token in [&cli, &over_mcp] {
        let secret = token.trim_start_matches("csans_");
        assert!(secret.len() >= 43, "{token}");
        assert!(!told.contains(secret), "it was told again");
        for entry in fs::read_dir(stage.home.path()).expect("the home") {
            let path = entry.expect("an entry").path();
            if !path.is_file() {
                continue;
            }
            let bytes = fs::read(&path).expect("readable");
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{} holds a token", path.display());
        }
    }
}

#[test]
fn events_hold_no_parameters() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut ir = dns("example.com");
    ir["steps"][0]["params"]["value"] = json!(CANARY);
    let (hash, id) = asked(&mut agent, &ir);
    let token = stage.mint(&id);
    used(&consume(&mut agent, &token, &hash));
    let mut bad = ir.clone();
    bad["steps"][0]["params"]["deep"] = json!([CANARY, 1.5]);
    agent.call("validate_ir", json!({"ir": bad}));
    agent.call("audit_ir_dag", json!({"ir": ir, "nodes": []}));
    for kind in [
        "ir.validated_escalate",
        "ir.validated_reject",
        "ir.approval_created",
        "ir.approval_consumed",
        "ir.dag_diff_failed",
    ] {
        let rows = stage.journal(kind);
        assert!(!rows.is_empty(), "{kind}");
        assert!(!json!(rows).to_string().contains(CANARY), "{kind}");
    }
    agent.close_stdin();
    agent.wait_exit();
    assert!(!agent.stderr().contains(CANARY), "the log holds a parameter");
    // The person who must say yes did see it.
    assert!(stage.home.cli(&["show", &id]).ok().stdout.contains(CANARY));
}
