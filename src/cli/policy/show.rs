//! `policy show`: one rule, one module or template with its text, one suggestion, or one version: whatever the name
//! names.

use crate::app::App;
use crate::card::suggestion::{module_line, rule_line, tree_of as tree, what};
use crate::cli::exit::{Code, Stop};
use crate::cli::policy::{office, page, seen};
use crate::cli::proof::Caller;
use crate::cli::{find, output, view};
use crate::config::Rule;
use crate::domain::digest::Digest;
use crate::domain::policy::{PolicyVersion, RuleSpec, StoredModule, StoredPolicy, StoredRule};
use crate::domain::visible;
use crate::gate::changes::version_view;
use crate::policy::diff::rule_words;
use crate::policy::templates::{Template, template};
use anyhow::Result;
use serde::Serialize;
use serde_json::json;

/// Characters of one text in a line, and of a rule in one.
const TEXT: usize = 120;
const LINE: usize = 400;

/// Options of `policy show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy show 7                version 7
  countersign policy show cost_control     a module, or a template that comes along, with its text
  countersign policy show 4f1c             a rule or a suggestion, by its id
  countersign policy show 4f1c --json")]
pub(crate) struct Args {
    /// A version's number, a module's or rule's name, or the id of a rule or a suggestion (its beginning or end).
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
    if let Some(template) = template(wanted) {
        return show_template(template, args.json);
    }
    if let Some(rule) = rule(&stored, wanted)? {
        return show_rule(rule, args.json);
    }
    if let Some(rule) = app.config.rules.iter().find(|rule| rule.name == wanted) {
        return show_configured(rule, args.json);
    }
    let Some(found) = find::any_suggestion(app, wanted).await? else {
        let what =
            format!("there is no version, module, rule or suggestion `{}`", seen(wanted, 40));
        return Err(Stop::new(Code::Failure, what)
            .help("`countersign policy history`, `list` and `suggestions --all` show what there is")
            .into());
    };
    if args.json {
        return output::json(&office(app).await?.whole(&found).await?);
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
        "{}\nadded by {by}, {at}, with version {} of the policy\n{}",
        rule_line(rule),
        rule.version,
        tree(&rule.spec)?
    ))
}

/// A rule of the configuration, which has neither id nor history.
fn show_configured(rule: &Rule, json: bool) -> Result<()> {
    let spec = RuleSpec { name: Some(rule.name.clone()), ..rule.spec().clone() };
    if json {
        return output::json(&json!({ "source": "configuration", "spec": spec }));
    }
    let words = seen(&rule_words(&spec), LINE);
    output::line(format!("rule of the configuration: {words}\n{}", tree(&spec)?))
}

fn show_template(template: &Template, json: bool) -> Result<()> {
    let Template { name, text, description, on_error, needs } = *template;
    let digest = Digest::sha256(&[text.as_bytes()]);
    if json {
        return output::json(&json!({
            "source": "template", "name": name, "status": "inactive", "description": description,
            "on_error": on_error, "needs": needs, "text": text, "digest": digest,
        }));
    }
    output::line(format!(
        "template `{name}`: it judges nothing until `countersign policy propose --activate {name}` is applied\n\
         {description}\non error {}; reads {}; digest {digest}\n\n{}",
        on_error.as_str(),
        needs.join(", "),
        text.trim_end()
    ))
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
        return output::json(&version_view(version));
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
        what(version),
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
