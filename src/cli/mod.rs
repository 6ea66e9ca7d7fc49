//! The command line: one file a subcommand. Names, options and exit codes are a contract.

mod agents;
mod ancestry;
mod answer;
mod approve;
mod audit;
mod audit_export;
mod audit_label;
mod audit_opa;
mod audit_prune;
mod audit_row;
mod audit_start;
#[cfg(test)]
mod audit_tests;
mod audit_violations;
mod cancel;
mod console;
mod contracts;
mod demo;
mod deny;
mod doctor;
pub mod exit;
mod find;
mod globals;
mod ir;
mod network;
mod notify;
mod output;
mod pause;
mod pending;
mod policy;
mod policy_trial;
mod proof;
mod read;
mod run;
mod serve;
mod show;
mod token;
mod tools;
mod unpause;
mod user;
mod view;
mod watch;
mod when;
mod wrap;

use crate::app::App;
use crate::cli::exit::Code;
use crate::cli::globals::GlobalArgs;
use crate::policy::on_deep_stack;
use anyhow::{Context as _, Result};

/// Nothing writes without a yes.
#[derive(Debug, clap::Parser)]
#[command(
    name = "countersign",
    version,
    about = "Nothing writes without a yes: an MCP gateway whose writes wait for a person",
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "\
Examples:
  countersign pending                   what waits for an answer
  countersign approve 4f1c              shows the card, and says yes when it is typed
  countersign deny 4f1c --reason 'use staging'
  countersign watch                     the queue live, answered in place
  countersign doctor                    checks the whole set-up

Exit codes: 0 ok, 1 failure, 2 usage, 3 denied or not allowed, 4 still pending, 5 a check failed,
6 configuration invalid."
)]
pub struct Cli {
    #[command(flatten)]
    globals: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Stands in front of the configured servers, over stdio or HTTP.
    Serve(serve::Args),
    /// Stands in front of one server, over stdio or HTTP, without configuration.
    Wrap(wrap::Args),
    /// Plays the whole story against a bundled server, on a temporary store.
    Demo(demo::Args),
    /// Lists the questions that wait for an answer.
    Pending(pending::Args),
    /// Shows one question in full.
    Show(show::Args),
    /// Says yes to exactly one call, once.
    Approve(approve::Args),
    /// Says no, with a reason that reaches the agent.
    Deny(deny::Args),
    /// Takes a question back, or a yes that was not used yet.
    Cancel(cancel::Args),
    /// Lists the agents that are here, and how each fares.
    Agents(agents::Args),
    /// Stops one agent, or all, at once.
    Pause(pause::Args),
    /// Lets a paused agent, or all, go on.
    Unpause(pause::Args),
    /// The queue live, answered in place.
    Watch(watch::Args),
    /// Says yes and prints the answer token, once.
    Token(token::Args),
    /// What servers tell of their tools, and what a person accepted of it.
    Tools(tools::Args),
    /// What may happen: rules and modules, how they change, and what they were before.
    Policy(policy::Args),
    /// Plans as runs: made, approved and executed step by step.
    Run(run::Args),
    /// Checks plans of steps, and whether what is to be executed is the plan.
    Ir(ir::Args),
    /// Checks the whole set-up.
    Doctor(doctor::Args),
    /// People and programs with an API token.
    User(user::Args),
    /// The journal: what was decided, and whether it still says so.
    Audit(audit_start::Args),
    /// Who talks to whom, and the network policies that allow no more.
    Network(network::Args),
    /// Whom to tell that something waits or happened, elsewhere than here.
    Notify(notify::Args),
    /// The pages and the HTTP API for people, on this machine.
    Console(console::Args),
    /// Writes the contracts of our tools and the manifest, or compares them.
    Contracts(contracts::Args),
    /// Tries modules, for this program itself.
    #[command(name = crate::gate::trial::COMMAND, hide = true)]
    PolicyTrial,
}

/// Runs one command to its end.
///
/// # Errors
/// What went wrong; [`exit::report`] and [`exit::code_of`] say how it is told.
pub fn run(cli: Cli) -> Result<Code> {
    if matches!(cli.command, Command::PolicyTrial) {
        return policy_trial::run();
    }
    cli.globals.start_log();
    // Modules are judged on the very thread that serves, and need a deep stack.
    on_deep_stack(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the runtime")?;
        runtime.block_on(dispatch(cli))
    })
    .context("cannot start the thread that serves")?
}

async fn dispatch(cli: Cli) -> Result<Code> {
    // Not every command has a home: the demo brings its own, and contracts need none.
    let globals = || cli.globals.resolve();
    let open = async || -> Result<App> { Ok(App::open(&globals()?).await?) };
    let done = |()| Code::Ok;
    match &cli.command {
        Command::Serve(args) => serve::run(open().await?, &globals()?, args).await,
        Command::Wrap(args) => wrap::run(open().await?, &globals()?, args).await,
        Command::Demo(args) => demo::run(args).await,
        Command::Contracts(args) => contracts::run(args),
        Command::Network(args) => network::run(globals, args).await,
        Command::Pending(args) => pending::run(&mut open().await?, args).await.map(done),
        Command::Show(args) => show::run(&mut open().await?, args).await.map(done),
        Command::Approve(args) => approve::run(&mut open().await?, args).await,
        Command::Deny(args) => deny::run(&mut open().await?, args).await,
        Command::Cancel(args) => cancel::run(&mut open().await?, args).await.map(done),
        Command::Agents(args) => agents::run(&mut open().await?, args).await.map(done),
        Command::Pause(args) => pause::run(&mut open().await?, args).await.map(done),
        Command::Unpause(args) => unpause::run(&mut open().await?, args).await.map(done),
        Command::Watch(args) => watch::run(&mut open().await?, args).await.map(done),
        Command::Token(args) => token::run(&mut open().await?, args).await.map(done),
        Command::Tools(args) => tools::run(&mut open().await?, args).await.map(done),
        Command::User(args) => user::run(&mut open().await?, args).await.map(done),
        Command::Notify(args) => notify::run(&mut open().await?, args).await.map(done),
        Command::Audit(args) => audit_start::run(&globals()?, args).await,
        Command::Run(args) => run::run(&mut open().await?, &globals()?, args).await,
        Command::Policy(args) => policy::run(globals, args).await,
        Command::Console(args) => console::run(open().await?, &globals()?, args).await,
        Command::Ir(args) => ir::run(&globals()?, args).await,
        Command::Doctor(args) => doctor::run(&globals()?, args).await,
        Command::PolicyTrial => policy_trial::run(),
    }
}
