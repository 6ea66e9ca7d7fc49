//! `policy check`: looks at modules and rules without judging anything, and says what is wrong and where.

use crate::app::Globals;
use crate::cli::exit::Code;
use crate::cli::output;
use crate::cli::policy::collect::{self, InForce};
use crate::domain::policy::ModuleStatus;
use crate::domain::visible;
use crate::gate::{Found, admission};
use crate::policy::lint::{Level, Lint, Source, lint, lint_module};
use crate::policy::suite::{ModuleText, Text};
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Options of `policy check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An error is what cannot judge: a module that is not let in, a rule that does not
compile. Everything else is a warning: it works, and hardly as its author thinks.
What is wrong with a module that does not judge, a draft for one, is a warning.

Examples:
  countersign policy check                      rules and modules in force
  countersign policy check policies/mine.rego   files, without configuration or store
  countersign policy check --strict             for a pipeline that wants it quiet

Exit codes: 0 no errors, 5 errors, or warnings with --strict.")]
pub(crate) struct Args {
    /// Modules, or folders of them [default: what is in force].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Warnings fail the check, too.
    #[arg(long)]
    strict: bool,
    /// One JSON object: {"ok", "modules", "rules", "found": [{"level", "code", "file", "line", "column", "at", "message",
    /// "help"}]}.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    modules: usize,
    rules: usize,
    found: Vec<Found>,
}

/// Checks.
pub(crate) async fn run(globals: impl Fn() -> Result<Globals>, args: &Args) -> Result<Code> {
    let mut found = Vec::new();
    // What is in force and does not judge may be unfinished; what is named is meant to be whole.
    let mut judging: Option<BTreeSet<String>> = None;
    let (bench, rules) = if args.paths.is_empty() {
        let globals = globals()?;
        let force = collect::in_force(&globals, "policy check").await?;
        let file = globals.config.display().to_string();
        found.extend(of_policy(&force, &file));
        let all = force.config.modules.iter().chain(&force.stored.modules);
        let active = all.filter(|module| module.status == ModuleStatus::Active);
        judging = Some(active.map(|module| module.name.clone()).collect());
        let rules = force.config.rules.len() + force.stored.rules.len();
        (force.bench, rules)
    } else {
        (collect::named(&args.paths)?, 0)
    };
    let modules: Vec<&ModuleText> = bench.modules.iter().filter(|module| module.counts).collect();
    for module in &modules {
        if !args.paths.is_empty() {
            let lints = lint_module(&module.name, &module.source.text);
            found.extend(lints.into_iter().map(|one| Found::of(one, module.source.file.clone())));
        }
        let judges = judging.as_ref().is_none_or(|names| names.contains(&module.name));
        let level = if judges { Level::Error } else { Level::Warning };
        let Text { file, text } = &module.source;
        found.extend(admission(&module.name, file, text, &bench.config, level).await);
    }
    let worst = found.iter().map(|one| one.level).max();
    let ok = worst < Some(if args.strict { Level::Warning } else { Level::Error });
    let report = Report { ok, modules: modules.len(), rules, found };
    if args.json {
        output::json(&report)?;
    } else {
        output::line(page(&report))?;
    }
    Ok(if ok { Code::Ok } else { Code::CheckFailed })
}

/// What is odd about the policy in force.
fn of_policy(force: &InForce, configuration: &str) -> Vec<Found> {
    let file = |one: &Lint| match one.source {
        Source::Configuration => configuration.to_owned(),
        Source::Store => "store".to_owned(),
        Source::Module => {
            let named = |module: &&ModuleText| one.at == format!("module `{}`", module.name);
            let module = force.bench.modules.iter().find(named);
            module.map_or_else(|| "store".to_owned(), |module| module.source.file.clone())
        }
    };
    let lints = lint(&force.config, &force.stored).into_iter();
    lints.map(|one| (file(&one), one)).map(|(file, one)| Found::of(one, file)).collect()
}

fn page(report: &Report) -> String {
    let mut lines = Vec::new();
    for one in &report.found {
        let level = match one.level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        let place = one.place();
        let what = format!("{level}[{}] {place}: {}: {}", one.code, one.at, one.message);
        lines.push(visible::inline(&what).text);
        lines.push(visible::inline(&format!("  help: {}", one.help)).text);
    }
    let errors = report.found.iter().filter(|one| one.level == Level::Error).count();
    let warnings = report.found.len() - errors;
    let (modules, rules) = (report.modules, report.rules);
    lines.push(format!("{modules} modules, {rules} rules, {errors} errors, {warnings} warnings"));
    lines.join("\n")
}
