//! The ledger of budgets: what a call costs is reserved in the transaction that lets it go.
//!
//! Two calls can never both take what is left for one, since a transaction that writes is alone in the file. What was
//! reserved stays spent whatever came of the call, unless it certainly never left: the money may be gone. Sums are kept
//! beside the rows, so that a permit costs the same however much was spent before.

use crate::domain::entry::Draft;
use crate::domain::money::{OverBudget, Purse, Reservation, Usd};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::{DAY, Millis};
use crate::store::budgets::{Around, Budgets, MOST_RECENT, Seen, Spent};
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::{Result, SqliteStore, reckon};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};

/// No window is longer.
const LONGEST: i64 = 365 * DAY;
/// Rows that are looked through for the time at which a call fits again.
const LOOKED_THROUGH: u32 = 10_000;

#[async_trait]
impl Budgets for SqliteStore {
    async fn look_around(&self, around: Around) -> Result<Seen> {
        let clock = self.clock.clone();
        self.read(move |conn| {
            let now = reckon(conn, &clock)?;
            let Around { tenant, principal, recent_ms, purses } = around;
            let recent_calls = recent_ms
                .map(|back| recent(conn, &tenant, &principal, now.plus(-back)))
                .transpose()?;
            let left = purses
                .iter()
                .map(|purse| {
                    Ok(Usd(purse.limit.0.saturating_sub(total(conn, &tenant, purse, now)?)))
                })
                .collect::<Result<_>>()?;
            Ok(Seen { now, recent_calls, left })
        })
        .await
    }

    async fn spending(
        &self,
        tenant: &Tenant,
        budget: &str,
        window_ms: i64,
        limit: usize,
    ) -> Result<Vec<Spent>> {
        let (clock, tenant, budget) = (self.clock.clone(), tenant.clone(), budget.to_owned());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(move |conn| {
            let after = reckon(conn, &clock)?.plus(-window_ms);
            let sql = "SELECT key, sum(micros) FROM spending WHERE tenant = ?1 AND budget = ?2 AND at > ?3
                       GROUP BY key ORDER BY 2 DESC, 1 LIMIT ?4";
            let mut statement = conn.prepare_cached(sql)?;
            let found = statement.query_map(params![tenant.as_str(), budget, after.0, limit], |row| {
                Ok(Spent { key: row.get(0)?, spent: Usd(row.get(1)?) })
            })?;
            Ok(found.collect::<std::result::Result<_, _>>()?)
        })
        .await
    }
}

fn recent(conn: &Connection, tenant: &Tenant, of: &Principal, after: Millis) -> Result<u64> {
    // Word for word what the index says.
    let sql = "SELECT count(*) FROM (SELECT 1 FROM journal
                   WHERE type = 'call.permitted' AND tool <> '' AND tenant = ?1 AND principal = ?2 AND ts > ?3
                   LIMIT ?4)";
    Ok(conn
        .prepare_cached(sql)?
        .query_row(params![tenant.as_str(), of.to_string(), after.0, MOST_RECENT], |row| {
            row.get(0)
        })?)
}

/// What was spent out of a purse within its window.
fn total(conn: &Connection, tenant: &Tenant, purse: &Purse, now: Millis) -> Result<i64> {
    let after = now.plus(-purse.window_ms).0;
    let kept: Option<(i64, i64, i64)> = conn
        .prepare_cached(
            "SELECT span, since, micros FROM spent WHERE tenant = ?1 AND budget = ?2 AND key = ?3",
        )?
        .query_row(params![tenant.as_str(), purse.budget, purse.key], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let between = |from: i64, to: i64| -> Result<i64> {
        Ok(conn
            .prepare_cached(
                "SELECT coalesce(sum(micros), 0) FROM spending
                 WHERE tenant = ?1 AND budget = ?2 AND key = ?3 AND at > ?4 AND at <= ?5",
            )?
            .query_row(params![tenant.as_str(), purse.budget, purse.key, from, to], |row| {
                row.get(0)
            })?)
    };
    match kept {
        // Only what fell out of the window meanwhile is added up.
        Some((span, since, micros)) if span == purse.window_ms && since <= after => {
            Ok(micros - between(since, after)?)
        }
        _ => between(after, i64::MAX),
    }
}

/// The first budget that has not enough left for what the row spends. Ask in the transaction that lets the call go.
pub(crate) fn over(tx: &Tx<'_>, row: &Draft) -> Result<Option<Box<OverBudget>>> {
    for Reservation { purse, cost } in row.spends.iter().filter(|spends| spends.cost > Usd(0)) {
        let left = purse.limit.0.saturating_sub(total(tx.conn, &row.tenant, purse, tx.now())?);
        if cost.0 > left {
            return Ok(Some(Box::new(OverBudget {
                budget: purse.budget.clone(),
                limit: purse.limit,
                window_ms: purse.window_ms,
                left: Usd(left),
                cost: *cost,
                fits_at: fits_at(tx, &row.tenant, purse, cost.0 - left)?,
            })));
        }
    }
    Ok(None)
}

/// When so much will have fallen out of the window.
fn fits_at(tx: &Tx<'_>, tenant: &Tenant, purse: &Purse, missing: i64) -> Result<Option<Millis>> {
    let after = tx.now().plus(-purse.window_ms).0;
    let mut statement = tx.conn.prepare_cached(
        "SELECT at, micros FROM spending WHERE tenant = ?1 AND budget = ?2 AND key = ?3 AND at > ?4
         ORDER BY at LIMIT ?5",
    )?;
    let mut rows = statement.query(params![
        tenant.as_str(),
        purse.budget,
        purse.key,
        after,
        LOOKED_THROUGH
    ])?;
    let mut freed = 0_i64;
    while let Some(row) = rows.next()? {
        freed = freed.saturating_add(row.get(1)?);
        if freed >= missing {
            return Ok(Some(Millis(row.get(0)?).plus(purse.window_ms)));
        }
    }
    Ok(None)
}

/// Takes what a permitted row spends out of its purses. [`over`] said in the same transaction that it fits.
pub(crate) fn reserve(tx: &Tx<'_>, seq: u64, row: &Draft) -> Result<()> {
    let now = tx.now();
    for Reservation { purse, cost } in row.spends.iter().filter(|spends| spends.cost > Usd(0)) {
        let spent = total(tx.conn, &row.tenant, purse, now)?.saturating_add(cost.0);
        tx.conn
            .prepare_cached(
                "INSERT INTO spending (seq, tenant, budget, key, at, micros) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![seq, row.tenant.as_str(), purse.budget, purse.key, now.0, cost.0])?;
        tx.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO spent (tenant, budget, key, span, since, micros)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                row.tenant.as_str(),
                purse.budget,
                purse.key,
                purse.window_ms,
                now.plus(-purse.window_ms).0,
                spent
            ])?;
    }
    Ok(())
}

/// Gives back what was reserved for a call that was never sent.
pub(crate) fn release(tx: &Tx<'_>, seq: u64) -> Result<()> {
    let mut statement = tx.conn.prepare_cached(
        "DELETE FROM spending WHERE seq = ?1 RETURNING tenant, budget, key, at, micros",
    )?;
    let given = statement
        .query_map([seq], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?
        .collect::<std::result::Result<Vec<(String, String, String, i64, i64)>, _>>()?;
    for (tenant, budget, key, at, micros) in given {
        tx.conn
            .prepare_cached(
                "UPDATE spent SET micros = micros - ?5
                 WHERE tenant = ?1 AND budget = ?2 AND key = ?3 AND since < ?4",
            )?
            .execute(params![tenant, budget, key, at, micros])?;
    }
    Ok(())
}

/// Forgets what lies before every window. Whether there may be more.
pub(crate) fn forget(conn: &Connection, now: Millis, chunk: u64) -> Result<bool> {
    let before = now.plus(-LONGEST).0;
    // Places in the journal are in the order of time, so the oldest rows come first.
    let gone = conn
        .prepare_cached(
            "DELETE FROM spending WHERE rowid IN (
                 SELECT id FROM (SELECT rowid AS id, at FROM spending ORDER BY seq LIMIT ?2) WHERE at <= ?1)",
        )?
        .execute(params![before, chunk])?;
    if gone > 0 {
        // A sum that reaches back to what is gone could never get rid of it.
        conn.prepare_cached("DELETE FROM spent WHERE since < ?1")?.execute([before])?;
    }
    Ok(gone > 0)
}
