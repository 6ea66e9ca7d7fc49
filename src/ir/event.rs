//! What the `ir.*` events of checks and audits tell: the payload of the seed's envelope, without any parameter of a step.

use crate::domain::call::OWN;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::Tenant;
use crate::domain::ruling::Verdict;
use crate::domain::time::Millis;
use crate::ir::audit::Audit;
use crate::ir::{Status, Validation, show_hash};
use serde_json::{Value, json};

/// The tool under which plans stand in the journal, and questions about them are put.
pub const PLAN: &str = "plan";

/// The row of a check under a version of the policy; who had it checked, and its story, are the caller's to add.
#[must_use]
pub fn validated(validation: &Validation, tenant: &Tenant, policy: u64, at: Millis) -> Draft {
    let mut payload = json!({
        "tenant_id": tenant,
        "request_id": validation.request_id,
        "ir_hash": validation.ir_hash.as_ref().map(show_hash),
        "risk_tier": validation.tier,
        "requires_approval": validation.requires_approval,
        "violations": validation.violations,
        "validated_at": at.rfc3339(),
        "step_count": validation.step_count,
    });
    let (kind, verdict) = match validation.status {
        Status::Pass => (EntryType::IrValidatedPass, Verdict::Allow),
        Status::Escalate => (EntryType::IrValidatedEscalate, Verdict::Ask),
        Status::Reject => (EntryType::IrValidatedReject, Verdict::Deny),
    };
    if validation.status == Status::Escalate {
        payload["high_risk_steps"] = json!(validation.high_risk_steps().collect::<Vec<_>>());
    }
    Draft {
        upstream: Some(OWN.to_owned()),
        tool: Some(PLAN.to_owned()),
        verdict: Some(verdict.as_str().to_owned()),
        tier: Some(validation.tier.get()),
        policy: Some(policy),
        body: payload.to_string().into_bytes(),
        ..Draft::new(kind, tenant)
    }
}

/// The payload of `ir.dag_diff_ok` and `ir.dag_diff_failed`.
#[must_use]
pub fn dag_payload(audit: &Audit, tenant: &Tenant, request_id: Option<&str>, at: Millis) -> Value {
    let whole = serde_json::to_value(audit).unwrap_or_default();
    let mut payload = json!({
        "tenant_id": tenant,
        "request_id": request_id,
        "ir_hash": whole["ir_hash"],
        "dag_hash": whole["dag_hash"],
        "step_count": audit.step_count,
        "dag_node_count": audit.dag_node_count,
        "all_hashes_match": audit.success,
        "verified_at": at.rfc3339(),
    });
    if !audit.success {
        let lists = [
            "missing_ir_steps",
            "extra_dag_nodes",
            "duplicate_dag_nodes",
            "colliding_dag_nodes",
            "hash_mismatches",
            "malformed_dag_nodes",
        ];
        payload["mismatch_details"] =
            lists.iter().map(|list| ((*list).to_owned(), whole[*list].clone())).collect();
    }
    payload
}
