//! `list_policy_rules`: the rules and modules that stand, of the configuration and of the store.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::domain::visible;
use crate::gate::changes::{ModuleRow, Office, RuleRow, modules, rules};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "list_policy_rules",
    title: "List the rules in force",
    description: "Lists the rules and modules of the policy with their ids, whether they stand in the configuration or in \
                  the store. Texts of modules are not shown.",
    read_only: true,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[("invalid_arguments", "`kind` is neither `rule` nor `module`")],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example { arguments: r#"{"kind":"module"}"#, refusal: None },
        Example { arguments: r#"{"kind":"law"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    kind: Option<String>,
}

fn input() -> Value {
    let kind = json!({ "enum": ["rule", "module"], "description": "Default: both." });
    object_schema(json!({ "kind": kind }), &[])
}

fn output() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let source = json!({ "enum": ["configuration", "store"] });
    let number = json!({ "type": ["integer", "null"] });
    json!({
        "type": "object",
        "properties": {
            "version": { "type": "integer", "minimum": 0, "description": "The version that changed the store last." },
            "policy_version": { "type": "integer", "description": "The policy in force, as rulings name it." },
            "rules": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "kind": { "const": "rule" }, "id": maybe, "name": maybe, "tool": maybe, "pattern": maybe,
                    "when": { "type": "object" }, "effect": { "enum": ["allow", "ask", "deny"] },
                    "score": { "type": ["number", "null"] }, "allow_tier": number, "tier": number, "reason": maybe,
                    "source": source, "version": number, "added_by": maybe, "added_at": maybe,
                },
                "required": ["kind", "id", "effect", "source"],
            } },
            "modules": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "kind": { "const": "module" }, "name": text, "package": maybe, "description": text,
                    "status": { "enum": ["active", "inactive", "draft"] },
                    "scope": { "enum": ["global", "session", "project", "user"] }, "scope_id": maybe,
                    "on_error": { "enum": ["allow", "deny"] }, "digest": text, "source": source,
                    "version": number, "changed_by": maybe, "changed_at": maybe,
                },
                "required": ["kind", "name", "status", "scope", "on_error", "digest", "source"],
            } },
        },
        "required": ["version", "policy_version", "rules", "modules"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { list(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn list(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { kind } = arguments(bytes)?;
    let (with_rules, with_modules) = match kind.as_deref() {
        None => (true, true),
        Some("rule") => (true, false),
        Some("module") => (false, true),
        Some(_) => {
            return Err(refuse("invalid_arguments", "`kind` must be `rule` or `module`"));
        }
    };
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let office = Office::open(gate.desk(), gate.tenant(), &in_force.config)
        .await
        .map_err(|e| store_failed(&e))?;
    let (config, stored) = (&in_force.config, office.stored());
    let rules = if with_rules { rules(config, stored) } else { Vec::new() };
    let modules = if with_modules { modules(config, stored) } else { Vec::new() };
    let lines: Vec<String> =
        rules.iter().map(rule_line).chain(modules.iter().map(module_line)).collect();
    let text = if lines.is_empty() { "There are none.".to_owned() } else { lines.join("\n") };
    let policy_version = in_force.snapshot.policy().version;
    let structured = json!({
        "version": stored.version,
        "policy_version": policy_version,
        "rules": rules,
        "modules": modules,
    });
    Ok(say(text, structured))
}

fn seen(text: &str) -> String {
    visible::shorten(&visible::inline(text), 120)
}

fn rule_line(rule: &RuleRow) -> String {
    let name = match (&rule.id, &rule.name) {
        (Some(id), Some(name)) => format!("{id} `{}`", seen(name)),
        (Some(id), None) => id.to_string(),
        (None, name) => format!("`{}`", seen(name.as_deref().unwrap_or_default())),
    };
    let tool =
        rule.tool.as_deref().map_or_else(|| "every tool".to_owned(), |t| format!("`{}`", seen(t)));
    let pattern =
        rule.pattern.as_deref().map_or_else(String::new, |p| format!(" with /{}/", seen(p)));
    format!("rule {name} ({}): {} {tool}{pattern}", rule.source, rule.effect.as_str())
}

fn module_line(module: &ModuleRow) -> String {
    format!(
        "module `{}` ({}): {}, {}",
        seen(&module.name),
        module.source,
        module.status.as_str(),
        module.scope.as_str()
    )
}
