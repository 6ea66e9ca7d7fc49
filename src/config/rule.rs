//! A rule as it judges: which tools, which arguments, and what then holds.
//!
//! A rule of the configuration and one of the store are written with the same members ([`RuleSpec`]) and compiled here,
//! so neither can mean what the other cannot. The tool pattern is a glob over `server__tool`, with the upstream's own
//! name for the tool, uncut, whatever name the client sees. The difference that matters between rules is in reading
//! conditions and patterns: strictly for an allow, loosely for an ask or deny. No rule matches on an argument that is not
//! there. Nothing is looked up and nothing is remembered between calls.

use crate::config::condition::Reading;
use crate::config::example;
use crate::config::pattern::Pattern;
use crate::config::shape::{Conditions, Key};
use crate::config::subject::Subject;
use crate::domain::id::RuleId;
use crate::domain::json::Node;
use crate::domain::policy::{RuleSpec, StoredRule};
use crate::domain::ruling::{Tier, Verdict};
use globset::{Glob, GlobBuilder};
use std::sync::Arc;

/// The longest pattern over tools, in bytes.
const TOOL_MAX: usize = 512;

/// One rule, compiled. Copies share what was compiled.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, when it is one of the store.
    pub id: Option<RuleId>,
    /// Its name in rulings: as written, else `rule N`, or `rule` and the short id.
    pub name: String,
    /// The pattern over `server__tool`: as written, or `*` beside a `pattern`.
    pub tool: String,
    /// What holds when it matches.
    pub effect: Verdict,
    /// The gravest tier that an allow reaches.
    pub allow_tier: Tier,
    /// The least tier of the calls that it matches; it raises and never lowers.
    pub raises_to: Option<Tier>,
    /// How sure its author is, 0 to 1. Decides nothing.
    pub score: Option<f64>,
    /// Why, in its author's words.
    pub reason: Option<String>,
    spec: Arc<RuleSpec>,
    conditions: Option<Arc<Conditions>>,
    pattern: Option<Arc<Pattern>>,
}

/// What is wrong with a rule, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// The member at fault, `pattern` or `when.path` for instance.
    pub at: String,
    /// The same as a JSON pointer into the rule.
    pub pointer: String,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

impl RuleFault {
    pub(crate) fn new(member: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { at: member.to_owned(), pointer: format!("/{member}"), message }
    }
}

impl std::fmt::Display for RuleFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: {}", self.at, self.message)
    }
}

impl Rule {
    /// Compiles a rule of the store.
    ///
    /// # Errors
    /// What is wrong with it; of one that was checked when it was proposed nothing should be.
    pub fn of_stored(rule: &StoredRule) -> Result<Self, Vec<RuleFault>> {
        Self::compile(&rule.spec, &format!("rule {}", rule.id.short()))
            .map(|compiled| Self { id: Some(rule.id), ..compiled })
    }

    /// Compiles a rule. Without a name of its own it is called `unnamed`.
    ///
    /// # Errors
    /// Everything that is wrong with it, but for its examples: see [`Rule::broken_example`].
    pub fn compile(spec: &RuleSpec, unnamed: &str) -> Result<Self, Vec<RuleFault>> {
        let mut faults = members(spec);
        let tool = spec.tool.clone().unwrap_or_else(|| "*".to_owned());
        if spec.tool.is_some()
            && let Err(message) = glob(&tool)
        {
            faults.push(RuleFault::new("tool", message));
        }
        let reading = if spec.effect == Verdict::Allow { Reading::Strict } else { Reading::Loose };
        if spec.effect == Verdict::Allow && spec.pattern.is_some() && !is_exact(&tool) {
            // A pattern says nothing of what a tool does with the texts that it is given.
            let message = "must name one tool, without wildcards, where an allow has a `pattern`";
            faults.push(RuleFault::new("tool", message));
        }
        let pattern = spec.pattern.as_deref().map(|source| Pattern::read(source, reading));
        let pattern = pattern.transpose().map_err(|e| faults.push(RuleFault::new("pattern", e)));
        let conditions = spec.when.as_ref().map(|when| Conditions::read(when, reading));
        let conditions = conditions.transpose().map_err(|wrong| {
            faults.extend(wrong.into_iter().map(|(name, message)| RuleFault {
                at: format!("when.{name}"),
                pointer: format!("/when/{}", name.replace('~', "~0").replace('/', "~1")),
                message,
            }));
        });
        let (Ok(pattern), Ok(conditions), true) = (pattern, conditions, faults.is_empty()) else {
            return Err(faults);
        };
        Ok(Self {
            id: None,
            name: spec.name.clone().unwrap_or_else(|| unnamed.to_owned()),
            tool,
            effect: spec.effect,
            allow_tier: spec.allow_tier.unwrap_or(Tier::WRITE),
            raises_to: spec.tier,
            score: spec.score,
            reason: spec.reason.clone(),
            spec: Arc::new(spec.clone()),
            conditions: conditions.map(Arc::new),
            pattern: pattern.map(Arc::new),
        })
    }

    /// The rule as it was written.
    #[must_use]
    pub fn spec(&self) -> &RuleSpec {
        &self.spec
    }

    /// The first of its own examples that it disagrees with, in words; `None` when it agrees with all.
    #[must_use]
    pub fn broken_example(&self) -> Option<RuleFault> {
        let broken = example::broken(self)?;
        Some(RuleFault {
            at: format!("{} example {}", broken.list, broken.index + 1),
            pointer: format!("/{}/{}", broken.list, broken.index),
            message: broken.to_string(),
        })
    }

    /// The tool pattern compiled. Whether it is one was checked when the rule was read.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn tool_glob(&self) -> Result<Glob, String> {
        glob(&self.tool)
    }

    /// Whether the pattern names one tool only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        is_exact(&self.tool)
    }

    /// Whether the arguments meet conditions and pattern. Without arguments there is nothing that could.
    #[must_use]
    pub fn matches(&self, arguments: Option<&Node<'_>>) -> bool {
        self.fits(&Subject::new(arguments))
    }

    /// [`Rule::matches`], for many rules and one call.
    #[must_use]
    pub fn fits(&self, subject: &Subject<'_>) -> bool {
        self.conditions.as_ref().is_none_or(|conditions| conditions.met_by(subject))
            && self.pattern.as_ref().is_none_or(|pattern| {
                // Conditions of an allow name every argument; a pattern alone speaks of texts and of nothing else.
                let of_texts = self.effect != Verdict::Allow || self.conditions.is_some();
                (of_texts || subject.is_all_text()) && pattern.matches(subject)
            })
    }

    /// Whether nothing but the tool decides whether it matches.
    #[must_use]
    pub fn takes_any_arguments(&self) -> bool {
        self.conditions.is_none() && self.pattern.is_none()
    }

    /// The condition to look it up by.
    pub(crate) fn key(&self) -> Option<Key<'_>> {
        self.conditions.as_ref()?.key()
    }

    /// Its pattern.
    pub(crate) fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_deref()
    }

    /// About how many bytes it takes once everything in it is compiled; more rather than less.
    #[must_use]
    pub fn cost(&self) -> usize {
        1_024
            + 2 * self.tool.len()
            + self.conditions.as_ref().map_or(0, |conditions| conditions.cost())
            + self.pattern.as_ref().map_or(0, |pattern| pattern.cost())
    }
}

/// What can be seen without reading tool, pattern and conditions.
fn members(spec: &RuleSpec) -> Vec<RuleFault> {
    let mut faults = Vec::new();
    let mut wrong = |member, message: &str| faults.push(RuleFault::new(member, message));
    if spec.tool.is_none() && spec.pattern.is_none() {
        let message =
            "is missing; write `server__tool`, a glob such as `server__read_*`, or a `pattern`";
        wrong("tool", message);
    }
    if spec.name.as_ref().is_some_and(|name| name.is_empty() || name.len() > 200) {
        wrong("name", "must have 1 to 200 bytes; leave it out for one that is made up");
    }
    if spec.score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        wrong("score", "must be from 0 to 1");
    }
    if spec.allow_tier.is_some() && spec.effect != Verdict::Allow {
        wrong("allow_tier", "says how far an allow reaches; this rule allows nothing");
    }
    if spec.tier.is_some() && spec.effect == Verdict::Allow {
        wrong(
            "tier",
            "raises what is asked or denied; for how far an allow reaches write `allow_tier`",
        );
    }
    faults
}

fn is_exact(tool: &str) -> bool {
    !tool.contains(['*', '?', '[', '{', '\\'])
}

/// A pattern over `server__tool`.
pub(in crate::config) fn glob(pattern: &str) -> Result<Glob, String> {
    if pattern.is_empty() {
        return Err(
            "is empty; write `server__tool` or a pattern such as `server__read_*`".to_owned()
        );
    }
    if pattern.len() > TOOL_MAX {
        return Err(format!("has more than {TOOL_MAX} bytes"));
    }
    GlobBuilder::new(pattern)
        .literal_separator(false)
        .backslash_escape(true)
        .build()
        .map_err(|e| format!("`{pattern}` is not a tool pattern: {}", e.kind()))
}
