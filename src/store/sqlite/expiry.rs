//! Questions whose time is over. Whoever meets one ends it, so nobody acts on it in between.

use crate::domain::approval::{Approval, State};
use crate::domain::entry::EntryType;
use crate::domain::id::ApprovalId;
use crate::domain::principal::Tenant;
use crate::domain::time::{MINUTE, Millis};
use crate::store::StoreError;
use crate::store::sqlite::chain::{Tx, about};
use crate::store::sqlite::{board, escalate, memories, plans, rows};
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

/// How long an answer is kept for the waiters of its question, and an undelivered outcome for a repeated call.
pub(crate) const KEPT_FOR: i64 = 15 * MINUTE;

/// Rows ended in one verb; what is left waits for the next.
const AT_ONCE: usize = 500;

/// Ends this question if it is due.
pub(crate) fn expire(tx: &mut Tx<'_>, tenant: &Tenant, id: ApprovalId) -> Result<bool, StoreError> {
    let now = tx.now();
    let ended = tx
        .conn
        .prepare_cached(
            "UPDATE approvals SET state = 'expired', ended_at = ?3
             WHERE id = ?1 AND tenant = ?2
               AND ((state = 'pending' AND answer_by <= ?3) OR (state = 'approved' AND run_by <= ?3))",
        )?
        .execute(params![id.0.as_bytes(), tenant.as_str(), now.0])?;
    if ended == 0 {
        return Ok(false);
    }
    let approval = rows::get(tx.conn, tenant, id)?;
    let unused = approval.run_by.is_some();
    let mut row = about(&approval, EntryType::ApprovalExpired);
    row.session = Some(approval.session);
    row.outcome = Some(if unused { "unused" } else { "unanswered" }.to_owned());
    tx.append(&row)?;
    tx.stir();
    Ok(true)
}

/// Ends every due question of every tenant, sees to those that became urgent, forgets answers that were kept long enough,
/// and agents that were silent for too long.
pub(crate) fn sweep(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    drop_answers(tx)?;
    board::forget_silent(tx)?;
    escalate::escalate(tx)?;
    let mut ended = 0;
    // Not counted: what is left is ended by the next sweep, or when somebody would use it.
    memories::end::sweep(tx)?;
    for (tenant, id) in due(tx.conn, tx.now(), AT_ONCE)? {
        ended += u64::from(expire(tx, &tenant, id)?);
        // Not in `expire`: whoever asks anew ends the old question by it, of a plan that must still be known.
        plans::forget_asked(tx.conn, &rows::get(tx.conn, &tenant, id)?)?;
    }
    Ok(ended)
}

/// How many one [`sweep`] can end.
pub(crate) fn swept_all(ended: u64) -> bool {
    ended < AT_ONCE as u64
}

/// Forgets answers that were kept long enough.
pub(crate) fn drop_answers(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM answers WHERE at <= ?1")?
        .execute([tx.now().plus(-KEPT_FOR).0])?;
    Ok(())
}

/// Whether this question would end when met in a transaction.
pub(crate) fn is_due(approval: &Approval, now: Millis) -> bool {
    match approval.state {
        State::Pending => approval.answer_by <= now,
        State::Approved => approval.run_by.is_some_and(|run_by| run_by <= now),
        _ => false,
    }
}

/// Whether a sweep would find anything to do.
pub(crate) fn is_any_due(conn: &Connection, now: Millis) -> Result<bool, StoreError> {
    let kept = conn
        .prepare_cached("SELECT 1 FROM answers WHERE at <= ?1 LIMIT 1")?
        .query_row([now.plus(-KEPT_FOR).0], |_| Ok(()))
        .optional()?;
    Ok(kept.is_some()
        || memories::end::is_any_due(conn, now)?
        || !due(conn, now, 1)?.is_empty()
        || escalate::is_any_due(conn, now)?)
}

fn due(
    conn: &Connection,
    now: Millis,
    limit: usize,
) -> Result<Vec<(Tenant, ApprovalId)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT tenant, id FROM approvals
         WHERE state IN ('pending', 'approved') AND iif(state = 'pending', answer_by, run_by) <= ?1
         LIMIT ?2",
    )?;
    let found = statement
        .query_map(params![now.0, limit], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    found
        .into_iter()
        .map(|(tenant, id)| {
            let tenant = Tenant::new(&tenant).ok_or_else(|| rows::damaged("tenant"))?;
            Ok((tenant, ApprovalId(Uuid::from_bytes(id))))
        })
        .collect()
}
