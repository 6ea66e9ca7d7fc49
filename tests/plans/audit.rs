//! Holding an execution graph against its plan: any mismatch blocks, and every audit is on record.

use serde_json::{Value, json};

use crate::stage::{Stage, dns, refused, validated};
use crate::support::is_error;

fn two_steps() -> Value {
    let mut ir = dns("example.com");
    let mut second = ir["steps"][0].clone();
    second["step_id"] = json!("second");
    second["idempotency_key"] = json!("another");
    ir["steps"].as_array_mut().expect("steps").push(second);
    ir
}

#[test]
fn exactly_the_plan_passes_and_every_other_graph_blocks() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let ir = two_steps();
    let told = validated(&mut agent, &ir, "ESCALATE");
    let node = |at: usize| {
        let step = &told["steps"][at];
        json!({"ir_step_id": step["step_id"], "ir_step_hash": step["step_hash"]})
    };
    let exact = json!([node(1), node(0)]);
    let mut wrong = exact.clone();
    wrong[0]["ir_step_hash"] = node(0)["ir_step_hash"].clone();
    let mut extra = exact.clone();
    let stranger = json!({"ir_step_id": "id:stranger", "ir_step_hash": "0".repeat(64)});
    extra.as_array_mut().expect("nodes").push(stranger);
    let blocked: [(&str, Value, &str); 5] = [
        ("a step has no node", json!([node(0)]), "missing_ir_steps"),
        ("a node has no step", extra, "extra_dag_nodes"),
        ("another hash", wrong, "hash_mismatches"),
        ("a step twice", json!([node(0), node(1), node(1)]), "duplicate_dag_nodes"),
        ("malformed", json!([node(0), {"ir_step_id": 5}]), "malformed_dag_nodes"),
    ];
    for (what, nodes, list) in blocked {
        let result = agent.call("audit_ir_dag", json!({"ir": ir, "nodes": nodes}));
        refused(&result, "dag_mismatch");
        let told = &result["structuredContent"];
        assert_eq!(told["success"], false, "{what}");
        assert_ne!(told[list], json!([]), "{what}: {told}");
        let failed = stage.event("ir.dag_diff_failed");
        assert_eq!(failed["all_hashes_match"], false);
        assert_eq!(failed["ir_hash"], told["ir_hash"]);
        assert_eq!(failed["mismatch_details"][list], told[list], "{what}");
    }
    let result = agent.call("audit_ir_dag", json!({"ir": ir, "nodes": exact}));
    assert!(!is_error(&result), "{result}");
    let told = &result["structuredContent"];
    assert_eq!(told["success"], true);
    let ok = stage.event("ir.dag_diff_ok");
    assert_eq!((&ok["step_count"], &ok["dag_node_count"]), (&json!(2), &json!(2)));
    assert_eq!((&ok["all_hashes_match"], &ok["dag_hash"]), (&json!(true), &told["dag_hash"]));
    assert_eq!(ok["request_id"], "req-example.com");
    assert!(ok.get("mismatch_details").is_none());
}

#[test]
fn a_graph_or_a_plan_that_cannot_be_read_blocks_and_is_on_record() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let ir = dns("example.com");
    let unreadable =
        [json!(7), json!("["), json!({"edges": []}), json!([[]]), json!(r#"[{"a":1,"a":2}]"#)];
    for (n, nodes) in unreadable.into_iter().enumerate() {
        refused(&agent.call("audit_ir_dag", json!({"ir": ir, "nodes": nodes})), "dag_mismatch");
        assert_eq!(stage.journal("ir.dag_diff_failed").len(), n + 1, "{nodes}");
    }
    refused(&agent.call("audit_ir_dag", json!({"ir": "{", "nodes": []})), "ir_rejected");
    assert_eq!(stage.journal("ir.dag_diff_failed").len(), 6);
    assert!(stage.journal("ir.dag_diff_ok").is_empty());
}
