//! Nonces of signed requests: each is taken once, as long as its request could be taken at all.

use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::doors::{NotTaken, Signed};
use crate::store::sqlite::chain::Tx;
use rusqlite::{Connection, params};

/// How many are remembered for one user at most. Whoever signs more closes his own door alone.
pub(crate) const MOST: i64 = 5_000;
/// How many that have run out are forgotten at a time, so that no request waits for all of them.
const FORGOTTEN: i64 = 1_000;

/// Takes one. Here, under the lock, it is seen whether its time is over: a request may have waited since it was looked at,
/// and what is forgotten could be taken again.
pub(crate) fn take(tx: &mut Tx<'_>, signed: &Signed) -> Result<Result<(), NotTaken>, StoreError> {
    let now = tx.now();
    if signed.until.0 <= now.0 {
        return Ok(Err(NotTaken::Late));
    }
    forget(tx)?;
    if is_full(tx.conn, signed, now)? {
        return Ok(Err(NotTaken::Full));
    }
    let taken = tx
        .conn
        .prepare_cached(
            "INSERT OR IGNORE INTO nonces (tenant, principal, nonce, until) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![signed.tenant.as_str(), signed.name, signed.nonce, signed.until.0])?;
    Ok(if taken == 1 { Ok(()) } else { Err(NotTaken::Replayed) })
}

/// Whether as many of this user are remembered as may be. It is counted in an index, and no further than that.
pub(crate) fn is_full(conn: &Connection, signed: &Signed, now: Millis) -> Result<bool, StoreError> {
    let held: i64 = conn
        .prepare_cached(
            "SELECT count(*) FROM
                 (SELECT 1 FROM nonces WHERE tenant = ?1 AND principal = ?2 AND until > ?3 LIMIT ?4)",
        )?
        .query_row(params![signed.tenant.as_str(), signed.name, now.0, MOST], |row| row.get(0))?;
    Ok(held >= MOST)
}

fn forget(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "DELETE FROM nonces WHERE (tenant, principal, nonce) IN
                 (SELECT tenant, principal, nonce FROM nonces WHERE until <= ?1 ORDER BY until LIMIT ?2)",
        )?
        .execute(params![tx.now().0, FORGOTTEN])?;
    Ok(())
}
