//! `subscriptions/listen` of the modern era: a long answer that begins with what will be told and then tells it, each
//! notification under the id of the request that wanted it.
//!
//! All that is ever told is that the list of tools changed, since that is all that we advertise. However often it changes
//! while a client does not read, it is told once.

use crate::domain::json::Node;
use crate::mcp::answer::error_line;
use crate::mcp::caller::Caller;
use crate::mcp::front::{Front, TOOLS_CHANGED};
use crate::mcp::ticket::Ticket;
use std::sync::Arc;

/// The request.
pub(in crate::mcp) const LISTEN: &str = "subscriptions/listen";

impl Front {
    /// Tells this client of changes until it wants no more, or until it or we end.
    pub(in crate::mcp) fn subscribe(
        self: &Arc<Self>,
        params: Option<&Node<'_>>,
        caller: Caller,
        ticket: Ticket,
    ) {
        let wanted = params.and_then(|params| params.get("notifications"));
        let Some(wanted) = wanted.filter(|wanted| wanted.object().is_some()) else {
            let why = "`notifications` must be an object";
            ticket.answer(error_line(Some(&caller.id), -32602, why, None));
            return;
        };
        let tools = matches!(wanted.get("toolsListChanged"), Some(Node::Bool(true)));
        let mut changes = self.tools_changed.subscribe();
        let told = if tools { r#""toolsListChanged":true"# } else { "" };
        caller.out.send(notification(
            "notifications/subscriptions/acknowledged",
            &caller.id,
            &format!(r#","notifications":{{{told}}}"#),
        ));
        let left = self.gate.left().clone();
        self.tasks.spawn(async move {
            loop {
                tokio::select! {
                    biased;
                    () = caller.gone.cancelled() => break,
                    () = left.cancelled() => break,
                    changed = changes.changed(), if tools => {
                        if changed.is_err() {
                            break;
                        }
                        let line = notification(TOOLS_CHANGED, &caller.id, "");
                        caller.out.send_if_read(line);
                    }
                }
            }
            ticket.answer(ended(&caller.id));
        });
    }
}

/// A notification of the subscription with this id, which is JSON text.
fn notification(method: &str, id: &str, more: &str) -> Vec<u8> {
    format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{{{}{more}}}}}\n", meta(id))
        .into_bytes()
}

/// The answer that ends it.
fn ended(id: &str) -> Vec<u8> {
    format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"resultType\":\"complete\",{}}}}}\n",
        meta(id)
    )
    .into_bytes()
}

fn meta(id: &str) -> String {
    format!("\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{id}}}")
}
