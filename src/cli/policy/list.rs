//! `policy list`: the rules and modules that stand, wherever they come from, and the templates that could.

use crate::app::App;
use crate::cli::output;
use crate::cli::policy::{office, seen};
use crate::cli::proof::Caller;
use crate::domain::ruling::{Tier, Verdict};
use crate::gate::changes::{ModuleRow, RuleRow};
use anyhow::Result;
use serde_json::Value;

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
Modules of the source `template` come along and judge nothing until one is switched on with
`countersign policy propose --activate NAME`. A rule of the store names the version of the
policy that brought it; a module's revision counts its own changes. One that is `broken`
does not compile: `countersign policy check` says why.

Examples:
  countersign policy list
  countersign policy list --kind module
  countersign policy list --json | jq '.rules[] | select(.effect == \"allow\")'")]
pub(crate) struct Args {
    /// Only rules, or only modules.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// One JSON object: {"version", "policy_version", "rules", "modules"}.
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
    let wants = |kind| args.kind.is_none_or(|wanted| wanted == kind);
    let (rules, modules) = (wants(Kind::Rule), wants(Kind::Module));
    let mut list = office.listing(rules, modules, office.policy_version().await?);
    office.mark_broken(&mut list);
    if args.json {
        return output::json(&list);
    }
    let mut parts = Vec::new();
    if !list.rules.is_empty() {
        let header =
            ["rule", "name", "effect", "tool", "pattern", "when", "tier", "score", "source"];
        parts.push(output::table(&header, list.rules.iter().map(rule).collect()));
    } else if rules {
        output::note("there is no rule, neither in the configuration nor in the store");
    }
    if modules && list.modules.iter().all(|module| module.source == "template") {
        output::note(
            "there is no module, neither beside the configuration nor in the store; templates come along",
        );
    }
    if !list.modules.is_empty() {
        let header = ["module", "package", "status", "scope", "on error", "digest", "source"];
        parts.push(output::table(&header, list.modules.iter().map(module).collect()));
    }
    if parts.is_empty() { Ok(()) } else { output::line(parts.join("\n\n")) }
}

fn rule(rule: &RuleRow) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, |t| seen(t, 60));
    let when = rule.when.as_ref().map(|when| Value::Object(when.clone()).to_string());
    let tier = match (rule.effect, rule.allow_tier, rule.tier) {
        (Verdict::Allow, reach, _) => format!("up to {}", reach.unwrap_or(Tier::WRITE)),
        (_, _, Some(tier)) => format!("from {tier}"),
        _ => String::new(),
    };
    vec![
        rule.id.map_or_else(|| "-".to_owned(), |id| id.short()),
        text(&rule.name),
        rule.effect.as_str().to_owned(),
        text(&rule.tool),
        text(&rule.pattern),
        text(&when),
        tier,
        rule.score.map_or_else(String::new, |score| score.to_string()),
        rule.version.map_or_else(
            || rule.source.to_owned(),
            |version| format!("{}, by version {version}", rule.source),
        ),
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
        module.status.to_owned(),
        scope,
        module.on_error.as_str().to_owned(),
        module.digest.short(),
        module.revision.map_or_else(
            || module.source.to_owned(),
            |revision| format!("{}, revision {revision}", module.source),
        ),
    ]
}
