//! `agent_unregister`: an agent leaves the board.

use crate::card::schema::agent_schema;
use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::mcp::tools::agents::{
    NOBODYS, agent_id, id_schema, line, not_found, registrant, value_of,
};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, say, store_failed,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "agent_unregister",
    title: "Take an agent off the board",
    description: "Takes an agent that you registered off the board and answers how it stood there last.",
    read_only: false,
    toolset: Toolset::Agents,
    offered: Offered::Agents,
    input,
    output: Some(agent_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id"),
        ("not_found", "there is no such agent on the board, or it is another's"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_found") },
        Example { arguments: r#"{"id":7}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
}

fn input() -> Value {
    object_schema(json!({ "id": id_schema() }), &["id"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { unregister(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn unregister(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id } = arguments(bytes)?;
    let id = agent_id(&id)?;
    let store = call.front.gate.desk().store();
    let left = store.unregister_agent(&registrant(call), id).await.map_err(|e| store_failed(&e))?;
    let agent = left.ok_or_else(not_found)?;
    Ok(say(format!("Off the board: {}.", line(&agent)), value_of(&agent)))
}
