//! `list_policy_suggestions`: what was suggested, and what became of it.

use crate::config::Toolset;
use crate::domain::approval::State;
use crate::domain::json::Canonical;
use crate::domain::visible;
use crate::gate::changes::{status, status_named};
use crate::mcp::tools::policy::{suggestion_schema, value};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::store::policies::SuggestionFilter;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "list_policy_suggestions",
    title: "List policy suggestions",
    description: "Lists policy suggestions, which are proposed changes, newest first, whatever became of them. An agent sees its own.",
    read_only: true,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[("invalid_arguments", "`status` or `limit` is not one of the allowed values")],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"status":"pending","limit":5}"#, refusal: None },
        Example { arguments: r#"{"status":"perhaps"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    status: Option<String>,
    limit: Option<u32>,
}

fn input() -> Value {
    let states = State::ALL.map(status);
    let words: Vec<&str> = states.into_iter().chain(["consumed", "denied"]).collect();
    object_schema(
        json!({
            "status": { "enum": words, "description": "Default: all. `consumed` is `applied`, `denied` is `rejected`." },
            "limit": { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Default: 100." },
        }),
        &[],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": { "suggestions": { "type": "array", "items": suggestion_schema() } },
        "required": ["suggestions"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { list(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn list(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { status: wanted, limit } = arguments(bytes)?;
    let wrong = |what: &str| refuse("invalid_arguments", format!("{what} is not an allowed value"));
    let states = match wanted.as_deref() {
        None => Vec::new(),
        Some(word) => vec![status_named(word).ok_or_else(|| wrong("`status`"))?],
    };
    let limit = limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(wrong("`limit`"));
    }
    let gate = &call.front.gate;
    let principal = call.front.forwards().then(|| call.caller.principal.clone());
    let filter = SuggestionFilter { tenant: gate.tenant().clone(), principal, states, limit };
    let found = gate.desk().store().suggestions(filter).await.map_err(|e| store_failed(&e))?;
    let lines: Vec<String> = found
        .iter()
        .map(|s| {
            let first = s.approval.ruling.reasons.first().map_or("", |r| r.message.as_str());
            let does = visible::shorten(&visible::inline(first), 120);
            let (id, tier) = (s.approval.id, s.approval.ruling.tier);
            format!(
                "{id} {} tier {tier} against version {}: {does}",
                status(s.approval.state),
                s.base
            )
        })
        .collect();
    let text = if lines.is_empty() {
        "There are no such suggestions.".to_owned()
    } else {
        lines.join("\n")
    };
    let values: Vec<Value> = found.iter().map(value).collect();
    Ok(say(text, json!({ "suggestions": values })))
}
