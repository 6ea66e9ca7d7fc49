//! `list_network_policies`: what was recommended, by run and by service.

use crate::card::schema::kept_policy_schema;
use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::runs::{own_run, run_id, run_id_schema};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::store::networks::NetworkFilter;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

const LIMIT_MAX: usize = 1_000;
const LIMIT: usize = 100;

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "list_network_policies",
    title: "List recommended network policies",
    description: "Lists network policies that were recommended, newest first, with their YAML; an agent sees its own. \
                  `service` is `namespace/name`, a name or an address, at either end of a connection.",
    read_only: true,
    toolset: Toolset::Runs,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "`run_id` is not a whole id, or `limit` is not within 1 to 1000"),
        ("not_found", "there is no such run of yours"),
    ],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"service":"shop/api","limit":5}"#, refusal: None },
        Example { arguments: r#"{"limit":0}"#, refusal: Some("invalid_arguments") },
        Example {
            arguments: r#"{"run_id":"00000000-0000-7000-8000-000000000000"}"#,
            refusal: Some("not_found"),
        },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    run_id: Option<String>,
    service: Option<String>,
    limit: Option<usize>,
}

fn input() -> Value {
    object_schema(
        json!({
            "run_id": run_id_schema(),
            "service": { "type": "string", "description": "At either end. Default: all." },
            "limit": { "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "description": "Default: 100." },
        }),
        &[],
    )
}

fn output() -> Value {
    json!({
        "type": "object",
        "properties": { "policies": { "type": "array", "items": kept_policy_schema() } },
        "required": ["policies"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { list(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn list(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { run_id: text, service, limit } = arguments(bytes)?;
    let limit = limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(refuse("invalid_arguments", "`limit` must be within 1 to 1000"));
    }
    let run = match &text {
        None => None,
        Some(text) => Some(own_run(call, run_id(text)?).await?.id),
    };
    let gate = &call.front.gate;
    let principal = call.front.forwards().then(|| call.caller.principal.clone());
    let filter = NetworkFilter { tenant: gate.tenant().clone(), principal, run, service, limit };
    let found = gate.desk().store().network_policies(filter).await.map_err(|e| store_failed(&e))?;
    let lines = found.iter().map(|one| {
        format!("{}: {}", one.recommendation.policy_name, one.recommendation.recommendation)
    });
    let lines: Vec<String> = lines.collect();
    let text =
        if lines.is_empty() { "Nothing was recommended.".to_owned() } else { lines.join("\n") };
    let policies: Vec<_> = found.iter().map(|one| one.view()).collect();
    Ok(say(text, json!({ "policies": policies })))
}
