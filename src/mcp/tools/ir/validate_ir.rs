//! `validate_ir`: whether a plan may run, needs a yes, or is refused, and why.

use crate::config::Toolset;
use crate::domain::entry::Draft;
use crate::domain::json::Canonical;
use crate::ir::{Checked, Severity, Status, Validation, show_hash, validated};
use crate::mcp::tools::ir::{checked, correlation, ir_schema, member, members, tree};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, object_schema, refuse, say, store_failed,
};
use crate::store::plans::NewValidation;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "validate_ir",
    title: "Validate a plan",
    description: "Checks a plan of steps before anything of it is executed: PASS may run, ESCALATE needs a \
                  person's yes (go on with `create_approval`), REJECT never runs as it is and says why. The plan is \
                  not changed and nothing runs.",
    read_only: false,
    toolset: Toolset::Ir,
    offered: Offered::Agents,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "`ir` is missing, or there is another argument"),
        ("unrecorded", "the journal cannot be written, so the plan counts as not validated"),
        ("clock_behind", "this machine's clock stands behind the journal"),
    ],
    examples: &[
        Example {
            arguments: r#"{"ir":{"tenant_id":"default","steps":[{"action":"dns.update_records","provider":"dns.hetzner","resource":"example.com","params":{"type":"A","value":"192.0.2.7"},"idempotency_key":"k-1"}]}}"#,
            refusal: None,
        },
        Example { arguments: r#"{"ir":"no plan at all"}"#, refusal: None },
        Example { arguments: "{}", refusal: Some("invalid_arguments") },
        Example { arguments: r#"{"ir":{},"force":true}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

fn input() -> Value {
    object_schema(json!({ "ir": ir_schema() }), &["ir"])
}

fn output() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let tier = json!({ "type": "integer", "minimum": 0, "maximum": 3 });
    json!({
        "type": "object",
        "properties": {
            "status": { "enum": ["PASS", "ESCALATE", "REJECT"] },
            "risk_tier": tier,
            "requires_approval": { "type": "boolean" },
            "violations": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "step_index": { "type": "integer", "minimum": 0 },
                    "code": text,
                    "path": text,
                    "message": text,
                    "severity": { "enum": ["ERROR", "WARNING"] },
                },
                "required": ["code", "path", "message", "severity"],
            }},
            "steps": { "type": "array", "items": { "type": "object" } },
            "ir_hash": maybe,
            "tenant_id": text,
            "request_id": maybe,
            "correlation_id": text,
            "validated_at": text,
            "step_count": { "type": "integer", "minimum": 0 },
        },
        "required": ["status", "risk_tier", "requires_approval", "violations", "steps", "ir_hash", "tenant_id",
            "correlation_id", "validated_at"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { validate(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn validate(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let (result, validation, row, text) = judge(&call, bytes).await?;
    let store = call.front.gate.desk().store();
    store.save_validation(validation, row).await.map_err(|e| store_failed(&e))?;
    Ok(say(text, result))
}

type Judged = (Value, Option<NewValidation>, Draft, String);

async fn judge(call: &OwnCall<'_>, bytes: &Canonical) -> Result<Judged, Answered> {
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let now = gate.desk().store().now().await.map_err(|e| store_failed(&e))?;
    let tree = tree(bytes)?;
    members(&tree, &["ir"])?;
    let ir = member(&tree, "ir")
        .ok_or_else(|| refuse("invalid_arguments", "`ir` is missing: the plan to validate"))?;
    let Checked { validation, plan } = checked(ir, &in_force, gate.tenant());
    let correlation = correlation(gate.tenant(), validation.request_id.as_deref());
    let at = now.rfc3339();
    let mut result = serde_json::to_value(&validation)
        .map_err(|e| refuse("unrecorded", format!("the result cannot be written: {e}")))?;
    result["tenant_id"] = json!(gate.tenant());
    result["correlation_id"] = json!(correlation);
    result["validated_at"] = json!(at);
    let policy = in_force.snapshot.policy().version;
    let row = Draft {
        correlation: Some(correlation),
        session: Some(gate.session()),
        principal: Some(call.caller.principal.clone()),
        ..validated(&validation, gate.tenant(), policy, now)
    };
    let kept = plan.map(|plan| NewValidation {
        tenant: gate.tenant().clone(),
        principal: call.caller.principal.clone(),
        correlation,
        ir_hash: plan.hash(),
        needs_a_yes: validation.status == Status::Escalate,
        tier: validation.tier,
        ir: plan.canonical().clone(),
    });
    let text = told(&validation);
    Ok((result, kept, row, text))
}

/// The result in words.
fn told(validation: &Validation) -> String {
    let Validation { status, tier, step_count, .. } = validation;
    let hash = validation.ir_hash.as_ref().map_or_else(|| "none".to_owned(), show_hash);
    let mut text = format!("{}: tier {tier}, {step_count} steps, ir_hash {hash}.", status.as_str());
    match status {
        Status::Pass => text.push_str(" It may run; no yes is needed."),
        Status::Escalate => {
            let steps: Vec<String> = validation
                .high_risk_steps()
                .take(5)
                .map(|s| format!("step {} ({})", s.step_index, s.reason))
                .collect();
            text.push_str(&format!(
                " It needs a person's yes before anything of it runs: {}. Ask with `create_approval`.",
                steps.join("; ")
            ));
        }
        Status::Reject => {
            text.push_str(" It must not run. Correct it and validate again:");
            let errors = validation.violations.iter().filter(|v| v.severity == Severity::Error);
            for violation in errors.take(5) {
                text.push_str(&format!(
                    "\n{} at `{}`: {}",
                    violation.code, violation.path, violation.message
                ));
            }
        }
    }
    text
}
