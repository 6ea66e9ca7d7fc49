//! Modules that ask for what nobody tells them, and settings of modules that do not judge.
//!
//! Only what stands in the text is seen: a name put together at run time is not.

use crate::config::Config;
use crate::domain::policy::{ModuleStatus, StoredModule, StoredPolicy};
use crate::policy::lint::{At, Lint, Source};
use crate::policy::module::{Unfilled, unfilled};
use crate::policy::rego::reads;

/// What is odd about modules.
pub(crate) fn of(config: &Config, stored: &StoredPolicy) -> Vec<Lint> {
    let all: Vec<&StoredModule> = config.modules.iter().chain(&stored.modules).collect();
    let judging = || all.iter().filter(|module| module.status == ModuleStatus::Active);
    let mut found: Vec<Lint> =
        judging().flat_map(|m| reading(&m.name, &m.text, Some(config))).collect();
    for name in config.governance.config.as_object().into_iter().flat_map(|tables| tables.keys()) {
        let stands = all.iter().find(|module| module.name == *name);
        let why = match stands.map(|module| module.status) {
            Some(ModuleStatus::Active) => continue,
            Some(status) => format!("the module is {}", status.as_str()),
            None => "there is no such module".to_owned(),
        };
        // A table may be meant for modules that read it under another name.
        let used = judging().any(|module| {
            let whole = ["data", "config", name.as_str()];
            reads(&module.text).iter().any(|read| read.steps.iter().take(3).eq(whole))
        });
        if !used {
            let at = At::new(Source::Configuration, format!("`[policy.config.{name}]`"));
            let help = "make the module active, or take the table away";
            found.push(Lint::new("module.inactive", &at, format!("nothing reads it: {why}"), help));
        }
    }
    found
}

/// What one module reads that nobody fills: at all, or under this configuration. What it reads of `data` and is not there
/// is no matter of taste: it is not let in.
pub(crate) fn reading(name: &str, text: &str, config: Option<&Config>) -> Vec<Lint> {
    let told = |one: Unfilled| {
        Lint::new("module.no_input", &At::module(name, one.at), one.message, one.help)
    };
    unfilled(text, config).into_iter().map(told).collect()
}
