//! Doors for people: opened once, counting only as long as what opened them would be taken still.

use super::*;
use crate::domain::time::{MINUTE, Millis};
use crate::store::doors::{Doors as _, NewLink, NewLogin};
use crate::store::{StoreError, User};

const LIFE: i64 = 12 * HOUR;
/// Of the console that is here.
const LEASE: &str = "one";

pub(in crate::store::sqlite::tests) fn digest(text: &str) -> Digest {
    Digest::sha256(&[text.as_bytes()])
}

fn new_login(name: &str) -> NewLogin {
    let (key, lease) = (digest(&format!("{name}'s key")), LEASE.to_owned());
    NewLogin { cookie: digest(name), key, lease, life: LIFE }
}

pub(in crate::store::sqlite::tests) fn other() -> Tenant {
    Tenant::new("other").unwrap()
}

/// Long before anybody who waits for the lock gives up.
pub(in crate::store::sqlite::tests) const SOON: std::time::Duration =
    std::time::Duration::from_secs(1);

/// The write lock of the file, held by somebody else.
pub(in crate::store::sqlite::tests) fn locked(bench: &Bench) -> rusqlite::Connection {
    let conn = rusqlite::Connection::open(bench.home.path().join("home/countersign.db")).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    conn
}

pub(in crate::store::sqlite::tests) async fn user(
    bench: &Bench,
    name: &str,
    role: Role,
    tenant: &Tenant,
) -> Digest {
    let token = digest(&format!("{name}'s token in {tenant}"));
    let user =
        User { name: name.to_owned(), role, tenant: tenant.clone(), added_at: Millis::default() };
    assert!(bench.store.add_user(user, token, &admin("root")).await.unwrap());
    token
}

async fn counts(bench: &Bench, cookie: &str) -> bool {
    bench.store.login(&tenant(), digest(cookie), LEASE, HOUR).await.unwrap().is_some()
}

fn link(code: &str, token: Option<Digest>) -> NewLink {
    NewLink {
        code: digest(code),
        tenant: tenant(),
        principal: admin("ann"),
        proof: Proof::Terminal,
        token,
        lease: LEASE.to_owned(),
        life: 2 * MINUTE,
    }
}

#[tokio::test]
async fn a_login_is_opened_by_a_token_of_its_world_unless_it_is_an_agents() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let ann = user(&bench, "ann", Role::Admin, &here).await;
        let olga = user(&bench, "olga", Role::Operator, &here).await;
        let agent = user(&bench, "bot", Role::Agent, &here).await;
        let far = user(&bench, "far", Role::Admin, &other()).await;
        for token in [agent, far, digest("nobody's")] {
            let before = store.head().await.unwrap().seq;
            assert!(store.open_by_token(&here, token, new_login("x")).await.unwrap().is_none());
            assert!(!counts(&bench, "x").await);
            assert_eq!(store.head().await.unwrap().seq, before, "nothing is written of guesses");
        }
        for (token, cookie, who) in
            [(ann, "a", admin("ann")), (olga, "o", Principal::new(Role::Operator, "olga"))]
        {
            let login =
                store.open_by_token(&here, token, new_login(cookie)).await.unwrap().unwrap();
            assert_eq!((login.principal, login.token), (who, Some(token)));
            assert_eq!(login.key, new_login(cookie).key);
            assert!(counts(&bench, cookie).await);
        }
        assert!(store.login(&other(), digest("a"), LEASE, HOUR).await.unwrap().is_none());
        assert_eq!(kinds(store).await.iter().filter(|kind| *kind == "console.opened").count(), 2);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_login_ends_when_it_is_closed_when_it_is_old_and_when_nobody_uses_it() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let ann = user(&bench, "ann", Role::Admin, &here).await;
        for cookie in ["closed", "idle", "old"] {
            store.open_by_token(&here, ann, new_login(cookie)).await.unwrap().unwrap();
        }
        store.close_login(&other(), digest("closed")).await.unwrap();
        assert!(counts(&bench, "closed").await, "another world closes nothing");
        store.close_login(&here, digest("closed")).await.unwrap();
        store.close_login(&here, digest("closed")).await.unwrap();
        assert!(!counts(&bench, "closed").await);
        let closed = kinds(store).await.iter().filter(|kind| *kind == "console.closed").count();
        assert_eq!(closed, 1, "once");
        bench.wall.pass(HOUR - 1);
        assert!(counts(&bench, "old").await && counts(&bench, "idle").await);
        // Both were looked at a millisecond before the hour was over: one is looked at again and again.
        let mut passed = HOUR - 1;
        while passed + 50 * MINUTE < LIFE {
            bench.wall.pass(50 * MINUTE);
            passed += 50 * MINUTE;
            assert!(counts(&bench, "old").await, "used after {passed}");
        }
        assert!(!counts(&bench, "idle").await, "not used for an hour");
        bench.wall.pass(LIFE - passed - 1);
        assert!(counts(&bench, "old").await);
        bench.wall.pass(1);
        assert!(!counts(&bench, "old").await, "twelve hours are over");
    }
}

#[tokio::test]
async fn a_login_that_is_only_looked_after_ends_after_an_idle_hour() {
    for bench in Bench::both() {
        let ann = user(&bench, "ann", Role::Admin, &tenant()).await;
        for cookie in ["watched", "used"] {
            let opened = bench.store.open_by_token(&tenant(), ann, new_login(cookie)).await;
            opened.unwrap().unwrap();
        }
        let still = async |cookie: &str| {
            bench.store.login_still(&tenant(), digest(cookie), LEASE, HOUR).await.unwrap().is_some()
        };
        for _ in 0..2 {
            bench.wall.pass(29 * MINUTE);
            assert!(still("watched").await && counts(&bench, "used").await);
        }
        bench.wall.pass(2 * MINUTE);
        assert!(!still("watched").await, "a stream is nobody who is there");
        assert!(still("used").await, "its twin was used");
        assert!(
            bench.store.login_still(&other(), digest("used"), LEASE, HOUR).await.unwrap().is_none()
        );
    }
}

#[tokio::test]
async fn a_login_counts_no_more_than_the_token_that_opened_it() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let ann = user(&bench, "ann", Role::Admin, &here).await;
        store.open_by_token(&here, ann, new_login("a")).await.unwrap().unwrap();
        store.add_link(link("code", Some(ann))).await.unwrap();
        store.add_link(link("late", Some(ann))).await.unwrap();
        let by_link = store.open_by_link(&here, digest("code"), new_login("l")).await.unwrap();
        assert_eq!(by_link.unwrap().token, Some(ann));
        assert!(counts(&bench, "a").await && counts(&bench, "l").await);
        assert!(store.revoke_user(&here, "ann", &admin("root")).await.unwrap());
        assert!(!counts(&bench, "a").await && !counts(&bench, "l").await);
        let late = store.open_by_link(&here, digest("late"), new_login("x")).await.unwrap();
        assert!(late.is_none(), "its token counts no more");
        // The name comes back with another role and another token: nothing of before comes back with it.
        let token = digest("another");
        let user = User {
            name: "ann".to_owned(),
            role: Role::Operator,
            tenant: here.clone(),
            added_at: Millis::default(),
        };
        assert!(store.add_user(user, token, &admin("root")).await.unwrap());
        assert!(!counts(&bench, "a").await && !counts(&bench, "l").await);
    }
}

#[tokio::test]
async fn a_link_logs_in_once_in_its_world_and_time() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        for code in ["one", "two", "three"] {
            store.add_link(link(code, None)).await.unwrap();
        }
        let open = |tenant: Tenant, code: &str, cookie: &str| {
            let (code, login) = (digest(code), new_login(cookie));
            async move { store.open_by_link(&tenant, code, login).await.unwrap() }
        };
        assert!(open(other(), "one", "x").await.is_none(), "another world's");
        assert!(open(here.clone(), "four", "x").await.is_none(), "nobody's");
        let login = open(here.clone(), "one", "a").await.unwrap();
        assert_eq!((login.principal, login.token), (admin("ann"), None));
        assert!(open(here.clone(), "one", "b").await.is_none(), "used");
        assert!(!counts(&bench, "b").await && counts(&bench, "a").await);
        bench.wall.pass(2 * MINUTE - 1);
        assert!(open(here.clone(), "two", "c").await.is_some());
        bench.wall.pass(1);
        assert!(open(here.clone(), "three", "d").await.is_none(), "its time is over");
    }
}

#[tokio::test]
async fn a_login_is_of_its_console_and_ends_with_it() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let ann = user(&bench, "ann", Role::Admin, &here).await;
        let at =
            |cookie: &str, lease: &str| NewLogin { lease: lease.to_owned(), ..new_login(cookie) };
        for (cookie, lease) in [("a", "one"), ("b", "one"), ("c", "two")] {
            store.open_by_token(&here, ann, at(cookie, lease)).await.unwrap().unwrap();
        }
        let counts_at = |cookie: &str, lease: &'static str| {
            let cookie = digest(cookie);
            async move { store.login(&tenant(), cookie, lease, HOUR).await.unwrap().is_some() }
        };
        assert!(counts_at("a", "one").await && counts_at("c", "two").await);
        assert!(!counts_at("a", "two").await && !counts_at("c", "one").await, "another console");
        store.add_link(link("code", None)).await.unwrap();
        let strange = store.open_by_link(&here, digest("code"), at("x", "two")).await.unwrap();
        assert!(strange.is_none(), "a link of another console");
        let mine = store.open_by_link(&here, digest("code"), at("d", "one")).await.unwrap();
        assert!(mine.is_some(), "and it was not used up there");
        store.listens("127.0.0.1:7878", "one").await.unwrap();
        store.deaf("127.0.0.1:7878", "one").await.unwrap();
        for cookie in ["a", "b", "d"] {
            assert!(!counts_at(cookie, "one").await, "{cookie} ended with its console");
        }
        assert!(counts_at("c", "two").await, "the other console goes on");
        let closed = kinds(store).await.iter().filter(|kind| *kind == "console.closed").count();
        assert_eq!(closed, 3, "each is on record");
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn whoever_guesses_a_link_waits_for_no_lock_and_holds_none() {
    let bench = Bench::file();
    let (store, here) = (&*bench.store, tenant());
    store.add_link(link("code", None)).await.unwrap();
    let lock = locked(&bench);
    let guess = store.open_by_link(&here, digest("guess"), new_login("x"));
    let guess = tokio::time::timeout(SOON, guess).await.expect("without the lock");
    assert!(guess.unwrap().is_none());
    drop(lock);
    assert!(store.open_by_link(&here, digest("code"), new_login("a")).await.unwrap().is_some());
}

#[tokio::test]
async fn of_one_principal_few_logins_are_open_and_the_oldest_ends() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let ann = user(&bench, "ann", Role::Admin, &here).await;
        let olga = user(&bench, "olga", Role::Operator, &here).await;
        store.open_by_token(&here, ann, new_login("hers")).await.unwrap().unwrap();
        for n in 0..21 {
            let cookie = format!("o{n}");
            store.open_by_token(&here, olga, new_login(&cookie)).await.unwrap().unwrap();
            bench.wall.pass(1);
            assert!(counts(&bench, &cookie).await && counts(&bench, "hers").await);
        }
        assert!(!counts(&bench, "o0").await, "the oldest ended");
        assert!(counts(&bench, "o1").await, "and no other");
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn what_was_opened_at_a_terminal_ends_with_the_user_of_that_name() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        user(&bench, "ann", Role::Admin, &here).await;
        user(&bench, "ann", Role::Admin, &other()).await;
        for code in ["one", "two"] {
            store.add_link(link(code, None)).await.unwrap();
        }
        store.open_by_link(&here, digest("one"), new_login("a")).await.unwrap().unwrap();
        let bob = NewLink { principal: admin("bob"), ..link("three", None) };
        store.add_link(bob).await.unwrap();
        store.open_by_link(&here, digest("three"), new_login("b")).await.unwrap().unwrap();
        assert!(store.revoke_user(&other(), "ann", &admin("root")).await.unwrap());
        assert!(counts(&bench, "a").await, "that was another world's");
        assert!(store.revoke_user(&here, "ann", &admin("root")).await.unwrap());
        assert!(!counts(&bench, "a").await && counts(&bench, "b").await);
        let late = store.open_by_link(&here, digest("two"), new_login("x")).await.unwrap();
        assert!(late.is_none(), "nor does a link of before log in");
        assert_eq!(store.close_logins(&other(), &admin("root")).await.unwrap(), 0);
        assert_eq!(store.close_logins(&here, &admin("root")).await.unwrap(), 1);
        assert!(!counts(&bench, "b").await);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn of_two_who_use_one_link_at_once_one_gets_in() {
    let bench = Bench::file();
    let again = bench.again();
    for round in 0..20 {
        let code = format!("code {round}");
        bench.store.add_link(link(&code, None)).await.unwrap();
        let (a, b) = (format!("a{round}"), format!("b{round}"));
        let here = tenant();
        let (one, two) = tokio::join!(
            bench.store.open_by_link(&here, digest(&code), new_login(&a)),
            again.open_by_link(&here, digest(&code), new_login(&b)),
        );
        let in_by = [one.unwrap().is_some(), two.unwrap().is_some()];
        assert_eq!(in_by.iter().filter(|is_in| **is_in).count(), 1, "round {round}: {in_by:?}");
    }
}

#[tokio::test]
async fn a_clock_behind_the_journal_opens_no_door() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let ann = user(&bench, "ann", Role::Admin, &here).await;
        store.add_link(link("code", None)).await.unwrap();
        bench.wall.pass(-6 * MINUTE);
        let behind = |error: StoreError| matches!(error, StoreError::ClockBehind { .. });
        let by_token = store.open_by_token(&here, ann, new_login("a")).await;
        let by_link = store.open_by_link(&here, digest("code"), new_login("a")).await;
        assert!(behind(by_token.unwrap_err()) && behind(by_link.unwrap_err()));
        assert!(behind(store.add_link(link("more", None)).await.unwrap_err()));
        bench.wall.pass(6 * MINUTE);
        assert!(store.open_by_link(&here, digest("code"), new_login("a")).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn who_was_shown_a_question_is_on_record_once() {
    for bench in Bench::both() {
        let (store, here) = (&*bench.store, tenant());
        let (_, id) = brought_to(&bench, State::Pending, "{}").await;
        assert!(!store.saw(&other(), id, &admin("ann")).await.unwrap(), "another world's");
        assert!(!store.saw(&here, ApprovalId::new(), &admin("ann")).await.unwrap());
        assert!(store.saw(&here, id, &admin("ann")).await.unwrap());
        bench.wall.pass(MINUTE);
        let rows = kinds(store).await.len();
        assert!(store.saw(&here, id, &admin("ann")).await.unwrap());
        assert_eq!(kinds(store).await.len(), rows, "the first time alone is a row");
        assert!(store.saw(&here, id, &admin("bob")).await.unwrap());
        let seen = store.seen(&here, id).await.unwrap();
        let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["ann", "bob"]);
        assert!(seen[1].1.since(seen[0].1) >= MINUTE);
        assert!(store.seen(&other(), id).await.unwrap().is_empty());
        assert_eq!(newest_outcome(store).await, "approval.seen ");
    }
}

#[tokio::test]
async fn where_consoles_listen_is_told_and_taken_back() {
    for bench in Bench::both() {
        let store = &*bench.store;
        store.listens("127.0.0.1:7878", "one").await.unwrap();
        store.listens("[::1]:7878", "two").await.unwrap();
        store.listens("127.0.0.1:7878", "three").await.unwrap();
        let pair = |at: &str, lease: &str| (at.to_owned(), lease.to_owned());
        let told = store.listeners().await.unwrap();
        assert_eq!(told, [pair("127.0.0.1:7878", "three"), pair("[::1]:7878", "two")]);
        store.deaf("127.0.0.1:7878", "three").await.unwrap();
        assert_eq!(store.listeners().await.unwrap(), [pair("[::1]:7878", "two")]);
    }
}
