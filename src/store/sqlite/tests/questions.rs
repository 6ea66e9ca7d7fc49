//! Pages of questions, and who said yes: whose they are, where a page goes on, what is left out.

use super::*;
use crate::domain::quorum::Vote;
use crate::domain::time::{MINUTE, Millis};
use crate::store::ApprovalFilter;
use crate::store::questions::{Page, PageFilter, Questions as _};

fn filter() -> PageFilter {
    PageFilter {
        tenant: tenant(),
        states: Vec::new(),
        principal: None,
        before: None,
        limit: 100,
        bytes: usize::MAX,
    }
}

fn ids(page: &Page) -> Vec<ApprovalId> {
    page.rows.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended_whatever_the_time() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let mut asked = Vec::new();
        for n in 0..5 {
            let call = call(store, &format!(r#"{{"n":{n}}}"#));
            asked.push(store.ask(question(&call)).await.unwrap().approval.id);
            // Some of one millisecond: the id tells those apart.
            bench.wall.pass(if n == 2 { MINUTE } else { 0 });
        }
        let all = ids(&store.questions(filter()).await.unwrap());
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let page = PageFilter { limit: 2, before, ..filter() };
            let page = store.questions(page).await.unwrap();
            seen.extend(ids(&page));
            before = seen.last().copied();
            if !page.more {
                break;
            }
        }
        assert_eq!(seen, all);
        let mut sorted = seen.clone();
        sorted.sort();
        asked.sort();
        assert_eq!(sorted, asked);
        let unknown = PageFilter { before: Some(ApprovalId::new()), ..filter() };
        assert!(store.questions(unknown).await.unwrap().rows.is_empty());
        // One question is given however large, and what does not fit is for the next page.
        let small = store.questions(PageFilter { bytes: 1, ..filter() }).await.unwrap();
        assert_eq!((ids(&small).len(), small.more), (1, true));
    }
}

#[tokio::test]
async fn nobody_sees_what_is_not_his() {
    let bench = Bench::file();
    let store = &*bench.store;
    let (other, eve) = (Tenant::new("other").unwrap(), Principal::new(Role::Agent, "eve/x"));
    let mine = store.ask(question(&call(store, "{}"))).await.unwrap().approval.id;
    bench.wall.pass(MINUTE);
    let foreign = call_of(store, &other, &agent(), "{}");
    let foreign = store.ask(question(&foreign)).await.unwrap().approval.id;
    let eves = call_of(store, &tenant(), &eve, "{}");
    let eves = store.ask(question(&eves)).await.unwrap().approval.id;
    let of = |principal| PageFilter { principal, ..filter() };
    assert_eq!(ids(&store.questions(of(None)).await.unwrap()), [eves, mine]);
    assert_eq!(ids(&store.questions(of(Some(agent()))).await.unwrap()), [mine]);
    // A place that he may not see moves nothing: as if it were not there.
    for before in [foreign, eves] {
        let page = PageFilter { before: Some(before), ..of(Some(agent())) };
        assert!(store.questions(page).await.unwrap().rows.is_empty());
    }
    let page = PageFilter { before: Some(eves), ..of(None) };
    assert_eq!(ids(&store.questions(page).await.unwrap()), [mine]);
}

#[tokio::test]
async fn pages_hold_the_states_asked_for_and_what_is_due_is_over() {
    let bench = Bench::file();
    let store = &*bench.store;
    let mut of = std::collections::BTreeMap::new();
    let order = [
        State::Expired,
        State::Denied,
        State::Cancelled,
        State::Consumed,
        State::Approved,
        State::Pending,
    ];
    for state in order {
        let (_, id) = brought_to(&bench, state, &format!(r#"{{"s":"{}"}}"#, state.as_str())).await;
        of.insert(state.as_str(), id);
    }
    for state in State::ALL {
        let page = store.questions(PageFilter { states: vec![state], ..filter() }).await.unwrap();
        assert_eq!(ids(&page), [of[state.as_str()]], "{state:?}");
    }
    bench.wall.pass(DAY);
    let page = store.questions(PageFilter { states: vec![State::Pending], ..filter() }).await;
    assert!(page.unwrap().rows.is_empty());
}

#[tokio::test]
async fn votes_are_those_who_said_yes() {
    let bench = Bench::file();
    let store = &*bench.store;
    let two = Question { needs: two(), ..question(&call(store, r#"{"n":1}"#)) };
    let id = store.ask(two).await.unwrap().approval.id;
    let (_, denied) = brought_to(&bench, State::Denied, r#"{"n":2}"#).await;
    store.decide(says("bob", id, yes())).await.unwrap().unwrap();
    let votes = async |id| row(store, id).await.votes;
    let vote = |name: &str, at| Vote { name: name.to_owned(), at };
    let bob = vote("bob", Millis(START));
    assert_eq!(votes(id).await, std::slice::from_ref(&bob));
    bench.wall.pass(MINUTE);
    store.decide(says("ann", id, yes())).await.unwrap().unwrap();
    let both = [bob, vote("ann", Millis(START + MINUTE))];
    assert_eq!(votes(id).await, both);
    assert!(votes(denied).await.is_empty());
    // Lists tell the same.
    let all = store.questions(PageFilter { states: Vec::new(), ..filter() }).await.unwrap().rows;
    let listed = all.iter().find(|row| row.id == id).unwrap();
    assert_eq!(listed.votes, both);
    let filter = ApprovalFilter { tenant: tenant(), states: vec![], principal: None, limit: 9 };
    let found = store.approvals(filter).await.unwrap();
    assert_eq!(found.iter().find(|row| row.id == id).unwrap().votes, both);
}
