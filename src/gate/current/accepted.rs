//! The configuration that is accepted, and what the file says beside it.
//!
//! The file alone decides nothing: what it says counts when it is the first that this world meets, when a person accepted
//! it, or when it loosens nothing of what was accepted. Otherwise the accepted text stays in force whole; half of each
//! would be a configuration that nobody wrote. Looking changes nothing; only a process that serves
//! [commits](Configured::commit) what it saw.

use crate::config::loosening::{Change, loosens};
use crate::config::{Config, ConfigError, Overrides, Source};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::policies::{Acceptance, AcceptedConfig};
use crate::store::{EntryFilter, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// As many rows about waiting edits are searched for one that tells of this edit.
const ROWS: usize = 100;

/// Why there is no configuration to work by.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file is wrong and nothing was accepted; or what was accepted is not understood by this program.
    #[error("the configuration is invalid")]
    Config(#[from] ConfigError),
}

/// Where one configuration file of one world is, and what the environment says over it.
#[derive(Debug, Clone)]
pub struct Configured {
    file: PathBuf,
    /// The file's one name in the store, whatever folder a process was started in.
    pub(in crate::gate::current) path: String,
    pub(in crate::gate::current) tenant: Tenant,
    pub(in crate::gate::current) store: Arc<dyn Store>,
    overrides: Overrides,
}

/// How the file stands to what is accepted.
#[derive(Debug)]
pub enum Standing {
    /// Nothing was accepted yet: the file counts.
    First,
    /// It is what is accepted.
    Same,
    /// It loosens nothing: it counts, and is to become the accepted one.
    Counts,
    /// It loosens this, so it waits for a person.
    Waits(Vec<Change>),
    /// It is gone or empty; what was accepted holds.
    Gone,
    /// It is wrong; what was accepted holds.
    Wrong(ConfigError),
}

/// What was found at one look.
#[derive(Debug)]
pub struct Look {
    /// How the file stands to what is accepted.
    pub standing: Standing,
    /// What is accepted.
    pub accepted: Option<AcceptedConfig>,
    /// The file and the modules beside it; empty when they cannot be read.
    pub offered: Source,
    config: Result<Config, String>,
}

/// What became of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// What was accepted stays.
    Nothing,
    /// The file is accepted now.
    Accepted,
    /// Another process accepted something else meanwhile: look again.
    Lost,
}

impl Look {
    /// What is in force, the environment's word included.
    ///
    /// # Errors
    /// When what was accepted is not understood by this program any more; a person must accept the file.
    pub fn in_force(&self) -> Result<Config, ConfigError> {
        self.config.clone().map_err(|why| ConfigError::Accepted { why })
    }

    /// The same for a process that starts: with a file that is wrong nothing starts.
    ///
    /// # Errors
    /// Those of [`in_force`](Self::in_force), and what is wrong with the file.
    pub fn to_start_with(&self) -> Result<Config, ConfigError> {
        match &self.standing {
            Standing::Wrong(why) => Err(why.clone()),
            _ => self.in_force(),
        }
    }

    /// What it loosens, when it waits.
    #[must_use]
    pub fn waiting(&self) -> &[Change] {
        match &self.standing {
            Standing::Waits(changes) => changes,
            _ => &[],
        }
    }

    /// Why the file does not count, when nobody waits for anything.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        match &self.standing {
            Standing::Gone => Some(
                "the configuration is gone or empty; what it said last stays in force".to_owned(),
            ),
            Standing::Wrong(error) => {
                Some(format!("the changed configuration is not used: {error}"))
            }
            _ => None,
        }
    }

    fn was(&self) -> Option<Digest> {
        self.accepted.as_ref().map(|accepted| accepted.digest)
    }
}

impl Configured {
    /// The configuration at `file` for this world.
    #[must_use]
    pub fn new(file: &Path, tenant: &Tenant, store: Arc<dyn Store>, overrides: Overrides) -> Self {
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        // The folder by its real name; the file may be a link that somebody turns elsewhere, and keeps its own.
        let real = absolute.parent().and_then(|folder| folder.canonicalize().ok());
        let path = match (real, absolute.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => absolute,
        };
        let path = path.to_string_lossy().into_owned();
        Self { file: file.to_owned(), path, tenant: tenant.clone(), store, overrides }
    }

    /// The same file for another world.
    #[must_use]
    pub fn of(&self, tenant: &Tenant) -> Self {
        Self { tenant: tenant.clone(), ..self.clone() }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Its absolute path, which is its name in the store.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the environment says over it.
    #[must_use]
    pub fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    pub(in crate::gate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The world that it is for.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Holds the file against what is accepted. Nothing is written.
    ///
    /// # Errors
    /// Those of the store; what is wrong with the file when nothing was accepted.
    pub async fn look(&self) -> Result<Look, LookError> {
        let accepted = self.store.accepted_config(&self.tenant, &self.path).await?;
        let offered = Source::read(&self.file)
            .and_then(|source| source.parse(&self.file).map(|config| (source, config)));
        let Some(accepted) = accepted else {
            let (offered, config) = offered?;
            let config = Ok(self.overrides.over(config));
            return Ok(Look { standing: Standing::First, accepted: None, offered, config });
        };
        let was = Source::of_text(&accepted.text);
        // Parsed only where it is needed: rules are compiled by that.
        let old = || was.parse(&self.file);
        let (standing, offered, config) = match offered {
            Err(why) => (Standing::Wrong(why), Source::default(), old()),
            Ok((source, config)) if source == was => (Standing::Same, source, Ok(config)),
            Ok((source, _)) if source.is_void() && !was.is_void() => {
                (Standing::Gone, source, old())
            }
            Ok((source, config)) => match old() {
                Ok(old) => match loosens(&old, &config) {
                    none if none.is_empty() => (Standing::Counts, source, Ok(config)),
                    changes => (Standing::Waits(changes), source, Ok(old)),
                },
                Err(why) => {
                    let key = "what was accepted".to_owned();
                    let message = "is not understood any more, so nothing can be compared with it";
                    let change = Change { key, message: message.to_owned() };
                    (Standing::Waits(vec![change]), source, Err(why))
                }
            },
        };
        let config = config.map(|c| self.overrides.over(c)).map_err(|why| why.to_string());
        Ok(Look { standing, accepted: Some(accepted), offered, config })
    }

    /// Writes down what follows from a look: the first configuration, and one that loosens nothing, are accepted; one that
    /// waits is a row, once.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn commit(&self, look: &Look) -> Result<Committed, StoreError> {
        match &look.standing {
            Standing::First | Standing::Counts => {
                let taken = self.accept(&look.offered, look.was(), None).await?;
                Ok(if taken { Committed::Accepted } else { Committed::Lost })
            }
            Standing::Waits(changes) => {
                self.tell(look, changes).await?;
                Ok(Committed::Nothing)
            }
            Standing::Same | Standing::Gone | Standing::Wrong(_) => Ok(Committed::Nothing),
        }
    }

    /// Takes this text for accepted if `was` still is the accepted one; `by` is the person, where one had to.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn accept(
        &self,
        source: &Source,
        was: Option<Digest>,
        by: Option<Principal>,
    ) -> Result<bool, StoreError> {
        let config = AcceptedConfig {
            path: self.path.clone(),
            text: source.text(),
            digest: source.digest(),
            at: Millis::default(),
            by,
        };
        self.store.accept_config(&self.tenant, config, was).await
    }

    /// The same by a person, where an edit loosens: with the voice of a second admin if that is wanted here.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn accept_by(
        &self,
        source: &Source,
        was: Option<Digest>,
        by: Principal,
    ) -> Result<Acceptance, StoreError> {
        if !self.wants_four_eyes().await? {
            let taken = self.accept(source, was, Some(by)).await?;
            return Ok(if taken { Acceptance::Accepted } else { Acceptance::Moved });
        }
        let config = AcceptedConfig {
            path: self.path.clone(),
            text: source.text(),
            digest: source.digest(),
            at: Millis::default(),
            by: Some(by),
        };
        self.store.accept_config_by_two(&self.tenant, config, was).await
    }

    /// Says that an edit waits: in the log, and in the journal unless a row of the same edit is there.
    async fn tell(&self, look: &Look, changes: &[Change]) -> Result<(), StoreError> {
        let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).take(20).collect();
        tracing::warn!(
            "the configuration was changed and loosens what was accepted ({} changes); until a person accepts it, what \
             was accepted stays in force",
            changes.len()
        );
        let offered = look.offered.digest().to_string();
        let body = serde_json::json!({
            "path": self.path,
            "digest": offered,
            "accepted": look.was().map(|digest| digest.to_string()),
            "loosens": keys,
        });
        let known = EntryFilter {
            after: 0,
            before: None,
            since: None,
            tenant: Some(self.tenant.clone()),
            types: vec![EntryType::PolicyWaiting.as_str().to_owned()],
            correlation: None,
            approval: None,
            session: None,
            tool: None,
            verdict: None,
            up_to: None,
            bare: false,
            newest: true,
            limit: ROWS,
        };
        let rows = self.store.entries(known).await?;
        let bodies = rows.iter().filter_map(|row| row.body.as_deref());
        let mut told =
            bodies.filter_map(|told| serde_json::from_slice::<serde_json::Value>(told).ok());
        let same = |told: &serde_json::Value, key: &str| told.get(key) == body.get(key);
        if told.any(|told| ["path", "digest", "accepted"].iter().all(|key| same(&told, key))) {
            return Ok(());
        }
        let mut row = Draft::new(EntryType::PolicyWaiting, &self.tenant);
        row.body = body.to_string().into_bytes();
        self.store.append(vec![row]).await?;
        Ok(())
    }
}
