//! The store in SQLite: one file for all processes of a user, or memory for one process.
//!
//! The verbs live in files by subject, each a plain function on a transaction; this one only ties them to the
//! threads that run them (`writer.rs`, `reader.rs`).

mod ask;
mod board;
mod briefs;
mod calls;
mod chain;
mod clock;
mod connect;
mod consume;
mod decide;
mod decisions;
mod doors;
mod escalate;
mod events;
mod expiry;
mod figures;
mod files;
mod making;
mod memories;
mod meta;
mod networks;
mod notices;
mod paused;
mod people;
mod pins;
mod plans;
mod policies;
mod query;
mod questions;
mod reader;
mod redeem;
mod retention;
mod rows;
mod runs;
mod schema;
mod sessions;
mod spending;
mod states;
mod steps;
#[cfg(test)]
mod tests;
mod verbs;
mod votes;
mod writer;

use crate::domain::digest::StoreKey;
use crate::domain::time::Millis;
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::clock::WallClock;
use crate::store::sqlite::connect::{Place, connect_to_read};
use crate::store::sqlite::files::{Files, random_key};
use crate::store::sqlite::notices::outbox;
use crate::store::sqlite::reader::Reader;
use crate::store::sqlite::writer::Writer;
use crate::store::{Store, StoreError};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

type Result<T> = std::result::Result<T, StoreError>;

/// Opens the store in this directory, or makes it. Several processes may have it open.
///
/// # Errors
/// [`StoreError::Unsafe`] when others could touch the files, [`StoreError::Newer`] when a newer program wrote
/// them, [`StoreError::Unusable`] for everything else.
pub fn open(home: &Path) -> Result<Arc<dyn Store>> {
    Ok(Arc::new(SqliteStore::open(home, WallClock::system())?))
}

/// A store that is gone with the process.
///
/// # Errors
/// [`StoreError::Unusable`], when there are no random numbers or no threads.
pub fn memory() -> Result<Arc<dyn Store>> {
    Ok(Arc::new(SqliteStore::memory(WallClock::system())?))
}

/// The store. Its last handle closes the connections.
#[derive(Debug)]
struct SqliteStore {
    key: StoreKey,
    home: Option<PathBuf>,
    clock: WallClock,
    /// Before the writer, so that the writer closes last and leaves one tidy file.
    reader: Option<Reader>,
    /// For what every call looks at: one row by its key takes less than waking another thread.
    glance: Option<Mutex<Connection>>,
    writer: Writer,
    changes: watch::Sender<u64>,
    watchers: Arc<AtomicUsize>,
}

impl SqliteStore {
    fn open(home: &Path, clock: WallClock) -> Result<Self> {
        let (files, key) = Files::prepare(home)?;
        Self::start(Place::File(files), key, clock)
    }

    fn memory(clock: WallClock) -> Result<Self> {
        Self::start(Place::Memory, StoreKey::new(*random_key()?), clock)
    }

    fn start(place: Place, key: StoreKey, clock: WallClock) -> Result<Self> {
        let conn = place.connect(&key)?;
        let reader = match &place {
            Place::File(files) => Some(Reader::start(connect_to_read(files)?)?),
            Place::Memory => None,
        };
        let glance = match &place {
            Place::File(files) => Some(Mutex::new(connect_to_read(files)?)),
            Place::Memory => None,
        };
        let home = match &place {
            Place::File(files) => files.database.parent().map(Path::to_owned),
            Place::Memory => None,
        };
        let (changes, _) = watch::channel(0);
        let watchers = Arc::new(AtomicUsize::new(0));
        let writer = Writer::start(
            place,
            conn,
            key.clone(),
            clock.clone(),
            changes.clone(),
            Arc::clone(&watchers),
        )?;
        Ok(Self { key, home, clock, reader, glance, writer, changes, watchers })
    }

    /// Runs a verb that changes something.
    async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run(false, work).await
    }

    /// Runs a verb that must not happen any more when its caller stopped waiting before it began: a cancelled call
    /// is not asked for, not permitted and uses no yes.
    async fn write_if_awaited<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run(true, work).await
    }

    /// Runs a verb whose answer nobody waits for, with the next commit or soon.
    async fn write_later<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        self.writer.run_later(work).await
    }

    /// Reads. A memory store has only the connection of its writer.
    async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        match &self.reader {
            Some(reader) => reader.run(work).await,
            None => self.writer.run(true, move |tx| work(tx.conn)).await,
        }
    }

    /// Makes rows that are due expire before anybody is shown them.
    async fn expire_due(&self) -> Result<()> {
        let clock = self.clock.clone();
        let due = self
            .read(move |conn| {
                let now = reckon(conn, &clock)?;
                expiry::is_any_due(conn, now)
            })
            .await?;
        if due { self.sweep_all().await.map(|_| ()) } else { Ok(()) }
    }

    /// Sees to what became urgent, where anything did.
    async fn escalate_due(&self) -> Result<u64> {
        let clock = self.clock.clone();
        let due = self.read(move |conn| escalate::is_any_due(conn, reckon(conn, &clock)?)).await?;
        if due { self.write(escalate::escalate).await } else { Ok(0) }
    }

    async fn sweep_all(&self) -> Result<u64> {
        let mut all = 0;
        loop {
            let ended = self.write(expiry::sweep).await?;
            all += ended;
            if expiry::swept_all(ended) {
                return Ok(all);
            }
        }
    }
}

fn reckon(conn: &Connection, clock: &WallClock) -> Result<Millis> {
    Ok(chain::reckon(conn, clock, &chain::head(conn)?)?.now)
}
