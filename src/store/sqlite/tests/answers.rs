//! Every move of a question that is allowed, every one that is not, and what each leaves on record.

use super::*;
use crate::domain::approval::TokenState;
use crate::store::{NotConsumed, NotRedeemed};

#[tokio::test]
async fn a_question_is_put_answered_used_and_settled() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (call, id) = brought_to(&bench, State::Consumed, r#"{"path":"/a","n":1.0}"#).await;
        let used = row(store, id).await;
        assert_eq!(used.consumed_by, Some(call.parts().session));
        assert_eq!(used.arguments.as_ref().unwrap().as_bytes(), br#"{"path":"/a","n":1.0}"#);
        assert_eq!(used.decided_by, Some(by("bob")));
        let seq = store.head().await.unwrap().seq;
        store.settle(ran(seq, Some(id))).await.unwrap();
        assert_eq!(store.kept_answer(&tenant(), id).await.unwrap().unwrap(), b"{}");
        assert_eq!(row(store, id).await.outcome, Some(OutcomeKind::Ran));
        assert_eq!(
            kinds(store).await,
            [
                "approval.asked",
                "approval.approved",
                "approval.consumed",
                "call.permitted",
                "call.outcome"
            ]
        );
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn an_ended_question_takes_no_answer_and_is_never_used() {
    for state in [State::Consumed, State::Denied, State::Expired, State::Cancelled] {
        for bench in Bench::both() {
            let store = &*bench.store;
            let (call, id) = brought_to(&bench, state, "{}").await;
            for answer in [yes(), no()] {
                let decided = store.decide(decision(id, answer)).await.unwrap();
                assert_eq!(refusal(decided), NotDecided::Already(state));
            }
            let cancelled = store.cancel(&tenant(), id, &admin("bob"), None).await.unwrap();
            assert_eq!(refusal(cancelled), NotDecided::Already(state));
            let consumed = store.consume(request(&call, id)).await.unwrap();
            assert_eq!(consumed, Err(NotConsumed::State(state)));
            assert_eq!(
                newest_outcome(store).await,
                format!("approval.refused already_{}", state.as_str())
            );
            assert_eq!(row(store, id).await.state, state);
        }
    }
}

#[tokio::test]
async fn an_approved_question_can_be_used_or_taken_back_but_not_answered_again() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = brought_to(&bench, State::Approved, "{}").await;
    let decided = store.decide(decision(id, no())).await.unwrap();
    assert_eq!(refusal(decided), NotDecided::Already(State::Approved));
    let taken = store.cancel(&tenant(), id, &agent(), Some("wrong file".to_owned())).await;
    assert_eq!(taken.unwrap().unwrap().state, State::Cancelled);
}

#[tokio::test]
async fn a_pending_question_is_not_used() {
    let bench = Bench::memory();
    let (call, id) = brought_to(&bench, State::Pending, "{}").await;
    let consumed = bench.store.consume(request(&call, id)).await.unwrap();
    assert_eq!(consumed, Err(NotConsumed::State(State::Pending)));
    assert_eq!(newest_outcome(&*bench.store).await, "approval.refused still_pending");
}

/// The database is open to whoever has our files: a row of `approvals` alone is nobody's yes.
#[tokio::test]
async fn a_yes_that_the_journal_does_not_tell_of_is_not_used() {
    let bench = Bench::file();
    let store = &*bench.store;
    let written = |sql: &'static str, id: ApprovalId| {
        bench.store.write(move |tx| {
            tx.conn.execute_batch("DROP TRIGGER IF EXISTS approvals_move")?;
            assert_eq!(tx.conn.execute(sql, [id.0.as_bytes()])?, 1);
            Ok(())
        })
    };
    let said = "UPDATE approvals SET state = 'approved', run_by = asked_at + yes_life, decided_at = asked_at,
                    decided_by = 'admin:bob', proof = 'terminal' WHERE id = ?1";
    let unused = "UPDATE approvals SET state = 'approved', consumed_at = NULL, consumed_by = NULL, ended_at = NULL
                  WHERE id = ?1";
    for (state, sql, arguments) in [
        (State::Pending, said, r#"{"a":1}"#),
        (State::Consumed, unused, r#"{"a":2}"#),
        (
            State::Denied,
            "UPDATE approvals SET state = 'approved', run_by = asked_at + yes_life, ended_at = NULL
                         WHERE id = ?1",
            r#"{"a":3}"#,
        ),
    ] {
        let (call, id) = brought_to(&bench, state, arguments).await;
        written(sql, id).await.unwrap();
        assert_eq!(row(store, id).await.state, State::Approved, "the forgery is one");
        let used = store.consume(request(&call, id)).await.unwrap();
        assert_eq!(used, Err(NotConsumed::NotThere), "{state:?}");
        assert_eq!(newest_outcome(store).await, "approval.refused no_yes_on_record");
    }
    // Twin: the same row, with a yes that was said.
    let (call, id) = brought_to(&bench, State::Approved, r#"{"a":4}"#).await;
    written(said, id).await.unwrap();
    store.consume(request(&call, id)).await.unwrap().unwrap();
}

/// One voice of two is no yes, whatever the row says.
#[tokio::test]
async fn a_voice_that_others_must_join_is_not_used() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = call(store, "{}");
    let two = Question { needs: two(), ..question(&call) };
    let id = store.ask(two).await.unwrap().approval.id;
    let voice = store.decide(says("bob", id, yes())).await.unwrap().unwrap();
    assert_eq!(voice.state, State::Pending);
    let sql = "UPDATE approvals SET state = 'approved', run_by = asked_at + yes_life WHERE id = ?1";
    let forged = bench.store.write(move |tx| Ok(tx.conn.execute(sql, [id.0.as_bytes()])?));
    assert_eq!(forged.await.unwrap(), 1);
    let used = store.consume(request(&call, id)).await.unwrap();
    assert_eq!(used, Err(NotConsumed::NotThere));
}

#[tokio::test]
async fn who_may_not_decide_is_refused_by_name_of_the_reason() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (call, id) = brought_to(&bench, State::Pending, "{}").await;
    let own = Decision { by: by("ann/claude"), ..decision(id, yes()) };
    let other = Decision { shown: Some(Digest([9; 32])), ..decision(id, yes()) };
    let high = Decision { max_tier: Tier::DEV_WRITE, ..decision(id, yes()) };
    let revoked = Decision { token: Some(Digest([9; 32])), ..decision(id, yes()) };
    for (refused, why, code) in [
        (revoked, NotDecided::NoDecider, "token_unknown"),
        (own, NotDecided::OwnQuestion, "own_question"),
        (other, NotDecided::ShownDiffers, "shown_differs"),
        (high, NotDecided::TierTooHigh, "tier_too_high"),
    ] {
        assert_eq!(refusal(store.decide(refused).await.unwrap()), why);
        assert_eq!(newest_outcome(store).await, format!("approval.refused {code}"));
    }
    let shown = Decision { shown: Some(call.digest()), ..decision(id, yes()) };
    assert_eq!(store.decide(shown).await.unwrap().unwrap().state, State::Approved);
}

#[tokio::test]
async fn a_yes_fits_only_the_call_it_was_given_for() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (asked, id) = brought_to(&bench, State::Approved, r#"{"a":1,"b":2}"#).await;
    let swapped = call(store, r#"{"b":2,"a":1}"#);
    assert_eq!(swapped.match_key(), asked.match_key(), "an equal call, written otherwise");
    let used = store.consume(request(&swapped, id)).await.unwrap();
    assert_eq!(used, Err(NotConsumed::CallDiffers));
    let other = call_of(store, &tenant(), &Principal::new(Role::Agent, "eve/claude"), "{}");
    assert_eq!(store.consume(request(&other, id)).await.unwrap(), Err(NotConsumed::NotThere));
    let graver = ConsumeRequest { tier: Tier::GRAVE, ..request(&asked, id) };
    assert_eq!(store.consume(graver).await.unwrap(), Err(NotConsumed::TierRose));
    for who in [Some("ann/claude"), Some("ann/*"), None] {
        store.pause(&tenant(), who, &admin("bob")).await.unwrap();
        assert_eq!(store.consume(request(&asked, id)).await.unwrap(), Err(NotConsumed::Paused));
        assert!(store.unpause(&tenant(), who, &admin("bob")).await.unwrap());
    }
    store.consume(request(&asked, id)).await.unwrap().unwrap();
}

#[tokio::test]
async fn another_tenant_finds_nothing() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = brought_to(&bench, State::Approved, "{}").await;
    let world = Tenant::new("other").unwrap();
    assert!(store.approval(&world, id).await.unwrap().is_none());
    let foreign = Decision { tenant: world.clone(), ..decision(id, yes()) };
    assert_eq!(refusal(store.decide(foreign).await.unwrap()), NotDecided::NotThere);
    let cancelled = store.cancel(&world, id, &admin("bob"), None).await.unwrap();
    assert_eq!(refusal(cancelled), NotDecided::NotThere);
    let theirs = call_of(store, &world, &agent(), "{}");
    assert_eq!(store.consume(request(&theirs, id)).await.unwrap(), Err(NotConsumed::NotThere));
    assert!(store.find_approvals(&world, &id.short()).await.unwrap().is_empty());
    let eve = Principal::new(Role::Agent, "eve/claude");
    let cancelled = store.cancel(&tenant(), id, &eve, None).await.unwrap();
    assert_eq!(refusal(cancelled), NotDecided::NotThere, "an agent takes back only its own");
}

#[tokio::test]
async fn a_minted_token_is_presented_once_by_the_asker() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (call, id) = brought_to(&bench, State::Pending, "{}").await;
        let token = Digest([7; 32]);
        let mint = Answer::Approve { reason: None, token: Some(token) };
        let minted = store.decide(decision(id, mint)).await.unwrap().unwrap();
        assert_eq!((minted.state, minted.token), (State::Approved, TokenState::Minted));
        let early = store.consume(request(&call, id)).await.unwrap();
        assert_eq!(early, Err(NotConsumed::NeedsToken));
        let eve = Principal::new(Role::Agent, "eve/claude");
        let asked = id;
        let tries = [
            (tenant(), id, Digest([8; 32]), agent()),
            (tenant(), id, token, eve),
            (tenant(), ApprovalId::new(), token, agent()),
            (Tenant::new("other").unwrap(), id, token, agent()),
        ];
        for (tenant, id, token, who) in tries {
            let redeemed = store.redeem(&tenant, id, token, &who).await.unwrap();
            assert_eq!(redeemed.unwrap_err(), NotRedeemed::Invalid);
            assert_eq!(newest_outcome(store).await, "approval.refused token_invalid");
            // Only the asker's own attempt is filed under the question; the others tell of it in their body.
            let last = all(store).await.pop().unwrap();
            let own = who == agent() && id == asked && tenant == self::tenant();
            assert_eq!(last.filed.approval, own.then(|| asked.to_string()));
            let told = String::from_utf8(last.body.unwrap_or_default()).unwrap();
            assert_eq!(told.contains(&id.to_string()), !own, "{told}");
        }
        let taken = store.redeem(&tenant(), id, token, &agent()).await.unwrap().unwrap();
        assert_eq!(taken.token, TokenState::Redeemed);
        let again = store.redeem(&tenant(), id, token, &agent()).await.unwrap();
        assert_eq!(again.unwrap_err(), NotRedeemed::AlreadyRedeemed);
        store.consume(request(&call, id)).await.unwrap().unwrap();
        assert!(kinds(store).await.contains(&"token.minted".to_owned()));
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_token_of_an_ended_question_is_told_apart() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    let token = Digest([7; 32]);
    let mint = Answer::Approve { reason: None, token: Some(token) };
    store.decide(decision(id, mint)).await.unwrap().unwrap();
    bench.wall.pass(HOUR);
    let late = store.redeem(&tenant(), id, token, &agent()).await.unwrap();
    assert_eq!(late.unwrap_err(), NotRedeemed::Ended(State::Expired));
}

#[tokio::test]
async fn two_must_say_yes_and_one_no_ends_it() {
    let bench = Bench::memory();
    let store = &*bench.store;
    for ends in [yes(), no()] {
        let call = call(store, "{}");
        let asked = Question { needs: two(), ..question(&call) };
        let id = store.ask(asked).await.unwrap().approval.id;
        let first = store.decide(says("bob", id, yes())).await.unwrap().unwrap();
        assert_eq!(first.state, State::Pending);
        let same = store.decide(says("bob", id, yes())).await.unwrap();
        assert_eq!(refusal(same), NotDecided::Already(State::Pending), "one voice a person");
        let expected = if ends == yes() { State::Approved } else { State::Denied };
        let second = says("carol", id, ends);
        assert_eq!(store.decide(second).await.unwrap().unwrap().state, expected);
        if expected == State::Approved {
            store.consume(request(&call, id)).await.unwrap().unwrap();
            store.delivered(&tenant(), id).await.unwrap();
        }
    }
}
