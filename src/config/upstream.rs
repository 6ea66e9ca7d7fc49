//! Servers behind us: how each is reached, and what is known of it.
//!
//! A server is a program that we start or an address that we speak HTTP with, never both: what belongs to one is refused
//! beside the other.

use crate::config::resolve::{DAY, upstream_name, within};
use crate::config::site::{self, Site};
use crate::config::{ConfigError, Cost, Environment, Resources, governance, raw};
use crate::domain::call::OWN;
use crate::domain::ruling::Action;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A request that a server may send to the client through us. Sampling is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UpstreamRequest {
    /// `elicitation/create`: asks the client's user something.
    Elicitation,
    /// `roots/list`: asks which folders the client works in.
    Roots,
}

/// How a tool's calls appear to policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionMap {
    /// The policy action.
    pub action: Action,
    /// JSON pointer to the path among the arguments.
    pub path: Option<String>,
    /// JSON pointer to the address.
    pub url: Option<String>,
    /// JSON pointer to the model's name.
    pub model: Option<String>,
    /// JSON pointer to the task's priority.
    pub priority: Option<String>,
    /// JSON pointer to the region.
    pub region: Option<String>,
    /// JSON pointer to what the caller says of the data's class.
    pub classification: Option<String>,
}

/// A program that we start.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// The program, run without a shell.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its working directory; `None` is ours.
    pub cwd: Option<PathBuf>,
    /// Environment values set for it. They may be secrets and are never shown.
    pub env: BTreeMap<String, String>,
    /// Names of our own environment values passed on to it.
    pub pass_env: Vec<String>,
}

/// How a server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Over the pipes of a program.
    Program(Program),
    /// Over HTTP.
    Http(Site),
}

/// One server behind us.
#[derive(Clone, PartialEq, Eq)]
pub struct Upstream {
    /// How it is reached.
    pub reach: Reach,
    /// What kind of world it writes to.
    pub environment: Environment,
    /// What reading an unlisted resource does.
    pub resources: Resources,
    /// What it may ask the client.
    pub allow_requests: Vec<UpstreamRequest>,
    /// How long one call may take.
    pub timeout: Duration,
    /// The class of the data that its calls move.
    pub classification: Option<String>,
    /// What one call of a tool costs; `*` is every other.
    pub costs: BTreeMap<String, Cost>,
    /// How its tools appear to policies.
    pub actions: BTreeMap<String, ActionMap>,
}

impl Upstream {
    /// A server, everything but the way to it by default.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            environment: Environment::default(),
            resources: Resources::default(),
            allow_requests: Vec::new(),
            timeout: Duration::from_secs(600),
            classification: None,
            costs: BTreeMap::new(),
            actions: BTreeMap::new(),
        }
    }
}

/// Arguments and environment may hold secrets: the names are enough for a log.
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("command", &self.command)
            .field("args", &self.args.len())
            .field("env", &self.env.keys())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("reach", &self.reach)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

pub(in crate::config) fn resolve(
    name: &str,
    raw: raw::Upstream,
    file: &Path,
) -> Result<Upstream, ConfigError> {
    let wrong = |key: &str, message: &str| {
        let dot = if key.is_empty() { "" } else { "." };
        ConfigError::meaning(file, format!("`upstream.{name}{dot}{key}`"), message)
    };
    if name == OWN {
        return Err(wrong("", "this name is kept for questions about plans and runs"));
    }
    if !upstream_name(name) {
        let message = "a name is a small letter and up to 19 of `a-z 0-9 _ -`, without `__` and no `_` at its end";
        return Err(wrong("", message));
    }
    let raw::Upstream { command, args, cwd, env, pass_env, .. } = &raw;
    let program = [
        ("command", command.is_some()),
        ("args", !args.is_empty()),
        ("cwd", cwd.is_some()),
        ("env", !env.is_empty()),
        ("pass_env", !pass_env.is_empty()),
    ];
    let site = [
        ("token_file", raw.token_file.is_some()),
        ("headers", !raw.headers.is_empty()),
        ("ca_file", raw.ca_file.is_some()),
    ];
    let first = |keys: &[(&'static str, bool)]| keys.iter().find(|key| key.1).map(|key| key.0);
    let reach = match (raw.command, raw.url) {
        (Some(command), None) => {
            if let Some(key) = first(&site) {
                return Err(wrong(key, "is for a server with a `url`"));
            }
            if command.is_empty() || command.contains('\0') {
                return Err(wrong("command", "names no program"));
            }
            let variable = |key: &String| !key.is_empty() && !key.contains(['=', '\0']);
            if !raw.env.keys().chain(&raw.pass_env).all(variable) {
                return Err(wrong("env", "holds a name that no environment can have"));
            }
            Reach::Program(Program {
                command,
                args: raw.args,
                cwd: raw.cwd,
                env: raw.env,
                pass_env: raw.pass_env,
            })
        }
        (None, Some(url)) => {
            if let Some(key) = first(&program) {
                return Err(wrong(key, "is for a server with a `command`"));
            }
            site::place(&url).map_err(|message| wrong("url", message))?;
            let headers =
                site::headers(raw.headers).map_err(|message| wrong("headers", message))?;
            Reach::Http(Site { url, token_file: raw.token_file, headers, ca_file: raw.ca_file })
        }
        (Some(_), Some(_)) => {
            return Err(wrong("url", "stands beside `command`; give one of them"));
        }
        (None, None) => {
            return Err(wrong("", "needs a `command` (a program) or a `url` (streamable HTTP)"));
        }
    };
    let mut actions = BTreeMap::new();
    for (tool, map) in raw.action {
        let raw::ActionMap { action, path, url, model, priority, region, classification } = map;
        let pointers = [
            ("path", &path),
            ("url", &url),
            ("model", &model),
            ("priority", &priority),
            ("region", &region),
            ("classification", &classification),
        ];
        for (key, pointer) in pointers {
            if pointer.as_ref().is_some_and(|pointer| !pointer.starts_with('/')) {
                let message = format!("must be a JSON pointer, such as `/{key}`");
                return Err(wrong(&format!("action.{tool}.{key}"), &message));
            }
        }
        let map = ActionMap { action, path, url, model, priority, region, classification };
        actions.insert(tool, map);
    }
    let mut costs = BTreeMap::new();
    for (tool, cost) in raw.cost {
        let at = format!("`upstream.{name}.cost.{tool}`");
        costs.insert(tool, governance::cost(cost, &at, file)?);
    }
    let allow_requests =
        requests(&raw.allow_requests).map_err(|message| wrong("allow_requests", message))?;
    let usual = Upstream::new(reach);
    let timeout =
        within(raw.timeout, usual.timeout, DAY, &format!("`upstream.{name}.timeout`"), file)?;
    Ok(Upstream {
        environment: raw.environment,
        resources: raw.resources,
        allow_requests,
        timeout,
        classification: raw.classification,
        costs,
        actions,
        ..usual
    })
}

fn requests(written: &[String]) -> Result<Vec<UpstreamRequest>, &'static str> {
    let mut requests = Vec::new();
    for method in written {
        requests.push(match method.as_str() {
            "elicitation/create" => UpstreamRequest::Elicitation,
            "roots/list" => UpstreamRequest::Roots,
            "sampling/createMessage" => {
                return Err("sampling is always refused: it would speak with the client's model");
            }
            _ => return Err("may hold `elicitation/create` and `roots/list`"),
        });
    }
    requests.sort_unstable();
    requests.dedup();
    Ok(requests)
}
