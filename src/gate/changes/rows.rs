//! Rules and modules that stand, of the configuration and of the store, in one shape for lists.

use crate::config::{Config, Rule};
use crate::domain::digest::Digest;
use crate::domain::id::RuleId;
use crate::domain::policy::{
    ModuleStatus, OnError, RuleSpec, Scope, StoredModule, StoredPolicy, StoredRule,
};
use crate::domain::ruling::{Tier, Verdict};
use serde::Serialize;
use serde_json::{Map, Value};

const CONFIGURATION: &str = "configuration";
const STORE: &str = "store";

/// One rule.
#[derive(Debug, Clone, Serialize)]
pub struct RuleRow {
    /// Always `rule`.
    pub kind: &'static str,
    /// Its id; `None` of one of the configuration.
    pub id: Option<RuleId>,
    /// Its name in rulings.
    pub name: Option<String>,
    /// Glob over `server__tool`.
    pub tool: Option<String>,
    /// Regular expression over every text of the arguments.
    pub pattern: Option<String>,
    /// Conditions over arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Map<String, Value>>,
    /// What holds when it matches.
    pub effect: Verdict,
    /// How sure its author is.
    pub score: Option<f64>,
    /// The gravest tier that an allow reaches.
    pub allow_tier: Option<Tier>,
    /// The least tier of the calls that an ask or deny matches.
    pub tier: Option<Tier>,
    /// Why.
    pub reason: Option<String>,
    /// `configuration` or `store`.
    pub source: &'static str,
    /// The version that brought it; `None` of one of the configuration.
    pub version: Option<u64>,
    /// Who had it put there.
    pub added_by: Option<String>,
    /// When.
    pub added_at: Option<String>,
}

/// One module, without its text.
#[derive(Debug, Clone, Serialize)]
pub struct ModuleRow {
    /// Always `module`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its package.
    pub package: Option<String>,
    /// For people.
    pub description: String,
    /// Whether it judges.
    pub status: ModuleStatus,
    /// Whose calls it judges.
    pub scope: Scope,
    /// Which session, project or user.
    pub scope_id: Option<String>,
    /// What holds when it fails.
    pub on_error: OnError,
    /// SHA-256 of its text.
    pub digest: Digest,
    /// `configuration` or `store`.
    pub source: &'static str,
    /// Counts its changes; `None` of one of the configuration.
    pub version: Option<u64>,
    /// Who changed it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<String>,
}

/// Every rule: those of the configuration as written, then those of the store, oldest first.
#[must_use]
pub fn rules(config: &Config, stored: &StoredPolicy) -> Vec<RuleRow> {
    config.rules.iter().map(configured).chain(stored.rules.iter().map(kept)).collect()
}

/// Every module: those of the configuration, then those of the store.
#[must_use]
pub fn modules(config: &Config, stored: &StoredPolicy) -> Vec<ModuleRow> {
    let of_file = config.modules.iter().map(|m| module(m, CONFIGURATION));
    of_file.chain(stored.modules.iter().map(|m| module(m, STORE))).collect()
}

fn configured(rule: &Rule) -> RuleRow {
    let name = Some(rule.name.clone());
    RuleRow { name, ..row(rule.spec(), CONFIGURATION) }
}

fn kept(rule: &StoredRule) -> RuleRow {
    RuleRow {
        id: Some(rule.id),
        version: Some(rule.version),
        added_by: Some(rule.added_by.to_string()),
        added_at: Some(rule.at.rfc3339()),
        ..row(&rule.spec, STORE)
    }
}

fn row(spec: &RuleSpec, source: &'static str) -> RuleRow {
    RuleRow {
        kind: "rule",
        id: None,
        name: spec.name.clone(),
        tool: spec.tool.clone(),
        pattern: spec.pattern.clone(),
        when: spec.when.clone(),
        effect: spec.effect,
        score: spec.score,
        allow_tier: spec.allow_tier,
        tier: spec.tier,
        reason: spec.reason.clone(),
        source,
        version: None,
        added_by: None,
        added_at: None,
    }
}

fn module(module: &StoredModule, source: &'static str) -> ModuleRow {
    let stored = source == STORE;
    ModuleRow {
        kind: "module",
        name: module.name.clone(),
        package: package(&module.text),
        description: module.description.clone(),
        status: module.status,
        scope: module.scope,
        scope_id: module.scope_id.clone(),
        on_error: module.on_error,
        digest: Digest::sha256(&[module.text.as_bytes()]),
        source,
        version: stored.then_some(module.version),
        changed_by: stored.then(|| module.changed_by.to_string()),
        changed_at: stored.then(|| module.at.rfc3339()),
    }
}

/// What the text says it is the package of.
fn package(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    let name = lines.find_map(|line| line.strip_prefix("package "))?;
    Some(name.split_whitespace().next()?.to_owned())
}
