//! Where consoles of this home listen. No call may name these addresses, so a change of them counts as one of policy: whoever
//! judges looks again before the next call.

use crate::store::StoreError;
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::doors::logins;
use crate::store::sqlite::meta;
use rusqlite::{Connection, params};

/// Keeps an address. Whoever listened there before does not any more.
pub(crate) fn keep(tx: &mut Tx<'_>, address: &str, lease: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO listeners (address, lease, at) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![address, lease, tx.now().0])?;
    meta::count_up(tx.conn, meta::POLICY)
}

/// All of them.
pub(crate) fn list(conn: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT address, lease FROM listeners ORDER BY address")?;
    let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?)
}

/// Forgets one, where it is still this one's; the logins of this lease end, for nobody answers them any more.
pub(crate) fn forget(tx: &mut Tx<'_>, address: &str, lease: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM listeners WHERE address = ?1 AND lease = ?2")?
        .execute([address, lease])?;
    logins::close_of(tx, lease)?;
    meta::count_up(tx.conn, meta::POLICY)
}
