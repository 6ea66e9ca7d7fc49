//! `policy test`: runs suites and `test_` rules, and says of each that fails what was wanted and what came.

use crate::app::Globals;
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::policy::collect;
use crate::domain::visible;
use crate::policy::on_deep_stack;
use crate::policy::suite::{self, Bench, Coverage, Report, SuiteResult, TestResult};
use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// Options of `policy test`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A suite is YAML: `policy`, and `tests` of `name`, `description`, `action`, `resource`, `context`,
`timestamp` and `expected` (`decision`, `deny_reasons`, `ask_reasons`, `warnings`). Rego's own tests
are rules named `test_...`, in files named `..._test.rego` or in a folder `tests`.

Examples:
  countersign policy test                       modules in force, by the tests in `policies/tests`
  countersign policy test policies --coverage   files, without configuration or store
  countersign policy test --templates

Exit codes: 0 every test holds, 5 one does not, or a file cannot be tested.")]
pub(crate) struct Args {
    /// Modules, suites and tests, or folders of them [default: what is in force].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The bundled templates by their own tests.
    #[arg(long, conflicts_with = "paths")]
    templates: bool,
    /// Says which lines of the modules no test ran.
    #[arg(long)]
    coverage: bool,
    /// One JSON object: {"ok", "passed", "failed", "suites", "flaws", "coverage"}.
    #[arg(long)]
    json: bool,
}

/// Tests.
pub(crate) async fn run(globals: impl Fn() -> Result<Globals>, args: &Args) -> Result<Code> {
    let bench = if args.templates {
        collect::bundled()
    } else if args.paths.is_empty() {
        collect::in_force(&globals()?, "policy test").await?.bench
    } else {
        collect::named(&args.paths)?
    };
    let mut report = tested(&bench)?;
    if report.suites.is_empty() && report.flaws.is_empty() {
        return Err(Stop::new(Code::CheckFailed, "there are no tests")
            .help("write them into `policies/tests` beside the configuration, or name files; `--templates` runs ours")
            .into());
    }
    if !args.coverage {
        report.coverage.clear();
    }
    if args.json {
        output::json(&report)?;
    } else {
        output::line(page(&report))?;
    }
    Ok(if report.ok { Code::Ok } else { Code::CheckFailed })
}

fn tested(bench: &Bench) -> Result<Report> {
    on_deep_stack(|| suite::run(bench)).context("cannot start a thread to test on")
}

fn page(report: &Report) -> String {
    let mut lines = Vec::new();
    for suite in &report.suites {
        lines.push(format!("{}  {}", seen(&suite.file), seen(&suite.policy)));
        lines.extend(suite.test_results.iter().flat_map(|test| result(suite, test)));
        lines.push(String::new());
    }
    lines.extend(report.flaws.iter().map(|flaw| format!("error: {}", seen(&flaw.to_string()))));
    if !report.flaws.is_empty() {
        lines.push(String::new());
    }
    for file in &report.coverage {
        lines.push(covered(file));
    }
    if !report.coverage.is_empty() {
        lines.push(String::new());
    }
    lines.push(format!("{} passed, {} failed", report.passed, report.failed));
    lines.join("\n")
}

fn result(suite: &SuiteResult, test: &TestResult) -> Vec<String> {
    if test.passed {
        return vec![format!("  ok      {}", seen(&test.name))];
    }
    let mut lines = vec![
        format!("  FAILED  {}  ({}:{})", seen(&test.name), seen(&suite.file), test.line),
        format!("          expected: {}", seen(&test.expected.to_string())),
        format!("          actual:   {}", seen(&test.actual.to_string())),
    ];
    lines.extend(test.problem.as_ref().map(|problem| format!("          {}", seen(problem))));
    lines
}

fn covered(file: &Coverage) -> String {
    let percent = file.percent();
    let missed = ranges(&file.not_covered);
    let rest = if missed.is_empty() { String::new() } else { format!("  not run: {missed}") };
    format!("{percent:>3} %  {}{rest}", seen(&file.file))
}

/// `3, 7-9`.
fn ranges(lines: &[u32]) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for line in lines {
        match parts.last_mut() {
            Some((_, end)) if *end + 1 == *line => *end = *line,
            _ => parts.push((*line, *line)),
        }
    }
    let told = parts.iter().map(
        |(from, to)| {
            if from == to { from.to_string() } else { format!("{from}-{to}") }
        },
    );
    told.collect::<Vec<_>>().join(", ")
}

fn seen(text: &str) -> String {
    visible::inline(text).text
}

#[cfg(test)]
mod tests {
    use crate::cli::policy::test::ranges;

    #[test]
    fn lines_are_told_as_ranges() {
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[3]), "3");
        assert_eq!(ranges(&[3, 4, 5, 9, 11, 12]), "3-5, 9, 11-12");
    }
}
