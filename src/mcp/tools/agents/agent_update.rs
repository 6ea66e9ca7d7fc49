//! `agent_update`: an agent tells how it fares.

use crate::card::schema::agent_schema;
use crate::config::Toolset;
use crate::domain::agent::{AgentAction, AgentStatus, Score};
use crate::domain::json::Canonical;
use crate::mcp::tools::agents::{
    NOBODYS, agent_id, id_schema, line, not_found, registrant, status, status_schema, value_of,
};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::store::agents::AgentNews;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "agent_update",
    title: "Tell how an agent fares",
    description: "Writes down what an agent that you registered does and how well. Without `status` it counts as \
                  running; `action` and `score` stay as they were when left out. Everybody here sees it, and it \
                  goes on record: no secrets, no prompts.",
    read_only: false,
    toolset: Toolset::Agents,
    offered: Offered::Agents,
    input,
    output: Some(agent_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id, or a value is not one of the allowed"),
        ("not_found", "there is no such agent on the board, or it is another's"),
    ],
    examples: &[
        Example { arguments: NOBODYS, refusal: Some("not_found") },
        Example { arguments: "{}", refusal: Some("invalid_arguments") },
        Example {
            arguments: r#"{"id":"00000000-0000-4000-8000-000000000000","score":101}"#,
            refusal: Some("invalid_arguments"),
        },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
    action: Option<String>,
    score: Option<i64>,
    status: Option<String>,
}

fn input() -> Value {
    object_schema(
        json!({
            "id": id_schema(),
            "action": {
                "type": "string",
                "minLength": 1,
                "maxLength": AgentAction::LONGEST,
                "description": "What it does, in one line.",
            },
            "score": { "type": "integer", "minimum": 0, "maximum": 100, "description": "How well." },
            "status": status_schema("Default: running."),
        }),
        &["id"],
    )
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { update(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn update(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let read: Arguments = arguments(bytes)?;
    let id = agent_id(&read.id)?;
    let wrong = |what: &str| refuse("invalid_arguments", what);
    let news = AgentNews {
        status: read.status.as_deref().map(status).transpose()?.unwrap_or(AgentStatus::Running),
        action: match read.action.as_deref() {
            None => None,
            Some(text) => Some(AgentAction::new(text).ok_or_else(|| {
                wrong("`action` must be 1 to 200 characters without controls or line breaks")
            })?),
        },
        score: match read.score {
            None => None,
            Some(score) => {
                let score = Score::new(score);
                Some(score.ok_or_else(|| wrong("`score` must be a whole number from 0 to 100"))?)
            }
        },
    };
    let store = call.front.gate.desk().store();
    let updated =
        store.update_agent(&registrant(call), id, news).await.map_err(|e| store_failed(&e))?;
    let agent = updated.ok_or_else(not_found)?;
    Ok(say(line(&agent), value_of(&agent)))
}
