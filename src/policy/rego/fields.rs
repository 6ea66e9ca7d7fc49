//! What modules may find in their input, and who puts it there: a module that waits for what nobody fills says nothing
//! for ever, and its author thinks that it guards.

use crate::config::{ActionMap, Config};
use crate::policy::rego::reads::reads;
use std::collections::BTreeMap;

/// A member of the input.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// What a module writes after `input.`.
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// What to configure so that it is filled; `None` of what always is, or is in the calls themselves.
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
    wanting("project", "`policy.project`", "name it in `policy.project`"),
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
    wanting("estimated_cost_usd", "`[upstream.X.cost]`", "write `[upstream.X.cost]`"),
    wanting(
        "budget_remaining_usd",
        "the tightest `[budget.NAME]` that the call falls under",
        "write `[budget.NAME]`",
    ),
    given("recent_calls", "the journal: calls of this agent within `policy.window`"),
    given("timewindow_seconds", "`policy.window`"),
    wanting(
        "data_classification",
        "`classification` of the upstream; a call that says another one is judged by each",
        "write `classification` of an upstream, or of one of its actions",
    ),
    given("approval", "the yes that the call runs under: `id` and `approver`"),
    given("run_id", "the run that the call is a step of"),
    given("step_id", "the step, from 0"),
    given("now_ns", "the clock of the gateway, nanoseconds since 1970"),
];

impl Field {
    /// Whether anything but a call fills it.
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

/// What a module reads out of its input and nobody fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// What stands after `input.`.
    pub name: String,
    /// The first place that reads it: line and column, from 1.
    pub at: (u32, u32),
    /// What is so, and why.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// What a module reads out of its input: `resource.path` for `input.resource.path`, with the first place that does.
fn read_by(text: &str) -> BTreeMap<String, (u32, u32)> {
    let mut found = BTreeMap::new();
    for read in reads(text) {
        let mut steps = read.steps.iter().map(String::as_str);
        let (Some("input"), Some(first)) = (steps.next(), steps.next()) else { continue };
        // Only what stands under `resource` has names of ours.
        let name = match steps.next() {
            Some(second) if first == "resource" => format!("{first}.{second}"),
            _ => first.to_owned(),
        };
        found.entry(name).or_insert((read.line, read.column));
    }
    found
}

/// Of what a module reads, each that nobody fills: at all, or under this configuration.
#[must_use]
pub fn unfilled(text: &str, config: Option<&Config>) -> Vec<Unfilled> {
    let missing = |(name, at): (String, (u32, u32))| {
        let (why, help) = match FIELDS.iter().find(|field| field.name == name) {
            None => ("is never there", "`policies/README.md` lists what there is"),
            Some(field) if field.filled(config?) => return None,
            Some(Field { name: "data_classification", wants, .. }) => {
                ("only calls say of themselves", (*wants)?)
            }
            Some(field) => ("nobody fills", field.wants?),
        };
        let message = format!("it asks for `input.{name}`, which {why}");
        Some(Unfilled { name, at, message, help })
    };
    read_by(text).into_iter().filter_map(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::templates::TEMPLATES;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn templates_say_what_they_need_and_need_nothing_unknown() {
        for template in TEMPLATES {
            let mut read: BTreeSet<String> = read_by(template.text).into_keys().collect();
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
        let text = "x := input.budget_remaining_usd\ny := input.model\nz := input[\"remaining\"]\nr := input.resource.pth\nq := input.remaining";
        let names = |config: Option<&str>| {
            let config =
                config.map(|text| crate::config::parse(text, Path::new("t.toml")).unwrap());
            let found = unfilled(text, config.as_ref()).into_iter();
            found.map(|one| (one.name, one.at.0)).collect::<Vec<_>>()
        };
        let of = |name: &str, line: u32| (name.to_owned(), line);
        let never = [of("remaining", 3), of("resource.pth", 4)];
        assert_eq!(names(None), never);
        assert_eq!(names(Some("[budget.all]\nlimit_usd = 1.0\n")), never);
        assert_eq!(names(Some(""))[..1], [of("budget_remaining_usd", 1)]);
    }
}
