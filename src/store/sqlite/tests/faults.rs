//! What breaks: a commit, one verb of a batch, the rules of the schema.

use super::*;
use crate::store::StoreError;
use crate::store::sqlite::chain::Tx;
use rusqlite::Connection;

fn refuse_commits(store: &SqliteStore) {
    let hook = |conn: &mut Connection| conn.commit_hook(Some(|| true)).unwrap();
    store.writer.touch(hook).unwrap();
}

fn allow_commits(store: &SqliteStore) {
    let hook = |conn: &mut Connection| conn.commit_hook(None::<fn() -> bool>).unwrap();
    store.writer.touch(hook).unwrap();
}

#[tokio::test]
async fn after_a_failed_commit_nobody_may_send() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (call, id) = brought_to(&bench, State::Approved, "{}").await;
        let before = store.head().await.unwrap();
        refuse_commits(store);
        let used = store.consume(request(&call, id)).await;
        assert!(matches!(used, Err(StoreError::CommitUnknown(_))), "{used:?}");
        allow_commits(store);
        assert_eq!(store.head().await.unwrap(), before);
        let found = row(store, id).await.state;
        assert_eq!(found, State::Approved, "this commit is known to have failed, by the hook");
        store.consume(request(&call, id)).await.unwrap().unwrap();
        let consumed = kinds(store).await.into_iter().filter(|k| k == "approval.consumed");
        assert_eq!(consumed.count(), 1);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_failed_commit_fails_its_whole_batch_and_only_that() {
    let bench = Bench::file();
    let store = &bench.store;
    refuse_commits(store);
    let rows = || vec![permitted(SessionId::new())];
    let (a, b) = tokio::join!(store.append(rows()), store.append(rows()));
    // The connection is a new one after the first batch, so a second batch would have been written.
    let failed = [a, b].iter().filter(|r| matches!(r, Err(StoreError::CommitUnknown(_)))).count();
    let written = store.head().await.unwrap().seq;
    assert!(failed >= 1);
    assert_eq!(failed as u64 + written, 2);
    store.append(rows()).await.unwrap();
    assert_chain(&**store).await;
}

#[tokio::test]
async fn one_bad_verb_does_not_fail_the_others() {
    for bench in Bench::both() {
        let store = &bench.store;
        let (go, gate) = std::sync::mpsc::channel::<()>();
        store.writer.touch(move |_| gate.recv().unwrap()).unwrap();
        let good = || store.append(vec![permitted(SessionId::new())]);
        let bad = store.write(|tx: &mut Tx<'_>| {
            tx.append(&permitted(SessionId::new()))?;
            tx.conn.execute("INSERT INTO nowhere VALUES (1)", [])?;
            Ok(())
        });
        let release = async {
            tokio::task::yield_now().await;
            go.send(()).unwrap();
        };
        let (first, bad, last, ()) = tokio::join!(good(), bad, good(), release);
        assert!(matches!(bad, Err(StoreError::Unusable(_))));
        assert_eq!((first.unwrap(), last.unwrap()), (vec![1], vec![2]));
        assert_chain(&**store).await;
    }
}

#[tokio::test]
async fn a_verb_that_ends_the_transaction_fails_the_batch_and_writes_nothing() {
    let bench = Bench::file();
    let store = &bench.store;
    let broken = store
        .write(|tx: &mut Tx<'_>| {
            tx.append(&permitted(SessionId::new()))?;
            tx.conn.execute_batch("ROLLBACK")?;
            Ok(())
        })
        .await;
    assert!(matches!(broken, Err(StoreError::Unusable(_))), "{broken:?}");
    assert_eq!(store.head().await.unwrap().seq, 0);
    store.append(vec![permitted(SessionId::new())]).await.unwrap();
    assert_chain(&**store).await;
}

async fn refused_by_the_schema(store: &SqliteStore, sql: &'static str) -> String {
    let done = store.write(move |tx: &mut Tx<'_>| Ok(tx.conn.execute_batch(sql)?)).await;
    done.expect_err(sql).to_string()
}

#[tokio::test]
async fn the_schema_itself_holds_the_terminal_states() {
    for state in State::ALL {
        let bench = Bench::memory();
        brought_to(&bench, state, "{}").await;
        for (to, sql) in [
            (
                State::Pending,
                "UPDATE approvals SET state = 'pending', ended_at = NULL, consumed_at = NULL, consumed_by = NULL",
            ),
            (
                State::Approved,
                "UPDATE approvals SET state = 'approved', run_by = 9, ended_at = NULL, consumed_at = NULL, consumed_by = NULL",
            ),
            (
                State::Consumed,
                "UPDATE approvals SET state = 'consumed', run_by = 9, ended_at = 9, consumed_at = 9, consumed_by = x'00'",
            ),
            (
                State::Denied,
                "UPDATE approvals SET state = 'denied', ended_at = 9, consumed_at = NULL, consumed_by = NULL",
            ),
            (
                State::Expired,
                "UPDATE approvals SET state = 'expired', ended_at = 9, consumed_at = NULL, consumed_by = NULL",
            ),
            (
                State::Cancelled,
                "UPDATE approvals SET state = 'cancelled', ended_at = 9, consumed_at = NULL, consumed_by = NULL",
            ),
        ] {
            let allowed = match state {
                State::Pending => !matches!(to, State::Consumed),
                State::Approved => matches!(
                    to,
                    State::Approved | State::Consumed | State::Expired | State::Cancelled
                ),
                ended => ended == to,
            };
            let moved = bench
                .store
                .write(move |tx: &mut Tx<'_>| {
                    let moved = tx.conn.execute_batch(sql).map_err(|e| e.to_string());
                    // Either way it is undone.
                    Err::<(), _>(StoreError::Unusable(format!("{moved:?}")))
                })
                .await
                .unwrap_err()
                .to_string();
            assert_eq!(moved.contains("Ok(())"), allowed, "{state:?} to {to:?}: {moved}");
            assert!(allowed || moved.contains("never"), "{state:?} to {to:?}: {moved}");
        }
    }
}

#[tokio::test]
async fn what_was_asked_and_what_was_written_stays() {
    let bench = Bench::memory();
    brought_to(&bench, State::Denied, "{}").await;
    for sql in [
        "UPDATE approvals SET arguments = x'7b7d'",
        "UPDATE approvals SET arguments = NULL",
        "UPDATE approvals SET tier = 0",
        "UPDATE approvals SET principal = 'agent:eve'",
        "UPDATE approvals SET call_digest = x'00'",
        "DELETE FROM approvals",
        "UPDATE journal SET body = NULL",
        "UPDATE journal SET meta = '{}'",
        "DELETE FROM journal",
        "INSERT INTO pruning VALUES (1); UPDATE journal SET hash = x'00'",
        "INSERT INTO pruning VALUES (1); UPDATE journal SET meta = '{}'",
        "INSERT INTO pruning VALUES (1); UPDATE journal SET body = x'00'",
        "INSERT INTO pruning VALUES (1); UPDATE approvals SET arguments = x'00'",
    ] {
        let told = refused_by_the_schema(&bench.store, sql).await;
        assert!(told.contains("never"), "{sql}: {told}");
    }
    assert_chain(&*bench.store).await;
}
