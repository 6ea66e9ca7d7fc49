//! `ir audit`: whether what is to be executed is the plan.

use crate::cli::exit::{Code, Stop};
use crate::cli::ir::{Checks, page};
use crate::cli::{output, read};
use crate::ir::audit::{Audit, audit_text};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Options of `ir audit`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign ir audit plan.json dag.json
  planner | countersign ir audit plan.json - --json

Exit codes: 0 the graph is exactly the plan, 5 it is not, or the plan is
refused.")]
pub(crate) struct Args {
    /// The plan; `-` reads stdin.
    #[arg(value_name = "IR")]
    plan: PathBuf,
    /// The nodes: an array of {"ir_step_id", "ir_step_hash"}, or an object with it as "nodes"; `-` reads stdin.
    #[arg(value_name = "DAG")]
    nodes: PathBuf,
}

/// Tells.
pub(super) fn run(checks: &Checks<'_>, args: &Args, json: bool) -> Result<Code> {
    if [&args.plan, &args.nodes].iter().all(|path| *path == Path::new("-")) {
        let stop = Stop::new(Code::Usage, "plan and graph cannot both come from stdin");
        return Err(stop.help("give one of them as a file").into());
    }
    let checked = checks.check(&read::plan(&args.plan)?);
    let nodes = read::plan(&args.nodes)?;
    let Some(plan) = checked.plan else {
        // No graph is that of a plan that is refused.
        if json {
            output::json(&Audit::of_refused(&checked.validation, &nodes))?;
            output::note("the plan is refused: `countersign ir validate` says why");
        } else {
            output::line(page::validation(&checked.validation))?;
        }
        return Ok(Code::CheckFailed);
    };
    let found = audit_text(&plan, &nodes);
    if json {
        output::json(&found)?;
    } else {
        output::line(page::audit(&found))?;
    }
    Ok(if found.success { Code::Ok } else { Code::CheckFailed })
}
