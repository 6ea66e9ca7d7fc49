//! How runs end: forgotten to the last byte, never to go on, and what retention takes of those that nobody began.

use super::*;
use crate::domain::run::RunState;
use crate::store::Retention;
use crate::store::runs::{NotBegun, Runs as _};
use crate::store::sqlite::tests::runs::*;
use rusqlite::Connection;

/// Tables and columns of the whole database that hold these bytes.
async fn where_is(store: &SqliteStore, bytes: &'static str) -> Vec<String> {
    let look = move |conn: &Connection| {
        let mut columns = conn.prepare(
            "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'",
        )?;
        let columns: Vec<(String, String)> = columns
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut found = Vec::new();
        for (table, column) in columns {
            let sql = format!(
                "SELECT count(*) FROM {table} WHERE instr(CAST({column} AS BLOB), CAST(?1 AS BLOB))"
            );
            let count: u32 = conn.query_row(&sql, [bytes], |row| row.get(0))?;
            if count > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
        Ok(found)
    };
    store.read(look).await.unwrap()
}

#[tokio::test]
async fn a_run_that_ended_is_forgotten_and_stays_ended() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k"]);
        let run = plan.approved(store).await;
        let held = where_is(store, CANARY).await;
        assert_eq!(held, ["approvals.arguments", "runs.ir", "runs.manifest"], "the twin");
        let session = plan.begun(store, &run).await;
        let other = SessionId::new();
        for (session, state) in [(other, RunState::Completed), (other, RunState::Interrupted)] {
            assert!(store.end_run(ending(&run, session, state)).await.unwrap().is_none());
        }
        let ended =
            store.end_run(ending(&run, session, RunState::Completed)).await.unwrap().unwrap();
        assert_eq!((ended.state, ended.ir.is_none()), (RunState::Completed, true));
        assert!(where_is(store, CANARY).await.is_empty());
        assert!(store.end_run(ending(&run, session, RunState::Failed)).await.unwrap().is_none());
        let no = store.begin_run(plan.beginning(store, &run, other)).await.unwrap().unwrap_err();
        assert_eq!(no, NotBegun::State(RunState::Completed));
        // Whoever makes it again is told how it ended.
        let replay = plan.try_make(store, Some(1)).await.unwrap();
        assert!(replay.replay && replay.run.state == RunState::Completed);
    }
}

#[tokio::test]
async fn a_run_that_is_given_up_takes_its_question_along() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for (key, approve) in [("pending", false), ("approved", true)] {
            let plan = Plan::new(&[key]);
            let run = plan.asked(store).await;
            if approve {
                decide(store, &run, "bob", yes()).await;
            }
            // Nobody executes it, so nobody can end it but by giving it up.
            for state in [RunState::Completed, RunState::Interrupted, RunState::Failed] {
                let ended = store.end_run(ending(&run, SessionId::new(), state)).await.unwrap();
                assert!(ended.is_none(), "{state:?}");
            }
            let stopped = ending(&run, SessionId::new(), RunState::Stopped);
            assert_eq!(store.end_run(stopped).await.unwrap().unwrap().state, RunState::Stopped);
            assert_eq!(row(store, run.approval.unwrap()).await.state, State::Cancelled);
            assert!(where_is(store, CANARY).await.is_empty());
        }
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn what_is_forgotten_is_overwritten_in_the_file() {
    let bench = Bench::file();
    let file = bench.home.path().join("home").join("countersign.db");
    let holds = |file: &Path| {
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
    };
    let plan = Plan::new(&["k"]);
    let run = plan.approved(&*bench.store).await;
    let session = plan.begun(&*bench.store, &run).await;
    let (home, wall) = (bench.home, bench.wall);
    drop(bench.store);
    assert!(holds(&file), "the twin: as long as it runs, its plan is there");
    let store = open(home.path(), &wall);
    store.end_run(ending(&run, session, RunState::Completed)).await.unwrap().unwrap();
    drop(store);
    assert!(!holds(&file), "free space of the file tells a plan that was forgotten");
    assert!(!file.with_extension("db-wal").exists());
}

#[tokio::test]
async fn retention_takes_the_plan_of_a_run_that_nobody_began() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let retention = Retention { bodies: DAY, reads: DAY, size: u64::MAX };
        let (left, running) = (Plan::new(&["left"]), Plan::new(&["running"]));
        let (waits, runs) = (left.free(store).await, running.free(store).await);
        running.begun(store, &runs).await;
        store.prune(retention).await.unwrap();
        assert!(again(store, &waits).await.manifest.is_some(), "before its time");
        bench.wall.pass(2 * DAY);
        store.prune(retention).await.unwrap();
        let waits = again(store, &waits).await;
        assert!(waits.ir.is_none() && waits.manifest.is_none());
        assert_eq!((waits.state, waits.steps.len() as u32), (RunState::Created, STEPS));
        assert!(again(store, &runs).await.ir.is_some(), "what runs is needed");
        assert_chain(store).await;
    }
}
