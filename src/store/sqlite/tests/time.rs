//! Deadlines, and clocks that jump.

use super::*;
use crate::domain::time::MINUTE;
use crate::store::{ApprovalFilter, NotConsumed, StoreError};

#[tokio::test]
async fn a_question_can_be_answered_up_to_its_last_millisecond() {
    for (passed, state) in [(DAY - 1, State::Approved), (DAY, State::Expired)] {
        for bench in Bench::both() {
            let (_, id) = brought_to(&bench, State::Pending, "{}").await;
            bench.wall.pass(passed);
            let decided = bench.store.decide(decision(id, yes())).await.unwrap();
            match decided {
                Ok(row) => assert_eq!(row.state, state),
                Err(no) => assert_eq!(no, NotDecided::Already(state)),
            }
            assert_eq!(row(&*bench.store, id).await.state, state);
            assert_eq!(bench.store.sweep().await.unwrap(), 0, "whoever met it ended it");
        }
    }
}

#[tokio::test]
async fn a_yes_can_be_used_up_to_its_last_millisecond() {
    for (passed, wins) in [(HOUR - 1, true), (HOUR, false)] {
        for bench in Bench::both() {
            let (call, id) = brought_to(&bench, State::Approved, "{}").await;
            bench.wall.pass(passed);
            let used = bench.store.consume(request(&call, id)).await.unwrap();
            assert_eq!(used.is_ok(), wins);
            if !wins {
                assert_eq!(used, Err(NotConsumed::State(State::Expired)));
                let expired = kinds(&*bench.store).await;
                assert_eq!(expired.iter().filter(|k| *k == "approval.expired").count(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_due_row_is_seen_as_expired_by_every_reader() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (call, id) = brought_to(&bench, State::Pending, "{}").await;
        let (_, other) = brought_to(&bench, State::Pending, r#"{"b":1}"#).await;
        let (_, third) = brought_to(&bench, State::Pending, r#"{"c":1}"#).await;
        bench.wall.pass(DAY);
        assert!(!store.ask(question(&call)).await.unwrap().attached);
        assert_eq!(row(store, other).await.state, State::Expired);
        let expired = ApprovalFilter {
            tenant: tenant(),
            states: vec![State::Expired],
            principal: None,
            limit: 10,
        };
        let found = store.approvals(expired).await.unwrap();
        let mut ids: Vec<_> = found.iter().map(|a| a.id).collect();
        ids.sort_unstable();
        let mut wanted = vec![id, other, third];
        wanted.sort_unstable();
        assert_eq!(ids, wanted);
    }
}

#[tokio::test]
async fn a_clock_that_goes_back_a_little_does_not_take_time_back() {
    let bench = Bench::memory();
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    bench.wall.pass(-5 * MINUTE);
    assert_eq!(bench.store.now().await.unwrap().0, START);
    let decided = bench.store.decide(decision(id, yes())).await.unwrap().unwrap();
    assert_eq!(decided.decided_at.unwrap().0, START);
}

#[tokio::test]
async fn nothing_is_decided_by_a_clock_far_behind_until_it_is_accepted() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (pending, asked) = brought_to(&bench, State::Pending, r#"{"a":1}"#).await;
        let (call, approved) = brought_to(&bench, State::Approved, "{}").await;
        bench.wall.pass(-5 * MINUTE - 1);
        let behind = |e: StoreError| assert!(matches!(e, StoreError::ClockBehind { .. }), "{e}");
        behind(store.decide(decision(asked, yes())).await.unwrap_err());
        behind(store.consume(request(&call, approved)).await.unwrap_err());
        behind(store.ask(question(&pending)).await.unwrap_err());
        behind(store.redeem(&tenant(), asked, Digest([1; 32]), &agent()).await.unwrap_err());
        bench.wall.pass(-DAY);
        // What grants nothing goes on, at the newest row's time.
        store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
        store.accept_clock(&tenant(), &admin("bob")).await.unwrap();
        assert_eq!(store.now().await.unwrap().0, START);
        bench.wall.pass(MINUTE);
        assert_eq!(store.now().await.unwrap().0, START + MINUTE, "time goes on");
        store.decide(decision(asked, yes())).await.unwrap().unwrap();
        bench.wall.pass(HOUR);
        let used = store.consume(request(&call, approved)).await.unwrap();
        assert_eq!(used, Err(NotConsumed::State(State::Expired)), "and deadlines still pass");
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn an_accepted_clock_that_jumps_back_again_must_be_accepted_again() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    bench.wall.pass(-10 * DAY);
    store.accept_clock(&tenant(), &admin("bob")).await.unwrap();
    bench.wall.pass(-HOUR);
    let refused = store.decide(decision(id, yes())).await.unwrap_err();
    assert_eq!(refused.code(), "clock_behind");
}

#[tokio::test]
async fn an_accepted_clock_that_is_set_right_is_just_the_clock_again() {
    let bench = Bench::memory();
    let store = &*bench.store;
    brought_to(&bench, State::Pending, "{}").await;
    bench.wall.pass(-10 * DAY);
    store.accept_clock(&tenant(), &admin("bob")).await.unwrap();
    bench.wall.pass(10 * DAY + MINUTE);
    assert_eq!(store.now().await.unwrap().0, START + MINUTE);
    store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
    bench.wall.pass(-HOUR);
    assert_eq!(store.now().await.unwrap().0, START + MINUTE, "what was accepted is over");
    let refused = store.ask(question(&call(store, "{}"))).await.unwrap_err();
    assert_eq!(refused.code(), "clock_behind");
}
