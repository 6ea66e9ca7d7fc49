//! How a question looks to programs: one object, stable snake_case, the arguments as the JSON they are.

use crate::domain::approval::{Approval, Subject, TokenState};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

/// The object of one question, the same on the command line and over MCP.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ApprovalView {
    #[serde(flatten)]
    facts: Value,
    /// Digits and order as written; `null` when there are none or they were erased.
    arguments: Option<Box<RawValue>>,
}

/// Makes the object.
#[must_use]
pub fn view(approval: &Approval) -> ApprovalView {
    let time = |t: Option<crate::domain::time::Millis>| t.map(|t| t.rfc3339());
    let decided_by = approval.decided_by.as_ref().map(
        |by| json!({ "name": by.principal.name, "role": by.principal.role, "proof": by.proof }),
    );
    let reasons: Vec<Value> = approval
        .ruling
        .reasons
        .iter()
        .map(|r| json!({ "layer": r.layer, "rule": r.rule, "message": r.message }))
        .collect();
    let mut facts = json!({
        "id": approval.id,
        "kind": approval.subject.kind(),
        "state": approval.state,
        "server": approval.upstream,
        "tool": approval.tool,
        "method": approval.method,
        "tier": approval.ruling.tier,
        "effect": approval.ruling.effect,
        "action": approval.ruling.action,
        "reasons": reasons,
        "warnings": approval.ruling.warnings,
        "policy_version": approval.ruling.policy.version,
        "requested_by": approval.principal.name,
        "session": approval.session,
        "requested_at": approval.asked_at.rfc3339(),
        "expires_at": approval.run_by.unwrap_or(approval.answer_by).rfc3339(),
        "abandoned_at": time(approval.abandoned_at),
        "approvals_needed": approval.required,
        "decided_at": time(approval.decided_at),
        "decided_by": decided_by,
        "reason": approval.reason,
        "needs_token": approval.token == TokenState::Minted,
        "ran_at": time(approval.consumed_at),
        "outcome": approval.outcome,
        "call_digest": approval.call_digest,
        "correlation_id": approval.correlation,
    });
    match approval.subject {
        Subject::Call => {}
        Subject::Policy(hash) => facts["diff_hash"] = json!(hash),
        Subject::Plan(hash) => facts["ir_hash"] = json!(crate::ir::show_hash(&hash)),
        Subject::Run(run) => facts["run_id"] = json!(run),
        Subject::Step(run, step) => {
            facts["run_id"] = json!(run);
            facts["step"] = json!(step);
        }
    }
    let arguments = approval
        .arguments
        .as_ref()
        .and_then(|a| serde_json::from_str::<&RawValue>(a.as_str()).ok())
        .and_then(|raw| to_raw_value(raw).ok());
    ApprovalView { facts, arguments }
}
