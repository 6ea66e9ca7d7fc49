//! Single values of the store, by name: too few and too different for tables of their own.

use crate::store::StoreError;
use crate::store::policies::Generations;
use rusqlite::types::{FromSql, ToSql};
use rusqlite::{Connection, OptionalExtension as _, params};

/// HMAC of the store's key over nothing: tells another store's key apart.
pub(crate) const KEY_CHECK: &str = "key_check";
/// Milliseconds between an accepted wall clock and the journal; see `clock.rs`.
pub(crate) const CLOCK_DISTANCE: &str = "clock_distance";
/// Counts transactions that somebody may be waiting for.
pub(crate) const STIRS: &str = "stirs";
/// Counts writings of pins.
pub(crate) const PINS: &str = "pins_written";
/// Counts changes of stored policy, of accepted configurations and of where consoles listen.
pub(crate) const POLICY: &str = "policy_changed";
/// Bodies up to this row are erased.
pub(crate) const BODIES_TO: &str = "bodies_erased_to";
/// Rows of reads up to this row are reduced.
pub(crate) const READS_TO: &str = "reads_erased_to";
/// Bytes erased out of pages that hold other rows.
pub(crate) const HOLES: &str = "erased_inside_pages";
/// Erased since the last `journal.pruned` row.
pub(crate) const ERASED: [&str; 3] = ["erased_bodies", "erased_rows", "erased_arguments"];

/// One value.
pub(crate) fn get<T: FromSql>(conn: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// How often pins were written, and policy changed: one look, since every call takes it.
pub(crate) fn generations(conn: &Connection) -> Result<Generations, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT value FROM meta WHERE name = ?1), (SELECT value FROM meta WHERE name = ?2)",
    )?;
    let [pins, policy] = statement.query_row([PINS, POLICY], |row| {
        Ok([row.get::<_, Option<u64>>(0)?, row.get::<_, Option<u64>>(1)?])
    })?;
    Ok(Generations { pins: pins.unwrap_or_default(), policy: policy.unwrap_or_default() })
}

/// Sets one value.
pub(crate) fn set(conn: &Connection, name: &str, value: impl ToSql) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}

/// Counts one up.
pub(crate) fn count_up(conn: &Connection, name: &str) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO meta (name, value) VALUES (?1, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
    )?
    .execute([name])?;
    Ok(())
}

/// Forgets one value.
pub(crate) fn forget(conn: &Connection, name: &str) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([name])?;
    Ok(())
}
