//! A question as agents and approvers read it: what every wire tells, and what has a name of its own here.

use crate::card::{Told, raw};
use crate::domain::approval::Approval;
use crate::domain::id::SessionId;
use crate::domain::json::Canonical;
use crate::domain::principal::{Proof, Role};
use serde::Serialize;

/// The object of one question.
#[derive(Debug, Serialize)]
pub(in crate::mcp) struct ApprovalView<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    server: &'a str,
    tool: &'a str,
    policy_version: u64,
    requested_by: &'a str,
    session: SessionId,
    abandoned_at: Option<String>,
    approvals_needed: u32,
    decided_by: Option<By<'a>>,
    ran_at: Option<String>,
    /// Digits and order as written; `null` when there are none or they were erased.
    #[serde(serialize_with = "raw")]
    arguments: Option<&'a Canonical>,
}

#[derive(Debug, Serialize)]
struct By<'a> {
    name: &'a str,
    role: Role,
    proof: Proof,
}

/// Makes the object.
#[must_use]
pub(in crate::mcp) fn view(approval: &Approval) -> ApprovalView<'_> {
    let by = approval.decided_by.as_ref();
    ApprovalView {
        told: Told::of(approval),
        server: &approval.upstream,
        tool: &approval.tool,
        policy_version: approval.ruling.policy.version,
        requested_by: &approval.principal.name,
        session: approval.session,
        abandoned_at: approval.abandoned_at.map(|t| t.rfc3339()),
        approvals_needed: approval.quorum.required,
        decided_by: by.map(|by| By {
            name: &by.principal.name,
            role: by.principal.role,
            proof: by.proof,
        }),
        ran_at: approval.consumed_at.map(|t| t.rfc3339()),
        arguments: approval.arguments.as_ref(),
    }
}
