//! What plans may fill: no agent needs a yes to have them checked and kept, so it must cost nobody else anything.

use super::*;
use crate::store::Retention;
use crate::store::plans::{NewValidation, Plans as _};
use crate::store::runs::{NewRun, Runs as _};
use crate::store::sqlite::tests::runs::*;

#[tokio::test]
async fn so_many_validations_are_kept_of_one_principal() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let save = async |at: u32, who: &Principal, bytes: usize| {
        let kept = NewValidation {
            tenant: tenant(),
            principal: who.clone(),
            correlation: CorrelationId::new(),
            ir_hash: Digest::sha256(&[&at.to_be_bytes()]),
            needs_a_yes: false,
            tier: Tier::READ,
            ir: Canonical::read(
                format!("\"{}\"", "x".repeat(bytes)).as_bytes(),
                &Limits::ARGUMENTS,
            )
            .unwrap(),
        };
        let row = Draft::new(EntryType::IrValidatedPass, &tenant());
        store.save_validation(Some(kept), row).await.unwrap();
        bench.wall.pass(1);
    };
    let is_kept = async |at: u32| {
        let hash = Digest::sha256(&[&at.to_be_bytes()]);
        store.validation(&tenant(), hash, None).await.unwrap().is_some()
    };
    save(1_000, &Principal::new(Role::Agent, "eve/claude"), 1).await;
    for at in 0..201 {
        save(at, &agent(), 1).await;
    }
    assert!(!is_kept(0).await && is_kept(1).await && is_kept(200).await);
    for at in 201..204 {
        save(at, &agent(), 30 * 1024 * 1024).await;
    }
    assert!(!is_kept(200).await && !is_kept(201).await, "more than 64 MiB are kept");
    assert!(is_kept(202).await && is_kept(203).await);
    assert!(is_kept(1_000).await, "another's were forgotten");
}

#[tokio::test]
async fn what_plans_fill_costs_no_body_of_the_journal() {
    let bench = Bench::file();
    let store = &*bench.store;
    let fat = Draft { body: vec![b' '; 10_000], ..permitted(SessionId::new()) };
    store.append(vec![fat; 40]).await.unwrap();
    bench.wall.pass(2 * DAY);
    let make = async |at: u32, bytes: usize| {
        let key = at.to_string();
        let text = format!(r#"{{"at":{at},"text":"{}"}}"#, "x".repeat(bytes));
        let large = Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).ok();
        // Every twentieth is asked about.
        let mut new: NewRun = Plan::new(&[&key]).fresh(store, at.is_multiple_of(20).then_some(1));
        (new.run.ir, new.run.manifest) = (large.clone(), large);
        bench.wall.pass(1);
        store.create_run(new).await.unwrap().unwrap().run
    };
    let keep = |size| Retention { bodies: 30 * DAY, reads: 90 * DAY, size };
    let mut made = Vec::new();
    for at in 0..20 {
        made.push(make(at, 200_000).await);
    }
    bench.wall.pass(1);
    store.prune(keep(4_000_000)).await.unwrap();
    assert!(again(store, &made[1]).await.manifest.is_none(), "the oldest plans go first");
    assert!(again(store, &made[19]).await.manifest.is_some(), "as few as need be");
    assert!(again(store, &made[0]).await.manifest.is_some(), "a person may still answer");
    // What cannot go yet costs no body either.
    let waits = make(20, 2_000_000).await;
    store.prune(keep(3_000_000)).await.unwrap();
    assert!(again(store, &waits).await.manifest.is_some());
    let entries = all(store).await;
    assert!(entries.iter().take(40).all(|e| e.body.is_some()), "a body went for somebody's plans");
    assert_chain(store).await;
}
