//! Rules and modules that stand, of the configuration and of the store, in one shape for lists; and the modules that come
//! along and stand nowhere yet, so that they are found. What would not judge must not be listed as if it did.

use crate::config::{Config, Rule};
use crate::domain::digest::Digest;
use crate::domain::id::RuleId;
use crate::domain::policy::{
    ModuleStatus, OnError, RuleSpec, Scope, StoredModule, StoredPolicy, StoredRule,
};
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::visible::{inline, shorten};
use crate::policy::diff::rule_words;
use crate::policy::module::compile_once;
use crate::policy::templates::{TEMPLATES, Template};
use serde::Serialize;
use serde_json::{Map, Value};

const CONFIGURATION: &str = "configuration";
const STORE: &str = "store";
const TEMPLATE: &str = "template";
/// Instead of a status: it should judge and cannot.
const BROKEN: &str = "broken";
/// Characters of a rule in a line.
const LINE_MAX: usize = 400;

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
    /// The version of the policy that brought it; `None` of one of the configuration.
    pub version: Option<u64>,
    /// Who had it put there.
    pub added_by: Option<String>,
    /// When.
    pub added_at: Option<String>,
    /// Everything that decides, in a line; safe to show.
    #[serde(skip)]
    pub line: String,
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
    /// Whether it judges: `active`, `inactive`, `draft`; `broken` where it should and cannot.
    pub status: &'static str,
    /// Whose calls it judges.
    pub scope: Scope,
    /// Which session, project or user.
    pub scope_id: Option<String>,
    /// What holds when it fails.
    pub on_error: OnError,
    /// SHA-256 of its text.
    pub digest: Digest,
    /// `configuration`, `store`, or `template`: it comes along and stands nowhere yet.
    pub source: &'static str,
    /// Counts its own changes; `None` of one that is not of the store.
    pub revision: Option<u64>,
    /// Who changed it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<String>,
}

/// Every rule: those of the configuration as written, then those of the store, oldest first.
#[must_use]
pub(in crate::gate::changes) fn rules(config: &Config, stored: &StoredPolicy) -> Vec<RuleRow> {
    config.rules.iter().map(configured).chain(stored.rules.iter().map(kept)).collect()
}

/// Every module: those of the configuration, those of the store, then the templates whose names are free.
#[must_use]
pub(in crate::gate::changes) fn modules(config: &Config, stored: &StoredPolicy) -> Vec<ModuleRow> {
    let mut rows: Vec<ModuleRow> = config
        .modules
        .iter()
        .map(|m| module(m, CONFIGURATION))
        .chain(stored.modules.iter().map(|m| module(m, STORE)))
        .collect();
    let free = |template: &&Template| rows.iter().all(|row| row.name != template.name);
    let free: Vec<ModuleRow> = TEMPLATES.iter().filter(free).map(of_template).collect();
    rows.extend(free);
    rows
}

/// Marks modules that should judge and do not compile. Where a policy of them judges already there are none.
pub(in crate::gate::changes) fn mark_broken(
    rows: &mut [ModuleRow],
    config: &Config,
    stored: &StoredPolicy,
) {
    for module in config.modules.iter().chain(&stored.modules) {
        let judges = module.status == ModuleStatus::Active;
        if judges && compile_once(&module.name, &module.text, &config.governance.config).is_err() {
            let named = rows.iter_mut().filter(|row| row.name == module.name);
            named.for_each(|row| row.status = BROKEN);
        }
    }
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
        line: shorten(&inline(&rule_words(spec)), LINE_MAX),
    }
}

fn module(module: &StoredModule, source: &'static str) -> ModuleRow {
    let stored = source == STORE;
    ModuleRow {
        kind: "module",
        name: module.name.clone(),
        package: package(&module.text),
        description: module.description.clone(),
        status: module.status.as_str(),
        scope: module.scope,
        scope_id: module.scope_id.clone(),
        on_error: module.on_error,
        digest: Digest::sha256(&[module.text.as_bytes()]),
        source,
        revision: stored.then_some(module.revision),
        changed_by: stored.then(|| module.changed_by.to_string()),
        changed_at: stored.then(|| module.at.rfc3339()),
    }
}

fn of_template(template: &Template) -> ModuleRow {
    ModuleRow {
        kind: "module",
        name: template.name.to_owned(),
        package: package(template.text),
        description: template.description.to_owned(),
        status: ModuleStatus::Inactive.as_str(),
        scope: Scope::default(),
        scope_id: None,
        on_error: template.on_error,
        digest: Digest::sha256(&[template.text.as_bytes()]),
        source: TEMPLATE,
        revision: None,
        changed_by: None,
        changed_at: None,
    }
}

/// What the text says it is the package of.
fn package(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim);
    let name = lines.find_map(|line| line.strip_prefix("package "))?;
    Some(name.split_whitespace().next()?.to_owned())
}
