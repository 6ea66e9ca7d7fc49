//! Answers to questions: yes, no, taken back. Each is one conditional update, and what was refused is on record.

use crate::domain::approval::{Answer, Approval, Decider, State, Subject};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Proof, Role, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::time::Millis;
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::expiry::expire;
use crate::store::sqlite::memories::give;
use crate::store::sqlite::votes::{self, Tally};
use crate::store::sqlite::{people, plans, rows, states, steps};
use crate::store::{Decision, NotDecided, StoreError};
use rusqlite::params;
use serde_json::json;

type Decided = Result<Approval, NotDecided>;

/// What an answer to one's own question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// None.
    Refused,
    /// As good as any other.
    Counts,
}

/// Says yes or no.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    key: &StoreKey,
    decision: Decision,
) -> Result<Decided, StoreError> {
    let now = tx.now_to_decide()?;
    let (tenant, id) = (&decision.tenant, decision.id);
    expire(tx, tenant, id)?;
    let Some(approval) = rows::find(tx.conn, tenant, id)? else {
        return Ok(Err(NotDecided::NotThere));
    };
    let own = match (approval.subject, &decision.answer) {
        // Who rejects the change that he proposed himself takes it back. His yes to it is said by applying it.
        (Subject::Policy(_), Answer::Deny { .. }) => Own::Counts,
        _ => Own::Refused,
    };
    if let Some(state) = decision.state
        && !states::spend(tx, state, approval.answer_by)?
    {
        return refuse(tx, &approval, &decision.by.principal, NotDecided::StateUsed);
    }
    let no = match objection(tx, &approval, &decision, &[State::Pending], own)? {
        None => give::objection(tx, &approval, &decision)?,
        no => no,
    };
    let no = match no {
        None if !votes::cast(tx.conn, &approval, &decision, now)? => {
            // One voice a person; it still waits for another's.
            Some(NotDecided::Already(State::Pending))
        }
        no => no,
    };
    let Decision { tenant, id, answer, by, wish, .. } = decision;
    if let Some(no) = no {
        return refuse(tx, &approval, &by.principal, no);
    }
    let allows = matches!(answer, Answer::Approve { .. });
    match answer {
        Answer::Deny { reason } => deny(tx, &approval, &by, reason, now)?,
        Answer::Approve { reason, token } => approve(tx, &approval, &by, reason, token, now)?,
    }
    let decided = rows::get(tx.conn, &tenant, id)?;
    // What is kept is what all of them wish.
    if decided.state != State::Pending && wish.is_some() {
        give::install(tx, key, &decided, allows, &by, now)?;
    }
    tx.stir();
    Ok(Ok(decided))
}

/// Why a decision about a question that is in one of these states does not count, in a fixed order.
pub(crate) fn objection(
    tx: &Tx<'_>,
    approval: &Approval,
    decision: &Decision,
    states: &[State],
    own: Own,
) -> Result<Option<NotDecided>, StoreError> {
    let Decision { tenant, by, shown, max_tier, token, .. } = decision;
    let is_his = by.principal.name == approval.principal.name;
    // What was agreed on already is no vote any more; and who takes back what he asked himself answers nobody.
    let votes = approval.state == State::Pending
        && !(is_his && own == Own::Counts && matches!(decision.answer, Answer::Deny { .. }));
    Ok(if !still_decides(tx, tenant, *token)? {
        Some(NotDecided::NoDecider)
    } else if !states.contains(&approval.state) {
        Some(NotDecided::Already(approval.state))
    } else if by.proof == Proof::Client && !client_may(approval, decision) {
        Some(NotDecided::ClientMayNot)
    } else if own == Own::Refused && is_his {
        Some(NotDecided::OwnQuestion)
    } else if votes && !is_known(tx, approval, decision)? {
        Some(NotDecided::NoUser)
    } else if votes && !approval.quorum.admits(&by.principal.name, tx.now()) {
        Some(NotDecided::NotNamed)
    } else if shown.is_some_and(|shown| !shown.same(&approval.call_digest)) {
        Some(NotDecided::ShownDiffers)
    } else if approval.ruling.tier > *max_tier {
        Some(NotDecided::TierTooHigh)
    } else {
        None
    })
}

/// Where several or named people answer, each is a user: whoever may type at a terminal, or opened a page from it, has a name
/// on this machine whoever he is, and with a user of another name he would be two. Suggestions keep to their own four eyes.
fn is_known(tx: &Tx<'_>, approval: &Approval, decision: &Decision) -> Result<bool, StoreError> {
    let Decision { tenant, by, .. } = decision;
    let is_user =
        decision.token.is_some() || matches!(by.proof, Proof::ApiToken | Proof::SignedRequest);
    if is_user || approval.quorum.is_plain() || matches!(approval.subject, Subject::Policy(_)) {
        return Ok(true);
    }
    let user = people::named(tx.conn, tenant, &by.principal.name)?;
    Ok(user.is_some_and(|user| user.role == Role::Admin))
}

/// Whether the client's own user may answer this at all: nothing proves that it is a person, so never what is grave, what
/// several or named people decide, what is more than one call, and nothing that outlives the answer.
fn client_may(approval: &Approval, decision: &Decision) -> bool {
    let token = matches!(decision.answer, Answer::Approve { token: Some(_), .. });
    approval.subject == Subject::Call
        && approval.ruling.tier <= Tier::WRITE
        && approval.quorum.is_plain()
        && decision.wish.is_none()
        && !token
}

/// Says yes to a pending question without a token, as part of another verb that has asked for an [`objection`]. `false`
/// when he has said so before, and others must still join.
pub(crate) fn say_yes(
    tx: &mut Tx<'_>,
    approval: &Approval,
    decision: &Decision,
    reason: Option<String>,
    now: Millis,
) -> Result<bool, StoreError> {
    if !votes::cast(tx.conn, approval, decision, now)? {
        return Ok(false);
    }
    approve(tx, approval, &decision.by, reason, None, now)?;
    Ok(true)
}

/// A session may outlive the user who opened it, so a token is looked at when it decides.
fn still_decides(tx: &Tx<'_>, tenant: &Tenant, token: Option<Digest>) -> Result<bool, StoreError> {
    let Some(token) = token else { return Ok(true) };
    let user = people::by_token(tx.conn, token)?;
    Ok(user.is_some_and(|user| user.role == Role::Admin && user.tenant == *tenant))
}

fn deny(
    tx: &mut Tx<'_>,
    approval: &Approval,
    by: &Decider,
    reason: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    let denied = tx
        .conn
        .prepare_cached(
            "UPDATE approvals SET state = 'denied', ended_at = ?2, decided_at = ?2, decided_by = ?3, proof = ?4,
                 reason = ?5
             WHERE id = ?1 AND state = 'pending' AND answer_by > ?2",
        )?
        .execute(params![
            approval.id.0.as_bytes(),
            now.0,
            by.principal.to_string(),
            by.proof.as_str(),
            reason
        ])?;
    one(denied)?;
    plans::forget_asked(tx.conn, approval)?;
    let mut row = about(approval, EntryType::ApprovalDenied);
    row.principal = Some(by.principal.clone());
    row.body = body(&json!({ "proof": by.proof, "reason": reason }));
    tx.append(&row)?;
    if let Subject::Policy(hash) = approval.subject {
        let mut row = about(approval, EntryType::PolicyRejected);
        row.principal = Some(by.principal.clone());
        row.body = body(&json!({ "hash": hash }));
        tx.append(&row)?;
    }
    Ok(())
}

fn approve(
    tx: &mut Tx<'_>,
    approval: &Approval,
    by: &Decider,
    reason: Option<String>,
    token: Option<Digest>,
    now: Millis,
) -> Result<(), StoreError> {
    let id = approval.id.0.as_bytes();
    if let Some(token) = token {
        let minted = tx
            .conn
            .prepare_cached(
                "UPDATE approvals SET token = 'minted', token_digest = ?3
                 WHERE id = ?1 AND state = 'pending' AND answer_by > ?2",
            )?
            .execute(params![id, now.0, token.0])?;
        one(minted)?;
    }
    let tally = Tally::of(approval, &by.principal.name, now);
    let enough = tally.is_reached();
    if enough {
        let approved = tx
            .conn
            .prepare_cached(
                "UPDATE approvals SET state = 'approved', decided_at = ?2, decided_by = ?3, proof = ?4, reason = ?5,
                     run_by = ?6
                 WHERE id = ?1 AND state = 'pending' AND answer_by > ?2",
            )?
            .execute(params![
                id,
                now.0,
                by.principal.to_string(),
                by.proof.as_str(),
                reason,
                now.plus(approval.yes_life).0
            ])?;
        one(approved)?;
        steps::mint(tx, approval, now.plus(approval.yes_life))?;
    }
    let mut row = about(approval, EntryType::ApprovalApproved);
    row.principal = Some(by.principal.clone());
    // A yes that others must join says so, or a reader would take it for the whole.
    row.outcome = (!enough).then(|| "vote".to_owned());
    let told = json!({ "proof": by.proof, "reason": reason });
    row.body = body(&if approval.quorum.is_plain() { told } else { tally.told(told) });
    tx.append(&row)?;
    if token.is_some() {
        let mut row = about(approval, EntryType::TokenMinted);
        row.principal = Some(by.principal.clone());
        tx.append(&row)?;
    }
    Ok(())
}

/// The update repeats what was read a moment ago in the same transaction; another count is a broken store.
fn one(count: usize) -> Result<(), StoreError> {
    if count == 1 {
        return Ok(());
    }
    Err(StoreError::Unusable(format!("an update of one question met {count}")))
}

/// Takes back a pending or approved row.
pub(crate) fn cancel(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    id: ApprovalId,
    by: &Principal,
    reason: Option<String>,
) -> Result<Decided, StoreError> {
    expire(tx, tenant, id)?;
    let Some(approval) = rows::find(tx.conn, tenant, id)? else {
        return Ok(Err(NotDecided::NotThere));
    };
    if by.role == Role::Agent && *by != approval.principal {
        return Ok(Err(NotDecided::NotThere));
    }
    let now = tx.now();
    let cancelled = tx
        .conn
        .prepare_cached(
            "UPDATE approvals SET state = 'cancelled', ended_at = ?2, reason = coalesce(?3, reason)
             WHERE id = ?1 AND ((state = 'pending' AND answer_by > ?2) OR (state = 'approved' AND run_by > ?2))",
        )?
        .execute(params![id.0.as_bytes(), now.0, reason])?;
    if cancelled == 0 {
        let no = NotDecided::Already(approval.state);
        return refuse(tx, &approval, by, no);
    }
    plans::forget_asked(tx.conn, &approval)?;
    let mut row = about(&approval, EntryType::ApprovalCancelled);
    row.principal = Some(by.clone());
    row.body = body(&json!({ "reason": reason }));
    tx.append(&row)?;
    tx.stir();
    Ok(Ok(rows::get(tx.conn, tenant, id)?))
}

fn refuse(
    tx: &mut Tx<'_>,
    approval: &Approval,
    by: &Principal,
    no: NotDecided,
) -> Result<Decided, StoreError> {
    refused(tx, about(approval, EntryType::ApprovalRefused), by, no.code())?;
    Ok(Err(no))
}

/// The row of an attempt that did not count.
pub(crate) fn refused(
    tx: &mut Tx<'_>,
    row: Draft,
    by: &Principal,
    code: String,
) -> Result<(), StoreError> {
    let row = Draft { principal: Some(by.clone()), outcome: Some(code), ..row };
    tx.append(&row)?;
    Ok(())
}
