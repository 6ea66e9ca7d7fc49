//! Rules that reach nothing, and rules that reach too much.

use crate::config::{Config, Environment, Rule, Stance, Subject, lexical};
use crate::domain::call::OWN;
use crate::domain::json::Node;
use crate::domain::ruling::{Tier, Verdict};
use crate::policy::lint::{Lint, Told};

/// What plans call their steps; no server has such names.
const STEPS: &str = "ir:";

/// Texts that have nothing in common: a pattern that fits all of them fits anything.
const ANYTHING: [&str; 5] = ["q", "Zebra 9", "/srv/a.b", "--flag=1", "two words, a comma"];

/// What runs whatever it is given.
const EXECUTORS: [&str; 12] = [
    "sh -c x",
    "bash",
    "bash -c x",
    "python3 -c 1",
    "node -e 1",
    "perl -e 1",
    "sudo ls",
    "env bash",
    "xargs rm",
    "eval x",
    "ssh host x",
    "find / -delete",
];

/// What is odd about one rule alone.
pub(crate) fn of(told: &Told<'_>, config: &Config) -> Vec<Lint> {
    let rule = told.rule;
    let mut found = Vec::new();
    let mut say = |code, message: String, help: &str| {
        found.push(Lint::new(code, &told.at, message, help));
    };
    if !names_a_server(rule, config) {
        let message =
            format!("`{}` is a tool of no configured server, so it never matches", rule.tool);
        say("rule.no_server", message, "mend the name before `__`, or take the rule away");
    }
    if rule.effect != Verdict::Allow {
        return found;
    }
    if let Some(why) = never(rule) {
        say("rule.never", why, "mend the condition, or take the rule away");
    }
    if idle(rule, config) {
        let message =
            format!("it reaches tier {}, and calls of that tier run without it", rule.allow_tier);
        say("allow.idle", message, "take it away, or say how far it should reach");
    }
    if rule.allow_tier == Tier::GRAVE {
        let message = "it lets calls of tier 3 run without a question: what cannot be undone, pays or runs code";
        say("allow.tier3", message.to_owned(), "leave `allow_tier` out unless this is meant");
    }
    if rule.tool == "*" && rule.takes_any_arguments() {
        let message = "it allows every tool of every server";
        say("allow.everything", message.to_owned(), "name a tool, or a server as `server__*`");
    }
    if let Some(pattern) = rule.pattern() {
        let fits = |text: &str| pattern.matches(&Subject::new(Some(&Node::String(text.into()))));
        if ANYTHING.into_iter().all(fits) {
            let message = "its pattern fits any text, so it says nothing";
            say("allow.any_text", message.to_owned(), "write what the texts must be");
        } else if let Some(runs) = EXECUTORS.into_iter().find(|text| fits(text)) {
            let message = format!("its pattern fits `{runs}`, which runs whatever it is given");
            say("allow.executor", message, "name the commands that are meant");
        }
    }
    found
}

/// Whether a tool of some configured server, or a step of a plan, may bear such a name. Without servers nothing is known.
fn names_a_server(rule: &Rule, config: &Config) -> bool {
    let begin = rule.tool.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default();
    let server = |name: &str| {
        let whole = format!("{name}__");
        begin.starts_with(&whole) || (!rule.is_exact() && whole.starts_with(begin))
    };
    config.upstreams.is_empty()
        || config.upstreams.keys().any(|name| server(name))
        || server(OWN)
        || begin.starts_with(STEPS)
        || (!rule.is_exact() && STEPS.starts_with(begin))
}

/// Why no call can meet an allow.
fn never(rule: &Rule) -> Option<String> {
    for (name, value) in rule.spec().when.iter().flatten() {
        let Some(text) = value.as_str() else { continue };
        let wild = text.contains(['*', '?', '[', '{']);
        let path = text.split_once("://").map_or(text, |(_, rest)| rest);
        let slashes = text.contains('/') && !text.contains('\\');
        if wild && text != "*" && slashes && !lexical::plain_path(path) {
            return Some(format!(
                "`when.{name}` is `{text}`, and an allow takes no path with `.`, `..`, `//`, `~` or `%`"
            ));
        }
        let texts = !wild && !text.contains('\\');
        if let Some(pattern) = rule.pattern().filter(|_| texts)
            && !pattern.matches(&Subject::new(Some(&Node::String(text.into()))))
        {
            return Some(format!(
                "`when.{name}` wants `{text}`, which `pattern` does not fit whole"
            ));
        }
    }
    None
}

/// Whether everything that an allow reaches runs without it.
fn idle(rule: &Rule, config: &Config) -> bool {
    // A call whose text it names may be asked for otherwise: an unlisted resource, a new definition. Reads are not.
    match config.stance {
        Stance::Ask => rule.allow_tier < config.require_approval_tier,
        Stance::Deny => {
            let mild =
                config.upstreams.values().any(|up| up.environment != Environment::Production);
            rule.allow_tier == Tier::READ
                || (rule.allow_tier == Tier::DEV_WRITE && !config.upstreams.is_empty() && !mild)
        }
    }
}
