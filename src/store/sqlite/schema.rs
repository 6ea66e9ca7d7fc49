//! Versions of the file: forward migrations, each in one transaction; a newer file is refused by name.

use crate::store::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// `csgn`, so that `file` and others can tell our databases apart.
const APPLICATION_ID: i64 = 0x6373_676e;

/// What brings a file from version n to n + 1.
const MIGRATIONS: [&str; 5] = [
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
];

/// The version this program writes.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Refuses newer files and databases of other programs, and writes nothing.
pub(crate) fn known(conn: &mut Connection, path: &str) -> Result<(), StoreError> {
    let reading = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
    version(&reading, path)?;
    reading.commit()?;
    Ok(())
}

/// Brings a file to [`VERSION`]. Several processes may do so at once: one does, the others look again.
pub(crate) fn migrate(conn: &mut Connection, path: &str) -> Result<(), StoreError> {
    // One read transaction: another process may be migrating at this very moment.
    let reading = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
    let current = version(&reading, path)? == VERSION;
    reading.commit()?;
    if current {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx, path)?;
    for (at, migration) in (0_i64..).zip(MIGRATIONS) {
        if at >= found {
            tx.execute_batch(migration)?;
        }
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()?;
    Ok(())
}

/// The version of a file: 0 for an empty one. Refuses newer ones and databases of other programs.
fn version(conn: &Connection, path: &str) -> Result<i64, StoreError> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let found = pragma("user_version")?;
    let application = pragma("application_id")?;
    if found > VERSION && application == APPLICATION_ID {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let ours =
        if tables == 0 { application == 0 } else { application == APPLICATION_ID && found >= 1 };
    if !ours {
        return Err(StoreError::Unusable(format!("`{path}` is the database of another program")));
    }
    Ok(found)
}
