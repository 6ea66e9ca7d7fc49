//! Many at once: threads, and several openings of one file as several processes would have them.

use super::*;
use std::time::Duration;

#[tokio::test]
async fn of_many_that_use_one_yes_exactly_one_wins() {
    let bench = Bench::file();
    // Each opening has its own writer thread and connection, as each process has.
    let stores: Vec<_> = (0..8).map(|_| bench.again()).collect();
    for round in 0..20 {
        let (call, id) =
            brought_to(&bench, State::Approved, &format!(r#"{{"round":{round}}}"#)).await;
        let mut tasks = Vec::new();
        for store in &stores {
            let (store, call) = (Arc::clone(store), call.clone());
            tasks.push(tokio::spawn(async move { store.consume(request(&call, id)).await }));
        }
        let mut wins = 0;
        for task in tasks {
            wins += usize::from(task.await.unwrap().unwrap().is_ok());
        }
        assert_eq!(wins, 1);
    }
    let used = kinds(&*stores[0]).await.into_iter().filter(|k| k == "approval.consumed").count();
    assert_eq!(used, 20);
    assert_chain(&*stores[0]).await;
}

#[tokio::test]
async fn writers_of_two_openings_keep_one_chain() {
    let bench = Bench::file();
    let second = bench.again();
    let mut tasks = Vec::new();
    for store in [&bench.store, &second].into_iter().cycle().take(8) {
        let store = Arc::clone(store);
        tasks.push(tokio::spawn(async move {
            for _ in 0..25 {
                let seq = store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
                store.settle(ran(seq, None)).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(bench.store.head().await.unwrap().seq, 8 * 25 * 2);
    assert_chain(&*bench.store).await;
}

#[tokio::test]
async fn a_decision_elsewhere_wakes_a_waiter() {
    let bench = Bench::file();
    let second = bench.again();
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    let mut changes = bench.store.changes();
    // The first look may tell of what came before.
    let _ = tokio::time::timeout(Duration::from_millis(200), changes.changed()).await;
    second.decide(decision(id, yes())).await.unwrap().unwrap();
    tokio::time::timeout(Duration::from_secs(5), async {
        while row(&*bench.store, id).await.state == State::Pending {
            changes.changed().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_decision_elsewhere_is_not_lost_among_own_commits() {
    let bench = Bench::file();
    let second = bench.again();
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    let busy = async {
        loop {
            bench.store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
        }
    };
    let waited = async {
        let mut changes = bench.store.changes();
        second.decide(decision(id, yes())).await.unwrap().unwrap();
        while row(&*bench.store, id).await.state == State::Pending {
            changes.changed().await;
        }
    };
    let ended = async {
        tokio::select! {
            () = busy => {}
            () = waited => {}
        }
    };
    tokio::time::timeout(Duration::from_secs(5), ended).await.unwrap();
}

#[tokio::test]
async fn an_own_decision_wakes_a_waiter_and_a_read_does_in_time() {
    for bench in Bench::both() {
        let (_, id) = brought_to(&bench, State::Pending, "{}").await;
        let mut changes = bench.store.changes();
        bench.store.decide(decision(id, yes())).await.unwrap().unwrap();
        tokio::time::timeout(Duration::from_secs(1), changes.changed()).await.unwrap();
        bench.store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
        tokio::time::timeout(Duration::from_secs(2), changes.changed()).await.unwrap();
    }
}

#[tokio::test]
async fn a_call_whose_caller_is_gone_is_not_permitted() {
    let bench = Bench::file();
    let (call, id) = brought_to(&bench, State::Approved, "{}").await;
    let (go, gate) = std::sync::mpsc::channel::<()>();
    bench.store.writer.touch(move |_| gate.recv().unwrap()).unwrap();
    {
        let mut gone = Box::pin(bench.store.consume(request(&call, id)));
        let waited = tokio::time::timeout(Duration::from_millis(20), &mut gone).await;
        assert!(waited.is_err());
    }
    go.send(()).unwrap();
    assert_eq!(row(&*bench.store, id).await.state, State::Approved);
    bench.store.consume(request(&call, id)).await.unwrap().unwrap();
}
