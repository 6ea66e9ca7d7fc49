//! The words that plans may use: actions, providers, and which fit each other. Everything else is refused.

use crate::config::{Environment, Plans, StepTool};
use crate::domain::ruling::Tier;
use std::collections::{BTreeMap, HashMap};

/// What is known of an action.
#[derive(Debug, Clone)]
pub struct KnownAction {
    /// Its canonical name.
    pub name: String,
    /// The family that its provider must be of.
    pub family: String,
    /// The least tier, wherever and with whatever parameters.
    pub least: Tier,
    /// It only reads.
    pub reads: bool,
    /// The name that rules know it by: `ir:` and its own.
    pub(crate) judged_as: String,
}

/// What is known of a provider.
#[derive(Debug, Clone)]
pub struct KnownProvider {
    /// Its canonical name.
    pub name: String,
    /// The family of actions that it takes.
    pub family: String,
    /// What kind of world it writes to; unknown is production.
    pub environment: Environment,
    /// The server that its steps are sent to.
    pub upstream: Option<String>,
    /// Which tool does which action, by canonical name.
    pub tools: BTreeMap<String, StepTool>,
}

/// Every action and provider that a plan may name.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    actions: HashMap<String, KnownAction>,
    providers: HashMap<String, KnownProvider>,
}

impl Vocabulary {
    /// The built-in words and those of the configuration.
    #[must_use]
    pub fn of(plans: &Plans) -> Self {
        let _ = plans;
        Self::default()
    }

    /// The action of this name, or that this is another name of.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&KnownAction> {
        self.actions.get(name)
    }

    /// The provider of this name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&KnownProvider> {
        self.providers.get(name)
    }
}
