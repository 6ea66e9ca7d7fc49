//! The use of a yes: at most once, by exactly the call that it was given for, recorded before anything is sent.
//!
//! A row of `approvals` alone is nobody's yes: the journal must tell that it was said, and that nothing ended it since.
//! Whoever writes a yes into the database so has to append to the chain, too, where a head signs what he wrote.

use crate::domain::approval::{Approval, State, TokenState};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Tenant};
use crate::store::sqlite::calls::{OVER_BUDGET, open_intent, over_budget};
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::decide::refused;
use crate::store::sqlite::expiry::expire;
use crate::store::sqlite::paused::{is_paused, stopped_sql};
use crate::store::sqlite::{rows, spending};
use crate::store::{ConsumeRequest, NotConsumed, NotRedeemed, StoreError};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

/// Uses the yes to a call and opens its intent.
pub(crate) fn consume(
    tx: &mut Tx<'_>,
    request: ConsumeRequest,
) -> Result<Result<u64, NotConsumed>, StoreError> {
    let head = tx.head();
    execute(tx, "SAVEPOINT yes")?;
    let taken = take_yes(tx, &request)?;
    let over = if taken.is_ok() { spending::over(tx, &request.row)? } else { None };
    if over.is_some() {
        // The yes is put back as it was, for when there is more to spend.
        execute(tx, "ROLLBACK TO yes")?;
        tx.restore(head);
    }
    execute(tx, "RELEASE yes")?;
    if let Err(no) = taken {
        return Ok(Err(no));
    }
    if let Some(over) = over {
        let row = Draft { approval: Some(request.id), ..request.row };
        tx.append(&over_budget(row, &over))?;
        return Ok(Err(NotConsumed::OverBudget(over)));
    }
    let session = request.call.parts().session;
    let permitted =
        Draft { kind: EntryType::CallPermitted, approval: Some(request.id), ..request.row };
    let seq = tx.append(&permitted)?;
    spending::reserve(tx, seq, &permitted)?;
    open_intent(tx, seq, Some(session), Some(request.id))?;
    Ok(Ok(seq))
}

fn execute(tx: &Tx<'_>, sql: &str) -> Result<usize, StoreError> {
    Ok(tx.conn.prepare_cached(sql)?.execute([])?)
}

/// Uses a yes, of a call or of a run. The update decides; the reasons are only told apart afterwards.
pub(crate) fn take_yes(
    tx: &mut Tx<'_>,
    request: &ConsumeRequest,
) -> Result<Result<(), NotConsumed>, StoreError> {
    let now = tx.now_to_decide()?;
    let parts = request.call.parts();
    expire(tx, &parts.tenant, request.id)?;
    let stopped = stopped_sql("?8");
    let used = tx
        .conn
        .prepare_cached(&format!(
            "UPDATE approvals SET state = 'consumed', consumed_at = ?5, ended_at = ?5, consumed_by = ?6
             WHERE id = ?1 AND tenant = ?2 AND principal = ?3 AND call_digest = ?4
               AND state = 'approved' AND run_by > ?5 AND token <> 'minted' AND tier >= ?7
               AND NOT {stopped}
               AND 'approval.approved' = (
                   SELECT type FROM journal
                   WHERE approval = ?1 AND tenant = ?2 AND meta ->> '$.outcome' IS NOT 'vote'
                     AND type IN ('approval.approved', 'approval.consumed', 'approval.denied',
                         'approval.expired', 'approval.cancelled')
                   ORDER BY seq DESC LIMIT 1)"
        ))?
        .execute(params![
            request.id.0.as_bytes(),
            parts.tenant.as_str(),
            parts.principal.to_string(),
            request.call.digest().0,
            now.0,
            parts.session.0.as_bytes(),
            request.tier.get(),
            parts.principal.name,
        ])?;
    let found = rows::find(tx.conn, &parts.tenant, request.id)?;
    let Some(approval) = found.filter(|a| a.principal == parts.principal) else {
        return Ok(Err(NotConsumed::NotThere));
    };
    if used != 1 {
        let no = why_not(tx, &approval, request)?;
        let mut row = about(&approval, EntryType::ApprovalRefused);
        row.session = Some(parts.session);
        let code = match &no {
            // The row is there; what is not there is a yes to it.
            NotConsumed::NotThere => "no_yes_on_record".to_owned(),
            no => code(no),
        };
        refused(tx, row, &parts.principal, code)?;
        return Ok(Err(no));
    }
    let mut row = about(&approval, EntryType::ApprovalConsumed);
    row.session = Some(parts.session);
    row.principal = Some(parts.principal.clone());
    tx.append(&row)?;
    tx.stir();
    Ok(Ok(()))
}

fn why_not(
    tx: &Tx<'_>,
    approval: &Approval,
    request: &ConsumeRequest,
) -> Result<NotConsumed, StoreError> {
    let parts = request.call.parts();
    Ok(if approval.state != State::Approved {
        NotConsumed::State(approval.state)
    } else if approval.token == TokenState::Minted {
        NotConsumed::NeedsToken
    } else if !approval.call_digest.same(&request.call.digest()) {
        NotConsumed::CallDiffers
    } else if request.tier > approval.ruling.tier {
        NotConsumed::TierRose
    } else if is_paused(tx.conn, &parts.tenant, &parts.principal.name)? {
        NotConsumed::Paused
    } else {
        // Everything that the row says would do, so it is the journal that knows of no yes.
        NotConsumed::NotThere
    })
}

/// Its code on record.
pub(crate) fn code(no: &NotConsumed) -> String {
    match no {
        NotConsumed::NotThere => "not_there".to_owned(),
        NotConsumed::State(State::Pending) => "still_pending".to_owned(),
        NotConsumed::State(state) => format!("already_{}", state.as_str()),
        NotConsumed::NeedsToken => "needs_token".to_owned(),
        NotConsumed::CallDiffers => "call_differs".to_owned(),
        NotConsumed::TierRose => "tier_rose".to_owned(),
        NotConsumed::Paused => "paused".to_owned(),
        NotConsumed::OverBudget(_) => OVER_BUDGET.to_owned(),
    }
}

/// Presents an answer token. Works once, for the asking principal only.
pub(crate) fn redeem(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    id: ApprovalId,
    token: Digest,
    by: &Principal,
) -> Result<Result<Approval, NotRedeemed>, StoreError> {
    let now = tx.now_to_decide()?;
    expire(tx, tenant, id)?;
    let own = rows::find(tx.conn, tenant, id)?.filter(|a| a.principal == *by);
    let Some(approval) = own else {
        // Whoever guesses at a question of another's is named, but his row is not filed under that question: it would
        // litter its story, and be in the way of every look at it.
        let told = body(&json!({ "approval_id": id }));
        let row = Draft { body: told, ..Draft::new(EntryType::ApprovalRefused, tenant) };
        refused(tx, row, by, "token_invalid".to_owned())?;
        return Ok(Err(NotRedeemed::Invalid));
    };
    let minted: Option<[u8; 32]> = tx
        .conn
        .prepare_cached("SELECT token_digest FROM approvals WHERE id = ?1")?
        .query_row([id.0.as_bytes()], |row| row.get(0))
        .optional()?
        .flatten();
    let fits = minted.is_some_and(|minted| Digest(minted).same(&token));
    let no = match approval.state {
        _ if !fits => Some(NotRedeemed::Invalid),
        _ if approval.token == TokenState::Redeemed => Some(NotRedeemed::AlreadyRedeemed),
        State::Approved => None,
        // Others must still join the yes it was minted with.
        State::Pending => Some(NotRedeemed::Invalid),
        ended => Some(NotRedeemed::Ended(ended)),
    };
    if let Some(no) = no {
        let code = match &no {
            NotRedeemed::Invalid => "token_invalid".to_owned(),
            NotRedeemed::AlreadyRedeemed => "already_redeemed".to_owned(),
            NotRedeemed::Ended(state) => format!("already_{}", state.as_str()),
        };
        refused(tx, about(&approval, EntryType::ApprovalRefused), by, code)?;
        return Ok(Err(no));
    }
    let redeemed = tx
        .conn
        .prepare_cached(
            "UPDATE approvals SET token = 'redeemed'
             WHERE id = ?1 AND state = 'approved' AND run_by > ?2 AND token = 'minted' AND token_digest = ?3",
        )?
        .execute(params![id.0.as_bytes(), now.0, token.0])?;
    if redeemed != 1 {
        return Err(StoreError::Unusable(
            "a token could not be taken, and nothing says why".to_owned(),
        ));
    }
    let mut row = about(&approval, EntryType::TokenRedeemed);
    row.principal = Some(by.clone());
    tx.append(&row)?;
    tx.stir();
    Ok(Ok(rows::get(tx.conn, tenant, id)?))
}
