//! What clients were given to come back with (`requestState`), each counted once.
//!
//! The row is written in the transaction that decides, so two processes, or one that was killed in between, can never
//! both take the same one. Only a digest is kept: who reads the store cannot come back with it.

use crate::domain::digest::Digest;
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::chain::Tx;
use rusqlite::params;

/// Spends one; `false` when it was spent before. After `until` nobody could take it anyway, and it is forgotten.
pub(crate) fn spend(tx: &Tx<'_>, state: Digest, until: Millis) -> Result<bool, StoreError> {
    tx.conn.prepare_cached("DELETE FROM states WHERE until <= ?1")?.execute([tx.now().0])?;
    let spent = tx
        .conn
        .prepare_cached("INSERT OR IGNORE INTO states (state, until) VALUES (?1, ?2)")?
        .execute(params![state.0, until.0])?;
    Ok(spent == 1)
}
