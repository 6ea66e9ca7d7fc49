//! `ir validate`: whether a plan may run.

use crate::cli::exit::Code;
use crate::cli::ir::{Checks, page, read};
use crate::cli::output;
use crate::ir::{Status, Validation};
use anyhow::Result;
use std::path::PathBuf;

/// Options of `ir validate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plan; `-` reads stdin.
    #[arg(value_name = "FILE")]
    plan: PathBuf,
}

/// Tells.
pub(super) fn run(checks: &Checks<'_>, args: &Args, json: bool) -> Result<Code> {
    let validation = checks.check(&read(&args.plan)?).validation;
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
