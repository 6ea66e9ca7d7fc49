//! `resume_call`: waits for the answer to a question of one's own and, after the yes, runs the stored call.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::{
    Answered, Example, NOBODYS, Offered, OwnCall, OwnTool, approval_id, arguments, id_schema,
    object_schema, refuse,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::time::Duration;

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "resume_call",
    title: "Wait for a yes and run the call",
    description: "Waits for a person's answer to a call that you made and that still waits. After a yes it runs \
                  exactly that call, once, and gives its result. Call it once; it waits by itself.",
    read_only: false,
    toolset: Toolset::Approvals,
    offered: Offered::Agents,
    input,
    // The result is that of the tool that runs.
    output: None,
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id, or `wait_seconds` is out of range"),
        ("not_found", "there is no such approval, or it is another's"),
        ("waiting", "nobody answered yet; the call did not run"),
        ("not_a_call", "a person said yes to a plan or a run, which another tool goes on with"),
        ("denied", "a person said no"),
        ("expired", "nobody answered in time, or the yes was not used in time"),
        ("cancelled", "the question was taken back"),
        ("already_used", "it ran already and its result is no longer kept"),
        (
            "call_changed",
            "the server or the tool's definition is another than the one that was approved",
        ),
        ("denied_by_policy", "the policy of now denies it"),
        ("paused", "this agent is paused"),
        ("budget_exceeded", "a budget has not enough left for it; the yes is not used up"),
        ("cost_unknown", "there is a budget, and the call does not say what it may cost"),
        ("unknown_tool", "the server or its tool is not there any more"),
        ("upstream_down", "the server cannot be reached; nothing was used up"),
        ("outcome_unknown", "it was sent and no answer came; it may have run"),
        ("withdrawn", "the client took the request back before anything was sent"),
        ("tier_rose", "the call is graver now than what was approved"),
        ("quorum_rose", "more people, or others, must say yes now than did"),
        ("needs_token", "the yes needs its answer token first; `pending_approve` presents it"),
        ("not_usable", "the yes cannot be used any more"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_found") },
        Example { arguments: r#"{"id":true}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
    wait_seconds: Option<u64>,
}

fn input() -> Value {
    object_schema(
        json!({
            "id": id_schema(),
            "wait_seconds": {
                "type": "integer",
                "minimum": 0,
                "maximum": 3600,
                "description": "How long to wait; default and upper bound is what your client can bear.",
            },
        }),
        &["id"],
    )
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { resume(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn resume(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id, wait_seconds } = arguments(bytes)?;
    let id = approval_id(&id)?;
    if wait_seconds.is_some_and(|s| s > 3_600) {
        return Err(refuse("invalid_arguments", "`wait_seconds` must be 0 to 3600"));
    }
    let OwnCall { front, caller } = call;
    let mut patience = front.patience(caller, wait_seconds.map(Duration::from_secs));
    // Whoever resumes asks to wait, also in a session that answers at once.
    patience.on_ask = crate::config::OnAsk::Hold;
    patience.road = front.road(caller, false, None);
    let on_the_way = front.on_the_way(caller);
    let reply = front.gate.resume(id, &caller.principal, patience, on_the_way).await;
    Ok(Answered::Reply(reply))
}
