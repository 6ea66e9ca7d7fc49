//! Lists of questions: a page that offers another one has one.

use super::*;
use crate::store::briefs::{BriefFilter, Briefs as _};

#[tokio::test]
async fn a_page_offers_the_next_only_where_there_is_one() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for n in 0..4 {
            let state = if n == 0 { State::Denied } else { State::Pending };
            brought_to(&bench, state, &format!(r#"{{"n":{n}}}"#)).await;
            bench.wall.pass(1_000);
        }
        let filter = |states: &[State], limit| BriefFilter {
            tenant: tenant(),
            states: states.to_vec(),
            upstream: None,
            tool: None,
            tier: None,
            decided_by: None,
            since: None,
            before: None,
            limit,
        };
        // As many as fit are all; that something else is older makes no page of these.
        for (states, limit) in [(&[][..], 4), (&[State::Pending][..], 3), (&[State::Denied][..], 1)]
        {
            let page = store.briefs(filter(states, limit)).await.unwrap();
            assert_eq!((page.rows.len(), page.next), (limit, None), "{states:?}");
        }
        let first = store.briefs(filter(&[], 3)).await.unwrap();
        assert!(first.next.is_some());
        let rest = BriefFilter { before: first.next, ..filter(&[], 3) };
        let last = store.briefs(rest).await.unwrap();
        assert_eq!((last.rows.len(), last.next), (1, None));
        let ids: Vec<_> = first.rows.iter().chain(&last.rows).map(|brief| brief.id).collect();
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{ids:?}");
    }
}
