//! The tasks that a session looks after: which of its questions somebody waits for beside the requests, and why those ended
//! that were never sent. How a call that was sent ended is in the store; nothing here decides anything.

use crate::domain::id::ApprovalId;
use crate::gate::{Gate, Refusal, Reply};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Tasks of one session, or of all sessions of one token; a call beyond is held as ever.
const TASKS_MAX: usize = 256;

/// What ends no task: nobody answered yet, or the store could not be read or written for a while.
const PASSING: [&str; 3] = ["waiting", "unrecorded", "clock_behind"];

/// Where the looking after a task stands. How a call that was sent ended is in the store.
#[derive(Debug)]
enum Care {
    /// Waits for the yes, or runs; since when nobody asked for it.
    Going(Instant),
    /// It ended without being sent.
    Ended(Box<Refusal>),
}

/// The tasks that a session, or all sessions of a token, look after.
#[derive(Debug, Default)]
pub struct Tasks(Mutex<HashMap<ApprovalId, Care>>);

impl Tasks {
    /// Whether somebody has to begin to look after it now; `None` when there are too many.
    #[must_use]
    pub fn begin(&self, id: ApprovalId) -> Option<bool> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(care) = all.get_mut(&id) {
            let was = std::mem::replace(care, Care::Going(Instant::now()));
            // What ended without being sent is begun anew by whoever calls anew.
            return Some(matches!(was, Care::Ended(_)));
        }
        if all.len() >= TASKS_MAX {
            // What ended can be told from the store, if less well.
            all.retain(|_, care| matches!(care, Care::Going(_)));
        }
        if all.len() >= TASKS_MAX {
            return None;
        }
        all.insert(id, Care::Going(Instant::now()));
        Some(true)
    }

    /// Ends once nobody asked for it for so long.
    pub async fn unasked(&self, id: ApprovalId, life: Duration) {
        loop {
            let asked = match self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
                Some(Care::Going(asked)) => *asked,
                Some(Care::Ended(_)) | None => return,
            };
            if asked.elapsed() >= life {
                return;
            }
            tokio::time::sleep_until(asked + life).await;
        }
    }

    /// The looking after it ended with this.
    pub fn end(&self, id: ApprovalId, reply: Reply) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match reply {
            // Nobody waits any more, and nothing ended: whoever looks next begins anew.
            Reply::Refused(refusal) if !refusal.leaves && !PASSING.contains(&refusal.code) => {
                all.insert(id, Care::Ended(refusal));
            }
            Reply::Refused(_) | Reply::Result(_) | Reply::Error(_) => {
                all.remove(&id);
            }
        }
    }

    /// Why it ended, where it was not sent.
    #[must_use]
    pub fn ended(&self, id: ApprovalId) -> Option<Refusal> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id)? {
            Care::Going(_) => None,
            Care::Ended(refusal) => Some((**refusal).clone()),
        }
    }
}

impl Gate {
    /// The tasks of this session, or of its token.
    #[must_use]
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }
}
