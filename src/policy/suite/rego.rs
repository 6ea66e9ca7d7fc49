//! `test_` rules: each holds when it comes to `true`, as with `opa test`.

use crate::policy::suite::interpreter::{Interpreter, Test};
use crate::policy::suite::{Bench, Expected, Flaw, SuiteResult, TestResult};
use regorus::Value;

/// Runs every `test_` rule of every text, by file.
pub(crate) fn run(bench: &Bench, interpreter: &mut Interpreter) -> Result<Vec<SuiteResult>, Flaw> {
    let whole = |message: String| Flaw { file: "tests".to_owned(), line: 0, column: 0, message };
    let by_module = interpreter.tests().map_err(whole)?;
    let mut results = Vec::new();
    for (file, tests) in interpreter.files.clone().iter().zip(by_module) {
        let Some(package) = tests.first().map(|test| test.package.clone()) else {
            // A file that was given as tests and has none tests nothing, which nobody wants to be told as a success.
            if bench.tests.iter().any(|text| text.file == *file) {
                let message = "it has no rule whose name begins with `test_`".to_owned();
                return Err(Flaw { file: file.clone(), line: 0, column: 0, message });
            }
            continue;
        };
        let told = tests.iter().map(|test| one(interpreter, file, test)).collect();
        results.push(SuiteResult::of(file, &package, told));
    }
    Ok(results)
}

fn one(interpreter: &mut Interpreter, file: &str, test: &Test) -> TestResult {
    let came = if test.whole {
        interpreter.ask(&test.path, &Value::new_object())
    } else {
        Err("a set, a table or a function is no test; write `every` inside one rule".to_owned())
    };
    let (actual, passed, problem) = match came {
        Ok(Value::Bool(true)) => ("true".to_owned(), true, None),
        Ok(Value::Undefined) => {
            let stopped = stopped(interpreter, file, test);
            ("undefined".to_owned(), false, stopped)
        }
        Ok(other) => (short(&other), false, None),
        Err(told) => ("error".to_owned(), false, Some(last_line(&told))),
    };
    let word = |decision: &str| Expected { decision: decision.to_owned(), ..Expected::default() };
    TestResult {
        name: test.name.clone(),
        description: None,
        line: test.line,
        passed,
        expected: word("true"),
        actual: word(&actual),
        problem,
    }
}

/// Where a test stopped: the last of its lines that ran is the one that did not hold.
fn stopped(interpreter: &Interpreter, file: &str, test: &Test) -> Option<String> {
    let (ran, _) = interpreter.ran(file);
    let last = ran.range(test.line..test.end.max(test.line + 1)).next_back()?;
    Some(format!("line {last} does not hold"))
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn last_line(told: &str) -> String {
    let named = told.lines().rev().find_map(|line| line.trim().strip_prefix("error: "));
    named.or_else(|| told.lines().next()).unwrap_or_default().to_owned()
}
