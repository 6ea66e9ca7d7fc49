//! Bad input to every tool: a clear error, and nothing half done.

use serde_json::{Value, json};

use crate::stage::{Stage, asked, dns, hash_of, refused, validated};
use crate::support::{is_error, text};

#[test]
fn arguments_that_do_not_fit_are_refused_and_leave_nothing() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let hash = format!("sha256:{}", "a".repeat(64));
    let id = "00000000-0000-7000-8000-000000000000";
    let ir = dns("example.com");
    let cases = [
        ("validate_ir", json!({})),
        ("validate_ir", json!({"ir": null})),
        ("validate_ir", json!({"ir": ir, "tenant_id": "other"})),
        ("audit_ir_dag", json!({"ir": ir})),
        ("audit_ir_dag", json!({"nodes": []})),
        ("audit_ir_dag", json!({"ir": ir, "nodes": [], "force": true})),
        ("create_approval", json!({})),
        ("create_approval", json!({"ir_hash": 5})),
        ("create_approval", json!({"ir_hash": "sha256:abc"})),
        ("create_approval", json!({"ir_hash": format!("sha1:{}", "a".repeat(64))})),
        ("create_approval", json!({"ir_hash": hash, "ttl_seconds": 0})),
        ("create_approval", json!({"ir_hash": hash, "ttl_seconds": -1})),
        ("create_approval", json!({"ir_hash": hash, "ttl_seconds": 60.0})),
        ("create_approval", json!({"ir_hash": hash, "ttl_seconds": 86_401})),
        ("create_approval", json!({"ir_hash": hash, "ttl_seconds": u64::MAX})),
        ("create_approval", json!({"ir_hash": hash, "ttl_seconds": "60"})),
        ("create_approval", json!({"ir_hash": hash, "created_by": "admin:alice"})),
        ("consume_approval", json!({"ir_hash": hash})),
        ("consume_approval", json!({"ir_hash": hash, "token": "t", "id": id})),
        ("consume_approval", json!({"ir_hash": hash, "token": 5})),
        ("consume_approval", json!({"ir_hash": hash, "id": "abc"})),
        ("consume_approval", json!({"token": "t"})),
        ("consume_approval", json!({"ir_hash": hash, "token": "t", "tenant_id": "other"})),
    ];
    for (tool, args) in cases {
        let result = agent.call(tool, args.clone());
        refused(&result, "invalid_arguments");
        assert!(text(&result).contains('`'), "{tool} {args} is not told what is wrong: {result}");
    }
    for raw in [r#"{"ir_hash":"x","ttl_seconds":1e400}"#, r#"{"ir_hash":"x","ttl_seconds":6e1}"#] {
        let id = agent.start_raw_call("create_approval", raw);
        refused(&agent.result(id), "invalid_arguments");
    }
    stage.nothing_happened();
    asked(&mut agent, &ir);
}

#[test]
fn a_plan_that_is_none_is_rejected_with_a_code_and_on_record() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let step = r#"{"action":"dns.update_records","provider":"dns.hetzner","resource":"r","params":{},"idempotency_key":"k"}"#;
    let deep = format!(
        r#"{{"tenant_id":"default","steps":[{step}],"labels":{}1{}}}"#,
        "[".repeat(80),
        "]".repeat(80)
    );
    let mut wide = String::from(r#"{"tenant_id":"default","steps":["#);
    wide.push_str(&step.replace("{}", &format!("{{{}}}", members(100_100))));
    wide.push_str("]}");
    let cases: [(Value, &str); 11] = [
        (json!(5), "NOT_AN_OBJECT"),
        (json!([]), "NOT_AN_OBJECT"),
        (json!(""), "NOT_JSON"),
        (json!("{"), "NOT_JSON"),
        (
            json!(format!(r#"{{"tenant_id":"default","steps":[{step}],"steps":[]}}"#)),
            "DUPLICATE_KEY",
        ),
        (
            json!(format!(
                r#"{{"tenant_id":"default","steps":[{}]}}"#,
                step.replace("{}", r#"{"a":1,"a":2}"#)
            )),
            "DUPLICATE_KEY",
        ),
        (
            json!(format!(
                r#"{{"tenant_id":"default","steps":[{}]}}"#,
                step.replace("{}", r#"{"a":1.5}"#)
            )),
            "FLOAT",
        ),
        (json!(deep), "TOO_DEEP"),
        (json!(wide), "TOO_LARGE"),
        (json!({"tenant_id": "default", "steps": []}), "NO_STEPS"),
        (json!({"steps": [{}], "hidden": 1}), "UNKNOWN_FIELD"),
    ];
    for (n, (ir, expected)) in cases.into_iter().enumerate() {
        let told = validated(&mut agent, &ir, "REJECT");
        let codes: Vec<&str> = told["violations"]
            .as_array()
            .expect("violations")
            .iter()
            .filter_map(|v| v["code"].as_str())
            .collect();
        assert!(codes.contains(&expected), "`{expected}` is not among {codes:?}");
        let rows = stage.journal("ir.validated_reject");
        assert_eq!(rows.len(), n + 1);
        assert_eq!(rows[n]["body"]["violations"], told["violations"]);
        if let Some(hash) = told["ir_hash"].as_str() {
            let result = agent.call("create_approval", json!({"ir_hash": hash}));
            refused(&result, "not_validated");
        }
    }
    hash_of(&mut agent, &json!(format!(r#"{{"tenant_id":"default","steps":[{step}]}}"#)));
}

fn members(n: usize) -> String {
    (0..n).map(|i| format!("\"k{i}\":1")).collect::<Vec<_>>().join(",")
}

#[test]
fn a_foreign_tenant_in_a_plan_is_rejected_and_an_own_one_is_not() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut ir = dns("example.com");
    ir["tenant_id"] = json!("other");
    let told = validated(&mut agent, &ir, "REJECT");
    assert_eq!(told["violations"][0]["code"], "FOREIGN_TENANT");
    assert_eq!(stage.event("ir.validated_reject")["tenant_id"], "default");
    assert!(stage.journal_of("other", "ir.validated_reject").is_empty());
    ir["tenant_id"] = json!("default");
    validated(&mut agent, &ir, "ESCALATE");
}

#[test]
fn duplicate_keys_in_the_arguments_themselves_are_refused_by_the_reader() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let id = agent.start_raw_call("validate_ir", r#"{"ir":{"steps":[],"steps":[]}}"#);
    let response = agent.response_within(id, std::time::Duration::from_secs(2));
    assert!(response.is_none_or(|r| r["error"].is_object()), "it was read");
    stage.nothing_happened();
    assert!(!is_error(&agent.call("validate_ir", json!({"ir": dns("example.com")}))));
}
