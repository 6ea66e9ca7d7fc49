//! Tests of modules: suites in YAML and `test_` rules in Rego, over texts that the caller brings.
//!
//! A suite is judged the way the server judges: its input is made flat by the same function, and the same compiled form
//! of the module decides. The interpreter decides it too, and a case where the two differ has failed, because then
//! nobody knows what the module says. Rego's own tests need `with`, which only the interpreter has.
//!
//! Pure: no file is read here and nothing is printed. It must never be kinder than the server: a module that gives no
//! decision fails its case, even where its `on_error` would let the call pass.

mod case;
mod interpreter;
mod rego;
mod yaml;

use crate::policy::module::examine;
use crate::policy::suite::interpreter::Interpreter;
use serde::Serialize;

pub use crate::policy::suite::case::Both;

/// A text and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its file, or what stands for one, as people are to see it.
    pub file: String,
    /// What it says.
    pub text: String,
}

/// A module to be tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleText {
    /// Its name.
    pub name: String,
    /// Its text.
    pub source: Text,
    /// Whether its lines count for the coverage: those of modules that only stand in for what was not given do not.
    pub counts: bool,
}

/// Everything that is tested together.
#[derive(Debug, Clone, Default)]
pub struct Bench {
    /// The modules; of two with one name the first is taken.
    pub modules: Vec<ModuleText>,
    /// Rego with `test_` rules.
    pub tests: Vec<Text>,
    /// Suites in YAML.
    pub suites: Vec<Text>,
    /// What modules find under `data.config`, unless a suite brings its own.
    pub config: serde_json::Value,
}

/// Something that is wrong with a text, so that it could not be tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub line: u32,
    /// The column, from 1; 0 when it is about the whole file.
    pub column: u32,
    /// What is wrong, why, and what to do.
    pub message: String,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// How one test went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The line that it begins on.
    pub line: u32,
    /// Whether it holds.
    pub passed: bool,
    /// What was wanted.
    pub expected: Expected,
    /// What came.
    pub actual: Expected,
    /// Why it failed, where the two above do not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What a module decides, as suites write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// `allow`, `ask` or `deny`; of a rule in Rego what it comes to.
    pub decision: String,
    /// Sorted; `None` where nothing is asked of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deny_reasons: Option<Vec<String>>,
    /// Sorted; `None` where nothing is asked of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_reasons: Option<Vec<String>>,
    /// Sorted; `None` where nothing is asked of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<String>>,
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.decision)?;
        let lists = [
            ("deny_reasons", &self.deny_reasons),
            ("ask_reasons", &self.ask_reasons),
            ("warnings", &self.warnings),
        ];
        for (name, list) in lists {
            if let Some(list) = list {
                write!(f, ", {name} [{}]", list.join(", "))?;
            }
        }
        Ok(())
    }
}

/// How the tests of one file went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuiteResult {
    /// The file.
    pub file: String,
    /// The package that it tests, or the one that its tests are in.
    pub policy: String,
    /// How many tests it has.
    pub total_tests: usize,
    /// How many hold.
    pub passed: usize,
    /// How many do not.
    pub failed: usize,
    /// Each of them, in their order.
    pub test_results: Vec<TestResult>,
}

impl SuiteResult {
    fn of(file: &str, policy: &str, results: Vec<TestResult>) -> Self {
        let passed = results.iter().filter(|result| result.passed).count();
        Self {
            file: file.to_owned(),
            policy: policy.to_owned(),
            total_tests: results.len(),
            passed,
            failed: results.len() - passed,
            test_results: results,
        }
    }
}

/// Which lines of a module were run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The module's file.
    pub file: String,
    /// Lines that were run.
    pub covered: Vec<u32>,
    /// Lines that could have been run and were not.
    pub not_covered: Vec<u32>,
}

impl Coverage {
    /// Lines run, in hundredths of those that could be, rounded down: 100 means every line.
    #[must_use]
    pub fn percent(&self) -> usize {
        let all = self.covered.len() + self.not_covered.len();
        (self.covered.len() * 100).checked_div(all).unwrap_or(100)
    }
}

/// What testing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether every test holds and every text could be tested.
    pub ok: bool,
    /// How many tests hold.
    pub passed: usize,
    /// How many do not.
    pub failed: usize,
    /// By file.
    pub suites: Vec<SuiteResult>,
    /// Texts that could not be tested.
    pub flaws: Vec<Flaw>,
    /// By module.
    pub coverage: Vec<Coverage>,
}

/// Runs everything. The caller sees to it that the stack is deep (`on_deep_stack`), since modules run right here.
#[must_use]
pub fn run(bench: &Bench) -> Report {
    let mut report = Report::default();
    let mut suites = Vec::new();
    for text in &bench.suites {
        match yaml::read(text) {
            Ok(suite) => suites.push((text, suite)),
            Err(flaw) => report.flaws.push(flaw),
        }
    }
    // What the gate refuses could end this process; the engine is not even shown it.
    for module in &bench.modules {
        let faults = examine(&module.name, &module.source.text);
        report.flaws.extend(faults.into_iter().map(|fault| Flaw {
            file: module.source.file.clone(),
            line: fault.line,
            column: fault.column,
            message: fault.message,
        }));
    }
    if !report.flaws.is_empty() {
        return report;
    }
    let mut interpreter = match Interpreter::new(bench) {
        Ok(interpreter) => Some(interpreter),
        Err(flaw) => {
            report.flaws.push(flaw);
            None
        }
    };
    for (text, suite) in &suites {
        match case::run(bench, text, suite, interpreter.as_mut()) {
            Ok(result) => report.suites.push(result),
            Err(flaw) => report.flaws.push(flaw),
        }
    }
    if let Some(interpreter) = interpreter.as_mut() {
        match rego::run(bench, interpreter) {
            Ok(results) => report.suites.extend(results),
            Err(flaw) => report.flaws.push(flaw),
        }
        report.coverage = interpreter.coverage(bench);
    }
    report.passed = report.suites.iter().map(|suite| suite.passed).sum();
    report.failed = report.suites.iter().map(|suite| suite.failed).sum();
    report.ok = report.failed == 0 && report.flaws.is_empty();
    report
}
