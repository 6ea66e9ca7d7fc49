//! Processes of ours that serve clients, and what is left to settle when one is gone.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::store::sqlite::ask;
use crate::store::sqlite::calls::set_outcome;
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::{memories, rows, steps};
use crate::store::{OpenIntent, SessionInfo, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;
use uuid::Uuid;

/// A process of ours begins to serve.
pub(crate) fn open(tx: &mut Tx<'_>, session: &SessionInfo) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO sessions (id, tenant, principal, kind, pid, parent_pid, opened_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            session.id.0.as_bytes(),
            session.tenant.as_str(),
            session.principal.to_string(),
            session.kind,
            session.pid,
            session.parent_pid,
            tx.now().0
        ])?;
    let row = Draft {
        session: Some(session.id),
        principal: Some(session.principal.clone()),
        body: body(&json!({
            "kind": session.kind,
            "pid": session.pid,
            "parent_pid": session.parent_pid,
        })),
        ..Draft::new(EntryType::SessionOpened, &session.tenant)
    };
    tx.append(&row)?;
    Ok(())
}

/// Sessions that were not closed.
pub(crate) fn list(conn: &Connection) -> Result<Vec<SessionInfo>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT * FROM sessions ORDER BY opened_at, id")?;
    let found = statement.query_map([], |row| Ok(session(row)))?;
    found.map(|row| row?).collect()
}

fn session(row: &Row<'_>) -> Result<SessionInfo, StoreError> {
    Ok(SessionInfo {
        id: SessionId(rows::id(row, "id")?),
        tenant: rows::word(row, "tenant", Tenant::new)?,
        principal: rows::word(row, "principal", Principal::parse)?,
        kind: rows::column(row, "kind")?,
        pid: rows::column(row, "pid")?,
        parent_pid: rows::column(row, "parent_pid")?,
        opened_at: rows::time(row, "opened_at")?,
    })
}

/// Ends a session: its intents get the outcome `unknown`, its waits end. Closing it again finds nothing.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    id: SessionId,
    cause: &str,
) -> Result<Vec<OpenIntent>, StoreError> {
    let mut open = Vec::new();
    for (intent, row) in intents(tx.conn, id)? {
        let of: (Option<[u8; 16]>, Option<u32>) = tx
            .conn
            .prepare_cached("DELETE FROM intents WHERE seq = ?1 RETURNING run, step")?
            .query_row([intent.seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if let (Some(run), Some(step)) = of {
            steps::settle(tx, run, step, OutcomeKind::Unknown, 0)?;
        }
        tx.append(&row)?;
        if let Some(approval) = intent.approval {
            set_outcome(tx, &row.tenant, approval, OutcomeKind::Unknown)?;
        }
        open.push(intent);
    }
    steps::interrupt(tx, id)?;
    memories::end::of_session(tx, id)?;
    for (tenant, approval) in waits(tx.conn, id)? {
        ask::leave(tx, &tenant, approval, id)?;
    }
    let found = tx
        .conn
        .prepare_cached("SELECT * FROM sessions WHERE id = ?1")?
        .query_row([id.0.as_bytes()], |row| Ok(session(row)))
        .optional()?
        .transpose()?;
    if let Some(session) = found {
        tx.conn.prepare_cached("DELETE FROM sessions WHERE id = ?1")?.execute([id.0.as_bytes()])?;
        let row = Draft {
            session: Some(id),
            principal: Some(session.principal),
            outcome: Some(cause.to_owned()),
            ..Draft::new(EntryType::SessionClosed, &session.tenant)
        };
        tx.append(&row)?;
    }
    tx.stir();
    Ok(open)
}

/// Calls of this session in the air, each with the row that says nobody knows how it ended.
fn intents(conn: &Connection, id: SessionId) -> Result<Vec<(OpenIntent, Draft)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT i.seq, i.approval, j.tenant, j.correlation_id, j.principal, j.tool, j.verdict, j.tier,
             j.meta ->> '$.upstream' AS upstream, j.meta ->> '$.policy' AS policy
         FROM intents i JOIN journal j ON j.seq = i.seq WHERE i.session = ?1 ORDER BY i.seq",
    )?;
    let found = statement.query_map([id.0.as_bytes()], |row| Ok(intent(row, id)))?;
    found.map(|row| row?).collect()
}

fn intent(row: &Row<'_>, session: SessionId) -> Result<(OpenIntent, Draft), StoreError> {
    let approval = rows::maybe_id(row, "approval")?.map(ApprovalId);
    let tenant = rows::word(row, "tenant", Tenant::new)?;
    let draft = Draft {
        correlation: rows::maybe_id(row, "correlation_id")?.map(CorrelationId),
        session: Some(session),
        principal: rows::maybe_word(row, "principal", Principal::parse)?,
        upstream: rows::column(row, "upstream")?,
        tool: rows::column(row, "tool")?,
        verdict: rows::column(row, "verdict")?,
        tier: rows::column(row, "tier")?,
        policy: rows::column(row, "policy")?,
        approval,
        outcome: Some(OutcomeKind::Unknown.as_str().to_owned()),
        ..Draft::new(EntryType::CallOutcome, &tenant)
    };
    Ok((OpenIntent { seq: rows::column(row, "seq")?, approval }, draft))
}

fn waits(conn: &Connection, id: SessionId) -> Result<Vec<(Tenant, ApprovalId)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.tenant, a.id FROM waiters w JOIN approvals a ON a.id = w.approval WHERE w.session = ?1",
    )?;
    let found = statement.query_map([id.0.as_bytes()], |row| {
        Ok((row.get::<_, String>(0)?, ApprovalId(Uuid::from_bytes(row.get(1)?))))
    })?;
    found
        .map(|row| {
            let (tenant, approval) = row?;
            Ok((Tenant::new(&tenant).ok_or_else(|| rows::damaged("tenant"))?, approval))
        })
        .collect()
}
