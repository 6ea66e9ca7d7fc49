//! Runs: found and listed. How they are made is in `making.rs`, what happens while they are executed in `steps.rs`.

use crate::domain::approval::State;
use crate::domain::id::{ApprovalId, CorrelationId, RunId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::run::{Run, RunState, RunStep};
use crate::domain::time::Millis;
use crate::store::runs::{
    BeginRun, Created, EndRun, KeyTaken, Listed, NewRun, NotBegun, NotCreated, RunAnswer,
    RunFilter, RunKeys, Runs, StepUse,
};
use crate::store::sqlite::{Result, SqliteStore, making, query, rows, steps};
use crate::store::{NotConsumed, Store, StoreError};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::result::Result as Either;
use uuid::Uuid;

#[async_trait]
impl Runs for SqliteStore {
    async fn create_run(&self, new: NewRun) -> Result<Either<Created, NotCreated>> {
        self.write(move |tx| making::create(tx, new)).await
    }

    async fn run_for(&self, keys: RunKeys) -> Result<Option<Either<Run, KeyTaken>>> {
        let now = Store::now(self).await?;
        self.read(move |conn| making::replayed(conn, &keys, now)).await
    }

    async fn run(&self, tenant: &Tenant, id: RunId) -> Result<Option<Run>> {
        let tenant = tenant.clone();
        self.read(move |conn| whole(conn, &tenant, id)).await
    }

    async fn run_of(&self, tenant: &Tenant, approval: ApprovalId) -> Result<Option<Run>> {
        let tenant = tenant.clone();
        self.read(move |conn| {
            let of = "SELECT id FROM runs WHERE tenant = ?1 AND approval = ?2";
            let id: Option<[u8; 16]> = conn
                .prepare_cached(of)?
                .query_row(params![tenant.as_str(), approval.0.as_bytes()], |row| row.get(0))
                .optional()?;
            id.map_or(Ok(None), |id| whole(conn, &tenant, RunId(Uuid::from_bytes(id))))
        })
        .await
    }

    async fn runs(&self, filter: RunFilter) -> Result<Vec<Listed>> {
        let now = Store::now(self).await?;
        self.read(move |conn| list(conn, &filter, now)).await
    }

    async fn find_runs(&self, tenant: &Tenant, part: &str) -> Result<Vec<RunId>> {
        let (tenant, part) = (tenant.clone(), part.to_owned());
        self.read(move |conn| {
            let found = query::find_in(conn, query::RUNS, &tenant, &part)?;
            Ok(found.into_iter().map(RunId).collect())
        })
        .await
    }

    async fn begin_run(&self, begin: BeginRun) -> Result<Either<Run, NotBegun>> {
        self.write_if_awaited(move |tx| steps::begin(tx, begin)).await
    }

    async fn permit_step(&self, step: StepUse) -> Result<Either<u64, NotConsumed>> {
        self.write_if_awaited(move |tx| steps::permit(tx, step)).await
    }

    async fn resolve_step(
        &self,
        tenant: &Tenant,
        run: RunId,
        step: u32,
        outcome: OutcomeKind,
    ) -> Result<()> {
        let tenant = tenant.clone();
        self.write(move |tx| steps::resolve(tx, &tenant, run, step, outcome)).await
    }

    async fn asked_again(
        &self,
        tenant: &Tenant,
        run: RunId,
        step: u32,
        question: ApprovalId,
    ) -> Result<()> {
        let tenant = tenant.clone();
        self.write(move |tx| steps::asked_again(tx, &tenant, run, step, question)).await
    }

    async fn end_run(&self, end: EndRun) -> Result<Option<Run>> {
        self.write(move |tx| steps::end(tx, end)).await
    }
}

/// All of a run but its plan and its calls, which may be megabytes.
const HEAD: &str = "r.id, r.tenant, r.principal, r.correlation_id, r.directive, r.label, r.tier, r.ir_hash, NULL AS ir,
     NULL AS manifest, r.manifest_digest, r.approval, r.state, r.cause, r.session, r.created_at, r.started_at,
     r.ended_at, r.tokens";

fn list(conn: &Connection, filter: &RunFilter, now: Millis) -> Result<Vec<Listed>> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {HEAD}, a.state AS answer, a.answer_by, a.run_by, a.decided_by, a.decided_at, a.reason
         FROM runs r LEFT JOIN approvals a ON a.id = r.approval AND a.tenant = r.tenant
         WHERE r.tenant = ?1 AND (?2 IS NULL OR r.principal = ?2)
           AND (?3 = '' OR instr(?3, ',' || r.state || ',') > 0)
         ORDER BY r.created_at DESC, r.id DESC LIMIT ?4"
    ))?;
    let wanted = if states.is_empty() { String::new() } else { format!(",{},", states.join(",")) };
    let principal = filter.principal.as_ref().map(ToString::to_string);
    let found = statement
        .query_map(params![filter.tenant.as_str(), principal, wanted, limit], |row| {
            Ok(read(row).and_then(|run| Ok(Listed { run, answer: answer(row, now)? })))
        })?;
    let mut runs = found.map(|row| row?).collect::<Result<Vec<_>>>()?;
    for Listed { run, .. } in &mut runs {
        run.steps = steps_of(conn, run.id)?;
    }
    Ok(runs)
}

/// How the question stands that a row of a list was joined with.
fn answer(row: &Row<'_>, now: Millis) -> Result<Option<RunAnswer>> {
    let Some(state) = rows::maybe_word(row, "answer", State::parse)? else { return Ok(None) };
    let due = match state {
        State::Pending => rows::maybe_time(row, "answer_by")?,
        State::Approved => rows::maybe_time(row, "run_by")?,
        State::Consumed | State::Denied | State::Expired | State::Cancelled => None,
    };
    Ok(Some(RunAnswer {
        state: if due.is_some_and(|due| due <= now) { State::Expired } else { state },
        by: rows::maybe_word(row, "decided_by", Principal::parse)?,
        at: rows::maybe_time(row, "decided_at")?,
        reason: rows::column(row, "reason")?,
    }))
}

/// One run of this tenant, without its plan and its calls.
pub(crate) fn find(conn: &Connection, tenant: &Tenant, id: RunId) -> Result<Option<Run>> {
    select(conn, HEAD, tenant, id)
}

/// One run of this tenant, with its plan and its calls.
fn whole(conn: &Connection, tenant: &Tenant, id: RunId) -> Result<Option<Run>> {
    select(conn, "r.*", tenant, id)
}

fn select(conn: &Connection, columns: &str, tenant: &Tenant, id: RunId) -> Result<Option<Run>> {
    let found = conn
        .prepare_cached(&format!("SELECT {columns} FROM runs r WHERE r.id = ?1 AND r.tenant = ?2"))?
        .query_row(params![id.0.as_bytes(), tenant.as_str()], |row| Ok(read(row)))
        .optional()?
        .transpose()?;
    let Some(mut run) = found else { return Ok(None) };
    run.steps = steps_of(conn, id)?;
    Ok(Some(run))
}

/// Where a run stands, without its plan and calls: those may be megabytes, and this is asked for each step.
pub(crate) struct Standing {
    pub(crate) principal: Principal,
    pub(crate) state: RunState,
    pub(crate) session: Option<SessionId>,
    pub(crate) approval: Option<ApprovalId>,
}

/// Where one run of this tenant stands.
pub(crate) fn standing(conn: &Connection, tenant: &Tenant, id: RunId) -> Result<Option<Standing>> {
    let read = |row: &Row<'_>| {
        Ok::<_, StoreError>(Standing {
            principal: rows::word(row, "principal", Principal::parse)?,
            state: rows::word(row, "state", RunState::parse)?,
            session: rows::maybe_id(row, "session")?.map(SessionId),
            approval: rows::maybe_id(row, "approval")?.map(ApprovalId),
        })
    };
    conn.prepare_cached(
        "SELECT principal, state, session, approval FROM runs WHERE id = ?1 AND tenant = ?2",
    )?
    .query_row(params![id.0.as_bytes(), tenant.as_str()], |row| Ok(read(row)))
    .optional()?
    .transpose()
}

/// One run that is known to be there, without its plan and its calls.
pub(crate) fn get(conn: &Connection, tenant: &Tenant, id: RunId) -> Result<Run> {
    find(conn, tenant, id)?.ok_or_else(|| rows::damaged("a run that was just written"))
}

fn read(row: &Row<'_>) -> Result<Run> {
    Ok(Run {
        id: RunId(rows::id(row, "id")?),
        tenant: rows::word(row, "tenant", Tenant::new)?,
        principal: rows::word(row, "principal", Principal::parse)?,
        correlation: CorrelationId(rows::id(row, "correlation_id")?),
        directive: rows::column(row, "directive")?,
        label: rows::column(row, "label")?,
        tier: tier(row)?,
        ir_hash: rows::digest(row, "ir_hash")?,
        ir: text(row, "ir")?,
        manifest: text(row, "manifest")?,
        manifest_digest: rows::digest(row, "manifest_digest")?,
        approval: rows::maybe_id(row, "approval")?.map(ApprovalId),
        state: rows::word(row, "state", RunState::parse)?,
        cause: rows::column(row, "cause")?,
        session: rows::maybe_id(row, "session")?.map(SessionId),
        created_at: rows::time(row, "created_at")?,
        started_at: rows::maybe_time(row, "started_at")?,
        ended_at: rows::maybe_time(row, "ended_at")?,
        tokens: rows::column(row, "tokens")?,
        steps: Vec::new(),
    })
}

fn tier(row: &Row<'_>) -> Result<Tier> {
    Tier::try_from(rows::column::<u8>(row, "tier")?).map_err(|_| rows::damaged("tier"))
}

fn text(row: &Row<'_>, name: &str) -> Result<Option<Canonical>> {
    let Some(bytes) = rows::column::<Option<Vec<u8>>>(row, name)? else { return Ok(None) };
    let read = Canonical::read(&bytes, &Limits::ARGUMENTS).map_err(|_| rows::damaged(name))?;
    if read.as_bytes() == bytes { Ok(Some(read)) } else { Err(rows::damaged(name)) }
}

fn steps_of(conn: &Connection, run: RunId) -> Result<Vec<RunStep>> {
    let mut statement = conn.prepare_cached(
        "SELECT step, call_digest, tier, intent, outcome, again FROM run_steps WHERE run = ?1 ORDER BY step",
    )?;
    let found = statement.query_map([run.0.as_bytes()], |row| Ok(read_step(row)))?;
    found.map(|row| row?).collect()
}

/// One step of a run.
pub(crate) fn step(conn: &Connection, run: RunId, step: u32) -> Result<Option<RunStep>> {
    conn.prepare_cached(
        "SELECT step, call_digest, tier, intent, outcome, again FROM run_steps WHERE run = ?1 AND step = ?2",
    )?
    .query_row(params![run.0.as_bytes(), step], |row| Ok(read_step(row)))
    .optional()?
    .transpose()
}

fn read_step(row: &Row<'_>) -> Result<RunStep> {
    Ok(RunStep {
        step: rows::column(row, "step")?,
        call_digest: rows::digest(row, "call_digest")?,
        tier: tier(row)?,
        intent: rows::column(row, "intent")?,
        outcome: rows::maybe_word(row, "outcome", OutcomeKind::parse)?,
        again: rows::maybe_id(row, "again")?.map(ApprovalId),
    })
}
