//! `ir`: checks plans without running, asking or recording anything.

mod audit;
mod hash;
mod page;
mod validate;

use crate::app::{Globals, in_force};
use crate::cli::exit::{Code, Stop};
use crate::config::Config;
use crate::ir::{Checked, StepJudge, Vocabulary, check_text};
use crate::policy::{Protected, Snapshot};
use anyhow::Result;

/// `ir`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign ir validate plan.json        what it may do, how grave each step is, and why
  countersign ir hash plan.json            the hash that a yes to it is bound to
  countersign ir audit plan.json dag.json  whether the graph executes exactly the plan
  planner | countersign ir validate - --json

Exit codes: 0 may run, 4 needs a yes, 5 refused or not the plan.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: IrCommand,
    /// One JSON object.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum IrCommand {
    /// Says whether a plan may run, how grave each step is, and why.
    Validate(validate::Args),
    /// Prints the hash of a plan.
    Hash(hash::Args),
    /// Holds the nodes of an execution graph against a plan.
    Audit(audit::Args),
}

/// Validates, hashes or audits.
pub(crate) async fn run(globals: &Globals, args: &Args) -> Result<Code> {
    let checks = Checks::new(globals).await?;
    match &args.command {
        IrCommand::Validate(command) => validate::run(&checks, command, args.json),
        IrCommand::Hash(command) => hash::run(&checks, command, args.json),
        IrCommand::Audit(command) => audit::run(&checks, command, args.json),
    }
}

/// What plans are checked against.
struct Checks<'g> {
    globals: &'g Globals,
    config: Config,
    vocabulary: Vocabulary,
    rules: Snapshot,
}

impl<'g> Checks<'g> {
    async fn new(globals: &'g Globals) -> Result<Self> {
        let (config, stored) = in_force(globals).await?;
        let vocabulary = Vocabulary::of(&config.plans);
        // Steps are no calls: what no call may name is looked at when they become some.
        let rules = Snapshot::build(&config, &stored, Protected::default(), 0)
            .map_err(|error| Stop::new(Code::Configuration, error.to_string()))?;
        Ok(Self { globals, config, vocabulary, rules })
    }

    fn check(&self, bytes: &[u8]) -> Checked {
        let judge: &dyn StepJudge = &self.rules;
        let ask_from = self.config.require_approval_tier;
        check_text(bytes, &self.vocabulary, Some(judge), &self.globals.tenant, ask_from)
    }
}
