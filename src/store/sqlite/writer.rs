//! The one thread of a process that writes: what callers send at the same time shares one commit.
//!
//! A commit costs a disk write however many rows it has. So the thread takes the lock, runs every verb that is
//! waiting by then, each inside a savepoint of its own, commits once and only then answers all of them. What nobody
//! waits for lies ready for the next commit that somebody does wait for, and gets one of its own only when none comes.

use crate::domain::digest::StoreKey;
use crate::store::StoreError;
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::clock::WallClock;
use crate::store::sqlite::connect::Place;
use crate::store::sqlite::meta;
use rusqlite::Connection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// Verbs in one commit.
const BATCH: usize = 256;
/// How often to look for other processes' commits while somebody waits.
const LOOK: Duration = Duration::from_millis(25);
/// How long a commit that no waiter needs, such as a permitted read, may go untold: with a hundred waiters and a
/// thousand reads a second, telling each at once would cost more than the reads do.
const TELL: Duration = Duration::from_millis(250);

/// How long a verb that nobody waits for lies ready before it gets a commit of its own.
const MOMENT: Duration = Duration::from_millis(5);

type Result<T> = std::result::Result<T, StoreError>;
/// Verbs that lie ready for the next commit.
type Later = Arc<Mutex<Vec<Box<dyn Job>>>>;

/// What happened to the transaction that a verb was part of.
#[derive(Debug, Clone)]
enum End {
    Committed,
    RolledBack(String),
    Unknown(String),
}

/// A verb on its way: run once, then answered once.
trait Job: Send {
    /// `true` when what it wrote is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    fn answer(self: Box<Self>, end: &End);
}

struct Verb<T, F> {
    work: Option<F>,
    given: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
    /// Not begun when the caller has stopped waiting.
    revocable: bool,
}

impl<T: Send, F: FnOnce(&mut Tx<'_>) -> Result<T> + Send> Job for Verb<T, F> {
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        if self.revocable && self.reply.is_closed() {
            return false;
        }
        let given = self.work.take().map(|work| work(tx));
        let keep = matches!(given, Some(Ok(_)));
        self.given = given;
        keep
    }

    fn answer(self: Box<Self>, end: &End) {
        let given = match (end, self.given) {
            (End::Committed, Some(given)) => given,
            // What failed before the commit was never part of it.
            (_, Some(Err(e))) => Err(e),
            (End::Unknown(why), _) => Err(StoreError::CommitUnknown(why.clone())),
            (End::RolledBack(why), _) => Err(StoreError::Unusable(why.clone())),
            (End::Committed, None) => Err(StoreError::Unusable("nobody waited for it".to_owned())),
        };
        // Whoever stopped waiting does not get it.
        let _ = self.reply.send(given);
    }
}

enum Message {
    Run(Box<dyn Job>),
    /// Somebody begins to watch, or something has lain ready long enough: look up.
    Wake,
    #[cfg(test)]
    Touch(Box<dyn FnOnce(&mut Connection) + Send>),
}

/// Hands verbs to the thread. The last one dropped ends it.
pub(crate) struct Writer {
    sender: Option<mpsc::Sender<Message>>,
    later: Later,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Starts the thread on a connection of [`Place::connect`].
    pub(crate) fn start(
        place: Place,
        conn: Connection,
        key: StoreKey,
        clock: WallClock,
        changes: watch::Sender<u64>,
        watchers: Arc<AtomicUsize>,
    ) -> Result<Self> {
        let (sender, inbox) = mpsc::channel();
        let later = Later::default();
        let mut thread = Thread {
            later: Arc::clone(&later),
            place,
            key,
            clock,
            changes,
            watchers,
            conn: Some(conn),
            version: 0,
            stirs: 0,
            looked: Instant::now(),
            told: Instant::now(),
            dirty: false,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || thread.serve(&inbox))
            .map_err(|e| StoreError::Unusable(format!("cannot start a thread: {e}")))?;
        Ok(Self { sender: Some(sender), later, thread: Some(thread) })
    }

    /// Runs a verb in a transaction; answers after its commit.
    pub(crate) async fn run<T, F>(&self, revocable: bool, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Run(Box::new(Verb {
            work: Some(work),
            given: None,
            reply,
            revocable,
        })))?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Runs a verb that nobody waits for in the next transaction, or soon in one of its own. It runs even if the
    /// caller goes away.
    pub(crate) async fn run_later<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let verb = Verb { work: Some(work), given: None, reply, revocable: false };
        self.later.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(verb));
        loop {
            match tokio::time::timeout(MOMENT, &mut answer).await {
                Ok(answer) => return answer.unwrap_or_else(|_| Err(stopped())),
                Err(_) => self.send(Message::Wake)?,
            }
        }
    }

    /// Somebody watches from now on.
    pub(crate) fn wake(&self) {
        // A thread that is gone has nothing to tell.
        let _ = self.send(Message::Wake);
    }

    /// Lets a test do things to the connection.
    #[cfg(test)]
    pub(crate) fn touch(&self, touch: impl FnOnce(&mut Connection) + Send + 'static) -> Result<()> {
        self.send(Message::Touch(Box::new(touch)))
    }

    fn send(&self, message: Message) -> Result<()> {
        let sender = self.sender.as_ref();
        sender
            .and_then(|sender| sender.send(message).ok())
            .ok_or_else(|| StoreError::Unusable("the writer has stopped".to_owned()))
    }
}

fn stopped() -> StoreError {
    StoreError::CommitUnknown("the writer stopped".to_owned())
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to close.
            let _ = thread.join();
        }
    }
}

struct Thread {
    later: Later,
    place: Place,
    key: StoreKey,
    clock: WallClock,
    changes: watch::Sender<u64>,
    watchers: Arc<AtomicUsize>,
    conn: Option<Connection>,
    version: i64,
    stirs: i64,
    looked: Instant,
    told: Instant,
    /// Something was committed that nobody was told of yet.
    dirty: bool,
}

impl Thread {
    fn serve(&mut self, inbox: &mpsc::Receiver<Message>) {
        loop {
            let watched = self.watchers.load(Ordering::Acquire) > 0;
            let first = if watched {
                match inbox.recv_timeout(LOOK.saturating_sub(self.looked.elapsed())) {
                    Ok(message) => Some(message),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                match inbox.recv() {
                    Ok(message) => Some(message),
                    Err(mpsc::RecvError) => break,
                }
            };
            match first {
                Some(Message::Run(job)) => self.batch(Some(job), inbox),
                #[cfg(test)]
                Some(Message::Touch(touch)) => self.touch(touch),
                Some(Message::Wake) => self.batch(None, inbox),
                None => {}
            }
            if watched && self.looked.elapsed() >= LOOK {
                self.look();
            }
        }
        self.batch(None, inbox);
        if let Some(conn) = &self.conn {
            // Only advice for the query planner.
            let _ = conn.execute_batch("PRAGMA optimize");
        }
    }

    #[cfg(test)]
    fn touch(&mut self, touch: Box<dyn FnOnce(&mut Connection) + Send>) {
        if let Some(conn) = &mut self.conn {
            touch(conn);
        }
    }

    /// Looks for commits of other processes. The number changes with every commit of another connection, and this
    /// one is the only one of ours that commits.
    fn look(&mut self) {
        self.looked = Instant::now();
        let Some(conn) = &self.conn else { return };
        let version = pragma(conn, "PRAGMA data_version").unwrap_or(self.version);
        let mut stirred = false;
        if version != self.version {
            self.version = version;
            self.dirty = true;
            let stirs = meta::get(conn, meta::STIRS).ok().flatten().unwrap_or_default();
            stirred = stirs != self.stirs;
            self.stirs = stirs;
        }
        if stirred || (self.dirty && self.told.elapsed() >= TELL) {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.dirty = false;
        self.told = Instant::now();
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// What lies ready came before `asked`, which somebody waits for.
    fn batch(&mut self, asked: Option<Box<dyn Job>>, inbox: &mpsc::Receiver<Message>) {
        let mut jobs =
            std::mem::take(&mut *self.later.lock().unwrap_or_else(PoisonError::into_inner));
        jobs.extend(asked);
        if jobs.is_empty() {
            return;
        }
        let conn = match self.conn.take() {
            Some(conn) => Ok(conn),
            None => self.place.connect(&self.key),
        };
        let end = match conn {
            Err(e) => End::RolledBack(format!("cannot open it again: {e}")),
            Ok(conn) => {
                let end = self.transact(&conn, inbox, &mut jobs);
                if matches!(end, End::Unknown(_)) && matches!(self.place, Place::File(_)) {
                    // Nobody knows what state it is in; the next batch opens another.
                    drop(conn);
                } else {
                    self.conn = Some(conn);
                }
                end
            }
        };
        for job in jobs {
            job.answer(&end);
        }
    }

    /// One transaction with every verb that is waiting by now.
    fn transact(
        &mut self,
        conn: &Connection,
        inbox: &mpsc::Receiver<Message>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> End {
        if let Err(e) = execute(conn, "BEGIN IMMEDIATE") {
            return End::RolledBack(e.to_string());
        }
        let (kept, stirred) = match run_all(conn, &self.clock, inbox, jobs) {
            Ok(done) => done,
            Err(e) => {
                // A failed transaction may have ended by itself, and then there is nothing to roll back.
                let _ = execute(conn, "ROLLBACK");
                return End::RolledBack(e.to_string());
            }
        };
        if let Err(e) = execute(conn, "COMMIT") {
            let _ = execute(conn, "ROLLBACK");
            return End::Unknown(e.to_string());
        }
        if stirred {
            self.tell();
        } else {
            self.dirty |= kept;
        }
        End::Committed
    }
}

fn execute(conn: &Connection, sql: &str) -> rusqlite::Result<usize> {
    conn.prepare_cached(sql)?.execute([])
}

fn pragma(conn: &Connection, sql: &str) -> rusqlite::Result<i64> {
    conn.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// Answers whether anything was kept, and whether somebody may be waiting for it.
fn run_all(
    conn: &Connection,
    clock: &WallClock,
    inbox: &mpsc::Receiver<Message>,
    jobs: &mut Vec<Box<dyn Job>>,
) -> Result<(bool, bool)> {
    let mut tx = Tx::begin(conn, clock)?;
    let mut kept = false;
    let mut at = 0;
    while let Some(job) = jobs.get_mut(at) {
        let head = tx.head();
        execute(conn, "SAVEPOINT verb")?;
        if job.run(&mut tx) {
            kept = true;
        } else {
            // Some errors end the whole transaction: then this fails too, and the batch with it.
            execute(conn, "ROLLBACK TO verb")?;
            tx.restore(head);
        }
        execute(conn, "RELEASE verb")?;
        at += 1;
        while jobs.len() < BATCH && jobs.len() == at {
            match inbox.try_recv() {
                Ok(Message::Run(job)) => jobs.push(job),
                Ok(Message::Wake) => {}
                #[cfg(test)]
                Ok(Message::Touch(_)) => {}
                Err(_) => break,
            }
        }
    }
    if tx.is_stirred() {
        meta::count_up(conn, meta::STIRS)?;
    }
    Ok((kept, tx.is_stirred()))
}
