//! What modules may find in their input, and who puts it there: a module that waits for what nobody fills says nothing
//! for ever, and its author thinks that it guards.

use crate::config::{ActionMap, Config};
use std::collections::BTreeSet;

/// A member of the input.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// What a module writes after `input.`.
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What must be configured so that it is filled; `None` of what always is, or is in the calls themselves.
    pub wants: Option<&'static str>,
}

const fn given(name: &'static str, source: &'static str) -> Field {
    Field { name, source, wants: None }
}

const fn wanting(name: &'static str, source: &'static str, wants: &'static str) -> Field {
    Field { name, source, wants: Some(wants) }
}

/// Every member that the host ever fills.
pub const FIELDS: &[Field] = &[
    given("schema", "always 1"),
    given("action", "`[upstream.X.action]`, else inferred by the kernel"),
    given("tool", "the call"),
    given("server", "the call: the name of the upstream"),
    given("agent", "the session: OS user and client, `ada/claude-code`"),
    given("user", "the session: the OS user"),
    given("session_id", "the session"),
    given("environment", "`environment` of the upstream"),
    given("effect", "the kernel"),
    given("tier", "the kernel, 0 to 3"),
    given("args_digest", "the call"),
    given("args_bytes", "the call"),
    wanting("project", "`policy.project`", "`policy.project`"),
    given("resource", "the arguments"),
    given(
        "resource.path",
        "`path` of the action map, else the usual names; a call of several paths is judged by each",
    ),
    given("resource.url", "`url` of the action map, else `url` or `uri`"),
    given("resource.host", "the host of `resource.url`"),
    given("resource.size", "the argument `size`"),
    given("resource.region", "`region` of the action map, else the argument `region`"),
    given("resource.model", "as `model`"),
    given("model", "`model` of the action map, else the argument `model`"),
    given("task_priority", "`priority` of the action map, else `task_priority` or `priority`"),
    wanting("estimated_cost_usd", "`[upstream.X.cost]`", "`[upstream.X.cost]`"),
    wanting(
        "budget_remaining_usd",
        "the tightest `[budget.NAME]` that the call falls under",
        "`[budget.NAME]`",
    ),
    given("recent_calls", "the journal: calls of this agent within `policy.window`"),
    given("timewindow_seconds", "`policy.window`"),
    wanting(
        "data_classification",
        "`classification` of the upstream, and what the call says where the action map points to it",
        "`classification` of an upstream, or of one of its actions",
    ),
    given("approval", "the yes that the call runs under: `id` and `approver`"),
    given("run_id", "the run that the call is a step of"),
    given("step_id", "the step, from 0"),
    given("now_ns", "the clock of the gateway, nanoseconds since 1970"),
];

impl Field {
    fn filled(&self, config: &Config) -> bool {
        let servers = || config.upstreams.values();
        let mapped = |with: fn(&ActionMap) -> bool| {
            servers().any(|server| server.actions.values().any(with))
        };
        match self.name {
            "project" => config.governance.project.is_some(),
            "estimated_cost_usd" => servers().any(|server| !server.costs.is_empty()),
            "budget_remaining_usd" => !config.budgets.is_empty(),
            "data_classification" => {
                servers().any(|server| server.classification.is_some())
                    || mapped(|map| map.classification.is_some())
            }
            _ => true,
        }
    }
}

/// What a module reads out of its input: `resource.path` for `input.resource.path`. What it reaches by other means, as
/// `object.get(input, ...)`, is not seen.
#[must_use]
pub fn read_by(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with('#')) {
        for (at, _) in line.match_indices("input.") {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                continue;
            }
            let path: String = line[at + "input.".len()..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '.')
                .collect();
            let mut parts = path.split('.').filter(|part| !part.is_empty());
            let Some(first) = parts.next() else { continue };
            // Only what stands under `resource` has names of ours.
            match parts.next() {
                Some(second) if first == "resource" => found.insert(format!("{first}.{second}")),
                _ => found.insert(first.to_owned()),
            };
        }
    }
    found
}

/// Of what a module reads, each that nobody fills, with what to do.
#[must_use]
pub fn unfilled(text: &str, config: &Config) -> Vec<(String, String)> {
    let missing = |name: String| {
        let Some(field) = FIELDS.iter().find(|field| field.name == name) else {
            let help = "no such member is ever filled; `policies/README.md` lists them".to_owned();
            return Some((name, help));
        };
        let wants = field.wants.filter(|_| !field.filled(config))?;
        Some((name, format!("nobody fills it before the configuration has {wants}")))
    };
    read_by(text).into_iter().filter_map(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::templates::TEMPLATES;
    use std::path::Path;

    #[test]
    fn what_a_module_reads_is_found() {
        let text =
            "# input.comment\nx if input.resource.path == my_input.no\ny := input.approval.id\n";
        let found: Vec<String> = read_by(text).into_iter().collect();
        assert_eq!(found, ["approval", "resource.path"]);
    }

    #[test]
    fn templates_say_what_they_need_and_need_nothing_unknown() {
        for template in TEMPLATES {
            let mut read = read_by(template.text);
            read.remove("action");
            let needs: BTreeSet<String> =
                template.needs.iter().map(|need| (*need).to_owned()).collect();
            assert_eq!(read, needs, "{}", template.name);
            for need in template.needs {
                assert!(FIELDS.iter().any(|field| field.name == *need), "{need}");
            }
        }
    }

    #[test]
    fn what_nobody_fills_is_named_until_it_is_configured() {
        let text = "x := input.budget_remaining_usd\ny := input.model\nz := input.remaining\n";
        let names = |config: &str| {
            let config = crate::config::parse(config, Path::new("t.toml")).unwrap();
            unfilled(text, &config).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["budget_remaining_usd", "remaining"]);
        assert_eq!(names("[budget.all]\nlimit_usd = 1.0\n"), ["remaining"]);
    }
}
