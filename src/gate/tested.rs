//! Inputs judged by a text that is given, which stands nowhere before or after, and compared with what is expected.
//!
//! The text is somebody's who only tries something, so it is run as every module is before anybody decided about it: in a
//! process of its own, with little memory and little time.

use crate::domain::ruling::Verdict;
use crate::gate::trial::{self, NotTried};
use crate::policy::flat_input;
use crate::policy::module::{Fault, ModuleText, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Inputs in one test.
pub const INPUTS_MAX: usize = 100;
/// Bytes of a text.
pub const TEXT_MAX: usize = 256 * 1024;

/// One input with what is expected of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestInput {
    /// The policy action.
    pub action: String,
    /// What it is done to.
    pub resource: Map<String, Value>,
    /// What else is known.
    #[serde(default)]
    pub context: Map<String, Value>,
    /// What should come of it; without, allow.
    #[serde(default)]
    pub expected_decision: Option<Verdict>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Tested {
    /// Whether the text can judge at all.
    pub policy_valid: bool,
    /// Why not.
    pub errors: Vec<TextError>,
    /// One for each input, in order.
    pub test_results: Vec<TestResult>,
    /// How many came out as expected.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
}

/// One thing that is wrong with the text.
#[derive(Debug, Serialize)]
pub struct TextError {
    /// From 1; 0 when it is about the whole.
    pub line: u32,
    /// From 1; 0 when it is about the whole.
    pub column: u32,
    /// What is wrong, why, and what to do.
    pub message: String,
    /// The same with its place, in a line.
    #[serde(skip)]
    pub whole: String,
}

/// What came of one input.
#[derive(Debug, Serialize)]
pub struct TestResult {
    /// The input.
    pub input: Value,
    /// What the text says; `None` when it failed.
    pub decision: Option<Verdict>,
    /// Why not.
    pub deny_reasons: Vec<String>,
    /// Why a person must say yes first.
    pub ask_reasons: Vec<String>,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// What was expected.
    pub expected: Verdict,
    /// Whether that came.
    pub passed: bool,
}

/// Why nothing was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTested {
    /// No inputs, or too many.
    Inputs,
    /// The text is too long.
    Text,
    /// Too many texts are tried at this moment.
    Busy,
}

impl NotTested {
    /// In a sentence.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Inputs => format!("`test_inputs` holds 1 to {INPUTS_MAX} inputs"),
            Self::Text => "`policy_content` is longer than 256 KiB".to_owned(),
            Self::Busy => {
                "too many texts are tried at this moment; try again in some seconds".to_owned()
            }
        }
    }
}

/// Judges inputs by a text; `config` is what it finds under `data.config`. The trial ends with the future.
///
/// # Errors
/// [`NotTested`]; a text that cannot judge is no error but an answer.
pub async fn test(
    text: String,
    tests: Vec<TestInput>,
    config: Map<String, Value>,
) -> Result<Tested, NotTested> {
    if tests.is_empty() || tests.len() > INPUTS_MAX {
        return Err(NotTested::Inputs);
    }
    if text.len() > TEXT_MAX {
        return Err(NotTested::Text);
    }
    let name = named(&text).unwrap_or("unnamed").to_owned();
    let inputs = tests.iter().map(|test| flat_input(&input(test))).collect();
    match trial::ask(ModuleText { name, text }, &Value::Object(config), inputs).await {
        Ok(outcomes) => Ok(results(&tests, outcomes)),
        Err(NotTried::Faults(faults)) => Ok(wrong(&faults)),
        Err(NotTried::Busy) => Err(NotTested::Busy),
    }
}

/// The module's name, as its package has it.
fn named(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("package "))?;
    line.split_whitespace().next()?.rsplit('.').next()
}

fn input(test: &TestInput) -> Value {
    json!({ "action": test.action, "resource": test.resource, "context": test.context })
}

fn results(tests: &[TestInput], outcomes: Vec<Outcome>) -> Tested {
    let told = tests.iter().zip(outcomes).map(|(test, outcome)| {
        let expected = test.expected_decision.unwrap_or(Verdict::Allow);
        TestResult {
            input: input(test),
            passed: outcome.verdict == Some(expected),
            decision: outcome.verdict,
            deny_reasons: outcome.deny_reasons,
            ask_reasons: outcome.ask_reasons,
            warnings: outcome.warnings,
            error: outcome.error,
            expected,
        }
    });
    let test_results: Vec<TestResult> = told.collect();
    let passed = test_results.iter().filter(|result| result.passed).count();
    let failed = test_results.len() - passed;
    Tested { policy_valid: true, errors: Vec::new(), test_results, passed, failed }
}

fn wrong(faults: &[Fault]) -> Tested {
    let error = |fault: &Fault| TextError {
        line: fault.line,
        column: fault.column,
        message: fault.message.clone(),
        whole: fault.to_string(),
    };
    Tested {
        policy_valid: false,
        errors: faults.iter().map(error).collect(),
        test_results: Vec::new(),
        passed: 0,
        failed: 0,
    }
}
