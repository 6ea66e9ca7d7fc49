//! `[upstream.NAME]` word for word.

use crate::config::units::Span;
use crate::config::{Environment, Resources};
use crate::domain::ruling::Action;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// `[upstream.NAME]`: a server behind us. Its name is the prefix of its tools: `[a-z][a-z0-9_-]{0,19}`, without `__`
/// inside and `_` at the end, so that `server__tool` can be cut in one way only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// The program, run without a shell. Required, unless there is a `url`.
    #[serde(default)]
    pub command: Option<String>,
    /// Its arguments. Default: none.
    #[serde(default)]
    pub args: Vec<String>,
    /// Its working directory. Default: ours.
    #[serde(default)]
    pub cwd: Option<PathBuf>,
    /// Environment values set for it. Default: none.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Names of our own environment values passed on, over the baseline. Default: none.
    #[serde(default)]
    pub pass_env: Vec<String>,
    /// Instead of a program: where it is spoken with over streamable HTTP. `https://`, or `http://` to this machine.
    /// Default: none.
    #[serde(default)]
    pub url: Option<String>,
    /// The file (mode 0600) with the bearer token for the `url`. The file stands for whoever the token is of: another
    /// token in it is the same server. Read at each connect. Default: none.
    #[serde(default)]
    pub token_file: Option<PathBuf>,
    /// Headers sent to the `url` with everything; never `Authorization`. Default: none.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Certificates (PEM) trusted for the `url` instead of the system's. Default: the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// `"dev"`, `"test"` or `"production"`: writes to the first two are tier 1. Default `"production"`.
    #[serde(default)]
    pub environment: Environment,
    /// `"ask"` or `"read"`: what reading a resource does that the server does not list. Default `"ask"`.
    #[serde(default)]
    pub resources: Resources,
    /// Requests it may send to the client: `"elicitation/create"`, `"roots/list"`. Default: none.
    #[serde(default)]
    pub allow_requests: Vec<String>,
    /// How long one call may take, 1 s to 24 h. Default `"10m"`.
    #[serde(default)]
    pub timeout: Option<Span>,
    /// The class of the data that its calls move, for modules: `"phi"`, `"pii"`, `"pci"`, `"restricted"` or an own word.
    /// Default: none.
    #[serde(default)]
    pub classification: Option<String>,
    /// `[upstream.NAME.cost]`: tool, or `"*"`, to what one call costs in US dollars, or a JSON pointer to what the call
    /// says. Default: calls cost nothing.
    #[serde(default)]
    pub cost: BTreeMap<String, Cost>,
    /// `[upstream.NAME.action]`: tool to policy action. Default: the kernel infers it.
    #[serde(default)]
    pub action: BTreeMap<String, ActionMap>,
}

/// One line of `[upstream.NAME.action]`: `read_text_file = { action = "file_read", path = "/path" }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionMap {
    /// `file_read`, `file_write`, `file_delete`, `external_api_call`, `llm_call` or `exec`. Required.
    pub action: Action,
    /// JSON pointer to the path among the arguments. Default: none.
    #[serde(default)]
    pub path: Option<String>,
    /// JSON pointer to the address. Default: none.
    #[serde(default)]
    pub url: Option<String>,
    /// JSON pointer to the model's name. Default: none.
    #[serde(default)]
    pub model: Option<String>,
    /// JSON pointer to the task's priority. Default: none.
    #[serde(default)]
    pub priority: Option<String>,
    /// JSON pointer to the region. Default: none.
    #[serde(default)]
    pub region: Option<String>,
    /// JSON pointer to what the caller says of the data's class; it counts beside the server's own. Default: none.
    #[serde(default)]
    pub classification: Option<String>,
}

/// One line of `[upstream.NAME.cost]`: `chat = 0.02`, or `chat = { pointer = "/max_usd" }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Cost {
    /// So much a call.
    Fixed(f64),
    /// What the call itself says at this pointer.
    Told(Told),
}

/// `{ pointer = "/max_usd" }`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// JSON pointer to a number of US dollars among the arguments. Required.
    pub pointer: String,
}
