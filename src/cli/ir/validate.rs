//! `ir validate`: whether a plan may run.

use crate::cli::exit::Code;
use crate::cli::ir::{Checks, page};
use crate::cli::{output, read};
use crate::ir::{Status, Validation};
use anyhow::Result;
use std::path::PathBuf;

/// Options of `ir validate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign ir validate plan.json
  planner | countersign ir validate - --json | jq .violations

Exit codes: 0 it may run, 4 it needs a yes, 5 it is refused.")]
pub(crate) struct Args {
    /// The plan; `-` reads stdin.
    #[arg(value_name = "FILE")]
    plan: PathBuf,
}

/// Tells.
pub(super) fn run(checks: &Checks<'_>, args: &Args, json: bool) -> Result<Code> {
    let validation = checks.check(&read::plan(&args.plan)?).validation;
    if json {
        output::json(&validation)?;
    } else {
        output::line(page::validation(&validation))?;
    }
    Ok(code(&validation))
}

/// The exit code that a status is.
fn code(validation: &Validation) -> Code {
    match validation.status {
        Status::Pass => Code::Ok,
        Status::Escalate => Code::Pending,
        Status::Reject => Code::CheckFailed,
    }
}
