//! What `countersign.toml` says, and what it means.
//!
//! Two steps: [`raw`](crate::config::raw) is the file word for word, every default documented on its field;
//! [`resolve`](crate::config::resolve) turns it into a [`Config`] that leaves no question open, so nothing further
//! up ever asks "and if it is not set?". A file that is wrong in any place is refused whole, with the line, because
//! half a policy is a policy nobody wrote. Only [`load`] touches the disk; the clock and the environment are the
//! caller's. Of the other modules this one knows `domain` only; `policy` builds on it.

mod clients;
mod condition;
mod error;
mod example;
mod governance;
pub(crate) mod lexical;
pub mod loosening;
mod modules;
pub(crate) mod number;
mod overrides;
pub(crate) mod pattern;
mod people;
mod plans;
mod quorum;
pub mod raw;
pub mod receiver;
mod resolve;
mod rule;
mod safety;
mod search;
mod shape;
mod site;
mod source;
mod subject;
#[cfg(test)]
mod tests;
mod toolset;
mod units;
mod upstream;
mod written;

use crate::domain::digest::Digest;
use crate::domain::policy::StoredModule;
use crate::domain::ruling::Tier;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

pub(crate) use crate::config::clients::{families, is_family_alone};
pub use crate::config::error::ConfigError;
pub use crate::config::governance::{
    Budget, BudgetScope, Cost, CostUnknown, Governance, Remote, cost_of,
};
pub use crate::config::modules::{FOLDER as MODULES, files as module_files};
pub use crate::config::overrides::Overrides;
pub use crate::config::people::{Console, LISTEN, Notify, Smtp, SmtpTls};
pub use crate::config::plans::{Directive, Plans, Provider, StepTool};
pub use crate::config::quorum::{Quorum, Quorums};
pub use crate::config::raw::Person;
pub use crate::config::resolve::{upstream_name, yes_life};
pub use crate::config::rule::{Rule, RuleFault};
pub(crate) use crate::config::shape::Key;
pub use crate::config::site::Site;
pub use crate::config::source::Source;
pub use crate::config::subject::Subject;
pub use crate::config::toolset::Toolset;
pub(crate) use crate::config::units::duration;
pub use crate::config::upstream::{ActionMap, Program, Reach, Upstream, UpstreamRequest};

/// Everything the configuration decides, with every default filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// From this tier on an unmatched call asks: 1 to 3.
    pub require_approval_tier: Tier,
    /// What holds for a write that nothing matched.
    pub stance: Stance,
    /// Whether asking, reading and validating need a token too. The environment's word is the caller's to add.
    pub auth_enabled: bool,
    /// How questions are asked and how long they live.
    pub approvals: Approvals,
    /// The servers behind us, by name.
    pub upstreams: BTreeMap<String, Upstream>,
    /// The rules, in the order written. Their order decides nothing.
    pub rules: Vec<Rule>,
    /// How policy changes, and what modules are given.
    pub governance: Governance,
    /// What may be spent, by name.
    pub budgets: BTreeMap<String, Budget>,
    /// The modules of the files in `policies/` beside the configuration.
    pub modules: Vec<StoredModule>,
    /// How long the journal keeps what.
    pub retention: Retention,
    /// The pages and the HTTP API for people.
    pub console: Console,
    /// Where notifications may go.
    pub notify: Notify,
    /// How mail is sent; `None` when it is not.
    pub smtp: Option<Smtp>,
    /// Which of our own tools are offered.
    pub toolsets: BTreeSet<Toolset>,
    /// What plans may speak of, and where their steps go.
    pub plans: Plans,
    /// The classes of runs, by name.
    pub directives: BTreeMap<String, Directive>,
    /// Questions that one person does not decide alone, or not anybody.
    pub quorums: Quorums,
    /// Who acts for whom, as written; each quorum has worked it out for its own people.
    pub people: BTreeMap<String, Person>,
    /// What is said of clients, by the name of their `[client.NAME]` table, lower case.
    clients: BTreeMap<String, clients::Client>,
    /// What the rules judge, without what only names or explains them; what two configurations are compared by.
    judging: Vec<loosening::Judging>,
    digest: Digest,
}

impl Default for Config {
    /// What a missing or empty file means.
    fn default() -> Self {
        Self {
            require_approval_tier: Tier::WRITE,
            stance: Stance::Ask,
            auth_enabled: false,
            approvals: Approvals::default(),
            upstreams: BTreeMap::new(),
            rules: Vec::new(),
            governance: Governance::default(),
            budgets: BTreeMap::new(),
            modules: Vec::new(),
            retention: Retention::default(),
            console: Console::default(),
            notify: Notify::default(),
            smtp: None,
            toolsets: [Toolset::Approvals].into(),
            plans: Plans::default(),
            directives: plans::usual_directives(),
            quorums: Quorums::default(),
            people: BTreeMap::new(),
            clients: BTreeMap::new(),
            judging: Vec::new(),
            digest: Digest::sha256(&[b""]),
        }
    }
}

impl Config {
    /// SHA-256 over the bytes of the file; over the empty text when there is none, and over the text of
    /// [`Source`] when modules lie beside it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// How long a waiting call of this client is held before it is told "not yet": the `[client.NAME]` table whose
    /// name is the client's own (`clientInfo.name`), else that of its family, else the built-in value, which always
    /// ends 10 s before the client's own limit, else [`Approvals::hold`].
    #[must_use]
    pub fn hold_for(&self, client: &str) -> Duration {
        let family = clients::family(client);
        let written = |name: &str| self.clients.get(name).and_then(|said| said.hold);
        let of_family = || family.map(|f| written(f.name).unwrap_or(f.hold));
        written(&client.to_lowercase()).or_else(of_family).unwrap_or(self.approvals.hold)
    }

    /// Up to which tier the own user of the client of exactly this name may answer through it; `None` for not at all. `user` is
    /// the user of the token that it shows, where clients show one: a name alone is free to take, so he must be named too.
    #[must_use]
    pub fn answers_up_to(&self, client: &str, user: Option<&str>) -> Option<Tier> {
        let said = self.clients.get(&client.to_lowercase())?;
        let is_named = user.is_none_or(|user| said.users.iter().any(|named| named == user));
        said.answers_up_to.filter(|_| is_named)
    }

    /// What the file says of clients, each under its name.
    pub(crate) fn clients(&self) -> impl Iterator<Item = (&str, &clients::Client)> {
        self.clients.iter().map(|(name, said)| (name.as_str(), said))
    }
}

/// What holds for a write that no rule matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It asks from `require_approval_tier` on and runs below.
    #[default]
    Ask,
    /// It is denied, whatever its tier. Reads still run.
    Deny,
}

/// What a call that needs a yes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnAsk {
    /// Waits for the client's budget, then answers "not yet".
    #[default]
    Hold,
    /// Answers "not yet" at once.
    Pending,
    /// Is refused at once: for scripts that nobody watches.
    Deny,
}

/// How questions are asked and how long they live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvals {
    /// How long a question may wait for an answer.
    pub answer_within: Duration,
    /// How long a yes may wait to be used: 1 s to 24 h.
    pub yes_life: Duration,
    /// How long a call of a client that we do not know is held.
    pub hold: Duration,
    /// Up to which tier an approver's own MCP session may decide, 0 to 2; `None` is off.
    pub mcp_max_tier: Option<Tier>,
    /// What a call that needs a yes does.
    pub on_ask: OnAsk,
}

impl Default for Approvals {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_secs(24 * 3_600),
            yes_life: Duration::from_secs(3_600),
            hold: Duration::from_secs(50),
            mcp_max_tier: None,
            on_ask: OnAsk::Hold,
        }
    }
}

/// What kind of world a server writes to. Unknown is production.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Mistakes are cheap.
    Dev,
    /// Mistakes are cheap, and somebody may be looking.
    Test,
    /// Mistakes cost.
    #[default]
    Production,
}

impl Environment {
    /// Its word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
            Self::Production => "production",
        }
    }
}

/// What reading a resource that the server does not list does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resources {
    /// It asks: a URI that the client makes up can carry anything out.
    #[default]
    Ask,
    /// It is a read.
    Read,
}

/// How long the journal keeps what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Bodies (arguments and the like); their digests stay.
    pub bodies: Duration,
    /// Rows of plain reads.
    pub reads: Duration,
    /// The size that the store may grow to, in bytes.
    pub size: u64,
}

impl Default for Retention {
    fn default() -> Self {
        const DAY: u64 = 24 * 3_600;
        Self {
            bodies: Duration::from_secs(30 * DAY),
            reads: Duration::from_secs(90 * DAY),
            size: 1 << 30,
        }
    }
}

/// Reads the configuration at `path` and the modules beside it. A file that is not there is the default configuration.
///
/// # Errors
/// [`ConfigError::Unsafe`] for a file, or the directory it is in, that somebody else owns or could write, and for a
/// symbolic link to such; [`ConfigError::Unreadable`]; and everything of [`parse`].
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    Source::read(path)?.parse(path)
}

/// Reads a configuration from its text; `file` only names it in errors.
///
/// # Errors
/// [`ConfigError::Text`] with line and column for bad TOML, an unknown key or a wrong type or value;
/// [`ConfigError::Meaning`] for what only shows when two things are seen together; [`ConfigError::Example`] for a
/// rule that disagrees with its own example.
pub fn parse(text: &str, file: &Path) -> Result<Config, ConfigError> {
    let raw: raw::Raw = toml::from_str(text).map_err(|e| ConfigError::of_toml(&e, text, file))?;
    let judging = loosening::judging(&raw.rule);
    let config = resolve::resolve(raw, Digest::sha256(&[text.as_bytes()]), file)?;
    Ok(Config { judging, ..config })
}
