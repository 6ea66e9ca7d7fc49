//! `check_permissions`: the same for several at once, each answered by itself.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::policy::asking::{advice_schema, ask, question, told};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

/// Questions in one call.
const MOST: usize = 100;

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "check_permissions",
    title: "Ask what policy says of several",
    description: "Like `check_permission`, for up to 100 actions. The answers stand in the order of the questions; \
                  none of them depends on another.",
    read_only: true,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[(
        "invalid_arguments",
        "there are none or more than 100, or one of them does not fit",
    )],
    examples: &[
        Example {
            arguments: r#"{"actions":[{"action":"file_read","resource":{"path":"/a"}},{"action":"exec","resource":{}}]}"#,
            refusal: None,
        },
        Example { arguments: r#"{"actions":[]}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    actions: Vec<One>,
    #[serde(default)]
    package: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    action: String,
    resource: Value,
    #[serde(default)]
    context: Value,
}

fn input() -> Value {
    let one = object_schema(question(), &["action", "resource"]);
    object_schema(
        json!({
            "actions": { "type": "array", "items": one, "minItems": 1, "maxItems": MOST },
            "package": { "type": "string", "description": "Ask one package only. Default: all that are active." },
        }),
        &["actions"],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": { "results": { "type": "array", "items": advice_schema() } },
        "required": ["results"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { check(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn check(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { actions, package } = arguments(bytes)?;
    if actions.is_empty() || actions.len() > MOST {
        return Err(refuse("invalid_arguments", format!("`actions` holds 1 to {MOST} questions")));
    }
    let mut results = Vec::with_capacity(actions.len());
    for One { action, resource, context } in actions {
        results.push(ask(call, action, resource, context, package.clone()).await?);
    }
    let text: Vec<String> = results.iter().map(told).collect();
    Ok(say(text.join("\n"), json!({ "results": results })))
}
