//! The modules that come along: six texts of `policies/`, built in, so that a name is enough to switch one on. None of
//! them judges before somebody does.

use crate::domain::policy::OnError;

/// A module that comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name; its package is `countersign.` and this.
    pub name: &'static str,
    /// The Rego text.
    pub text: &'static str,
    /// For people.
    pub description: &'static str,
    /// What holds when it fails, unless a change says otherwise.
    pub on_error: OnError,
    /// The members of the input that it wants; it warns of each that it misses.
    pub needs: &'static [&'static str],
}

/// All of them, by what they begin with: the one that allows everything, then by name.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "default",
        text: include_str!("../../policies/default.rego"),
        description: "allows everything; warns of deleted files, plain http and costs over a dollar",
        on_error: OnError::Allow,
        needs: &["resource.url", "estimated_cost_usd"],
    },
    Template {
        name: "compliance",
        text: include_str!("../../policies/compliance.rego"),
        description: "regulated data: approved hosts, allowed regions, a yes before it is changed",
        on_error: OnError::Deny,
        needs: &["data_classification", "resource.url", "resource.region", "approval", "agent"],
    },
    Template {
        name: "cost_control",
        text: include_str!("../../policies/cost_control.rego"),
        description: "model calls fit the budget; unimportant tasks take no expensive model",
        on_error: OnError::Allow,
        needs: &["estimated_cost_usd", "budget_remaining_usd", "model", "task_priority"],
    },
    Template {
        name: "data_privacy",
        text: include_str!("../../policies/data_privacy.rego"),
        description: "files that hold secrets: never read, and a yes before they are changed",
        on_error: OnError::Allow,
        needs: &["resource.path"],
    },
    Template {
        name: "rate_limiting",
        text: include_str!("../../policies/rate_limiting.rego"),
        description: "so many calls of one agent in the window, and no more",
        on_error: OnError::Allow,
        needs: &["recent_calls", "agent"],
    },
    Template {
        name: "time_restrictions",
        text: include_str!("../../policies/time_restrictions.rego"),
        description: "business hours only",
        on_error: OnError::Allow,
        needs: &["now_ns"],
    },
];

/// Tests of the templates in Rego, for whoever wants to see them pass.
pub const TEMPLATE_TESTS: &str = include_str!("../../policies/tests/policies_test.rego");

/// Suites of the templates, each with its name.
pub const TEMPLATE_SUITES: &[(&str, &str)] = &[
    ("compliance.yaml", include_str!("../../policies/tests/compliance.yaml")),
    ("cost_control.yaml", include_str!("../../policies/tests/cost_control.yaml")),
    ("data_privacy.yaml", include_str!("../../policies/tests/data_privacy.yaml")),
    ("default.yaml", include_str!("../../policies/tests/default.yaml")),
    ("rate_limiting.yaml", include_str!("../../policies/tests/rate_limiting.yaml")),
    ("time_restrictions.yaml", include_str!("../../policies/tests/time_restrictions.yaml")),
];

/// The one of this name.
#[must_use]
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
