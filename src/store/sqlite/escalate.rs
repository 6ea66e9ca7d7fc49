//! Questions that become urgent: their managers may answer from here on, and people are told, once.
//!
//! Who may answer from when on stands in the question itself, so nobody waits for this to answer; it writes down that
//! the time has come. One conditional update and its row in one transaction, whoever comes first.

use crate::domain::approval::Approval;
use crate::domain::entry::EntryType;
use crate::domain::id::ApprovalId;
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::rows;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;
use uuid::Uuid;

/// Questions in one transaction; what is left waits for the next look.
const AT_ONCE: usize = 500;

/// What is due. The words are those of the partial index.
const DUE: &str =
    "escalate_at IS NOT NULL AND escalated = 0 AND state = 'pending' AND escalate_at <= ?1
         AND answer_by > ?1";

/// Whether any question became urgent that nobody has seen to.
pub(crate) fn is_any_due(conn: &Connection, now: Millis) -> Result<bool, StoreError> {
    let found = conn
        .prepare_cached(&format!("SELECT 1 FROM approvals WHERE {DUE} LIMIT 1"))?
        .query_row([now.0], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Sees to those that became urgent, of every tenant; answers how many.
pub(crate) fn escalate(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let now = tx.now();
    let due: Vec<([u8; 16], String)> = {
        let sql =
            format!("SELECT id, tenant FROM approvals WHERE {DUE} ORDER BY escalate_at LIMIT ?2");
        let mut statement = tx.conn.prepare_cached(&sql)?;
        let found =
            statement.query_map(params![now.0, AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect::<Result<_, _>>()?
    };
    let mut seen_to = 0;
    for (id, tenant) in due {
        let tenant = Tenant::new(&tenant).ok_or_else(|| rows::damaged("tenant"))?;
        seen_to += u64::from(one(tx, &tenant, ApprovalId(Uuid::from_bytes(id)), now)?);
    }
    if seen_to > 0 {
        tx.stir();
    }
    Ok(seen_to)
}

fn one(tx: &mut Tx<'_>, tenant: &Tenant, id: ApprovalId, now: Millis) -> Result<bool, StoreError> {
    let escalated = tx
        .conn
        .prepare_cached(&format!(
            "UPDATE approvals SET escalated = 1 WHERE id = ?2 AND tenant = ?3 AND {DUE}"
        ))?
        .execute(params![now.0, id.0.as_bytes(), tenant.as_str()])?;
    if escalated != 1 {
        return Ok(false);
    }
    let approval = rows::get(tx.conn, tenant, id)?;
    let mut row = about(&approval, EntryType::ApprovalEscalated);
    row.session = Some(approval.session);
    row.body = body(&json!({
        "required": approval.quorum.required,
        "votes": approval.votes.len(),
        "called": called(&approval, now),
        "answer_by": approval.answer_by.rfc3339(),
    }));
    tx.append(&row)?;
    Ok(true)
}

/// Who may answer from now on that could not before.
fn called(approval: &Approval, now: Millis) -> Vec<&str> {
    let others = approval.quorum.seats.iter().flat_map(|seat| &seat.others);
    let late = others.filter(|other| other.from.is_some_and(|from| from <= now));
    let mut names: Vec<&str> = late.map(|other| other.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
