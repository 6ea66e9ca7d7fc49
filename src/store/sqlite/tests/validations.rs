//! What is kept of plans that were validated: for whom, how long, and that nobody's row takes the place of another's.

use super::*;
use crate::domain::approval::Subject;
use crate::domain::call::OWN;
use crate::domain::time::MINUTE;
use crate::store::Retention;
use crate::store::plans::{KeptValidation, NewValidation, PlanKey, PlanRedemption, Plans as _};

const HASH: Digest = Digest([5; 32]);

fn eve() -> Principal {
    Principal::new(Role::Agent, "eve/claude")
}

async fn validated(store: &SqliteStore, by: &Principal, needs_a_yes: bool) -> CorrelationId {
    let correlation = CorrelationId::new();
    let kept = NewValidation {
        tenant: tenant(),
        principal: by.clone(),
        correlation,
        ir_hash: HASH,
        needs_a_yes,
        tier: Tier::WRITE,
        ir: Canonical::read(br#"{"steps":[],"n":1}"#, &Limits::ARGUMENTS).unwrap(),
    };
    let kind =
        if needs_a_yes { EntryType::IrValidatedEscalate } else { EntryType::IrValidatedPass };
    store.save_validation(Some(kept), Draft::new(kind, &tenant())).await.unwrap();
    correlation
}

async fn kept(store: &SqliteStore, by: Option<&Principal>) -> Option<KeptValidation> {
    store.validation(&tenant(), HASH, by).await.unwrap()
}

/// Asks about the plan.
async fn asked(store: &SqliteStore, by: &Principal) -> ApprovalId {
    let arguments = format!(r#"{{"ir_hash":"sha256:{HASH}","ir":{{"steps":[]}}}}"#);
    let parts = CallParts {
        tenant: tenant(),
        principal: by.clone(),
        session: SessionId::new(),
        upstream: UpstreamId { name: OWN.to_owned(), digest: Digest::ZERO },
        method: Method::ToolsCall,
        tool: "plan".to_owned(),
        definition: Digest::ZERO,
        arguments: Some(Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap()),
    };
    let call = Call::seal(parts, store.key());
    let asking = Question { subject: Subject::Plan(HASH), ..question(&call) };
    store.ask(asking).await.unwrap().approval.id
}

async fn prune(store: &SqliteStore) {
    let retention = Retention { bodies: 30 * DAY, reads: 30 * DAY, size: u64::MAX };
    store.prune(retention).await.unwrap();
}

#[tokio::test]
async fn the_newest_validation_is_kept_with_its_row_and_goes_with_its_time() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let reject = Draft::new(EntryType::IrValidatedReject, &tenant());
        store.save_validation(None, reject).await.unwrap();
        assert!(kept(store, None).await.is_none());
        for needs in [false, true] {
            validated(store, &agent(), needs).await;
            let found = kept(store, None).await.unwrap();
            assert_eq!((found.of.needs_a_yes, found.of.principal), (needs, agent()));
            assert_eq!(found.of.ir.as_bytes(), br#"{"steps":[],"n":1}"#);
        }
        let other = Tenant::new("b").unwrap();
        assert!(store.validation(&other, HASH, None).await.unwrap().is_none());
        assert_eq!(
            kinds(store).await,
            ["ir.validated_reject", "ir.validated_pass", "ir.validated_escalate"]
        );
        bench.wall.pass(DAY + MINUTE);
        prune(store).await;
        assert!(kept(store, None).await.is_some(), "somebody may still ask about it");
        bench.wall.pass(29 * DAY);
        prune(store).await;
        assert!(kept(store, None).await.is_none());
    }
}

#[tokio::test]
async fn a_plan_that_needs_no_yes_is_forgotten_after_a_day() {
    let bench = Bench::memory();
    let store = &*bench.store;
    validated(store, &agent(), false).await;
    prune(store).await;
    assert!(kept(store, None).await.is_some());
    bench.wall.pass(DAY + MINUTE);
    prune(store).await;
    assert!(kept(store, None).await.is_none());
}

#[tokio::test]
async fn whoever_validates_last_does_not_take_the_plan_of_another() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let first = validated(store, &agent(), true).await;
        assert!(kept(store, Some(&eve())).await.is_none(), "a hash is not enough");
        bench.wall.pass(1);
        let second = validated(store, &eve(), true).await;
        let own = kept(store, Some(&agent())).await.unwrap().of;
        assert_eq!((own.principal, own.correlation), (agent(), first));
        let newest = kept(store, None).await.unwrap().of;
        assert_eq!((newest.principal, newest.correlation), (eve(), second));
    }
}

#[tokio::test]
async fn a_plan_is_forgotten_when_its_question_is_used_denied_or_taken_back_and_no_other_is() {
    for ending in ["used", "denied", "cancelled", "swept"] {
        let bench = Bench::memory();
        let store = &*bench.store;
        validated(store, &agent(), true).await;
        validated(store, &eve(), true).await;
        let id = asked(store, &agent()).await;
        match ending {
            "used" => {
                store.decide(decision(id, yes())).await.unwrap().unwrap();
                assert!(kept(store, Some(&agent())).await.is_some(), "it lives");
                let redemption = PlanRedemption {
                    tenant: tenant(),
                    session: SessionId::new(),
                    by: agent(),
                    ir_hash: HASH,
                    key: PlanKey::Id(id),
                    tier: Some(Tier::WRITE),
                    needs: Needs::default(),
                };
                store.redeem_plan(redemption).await.unwrap().unwrap();
            }
            "denied" => drop(store.decide(decision(id, no())).await.unwrap().unwrap()),
            "cancelled" => {
                drop(store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap());
            }
            _ => {
                bench.wall.pass(DAY + MINUTE);
                store.sweep().await.unwrap();
            }
        }
        assert!(row(store, id).await.state.is_terminal(), "{ending}");
        assert!(kept(store, Some(&agent())).await.is_none(), "{ending}");
        assert!(kept(store, Some(&eve())).await.is_some(), "{ending}: nobody answered hers");
    }
}

#[tokio::test]
async fn whoever_asks_anew_after_the_time_still_has_the_plan_and_retention_forgets_what_was_left() {
    let bench = Bench::memory();
    let store = &*bench.store;
    validated(store, &agent(), true).await;
    let first = asked(store, &agent()).await;
    bench.wall.pass(DAY + MINUTE);
    let second = asked(store, &agent()).await;
    assert_ne!(first, second);
    assert_eq!(row(store, first).await.state, State::Expired);
    prune(store).await;
    assert!(kept(store, Some(&agent())).await.is_some(), "the second question lives");
    bench.wall.pass(DAY + MINUTE);
    // Met by somebody who looks at it, so no sweep ends it.
    let late = store.decide(decision(second, yes())).await.unwrap();
    assert_eq!(refusal(late), NotDecided::Already(State::Expired));
    bench.wall.pass(MINUTE);
    prune(store).await;
    assert!(kept(store, Some(&agent())).await.is_none());
    // What was validated after the end waits for its own question.
    validated(store, &agent(), true).await;
    prune(store).await;
    assert!(kept(store, Some(&agent())).await.is_some());
}

#[tokio::test]
async fn the_last_word_about_a_question_is_found_without_reading_its_refused_attempts() {
    let bench = Bench::memory();
    let plan: String = bench
        .store
        .read(|conn| {
            let sql = "EXPLAIN QUERY PLAN SELECT type FROM journal
                 WHERE approval = ?1 AND tenant = ?2 AND meta ->> '$.outcome' IS NOT 'vote'
                   AND type IN ('approval.approved', 'approval.consumed', 'approval.denied', 'approval.expired',
                       'approval.cancelled')
                 ORDER BY seq DESC LIMIT 1";
            let mut statement = conn.prepare(sql)?;
            let lines = statement.query_map(["", ""], |row| row.get::<_, String>(3))?;
            Ok(lines.collect::<Result<Vec<_>, _>>()?.join("; "))
        })
        .await
        .unwrap();
    assert!(plan.contains("journal_words") && !plan.contains("TEMP B-TREE"), "{plan}");
}
