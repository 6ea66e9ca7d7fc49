//! The duty to answer one request: whatever becomes of its task, the client hears of it once.

use crate::domain::call::Method;
use crate::gate::Reply;
use crate::mcp::answer::{error_line, reply_line};
use crate::mcp::caller::Caller;
use crate::mcp::front::Front;
use std::sync::Arc;

/// The duty to answer one request. Whatever becomes of its task, the id is answered once and then free.
#[derive(Debug)]
pub(in crate::mcp) struct Ticket {
    front: Arc<Front>,
    id: String,
    open: bool,
}

impl Ticket {
    /// The duty for an id that the front has taken.
    pub(in crate::mcp) fn new(front: Arc<Front>, id: &str) -> Self {
        Self { front, id: id.to_owned(), open: true }
    }

    /// The id as JSON text.
    pub(in crate::mcp) fn id(&self) -> &str {
        &self.id
    }

    /// Answers, unless the client took the request back; tells which.
    pub(in crate::mcp) fn answer(mut self, line: Vec<u8>) -> bool {
        self.open = false;
        let wanted = self.front.settle(&self.id);
        if let Some(out) = &wanted {
            out.answer(line);
        }
        wanted.is_some()
    }

    /// Answers with what the gate gave.
    pub(in crate::mcp) async fn reply(self, caller: &Caller, method: Method, reply: &Reply) {
        let front = self.front.clone();
        if self.answer(reply_line(&caller.id, caller.era, method, reply)) {
            front.gate.handed_over(reply).await;
        }
    }

    /// Leaves the answer to rmcp.
    pub(in crate::mcp) fn hand_over(mut self) {
        self.open = false;
        self.front.hand_over(&self.id);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.open
            && let Some(out) = self.front.settle(&self.id)
        {
            let why = "the gateway lost this request; nothing is known of its outcome";
            out.answer(error_line(Some(&self.id), -32603, why, None));
        }
    }
}
