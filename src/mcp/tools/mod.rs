//! The one registry of our own tools: `tools/list`, dispatch, `tools/*.json` and the manifest come from it.
//!
//! Deciding, cancelling, asking and reading sit outside the gate: they move questions, never a server.

mod agents;
mod approval_status;
mod cancel_approval;
mod events_since;
mod ir;
mod list_pending_approvals;
mod network;
mod pending_approve;
mod pending_reject;
mod policy;
mod question;
mod resume_call;
mod runs;

use crate::config::Toolset;
use crate::domain::call::Method;
use crate::domain::id::ApprovalId;
use crate::domain::json::Canonical;
use crate::domain::visible;
use crate::gate::Reply;
use crate::mcp::answer::{META_KEY, Said, result_line};
use crate::mcp::caller::Caller;
use crate::mcp::front::{Duty, Front};
use crate::mcp::ticket::Ticket;
use crate::mcp::tools::question::ApprovalView;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// Whom a tool is offered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// Sessions that serve an agent.
    Agents,
    /// Sessions of approvers too.
    Everyone,
}

/// One example: run by a test against the real binary.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The arguments as JSON text.
    pub arguments: &'static str,
    /// The code of the refusal it meets; `None` when it succeeds.
    pub refusal: Option<&'static str>,
}

/// Refusals that every tool of ours may answer with.
pub const COMMON_REFUSALS: &[(&str, &str)] = &[
    ("not_a_decider", "the API token of this approver's session was revoked"),
    ("unrecorded", "the journal or the store cannot be used; nothing was done"),
    ("clock_behind", "this machine's clock stands behind the journal"),
];

/// One tool of ours.
#[derive(Debug)]
pub struct OwnTool {
    /// Its name.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// For agents.
    pub description: &'static str,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// The group it is offered with.
    pub toolset: Toolset,
    /// Whom it is offered to.
    pub offered: Offered,
    /// JSON Schema of its arguments.
    pub input: fn() -> Value,
    /// JSON Schema of its structured result; `None` when the result is another tool's.
    pub output: Option<fn() -> Value>,
    /// Code and meaning of every refusal.
    pub refusals: &'static [(&'static str, &'static str)],
    /// Examples.
    pub examples: &'static [Example],
    /// Runs it.
    pub run: for<'a> fn(OwnCall<'a>, Canonical) -> BoxFuture<'a, Answered>,
}

impl OwnTool {
    /// Code and meaning of every refusal, its own and those that all tools share.
    pub fn all_refusals(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let own = |code| self.refusals.iter().any(|(known, _)| *known == code);
        let common = COMMON_REFUSALS.iter().filter(move |(code, _)| !own(*code));
        self.refusals.iter().chain(common).copied()
    }
}

/// Every tool of ours, in the order shown to agents.
pub const TOOLS: &[&OwnTool] = &[
    &list_pending_approvals::TOOL,
    &approval_status::TOOL,
    &resume_call::TOOL,
    &cancel_approval::TOOL,
    &pending_approve::TOOL,
    &pending_reject::TOOL,
    &ir::validate_ir::TOOL,
    &ir::audit_ir_dag::TOOL,
    &ir::create_approval::TOOL,
    &ir::consume_approval::TOOL,
    &policy::check_permission::TOOL,
    &policy::check_permissions::TOOL,
    &policy::test_policy::TOOL,
    &policy::propose_policy_diff::TOOL,
    &policy::list_policy_suggestions::TOOL,
    &policy::apply_policy_suggestion::TOOL,
    &policy::reject_policy_suggestion::TOOL,
    &policy::rollback_policy::TOOL,
    &policy::list_policy_rules::TOOL,
    &runs::create_run::TOOL,
    &runs::approve_run::TOOL,
    &runs::execute_run::TOOL,
    &runs::run_status::TOOL,
    &runs::list_runs::TOOL,
    &network::recommend_network_policies::TOOL,
    &network::list_network_policies::TOOL,
    &agents::agent_register::TOOL,
    &agents::agent_update::TOOL,
    &agents::agent_list::TOOL,
    &agents::agent_unregister::TOOL,
    &events_since::TOOL,
];

/// One call of a tool of ours.
#[derive(Debug, Clone, Copy)]
pub struct OwnCall<'a> {
    /// The session's front.
    pub front: &'a Arc<Front>,
    /// Who calls.
    pub caller: &'a Caller,
}

/// What a tool of ours answers.
#[derive(Debug)]
pub enum Answered {
    /// In its own words.
    Said(Said),
    /// With a result object that is written already: digits in it stay as they are.
    Whole(String),
    /// With what the gate gave.
    Reply(Reply),
}

/// Characters of what is said of arguments that do not fit.
const REASON_MAX: usize = 300;

/// The prefix of our names where a server's tool has the plain one.
const PREFIX: &str = "countersign__";

fn is_offered(front: &Front, tool: &OwnTool) -> bool {
    front.config.toolsets.contains(&tool.toolset)
        && match front.duty {
            Duty::Agent => true,
            Duty::Approver(_) => tool.offered == Offered::Everyone,
        }
}

/// Our name of a tool in this session: plain, or prefixed when a server has the plain one.
fn shown_name(front: &Front, tool: &OwnTool) -> String {
    if front.gate.fleet().tool(tool.name).is_some() {
        format!("{PREFIX}{}", tool.name)
    } else {
        tool.name.to_owned()
    }
}

/// The tool of ours that this session shows under a name.
pub fn find(front: &Front, name: &str) -> Option<&'static OwnTool> {
    TOOLS.iter().copied().find(|t| is_offered(front, t) && shown_name(front, t) == name)
}

/// Our tools' objects for a listing.
pub fn listed(front: &Front) -> Vec<String> {
    let offered = TOOLS.iter().copied().filter(|t| is_offered(front, t));
    offered.map(|t| definition(t, &shown_name(front, t)).to_string()).collect()
}

/// The MCP tool object.
#[must_use]
pub fn definition(tool: &OwnTool, name: &str) -> Value {
    let mut object = json!({
        "name": name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": (tool.input)(),
        "annotations": {
            "title": tool.title,
            "readOnlyHint": tool.read_only,
            "destructiveHint": false,
            "openWorldHint": false,
        },
    });
    if let Some(output) = tool.output {
        object["outputSchema"] = output();
    }
    object
}

/// Runs a tool of ours and answers.
pub(in crate::mcp) async fn run(
    tool: &OwnTool,
    call: OwnCall<'_>,
    arguments: Option<Canonical>,
    ticket: Ticket,
) {
    let arguments =
        arguments.or_else(|| Canonical::of(&crate::domain::json::Node::Object(Vec::new())).ok());
    let Caller { id, era, .. } = call.caller;
    let answered = match arguments {
        _ if let Err(revoked) = still_approver(call.front).await => revoked,
        None => refuse("invalid_arguments", "the arguments cannot be read"),
        Some(arguments) => (tool.run)(call, arguments).await,
    };
    debug_assert!(is_declared(tool, &answered), "`{}` refuses with {answered:?}", tool.name);
    match answered {
        Answered::Said(said) => {
            ticket.answer(result_line(id, *era, &said.result()));
        }
        Answered::Whole(result) => {
            ticket.answer(result_line(id, *era, &result));
        }
        Answered::Reply(reply) => ticket.reply(call.caller, Method::ToolsCall, &reply).await,
    }
}

/// Whether the contract of a tool tells of this answer. Agents act on codes; one that nobody told of is a mistake of ours.
fn is_declared(tool: &OwnTool, answered: &Answered) -> bool {
    let code = match answered {
        Answered::Said(said) => said.meta.as_ref().and_then(|m| m[META_KEY]["code"].as_str()),
        Answered::Reply(Reply::Refused(refusal)) => Some(refusal.code),
        Answered::Reply(Reply::Result(_) | Reply::Error(_)) | Answered::Whole(_) => None,
    };
    code.is_none_or(|code| tool.all_refusals().any(|(known, _)| known == code))
}

/// The token of an approver's session is looked up anew each time: sessions live long, and a revoked token ends at once.
async fn still_approver(front: &Front) -> Result<(), Answered> {
    let Duty::Approver(approver) = &front.duty else { return Ok(()) };
    match front.gate.desk().still_decides(front.gate.tenant(), approver).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(refuse("not_a_decider", "the API token of this session was revoked")),
        Err(error) => Err(store_failed(&error)),
    }
}

/// A refusal in a tool's own words.
pub(in crate::mcp) fn refuse(code: &str, text: impl Into<String>) -> Answered {
    Answered::Said(Said {
        text: text.into(),
        structured: None,
        meta: Some(json!({ META_KEY: { "code": code, "approval": null } })),
        is_error: true,
    })
}

/// A success with data.
pub(in crate::mcp) fn say(text: impl Into<String>, structured: Value) -> Answered {
    Answered::Said(Said {
        text: text.into(),
        structured: Some(structured),
        meta: None,
        is_error: false,
    })
}

/// Reads the strict reader's bytes into the tool's arguments.
pub(in crate::mcp) fn arguments<T: DeserializeOwned>(bytes: &Canonical) -> Result<T, Answered> {
    serde_json::from_slice(bytes.as_bytes()).map_err(|e| {
        // What is said of a wrong value repeats it, however long it is.
        let why = visible::shorten(&visible::inline(&e.to_string()), REASON_MAX);
        refuse("invalid_arguments", format!("the arguments do not fit: {why}"))
    })
}

/// Reads an id, whole.
pub(in crate::mcp) fn approval_id(text: &str) -> Result<ApprovalId, Answered> {
    ApprovalId::parse(text).ok_or_else(|| {
        refuse("invalid_arguments", "`id` must be the whole id of an approval, as it was given")
    })
}

/// The answer to an id that leads nowhere; the same whether it is not there or not the caller's.
pub(in crate::mcp) fn not_found() -> Answered {
    refuse("not_found", "there is no such approval here")
}

/// The store failed; what it said belongs to the log.
pub(in crate::mcp) fn store_failed(error: &crate::store::StoreError) -> Answered {
    Answered::Reply(crate::gate::Refusal::store(error).into())
}

/// JSON of a view.
pub(in crate::mcp) fn value_of(view: &ApprovalView<'_>) -> Value {
    serde_json::to_value(view).unwrap_or(Value::Null)
}

/// The schema of one argument object; unknown members are refused.
pub(in crate::mcp) fn object_schema(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The schema of an approval's id.
pub(in crate::mcp) fn id_schema() -> Value {
    json!({ "type": "string", "format": "uuid", "description": "The approval's id, whole." })
}

/// The schema of one approval in a result.
pub(in crate::mcp) fn approval_schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "properties": {
            "id": text,
            "kind": { "enum": ["call", "plan", "run", "policy", "step"], "description": "What it is about." },
            "ir_hash": { "type": "string", "description": "The plan, where it is about one." },
            "diff_hash": { "type": "string", "description": "The change of policy, where it is about one." },
            "run_id": { "type": "string", "description": "The run, where it is about one." },
            "step": { "type": "integer", "description": "The run's step, from 0, that would go once more." },
            "state": { "enum": ["pending", "approved", "consumed", "denied", "expired", "cancelled"] },
            "server": text,
            "tool": text,
            "tier": { "type": "integer", "minimum": 0, "maximum": 3 },
            "reasons": { "type": "array" },
            "requested_by": text,
            "requested_at": text,
            "expires_at": text,
            "decided_at": maybe,
            "reason": maybe,
            "ran_at": maybe,
            "outcome": maybe,
            "arguments": { "type": ["object", "null"] },
            "approvals_needed": { "type": "integer", "minimum": 1, "description": "How many people must say yes." },
            "approvers": { "type": "array", "items": text, "description": "Whose yes counts; nobody's: any admin's." },
            "votes": {
                "type": "array",
                "description": "Who said yes so far.",
                "items": { "type": "object", "properties": { "name": text, "at": text }, "required": ["name", "at"] },
            },
            "urgent": { "type": "boolean", "description": "Its time is nearly over." },
        },
        "required": ["id", "kind", "state", "server", "tool", "tier", "requested_by", "requested_at", "expires_at"],
    })
}

/// An example id that no approval has.
pub(in crate::mcp) const NOBODYS: &str = r#"{"id":"00000000-0000-7000-8000-000000000000"}"#;
