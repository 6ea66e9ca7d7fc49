//! Rules, compared by what they judge: name, reason, score, examples and order are nothing.
//!
//! A rule that is changed is one that goes and one that comes. It loosens when an allow comes, or an ask or deny goes;
//! and when an ask comes under `stance = "deny"`, since the stance speaks only where every rule is silent.

use crate::config::loosening::Found;
use crate::config::{Stance, raw};
use crate::domain::ruling::{Tier, Verdict};
use std::collections::BTreeMap;

/// What one rule judges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judging {
    /// Everything that decides, as one text; equal for rules that judge alike.
    what: String,
    effect: Verdict,
    /// For people: its name or number, and the tools.
    shown: String,
}

/// What these rules judge.
pub(crate) fn judging(rules: &[raw::Rule]) -> Vec<Judging> {
    let of = |(index, rule): (usize, &raw::Rule)| {
        let raw::Rule {
            tool,
            pattern,
            effect,
            when,
            // Tried when the rule is read; they judge nothing afterwards.
            matches: _,
            not_match: _,
            name,
            // Decides nothing.
            score: _,
            allow_tier,
            tier,
            reason: _,
        } = rule;
        let tool = tool.as_deref().unwrap_or("*");
        // Conditions are a table: their order is that of their names.
        let when = when.as_ref().map(|when| toml::Value::Table(when.clone()).to_string());
        let reach = match effect {
            Verdict::Allow => Some(allow_tier.unwrap_or(Tier::WRITE.get())),
            Verdict::Ask | Verdict::Deny => *allow_tier,
        };
        let what = format!("{:?}", (tool, pattern, effect, when, reach, tier));
        let name = name.clone().unwrap_or_else(|| format!("rule {}", index + 1));
        Judging { what, effect: *effect, shown: format!("`{name}` for `{tool}`") }
    };
    rules.iter().enumerate().map(of).collect()
}

/// Holds two lists of rules against each other.
pub(in crate::config::loosening) fn compare(
    old: &[Judging],
    new: &[Judging],
    stance: Stance,
    found: &mut Found,
) {
    let by_what = |rules: &[Judging]| -> BTreeMap<String, Judging> {
        rules.iter().map(|rule| (rule.what.clone(), rule.clone())).collect()
    };
    let (was, comes) = (by_what(old), by_what(new));
    for rule in old.iter().filter(|rule| !comes.contains_key(&rule.what)) {
        let verb = match rule.effect {
            Verdict::Allow => continue,
            Verdict::Ask => "asks",
            Verdict::Deny => "denies",
        };
        found.add("rule", format!("{} {verb}, and is gone or judges otherwise", rule.shown));
    }
    for rule in new.iter().filter(|rule| !was.contains_key(&rule.what)) {
        match (rule.effect, stance) {
            (Verdict::Allow, _) => {
                found.add("rule", format!("{} allows, and is new or judges otherwise", rule.shown));
            }
            (Verdict::Ask, Stance::Deny) => {
                found.add("rule", format!("{} asks where the stance denies", rule.shown));
            }
            (Verdict::Ask, Stance::Ask) | (Verdict::Deny, _) => {}
        }
    }
}
