//! Nonces of signed requests: each is taken once, as long as its request could be taken at all.

use crate::store::StoreError;
use crate::store::doors::{NotTaken, Signed};
use crate::store::sqlite::chain::Tx;
use rusqlite::{OptionalExtension as _, params};

/// How many are remembered for one user at most. Whoever signs more closes his own door alone.
pub(crate) const MOST: i64 = 100_000;
/// How many that have run out are forgotten at a time, so that no request waits for all of them.
const FORGOTTEN: i64 = 1_000;

/// Takes one.
pub(crate) fn take(tx: &mut Tx<'_>, signed: &Signed) -> Result<Result<(), NotTaken>, StoreError> {
    forget(tx)?;
    if is_full(tx, &signed.name, MOST)? {
        return Ok(Err(NotTaken::Full));
    }
    let taken = tx
        .conn
        .prepare_cached(
            "INSERT OR IGNORE INTO nonces (principal, nonce, until) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![signed.name, signed.nonce, signed.until.0])?;
    Ok(if taken == 1 { Ok(()) } else { Err(NotTaken::Replayed) })
}

/// Names are given once in all worlds together, so the name alone says who.
fn is_full(tx: &Tx<'_>, name: &str, most: i64) -> Result<bool, StoreError> {
    let last = tx
        .conn
        .prepare_cached("SELECT 1 FROM nonces WHERE principal = ?1 LIMIT 1 OFFSET ?2")?
        .query_row(params![name, most - 1], |_| Ok(()))
        .optional()?;
    Ok(last.is_some())
}

fn forget(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "DELETE FROM nonces WHERE (principal, nonce) IN
                 (SELECT principal, nonce FROM nonces WHERE until <= ?1 ORDER BY until LIMIT ?2)",
        )?
        .execute(params![tx.now().0, FORGOTTEN])?;
    Ok(())
}
