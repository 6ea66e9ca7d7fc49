//! The board of agents over MCP: register, tell how one fares, list, leave.
//!
//! They change nothing but the board, so they sit outside the gate. An agent's id is no secret and no proof: only the
//! principal that registered an agent changes it, and another's answer is that of one that is not there.

pub(in crate::mcp) mod agent_list;
pub(in crate::mcp) mod agent_register;
pub(in crate::mcp) mod agent_unregister;
pub(in crate::mcp) mod agent_update;

use crate::domain::agent::{AgentStatus, AgentView, BoardAgent};
use crate::domain::id::AgentId;
use crate::domain::visible;
use crate::mcp::tools::{Answered, OwnCall, refuse};
use crate::store::agents::Registrant;
use serde_json::{Value, json};

/// An example id that no agent has.
const NOBODYS: &str = r#"{"id":"00000000-0000-4000-8000-000000000000"}"#;

/// Who calls, as the board knows him.
fn registrant(call: OwnCall<'_>) -> Registrant {
    Registrant {
        tenant: call.front.gate.tenant().clone(),
        principal: call.caller.principal.clone(),
        session: call.front.gate.session(),
    }
}

fn agent_id(text: &str) -> Result<AgentId, Answered> {
    AgentId::parse(text).ok_or_else(|| {
        refuse(
            "invalid_arguments",
            "`id` must be the whole id of an agent, as `agent_register` gave it",
        )
    })
}

/// The answer to an id that leads nowhere; the same whether it is not there or another's.
fn not_found() -> Answered {
    refuse(
        "not_found",
        "there is no such agent of yours on the board; one that was silent for 15 minutes has left it, register it again",
    )
}

/// Reads a word for a status.
fn status(word: &str) -> Result<AgentStatus, Answered> {
    AgentStatus::parse(word).ok_or_else(|| {
        refuse("invalid_arguments", "`status` must be `idle`, `running` or `blocked`")
    })
}

/// One line about an agent; its own words stay one line whatever they hold.
fn line(agent: &BoardAgent) -> String {
    let mut text =
        format!("{} {} {}", agent.id, visible::inline(&agent.name).text, agent.status.as_str());
    if agent.paused {
        text.push_str(" (paused by a person)");
    }
    if let Some(action) = &agent.last_action {
        text.push_str(&format!(", last: {}", visible::inline(action).text));
    }
    if let Some(score) = agent.last_score {
        text.push_str(&format!(", score {score}"));
    }
    text
}

fn value_of(agent: &BoardAgent) -> Value {
    serde_json::to_value(AgentView::from(agent)).unwrap_or(Value::Null)
}

fn status_schema(description: &str) -> Value {
    let words: Vec<&str> = AgentStatus::ALL.iter().map(|s| s.as_str()).collect();
    json!({ "enum": words, "description": description })
}

fn id_schema() -> Value {
    json!({ "type": "string", "format": "uuid", "description": "The agent's id, as `agent_register` gave it." })
}
