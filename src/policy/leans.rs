//! What an ask leaned on, as one digest: by it a kept answer sees that its ground is another one now.
//!
//! In it is whatever made the question what it was: tier, effect and action, the stance, the state of the definition, each
//! reason that asks or matched, with the text of its rule, and the text of each module that was asked and what it asked.
//! Words of rules are not in it, nor is the number of the policy: a change of something else leaves an answer alone. It is made
//! for asks only, never for what is allowed at once.

use crate::config::{Rule, Stance};
use crate::domain::digest::Digest;
use crate::domain::policy::{RuleSpec, StoredModule};
use crate::domain::ruling::{Action, Effect, Layer, Tier};
use crate::policy::facts::Facts;
use crate::policy::finding::Finding;

/// Everything that goes into it.
pub(crate) struct Leans<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) tier: Tier,
    pub(crate) effect: Effect,
    pub(crate) action: Action,
    pub(crate) stance: Stance,
    pub(crate) ask_from: Tier,
    /// What was found.
    pub(crate) findings: &'a [Finding],
    /// Every rule that matched, whether or not it reaches so far.
    pub(crate) rules: &'a [&'a Rule],
    /// Every module that was asked.
    pub(crate) modules: Vec<&'a StoredModule>,
    /// What modules are configured with.
    pub(crate) config: &'a serde_json::Value,
}

impl Leans<'_> {
    /// The digest.
    pub(crate) fn digest(self) -> Digest {
        let mut parts = vec![
            "leans 2".to_owned(),
            format!("{} {} {}", self.tier, self.effect.as_str(), self.action.as_str()),
            format!("{:?} {}", self.stance, self.ask_from),
        ];
        if let Some(definition) = &self.facts.definition {
            let effect = definition.effect.map_or("", Effect::as_str);
            parts.push(format!("definition {} {effect}", definition.state.as_str()));
        }
        // Order says nothing: rules and modules may be written in another one.
        let is_modules = |finding: &&Finding| finding.layer == Layer::Rego;
        let mut asked: Vec<String> =
            self.findings.iter().filter(is_modules).filter_map(sentence).collect();
        let others = self.findings.iter().filter(|finding| !is_modules(finding));
        let mut said: Vec<String> = others.filter_map(reason).collect();
        said.extend(self.rules.iter().map(|rule| format!("rule {} {}", rule.name, judged(rule))));
        said.extend(self.modules.iter().map(|module| {
            format!(
                "module {} {} {} {} {}",
                module.name,
                module.scope.as_str(),
                module.scope_id.as_deref().unwrap_or_default(),
                module.on_error.as_str(),
                Digest::sha256(&[module.text.as_bytes()])
            )
        }));
        if !self.modules.is_empty() {
            said.push(format!("config {}", self.config));
        }
        said.sort_unstable();
        said.dedup();
        parts.extend(said);
        // How often counts: two modules that ask alike are no longer one once one of them is silent.
        asked.sort_unstable();
        parts.extend(asked);
        let lengths: Vec<[u8; 8]> = parts.iter().map(|p| (p.len() as u64).to_be_bytes()).collect();
        let pieces: Vec<&[u8]> = lengths
            .iter()
            .zip(&parts)
            .flat_map(|(n, part)| [n.as_slice(), part.as_bytes()])
            .collect();
        Digest::sha256(&pieces)
    }
}

/// A reason without its words.
fn reason(finding: &Finding) -> Option<String> {
    let verdict = finding.verdict?;
    Some(format!("{} {} {}", finding.layer.as_str(), finding.rule, verdict.as_str()))
}

/// A module's reason with its words: by them alone its sentences differ. One that quotes arguments is another for each.
fn sentence(finding: &Finding) -> Option<String> {
    let words = Digest::sha256(&[finding.message.as_bytes()]);
    reason(finding).map(|reason| format!("{reason} {words}"))
}

/// Digest of what a rule judges by: all but what only names, rates, explains or tries it.
fn judged(rule: &Rule) -> Digest {
    let spec = RuleSpec {
        score: None,
        name: None,
        reason: None,
        matches: Vec::new(),
        not_match: Vec::new(),
        ..rule.spec().clone()
    };
    // Without a text of its own it is like no other, so the answer that leans on it is never found again.
    let text =
        serde_json::to_vec(&spec).unwrap_or_else(|_| uuid::Uuid::now_v7().as_bytes().to_vec());
    Digest::sha256(&[&text])
}
