//! Putting a question, and waiting for one.

use crate::domain::approval::{State, Subject};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::principal::Tenant;
use crate::domain::quorum::Quorum;
use crate::domain::time::Millis;
use crate::store::sqlite::chain::{Tx, about};
use crate::store::sqlite::expiry::{KEPT_FOR, expire};
use crate::store::sqlite::{plans, rows};
use crate::store::{Asked, Question, StoreError};
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Attaches to the live row of an equal question or puts a new one.
pub(crate) fn ask(tx: &mut Tx<'_>, question: Question) -> Result<Asked, StoreError> {
    let now = tx.now_to_decide()?;
    let tenant = question.call.parts().tenant.clone();
    for id in live(tx.conn, &question)? {
        expire(tx, &tenant, id)?;
    }
    let found = usable(tx.conn, &question, now)?;
    let attached = found.is_some();
    let id = match found {
        Some(id) => id,
        None => insert(tx, &question, now)?,
    };
    wait(tx, id, question.call.parts().session)?;
    let mut row = question.row;
    row.kind = if attached { EntryType::ApprovalAttached } else { EntryType::ApprovalAsked };
    row.approval = Some(id);
    tx.append(&row)?;
    let approval = rows::get(tx.conn, &tenant, id)?;
    for row in question.also.into_iter().filter(|_| !attached) {
        tx.append(&plans::created(Draft { approval: Some(id), ..row }, &approval))?;
    }
    tx.stir();
    Ok(Asked { approval, attached })
}

/// What a question is about, as it is kept. A question about the same call that is about something else is another.
fn kept(subject: Subject) -> Option<Vec<u8>> {
    match subject {
        Subject::Call => None,
        Subject::Plan(hash) => Some(hash.0.to_vec()),
        Subject::Run(run) => Some(run.0.as_bytes().to_vec()),
        Subject::Policy(hash) => Some(hash.0.to_vec()),
        Subject::Step(run, step) => Some([&run.0.as_bytes()[..], &step.to_be_bytes()].concat()),
    }
}

/// Equal questions that nobody has ended yet; they may be due.
fn live(conn: &Connection, question: &Question) -> Result<Vec<ApprovalId>, StoreError> {
    let parts = question.call.parts();
    let mut statement = conn.prepare_cached(
        "SELECT id FROM approvals
         WHERE tenant = ?1 AND principal = ?2 AND match_key = ?3 AND kind = ?4 AND subject IS ?5
           AND state IN ('pending', 'approved')",
    )?;
    let key = params![
        parts.tenant.as_str(),
        parts.principal.to_string(),
        question.call.match_key().0,
        question.subject.kind(),
        kept(question.subject),
    ];
    let ids = statement.query_map(key, |row| row.get(0))?.collect::<Result<Vec<[u8; 16]>, _>>()?;
    Ok(ids.into_iter().map(|id| ApprovalId(Uuid::from_bytes(id))).collect())
}

/// A row that was asked at a lower tier, or of fewer people, is no use to a call that is graver now, so it is not equal.
fn usable(
    conn: &Connection,
    question: &Question,
    now: Millis,
) -> Result<Option<ApprovalId>, StoreError> {
    let parts = question.call.parts();
    let mut statement = conn.prepare_cached(
        "SELECT id FROM approvals
             WHERE tenant = ?1 AND principal = ?2 AND match_key = ?3 AND kind = ?7 AND subject IS ?8
               AND ((state = 'pending' AND answer_by > ?4 AND tier >= ?5)
                 OR (state = 'approved' AND run_by > ?4 AND tier >= ?5)
                 OR (kind = 'call' AND state = 'consumed' AND consumed_at > ?6 AND delivered = 0))
             ORDER BY asked_at DESC, id DESC LIMIT 16",
    )?;
    let found = statement.query_map(
        params![
            parts.tenant.as_str(),
            parts.principal.to_string(),
            question.call.match_key().0,
            now.0,
            question.ruling.tier.get(),
            now.plus(-KEPT_FOR).0,
            question.subject.kind(),
            kept(question.subject),
        ],
        |row| row.get(0),
    )?;
    let tenant = &parts.tenant;
    for id in found {
        let id = ApprovalId(Uuid::from_bytes(id?));
        let row = rows::get(conn, tenant, id)?;
        let is_enough = match row.state {
            State::Pending => row.quorum.is_as_strict(&quorum(question, now)),
            State::Approved => row.is_enough_for(&question.needs),
            State::Consumed | State::Denied | State::Expired | State::Cancelled => true,
        };
        if is_enough || matches!(question.subject, Subject::Policy(_) | Subject::Run(_)) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Who must say yes to it, if it is put now.
fn quorum(question: &Question, now: Millis) -> Quorum {
    question.needs.at(now, now.plus(question.answer_within))
}

fn insert(tx: &Tx<'_>, question: &Question, now: Millis) -> Result<ApprovalId, StoreError> {
    let quorum = quorum(question, now);
    let id = ApprovalId::new();
    let parts = question.call.parts();
    let ruling = serde_json::to_string(&question.ruling)
        .map_err(|e| StoreError::Unusable(format!("cannot write a ruling: {e}")))?;
    let seats = match quorum.seats.as_slice() {
        [] => None,
        seats => Some(
            serde_json::to_string(seats)
                .map_err(|e| StoreError::Unusable(format!("cannot write seats: {e}")))?,
        ),
    };
    tx.conn
        .prepare_cached(
            "INSERT INTO approvals (id, correlation_id, tenant, principal, session, upstream, identity, method,
                 tool, definition, arguments, call_digest, match_key, ruling, tier, required, asked_at, answer_by,
                 yes_life, kind, subject, seats, escalate_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22, ?23)",
        )?
        .execute(params![
            id.0.as_bytes(),
            question.correlation.0.as_bytes(),
            parts.tenant.as_str(),
            parts.principal.to_string(),
            parts.session.0.as_bytes(),
            parts.upstream.name,
            parts.upstream.digest.0,
            parts.method.as_str(),
            parts.tool,
            parts.definition.0,
            parts.arguments.as_ref().map(|a| a.as_bytes()),
            question.call.digest().0,
            question.call.match_key().0,
            ruling,
            question.ruling.tier.get(),
            quorum.required.max(1),
            now.0,
            now.plus(question.answer_within).0,
            question.yes_life,
            question.subject.kind(),
            kept(question.subject),
            seats,
            quorum.escalate_at.map(|at| at.0),
        ])?;
    Ok(id)
}

/// Writes down that the session waits; answers whether the row was abandoned until now.
fn wait(tx: &Tx<'_>, id: ApprovalId, session: SessionId) -> Result<bool, StoreError> {
    tx.conn
        .prepare_cached("INSERT OR IGNORE INTO waiters (approval, session) VALUES (?1, ?2)")?
        .execute(params![id.0.as_bytes(), session.0.as_bytes()])?;
    let returned = tx
        .conn
        .prepare_cached(
            "UPDATE approvals SET abandoned_at = NULL WHERE id = ?1 AND abandoned_at IS NOT NULL",
        )?
        .execute([id.0.as_bytes()])?;
    Ok(returned == 1)
}

/// A session waits (again). On record when somebody returned to an abandoned row.
pub(crate) fn attach(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    id: ApprovalId,
    session: SessionId,
) -> Result<(), StoreError> {
    expire(tx, tenant, id)?;
    let Some(approval) = rows::find(tx.conn, tenant, id)? else { return Ok(()) };
    if wait(tx, id, session)? {
        let mut row = about(&approval, EntryType::ApprovalAttached);
        row.session = Some(session);
        row.principal = Some(approval.principal);
        tx.append(&row)?;
        tx.stir();
    }
    Ok(())
}

/// A session stopped waiting.
pub(crate) fn leave(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    id: ApprovalId,
    session: SessionId,
) -> Result<(), StoreError> {
    expire(tx, tenant, id)?;
    let Some(approval) = rows::find(tx.conn, tenant, id)? else { return Ok(()) };
    let left = tx
        .conn
        .prepare_cached("DELETE FROM waiters WHERE approval = ?1 AND session = ?2")?
        .execute(params![id.0.as_bytes(), session.0.as_bytes()])?;
    if left == 0 || approval.state != State::Pending {
        return Ok(());
    }
    let now = tx.now();
    let abandoned = tx
        .conn
        .prepare_cached(
            "UPDATE approvals SET abandoned_at = ?2
             WHERE id = ?1 AND state = 'pending' AND abandoned_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM waiters WHERE approval = ?1)",
        )?
        .execute(params![id.0.as_bytes(), now.0])?;
    if abandoned == 1 {
        let mut row = about(&approval, EntryType::ApprovalAbandoned);
        row.session = Some(session);
        row.principal = Some(approval.principal);
        tx.append(&row)?;
        tx.stir();
    }
    Ok(())
}
