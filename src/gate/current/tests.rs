//! What counts of an edit, and that nothing half done does.

use crate::config::{Config, Overrides};
use crate::domain::approval::{Answer, Decider, Subject};
use crate::domain::call::{Call, CallParts};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{CorrelationId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::principal::{Principal, Proof, Role, Tenant};
use crate::domain::quorum::Needs;
use crate::domain::ruling::{Action, Effect, PolicyRef, Ruling, Tier, Verdict};
use crate::gate::{Configured, CurrentPolicy};
use crate::policy::Protected;
use crate::store::policies::{Apply, ApplyBy, NewSuggestion, suggestion_hash};
use crate::store::{Decision, Question, Store, sqlite};
use serde_json::json;
use std::fs::{remove_file, write};
use std::path::PathBuf;
use std::sync::Arc;

struct Stage {
    home: tempfile::TempDir,
    store: Arc<dyn Store>,
}

impl Stage {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), store: sqlite::memory().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("countersign.toml")
    }

    fn configured(&self) -> Configured {
        let (tenant, overrides) = (Tenant::default(), Overrides::default());
        Configured::new(&self.file(), &tenant, self.store.clone(), overrides)
    }

    async fn policy(&self) -> CurrentPolicy {
        let protected = Protected {
            home: self.home.path().to_owned(),
            config: self.file(),
            extra: Vec::new(),
            user_home: None,
        };
        CurrentPolicy::open(self.configured(), protected, None).await.unwrap()
    }

    async fn rows(&self, kind: &str) -> usize {
        let filter = crate::store::EntryFilter {
            types: vec![kind.to_owned()],
            limit: 100,
            ..Default::default()
        };
        self.store.entries(filter).await.unwrap().len()
    }
}

async fn digest(policy: &CurrentPolicy) -> String {
    policy.get().await.unwrap().0.snapshot.policy().digest.clone()
}

const MODULE: &str = "package countersign.a\n\ndecision := {\"allow\": true, \"deny_reasons\": [], \"warnings\": []}\n";

#[tokio::test]
async fn a_file_that_goes_or_is_emptied_loosens_nothing_and_an_edit_counts() {
    let stage = Stage::new();
    write(stage.file(), "stance = \"deny\"").unwrap();
    let policy = stage.policy().await;
    let strict = digest(&policy).await;
    write(stage.file(), "").unwrap();
    assert_eq!(digest(&policy).await, strict, "emptied");
    assert!(policy.status().problem.is_some());
    remove_file(stage.file()).unwrap();
    assert_eq!(digest(&policy).await, strict, "gone");
    write(stage.file(), "stance = \"no such word\"").unwrap();
    assert_eq!(digest(&policy).await, strict, "not understood");
    assert!(policy.status().problem.is_some());
    write(stage.file(), "stance = \"deny\"\nrequire_approval_tier = 1").unwrap();
    assert_ne!(digest(&policy).await, strict, "edited");
    assert_eq!(policy.status().problem, None);
}

#[tokio::test]
async fn an_edit_that_loosens_waits_whole_and_is_told_once() {
    let stage = Stage::new();
    write(stage.file(), "stance = \"deny\"").unwrap();
    let (policy, other) = (stage.policy().await, stage.policy().await);
    let strict = digest(&policy).await;
    // One key opens, the other would be stricter: none of it counts.
    write(stage.file(), "require_approval_tier = 1").unwrap();
    for policy in [&policy, &other, &stage.policy().await] {
        assert_eq!(digest(policy).await, strict);
    }
    let keys: Vec<String> = policy.status().waiting.iter().map(|c| c.key.clone()).collect();
    assert_eq!(keys, ["stance"]);
    assert_eq!(stage.rows("policy.waiting").await, 1);
    assert_eq!(stage.rows("policy.accepted").await, 1);
    // A person accepts it: both judge by it at their next call.
    let configured = stage.configured();
    let look = configured.look().await.unwrap();
    let was = look.accepted.as_ref().map(|accepted| accepted.digest);
    assert!(configured.accept(&look.offered, was, None).await.unwrap());
    assert!(
        !configured.accept(&look.offered, was, None).await.unwrap(),
        "only over what was compared"
    );
    let open = digest(&policy).await;
    assert!(open != strict && open == digest(&other).await);
    assert!(policy.status().waiting.is_empty());
    assert_eq!(
        policy.get().await.unwrap().0.snapshot.policy().version,
        other.get().await.unwrap().0.snapshot.policy().version
    );
}

#[tokio::test]
async fn a_module_beside_the_file_counts_when_it_comes_and_waits_when_it_goes() {
    let stage = Stage::new();
    write(stage.file(), "").unwrap();
    let policy = stage.policy().await;
    let modules = async || -> Vec<String> {
        let in_force = policy.in_force().await.unwrap();
        in_force.config.modules.iter().map(|module| module.text.clone()).collect()
    };
    assert_eq!(modules().await, [""; 0]);
    let folder = stage.home.path().join("policies");
    std::fs::create_dir(&folder).unwrap();
    write(folder.join("a.rego"), MODULE).unwrap();
    assert_eq!(modules().await, [MODULE]);
    write(folder.join("a.rego"), MODULE.replace("true", "false")).unwrap();
    assert_eq!(modules().await, [MODULE], "another text");
    remove_file(folder.join("a.rego")).unwrap();
    assert_eq!(modules().await, [MODULE], "gone");
    let waiting: Vec<String> = policy.status().waiting.iter().map(|c| c.key.clone()).collect();
    assert_eq!(waiting, ["policies/a.rego"]);
}

/// Puts this change in force, as an admin with proof.
async fn apply(store: &dyn Store, diff: &str) -> u64 {
    let (tenant, by) = (Tenant::default(), Principal::new(Role::Agent, "ann/x"));
    let base = store.stored_policy(&tenant).await.unwrap().version;
    let text = Canonical::read(diff.as_bytes(), &Limits::ARGUMENTS).unwrap();
    let arguments = format!(r#"{{"base_version":{base},"diff":{}}}"#, text.as_str());
    let arguments = Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap();
    let session = SessionId::new();
    let parts = CallParts::own(tenant.clone(), by, session, "propose_policy_diff", arguments);
    let hash = suggestion_hash(base, text.as_bytes());
    let question = Question {
        call: Call::seal(parts, store.key()),
        subject: Subject::Policy(hash),
        ruling: Ruling {
            verdict: Verdict::Ask,
            tier: Tier::GRAVE,
            effect: Effect::Write,
            action: Action::ExternalApiCall,
            reasons: Vec::new(),
            warnings: Vec::new(),
            policy: PolicyRef { version: 1, digest: String::new() },
            modules: Vec::new(),
            given: None,
            leans: None,
            took_us: None,
        },
        correlation: CorrelationId::new(),
        answer_within: 60_000,
        yes_life: 60_000,
        needs: Needs::default(),
        row: Draft::new(EntryType::ApprovalAsked, &tenant),
        also: Vec::new(),
    };
    let diff = serde_json::from_str(text.as_str()).unwrap();
    let new = NewSuggestion { question, diff, base, rolls_back: None };
    let suggestion = store.propose(new).await.unwrap().unwrap();
    let decision = Decision {
        tenant: tenant.clone(),
        id: suggestion.approval.id,
        answer: Answer::Approve { reason: None, token: None },
        by: Decider { principal: Principal::new(Role::Admin, "bob"), proof: Proof::Terminal },
        token: None,
        max_tier: Tier::GRAVE,
        shown: None,
        wish: None,
        state: None,
    };
    let apply = Apply {
        tenant,
        id: suggestion.approval.id,
        hash,
        by: ApplyBy::Admin(Box::new(decision)),
        comment: None,
        config: Config::default().digest(),
    };
    store.apply(apply).await.unwrap().unwrap().version
}

#[tokio::test]
async fn what_is_applied_counts_everywhere_at_the_next_call_under_its_own_number() {
    let stage = Stage::new();
    let (policy, other) = (stage.policy().await, stage.policy().await);
    let version =
        async |policy: &CurrentPolicy| policy.get().await.unwrap().0.snapshot.policy().version;
    let first = version(&policy).await;
    let add = r#"{"add":[{"tool":"x__*","effect":"deny"}],"remove":[]}"#;
    let applied = apply(stage.store.as_ref(), add).await;
    assert_ne!(first, applied);
    for policy in [&policy, &other, &stage.policy().await] {
        assert_eq!(version(policy).await, applied);
    }
    // A file that is broken does not keep out what is applied.
    write(stage.file(), "stance = 1").unwrap();
    let applied = apply(stage.store.as_ref(), add).await;
    assert_eq!(version(&policy).await, applied);
    assert!(policy.status().problem.is_some());
}

#[tokio::test]
async fn what_is_newer_and_does_not_compile_leaves_reads_alone() {
    let stage = Stage::new();
    write(stage.file(), "[upstream.x]\ncommand = \"x\"\nenvironment = \"dev\"\n").unwrap();
    let policy = stage.policy().await;
    let unusable = async || -> Vec<Verdict> {
        let in_force = policy.get().await.unwrap().0;
        let none = Canonical::read(b"{}", &Limits::ARGUMENTS).unwrap();
        let params = none.node().unwrap();
        let step = |tier| in_force.snapshot.judge_step("ir:x", &params, tier);
        assert!(step(Tier::READ).is_empty());
        let said = step(Tier::WRITE).into_iter().filter(|r| r.rule == "policy.unusable");
        said.filter_map(|reason| reason.verdict).collect()
    };
    assert!(unusable().await.is_empty());
    // The text of the rule is none that compiles here: somebody's newer program wrote it, or the store was tampered with.
    let wrong = r#"{"add":[{"tool":"x__*","effect":"deny","pattern":"("}],"remove":[]}"#;
    apply(stage.store.as_ref(), wrong).await;
    assert_eq!(unusable().await, [Verdict::Ask]);
    assert!(policy.status().problem.is_some());
    // What compiles again judges again.
    let id = stage.store.stored_policy(&Tenant::default()).await.unwrap().rules[0].id;
    apply(stage.store.as_ref(), &format!(r#"{{"add":[],"remove":["{id}"]}}"#)).await;
    assert!(unusable().await.is_empty());
}

#[tokio::test]
async fn a_module_of_the_same_name_as_one_that_stands_is_refused_and_stops_nothing_else() {
    let stage = Stage::new();
    let policy = stage.policy().await;
    let module = json!({ "modules": [{ "name": "a", "text": MODULE, "status": "active" }] });
    apply(stage.store.as_ref(), &module.to_string()).await;
    let before = digest(&policy).await;
    let folder = stage.home.path().join("policies");
    std::fs::create_dir(&folder).unwrap();
    write(folder.join("a.rego"), MODULE).unwrap();
    assert_eq!(digest(&policy).await, before, "refused");
    let status = policy.status();
    assert!(status.problem.as_ref().is_some_and(|told| told.contains("`a`")), "{status:?}");
    assert_eq!(stage.rows("policy.accepted").await, 1, "what is refused is not accepted");
    let add = r#"{"add":[{"tool":"x__*","effect":"deny"}],"remove":[]}"#;
    let applied = apply(stage.store.as_ref(), add).await;
    assert_eq!(policy.get().await.unwrap().0.snapshot.policy().version, applied);
}
