//! What the configuration says of plans and runs: own actions and providers, where their steps go, directives.

use crate::config::error::ConfigError;
use crate::config::resolve::upstream_name;
use crate::config::{Environment, raw};
use crate::domain::ruling::Tier;
use std::collections::BTreeMap;
use std::path::Path;

/// A name longer than this is refused, in bytes.
const NAME_MAX: usize = 64;

/// What plans may speak of beyond the built-in vocabulary, and where their steps go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plans {
    /// The least tier of an action: an own one, or a built-in one that is to be graver.
    pub actions: BTreeMap<String, Tier>,
    /// Own providers, and what is known of built-in ones.
    pub providers: BTreeMap<String, Provider>,
}

/// One provider of plan steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provider {
    /// The family of actions it takes; `None` is the built-in one's, or its name up to the first dot.
    pub family: Option<String>,
    /// What kind of world it writes to.
    pub environment: Environment,
    /// The server that its steps are sent to; `None` cannot be run by us.
    pub upstream: Option<String>,
    /// Which tool of that server does which action.
    pub tools: BTreeMap<String, StepTool>,
}

/// How an action becomes a call: its `params` are the arguments, and nothing is taken from earlier results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTool {
    /// The server's own name of the tool.
    pub tool: String,
    /// The argument that the step's `resource` becomes.
    pub resource: Option<String>,
    /// The argument that the step's idempotency key becomes.
    pub idempotency_key: Option<String>,
}

/// The class that a run is made under. It only raises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// For people.
    pub label: String,
    /// The least tier of its runs.
    pub tier: Tier,
    /// Whether its runs need a yes whatever their tier.
    pub approval: bool,
}

/// The directives that are there without a word in the configuration.
pub(crate) fn usual_directives() -> BTreeMap<String, Directive> {
    let usual = [
        ("D1", "Log Triage", Tier::READ),
        ("D2", "GPU Report", Tier::READ),
        ("D3", "Code Write", Tier::WRITE),
        ("D4", "Repo Write", Tier::GRAVE),
    ];
    let directive = |(name, label, tier): (&str, &str, Tier)| {
        let label = label.to_owned();
        (name.to_owned(), Directive { label, tier, approval: tier >= Tier::WRITE })
    };
    usual.map(directive).into()
}

pub(crate) fn plans(raw: raw::Ir, file: &Path) -> Result<Plans, ConfigError> {
    let wrong = |at: String, message: &str| ConfigError::meaning(file, at, message);
    let dotted = "a name is letters, digits and `_`, in parts with dots between, at most 64 in all";
    let mut plans = Plans::default();
    for (name, action) in raw.action {
        let at = format!("`ir.action.\"{name}\"`");
        if !is_dotted(&name) || !name.contains('.') {
            return Err(wrong(at, dotted));
        }
        let tier = Tier::try_from(action.tier).map_err(|why| wrong(at, &why))?;
        plans.actions.insert(name, tier);
    }
    for (name, provider) in raw.provider {
        let at = |key: &str| format!("`ir.provider.\"{name}\"{key}`");
        if !is_dotted(&name) || !provider.family.as_deref().is_none_or(is_dotted) {
            return Err(wrong(at(""), dotted));
        }
        let named = provider.upstream.as_deref();
        if named.is_some_and(|upstream| !upstream_name(upstream)) {
            return Err(wrong(at(".upstream"), "names no server"));
        }
        if !provider.tool.is_empty() && named.is_none() {
            return Err(wrong(at(".tool"), "needs `upstream`: the server that has these tools"));
        }
        let mut tools = BTreeMap::new();
        for (action, tool) in provider.tool {
            let key = format!(".tool.\"{action}\"");
            if !is_dotted(&action) || tool.tool.is_empty() || tool.tool.len() > 256 {
                return Err(wrong(at(&key), "must map an action to the name of a tool"));
            }
            let taken = [&tool.resource, &tool.idempotency_key];
            if taken.iter().any(|name| name.as_ref().is_some_and(String::is_empty))
                || tool.resource.is_some() && tool.resource == tool.idempotency_key
            {
                return Err(wrong(at(&key), "must name two different arguments"));
            }
            let raw::StepTool { tool, resource, idempotency_key } = tool;
            tools.insert(action, StepTool { tool, resource, idempotency_key });
        }
        let raw::Provider { family, environment, upstream, .. } = provider;
        plans.providers.insert(name, Provider { family, environment, upstream, tools });
    }
    Ok(plans)
}

pub(crate) fn directives(
    raw: BTreeMap<String, raw::Directive>,
    file: &Path,
) -> Result<BTreeMap<String, Directive>, ConfigError> {
    let mut directives = usual_directives();
    for (name, directive) in raw {
        let wrong =
            |message: &str| ConfigError::meaning(file, format!("`directive.{name}`"), message);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
        if name.is_empty() || name.len() > 20 || !name.bytes().all(plain) {
            return Err(wrong("a name is 1 to 20 of `A-Z a-z 0-9 _ -`"));
        }
        let usual = directives.get(&name);
        let tier = match directive.tier.map(Tier::try_from).transpose() {
            Ok(Some(tier)) => tier,
            Ok(None) => usual
                .map(|usual| usual.tier)
                .ok_or_else(|| wrong("needs `tier`: the least tier of its runs, 0 to 3"))?,
            Err(why) => return Err(wrong(&why)),
        };
        let label = directive.label.or_else(|| usual.map(|usual| usual.label.clone()));
        let label = label.unwrap_or_else(|| name.clone());
        // The label goes into notifications, where no free text may.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b" ._-".contains(&b);
        if label.is_empty() || label.len() > 40 || !label.bytes().all(plain) {
            return Err(wrong("a label is 1 to 40 of `A-Z a-z 0-9 space . _ -`"));
        }
        let usually = tier >= Tier::WRITE || usual.is_some_and(|usual| usual.approval);
        let approval = directive.approval.unwrap_or(usually);
        directives.insert(name, Directive { label, tier, approval });
    }
    Ok(directives)
}

fn is_dotted(name: &str) -> bool {
    name.len() <= NAME_MAX
        && name.split('.').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        })
}
