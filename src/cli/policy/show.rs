//! `policy show`: one rule, one module with its text, one proposal, or one version: whatever the name names.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::policy::apply::version_json;
use crate::cli::policy::{history, page, seen, suggestion};
use crate::cli::proof::Caller;
use crate::cli::{card, output, view};
use crate::domain::digest::Digest;
use crate::domain::json::{Canonical, Limits};
use crate::domain::policy::{PolicyVersion, StoredModule, StoredPolicy, StoredRule};
use crate::domain::visible;
use crate::gate::changes::{SuggestionView, removed, view as suggestion_view};
use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::json;

/// Characters of one text in a line.
const TEXT: usize = 120;

/// Options of `policy show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy show 7                version 7
  countersign policy show cost_control     a module with its text
  countersign policy show 4f1c             a rule or a proposal, by its id
  countersign policy show 4f1c --json")]
pub(crate) struct Args {
    /// A version's number, a module's or rule's name, or the id of a rule or a proposal (its beginning or end).
    what: String,
    /// Leaves nothing out, however long; always so when the output is no terminal.
    #[arg(long)]
    full: bool,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Shows.
///
/// # Errors
/// When there is no such thing.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "policy show").await?.may_read(app)?;
    let wanted = args.what.trim();
    if let Ok(number) = wanted.parse::<u64>()
        && let Some(version) = app.store.policy_version_of(&app.tenant, number).await?
    {
        return show_version(app, &version, args.json).await;
    }
    let stored = app.store.stored_policy(&app.tenant).await?;
    let modules = app.config.modules.iter().chain(&stored.modules);
    if let Some(module) = modules.into_iter().find(|m| m.name == wanted) {
        return show_module(module, args.json);
    }
    if let Some(rule) = rule(&stored, wanted)? {
        return show_rule(rule, args.json);
    }
    let found = suggestion(app, wanted).await.with_context(|| {
        format!("no version, module or rule of the store is called `{}`", seen(wanted, 40))
    })?;
    if args.json {
        let removed_rules = removed(app.store.as_ref(), &app.tenant, &found).await?;
        let suggestion = suggestion_view(&found);
        return output::json(&WholeSuggestion { suggestion, removed_rules });
    }
    let full = args.full || !output::to_terminal();
    output::line(page::page(app, &found, full).await?)
}

/// The rule of this name, or whose id begins or ends so.
fn rule<'a>(stored: &'a StoredPolicy, wanted: &str) -> Result<Option<&'a StoredRule>> {
    if let Some(rule) = stored.rules.iter().find(|r| r.spec.name.as_deref() == Some(wanted)) {
        return Ok(Some(rule));
    }
    let digits = wanted.replace('-', "").to_ascii_lowercase();
    if digits.len() < 4 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let fits = |rule: &&StoredRule| {
        let id = rule.id.0.simple().to_string();
        id.starts_with(&digits) || id.ends_with(&digits)
    };
    let mut found = stored.rules.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => {
            let what = format!("`{}` names several rules", seen(wanted, 40));
            Err(Stop::new(Code::Failure, what).help("give more digits of the id").into())
        }
        (first, _) => Ok(first),
    }
}

fn show_rule(rule: &StoredRule, json: bool) -> Result<()> {
    if json {
        return output::json(rule);
    }
    let (by, at) = (seen(&rule.added_by.to_string(), TEXT), rule.at.rfc3339());
    output::line(format!(
        "{}\nadded by {by}, {at}, with version {}\n{}",
        rule_line(rule),
        rule.version,
        tree(&rule.spec)?
    ))
}

/// A proposal with the rules that its diff only names.
#[derive(Serialize)]
struct WholeSuggestion {
    #[serde(flatten)]
    suggestion: SuggestionView,
    removed_rules: Vec<StoredRule>,
}

#[derive(Serialize)]
struct WholeModule<'a> {
    #[serde(flatten)]
    module: &'a StoredModule,
    digest: Digest,
}

fn show_module(module: &StoredModule, json: bool) -> Result<()> {
    let digest = Digest::sha256(&[module.text.as_bytes()]);
    if json {
        return output::json(&WholeModule { module, digest });
    }
    let (by, at) = (seen(&module.changed_by.to_string(), TEXT), module.at.rfc3339());
    let text: Vec<String> = visible::block(&module.text).into_iter().map(|s| s.text).collect();
    output::line(format!(
        "{}\n{}\nchanged by {by}, {at}; digest {digest}\n\n{}",
        module_line(module),
        seen(&module.description, 400),
        text.join("\n").trim_end()
    ))
}

async fn show_version(app: &App, version: &PolicyVersion, json: bool) -> Result<()> {
    if json {
        return output::json(&version_json(version));
    }
    let now = app.store.now().await?;
    let by = version.by.as_ref().map_or_else(String::new, |by| {
        let alone = if version.self_confirmed { ", who proposed it himself" } else { "" };
        format!(" by {}{alone}", seen(&by.to_string(), TEXT))
    });
    let mut text = format!(
        "version {}: {}{by}, {}\n{}\ndigest {}",
        version.version,
        version.kind.as_str().replace('_', " "),
        view::clock(version.at, now),
        history::what(version),
        version.digest
    );
    if let Some(comment) = &version.comment {
        text.push_str(&format!("\ncomment: {}", seen(comment, 500)));
    }
    if let Some(diff) = &version.diff {
        text.push('\n');
        text.push_str(&tree(diff)?);
    }
    output::line(text.trim_end())
}

/// Any value of ours, one member a line.
pub(in crate::cli::policy) fn tree(value: &impl Serialize) -> Result<String> {
    let bytes = serde_json::to_vec(&json!(value))?;
    let text = Canonical::read(&bytes, &Limits::ARGUMENTS)?;
    Ok(card::tree(&text.node()?))
}

/// A rule in one line.
pub(in crate::cli::policy) fn rule_line(rule: &StoredRule) -> String {
    let spec = &rule.spec;
    let tool = match &spec.tool {
        Some(tool) => format!("`{}`", seen(tool, TEXT)),
        None => "every tool".to_owned(),
    };
    let pattern = match &spec.pattern {
        Some(pattern) => format!(" whose arguments match /{}/", seen(pattern, TEXT)),
        None => String::new(),
    };
    let named = match &spec.name {
        Some(name) => format!(" `{}`", seen(name, TEXT)),
        None => String::new(),
    };
    format!("rule {}{named}: {} calls of {tool}{pattern}", rule.id, spec.effect.as_str())
}

/// A module in one line.
pub(in crate::cli::policy) fn module_line(module: &StoredModule) -> String {
    let scope = match &module.scope_id {
        Some(id) => format!("{} {}", module.scope.as_str(), seen(id, 60)),
        None => module.scope.as_str().to_owned(),
    };
    format!(
        "module `{}`: {}, {scope}, on error {}, change {}",
        seen(&module.name, TEXT),
        module.status.as_str(),
        module.on_error.as_str(),
        module.version
    )
}
