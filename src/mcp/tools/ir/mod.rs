//! Tools about plans: whether one may run, whether what runs is the plan, asking for a yes to it and using the yes up.
//!
//! Nothing here reaches a server. A plan is executed by somebody else (an orchestrator that asks us before), and what he
//! gets here is a verdict, a question and a yes that counts once, each of them an event of the journal.

mod asking;
pub(in crate::mcp) mod audit_ir_dag;
pub(in crate::mcp) mod consume_approval;
pub(in crate::mcp) mod create_approval;
pub(in crate::mcp) mod validate_ir;

use crate::domain::call::OWN;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::CorrelationId;
use crate::domain::json::{Canonical, Limits, Node, ReadError};
use crate::domain::principal::Tenant;
use crate::domain::visible;
use crate::gate::InForce;
use crate::ir::{self, Checked, PLAN, Plan, Severity, Status, Violation};
use crate::mcp::answer::{META_KEY, Said};
use crate::mcp::tools::{Answered, OwnCall, refuse};
use serde_json::{Value, json};
use std::borrow::Cow;

/// The members of the arguments; one that is not known is refused.
pub(in crate::mcp::tools) fn members<'a>(
    node: &'a Node<'a>,
    known: &[&str],
) -> Result<&'a [(Cow<'a, str>, Node<'a>)], Answered> {
    let members = node
        .object()
        .ok_or_else(|| refuse("invalid_arguments", "the arguments must be an object"))?;
    match members.iter().find(|(name, _)| !known.contains(&name.as_ref())) {
        None => Ok(members),
        Some((name, _)) => {
            let name = visible::shorten(&visible::inline(name), 60);
            let known = known.join("`, `");
            Err(refuse(
                "invalid_arguments",
                format!("there is no argument `{name}` here; there are `{known}`"),
            ))
        }
    }
}

/// The tree of the arguments.
pub(in crate::mcp::tools) fn tree(bytes: &Canonical) -> Result<Node<'_>, Answered> {
    bytes
        .node()
        .map_err(|e| refuse("invalid_arguments", format!("the arguments cannot be read: {e}")))
}

/// A member; one that is `null` counts as left out.
pub(in crate::mcp::tools) fn member<'a>(node: &'a Node<'a>, name: &str) -> Option<&'a Node<'a>> {
    node.get(name).filter(|value| !value.is_null())
}

/// A member that must be a text.
pub(in crate::mcp::tools) fn text<'a>(
    node: &'a Node<'a>,
    name: &str,
) -> Result<Option<&'a str>, Answered> {
    match member(node, name) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .map(Some)
            .ok_or_else(|| refuse("invalid_arguments", format!("`{name}` must be a text"))),
    }
}

/// The hash of a plan among the arguments.
fn ir_hash(node: &Node<'_>) -> Result<Digest, Answered> {
    let wrong = "`ir_hash` must be the hash of a plan as `validate_ir` gave it: `sha256:` and 64 hex digits";
    let text = text(node, "ir_hash")?.ok_or_else(|| refuse("invalid_arguments", wrong))?;
    ir::parse_hash(text).ok_or_else(|| refuse("invalid_arguments", wrong))
}

/// Checks a plan under the policy in force. An object and a text that holds its JSON are the same plan. What cannot be
/// put to a person as it is, is refused: no check is worth more than the question that may follow it.
fn checked(node: &Node<'_>, in_force: &InForce, tenant: &Tenant) -> Checked {
    let mut checked = in_force.check(&plan_bytes(node), tenant);
    let unfit = checked.plan.as_ref().and_then(|plan| question(plan).err());
    if let Some(unfit) = unfit {
        checked.plan = None;
        checked.validation.status = Status::Reject;
        checked.validation.violations.push(Violation {
            step_index: None,
            code: "TOO_LARGE",
            path: String::new(),
            message: format!("it could not be shown to a person as a whole: {unfit}"),
            severity: Severity::Error,
        });
    }
    checked
}

/// The bytes of a plan (or its graph) among the arguments: as it was written, or a text that holds its JSON.
pub(in crate::mcp::tools) fn plan_bytes<'a>(node: &'a Node<'_>) -> Cow<'a, [u8]> {
    match node {
        Node::String(text) => Cow::Borrowed(text.as_bytes()),
        other => {
            let mut out = Vec::new();
            other.write(&mut out);
            Cow::Owned(out)
        }
    }
}

/// What a person is asked: the plan and its hash.
fn question(plan: &Plan) -> Result<Canonical, ReadError> {
    let head = format!(r#"{{"ir_hash":"{}","ir":"#, ir::show_hash(&plan.hash()));
    let text = [head.as_bytes(), plan.canonical().as_bytes(), b"}"].concat();
    Canonical::read(&text, &Limits::ARGUMENTS)
}

/// The story of a request.
fn correlation(tenant: &Tenant, request_id: Option<&str>) -> CorrelationId {
    request_id.map_or_else(CorrelationId::new, |id| CorrelationId::of_request(tenant, id))
}

/// A row about a plan, by this caller.
fn row(kind: EntryType, call: &OwnCall<'_>, correlation: CorrelationId, payload: &Value) -> Draft {
    let gate = &call.front.gate;
    Draft {
        correlation: Some(correlation),
        session: Some(gate.session()),
        principal: Some(call.caller.principal.clone()),
        upstream: Some(OWN.to_owned()),
        tool: Some(PLAN.to_owned()),
        body: payload.to_string().into_bytes(),
        ..Draft::new(kind, gate.tenant())
    }
}

/// A refusal that still has data of the tool's own shape.
fn refuse_with(code: &str, text: impl Into<String>, structured: Value) -> Answered {
    Answered::Said(Said {
        text: text.into(),
        structured: Some(structured),
        meta: Some(json!({ META_KEY: { "code": code, "approval": null } })),
        is_error: true,
    })
}

/// The schema of a plan among the arguments.
fn ir_schema() -> Value {
    json!({
        "type": ["object", "string"],
        "description": "The plan: an object, or a text that holds its JSON. Members: `tenant_id` and `steps` (each with \
                        `action`, `provider`, `resource`, `params`, `idempotency_key`; optional `constraints`, \
                        `budget_cents`, `step_id`, `depends_on`, `description`), and optional `request_id`, \
                        `idempotency_key`, `created_at`, `intent_summary`, `labels`. Unknown members are refused.",
    })
}

/// The schema of a plan's hash.
fn hash_schema() -> Value {
    json!({
        "type": "string",
        "pattern": "^(sha256:)?[0-9A-Fa-f]{64}$",
        "description": "The plan's hash, as `validate_ir` gave it.",
    })
}
