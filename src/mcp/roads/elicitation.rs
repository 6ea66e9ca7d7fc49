//! `elicitation/create`: the question as a form, and what the client's user did with it, read strictly.
//!
//! A yes is `accept` with `approve: true` and nothing that we did not ask for. A no is `decline`, or `accept` with
//! `approve: false`. All else, a client that accepts whatever it is asked included, is no answer.

use crate::card::client::message;
use crate::domain::approval::Approval;
use crate::domain::json::{Limits, Node, parse};
use crate::gate::{Asks, Said};
use crate::mcp::caller::Caller;
use crate::mcp::front::Front;
use crate::mcp::queue::Queue;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

/// The longest reason that is kept, in characters.
const REASON_MAX: usize = 500;

/// The params of the question.
pub(in crate::mcp) fn params(approval: &Approval) -> Value {
    json!({
        "message": message(approval),
        "requestedSchema": {
            "type": "object",
            "properties": {
                "approve": {
                    "type": "boolean",
                    "title": "Let it run",
                    "description": "Yes lets exactly this call run, once; no tells the agent no.",
                },
                "reason": {
                    "type": "string",
                    "title": "Reason",
                    "description": "Told to the agent.",
                    "maxLength": REASON_MAX,
                },
            },
            "required": ["approve"],
        },
    })
}

/// What the client's user said.
pub(in crate::mcp) fn said(result: &Node<'_>) -> Said {
    let content = result.get("content").filter(|content| !matches!(content, Node::Null));
    let Some((approve, reason)) = content.map_or(Some((None, None)), form) else {
        return Said::Nothing;
    };
    match (result.get("action").and_then(Node::as_str), approve) {
        (Some("accept"), Some(true)) => Said::Yes(reason),
        (Some("accept"), Some(false)) | (Some("decline"), _) => Said::No(reason),
        _ => Said::Nothing,
    }
}

/// The fields of the form; `None` when it is not ours.
fn form(content: &Node<'_>) -> Option<(Option<bool>, Option<String>)> {
    let (mut approve, mut reason) = (None, None);
    for (name, value) in content.object()? {
        match (name.as_ref(), value) {
            ("approve", Node::Bool(said)) => approve = Some(*said),
            ("reason", Node::Null) => {}
            ("reason", Node::String(said)) => {
                let said: String = said.trim().chars().take(REASON_MAX).collect();
                reason = Some(said).filter(|said| !said.is_empty());
            }
            _ => return None,
        }
    }
    Some((approve, reason))
}

/// The screen of a legacy client, for the time in which a call of its is held.
pub(in crate::mcp) struct Screen {
    front: Arc<Front>,
    out: Queue,
}

impl Screen {
    /// Where the user of this caller is asked.
    pub(in crate::mcp) fn new(front: Arc<Front>, caller: &Caller) -> Self {
        Self { front, out: caller.out.clone() }
    }
}

/// A question on the screen; withdrawn when nobody waits for its answer any more.
struct Shown<'a> {
    screen: &'a Screen,
    id: String,
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        // Answered questions are there no more.
        if self.screen.front.asked.close(&self.id).is_some() {
            let cancelled = json!({
                "jsonrpc": "2.0",
                "method": "notifications/cancelled",
                "params": { "reason": "the question was answered elsewhere, or its call ended" },
            });
            self.screen.out.send(with_request_id(&cancelled, &self.id));
        }
    }
}

/// Our ids are JSON text already.
fn with_request_id(notification: &Value, id: &str) -> Vec<u8> {
    let mut notification = notification.clone();
    if let Ok(id) = serde_json::from_str::<Value>(id) {
        notification["params"]["requestId"] = id;
    }
    format!("{notification}\n").into_bytes()
}

#[async_trait]
impl Asks for Screen {
    async fn ask(&self, approval: &Approval) -> Said {
        let (id, answered) = self.front.asked.open();
        let shown = Shown { screen: self, id };
        let (id, params) = (&shown.id, params(approval));
        self.out.send(
            format!(
                "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"elicitation/create\",\"params\":{params}}}\n"
            )
            .into_bytes(),
        );
        // An error is no answer.
        let Ok(Ok(text)) = answered.await else { return Said::Nothing };
        parse(&text, &Limits::ARGUMENTS).map_or(Said::Nothing, |result| said(&result))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::json::{Limits, parse};
    use crate::gate::Said;
    use crate::mcp::roads::elicitation::said;

    #[test]
    fn only_a_plain_yes_is_a_yes() {
        let read = |text: &str| said(&parse(text, &Limits::ARGUMENTS).unwrap());
        let reason = |text: &str| Some(text.to_owned());
        for (text, meant) in [
            (r#"{"action":"accept","content":{"approve":true}}"#, Said::Yes(None)),
            (
                r#"{"action":"accept","content":{"approve":true,"reason":" ok "}}"#,
                Said::Yes(reason("ok")),
            ),
            (r#"{"action":"accept","content":{"approve":true,"reason":null}}"#, Said::Yes(None)),
            (
                r#"{"action":"accept","content":{"approve":false,"reason":"later"}}"#,
                Said::No(reason("later")),
            ),
            (r#"{"action":"decline"}"#, Said::No(None)),
            (r#"{"action":"decline","content":null}"#, Said::No(None)),
            (r#"{"action":"decline","content":{"reason":"no"}}"#, Said::No(reason("no"))),
        ] {
            assert_eq!(read(text), meant, "{text}");
        }
        for nothing in [
            r#"{"action":"cancel"}"#,
            r#"{"action":"cancel","content":{"approve":true}}"#,
            r#"{"action":"accept"}"#,
            r#"{"action":"accept","content":{}}"#,
            r#"{"action":"accept","content":null}"#,
            r#"{"action":"accept","content":true}"#,
            r#"{"action":"accept","content":{"approve":"true"}}"#,
            r#"{"action":"accept","content":{"approve":1}}"#,
            r#"{"action":"accept","content":{"approve":true,"more":1}}"#,
            r#"{"action":"accept","content":{"approve":true,"reason":7}}"#,
            r#"{"action":"Accept","content":{"approve":true}}"#,
            r#"{"content":{"approve":true}}"#,
            r#"{"approve":true}"#,
            "[]",
        ] {
            assert_eq!(read(nothing), Said::Nothing, "{nothing}");
        }
    }
}
