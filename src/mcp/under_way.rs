//! The requests that are under way: whose duty each is, where its answer goes, and how it ends early.

use crate::mcp::front::{Front, typed};
use crate::mcp::queue::{Mark, Queue};
use crate::mcp::request::{self, Message};
use rmcp::service::{RoleServer, RxJsonRpcMessage};
use std::collections::{HashMap, VecDeque};
use std::sync::{MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// Cancelled ids of lifecycle requests that stay refused: rmcp could still answer the old one.
const REMEMBERED_MAX: usize = 1_024;

#[derive(Debug)]
pub(in crate::mcp) enum Owner {
    Ours { cancel: CancellationToken, gone: CancellationToken },
    Rmcp,
    Cancelled,
}

/// A request that is not answered yet.
#[derive(Debug)]
pub(in crate::mcp) struct Open {
    pub(in crate::mcp) owner: Owner,
    /// Where its answer goes.
    pub(in crate::mcp) out: Queue,
}

#[derive(Debug, Default)]
pub(in crate::mcp) struct Table {
    pub(in crate::mcp) open: HashMap<String, Open>,
    pub(in crate::mcp) refused: VecDeque<String>,
}

/// What it means that nobody listens to an answer any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mcp) enum Silence {
    /// The client takes the request back.
    TakenBack,
    /// The client is gone, or lost its connection: what was sent settles and is kept, nothing more is sent.
    Gone,
}

impl Front {
    pub(in crate::mcp) fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing under this lock can leave the table half-changed, so a poisoned one is still whole.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to this id is rmcp's from here on.
    pub(in crate::mcp) fn hand_over(&self, id: &str) {
        if let Some(open) = self.table().open.get_mut(id) {
            open.owner = Owner::Rmcp;
        }
    }

    /// Frees an id; where its answer goes, when it may still be answered.
    pub(in crate::mcp) fn settle(&self, id: &str) -> Option<Queue> {
        let open = self.table().open.remove(id)?;
        matches!(open.owner, Owner::Ours { .. } | Owner::Rmcp).then_some(open.out)
    }

    /// The client takes a request back.
    pub(in crate::mcp) fn cancelled(
        &self,
        line: &[u8],
        message: &Message<'_>,
    ) -> Option<RxJsonRpcMessage<RoleServer>> {
        let id = message.params.and_then(|p| p.get("requestId")).map(request::text_of)?;
        let mut table = self.table();
        // Unknown or answered: rmcp must not see it either.
        let open = table.open.get_mut(&id)?;
        match std::mem::replace(&mut open.owner, Owner::Cancelled) {
            Owner::Ours { cancel, .. } => {
                cancel.cancel();
                None
            }
            Owner::Rmcp => {
                table.refused.push_back(id);
                if table.refused.len() > REMEMBERED_MAX {
                    table.refused.pop_front();
                }
                drop(table);
                typed(line)
            }
            Owner::Cancelled => None,
        }
    }

    /// Nobody listens any more to the answer of the request with this id that goes to `out`. It is answered to nobody, so an
    /// outcome that comes all the same is kept for whoever asks for it.
    pub(in crate::mcp) fn forsake(&self, id: &str, out: &Mark, silence: Silence) {
        let mut table = self.table();
        // The id may be another request's by now.
        let Some(open) = table.open.get_mut(id).filter(|open| open.out.is(out)) else { return };
        if let Owner::Ours { cancel, gone } = &open.owner {
            match silence {
                Silence::TakenBack => cancel.cancel(),
                Silence::Gone => gone.cancel(),
            }
            open.owner = Owner::Cancelled;
        }
    }
}
