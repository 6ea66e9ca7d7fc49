//! Changes of policy that are refused: each by name, on record, with nothing changed, beside a twin that counts.

use super::*;
use crate::domain::approval::TokenState;
use crate::store::User;
use crate::store::policies::{
    Apply, ApplyBy, NewSuggestion, NotApplied, Policies as _, Suggestion, suggestion_hash,
};
use crate::store::sqlite::tests::policies::*;

/// Tries, and sees that nothing but the row of the attempt came of it.
pub(super) async fn refuses(store: &SqliteStore, apply: Apply, why: NotApplied, code: &str) {
    let before = (raw(store).await, stands(store).await.version, row(store, apply.id).await.state);
    let generation = store.generations().await.unwrap();
    let got = store.apply(apply.clone()).await.unwrap();
    assert_eq!(got.unwrap_err(), why, "{code}");
    assert_eq!(newest_outcome(store).await, format!("policy.refused {code}"));
    let after = (raw(store).await, stands(store).await.version, row(store, apply.id).await.state);
    assert_eq!(after, before, "{code}");
    assert_eq!(store.generations().await.unwrap(), generation, "{code}");
}

pub(super) fn as_admin(apply: &Apply, change: impl FnOnce(&mut Decision)) -> Apply {
    let mut apply = apply.clone();
    let ApplyBy::Admin(decision) = &mut apply.by else { panic!("an asker") };
    change(decision);
    apply
}

#[tokio::test]
async fn a_change_is_applied_once_and_not_after_its_end() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let suggestion = proposed(store, &agent(), &deny("a__*")).await;
        store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
        let done = NotApplied::State(State::Consumed);
        refuses(store, apply_as("bob", &suggestion), done.clone(), "already_consumed").await;
        refuses(store, apply_as_asker(&suggestion, None), done, "already_consumed").await;

        let suggestion = proposed(store, &agent(), &deny("b__*")).await;
        let rejected = decision(suggestion.approval.id, no());
        store.decide(rejected).await.unwrap().unwrap();
        assert!(
            kinds(store)
                .await
                .ends_with(&["approval.denied".to_owned(), "policy.rejected".to_owned()])
        );
        let denied = NotApplied::State(State::Denied);
        refuses(store, apply_as("bob", &suggestion), denied, "already_denied").await;

        let suggestion = proposed(store, &agent(), &deny("c__*")).await;
        store.cancel(&tenant(), suggestion.approval.id, &agent(), None).await.unwrap().unwrap();
        let cancelled = NotApplied::State(State::Cancelled);
        refuses(store, apply_as("bob", &suggestion), cancelled, "already_cancelled").await;

        let suggestion = proposed(store, &agent(), &deny("d__*")).await;
        let used_late = proposed(store, &agent(), &deny("e__*")).await;
        store.decide(decision(used_late.approval.id, yes())).await.unwrap().unwrap();
        bench.wall.pass(HOUR);
        store.sweep().await.unwrap();
        let late = NotApplied::State(State::Expired);
        refuses(store, apply_as_asker(&used_late, None), late.clone(), "already_expired").await;
        bench.wall.pass(DAY);
        store.sweep().await.unwrap();
        refuses(store, apply_as("bob", &suggestion), late, "already_expired").await;
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn what_expires_in_the_very_moment_is_not_applied() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let suggestion = proposed(store, &agent(), &deny("a__*")).await;
    bench.wall.pass(DAY);
    let got = store.apply(apply_as("bob", &suggestion)).await.unwrap();
    assert_eq!(got.unwrap_err(), NotApplied::State(State::Expired));
    assert!(raw(store).await.is_empty());
}

#[tokio::test]
async fn a_change_that_is_not_what_was_shown_is_refused() {
    let bench = Bench::file();
    let store = &*bench.store;
    let suggestion = proposed(store, &agent(), &deny("a__*")).await;
    let differs = NotApplied::HashDiffers;
    let other = Apply { hash: Digest([9; 32]), ..apply_as("bob", &suggestion) };
    refuses(store, other, differs.clone(), "hash_differs").await;
    let shown = as_admin(&apply_as("bob", &suggestion), |d| d.shown = Some(Digest([9; 32])));
    refuses(store, shown, differs.clone(), "hash_differs").await;

    // Whoever has the file takes the triggers away and writes what he likes.
    let triggers = "DROP TRIGGER policy_suggestions_hold; DROP TRIGGER approvals_bind; DROP TRIGGER approvals_about;";
    tamper(store, triggers).await;
    let (id, loose) =
        (suggestion.approval.id.0.simple().to_string(), deny("a__*").replace("deny", "allow"));
    let set = |column: &str, value: &str, table: &str| {
        let key = if table == "approvals" { "id" } else { "approval" };
        format!("UPDATE {table} SET {column} = {value} WHERE {key} = x'{id}'")
    };
    let hash = suggestion_hash(0, loose.as_bytes());
    let columns = [
        vec![set("diff", &format!("'{loose}'"), "policy_suggestions")],
        // With the hash that fits it.
        vec![
            set("diff", &format!("'{loose}'"), "policy_suggestions"),
            set("hash", &format!("x'{hash}'"), "policy_suggestions"),
            set("subject", &format!("x'{hash}'"), "approvals"),
        ],
        // And with the arguments that show it, but not the seal, which takes the store's key.
        vec![
            set("diff", &format!("'{loose}'"), "policy_suggestions"),
            set("hash", &format!("x'{hash}'"), "policy_suggestions"),
            set("subject", &format!("x'{hash}'"), "approvals"),
            set(
                "arguments",
                &format!("CAST('{{\"base_version\":0,\"diff\":{loose}}}' AS BLOB)"),
                "approvals",
            ),
        ],
        vec![set("base", "1", "policy_suggestions")],
        vec![set("rolls_back", "1", "policy_suggestions")],
        vec![set("principal", "'admin:bob'", "approvals")],
    ];
    for sql in columns {
        let all = sql.join(";");
        let keep = "CREATE TABLE was_s AS SELECT * FROM policy_suggestions; CREATE TABLE was_a AS SELECT * FROM approvals";
        tamper(store, keep).await;
        tamper(store, all.clone()).await;
        let now = store.suggestion(&tenant(), suggestion.approval.id).await.unwrap().unwrap();
        let apply = Apply { hash: now.hash, ..apply_as("carol", &suggestion) };
        refuses(store, apply, differs.clone(), "not_bound").await;
        tamper(
            store,
            "UPDATE policy_suggestions SET (diff, base, hash, rolls_back) =
                 (SELECT diff, base, hash, rolls_back FROM was_s WHERE was_s.approval = policy_suggestions.approval);
             UPDATE approvals SET (principal, arguments, subject) =
                 (SELECT principal, arguments, subject FROM was_a WHERE was_a.id = approvals.id);
             DROP TABLE was_s; DROP TABLE was_a",
        )
        .await;
    }
    store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
}

/// A row alone is nobody's yes.
#[tokio::test]
async fn a_yes_that_the_journal_does_not_tell_of_applies_nothing() {
    let bench = Bench::file();
    let store = &*bench.store;
    let suggestion = proposed(store, &agent(), &deny("a__*")).await;
    tamper(
        store,
        "UPDATE approvals SET state = 'approved', run_by = asked_at + yes_life, decided_at = asked_at,
             decided_by = 'admin:bob', proof = 'terminal'",
    )
    .await;
    let why = NotApplied::State(State::Approved);
    refuses(store, apply_as_asker(&suggestion, None), why.clone(), "no_yes_on_record").await;
    refuses(store, apply_as("bob", &suggestion), why, "no_yes_on_record").await;
    // Twin: one that was said.
    let suggestion = proposed(store, &agent(), &deny("b__*")).await;
    store.decide(decision(suggestion.approval.id, yes())).await.unwrap().unwrap();
    store.apply(apply_as_asker(&suggestion, None)).await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_may_not_decide_applies_nothing() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let user = |name: &str, role| User {
        name: name.to_owned(),
        role,
        tenant: tenant(),
        added_at: Default::default(),
    };
    let (token, seer) = (Digest([3; 32]), Digest([5; 32]));
    store.add_user(user("bob", Role::Admin), token, &admin("root")).await.unwrap();
    store.add_user(user("olga", Role::Operator), seer, &admin("root")).await.unwrap();
    let suggestion = proposed(store, &agent(), &deny("a__*")).await;
    let good = apply_as("bob", &suggestion);
    let none = NotApplied::NoDecider;
    let with = |change: fn(&mut Decision)| as_admin(&good, change);
    refuses(store, with(|d| d.token = Some(Digest([9; 32]))), none.clone(), "token_unknown").await;
    refuses(store, with(|d| d.token = Some(Digest([5; 32]))), none.clone(), "token_unknown").await;
    refuses(store, with(|d| d.max_tier = Tier::WRITE), none.clone(), "tier_too_high").await;
    refuses(store, with(|d| d.by.principal.role = Role::Operator), none.clone(), "no_admin").await;
    store.revoke_user(&tenant(), "bob", &admin("root")).await.unwrap();
    refuses(store, with(|d| d.token = Some(Digest([3; 32]))), none, "token_unknown").await;
    // A no, or a yes that mints, applies nothing, and is not taken for a yes.
    store.apply(with(|d| d.answer = no())).await.unwrap_err();
    let mint = |d: &mut Decision| {
        d.answer = Answer::Approve { reason: None, token: Some(Digest([1; 32])) };
    };
    store.apply(with(mint)).await.unwrap_err();
    // A decision about another question is none about this.
    let other = as_admin(&good, |d| d.id = ApprovalId::new());
    assert_eq!(store.apply(other).await.unwrap().unwrap_err(), NotApplied::NotThere);
    let other = as_admin(&good, |d| d.tenant = Tenant::new("other").unwrap());
    assert_eq!(store.apply(other).await.unwrap().unwrap_err(), NotApplied::NotThere);
    assert!(raw(store).await.is_empty());
    // Whoever types it needs no user; what was said before the user of his name was revoked would count no more.
    bench.wall.pass(1);
    store.apply(good).await.unwrap().unwrap();
}

/// The same, by two.
async fn proposed_for_two(store: &SqliteStore, by: &Principal, diff: &str) -> Suggestion {
    let base = stands(store).await.version;
    let new = proposal_in(store, &tenant(), by, base, diff, None);
    let question = Question { needs: two(), ..new.question.clone() };
    store.propose(NewSuggestion { question, ..new }).await.unwrap().unwrap()
}

#[tokio::test]
async fn where_two_must_say_yes_whoever_proposed_is_one_and_nobody_is_both() {
    for bench in Bench::both() {
        let store = &*bench.store;
        for (at, by) in [(0, agent()), (1, operator("lee")), (2, admin("lee"))] {
            let suggestion = proposed_for_two(store, &by, &deny(&format!("a{at}__*"))).await;
            let pending = NotApplied::State(State::Pending);
            for code in ["still_pending", "already_voted", "already_voted"] {
                refuses(store, apply_as("lee", &suggestion), pending.clone(), code).await;
            }
            refuses(store, apply_as_asker(&suggestion, None), pending, "still_pending").await;
            let version = store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
            assert!(!version.self_confirmed);
            assert_eq!(version.by, Some(admin("bob")));
        }
    }
}

#[tokio::test]
async fn one_s_own_proposal_is_one_s_own_yes_where_one_is_enough() {
    let bench = Bench::memory();
    let store = &*bench.store;
    for (at, own) in [(0, admin("lee")), (1, operator("lee"))] {
        let suggestion = proposed(store, &own, &deny(&format!("a{at}__*"))).await;
        // The ordinary way of saying yes is none for one's own.
        let plain = Decision { by: by("lee"), ..decision(suggestion.approval.id, yes()) };
        let said = store.decide(plain).await.unwrap();
        assert_eq!(refusal(said), NotDecided::OwnQuestion);
        let version = store.apply(apply_as("lee", &suggestion)).await.unwrap().unwrap();
        assert!(version.self_confirmed);
        assert_eq!(version.by, Some(admin("lee")));
        assert_eq!(newest_outcome(store).await, "policy.applied self_confirmed");
    }
    // Another's yes is his, and then whoever proposed may use it himself.
    let suggestion = proposed(store, &operator("lee"), &deny("b__*")).await;
    store.decide(decision(suggestion.approval.id, yes())).await.unwrap().unwrap();
    let version = store.apply(apply_as("lee", &suggestion)).await.unwrap().unwrap();
    assert_eq!((version.by, version.self_confirmed), (Some(admin("bob")), false));
    // An agent of his is another name; an agent of his name is another all the same.
    let suggestion =
        proposed(store, &Principal::new(Role::Agent, "lee/claude"), &deny("c__*")).await;
    let version = store.apply(apply_as("lee", &suggestion)).await.unwrap().unwrap();
    assert!(!version.self_confirmed);
    let suggestion = proposed(store, &Principal::new(Role::Agent, "lee"), &deny("d__*")).await;
    refuses(store, apply_as("lee", &suggestion), NotApplied::OwnSuggestion, "own_suggestion").await;
    store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
    // Rejecting one's own is taking it back.
    let suggestion = proposed(store, &operator("lee"), &deny("e__*")).await;
    let back = Decision { by: by("lee"), ..decision(suggestion.approval.id, no()) };
    assert_eq!(store.decide(back).await.unwrap().unwrap().state, State::Denied);
}

#[tokio::test]
async fn the_exception_for_one_s_own_is_for_changes_of_policy_alone() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = call_of(store, &tenant(), &operator("lee"), "{}");
    let id = store.ask(question(&call)).await.unwrap().approval.id;
    for answer in [yes(), no()] {
        let own = Decision { by: by("lee"), ..decision(id, answer) };
        assert_eq!(refusal(store.decide(own).await.unwrap()), NotDecided::OwnQuestion);
    }
    let of_a_call =
        Apply { id, ..apply_as("lee", &proposed(store, &operator("lee"), &deny("a__*")).await) };
    let of_a_call = as_admin(&of_a_call, |d| d.id = id);
    assert_eq!(store.apply(of_a_call).await.unwrap().unwrap_err(), NotApplied::NotThere);
}

#[tokio::test]
async fn the_asker_needs_a_yes_and_the_token_that_was_minted_for_it() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let suggestion = proposed(store, &agent(), &deny("a__*")).await;
        let waits = NotApplied::State(State::Pending);
        refuses(store, apply_as_asker(&suggestion, None), waits, "still_pending").await;
        let token = Digest([7; 32]);
        let mint = Answer::Approve { reason: None, token: Some(token) };
        store.decide(decision(suggestion.approval.id, mint)).await.unwrap().unwrap();
        let wrong = NotApplied::Token;
        refuses(store, apply_as_asker(&suggestion, None), wrong.clone(), "needs_token").await;
        refuses(
            store,
            apply_as_asker(&suggestion, Some(Digest([8; 32]))),
            wrong.clone(),
            "token_invalid",
        )
        .await;
        refuses(store, apply_as("bob", &suggestion), wrong.clone(), "needs_token").await;
        let eve = Principal::new(Role::Agent, "eve/claude");
        let by = ApplyBy::Asker { by: eve, session: SessionId::new(), token: Some(token) };
        let others = Apply { by, ..apply_as("bob", &suggestion) };
        assert_eq!(store.apply(others).await.unwrap().unwrap_err(), NotApplied::NotThere);
        store.apply(apply_as_asker(&suggestion, Some(token))).await.unwrap().unwrap();
        assert_eq!(row(store, suggestion.approval.id).await.token, TokenState::Redeemed);
        assert!(kinds(store).await.ends_with(
            &["token.redeemed", "approval.consumed", "policy.applied"].map(str::to_owned)
        ));

        // Presented before, by itself: it is not presented again, and the yes stands.
        let suggestion = proposed(store, &agent(), &deny("b__*")).await;
        let token = Digest([6; 32]);
        let mint = Answer::Approve { reason: None, token: Some(token) };
        let id = suggestion.approval.id;
        store.decide(decision(id, mint)).await.unwrap().unwrap();
        store.redeem(&tenant(), id, token, &agent()).await.unwrap().unwrap();
        refuses(store, apply_as_asker(&suggestion, Some(token)), wrong.clone(), "already_redeemed")
            .await;
        store.apply(apply_as_asker(&suggestion, None)).await.unwrap().unwrap();

        // A plain yes has no token, so one that is presented is a guess.
        let suggestion = proposed(store, &agent(), &deny("c__*")).await;
        store.decide(decision(suggestion.approval.id, yes())).await.unwrap().unwrap();
        refuses(store, apply_as_asker(&suggestion, Some(token)), wrong, "token_invalid").await;
        store.apply(apply_as_asker(&suggestion, None)).await.unwrap().unwrap();
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn two_must_say_yes_where_two_are_required() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let mut new = proposal(store, 0, &deny("a__*"));
    new.question.needs = two();
    let suggestion = store.propose(new).await.unwrap().unwrap();
    let joins = NotApplied::State(State::Pending);
    refuses(store, apply_as("bob", &suggestion), joins.clone(), "still_pending").await;
    refuses(store, apply_as("bob", &suggestion), joins, "already_voted").await;
    store.apply(apply_as("carol", &suggestion)).await.unwrap().unwrap();
}
