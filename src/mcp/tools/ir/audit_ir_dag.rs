//! `audit_ir_dag`: whether what is to be executed is the plan. Any mismatch is an error of the call, so that no client
//! takes a failed audit for a finished one.

use crate::config::Toolset;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::json::{Canonical, Node};
use crate::domain::ruling::Verdict;
use crate::ir::audit::{Audit, audit_json, audit_text};
use crate::ir::{Checked, dag_payload};
use crate::mcp::tools::ir::{
    checked, correlation, ir_schema, member, members, plan_bytes, refuse_with, row, tree,
};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, object_schema, refuse, say, store_failed,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "audit_ir_dag",
    title: "Hold an execution graph against its plan",
    description: "Compares the nodes that are about to be executed with the steps of the plan: every step exactly \
                  once, every node with the hash of its step. Anything else is an error, and then nothing of the \
                  graph may be executed.",
    read_only: false,
    toolset: Toolset::Ir,
    offered: Offered::Agents,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "`ir` or `nodes` is missing, or there is another argument"),
        ("dag_mismatch", "the graph is not the plan, or cannot be read; do not execute it"),
        ("ir_rejected", "the plan itself is refused; `validate_ir` says why"),
        ("unrecorded", "the journal cannot be written, so the graph counts as not audited"),
        ("clock_behind", "this machine's clock stands behind the journal"),
    ],
    examples: &[
        Example {
            arguments: r#"{"ir":{"tenant_id":"default","steps":[{"action":"dns.update_records","provider":"dns.hetzner","resource":"example.com","params":{},"idempotency_key":"k-1"}]},"nodes":[]}"#,
            refusal: Some("dag_mismatch"),
        },
        Example { arguments: r#"{"ir":{},"nodes":[]}"#, refusal: Some("ir_rejected") },
        Example { arguments: r#"{"ir":{}}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

fn input() -> Value {
    let nodes = json!({
        "type": ["array", "object", "string"],
        "description": "The nodes: objects with `ir_step_id` (`idx:0` for the first step, `id:abc` for the step whose \
                        `step_id` is `abc`) and `ir_step_hash` (as `validate_ir` gave it); or their JSON as a text.",
    });
    object_schema(json!({ "ir": ir_schema(), "nodes": nodes }), &["ir", "nodes"])
}

fn output() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let list = json!({ "type": "array" });
    json!({
        "type": "object",
        "properties": {
            "success": { "type": "boolean" },
            "ir_hash": maybe,
            "dag_hash": maybe,
            "missing_ir_steps": list,
            "extra_dag_nodes": list,
            "duplicate_dag_nodes": list,
            "colliding_dag_nodes": list,
            "hash_mismatches": list,
            "malformed_dag_nodes": list,
            "step_count": { "type": "integer", "minimum": 0 },
            "dag_node_count": { "type": "integer", "minimum": 0 },
            "tenant_id": text,
            "request_id": maybe,
            "correlation_id": text,
            "audited_at": text,
        },
        "required": ["success", "ir_hash", "dag_hash", "missing_ir_steps", "extra_dag_nodes", "hash_mismatches",
            "tenant_id", "correlation_id", "audited_at"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { audit(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn audit(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let (row, answered) = judge(&call, bytes).await?;
    let journal = call.front.gate.journal();
    journal.store().append(vec![row]).await.map_err(|e| store_failed(&e))?;
    Ok(answered)
}

async fn judge(call: &OwnCall<'_>, bytes: &Canonical) -> Result<(Draft, Answered), Answered> {
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let now = gate.desk().store().now().await.map_err(|e| store_failed(&e))?;
    let tree = tree(bytes)?;
    members(&tree, &["ir", "nodes"])?;
    let (Some(ir), Some(nodes)) = (member(&tree, "ir"), tree.get("nodes")) else {
        return Err(refuse("invalid_arguments", "both `ir` and `nodes` are needed"));
    };
    let Checked { validation, plan } = checked(ir, &in_force, gate.tenant());
    let audit = match (&plan, nodes) {
        (Some(plan), Node::String(text)) => audit_text(plan, text.as_bytes()),
        (Some(plan), nodes) => audit_json(plan, nodes),
        (None, nodes) => Audit::of_refused(&validation, &plan_bytes(nodes)),
    };
    let correlation = correlation(gate.tenant(), validation.request_id.as_deref());
    let at = now.rfc3339();
    let mut result = serde_json::to_value(&audit)
        .map_err(|e| refuse("unrecorded", format!("the result cannot be written: {e}")))?;
    result["tenant_id"] = json!(gate.tenant());
    result["request_id"] = json!(validation.request_id);
    result["correlation_id"] = json!(correlation);
    result["audited_at"] = json!(at);
    let payload = dag_payload(&audit, gate.tenant(), validation.request_id.as_deref(), now);
    let (kind, verdict) = if audit.success {
        (EntryType::IrDagDiffOk, Verdict::Allow)
    } else {
        (EntryType::IrDagDiffFailed, Verdict::Deny)
    };
    let row = Draft {
        verdict: Some(verdict.as_str().to_owned()),
        tier: Some(validation.tier.get()),
        policy: Some(in_force.snapshot.policy().version),
        ..row(kind, call, correlation, &payload)
    };
    let answered = if audit.success {
        let text =
            format!("The graph is the plan: {} nodes, every hash fits.", audit.dag_node_count);
        say(text, result)
    } else if plan.is_none() {
        let text = "BLOCKED. The plan itself is refused, so nothing can be held against it; `validate_ir` says why.";
        refuse_with("ir_rejected", text, result)
    } else {
        refuse_with("dag_mismatch", told(&audit), result)
    };
    Ok((row, answered))
}

fn told(audit: &Audit) -> String {
    let found = [
        (audit.missing_ir_steps.len(), "steps have no node"),
        (audit.extra_dag_nodes.len(), "nodes have no step"),
        (audit.duplicate_dag_nodes.len(), "nodes repeat a step"),
        (audit.colliding_dag_nodes.len(), "nodes name the step of another node"),
        (audit.hash_mismatches.len(), "nodes have another hash than their step"),
        (audit.malformed_dag_nodes.len(), "nodes cannot be read"),
    ];
    let found: Vec<String> =
        found.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    format!(
        "BLOCKED. The graph is not the plan: {}. Do not execute it; build it from the plan again.",
        found.join(", ")
    )
}
