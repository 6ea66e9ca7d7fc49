//! `list_policy_rules`: the rules and modules that stand, of the configuration and of the store, and the templates.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::domain::visible;
use crate::gate::changes::{ModuleRow, Office, RuleRow};
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
                  the store, and the templates: modules that come along and judge nothing yet. Texts of modules are not \
                  shown.",
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
    let of_module = json!({
        "enum": ["configuration", "store", "template"],
        "description": "A template comes along and stands nowhere yet.",
    });
    let version = json!({ "type": ["integer", "null"], "description": "The version of the policy that brought it." });
    let revision =
        json!({ "type": ["integer", "null"], "description": "Counts the module's own changes." });
    let number = json!({ "type": ["integer", "null"] });
    json!({
        "type": "object",
        "properties": {
            "version": { "type": "integer", "minimum": 0, "description": "The version that changed the store last." },
            "policy_version": { "type": ["integer", "null"], "description": "The policy in force, as rulings name it." },
            "rules": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "kind": { "const": "rule" }, "id": maybe, "name": maybe, "tool": maybe, "pattern": maybe,
                    "when": { "type": "object" }, "effect": { "enum": ["allow", "ask", "deny"] },
                    "score": { "type": ["number", "null"] }, "allow_tier": number, "tier": number, "reason": maybe,
                    "source": source, "version": version, "added_by": maybe, "added_at": maybe,
                },
                "required": ["kind", "id", "effect", "source"],
            } },
            "modules": { "type": "array", "items": {
                "type": "object",
                "properties": {
                    "kind": { "const": "module" }, "name": text, "package": maybe, "description": text,
                    "status": { "enum": ["active", "inactive", "draft", "broken"] },
                    "scope": { "enum": ["global", "session", "project", "user"] }, "scope_id": maybe,
                    "on_error": { "enum": ["allow", "deny"] }, "digest": text, "source": of_module,
                    "revision": revision, "changed_by": maybe, "changed_at": maybe,
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
    let list = office.listing(with_rules, with_modules, Some(in_force.snapshot.policy().version));
    let none = (with_rules && list.rules.is_empty()).then(|| "There is no rule.".to_owned());
    let rules = list.rules.iter().map(rule_line);
    let modules = list.modules.iter().map(module_line);
    let lines: Vec<String> = none.into_iter().chain(rules).chain(modules).collect();
    Ok(say(lines.join("\n"), json!(list)))
}

fn seen(text: &str) -> String {
    visible::shorten(&visible::inline(text), 120)
}

fn rule_line(rule: &RuleRow) -> String {
    let id = rule.id.map_or_else(String::new, |id| format!(" {id}"));
    let by = rule.version.map_or_else(String::new, |version| format!(", by version {version}"));
    format!("rule{id} ({}{by}): {}", rule.source, rule.line)
}

fn module_line(module: &ModuleRow) -> String {
    format!(
        "module `{}` ({}): {}, {}",
        seen(&module.name),
        module.source,
        module.status,
        module.scope.as_str()
    )
}
