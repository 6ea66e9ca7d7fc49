//! Counts for pages: what they count, what they leave out, and that no more is read than must be.

use super::*;
use crate::domain::time::{MINUTE, Millis};
use crate::store::figures::Figures as _;
use crate::store::policies::Policies as _;
use crate::store::sqlite::figures::{
    ANSWERED, BY_TOOL, OF_TYPE, PERMITTED, PERMITTED_ASKED, USED, WAITING,
};

fn other() -> Tenant {
    Tenant::new("other").unwrap()
}

#[tokio::test]
async fn what_waits_is_counted_by_tier_server_and_time() {
    for bench in Bench::both() {
        let store = &*bench.store;
        assert_eq!(store.waiting(&tenant()).await.unwrap(), Default::default());
        let (first, id) = brought_to(&bench, State::Pending, r#"{"n":1}"#).await;
        bench.wall.pass(MINUTE);
        let grave = call(store, r#"{"n":2}"#);
        let asked = Question { ruling: ruling(3), answer_within: HOUR, ..question(&grave) };
        store.ask(asked).await.unwrap();
        // What was answered, and what waits in another world, is not counted.
        for state in [State::Approved, State::Denied, State::Cancelled, State::Consumed] {
            brought_to(&bench, state, &format!(r#"{{"s":"{}"}}"#, state.as_str())).await;
        }
        let foreign = call_of(store, &other(), &agent(), "{}");
        store.ask(question(&foreign)).await.unwrap();
        let waiting = store.waiting(&tenant()).await.unwrap();
        assert_eq!((waiting.by_tier, waiting.abandoned), ([0, 0, 1, 1], 0));
        assert_eq!(waiting.by_server, [("files".to_owned(), 2)]);
        assert_eq!(waiting.oldest, Some(Millis(START)));
        assert_eq!(waiting.next_deadline, Some(Millis(START + MINUTE + HOUR)));
        store.leave(&tenant(), id, first.parts().session).await.unwrap();
        assert_eq!(store.waiting(&tenant()).await.unwrap().abandoned, 1);
        // The grave one is over, and nobody has looked at it yet.
        bench.wall.pass(HOUR);
        let waiting = store.waiting(&tenant()).await.unwrap();
        assert_eq!(waiting.by_tier, [0, 0, 1, 0]);
        assert_eq!(store.waiting(&other()).await.unwrap().by_tier, [0, 0, 1, 0]);
    }
}

#[tokio::test]
async fn decisions_are_counted_in_their_spans() {
    for bench in Bench::both() {
        let store = &*bench.store;
        store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
        let mut refused = permitted(SessionId::new());
        (refused.kind, refused.verdict) = (EntryType::CallRefused, Some("deny".to_owned()));
        store.append(vec![refused]).await.unwrap();
        let since = Millis(START);
        bench.wall.pass(3 * HOUR);
        let (asked, id) = brought_to(&bench, State::Approved, r#"{"n":1}"#).await;
        let mut used = request(&asked, id);
        used.row.verdict = Some("ask".to_owned());
        store.consume(used).await.unwrap().unwrap();
        brought_to(&bench, State::Denied, r#"{"n":2}"#).await;
        let spans = store.decided_over_time(&tenant(), since, HOUR).await.unwrap();
        let told: Vec<_> = spans
            .iter()
            .map(|s| (s.from.0 - START, s.allowed, s.refused, s.approved, s.denied, s.expired))
            .collect();
        assert_eq!(
            told,
            [
                (0, 1, 1, 0, 0, 0),
                (HOUR, 0, 0, 0, 0, 0),
                (2 * HOUR, 0, 0, 0, 0, 0),
                (3 * HOUR, 0, 0, 1, 1, 0),
            ]
        );
        brought_to(&bench, State::Expired, r#"{"n":3}"#).await;
        let spans = store.decided_over_time(&tenant(), since, 5 * HOUR).await.unwrap();
        assert_eq!((spans.len(), spans[0].approved, spans[0].expired), (1, 2, 1));
        assert_eq!(store.decided_over_time(&tenant(), since, 1).await.unwrap().len(), 800);
        let none = store.decided_over_time(&other(), since, 5 * HOUR).await.unwrap();
        assert_eq!((none[0].allowed, none[0].approved), (0, 0));
    }
}

#[tokio::test]
async fn a_yes_that_others_must_join_is_none_yet() {
    let bench = Bench::file();
    let store = &*bench.store;
    let two = Question { needs: two(), ..question(&call(store, r#"{"n":1}"#)) };
    let id = store.ask(two).await.unwrap().approval.id;
    bench.wall.pass(MINUTE);
    store.decide(says("bob", id, yes())).await.unwrap().unwrap();
    let approved = async || {
        let spans = store.decided_over_time(&tenant(), Millis(START), HOUR).await.unwrap();
        let waits = store.answering(&tenant(), Millis(START)).await.unwrap().waits;
        (spans[0].approved, waits)
    };
    assert_eq!(approved().await, (0, vec![]));
    bench.wall.pass(MINUTE);
    store.decide(says("eve", id, yes())).await.unwrap().unwrap();
    assert_eq!(approved().await, (1, vec![2 * MINUTE]));
}

#[tokio::test]
async fn decisions_are_counted_by_tool() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for _ in 0..3 {
            store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
        }
        let mut write = permitted(SessionId::new());
        (write.tool, write.kind) = (Some("write_file".to_owned()), EntryType::CallRefused);
        let mut asked = write.clone();
        asked.kind = EntryType::ApprovalAsked;
        store.append(vec![write, asked]).await.unwrap();
        let of = async |tenant, since, limit| {
            let tools = store.decided_by_tool(&tenant, Millis(since), limit).await.unwrap();
            let told = |t: crate::store::figures::OfTool| {
                (t.upstream, t.tool, t.allowed, t.refused, t.asked)
            };
            tools.into_iter().map(told).collect::<Vec<_>>()
        };
        let read = ("files".to_owned(), "read_file".to_owned(), 3, 0, 0);
        let write = ("files".to_owned(), "write_file".to_owned(), 0, 1, 1);
        assert_eq!(of(tenant(), START, 10).await, [read.clone(), write]);
        assert_eq!(of(tenant(), START, 1).await, [read]);
        assert_eq!(of(tenant(), START + 1, 10).await, []);
        assert_eq!(of(other(), START, 10).await, []);
    }
}

#[tokio::test]
async fn waits_are_those_of_people() {
    let bench = Bench::file();
    let store = &*bench.store;
    for (n, minutes) in [(1, 7), (2, 3)] {
        let asked = call(store, &format!(r#"{{"n":{n}}}"#));
        let id = store.ask(question(&asked)).await.unwrap().approval.id;
        bench.wall.pass(minutes * MINUTE);
        store.decide(decision(id, if n == 1 { yes() } else { no() })).await.unwrap().unwrap();
    }
    brought_to(&bench, State::Cancelled, r#"{"n":3}"#).await;
    let waits = store.answering(&tenant(), Millis(START)).await.unwrap().waits;
    assert_eq!(waits, [3 * MINUTE, 7 * MINUTE]);
    assert!(store.answering(&other(), Millis(START)).await.unwrap().waits.is_empty());
    let later = store.answering(&tenant(), Millis(START + 8 * MINUTE)).await.unwrap().waits;
    assert_eq!(later, [3 * MINUTE]);
}

#[tokio::test]
async fn who_confirms_his_own_change_of_policy_answers_nobody() {
    let bench = Bench::file();
    let store = &*bench.store;
    let bob = admin("bob");
    for (asker, tool, minutes) in [(bob, "files__a", 1), (agent(), "files__b", 2)] {
        let suggestion = policies::proposed(store, &asker, &policies::deny(tool)).await;
        bench.wall.pass(minutes * MINUTE);
        store.apply(policies::apply_as("bob", &suggestion)).await.unwrap().unwrap();
    }
    let waits = store.answering(&tenant(), Millis(START)).await.unwrap().waits;
    assert_eq!(waits, [2 * MINUTE]);
}

#[tokio::test]
async fn no_table_is_read_as_a_whole() {
    let store = Bench::memory().store;
    let plans = store
        .read(|conn| {
            let mut plans = Vec::new();
            for sql in [WAITING, PERMITTED, PERMITTED_ASKED, OF_TYPE, BY_TOOL, ANSWERED, USED] {
                let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let values = vec![1_i64; statement.parameter_count()];
                let steps = statement
                    .query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))?;
                plans.push((sql, steps.collect::<Result<Vec<_>, _>>()?));
            }
            Ok(plans)
        })
        .await
        .unwrap();
    for (sql, plan) in plans {
        let scans = |step: &String| {
            step.starts_with("SCAN") && !step.starts_with("SCAN who") && !step.contains("CONSTANT")
        };
        assert!(!plan.iter().any(scans), "{sql}: {plan:?}");
    }
}

#[tokio::test]
async fn uses_of_kept_answers_are_counted_in_their_world_and_time() {
    let bench = Bench::file();
    let store = &*bench.store;
    let used = |of: Tenant| Draft::new(EntryType::RememberedUsed, &of);
    store.append(vec![used(tenant()), used(other())]).await.unwrap();
    bench.wall.pass(HOUR);
    store
        .append(vec![used(tenant()), Draft::new(EntryType::RememberedGiven, &tenant())])
        .await
        .unwrap();
    let count =
        async |of: Tenant, since: i64| store.kept_answers_used(&of, Millis(since)).await.unwrap();
    assert_eq!(count(tenant(), START).await, 2);
    assert_eq!(count(tenant(), START + 1).await, 1);
    assert_eq!(count(other(), START).await, 1);
    assert_eq!(count(tenant(), START + 2 * HOUR).await, 0);
}
