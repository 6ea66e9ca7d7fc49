//! A run while it is executed: begun by one process, its steps let go one by one, ended or paused.

use crate::domain::approval::{Approval, State, Subject};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{ApprovalId, RunId, SessionId};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::Tenant;
use crate::domain::run::{Run, RunState};
use crate::domain::time::Millis;
use crate::store::runs::{BeginRun, EndRun, NotBegun, StepUse};
use crate::store::sqlite::calls::{open_intent, over_budget};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::consume::{code, take_yes};
use crate::store::sqlite::decide::cancel;
use crate::store::sqlite::expiry::expire;
use crate::store::sqlite::paused::is_paused;
use crate::store::sqlite::{rows, runs, spending};
use crate::store::{NotConsumed, StoreError};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

type Either<T, E> = Result<T, E>;

/// What the yes to a run mints: one grant a step.
pub(crate) fn mint(tx: &Tx<'_>, approval: &Approval, run_by: Millis) -> Result<(), StoreError> {
    let Subject::Run(run) = approval.subject else { return Ok(()) };
    tx.conn
        .prepare_cached(
            "INSERT INTO grants (run, step, call_digest, tier, run_by)
             SELECT s.run, s.step, s.call_digest, s.tier, ?2 FROM run_steps s JOIN runs r ON r.id = s.run
             WHERE s.run = ?1 AND r.approval = ?3",
        )?
        .execute(params![run.0.as_bytes(), run_by.0, approval.id.0.as_bytes()])?;
    Ok(())
}

/// Begins a run, using its yes up, or goes on with one that was interrupted.
pub(crate) fn begin(tx: &mut Tx<'_>, begin: BeginRun) -> Result<Either<Run, NotBegun>, StoreError> {
    let now = tx.now_to_decide()?;
    let BeginRun { tenant, id, principal, session, yes, row } = begin;
    let found = runs::find(tx.conn, &tenant, id)?.filter(|run| run.principal == principal);
    let Some(run) = found else { return Ok(Err(NotBegun::NotThere)) };
    if !matches!(run.state, RunState::Created | RunState::Interrupted) {
        return Ok(Err(NotBegun::State(run.state)));
    }
    let needs_no_yes = run.approval.is_none() || run.state == RunState::Interrupted;
    if needs_no_yes && is_paused(tx.conn, &tenant, &principal.name)? {
        let (kind, no) = (EntryType::CallRefused, NotConsumed::Paused);
        tx.append(&Draft { kind, outcome: Some(code(&no)), ..row })?;
        return Ok(Err(NotBegun::NoYes(no)));
    }
    match (run.approval, yes) {
        (None, _) => {}
        // The yes was used up when it was begun; what is left of it are the grants of its steps.
        (Some(_), _) if run.state == RunState::Interrupted => {}
        (Some(approval), Some(request)) if request.id == approval => {
            expire(tx, &tenant, approval)?;
            if let Err(no) = take_yes(tx, &request)? {
                return Ok(Err(NotBegun::NoYes(no)));
            }
        }
        (Some(_), _) => return Ok(Err(NotBegun::NoYes(NotConsumed::NotThere))),
    }
    let begun = tx
        .conn
        .prepare_cached(
            "UPDATE runs SET state = 'running', session = ?2, started_at = coalesce(started_at, ?3), cause = NULL
             WHERE id = ?1 AND state IN ('created', 'interrupted')",
        )?
        .execute(params![id.0.as_bytes(), session.0.as_bytes(), now.0])?;
    if begun != 1 {
        return Err(StoreError::Unusable(format!("the beginning of one run met {begun}")));
    }
    tx.append(&row)?;
    tx.stir();
    Ok(Ok(runs::get(tx.conn, &tenant, id)?))
}

/// Lets one step go. The updates decide; the reasons are only told apart before.
pub(crate) fn permit(
    tx: &mut Tx<'_>,
    step: StepUse,
) -> Result<Either<u64, NotConsumed>, StoreError> {
    let now = tx.now_to_decide()?;
    let parts = step.call.parts();
    let (run, at) = (step.run.0.as_bytes(), step.step);
    let found = runs::standing(tx.conn, &parts.tenant, step.run)?.filter(|run| {
        run.principal == parts.principal
            && run.state == RunState::Running
            && run.session == Some(parts.session)
    });
    let no = match &found {
        None => Some(NotConsumed::NotThere),
        Some(_) if is_paused(tx.conn, &parts.tenant, &parts.principal.name)? => {
            Some(NotConsumed::Paused)
        }
        Some(_) => match runs::step(tx.conn, step.run, at)? {
            None => Some(NotConsumed::NotThere),
            Some(s) if s.intent.is_some() => Some(NotConsumed::State(State::Consumed)),
            Some(s) if !s.call_digest.same(&step.call.digest()) => Some(NotConsumed::CallDiffers),
            Some(s) if step.tier > s.tier => Some(NotConsumed::TierRose),
            Some(_) => spending::over(tx, &step.row)?.map(NotConsumed::OverBudget),
        },
    };
    let approval = found.as_ref().and_then(|run| run.approval);
    let no = match (no, approval) {
        (Some(no), _) => Some(no),
        (None, None) => None,
        (None, Some(approval)) => {
            let used = tx
                .conn
                .prepare_cached(
                    "UPDATE grants SET used_at = ?3
                     WHERE run = ?1 AND step = ?2 AND used_at IS NULL AND run_by > ?3 AND call_digest = ?4
                       AND tier >= ?5
                       AND EXISTS (SELECT 1 FROM journal
                           WHERE approval = ?6 AND tenant = ?7 AND type = 'approval.consumed')",
                )?
                .execute(params![
                    run,
                    at,
                    now.0,
                    step.call.digest().0,
                    step.tier.get(),
                    approval.0.as_bytes(),
                    parts.tenant.as_str()
                ])?;
            if used == 1 { None } else { Some(why_no_grant(tx, step.run, at, now)?) }
        }
    };
    if let Some(no) = no {
        let row = Draft { approval, ..step.row };
        tx.append(&match &no {
            NotConsumed::OverBudget(over) => over_budget(row, over),
            no => Draft { kind: EntryType::CallRefused, outcome: Some(code(no)), ..row },
        })?;
        return Ok(Err(no));
    }
    let seq = tx.append(&Draft { kind: EntryType::CallPermitted, approval, ..step.row.clone() })?;
    spending::reserve(tx, seq, &step.row)?;
    let taken = tx
        .conn
        .prepare_cached(
            "UPDATE run_steps SET intent = ?3 WHERE run = ?1 AND step = ?2 AND intent IS NULL",
        )?
        .execute(params![run, at, seq])?;
    if taken != 1 {
        // An error takes everything back, the grant's use and the row, too.
        return Err(StoreError::Unusable(format!("the beginning of one step met {taken}")));
    }
    open_intent(tx, seq, Some(parts.session), None)?;
    tx.conn
        .prepare_cached("UPDATE intents SET run = ?2, step = ?3 WHERE seq = ?1")?
        .execute(params![seq, run, at])?;
    tx.stir();
    Ok(Ok(seq))
}

fn why_no_grant(
    tx: &Tx<'_>,
    run: RunId,
    step: u32,
    now: Millis,
) -> Result<NotConsumed, StoreError> {
    let grant: Option<(Option<i64>, i64)> = tx
        .conn
        .prepare_cached("SELECT used_at, run_by FROM grants WHERE run = ?1 AND step = ?2")?
        .query_row(params![run.0.as_bytes(), step], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match grant {
        None => NotConsumed::NotThere,
        Some((Some(_), _)) => NotConsumed::State(State::Consumed),
        Some((None, run_by)) if run_by <= now.0 => NotConsumed::State(State::Expired),
        Some(_) => NotConsumed::CallDiffers,
    })
}

/// How a step ended; a known outcome stays. Whether that was news.
pub(crate) fn settle(
    tx: &Tx<'_>,
    run: [u8; 16],
    step: u32,
    outcome: OutcomeKind,
    tokens: u64,
) -> Result<bool, StoreError> {
    let settled = tx
        .conn
        .prepare_cached(
            "UPDATE run_steps SET outcome = ?3
             WHERE run = ?1 AND step = ?2 AND (outcome IS NULL OR outcome = 'unknown')",
        )?
        .execute(params![run, step, outcome.as_str()])?;
    if tokens > 0 {
        tx.conn
            // Servers tell what they like: a sum that is too large must not lose the outcome.
            .prepare_cached(
                "UPDATE runs SET tokens = tokens + min(?2, 9223372036854775807 - tokens) WHERE id = ?1",
            )?
            .execute(params![run, i64::try_from(tokens).unwrap_or(i64::MAX)])?;
    }
    Ok(settled == 1)
}

/// Keeps which question a step of unknown outcome waits for.
pub(crate) fn asked_again(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    run: RunId,
    step: u32,
    question: ApprovalId,
) -> Result<(), StoreError> {
    let Some(run) = runs::find(tx.conn, tenant, run)? else { return Ok(()) };
    let kept = tx
        .conn
        .prepare_cached(
            "UPDATE run_steps SET again = ?3
             WHERE run = ?1 AND step = ?2 AND intent IS NOT NULL AND again IS NOT ?3",
        )?
        .execute(params![run.id.0.as_bytes(), step, question.0.as_bytes()])?;
    if kept == 1 {
        tx.append(&of_step(&run, step, Some(question), EntryType::RunStepAsked))?;
        tx.stir();
    }
    Ok(())
}

/// A step whose outcome was unknown was settled by a call of its own.
pub(crate) fn resolve(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    run: RunId,
    step: u32,
    outcome: OutcomeKind,
) -> Result<(), StoreError> {
    let Some(run) = runs::find(tx.conn, tenant, run)? else { return Ok(()) };
    if settle(tx, *run.id.0.as_bytes(), step, outcome, 0)? {
        let again = run.steps.iter().find(|known| known.step == step).and_then(|s| s.again);
        let row = of_step(&run, step, again, EntryType::RunStepResolved);
        tx.append(&Draft { outcome: Some(outcome.as_str().to_owned()), ..row })?;
        tx.stir();
    }
    Ok(())
}

/// A row about one step of a run.
fn of_step(run: &Run, step: u32, question: Option<ApprovalId>, kind: EntryType) -> Draft {
    let tier = run.steps.iter().find(|known| known.step == step).map(|known| known.tier.get());
    Draft {
        correlation: Some(run.correlation),
        session: run.session,
        principal: Some(run.principal.clone()),
        tier,
        approval: question,
        body: body(&json!({ "run": run.id, "step": step })),
        ..Draft::new(kind, &run.tenant)
    }
}

/// Ends a run or pauses it. One that ended forgets its plan and its calls.
pub(crate) fn end(tx: &mut Tx<'_>, end: EndRun) -> Result<Option<Run>, StoreError> {
    let now = tx.now();
    let EndRun { tenant, id, principal, session, state, cause, row } = end;
    let found = runs::find(tx.conn, &tenant, id)?;
    let own = |run: &Run| match run.state {
        RunState::Running => run.session == Some(session),
        // What nobody executes can only be given up: going on with it takes `begin`, and that the yes.
        RunState::Created | RunState::Interrupted => {
            run.principal == principal && state == RunState::Stopped
        }
        RunState::Stopped | RunState::Completed | RunState::Failed => false,
    };
    let Some(run) = found.filter(own) else { return Ok(None) };
    if let (Some(approval), RunState::Created) = (run.approval, run.state) {
        // Nobody is asked about what never runs, and nothing of it is kept for the answer.
        let reason = cause.as_ref().map(|cause| format!("its run was stopped: {cause}"));
        if rows::find(tx.conn, &tenant, approval)?.is_some_and(|a| !a.state.is_terminal()) {
            let _ = cancel(tx, &tenant, approval, &principal, reason)?;
        }
    }
    let ended = state.is_terminal().then_some(now.0);
    tx.conn
        .prepare_cached("UPDATE runs SET state = ?2, cause = ?3, ended_at = ?4 WHERE id = ?1")?
        .execute(params![id.0.as_bytes(), state.as_str(), cause, ended])?;
    if state.is_terminal() {
        forget(tx, id)?;
    }
    tx.append(&Draft { outcome: cause, ..row })?;
    tx.stir();
    runs::find(tx.conn, &tenant, id)
}

/// The calls of a run that ended may hold prompts, which are not kept longer than they are needed.
pub(crate) fn forget(tx: &Tx<'_>, id: RunId) -> Result<(), StoreError> {
    let run = id.0.as_bytes();
    tx.conn
        .prepare_cached("UPDATE runs SET ir = NULL, manifest = NULL WHERE id = ?1")?
        .execute([run])?;
    tx.conn.prepare_cached("INSERT OR IGNORE INTO pruning (one) VALUES (1)")?.execute([])?;
    tx.conn
        .prepare_cached(
            "UPDATE approvals SET arguments = NULL
             WHERE id = (SELECT approval FROM runs WHERE id = ?1) AND ended_at IS NOT NULL",
        )?
        .execute([run])?;
    tx.conn.prepare_cached("DELETE FROM pruning")?.execute([])?;
    Ok(())
}

/// The process that executed them is gone: its runs may go on elsewhere.
pub(crate) fn interrupt(tx: &mut Tx<'_>, session: SessionId) -> Result<(), StoreError> {
    let mut statement = tx
        .conn
        .prepare_cached("SELECT id, tenant FROM runs WHERE session = ?1 AND state = 'running'")?;
    let found = statement
        .query_map([session.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<([u8; 16], String)>, _>>()?;
    drop(statement);
    for (id, tenant) in found {
        tx.conn
            .prepare_cached("UPDATE runs SET state = 'interrupted' WHERE id = ?1")?
            .execute([id])?;
        let tenant = Tenant::new(&tenant).ok_or_else(|| rows::damaged("tenant"))?;
        let run = runs::get(tx.conn, &tenant, RunId(uuid::Uuid::from_bytes(id)))?;
        let row = Draft {
            correlation: Some(run.correlation),
            session: Some(session),
            principal: Some(run.principal),
            approval: run.approval,
            outcome: Some("session_ended".to_owned()),
            body: body(&json!({ "run": run.id })),
            ..Draft::new(EntryType::RunInterrupted, &tenant)
        };
        tx.append(&row)?;
    }
    Ok(())
}
