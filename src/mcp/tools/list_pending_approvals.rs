//! `list_pending_approvals`: what waits for a person, or how questions ended.

use crate::config::Toolset;
use crate::domain::approval::State;
use crate::domain::json::Canonical;
use crate::mcp::front::Duty;
use crate::mcp::tools::question::view;
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, approval_schema, arguments, object_schema,
    refuse, say, store_failed, value_of,
};
use crate::store::ApprovalFilter;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "list_pending_approvals",
    title: "List approvals",
    description: "Lists the calls that wait for a person's yes, newest first. An agent sees its own. With \
                  `status` it lists questions in another state instead.",
    read_only: true,
    toolset: Toolset::Approvals,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "`status` or `limit` is not one of the allowed values"),
        ("not_a_decider", "the token of this approver's session was revoked"),
    ],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"status":"denied","limit":5}"#, refusal: None },
        Example { arguments: r#"{"status":"maybe"}"#, refusal: Some("invalid_arguments") },
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
    let states: Vec<&str> = State::ALL.iter().map(|s| s.as_str()).collect();
    object_schema(
        json!({
            "status": { "enum": states, "description": "Default: pending." },
            "limit": { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Default: 100." },
        }),
        &[],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": { "approvals": { "type": "array", "items": approval_schema() } },
        "required": ["approvals"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { list(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn list(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { status, limit } = arguments(bytes)?;
    let wrong = |what: &str| refuse("invalid_arguments", format!("{what} is not an allowed value"));
    let state = match status.as_deref() {
        None => State::Pending,
        Some(word) => State::parse(word).ok_or_else(|| wrong("`status`"))?,
    };
    let limit = limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(wrong("`limit`"));
    }
    let gate = &call.front.gate;
    let mine = matches!(call.front.duty, Duty::Agent);
    let found = gate
        .desk()
        .store()
        .approvals(ApprovalFilter {
            tenant: gate.tenant().clone(),
            states: vec![state],
            principal: mine.then(|| call.caller.principal.clone()),
            limit,
        })
        .await
        .map_err(|e| store_failed(&e))?;
    let lines: Vec<String> = found
        .iter()
        .map(|a| {
            format!(
                "{} {} {}.{} tier {} asked {}",
                a.id,
                a.state.as_str(),
                a.upstream,
                a.tool,
                a.ruling.tier,
                a.asked_at.rfc3339()
            )
        })
        .collect();
    let text =
        if lines.is_empty() { format!("Nothing is {}.", state.as_str()) } else { lines.join("\n") };
    let approvals: Vec<Value> = found.iter().map(|a| value_of(&view(a))).collect();
    Ok(say(text, json!({ "approvals": approvals })))
}
