//! A question as machines read it: stable names, and the arguments with the digits as written.

use crate::domain::approval::{Approval, State, Subject, TokenState};
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, RunId, SessionId};
use crate::domain::json::Canonical;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Proof, Tenant};
use crate::domain::ruling::{Action, Effect, PolicyRef, Reason, Tier, Verdict};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// One object of `pending --json` and `show --json`. Names stay; new ones may come.
#[derive(Debug, Serialize)]
pub(crate) struct ApprovalJson<'a> {
    id: ApprovalId,
    short_id: String,
    /// `call`, `plan`, `run`, `policy` or `step`.
    kind: &'static str,
    /// Hash of the plan that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    ir_hash: Option<String>,
    /// Hash of the change of policy that it is about, with its base version.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff_hash: Option<Digest>,
    /// The run that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<RunId>,
    /// The step of that run, from 0, where it is whether that may go once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<u32>,
    state: State,
    /// No client waits any more.
    abandoned: bool,
    tenant: &'a Tenant,
    server: &'a str,
    tool: &'a str,
    method: &'static str,
    verdict: Verdict,
    tier: Tier,
    effect: Effect,
    action: Action,
    reasons: &'a [Reason],
    warnings: &'a [String],
    /// As they will be sent; `null` when the client sent none, or when retention erased them.
    #[serde(serialize_with = "raw")]
    arguments: Option<&'a Canonical>,
    arguments_bytes: usize,
    requested_by: String,
    session_id: SessionId,
    correlation_id: CorrelationId,
    requested_at: String,
    /// When what it waits for can no longer happen: an answer, or, once approved, the run.
    expires_at: String,
    approvals_required: u32,
    decided_at: Option<String>,
    decided_by: Option<String>,
    proof: Option<Proof>,
    reason: Option<&'a str>,
    run_by: Option<String>,
    needs_token: bool,
    consumed_at: Option<String>,
    outcome: Option<OutcomeKind>,
    delivered: bool,
    call_digest: Digest,
    definition_digest: Digest,
    server_identity: Digest,
    policy: &'a PolicyRef,
}

/// The question as an object for machines.
#[must_use]
pub(crate) fn to_json(approval: &Approval) -> ApprovalJson<'_> {
    let Approval { ruling, .. } = approval;
    let expires = approval.run_by.filter(|_| approval.state == State::Approved);
    ApprovalJson {
        id: approval.id,
        short_id: approval.id.short(),
        kind: approval.subject.kind(),
        ir_hash: match approval.subject {
            Subject::Plan(hash) => Some(crate::ir::show_hash(&hash)),
            Subject::Call | Subject::Run(_) | Subject::Policy(_) | Subject::Step(..) => None,
        },
        diff_hash: match approval.subject {
            Subject::Policy(hash) => Some(hash),
            Subject::Call | Subject::Plan(_) | Subject::Run(_) | Subject::Step(..) => None,
        },
        run_id: match approval.subject {
            Subject::Run(run) | Subject::Step(run, _) => Some(run),
            Subject::Call | Subject::Plan(_) | Subject::Policy(_) => None,
        },
        step: approval.subject.step().map(|(_, step)| step),
        state: approval.state,
        abandoned: approval.abandoned_at.is_some() && !approval.state.is_terminal(),
        tenant: &approval.tenant,
        server: &approval.upstream,
        tool: &approval.tool,
        method: approval.method.as_str(),
        verdict: ruling.verdict,
        tier: ruling.tier,
        effect: ruling.effect,
        action: ruling.action,
        reasons: &ruling.reasons,
        warnings: &ruling.warnings,
        arguments: approval.arguments.as_ref(),
        arguments_bytes: approval.arguments.as_ref().map_or(0, Canonical::len),
        requested_by: approval.principal.to_string(),
        session_id: approval.session,
        correlation_id: approval.correlation,
        requested_at: approval.asked_at.rfc3339(),
        expires_at: expires.unwrap_or(approval.answer_by).rfc3339(),
        approvals_required: approval.required,
        decided_at: approval.decided_at.map(|t| t.rfc3339()),
        decided_by: approval.decided_by.as_ref().map(|by| by.principal.to_string()),
        proof: approval.decided_by.as_ref().map(|by| by.proof),
        reason: approval.reason.as_deref(),
        run_by: approval.run_by.map(|t| t.rfc3339()),
        needs_token: approval.token == TokenState::Minted,
        consumed_at: approval.consumed_at.map(|t| t.rfc3339()),
        outcome: approval.outcome,
        delivered: approval.delivered,
        call_digest: approval.call_digest,
        definition_digest: approval.definition,
        server_identity: approval.identity,
        policy: &ruling.policy,
    }
}

fn raw<S: Serializer>(arguments: &Option<&Canonical>, s: S) -> Result<S::Ok, S::Error> {
    match arguments {
        None => s.serialize_none(),
        Some(text) => {
            serde_json::from_str::<&RawValue>(text.as_str()).map_err(S::Error::custom)?.serialize(s)
        }
    }
}
