//! Reading on from a place: no gap, no repeat, no more than asked for, and nothing of anybody else.

use super::*;
use crate::store::events::{EventFilter, Events as _};

fn since(after: u64) -> EventFilter {
    EventFilter {
        tenant: tenant(),
        after,
        types: EntryType::ALL.to_vec(),
        concerns: None,
        of_questions: false,
        limit: 100,
        bytes: usize::MAX,
    }
}

async fn seqs(store: &SqliteStore, filter: EventFilter) -> (Vec<u64>, u64) {
    let page = store.events_after(filter).await.unwrap();
    (page.rows.iter().map(|row| row.seq).collect(), page.to)
}

#[tokio::test]
async fn pages_have_no_gap_and_no_repeat_and_end_at_the_newest_row() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for n in 0..10 {
            let mut row = permitted(SessionId::new());
            row.body = vec![b'x'; if n == 4 { 5_000 } else { 10 }];
            store.append(vec![row]).await.unwrap();
        }
        let (mut at, mut all) = (0, Vec::new());
        loop {
            let page = store.events_after(EventFilter { limit: 3, ..since(at) }).await.unwrap();
            all.extend(page.rows.iter().map(|row| row.seq));
            at = page.to;
            if page.to >= page.head {
                break;
            }
        }
        assert_eq!(all, (1..=10).collect::<Vec<_>>());
        assert_eq!(seqs(store, since(10)).await, (vec![], 10));
        assert_eq!(seqs(store, since(99)).await, (vec![], 99), "a place never goes back");
        let narrow = |after| EventFilter { bytes: 4_000, ..since(after) };
        assert_eq!(seqs(store, narrow(3)).await, (vec![4], 4), "the long one is left for later");
        assert_eq!(seqs(store, narrow(4)).await, (vec![5], 5), "and then comes alone");
        let none = EventFilter { types: vec![], ..since(0) };
        assert_eq!(seqs(store, none).await, (vec![], 10));
    }
}

#[tokio::test]
async fn a_page_looks_at_a_bounded_number_of_rows_and_says_how_far() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let session = SessionId::new();
    store.append(vec![permitted(session); 10_001]).await.unwrap();
    store.append(vec![Draft::new(EntryType::UserAdded, &tenant())]).await.unwrap();
    let rare = |after| EventFilter { types: vec![EntryType::UserAdded], ..since(after) };
    assert_eq!(seqs(store, rare(0)).await, (vec![], 10_000));
    assert_eq!(seqs(store, rare(10_000)).await, (vec![10_002], 10_002));
}

#[tokio::test]
async fn an_agent_is_shown_its_own_rows_and_the_ends_of_its_own_questions() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let other = Principal::new(Role::Agent, "eve/claude");
        let world = Tenant::new("other").unwrap();
        let own = store.ask(question(&call(store, "{}"))).await.unwrap().approval.id;
        let foreign = store.ask(question(&call_of(store, &tenant(), &other, "{}"))).await.unwrap();
        // The same name in another world is another agent.
        store.ask(question(&call_of(store, &world, &agent(), "{}"))).await.unwrap();
        store.decide(decision(own, yes())).await.unwrap().unwrap();
        store.decide(decision(foreign.approval.id, no())).await.unwrap().unwrap();
        let mut permit = permitted(SessionId::new());
        permit.principal = Some(other.clone());
        permit.approval = Some(own);
        store.append(vec![permit]).await.unwrap();

        let of = |who: &Principal| EventFilter { concerns: Some(who.clone()), ..since(0) };
        assert_eq!(seqs(store, of(&agent())).await, (vec![1, 4], 6));
        assert_eq!(seqs(store, of(&other)).await, (vec![2, 5, 6], 6));
        assert_eq!(seqs(store, since(0)).await.0, [1, 2, 4, 5, 6]);
        let abroad = EventFilter { tenant: world, ..of(&agent()) };
        assert_eq!(seqs(store, abroad).await, (vec![3], 6));
    }
}
