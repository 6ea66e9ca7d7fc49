//! `policy diff`: what changed in the store between two versions, however many lie between them.
//!
//! Earlier states are not kept; they are made from what stands by taking back what came later, whole rows each.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::policy::{page, show, version};
use crate::cli::proof::Caller;
use crate::domain::policy::{StoredModule, StoredPolicy, StoredRule};
use crate::gate::changes::{before, state_at};
use anyhow::Result;
use serde_json::{Value, json};

/// Options of `policy diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy diff          what the newest change changed
  countersign policy diff 5        from version 5 until now
  countersign policy diff 5 7      from version 5 to version 7
  countersign policy diff 0        everything that was ever applied and still stands")]
pub(crate) struct Args {
    /// The earlier version; without it the one before the newest change.
    from: Option<u64>,
    /// The later version; without it what stands now.
    to: Option<u64>,
    /// One JSON object: {"from", "to", "rules", "modules"}.
    #[arg(long)]
    json: bool,
}

/// Compares.
///
/// # Errors
/// [`Stop`] when there is no such version.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "policy diff").await?.may_read(app)?;
    let now = app.store.stored_policy(&app.tenant).await?;
    let to = args.to.unwrap_or(now.version);
    let from = match args.from {
        Some(from) => from,
        None if now.version == 0 => 0,
        None => before(&version(app, now.version).await?),
    };
    for number in [from, to] {
        if number != 0 {
            version(app, number).await?;
        }
    }
    if from > to {
        let what = format!("version {from} is later than version {to}");
        return Err(Stop::new(Code::Usage, what).help("the earlier one comes first").into());
    }
    let versions = app.store.policy_versions(&app.tenant, u32::MAX).await?;
    let (old, new) = (state_at(&now, &versions, from), state_at(&now, &versions, to));
    if args.json {
        return output::json(&compared_json(&old, &new));
    }
    let lines = compared(&old, &new);
    if lines.is_empty() {
        output::note(format!("version {from} and version {to} of the policy are the same"));
        return Ok(());
    }
    output::line(lines.join("\n"))
}

fn gone<'a>(old: &'a StoredPolicy, new: &StoredPolicy) -> Vec<&'a StoredRule> {
    old.rules.iter().filter(|rule| new.rules.iter().all(|r| r.id != rule.id)).collect()
}

/// Modules by name, as they were and as they are, where that is not the same.
fn moved<'a>(
    old: &'a StoredPolicy,
    new: &'a StoredPolicy,
) -> Vec<(&'a str, Option<&'a StoredModule>, Option<&'a StoredModule>)> {
    let find = |all: &'a StoredPolicy, name: &str| all.modules.iter().find(|m| m.name == name);
    let both = old.modules.iter().chain(&new.modules).map(|m| m.name.as_str());
    let names: std::collections::BTreeSet<&str> = both.collect();
    let pairs = names.into_iter().map(|name| (name, find(old, name), find(new, name)));
    pairs.filter(|(_, was, is)| was != is).collect()
}

fn compared(old: &StoredPolicy, new: &StoredPolicy) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(gone(old, new).into_iter().map(|rule| format!("- {}", show::rule_line(rule))));
    lines.extend(gone(new, old).into_iter().map(|rule| format!("+ {}", show::rule_line(rule))));
    for (_, was, is) in moved(old, new) {
        lines.extend(was.map(|module| format!("- {}", show::module_line(module))));
        lines.extend(is.map(|module| format!("+ {}", show::module_line(module))));
        let text = |module: Option<&StoredModule>| module.map_or(String::new(), |m| m.text.clone());
        let (was, is) = (text(was), text(is));
        if was != is {
            lines.push(page::text_diff(&was, &is));
        }
    }
    lines
}

fn compared_json(old: &StoredPolicy, new: &StoredPolicy) -> Value {
    json!({
        "from": old.version,
        "to": new.version,
        "rules": { "removed": gone(old, new), "added": gone(new, old) },
        "modules": moved(old, new)
            .into_iter()
            .map(|(name, was, is)| json!({ "name": name, "was": was, "is": is }))
            .collect::<Vec<_>>(),
    })
}
