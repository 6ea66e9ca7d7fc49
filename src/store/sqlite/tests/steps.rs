//! Steps of runs: each let go at most once, by its session, as it was approved, and what the schema holds of that.

use super::*;
use crate::domain::run::{Run, RunState};
use crate::store::runs::{NotBegun, Runs as _};
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::tests::runs::*;
use crate::store::{NotConsumed, StoreError};
use rusqlite::Connection;

/// An approved run that this session has begun.
async fn begun(store: &dyn Store, key: &str) -> (Plan, Run, SessionId) {
    let plan = Plan::new(&[key]);
    let run = plan.approved(store).await;
    let session = plan.begun(store, &run).await;
    (plan, run, session)
}

#[tokio::test]
async fn a_step_is_let_go_once() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (plan, run, session) = begun(store, "k").await;
        let once = || plan.letting_go(store, run.id, session, 0);
        let seq = store.permit_step(once()).await.unwrap().unwrap();
        assert_eq!(again(store, &run).await.steps[0].intent, Some(seq));
        let used = NotConsumed::State(State::Consumed);
        assert_eq!(store.permit_step(once()).await.unwrap().unwrap_err(), used);
        assert_eq!(newest_outcome(store).await, "call.refused already_consumed");
        // Neither does its outcome free it.
        store.settle(ran(seq, None)).await.unwrap();
        assert_eq!(store.permit_step(once()).await.unwrap().unwrap_err(), used);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn of_a_hundred_that_let_one_step_go_one_does() {
    let bench = Bench::file();
    let stores: Vec<_> = (0..8).map(|_| bench.again()).collect();
    // With grants of a yes, and without.
    let free = Plan::new(&["free"]);
    let run = free.free(&*bench.store).await;
    let session = free.begun(&*bench.store, &run).await;
    for (plan, run, session) in [begun(&*bench.store, "k").await, (free, run, session)] {
        let mut tasks = Vec::new();
        for at in 0..100 {
            let store = Arc::clone(&stores[at % 8]);
            let step = plan.letting_go(&*store, run.id, session, 1);
            tasks.push(tokio::spawn(async move { store.permit_step(step).await.unwrap() }));
        }
        let mut gone = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(_) => gone += 1,
                Err(no) => assert_eq!(no, NotConsumed::State(State::Consumed)),
            }
        }
        assert_eq!(gone, 1);
    }
    assert_chain(&*bench.store).await;
}

#[tokio::test]
async fn a_step_goes_only_as_it_was_approved_and_by_its_session() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (plan, run, session) = begun(store, "k").await;
        let good = || plan.letting_go(store, run.id, session, 0);
        let mut eve = plan.clone();
        eve.keys.principal = Principal::new(Role::Agent, "eve/claude");
        let mut elsewhere = plan.clone();
        elsewhere.keys.tenant = Tenant::new("other").unwrap();
        let mut changed = good();
        changed.call = plan.step(store, session, 1);
        let mut graver = good();
        graver.tier = Tier::GRAVE;
        let mut no_step = good();
        no_step.step = STEPS;
        for (step, expected, code) in [
            (changed, NotConsumed::CallDiffers, "call_differs"),
            (graver, NotConsumed::TierRose, "tier_rose"),
            (no_step, NotConsumed::NotThere, "not_there"),
            (
                plan.letting_go(store, run.id, SessionId::new(), 0),
                NotConsumed::NotThere,
                "not_there",
            ),
            (eve.letting_go(store, run.id, session, 0), NotConsumed::NotThere, "not_there"),
            (elsewhere.letting_go(store, run.id, session, 0), NotConsumed::NotThere, "not_there"),
        ] {
            assert_eq!(store.permit_step(step).await.unwrap().unwrap_err(), expected);
            assert_eq!(newest_outcome(store).await, format!("call.refused {code}"));
            assert_eq!(again(store, &run).await.steps[0].intent, None);
        }
        store.pause(&tenant(), Some(&agent().name), &admin("bob")).await.unwrap();
        assert_eq!(store.permit_step(good()).await.unwrap().unwrap_err(), NotConsumed::Paused);
        assert_eq!(newest_outcome(store).await, "call.refused paused");
        store.unpause(&tenant(), Some(&agent().name), &admin("bob")).await.unwrap();
        store.permit_step(good()).await.unwrap().unwrap();
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_grant_ends_with_its_yes_and_a_free_run_has_no_end() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (plan, run, session) = begun(store, "k").await;
        let free = Plan::new(&["free"]);
        let unasked = free.free(store).await;
        let its = free.begun(store, &unasked).await;
        bench.wall.pass(HOUR - 1);
        store.permit_step(plan.letting_go(store, run.id, session, 0)).await.unwrap().unwrap();
        bench.wall.pass(1);
        let late = store.permit_step(plan.letting_go(store, run.id, session, 1)).await.unwrap();
        assert_eq!(late.unwrap_err(), NotConsumed::State(State::Expired));
        assert_eq!(newest_outcome(store).await, "call.refused already_expired");
        store.permit_step(free.letting_go(store, unasked.id, its, 1)).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_run_that_nobody_began_lets_nothing_go() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (asked, free) = (Plan::new(&["asked"]), Plan::new(&["free"]));
        for (plan, run) in [(&asked, asked.approved(store).await), (&free, free.free(store).await)]
        {
            let session = SessionId::new();
            let step = || plan.letting_go(store, run.id, session, 0);
            assert_eq!(
                store.permit_step(step()).await.unwrap().unwrap_err(),
                NotConsumed::NotThere
            );
            store.begin_run(plan.beginning(store, &run, session)).await.unwrap().unwrap();
            store.permit_step(step()).await.unwrap().unwrap();
            store.end_run(ending(&run, session, RunState::Interrupted)).await.unwrap().unwrap();
            let next = plan.letting_go(store, run.id, session, 1);
            assert_eq!(store.permit_step(next).await.unwrap().unwrap_err(), NotConsumed::NotThere);
        }
    }
}

/// A run that somebody set running without the verb that uses its yes.
#[tokio::test]
async fn no_step_goes_without_the_yes_being_used() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k"]);
        let run = plan.approved(store).await;
        let session = SessionId::new();
        let by_hand = move |tx: &mut Tx<'_>| {
            let sql = "UPDATE runs SET state = 'running', session = ?1";
            Ok(tx.conn.execute(sql, [session.0.as_bytes()])?)
        };
        store.write(by_hand).await.unwrap();
        let step = store.permit_step(plan.letting_go(store, run.id, session, 0)).await.unwrap();
        assert!(step.is_err(), "{step:?}");
    }
}

#[tokio::test]
async fn after_a_failed_commit_no_step_goes() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k"]);
        let run = plan.approved(store).await;
        let session = SessionId::new();
        let refuse = |conn: &mut Connection| conn.commit_hook(Some(|| true)).unwrap();
        let allow = |conn: &mut Connection| conn.commit_hook(None::<fn() -> bool>).unwrap();
        store.writer.touch(refuse).unwrap();
        let begin = store.begin_run(plan.beginning(store, &run, session)).await;
        assert!(matches!(begin, Err(StoreError::CommitUnknown(_))), "{begin:?}");
        store.writer.touch(allow).unwrap();
        assert_eq!(again(store, &run).await.state, RunState::Created);
        assert_eq!(row(store, run.approval.unwrap()).await.state, State::Approved);
        store.begin_run(plan.beginning(store, &run, session)).await.unwrap().unwrap();

        let step = || plan.letting_go(store, run.id, session, 0);
        store.writer.touch(refuse).unwrap();
        let permitted = store.permit_step(step()).await;
        assert!(matches!(permitted, Err(StoreError::CommitUnknown(_))), "{permitted:?}");
        store.writer.touch(allow).unwrap();
        assert_eq!(again(store, &run).await.steps[0].intent, None);
        store.permit_step(step()).await.unwrap().unwrap();
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_session_that_ends_leaves_its_run_to_the_next_and_its_step_unknown() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (plan, run, dead) = begun(store, "k").await;
        let seq =
            store.permit_step(plan.letting_go(store, run.id, dead, 0)).await.unwrap().unwrap();
        store.settle(ran(seq, None)).await.unwrap();
        store.permit_step(plan.letting_go(store, run.id, dead, 1)).await.unwrap().unwrap();
        let open = store.close_session(dead, "found_dead").await.unwrap();
        assert_eq!(open.len(), 1);
        let left = again(store, &run).await;
        assert_eq!(left.state, RunState::Interrupted);
        let outcomes: Vec<_> = left.steps.iter().map(|step| step.outcome).collect();
        assert_eq!(outcomes, [Some(OutcomeKind::Ran), Some(OutcomeKind::Unknown), None]);

        let live = SessionId::new();
        let on = || crate::store::runs::BeginRun { yes: None, ..plan.beginning(store, &run, live) };
        store.pause(&tenant(), None, &admin("bob")).await.unwrap();
        let paused = store.begin_run(on()).await.unwrap().unwrap_err();
        assert_eq!(paused, NotBegun::NoYes(NotConsumed::Paused));
        assert_eq!(newest_outcome(store).await, "call.refused paused");
        store.unpause(&tenant(), None, &admin("bob")).await.unwrap();
        store.begin_run(on()).await.unwrap().unwrap();
        for (session, step, expected) in [
            (live, 1, Err(NotConsumed::State(State::Consumed))),
            (dead, 2, Err(NotConsumed::NotThere)),
            (live, 2, Ok(())),
        ] {
            let gone = store.permit_step(plan.letting_go(store, run.id, session, step)).await;
            assert_eq!(gone.unwrap().map(drop), expected, "step {step}");
        }
        // What was unknown may become known, once.
        for (told, stays) in
            [(OutcomeKind::Failed, OutcomeKind::Failed), (OutcomeKind::Ran, OutcomeKind::Failed)]
        {
            store.resolve_step(&tenant(), run.id, 1, told).await.unwrap();
            assert_eq!(again(store, &run).await.steps[1].outcome, Some(stays));
        }
        let other = Tenant::new("other").unwrap();
        store.resolve_step(&other, run.id, 2, OutcomeKind::Ran).await.unwrap();
        assert_eq!(again(store, &run).await.steps[2].outcome, None, "another tenant settled it");
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn tokens_are_added_and_never_cost_the_outcome() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (plan, run, session) = begun(store, "k").await;
        let told = [40, 2, u64::MAX];
        let sums = [40, 42, i64::MAX.unsigned_abs()];
        for (step, (tokens, sum)) in (0..).zip(told.into_iter().zip(sums)) {
            let use_ = plan.letting_go(store, run.id, session, step);
            let seq = store.permit_step(use_).await.unwrap().unwrap();
            let mut settlement = ran(seq, None);
            settlement.outcome.tokens = Some(tokens);
            store.settle(settlement).await.unwrap();
            let run = again(store, &run).await;
            assert_eq!(run.tokens, sum);
            assert_eq!(run.steps[step as usize].outcome, Some(OutcomeKind::Ran));
        }
    }
}

#[tokio::test]
async fn the_schema_itself_holds_what_a_run_is() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (plan, run, session) = begun(store, "k").await;
    store.permit_step(plan.letting_go(store, run.id, session, 0)).await.unwrap().unwrap();
    let refused = async |sql: &'static str| {
        let done = store.write(move |tx: &mut Tx<'_>| Ok(tx.conn.execute_batch(sql)?)).await;
        let told = done.expect_err(sql).to_string();
        assert!(told.contains("never"), "{sql}: {told}");
    };
    for sql in [
        "DELETE FROM grants",
        "UPDATE grants SET used_at = NULL WHERE used_at IS NOT NULL",
        "UPDATE grants SET used_at = 9 WHERE used_at IS NOT NULL",
        "UPDATE grants SET call_digest = x'00'",
        "UPDATE grants SET tier = 3",
        "UPDATE grants SET run_by = 9",
        "UPDATE grants SET run = x'00'",
        "DELETE FROM run_steps",
        "UPDATE run_steps SET intent = NULL WHERE intent IS NOT NULL",
        "UPDATE run_steps SET call_digest = x'00'",
        "UPDATE run_steps SET tier = 3",
        "DELETE FROM runs",
        "UPDATE runs SET ir = x'00'",
        "UPDATE runs SET ir = NULL",
        "UPDATE runs SET manifest = x'00'",
        "UPDATE runs SET approval = NULL",
        "UPDATE runs SET principal = 'agent:eve'",
        "UPDATE runs SET tier = 0",
        "UPDATE runs SET state = 'created'",
        "INSERT INTO pruning VALUES (1); UPDATE runs SET ir = x'00'",
        "INSERT INTO pruning VALUES (1); UPDATE runs SET manifest_digest = x'00'",
    ] {
        refused(sql).await;
    }
    store.end_run(ending(&run, session, RunState::Completed)).await.unwrap().unwrap();
    for sql in [
        "UPDATE runs SET state = 'running', ended_at = NULL",
        "UPDATE runs SET state = 'failed'",
        "UPDATE runs SET tier = 0",
        "UPDATE runs SET directive = 'D1'",
        "UPDATE runs SET ir = x'00'",
    ] {
        refused(sql).await;
    }
    assert_chain(store).await;
}
