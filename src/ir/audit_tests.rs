//! Whatever a graph does beside the plan is found: left out, put in, doubled, exchanged, miscalled.

use crate::domain::digest::Digest;
use crate::domain::principal::Tenant;
use crate::domain::ruling::Tier;
use crate::ir::audit::{Audit, Node, audit, audit_text};
use crate::ir::{Plan, Vocabulary, check_text, show_hash};
use serde_json::json;

/// Two steps without an id, and one called `x`.
fn plan() -> Plan {
    let step = |id: Option<&str>| match id {
        Some(id) => json!({"action": "deploy.api", "provider": "deploy.docker", "step_id": id}),
        None => json!({"action": "deploy.api", "provider": "deploy.docker"}),
    };
    let steps = [step(None), step(Some("x")), step(None)];
    let text = json!({"tenant_id": "default", "idempotency_key": "k", "steps": steps}).to_string();
    let (tenant, vocabulary) = (Tenant::default(), Vocabulary::default());
    check_text(text.as_bytes(), &vocabulary, None, &tenant, Tier::WRITE).plan.unwrap()
}

fn node(plan: &Plan, id: &str, step: usize) -> Node {
    Node { ir_step_id: id.to_owned(), ir_step_hash: show_hash(&plan.steps()[step].hash) }
}

/// The nodes that are right.
fn right(plan: &Plan) -> Vec<Node> {
    vec![node(plan, "idx:0", 0), node(plan, "id:x", 1), node(plan, "2", 2)]
}

fn counts(found: &Audit) -> [usize; 6] {
    [
        found.missing_ir_steps.len(),
        found.extra_dag_nodes.len(),
        found.duplicate_dag_nodes.len(),
        found.colliding_dag_nodes.len(),
        found.hash_mismatches.len(),
        found.malformed_dag_nodes.len(),
    ]
}

#[test]
fn the_very_plan_succeeds_in_any_order_and_notation() {
    let plan = plan();
    let found = audit(&plan, &right(&plan));
    assert!(found.success);
    assert_eq!(counts(&found), [0; 6]);
    assert_eq!((found.step_count, found.dag_node_count), (3, 3));
    assert_eq!(found.ir_hash, Some(plan.hash()));
    let mut bare = right(&plan);
    bare.reverse();
    for node in &mut bare {
        node.ir_step_hash = node.ir_step_hash.trim_start_matches("sha256:").to_uppercase();
    }
    let again = audit(&plan, &bare);
    assert!(again.success);
    assert_eq!(again.dag_hash, found.dag_hash);
}

#[test]
fn nodes_left_out_and_put_in_are_named() {
    let plan = plan();
    let mut nodes = right(&plan);
    nodes.remove(1);
    let found = audit(&plan, &nodes);
    assert!(!found.success);
    assert_eq!(found.missing_ir_steps, ["id:x"]);
    nodes.push(node(&plan, "y", 1));
    nodes.push(node(&plan, "idx:1", 1));
    let found = audit(&plan, &nodes);
    assert_eq!(found.extra_dag_nodes, ["y", "idx:1"]);
    assert_eq!(counts(&found), [1, 2, 0, 0, 0, 0]);
    assert!(!audit(&plan, &[]).success);
}

#[test]
fn a_doubled_node_fails_whichever_of_them_is_right() {
    let plan = plan();
    let mut nodes = right(&plan);
    nodes.push(node(&plan, "idx:0", 0));
    let found = audit(&plan, &nodes);
    assert!(!found.success);
    assert_eq!(found.duplicate_dag_nodes, ["idx:0"]);
    let mut nodes = right(&plan);
    nodes.insert(0, Node { ir_step_id: "idx:0".into(), ir_step_hash: show_hash(&Digest::ZERO) });
    let found = audit(&plan, &nodes);
    assert!(!found.success);
    assert_eq!(counts(&found), [0, 0, 1, 0, 1, 0]);
}

#[test]
fn two_spellings_of_one_step_collide() {
    let plan = plan();
    let mut nodes = right(&plan);
    nodes.push(node(&plan, "0", 0));
    nodes.push(node(&plan, "x", 1));
    let found = audit(&plan, &nodes);
    assert!(!found.success);
    assert_eq!(found.colliding_dag_nodes, ["0", "x"]);
}

#[test]
fn another_hash_is_told_in_full() {
    let plan = plan();
    let mut nodes = right(&plan);
    nodes[2].ir_step_hash = "not a hash".to_owned();
    nodes[0].ir_step_hash = show_hash(&plan.hash());
    let found = audit(&plan, &nodes);
    assert!(!found.success);
    assert_eq!(found.hash_mismatches.len(), 2);
    assert_eq!(found.hash_mismatches[0].step_id, "idx:0");
    assert_eq!(found.hash_mismatches[0].expected_hash, show_hash(&plan.steps()[0].hash));
    assert_eq!(found.hash_mismatches[0].actual_hash, show_hash(&plan.hash()));
    assert_eq!(found.hash_mismatches[1].actual_hash, "not a hash");
}

#[test]
fn nodes_that_cannot_be_read_are_failures_with_a_code() {
    let plan = plan();
    let code = |text: &str| {
        let found = audit_text(&plan, text.as_bytes());
        assert!(!found.success, "{text}");
        assert!(found.dag_hash.is_none(), "{text}");
        assert_eq!(found.missing_ir_steps.len(), 3, "{text}");
        found.malformed_dag_nodes[0].code
    };
    assert_eq!(code("[7]"), "NODE_NOT_AN_OBJECT");
    assert_eq!(code(r#"[{"ir_step_id":"idx:0"}]"#), "NODE_MISSING_FIELD");
    assert_eq!(code(r#"[{"ir_step_id":0,"ir_step_hash":"a"}]"#), "NODE_INVALID_FIELD");
    assert_eq!(code(r#"[{"ir_step_id":"a","ir_step_id":"b"}]"#), "DUPLICATE_KEY");
    assert_eq!(code(r#"{"dag":[]}"#), "NOT_AN_ARRAY");
    assert_eq!(code("7"), "NOT_AN_ARRAY");
    assert_eq!(code("]"), "NOT_JSON");
    // A node that is right beside one that is not.
    let hash = show_hash(&plan.steps()[0].hash);
    let mixed = json!({"nodes": [{"ir_step_id": "0", "ir_step_hash": hash, "task": "t"}, null]});
    let found = audit_text(&plan, mixed.to_string().as_bytes());
    assert_eq!(counts(&found), [2, 0, 0, 0, 0, 1]);
    assert_eq!(found.dag_node_count, 2);
}
