//! `agent_register`: an agent puts itself, or one that it directs, on the board.

use crate::card::schema::agent_schema;
use crate::config::Toolset;
use crate::domain::agent::AgentName;
use crate::domain::json::Canonical;
use crate::mcp::tools::agents::{line, registrant, value_of};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::store::agents::{MOST_OF_ONE, NotRegistered};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "agent_register",
    title: "Register an agent",
    description: "Puts an agent on the board that everybody here sees, idle at first; answers with its id. Your \
                  session is on the board by itself: register agents that you direct. Tell how one fares with \
                  `agent_update`; after 15 silent minutes it leaves the board.",
    read_only: false,
    toolset: Toolset::Agents,
    offered: Offered::Agents,
    input,
    output: Some(agent_schema),
    refusals: &[
        ("invalid_arguments", "`name` is not 1 to 64 printable characters, or is no text"),
        ("too_many", "100 agents of yours are registered"),
    ],
    examples: &[
        Example { arguments: r#"{"name":"reviewer"}"#, refusal: None },
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"name":""}"#, refusal: Some("invalid_arguments") },
        Example { arguments: r#"{"title":"reviewer"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    name: Option<String>,
}

fn input() -> Value {
    let name = json!({
        "type": "string",
        "minLength": 1,
        "maxLength": AgentName::LONGEST,
        "description": "Printable characters. Default: `Agent_` and the first eight digits of its id.",
    });
    object_schema(json!({ "name": name }), &[])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { register(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn register(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { name } = arguments(bytes)?;
    let read = |name: String| {
        AgentName::new(&name).ok_or_else(|| {
            let why = "`name` must be 1 to 64 printable characters, without a space at either end";
            refuse("invalid_arguments", why)
        })
    };
    let name = name.map(read).transpose()?;
    let store = call.front.gate.desk().store();
    let registered =
        store.register_agent(&registrant(call), name).await.map_err(|e| store_failed(&e))?;
    match registered {
        Ok(agent) => Ok(say(format!("Registered {}.", line(&agent)), value_of(&agent))),
        Err(NotRegistered::TooMany) => Err(refuse(
            "too_many",
            format!(
                "{MOST_OF_ONE} agents of yours are on the board, and that is the most; take one off with \
                 `agent_unregister`"
            ),
        )),
    }
}
