//! Modules that ask for what nobody tells them, and settings of modules that do not judge.
//!
//! Only what stands in the text is seen: a name put together at run time is not.

use crate::config::Config;
use crate::domain::policy::{ModuleStatus, StoredModule, StoredPolicy};
use crate::policy::lint::Lint;
use std::collections::BTreeSet;

/// What every module is told of every call, or of those that have it.
const ALWAYS: [&str; 21] = [
    "schema",
    "action",
    "tool",
    "server",
    "agent",
    "user",
    "session_id",
    "environment",
    "effect",
    "tier",
    "args_digest",
    "args_bytes",
    "resource",
    "now_ns",
    "recent_calls",
    "timewindow_seconds",
    "approval",
    "run_id",
    "step_id",
    "model",
    "task_priority",
];

/// What is odd about modules.
pub(crate) fn of(config: &Config, stored: &StoredPolicy) -> Vec<Lint> {
    let mut found = Vec::new();
    let all: Vec<&StoredModule> = config.modules.iter().chain(&stored.modules).collect();
    let stands = |name: &str| all.iter().find(|module| module.name == name);
    for module in all.iter().filter(|module| module.status == ModuleStatus::Active) {
        let at = format!("module `{}`", module.name);
        for field in named(&module.text, "input.") {
            if let Some((message, help)) = unfilled(&field, config) {
                found.push(Lint::new("module.no_input", &at, message, help));
            }
        }
        for other in named(&module.text, "data.countersign.") {
            let idle = stands(&other).filter(|other| other.status != ModuleStatus::Active);
            if idle.is_some() && other != module.name {
                let message = format!("it speaks of `{other}`, which is not active");
                found.push(Lint::new("module.inactive", &at, message, "make it active, too"));
            }
        }
    }
    for name in config.governance.config.as_object().into_iter().flat_map(|tables| tables.keys()) {
        let why = match stands(name).map(|module| module.status) {
            Some(ModuleStatus::Active) => continue,
            Some(status) => format!("the module is {}", status.as_str()),
            None => "there is no such module".to_owned(),
        };
        // A table may be meant for modules that read it under another name.
        let used = all.iter().any(|module| {
            module.status == ModuleStatus::Active
                && named(&module.text, "data.config.").contains(name.as_str())
        });
        if !used {
            let at = format!("`[policy.config.{name}]`");
            let help = "make the module active, or take the table away";
            found.push(Lint::new("module.inactive", &at, format!("nothing reads it: {why}"), help));
        }
    }
    found
}

/// Why a field is never there.
fn unfilled(field: &str, config: &Config) -> Option<(String, &'static str)> {
    let (filled, help) = match field {
        "project" => (config.governance.project.is_some(), "name it in `policy.project`"),
        "budget_remaining_usd" => (!config.budgets.is_empty(), "write a `[budget.NAME]`"),
        "estimated_cost_usd" => (
            config.upstreams.values().any(|up| !up.costs.is_empty()),
            "write `[upstream.NAME.cost]`",
        ),
        // Calls may say it of themselves under this name.
        "data_classification" => (true, ""),
        field => (ALWAYS.contains(&field), "see the documentation of what modules are told"),
    };
    (!filled).then(|| (format!("it asks for `input.{field}`, which is never there"), help))
}

/// The names that follow a word in a text, comments left out.
fn named(text: &str, word: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let code = line.split('#').next().unwrap_or_default();
        for (at, _) in code.match_indices(word) {
            let before = code.get(..at).and_then(|before| before.chars().next_back());
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                continue;
            }
            let rest = code.get(at + word.len()..).unwrap_or_default();
            let name: String =
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                names.insert(name);
            }
        }
    }
    names
}
