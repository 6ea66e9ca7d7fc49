//! One session over HTTP: whose it is, the gate that serves it, and how many of its requests are under way.

use crate::domain::digest::Digest;
use crate::domain::id::SessionId;
use crate::gate::Gate;
use crate::mcp::Front;
use crate::mcp::queue::Queued;
use crate::mcp::remote::counted::Counted;
use crate::store::lease::Lease;
use rmcp::service::{RoleServer, RxJsonRpcMessage};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Requests of one session that may be under way at once, and of all sessions of one token: whoever uses up his own leaves
/// connections for others.
const BUSY_MAX: usize = 64;
const BUSY_EACH: usize = 128;

/// Messages for rmcp, which keeps the lifecycle.
pub(in crate::mcp::remote) type ToRmcp = mpsc::Sender<RxJsonRpcMessage<RoleServer>>;

/// What a legacy session has beside: one front for all its requests.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Legacy {
    pub(in crate::mcp::remote) front: Arc<Front>,
    /// `None` once the session has ended.
    pub(in crate::mcp::remote) to_rmcp: Mutex<Option<ToRmcp>>,
    /// What belongs to no request; taken by the one stream that may listen to it.
    pub(in crate::mcp::remote) told: Mutex<Option<Queued>>,
}

/// One session.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Room {
    /// Its id in the store.
    pub(in crate::mcp::remote) session: SessionId,
    /// The token that it belongs to.
    pub(in crate::mcp::remote) token: Digest,
    /// The name of the token's user.
    pub(in crate::mcp::remote) user: String,
    pub(in crate::mcp::remote) gate: Gate,
    pub(in crate::mcp::remote) tasks: TaskTracker,
    pub(in crate::mcp::remote) legacy: Option<Legacy>,
    /// Done when it is over: streams end, nothing more is taken.
    pub(in crate::mcp::remote) ended: CancellationToken,
    busy: AtomicUsize,
    /// Of all sessions of its token.
    all: Arc<Counted>,
    idle_since: Mutex<Instant>,
    _lease: Option<Lease>,
}

/// A request that is under way; counted until it is dropped.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Busy(Arc<Room>);

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mcp::remote) enum NotTaken {
    /// The session is over.
    Ended,
    /// Too many of its requests are under way.
    TooMany,
}

impl Room {
    pub(in crate::mcp::remote) fn new(
        (user, token, all): (String, Digest, Arc<Counted>),
        gate: Gate,
        tasks: TaskTracker,
        legacy: Option<Legacy>,
        lease: Option<Lease>,
    ) -> Self {
        Self {
            session: gate.session(),
            token,
            user,
            gate,
            tasks,
            legacy,
            ended: CancellationToken::new(),
            busy: AtomicUsize::new(0),
            all,
            idle_since: Mutex::new(Instant::now()),
            _lease: lease,
        }
    }

    /// Counts one more request.
    pub(in crate::mcp::remote) fn enter(self: &Arc<Self>) -> Result<Busy, NotTaken> {
        let before = self.busy.fetch_add(1, Ordering::SeqCst);
        let of_all = self.all.requests.fetch_add(1, Ordering::SeqCst);
        // Counted from here on, so whoever ends the session either waits for it or is seen now.
        let busy = Busy(Arc::clone(self));
        if self.ended.is_cancelled() {
            return Err(NotTaken::Ended);
        }
        let is_full = before >= BUSY_MAX || of_all >= BUSY_EACH;
        if is_full { Err(NotTaken::TooMany) } else { Ok(busy) }
    }

    /// Whether requests of it are under way.
    pub(in crate::mcp::remote) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }

    /// For how long nothing was under way; `None` while something is.
    pub(in crate::mcp::remote) fn idle(&self) -> Option<Duration> {
        (!self.is_busy()).then(|| self.since().elapsed())
    }

    fn since(&self) -> MutexGuard<'_, Instant> {
        self.idle_since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy {
    /// The session.
    pub(in crate::mcp::remote) fn room(&self) -> &Arc<Room> {
        &self.0
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        *self.0.since() = Instant::now();
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
        self.0.all.requests.fetch_sub(1, Ordering::SeqCst);
    }
}
