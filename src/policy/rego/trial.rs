//! A trial: modules are compiled and run as they never were before, on inputs as calls give them, on both evaluators, with
//! their own tests. A stack that runs over, or memory that runs out, cannot be caught, so the caller runs this in a process
//! of its own and takes its end for an answer.

use crate::policy::rego::admit;
use crate::policy::rego::answer::{Answer, Failure};
use crate::policy::rego::compile::{self, Compiled};
use crate::policy::rego::fault::Fault;
use crate::policy::rego::tried::Outcome;
use crate::policy::rego::{data, flat, run, shape, stack, value};
use regorus::Value;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::time::Duration;

/// How long one evaluation may take here: what runs often is timed elsewhere, and a busy machine must not refuse a module.
const PATIENCE: Duration = Duration::from_secs(1);
/// Tests of one module that are run.
const TESTS_MAX: usize = 500;

/// A module by name and text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleText {
    /// Its name.
    pub name: String,
    /// The Rego text.
    pub text: String,
}

/// What is to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialRequest {
    /// The modules.
    pub modules: Vec<ModuleText>,
    /// What they find under `data.config`.
    pub config: Json,
    /// Flat inputs that the modules are asked about besides; each module's answers come back.
    #[serde(default)]
    pub inputs: Vec<Json>,
}

/// What a trial came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialReport {
    /// Everything that is wrong; admitted when empty.
    pub faults: Vec<Fault>,
    /// How many tests of their own were run.
    pub tests: usize,
    /// For each module its answers to [`TrialRequest::inputs`]; empty when it has faults.
    pub outcomes: Vec<Vec<Outcome>>,
}

/// Tries every module. It may not return: run it in a process with limits.
#[must_use]
pub fn try_out(request: &TrialRequest) -> TrialReport {
    let mut report = TrialReport::default();
    let data = match data(&request.config) {
        Ok(data) => data,
        Err(why) => {
            report.faults.push(Fault::whole("config", why));
            return report;
        }
    };
    for module in &request.modules {
        let tried = stack::with_room(|| one(module, &data, &request.inputs));
        let failed =
            || Err(vec![Fault::whole(&module.name, "it makes the engine fail: simplify it")]);
        match tried.unwrap_or_else(failed) {
            Ok((tests, outcomes)) => {
                report.tests += tests;
                report.outcomes.push(outcomes);
            }
            Err(faults) => {
                report.faults.extend(faults);
                report.outcomes.push(Vec::new());
            }
        }
    }
    report
}

fn one(
    module: &ModuleText,
    data: &Value,
    inputs: &[Json],
) -> Result<(usize, Vec<Outcome>), Vec<Fault>> {
    let ModuleText { name, text } = module;
    let faults = admit::examine(name, text);
    if !faults.is_empty() {
        return Err(faults);
    }
    let single = |fault: Fault| vec![fault];
    let fast = admit::admitted(name, text, data).map_err(single)?.patient(PATIENCE);
    let slow = compile::interpreted(name, text, data).map_err(single)?.patient(PATIENCE);
    for input in typical() {
        agree(name, &fast, &slow, &input).map_err(single)?;
    }
    let tests = own_tests(name, text, data)?;
    let mut outcomes = Vec::new();
    for input in inputs {
        let Some(input) = value::value(input, &mut crate::policy::rego::INPUT_MAX.clone()) else {
            outcomes.push(Outcome::of(Err(Failure::Limit)));
            continue;
        };
        let came = match run::ask(&fast, input.clone()) {
            Ok(answer) if run::ask(&slow, input).as_ref() != Ok(&answer) => Err(Failure::Engine),
            came => came,
        };
        outcomes.push(Outcome::of(came));
    }
    Ok((tests, outcomes))
}

fn agree(name: &str, fast: &Compiled, slow: &Compiled, input: &Json) -> Result<(), Fault> {
    let failed = |why: String| Err(Fault::whole(name, why));
    let Some(asked) = value::value(input, &mut crate::policy::rego::INPUT_MAX.clone()) else {
        return Ok(());
    };
    let first = run::ask(fast, asked.clone());
    let told = |came: &Result<Answer, Failure>| match came {
        Ok(answer) => format!("`{}`", answer.verdict().as_str()),
        Err(failure) => format!("`{}`", failure.as_str()),
    };
    if let Err(failure) = first {
        return failed(format!(
            "for the input {input} it {}: make `decision` an object of `allow` (true or false), `deny_reasons` and \
             `warnings` (sets of texts) whatever the input",
            failure.words()
        ));
    }
    let second = run::ask(slow, asked);
    if first != second {
        return failed(format!(
            "for the input {input} the two evaluators disagree, {} and {}: write the rule that decides this in a \
             simpler way",
            told(&first),
            told(&second)
        ));
    }
    Ok(())
}

/// Runs the rules named `test_...`; the interpreter knows `with`.
fn own_tests(name: &str, text: &str, data: &Value) -> Result<usize, Vec<Fault>> {
    let single = |fault: Fault| vec![fault];
    let mut engine = compile::engine(name, text, data).map_err(single)?;
    let tests: Vec<_> = engine.get_modules().iter().flat_map(|m| shape::tests_of(m)).collect();
    if tests.len() > TESTS_MAX {
        return Err(single(Fault::whole(name, format!("it has more than {TESTS_MAX} tests"))));
    }
    engine.set_execution_timer_config(run::timer(PATIENCE));
    let mut faults = Vec::new();
    for (test, (line, column)) in &tests {
        let came = engine.eval_rule(format!("data.{}.{test}", compile::package_of(name)));
        let why = match came {
            Ok(Value::Bool(true)) => continue,
            Ok(Value::Undefined) => "it is undefined".to_owned(),
            Ok(_) => "it is not `true`".to_owned(),
            Err(error) => Fault::told(name, &error.to_string()).message,
        };
        faults.push(Fault::at(name, *line, *column, format!("its own test `{test}` fails: {why}")));
    }
    if faults.is_empty() { Ok(tests.len()) } else { Err(faults) }
}

/// Inputs as calls give them: every action, with and without what a module may ask for.
fn typical() -> Vec<Json> {
    let calls = [
        json!({"action": "llm_call", "model": "gpt-4", "task_priority": "low", "resource": {"model": "gpt-4"}, "estimated_cost_usd": 0.5, "budget_remaining_usd": 0.1}),
        json!({"action": "llm_call", "model": "small", "resource": {"model": "small"}, "estimated_cost_usd": 5, "budget_remaining_usd": 10, "recent_calls": {"uma/test": 3}, "timewindow_seconds": 60, "now_ns": 1_768_392_000_000_000_000_i64}),
        json!({"action": "file_read", "resource": {"path": "/srv/app/.env"}}),
        json!({"action": "file_write", "resource": {"path": "/srv/data/notes.md"}, "data_classification": "PII"}),
        json!({"action": "file_delete", "resource": {"path": "/srv/data/notes.md"}, "data_classification": "phi", "approval": {"id": "1", "approver": "admin:ada"}}),
        json!({"action": "external_api_call", "resource": {"url": "http://Example.test:8080/x?y=1", "host": "example.test", "region": "eu"}, "data_classification": "public"}),
        json!({"action": "external_api_call", "resource": {}, "recent_calls": {"uma/test": 1000}, "now_ns": 1_768_701_600_000_000_000_i64}),
        json!({"action": "exec", "resource": {}, "now_ns": 1_768_359_600_000_000_000_i64}),
    ];
    let around = json!({
        "schema": 1, "tool": "do_it", "server": "files", "agent": "uma/test", "user": "uma",
        "session_id": "0192f0c1-2345-7abc-8def-0123456789ab", "environment": "production", "effect": "write",
        "tier": 2, "args_digest": "00", "args_bytes": 120,
    });
    let full = calls.iter().map(|call| {
        let mut input = around.clone();
        if let (Some(input), Some(call)) = (input.as_object_mut(), call.as_object()) {
            input.extend(call.clone());
        }
        input
    });
    let bare =
        ["llm_call", "file_read", "external_api_call"].map(|action| json!({"action": action}));
    let seeds = [
        json!({"action": "file_delete", "resource": {"path": 7}, "agent": "a", "context": {"budget": {"remaining_usd": 1}}}),
        json!({}),
    ];
    full.chain(bare).chain(seeds.iter().map(flat::flat_input)).collect()
}
