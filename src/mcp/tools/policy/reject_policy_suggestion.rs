//! `reject_policy_suggestion`: an approver says no; an agent cancels what it proposed itself.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::gate::changes::status;
use crate::mcp::front::Duty;
use crate::mcp::tools::pending_approve::not_decided;
use crate::mcp::tools::policy::{
    suggestion, suggestion_id_schema, suggestion_schema, value, words_schema,
};
use crate::mcp::tools::{
    Answered, Example, NOBODYS, Offered, OwnCall, OwnTool, approval_id, arguments, object_schema,
    refuse, say, store_failed,
};
use crate::store::NotDecided;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "reject_policy_suggestion",
    title: "Reject a policy suggestion",
    description: "Ends a policy suggestion. An agent cancels what it proposed itself; an approver rejects.",
    read_only: false,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(suggestion_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id"),
        ("not_found", "there is no such suggestion of yours"),
        ("already_ended", "it is applied, rejected, cancelled or expired already"),
        ("not_a_decider", "the token of this approver's session was revoked"),
        ("tier_too_high", "it is graver than what may be decided over MCP"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_found") },
        Example { arguments: r#"{"id":0}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
    reason: Option<String>,
}

fn input() -> Value {
    let reason = words_schema("Why; told to whoever proposed it.");
    object_schema(json!({ "id": suggestion_id_schema(), "reason": reason }), &["id"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { reject(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn reject(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id, reason } = arguments(bytes)?;
    let mut shown = suggestion(&call, approval_id(&id)?).await?;
    let gate = &call.front.gate;
    let (desk, tenant, id) = (gate.desk(), gate.tenant(), shown.approval.id);
    let reason = reason.map(|r| r.chars().take(500).collect());
    let ended = match &call.front.duty {
        Duty::Approver(approver) => desk.deny(tenant, id, approver, reason).await,
        Duty::Agent => {
            let by = &call.caller.principal;
            desk.store().cancel(tenant, id, by, reason).await
        }
    };
    let ended = ended.map_err(|e| store_failed(&e))?;
    shown.approval = ended.map_err(|why| match why {
        NotDecided::Already(state) => {
            refuse("already_ended", format!("it is {} already; nothing was changed", status(state)))
        }
        why => not_decided(&why),
    })?;
    let word = status(shown.approval.state);
    Ok(say(format!("The suggestion {id} is {word}; the policy is as it was."), value(&shown)))
}
