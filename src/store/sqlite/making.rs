//! Making runs: once for their keys, by nobody who is paused, and not more than somebody could look through.

use crate::domain::approval::State;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{RunId, SessionId};
use crate::domain::json::Canonical;
use crate::domain::run::{Run, RunState};
use crate::domain::time::Millis;
use crate::store::runs::{Created, KeyTaken, NewRun, NotCreated, RUNS_KEPT, RunKeys};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::expiry::expire;
use crate::store::sqlite::paused::is_paused;
use crate::store::sqlite::runs::get;
use crate::store::sqlite::{Result, ask, rows, steps};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;
use std::result::Result as Either;
use uuid::Uuid;

/// Makes a run, or finds the one that was made.
pub(crate) fn create(tx: &mut Tx<'_>, new: NewRun) -> Result<Either<Created, NotCreated>> {
    let now = tx.now_to_decide()?;
    let NewRun { run, keys, question, checked, row, refused } = new;
    let mut unanswered = None;
    match earlier(tx.conn, &keys)? {
        None => {}
        Some(Err(taken)) => return refuse(tx, checked, refused, NotCreated::KeyTaken(taken)),
        Some(Ok(found)) => match gives_back(tx.conn, &found, now)? {
            None => return Ok(Ok(Created { run: found, replay: true })),
            Some(state) => unanswered = Some((found, state)),
        },
    }
    // In the very transaction that would put the question.
    if is_paused(tx.conn, &run.tenant, &run.principal.name)? {
        return refuse(tx, checked, refused, NotCreated::Paused);
    }
    if let Some((dead, state)) = unanswered {
        bury(tx, dead, state, row.session)?;
    }
    if kept(tx.conn, &keys)? >= RUNS_KEPT {
        for (dead, state) in dead(tx.conn, &keys, now)? {
            bury(tx, dead, state, row.session)?;
        }
        if kept(tx.conn, &keys)? >= RUNS_KEPT {
            return refuse(tx, checked, refused, NotCreated::TooMany);
        }
    }
    let id = run.id;
    tx.append(&checked)?;
    let asked = question.map(|question| ask::ask(tx, question)).transpose()?;
    let approval = asked.map(|asked| asked.approval.id);
    tx.conn
        .prepare_cached(
            "INSERT INTO runs (id, tenant, principal, correlation_id, directive, label, tier, ir_hash, ir, manifest,
                 manifest_digest, approval, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            id.0.as_bytes(),
            run.tenant.as_str(),
            run.principal.to_string(),
            run.correlation.0.as_bytes(),
            run.directive,
            run.label,
            run.tier.get(),
            run.ir_hash.0,
            run.ir.as_ref().map(Canonical::as_bytes),
            run.manifest.as_ref().map(Canonical::as_bytes),
            run.manifest_digest.0,
            approval.as_ref().map(|id| id.0.as_bytes()),
            now.0,
        ])?;
    for step in &run.steps {
        tx.conn
            .prepare_cached(
                "INSERT INTO run_steps (run, step, call_digest, tier) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![id.0.as_bytes(), step.step, step.call_digest.0, step.tier.get()])?;
    }
    for key in &keys.keys {
        tx.conn
            .prepare_cached(
                "INSERT INTO idempotency_keys (tenant, principal, key, run) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                run.tenant.as_str(),
                run.principal.to_string(),
                key,
                id.0.as_bytes()
            ])?;
    }
    tx.append(&Draft { approval, ..row })?;
    tx.stir();
    Ok(Ok(Created { run: get(tx.conn, &run.tenant, id)?, replay: false }))
}

/// The run that these keys were used for: the same one when every key was used for the same plan under the same
/// directive, an error when any was used for anything else.
fn earlier(conn: &Connection, wanted: &RunKeys) -> Result<Option<Either<Run, KeyTaken>>> {
    let principal = wanted.principal.to_string();
    let mut before: Option<Run> = None;
    for (at, key) in wanted.keys.iter().enumerate() {
        let used: Option<[u8; 16]> = conn
            .prepare_cached(
                "SELECT run FROM idempotency_keys WHERE tenant = ?1 AND principal = ?2 AND key = ?3",
            )?
            .query_row(params![wanted.tenant.as_str(), principal, key], |row| row.get(0))
            .optional()?;
        let taken = |run: RunId| Ok(Some(Err(KeyTaken { key: key.clone(), run })));
        match (used.map(|id| RunId(Uuid::from_bytes(id))), &before) {
            (None, None) => {}
            (None, Some(before)) => return taken(before.id),
            (Some(by), Some(before)) if by == before.id => {}
            (Some(by), None) if at == 0 => {
                let found = get(conn, &wanted.tenant, by)?;
                if found.ir_hash != wanted.ir_hash || found.directive != wanted.directive {
                    return taken(by);
                }
                before = Some(found);
            }
            (Some(by), _) => return taken(by),
        }
    }
    Ok(before.map(Ok))
}

/// Puts on record that a run was wanted and not made.
fn refuse(
    tx: &mut Tx<'_>,
    checked: Draft,
    refused: Draft,
    why: NotCreated,
) -> Result<Either<Created, NotCreated>> {
    tx.append(&checked)?;
    tx.append(&Draft { outcome: Some(why.code().to_owned()), ..refused })?;
    tx.stir();
    Ok(Err(why))
}

/// The run that stands for these keys; `None` as well when it would give them back.
pub(crate) fn replayed(
    conn: &Connection,
    wanted: &RunKeys,
    now: Millis,
) -> Result<Option<Either<Run, KeyTaken>>> {
    Ok(match earlier(conn, wanted)? {
        Some(Ok(run)) if gives_back(conn, &run, now)?.is_some() => None,
        found => found,
    })
}

/// How the question ended without anybody's answer, if the run that it was about never began. A person's no is an
/// answer: it stays with the keys.
fn gives_back(conn: &Connection, run: &Run, now: Millis) -> Result<Option<State>> {
    Ok(match never(conn, run, now)? {
        Some(State::Denied) | None => None,
        ended => ended,
    })
}

/// How the question ended without a yes that counts, if the run that it was about never began.
fn never(conn: &Connection, run: &Run, now: Millis) -> Result<Option<State>> {
    let (RunState::Created, Some(approval)) = (run.state, run.approval) else { return Ok(None) };
    let found = conn
        .prepare_cached(
            "SELECT state, iif(state = 'pending', answer_by, run_by) FROM approvals WHERE id = ?1 AND tenant = ?2",
        )?
        .query_row(params![approval.0.as_bytes(), run.tenant.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
        })
        .optional()?;
    let Some((state, by)) = found else { return Ok(None) };
    let state = State::parse(&state).ok_or_else(|| rows::damaged("state"))?;
    Ok(match state {
        State::Pending | State::Approved if by.is_some_and(|by| by <= now.0) => {
            Some(State::Expired)
        }
        State::Denied | State::Expired | State::Cancelled => Some(state),
        State::Pending | State::Approved | State::Consumed => None,
    })
}

/// Ends a run that never can begin: it is on record, its plan is forgotten, and what nobody answered gives its keys back.
fn bury(tx: &mut Tx<'_>, run: Run, state: State, session: Option<SessionId>) -> Result<()> {
    if let Some(approval) = run.approval {
        expire(tx, &run.tenant, approval)?;
    }
    let (id, cause) = (run.id.0.as_bytes(), state.as_str());
    tx.conn
        .prepare_cached(
            "UPDATE runs SET state = 'stopped', cause = ?2, ended_at = ?3 WHERE id = ?1 AND state = 'created'",
        )?
        .execute(params![id, cause, tx.now().0])?;
    if state != State::Denied {
        tx.conn
            .prepare_cached(
                "DELETE FROM idempotency_keys WHERE tenant = ?1 AND principal = ?2 AND run = ?3",
            )?
            .execute(params![run.tenant.as_str(), run.principal.to_string(), id])?;
    }
    steps::forget(tx, run.id)?;
    let row = Draft {
        correlation: Some(run.correlation),
        session,
        principal: Some(run.principal),
        tier: Some(run.tier.get()),
        approval: run.approval,
        outcome: Some(cause.to_owned()),
        body: body(&json!({ "run": run.id })),
        ..Draft::new(EntryType::RunStopped, &run.tenant)
    };
    tx.append(&row)?;
    tx.stir();
    Ok(())
}

/// How many runs of this principal keep their plans.
fn kept(conn: &Connection, of: &RunKeys) -> Result<u32> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FROM runs WHERE tenant = ?1 AND principal = ?2 AND manifest IS NOT NULL",
        )?
        .query_row(params![of.tenant.as_str(), of.principal.to_string()], |row| row.get(0))?)
}

/// Those of them that never can begin.
fn dead(conn: &Connection, of: &RunKeys, now: Millis) -> Result<Vec<(Run, State)>> {
    let ids = conn
        .prepare_cached(
            "SELECT id FROM runs WHERE tenant = ?1 AND principal = ?2 AND manifest IS NOT NULL AND state = 'created'",
        )?
        .query_map(params![of.tenant.as_str(), of.principal.to_string()], |row| row.get(0))?
        .collect::<Either<Vec<[u8; 16]>, _>>()?;
    let mut found = Vec::new();
    for id in ids {
        let run = get(conn, &of.tenant, RunId(Uuid::from_bytes(id)))?;
        if let Some(state) = never(conn, &run, now)? {
            found.push((run, state));
        }
    }
    Ok(found)
}
