//! Builds everything once: from flags, environment and configuration file to a store with its desk and journal.
//!
//! No other module constructs a store, and no other place below the command line reads our variables.

pub mod bench;
mod childenv;
pub mod env;
pub mod keep;
pub mod listening;
pub mod session;

use crate::approval::{Desk, Terms};
use crate::config::{self, Approvals, Config, ConfigError, Overrides};
use crate::domain::policy::StoredPolicy;
use crate::domain::principal::Tenant;
use crate::gate::{Configured, LookError};
use crate::journal::{Heads, HeadsError, Journal};
use crate::store::{Store, StoreError, sqlite};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreKind {
    /// One file in our home.
    Sqlite,
    /// Gone with the process.
    InMemory,
}

/// What the caller said, before defaults.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// `--home` or `COUNTERSIGN_HOME`.
    pub home: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--tenant`.
    pub tenant: Option<Tenant>,
    /// `--store` or `APPROVAL_STORE`.
    pub store: Option<String>,
}

/// Where we live and in which world, every default filled in.
#[derive(Debug, Clone)]
pub struct Globals {
    /// Holds configuration, database, keys, signed heads and leases.
    pub home: PathBuf,
    /// The configuration file.
    pub config: PathBuf,
    /// The sealed world of this process.
    pub tenant: Tenant,
    /// The kind of store.
    pub store: StoreKind,
}

/// Why nothing could be built.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration file is wrong.
    #[error("the configuration is invalid")]
    Config(#[from] ConfigError),
    /// A variable of the environment is wrong.
    #[error("the environment variable `{name}` is `{value}`; it must be {expected}")]
    Environment {
        /// Which variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it may hold.
        expected: &'static str,
    },
    /// A store that this program was not built with.
    #[error(
        "`{by}` asks for the store `{kind}`, which is not built in; use `--store sqlite` or `--store in_memory`"
    )]
    NotBuiltIn {
        /// What asked for it.
        by: &'static str,
        /// The kind of store.
        kind: String,
    },
    /// Neither a flag nor the environment says where we live.
    #[error(
        "no home folder is known, since neither `HOME` nor `XDG_STATE_HOME` is set; name one with `--home DIR`"
    )]
    NoHome,
    /// The home folder cannot be made or used.
    #[error("cannot use the home folder `{}`: {why}; name another with `--home DIR`", path.display())]
    Home {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key or the file of signed heads cannot be used.
    #[error(transparent)]
    Heads(#[from] HeadsError),
}

impl From<LookError> for AppError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Store(error) => Self::Store(error),
            LookError::Config(error) => Self::Config(error),
        }
    }
}

impl AppError {
    /// Whether somebody must mend the configuration, as opposed to the machine.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        match self {
            Self::Config(_) | Self::Environment { .. } | Self::NotBuiltIn { .. } | Self::NoHome => {
                true
            }
            Self::Store(error) => {
                matches!(error, StoreError::NotBuiltIn(_) | StoreError::Unsafe { .. })
            }
            Self::Home { .. } | Self::Heads(_) => false,
        }
    }
}

impl Globals {
    /// Fills in what the caller left open.
    ///
    /// # Errors
    /// When no home is known, or a store is asked for that is not built in.
    pub fn resolve(wishes: Wishes) -> Result<Self, AppError> {
        let store = store_kind(wishes.store.as_deref(), env::names_redis())?;
        let home = wishes.home.or_else(env::default_home).ok_or(AppError::NoHome)?;
        // A lease and a signed head must mean the same file wherever the next command is run.
        let home =
            std::path::absolute(&home).map_err(|why| AppError::Home { path: home.clone(), why })?;
        let config = wishes.config.unwrap_or_else(|| home.join("countersign.toml"));
        Ok(Self { home, config, tenant: wishes.tenant.unwrap_or_default(), store })
    }
}

/// A named store counts; a Redis in the environment asks for one only where nothing is named.
fn store_kind(named: Option<&str>, redis: bool) -> Result<StoreKind, AppError> {
    match named.map(|kind| kind.trim().to_ascii_lowercase()).as_deref() {
        Some("sqlite") => Ok(StoreKind::Sqlite),
        Some("in_memory" | "memory") => Ok(StoreKind::InMemory),
        None | Some("") if redis => {
            Err(AppError::NotBuiltIn { by: "REDIS_URL", kind: "redis".to_owned() })
        }
        None | Some("") => Ok(StoreKind::Sqlite),
        Some(other) => {
            Err(AppError::NotBuiltIn { by: "--store or APPROVAL_STORE", kind: other.to_owned() })
        }
    }
}

/// Everything that commands and servers work with.
#[derive(Debug)]
pub struct App {
    /// Where we live.
    pub home: PathBuf,
    /// What the configuration in force decides, the environment's word included.
    pub config: Config,
    /// Where it comes from: the file, and what is accepted of it.
    pub configured: Configured,
    /// What must survive.
    pub store: Arc<dyn Store>,
    /// The record.
    pub journal: Journal,
    /// Where questions are put and answered.
    pub desk: Desk,
    /// Signs where the record stands.
    pub heads: Heads,
    /// The sealed world of this process.
    pub tenant: Tenant,
}

impl App {
    /// Opens the store, finds the configuration in force and puts the parts together. Nothing is accepted by that: only
    /// who serves accepts.
    ///
    /// # Errors
    /// [`AppError`]; nothing is half open then.
    pub async fn open(globals: &Globals) -> Result<Self, AppError> {
        Self::with_heads(globals, Heads::open, false).await
    }

    /// The same for accepting the file, also where what was accepted is not understood any more.
    ///
    /// # Errors
    /// [`AppError`]; nothing is half open then.
    pub async fn open_to_accept(globals: &Globals) -> Result<Self, AppError> {
        Self::with_heads(globals, Heads::open, true).await
    }

    /// The same for looking at the journal only: a key that was lost or exchanged is then found, not stumbled over.
    ///
    /// # Errors
    /// [`AppError`]; nothing is half open then.
    pub async fn open_to_audit(globals: &Globals) -> Result<Self, AppError> {
        Self::with_heads(globals, Heads::reading, false).await
    }

    async fn with_heads(
        globals: &Globals,
        heads: impl FnOnce(&Path) -> Result<Heads, HeadsError>,
        to_accept: bool,
    ) -> Result<Self, AppError> {
        if !globals.home.join("countersign.db").exists() {
            // With a file that is wrong nothing is begun.
            config::load(&globals.config)?;
        }
        let overrides = overrides()?;
        make_home(&globals.home)?;
        let (store, heads): (Arc<dyn Store>, Heads) = match globals.store {
            StoreKind::Sqlite => (sqlite::open(&globals.home)?, heads(&globals.home)?),
            StoreKind::InMemory => (sqlite::memory()?, Heads::memory()?),
        };
        let configured =
            Configured::new(&globals.config, &globals.tenant, Arc::clone(&store), overrides);
        let config = match configured.look().await?.to_start_with() {
            Err(ConfigError::Accepted { .. }) if to_accept => {
                overrides.over(config::load(&globals.config)?)
            }
            config => config?,
        };
        Ok(Self {
            home: globals.home.clone(),
            journal: Journal::new(Arc::clone(&store)).recording(&config),
            desk: Desk::new(Arc::clone(&store), terms(&config.approvals)),
            heads,
            tenant: globals.tenant.clone(),
            config,
            configured,
            store,
        })
    }

    /// Goes over to another world: there another configuration may be accepted.
    ///
    /// # Errors
    /// [`AppError`]; this one stays then.
    pub async fn enter(&mut self, tenant: &Tenant) -> Result<(), AppError> {
        if self.tenant == *tenant {
            return Ok(());
        }
        let configured = self.configured.of(tenant);
        let config = configured.look().await?.to_start_with()?;
        self.desk = Desk::new(Arc::clone(&self.store), terms(&config.approvals));
        (self.configured, self.config, self.tenant) = (configured, config, tenant.clone());
        Ok(())
    }
}

/// How questions live under this configuration.
pub(in crate::app) fn terms(approvals: &Approvals) -> Terms {
    Terms { answer_within: millis(approvals.answer_within), yes_life: millis(approvals.yes_life) }
}

/// What the environment says over the configuration.
fn overrides() -> Result<Overrides, AppError> {
    let life = env::yes_life();
    let life = life.map(|text| config::yes_life(Some(&text), &Approvals::default())).transpose()?;
    Ok(Overrides {
        auth_enabled: env::auth_enabled()?,
        yes_life: life,
        enforcement: env::enforcement()?,
    })
}

/// The configuration of the file alone, with the environment's word in it, whatever is accepted.
///
/// # Errors
/// When the file or a variable is wrong.
pub fn effective_config(path: &Path) -> Result<Config, AppError> {
    Ok(overrides()?.over(config::load(path)?))
}

/// What plans and the like are checked against by a command that makes nothing, not even a store: the configuration in
/// force and what stands in the store, or the file alone where there is no store.
///
/// # Errors
/// When the file or a variable is wrong, or a store that is there cannot be used.
pub async fn in_force(globals: &Globals) -> Result<(Config, StoredPolicy), AppError> {
    let there = globals.home.join("countersign.db").exists();
    if globals.store == StoreKind::InMemory || !there {
        return Ok((effective_config(&globals.config)?, StoredPolicy::default()));
    }
    let store: Arc<dyn Store> = sqlite::open(&globals.home)?;
    let configured =
        Configured::new(&globals.config, &globals.tenant, Arc::clone(&store), overrides()?);
    let config = configured.look().await?.to_start_with()?;
    Ok((config, store.stored_policy(&globals.tenant).await?))
}

/// Writes down that the keys of the signed heads were lost or exchanged: a look at the journal that ends there has no more
/// than the store.
pub async fn tell_of_keys(globals: &Globals) {
    if globals.store == StoreKind::Sqlite
        && let Ok(store) = sqlite::open(&globals.home)
    {
        crate::journal::tell_of_keys(store.as_ref(), &globals.tenant).await;
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn make_home(path: &Path) -> Result<(), AppError> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|why| AppError::Home { path: path.to_owned(), why })
}

#[cfg(test)]
mod tests {
    use crate::app::{AppError, StoreKind, store_kind};

    #[test]
    fn a_store_that_is_not_built_in_is_refused_by_name_and_never_replaced() {
        assert_eq!(store_kind(None, false).unwrap(), StoreKind::Sqlite);
        assert_eq!(store_kind(Some("in_memory"), true).unwrap(), StoreKind::InMemory);
        let told = store_kind(Some("redis"), false).unwrap_err();
        assert!(told.to_string().contains("`redis`") && told.is_configuration(), "{told}");
        let told = store_kind(None, true).unwrap_err();
        assert!(matches!(told, AppError::NotBuiltIn { by: "REDIS_URL", .. }), "{told}");
    }
}
