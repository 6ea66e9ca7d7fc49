//! `agent_list`: who works here and how each fares, whatever process serves it.

use crate::card::schema::agent_schema;
use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::agents::{line, status, status_schema, value_of};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "agent_list",
    title: "List agents",
    description: "Lists every agent on the board, whoever was heard of last first: open sessions (kind `session`: \
                  running while a call of theirs is under way, blocked while one waits for a person) and agents \
                  that were registered (what they told of themselves).",
    read_only: true,
    toolset: Toolset::Agents,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "`status` or `limit` is not one of the allowed values"),
        ("not_a_decider", "the token of this approver's session was revoked"),
    ],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"status":"blocked","limit":5}"#, refusal: None },
        Example { arguments: r#"{"status":"lost"}"#, refusal: Some("invalid_arguments") },
        Example { arguments: r#"{"limit":0}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    status: Option<String>,
    limit: Option<usize>,
}

fn input() -> Value {
    object_schema(
        json!({
            "status": status_schema("Only these. Default: all."),
            "limit": { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Default: 100." },
        }),
        &[],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": {
            "agents": { "type": "array", "items": agent_schema() },
            "more": { "type": "boolean", "description": "Whether `limit` left some out." },
        },
        "required": ["agents", "more"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { list(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn list(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let read: Arguments = arguments(bytes)?;
    let wanted = read.status.as_deref().map(status).transpose()?;
    let limit = read.limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(refuse("invalid_arguments", "`limit` must be a whole number from 1 to 1000"));
    }
    let gate = &call.front.gate;
    let mut found = gate.desk().store().board(gate.tenant()).await.map_err(|e| store_failed(&e))?;
    found.retain(|agent| wanted.is_none_or(|status| agent.status == status));
    let more = found.len() > limit;
    found.truncate(limit);
    let text = if found.is_empty() {
        "Nobody of this kind is on the board.".to_owned()
    } else {
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    let agents: Vec<Value> = found.iter().map(value_of).collect();
    Ok(say(text, json!({ "agents": agents, "more": more })))
}
