//! What every store must do, on a file and on memory alike.

use super::*;
use crate::domain::pin::{Pin, PinState};
use crate::domain::time::{MINUTE, Millis};
use crate::store::{ApprovalFilter, NotPermitted, PinUpdate, SessionInfo, User};

#[tokio::test]
async fn an_equal_call_finds_its_row_while_the_row_is_of_use() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let asked = call(store, r#"{"a":1,"b":2}"#);
        let first = store.ask(question(&asked)).await.unwrap();
        assert!(!first.attached);
        let equal = call(store, r#"{"b":2,"a":1}"#);
        let second = store.ask(question(&equal)).await.unwrap();
        assert!(second.attached && second.approval.id == first.approval.id);
        let stored = second.approval.arguments.unwrap();
        assert_eq!(stored.as_bytes(), br#"{"a":1,"b":2}"#, "the first writing runs");
        let id = first.approval.id;
        store.decide(decision(id, yes())).await.unwrap().unwrap();
        assert_eq!(store.ask(question(&equal)).await.unwrap().approval.id, id);
        let seq = store.consume(request(&asked, id)).await.unwrap().unwrap();
        assert_eq!(store.ask(question(&equal)).await.unwrap().approval.id, id, "it runs now");
        store.settle(ran(seq, Some(id))).await.unwrap();
        assert_eq!(store.ask(question(&equal)).await.unwrap().approval.id, id, "not had it yet");
        store.delivered(&tenant(), id).await.unwrap();
        let new = store.ask(question(&equal)).await.unwrap();
        assert!(!new.attached && new.approval.id != id);
        let earlier = store.earlier(&new.approval).await.unwrap();
        assert_eq!(earlier.len(), 1);
        assert!(earlier[0].id == id && earlier[0].ran_at.is_some());
    }
}

#[tokio::test]
async fn what_is_not_equal_is_a_question_of_its_own() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let id = store.ask(question(&call(store, "{}"))).await.unwrap().approval.id;
    let eve = Principal::new(Role::Agent, "eve/claude");
    let other_world = Tenant::new("other").unwrap();
    for other in [
        call(store, r#"{"a":1}"#),
        call_of(store, &tenant(), &eve, "{}"),
        call_of(store, &other_world, &agent(), "{}"),
    ] {
        let asked = store.ask(question(&other)).await.unwrap();
        assert!(!asked.attached && asked.approval.id != id);
    }
    let graver = Question { ruling: ruling(3), ..question(&call(store, "{}")) };
    assert!(!store.ask(graver).await.unwrap().attached, "a yes to it would be of no use");
}

#[tokio::test]
async fn an_undelivered_outcome_and_a_kept_answer_last_a_quarter_of_an_hour() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (call, id) = brought_to(&bench, State::Consumed, "{}").await;
    let seq = store.head().await.unwrap().seq;
    store.settle(ran(seq, Some(id))).await.unwrap();
    bench.wall.pass(15 * MINUTE);
    assert!(!store.ask(question(&call)).await.unwrap().attached);
    store.sweep().await.unwrap();
    assert_eq!(store.kept_answer(&tenant(), id).await.unwrap(), None);
}

#[tokio::test]
async fn the_last_waiter_that_leaves_abandons_a_pending_row() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (call_a, call_b) = (call(store, "{}"), call(store, "{}"));
    let id = store.ask(question(&call_a)).await.unwrap().approval.id;
    store.ask(question(&call_b)).await.unwrap();
    store.leave(&tenant(), id, call_a.parts().session).await.unwrap();
    assert_eq!(row(store, id).await.abandoned_at, None);
    store.leave(&tenant(), id, call_b.parts().session).await.unwrap();
    assert!(row(store, id).await.abandoned_at.is_some());
    assert_eq!(kinds(store).await.last().unwrap(), "approval.abandoned");
    store.attach(&tenant(), id, call_b.parts().session).await.unwrap();
    assert_eq!(row(store, id).await.abandoned_at, None);
    assert_eq!(kinds(store).await.last().unwrap(), "approval.attached");
}

#[tokio::test]
async fn a_closed_session_leaves_its_calls_unknown_and_its_questions_abandoned() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (asked, used) = brought_to(&bench, State::Consumed, "{}").await;
        let session = asked.parts().session;
        let info = SessionInfo {
            id: session,
            tenant: tenant(),
            principal: agent(),
            kind: "wrap".to_owned(),
            pid: 7,
            parent_pid: 1,
            opened_at: Millis::default(),
        };
        store.open_session(info).await.unwrap();
        let read = store.permit(permitted(session)).await.unwrap().unwrap();
        let settled = store.permit(permitted(session)).await.unwrap().unwrap();
        store.settle(ran(settled, None)).await.unwrap();
        let waits = question(&call(store, r#"{"later":1}"#));
        let waits = store.ask(waits).await.unwrap().approval;
        store.attach(&tenant(), waits.id, session).await.unwrap();
        store.leave(&tenant(), waits.id, waits.session).await.unwrap();
        assert_eq!(store.open_sessions().await.unwrap()[0].opened_at.0, START);

        let open = store.close_session(session, "killed").await.unwrap();
        let found: Vec<_> = open.iter().map(|i| (i.seq, i.approval)).collect();
        assert_eq!(found, [(4 - 1 + 1, Some(used)), (read, None)]);
        assert_eq!(row(store, used).await.outcome, Some(OutcomeKind::Unknown));
        assert!(row(store, waits.id).await.abandoned_at.is_some());
        assert!(store.open_sessions().await.unwrap().is_empty());
        assert_eq!(newest_outcome(store).await, "session.closed killed");
        assert!(store.close_session(session, "killed").await.unwrap().is_empty());
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_paused_agent_is_permitted_nothing() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for who in [Some("ann/claude"), Some("ann/*"), None] {
            store.pause(&tenant(), who, &admin("bob")).await.unwrap();
            assert_eq!(store.paused(&tenant()).await.unwrap(), [who.map(str::to_owned)]);
            let sent = store.permit(permitted(SessionId::new())).await.unwrap();
            assert_eq!(sent, Err(NotPermitted::Paused));
            assert_eq!(newest_outcome(store).await, "call.refused paused");
            assert!(store.unpause(&tenant(), who, &admin("bob")).await.unwrap());
            assert!(!store.unpause(&tenant(), who, &admin("bob")).await.unwrap());
            store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
        }
        let elsewhere = Tenant::new("other").unwrap();
        store.pause(&elsewhere, None, &admin("bob")).await.unwrap();
        store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn users_come_and_go_with_their_tokens() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let user = User {
            name: "bob".to_owned(),
            role: Role::Admin,
            tenant: tenant(),
            added_at: Millis::default(),
        };
        let token = Digest([3; 32]);
        assert!(store.add_user(user.clone(), token, &admin("root")).await.unwrap());
        assert!(!store.add_user(user.clone(), Digest([4; 32]), &admin("root")).await.unwrap());
        let found = store.user_by_token(token).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.added_at.0), ("bob", START));
        assert_eq!(store.users().await.unwrap(), [found]);
        assert!(store.revoke_user(&tenant(), "bob", &admin("root")).await.unwrap());
        assert!(!store.revoke_user(&tenant(), "bob", &admin("root")).await.unwrap());
        assert_eq!(store.user_by_token(token).await.unwrap(), None);
        assert!(store.add_user(user.clone(), Digest([5; 32]), &admin("root")).await.unwrap());
        // Another world's names are its own: taken or not, it is not felt here.
        let other = Tenant::new("other").unwrap();
        let theirs = User { tenant: other.clone(), ..user };
        assert!(!store.revoke_user(&other, "bob", &admin("root")).await.unwrap());
        assert!(store.add_user(theirs, Digest([6; 32]), &admin("root")).await.unwrap());
        assert!(store.revoke_user(&other, "bob", &admin("root")).await.unwrap());
        assert!(store.user_by_token(Digest([5; 32])).await.unwrap().is_some());
        assert!(store.user_by_token(Digest([6; 32])).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn pins_and_policies_are_remembered() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let mut pin = Pin {
            upstream: "files".to_owned(),
            identity: Digest([1; 32]),
            tool: "read_file".to_owned(),
            digest: Digest([2; 32]),
            text: "{}".to_owned(),
            offered: None,
            state: PinState::Unreviewed,
            effect: None,
            at: Millis(5),
        };
        let mut was = None;
        for state in [PinState::Unreviewed, PinState::Changed, PinState::Accepted] {
            pin.state = state;
            pin.effect = Some(Effect::Read);
            let row = Draft::new(EntryType::ToolPinned, &tenant());
            let update = PinUpdate { pin: pin.clone(), was: was.replace(pin.clone()), row };
            assert!(store.save_pins(&tenant(), vec![update]).await.unwrap());
            let found = store.pins(&tenant(), pin.identity).await.unwrap();
            assert_eq!((found.len(), found[0].state, found[0].effect), (1, state, pin.effect));
        }
        assert_eq!(store.all_pins(&tenant()).await.unwrap().len(), 1);
        assert!(store.pins(&tenant(), Digest([9; 32])).await.unwrap().is_empty());
        assert!(store.all_pins(&Tenant::new("other").unwrap()).await.unwrap().is_empty());
        for (digest, version) in [("a", 1), ("b", 2), ("a", 1)] {
            assert_eq!(store.policy_version(&tenant(), digest).await.unwrap(), version);
        }
    }
}

/// Two read the same pin; the second to write must not undo what the first wrote.
#[tokio::test]
async fn a_pin_that_was_written_since_it_was_read_is_not_written_over() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let save = |pin: &Pin, was: Option<&Pin>, kind| {
            let row = Draft::new(kind, &tenant());
            vec![PinUpdate { pin: pin.clone(), was: was.cloned(), row }]
        };
        let read = Pin {
            upstream: "files".to_owned(),
            identity: Digest([1; 32]),
            tool: "read_file".to_owned(),
            digest: Digest([2; 32]),
            text: "{}".to_owned(),
            offered: None,
            state: PinState::Unreviewed,
            effect: Some(Effect::Read),
            at: Millis(5),
        };
        let first = save(&read, None, EntryType::ToolPinned);
        assert!(store.save_pins(&tenant(), first).await.unwrap());
        // A person takes the effect back, within the same millisecond.
        let accepted = Pin { state: PinState::Accepted, effect: None, ..read.clone() };
        let person = save(&accepted, Some(&read), EntryType::ToolAccepted);
        assert!(store.save_pins(&tenant(), person).await.unwrap());
        let (version, rows) = (store.pins_version().await.unwrap(), kinds(store).await);
        let late =
            Pin { offered: Some("{ }".to_owned()), state: PinState::Changed, ..read.clone() };
        let fresh = Pin { tool: "another".to_owned(), ..read.clone() };
        for stale in [Some(&read), None] {
            let mut updates = save(&fresh, None, EntryType::ToolPinned);
            updates.extend(save(&late, stale, EntryType::ToolChanged));
            assert!(!store.save_pins(&tenant(), updates).await.unwrap());
            assert_eq!(store.all_pins(&tenant()).await.unwrap(), std::slice::from_ref(&accepted));
        }
        assert_eq!((store.pins_version().await.unwrap(), kinds(store).await), (version, rows));
        // Read anew, it is written.
        let again = save(&late, Some(&accepted), EntryType::ToolChanged);
        assert!(store.save_pins(&tenant(), again).await.unwrap());
    }
}

#[tokio::test]
async fn questions_are_listed_newest_first_and_found_by_either_end() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, first) = brought_to(&bench, State::Denied, r#"{"a":1}"#).await;
    bench.wall.pass(1);
    let (_, second) = brought_to(&bench, State::Pending, r#"{"a":2}"#).await;
    let filter =
        ApprovalFilter { tenant: tenant(), states: Vec::new(), principal: None, limit: 10 };
    let ids = |found: Vec<Approval>| found.into_iter().map(|a| a.id).collect::<Vec<_>>();
    assert_eq!(ids(store.approvals(filter.clone()).await.unwrap()), [second, first]);
    let denied = ApprovalFilter { states: vec![State::Denied], ..filter.clone() };
    assert_eq!(ids(store.approvals(denied).await.unwrap()), [first]);
    let others = ApprovalFilter { principal: Some(admin("x")), ..filter };
    assert!(store.approvals(others).await.unwrap().is_empty());
    let whole = second.to_string();
    for part in [whole.as_str(), &whole.to_uppercase(), &second.short(), &whole[24..]] {
        assert_eq!(store.find_approvals(&tenant(), part).await.unwrap(), [second], "{part}");
    }
    for part in ["", "-", "%", "zz", &format!("{whole}0")] {
        assert!(store.find_approvals(&tenant(), part).await.unwrap().is_empty(), "{part}");
    }
}
