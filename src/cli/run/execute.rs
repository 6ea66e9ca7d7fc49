//! `run execute`: begins a run of this user's command line, or goes on with it.

use crate::app::bench::nameless;
use crate::app::{App, Globals, env};
use crate::cli::exit::Code;
use crate::cli::output;
use crate::cli::run::{bench, code, find, line, no_token, not_run, told};
use crate::domain::run::Run;
use crate::domain::visible;
use crate::gate::Beat;
use crate::run::{Execution, NotRun, dry_run, execute};
use anyhow::Result;
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Options of `run execute`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Waits for the yes if it needs one. What ran is never sent again; a run that was interrupted goes on where it stood.

Examples:
  countersign run execute 4f1c --dry-run
  countersign run execute 4f1c")]
pub(crate) struct Args {
    /// The run: its id, or the beginning or end of it.
    id: String,
    /// Only tells the calls and what policy says of each.
    #[arg(long)]
    dry_run: bool,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Executes.
///
/// # Errors
/// [`crate::cli::exit::Stop`]: why it did not go on.
pub(crate) async fn run(app: &mut App, globals: &Globals, args: &Args) -> Result<Code> {
    let found = find(app, &args.id).await?;
    if found.state.is_terminal() {
        return ended(app, &found, args).await;
    }
    let bench = bench(app, globals).await?;
    if args.dry_run {
        let steps = dry_run(&bench.gate, found.id, &bench.principal).await;
        bench.closing.close(app).await?;
        let steps = steps.map_err(not_run)?;
        if args.json {
            output::json(&json!({ "run": found.id, "steps": steps }))?;
            return Ok(Code::Ok);
        }
        let rows = steps.iter().map(|step| {
            let verdict = step.verdict.map_or("no call", |v| v.as_str());
            let note = match &step.problem {
                Some(problem) => problem.clone(),
                None if !step.unchanged => "not the call that the run was made with".to_owned(),
                None => String::new(),
            };
            vec![
                (step.step + 1).to_string(),
                visible::inline(&step.action).text,
                format!("{}.{}", step.server, visible::inline(&step.tool).text),
                verdict.to_owned(),
                step.tier.map(|tier| tier.to_string()).unwrap_or_default(),
                visible::inline(&note).text,
            ]
        });
        let header = ["step", "action", "call", "policy", "tier", ""];
        output::line(output::table(&header, rows.collect()))?;
        return Ok(Code::Ok);
    }
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let watching = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    let told_beat = || {
        let beat: Beat = Box::new(|_, text: &str| output::note(text));
        Some(beat)
    };
    let told_step = |at: usize, of: usize, what: &str| {
        output::note(format!("step {at} of {of}: {}", visible::inline(what).text));
    };
    let execution = Execution {
        id: found.id,
        principal: &bench.principal,
        on_ask: app.config.approvals.on_ask,
        hold: app.config.approvals.answer_within,
        beats: &told_beat,
        told: &told_step,
        cancel,
    };
    let reached = execute(&bench.gate, execution).await;
    watching.abort();
    bench.gate.drain().await;
    bench.closing.close(app).await?;
    answer(app, &reached.map_err(not_run)?, args).await
}

/// A run that ended before is told as it is; no server is started for that.
async fn ended(app: &App, run: &Run, args: &Args) -> Result<Code> {
    no_token()?;
    if run.principal != nameless(&env::os_user()) {
        return Err(not_run(NotRun::NotFound));
    }
    if args.dry_run {
        return Err(not_run(NotRun::Ended(run.state)));
    }
    answer(app, run, args).await
}

async fn answer(app: &App, run: &Run, args: &Args) -> Result<Code> {
    let view = told(app, run).await?;
    if args.json {
        output::json(&view)?;
    } else {
        output::line(line(&view))?;
    }
    Ok(code(run, &view))
}
