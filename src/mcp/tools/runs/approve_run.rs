//! `approve_run`: the answer to the question about a run, by the road of `pending_approve`.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::pending_approve::answer;
use crate::mcp::tools::runs::{NOBODYS_RUN, own_run, run_id, run_id_schema};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, approval_schema, arguments, object_schema, refuse,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "approve_run",
    title: "Approve a run",
    description: "Presents the answer token that a person gave for a run; after that `execute_run` begins it. Without \
                  such a token an agent cannot approve anything: ask the user.",
    read_only: false,
    toolset: Toolset::Runs,
    offered: Offered::Everyone,
    input,
    output: Some(approval_schema),
    refusals: &[
        ("invalid_arguments", "`run_id` is not a whole id"),
        ("not_found", "there is no such run"),
        ("not_needed", "the run needs no yes"),
        ("not_a_decider", "an agent's session does not decide without a token"),
        ("token_invalid", "this is not the token of this run"),
        ("already_ended", "the question about it ended before"),
        ("tier_too_high", "it is graver than what may be answered over MCP"),
    ],
    examples: &[
        Example { arguments: NOBODYS_RUN, refusal: Some("not_found") },
        Example { arguments: r#"{"run_id":7}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    run_id: String,
    token: Option<String>,
}

fn input() -> Value {
    object_schema(
        json!({
            "run_id": run_id_schema(),
            "token": { "type": "string", "description": "The answer token, as the person gave it." },
        }),
        &["run_id"],
    )
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { approve(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn approve(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { run_id: text, token } = arguments(bytes)?;
    let run = own_run(call, run_id(&text)?).await?;
    let Some(approval) = run.approval else {
        return Err(refuse("not_needed", "this run needs no yes; `execute_run` begins it"));
    };
    answer(call, approval, token, None).await
}
