//! A yes to a plan: what uses it up, everything that does not, and the one event of every attempt.

use super::*;
use crate::domain::approval::{Subject, TokenState};
use crate::domain::call::OWN;
use crate::store::plans::{NotRedeemedPlan, PlanKey, PlanRedemption, Plans as _};
use serde_json::Value;

const HASH: Digest = Digest([5; 32]);
const TOKEN: Digest = Digest([9; 32]);

fn plan_call(store: &dyn Store, tenant: &Tenant, hash: Digest) -> Call {
    let arguments = format!(r#"{{"ir_hash":"sha256:{hash}","ir":{{"steps":[]}}}}"#);
    let parts = CallParts {
        tenant: tenant.clone(),
        principal: agent(),
        session: SessionId::new(),
        upstream: UpstreamId { name: OWN.to_owned(), digest: Digest::ZERO },
        method: Method::ToolsCall,
        tool: "plan".to_owned(),
        definition: Digest::ZERO,
        arguments: Some(Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap()),
    };
    Call::seal(parts, store.key())
}

/// Asks about the plan of this hash.
async fn asked(store: &dyn Store, tenant: &Tenant, hash: Digest) -> Approval {
    let call = plan_call(store, tenant, hash);
    let mut created = Draft::new(EntryType::IrApprovalCreated, tenant);
    created.principal = Some(agent());
    let asking = Question { subject: Subject::Plan(hash), also: vec![created], ..question(&call) };
    store.ask(asking).await.unwrap().approval
}

/// Asks, and has it answered by a token.
async fn minted(store: &dyn Store, tenant: &Tenant, token: Digest) -> ApprovalId {
    let id = asked(store, tenant, HASH).await.id;
    let answer = Answer::Approve { reason: None, token: Some(token) };
    store
        .decide(Decision { tenant: tenant.clone(), ..decision(id, answer) })
        .await
        .unwrap()
        .unwrap();
    id
}

fn with(key: PlanKey) -> PlanRedemption {
    PlanRedemption {
        tenant: tenant(),
        session: SessionId::new(),
        by: Principal::new(Role::Agent, "eve/orchestrator"),
        ir_hash: HASH,
        key,
        tier: Some(Tier::WRITE),
        needs: Needs::default(),
    }
}

fn token() -> PlanRedemption {
    with(PlanKey::Token(TOKEN))
}

fn own(id: ApprovalId) -> PlanRedemption {
    PlanRedemption { by: agent(), ..with(PlanKey::Id(id)) }
}

/// The events of plans, with their payloads, oldest first.
async fn events(store: &dyn Store) -> Vec<(String, Value)> {
    let rows = all(store).await.into_iter().filter(|row| row.kind.starts_with("ir."));
    rows.map(|row| (row.kind, serde_json::from_slice(&row.body.unwrap()).unwrap())).collect()
}

async fn newest(store: &dyn Store) -> (String, Value) {
    events(store).await.pop().unwrap()
}

/// The attempt is refused, as one event with this reason, and the question stands as it stood.
async fn refused(store: &SqliteStore, attempt: PlanRedemption, no: NotRedeemedPlan) -> Value {
    let before = events(store).await.len();
    assert_eq!(store.redeem_plan(attempt.clone()).await.unwrap().unwrap_err(), no);
    let mut after = events(store).await;
    assert_eq!(after.len(), before + 1, "one event for every attempt");
    let (kind, payload) = after.pop().unwrap();
    if no == NotRedeemedPlan::Expired {
        assert_eq!(kind, "ir.approval_expired");
        return payload;
    }
    assert_eq!(kind, "ir.approval_invalid");
    assert_eq!(payload["reason"], no.reason());
    assert_eq!(payload["tenant_id"], attempt.tenant.as_str());
    assert_eq!(payload["attempted_by"], attempt.by.to_string());
    payload
}

#[tokio::test]
async fn a_yes_to_a_plan_is_used_once_by_whoever_holds_its_token() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let id = minted(store, &tenant(), TOKEN).await;
        bench.wall.pass(1_500);
        let used = store.redeem_plan(token()).await.unwrap().unwrap();
        assert_eq!((used.id, used.state), (id, State::Consumed));
        assert_eq!(used.token, TokenState::Redeemed);
        let told = events(store).await;
        let (kind, created) = &told[0];
        assert_eq!(kind, "ir.approval_created");
        assert_eq!(created["approval_id"], id.to_string());
        assert_eq!(created["ir_hash"], format!("sha256:{HASH}"));
        assert_eq!(created["tenant_id"], "default");
        assert_eq!(created["ttl_seconds"], 3_600);
        assert_eq!(created["created_by"], "agent:ann/claude");
        assert!(created["expires_at"].as_str() > created["created_at"].as_str());
        let (kind, consumed) = &told[1];
        assert_eq!(kind, "ir.approval_consumed");
        assert_eq!(consumed["consumed_by"], "agent:eve/orchestrator");
        assert_eq!(consumed["was_expired"], false);
        assert_eq!(consumed["time_to_consume_seconds"], 1.5);
        let payload = refused(store, token(), NotRedeemedPlan::AlreadyConsumed).await;
        assert_eq!(payload["approval_id"], id.to_string());
        assert_eq!(
            kinds(store).await,
            [
                "approval.asked",
                "ir.approval_created",
                "approval.approved",
                "token.minted",
                "token.redeemed",
                "approval.consumed",
                "ir.approval_consumed",
                "ir.approval_invalid"
            ]
        );
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn every_part_of_a_redemption_must_fit_and_a_miss_uses_nothing_up() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let id = minted(store, &tenant(), TOKEN).await;
        let unknown = PlanRedemption { key: PlanKey::Token(Digest([8; 32])), ..token() };
        let payload = refused(store, unknown, NotRedeemedPlan::NotFound).await;
        assert_eq!(payload["approval_id"], Value::Null);
        let other = PlanRedemption { ir_hash: Digest([6; 32]), ..token() };
        let payload = refused(store, other, NotRedeemedPlan::HashMismatch).await;
        assert_eq!(payload["approval_id"], id.to_string());
        assert_eq!(payload["ir_hash"], format!("sha256:{}", Digest([6; 32])));
        assert_eq!(row(store, id).await.state, State::Approved);
        store.redeem_plan(token()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn another_world_neither_uses_a_yes_nor_learns_of_it() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let id = minted(store, &tenant(), TOKEN).await;
        let other = Tenant::new("other").unwrap();
        let foreign = PlanRedemption { tenant: other.clone(), ..token() };
        let payload = refused(store, foreign.clone(), NotRedeemedPlan::TenantMismatch).await;
        assert_eq!(payload["approval_id"], Value::Null);
        let last = all(store).await.pop().unwrap();
        assert_eq!(last.filed.tenant.as_deref(), Some("other"));
        assert_eq!(last.filed.approval, None, "the row names nothing of another world");
        let by_id = PlanRedemption { by: agent(), key: PlanKey::Id(id), ..foreign };
        refused(store, by_id, NotRedeemedPlan::NotFound).await;
        assert_eq!(row(store, id).await.state, State::Approved);
        store.redeem_plan(token()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_token_for_a_call_is_no_token_for_a_plan() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    let answer = Answer::Approve { reason: None, token: Some(TOKEN) };
    store.decide(decision(id, answer)).await.unwrap().unwrap();
    refused(store, token(), NotRedeemedPlan::NotFound).await;
    refused(store, own(id), NotRedeemedPlan::NotFound).await;
    assert_eq!(row(store, id).await.state, State::Approved);
}

#[tokio::test]
async fn a_yes_ends_with_its_time_and_a_used_one_stays_used() {
    for bench in Bench::both() {
        let store = &*bench.store;
        minted(store, &tenant(), TOKEN).await;
        bench.wall.pass(HOUR - 1);
        store.redeem_plan(token()).await.unwrap().unwrap();
        bench.wall.pass(DAY);
        store.sweep().await.unwrap();
        refused(store, token(), NotRedeemedPlan::AlreadyConsumed).await;

        let late = Digest([7; 32]);
        let id = minted(store, &tenant(), late).await;
        bench.wall.pass(HOUR);
        let attempt = PlanRedemption { key: PlanKey::Token(late), ..token() };
        for _ in 0..2 {
            let payload = refused(store, attempt.clone(), NotRedeemedPlan::Expired).await;
            assert_eq!(payload["approval_id"], id.to_string());
            assert_eq!(payload["was_consumed"], false);
            assert_eq!(payload["ttl_seconds"], 3_600);
            assert!(payload["expired_at"].as_str() > payload["created_at"].as_str());
        }
        assert_eq!(row(store, id).await.state, State::Expired);
        let again = minted(store, &tenant(), Digest([10; 32])).await;
        assert_ne!(again, id, "after its end the same plan is a new question");
    }
}

#[tokio::test]
async fn without_a_token_only_the_asker_uses_a_plain_yes() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let id = asked(store, &tenant(), HASH).await.id;
    refused(store, own(id), NotRedeemedPlan::NotApproved(State::Pending)).await;
    store.decide(decision(id, yes())).await.unwrap().unwrap();
    refused(store, with(PlanKey::Id(id)), NotRedeemedPlan::NotFound).await;
    let other = PlanRedemption { ir_hash: Digest([6; 32]), ..own(id) };
    refused(store, other, NotRedeemedPlan::HashMismatch).await;
    store.redeem_plan(own(id)).await.unwrap().unwrap();
    refused(store, own(id), NotRedeemedPlan::AlreadyConsumed).await;
}

#[tokio::test]
async fn a_presented_token_is_the_askers_yes_alone_and_counts_once() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let id = minted(store, &tenant(), TOKEN).await;
        refused(store, own(id), NotRedeemedPlan::NotApproved(State::Approved)).await;
        store.redeem(&tenant(), id, TOKEN, &agent()).await.unwrap().unwrap();
        let askers = PlanRedemption { by: agent(), ..token() };
        for bearer in [token(), askers] {
            refused(store, bearer, NotRedeemedPlan::AlreadyRedeemed).await;
        }
        assert_eq!(row(store, id).await.state, State::Approved);
        store.redeem_plan(own(id)).await.unwrap().unwrap();
        refused(store, token(), NotRedeemedPlan::AlreadyConsumed).await;
        refused(store, own(id), NotRedeemedPlan::AlreadyConsumed).await;
    }
}

#[tokio::test]
async fn whoever_said_yes_does_not_use_it_and_another_admin_does() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let call = plan_call(store, &tenant(), HASH);
    let asking = Question { subject: Subject::Plan(HASH), needs: two(), ..question(&call) };
    let id = store.ask(asking).await.unwrap().approval.id;
    let answer = Answer::Approve { reason: None, token: Some(TOKEN) };
    store.decide(says("bob", id, answer)).await.unwrap().unwrap();
    store.decide(says("eve", id, yes())).await.unwrap().unwrap();
    for decider in ["bob", "eve"] {
        let attempt = PlanRedemption { by: admin(decider), ..token() };
        refused(store, attempt, NotRedeemedPlan::OwnDecision).await;
    }
    assert_eq!(row(store, id).await.state, State::Approved);
    store.redeem_plan(PlanRedemption { by: admin("carl"), ..token() }).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_was_denied_or_taken_back_is_not_used() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let id = minted(store, &tenant(), TOKEN).await;
    store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap();
    refused(store, token(), NotRedeemedPlan::NotApproved(State::Cancelled)).await;
    assert_eq!(newest_outcome(store).await, "ir.approval_invalid already_cancelled");
    let id = asked(store, &tenant(), HASH).await.id;
    store.decide(decision(id, no())).await.unwrap().unwrap();
    refused(store, own(id), NotRedeemedPlan::NotApproved(State::Denied)).await;
}

#[tokio::test]
async fn a_plan_that_policy_refuses_meanwhile_or_finds_graver_is_not_used() {
    let bench = Bench::memory();
    let store = &*bench.store;
    minted(store, &tenant(), TOKEN).await;
    for tier in [None, Some(Tier::GRAVE)] {
        let attempt = PlanRedemption { tier, ..token() };
        refused(store, attempt, NotRedeemedPlan::PolicyChanged).await;
    }
    let of_two = Needs::default().at_least(2);
    refused(store, PlanRedemption { needs: of_two, ..token() }, NotRedeemedPlan::QuorumRose).await;
    let milder = PlanRedemption { tier: Some(Tier::READ), ..token() };
    store.redeem_plan(milder).await.unwrap().unwrap();
}

#[tokio::test]
async fn whoever_is_paused_uses_nothing_and_nobody_uses_a_paused_agents_plan() {
    for bench in Bench::both() {
        let store = &*bench.store;
        minted(store, &tenant(), TOKEN).await;
        for name in
            [Some("eve/orchestrator"), Some("eve/*"), Some("ann/claude"), Some("ann/*"), None]
        {
            store.pause(&tenant(), name, &admin("bob")).await.unwrap();
            refused(store, token(), NotRedeemedPlan::Paused).await;
            assert!(store.unpause(&tenant(), name, &admin("bob")).await.unwrap());
        }
        store.redeem_plan(token()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_yes_that_was_only_written_into_the_database_is_not_used() {
    let bench = Bench::file();
    let store = &*bench.store;
    let id = asked(store, &tenant(), HASH).await.id;
    let forge = |sql: &'static str| {
        bench.store.write(move |tx| {
            tx.conn.execute_batch(
                "DROP TRIGGER IF EXISTS approvals_move; DROP TRIGGER IF EXISTS approvals_about",
            )?;
            assert_eq!(tx.conn.execute(sql, [id.0.as_bytes()])?, 1);
            Ok(())
        })
    };
    forge("UPDATE approvals SET state = 'approved', run_by = asked_at + yes_life WHERE id = ?1")
        .await
        .unwrap();
    refused(store, own(id), NotRedeemedPlan::NotApproved(State::Approved)).await;
    assert_eq!(newest_outcome(store).await, "ir.approval_invalid no_yes_on_record");
    // A true yes, moved to another plan.
    forge("UPDATE approvals SET state = 'pending', run_by = NULL WHERE id = ?1").await.unwrap();
    store.decide(decision(id, yes())).await.unwrap().unwrap();
    forge("UPDATE approvals SET subject = zeroblob(32) WHERE id = ?1").await.unwrap();
    let moved = PlanRedemption { ir_hash: Digest::ZERO, ..own(id) };
    refused(store, moved, NotRedeemedPlan::NotApproved(State::Approved)).await;
    // Twin: as it was asked.
    bench
        .store
        .write(move |tx| {
            let sql = "UPDATE approvals SET subject = ?2 WHERE id = ?1";
            tx.conn.execute(sql, rusqlite::params![id.0.as_bytes(), HASH.0])?;
            Ok(())
        })
        .await
        .unwrap();
    store.redeem_plan(own(id)).await.unwrap().unwrap();
}

#[tokio::test]
async fn of_a_hundred_that_use_one_yes_exactly_one_wins() {
    let bench = Bench::file();
    let stores: Vec<_> = (0..5).map(|_| bench.again()).collect();
    let id = minted(&*bench.store, &tenant(), TOKEN).await;
    let mut tasks = Vec::new();
    for store in stores.iter().cycle().take(100) {
        let store = Arc::clone(store);
        tasks.push(tokio::spawn(async move { store.redeem_plan(token()).await.unwrap() }));
    }
    let mut wins = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => wins += 1,
            Err(no) => assert_eq!(no, NotRedeemedPlan::AlreadyConsumed),
        }
    }
    assert_eq!(wins, 1);
    let store = &*stores[0];
    let told = events(store).await;
    let count = |kind: &str| told.iter().filter(|(k, _)| k == kind).count();
    assert_eq!((count("ir.approval_consumed"), count("ir.approval_invalid")), (1, 99));
    let used = kinds(store).await.into_iter().filter(|k| k == "approval.consumed").count();
    assert_eq!((used, row(store, id).await.state), (1, State::Consumed));
    assert_chain(store).await;
}

#[tokio::test]
async fn a_plan_is_asked_about_once_until_its_yes_is_used() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let first = minted(store, &tenant(), TOKEN).await;
    assert_eq!(asked(store, &tenant(), HASH).await.id, first);
    assert_eq!(newest(store).await.0, "ir.approval_created");
    assert_eq!(events(store).await.len(), 1, "the question was put once");
    store.redeem_plan(token()).await.unwrap().unwrap();
    assert_ne!(asked(store, &tenant(), HASH).await.id, first);
}
