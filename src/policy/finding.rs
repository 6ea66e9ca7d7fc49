//! What one check found, and how findings become a ruling: the verdict is the strictest that any of them asks for.

use crate::domain::ruling::{Layer, Reason, Verdict};
use std::borrow::Cow;

/// One thing that a check found.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// What it asks for; `None` only explains.
    pub verdict: Option<Verdict>,
    /// Who found it.
    pub layer: Layer,
    /// Code of the check or name of the rule.
    pub rule: Cow<'static, str>,
    /// Why, in plain words.
    pub message: String,
}

impl Finding {
    /// The kernel refuses.
    pub(crate) fn deny(rule: &'static str, message: impl Into<String>) -> Self {
        Self::kernel(Some(Verdict::Deny), rule, message)
    }

    /// The kernel wants a yes.
    pub(crate) fn ask(rule: &'static str, message: impl Into<String>) -> Self {
        Self::kernel(Some(Verdict::Ask), rule, message)
    }

    /// The kernel explains.
    pub(crate) fn note(rule: &'static str, message: impl Into<String>) -> Self {
        Self::kernel(None, rule, message)
    }

    fn kernel(verdict: Option<Verdict>, rule: &'static str, message: impl Into<String>) -> Self {
        Self { verdict, layer: Layer::Kernel, rule: Cow::Borrowed(rule), message: message.into() }
    }
}

/// The strictest verdict that the findings ask for; `None` when none asks for any.
pub(crate) fn strictest(findings: &[Finding]) -> Option<Verdict> {
    findings.iter().filter_map(|finding| finding.verdict).max()
}

/// The reasons, what is strictest first and otherwise in the order of the layers.
pub(crate) fn reasons(mut findings: Vec<Finding>) -> Vec<Reason> {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    findings
        .into_iter()
        .map(|f| Reason {
            layer: f.layer,
            rule: f.rule.into_owned(),
            message: f.message,
            verdict: f.verdict,
        })
        .collect()
}
