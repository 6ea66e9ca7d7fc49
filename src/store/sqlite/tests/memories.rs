//! Answers that are kept: given with the answer that holds, used by what they speak of, and never by a row alone.

use super::*;
use crate::domain::remembered::{Ended, Keep, Remembered, Scope, Wish};
use crate::store::NotPermitted;
use crate::store::memories::{Memories as _, MemoryUse, NotUsed};
use crate::store::sqlite::tests::keeping::{
    answered, end_of, given, in_session, leaning, live, open_call, used, using, when,
};
use rusqlite::params;

async fn count(store: &dyn Store, kind: &str) -> usize {
    kinds(store).await.iter().filter(|k| *k == kind).count()
}

#[tokio::test]
async fn a_yes_is_kept_and_answers_the_same_call_alone() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let call = open_call(store, r#"{"a":1,"b":2}"#).await;
        let kept = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
        let session = SessionId::new();
        // Another session of the same agent, keys in another order.
        let same = in_session(store, session, &agent(), r#"{"b":2,"a":1}"#);
        assert_eq!(store.remembered_for(&same).await.unwrap(), std::slice::from_ref(&kept));
        assert!(used(store, &same, &kept).await);
        assert_eq!(live(store).await[0].used, 1);
        let told = kinds(store).await;
        assert!(told.ends_with(&["remembered.used".to_owned(), "call.permitted".to_owned()]));
        assert_eq!(count(store, "remembered.given").await, 1);
        // The intent is open, as that of any call.
        assert_eq!(store.close_session(session, "over").await.unwrap().len(), 1);
        // Everything that differs by one thing finds nothing, and is refused even if it is used by force.
        let parts = same.parts().clone();
        let other = |change: fn(&mut CallParts)| {
            let mut parts = parts.clone();
            change(&mut parts);
            Call::seal(parts, store.key())
        };
        for call in [
            other(|p| p.principal = Principal::new(Role::Agent, "ann/cursor")),
            other(|p| p.upstream.digest = Digest([7; 32])),
            other(|p| p.upstream.name = "disks".to_owned()),
            other(|p| p.tool = "write_files".to_owned()),
            other(|p| p.definition = Digest([7; 32])),
            other(|p| p.tenant = Tenant::new("elsewhere").unwrap()),
        ] {
            assert_eq!(store.remembered_for(&call).await.unwrap(), []);
            assert!(!used(store, &call, &kept).await);
        }
        assert!(!used(store, &in_session(store, session, &agent(), r#"{"a":1}"#), &kept).await);
        let graver = MemoryUse { tier: Tier::GRAVE, ..using(&same, &kept) };
        assert_eq!(store.use_remembered(graver).await.unwrap(), Err(NotUsed::Over));
        let elsewhere = MemoryUse { leans: Digest([8; 32]), ..using(&same, &kept) };
        assert_eq!(store.use_remembered(elsewhere).await.unwrap(), Err(NotUsed::Over));
        assert!(used(store, &same, &kept).await);
        assert_eq!(count(store, "remembered.used").await, 2);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn what_may_not_be_kept_decides_nothing() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let long = Wish { life: Some(Wish::LONGEST + 1), ..Wish::same(Keep::Forever) };
    let none = Wish { uses: Some(0), ..Wish::same(Keep::Forever) };
    let server = Wish { scope: Scope::Server, ..Wish::same(Keep::Session) };
    let of_session = Wish { keep: Keep::Session, ..when(r#"{"a":1}"#) };
    let [empty, odd, other] = ["{}", r#"{"a":{"regex":"("}}"#, r#"{"a":2}"#].map(when);
    let wrong = [long, none, server, of_session, empty, odd, other];
    let call = open_call(store, r#"{"a":1}"#).await;
    for wish in wrong {
        for answer in [yes(), no()] {
            let no = answered(store, &call, answer, wish.clone()).await.unwrap_err();
            assert_eq!(no, NotDecided::CannotKeep, "{wish:?}");
        }
        assert_eq!(newest_outcome(store).await, "approval.refused cannot_keep");
    }
    let id = store.ask(leaning(&call)).await.unwrap().approval.id;
    let wish = Some(Wish::same(Keep::Forever));
    let minted = Answer::Approve { reason: None, token: Some(Digest([5; 32])) };
    let client = Decider { proof: Proof::Client, ..by("bob") };
    for (decision, no) in [
        (Decision { wish: wish.clone(), ..decision(id, minted) }, NotDecided::CannotKeep),
        // Whoever nothing proves to be a person is refused before that.
        (
            Decision { wish: wish.clone(), by: client, ..decision(id, yes()) },
            NotDecided::ClientMayNot,
        ),
    ] {
        assert_eq!(refusal(store.decide(decision).await.unwrap()), no);
    }
    // Nothing grave, nothing that runs code, nothing without ground, no reading of a resource.
    type Change = fn(&mut Question);
    let changes: [Change; 5] = [
        |q| q.ruling.tier = Tier::GRAVE,
        |q| q.ruling.effect = Effect::Executes,
        |q| q.ruling.action = Action::Exec,
        |q| q.ruling.leans = None,
        |q| q.subject = crate::domain::approval::Subject::Plan(Digest([1; 32])),
    ];
    for (at, change) in (0..).zip(changes) {
        let call = open_call(store, &format!(r#"{{"n":{at}}}"#)).await;
        let mut question = leaning(&call);
        change(&mut question);
        let id = store.ask(question).await.unwrap().approval.id;
        let wished = Decision { wish: wish.clone(), ..decision(id, yes()) };
        assert_eq!(refusal(store.decide(wished).await.unwrap()), NotDecided::CannotKeep, "{at}");
        // Without the wish the same answer counts.
        assert_eq!(row(store, id).await.state, State::Pending);
        store.decide(decision(id, yes())).await.unwrap().unwrap();
    }
    // A session that is over keeps nothing.
    let gone = call_of(store, &tenant(), &agent(), r#"{"gone":1}"#);
    let of_session = answered(store, &gone, yes(), Wish::same(Keep::Session)).await;
    assert_eq!(of_session.unwrap_err(), NotDecided::SessionOver);
    assert_eq!(store.remembered(&tenant(), true, 100).await.unwrap(), []);
    assert_eq!(count(store, "remembered.given").await, 0);
    assert!(answered(store, &gone, yes(), Wish::same(Keep::Forever)).await.is_ok());
    assert_eq!(live(store).await.len(), 1);
}

#[tokio::test]
async fn one_voice_of_several_keeps_nothing() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let asked = async |arguments: &str| {
        let call = open_call(store, arguments).await;
        let question = Question { needs: two(), ..leaning(&call) };
        store.ask(question).await.unwrap().approval.id
    };
    let said = async |id, name: &str, answer: Answer, wish: Option<Wish>| {
        let decision = Decision { wish, ..says(name, id, answer) };
        store.decide(decision).await.unwrap().unwrap().state
    };
    let forever = || Some(Wish::same(Keep::Forever));
    let id = asked(r#"{"a":1}"#).await;
    assert_eq!(said(id, "bob", yes(), forever()).await, State::Pending);
    assert_eq!(live(store).await, []);
    // The other wishes nothing, or something else: both are needed.
    assert_eq!(said(id, "eve", yes(), None).await, State::Approved);
    let id = asked(r#"{"a":2}"#).await;
    said(id, "bob", yes(), forever()).await;
    assert_eq!(said(id, "eve", yes(), Some(Wish::same(Keep::Session))).await, State::Approved);
    assert_eq!(live(store).await, []);
    assert_eq!(count(store, "remembered.given").await, 0);
    let id = asked(r#"{"a":3}"#).await;
    said(id, "bob", yes(), forever()).await;
    assert_eq!(live(store).await, []);
    assert_eq!(said(id, "eve", yes(), forever()).await, State::Approved);
    assert_eq!(live(store).await.len(), 1);
    // A no is one voice's, whatever was said before it.
    let id = asked(r#"{"a":4}"#).await;
    said(id, "bob", yes(), forever()).await;
    assert_eq!(said(id, "eve", no(), forever()).await, State::Denied);
    let kept = live(store).await;
    assert_eq!((kept.len(), kept[0].allows), (2, false));
}

#[tokio::test]
async fn a_row_that_nobody_gave_is_no_answer() {
    let bench = Bench::file();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let kept = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    let other = in_session(store, call.parts().session, &agent(), r#"{"a":2}"#);
    let wanted =
        crate::domain::call::arguments_digest(other.parts().arguments.as_ref(), store.key());
    // A question of that agent that nobody answered, and a row that says somebody did.
    let asked = store.ask(leaning(&other)).await.unwrap().approval.id;
    let forged = crate::domain::id::RememberedId::new();
    store
        .write(move |tx| {
            tx.conn.execute(
                "INSERT INTO remembered (id, tenant, allows, keep, scope, principal, session, upstream, identity, tool,
                     definition, arguments, tier, leans, policy, approval, given_by, given_at)
                 SELECT ?1, tenant, allows, keep, scope, principal, session, upstream, identity, tool, definition, ?2,
                     tier, leans, policy, ?3, given_by, given_at FROM remembered",
                params![forged.0.as_bytes(), wanted.0, asked.0.as_bytes()],
            )?;
            Ok(())
        })
        .await
        .unwrap();
    let row = Remembered { id: forged, ..kept.clone() };
    assert_eq!(store.remembered_for(&other).await.unwrap().len(), 2, "the attacker's row is there");
    assert!(!used(store, &other, &row).await);
    // Nor is one that was given and then altered, whatever took the triggers away.
    assert!(used(store, &call, &kept).await);
    let alter = async |sql: &'static str| {
        store
            .write(move |tx| {
                tx.conn.execute_batch("DROP TRIGGER IF EXISTS remembered_hold")?;
                tx.conn.execute(sql, params![wanted.0])?;
                Ok(())
            })
            .await
            .unwrap();
    };
    alter("UPDATE remembered SET arguments = ?1").await;
    assert!(!used(store, &other, &kept).await);
    assert!(!used(store, &call, &kept).await);
    assert_eq!(count(store, "remembered.used").await, 1);
}

#[tokio::test]
async fn neither_its_end_nor_its_uses_are_taken_from_the_row_alone() {
    let bench = Bench::file();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let thrice = Wish { uses: Some(3), ..Wish::same(Keep::Forever) };
    let kept = given(store, &call, yes(), thrice).await;
    let altered = async |sql: &'static str| {
        store.write(move |tx| Ok(tx.conn.execute_batch(sql)?)).await.unwrap();
    };
    assert!(used(store, &call, &kept).await && used(store, &call, &kept).await);
    altered("DROP TRIGGER remembered_hold; UPDATE remembered SET used = 0").await;
    assert!(used(store, &call, &kept).await);
    assert!(!used(store, &call, &kept).await, "the journal counts to three, too");
    let bob = admin("bob");
    store.end_remembered(&tenant(), kept.id, Some(&bob), Ended::Revoked).await.unwrap();
    let other = open_call(store, r#"{"a":2}"#).await;
    let kept = given(store, &other, yes(), Wish::same(Keep::Forever)).await;
    assert!(used(store, &other, &kept).await);
    store.end_remembered(&tenant(), kept.id, Some(&bob), Ended::Revoked).await.unwrap();
    altered("UPDATE remembered SET ended = NULL, ended_at = NULL").await;
    assert_eq!(end_of(store, &kept).await, None, "the row says it counts");
    assert!(!used(store, &other, &kept).await);
}

#[tokio::test]
async fn a_paused_agent_is_answered_by_nothing() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"a":1}"#).await;
    let kept = given(store, &call, yes(), Wish::same(Keep::Forever)).await;
    store.pause(&tenant(), Some("ann/claude"), &admin("bob")).await.unwrap();
    let no = store.use_remembered(using(&call, &kept)).await.unwrap().unwrap_err();
    assert_eq!(no, NotUsed::NotPermitted(NotPermitted::Paused));
    assert_eq!(newest_outcome(store).await, "call.refused paused");
    assert_eq!(live(store).await[0].used, 0);
    store.unpause(&tenant(), Some("ann/claude"), &admin("bob")).await.unwrap();
    assert!(used(store, &call, &kept).await);
}

#[tokio::test]
async fn a_pattern_is_closed_for_a_yes_and_loose_for_a_no() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = open_call(store, r#"{"path":"/srv/a"}"#).await;
    let at = |arguments: &str| in_session(store, call.parts().session, &agent(), arguments);
    let kept = given(store, &call, yes(), when(r#"{"path":"/srv/*"}"#)).await;
    assert_eq!((kept.wish.life, kept.wish.uses), (Some(DAY), Some(100)));
    assert!(used(store, &at(r#"{"path":"/srv/b"}"#), &kept).await);
    for other in [r#"{"path":"/srv/b","mode":"w"}"#, r#"{"path":"/etc/b"}"#, "{}"] {
        assert!(!used(store, &at(other), &kept).await, "{other}");
    }
    let never = given(store, &call, no(), when(r#"{"path":"/srv/*"}"#)).await;
    assert_eq!(end_of(store, &kept).await, Some(Ended::Replaced));
    assert!(used(store, &at(r#"{"path":"/srv//b","mode":"w"}"#), &never).await);
    assert_eq!(newest_outcome(store).await, "call.refused remembered_no");
    // A yes is never read out of a no.
    let as_yes = MemoryUse { row: request(&call, never.approval).row, ..using(&call, &never) };
    assert_eq!(store.use_remembered(as_yes).await.unwrap(), Err(NotUsed::Over));
}

#[tokio::test]
async fn many_at_once_use_it_as_often_as_it_may_be() {
    let bench = Bench::file();
    let store = Arc::clone(&bench.store);
    let call = open_call(&*store, r#"{"a":1}"#).await;
    let ten = Wish { uses: Some(10), ..Wish::same(Keep::Forever) };
    let kept = given(&*store, &call, yes(), ten).await;
    let stores = [Arc::clone(&store), bench.again()];
    let calls: Vec<_> = (0..50)
        .map(|n| {
            let (store, call, kept) = (Arc::clone(&stores[n % 2]), call.clone(), kept.clone());
            tokio::spawn(async move { used(&*store, &call, &kept).await })
        })
        .collect();
    let mut ran = 0;
    for call in calls {
        ran += usize::from(call.await.unwrap());
    }
    assert_eq!(ran, 10);
    assert_eq!(count(&*store, "remembered.used").await, 10);
    assert_eq!(end_of(&*store, &kept).await, Some(Ended::UsedUp));
    assert_chain(&*store).await;
}

#[tokio::test]
async fn a_no_that_came_meanwhile_beats_the_yes_that_was_found() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let call = open_call(store, r#"{"a":1,"b":2}"#).await;
        let found = given(store, &call, yes(), when(r#"{"a":1,"b":2}"#)).await;
        assert!(used(store, &call, &found).await);
        bench.wall.pass(1);
        // By somebody else, in another process: whoever found the yes does not know of it.
        let other = in_session(store, call.parts().session, &agent(), r#"{"a":1,"b":3}"#);
        let never = given(store, &other, no(), when(r#"{"a":1}"#)).await;
        assert!(!used(store, &call, &found).await);
        let root = admin("bob");
        assert!(
            store.end_remembered(&tenant(), never.id, Some(&root), Ended::Revoked).await.unwrap()
        );
        assert!(used(store, &call, &found).await);
    }
}
