//! The rules of the configuration, found by tool and then tried on the arguments.
//!
//! A call is held only against rules whose tool pattern fits: exact names by hash, globs by one combined automaton.
//! Deny beats ask beats allow, and nothing else orders them. Listings and completions are no business of rules.

use crate::config::Rule;
use crate::domain::json::Node;
use crate::domain::policy::StoredRule;
use crate::domain::ruling::{Layer, Tier, Verdict};
use crate::policy::finding::Finding;
use globset::{GlobSet, GlobSetBuilder};
use std::collections::HashMap;

/// Rules compiled for looking up.
#[derive(Debug)]
pub(crate) struct Rules {
    all: Vec<Rule>,
    exact: HashMap<String, Vec<usize>>,
    globs: GlobSet,
    /// The rule of each glob, in the order of the set.
    of_glob: Vec<usize>,
}

impl Rules {
    /// Compiles the table; an error names the rule at fault.
    pub(crate) fn build(rules: &[Rule], _stored: &[StoredRule]) -> Result<Self, String> {
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        let mut set = GlobSetBuilder::new();
        let mut of_glob = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            if rule.is_exact() {
                exact.entry(rule.tool.clone()).or_default().push(index);
            } else {
                set.add(rule.tool_glob().map_err(|e| format!("{}: {e}", rule.name))?);
                of_glob.push(index);
            }
        }
        let globs = set.build().map_err(|e| format!("the tool patterns together: {e}"))?;
        Ok(Self { all: rules.to_vec(), exact, globs, of_glob })
    }

    /// Whether there is no rule at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What the rules say of a call of `name` (`server__tool`) at this tier; `warnings` hears of an allow that does
    /// not reach so far.
    pub(crate) fn judge(
        &self,
        name: &str,
        arguments: Option<&Node<'_>>,
        tier: Tier,
        warnings: &mut Vec<String>,
    ) -> Vec<Finding> {
        let by_glob = if self.globs.is_empty() { Vec::new() } else { self.globs.matches(name) };
        let candidates = self.exact.get(name).into_iter().flatten().copied();
        candidates
            .chain(by_glob.into_iter().filter_map(|glob| self.of_glob.get(glob).copied()))
            .filter_map(|index| self.all.get(index))
            .filter(|rule| rule.matches(arguments))
            .filter_map(|rule| {
                if rule.effect == Verdict::Allow && tier > rule.allow_tier {
                    warnings.push(format!(
                        "`{}` would allow this call, but reaches tier {} and the call is tier {tier}",
                        rule.name, rule.allow_tier
                    ));
                    return None;
                }
                Some(finding(rule))
            })
            .collect()
    }
}

fn finding(rule: &Rule) -> Finding {
    let verb = match rule.effect {
        Verdict::Allow => "allows",
        Verdict::Ask => "asks before",
        Verdict::Deny => "denies",
    };
    let message = match &rule.reason {
        Some(reason) => format!("`{}` {verb} this: {reason}", rule.name),
        None => format!("`{}` {verb} calls of `{}` with such arguments", rule.name, rule.tool),
    };
    Finding {
        verdict: Some(rule.effect),
        layer: Layer::Rules,
        rule: rule.name.clone().into(),
        message,
    }
}
