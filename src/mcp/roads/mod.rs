//! Roads to an answer through the client itself, as the two eras of the protocol have them.
//!
//! ```text
//! legacy ── elicitation/create while the call is held ───────────────> an answer, or withdrawn
//! modern ─┬ input_required, and the same call again with the answer ─> judged again, answered, run
//!         └ a task, where the client looks after tasks ──────────────> tasks/get until it is done
//! ```
//!
//! What a client can do is what it says of itself; whether its user's word counts is the gate's to know.

pub(in crate::mcp) mod elicitation;
pub(in crate::mcp) mod returning;
pub(in crate::mcp) mod tasks;

use crate::domain::json::Node;
use crate::gate::{CameBack, Returns, Road, Way};
use crate::mcp::answer::Era;
use crate::mcp::caller::Caller;
use crate::mcp::front::Front;
use crate::mcp::roads::elicitation::Screen;
use std::sync::Arc;

const TASKS: &str = "io.modelcontextprotocol/tasks";

/// What a client can do for a question, as it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::mcp) struct Carries {
    /// It puts forms to its user.
    pub forms: bool,
    /// It looks after tasks.
    pub tasks: bool,
}

impl Carries {
    /// As a modern request says in its `_meta`.
    pub(in crate::mcp) fn of(capabilities: &Node<'_>) -> Self {
        let forms = capabilities.get("elicitation").is_some_and(|elicitation| {
            elicitation.object().is_some()
                && (elicitation.get("form").is_some() || elicitation.get("url").is_none())
        });
        let tasks = capabilities.get("extensions").and_then(|all| all.get(TASKS));
        Self { forms, tasks: tasks.is_some_and(|tasks| tasks.object().is_some()) }
    }

    /// As a legacy client said at its handshake.
    pub(in crate::mcp) fn at_handshake(offered: &rmcp::model::ClientCapabilities) -> Self {
        let elicitation = offered.elicitation.as_ref();
        let forms = elicitation.is_some_and(|said| said.form.is_some() || said.url.is_none());
        Self { forms, tasks: false }
    }
}

impl Front {
    /// How this client can carry a question that a call raises, with what it came back with.
    pub(in crate::mcp) fn road(
        self: &Arc<Self>,
        caller: &Caller,
        is_tool: bool,
        came: Option<CameBack>,
    ) -> Option<Road> {
        let Carries { forms, tasks } = caller.carries;
        let way = match caller.era {
            Era::Legacy if forms => Way::Held(Box::new(Screen::new(self.clone(), caller))),
            Era::Legacy => return None,
            // Only calls of tools can be answered by anything but their result.
            Era::Modern if !is_tool => return None,
            Era::Modern if came.is_none() && tasks => Way::Task(self.hands_out(caller)),
            Era::Modern if came.is_some() || forms => {
                Way::Returns(Returns::new(returning::form, came))
            }
            Era::Modern => return None,
        };
        Some(Road { client: caller.client.clone(), way })
    }
}
