//! How kept answers end, each on record, and what does not end them.

use super::*;
use crate::domain::remembered::{Ended, Keep, Scope, Wish};
use crate::store::memories::{Memories as _, PastFilter};
use crate::store::sqlite::tests::keeping::{
    LEANS, answered, end_of, given, in_session, live, open_call, open_session, used, when,
};
use crate::store::sqlite::tests::policies::{applied, rolled_back, stands};

#[tokio::test]
async fn what_is_kept_for_a_session_ends_with_it() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let of_session = given(store, &call, yes(), Wish::same(Keep::Session)).await;
    let forever = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    let later = SessionId::new();
    open_session(store, later, &agent()).await;
    let again = in_session(store, later, &agent(), r#"{"a":1}"#);
    // Another session never sees it; a yes for all sessions does not replace it.
    assert_eq!(store.remembered_for(&again).await.unwrap(), std::slice::from_ref(&forever));
    assert!(!used(store, &again, &of_session).await);
    assert!(used(store, &call, &of_session).await);
    store.close_session(call.parts().session, "over").await.unwrap();
    assert_eq!(end_of(store, &of_session).await, Some(Ended::SessionOver));
    assert!(kinds(store).await.contains(&"remembered.ended".to_owned()));
    assert_eq!(end_of(store, &forever).await, None);
    assert!(used(store, &again, &forever).await);
}

#[tokio::test]
async fn time_ends_it_when_it_is_used_and_when_nobody_does() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let hour = Wish { life: Some(HOUR), ..Wish::same(Keep::Forever) };
    let kept = given(store, &call, yes(), hour.clone()).await;
    bench.wall.pass(HOUR - 1);
    assert!(used(store, &call, &kept).await);
    bench.wall.pass(1);
    assert!(!used(store, &call, &kept).await);
    assert_eq!(newest_outcome(store).await, "remembered.ended expired");
    let kept = given(store, &call, yes(), hour).await;
    bench.wall.pass(HOUR);
    store.sweep().await.unwrap();
    assert_eq!(newest_outcome(store).await, "remembered.ended expired");
    assert_eq!(end_of(store, &kept).await, Some(Ended::Expired));
    assert_eq!(live(store).await, []);
}

#[tokio::test]
async fn a_later_answer_replaces_the_earlier_to_the_same() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let session = call.parts().session;
    let first = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    let other = in_session(store, session, &agent(), r#"{"a":2}"#);
    let beside = given(store, &other, yes(), Wish::same(Keep::Forever)).await;
    let of_pattern = given(store, &call, yes(), when(r#"{"a":"*"}"#)).await;
    let of_server = Wish { scope: Scope::Server, ..Wish::same(Keep::Forever) };
    let of_server = given(store, &call, yes(), of_server).await;
    let never = given(store, &call, no(), Wish::same(Keep::Forever)).await;
    assert_eq!(end_of(store, &first).await, Some(Ended::Replaced));
    for kept in [&beside, &of_pattern, &of_server, &never] {
        assert_eq!(end_of(store, kept).await, None);
    }
    // What contradicts it and still counts is found after it.
    let found = store.remembered_for(&call).await.unwrap();
    assert_eq!(found.len(), 4);
    assert!(!found[0].allows && found[1..].iter().all(|kept| kept.allows));
    // Of the server, not of the agent.
    let ann = in_session(store, session, &Principal::new(Role::Agent, "eve/x"), r#"{"a":1}"#);
    assert_eq!(store.remembered_for(&ann).await.unwrap(), std::slice::from_ref(&of_server));
    assert!(used(store, &ann, &of_server).await);
}

#[tokio::test]
async fn it_is_taken_back_once_and_in_its_own_world() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let kept = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    let (elsewhere, bob) = (Tenant::new("elsewhere").unwrap(), admin("bob"));
    let end = async |tenant: &Tenant| {
        store.end_remembered(tenant, kept.id, Some(&bob), Ended::Revoked).await.unwrap()
    };
    assert!(!end(&elsewhere).await);
    assert!(used(store, &call, &kept).await);
    assert!(end(&tenant()).await);
    assert_eq!(newest_outcome(store).await, "remembered.ended revoked");
    assert!(!end(&tenant()).await);
    assert!(!used(store, &call, &kept).await);
    assert_eq!(store.remembered(&elsewhere, true, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_change_of_its_rule_ends_it_for_good() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let kept = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    assert_eq!(kept.leans, LEANS);
    let rule = |name: &str, tool: &str| {
        format!(
            r#"{{"add":[{{"tool":"{tool}","effect":"ask","name":"{name}"}}],"remove":[],"meta":{{}}}}"#
        )
    };
    applied(store, &rule("another", "x__*")).await;
    assert_eq!(end_of(store, &kept).await, None, "a rule it never leaned on");
    let changed = applied(store, &rule("careful", "files__*")).await.version;
    assert_eq!(end_of(store, &kept).await, Some(Ended::PolicyChanged));
    rolled_back(store, changed).await;
    assert_eq!(stands(store).await.rules.len(), 1);
    assert!(!used(store, &call, &kept).await);
    // Taking a rule away ends what leaned on it, too.
    applied(store, &rule("careful", "files__*")).await;
    let kept = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    let rules = stands(store).await.rules;
    let id = rules.iter().find(|r| r.spec.name.as_deref() == Some("careful")).unwrap().id;
    applied(store, &format!(r#"{{"add":[],"remove":["{id}"],"meta":{{}}}}"#)).await;
    assert_eq!(end_of(store, &kept).await, Some(Ended::PolicyChanged));
    // They are found by why and when they ended, and what counts still by its age.
    let ended = async |why: Ended, since: crate::domain::time::Millis| {
        let found = store.ended_remembered(&tenant(), why, since, 10).await.unwrap();
        found.len()
    };
    let at = store.now().await.unwrap();
    assert_eq!(ended(Ended::PolicyChanged, at.plus(-DAY)).await, 2);
    assert_eq!(ended(Ended::PolicyChanged, at.plus(1)).await, 0);
    assert_eq!(ended(Ended::Revoked, at.plus(-DAY)).await, 0);
    let first = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    bench.wall.pass(HOUR);
    let other = in_session(store, call.parts().session, &agent(), r#"{"a":2}"#);
    let later = given(store, &other, yes(), Wish::same(Keep::Forever)).await;
    let oldest = async |most| store.oldest_remembered(&tenant(), most).await.unwrap();
    assert_eq!(oldest(1).await, std::slice::from_ref(&first));
    assert_eq!(oldest(5).await, [first, later]);
    assert_eq!(store.oldest_remembered(&Tenant::new("elsewhere").unwrap(), 5).await.unwrap(), []);
    assert_chain(store).await;
}

#[tokio::test]
async fn earlier_questions_of_a_tool_are_found_in_their_world() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let mut ids = Vec::new();
    for (at, answer) in [yes(), no(), yes()].into_iter().enumerate() {
        let call = open_call(store, &format!(r#"{{"n":{at}}}"#)).await;
        ids.push(answered(store, &call, answer, Wish::same(Keep::Forever)).await.unwrap().id);
        bench.wall.pass(1);
    }
    let filter = PastFilter {
        tenant: tenant(),
        upstream: "files".to_owned(),
        tool: "write_file".to_owned(),
        since: Default::default(),
        but: ids[0],
        limit: 10,
        bytes: 1 << 20,
    };
    let found = store.past_questions(filter.clone()).await.unwrap();
    assert!(!found.more);
    let told: Vec<_> = found.rows.iter().map(|q| (q.id, q.state, q.decided)).collect();
    assert_eq!(told, [(ids[2], State::Approved, true), (ids[1], State::Denied, true)]);
    let one = store.past_questions(PastFilter { limit: 1, ..filter.clone() }).await.unwrap();
    assert!(one.more && one.rows.len() == 1);
    let little = store.past_questions(PastFilter { bytes: 1, ..filter.clone() }).await.unwrap();
    assert!(little.more && little.rows.len() == 1);
    let elsewhere = PastFilter { tenant: Tenant::new("elsewhere").unwrap(), ..filter.clone() };
    assert!(store.past_questions(elsewhere).await.unwrap().rows.is_empty());
    let other = PastFilter { tool: "read_file".to_owned(), ..filter };
    assert!(store.past_questions(other).await.unwrap().rows.is_empty());
}
