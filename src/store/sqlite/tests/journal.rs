//! Reading the chain, and erasing from it without breaking it.

use super::*;
use crate::domain::time::Millis;
use crate::store::{Pruned, Retention};

fn filter() -> EntryFilter {
    EntryFilter { limit: 100, ..EntryFilter::default() }
}

const KEEP: Retention = Retention { bodies: 30 * DAY, reads: 90 * DAY, size: u64::MAX };

#[tokio::test]
async fn rows_are_found_by_what_they_say() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let session = SessionId::new();
        let story = CorrelationId::new();
        for (at, verdict) in (0..9).zip(["allow", "deny", "ask"].into_iter().cycle()) {
            let mut row = permitted(session);
            row.verdict = Some(verdict.to_owned());
            row.correlation = Some(if at < 2 { story } else { CorrelationId::new() });
            store.append(vec![row]).await.unwrap();
            bench.wall.pass(10);
        }
        let (_, asked) = brought_to(&bench, State::Denied, "{}").await;
        let seqs = async |f: EntryFilter| {
            let found = store.entries(f).await.unwrap();
            found.into_iter().map(|e| e.seq).collect::<Vec<_>>()
        };
        let at = |millis| Some(Millis(START + millis));
        assert_eq!(seqs(EntryFilter { after: 9, ..filter() }).await, [10, 11]);
        assert_eq!(seqs(EntryFilter { limit: 2, ..filter() }).await, [1, 2]);
        assert_eq!(seqs(EntryFilter { limit: 2, newest: true, ..filter() }).await, [10, 11]);
        assert_eq!(seqs(EntryFilter { since: at(11), before: at(40), ..filter() }).await, [3, 4]);
        assert!(seqs(EntryFilter { since: at(1_000_000), ..filter() }).await.is_empty());
        assert!(seqs(EntryFilter { before: at(0), ..filter() }).await.is_empty());
        let verdict = |v: &str| EntryFilter { verdict: Some(v.to_owned()), ..filter() };
        assert_eq!(seqs(verdict("deny")).await, [2, 5, 8]);
        assert_eq!(seqs(verdict("allow")).await, [1, 4, 7]);
        assert_eq!(seqs(EntryFilter { correlation: Some(story), ..filter() }).await, [1, 2]);
        assert_eq!(seqs(EntryFilter { approval: Some(asked), ..filter() }).await, [10, 11]);
        assert_eq!(seqs(EntryFilter { session: Some(session), ..filter() }).await.len(), 9);
        let tool = EntryFilter { tool: Some("read_file".to_owned()), ..verdict("deny") };
        assert_eq!(seqs(tool).await, [2, 5, 8]);
        let types = |t: &[&str]| EntryFilter {
            types: t.iter().map(|t| (*t).to_owned()).collect(),
            ..filter()
        };
        assert_eq!(seqs(types(&["approval.denied"])).await, [11]);
        assert_eq!(seqs(types(&["approval.asked", "call.permitted"])).await.len(), 10);
        let other = EntryFilter { tenant: Tenant::new("other"), ..filter() };
        assert!(seqs(other).await.is_empty());
    }
}

#[tokio::test]
async fn the_indexes_are_used_and_the_journal_is_never_sorted() {
    let bench = Bench::memory();
    let plan = |sql: &'static str| {
        bench.store.read(move |conn| {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let steps = statement.query_map([], |row| row.get::<_, String>(3))?;
            Ok(steps.collect::<Result<Vec<_>, _>>()?.join("; "))
        })
    };
    for (sql, index) in [
        (
            "SELECT * FROM journal WHERE seq > 0 AND verdict = 'deny' AND verdict <> 'allow' ORDER BY seq",
            "journal_verdict",
        ),
        (
            "SELECT * FROM journal WHERE seq > 0 AND type IN ('user.added') AND type NOT IN ('call.permitted', 'call.outcome') ORDER BY seq",
            "journal_type",
        ),
        (
            "SELECT * FROM journal WHERE seq > 0 AND approval = x'00' ORDER BY seq",
            "journal_approval",
        ),
        (
            "SELECT * FROM journal WHERE seq > 0 AND tool = 'a' AND verdict = 'deny' AND verdict <> 'allow' ORDER BY seq",
            "journal_tool_verdict",
        ),
        (
            "SELECT * FROM journal WHERE seq > 0 AND tenant = 'a' AND tool = 'a' ORDER BY seq DESC",
            "journal_tool (",
        ),
        (
            "SELECT * FROM approvals WHERE tenant = 'a' AND state IN ('pending') AND state IN ('pending', 'approved') ORDER BY asked_at DESC",
            "approvals_live",
        ),
        (
            "SELECT tenant, id FROM approvals WHERE state IN ('pending', 'approved') AND iif(state = 'pending', answer_by, run_by) <= 1",
            "approvals_live",
        ),
        (
            "SELECT id FROM approvals WHERE arguments IS NOT NULL AND ended_at < 1",
            "approvals_arguments",
        ),
    ] {
        let told = plan(sql).await.unwrap();
        assert!(told.contains(index), "{sql}: {told}");
        if sql.ends_with("ORDER BY seq") || sql.ends_with("ORDER BY seq DESC") {
            assert!(!told.contains("B-TREE"), "{sql} sorts: {told}");
        }
    }
}

#[tokio::test]
async fn an_outcome_lies_ready_for_the_next_commit_and_gets_its_own_when_none_comes() {
    for bench in Bench::both() {
        let store = &bench.store;
        let session = SessionId::new();
        let first = store.permit(permitted(session)).await.unwrap().unwrap();
        let settled = tokio::spawn({
            let store = Arc::clone(store);
            async move { store.settle(ran(first, None)).await }
        });
        tokio::task::yield_now().await;
        let second = store.permit(permitted(session)).await.unwrap().unwrap();
        settled.await.unwrap().unwrap();
        let told = ["call.permitted", "call.outcome", "call.permitted"];
        assert_eq!(kinds(&**store).await, told, "in the order in which they came");
        // Alone: nothing else will ever be committed.
        store.settle(ran(second, None)).await.unwrap();
        assert!(store.close_session(session, "ended").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_outcome_that_lies_ready_when_everything_ends_is_written() {
    let bench = Bench::file();
    let session = SessionId::new();
    let seq = bench.store.permit(permitted(session)).await.unwrap().unwrap();
    let settle = bench.store.settle(ran(seq, None));
    // Polled once, then given up: the process is ending.
    assert!(tokio::time::timeout(std::time::Duration::ZERO, settle).await.is_err());
    let other = bench.again();
    let Bench { store, wall: _wall, home: _home } = bench;
    drop(store);
    assert_eq!(kinds(&*other).await, ["call.permitted", "call.outcome"]);
}

#[tokio::test]
async fn what_is_past_its_retention_goes_and_the_chain_stays() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let session = SessionId::new();
        let mut rows = vec![permitted(session); 700];
        rows[0].tier = Some(2);
        store.append(rows).await.unwrap();
        let open = store.permit(permitted(session)).await.unwrap().unwrap();
        let (_, denied) = brought_to(&bench, State::Denied, r#"{"secret":1}"#).await;
        assert_eq!(store.prune(KEEP).await.unwrap(), Pruned::default());

        bench.wall.pass(31 * DAY);
        let (_, pending) = brought_to(&bench, State::Pending, r#"{"young":1}"#).await;
        let pruned = store.prune(KEEP).await.unwrap();
        assert_eq!(pruned, Pruned { bodies: 702, rows: 0, arguments: 1 });
        assert!(row(store, denied).await.arguments.is_none());
        assert!(row(store, pending).await.arguments.is_some());
        let entries = all(store).await;
        assert!(entries.iter().take(703).all(|e| e.body.is_none() && e.meta.is_some()));
        let last = entries.last().unwrap();
        assert_eq!(last.kind, "journal.pruned");
        let counts = br#"{"arguments":1,"bodies":702,"rows":0}"#;
        assert_eq!(last.body.as_deref(), Some(counts.as_slice()));
        assert_chain(store).await;

        bench.wall.pass(60 * DAY);
        let pruned = store.prune(KEEP).await.unwrap();
        assert_eq!(pruned.rows, 699, "neither the write nor the call still in the air");
        let entries = all(store).await;
        assert!(entries[0].meta.is_some() && entries[1].meta.is_none());
        assert!(entries[usize::try_from(open).unwrap() - 1].meta.is_some());
        assert_chain(store).await;
        store.append(vec![permitted(session)]).await.unwrap();
        assert_eq!(store.prune(KEEP).await.unwrap(), Pruned::default());
    }
}

#[tokio::test]
async fn over_the_size_the_oldest_bodies_go_first() {
    let bench = Bench::file();
    let store = &*bench.store;
    let mut fat = permitted(SessionId::new());
    fat.body = vec![b' '; 10_000];
    store.append(vec![fat; 100]).await.unwrap();
    let size = 1_000_000;
    let young = store.prune(Retention { size, ..KEEP }).await.unwrap();
    assert_eq!(young, Pruned::default(), "nothing of the last day");
    bench.wall.pass(2 * DAY);
    let pruned = store.prune(Retention { size, ..KEEP }).await.unwrap();
    assert!((10..100).contains(&pruned.bodies), "{pruned:?}");
    let entries = all(store).await;
    let erased = usize::try_from(pruned.bodies).unwrap();
    assert!(entries[..erased].iter().all(|e| e.body.is_none()));
    assert!(entries[erased..].iter().all(|e| e.body.is_some()));
    let again = store.prune(Retention { size, ..KEEP }).await.unwrap();
    assert!(again.bodies <= 1, "{again:?}");
    assert_chain(store).await;
}
