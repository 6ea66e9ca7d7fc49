//! `cancel_approval`: an agent takes its own question back.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::question::view;
use crate::mcp::tools::{
    Answered, Example, NOBODYS, Offered, OwnCall, OwnTool, approval_id, approval_schema, arguments,
    id_schema, not_found, object_schema, refuse, say, store_failed, value_of,
};
use crate::store::NotDecided;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "cancel_approval",
    title: "Take back a question",
    description: "Takes back a question of your own that nobody answered, or a yes that you no longer need. \
                  The call will not run.",
    read_only: false,
    toolset: Toolset::Approvals,
    offered: Offered::Agents,
    input,
    output: Some(approval_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id"),
        ("not_found", "there is no such approval, or it is another's"),
        ("already_ended", "the question ended before"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_found") },
        Example { arguments: "{}", refusal: Some("invalid_arguments") },
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
    let reason =
        json!({ "type": "string", "maxLength": 500, "description": "Why; goes on record." });
    object_schema(json!({ "id": id_schema(), "reason": reason }), &["id"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { cancel(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn cancel(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id, reason } = arguments(bytes)?;
    let id = approval_id(&id)?;
    let reason = reason.map(|r| r.chars().take(500).collect());
    let gate = &call.front.gate;
    let taken = gate
        .desk()
        .store()
        .cancel(gate.tenant(), id, &call.caller.principal, reason)
        .await
        .map_err(|e| store_failed(&e))?;
    match taken {
        Ok(approval) => Ok(say(
            format!("{} is taken back; the call will not run.", approval.id),
            value_of(&view(&approval)),
        )),
        Err(NotDecided::Already(state)) => Err(refuse(
            "already_ended",
            format!("it is {} already; nothing was changed", state.as_str()),
        )),
        Err(_) => Err(not_found()),
    }
}
