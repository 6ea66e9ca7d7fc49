//! Taking versions back: what is in the way, many at once, and what breaks in between.

use super::*;
use crate::domain::policy::{PolicyDiff, VersionKind};
use crate::store::policies::{NotApplied, NotProposed, Policies as _, Suggestion};
use crate::store::sqlite::tests::policies::*;
use crate::store::{Retention, StoreError};
use std::collections::BTreeMap;

async fn why_not(store: &SqliteStore, version: u64) -> String {
    let new = rollback(store, version).await;
    match store.propose(new).await.unwrap() {
        Err(NotProposed::NotReversible(why)) => {
            assert_eq!(newest_outcome(store).await, "policy.refused not_reversible");
            why
        }
        other => panic!("{version}: {other:?}"),
    }
}

#[tokio::test]
async fn what_a_later_version_touched_is_in_the_way_and_named() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let module = |text: &str| format!(r#"{{"modules":[{{"name":"cost","text":"{text}"}}]}}"#);
    applied(store, &deny("a__*")).await;
    let rule = stands(store).await.rules[0].id;
    applied(store, &module("one")).await;
    applied(store, &module("two")).await;
    applied(store, &format!(r#"{{"remove":["{rule}"]}}"#)).await;
    let before = raw(store).await;
    let told = why_not(store, 1).await;
    assert_eq!(told, format!("version 4 touched what version 1 did: rule {rule}"));
    assert_eq!(why_not(store, 2).await, "version 3 touched what version 2 did: module `cost`");
    // Out of order, where nothing is in the way.
    rolled_back(store, 3).await;
    rolled_back(store, 2).await;
    assert!(stands(store).await.modules.is_empty());
    assert_eq!(why_not(store, 3).await, "version 3 was taken back already, by version 5");
    // What was redone is in the way again.
    rolled_back(store, 6).await;
    rolled_back(store, 5).await;
    assert_eq!(raw(store).await, before);
    assert_eq!(
        why_not(store, 3).await,
        "version 3 was taken back already, by version 5; version 8 brought it back: take back that"
    );
    rolled_back(store, 4).await;
    rolled_back(store, 1).await;
    rolled_back(store, 8).await;
    rolled_back(store, 7).await;
    assert!(raw(store).await.is_empty());
}

#[tokio::test]
async fn a_taking_back_before_the_wanted_version_counts_and_one_undone_does_not() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let module = |text: &str| format!(r#"{{"modules":[{{"name":"cost","text":"{text}"}}]}}"#);
    applied(store, &module("one")).await; // 1
    rolled_back(store, 1).await; // 2: cost is gone
    applied(store, &module("two")).await; // 3
    // 2 brought back would meet what 3 put there.
    assert_eq!(why_not(store, 2).await, "version 3 touched what version 2 did: module `cost`");
    rolled_back(store, 3).await; // 4
    rolled_back(store, 2).await; // 5: "one" stands again
    assert_eq!(stands(store).await.modules[0].text, "one");
    // 5 takes back what came before 3.
    let why = why_not(store, 4).await;
    assert_eq!(why, "version 5 touched what version 4 did: module `cost`");
    rolled_back(store, 5).await; // 6
    rolled_back(store, 4).await; // 7: "two" stands again
    assert_eq!(stands(store).await.modules[0].text, "two");
}

/// Each rule and module as it stands, by what names it in an inverse.
async fn pieces(store: &SqliteStore) -> BTreeMap<String, String> {
    let stands = stands(store).await;
    let rules = stands.rules.into_iter().map(|rule| (rule.id.to_string(), format!("{rule:?}")));
    let modules = stands.modules.into_iter().map(|m| (m.name.clone(), format!("{m:?}")));
    rules.chain(modules).collect()
}

/// Changes and takings back in any order: what was touched stands as it stood, all else as it stands.
#[tokio::test]
async fn whatever_is_taken_back_stands_as_it_stood_and_the_rest_as_it_stands() {
    for seed in 1..=8_u64 {
        let bench = Bench::memory();
        let store = &*bench.store;
        let mut state = seed;
        let mut dice = |sides: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % sides
        };
        // What stood before each version, from 1.
        let mut stood: Vec<BTreeMap<String, String>> = Vec::new();
        let (mut back, mut refused) = (0, 0);
        for step in 0..40 {
            bench.wall.pass(1);
            let before = pieces(store).await;
            if stood.is_empty() || dice(2) == 0 {
                let rules: Vec<_> = stands(store).await.rules;
                let name = ["a", "b", "c"][dice(3)];
                let diff = match dice(4) {
                    0 => deny(&format!("r{step}__*")),
                    1 if !rules.is_empty() => {
                        format!(r#"{{"remove":["{}"]}}"#, rules[dice(rules.len())].id)
                    }
                    2 if before.contains_key(name) => {
                        format!(r#"{{"modules":[{{"name":"{name}","remove":true}}]}}"#)
                    }
                    _ => format!(r#"{{"modules":[{{"name":"{name}","text":"t{step}"}}]}}"#),
                };
                applied(store, &diff).await;
                stood.push(before);
                continue;
            }
            let version = 1 + dice(stood.len());
            let known = store.policy_version_of(&tenant(), version as u64).await.unwrap().unwrap();
            let inverse = known.inverse.unwrap();
            let new = rollback(store, version as u64).await;
            let suggestion = match store.propose(new).await.unwrap() {
                Ok(suggestion) => suggestion,
                Err(NotProposed::NotReversible(_)) => {
                    assert_ne!(version, stood.len(), "nothing is in the way of the newest");
                    refused += 1;
                    continue;
                }
                Err(other) => panic!("{other:?}"),
            };
            store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
            let mut expected = before.clone();
            let rules = inverse.remove.iter().chain(inverse.restore.iter().map(|r| &r.id));
            let names = inverse.modules.iter().map(|(name, _)| name.clone());
            for touched in rules.map(ToString::to_string).chain(names) {
                match stood[version - 1].get(&touched) {
                    Some(was) => expected.insert(touched, was.clone()),
                    None => expected.remove(&touched),
                };
            }
            assert_eq!(pieces(store).await, expected, "seed {seed}, step {step}");
            stood.push(before);
            back += 1;
        }
        assert!(back > 3 && refused > 3, "{back} {refused}");
    }
}

#[tokio::test]
async fn only_what_was_applied_and_changed_something_is_taken_back_as_it_is_told() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let loaded = store.policy_version(&tenant(), "met").await.unwrap();
    applied(store, r#"{"add":[],"remove":[]}"#).await;
    for nothing in [0, loaded, 9, u64::MAX] {
        let new = proposal_in(store, &tenant(), &agent(), 2, "{}", Some(nothing));
        let why = store.propose(new).await.unwrap().unwrap_err();
        let told = format!("version {nothing} is none that was applied here");
        assert_eq!(why, NotProposed::NotReversible(told));
    }
    assert_eq!(why_not(store, 2).await, "version 2 changed nothing");
    applied(store, &deny("a__*")).await;
    // The diff of a rollback tells what it does, or nobody is asked.
    let lies = proposal_in(store, &tenant(), &agent(), 3, &deny("b__*"), Some(3));
    let why = store.propose(lies).await.unwrap().unwrap_err();
    let told = "the diff does not tell what taking back version 3 does".to_owned();
    assert_eq!(why, NotProposed::NotReversible(told));
    rolled_back(store, 3).await;
}

#[tokio::test]
async fn two_proposals_to_take_back_one_version_make_one() {
    let bench = Bench::memory();
    let store = &*bench.store;
    applied(store, &deny("a__*")).await;
    let first = store.propose(rollback(store, 1).await).await.unwrap().unwrap();
    let mut new = rollback(store, 1).await;
    let eve = Principal::new(Role::Agent, "eve/claude");
    let diff = serde_json::to_string(&new.diff).unwrap();
    new = proposal_in(store, &tenant(), &eve, 1, &diff, Some(1));
    let second = store.propose(new).await.unwrap().unwrap();
    store.apply(apply_as("bob", &first)).await.unwrap().unwrap();
    let late = store.apply(apply_as("bob", &second)).await.unwrap();
    assert_eq!(late.unwrap_err(), NotApplied::StaleBase(2));
}

#[tokio::test]
async fn of_many_that_apply_one_change_exactly_one_wins() {
    let bench = Bench::file();
    let stores: Vec<_> = (0..5).map(|_| bench.again()).collect();
    for round in 1..=4_u64 {
        let diff = deny(&format!("r{round}__*"));
        let suggestion = proposed(&bench.store, &agent(), &diff).await;
        let asked = round % 2 == 0;
        if asked {
            let id = suggestion.approval.id;
            bench.store.decide(decision(id, yes())).await.unwrap().unwrap();
        }
        let mut tasks = Vec::new();
        for at in 0..50 {
            let store = Arc::clone(&stores[at % stores.len()]);
            // Admins of many names, and the asker among them where there is a yes.
            let apply = if asked && at % 3 == 0 {
                apply_as_asker(&suggestion, None)
            } else {
                apply_as(&format!("admin{at}"), &suggestion)
            };
            tasks.push(tokio::spawn(async move { store.apply(apply).await }));
        }
        let mut wins = 0;
        for task in tasks {
            match task.await.unwrap().unwrap() {
                Ok(version) => {
                    assert_eq!(version.version, round);
                    wins += 1;
                }
                Err(no) => assert_eq!(no, NotApplied::State(State::Consumed)),
            }
        }
        assert_eq!(wins, 1);
        assert_eq!(stands(&bench.store).await.rules.len() as u64, round);
    }
    let count = |kind: &str, all: &[String]| all.iter().filter(|k| *k == kind).count();
    let all = kinds(&*bench.store).await;
    assert_eq!(count("policy.applied", &all), 4);
    assert_eq!(count("approval.consumed", &all), 4);
    assert_eq!(count("policy.refused", &all), 4 * 49);
    assert_chain(&*bench.store).await;
}

#[tokio::test]
async fn of_two_changes_of_one_base_one_is_stale() {
    let bench = Bench::file();
    let second = bench.again();
    let (a, b) = (
        proposed(&bench.store, &agent(), &deny("a__*")).await,
        proposed(&bench.store, &agent(), &deny("b__*")).await,
    );
    let (x, y) =
        tokio::join!(bench.store.apply(apply_as("bob", &a)), second.apply(apply_as("carol", &b)));
    let (x, y) = (x.unwrap(), y.unwrap());
    assert_eq!(usize::from(x.is_ok()) + usize::from(y.is_ok()), 1);
    let lost = x.err().or(y.err()).unwrap();
    assert_eq!(lost, NotApplied::StaleBase(1));
    assert_eq!(stands(&bench.store).await.rules.len(), 1);
}

/// Whatever breaks between the yes and the version takes the yes with it.
#[tokio::test]
async fn what_breaks_in_between_changes_nothing() {
    for bench in Bench::both() {
        let store = &*bench.store;
        applied(store, &deny("a__*")).await;
        let rule = stands(store).await.rules[0].id;
        let diff = format!(
            r#"{{"add":[{{"tool":"b__*","effect":"deny"}}],"remove":["{rule}"],"modules":[{{"name":"m","text":"t"}}]}}"#
        );
        let suggestion = proposed(store, &agent(), &diff).await;
        let before = (raw(store).await, kinds(store).await);
        for (on, when) in [
            ("approvals", "UPDATE"),
            ("votes", "INSERT"),
            ("policy_rules", "DELETE"),
            ("policy_rules", "INSERT"),
            ("policy_modules", "INSERT"),
            ("policies", "INSERT"),
            ("policy_suggestions", "UPDATE"),
            ("meta", "UPDATE"),
        ] {
            tamper(
                store,
                format!(
                    "CREATE TRIGGER breaks BEFORE {when} ON {on}
                     BEGIN SELECT RAISE(ABORT, 'planted'); END"
                ),
            )
            .await;
            let broken = store.apply(apply_as("bob", &suggestion)).await;
            let told = format!("{:?}", broken.unwrap_err());
            assert!(told.contains("planted"), "{on}: {told}");
            let sql = "DROP TRIGGER breaks";
            store.writer.touch(move |conn| conn.execute_batch(sql).unwrap()).unwrap();
            assert_eq!((raw(store).await, kinds(store).await), before, "{on}");
            assert_eq!(row(store, suggestion.approval.id).await.state, State::Pending, "{on}");
        }
        // A commit that fails is the same, although nobody may count on it.
        let hook = |conn: &mut rusqlite::Connection| conn.commit_hook(Some(|| true)).unwrap();
        store.writer.touch(hook).unwrap();
        let lost = store.apply(apply_as("bob", &suggestion)).await;
        assert!(matches!(lost, Err(StoreError::CommitUnknown(_))), "{lost:?}");
        let hook =
            |conn: &mut rusqlite::Connection| conn.commit_hook(None::<fn() -> bool>).unwrap();
        store.writer.touch(hook).unwrap();
        assert_eq!((raw(store).await, kinds(store).await), before);
        store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn the_schema_itself_keeps_versions_and_proposals() {
    let bench = Bench::memory();
    let store = &*bench.store;
    store.policy_version(&tenant(), "met").await.unwrap();
    applied(store, &deny("a__*")).await;
    proposed(store, &agent(), &deny("b__*")).await;
    for sql in [
        "UPDATE policies SET comment = 'x'",
        "UPDATE policies SET inverse = '{}' WHERE kind <> 'loaded'",
        "DELETE FROM policies",
        "INSERT OR REPLACE INTO policies (version, digest, at) VALUES (2, 'x', 1)",
        "INSERT OR REPLACE INTO policies (version, digest, at) VALUES (9, 'met', 1)",
        "INSERT INTO policies (version, digest, at, kind) VALUES (9, 'x', 1, 'applied')",
        "INSERT INTO policies (version, digest, at, rolls_back) VALUES (9, 'x', 1, 2)",
        "INSERT INTO policies (version, digest, at, author) VALUES (9, 'x', 1, 'admin:bob')",
        "UPDATE policy_rules SET spec = '{\"effect\":\"allow\"}'",
        "INSERT OR REPLACE INTO policy_rules SELECT id, tenant, 'x', added_by, at, version FROM policy_rules",
        "UPDATE policy_suggestions SET applied = 1",
        "UPDATE policy_suggestions SET applied = 2",
        "UPDATE policy_suggestions SET applied = NULL",
        "UPDATE policy_suggestions SET applied = 2 WHERE applied IS NULL",
        "UPDATE policy_suggestions SET diff = NULL",
        "INSERT INTO pruning VALUES (1); UPDATE policy_suggestions SET diff = NULL",
        "UPDATE policy_suggestions SET diff = '{}'",
        "UPDATE policy_suggestions SET base = 7",
        "UPDATE policy_suggestions SET tenant = 'other'",
        "DELETE FROM policy_suggestions",
        "INSERT OR REPLACE INTO policy_suggestions (approval, tenant, diff, base, hash)
             SELECT approval, tenant, '{}', base, hash FROM policy_suggestions",
        "INSERT INTO policy_suggestions (approval, tenant, diff, base, hash) VALUES (x'00', 'default', '{}', 0, x'00')",
    ] {
        let done = store.write(move |tx| Ok(tx.conn.execute_batch(sql)?)).await;
        let told = done.expect_err(sql).to_string();
        assert!(told.contains("never"), "{sql}: {told}");
    }
    let versions = store.policy_versions(&tenant(), 9).await.unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0].kind, VersionKind::Applied);
}

/// Nobody need say yes for an agent to propose, so what it proposes is not kept for ever.
#[tokio::test]
async fn what_was_never_applied_is_forgotten_with_the_arguments_of_its_question() {
    let bench = Bench::file();
    let store = &*bench.store;
    let kept = proposed(store, &agent(), &deny("a__*")).await;
    store.apply(apply_as("bob", &kept)).await.unwrap().unwrap();
    let gone = proposed(store, &agent(), &deny("b__*")).await;
    store.decide(decision(gone.approval.id, no())).await.unwrap().unwrap();
    bench.wall.pass(2 * DAY);
    let waits = proposed(store, &agent(), &deny("c__*")).await;
    store.prune(Retention { bodies: DAY, reads: DAY, size: u64::MAX }).await.unwrap();
    let diff = async |s: &Suggestion| {
        let found = store.suggestion(&tenant(), s.approval.id).await.unwrap().unwrap();
        (found.diff, found.approval.arguments.is_some())
    };
    assert_eq!(diff(&gone).await, (PolicyDiff::default(), false));
    assert_eq!(diff(&kept).await, (kept.diff.clone(), false), "a version keeps its diff");
    assert_eq!(diff(&waits).await, (waits.diff.clone(), true));
    store.apply(apply_as("bob", &waits)).await.unwrap().unwrap();
    rolled_back(store, 1).await;
}
