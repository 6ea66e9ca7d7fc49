//! `pending_reject`: an approver's own session says no.

use crate::approval::wish::{EndsIn, WishWords};
use crate::config::Toolset;
use crate::domain::approval::Answer;
use crate::domain::json::Canonical;
use crate::mcp::front::Duty;
use crate::mcp::tools::pending_approve::{keeping, kept, not_decided, wish};
use crate::mcp::tools::question::view;
use crate::mcp::tools::{
    Answered, Example, NOBODYS, Offered, OwnCall, OwnTool, approval_id, approval_schema, arguments,
    id_schema, object_schema, refuse, say, store_failed, value_of,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "pending_reject",
    title: "Deny a question",
    description: "Says no to a question, with a reason that the asking agent is told. Only an approver's own \
                  session decides; an agent takes its own question back with `cancel_approval`.",
    read_only: false,
    toolset: Toolset::Approvals,
    offered: Offered::Everyone,
    input,
    output: Some(approval_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id"),
        ("not_a_decider", "an agent's session does not decide; an approver's token was revoked"),
        ("already_ended", "the question ended before"),
        ("tier_too_high", "the question is graver than what may be answered over MCP"),
        (
            "cannot_keep",
            "the answer to such a question, or one given so, is never kept; or its session has ended",
        ),
        ("not_found", "there is no such approval"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_a_decider") },
        Example { arguments: r#"{"id":null}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
    reason: Option<String>,
    remember: Option<String>,
    scope: Option<String>,
    pattern: Option<Map<String, Value>>,
    ends_in: Option<EndsIn>,
    uses: Option<u64>,
}

fn input() -> Value {
    let reason = json!({ "type": "string", "maxLength": 500, "description": "Told to the agent." });
    object_schema(keeping(json!({ "id": id_schema(), "reason": reason })), &["id"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { reject(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn reject(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id, reason, remember, scope, pattern, ends_in, uses } = arguments(bytes)?;
    let wish = wish(WishWords { remember, scope, pattern, ends_in, uses }, false)?;
    let id = approval_id(&id)?;
    let Duty::Approver(approver) = &call.front.duty else {
        return Err(refuse(
            "not_a_decider",
            "an agent's session does not decide; take your own question back with `cancel_approval`",
        ));
    };
    let gate = &call.front.gate;
    let reason = reason.map(|r| r.chars().take(500).collect());
    let (no, wished) = (Answer::Deny { reason }, wish.is_some());
    let decided = gate.desk().decide(gate.tenant(), id, approver, no, None, wish).await;
    let a = decided.map_err(|e| store_failed(&e))?.map_err(|why| not_decided(&why))?;
    let kept = kept(call, &a, wished).await?.map_or_else(String::new, |kept| format!("; {kept}"));
    Ok(say(format!("{} is denied; it will not run{kept}.", a.id), value_of(&view(&a))))
}
