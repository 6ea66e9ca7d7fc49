//! Runs: made, found, listed. What happens while they are executed is in `steps.rs`.

use crate::domain::entry::Draft;
use crate::domain::id::{ApprovalId, CorrelationId, RunId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::run::{Run, RunState, RunStep};
use crate::store::runs::{
    BeginRun, Created, EndRun, KeyTaken, NewRun, NotBegun, RunFilter, RunKeys, Runs, StepUse,
};
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::{Result, SqliteStore, ask, query, rows, steps};
use crate::store::{NotConsumed, StoreError};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::result::Result as Either;
use uuid::Uuid;

#[async_trait]
impl Runs for SqliteStore {
    async fn create_run(&self, new: NewRun) -> Result<Either<Created, KeyTaken>> {
        self.write(move |tx| create(tx, new)).await
    }

    async fn run_for(&self, keys: RunKeys) -> Result<Option<Either<Run, KeyTaken>>> {
        self.read(move |conn| earlier(conn, &keys)).await
    }

    async fn run(&self, tenant: &Tenant, id: RunId) -> Result<Option<Run>> {
        let tenant = tenant.clone();
        self.read(move |conn| find(conn, &tenant, id)).await
    }

    async fn run_of(&self, tenant: &Tenant, approval: ApprovalId) -> Result<Option<Run>> {
        let tenant = tenant.clone();
        self.read(move |conn| {
            let of = "SELECT id FROM runs WHERE tenant = ?1 AND approval = ?2";
            let id: Option<[u8; 16]> = conn
                .prepare_cached(of)?
                .query_row(params![tenant.as_str(), approval.0.as_bytes()], |row| row.get(0))
                .optional()?;
            id.map_or(Ok(None), |id| find(conn, &tenant, RunId(Uuid::from_bytes(id))))
        })
        .await
    }

    async fn runs(&self, filter: RunFilter) -> Result<Vec<Run>> {
        self.read(move |conn| list(conn, &filter)).await
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

fn create(tx: &mut Tx<'_>, new: NewRun) -> Result<Either<Created, KeyTaken>> {
    let now = tx.now_to_decide()?;
    let NewRun { run, keys, question, checked, row } = new;
    if let Some(found) = earlier(tx.conn, &keys)? {
        return Ok(found.map(|run| Created { run, replay: true }));
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

fn list(conn: &Connection, filter: &RunFilter) -> Result<Vec<Run>> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(
        "SELECT * FROM runs
         WHERE tenant = ?1 AND (?2 IS NULL OR principal = ?2)
           AND (?3 = '' OR instr(?3, ',' || state || ',') > 0)
         ORDER BY created_at DESC, id DESC LIMIT ?4",
    )?;
    let wanted = if states.is_empty() { String::new() } else { format!(",{},", states.join(",")) };
    let principal = filter.principal.as_ref().map(ToString::to_string);
    let found = statement
        .query_map(params![filter.tenant.as_str(), principal, wanted, limit], |row| {
            Ok(read(row))
        })?;
    let mut runs = found.map(|row| row?).collect::<Result<Vec<_>>>()?;
    for run in &mut runs {
        run.steps = steps_of(conn, run.id)?;
    }
    Ok(runs)
}

/// One run of this tenant.
pub(crate) fn find(conn: &Connection, tenant: &Tenant, id: RunId) -> Result<Option<Run>> {
    let found = conn
        .prepare_cached("SELECT * FROM runs WHERE id = ?1 AND tenant = ?2")?
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

/// One run that is known to be there.
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
