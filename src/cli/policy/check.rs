//! `policy check`: looks at modules and rules without judging anything, and says what is wrong and where.

use crate::app::Globals;
use crate::cli::exit::Code;
use crate::cli::output;
use crate::cli::policy::collect;
use crate::config::Config;
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::visible;
use crate::gate::trial::admit;
use crate::policy::module::{self as trial, compile_once};
use crate::policy::suite::{ModuleText, unfilled};
use anyhow::Result;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

/// Options of `policy check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy check                      rules and modules in force
  countersign policy check policies/mine.rego   files, without configuration or store

Exit codes: 0 nothing is wrong (warnings are not), 5 something is.")]
pub(crate) struct Args {
    /// Modules, or folders of them [default: what is in force].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// One JSON object: {"ok", "checked", "found": [{"level", "file", "line", "column", "message"}]}.
    #[arg(long)]
    json: bool,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    /// It works, and not as its author may think.
    Warning,
    /// It cannot judge.
    Error,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
struct Found {
    level: Level,
    file: String,
    line: u32,
    column: u32,
    message: String,
}

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    checked: usize,
    found: Vec<Found>,
}

/// Checks.
pub(crate) async fn run(globals: impl Fn() -> Result<Globals>, args: &Args) -> Result<Code> {
    let mut found = Vec::new();
    let bench = if args.paths.is_empty() {
        let force = collect::in_force(&globals()?, "policy check").await?;
        rules(&force, &mut found);
        for module in force.bench.modules.iter().filter(|module| module.counts) {
            waits(module, &force.config, &mut found);
        }
        force.bench
    } else {
        collect::named(&args.paths)?
    };
    let modules: Vec<&ModuleText> = bench.modules.iter().filter(|module| module.counts).collect();
    for module in &modules {
        admission(module, &bench.config, &mut found).await;
    }
    let ok = found.iter().all(|one| one.level != Level::Error);
    let report = Report { ok, checked: modules.len(), found };
    if args.json {
        output::json(&report)?;
    } else {
        output::line(page(&report))?;
    }
    Ok(if ok { Code::Ok } else { Code::CheckFailed })
}

/// Whether the gate lets it in, and how fast it will be. Each is tried alone, so that one that ends its trial hides no
/// other.
async fn admission(module: &ModuleText, config: &serde_json::Value, found: &mut Vec<Found>) {
    let file = &module.source.file;
    let mut add = |level, line, column, message| {
        found.push(Found { level, file: file.clone(), line, column, message });
    };
    let text = trial::ModuleText { name: module.name.clone(), text: module.source.text.clone() };
    let config = if config.is_null() { json!({}) } else { config.clone() };
    if let Err(faults) = admit(vec![text], &config).await {
        for fault in faults {
            add(Level::Error, fault.line, fault.column, fault.message);
        }
        return;
    }
    match compile_once(&module.name, &module.source.text, &config) {
        Ok(tried) => {
            if let Some(why) = tried.slow() {
                let what = format!("it judges several times slower than others: {why}");
                add(Level::Warning, 0, 0, what);
            }
        }
        Err(faults) => {
            for fault in faults {
                add(Level::Error, fault.line, fault.column, fault.message);
            }
        }
    }
}

/// What it waits for and nobody gives.
fn waits(module: &ModuleText, config: &Config, found: &mut Vec<Found>) {
    found.extend(unfilled(&module.source.text, config).into_iter().map(|(name, help)| Found {
        level: Level::Warning,
        file: module.source.file.clone(),
        line: 0,
        column: 0,
        message: format!("it reads `input.{name}`: {help}"),
    }));
}

/// Rules that let the gravest calls run.
fn rules(force: &collect::InForce, found: &mut Vec<Found>) {
    let mut grave = |file: &str, name: &str| {
        found.push(Found {
            level: Level::Warning,
            file: file.to_owned(),
            line: 0,
            column: 0,
            message: format!("the rule `{name}` lets calls of tier 3 run without a yes"),
        });
    };
    for rule in &force.config.rules {
        if rule.effect == Verdict::Allow && rule.allow_tier == Tier::GRAVE {
            grave("configuration", &rule.name);
        }
    }
    for rule in &force.stored.rules {
        if rule.spec.effect == Verdict::Allow && rule.spec.allow_tier == Some(Tier::GRAVE) {
            let id = rule.id.to_string();
            grave("store", rule.spec.name.as_deref().unwrap_or(&id));
        }
    }
}

fn page(report: &Report) -> String {
    let told = report.found.iter().map(|one| {
        let level = match one.level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let mut place = one.file.clone();
        for number in [one.line, one.column] {
            if number > 0 {
                place.push_str(&format!(":{number}"));
            }
        }
        visible::inline(&format!("{level}: {place}: {}", one.message)).text
    });
    let mut lines: Vec<String> = told.collect();
    let errors = report.found.iter().filter(|one| one.level == Level::Error).count();
    let warnings = report.found.len() - errors;
    lines.push(format!("{} modules, {errors} errors, {warnings} warnings", report.checked));
    lines.join("\n")
}
