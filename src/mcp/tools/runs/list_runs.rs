//! `list_runs`: the runs of the caller, newest first.

use crate::card::schema::run_schema;
use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::domain::run::RunState;
use crate::mcp::tools::runs::{sentence, value};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::run::view;
use crate::store::runs::{Listed, RunFilter};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "list_runs",
    title: "List runs",
    description: "Lists runs, newest first. An agent sees its own.",
    read_only: true,
    toolset: Toolset::Runs,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[("invalid_arguments", "`state` or `limit` is not one of the allowed values")],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"state":"completed","limit":5}"#, refusal: None },
        Example { arguments: r#"{"limit":0}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    state: Option<String>,
    limit: Option<usize>,
}

fn input() -> Value {
    let states = RunState::ALL.map(RunState::as_str);
    object_schema(
        json!({
            "state": { "enum": states, "description": "Default: all." },
            "limit": { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Default: 100." },
        }),
        &[],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": { "runs": { "type": "array", "items": run_schema() } },
        "required": ["runs"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { list(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn list(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { state, limit } = arguments(bytes)?;
    let wrong = |what: &str| refuse("invalid_arguments", format!("{what} is not an allowed value"));
    let states = match state.as_deref() {
        None => Vec::new(),
        Some(word) => vec![RunState::parse(word).ok_or_else(|| wrong("`state`"))?],
    };
    let limit = limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(wrong("`limit`"));
    }
    let gate = &call.front.gate;
    let principal = call.front.forwards().then(|| call.caller.principal.clone());
    let filter = RunFilter { tenant: gate.tenant().clone(), principal, states, limit };
    let runs = gate.desk().store().runs(filter).await.map_err(|e| store_failed(&e))?;
    let (mut lines, mut values) = (Vec::new(), Vec::new());
    for Listed { run, answer } in &runs {
        let view = view(run, answer.as_ref());
        lines.push(sentence(&view));
        values.push(value(&view));
    }
    let text = if lines.is_empty() { "There are no runs.".to_owned() } else { lines.join("\n") };
    Ok(say(text, json!({ "runs": values })))
}
