//! Every setting as it holds now, defaults included.

use crate::app::{Globals, StoreKind};
use crate::config::{ActionMap, Config, Cost, Reach, Remote, Rule, families};
use crate::gate::whereto;
use serde::Serialize;
use std::time::Duration;

/// Names, as the configuration file writes them, and values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(Vec<(String, serde_json::Value)>);

impl Serialize for Settings {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Settings {
    fn set(&mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// One line a setting.
    pub(crate) fn to_text(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        self.0
            .iter()
            .fold(String::new(), |out, (name, value)| format!("{out}{name:<width$} = {value}\n"))
    }
}

/// What holds.
pub(crate) fn of(globals: &Globals, config: &Config) -> Settings {
    let mut s = Settings::default();
    s.set("home", globals.home.display().to_string());
    s.set("config", globals.config.display().to_string());
    s.set("tenant", globals.tenant.as_str());
    s.set(
        "store",
        match globals.store {
            StoreKind::Sqlite => "sqlite",
            StoreKind::InMemory => "in_memory",
        },
    );
    s.set("require_approval_tier", config.require_approval_tier.get());
    s.set("stance", word(&config.stance));
    s.set("auth.enabled", config.auth_enabled);
    s.set("approvals.answer_within", span(config.approvals.answer_within));
    s.set("approvals.yes_life", span(config.approvals.yes_life));
    s.set("approvals.hold", span(config.approvals.hold));
    s.set("approvals.on_ask", word(&config.approvals.on_ask));
    s.set(
        "approvals.mcp_max_tier",
        config
            .approvals
            .mcp_max_tier
            .map_or("off".into(), |tier| serde_json::Value::from(tier.get())),
    );
    let built_in = families();
    for client in &built_in {
        s.set(format!("client.{client}.hold"), span(config.hold_for(client)));
    }
    for (client, said) in config.clients() {
        if let Some(hold) = said.hold.filter(|_| !built_in.contains(client)) {
            s.set(format!("client.{client}.hold"), span(hold));
        }
        if let Some(tier) = said.answers_up_to {
            s.set(format!("client.{client}.answers_up_to"), tier.get());
            s.set(format!("client.{client}.users"), said.users.join(","));
        }
    }
    s.set("retention.bodies", span(config.retention.bodies));
    s.set("retention.reads", span(config.retention.reads));
    s.set(
        "retention.size",
        crate::domain::visible::size(usize::try_from(config.retention.size).unwrap_or(usize::MAX)),
    );
    let toolsets: Vec<_> = config.toolsets.iter().map(|set| set.as_str()).collect();
    s.set("toolsets", toolsets.join(","));
    for (name, directive) in &config.directives {
        s.set(
            format!("directive.{name}"),
            format!(
                "{}, tier {}, {}",
                directive.label,
                directive.tier,
                if directive.approval { "needs a yes" } else { "needs no yes of its own" }
            ),
        );
    }
    for (name, provider) in &config.plans.providers {
        s.set(format!("ir.provider.{name}.environment"), provider.environment.as_str());
        s.set(
            format!("ir.provider.{name}.upstream"),
            provider.upstream.as_deref().unwrap_or("none"),
        );
    }
    for (name, budget) in &config.budgets {
        let told =
            format!("{} in {}, scope {}", budget.limit, span(budget.window), budget.scope.as_str());
        s.set(format!("budget.{name}"), told);
    }
    for (index, quorum) in config.quorums.iter().enumerate() {
        let needs = &quorum.needs;
        let names = listed(needs.chairs.iter().map(|chair| chair.name.as_str()));
        let told = format!(
            "`{}`, tier {} and above: {} of {}, urgent {}",
            quorum.tool.as_deref().unwrap_or("*"),
            quorum.tier,
            needs.required,
            if needs.chairs.is_empty() { "any admins" } else { names.as_str() },
            needs.escalate_before.map_or("never".to_owned(), |before| {
                format!("{} before its end", span(Duration::from_millis(before.unsigned_abs())))
            })
        );
        s.set(format!("quorum.{}", index + 1), told);
    }
    for (name, person) in &config.people {
        for (key, other) in [("deputy", &person.deputy), ("manager", &person.manager)] {
            if let Some(other) = other {
                s.set(format!("person.{name}.{key}"), other.as_str());
            }
        }
    }
    let rules = |has: fn(&Rule) -> bool| config.rules.iter().filter(|rule| has(rule)).count();
    s.set("rules", config.rules.len());
    s.set("rules.pattern", rules(|rule| rule.spec().pattern.is_some()));
    s.set("rules.tier", rules(|rule| rule.raises_to.is_some()));
    s.set("rules.allow_tier", rules(|rule| rule.spec().allow_tier.is_some()));
    s.set("policy.enforcement", config.governance.enforcement);
    s.set("policy.four_eyes", config.governance.four_eyes);
    s.set("policy.project", config.governance.project.as_deref().unwrap_or("none"));
    s.set("policy.window", span(config.governance.window));
    s.set("policy.mask", listed(config.governance.mask.iter().map(String::as_str)));
    // Values may be secrets: whose they are is enough.
    let tables = config.governance.config.as_object().into_iter().flatten();
    s.set("policy.config", listed(tables.map(|(name, _)| name.as_str())));
    s.set("policy.remote", config.governance.remote.as_ref().map_or("none".into(), remote));
    let modules: Vec<&str> = config.modules.iter().map(|module| module.name.as_str()).collect();
    s.set("policies", modules.join(","));
    for (name, upstream) in &config.upstreams {
        // Arguments, headers and values may be secrets: the program, the address and names are enough.
        match &upstream.reach {
            Reach::Program(program) => {
                s.set(format!("upstream.{name}.command"), program.command.as_str());
                s.set(format!("upstream.{name}.args"), format!("{} arguments", program.args.len()));
            }
            Reach::Http(site) => {
                s.set(format!("upstream.{name}.url"), site.shown());
                for (key, file) in [("token_file", &site.token_file), ("ca_file", &site.ca_file)] {
                    let path = file.as_ref().map(|file| file.display().to_string());
                    s.set(format!("upstream.{name}.{key}"), path.as_deref().unwrap_or("none"));
                }
                let headers = listed(site.headers.keys().map(String::as_str));
                s.set(format!("upstream.{name}.headers"), headers);
            }
        }
        s.set(format!("upstream.{name}.environment"), upstream.environment.as_str());
        s.set(format!("upstream.{name}.resources"), word(&upstream.resources));
        s.set(format!("upstream.{name}.timeout"), span(upstream.timeout));
        let class = upstream.classification.as_deref().unwrap_or("none");
        s.set(format!("upstream.{name}.classification"), class);
        for (tool, action) in &upstream.actions {
            s.set(format!("upstream.{name}.action.{tool}"), appears(action));
        }
        for (tool, cost) in &upstream.costs {
            let told = match cost {
                Cost::Fixed(amount) => amount.to_string(),
                Cost::Told(pointer) => format!("what the call says at {pointer}"),
            };
            s.set(format!("upstream.{name}.cost.{tool}"), told);
        }
    }
    s
}

/// Where judged inputs go, how long an answer may take, and what holds without one.
fn remote(remote: &Remote) -> serde_json::Value {
    let (place, _) = whereto(remote);
    let (timeout, on_error) = (span(remote.timeout), remote.on_error.as_str());
    format!("{place}, timeout {timeout}, on_error {on_error}").into()
}

/// The action, and where its parts are found among the arguments.
fn appears(map: &ActionMap) -> String {
    let ActionMap { action, path, url, model, priority, region, classification } = map;
    let parts = [
        ("path", path),
        ("url", url),
        ("model", model),
        ("priority", priority),
        ("region", region),
        ("classification", classification),
    ];
    let told = parts.iter().filter_map(|(name, at)| Some(format!(", {name} at {}", at.as_ref()?)));
    format!("{}{}", action.as_str(), told.collect::<String>())
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(",") }
}

fn word(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// As the file writes it: `110s`, `24h`, `30d`. Nothing is rounded.
pub(crate) fn span(duration: Duration) -> String {
    if duration.subsec_millis() > 0 {
        return format!("{}ms", duration.as_millis());
    }
    let seconds = duration.as_secs();
    let unit = [(2 * 86_400, 86_400, "d"), (3_600, 3_600, "h"), (120, 60, "m")]
        .into_iter()
        .find(|(least, size, _)| seconds >= *least && seconds.is_multiple_of(*size));
    match unit {
        Some((_, size, name)) => format!("{}{name}", seconds / size),
        None => format!("{seconds}s"),
    }
}
