//! Proposals that are not taken, and by whom they are: nobody is asked about what could never be applied.

use super::*;
use crate::domain::policy::StoredPolicy;
use crate::store::policies::{
    Apply, MOST_AN_HOUR, MOST_OPEN, NewSuggestion, NotApplied, NotProposed, Policies as _,
};
use crate::store::sqlite::tests::policies::*;
use crate::store::sqlite::tests::policies_refused::{as_admin, refuses};

async fn not(store: &SqliteStore, new: NewSuggestion, why: NotProposed, code: &str) {
    let asked = kinds(store).await.into_iter().filter(|k| k == "approval.asked").count();
    assert_eq!(store.propose(new).await.unwrap().unwrap_err(), why, "{code}");
    assert_eq!(newest_outcome(store).await, format!("policy.refused {code}"));
    let still = kinds(store).await.into_iter().filter(|k| k == "approval.asked").count();
    assert_eq!(still, asked, "nobody was asked");
}

#[tokio::test]
async fn a_pause_stops_the_agent_and_not_the_person() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let suggestion = proposed(store, &agent(), &deny("a__*")).await;
    let for_bob = proposed(store, &agent(), &deny("b__*")).await;
    store.decide(decision(suggestion.approval.id, yes())).await.unwrap().unwrap();
    for whom in [Some("ann/claude"), None] {
        store.pause(&tenant(), whom, &admin("bob")).await.unwrap();
        refuses(store, apply_as_asker(&suggestion, None), NotApplied::Paused, "paused").await;
        not(store, proposal(store, 0, &deny("c__*")), NotProposed::Paused, "paused").await;
        let of_a_person = proposal_in(store, &tenant(), &operator("lee"), 0, &deny("c__*"), None);
        store.propose(of_a_person).await.unwrap().unwrap();
        if whom.is_some() {
            store.unpause(&tenant(), whom, &admin("bob")).await.unwrap();
        }
    }
    store.apply(apply_as("bob", &for_bob)).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_agent_has_twenty_open_proposals_and_no_more() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let many = |at: usize| deny(&format!("a{at}__*"));
    let mut first = None;
    for at in 0..MOST_OPEN {
        let suggestion = proposed(store, &agent(), &many(at)).await;
        first.get_or_insert(suggestion);
    }
    not(store, proposal(store, 0, &many(MOST_OPEN)), NotProposed::TooMany, "too_many").await;
    // One of them once more is none more; another agent and a person have their own.
    proposed(store, &agent(), &many(3)).await;
    proposed(store, &Principal::new(Role::Agent, "eve/claude"), &many(99)).await;
    for at in 0..=MOST_OPEN {
        proposed(store, &operator("lee"), &many(at)).await;
    }
    let id = first.unwrap().approval.id;
    store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap();
    proposed(store, &agent(), &many(MOST_OPEN)).await;
    not(store, proposal(store, 0, &many(77)), NotProposed::TooMany, "too_many").await;
    // What nobody answered in time is not open.
    bench.wall.pass(DAY);
    proposed(store, &agent(), &many(77)).await;
}

#[tokio::test]
async fn ended_proposals_count_for_an_hour() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let many = |at: usize| deny(&format!("a{at}__*"));
    for at in 0..MOST_AN_HOUR {
        let id = proposed(store, &agent(), &many(at)).await.approval.id;
        store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap();
    }
    not(store, proposal(store, 0, &many(1_000)), NotProposed::TooOften, "too_often").await;
    proposed(store, &Principal::new(Role::Agent, "eve/claude"), &many(99)).await;
    proposed(store, &operator("lee"), &many(99)).await;
    bench.wall.pass(HOUR);
    proposed(store, &agent(), &many(1_000)).await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_changed() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let there = applied(store, &deny("a__*")).await.inverse.unwrap().remove[0];
    let gone = crate::domain::id::RuleId::new();
    let mine = r#"{"modules":[{"name":"m","text":"t","scope":"user","scope_id":"lee"}]}"#;
    applied(store, mine).await;
    for (diff, told) in [
        (format!(r#"{{"remove":["{gone}"]}}"#), "`/remove/0`: no such rule"),
        (format!(r#"{{"remove":["{there}","{there}"]}}"#), "`/remove/1`: no such rule"),
        (r#"{"modules":[{"name":"x","remove":true}]}"#.to_owned(), "`/modules/0`: no such module"),
        (r#"{"modules":[{"name":"x","status":"active"}]}"#.to_owned(), "`/modules/0`: there is"),
        (
            r#"{"modules":[{"name":"x","text":"t","scope":"user"}]}"#.to_owned(),
            "`/modules/0/scope`: it does not say whose",
        ),
        (
            r#"{"modules":[{"name":"x","text":"t","scope_id":"lee"}]}"#.to_owned(),
            "`/modules/0/scope_id`: everybody",
        ),
        // Whose it was under another scope is not whose it is.
        (
            r#"{"modules":[{"name":"m","scope":"session"}]}"#.to_owned(),
            "`/modules/0/scope`: it does not say whose",
        ),
        (
            r#"{"modules":[{"name":"m","remove":true},{"name":"m","text":"other"}]}"#.to_owned(),
            "`/modules/1`: this module is changed above",
        ),
    ] {
        let refused = store.propose(proposal(store, 2, &diff)).await.unwrap().unwrap_err();
        let NotProposed::NoSuch(what) = &refused else { panic!("{diff}: {refused:?}") };
        assert!(what.starts_with(told), "{diff}: {what}");
        assert_eq!(newest_outcome(store).await, "policy.refused no_such");
    }
    proposed(store, &agent(), &format!(r#"{{"remove":["{there}"]}}"#)).await;
}

#[tokio::test]
async fn a_question_that_shows_something_else_is_not_put() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (a, b) = (proposal(store, 0, &deny("a__*")), proposal(store, 0, &deny("b__*")));
    let other_diff = NewSuggestion { diff: b.diff.clone(), ..a.clone() };
    let other_subject = NewSuggestion {
        question: Question { subject: b.question.subject, ..a.question.clone() },
        ..a.clone()
    };
    let other_base = NewSuggestion { base: 1, ..a.clone() };
    let back = NewSuggestion { rolls_back: Some(1), ..a.clone() };
    for wrong in [other_diff, other_subject, other_base, back] {
        store.propose(wrong).await.unwrap_err();
    }
    assert!(all(store).await.is_empty());
    store.propose(a).await.unwrap().unwrap();
}

#[tokio::test]
async fn worlds_are_sealed() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let world = Tenant::new("other").unwrap();
    applied(store, &deny("a__*")).await;
    let suggestion = proposed(store, &agent(), &deny("b__*")).await;
    assert_eq!(store.stored_policy(&world).await.unwrap(), StoredPolicy::default());
    assert!(store.suggestion(&world, suggestion.approval.id).await.unwrap().is_none());
    let loaded = store.policy_version(&tenant(), "met").await.unwrap();
    assert!(store.policy_version_of(&world, 1).await.unwrap().is_none());
    assert!(store.policy_version_of(&world, loaded).await.unwrap().is_some());
    assert_eq!(store.policy_versions(&world, 10).await.unwrap().len(), 1);
    let rows = all(store).await.len();
    let foreign = Apply { tenant: world.clone(), ..apply_as("bob", &suggestion) };
    let foreign = as_admin(&foreign, |d| d.tenant = world.clone());
    assert_eq!(store.apply(foreign).await.unwrap().unwrap_err(), NotApplied::NotThere);
    assert_eq!(all(store).await.len(), rows, "not there leaves nothing");
    // Their version 1 is none of ours to take back, and ours begins at nothing.
    let back = proposal_in(store, &world, &agent(), 0, "{}", Some(1));
    let NotProposed::NotReversible(why) = store.propose(back).await.unwrap().unwrap_err() else {
        panic!("taken")
    };
    assert!(why.contains("none that was applied here"), "{why}");
    let there = stands(store).await.rules[0].id;
    let remove = format!(r#"{{"remove":["{there}"]}}"#);
    let theirs = proposal_in(store, &world, &agent(), 0, &remove, None);
    let refused = store.propose(theirs).await.unwrap().unwrap_err();
    assert!(
        matches!(&refused, NotProposed::NoSuch(what) if what.starts_with("`/remove/0`")),
        "{refused:?}"
    );
    let theirs = proposal_in(store, &world, &agent(), 0, &deny("c__*"), None);
    let theirs = store.propose(theirs).await.unwrap().unwrap();
    let mut apply = Apply { tenant: world.clone(), ..apply_as("bob", &theirs) };
    apply = as_admin(&apply, |d| d.tenant = world.clone());
    let version = store.apply(apply).await.unwrap().unwrap();
    assert_eq!((version.version, version.parent), (3, None));
    // Our base is none the staler for it.
    store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
}
