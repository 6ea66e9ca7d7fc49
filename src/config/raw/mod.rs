//! `countersign.toml` word for word: what may be written, and what holds where nothing is.
//!
//! An unknown key is refused everywhere, since a misspelt `deny` that is quietly skipped is an allow.

mod people;
mod upstream;

pub use crate::config::raw::people::{Client, Console, Notify, Person, Quorum, Smtp};
pub use crate::config::raw::upstream::{ActionMap, Cost, Told, Upstream};

use crate::config::units::{Size, Span};
use crate::config::{Environment, OnAsk, Stance, Toolset};
use crate::domain::ruling::Verdict;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Raw {
    /// From this tier on an unmatched call asks: 1, 2 or 3. Default 2.
    pub require_approval_tier: Option<u8>,
    /// `"ask"` or `"deny"`: what holds for a write that no rule matched. Default `"ask"`.
    pub stance: Stance,
    /// `[auth]`
    pub auth: Auth,
    /// `[approvals]`
    pub approvals: Approvals,
    /// `[client.NAME]`: one table a client, by its `clientInfo.name` or family. Default: none.
    pub client: BTreeMap<String, Client>,
    /// `[upstream.NAME]`: one table a server. Default: none.
    pub upstream: BTreeMap<String, Upstream>,
    /// `[[rule]]`: any number, order without meaning. Default: none.
    pub rule: Vec<Rule>,
    /// `[policy]`
    pub policy: Policy,
    /// `[budget.NAME]`: what may be spent. Default: none.
    pub budget: BTreeMap<String, Budget>,
    /// `[retention]`
    pub retention: Retention,
    /// `[console]`
    pub console: Console,
    /// `[[quorum]]`: questions that one person does not decide alone, or not anybody. Default: none.
    pub quorum: Vec<Quorum>,
    /// `[person.NAME]`: who acts for an approver. Default: none.
    pub person: BTreeMap<String, Person>,
    /// `[notify]`
    pub notify: Notify,
    /// `[smtp]`: how mail is sent. Default: none, and mail is not sent.
    pub smtp: Option<Smtp>,
    /// Which of our own tools are offered: `"approvals"`, `"ir"`, `"runs"`, `"agents"`, `"events"`,
    /// `"policy"`. Default `["approvals"]`; `--toolsets` wins.
    pub toolsets: Option<BTreeSet<Toolset>>,
    /// `[ir]`
    pub ir: Ir,
    /// `[directive.NAME]`: one table a class of runs. Default: `D1` Log Triage and `D2` GPU Report of tier 0, `D3` Code
    /// Write of tier 2, `D4` Repo Write of tier 3; the last two need a yes.
    pub directive: BTreeMap<String, Directive>,
}

/// `[ir]`: what plans may speak of beyond the built-in vocabulary.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ir {
    /// `[ir.action."family.verb"]`: own actions, and built-in ones that are to be graver. Default: none.
    pub action: BTreeMap<String, PlanAction>,
    /// `[ir.provider."NAME"]`: own providers, and where the steps of built-in ones go. Default: none.
    pub provider: BTreeMap<String, Provider>,
}

/// `[ir.action."family.verb"]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanAction {
    /// Its least tier, 0 to 3. Required.
    pub tier: u8,
}

/// `[ir.provider."NAME"]`
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Provider {
    /// The family of actions it takes. Default: the built-in one's, or its own name up to the first dot.
    pub family: Option<String>,
    /// `"dev"`, `"test"` or `"production"`: what it writes to. Default `"production"`.
    pub environment: Environment,
    /// The `[upstream.NAME]` that its steps are sent to. Default: none, and it cannot be run by us.
    pub upstream: Option<String>,
    /// `[ir.provider."NAME".tool]`: which tool does which action. Default: none.
    pub tool: BTreeMap<String, StepTool>,
}

/// One line of `[ir.provider."NAME".tool]`: `"files.write" = { tool = "write_file", resource = "path" }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepTool {
    /// The server's own name of the tool. Required.
    pub tool: String,
    /// The argument that the step's `resource` becomes; `""` sends and shows none. Default: a step that names one is no
    /// call.
    #[serde(default)]
    pub resource: Option<String>,
    /// The argument that the step's idempotency key becomes. Default: it is not sent.
    #[serde(default)]
    pub idempotency_key: Option<String>,
}

/// `[directive.NAME]`: the class that runs are made under. It only raises.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Directive {
    /// For people. Default: its name.
    pub label: Option<String>,
    /// The least tier of its runs, 0 to 3. Required for a new one.
    pub tier: Option<u8>,
    /// Whether its runs need a yes whatever their tier. Default: from tier 2 on.
    pub approval: Option<bool>,
}

/// `[auth]`: who must show a token.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// Whether asking, reading and validating need a token too. Default `false`; env `AUTH_ENABLED` wins.
    pub enabled: bool,
}

/// `[approvals]`: how questions are asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approvals {
    /// How long a question may wait for an answer, 1 s to 365 d. Default `"24h"`.
    pub answer_within: Option<Span>,
    /// How long a yes may wait to be used, 1 s to 24 h. Default `"1h"`; env `IR_APPROVAL_TTL_SECONDS` wins.
    pub yes_life: Option<Span>,
    /// How long a call of an unknown client is held, 1 s to 24 h. Default `"50s"`: most clients give up after 60.
    pub hold: Option<Span>,
    /// Up to which tier an approver's own MCP session may decide: 0, 1 or 2, never 3. Default: off.
    pub mcp_max_tier: Option<u8>,
    /// `"hold"`, `"pending"` or `"deny"`: what a call that needs a yes does. Default `"hold"`.
    pub on_ask: OnAsk,
}

/// `[[rule]]`: what may happen, must ask, must not happen. Deny beats ask beats allow; how special a rule is counts
/// for nothing, nor does its place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Glob over `server__tool`. Required, unless there is a `pattern`; then every tool.
    #[serde(default)]
    pub tool: Option<String>,
    /// Regular expression over every text of the arguments; `\bterm\b` is a word whatever its case. Default: none.
    #[serde(default)]
    pub pattern: Option<String>,
    /// `"allow"`, `"ask"` or `"deny"`. Required.
    pub effect: Verdict,
    /// Conditions over arguments, by name or dotted path. Default: any arguments. Once written, an allow also wants
    /// every argument of the call to be named here.
    #[serde(default)]
    pub when: Option<toml::Table>,
    /// Arguments that the rule must match, or the file does not load. Default: none.
    #[serde(default, rename = "match")]
    pub matches: Vec<toml::Table>,
    /// Arguments that it must not match. Default: none.
    #[serde(default)]
    pub not_match: Vec<toml::Table>,
    /// Its name in rulings, unique. Default `rule N`, counted from 1.
    #[serde(default)]
    pub name: Option<String>,
    /// How sure its author is, 0 to 1. Decides nothing. Default: none.
    #[serde(default)]
    pub score: Option<f64>,
    /// The gravest tier that an allow reaches, 0 to 3. Default 2.
    #[serde(default)]
    pub allow_tier: Option<u8>,
    /// The least tier of the calls that an ask or deny matches, 0 to 3. Default: the kernel's.
    #[serde(default)]
    pub tier: Option<u8>,
    /// Why, in a sentence that the asker is shown. Default: none.
    #[serde(default)]
    pub reason: Option<String>,
}

/// `[retention]`: how long the journal keeps what.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Bodies; their digests stay. Default `"30d"`.
    pub bodies: Option<Span>,
    /// Rows of plain reads. Default `"90d"`.
    pub reads: Option<Span>,
    /// What the store may grow to. Default `"1GiB"`.
    pub size: Option<Size>,
}

/// `[policy]`: how policy changes, and what modules are given.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Whether modules judge and `policy.remote` is asked. Default `true`; env `POLICY_ENFORCEMENT_ENABLED` wins. Kernel,
    /// rules and stance always judge.
    pub enforcement: Option<bool>,
    /// Whether an admin's own change needs another admin. Default `false`.
    pub four_eyes: bool,
    /// The name of the project that this home serves, for modules of scope `project`. Default: none.
    pub project: Option<String>,
    /// How far back recent calls are counted for modules, 1 s to 24 h. Default `"60s"`.
    pub window: Option<Span>,
    /// JSON pointers into a decision's input whose values are never stored. Default: none.
    pub mask: Vec<String>,
    /// `[policy.config]`: what modules find under `data.config`, one table a module. Default: none.
    pub config: toml::Table,
    /// `[policy.remote]`: a policy server that is asked too. Default: none.
    pub remote: Option<Remote>,
}

/// `[policy.remote]`: an OPA somewhere else, asked after our own layers. It may deny, ask or warn.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remote {
    /// Its address with the path of the decision: `http://127.0.0.1:8181/v1/data/countersign/main`. Required.
    pub url: String,
    /// How long it may take, 1 ms to 10 s. After a call for which it did not answer in time it is not asked for a second,
    /// and `on_error` holds. Default `"1s"`.
    #[serde(default)]
    pub timeout: Option<Span>,
    /// `"allow"` or `"deny"`: what holds when it does not answer. Default `"allow"`.
    #[serde(default)]
    pub on_error: crate::domain::policy::OnError,
}

/// `[budget.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// What may be spent within the window, in US dollars. Required.
    pub limit_usd: f64,
    /// How far back spending counts, 1 s to 365 d. Default `"1d"`.
    #[serde(default)]
    pub window: Option<Span>,
    /// `"tenant"`, `"agent"`, `"session"` or `"upstream"`: whose spending counts together. Default `"tenant"`.
    #[serde(default)]
    pub scope: crate::config::BudgetScope,
}
