//! The rules of the configuration and of the store, found by tool and then tried on the arguments.
//!
//! A call is held only against rules that may match: the name finds the tool patterns ([`tools`]), the arguments those
//! of their rules whose conditions may be met ([`sieve`]), the texts those whose pattern may fit ([`texts`]). Each finds
//! too much rather than too little, and what is found is then tried. Deny beats ask beats allow, and nothing else orders them; where a rule comes from counts for nothing. An ask or deny
//! may raise the call's tier, and an allow must then reach the raised one. Listings and completions are no business of
//! rules.

mod sieve;
#[cfg(test)]
mod tests;
mod texts;
pub(crate) mod tools;

use crate::config::{Rule, Subject};
use crate::domain::policy::{RuleSpec, StoredRule};
use crate::domain::ruling::{Layer, Tier, Verdict};
use crate::policy::finding::Finding;
use crate::policy::rules::sieve::Sieve;
use crate::policy::rules::texts::Texts;
use crate::policy::rules::tools::Tools;
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

/// So few patterns are tried one by one: looking for their texts first would cost more.
const FEW: usize = 4;

/// Rules compiled for looking up.
#[derive(Debug)]
pub(crate) struct Rules {
    all: Vec<Rule>,
    tools: Tools,
    /// For each tool pattern, what its rules need.
    of_tool: Vec<OfTool>,
    /// The tool pattern of each rule.
    tool_of: Vec<usize>,
    texts: Texts,
}

/// The rules of one tool pattern.
#[derive(Debug, Default)]
struct OfTool {
    /// Those without a pattern.
    sieve: Sieve,
    /// Those with one.
    patterned: Vec<usize>,
}

/// What the rules make of a call.
#[derive(Debug)]
pub(crate) struct Ruled<'r> {
    /// What they ask for.
    pub findings: Vec<Finding>,
    /// Of allows that do not reach so far.
    pub warnings: Vec<String>,
    /// The tier, as high as the matching rules raise it.
    pub tier: Tier,
    /// All that matched, whether or not they reach so far.
    pub matched: Vec<&'r Rule>,
}

impl<'r> Ruled<'r> {
    /// Where rules have no say.
    pub(crate) fn nothing(tier: Tier) -> Self {
        Self { findings: Vec::new(), warnings: Vec::new(), tier, matched: Vec::new() }
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
        let (mut tools, mut known) = (Tools::default(), HashMap::new());
        let mut tool_of = Vec::with_capacity(all.len());
        // Of each tool pattern, the rules without a pattern over texts, and those with one.
        type Parts<'r> = (Vec<(usize, &'r Rule)>, Vec<usize>);
        let mut parts: Vec<Parts<'_>> = Vec::new();
        for (index, rule) in all.iter().enumerate() {
            let tool = tools.add(rule, &mut known).map_err(|e| format!("{}: {e}", rule.name))?;
            tool_of.push(tool);
            parts.resize_with(parts.len().max(tool + 1), Default::default);
            let Some((plain, patterned)) = parts.get_mut(tool) else { continue };
            match rule.pattern() {
                Some(_) => patterned.push(index),
                None => plain.push((index, rule)),
            }
        }
        let of_tool = parts
            .into_iter()
            .map(|(plain, patterned)| OfTool { sieve: Sieve::build(&plain), patterned })
            .collect();
        let texts = Texts::build(all.iter().enumerate())?;
        Ok(Self { all, tools, of_tool, tool_of, texts })
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
        let fitting = self.tools.find(name);
        let of_these = |tool: &usize| fitting.contains(tool);
        let named = self.all.iter().zip(&self.tool_of).filter(|(_, tool)| of_these(tool));
        named.map(|(rule, _)| rule).filter(|rule| rule.fits(maybe) && !rule.fits(sure)).collect()
    }

    /// What the rules say of a call of `name` (`server__tool`) at this tier.
    pub(crate) fn judge(&self, name: &str, subject: &Subject<'_>, tier: Tier) -> Ruled<'_> {
        let matching: Vec<&Rule> = self
            .candidates(name, subject)
            .into_iter()
            .filter_map(|index| self.all.get(index))
            .filter(|rule| rule.fits(subject))
            .collect();
        ruled(matching, tier)
    }

    /// The rules that may match, in their order.
    fn candidates(&self, name: &str, subject: &Subject<'_>) -> Vec<usize> {
        let fitting = self.tools.find(name);
        let of = || fitting.iter().filter_map(|tool| self.of_tool.get(*tool));
        let mut found = Vec::new();
        of().for_each(|rules| rules.sieve.find(subject, &mut found));
        if of().map(|rules| rules.patterned.len()).sum::<usize>() <= FEW {
            found.extend(of().flat_map(|rules| rules.patterned.iter().copied()));
        } else {
            let of_these =
                |index: &usize| self.tool_of.get(*index).is_some_and(|tool| fitting.contains(tool));
            found.extend(self.texts.find(subject).into_iter().filter(of_these));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What rules that match make of a call.
fn ruled(matching: Vec<&Rule>, tier: Tier) -> Ruled<'_> {
    let tier = matching.iter().filter_map(|rule| rule.raises_to).fold(tier, Tier::max);
    let mut ruled = Ruled::nothing(tier);
    for rule in &matching {
        if rule.effect == Verdict::Allow && tier > rule.allow_tier {
            ruled.warnings.push(format!(
                "`{}` would allow this call, but reaches tier {} and the call is tier {tier}",
                rule.name, rule.allow_tier
            ));
        } else {
            ruled.findings.push(finding(rule));
        }
    }
    Ruled { matched: matching, ..ruled }
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
