//! How policy changes, what its modules are given, and what may be spent.

use crate::config::error::ConfigError;
use crate::config::raw;
use crate::config::resolve::within;
use crate::domain::json::Node;
use crate::domain::money::Usd;
use crate::domain::policy::OnError;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// `[policy]`, with every default filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Governance {
    /// Whether modules judge and the policy server elsewhere is asked. The environment's word is the caller's to add.
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
    /// Of each agent, by its principal. A client says its own name: one that can be started under another has another.
    Agent,
    /// Of each session. Whoever can begin another session has the whole of it again.
    Session,
    /// Of each server.
    Upstream,
}

impl BudgetScope {
    /// Its word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Agent => "agent",
            Self::Session => "session",
            Self::Upstream => "upstream",
        }
    }
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

/// What one call of a tool costs. What servers say of it in their answers counts for nothing: they are who is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cost {
    /// So much.
    Fixed(Usd),
    /// What the call itself says at this JSON pointer: the most that it may cost, for a server that keeps to it.
    Told(String),
}

/// A call does not say what it costs, or not in a way that can be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the call must say at `{pointer}` what it may cost: a number of US dollars from 0 and below a billion"
)]
pub struct CostUnknown {
    /// Where it must say so.
    pub pointer: String,
}

/// What one call costs under the `costs` of its server: those of its tool, else those of `*`. `None` when neither is
/// there: such a call costs nothing.
#[must_use]
pub fn cost_of(
    costs: &BTreeMap<String, Cost>,
    tool: &str,
    arguments: Option<&Node<'_>>,
) -> Option<Result<Usd, CostUnknown>> {
    match costs.get(tool).or_else(|| costs.get("*"))? {
        Cost::Fixed(amount) => Some(Ok(*amount)),
        Cost::Told(pointer) => {
            let told = match arguments.and_then(|arguments| arguments.pointer(pointer)) {
                Some(Node::Number(digits)) => Usd::from_number(digits),
                _ => None,
            };
            Some(told.ok_or_else(|| CostUnknown { pointer: pointer.clone() }))
        }
    }
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
            // Agents read it when it has not enough left.
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
            if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
                let message = "a budget's name is 1 to 64 of `A-Z a-z 0-9 . _ -`";
                return Err(ConfigError::meaning(file, "`budget`", message));
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn a_call_costs_what_is_written_or_what_it_says() {
        let costs: BTreeMap<String, Cost> = [
            ("chat".to_owned(), Cost::Told("/max/usd".to_owned())),
            ("free".to_owned(), Cost::Fixed(Usd(0))),
            ("*".to_owned(), Cost::Fixed(Usd(20_000))),
        ]
        .into();
        let of = |tool: &str, arguments: &str| {
            let node = parse(arguments, &Limits::ARGUMENTS).unwrap();
            cost_of(&costs, tool, Some(&node))
        };
        assert_eq!(of("chat", r#"{"max":{"usd":0.25}}"#), Some(Ok(Usd(250_000))));
        assert_eq!(of("free", "{}"), Some(Ok(Usd(0))));
        assert_eq!(of("other", "{}"), Some(Ok(Usd(20_000))));
        for amiss in [
            "{}",
            r#"{"max":{}}"#,
            r#"{"max":{"usd":"0.25"}}"#,
            r#"{"max":{"usd":-1}}"#,
            r#"{"max":{"usd":-0.0}}"#,
            r#"{"max":{"usd":1e9}}"#,
            r#"{"max":{"usd":null}}"#,
            r#"{"max":{"usd":[0]}}"#,
            r#"{"/max/usd":0.25}"#,
        ] {
            assert!(matches!(of("chat", amiss), Some(Err(_))), "{amiss}");
        }
        assert!(matches!(cost_of(&costs, "chat", None), Some(Err(_))));
        assert_eq!(cost_of(&BTreeMap::new(), "chat", None), None);
    }
}
