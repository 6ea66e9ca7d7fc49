//! How policy changes, what its modules are given, and what may be spent.

use crate::config::error::ConfigError;
use crate::config::raw;
use crate::config::resolve::within;
use crate::domain::money::Usd;
use crate::domain::policy::OnError;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// `[policy]`, with every default filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Governance {
    /// Whether modules judge. The environment's word is the caller's to add.
    pub enforcement: bool,
    /// Whether an admin's own change needs another admin.
    pub four_eyes: bool,
    /// The name of the project that this home serves.
    pub project: Option<String>,
    /// How far back recent calls are counted.
    pub window: Duration,
    /// JSON pointers into a decision's input whose values are never stored.
    pub mask: Vec<String>,
    /// What modules find under `data.config`.
    pub config: serde_json::Value,
    /// A policy server that is asked too.
    pub remote: Option<Remote>,
}

impl Default for Governance {
    fn default() -> Self {
        Self {
            enforcement: true,
            four_eyes: false,
            project: None,
            window: Duration::from_secs(60),
            mask: Vec::new(),
            config: serde_json::Value::Object(serde_json::Map::new()),
            remote: None,
        }
    }
}

/// A policy server elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Its address with the path of the decision.
    pub url: String,
    /// How long it may take.
    pub timeout: Duration,
    /// What holds when it does not answer.
    pub on_error: OnError,
}

/// Whose spending counts together.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum BudgetScope {
    /// That of everybody in this world.
    #[default]
    Tenant,
    /// Of each agent, by its principal.
    Agent,
    /// Of each session.
    Session,
    /// Of each server.
    Upstream,
}

/// What may be spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// How much.
    pub limit: Usd,
    /// How far back spending counts.
    pub window: Duration,
    /// Whose spending counts together.
    pub scope: BudgetScope,
}

/// What one call of a tool costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cost {
    /// So much.
    Fixed(Usd),
    /// What the call itself says at this JSON pointer.
    Told(String),
}

pub(crate) fn governance(raw: raw::Policy, file: &Path) -> Result<Governance, ConfigError> {
    let wrong = |at: &str, message: &str| ConfigError::meaning(file, at, message);
    let usual = Governance::default();
    if raw.mask.iter().any(|pointer| !pointer.starts_with('/')) {
        return Err(wrong("`policy.mask`", "must hold JSON pointers, such as `/resource/query`"));
    }
    if raw.project.as_ref().is_some_and(|name| name.is_empty() || name.len() > 64) {
        return Err(wrong("`policy.project`", "is a name of 1 to 64 bytes"));
    }
    let config = serde_json::to_value(raw.config)
        .map_err(|e| wrong("`policy.config`", &format!("cannot be given to modules: {e}")))?;
    Ok(Governance {
        enforcement: raw.enforcement.unwrap_or(usual.enforcement),
        four_eyes: raw.four_eyes,
        project: raw.project,
        window: within(raw.window, usual.window, DAY, "`policy.window`", file)?,
        mask: raw.mask,
        config,
        remote: raw.remote.map(|remote| self::remote(remote, file)).transpose()?,
    })
}

fn remote(raw: raw::Remote, file: &Path) -> Result<Remote, ConfigError> {
    let wrong = |at: &str, message: &str| ConfigError::meaning(file, at, message);
    if !raw.url.starts_with("http://") && !raw.url.starts_with("https://") {
        return Err(wrong("`policy.remote.url`", "must begin with `http://` or `https://`"));
    }
    let timeout = raw.timeout.map_or(Duration::from_secs(1), |span| span.0);
    if timeout.is_zero() || timeout > Duration::from_secs(10) {
        return Err(wrong("`policy.remote.timeout`", "must be from 1ms to 10s"));
    }
    Ok(Remote { url: raw.url, timeout, on_error: raw.on_error })
}

pub(crate) fn budgets(
    raw: BTreeMap<String, raw::Budget>,
    file: &Path,
) -> Result<BTreeMap<String, Budget>, ConfigError> {
    raw.into_iter()
        .map(|(name, budget)| {
            let at = |key: &str| format!("`budget.{name}.{key}`");
            let limit = Usd::from_dollars(budget.limit_usd).ok_or_else(|| {
                ConfigError::meaning(file, at("limit_usd"), "must be a number of dollars from 0")
            })?;
            let window = within(budget.window, DAY, DAY * 365, &at("window"), file)?;
            Ok((name, Budget { limit, window, scope: budget.scope }))
        })
        .collect()
}

pub(crate) fn cost(raw: raw::Cost, at: &str, file: &Path) -> Result<Cost, ConfigError> {
    let wrong = |message: &str| Err(ConfigError::meaning(file, at, message));
    match raw {
        raw::Cost::Fixed(dollars) => match Usd::from_dollars(dollars) {
            Some(amount) => Ok(Cost::Fixed(amount)),
            None => wrong("must be a number of dollars from 0"),
        },
        raw::Cost::Told(told) if told.pointer.starts_with('/') => Ok(Cost::Told(told.pointer)),
        raw::Cost::Told(_) => wrong("`pointer` must be a JSON pointer, such as `/max_usd`"),
    }
}
