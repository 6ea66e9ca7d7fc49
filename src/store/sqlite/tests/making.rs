//! Making runs: once for their keys, by nobody who is paused, not more than somebody could look through.

use super::*;
use crate::domain::run::{Run, RunState};
use crate::store::runs::{NotCreated, RUNS_KEPT, RunFilter, RunKeys, Runs as _};
use crate::store::sqlite::tests::runs::*;

#[tokio::test]
async fn a_run_is_made_once_for_its_keys_and_its_plan() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k", "k:0", "k:1"]);
        assert!(store.run_for(plan.keys.clone()).await.unwrap().is_none());
        let first = plan.try_make(store, Some(1)).await.unwrap();
        assert!(!first.replay && first.run.state == RunState::Created);
        let second = plan.try_make(store, Some(1)).await.unwrap();
        assert!(second.replay && second.run.id == first.run.id);
        assert_eq!(
            store.run_for(plan.keys.clone()).await.unwrap().unwrap().unwrap().id,
            first.run.id
        );

        let with = |keys: &[&str], change: fn(&mut RunKeys)| {
            let mut plan = Plan::new(keys);
            change(&mut plan.keys);
            plan
        };
        let all = ["k", "k:0", "k:1"];
        let same = |_: &mut RunKeys| {};
        let other_plan = |keys: &mut RunKeys| keys.ir_hash = Digest([5; 32]);
        for (plan, key) in [
            (with(&all, other_plan), "k"),
            (with(&all, |keys| keys.directive = "D4".to_owned()), "k"),
            (with(&["k"], other_plan), "k"),
            (with(&["new", "k:1"], other_plan), "k:1"),
            (with(&["new", "k:1"], same), "k:1"),
            (with(&["k:1", "k"], other_plan), "k:1"),
            (with(&["k", "k:0", "new"], same), "new"),
        ] {
            let refused = plan.try_make(store, Some(1)).await.unwrap_err();
            let NotCreated::KeyTaken(taken) = refused else { panic!("{refused:?}") };
            assert_eq!(newest_outcome(store).await, "run.refused idempotency_conflict");
            assert_eq!((taken.key.as_str(), taken.run), (key, first.run.id));
            assert_eq!(store.run_for(plan.keys).await.unwrap().unwrap().unwrap_err(), taken);
        }
        assert_eq!(rows_of(store, "runs").await, 1, "a key that was taken stored something");
        assert_eq!(rows_of(store, "approvals").await, 1);
        assert_eq!(rows_of(store, "idempotency_keys").await, 3);

        // The same keys are somebody else's own in another tenant, and for another agent.
        let eve = with(&all, |keys| keys.principal = Principal::new(Role::Agent, "eve/claude"));
        assert!(!eve.try_make(store, Some(1)).await.unwrap().replay);
        let elsewhere = with(&all, |keys| keys.tenant = Tenant::new("other").unwrap());
        let theirs = elsewhere.try_make(store, Some(1)).await.unwrap();
        assert!(!theirs.replay);
        assert!(store.run(&tenant(), theirs.run.id).await.unwrap().is_none());
        let approval = theirs.run.approval.unwrap();
        assert!(store.run_of(&tenant(), approval).await.unwrap().is_none());
        assert_eq!(
            store.run_of(&theirs.run.tenant, approval).await.unwrap().unwrap().id,
            theirs.run.id
        );
        let filter =
            |principal| RunFilter { tenant: tenant(), principal, states: Vec::new(), limit: 9 };
        assert_eq!(store.runs(filter(None)).await.unwrap().len(), 2);
        assert_eq!(store.runs(filter(Some(agent()))).await.unwrap().len(), 1);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn many_that_make_the_same_run_make_one() {
    let bench = Bench::file();
    let stores: Vec<_> = (0..8).map(|_| bench.again()).collect();
    let mut tasks = Vec::new();
    for at in 0..40 {
        let store = Arc::clone(&stores[at % 8]);
        let plan = Plan::new(&["k"]);
        tasks.push(tokio::spawn(async move { plan.try_make(&*store, Some(1)).await.unwrap() }));
    }
    let mut new = 0;
    for task in tasks {
        new += u32::from(!task.await.unwrap().replay);
    }
    assert_eq!((new, rows_of(&bench.store, "runs").await), (1, 1));
    assert_eq!(rows_of(&bench.store, "approvals").await, 1, "a question was put twice");
}

#[tokio::test]
async fn a_paused_agent_makes_no_run_and_puts_no_question() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let before = Plan::new(&["before"]).asked(store).await;
        for all in [true, false] {
            let agent = (!all).then(|| agent().name);
            store.pause(&tenant(), agent.as_deref(), &admin("bob")).await.unwrap();
            for required in [Some(1), None] {
                let refused = Plan::new(&["k"]).try_make(store, required).await.unwrap_err();
                assert_eq!(refused, NotCreated::Paused);
                assert_eq!(newest_outcome(store).await, "run.refused paused");
            }
            // What was made is told, and changes nothing.
            let replay = Plan::new(&["before"]).try_make(store, Some(1)).await.unwrap();
            assert!(replay.replay && replay.run.id == before.id);
            store.unpause(&tenant(), agent.as_deref(), &admin("bob")).await.unwrap();
        }
        assert_eq!((rows_of(store, "runs").await, rows_of(store, "approvals").await), (1, 1));
        Plan::new(&["k"]).asked(store).await;
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_question_that_nobody_answered_gives_its_keys_back() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for (key, state) in [("e", State::Expired), ("u", State::Expired), ("c", State::Cancelled)]
        {
            let plan = Plan::new(&[key, "step"]);
            let old = if key == "u" { plan.approved(store).await } else { plan.asked(store).await };
            match state {
                State::Cancelled => {
                    let id = old.approval.unwrap();
                    store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap();
                }
                _ => bench.wall.pass(2 * DAY),
            }
            assert!(store.run_for(plan.keys.clone()).await.unwrap().is_none());
            let new = plan.try_make(store, Some(1)).await.unwrap();
            assert!(!new.replay && new.run.id != old.id, "the dead run was given again");
            let old = again(store, &old).await;
            assert_eq!(
                (old.state, old.cause.as_deref()),
                (RunState::Stopped, Some(state.as_str()))
            );
            assert!(old.ir.is_none() && old.manifest.is_none() && old.ended_at.is_some());
            assert_eq!(row(store, old.approval.unwrap()).await.state, state);
            assert!(kinds(store).await.iter().any(|kind| kind == "run.stopped"));
            let replay = plan.try_make(store, Some(1)).await.unwrap();
            assert!(replay.replay && replay.run.id == new.run.id);
            // Nobody but whose keys they are gets them back; the next case takes its own.
            store
                .cancel(&tenant(), new.run.approval.unwrap(), &agent(), None)
                .await
                .unwrap()
                .unwrap();
            let third = plan.try_make(store, None).await.unwrap();
            let session = plan.begun(store, &third.run).await;
            store.end_run(ending(&third.run, session, RunState::Stopped)).await.unwrap().unwrap();
            let replay = plan.try_make(store, None).await.unwrap();
            assert!(replay.replay, "a run that began keeps its keys");
            let free = "DELETE FROM idempotency_keys";
            store.write(move |tx| Ok(tx.conn.execute(free, [])?)).await.unwrap();
        }
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_no_is_final_for_its_keys() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k"]);
        let run = plan.asked(store).await;
        decide(store, &run, "bob", no()).await;
        bench.wall.pass(2 * DAY);
        let replay = plan.try_make(store, Some(1)).await.unwrap();
        assert!(replay.replay && replay.run.id == run.id);
        assert_eq!(store.run_for(plan.keys.clone()).await.unwrap().unwrap().unwrap().id, run.id);
        assert_eq!(rows_of(store, "approvals").await, 1, "a person was asked again after a no");
    }
}

#[tokio::test]
async fn a_principal_keeps_so_many_runs_and_what_never_begins_makes_room() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let mut runs = Vec::new();
    for at in 0..RUNS_KEPT {
        runs.push(Plan::new(&[&at.to_string()]).asked(store).await);
    }
    let more = Plan::new(&["more"]);
    assert_eq!(more.try_make(store, Some(1)).await.unwrap_err(), NotCreated::TooMany);
    assert_eq!(newest_outcome(store).await, "run.refused too_many");
    assert_eq!(rows_of(store, "approvals").await, RUNS_KEPT);
    let mut eve = Plan::new(&["more"]);
    eve.keys.principal = Principal::new(Role::Agent, "eve/claude");
    eve.asked(store).await;

    decide(store, &runs[0], "bob", no()).await;
    store.cancel(&tenant(), runs[1].approval.unwrap(), &agent(), None).await.unwrap().unwrap();
    more.asked(store).await;
    for (run, cause) in runs.iter().zip(["denied", "cancelled"]) {
        let run = again(store, run).await;
        assert_eq!((run.state, run.cause.as_deref()), (RunState::Stopped, Some(cause)));
        assert!(run.manifest.is_none());
    }
    // The no still stands, the other may be asked anew.
    assert!(Plan::new(&["0"]).try_make(store, Some(1)).await.unwrap().replay);
    assert!(!Plan::new(&["1"]).try_make(store, Some(1)).await.unwrap().replay);
    assert_eq!(more_of(store).await, NotCreated::TooMany);
    assert_chain(store).await;
}

async fn more_of(store: &SqliteStore) -> NotCreated {
    Plan::new(&["still more"]).try_make(store, Some(1)).await.unwrap_err()
}

#[tokio::test]
async fn a_list_of_runs_holds_no_plans_and_tells_how_the_questions_stand() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let [denied, approved, free, late] = ["d", "a", "f", "l"].map(|key| Plan::new(&[key]));
        let old = late.asked(store).await;
        bench.wall.pass(2 * DAY);
        let run = denied.asked(store).await;
        decide(store, &run, "bob", no()).await;
        let yes = approved.approved(store).await;
        let none = free.free(store).await;
        let filter = RunFilter { tenant: tenant(), principal: None, states: Vec::new(), limit: 9 };
        let listed = store.runs(filter).await.unwrap();
        assert_eq!(listed.len(), 4);
        assert!(listed.iter().all(|l| l.run.ir.is_none() && l.run.manifest.is_none()));
        assert!(listed.iter().all(|l| l.run.steps.len() as u32 == STEPS));
        let of = |run: &Run| listed.iter().find(|l| l.run.id == run.id).unwrap().answer.clone();
        let whole = row(store, run.approval.unwrap()).await;
        let no = of(&run).unwrap();
        assert_eq!((no.state, &no.reason), (State::Denied, &whole.reason));
        assert_eq!((no.by, no.at), (whole.decided_by.map(|by| by.principal), whole.decided_at));
        assert_eq!(of(&yes).unwrap().state, State::Approved);
        assert_eq!(of(&old).unwrap().state, State::Expired, "due, and nobody met it yet");
        assert!(of(&none).is_none());
        assert!(again(store, &yes).await.manifest.is_some(), "the twin: one alone has it");
    }
}
