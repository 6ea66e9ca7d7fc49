//! Modules: policy in Rego, judged after the rules. A module may deny, ask or warn; nothing it says lifts what another
//! layer refused, and a module that fails is what its own `on_error` says, on record. What whoever calls can make fail is asked.

mod admit;
mod answer;
mod bind;
mod builtins;
mod chains;
mod compile;
mod fault;
mod fields;
mod flat;
mod input;
mod paths;
mod reads;
mod run;
mod said;
mod scan;
mod scope;
mod shape;
mod stack;
mod told;
mod trial;
mod tried;
mod value;
mod weight;

use crate::config::ActionMap;
use crate::domain::policy::{ModuleStatus, OnError, StoredModule};
use crate::domain::ruling::{Evaluated, Verdict};
use crate::policy::facts::{Facts, Needs};
use crate::policy::kernel::Judged;
use crate::policy::rego::answer::{Answer, Failure};
use crate::policy::rego::compile::{Compiled, How};
use crate::policy::rego::said::merged;
use regorus::Value;
use std::borrow::Cow;

pub use crate::policy::rego::admit::examine;
pub use crate::policy::rego::compile::{name_of, package_of};
pub use crate::policy::rego::fault::Fault;
pub use crate::policy::rego::fields::{FIELDS, Field, Unfilled, unfilled};
pub use crate::policy::rego::flat::flat_input;
pub(crate) use crate::policy::rego::input::Servers;
pub(crate) use crate::policy::rego::reads::reads;
pub(crate) use crate::policy::rego::said::Said;
pub use crate::policy::rego::scope::ScopeOf;
pub use crate::policy::rego::stack::on_deep_stack;
pub use crate::policy::rego::trial::{ModuleText, TrialReport, TrialRequest, try_out};
pub(crate) use crate::policy::rego::tried::compile_slowly;
pub use crate::policy::rego::tried::{Outcome, Tried, compile_once};

/// An input from elsewhere may take this many bytes and values.
const INPUT_MAX: usize = 256 * 1024;

/// A module that failed on so many inputs of one call, because of what the call holds, is asked about no more of them.
const FAILED_MAX: usize = 4;

/// The modules that stand, the active ones compiled.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    entries: Vec<Entry>,
    servers: Servers,
    needs: Needs,
}

#[derive(Debug)]
pub(crate) struct Entry {
    stored: StoredModule,
    package: String,
    /// `None` of one that does not judge.
    compiled: Option<Compiled>,
}

/// What may be shown of a call to whoever else is asked about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// One input for each file that it names, and so on.
    pub inputs: Vec<serde_json::Value>,
    /// Whether they are the whole call: it is not too large for them, and nothing in it could not be read.
    pub whole: bool,
}

/// What modules say to a question that came over another door.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// A module of the package stands; always true when none was named.
    pub known: bool,
    /// A module of the package judges; when none was named, any does.
    pub active: bool,
    /// The strictest of all; `None` when nothing was asked.
    pub verdict: Option<Verdict>,
    /// Why not, sorted.
    pub deny_reasons: Vec<String>,
    /// Why a person must say yes first, sorted.
    pub ask_reasons: Vec<String>,
    /// What a person should know; a module's own name stands before each.
    pub warnings: Vec<String>,
    /// The first failure, as `MODULE: WORD`.
    pub error: Option<String>,
    /// What each module came to.
    pub evaluated: Vec<Evaluated>,
}

impl Modules {
    /// Compiles the active ones of `modules`; an error names the module at fault. Nothing judges unless `enforced`.
    pub(crate) fn build(
        modules: &[&StoredModule],
        config: &serde_json::Value,
        servers: Servers,
        enforced: bool,
    ) -> Result<Self, String> {
        let data = data(config)?;
        let active = |module: &&&StoredModule| enforced && module.status == ModuleStatus::Active;
        let needs = Needs {
            clock: mentioned("now_ns", modules.iter().filter(active)),
            recent_calls: mentioned("recent_calls", modules.iter().filter(active)),
            budget: mentioned("budget", modules.iter().filter(active)),
        };
        let compile = |module: &&StoredModule| -> Result<Entry, Fault> {
            let active = enforced && module.status == ModuleStatus::Active;
            let compiled =
                active.then(|| admit::admitted(&module.name, &module.text, &data)).transpose()?;
            let package = package_of(&module.name);
            Ok(Entry { stored: (*module).clone(), package, compiled })
        };
        if !modules.iter().any(|module| active(&module)) {
            let entries: Result<_, _> = modules.iter().map(compile).collect();
            return Ok(Self { entries: entries.map_err(|f| f.to_string())?, servers, needs });
        }
        let built = stack::with_room(|| modules.iter().map(compile).collect::<Result<_, _>>());
        let entries = built.ok_or("a module makes the engine fail")?.map_err(|f| f.to_string())?;
        Ok(Self { entries, servers, needs })
    }

    /// What they want to be looked up.
    pub(crate) fn needs(&self) -> Needs {
        self.needs
    }

    /// Every module that stands: name, package, whether it judges, and why the slower way where it must be taken.
    pub(crate) fn packages(&self) -> Vec<(String, String, ModuleStatus)> {
        self.entries
            .iter()
            .map(|e| (e.stored.name.clone(), e.package.clone(), e.stored.status))
            .collect()
    }

    /// The module of this name.
    pub(crate) fn stored(&self, name: &str) -> Option<&StoredModule> {
        self.entries.iter().map(|entry| &entry.stored).find(|stored| stored.name == name)
    }

    /// Why what is not known of a call, or was not written down about it, may change what the modules in scope say of it.
    pub(crate) fn misses(
        &self,
        facts: &Facts<'_>,
        mapped: Option<&ActionMap>,
        unknown: &[String],
        budgets: bool,
    ) -> Option<&'static str> {
        let parts = facts.call.parts();
        let asked = self.in_scope(|| ScopeOf {
            session: Some(parts.session.to_string()),
            user: Some(scope::user_of(&parts.principal.name).to_owned()),
        });
        let reads = |word: &str| asked.iter().any(|entry| entry.stored.text.contains(word));
        if asked.is_empty() {
            return None;
        }
        // Keyed and of the whole arguments: not made again from what is kept.
        if reads("args_digest") {
            return Some("args_digest");
        }
        if facts.given.recent_calls.is_none() && reads("recent_calls") {
            return Some("recent_calls");
        }
        if budgets && facts.given.budget_micros.is_none() && reads("budget") {
            return Some("budget_remaining_usd");
        }
        if unknown.is_empty() {
            return None;
        }
        let shown = input::shows_any(parts, mapped, &self.servers, unknown);
        (shown || reads("args_bytes")).then_some("arguments")
    }

    /// Asks every module in scope about a call.
    pub(crate) fn judge(
        &self,
        facts: &Facts<'_>,
        judged: &Judged,
        mapped: Option<&ActionMap>,
    ) -> Said {
        let mut said = Said::default();
        let asked = self.in_scope(|| {
            let parts = facts.call.parts();
            ScopeOf {
                session: Some(parts.session.to_string()),
                user: Some(scope::user_of(&parts.principal.name).to_owned()),
            }
        });
        if asked.is_empty() {
            return said;
        }
        let inputs = input::inputs(facts, judged, mapped, &self.servers);
        if !inputs.cut.is_empty() {
            let cut = inputs.cut.join("`, `");
            said.warnings.push(format!("modules saw only both ends of `{cut}`, which is too long"));
        }
        said.unreadable(&inputs.unreadable);
        let unseen = inputs.failure();
        for (entry, came) in asked.iter().zip(ask_all(&asked, &inputs.each)) {
            said.take(entry, &merged(came, unseen));
        }
        said
    }

    /// What they would be asked with about a call, as JSON.
    pub(crate) fn inputs(
        &self,
        facts: &Facts<'_>,
        judged: &Judged,
        mapped: Option<&ActionMap>,
    ) -> Shown {
        let inputs = input::inputs(facts, judged, mapped, &self.servers);
        let each: Vec<_> =
            inputs.each.iter().filter_map(|input| serde_json::to_value(input).ok()).collect();
        let whole = inputs.failure().is_none() && each.len() == inputs.each.len();
        Shown { inputs: each, whole }
    }

    /// Asks about a flat input: every module in scope, or the one of the package alone.
    pub(crate) fn check(
        &self,
        input: &serde_json::Value,
        package: Option<&str>,
        of: &ScopeOf,
    ) -> Checked {
        let wanted = package.map(|p| match p.strip_prefix("cmbagent.") {
            Some(name) => Cow::Owned(package_of(name)),
            None => Cow::Borrowed(p),
        });
        let named = |e: &Entry| wanted.as_ref().is_none_or(|p| e.package == **p);
        let known = wanted.is_none() || self.entries.iter().any(named);
        let active = self.entries.iter().any(|e| named(e) && e.compiled.is_some());
        let mut asked = self.in_scope(|| of.clone());
        asked.retain(|entry| named(entry));
        let mut said = Said::default();
        let mut checked = Checked { known, active, ..Checked::default() };
        let value = value::value(input, &mut INPUT_MAX.clone());
        let answers = match &value {
            Some(value) => ask_all(&asked, std::slice::from_ref(value)),
            None => asked.iter().map(|_| vec![Err(Failure::Limit)]).collect(),
        };
        for (entry, came) in asked.iter().zip(answers) {
            let came = merged(came, None);
            checked.deny_reasons.extend(came.answer.deny_reasons.iter().cloned());
            checked.ask_reasons.extend(came.answer.ask_reasons.iter().cloned());
            let name = &entry.stored.name;
            match came.failure {
                Some(_) if entry.stored.on_error == OnError::Deny => {
                    checked.deny_reasons.push(format!("{name}.error"));
                }
                Some(failure) if failure.of_the_call() => {
                    checked.ask_reasons.push(format!("{name}.{}", failure.as_str()));
                }
                _ => {}
            }
            said.take(entry, &came);
        }
        checked.verdict = said.evaluated.iter().map(|e| e.verdict).max();
        checked.error = said
            .evaluated
            .iter()
            .find_map(|e| e.error.as_ref().map(|error| format!("{}: {error}", e.module)));
        for reasons in [&mut checked.deny_reasons, &mut checked.ask_reasons] {
            reasons.sort_unstable();
            reasons.dedup();
        }
        checked.warnings = said.warnings;
        checked.evaluated = said.evaluated;
        checked
    }

    fn in_scope(&self, of: impl FnOnce() -> ScopeOf) -> Vec<&Entry> {
        let judging = || self.entries.iter().filter(|entry| entry.compiled.is_some());
        if judging().all(|entry| entry.stored.scope_id.is_none()) {
            return judging().collect();
        }
        let of = of();
        judging().filter(|e| scope::judges(&e.stored, &of, self.servers.project())).collect()
    }
}

/// What each module answers to each input; all of them fail where the system has no room for them.
fn ask_all(asked: &[&Entry], inputs: &[Value]) -> Vec<Vec<Result<Answer, Failure>>> {
    if asked.is_empty() {
        return Vec::new();
    }
    let ask = || {
        let one = |entry: &&Entry| {
            let Some(compiled) = &entry.compiled else { return vec![Err(Failure::Engine)] };
            let mut came = Vec::with_capacity(inputs.len());
            let mut failed = 0;
            for input in inputs {
                let one = run::ask(compiled, input.clone());
                failed += usize::from(one.as_ref().is_err_and(|failure| failure.of_the_call()));
                came.push(one);
                // Each takes as long as a module may, and one is enough for a person to be asked.
                if failed == FAILED_MAX {
                    break;
                }
            }
            came
        };
        asked.iter().map(one).collect()
    };
    stack::with_room(ask)
        .unwrap_or_else(|| asked.iter().map(|_| vec![Err(Failure::Panic)]).collect())
}

/// What modules find under `data`.
pub(crate) fn data(config: &serde_json::Value) -> Result<Value, String> {
    let most = &mut (16 * INPUT_MAX);
    let data = serde_json::json!({ "config": config });
    value::value(&data, most).ok_or_else(|| "`[policy.config]` is too large for modules".to_owned())
}

fn mentioned<'a>(word: &str, mut modules: impl Iterator<Item = &'a &'a StoredModule>) -> bool {
    modules.any(|module| module.text.contains(word))
}

impl Compiled {
    /// Why it takes the slower way; `None` when it does not.
    pub(crate) fn slow(&self) -> Option<&str> {
        match &self.how {
            How::Machine { .. } => None,
            How::Interpreter { why, .. } => Some(why),
        }
    }
}

#[cfg(test)]
mod flat_tests;
#[cfg(test)]
mod gate_tests;
#[cfg(test)]
mod leans_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unseen_tests;
