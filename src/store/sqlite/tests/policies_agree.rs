//! What is compiled and tried before anybody is asked is what the store writes after the yes, and takes back.

use super::*;
use crate::config::Stance;
use crate::domain::id::RuleId;
use crate::domain::policy::{OnError, PolicyDiff, Scope, StoredModule, StoredPolicy, StoredRule};
use crate::domain::time::Millis;
use crate::policy::diff::{
    Applying, Author, Standing, Template, against, apply, canonical, read, take_back,
};
use crate::store::policies::{NotProposed, Policies as _};
use crate::store::sqlite::tests::policies::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::{Value, json};
use std::cell::Cell;

/// A module that comes along under the name `a`, with words that nobody else would choose.
fn template(name: &str) -> Option<Template> {
    let (text, description) = ("package a".to_owned(), "comes along".to_owned());
    (name == "a").then_some(Template { text, description, on_error: OnError::Deny })
}

/// Numbers from which one change is made in the light of what stands.
type Dice = [u8; 12];

/// A change of rules and modules, good or bad: ids and names that are not there, one module twice, scopes without whose.
fn change(dice: &Dice, stands: &StoredPolicy) -> Value {
    let mut add = Vec::new();
    for die in dice[0..2].iter().filter(|die| **die % 3 > 0) {
        let effect = ["allow", "ask", "deny"][usize::from(die / 3 % 3)];
        let tool = format!("t{}__*", die % 31);
        let score = f64::from(*die) / 255.0;
        add.push(json!({ "tool": tool, "effect": effect, "score": score }));
    }
    let mut remove = Vec::new();
    for die in dice[2..4].iter().filter(|die| **die % 3 == 0) {
        let there = stands.rules.get(usize::from(*die) / 3 % stands.rules.len().max(1));
        let id = if die % 17 == 0 { Some(RuleId::new()) } else { there.map(|rule| rule.id) };
        remove.extend(id.map(|id| json!(id.to_string())));
    }
    let mut modules = Vec::new();
    // The second seldom: one module twice is refused.
    for (at, dice) in dice[4..12].chunks(4).enumerate() {
        if dice[0] % 4 > if at == 0 { 2 } else { 0 } {
            continue;
        }
        let name = ["a", "b", "c"][usize::from(dice[1] % 3)];
        if dice[0].is_multiple_of(5) {
            modules.push(json!({ "name": name, "remove": true }));
            continue;
        }
        let mut module = json!({ "name": name });
        let mut say = |member: &str, says: bool, value: Value| {
            if says {
                module[member] = value;
            }
        };
        say("text", dice[1] % 5 > 0, json!(format!("package {name}{}", dice[1] % 4)));
        say("description", dice[1] % 7 == 0, json!("says what it is for"));
        let status = ["active", "inactive", "draft"][usize::from(dice[2] % 3)];
        say("status", dice[2] % 4 > 0, json!(status));
        say("on_error", dice[2] % 5 == 0, json!(["allow", "deny"][usize::from(dice[2] % 2)]));
        let scope = ["global", "user", "session", "project"][usize::from(dice[3] % 4)];
        let scopes = dice[3] % 3 > 0;
        say("scope", scopes, json!(scope));
        let whose = if scopes && scope != "global" { dice[3] % 7 > 0 } else { dice[3] % 7 == 0 };
        say("scope_id", whose, json!(format!("u{}", dice[3] % 2)));
        modules.push(module);
    }
    json!({ "add": add, "remove": remove, "modules": modules })
}

/// As the gate does before it shows a change.
fn written_out(diff: &mut PolicyDiff, stands: &StoredPolicy) {
    for change in &mut diff.modules {
        let there = stands.modules.iter().any(|module| module.name == change.name);
        if change.remove || change.text.is_some() || there {
            continue;
        }
        if let Some(Template { text, description, on_error }) = template(&change.name) {
            change.text = Some(text);
            change.description.get_or_insert(description);
            change.on_error.get_or_insert(on_error);
        }
    }
}

/// Everything that judges: no ids, times, authors and numbers of versions, but how often a module changed.
fn judging(policy: &StoredPolicy) -> (Vec<String>, Vec<StoredModule>) {
    let nobody = Principal::new(Role::Admin, "nobody");
    let bare = |module: &StoredModule| {
        let (changed_by, at) = (nobody.clone(), Millis::default());
        StoredModule { changed_by, at, ..module.clone() }
    };
    let rules = policy.rules.iter().map(|rule| serde_json::to_string(&rule.spec).unwrap());
    (rules.collect(), policy.modules.iter().map(bare).collect())
}

#[derive(Default)]
struct Seen {
    applied: Cell<u32>,
    refused: Cell<u32>,
    back: Cell<u32>,
    scoped: Cell<u32>,
}

fn one_more(count: &Cell<u32>) {
    count.set(count.get() + 1);
}

async fn step(store: &SqliteStore, dice: &Dice, seen: &Seen) -> Result<(), TestCaseError> {
    let before = stands(store).await;
    let text = change(dice, &before);
    let mut diff: PolicyDiff = serde_json::from_value(text).unwrap();
    written_out(&mut diff, &before);
    let bytes = canonical(&diff);
    let fine = read(&bytes, Author::Admin).is_ok_and(|read| {
        let standing = Standing { stored: &before, stance: Stance::Ask, template: &template };
        against(&read, &standing).is_empty()
    });
    let by = Principal::new(Role::Operator, "lee");
    let applying = Applying {
        by: &by,
        at: Millis(7),
        version: before.version + 1,
        new_id: &mut RuleId::new,
        template: &template,
    };
    let candidate = apply(&before, &diff, applying);
    let text = String::from_utf8(bytes).unwrap();
    let new = proposal_in(store, &tenant(), &by, before.version, &text, None);
    let candidate = match (candidate, store.propose(new).await.unwrap()) {
        (Ok(candidate), Ok(suggestion)) => {
            store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
            candidate.policy
        }
        (Err(_), Err(NotProposed::NoSuch(_))) => {
            prop_assert!(!fine, "{text} is told to be fine and is refused");
            prop_assert_eq!(&stands(store).await, &before);
            one_more(&seen.refused);
            return Ok(());
        }
        (made, proposed) => {
            let told = format!("{text}: {:?}, {:?}", made.is_ok(), proposed.map(|s| s.base));
            return Err(TestCaseError::fail(told));
        }
    };
    let after = stands(store).await;
    prop_assert_eq!(judging(&after), judging(&candidate), "{} on {:?}", text, before);
    // What is not touched is not even written anew.
    let stays = |rule: &&StoredRule| !diff.remove.contains(&rule.id);
    prop_assert!(before.rules.iter().filter(stays).all(|rule| after.rules.contains(rule)));
    let named = |module: &&StoredModule| diff.modules.iter().all(|m| m.name != module.name);
    prop_assert!(before.modules.iter().filter(named).all(|m| after.modules.contains(m)));
    one_more(&seen.applied);
    if after.modules.iter().any(|module| module.scope != Scope::Global) {
        one_more(&seen.scoped);
    }
    Ok(())
}

/// Takes a version back through the store, and through what is tried before.
async fn back(store: &SqliteStore, die: u8, seen: &Seen) -> Result<(), TestCaseError> {
    let before = stands(store).await;
    if before.version == 0 {
        return Ok(());
    }
    let version = 1 + u64::from(die) % before.version;
    let known = store.policy_version_of(&tenant(), version).await.unwrap().unwrap();
    let new = rollback(store, version).await;
    let Ok(suggestion) = store.propose(new).await.unwrap() else { return Ok(()) };
    let made = store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
    let wanted = take_back(&before, &known.inverse.unwrap(), made.version);
    prop_assert_eq!(stands(store).await, wanted, "version {} of {:?}", version, before);
    one_more(&seen.back);
    Ok(())
}

#[test]
fn what_was_tried_is_what_is_written_and_taken_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seen = Seen::default();
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec((any::<Dice>(), prop::option::of(any::<u8>())), 1..16);
    let mut runner = TestRunner::new(config);
    let run = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let bench = Bench::memory();
            for (dice, undo) in steps {
                bench.wall.pass(1);
                step(&bench.store, &dice, &seen).await?;
                if let Some(die) = undo {
                    back(&bench.store, die, &seen).await?;
                }
            }
            Ok(())
        })
    });
    if let Err(TestError::Fail(why, steps)) = run {
        panic!("{why}\n{steps:?}");
    }
    run.unwrap();
    let told = [&seen.applied, &seen.refused, &seen.back, &seen.scoped].map(Cell::get);
    assert!(told.iter().all(|count| *count > 10), "{told:?}");
}
