//! `run_status`: where one run stands.

use crate::card::schema::run_schema;
use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::runs::{NOBODYS_RUN, own_run, run_id, run_id_schema, sentence, told, value};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, say,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "run_status",
    title: "Status of a run",
    description: "Where a run stands: its steps, its approval (none, pending, approved or denied, by whom and when), \
                  and the tokens its steps told of.",
    read_only: true,
    toolset: Toolset::Runs,
    offered: Offered::Everyone,
    input,
    output: Some(run_schema),
    refusals: &[
        ("invalid_arguments", "`run_id` is not a whole id"),
        ("not_found", "there is no such run of yours"),
    ],
    examples: &[
        Example { arguments: NOBODYS_RUN, refusal: Some("not_found") },
        Example { arguments: r#"{"run_id":"4f"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    run_id: String,
}

fn input() -> Value {
    object_schema(json!({ "run_id": run_id_schema() }), &["run_id"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { status(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn status(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { run_id: text } = arguments(bytes)?;
    let run = own_run(call, run_id(&text)?).await?;
    let view = told(call, &run).await?;
    Ok(say(sentence(&view), value(&view)))
}
