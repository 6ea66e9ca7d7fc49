//! Recommended network policies: kept whole or not at all, found by run and service, sealed in their world.

use super::*;
use crate::domain::id::RunId;
use crate::domain::json::Canonical;
use crate::domain::run::{Run, RunState};
use crate::domain::time::Millis;
use crate::network::{Input, Options, observe, recommend};
use crate::store::networks::{
    MOST_OF_ONE, NetworkFilter, Networks as _, NewNetworkPolicies, NotKept,
};
use crate::store::runs::{NewRun, RunKeys};

fn new(principal: &Principal, run: Option<RunId>, port: u16) -> NewNetworkPolicies {
    let text = format!(
        r#"{{"connections": [{{"source": "shop/web", "target": "shop/api", "port": {port}}},
            {{"source": "shop/api", "target": "203.0.113.9", "port": 443}}]}}"#
    );
    let map = observe(&[Input { name: "x", format: None, text: &text }], &Options::default());
    NewNetworkPolicies {
        tenant: tenant(),
        principal: principal.clone(),
        run,
        recommendations: recommend(&map.unwrap()).unwrap(),
        row: Draft {
            principal: Some(principal.clone()),
            ..Draft::new(EntryType::NetworkRecommended, &tenant())
        },
    }
}

fn filter() -> NetworkFilter {
    NetworkFilter { tenant: tenant(), principal: None, run: None, service: None, limit: 100 }
}

async fn run_of(store: &dyn Store, principal: &Principal) -> RunId {
    let id = RunId::new();
    let run = Run {
        id,
        tenant: tenant(),
        principal: principal.clone(),
        correlation: CorrelationId::new(),
        directive: "D1".to_owned(),
        label: "look".to_owned(),
        tier: ruling(0).tier,
        ir_hash: Digest::ZERO,
        ir: None,
        manifest: Canonical::of(&crate::domain::json::Node::Object(Vec::new())).ok(),
        manifest_digest: Digest::ZERO,
        approval: None,
        state: RunState::Created,
        cause: None,
        session: None,
        created_at: Millis(0),
        started_at: None,
        ended_at: None,
        tokens: 0,
        steps: Vec::new(),
    };
    let keys = RunKeys {
        tenant: tenant(),
        principal: principal.clone(),
        keys: vec![id.to_string()],
        ir_hash: Digest::ZERO,
        directive: "D1".to_owned(),
    };
    let row = Draft::new(EntryType::RunCreated, &tenant());
    store
        .create_run(NewRun {
            run,
            keys,
            question: None,
            checked: Draft::new(EntryType::IrValidatedEscalate, &tenant()),
            row,
            refused: Draft::new(EntryType::RunRefused, &tenant()),
        })
        .await
        .unwrap()
        .unwrap();
    id
}

#[tokio::test]
async fn they_are_found_by_run_and_by_service_at_either_end() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let run = run_of(store, &agent()).await;
        let kept = store.save_network_policies(new(&agent(), Some(run), 80)).await.unwrap();
        assert_eq!(kept, Ok(5), "two services, two edges, one that denies the rest");
        store.save_network_policies(new(&agent(), None, 81)).await.unwrap().unwrap();
        let count =
            async |filter: NetworkFilter| store.network_policies(filter).await.unwrap().len();
        let of = |service: &str| NetworkFilter { service: Some(service.to_owned()), ..filter() };
        assert_eq!(count(filter()).await, 10);
        assert_eq!(count(NetworkFilter { limit: 3, ..filter() }).await, 3);
        assert_eq!(count(NetworkFilter { run: Some(run), ..filter() }).await, 5);
        assert_eq!(count(of("shop/web")).await, 4);
        assert_eq!(count(of("web")).await, 4);
        assert_eq!(count(of("203.0.113.9")).await, 2);
        assert_eq!(count(of("we")).await, 0);
        assert_eq!(count(NetworkFilter { run: Some(run), ..of("shop/web") }).await, 2);
        let other = Tenant::new("other").unwrap();
        assert_eq!(count(NetworkFilter { tenant: other, ..filter() }).await, 0);
        let eve = Some(Principal::new(Role::Agent, "eve/claude"));
        assert_eq!(count(NetworkFilter { principal: eve, ..filter() }).await, 0);
        let all =
            store.network_policies(NetworkFilter { run: Some(run), ..filter() }).await.unwrap();
        let given = new(&agent(), Some(run), 80).recommendations;
        assert_eq!(all.iter().map(|one| one.recommendation.clone()).collect::<Vec<_>>(), given);
        assert_eq!(kinds(store).await.iter().filter(|k| *k == "network.recommended").count(), 2);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn the_same_again_takes_the_place_of_the_older() {
    let bench = Bench::memory();
    let store = &*bench.store;
    for _ in 0..3 {
        store.save_network_policies(new(&agent(), None, 80)).await.unwrap().unwrap();
    }
    assert_eq!(store.network_policies(filter()).await.unwrap().len(), 5);
}

#[tokio::test]
async fn for_anothers_run_or_too_many_nothing_is_kept_and_nothing_recorded() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let eve = Principal::new(Role::Agent, "eve/claude");
    let hers = run_of(store, &eve).await;
    let before = store.head().await.unwrap();
    for run in [hers, RunId::new()] {
        let kept = store.save_network_policies(new(&agent(), Some(run), 80)).await.unwrap();
        assert_eq!(kept, Err(NotKept::NoSuchRun));
    }
    let mut many = new(&agent(), None, 80);
    let one = many.recommendations[0].clone();
    many.recommendations = vec![one; MOST_OF_ONE + 1];
    assert_eq!(store.save_network_policies(many).await.unwrap(), Err(NotKept::TooMany));
    assert!(store.network_policies(filter()).await.unwrap().is_empty());
    assert_eq!(store.head().await.unwrap(), before);
    store.save_network_policies(new(&eve, Some(hers), 80)).await.unwrap().unwrap();
}
