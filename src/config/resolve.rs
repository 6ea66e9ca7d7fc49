//! From what the file says to what it means: defaults filled in, ranges held, rules compiled and tried.

use crate::config::clients::Client;
use crate::config::error::ConfigError;
use crate::config::raw::{self, Raw};
use crate::config::rule::Rule;
use crate::config::units::Span;
use crate::config::{
    Approvals, Config, Retention, Toolset, example, governance, people, plans, quorum, upstream,
    written,
};
use crate::domain::call::OWN;
use crate::domain::digest::Digest;
use crate::domain::ruling::Tier;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

pub(in crate::config) const DAY: Duration = Duration::from_secs(24 * 3_600);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);
/// How long an upstream's name may be, in bytes: 40 characters must hold it and a tool.
const NAME_MAX: usize = 20;
const RULES_MAX: usize = 20_000;

/// Whether this may name an upstream: `[a-z][a-z0-9_-]{0,19}`, no `__` inside and no `_` at the end, since then
/// `a__b__c` could be cut in two ways and a rule for one server would speak for another. Nor may it be [`OWN`], under
/// which questions about plans and runs are put: a server of that name could answer for them.
#[must_use]
pub fn upstream_name(name: &str) -> bool {
    name.len() <= NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
        && !name.contains("__")
        && !name.ends_with('_')
        && name != OWN
}

/// How long a yes lives: the value of `IR_APPROVAL_TTL_SECONDS` when there is one, else the configured time.
///
/// # Errors
/// [`ConfigError::Environment`] unless the value is a whole number of seconds from 1 to 86400. Nothing is guessed from
/// a wrong one: a yes that lives longer than somebody meant is a hole.
pub fn yes_life(
    environment: Option<&str>,
    configured: &Approvals,
) -> Result<Duration, ConfigError> {
    let Some(text) = environment else { return Ok(configured.yes_life) };
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u64>().ok().filter(|seconds| plain && (1..=86_400).contains(seconds)) {
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None => Err(ConfigError::Environment {
            name: "IR_APPROVAL_TTL_SECONDS",
            message: "must be a whole number of seconds from 1 to 86400".to_owned(),
        }),
    }
}

pub(crate) fn resolve(raw: Raw, digest: Digest, file: &Path) -> Result<Config, ConfigError> {
    let wrong = |at: &str, message: &str| ConfigError::meaning(file, at, message);
    let require_approval_tier = match raw.require_approval_tier.map(Tier::try_from) {
        None => Tier::WRITE,
        Some(Ok(tier)) if tier >= Tier::DEV_WRITE => tier,
        Some(_) => return Err(wrong("`require_approval_tier`", "must be 1, 2 or 3")),
    };
    let mut clients = BTreeMap::new();
    for (name, client) in raw.client {
        let key = |key: &str| format!("`client.{name}.{key}`");
        let hold = client.hold.map(|hold| within(Some(hold), DAY, DAY, &key("hold"), file));
        let answers_up_to = client
            .answers_up_to
            .map(|tier| below_grave(tier, &key("answers_up_to"), file))
            .transpose()?;
        if client.hold.is_none() && client.answers_up_to.is_none() {
            return Err(wrong(
                &format!("`[client.{name}]`"),
                "says nothing; give `hold` or `answers_up_to`",
            ));
        }
        if answers_up_to.is_none() && !client.users.is_empty() {
            return Err(wrong(&key("users"), "says who may answer; give `answers_up_to` too"));
        }
        quorum::users(&client.users).map_err(|what| wrong(&key("users"), &what))?;
        let said = Client { hold: hold.transpose()?, answers_up_to, users: client.users };
        if clients.insert(name.to_lowercase(), said).is_some() {
            return Err(wrong(
                &format!("`[client.{name}]`"),
                "is there twice, in capitals and not",
            ));
        }
    }
    let mut upstreams = BTreeMap::new();
    for (name, upstream) in raw.upstream {
        let resolved = upstream::resolve(&name, upstream, file)?;
        upstreams.insert(name, resolved);
    }
    let approvals = approvals(raw.approvals, file)?;
    let quorums = quorum::quorums(raw.quorum, &raw.person, &approvals, file)?;
    let kept = Retention::default();
    let of = |span, default, key: &str| within(span, default, YEAR * 100, key, file);
    Ok(Config {
        require_approval_tier,
        stance: raw.stance,
        auth_enabled: raw.auth.enabled,
        approvals,
        upstreams,
        rules: rules(raw.rule, file)?,
        governance: governance::governance(raw.policy, file)?,
        modules: Vec::new(),
        budgets: governance::budgets(raw.budget, file)?,
        retention: Retention {
            bodies: of(raw.retention.bodies, kept.bodies, "`retention.bodies`")?,
            reads: of(raw.retention.reads, kept.reads, "`retention.reads`")?,
            size: raw.retention.size.map_or(kept.size, |size| size.0),
        },
        console: people::console(raw.console, file)?,
        notify: people::notify(raw.notify, file)?,
        smtp: raw.smtp.map(|smtp| people::smtp(smtp, file)).transpose()?,
        toolsets: raw.toolsets.unwrap_or_else(|| [Toolset::Approvals].into()),
        plans: plans::plans(raw.ir, file)?,
        directives: plans::directives(raw.directive, file)?,
        quorums,
        people: raw.person,
        clients,
        judging: Vec::new(),
        digest,
    })
}

pub(crate) fn within(
    span: Option<Span>,
    default: Duration,
    longest: Duration,
    key: &str,
    file: &Path,
) -> Result<Duration, ConfigError> {
    let Some(Span(time)) = span else { return Ok(default) };
    if time < Duration::from_secs(1) || time > longest {
        let hours = longest.as_secs() / 3_600;
        return Err(ConfigError::meaning(file, key, format!("must be from 1s to {hours}h")));
    }
    Ok(time)
}

/// A tier that a session of MCP may answer.
fn below_grave(tier: u8, key: &str, file: &Path) -> Result<Tier, ConfigError> {
    let message =
        "must be 0, 1 or 2: tier 3 is decided at a terminal or by a token, never over MCP";
    Tier::try_from(tier)
        .ok()
        .filter(|tier| *tier <= Tier::WRITE)
        .ok_or_else(|| ConfigError::meaning(file, key, message))
}

fn approvals(raw: raw::Approvals, file: &Path) -> Result<Approvals, ConfigError> {
    let usual = Approvals::default();
    let key = |name: &str| format!("`approvals.{name}`");
    let mcp_max_tier =
        raw.mcp_max_tier.map(|tier| below_grave(tier, &key("mcp_max_tier"), file)).transpose()?;
    Ok(Approvals {
        answer_within: within(
            raw.answer_within,
            usual.answer_within,
            YEAR,
            &key("answer_within"),
            file,
        )?,
        yes_life: within(raw.yes_life, usual.yes_life, DAY, &key("yes_life"), file)?,
        hold: within(raw.hold, usual.hold, DAY, &key("hold"), file)?,
        mcp_max_tier,
        on_ask: raw.on_ask,
    })
}

fn rules(raw: Vec<raw::Rule>, file: &Path) -> Result<Vec<Rule>, ConfigError> {
    let wrong = |at: &str, message: String| ConfigError::meaning(file, at, message);
    if raw.len() > RULES_MAX {
        return Err(wrong("`[[rule]]`", format!("more than {RULES_MAX} rules")));
    }
    let mut names = BTreeSet::new();
    let mut rules = Vec::with_capacity(raw.len());
    for (index, rule) in raw.into_iter().enumerate() {
        let number = format!("rule {}", index + 1);
        let tool = rule.tool.as_deref().unwrap_or("*").to_owned();
        let at = format!("{number} (`{tool}`)");
        let spec = written::spec(rule).map_err(|message| wrong(&at, message))?;
        let compiled = Rule::compile(&spec, &number).map_err(|faults| {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            wrong(&at, all.join("; "))
        })?;
        if !names.insert(compiled.name.clone()) {
            return Err(wrong(&at, format!("the name `{}` is taken", compiled.name)));
        }
        if let Some(broken) = example::broken(&compiled) {
            return Err(example_error(&compiled, broken, file));
        }
        rules.push(compiled);
    }
    Ok(rules)
}

fn example_error(rule: &Rule, broken: example::Broken, file: &Path) -> ConfigError {
    let example::Broken { list, index, example, unreadable } = broken;
    if let Some(why) = unreadable {
        let at = format!("{}, `{list}` example {}", rule.name, index + 1);
        return ConfigError::meaning(file, at, why);
    }
    let name = &rule.name;
    let rule = if name.starts_with("rule ") { name.clone() } else { format!("rule `{name}`") };
    ConfigError::Example { file: file.to_owned(), rule, list, index: index + 1, example }
}
