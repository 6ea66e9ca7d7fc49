//! What counts of an edit, and that nothing half done does.

use crate::config::Overrides;
use crate::domain::principal::Tenant;
use crate::gate::{Configured, CurrentPolicy};
use crate::policy::Protected;
use crate::store::{Store, sqlite};
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
            after: 0,
            before: None,
            since: None,
            tenant: None,
            types: vec![kind.to_owned()],
            correlation: None,
            approval: None,
            session: None,
            tool: None,
            verdict: None,
            newest: false,
            limit: 100,
        };
        self.store.entries(filter).await.unwrap().len()
    }
}

async fn digest(policy: &CurrentPolicy) -> String {
    policy.get().await.unwrap().policy().digest.clone()
}

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
        policy.get().await.unwrap().policy().version,
        other.get().await.unwrap().policy().version
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
    write(folder.join("a.rego"), "package a\n").unwrap();
    assert_eq!(modules().await, ["package a\n"]);
    write(folder.join("a.rego"), "package b\n").unwrap();
    assert_eq!(modules().await, ["package a\n"], "another text");
    remove_file(folder.join("a.rego")).unwrap();
    assert_eq!(modules().await, ["package a\n"], "gone");
    let waiting: Vec<String> = policy.status().waiting.iter().map(|c| c.key.clone()).collect();
    assert_eq!(waiting, ["policies/a.rego"]);
}
