//! Cases of a suite: decided by the compiled form that the server uses, and by the interpreter beside it.

use crate::policy::flat_input;
use crate::policy::module::{Fault, Outcome, Tried, compile_once, package_of};
use crate::policy::rego::compile_slowly;
use crate::policy::suite::interpreter::Interpreter;
use crate::policy::suite::yaml::{Case, Suite};
use crate::policy::suite::{Bench, Expected, Flaw, ModuleText, SuiteResult, TestResult, Text};
use regorus::Value;
use serde_json::{Map, json};
use std::sync::Arc;

/// The name in front of packages that means ours.
const ALIAS: &str = "cmbagent.";
const OURS: &str = "countersign.";

/// One module in both engines that could decide it.
#[derive(Debug, Clone)]
pub struct Both {
    server: Arc<Tried>,
    interpreter: Arc<Tried>,
}

impl Both {
    /// Passes it through the gate and compiles it twice; `config` is what it finds under `data.config`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(name: &str, text: &str, config: &serde_json::Value) -> Result<Self, Vec<Fault>> {
        let server = compile_once(name, text, config)?;
        let interpreter = compile_slowly(name, text, config).map_err(|fault| vec![fault])?;
        Ok(Self { server: Arc::new(server), interpreter: Arc::new(interpreter) })
    }

    /// What the form that the server uses decides, and what the interpreter decides.
    #[must_use]
    pub fn evaluate(&self, input: &serde_json::Value) -> (Outcome, Outcome) {
        (self.server.evaluate(input), self.interpreter.evaluate(input))
    }
}

/// Runs the cases of one suite.
pub(crate) fn run(
    bench: &Bench,
    source: &Text,
    suite: &Suite,
    mut interpreter: Option<&mut Interpreter>,
) -> Result<SuiteResult, Flaw> {
    let flaw = |message: String| Flaw { file: source.file.clone(), line: 0, column: 0, message };
    let module = module(bench, &suite.policy).ok_or_else(|| {
        let known: Vec<&str> = bench.modules.iter().map(|module| module.name.as_str()).collect();
        flaw(format!(
            "no module has the package `{}`; there are {}",
            suite.policy,
            known.join(", ")
        ))
    })?;
    let config = suite.config.as_ref().map_or_else(|| bench.config.clone(), |own| json!(own));
    let config = if config.is_null() { json!({}) } else { config };
    let both = Both::new(&module.name, &module.source.text, &config).map_err(|faults| {
        let first = faults.into_iter().next();
        first.map_or_else(
            || flaw("the module is refused".to_owned()),
            |fault| Flaw {
                file: module.source.file.clone(),
                line: fault.line,
                column: fault.column,
                message: fault.message,
            },
        )
    })?;
    if let Some(interpreter) = interpreter.as_deref_mut() {
        interpreter.give(&config)?;
    }
    let results = suite
        .tests
        .iter()
        .map(|case| {
            let line = u32::try_from(case.referenced.line()).unwrap_or(u32::MAX);
            let input = flat_input(&as_sent(&case.value));
            if let Some(interpreter) = interpreter.as_deref_mut() {
                // For the lines that it runs; what it says comes from the pair.
                let entry = format!("data.{}.decision", package_of(&module.name));
                let _ = interpreter.ask(&entry, &Value::from(input.clone()));
            }
            one(&both, &case.value, &input, line)
        })
        .collect();
    if let Some(interpreter) = interpreter {
        interpreter.give(&bench.config)?;
    }
    Ok(SuiteResult::of(&source.file, &suite.policy, results))
}

fn module<'b>(bench: &'b Bench, policy: &str) -> Option<&'b ModuleText> {
    let name = policy.strip_prefix(OURS).or_else(|| policy.strip_prefix(ALIAS))?;
    bench.modules.iter().find(|module| module.name == name)
}

fn one(both: &Both, case: &Case, input: &serde_json::Value, line: u32) -> TestResult {
    let (came, other) = both.evaluate(input);
    let expected = case.expected.told();
    let actual = told(&came);
    let problem = if came != other {
        let other = told(&other);
        Some(format!(
            "the module as it is served and the interpreter differ: the latter says {other}"
        ))
    } else {
        // Even where its `on_error` would let the call pass: a test of a module that fails tests nothing.
        came.error.map(|word| format!("the module failed: {word}"))
    };
    TestResult {
        name: case.name.clone(),
        description: case.description.clone(),
        line,
        passed: problem.is_none() && fits(&expected, &actual),
        expected,
        actual,
        problem,
    }
}

/// The answer as suites write one.
fn told(outcome: &Outcome) -> Expected {
    let Some(verdict) = outcome.verdict else {
        return Expected { decision: "error".to_owned(), ..Expected::default() };
    };
    Expected {
        decision: verdict.as_str().to_owned(),
        deny_reasons: Some(outcome.deny_reasons.clone()),
        ask_reasons: Some(outcome.ask_reasons.clone()),
        warnings: Some(outcome.warnings.clone()),
    }
}

/// Whether everything that is wanted came, and nothing else of what is looked at.
fn fits(expected: &Expected, actual: &Expected) -> bool {
    let same = |wanted: &Option<Vec<String>>, came: &Option<Vec<String>>| {
        wanted.is_none() || wanted == came
    };
    expected.decision == actual.decision
        && same(&expected.deny_reasons, &actual.deny_reasons)
        && same(&expected.ask_reasons, &actual.ask_reasons)
        && same(&expected.warnings, &actual.warnings)
}

/// The input that a client of the policy server would send for a case.
fn as_sent(case: &Case) -> serde_json::Value {
    let mut sent = Map::new();
    sent.insert("action".to_owned(), json!(case.action));
    sent.insert("resource".to_owned(), json!(case.resource));
    let context = case.context.clone().unwrap_or_default();
    // Clients of this shape lay these beside the context, too.
    for name in ["agent", "session_id", "run_id", "budget", "user"] {
        if let Some(value) = context.get(name) {
            sent.insert(name.to_owned(), value.clone());
        }
    }
    sent.insert("context".to_owned(), serde_json::Value::Object(context));
    if let Some(stamp) = &case.timestamp {
        sent.insert("timestamp".to_owned(), json!(stamp));
    }
    serde_json::Value::Object(sent)
}
