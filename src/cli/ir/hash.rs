//! `ir hash`: the hash that a yes to a plan is bound to.

use crate::cli::exit::Code;
use crate::cli::ir::{Checks, page};
use crate::cli::{output, read};
use crate::ir::{Status, Validation, show_hash};
use anyhow::Result;
use serde::Serialize;
use std::path::PathBuf;

/// Options of `ir hash`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign ir hash plan.json
  countersign ir hash plan.json --json | jq '.steps[].step_hash'

Exit codes: 0 it has a hash, also when the plan would be refused; 5 it cannot
be read, and `--json` prints what `ir validate` says of it.")]
pub(crate) struct Args {
    /// The plan; `-` reads stdin.
    #[arg(value_name = "FILE")]
    plan: PathBuf,
}

#[derive(Serialize)]
struct Hashes<'v> {
    ir_hash: String,
    steps: Vec<StepHash<'v>>,
}

#[derive(Serialize)]
struct StepHash<'v> {
    step_index: usize,
    step_id: &'v str,
    step_hash: String,
}

/// Prints. What cannot be read has no hash.
pub(super) fn run(checks: &Checks<'_>, args: &Args, json: bool) -> Result<Code> {
    let validation = checks.check(&read::plan(&args.plan)?).validation;
    let Some(hash) = validation.ir_hash else {
        if json {
            output::json(&validation)?;
        } else {
            output::note(page::validation(&validation));
        }
        return Ok(Code::CheckFailed);
    };
    if json {
        output::json(&all(&validation, show_hash(&hash)))?;
    } else {
        output::line(show_hash(&hash))?;
    }
    if validation.status == Status::Reject {
        output::note("this plan would be refused: `countersign ir validate` says why");
    }
    Ok(Code::Ok)
}

fn all(validation: &Validation, ir_hash: String) -> Hashes<'_> {
    let steps = validation.steps.iter().map(|step| StepHash {
        step_index: step.index,
        step_id: &step.id,
        step_hash: show_hash(&step.hash),
    });
    Hashes { ir_hash, steps: steps.collect() }
}
