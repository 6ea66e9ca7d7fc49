//! Connections and their settings: the ones under which a commit means "on the disk".

use crate::domain::digest::StoreKey;
use crate::store::StoreError;
use crate::store::sqlite::files::Files;
use crate::store::sqlite::{meta, schema};
use rusqlite::{Connection, OpenFlags};
use std::time::{Duration, Instant};

/// Before this version two connections writing and checkpointing at once could corrupt the file.
const OLDEST_SQLITE: i32 = 3_051_003;
/// How long to wait for another process's transaction.
const PATIENCE: Duration = Duration::from_secs(10);

/// How to get a connection that may write, again if need be.
#[derive(Debug)]
pub(crate) enum Place {
    /// A file.
    File(Files),
    /// Memory: there is no second connection to the same.
    Memory,
}

impl Place {
    /// A connection that may write, its schema up to date.
    pub(crate) fn connect(&self, key: &StoreKey) -> Result<Connection, StoreError> {
        self.try_connect(key).map_err(|error| match (error, self) {
            // What SQLite says names no file.
            (StoreError::Unusable(why), Self::File(files)) if !why.contains(&files.shown()) => {
                StoreError::Unusable(format!("`{}`: {why}", files.shown()))
            }
            (error, _) => error,
        })
    }

    fn try_connect(&self, key: &StoreKey) -> Result<Connection, StoreError> {
        let found = rusqlite::version_number();
        if found < OLDEST_SQLITE {
            return Err(StoreError::Unusable(format!(
                "SQLite {found} is older than {OLDEST_SQLITE}"
            )));
        }
        let (mut conn, name) = match self {
            Self::Memory => (Connection::open_in_memory()?, "memory".to_owned()),
            Self::File(files) => {
                let conn = Connection::open_with_flags(
                    &files.database,
                    flags(OpenFlags::SQLITE_OPEN_READ_WRITE),
                )?;
                (conn, files.shown())
            }
        };
        settle(&mut conn)?;
        if matches!(self, Self::File(_)) {
            // The mode is written into the file, so first see that the file is ours.
            schema::known(&mut conn, &name)?;
            write_ahead(&conn)?;
        }
        conn.execute_batch(
            // What is erased is overwritten: a plan that is forgotten leaves no bytes on free pages.
            "PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1; PRAGMA secure_delete = ON;
             PRAGMA journal_size_limit = 67108864;",
        )?;
        schema::migrate(&mut conn, &name)?;
        check_key(&conn, key, &name)?;
        Ok(conn)
    }
}

/// A connection that cannot write.
pub(crate) fn connect_to_read(files: &Files) -> Result<Connection, StoreError> {
    let mut conn =
        Connection::open_with_flags(&files.database, flags(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    settle(&mut conn)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn flags(access: OpenFlags) -> OpenFlags {
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW
}

fn settle(conn: &mut Connection) -> Result<(), StoreError> {
    let mut since = Instant::now();
    conn.busy_handler(Some(move |count| {
        if count == 0 {
            since = Instant::now();
        }
        wait_a_little(since)
    }))?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4000;",
    )?;
    Ok(())
}

/// SQLite's own back-off sleeps up to 100 ms while the holder takes the lock again at once, and starves. A
/// short sleep of a length of its own does not.
fn wait_a_little(since: Instant) -> bool {
    let waited = since.elapsed();
    if waited > PATIENCE {
        return false;
    }
    let jitter = u64::from(waited.subsec_nanos() ^ std::process::id().rotate_left(7)) % 400;
    std::thread::sleep(Duration::from_micros(300 + jitter));
    true
}

/// Changing the mode needs the file alone for a moment, and SQLite does not always call the busy handler
/// for it.
fn write_ahead(conn: &Connection) -> Result<(), StoreError> {
    let since = Instant::now();
    loop {
        let mode = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(StoreError::Unusable(format!(
                    "journal mode `{mode}` instead of `wal`"
                )));
            }
            Err(e) => {
                let busy = e.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy);
                if !busy || !wait_a_little(since) {
                    return Err(e.into());
                }
            }
        }
    }
}

/// A key of another store would find nothing again and call every yes a yes for something else.
fn check_key(conn: &Connection, key: &StoreKey, name: &str) -> Result<(), StoreError> {
    let expected = key.mac("store", &[]).0;
    let mut found: Option<[u8; 32]> = meta::get(conn, meta::KEY_CHECK)?;
    if found.is_none() {
        conn.execute(
            "INSERT OR IGNORE INTO meta (name, value) VALUES (?1, ?2)",
            rusqlite::params![meta::KEY_CHECK, expected],
        )?;
        found = meta::get(conn, meta::KEY_CHECK)?;
    }
    if found == Some(expected) {
        return Ok(());
    }
    Err(StoreError::Unusable(format!("`store.key` is not the key of `{name}`")))
}
