//! Erasing what is past its time without breaking the chain: bodies and metas go, their digests stay.
//!
//! Done in chunks, each a short transaction, so writers hardly notice. Each chunk also counts what it erased
//! in the store, so the `journal.pruned` row at the end is right even when a run before was cut short.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::Tenant;
use crate::domain::time::{DAY, Millis};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::{decisions, meta, plans, policies, spending};
use crate::store::{Pruned, Retention, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

/// Rows looked at in one transaction.
const CHUNK: u64 = 500;
/// Shorter bodies share a page with their row, and erased leave a hole there; longer ones give back whole pages.
const INSIDE_A_PAGE: u64 = 3_000;
/// A page of the database.
const PAGE: u64 = 4_096;

/// One chunk of each kind. Answers whether there may be more.
pub(crate) fn chunk(tx: &mut Tx<'_>, retention: Retention) -> Result<bool, StoreError> {
    let now = tx.now();
    let conn = tx.conn;
    // The triggers let the journal be touched only while this row is there; it is gone before the commit.
    execute(conn, "INSERT OR IGNORE INTO pruning (one) VALUES (1)")?;
    let bodies = erase_bodies(conn, now.plus(-retention.bodies))?;
    let reads = erase_reads(conn, now.plus(-retention.reads))?;
    let arguments = erase_arguments(conn, now.plus(-retention.bodies))?;
    let diffs = policies::forget_diffs(conn, CHUNK)?;
    let validations = plans::forget(conn, now, retention.bodies, CHUNK)?;
    let plans = erase_plans(conn, now.plus(-retention.bodies))?;
    let spending = spending::forget(conn, now, CHUNK)?;
    let early = early(conn, retention.size, now)?;
    execute(conn, "DELETE FROM pruning")?;
    Ok(bodies || reads || arguments || diffs || validations || plans || spending || early)
}

/// The row that says what all chunks since the last one erased.
pub(crate) fn record(tx: &mut Tx<'_>) -> Result<Pruned, StoreError> {
    let [bodies, rows, arguments] = meta::ERASED.map(|name| meta::get::<u64>(tx.conn, name));
    let pruned = Pruned {
        bodies: bodies?.unwrap_or_default(),
        rows: rows?.unwrap_or_default(),
        arguments: arguments?.unwrap_or_default(),
    };
    if pruned == Pruned::default() {
        return Ok(pruned);
    }
    for name in meta::ERASED {
        meta::forget(tx.conn, name)?;
    }
    let row = Draft {
        body: body(&json!({
            "bodies": pruned.bodies,
            "rows": pruned.rows,
            "arguments": pruned.arguments,
        })),
        ..Draft::new(EntryType::JournalPruned, &Tenant::default())
    };
    tx.append(&row)?;
    Ok(pruned)
}

fn execute(conn: &Connection, sql: &str) -> Result<usize, StoreError> {
    Ok(conn.prepare_cached(sql)?.execute([])?)
}

fn count(conn: &Connection, name: &str, erased: u64) -> Result<(), StoreError> {
    if erased == 0 {
        return Ok(());
    }
    let before: u64 = meta::get(conn, name)?.unwrap_or_default();
    meta::set(conn, name, before + erased)
}

/// The next rows after a mark, up to a time; `None` when there are none.
fn stretch(
    conn: &Connection,
    mark: &str,
    before: Millis,
) -> Result<Option<(u64, u64)>, StoreError> {
    let done: u64 = meta::get(conn, mark)?.unwrap_or_default();
    let last: Option<u64> = conn
        .prepare_cached(
            "SELECT max(seq) FROM (SELECT seq FROM journal WHERE seq > ?1 AND ts < ?2 ORDER BY seq LIMIT ?3)",
        )?
        .query_row(params![done, before.0, CHUNK], |row| row.get(0))?;
    Ok(last.map(|last| (done, last)))
}

fn erase_bodies(conn: &Connection, before: Millis) -> Result<bool, StoreError> {
    let Some((after, last)) = stretch(conn, meta::BODIES_TO, before)? else { return Ok(false) };
    erase(conn, after, last)?;
    Ok(true)
}

/// Erases the bodies of these rows, the oldest that are left.
fn erase(conn: &Connection, after: u64, last: u64) -> Result<(), StoreError> {
    let holes: u64 = conn
        .prepare_cached(
            "SELECT coalesce(sum(length(body)), 0) FROM journal
             WHERE seq > ?1 AND seq <= ?2 AND body IS NOT NULL AND length(body) < ?3",
        )?
        .query_row([after, last, INSIDE_A_PAGE], |row| row.get(0))?;
    let erased = conn
        .prepare_cached(
            "UPDATE journal SET body = NULL, salt = NULL WHERE seq > ?1 AND seq <= ?2 AND body IS NOT NULL",
        )?
        .execute([after, last])?;
    decisions::forget(conn, after, last)?;
    count(conn, meta::ERASED[0], erased as u64)?;
    count(conn, meta::HOLES, holes)?;
    meta::set(conn, meta::BODIES_TO, last)
}

fn erase_reads(conn: &Connection, before: Millis) -> Result<bool, StoreError> {
    let Some((after, last)) = stretch(conn, meta::READS_TO, before)? else { return Ok(false) };
    let erased = conn
        .prepare_cached(
            "UPDATE journal SET tenant = NULL, correlation_id = NULL, session = NULL, principal = NULL, tool = NULL,
                 verdict = NULL, tier = NULL, approval = NULL, meta = NULL, salt = NULL, body = NULL
             WHERE seq > ?1 AND seq <= ?2 AND tier = 0 AND type IN ('call.permitted', 'call.outcome')
               AND NOT EXISTS (SELECT 1 FROM intents i WHERE i.seq = journal.seq)",
        )?
        .execute([after, last])?;
    decisions::forget_rows(conn, after, last)?;
    count(conn, meta::ERASED[1], erased as u64)?;
    meta::set(conn, meta::READS_TO, last)?;
    Ok(true)
}

fn erase_arguments(conn: &Connection, before: Millis) -> Result<bool, StoreError> {
    let erased = conn
        .prepare_cached(
            "UPDATE approvals SET arguments = NULL WHERE id IN (
                 SELECT id FROM approvals WHERE arguments IS NOT NULL AND ended_at < ?1 LIMIT ?2)",
        )?
        .execute(params![before.0, CHUNK])?;
    count(conn, meta::ERASED[2], erased as u64)?;
    Ok(erased > 0)
}

/// The plans of runs that nobody began. A run that ended has none any more.
fn erase_plans(conn: &Connection, before: Millis) -> Result<bool, StoreError> {
    let runs = conn
        .prepare_cached(
            "UPDATE runs SET ir = NULL, manifest = NULL WHERE id IN (
                 SELECT id FROM runs WHERE manifest IS NOT NULL AND created_at < ?1 AND state <> 'running' LIMIT ?2)",
        )?
        .execute(params![before.0, CHUNK])?;
    count(conn, meta::ERASED[2], runs as u64)?;
    Ok(runs > 0)
}

/// Over the size: what is left of plans that nobody began goes first, then the oldest bodies, although their time is not
/// over. What plans fill costs no body: an agent makes as many as it likes, and nobody is asked before.
fn early(conn: &Connection, size: u64, now: Millis) -> Result<bool, StoreError> {
    let excess = used(conn)?.saturating_sub(size);
    if excess == 0 {
        return Ok(false);
    }
    let freed = erase_plans_early(conn, excess, now.plus(-DAY))?;
    if freed > 0 {
        return Ok(true);
    }
    let plans = plans_hold(conn)?;
    // The newest plans stay as long as all together are a small part.
    let freed = erase_plans_early(conn, plans.saturating_sub(size / PLANS_PART), now)?;
    if freed > 0 {
        return Ok(true);
    }
    erase_early(conn, excess.saturating_sub(plans), now)
}

/// Plans may hold this part of the size before those of the last day are forgotten, too.
const PLANS_PART: u64 = 4;

/// What plans hold that bodies cannot give back.
fn plans_hold(conn: &Connection) -> Result<u64, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT (SELECT coalesce(sum(length(ir)), 0) FROM validations)
                 + (SELECT coalesce(sum(coalesce(length(ir), 0) + length(manifest)), 0) FROM runs
                    WHERE manifest IS NOT NULL)
                 + (SELECT coalesce(sum(length(arguments)), 0) FROM approvals
                    WHERE subject IS NOT NULL AND arguments IS NOT NULL)",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Forgets the oldest validations, and plans of runs that nobody began, up to a time until so much is freed; a run that
/// a person may still answer about keeps its own. How much it was.
fn erase_plans_early(conn: &Connection, excess: u64, before: Millis) -> Result<u64, StoreError> {
    let mut freed = 0;
    let oldest = [
        (
            "SELECT rowid, length(ir) FROM validations WHERE at < ?1 ORDER BY at LIMIT ?2",
            "DELETE FROM validations WHERE rowid = ?1",
        ),
        (
            "SELECT r.rowid, coalesce(length(r.ir), 0) + length(r.manifest) FROM runs r
             WHERE r.manifest IS NOT NULL AND r.created_at < ?1 AND r.state = 'created'
               AND NOT EXISTS (SELECT 1 FROM approvals a
                   WHERE a.id = r.approval AND a.state IN ('pending', 'approved'))
             ORDER BY r.created_at LIMIT ?2",
            "UPDATE runs SET ir = NULL, manifest = NULL WHERE rowid = ?1",
        ),
    ];
    for (find, erase) in oldest {
        if freed >= excess {
            break;
        }
        let found = conn
            .prepare_cached(find)?
            .query_map(params![before.0, CHUNK], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<(i64, u64)>, _>>()?;
        for (row, length) in found {
            if freed >= excess {
                break;
            }
            conn.prepare_cached(erase)?.execute([row])?;
            count(conn, meta::ERASED[2], 1)?;
            freed = freed.saturating_add(room(length).max(1));
        }
    }
    Ok(freed)
}

/// The oldest bodies go until so much is freed, but none of the last day.
fn erase_early(conn: &Connection, excess: u64, now: Millis) -> Result<bool, StoreError> {
    if excess == 0 {
        return Ok(false);
    }
    let done: u64 = meta::get(conn, meta::BODIES_TO)?.unwrap_or_default();
    let mut statement = conn.prepare_cached(
        "SELECT seq, length(body) FROM journal WHERE seq > ?1 AND ts < ?2 AND body IS NOT NULL
         ORDER BY seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![done, now.plus(-DAY).0, CHUNK])?;
    let (mut freed, mut last) = (0_u64, None);
    while let Some(row) = rows.next()? {
        last = Some(row.get::<_, u64>(0)?);
        freed = freed.saturating_add(room(row.get(1)?));
        if freed >= excess {
            break;
        }
    }
    drop(rows);
    let Some(last) = last else { return Ok(false) };
    erase(conn, done, last)?;
    Ok(freed < excess)
}

/// What erasing a body of this length gives back, about.
fn room(length: u64) -> u64 {
    if length < INSIDE_A_PAGE { length } else { length / PAGE * PAGE }
}

/// Bytes that hold something: neither pages nor holes that came of erasing. The file itself never gets smaller.
fn used(conn: &Connection) -> Result<u64, StoreError> {
    let pragma = |sql: &str| -> Result<u64, StoreError> {
        let value =
            conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0)).optional()?;
        Ok(u64::try_from(value.unwrap_or_default()).unwrap_or_default())
    };
    let pages = pragma("PRAGMA page_count")?.saturating_sub(pragma("PRAGMA freelist_count")?);
    let holes: u64 = meta::get(conn, meta::HOLES)?.unwrap_or_default();
    Ok(pages.saturating_mul(pragma("PRAGMA page_size")?).saturating_sub(holes))
}
