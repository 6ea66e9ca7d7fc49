//! `run execute`: begins a run of this user's command line, or goes on with it.

use crate::app::bench::nameless;
use crate::app::{App, Globals, env};
use crate::cli::exit::Code;
use crate::cli::run::refusal::not_run;
use crate::cli::run::{bench, code, no_token, told};
use crate::cli::{find, output, view};
use crate::domain::approval::State;
use crate::domain::outcome::OutcomeKind;
use crate::domain::ruling::Verdict;
use crate::domain::run::{Run, RunState};
use crate::domain::visible;
use crate::gate::Beat;
use crate::run::{DryStep, Execution, NotRun, RunView, dry_run, execute};
use anyhow::Result;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

/// Options of `run execute`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Waits for the yes if it needs one. What ran is never sent again; a run that was
interrupted goes on where it stood.

Examples:
  countersign run execute 4f1c --dry-run
  countersign run execute 4f1c

Exit codes: 0 every step ran, 1 a step failed or it cannot go on, 3 denied or
stopped, 4 it waits or may go on later. With `--dry-run`: 0 it would run, 3 a
call is denied, is another one than was asked about, or cannot be made.")]
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
    let found = find::run(app, &args.id).await?;
    if found.state.is_terminal() {
        return ended(app, &found, args).await;
    }
    let bench = bench(app, globals).await?;
    if args.dry_run {
        let steps = dry_run(&bench.gate, found.id, &bench.principal).await;
        bench.closing.close(app).await?;
        return played(app, &found, &steps.map_err(|why| not_run(why, &found))?, args).await;
    }
    let wait = waits(app, &found).await?;
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let watching = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.cancel();
        }
    });
    // Said once a wait, however long it is.
    let told_beat = || {
        let mut text = wait.clone();
        let beat: Beat = Box::new(move |_, _: &str| {
            if let Some(text) = text.take() {
                output::note(text);
            }
        });
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
        gone: cancel.child_token(),
        cancel,
    };
    let reached = execute(&bench.gate, execution).await;
    watching.abort();
    bench.gate.drain().await;
    bench.closing.close(app).await?;
    answer(app, &reached.map_err(|why| not_run(why, &found))?, args).await
}

/// What is said when a wait begins: who has to do what, until when. `None` where the yes is there already.
async fn waits(app: &App, run: &Run) -> Result<Option<String>> {
    let approval = match run.approval.filter(|_| run.state == RunState::Created) {
        Some(id) => app.store.approval(&app.tenant, id).await?,
        None => None,
    };
    let Some(approval) = approval else {
        let what = "a step was sent before and nobody knows whether it ran";
        return Ok(Some(format!(
            "{what}; waits for a yes: `countersign pending` shows the question"
        )));
    };
    let until = view::clock(approval.answer_by, app.store.now().await?);
    let pending = approval.state == State::Pending;
    Ok(pending
        .then(|| format!("waits for a yes: `countersign run approve {}`, until {until}", run.id)))
}

/// A run, and what it would send.
#[derive(Serialize)]
struct Played<'a> {
    #[serde(flatten)]
    run: &'a RunView,
    dry_run: &'a [DryStep],
}

/// What would be sent now, told like the tool `execute_run` tells it.
async fn played(app: &App, run: &Run, steps: &[DryStep], args: &Args) -> Result<Code> {
    let view = told(app, run).await?;
    if args.json {
        output::json(&Played { run: &view, dry_run: steps })?;
    } else {
        output::line(view.line())?;
        let rows = steps.iter().map(|step| {
            let note = match &step.problem {
                Some(problem) => problem.as_str(),
                None if !step.unchanged => "not the call that the run was made with",
                None => "",
            };
            vec![
                (step.step + 1).to_string(),
                visible::inline(&step.action).text,
                format!("{}.{}", step.server, visible::inline(&step.tool).text),
                step.verdict.map_or("no call", Verdict::as_str).to_owned(),
                step.tier.map(|tier| tier.to_string()).unwrap_or_default(),
                visible::inline(note).text,
            ]
        });
        let header = ["step", "action", "call", "policy", "tier", ""];
        output::line(output::table(&header, rows.collect()))?;
    }
    let ran = |at: usize| {
        let ended = run.steps.iter().find(|step| step.step as usize == at);
        ended.is_some_and(|step| step.outcome == Some(OutcomeKind::Ran))
    };
    // What ran is not sent again, whatever it would be now.
    let hindered = |step: &&DryStep| {
        step.verdict == Some(Verdict::Deny) || step.problem.is_some() || !step.unchanged
    };
    let hindered = steps.iter().filter(hindered).any(|step| !ran(step.step));
    let never = code(run, &view) == Code::Denied;
    Ok(if never || hindered { Code::Denied } else { Code::Ok })
}

/// A run that ended before is told as it is; no server is started for that.
async fn ended(app: &App, run: &Run, args: &Args) -> Result<Code> {
    no_token()?;
    if run.principal != nameless(&env::os_user()) {
        return Err(not_run(NotRun::NotFound, run));
    }
    if args.dry_run {
        return Err(not_run(NotRun::Ended(run.state), run));
    }
    answer(app, run, args).await
}

async fn answer(app: &App, run: &Run, args: &Args) -> Result<Code> {
    let view = told(app, run).await?;
    if args.json {
        output::json(&view)?;
    } else {
        output::line(view.line())?;
    }
    Ok(code(run, &view))
}
