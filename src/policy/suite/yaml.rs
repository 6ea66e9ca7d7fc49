//! Suites in YAML, read strictly: a misspelt member that is skipped would be a test that tests nothing.

use crate::policy::suite::{Expected, Flaw, Text};
use serde::Deserialize;
use serde_json::{Map, Value};
use serde_saphyr::Spanned;
use std::collections::BTreeSet;

/// A suite: what is tested and how.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suite {
    /// The package: `countersign.cost_control`; `cmbagent.` in front means the same.
    pub policy: String,
    /// What the module finds under `data.config`. Default: what is configured.
    #[serde(default)]
    pub config: Option<Map<String, Value>>,
    /// The cases.
    pub tests: Vec<Spanned<Case>>,
}

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// Its name, unique in the suite.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The policy action.
    pub action: String,
    /// What is acted on.
    pub resource: Map<String, Value>,
    /// What is known around it.
    #[serde(default)]
    pub context: Option<Map<String, Value>>,
    /// When; RFC 3339. Default: no clock.
    #[serde(default)]
    pub timestamp: Option<String>,
    /// What must come.
    pub expected: Wanted,
}

/// What must come.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// What is decided.
    pub decision: Decision,
    /// Exactly these, whatever their order. Default: not looked at.
    #[serde(default)]
    pub deny_reasons: Option<BTreeSet<String>>,
    /// Exactly these, whatever their order. Default: not looked at.
    #[serde(default)]
    pub ask_reasons: Option<BTreeSet<String>>,
    /// Exactly these, whatever their order. Default: not looked at.
    #[serde(default)]
    pub warnings: Option<BTreeSet<String>>,
}

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// It runs.
    #[serde(alias = "approve")]
    Allow,
    /// A person must say yes.
    Ask,
    /// It does not run.
    #[serde(alias = "denied", alias = "reject", alias = "rejected")]
    Deny,
}

impl Decision {
    /// Its word.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

impl Wanted {
    /// The same as what came is told.
    pub(crate) fn told(&self) -> Expected {
        let list = |set: &Option<BTreeSet<String>>| {
            set.as_ref().map(|set| set.iter().cloned().collect::<Vec<_>>())
        };
        Expected {
            decision: self.decision.as_str().to_owned(),
            deny_reasons: list(&self.deny_reasons),
            ask_reasons: list(&self.ask_reasons),
            warnings: list(&self.warnings),
        }
    }
}

/// Reads a suite.
///
/// # Errors
/// The place of the first thing that is wrong.
pub(crate) fn read(source: &Text) -> Result<Suite, Flaw> {
    let at = |line: u64, column: u64, message: String| Flaw {
        file: source.file.clone(),
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
        message,
    };
    let suite: Suite = serde_saphyr::from_str(&source.text).map_err(|error| {
        let place = error.location();
        let (line, column) = place.map_or((0, 0), |place| (place.line(), place.column()));
        at(line, column, said(error.without_snippet()))
    })?;
    if suite.tests.is_empty() {
        return Err(at(0, 0, "it has no tests".to_owned()));
    }
    let mut names = BTreeSet::new();
    for case in &suite.tests {
        if !names.insert(case.value.name.as_str()) {
            let message = format!("two tests have the name `{}`", case.value.name);
            return Err(at(case.referenced.line(), case.referenced.column(), message));
        }
    }
    Ok(suite)
}

/// What the reader says, without the place that stands beside it already.
fn said(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // Nor what a program that uses the reader could set.
    let first = first.split(", set DuplicateKeyPolicy").next().unwrap_or(first);
    first.split(" at line ").next().unwrap_or(first).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "\
policy: cmbagent.cost_control
tests:
  - name: one
    description: why
    action: llm_call
    resource: { model: gpt-4 }
    context: { estimated_cost: 0.50, budget: { remaining_usd: 0.10 } }
    expected: { decision: deny, deny_reasons: [b, a, b] }
  - name: two
    action: llm_call
    resource: {}
    expected:
      decision: allow
";

    fn of(text: &str) -> Result<Suite, Flaw> {
        read(&Text { file: "x.yaml".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn a_suite_is_read_whole() {
        let suite = of(WHOLE).unwrap();
        assert_eq!((suite.policy.as_str(), suite.tests.len()), ("cmbagent.cost_control", 2));
        assert_eq!(suite.tests[1].referenced.line(), 9);
        let told = suite.tests[0].value.expected.told();
        assert_eq!(told.deny_reasons.as_deref(), Some(&["a".to_owned(), "b".to_owned()][..]));
        assert_eq!(told.to_string(), "deny, deny_reasons [a, b]");
        assert_eq!(suite.tests[0].value.context.as_ref().unwrap()["estimated_cost"], 0.5);
    }

    #[test]
    fn what_is_unknown_missing_or_twice_is_refused_with_its_line() {
        for (from, to, line, word) in [
            ("    description: why\n", "    descripton: why\n", 4, "descripton"),
            ("deny_reasons", "deny_reason", 8, "deny_reason"),
            ("policy:", "polcy:", 1, "polcy"),
            ("decision: deny", "decision: maybe", 8, "maybe"),
            ("name: two", "name: one", 9, "one"),
            ("    action: llm_call\n    resource: {}\n", "    resource: {}\n", 11, "action"),
            ("    action: llm_call\n    resource: {}\n", "    action: llm_call\n", 11, "resource"),
            ("{ model: gpt-4 }", "gpt-4", 6, "map"),
            ("description: why", "name: why", 4, "name"),
            ("remaining_usd: 0.10", "remaining_usd: .nan", 7, "nan"),
        ] {
            let text = WHOLE.replacen(from, to, 1);
            assert_ne!(text, WHOLE, "{from}");
            let flaw = of(&text).unwrap_err();
            assert_eq!(flaw.line, line, "{flaw}");
            let shown = flaw.to_string().to_lowercase();
            assert!(shown.contains(word) && shown.starts_with("x.yaml:"), "{to}: {shown}");
        }
        assert_eq!(
            of("policy: a\ntests: []\n").unwrap_err().to_string(),
            "x.yaml: it has no tests"
        );
    }
}
