//! A question as machines read it: stable names, and the arguments with the digits as written.
//!
//! [`Told`] is what every wire tells in the same words. Each wire puts beside it what stands there under names of its own:
//! the command line here, agents in `mcp`, the HTTP API in `http`.

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

/// What every wire tells of a question. Names stay; new ones may come.
#[derive(Debug, Serialize)]
pub(crate) struct Told<'a> {
    id: ApprovalId,
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
    method: &'static str,
    tier: Tier,
    effect: Effect,
    action: Action,
    reasons: &'a [Reason],
    warnings: &'a [String],
    requested_at: String,
    /// When what it waits for can no longer happen: an answer, or, once approved, the run.
    expires_at: String,
    decided_at: Option<String>,
    reason: Option<&'a str>,
    needs_token: bool,
    outcome: Option<OutcomeKind>,
    /// Whose yes counts, or whose place is taken; nobody's where that of any admin does.
    approvers: Vec<&'a str>,
    /// Who said yes so far.
    votes: Vec<Voice<'a>>,
    /// It still waits, and its time is nearly over.
    urgent: bool,
    call_digest: Digest,
    correlation_id: CorrelationId,
}

#[derive(Debug, Serialize)]
struct Voice<'a> {
    name: &'a str,
    at: String,
}

impl<'a> Told<'a> {
    /// What is told of this question.
    #[must_use]
    pub(crate) fn of(approval: &'a Approval) -> Self {
        let Approval { ruling, .. } = approval;
        let (mut ir_hash, mut diff_hash, mut run_id) = (None, None, None);
        match approval.subject {
            Subject::Call => {}
            Subject::Plan(hash) => ir_hash = Some(crate::ir::show_hash(&hash)),
            Subject::Policy(hash) => diff_hash = Some(hash),
            Subject::Run(run) | Subject::Step(run, _) => run_id = Some(run),
        }
        Self {
            id: approval.id,
            kind: approval.subject.kind(),
            ir_hash,
            diff_hash,
            run_id,
            step: approval.subject.step().map(|(_, step)| step),
            state: approval.state,
            method: approval.method.as_str(),
            tier: ruling.tier,
            effect: ruling.effect,
            action: ruling.action,
            reasons: &ruling.reasons,
            warnings: &ruling.warnings,
            requested_at: approval.asked_at.rfc3339(),
            expires_at: approval.run_by.unwrap_or(approval.answer_by).rfc3339(),
            decided_at: approval.decided_at.map(|t| t.rfc3339()),
            reason: approval.reason.as_deref(),
            needs_token: approval.token == TokenState::Minted,
            outcome: approval.outcome,
            approvers: approval.quorum.seats.iter().map(|seat| seat.name.as_str()).collect(),
            votes: approval
                .votes
                .iter()
                .map(|vote| Voice { name: &vote.name, at: vote.at.rfc3339() })
                .collect(),
            urgent: approval.escalated && approval.state == State::Pending,
            call_digest: approval.call_digest,
            correlation_id: approval.correlation,
        }
    }
}

/// Whether no client waits any more for what could still run.
#[must_use]
pub(crate) fn abandoned(approval: &Approval) -> bool {
    approval.abandoned_at.is_some() && !approval.state.is_terminal()
}

/// One object of `pending --json` and `show --json`.
#[derive(Debug, Serialize)]
pub(crate) struct ApprovalJson<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    short_id: String,
    /// No client waits any more.
    abandoned: bool,
    tenant: &'a Tenant,
    server: &'a str,
    tool: &'a str,
    verdict: Verdict,
    /// As they will be sent; `null` when the client sent none, or when retention erased them.
    #[serde(serialize_with = "raw")]
    arguments: Option<&'a Canonical>,
    arguments_bytes: usize,
    requested_by: String,
    session_id: SessionId,
    approvals_required: u32,
    decided_by: Option<String>,
    proof: Option<Proof>,
    run_by: Option<String>,
    consumed_at: Option<String>,
    delivered: bool,
    definition_digest: Digest,
    server_identity: Digest,
    policy: &'a PolicyRef,
}

/// The question as an object for machines.
#[must_use]
pub(crate) fn to_json(approval: &Approval) -> ApprovalJson<'_> {
    let Approval { ruling, .. } = approval;
    ApprovalJson {
        told: Told::of(approval),
        short_id: approval.id.short(),
        abandoned: abandoned(approval),
        tenant: &approval.tenant,
        server: &approval.upstream,
        tool: &approval.tool,
        verdict: ruling.verdict,
        arguments: approval.arguments.as_ref(),
        arguments_bytes: approval.arguments.as_ref().map_or(0, Canonical::len),
        requested_by: approval.principal.to_string(),
        session_id: approval.session,
        approvals_required: approval.quorum.required,
        decided_by: approval.decided_by.as_ref().map(|by| by.principal.to_string()),
        proof: approval.decided_by.as_ref().map(|by| by.proof),
        run_by: approval.run_by.map(|t| t.rfc3339()),
        consumed_at: approval.consumed_at.map(|t| t.rfc3339()),
        delivered: approval.delivered,
        definition_digest: approval.definition,
        server_identity: approval.identity,
        policy: &ruling.policy,
    }
}

/// Arguments as the JSON they are, digits and order as written.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn raw<S: Serializer>(arguments: &Option<&Canonical>, s: S) -> Result<S::Ok, S::Error> {
    match arguments {
        None => s.serialize_none(),
        Some(text) => {
            serde_json::from_str::<&RawValue>(text.as_str()).map_err(S::Error::custom)?.serialize(s)
        }
    }
}
