//! The policy in force: one immutable snapshot, swapped whole when the configuration file changes.
//!
//! A file that does not load never takes effect; the last good snapshot stays and the log says so. A yes
//! is judged again under the snapshot of the moment it is used, so an edit made while a question waits
//! counts.

use crate::config::{self, Config};
use crate::domain::principal::Tenant;
use crate::policy::{BuildError, Protected, Snapshot};
use crate::store::{Store, StoreError};
use arc_swap::ArcSwap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::SystemTime;

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
    modified: Option<SystemTime>,
    len: u64,
    inode: u64,
}

/// The policy in force.
#[derive(Debug)]
pub struct CurrentPolicy {
    file: PathBuf,
    protected: Protected,
    store: Arc<dyn Store>,
    tenant: Tenant,
    snapshot: ArcSwap<Snapshot>,
    seen: Mutex<Option<Stamp>>,
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
        let seen = stamp(&file);
        let snapshot = build(config, &protected, store.as_ref(), &tenant).await?;
        Ok(Self {
            file,
            protected,
            store,
            tenant,
            snapshot: ArcSwap::from_pointee(snapshot),
            seen: Mutex::new(seen),
        })
    }

    /// The snapshot to judge by, after a look whether the file changed.
    ///
    /// # Errors
    /// Those of the store; the call in hand must then be refused.
    pub async fn get(&self) -> Result<Arc<Snapshot>, StoreError> {
        if self.is_stale() {
            match config::load(&self.file) {
                Ok(config) => {
                    let (protected, store) = (&self.protected, self.store.as_ref());
                    match build(&config, protected, store, &self.tenant).await {
                        Ok(next) => {
                            self.snapshot.store(Arc::new(next));
                            tracing::info!("the configuration changed and is in force");
                        }
                        Err(PolicyError::Store(error)) => return Err(error),
                        Err(error) => tracing::error!("the changed policy is not used: {error}"),
                    }
                }
                Err(error) => tracing::error!("the changed configuration is not used: {error}"),
            }
        }
        Ok(self.snapshot.load_full())
    }

    /// Whether the file is another than the one last looked at; remembers what it saw.
    fn is_stale(&self) -> bool {
        let now = stamp(&self.file);
        match self.seen.lock() {
            Ok(mut seen) => {
                let before = std::mem::replace(&mut *seen, now);
                before != now
            }
            // Whoever held it panicked while looking: look again.
            Err(_) => true,
        }
    }
}

fn stamp(file: &std::path::Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = std::fs::metadata(file).ok()?;
    Some(Stamp { modified: meta.modified().ok(), len: meta.len(), inode: meta.ino() })
}

async fn build(
    config: &Config,
    protected: &Protected,
    store: &dyn Store,
    tenant: &Tenant,
) -> Result<Snapshot, PolicyError> {
    let digest = Snapshot::digest_of(config);
    // The store's thread looks up the number, or commits a new one, while this one compiles.
    let (version, compiled) = tokio::join!(biased; store.policy_version(tenant, &digest), async {
        Snapshot::build(config, protected.clone(), 0)
    });
    Ok(compiled?.numbered(version?))
}
