//! `check_permission`: what policy would say, before anything is tried.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::policy::asking::{advice_schema, ask, question, told};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, say,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "check_permission",
    title: "Ask what policy says",
    description: "Tells whether policy would allow an action on a resource, and why not. It is advice: nothing is \
                  executed or approved by it, and a call is judged by itself when it is made. `context` may hold \
                  `agent`, `estimated_cost`, `task_priority`, `data_classification` and what else a policy reads.",
    read_only: true,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(advice_schema),
    refusals: &[(
        "invalid_arguments",
        "`action` or `resource` is missing, or a member is not known",
    )],
    examples: &[
        Example {
            arguments: r#"{"action":"file_write","resource":{"path":"/srv/data/a.md"}}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"action":"llm_call","resource":{"model":"m"},"context":{"estimated_cost":0.5},"package":"countersign.cost_control"}"#,
            refusal: None,
        },
        Example { arguments: r#"{"resource":{}}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    action: String,
    resource: Value,
    #[serde(default)]
    context: Value,
    #[serde(default)]
    package: Option<String>,
}

fn input() -> Value {
    let mut properties = question();
    properties["package"] = json!({
        "type": "string",
        "description": "Ask one package only, such as `countersign.cost_control`. Default: all that are active.",
    });
    object_schema(properties, &["action", "resource"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { check(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn check(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { action, resource, context, package } = arguments(bytes)?;
    let advice = ask(call, action, resource, context, package).await?;
    let text = told(&advice);
    Ok(say(text, json!(advice)))
}
