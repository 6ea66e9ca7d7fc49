//! `test_policy`: judges inputs by a text that is given, which stands nowhere before or after.
//!
//! The text is an agent's, so it is run as every module is before anybody decided about it: in a process of its own, with
//! little memory and little time. It sees the `config` that comes with it: that of this installation is not for whoever
//! only tries something.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::gate::tested::{self, INPUTS_MAX, NotTested, TEXT_MAX, TestInput};
use crate::mcp::tools::policy::asking::question;
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

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
    test_inputs: Vec<TestInput>,
    #[serde(default)]
    config: Map<String, Value>,
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
    let Arguments { policy_content, test_inputs, config } = arguments(bytes)?;
    let asked = tested::test(policy_content, test_inputs, config);
    // What was taken back is answered to nobody, and its process must not go on.
    let asked = call.caller.gone.run_until_cancelled(asked).await;
    let tested = asked.unwrap_or(Err(NotTested::Busy)).map_err(|why| {
        let code = match why {
            NotTested::Inputs | NotTested::Text => "invalid_arguments",
            NotTested::Busy => "busy",
        };
        refuse(code, why.text())
    })?;
    let text = if tested.policy_valid {
        let (passed, count) = (tested.passed, tested.test_results.len());
        format!("The policy is valid; {passed} of {count} inputs came out as expected.")
    } else {
        let lines: Vec<&str> = tested.errors.iter().map(|error| error.whole.as_str()).collect();
        format!("The policy is not valid, so nothing was judged by it:\n{}", lines.join("\n"))
    };
    Ok(say(text, json!(tested)))
}
