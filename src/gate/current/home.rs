//! What holds for changes of policy whatever configuration a process was started with: the word of the home's own file.
//!
//! Whoever starts a command chooses its `--config`. So whether two admins must say yes, and how grave a change is, is never
//! taken from that alone: the configuration accepted for the file in the home counts, too, and the stricter of both holds.
//! Nothing here is written.

use crate::config::{Config, Overrides, Source, Stance};
use crate::domain::principal::Tenant;
use crate::gate::current::{Configured, LookError};
use crate::store::{Store, StoreError};
use std::sync::Arc;

/// The configuration's name in the home.
const FILE: &str = "countersign.toml";

/// What the home's own configuration asks of a change.
#[derive(Debug, Default)]
pub struct OfHome {
    /// Whether it wants two admins; also when nobody can tell.
    pub four_eyes: bool,
    /// The configuration itself; `None` in memory and where it is not understood.
    pub config: Option<Config>,
}

impl OfHome {
    /// Looks it up.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look(store: &Arc<dyn Store>, tenant: &Tenant) -> Result<Self, StoreError> {
        let Some(home) = store.home() else { return Ok(Self::default()) };
        let file = home.join(FILE);
        let of_home = Configured::new(&file, tenant, Arc::clone(store), Overrides::default());
        let look = match of_home.look().await {
            Ok(look) => look,
            Err(LookError::Store(error)) => return Err(error),
            Err(LookError::Config(_)) => return Ok(Self { four_eyes: true, config: None }),
        };
        Ok(match look.in_force() {
            Ok(config) => Self { four_eyes: config.governance.four_eyes, config: Some(config) },
            // A newer program wrote it. What it says of this alone can still be read.
            Err(_) => {
                let text = look.accepted.map(|accepted| accepted.text).unwrap_or_default();
                Self { four_eyes: Source::of_text(&text).may_want_four_eyes(), config: None }
            }
        })
    }

    /// The stricter stance of this and a process's own configuration.
    #[must_use]
    pub fn stance(&self, own: &Config) -> Stance {
        match &self.config {
            Some(config) if config.stance == Stance::Deny => Stance::Deny,
            _ => own.stance,
        }
    }
}

impl Configured {
    /// Whether two admins must accept an edit of this configuration that loosens: by what is accepted of it, or by the
    /// home's own.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn wants_four_eyes(&self) -> Result<bool, StoreError> {
        if OfHome::look(&self.store, &self.tenant).await?.four_eyes {
            return Ok(true);
        }
        let accepted = self.store.accepted_config(&self.tenant, &self.path).await?;
        Ok(accepted.is_some_and(|accepted| Source::of_text(&accepted.text).may_want_four_eyes()))
    }
}
