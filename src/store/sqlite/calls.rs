//! Intents and outcomes: what may be sent is on record before, and how it ended after.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::money::OverBudget;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::Tenant;
use crate::domain::violation::Violation;
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::expiry::drop_answers;
use crate::store::sqlite::paused::is_paused;
use crate::store::sqlite::{spending, steps};
use crate::store::{NotPermitted, Settlement, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};

/// The code on record of a call that does not fit into a budget.
pub(crate) const OVER_BUDGET: &str = "budget_exceeded";
/// Answers larger than this are not kept.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The intent of a call that needs no person.
pub(crate) fn permit(tx: &mut Tx<'_>, row: Draft) -> Result<Result<u64, NotPermitted>, StoreError> {
    let name = row.principal.as_ref().map_or("", |p| p.name.as_str());
    if is_paused(tx.conn, &row.tenant, name)? {
        let row = Draft { kind: EntryType::CallRefused, outcome: Some("paused".to_owned()), ..row };
        tx.append(&row)?;
        return Ok(Err(NotPermitted::Paused));
    }
    if let Some(over) = spending::over(tx, &row)? {
        tx.append(&over_budget(row, &over))?;
        return Ok(Err(NotPermitted::OverBudget(over)));
    }
    let row = Draft { kind: EntryType::CallPermitted, ..row };
    let seq = tx.append(&row)?;
    spending::reserve(tx, seq, &row)?;
    open_intent(tx, seq, row.session, None)?;
    Ok(Ok(seq))
}

/// The row of a call that does not fit into a budget, which objects to it.
pub(crate) fn over_budget(mut row: Draft, over: &OverBudget) -> Draft {
    row.violations.push(Violation::of_budget(&over.budget));
    Draft { kind: EntryType::CallRefused, outcome: Some(OVER_BUDGET.to_owned()), ..row }
}

/// From here until its outcome the call is in the air.
pub(crate) fn open_intent(
    tx: &Tx<'_>,
    seq: u64,
    session: Option<SessionId>,
    approval: Option<ApprovalId>,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("INSERT INTO intents (seq, session, approval) VALUES (?1, ?2, ?3)")?
        .execute(params![
            seq,
            session.as_ref().map(|id| id.0.as_bytes()),
            approval.as_ref().map(|id| id.0.as_bytes())
        ])?;
    Ok(())
}

/// How it ended.
pub(crate) fn settle(tx: &mut Tx<'_>, settlement: Settlement) -> Result<(), StoreError> {
    let Settlement { intent, approval, outcome, answer, row, .. } = settlement;
    let of: Option<(Option<[u8; 16]>, Option<u32>)> = tx
        .conn
        .prepare_cached("DELETE FROM intents WHERE seq = ?1 RETURNING run, step")?
        .query_row([intent], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((Some(run), Some(step))) = of {
        steps::settle(tx, run, step, outcome.kind, outcome.tokens.unwrap_or_default())?;
        tx.stir();
    }
    if outcome.never_left() {
        spending::release(tx, intent)?;
    }
    let row = Draft {
        kind: EntryType::CallOutcome,
        outcome: Some(outcome.kind.as_str().to_owned()),
        approval: row.approval.or(approval),
        ..row
    };
    tx.append(&row)?;
    let Some(id) = approval else { return Ok(()) };
    set_outcome(tx, &row.tenant, id, outcome.kind)?;
    if let Some(answer) = answer.filter(|answer| answer.len() <= LARGEST_ANSWER) {
        tx.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO answers (approval, at, answer)
                 SELECT id, ?2, ?3 FROM approvals WHERE id = ?1 AND tenant = ?4 AND state = 'consumed'",
            )?
            .execute(params![id.0.as_bytes(), tx.now().0, answer, row.tenant.as_str()])?;
    }
    drop_answers(tx)?;
    tx.stir();
    Ok(())
}

/// A known outcome stays; one that was unknown (its process was taken for dead) may still become known.
pub(crate) fn set_outcome(
    tx: &Tx<'_>,
    tenant: &Tenant,
    id: ApprovalId,
    kind: OutcomeKind,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE approvals SET outcome = ?2
             WHERE id = ?1 AND tenant = ?3 AND state = 'consumed' AND (outcome IS NULL OR outcome = 'unknown')",
        )?
        .execute(params![id.0.as_bytes(), kind.as_str(), tenant.as_str()])?;
    Ok(())
}

/// The outcome was handed to a live client.
pub(crate) fn hand_over(tx: &Tx<'_>, tenant: &Tenant, id: ApprovalId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE approvals SET delivered = 1
             WHERE id = ?1 AND tenant = ?2 AND state = 'consumed' AND delivered = 0",
        )?
        .execute(params![id.0.as_bytes(), tenant.as_str()])?;
    Ok(())
}

/// The answer that is kept for other waiters.
pub(crate) fn kept_answer(
    conn: &Connection,
    tenant: &Tenant,
    id: ApprovalId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let answer = conn
        .prepare_cached(
            "SELECT k.answer FROM answers k JOIN approvals a ON a.id = k.approval
             WHERE k.approval = ?1 AND a.tenant = ?2",
        )?
        .query_row(params![id.0.as_bytes(), tenant.as_str()], |row| row.get(0))
        .optional()?;
    Ok(answer)
}
