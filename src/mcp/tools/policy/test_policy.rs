//! `test_policy`: judges inputs by a text that is given, which stands nowhere before or after.
//!
//! The text is an agent's, so it is run as every module is before anybody decided about it: in a process of its own, with
//! little memory and little time. It sees the `config` that comes with it: that of this installation is not for whoever
//! only tries something.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::domain::ruling::Verdict;
use crate::gate::trial::{self, NotTried};
use crate::mcp::tools::policy::asking::question;
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
};
use crate::policy::flat_input;
use crate::policy::module::{Fault, ModuleText, Outcome};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

/// Inputs in one call, and bytes of a text.
const INPUTS_MAX: usize = 100;
const TEXT_MAX: usize = 256 * 1024;

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "test_policy",
    title: "Try a policy",
    description: "Judges inputs by the Rego text that you give, and compares with what you expect (`allow` unless \
                  you say otherwise). Nothing of it is kept or takes effect. The text has one package \
                  `countersign.NAME` and a rule `decision := {\"allow\": ..., \"deny_reasons\": ..., \"warnings\": ...}`.",
    read_only: true,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[
        (
            "invalid_arguments",
            "there are no inputs or more than 100, or one of them or `config` does not fit",
        ),
        ("busy", "too many texts are tried at this moment; try again in some seconds"),
    ],
    examples: &[
        Example {
            arguments: r#"{"policy_content":"package countersign.tried\n\ndecision := {\"allow\": input.action != \"exec\", \"deny_reasons\": [], \"warnings\": []}\n","test_inputs":[{"action":"exec","resource":{},"expected_decision":"deny"}]}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"policy_content":"package countersign.tried\n\ndecision := {\"allow\": input.action in data.config.tried.actions, \"deny_reasons\": [], \"warnings\": []}\n","config":{"tried":{"actions":["exec"]}},"test_inputs":[{"action":"exec","resource":{}}]}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"policy_content":"not rego","test_inputs":[{"action":"exec","resource":{}}]}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"policy_content":"package countersign.tried","test_inputs":[]}"#,
            refusal: Some("invalid_arguments"),
        },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    policy_content: String,
    test_inputs: Vec<Test>,
    #[serde(default)]
    config: Map<String, Value>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    action: String,
    resource: Map<String, Value>,
    #[serde(default)]
    context: Map<String, Value>,
    #[serde(default)]
    expected_decision: Option<Verdict>,
}

fn input() -> Value {
    let mut properties = question();
    properties["expected_decision"] =
        json!({ "enum": ["allow", "ask", "deny"], "description": "Default: allow." });
    let one = object_schema(properties, &["action", "resource"]);
    object_schema(
        json!({
            "policy_content": { "type": "string", "maxLength": TEXT_MAX, "description": "The Rego text." },
            "test_inputs": { "type": "array", "items": one, "minItems": 1, "maxItems": INPUTS_MAX },
            "config": { "type": "object", "description": "What the text finds under `data.config`. Default: nothing; the configuration in force is not told." },
        }),
        &["policy_content", "test_inputs"],
    )
}

fn output() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    json!({
        "type": "object",
        "properties": {
            "policy_valid": { "type": "boolean" },
            "errors": { "type": "array", "items": { "type": "object" } },
            "test_results": { "type": "array", "items": { "type": "object" } },
            "passed": count,
            "failed": count,
        },
        "required": ["policy_valid", "errors", "test_results", "passed", "failed"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { test(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn test(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { policy_content: text, test_inputs: tests, config } = arguments(bytes)?;
    if tests.is_empty() || tests.len() > INPUTS_MAX {
        return Err(refuse(
            "invalid_arguments",
            format!("`test_inputs` holds 1 to {INPUTS_MAX} inputs"),
        ));
    }
    if text.len() > TEXT_MAX {
        return Err(refuse("invalid_arguments", "`policy_content` is longer than 256 KiB"));
    }
    let name = named(&text).unwrap_or("unnamed").to_owned();
    let inputs = tests.iter().map(input_of).collect();
    let config = Value::Object(config);
    let asked = trial::ask(ModuleText { name, text }, &config, inputs);
    // What was taken back is answered to nobody, and its process must not go on.
    match call.caller.cancel.run_until_cancelled(asked).await.unwrap_or(Err(NotTried::Busy)) {
        Ok(outcomes) => Ok(results(tests, &outcomes)),
        Err(NotTried::Faults(faults)) => Ok(wrong(&faults)),
        Err(NotTried::Busy) => Err(refuse(
            "busy",
            "too many texts are tried at this moment; try again in some seconds",
        )),
    }
}

/// The module's name, as its package has it.
fn named(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("package "))?;
    line.split_whitespace().next()?.rsplit('.').next()
}

fn input_of(test: &Test) -> Value {
    let input =
        json!({ "action": test.action, "resource": test.resource, "context": test.context });
    flat_input(&input)
}

fn results(tests: Vec<Test>, outcomes: &[Outcome]) -> Answered {
    let mut told = Vec::new();
    let mut passed = 0;
    for (test, outcome) in tests.into_iter().zip(outcomes) {
        let expected = test.expected_decision.unwrap_or(Verdict::Allow);
        let agrees = outcome.verdict == Some(expected);
        passed += usize::from(agrees);
        told.push(json!({
            "input": { "action": test.action, "resource": test.resource, "context": test.context },
            "decision": outcome.verdict,
            "deny_reasons": outcome.deny_reasons,
            "ask_reasons": outcome.ask_reasons,
            "warnings": outcome.warnings,
            "error": outcome.error,
            "expected": expected,
            "passed": agrees,
        }));
    }
    let failed = told.len() - passed;
    say(
        format!("The policy is valid; {passed} of {} inputs came out as expected.", told.len()),
        json!({ "policy_valid": true, "errors": [], "test_results": told, "passed": passed, "failed": failed }),
    )
}

fn wrong(faults: &[Fault]) -> Answered {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let errors: Vec<Value> = faults
        .iter()
        .map(
            |fault| json!({ "line": fault.line, "column": fault.column, "message": fault.message }),
        )
        .collect();
    say(
        format!("The policy is not valid, so nothing was judged by it:\n{}", lines.join("\n")),
        json!({ "policy_valid": false, "errors": errors, "test_results": [], "passed": 0, "failed": 0 }),
    )
}
