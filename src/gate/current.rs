//! The policy in force: one immutable snapshot, swapped whole when the configuration file changes.
//!
//! A file that does not load never takes effect, and neither does one that is gone or still being written: a part of a
//! file may load well and lack the rules that deny. The last good snapshot stays and the log says so. A yes is judged
//! again under the snapshot of the moment it is used, so an edit made while a question waits counts.

use crate::config::{self, Config};
use crate::domain::json::Canonical;
use crate::domain::policy::digest_in_force;
use crate::domain::principal::Tenant;
use crate::ir::{Checked, StepJudge, Vocabulary, check, check_text};
use crate::policy::{BuildError, Needs, Protected, Snapshot};
use crate::store::{Store, StoreError};
use arc_swap::ArcSwap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A file that changed is taken once it has stayed the same this long: editors empty it first, and write it in parts.
const SETTLED: Duration = Duration::from_millis(50);
/// Looks at a file that keeps changing before it is taken as it is.
const LOOKS: usize = 40;

/// Why there is no policy to judge by.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The store, which numbers policies, failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It does not compile.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// What tells one writing of a file from the next without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    /// The time of the last change of content or attributes, which nobody can set back as he can the modification's.
    changed: (i64, i64),
    len: u64,
    inode: u64,
}

/// One configuration and what was compiled of it.
#[derive(Debug)]
pub struct InForce {
    /// What the file says.
    pub config: Config,
    /// What calls are judged by.
    pub snapshot: Arc<Snapshot>,
    /// The words that plans may use.
    pub vocabulary: Vocabulary,
}

impl InForce {
    /// What must be looked up before a call is judged. A policy server elsewhere may read anything that modules may.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let governance = &self.config.governance;
        let all = Needs { clock: true, recent_calls: true, budget: true };
        match governance.remote.as_ref().filter(|_| governance.enforcement) {
            Some(_) => all,
            None => self.snapshot.needs(),
        }
    }

    fn new(config: Config, snapshot: Snapshot) -> Self {
        let vocabulary = Vocabulary::of(&config.plans);
        Self { config, snapshot: Arc::new(snapshot), vocabulary }
    }

    /// Checks the text of a plan under the words, rules and tiers in force.
    #[must_use]
    pub fn check(&self, ir: &[u8], tenant: &Tenant) -> Checked {
        let judge: &dyn StepJudge = &*self.snapshot;
        check_text(ir, &self.vocabulary, Some(judge), tenant, self.config.require_approval_tier)
    }

    /// The same for a plan that the strict reader has read.
    #[must_use]
    pub fn check_read(&self, ir: &Canonical, tenant: &Tenant) -> Checked {
        let judge: &dyn StepJudge = &*self.snapshot;
        check(ir, &self.vocabulary, Some(judge), tenant, self.config.require_approval_tier)
    }
}

/// The policy in force.
#[derive(Debug)]
pub struct CurrentPolicy {
    file: PathBuf,
    protected: Protected,
    store: Arc<dyn Store>,
    tenant: Tenant,
    in_force: ArcSwap<InForce>,
    /// The file that was last taken, or found to be no use.
    seen: Mutex<Option<Stamp>>,
    /// Held while it is read anew: no call is judged by what is about to be replaced, and no older reading comes last.
    reading: tokio::sync::Mutex<()>,
}

impl CurrentPolicy {
    /// Builds the first snapshot from a loaded configuration.
    ///
    /// # Errors
    /// [`PolicyError`]; nothing can be served without a policy.
    pub async fn new(
        config: &Config,
        file: PathBuf,
        protected: Protected,
        store: Arc<dyn Store>,
        tenant: Tenant,
    ) -> Result<Self, PolicyError> {
        // It was read a while ago: an edit since then is seen by the first call.
        let seen = stamp(&file)
            .filter(|_| config::load(&file).is_ok_and(|now| now.digest() == config.digest()));
        let snapshot = build(config, &protected, store.as_ref(), &tenant).await?;
        Ok(Self {
            file,
            protected,
            store,
            tenant,
            in_force: ArcSwap::from_pointee(InForce::new(config.clone(), snapshot)),
            seen: Mutex::new(seen),
            reading: tokio::sync::Mutex::default(),
        })
    }

    /// The snapshot to judge by, after a look whether the file changed.
    ///
    /// # Errors
    /// Those of the store; the call in hand must then be refused.
    pub async fn get(&self) -> Result<Arc<Snapshot>, StoreError> {
        Ok(self.in_force().await?.snapshot.clone())
    }

    /// The snapshot together with the configuration it was compiled of, after the same look.
    ///
    /// # Errors
    /// Those of the store; whatever was to be done must then be refused.
    pub async fn in_force(&self) -> Result<Arc<InForce>, StoreError> {
        if stamp(&self.file) != self.seen() {
            let _one_at_a_time = self.reading.lock().await;
            loop {
                let now = self.settled().await;
                if now == self.seen() {
                    break;
                }
                self.read(now).await?;
                // Only now: after a store that failed the next call looks again.
                *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = now;
            }
        }
        Ok(self.in_force.load_full())
    }

    fn seen(&self) -> Option<Stamp> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file once it stays as it is.
    async fn settled(&self) -> Option<Stamp> {
        let mut now = stamp(&self.file);
        for _ in 0..LOOKS {
            tokio::time::sleep(SETTLED).await;
            let before = std::mem::replace(&mut now, stamp(&self.file));
            if before == now {
                break;
            }
        }
        now
    }

    /// Takes the file if it is still the one that was looked at, or says why not.
    async fn read(&self, now: Option<Stamp>) -> Result<(), StoreError> {
        if now.is_none_or(|file| file.len == 0) {
            tracing::error!("the configuration is gone or empty; what it said last stays in force");
            return Ok(());
        }
        let config = match config::load(&self.file) {
            Ok(_) if stamp(&self.file) != now => return Ok(()),
            Ok(config) => config,
            Err(error) => {
                tracing::error!("the changed configuration is not used: {error}");
                return Ok(());
            }
        };
        match build(&config, &self.protected, self.store.as_ref(), &self.tenant).await {
            Ok(next) => {
                self.in_force.store(Arc::new(InForce::new(config, next)));
                tracing::info!("the configuration changed and is in force");
            }
            Err(PolicyError::Store(error)) => return Err(error),
            Err(error) => tracing::error!("the changed policy is not used: {error}"),
        }
        Ok(())
    }
}

fn stamp(file: &std::path::Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = std::fs::metadata(file).ok()?;
    Some(Stamp { changed: (meta.ctime(), meta.ctime_nsec()), len: meta.len(), inode: meta.ino() })
}

async fn build(
    config: &Config,
    protected: &Protected,
    store: &dyn Store,
    tenant: &Tenant,
) -> Result<Snapshot, PolicyError> {
    let stored = store.stored_policy(tenant).await?;
    let digest = digest_in_force(&config.digest(), stored.version);
    // The store's thread looks up the number, or commits a new one, while this one compiles.
    let (version, compiled) = tokio::join!(biased; store.policy_version(tenant, &digest), async {
        Snapshot::build(config, &stored, protected.clone(), 0)
    });
    Ok(compiled?.numbered(version?))
}

#[cfg(test)]
mod tests {
    use crate::config;
    use crate::domain::principal::Tenant;
    use crate::gate::CurrentPolicy;
    use crate::policy::Protected;
    use crate::store::sqlite;
    use std::fs::{remove_file, write};

    #[tokio::test]
    async fn a_file_that_goes_or_is_emptied_loosens_nothing_and_an_edit_counts() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("countersign.toml");
        write(&file, "stance = \"deny\"").unwrap();
        let policy = CurrentPolicy::new(
            &config::load(&file).unwrap(),
            file.clone(),
            Protected {
                home: home.path().to_owned(),
                config: file.clone(),
                extra: Vec::new(),
                user_home: None,
            },
            sqlite::memory().unwrap(),
            Tenant::default(),
        )
        .await
        .unwrap();
        let digest = async || policy.get().await.unwrap().policy().digest.clone();
        let strict = digest().await;
        write(&file, "").unwrap();
        assert_eq!(digest().await, strict, "emptied");
        remove_file(&file).unwrap();
        assert_eq!(digest().await, strict, "gone");
        write(&file, "stance = \"no such word\"").unwrap();
        assert_eq!(digest().await, strict, "not understood");
        write(&file, "require_approval_tier = 1").unwrap();
        assert_ne!(digest().await, strict, "edited");
    }
}
