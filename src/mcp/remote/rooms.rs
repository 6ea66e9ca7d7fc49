//! All sessions over HTTP: opened, found by whoever they belong to, and ended.
//!
//! A session belongs to the token that opened it. Under another token it is not there, as an id that nobody made is not.
//! There is room for so many, and for so many of one token: who opens more loses those that lay idle longest.

use crate::domain::digest::Digest;
use crate::domain::id::SessionId;
use crate::mcp::caller::principal;
use crate::mcp::queue::queue_of;
use crate::mcp::remote::Remote;
use crate::mcp::remote::room::{Legacy, Room};
use crate::mcp::remote::who::Who;
use crate::mcp::{Duty, Front, GRACE, INSTRUCTIONS, lifecycle};
use crate::store::lease::{Holder, Lease};
use crate::store::{SessionInfo, StoreError};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

/// Sessions at once, and of one token.
const ROOMS_MAX: usize = 256;
const ROOMS_EACH: usize = 64;
/// How long a session may lie idle.
const IDLE_MAX: Duration = Duration::from_secs(30 * 60);
/// How often it is looked which tokens count still.
const LOOK: Duration = Duration::from_secs(2);
/// Bytes that wait for the stream of what belongs to no request.
const TOLD_MAX: usize = 64 * 1024;

/// Which session is meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::mcp::remote) enum Key {
    /// Of the legacy era: by the id that it was given.
    Given(String),
    /// Of the modern era: by the token and the name of the client.
    Of(Digest, String),
}

/// Why there is no session.
#[derive(Debug)]
pub(in crate::mcp::remote) enum NoRoom {
    /// Too many are in use, or we end.
    Full,
    /// The store cannot be used, or the system gives no random numbers.
    Failed(StoreError),
}

impl From<StoreError> for NoRoom {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

#[derive(Debug, Default)]
struct Inner {
    closed: bool,
    rooms: HashMap<Key, Arc<Room>>,
}

/// All of them.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Rooms {
    home: Option<PathBuf>,
    inner: Mutex<Inner>,
    /// One is opened at a time, so that no two are opened for one.
    opening: tokio::sync::Mutex<()>,
    /// Sessions that are being ended.
    ending: TaskTracker,
}

impl Rooms {
    pub(in crate::mcp::remote) fn new(home: Option<PathBuf>) -> Self {
        Self {
            home,
            inner: Mutex::default(),
            opening: tokio::sync::Mutex::new(()),
            ending: TaskTracker::new(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of this key, if it belongs to this token.
    pub(in crate::mcp::remote) fn find(&self, key: &Key, who: &Who) -> Option<Arc<Room>> {
        self.inner().rooms.get(key).filter(|room| room.token == who.token).cloned()
    }

    /// Takes out whoever lies idle longest of too many. `None` when there is no room all the same.
    fn make_room(&self, token: Digest) -> Option<Vec<Arc<Room>>> {
        let mut inner = self.inner();
        if inner.closed {
            return None;
        }
        let mut out = Vec::new();
        for (of, max) in [(Some(token), ROOMS_EACH), (None, ROOMS_MAX)] {
            let count = |room: &Room| of.is_none_or(|token| room.token == token);
            if inner.rooms.values().filter(|room| count(room)).count() < max {
                continue;
            }
            let idle = inner.rooms.iter().filter(|(_, room)| count(room));
            let idle = idle.filter_map(|(key, room)| Some((room.idle()?, key.clone())));
            let (_, key) = idle.max_by_key(|(idle, _)| *idle)?;
            out.extend(inner.rooms.remove(&key));
        }
        Some(out)
    }
}

/// A new id that nobody guesses.
fn new_id() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|e| StoreError::Unusable(format!("no randomness for a session: {e}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Opens a legacy session; its id is for whoever opened it alone.
pub(in crate::mcp::remote) async fn open_legacy(
    remote: &Remote,
    who: &Who,
    client: &str,
) -> Result<(Key, Arc<Room>), NoRoom> {
    let key = Key::Given(new_id()?);
    let _one = remote.rooms.opening.lock().await;
    let room = open(remote, &key, who, client).await?;
    Ok((key, room))
}

/// The session of a principal of the modern era; opened for his first request.
pub(in crate::mcp::remote) async fn of(
    remote: &Remote,
    who: &Who,
    client: &str,
) -> Result<Arc<Room>, NoRoom> {
    let key = Key::Of(who.token, principal(&Duty::Agent, &who.name, client).name);
    if let Some(room) = remote.rooms.find(&key, who) {
        return Ok(room);
    }
    let _one = remote.rooms.opening.lock().await;
    match remote.rooms.find(&key, who) {
        Some(room) => Ok(room),
        None => open(remote, &key, who, client).await,
    }
}

async fn open(remote: &Remote, key: &Key, who: &Who, client: &str) -> Result<Arc<Room>, NoRoom> {
    let all = remote.tokens.of(who.token);
    for room in remote.rooms.make_room(who.token).ok_or(NoRoom::Full)? {
        end(remote, room);
    }
    let session = SessionId::new();
    let parent_pid =
        rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs());
    let pid = std::process::id();
    let holder = Holder { session, pid, parent_pid };
    let lease = remote.rooms.home.as_ref().map(|home| Lease::take(home, &holder)).transpose()?;
    let info = SessionInfo {
        id: session,
        tenant: remote.base.gate.tenant().clone(),
        principal: principal(&Duty::Agent, &who.name, client),
        kind: "http".to_owned(),
        pid,
        parent_pid,
        opened_at: remote.store.now().await?,
    };
    remote.store.open_session(info).await?;
    let gate = remote.base.gate.for_session(session);
    let gate = gate.for_token(who.token, &who.name, Arc::clone(&all.tasks));
    let tasks = TaskTracker::new();
    let legacy = matches!(key, Key::Given(_)).then(|| {
        let (out, told) = queue_of(TOLD_MAX);
        let gate = gate.for_request();
        let front = Front::new(
            gate,
            Arc::clone(&remote.config),
            Duty::Agent,
            remote.on_ask,
            who.name.clone(),
            out,
        );
        let front = Arc::new(front.with_tasks(tasks.clone()));
        remote.base.kin.add(&front);
        let (to_rmcp, messages) = mpsc::channel(64);
        tokio::spawn(lifecycle::run(Arc::clone(&front), messages, INSTRUCTIONS.to_owned()));
        Legacy { front, to_rmcp: Mutex::new(Some(to_rmcp)), told: Mutex::new(Some(told)) }
    });
    let room = Room::new((who.name.clone(), who.token, all), gate, tasks, legacy, lease);
    let room = Arc::new(room);
    let mut inner = remote.rooms.inner();
    if inner.closed {
        drop(inner);
        end(remote, room);
        return Err(NoRoom::Full);
    }
    inner.rooms.insert(key.clone(), Arc::clone(&room));
    Ok(room)
}

/// Ends the session of this key: from now on it is not there.
pub(in crate::mcp::remote) fn remove(remote: &Remote, key: &Key) {
    let room = remote.rooms.inner().rooms.remove(key);
    if let Some(room) = room {
        end(remote, room);
    }
}

/// Ends a session that nobody finds any more: what waits is answered, what was sent gets a moment to settle.
fn end(remote: &Remote, room: Arc<Room>) {
    room.ended.cancel();
    room.gate.left().cancel();
    room.tasks.close();
    let store = Arc::clone(&remote.store);
    remote.rooms.ending.spawn(async move {
        let settled = async {
            room.tasks.wait().await;
            room.gate.drain().await;
        };
        if tokio::time::timeout(GRACE, settled).await.is_err() {
            tracing::warn!("calls under way did not end in time; their outcomes count as unknown");
        }
        if let Some(legacy) = &room.legacy {
            legacy.to_rmcp.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        if let Err(error) = store.close_session(room.session, "ended").await {
            tracing::error!("a session could not be closed: {error}");
        }
    });
}

/// Ends what lay idle too long, and what belongs to tokens that count no more; for ever.
pub(in crate::mcp::remote) async fn keep(remote: &Remote) {
    loop {
        tokio::time::sleep(LOOK).await;
        let all: Vec<(Key, Arc<Room>)> = {
            let inner = remote.rooms.inner();
            inner.rooms.iter().map(|(key, room)| (key.clone(), Arc::clone(room))).collect()
        };
        let mut tokens: HashMap<Digest, bool> = HashMap::new();
        for (key, room) in all {
            if room.idle().is_some_and(|idle| idle > IDLE_MAX) {
                remove(remote, &key);
                continue;
            }
            let counts = match tokens.get(&room.token) {
                Some(counts) => *counts,
                // A store that cannot be read ends nothing: without it nothing is sent either.
                None => room.gate.may_send().await.unwrap_or(true),
            };
            tokens.insert(room.token, counts);
            if !counts {
                tracing::info!(user = room.user, "a token was taken away; its sessions end");
                remove(remote, &key);
            }
        }
    }
}

/// Takes nothing more, and gives what is under way a moment to answer.
pub(in crate::mcp::remote) async fn leave(remote: &Remote) {
    remote.rooms.inner().closed = true;
    remote.base.gate.left().cancel();
    let rooms: Vec<Arc<Room>> = remote.rooms.inner().rooms.values().cloned().collect();
    let answered = async {
        for room in rooms {
            room.tasks.close();
            room.tasks.wait().await;
        }
    };
    let _ = tokio::time::timeout(GRACE, answered).await;
}

/// Ends every session.
pub(in crate::mcp::remote) async fn close_all(remote: &Remote) {
    let rooms: Vec<Arc<Room>> = {
        let mut inner = remote.rooms.inner();
        inner.closed = true;
        inner.rooms.drain().map(|(_, room)| room).collect()
    };
    rooms.into_iter().for_each(|room| end(remote, room));
    remote.rooms.ending.close();
    remote.rooms.ending.wait().await;
}
