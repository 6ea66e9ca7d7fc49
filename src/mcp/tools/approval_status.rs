//! `approval_status`: where one question stands.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::front::Duty;
use crate::mcp::tools::question::view;
use crate::mcp::tools::{
    Answered, Example, NOBODYS, Offered, OwnCall, OwnTool, approval_id, approval_schema, arguments,
    id_schema, not_found, object_schema, say, store_failed, value_of,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "approval_status",
    title: "Show an approval",
    description: "Shows where one question stands: pending, approved, consumed, denied, expired or cancelled. \
                  To wait for the answer use `resume_call`; do not poll.",
    read_only: true,
    toolset: Toolset::Approvals,
    offered: Offered::Everyone,
    input,
    output: Some(approval_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id"),
        ("not_found", "there is no such approval, or it is another's"),
        ("not_a_decider", "the token of this approver's session was revoked"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_found") },
        Example { arguments: r#"{"id":"7"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
}

fn input() -> Value {
    object_schema(json!({ "id": id_schema() }), &["id"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { status(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn status(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id } = arguments(bytes)?;
    let id = approval_id(&id)?;
    let gate = &call.front.gate;
    let found =
        gate.desk().store().approval(gate.tenant(), id).await.map_err(|e| store_failed(&e))?;
    let mine = matches!(call.front.duty, Duty::Agent);
    let approval =
        found.filter(|a| !mine || a.principal == call.caller.principal).ok_or_else(not_found)?;
    let said = approval.reason.as_ref().map(|r| format!(" Reason: {r}")).unwrap_or_default();
    let text = format!(
        "{} is {} ({}.{}, tier {}).{said}",
        approval.id,
        approval.state.as_str(),
        approval.upstream,
        approval.tool,
        approval.ruling.tier
    );
    Ok(say(text, value_of(&view(&approval))))
}
