//! The ends of kept answers, each on record: taken back, over, used up, or without the ground they stood on.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::SessionId;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::remembered::{Ended, Remembered};
use crate::domain::time::Millis;
use crate::store::sqlite::Result;
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::memories::row;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

/// Rows ended in one sweep; what is left waits for the next.
const AT_ONCE: usize = 500;

/// Ends one that counts still; `false` when it does not.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    kept: &Remembered,
    why: Ended,
    by: Option<&Principal>,
) -> Result<bool> {
    let now = tx.now();
    let ended = tx
        .conn
        .prepare_cached(
            "UPDATE remembered SET ended = ?3, ended_at = ?4 WHERE id = ?1 AND tenant = ?2 AND ended IS NULL",
        )?
        .execute(params![kept.id.0.as_bytes(), kept.tenant.as_str(), why.as_str(), now.0])?;
    if ended != 1 {
        return Ok(false);
    }
    tx.append(&Draft {
        principal: by.cloned(),
        outcome: Some(why.as_str().to_owned()),
        body: body(&json!({ "id": kept.id, "allows": kept.allows, "given_by": kept.given_by })),
        ..about(kept, EntryType::RememberedEnded)
    })?;
    tx.stir();
    Ok(true)
}

/// A row about it, which belongs to the question that it answered.
pub(crate) fn about(kept: &Remembered, kind: EntryType) -> Draft {
    Draft {
        upstream: Some(kept.upstream.clone()),
        tool: Some(kept.tool.clone()),
        tier: Some(kept.tier.get()),
        approval: Some(kept.approval),
        ..Draft::new(kind, &kept.tenant)
    }
}

/// Whether its time is over.
pub(crate) fn is_due(kept: &Remembered, now: Millis) -> bool {
    kept.ended.is_none() && kept.ends_at.is_some_and(|at| at <= now)
}

/// Ends those of a session that ends.
pub(crate) fn of_session(tx: &mut Tx<'_>, session: SessionId) -> Result<()> {
    let sql = "SELECT * FROM remembered WHERE session = ?1 AND ended IS NULL AND keep = 'session'";
    for kept in row::all(tx.conn, sql, &[&session.0.as_bytes()])? {
        end(tx, &kept, Ended::SessionOver, None)?;
    }
    Ok(())
}

/// Ends the yeses of a user who is revoked, or what whoever stole his token said would go on without him. A no stays.
pub(crate) fn of_giver(tx: &mut Tx<'_>, tenant: &Tenant, name: &str, by: &Principal) -> Result<()> {
    let sql = "SELECT r.* FROM remembered r
               WHERE r.tenant = ?1 AND r.ended IS NULL AND r.allows = 1
                 AND EXISTS (SELECT 1 FROM votes v WHERE v.approval = r.approval AND v.decider = ?2)";
    for kept in row::all(tx.conn, sql, &[&tenant.as_str(), &name])? {
        end(tx, &kept, Ended::GiverRevoked, Some(by))?;
    }
    Ok(())
}

/// Ends those whose time is over.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<()> {
    let sql = "SELECT * FROM remembered WHERE ended IS NULL AND ends_at IS NOT NULL AND ends_at <= ?1 LIMIT ?2";
    for kept in row::all(tx.conn, sql, &[&tx.now().0, &AT_ONCE])? {
        end(tx, &kept, Ended::Expired, None)?;
    }
    Ok(())
}

/// Whether a sweep would end any.
pub(crate) fn is_any_due(conn: &Connection, now: Millis) -> Result<bool> {
    let due = conn
        .prepare_cached(
            "SELECT 1 FROM remembered WHERE ended IS NULL AND ends_at IS NOT NULL AND ends_at <= ?1 LIMIT 1",
        )?
        .query_row([now.0], |_| Ok(()))
        .optional()?;
    Ok(due.is_some())
}

/// Ends the yeses that lean on a rule or a module of this name: it is another one now. A no needs no ground.
pub(crate) fn leaning_on(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    layer: &str,
    name: &str,
    by: &Principal,
) -> Result<()> {
    let sql = "SELECT r.* FROM leans l JOIN remembered r ON r.id = l.remembered
               WHERE l.layer = ?1 AND l.rule = ?2 AND r.tenant = ?3 AND r.ended IS NULL AND r.allows = 1";
    for kept in row::all(tx.conn, sql, &[&layer, &name, &tenant.as_str()])? {
        end(tx, &kept, Ended::PolicyChanged, Some(by))?;
    }
    Ok(())
}
