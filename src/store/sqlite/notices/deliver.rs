//! The way of a delivery: claimed by a conditional update, sent by whoever claimed it, and what became of it.
//!
//! A claim is the time until which nobody else takes it. Whoever dies with one has perhaps sent it: it is sent again, since
//! a notification that comes twice is better than one that never comes.

use crate::domain::entry::{Draft, Entry, EntryType};
use crate::domain::notice::{ATTEMPTS, DeliveryStatus, Failure, NoticeKind, TargetType};
use crate::domain::principal::Tenant;
use crate::domain::time::{DAY, Millis};
use crate::store::StoreError;
use crate::store::notices::{Attempt, Claimed, Delivery, DeliveryFilter, Horizon};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::{query, rows};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How long the history of what was sent or given up is kept.
const KEPT_FOR: i64 = 30 * DAY;
/// Rows of it that are forgotten at once.
const FORGOTTEN: u32 = 200;

const COLUMNS: &str = "d.target, t.name, d.seq, d.kind, d.status, d.attempts, d.created_at, d.due_at, d.sent_at, d.error";

/// When there is something to send again.
pub(crate) fn horizon(
    conn: &Connection,
    tenant: &Tenant,
    now: Millis,
) -> Result<Horizon, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT (SELECT min(due_at) FROM deliveries WHERE status = 'pending' AND tenant = ?1),
                 EXISTS (SELECT 1 FROM notify_targets WHERE removed_at IS NULL AND tenant = ?1)",
        )?
        .query_row([tenant.as_str()], |row| Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?)))?;
    Ok(Horizon { now, next: found.0.map(Millis), targets: found.1 })
}

/// What is due, one a target, claimed for this long.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    limit: usize,
    lease: i64,
    busy: &[Uuid],
) -> Result<Vec<Claimed>, StoreError> {
    let now = tx.now();
    let mut claimed = Vec::new();
    for (due, kind, address) in due(tx.conn, tenant, now)? {
        if claimed.len() >= limit {
            break;
        }
        if busy.contains(&due.target) {
            continue;
        }
        if due.attempts >= ATTEMPTS {
            // Nobody lived to tell how the last attempt went.
            ended(tx, &due, &Attempt::GivenUp { error: Failure::Timeout })?;
            continue;
        }
        let until = now.plus(lease);
        let taken = tx
            .conn
            .prepare_cached(
                "UPDATE deliveries SET attempts = attempts + 1, claimed_until = ?5, due_at = ?5
                 WHERE target = ?1 AND seq = ?2 AND kind = ?3 AND status = 'pending' AND due_at <= ?4",
            )?
            .execute(params![due.target.as_bytes(), due.seq, due.kind.as_str(), now.0, until.0])?;
        if taken == 1 {
            let entry = entry(tx.conn, due.seq)?;
            let waiting = waiting(tx.conn, tenant, now)?;
            let delivery = Delivery { attempts: due.attempts + 1, due_at: until, ..due };
            let tenant = tenant.clone();
            claimed.push(Claimed { delivery, tenant, kind, address, entry, waiting });
        }
    }
    Ok(claimed)
}

type Due = (Delivery, TargetType, Zeroizing<String>);

/// The longest due of every target of this world.
fn due(conn: &Connection, tenant: &Tenant, now: Millis) -> Result<Vec<Due>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, t.type, t.address, min(d.due_at)
         FROM deliveries d JOIN notify_targets t ON t.id = d.target
         WHERE d.status = 'pending' AND d.due_at <= ?1 AND d.tenant = ?2 AND t.address IS NOT NULL
         GROUP BY d.target ORDER BY min(d.due_at), d.seq"
    ))?;
    let found = statement.query_map(params![now.0, tenant.as_str()], |row| {
        Ok((|| {
            Ok((
                read(row)?,
                rows::word(row, "type", TargetType::parse)?,
                Zeroizing::new(rows::column(row, "address")?),
            ))
        })())
    })?;
    found.map(|row| row?).collect()
}

fn entry(conn: &Connection, seq: u64) -> Result<Option<Entry>, StoreError> {
    conn.prepare_cached(&format!("SELECT {} FROM journal WHERE seq = ?1", query::COLUMNS))?
        .query_row([seq], |row| Ok(query::entry(row)))
        .optional()?
        .transpose()
}

fn waiting(conn: &Connection, tenant: &Tenant, now: Millis) -> Result<u64, StoreError> {
    // Said in the words of the partial index first, or it is not used.
    let count = conn
        .prepare_cached(
            "SELECT count(*) FROM approvals
             WHERE state IN ('pending', 'approved') AND state = 'pending' AND tenant = ?1 AND answer_by > ?2",
        )?
        .query_row(params![tenant.as_str(), now.0], |row| row.get(0))?;
    Ok(count)
}

/// Writes down how an attempt ended.
pub(crate) fn ended(
    tx: &mut Tx<'_>,
    claimed: &Delivery,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let now = tx.now();
    // A later claim than this one counts more, unless it was taken after all.
    let (set, also, at, error) = match attempt {
        Attempt::Sent => ("status = 'sent', sent_at = ?4, error = ?5", "?6 > 0", now, None),
        // Nobody was asked: perhaps the next process knows how, or somebody mends the configuration.
        Attempt::Again { error: error @ Failure::Config, after } => (
            "due_at = ?4, error = ?5, attempts = attempts - 1",
            "attempts = ?6",
            now.plus((*after).max(0)),
            Some(error),
        ),
        Attempt::Again { error, after } => {
            ("due_at = ?4, error = ?5", "attempts = ?6", now.plus((*after).max(0)), Some(error))
        }
        Attempt::GivenUp { error } => {
            ("status = 'failed', due_at = ?4, error = ?5", "attempts = ?6", now, Some(error))
        }
    };
    let error = error.map(ToString::to_string);
    let tenant = tx
        .conn
        .prepare_cached(&format!(
            "UPDATE deliveries SET {set}, claimed_until = NULL
             WHERE target = ?1 AND seq = ?2 AND kind = ?3 AND status = 'pending' AND {also} RETURNING tenant"
        ))?
        .query_row(
            params![
                claimed.target.as_bytes(),
                claimed.seq,
                claimed.kind.as_str(),
                at.0,
                error,
                claimed.attempts
            ],
            |row| row.get::<_, String>(0),
        )
        .optional()?;
    let Some(tenant) = tenant else { return Ok(()) };
    let tenant = Tenant::new(&tenant).ok_or_else(|| rows::damaged("tenant"))?;
    let kind = match attempt {
        Attempt::Again { .. } => return Ok(()),
        Attempt::Sent => EntryType::NotifySent,
        Attempt::GivenUp { .. } => EntryType::NotifyFailed,
    };
    if *attempt == Attempt::Sent && claimed.kind == NoticeKind::CriticalViolation {
        alerted(tx.conn, claimed.seq)?;
    }
    let row = Draft {
        outcome: error,
        body: body(&json!({
            "target": claimed.name,
            "event": claimed.kind,
            "of": claimed.seq,
            "attempts": claimed.attempts,
        })),
        ..Draft::new(kind, &tenant)
    };
    tx.append(&row)?;
    forget(tx.conn, &tenant, now)
}

/// Somebody was told of what policy objected to. What was blocked stays so: that says more.
fn alerted(conn: &Connection, seq: u64) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE policy_violations
         SET notified = 1, action_taken = iif(action_taken = 'logged', 'alerted', action_taken)
         WHERE seq = ?1 AND severity = 'critical'",
    )?
    .execute([seq])?;
    Ok(())
}

fn forget(conn: &Connection, tenant: &Tenant, now: Millis) -> Result<(), StoreError> {
    conn.prepare_cached(
        "DELETE FROM deliveries WHERE rowid IN (SELECT rowid FROM deliveries
             WHERE tenant = ?1 AND created_at < ?2 AND status <> 'pending' LIMIT ?3)",
    )?
    .execute(params![tenant.as_str(), now.plus(-KEPT_FOR).0, FORGOTTEN])?;
    Ok(())
}

/// Deliveries, newest first.
pub(crate) fn list(
    conn: &Connection,
    filter: &DeliveryFilter,
) -> Result<Vec<Delivery>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM deliveries d JOIN notify_targets t ON t.id = d.target
         WHERE d.tenant = ?1 AND (?2 IS NULL OR d.target = ?2) AND (?3 IS NULL OR d.status = ?3)
           AND (?4 IS NULL OR d.seq = ?4)
         ORDER BY d.created_at DESC, d.seq DESC, t.name, d.kind LIMIT ?5"
    ))?;
    let found = statement.query_map(
        params![
            filter.tenant.as_str(),
            filter.target.map(|id| *id.as_bytes()),
            filter.status.map(DeliveryStatus::as_str),
            filter.seq,
            i64::try_from(filter.limit).unwrap_or(i64::MAX)
        ],
        |row| Ok(read(row)),
    )?;
    found.map(|row| row?).collect()
}

fn read(row: &Row<'_>) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        target: rows::id(row, "target")?,
        name: rows::column(row, "name")?,
        seq: rows::column(row, "seq")?,
        kind: rows::word(row, "kind", NoticeKind::parse)?,
        status: rows::word(row, "status", DeliveryStatus::parse)?,
        attempts: rows::column(row, "attempts")?,
        created_at: rows::time(row, "created_at")?,
        due_at: rows::time(row, "due_at")?,
        sent_at: rows::maybe_time(row, "sent_at")?,
        error: rows::column(row, "error")?,
    })
}
