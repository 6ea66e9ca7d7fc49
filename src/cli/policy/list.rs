//! `policy list`: the rules and modules that stand, wherever they come from.

use crate::app::App;
use crate::cli::output;
use crate::cli::policy::{office, seen};
use crate::cli::proof::Caller;
use crate::gate::changes::{ModuleRow, RuleRow, modules, rules};
use anyhow::Result;
use serde_json::json;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Rules.
    Rule,
    /// Modules.
    Module,
}

/// Options of `policy list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy list
  countersign policy list --kind module
  countersign policy list --json | jq '.rules[] | select(.effect == \"allow\")'")]
pub(crate) struct Args {
    /// Only rules, or only modules.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// One JSON object: {"version", "rules", "modules"}.
    #[arg(long)]
    json: bool,
}

/// Lists.
///
/// # Errors
/// Those of the store, and of the output.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "policy list").await?.may_read(app)?;
    let office = office(app).await?;
    let (config, stored) = (&app.config, office.stored());
    let wants = |kind| args.kind.is_none_or(|wanted| wanted == kind);
    let rules = if wants(Kind::Rule) { rules(config, stored) } else { Vec::new() };
    let modules = if wants(Kind::Module) { modules(config, stored) } else { Vec::new() };
    if args.json {
        let version = stored.version;
        return output::json(&json!({ "version": version, "rules": rules, "modules": modules }));
    }
    if rules.is_empty() && modules.is_empty() {
        output::note("there is none");
        return Ok(());
    }
    let mut parts = Vec::new();
    if !rules.is_empty() {
        let header = ["rule", "name", "effect", "tool", "pattern", "score", "source"];
        parts.push(output::table(&header, rules.iter().map(rule).collect()));
    }
    if !modules.is_empty() {
        let header = ["module", "package", "status", "scope", "on error", "digest", "source"];
        parts.push(output::table(&header, modules.iter().map(module).collect()));
    }
    output::line(parts.join("\n\n"))
}

fn rule(rule: &RuleRow) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, |t| seen(t, 60));
    vec![
        rule.id.map_or_else(|| "-".to_owned(), |id| id.short()),
        text(&rule.name),
        rule.effect.as_str().to_owned(),
        text(&rule.tool),
        text(&rule.pattern),
        rule.score.map_or_else(String::new, |score| score.to_string()),
        source(rule.source, rule.version),
    ]
}

fn module(module: &ModuleRow) -> Vec<String> {
    let scope = match &module.scope_id {
        Some(id) => format!("{} {}", module.scope.as_str(), seen(id, 40)),
        None => module.scope.as_str().to_owned(),
    };
    vec![
        seen(&module.name, 40),
        module.package.as_deref().map_or_else(String::new, |package| seen(package, 60)),
        module.status.as_str().to_owned(),
        scope,
        module.on_error.as_str().to_owned(),
        module.digest.short(),
        source(module.source, module.version),
    ]
}

fn source(source: &str, version: Option<u64>) -> String {
    version.map_or_else(|| source.to_owned(), |version| format!("{source}, version {version}"))
}
