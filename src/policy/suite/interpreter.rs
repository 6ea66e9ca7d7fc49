//! The interpreter with every module and test in it: Rego's own tests need `with`, and lines are counted only there.

use crate::policy::suite::{Bench, Coverage, Flaw, Text};
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};
use serde_json::json;
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How long one test may take: far more than a module may, since tests make their own inputs.
const TIMER: ExecutionTimerConfig =
    ExecutionTimerConfig { limit: Duration::from_secs(5), check_interval: INTERVAL };
const INTERVAL: NonZeroU32 = match NonZeroU32::new(64) {
    Some(interval) => interval,
    None => NonZeroU32::MIN,
};

/// All texts of a bench, loaded.
pub(crate) struct Interpreter {
    engine: Engine,
    /// The file of each module of the engine, in the engine's order.
    pub files: Vec<String>,
}

impl Interpreter {
    /// Loads modules and tests.
    pub(crate) fn new(bench: &Bench) -> Result<Self, Flaw> {
        let mut engine = Engine::new();
        engine.set_execution_timer_config(TIMER);
        // As OPA does, and as the server's own machine does: a builtin that refuses is undefined.
        engine.set_strict_builtin_errors(false);
        engine.set_enable_coverage(true);
        engine.set_gather_prints(true);
        let mut seen = BTreeSet::new();
        let modules = bench.modules.iter().filter(|module| seen.insert(module.name.as_str()));
        let texts = modules.map(|module| &module.source).chain(&bench.tests);
        let mut files = Vec::new();
        for text in texts {
            guarded(|| engine.add_policy(text.file.clone(), text.text.clone()))
                .map_err(|told| flaw(text, &told))?;
            files.push(text.file.clone());
        }
        let mut loaded = Self { engine, files };
        loaded.give(&bench.config)?;
        // What only shows when all of it is put together is told once, and not by every test.
        guarded(|| loaded.engine.eval_query("true".to_owned(), false))
            .map_err(|told| flaw(&Text { file: "tests".to_owned(), text: String::new() }, &told))?;
        Ok(loaded)
    }

    /// Puts another `data.config` in place of the one that is there.
    pub(crate) fn give(&mut self, config: &serde_json::Value) -> Result<(), Flaw> {
        let config = if config.is_null() { json!({}) } else { config.clone() };
        let data = Value::from(json!({ "config": config }));
        self.engine.clear_data();
        guarded(|| self.engine.add_data(data)).map_err(|message| Flaw {
            file: "data.config".to_owned(),
            line: 0,
            column: 0,
            message,
        })
    }

    /// What a rule comes to.
    pub(crate) fn ask(&mut self, rule: &str, input: &Value) -> Result<Value, String> {
        self.engine.set_input(input.clone());
        let came = guarded(|| self.engine.eval_rule(rule.to_owned()));
        // What tests print is theirs; it must not pile up.
        let _ = self.engine.take_prints();
        came
    }

    /// The rules that are tests, module by module, in the engine's order.
    pub(crate) fn tests(&mut self) -> Result<Vec<Vec<Test>>, String> {
        let packages = self.engine.get_policy_package_components().map_err(|e| e.to_string())?;
        let modules = self.engine.get_modules();
        Ok(packages
            .iter()
            .zip(modules)
            .map(|(package, module)| tests_of(&package.components, module))
            .collect())
    }

    /// Which lines ran so far: of one module of the engine.
    pub(crate) fn ran(&self, file: &str) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let report = self.engine.get_coverage_report().ok();
        let found = report.into_iter().flat_map(|report| report.files).find(|f| f.path == file);
        found.map_or_else(Default::default, |found| (found.covered, found.not_covered))
    }

    /// Which lines of the modules that count ran.
    pub(crate) fn coverage(&self, bench: &Bench) -> Vec<Coverage> {
        let counted = bench.modules.iter().filter(|module| module.counts);
        counted
            .map(|module| {
                let (covered, not_covered) = self.ran(&module.source.file);
                // Of a module that nothing touched the engine tells no lines at all.
                let untouched = covered.is_empty() && not_covered.is_empty();
                let rest = if untouched {
                    lines_of(&module.source.text)
                } else {
                    Vec::from_iter(not_covered)
                };
                Coverage {
                    file: module.source.file.clone(),
                    covered: covered.into_iter().collect(),
                    not_covered: rest,
                }
            })
            .collect()
    }
}

/// A rule that is a test.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    /// Its name.
    pub name: String,
    /// The package that it is in.
    pub package: String,
    /// What the engine calls it.
    pub path: String,
    /// The line that it begins on.
    pub line: u32,
    /// The line of the next rule.
    pub end: u32,
    /// Whether it has one value: a set or a table of them is no test.
    pub whole: bool,
}

fn tests_of(package: &[String], module: &regorus::unstable::Module) -> Vec<Test> {
    use regorus::unstable::{Expr, Rule, RuleHead};
    let lines: Vec<u32> = module.policy.iter().map(|rule| rule.span().line).collect();
    let mut path = String::from("data");
    for part in package {
        let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        path.push_str(&if plain { format!(".{part}") } else { format!("[{part:?}]") });
    }
    let mut found: Vec<Test> = Vec::new();
    for (at, rule) in module.policy.iter().enumerate() {
        let Rule::Spec { head, .. } = rule.as_ref() else { continue };
        let (refr, whole) = match head {
            RuleHead::Compr { refr, .. } => (refr, matches!(refr.as_ref(), Expr::Var { .. })),
            RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => (refr, false),
        };
        let name: String = refr
            .span()
            .text()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if !name.starts_with("test_") {
            continue;
        }
        let end = lines.get(at + 1).copied().unwrap_or(u32::MAX);
        if let Some(before) = found.iter_mut().find(|test| test.name == name) {
            // Rego knows one rule in several pieces: it is one test, and any piece may hold.
            before.whole &= whole;
            before.end = end;
            continue;
        }
        found.push(Test {
            package: package.join("."),
            path: format!("{path}.{name}"),
            line: lines.get(at).copied().unwrap_or_default(),
            name,
            end,
            whole,
        });
    }
    found
}

/// The lines of a text that say something.
fn lines_of(text: &str) -> Vec<u32> {
    let says = |line: &str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && line != "}" && !line.starts_with("package ")
    };
    (1u32..).zip(text.lines()).filter(|(_, line)| says(line)).map(|(number, _)| number).collect()
}

/// What the engine did, its panics told like its errors.
fn guarded<T>(work: impl FnOnce() -> anyhow::Result<T>) -> Result<T, String> {
    // Whatever panics leaves its engine to this run alone, which only reports from it.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("the engine failed over it".to_owned()),
    }
}

fn flaw(text: &Text, told: &str) -> Flaw {
    let place = told.split_once("--> ").and_then(|(_, rest)| {
        let mut parts = rest.lines().next()?.trim().rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        Some((parts.next()?.parse().ok()?, column, parts.next()?.to_owned()))
    });
    let (line, column, file) = place.unwrap_or_else(|| (0, 0, text.file.clone()));
    let message = told
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("error: "))
        .or_else(|| told.lines().map(str::trim).find(|line| !line.is_empty()))
        .unwrap_or("the engine refuses it");
    Flaw { file, line, column, message: message.to_owned() }
}
