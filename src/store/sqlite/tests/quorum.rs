//! Questions that several people answer, or not anybody: who is heard, who counts, when it is enough.

use super::*;
use crate::domain::approval::Subject;
use crate::domain::id::RunId;
use crate::domain::quorum::Chair;
use crate::domain::remembered::{Keep, Wish};
use crate::domain::time::Millis;
use crate::store::{NotConsumed, User};

/// Two of anna, ben and carla; dora may for anna, max may for anna once it is urgent, an hour before the end.
fn needs() -> Needs {
    let chair =
        |name: &str| Chair { name: name.to_owned(), deputies: Vec::new(), managers: Vec::new() };
    let anna = Chair {
        deputies: vec!["dora".to_owned()],
        managers: vec!["max".to_owned(), "sue".to_owned()],
        ..chair("anna")
    };
    let chairs = vec![anna, chair("ben"), chair("carla")];
    Needs { required: 2, chairs, escalate_before: Some(HOUR) }
}

async fn asked(bench: &Bench, needs: &Needs, arguments: &str) -> (Call, ApprovalId) {
    let store = &*bench.store;
    let call = call(store, arguments);
    let asked = Question { needs: needs.clone(), ..question(&call) };
    let id = store.ask(asked).await.unwrap().approval.id;
    (call, id)
}

async fn said(store: &dyn Store, decision: Decision) -> Result<State, NotDecided> {
    store.decide(decision).await.unwrap().map(|approval| approval.state)
}

fn names(approval: &Approval) -> Vec<&str> {
    approval.votes.iter().map(|vote| vote.name.as_str()).collect()
}

#[tokio::test]
async fn two_of_three_that_are_named_say_yes_and_nobody_else() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (call, id) = asked(&bench, &needs(), "{}").await;
    for answer in [yes(), no()] {
        assert_eq!(said(store, says("zoe", id, answer)).await, Err(NotDecided::NotNamed));
        assert_eq!(newest_outcome(store).await, "approval.refused not_named");
    }
    assert_eq!(row(store, id).await.state, State::Pending);
    assert!(row(store, id).await.votes.is_empty(), "whoever is refused left no voice");
    assert_eq!(said(store, says("carla", id, yes())).await, Ok(State::Pending));
    assert_eq!(newest_outcome(store).await, "approval.approved vote");
    // Once a person.
    let again = NotDecided::Already(State::Pending);
    assert_eq!(said(store, says("carla", id, yes())).await, Err(again));
    assert_eq!(
        store.consume(request(&call, id)).await.unwrap(),
        Err(NotConsumed::State(State::Pending))
    );
    assert_eq!(said(store, says("ben", id, yes())).await, Ok(State::Approved));
    assert_eq!(newest_outcome(store).await, "approval.approved ");
    assert_eq!(names(&row(store, id).await), ["carla", "ben"]);
    store.consume(request(&call, id)).await.unwrap().unwrap();
    let told = |entry: &Entry| {
        serde_json::from_slice::<serde_json::Value>(entry.body.as_deref().unwrap()).unwrap()
    };
    let rows = all(store).await;
    let yeses: Vec<_> =
        rows.iter().filter(|row| row.kind == "approval.approved").map(told).collect();
    assert_eq!(yeses[0]["names"], serde_json::json!(["carla"]));
    assert_eq!((&yeses[0]["votes"], &yeses[0]["required"]), (&1.into(), &2.into()));
    assert_eq!(yeses[1]["names"], serde_json::json!(["carla", "ben"]));
    assert_eq!(yeses[1]["votes"], 2);
}

#[tokio::test]
async fn one_no_of_whoever_is_named_ends_it() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = asked(&bench, &needs(), "{}").await;
    assert_eq!(said(store, says("ben", id, yes())).await, Ok(State::Pending));
    assert_eq!(said(store, says("dora", id, no())).await, Ok(State::Denied));
    let over = NotDecided::Already(State::Denied);
    assert_eq!(said(store, says("anna", id, yes())).await, Err(over));
}

#[tokio::test]
async fn a_seat_counts_once_whoever_sits_there() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = asked(&bench, &needs(), "{}").await;
    assert_eq!(said(store, says("dora", id, yes())).await, Ok(State::Pending));
    assert_eq!(said(store, says("anna", id, yes())).await, Ok(State::Pending), "one seat");
    assert_eq!(said(store, says("carla", id, yes())).await, Ok(State::Approved));
    // Twin: the deputy of one and another.
    let (_, id) = asked(&bench, &needs(), r#"{"n":2}"#).await;
    assert_eq!(said(store, says("dora", id, yes())).await, Ok(State::Pending));
    assert_eq!(said(store, says("ben", id, yes())).await, Ok(State::Approved));
}

#[tokio::test]
async fn whoever_asks_adds_nothing_even_where_he_is_named() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let of = |name: &str| {
        let chair = |name: &str| Chair {
            name: name.to_owned(),
            deputies: Vec::new(),
            managers: Vec::new(),
        };
        Needs { required: 1, chairs: vec![chair(name), chair("ben")], escalate_before: None }
    };
    for (arguments, asker, ends) in
        [("{}", "ann", Err(NotDecided::OwnQuestion)), (r#"{"n":2}"#, "eve", Ok(State::Approved))]
    {
        let asker = Principal::new(Role::Agent, asker);
        let call = call_of(store, &tenant(), &asker, arguments);
        let asked = Question { needs: of("ann"), ..question(&call) };
        let id = store.ask(asked).await.unwrap().approval.id;
        assert_eq!(said(store, says("ann", id, yes())).await, ends);
    }
}

#[tokio::test]
async fn the_yes_of_whoever_is_revoked_before_it_is_decided_counts_no_more() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let user = |name: &str| crate::store::User {
        name: name.to_owned(),
        role: Role::Admin,
        tenant: tenant(),
        added_at: Default::default(),
    };
    let root = admin("root");
    let says = |name: &str, id, proof| {
        let by = Decider { principal: admin(name), proof };
        Decision { by, ..decision(id, yes()) }
    };
    let two = Needs { required: 2, ..Needs::default() };
    let proofs = [Proof::ApiToken, Proof::SignedRequest, Proof::Console, Proof::Terminal];
    for (at, proof) in (0_u8..).zip(proofs) {
        assert!(store.add_user(user("anna"), Digest([10 + at; 32]), &root).await.unwrap());
        let (_, id) = asked(&bench, &two, &format!(r#"{{"n":{at}}}"#)).await;
        assert_eq!(said(store, says("anna", id, proof)).await, Ok(State::Pending));
        assert!(store.revoke_user(&tenant(), "anna", &root).await.unwrap());
        assert!(row(store, id).await.votes.is_empty(), "{proof:?}");
        let second = said(store, says("ben", id, Proof::ApiToken)).await;
        assert_eq!(second, Ok(State::Pending), "{proof:?}");
    }
    // Who is revoked afterwards, or in another world, changes nothing; and what was decided is told as it was. A name that
    // was given anew counts again.
    bench.wall.pass(10);
    assert!(store.add_user(user("anna"), Digest([30; 32]), &root).await.unwrap());
    let (_, id) = asked(&bench, &two, r#"{"twin":1}"#).await;
    assert_eq!(said(store, says("anna", id, Proof::ApiToken)).await, Ok(State::Pending));
    bench.wall.pass(10);
    let elsewhere = Tenant::new("elsewhere").unwrap();
    assert!(!store.revoke_user(&elsewhere, "anna", &root).await.unwrap());
    assert_eq!(said(store, says("ben", id, Proof::ApiToken)).await, Ok(State::Approved));
    assert!(store.revoke_user(&tenant(), "anna", &root).await.unwrap());
    assert_eq!(names(&row(store, id).await), ["anna", "ben"]);
    // Whoever is a user anew may say it again, once.
    assert!(store.add_user(user("anna"), Digest([31; 32]), &root).await.unwrap());
    let (_, id) = asked(&bench, &two, r#"{"again":1}"#).await;
    let anna = || says("anna", id, Proof::ApiToken);
    assert_eq!(said(store, anna()).await, Ok(State::Pending));
    assert!(store.revoke_user(&tenant(), "anna", &root).await.unwrap());
    bench.wall.pass(10);
    assert!(store.add_user(user("anna"), Digest([32; 32]), &root).await.unwrap());
    assert_eq!(said(store, anna()).await, Ok(State::Pending));
    assert_eq!(said(store, anna()).await, Err(NotDecided::Already(State::Pending)));
    assert_eq!(names(&row(store, id).await), ["anna"]);
    assert_eq!(said(store, says("ben", id, Proof::ApiToken)).await, Ok(State::Approved));
}

#[tokio::test]
async fn a_manager_is_called_in_when_time_runs_out_and_told_of_once() {
    let bench = Bench::file();
    let store = &*bench.store;
    let (_, id) = asked(&bench, &needs(), "{}").await;
    assert_eq!(said(store, says("max", id, yes())).await, Err(NotDecided::NotNamed));
    bench.wall.pass(DAY - HOUR - 1);
    assert_eq!(store.escalate().await.unwrap(), 0);
    assert_eq!(said(store, says("max", id, yes())).await, Err(NotDecided::NotNamed));
    bench.wall.pass(1);
    let second = bench.again();
    let (here, there) = tokio::join!(store.escalate(), second.escalate());
    assert_eq!(here.unwrap() + there.unwrap(), 1);
    assert_eq!(store.escalate().await.unwrap(), 0);
    store.sweep().await.unwrap();
    assert!(row(store, id).await.escalated);
    let escalated: Vec<Entry> =
        all(store).await.into_iter().filter(|row| row.kind == "approval.escalated").collect();
    assert_eq!(escalated.len(), 1);
    let told: serde_json::Value =
        serde_json::from_slice(escalated[0].body.as_deref().unwrap()).unwrap();
    assert_eq!(told["called"], serde_json::json!(["max"]));
    // The next one comes when half of that is left.
    assert_eq!(said(store, says("sue", id, yes())).await, Err(NotDecided::NotNamed));
    assert_eq!(said(store, says("max", id, yes())).await, Ok(State::Pending));
    bench.wall.pass(HOUR / 2);
    assert_eq!(said(store, says("sue", id, yes())).await, Ok(State::Pending), "the same seat");
    assert_eq!(said(store, says("carla", id, yes())).await, Ok(State::Approved));
    assert_chain(store).await;
}

#[tokio::test]
async fn who_ended_or_never_escalates_is_left_alone() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, ended) = asked(&bench, &needs(), "{}").await;
    assert_eq!(said(store, says("anna", ended, no())).await, Ok(State::Denied));
    let never = Needs { escalate_before: None, ..needs() };
    let (_, never) = asked(&bench, &never, r#"{"n":2}"#).await;
    bench.wall.pass(DAY - 1);
    assert_eq!(store.escalate().await.unwrap(), 0);
    assert!(!row(store, ended).await.escalated && !row(store, never).await.escalated);
    assert_eq!(said(store, says("max", never, yes())).await, Err(NotDecided::NotNamed));
}

#[tokio::test]
async fn what_is_asked_stays_as_it_was_asked() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (call, id) = asked(&bench, &needs(), "{}").await;
    // The same call under another configuration finds the same question.
    let again = Question { needs: Needs::default(), ..question(&call) };
    let again = store.ask(again).await.unwrap();
    assert!(again.attached && again.approval.id == id);
    assert_eq!(again.approval.quorum.seats.len(), 3);
    assert_eq!(said(store, says("zoe", id, yes())).await, Err(NotDecided::NotNamed));
    assert_eq!(said(store, says("ben", id, yes())).await, Ok(State::Pending));
    for sql in [
        "UPDATE approvals SET seats = NULL WHERE id = ?1",
        "UPDATE approvals SET escalate_at = 0 WHERE id = ?1",
        "UPDATE approvals SET required = 1 WHERE id = ?1",
        "UPDATE votes SET decider = 'anna' WHERE approval = ?1",
        "DELETE FROM votes WHERE approval = ?1",
    ] {
        let forged =
            bench.store.write(move |tx| Ok(tx.conn.execute(sql, [id.0.as_bytes()])?)).await;
        assert!(forged.is_err(), "{sql}");
    }
}

/// Many at once, through two openings of one file: enough is reached once, and it runs once.
#[tokio::test]
async fn of_fifty_at_once_three_are_enough_exactly_once() {
    let bench = Bench::file();
    let second = bench.again();
    let people: Vec<String> = (0..50).map(|n| format!("p{n}")).collect();
    let chairs = people.iter().map(|name| Chair {
        name: name.clone(),
        deputies: Vec::new(),
        managers: Vec::new(),
    });
    let named = Needs { required: 3, chairs: chairs.collect(), escalate_before: None };
    let open = Needs { required: 3, ..Needs::default() };
    for (round, needs) in [named, open].iter().enumerate() {
        let (call, id) = asked(&bench, needs, &format!(r#"{{"round":{round}}}"#)).await;
        let mut tasks = Vec::new();
        for (at, name) in people.iter().enumerate() {
            let store = Arc::clone(if at % 2 == 0 { &bench.store } else { &second });
            let decision = says(name, id, yes());
            tasks.push(tokio::spawn(async move { store.decide(decision).await.unwrap() }));
        }
        let (mut partial, mut last, mut late) = (0, 0, 0);
        for task in tasks {
            match task.await.unwrap() {
                Ok(approval) if approval.state == State::Pending => partial += 1,
                Ok(_) => last += 1,
                Err(NotDecided::Already(State::Approved)) => late += 1,
                Err(why) => panic!("{why:?}"),
            }
        }
        assert_eq!((partial, last, late), (2, 1, 47));
        assert_eq!(row(&*second, id).await.votes.len(), 3);
        let mut runs = 0;
        for store in [&bench.store, &second] {
            runs += u32::from(store.consume(request(&call, id)).await.unwrap().is_ok());
        }
        assert_eq!(runs, 1);
    }
    assert_chain(&*second).await;
}

/// Nothing proves that a client's own user is a person. Each row differs from the twin in one thing.
#[tokio::test]
async fn a_clients_own_user_answers_only_what_is_small_and_alone() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let client = |name: &str| Decider { principal: admin(name), proof: Proof::Client };
    let bob = Chair { name: "bob".to_owned(), deputies: Vec::new(), managers: Vec::new() };
    let named = Needs { chairs: vec![bob], ..Needs::default() };
    let token = Answer::Approve { reason: None, token: Some(Digest([7; 32])) };
    let plain = Needs::default;
    type Case = (Needs, Subject, u8, Answer, Option<Wish>, Result<State, NotDecided>);
    let no_way = || Err(NotDecided::ClientMayNot);
    let cases: Vec<Case> = vec![
        (plain(), Subject::Call, 2, yes(), None, Ok(State::Approved)),
        (plain(), Subject::Call, 2, no(), None, Ok(State::Denied)),
        (plain(), Subject::Call, 3, yes(), None, no_way()),
        (plain(), Subject::Call, 3, no(), None, no_way()),
        (two(), Subject::Call, 2, yes(), None, no_way()),
        (named, Subject::Call, 2, yes(), None, no_way()),
        (plain(), Subject::Plan(Digest([3; 32])), 2, yes(), None, no_way()),
        (plain(), Subject::Step(RunId::new(), 0), 2, yes(), None, no_way()),
        (plain(), Subject::Call, 2, token, None, no_way()),
        (plain(), Subject::Call, 2, yes(), Some(Wish::same(Keep::Forever)), no_way()),
    ];
    for (at, (needs, subject, tier, answer, wish, ends)) in cases.into_iter().enumerate() {
        let call = call(store, &format!(r#"{{"at":{at}}}"#));
        let asked = Question { needs, subject, ruling: ruling(tier), ..question(&call) };
        let id = store.ask(asked).await.unwrap().approval.id;
        let decision = Decision { by: client("bob"), wish, ..decision(id, answer) };
        assert_eq!(said(store, decision).await, ends, "case {at}");
        if ends.is_err() {
            assert_eq!(newest_outcome(store).await, "approval.refused client_may_not");
            assert_eq!(row(store, id).await.state, State::Pending);
        }
    }
}

#[tokio::test]
async fn among_several_a_terminal_speaks_for_a_user_alone() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let user = |name: &str, role, tenant| User {
        name: name.to_owned(),
        role,
        tenant,
        added_at: Millis(0),
    };
    let there = Tenant::new("there").unwrap();
    let mut users = vec![
        user("anna", Role::Admin, tenant()),
        user("otto", Role::Operator, tenant()),
        user("far", Role::Admin, there),
        user("gone", Role::Admin, tenant()),
    ];
    for (at, user) in users.drain(..).enumerate() {
        let token = Digest([u8::try_from(at).unwrap() + 1; 32]);
        assert!(store.add_user(user, token, &admin("root")).await.unwrap());
    }
    assert!(store.revoke_user(&tenant(), "gone", &admin("root")).await.unwrap());
    let two = Needs { required: 2, chairs: Vec::new(), escalate_before: None };
    let (_, id) = asked(&bench, &two, "{}").await;
    let typed = |name: &str, answer| Decision { by: by(name), ..decision(id, answer) };
    for name in ["nobody", "otto", "far", "gone"] {
        for answer in [yes(), no()] {
            assert_eq!(said(store, typed(name, answer)).await, Err(NotDecided::NoUser), "{name}");
            assert_eq!(newest_outcome(store).await, "approval.refused no_user");
        }
    }
    assert!(row(store, id).await.votes.is_empty());
    assert_eq!(said(store, typed("anna", yes())).await, Ok(State::Pending));
    assert_eq!(said(store, says("ben", id, yes())).await, Ok(State::Approved));
    // Twin: where one answer of anybody is enough, a terminal needs no user.
    let (_, id) = asked(&bench, &Needs::default(), r#"{"n":2}"#).await;
    let typed = Decision { by: by("nobody"), ..decision(id, yes()) };
    assert_eq!(said(store, typed).await, Ok(State::Approved));
}

#[tokio::test]
async fn a_question_that_more_must_answer_by_now_is_put_anew() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let of = |required| Needs { required, chairs: Vec::new(), escalate_before: None };
    let (_, first) = asked(&bench, &of(2), "{}").await;
    assert_eq!(asked(&bench, &of(2), "{}").await.1, first, "the same");
    assert_eq!(asked(&bench, &of(1), "{}").await.1, first, "more than are needed");
    said(store, says("anna", first, yes())).await.unwrap();
    assert_eq!(said(store, says("ben", first, yes())).await, Ok(State::Approved));
    assert_eq!(asked(&bench, &of(2), "{}").await.1, first);
    let (_, second) = asked(&bench, &of(3), "{}").await;
    assert_ne!(second, first);
    assert_eq!(row(store, second).await.quorum.required, 3);
}
