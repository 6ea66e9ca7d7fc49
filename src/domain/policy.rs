//! Policy as something that changes: a diff, the rules and modules that stand, the version that a change makes.
//!
//! A diff is one JSON object, `{add, remove, modules, meta}`, and is read strictly: whoever decides about it decides
//! about exactly its bytes, so its hash is over the canonical text and a member that we do not know is refused.

use crate::domain::digest::Digest;
use crate::domain::id::RuleId;
use crate::domain::principal::Principal;
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A change of policy, as proposed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyDiff {
    /// Rules to add.
    pub add: Vec<RuleSpec>,
    /// Rules to take away, by their ids.
    pub remove: Vec<RuleId>,
    /// Modules to put, to switch or to take away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<ModuleChange>,
    /// Who made it and how: `proposed_by`, `model_version`, `generated_at` and what else its maker tells. Decides nothing.
    pub meta: Map<String, Value>,
}

/// One rule as written: the same members as `[[rule]]` of the configuration. It has `tool`, or `pattern`, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Glob over `server__tool`. Default, beside a `pattern`: every tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Regular expression over every text of the arguments; `\bterm\b` is a word whatever its case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Conditions over arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Map<String, Value>>,
    /// What holds when it matches.
    pub effect: Verdict,
    /// How sure its author is, 0 to 1. Decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Its name in rulings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why, in a sentence that the asker is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The gravest tier that an allow reaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_tier: Option<Tier>,
    /// The least tier of the calls that an ask or deny matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Arguments that it must match.
    #[serde(default, rename = "match", skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<Map<String, Value>>,
    /// Arguments that it must not match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_match: Vec<Map<String, Value>>,
}

/// What a diff does with one module. With `remove` it has its name alone; without `text` the module that stands, or the
/// template of that name, is taken and only what is written changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleChange {
    /// Its name: `[a-z][a-z0-9_]{0,39}`.
    pub name: String,
    /// The Rego text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it judges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ModuleStatus>,
    /// Whose calls it judges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Which session, project or user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_id: Option<String>,
    /// What holds when it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error: Option<OnError>,
    /// Takes it away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub remove: bool,
}

/// Whether a module judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModuleStatus {
    /// It judges.
    Active,
    /// It does not.
    #[default]
    Inactive,
    /// It does not, and need not even be whole: it must pass the admission gate to become active.
    Draft,
}

/// Whose calls a module judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everybody's.
    #[default]
    Global,
    /// Those of one session, by its id.
    Session,
    /// Those of processes whose configuration says `policy.project`.
    Project,
    /// Those of agents of one OS user: what stands before the `/` in an agent's name.
    User,
}

/// What holds when a module fails: undefined, of a wrong type, over its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// It says nothing; the failure is on record.
    #[default]
    Allow,
    /// The call is denied.
    Deny,
}

macro_rules! words {
    ($name:ident, $($variant:ident = $word:literal),*) => {
        impl $name {
            /// Its word on the wire and in the store.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                [$(Self::$variant),*].into_iter().find(|w| w.as_str() == word)
            }
        }
    };
}

words!(ModuleStatus, Active = "active", Inactive = "inactive", Draft = "draft");
words!(Scope, Global = "global", Session = "session", Project = "project", User = "user");
words!(OnError, Allow = "allow", Deny = "deny");

/// One rule that stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredRule {
    /// Its id.
    pub id: RuleId,
    /// What it says.
    pub spec: RuleSpec,
    /// Who had it put there.
    pub added_by: Principal,
    /// When.
    pub at: Millis,
    /// The version that brought it.
    pub version: u64,
}

/// One module that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredModule {
    /// Its name, unique.
    pub name: String,
    /// The Rego text.
    pub text: String,
    /// For people.
    pub description: String,
    /// Whether it judges.
    pub status: ModuleStatus,
    /// Whose calls it judges.
    pub scope: Scope,
    /// Which session, project or user; `None` with `global`.
    pub scope_id: Option<String>,
    /// What holds when it fails.
    pub on_error: OnError,
    /// Who changed it last.
    pub changed_by: Principal,
    /// When.
    pub at: Millis,
    /// Counts its own changes, from 1; not the version of the policy.
    pub revision: u64,
}

/// What stands in the store of one tenant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredPolicy {
    /// The version that changed it last; 0 before the first.
    pub version: u64,
    /// Its rules, oldest first.
    pub rules: Vec<StoredRule>,
    /// Its modules, by name.
    pub modules: Vec<StoredModule>,
}

/// What made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionKind {
    /// A process met a configuration or a program that this store had not seen.
    Loaded,
    /// A diff was applied.
    Applied,
    /// A version was taken back.
    RolledBack,
}

words!(VersionKind, Loaded = "loaded", Applied = "applied", RolledBack = "rolled_back");

/// One version of the policy.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyVersion {
    /// Its number; rulings name it.
    pub version: u64,
    /// What made it.
    pub kind: VersionKind,
    /// SHA-256 over everything that judges since then.
    pub digest: String,
    /// When.
    pub at: Millis,
    /// Who decided; `None` of one that was only loaded.
    pub by: Option<Principal>,
    /// Whether he proposed it himself.
    pub self_confirmed: bool,
    /// In his words.
    pub comment: Option<String>,
    /// The version that changed the store before.
    pub parent: Option<u64>,
    /// The version that it takes back.
    pub rolls_back: Option<u64>,
    /// What was applied.
    pub diff: Option<PolicyDiff>,
    /// What takes it back: whole rows, so that they come back as they were.
    pub inverse: Option<Inverse>,
}

/// What takes a version back, exactly.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inverse {
    /// Rules that the version added.
    pub remove: Vec<RuleId>,
    /// Rules that it took away, as they stood.
    pub restore: Vec<StoredRule>,
    /// Modules that it touched, as they stood; `None` of one that was not there.
    pub modules: Vec<(String, Option<StoredModule>)>,
}

/// The digest of everything that judges: this program, the configuration, and which version of the store.
#[must_use]
pub fn digest_in_force(config: &Digest, stored: u64) -> String {
    let program = concat!("countersign/", env!("CARGO_PKG_VERSION"), "/policy\n");
    if stored == 0 {
        return Digest::sha256(&[program.as_bytes(), &config.0]).to_string();
    }
    Digest::sha256(&[program.as_bytes(), &config.0, &stored.to_be_bytes()]).to_string()
}
