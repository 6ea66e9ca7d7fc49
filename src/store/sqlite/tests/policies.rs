//! A change of policy from the proposal to the version, and back: what stands, what is on record.

use super::*;
use crate::domain::approval::Subject;
use crate::domain::policy::{
    ModuleStatus, OnError, PolicyVersion, Scope, StoredPolicy, VersionKind, digest_in_force,
};
use crate::domain::time::Millis;
use crate::store::policies::{
    AcceptedConfig, Apply, ApplyBy, NewSuggestion, NotApplied, NotProposed, Policies as _,
    Suggestion, SuggestionFilter, rollback_diff, suggestion_hash,
};

pub(super) const CONFIG: Digest = Digest([4; 32]);

pub(super) fn operator(name: &str) -> Principal {
    Principal::new(Role::Operator, name)
}

/// The proposal of a diff as text, as whoever reads it from outside makes it.
pub(super) fn proposal_in(
    store: &dyn Store,
    tenant: &Tenant,
    by: &Principal,
    base: u64,
    diff: &str,
    rolls_back: Option<u64>,
) -> NewSuggestion {
    let text = Canonical::read(diff.as_bytes(), &Limits::ARGUMENTS).unwrap();
    let back = rolls_back.map(|v| format!(r#","rolls_back":{v}"#)).unwrap_or_default();
    let arguments = format!(r#"{{"base_version":{base},"diff":{}{back}}}"#, text.as_str());
    let arguments = Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap();
    let session = SessionId::new();
    let parts =
        CallParts::own(tenant.clone(), by.clone(), session, "propose_policy_diff", arguments);
    let call = Call::seal(parts, store.key());
    NewSuggestion {
        question: Question {
            subject: Subject::Policy(suggestion_hash(base, text.as_bytes())),
            ruling: ruling(3),
            ..question(&call)
        },
        diff: serde_json::from_str(text.as_str()).unwrap(),
        base,
        rolls_back,
    }
}

pub(super) fn proposal(store: &dyn Store, base: u64, diff: &str) -> NewSuggestion {
    proposal_in(store, &tenant(), &agent(), base, diff, None)
}

/// Proposed against what stands.
pub(super) async fn proposed(store: &SqliteStore, by: &Principal, diff: &str) -> Suggestion {
    let base = stands(store).await.version;
    let new = proposal_in(store, &tenant(), by, base, diff, None);
    store.propose(new).await.unwrap().unwrap()
}

/// The proposal to take a version back.
pub(super) async fn rollback(store: &SqliteStore, version: u64) -> NewSuggestion {
    let base = stands(store).await.version;
    let found = store.policy_version_of(&tenant(), version).await.unwrap();
    let inverse = found.and_then(|version| version.inverse).unwrap_or_default();
    let diff = serde_json::to_string(&rollback_diff(&inverse)).unwrap();
    proposal_in(store, &tenant(), &agent(), base, &diff, Some(version))
}

pub(super) fn apply_as(who: &str, suggestion: &Suggestion) -> Apply {
    let id = suggestion.approval.id;
    Apply {
        tenant: tenant(),
        id,
        hash: suggestion.hash,
        by: ApplyBy::Admin(Box::new(Decision { by: by(who), ..decision(id, yes()) })),
        comment: Some("as agreed".to_owned()),
        config: CONFIG,
    }
}

pub(super) fn apply_as_asker(suggestion: &Suggestion, token: Option<Digest>) -> Apply {
    let (by, session) = (suggestion.approval.principal.clone(), SessionId::new());
    Apply { by: ApplyBy::Asker { by, session, token }, ..apply_as("bob", suggestion) }
}

/// Proposed by the agent and applied by bob.
pub(super) async fn applied(store: &SqliteStore, diff: &str) -> PolicyVersion {
    let suggestion = proposed(store, &agent(), diff).await;
    store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap()
}

pub(super) async fn rolled_back(store: &SqliteStore, version: u64) -> PolicyVersion {
    let new = rollback(store, version).await;
    let suggestion = store.propose(new).await.unwrap().unwrap();
    store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap()
}

pub(super) async fn stands(store: &SqliteStore) -> StoredPolicy {
    store.stored_policy(&tenant()).await.unwrap()
}

/// What stands, as raw as it is kept.
pub(super) async fn raw(store: &SqliteStore) -> Vec<String> {
    store
        .write(|tx| {
            let sql = "SELECT 'rule ' || quote(id) || quote(tenant) || quote(spec) || quote(added_by) || quote(at)
                    || quote(version) FROM policy_rules
                UNION ALL SELECT 'module ' || quote(tenant) || quote(name) || quote(text) || quote(description)
                    || quote(status) || quote(scope) || quote(scope_id) || quote(on_error) || quote(changed_by)
                    || quote(at) || quote(revision) FROM policy_modules ORDER BY 1";
            let mut statement = tx.conn.prepare(sql)?;
            let found = statement.query_map([], |row| row.get(0))?;
            Ok(found.collect::<Result<Vec<String>, _>>()?)
        })
        .await
        .unwrap()
}

/// Runs SQL as somebody who has the file does.
pub(super) async fn tamper(store: &SqliteStore, sql: impl Into<String>) {
    let sql = sql.into();
    store.write(move |tx| Ok(tx.conn.execute_batch(&sql)?)).await.unwrap();
}

pub(super) fn deny(tool: &str) -> String {
    format!(r#"{{"add":[{{"tool":"{tool}","effect":"deny"}}],"remove":[],"meta":{{}}}}"#)
}

const FIRST: &str = r#"{
    "add": [
        {"effect": "deny", "pattern": "\\brm\\b", "score": 0.90, "reason": "no removal"},
        {"tool": "files__*", "when": {"path": {"prefix": "/a"}, "n": 1.50}, "effect": "ask", "tier": 2}
    ],
    "remove": [],
    "modules": [
        {"name": "cost", "text": "package cost", "status": "active", "scope": "user", "scope_id": "lee",
         "on_error": "deny", "description": "what it costs"},
        {"name": "night", "text": "package night"}
    ],
    "meta": {"proposed_by": "ann"}
}"#;

#[tokio::test]
async fn a_change_is_proposed_applied_and_on_record() {
    for bench in Bench::both() {
        let store = &*bench.store;
        assert_eq!(stands(store).await, StoredPolicy::default());
        let before = store.generations().await.unwrap();
        let suggestion = proposed(store, &agent(), FIRST).await;
        assert_eq!((suggestion.base, suggestion.applied), (0, None));
        assert_eq!(suggestion.approval.state, State::Pending);
        assert_eq!(suggestion.approval.subject, Subject::Policy(suggestion.hash));
        assert_eq!(store.generations().await.unwrap(), before, "nothing changed yet");
        bench.wall.pass(1_000);
        let version = store.apply(apply_as("bob", &suggestion)).await.unwrap().unwrap();
        assert_eq!(
            (version.version, version.kind, version.parent),
            (1, VersionKind::Applied, None)
        );
        assert_eq!(version.digest, digest_in_force(&CONFIG, 1));
        assert_eq!((version.by, version.self_confirmed), (Some(admin("bob")), false));
        assert_eq!(version.comment.as_deref(), Some("as agreed"));
        assert_eq!(version.at, Millis(START + 1_000));
        assert_eq!(version.diff, Some(suggestion.diff.clone()));
        // The process that has this policy in force finds its number, and loads no other version.
        let number = store.policy_version(&tenant(), &version.digest).await.unwrap();
        assert_eq!(number, 1);

        let now = stands(store).await;
        assert_eq!(now.version, 1);
        let specs: Vec<_> = now.rules.iter().map(|rule| rule.spec.clone()).collect();
        assert_eq!(specs, suggestion.diff.add, "in the order of the diff");
        assert!(now.rules.iter().all(|r| r.added_by == admin("bob") && r.version == 1));
        assert_eq!(now.modules.len(), 2);
        let cost = &now.modules[0];
        assert_eq!((cost.status, cost.scope), (ModuleStatus::Active, Scope::User));
        assert_eq!((cost.scope_id.as_deref(), cost.on_error), (Some("lee"), OnError::Deny));
        let night = &now.modules[1];
        assert_eq!((night.status, night.scope), (ModuleStatus::Inactive, Scope::Global));
        assert_eq!((night.scope_id.as_deref(), night.on_error), (None, OnError::Allow));
        // As it was written, digit for digit.
        let raw = raw(store).await.join("\n");
        assert!(raw.contains(r#""score":0.90"#) && raw.contains(r#""n":1.50"#), "{raw}");

        let found = store.suggestion(&tenant(), suggestion.approval.id).await.unwrap().unwrap();
        assert_eq!((found.approval.state, found.applied), (State::Consumed, Some(1)));
        let after = store.generations().await.unwrap();
        assert_ne!(after.policy, before.policy);
        assert_eq!(after.policy, store.policy_generation().await.unwrap());
        assert_eq!(after.pins, store.pins_version().await.unwrap());
        assert_eq!(
            kinds(store).await,
            [
                "approval.asked",
                "policy.proposed",
                "approval.approved",
                "approval.consumed",
                "policy.applied"
            ]
        );
        let last = all(store).await.pop().unwrap();
        let told: serde_json::Value = serde_json::from_slice(&last.body.unwrap()).unwrap();
        assert_eq!(
            told,
            serde_json::json!({"version": 1, "parent": null, "hash": suggestion.hash, "added": 2, "removed": 0,
                "modules": 2, "comment": "as agreed", "decided_by": "admin:bob", "self_confirmed": false,
                "rolls_back": null})
        );
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_module_changes_only_in_what_is_written() {
    let bench = Bench::memory();
    let store = &*bench.store;
    applied(store, FIRST).await;
    bench.wall.pass(1);
    applied(store, r#"{"modules":[{"name":"cost","status":"inactive"}]}"#).await;
    let cost = stands(store).await.modules[0].clone();
    assert_eq!((cost.text.as_str(), cost.status), ("package cost", ModuleStatus::Inactive));
    assert_eq!((cost.scope_id.as_deref(), cost.on_error), (Some("lee"), OnError::Deny));
    assert_eq!((cost.revision, cost.at), (2, Millis(START + 1)));
    applied(
        store,
        r#"{"modules":[{"name":"cost","scope":"global"},{"name":"night","remove":true}]}"#,
    )
    .await;
    let left = stands(store).await.modules;
    assert_eq!((left.len(), left[0].scope, left[0].revision), (1, Scope::Global, 3));
    assert_eq!(left[0].scope_id, None);
    // A new scope says anew whose.
    let mine = r#"{"modules":[{"name":"cost","scope":"user","scope_id":"lee"}]}"#;
    applied(store, mine).await;
    assert_eq!(stands(store).await.modules[0].scope_id.as_deref(), Some("lee"));
    let session = r#"{"modules":[{"name":"cost","scope":"session","scope_id":"s"}]}"#;
    applied(store, session).await;
    assert_eq!(stands(store).await.modules[0].scope_id.as_deref(), Some("s"));
}

#[tokio::test]
async fn what_is_taken_away_and_back_is_the_same_to_the_byte() {
    for bench in Bench::both() {
        let store = &*bench.store;
        applied(store, FIRST).await;
        bench.wall.pass(5_000);
        let before = raw(store).await;
        let rules = stands(store).await.rules;
        let second = format!(
            r#"{{"add":[{{"tool":"x__*","effect":"deny"}}],"remove":["{}","{}"],
                "modules":[{{"name":"cost","text":"package cost\nallow := true","status":"draft"}},
                           {{"name":"night","remove":true}},{{"name":"new","text":"package new"}}]}}"#,
            rules[1].id, rules[0].id
        );
        let changed = applied(store, &second).await;
        assert_eq!((changed.version, changed.parent), (2, Some(1)));
        let between = raw(store).await;
        assert_eq!(stands(store).await.rules.len(), 1);
        bench.wall.pass(5_000);
        let back = rolled_back(store, 2).await;
        assert_eq!((back.version, back.kind), (3, VersionKind::RolledBack));
        assert_eq!((back.rolls_back, back.parent), (Some(2), Some(2)));
        assert_eq!(raw(store).await, before, "identical rows");
        assert_eq!(stands(store).await.rules, rules, "in the same order");
        assert!(kinds(store).await.ends_with(&["policy.rolled_back".to_owned()]));
        // Taking the taking back back.
        let again = rolled_back(store, 3).await;
        assert_eq!((again.version, again.rolls_back), (4, Some(3)));
        assert_eq!(raw(store).await, between);
        rolled_back(store, 4).await;
        assert_eq!(raw(store).await, before);
        // And the first, of which nothing is left.
        rolled_back(store, 1).await;
        assert!(raw(store).await.is_empty());
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn versions_and_proposals_are_listed_newest_first() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let loaded = store.policy_version(&tenant(), "met").await.unwrap();
        applied(store, &deny("a__*")).await;
        bench.wall.pass(1);
        let waits = proposed(store, &operator("lee"), &deny("b__*")).await;
        let versions = store.policy_versions(&tenant(), 10).await.unwrap();
        let told: Vec<_> = versions.iter().map(|v| (v.version, v.kind)).collect();
        assert_eq!(told, [(2, VersionKind::Applied), (loaded, VersionKind::Loaded)]);
        assert_eq!(store.policy_versions(&tenant(), 1).await.unwrap().len(), 1);
        assert_eq!(store.policy_version_of(&tenant(), u64::MAX).await.unwrap(), None);
        let list = async |states: &[State], principal, limit| {
            let states = states.to_vec();
            let filter = SuggestionFilter { tenant: tenant(), principal, states, limit };
            store.suggestions(filter).await.unwrap()
        };
        let all = list(&[], None, 10).await;
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].approval.id, waits.approval.id);
        assert_eq!(list(&[], None, 1).await.len(), 1);
        assert_eq!(list(&[State::Consumed, State::Denied], None, 10).await[0].applied, Some(2));
        assert_eq!(list(&[State::Pending], Some(operator("lee")), 10).await.len(), 1);
        assert!(list(&[State::Pending], Some(agent()), 10).await.is_empty());
        bench.wall.pass(DAY);
        assert_eq!(list(&[State::Expired], None, 10).await.len(), 1, "due is expired");
    }
}

#[tokio::test]
async fn what_a_file_says_is_accepted_against_what_was_accepted() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let config = |text: &str, by: Option<Principal>| AcceptedConfig {
            path: "/etc/countersign.toml".to_owned(),
            text: text.to_owned(),
            digest: Digest::sha256(&[text.as_bytes()]),
            at: Millis(0),
            by,
        };
        let generation = || async { store.policy_generation().await.unwrap() };
        let steps = [
            (config("token = \"hush\"", None), "first"),
            (config("b", Some(admin("bob"))), "admin:bob"),
            (config("c", None), "tightens"),
        ];
        let mut was = None;
        for (config, by) in steps {
            let before = generation().await;
            assert!(store.accept_config(&tenant(), config.clone(), was).await.unwrap());
            assert_ne!(generation().await, before);
            let rows = all(store).await;
            // Compared with what is not accepted any more.
            let stale = store.accept_config(&tenant(), self::stale(&config), was).await.unwrap();
            assert!(!stale);
            assert_eq!(all(store).await.len(), rows.len());
            let told = String::from_utf8(rows.last().unwrap().body.clone().unwrap()).unwrap();
            let told: serde_json::Value = serde_json::from_str(&told).unwrap();
            assert_eq!(
                told,
                serde_json::json!({"path": config.path, "digest": config.digest, "was": was, "by": by})
            );
            let found = store.accepted_config(&tenant(), &config.path).await.unwrap().unwrap();
            assert_eq!(found, AcceptedConfig { at: Millis(START), ..config.clone() });
            was = Some(config.digest);
        }
        let wrong = AcceptedConfig { digest: CONFIG, ..config("d", None) };
        store.accept_config(&tenant(), wrong, was).await.unwrap_err();
        let other = Tenant::new("other").unwrap();
        let theirs = store.accepted_config(&other, "/etc/countersign.toml").await.unwrap();
        assert_eq!(theirs, None);
        assert_eq!(store.accepted_config(&tenant(), "/etc/x").await.unwrap(), None);
        assert!(!format!("{:?}", all(store).await).contains("hush"));
        tamper(store, "UPDATE accepted_configs SET text = 'looser'").await;
        store.accepted_config(&tenant(), "/etc/countersign.toml").await.unwrap_err();
    }
}

fn stale(config: &AcceptedConfig) -> AcceptedConfig {
    AcceptedConfig { text: String::new(), digest: Digest::sha256(&[b""]), ..config.clone() }
}

#[tokio::test]
async fn an_equal_proposal_of_the_same_principal_is_the_same() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let first = proposed(store, &agent(), FIRST).await;
    let second = proposed(store, &agent(), FIRST).await;
    assert_eq!(first.approval.id, second.approval.id);
    let other = proposed(store, &Principal::new(Role::Agent, "eve/claude"), FIRST).await;
    assert_ne!(first.approval.id, other.approval.id);
    assert_eq!(first.hash, other.hash);
    let proposals = kinds(store).await.into_iter().filter(|k| k == "policy.proposed").count();
    assert_eq!(proposals, 2);
    // The one is applied, so the base of the other is gone.
    store.apply(apply_as("bob", &first)).await.unwrap().unwrap();
    let late = store.apply(apply_as("bob", &other)).await.unwrap();
    assert_eq!(late.unwrap_err(), NotApplied::StaleBase(1));
    let stale = store.propose(proposal(store, 0, FIRST)).await.unwrap();
    assert_eq!(stale.unwrap_err(), NotProposed::StaleBase(1));
}
