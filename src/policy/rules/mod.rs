//! The rules of the configuration and of the store, found by tool and then tried on the arguments.
//!
//! A call is held only against rules whose tool pattern fits: exact names by hash, globs by one combined automaton.
//! Deny beats ask beats allow, and nothing else orders them; where a rule comes from counts for nothing. An ask or deny
//! may raise the call's tier, and an allow must then reach the raised one. Listings and completions are no business of
//! rules.

#[cfg(test)]
mod tests;

use crate::config::{Rule, Subject};
use crate::domain::policy::{RuleSpec, StoredRule};
use crate::domain::ruling::{Layer, Tier, Verdict};
use crate::policy::finding::Finding;
use globset::{GlobSet, GlobSetBuilder};
use std::collections::HashMap;

/// Compiles a rule as it is written in JSON, and tries it on its own examples.
///
/// # Errors
/// Everything that is wrong with it, in words.
pub fn compile_rule(spec: &RuleSpec) -> Result<Rule, String> {
    let rule = Rule::compile(spec, "this rule")
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    rule.broken_example().map_or(Ok(rule), |broken| Err(broken.to_string()))
}

/// Rules compiled for looking up.
#[derive(Debug)]
pub(crate) struct Rules {
    all: Vec<Rule>,
    exact: HashMap<String, Vec<usize>>,
    globs: GlobSet,
    /// The rule of each glob, in the order of the set.
    of_glob: Vec<usize>,
}

/// What the rules make of a call.
#[derive(Debug)]
pub(crate) struct Ruled {
    /// What they ask for.
    pub findings: Vec<Finding>,
    /// Of allows that do not reach so far.
    pub warnings: Vec<String>,
    /// The tier, as high as the matching rules raise it.
    pub tier: Tier,
}

impl Ruled {
    /// Where rules have no say.
    pub(crate) fn nothing(tier: Tier) -> Self {
        Self { findings: Vec::new(), warnings: Vec::new(), tier }
    }
}

impl Rules {
    /// Compiles the table; an error names the rule at fault.
    pub(crate) fn build(rules: &[Rule], stored: &[StoredRule]) -> Result<Self, String> {
        let mut all = rules.to_vec();
        for rule in stored {
            all.push(Rule::of_stored(rule).map_err(|faults| {
                let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
                format!("stored rule `{}`: {}", rule.id, words.join("; "))
            })?);
        }
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        let mut set = GlobSetBuilder::new();
        let mut of_glob = Vec::new();
        for (index, rule) in all.iter().enumerate() {
            if rule.is_exact() {
                exact.entry(rule.tool.clone()).or_default().push(index);
            } else {
                set.add(rule.tool_glob().map_err(|e| format!("{}: {e}", rule.name))?);
                of_glob.push(index);
            }
        }
        let globs = set.build().map_err(|e| format!("the tool patterns together: {e}"))?;
        Ok(Self { all, exact, globs, of_glob })
    }

    /// Whether there is no rule at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Rules that may match, or not, by what is not known of the call: `sure` takes all of it for not met, `maybe` for met.
    pub(crate) fn undecided(
        &self,
        name: &str,
        sure: &Subject<'_>,
        maybe: &Subject<'_>,
    ) -> Vec<&Rule> {
        let by_glob = if self.globs.is_empty() { Vec::new() } else { self.globs.matches(name) };
        let candidates = self.exact.get(name).into_iter().flatten().copied();
        candidates
            .chain(by_glob.into_iter().filter_map(|glob| self.of_glob.get(glob).copied()))
            .filter_map(|index| self.all.get(index))
            .filter(|rule| rule.fits(maybe) && !rule.fits(sure))
            .collect()
    }

    /// What the rules say of a call of `name` (`server__tool`) at this tier.
    pub(crate) fn judge(&self, name: &str, subject: &Subject<'_>, tier: Tier) -> Ruled {
        let by_glob = if self.globs.is_empty() { Vec::new() } else { self.globs.matches(name) };
        let candidates = self.exact.get(name).into_iter().flatten().copied();
        let matching: Vec<&Rule> = candidates
            .chain(by_glob.into_iter().filter_map(|glob| self.of_glob.get(glob).copied()))
            .filter_map(|index| self.all.get(index))
            .filter(|rule| rule.fits(subject))
            .collect();
        ruled(&matching, tier)
    }
}

/// What rules that match make of a call.
fn ruled(matching: &[&Rule], tier: Tier) -> Ruled {
    let tier = matching.iter().filter_map(|rule| rule.raises_to).fold(tier, Tier::max);
    let mut ruled = Ruled::nothing(tier);
    for rule in matching {
        if rule.effect == Verdict::Allow && tier > rule.allow_tier {
            ruled.warnings.push(format!(
                "`{}` would allow this call, but reaches tier {} and the call is tier {tier}",
                rule.name, rule.allow_tier
            ));
        } else {
            ruled.findings.push(finding(rule));
        }
    }
    ruled
}

fn finding(rule: &Rule) -> Finding {
    let verb = match rule.effect {
        Verdict::Allow => "allows",
        Verdict::Ask => "asks before",
        Verdict::Deny => "denies",
    };
    // A name may be given twice; the id tells which rule of the store it was.
    let name = match rule.id {
        Some(id) => format!("`{}` ({})", rule.name, id.short()),
        None => format!("`{}`", rule.name),
    };
    let message = match &rule.reason {
        Some(reason) => format!("{name} {verb} this: {reason}"),
        None => format!("{name} {verb} calls of `{}` with such arguments", rule.tool),
    };
    Finding {
        verdict: Some(rule.effect),
        layer: Layer::Rules,
        rule: rule.name.clone().into(),
        message,
    }
}
