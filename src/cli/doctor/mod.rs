//! `doctor`: looks at the whole set-up and says what is wrong with it, each time with what to do.

mod answers;
mod budgets;
mod check;
mod clients;
mod console;
mod entry;
mod files;
mod jsonc;
mod notify;
mod policy;
mod questions;
mod quorums;
mod same;
mod settings;
mod state;
mod upstreams;

use crate::app::{self, App, AppError, Globals, StoreKind};
use crate::cli::doctor::check::{Checks, Level};
use crate::cli::exit::Code;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use anyhow::Result;
use serde::Serialize;

/// Options of `doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 when nothing is wrong (warnings are not), 5 when something is, 6 when the configuration is invalid.")]
pub(crate) struct Args {
    /// One JSON object: {"ok", "checks": [...], "settings": {...}}; with `--questions` the figures and suggestions.
    #[arg(long)]
    json: bool,
    /// How much people are asked, how fast they say yes, and what would spare them questions; nothing else is checked.
    #[arg(long, conflicts_with = "accept_clock")]
    questions: bool,
    /// With `--questions`: from when on, `30d` for instance; 7 days ago where it is left out.
    #[arg(long, value_name = "WHEN", requires = "questions")]
    since: Option<String>,
    /// Accepts a clock that stands behind the journal: time then goes on from the newest row.
    #[arg(long)]
    accept_clock: bool,
    /// Confirms without typing; only with an API token.
    #[arg(long, requires = "accept_clock")]
    yes: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    checks: &'a Checks,
    settings: &'a settings::Settings,
}

/// Checks, or accepts the clock.
pub(crate) async fn run(globals: &Globals, args: &Args) -> Result<Code> {
    if args.accept_clock {
        return accept_clock(globals, args).await;
    }
    if args.questions {
        let mut app = App::open_to_audit(globals).await?;
        Caller::of(&mut app, "doctor --questions").await?.may_read(&app)?;
        questions::print(&app, args.since.as_deref(), args.json).await?;
        return Ok(Code::Ok);
    }
    let mut checks = Checks::default();
    let mut settings = settings::Settings::default();
    files::home(globals, &mut checks);
    let mut code = Code::Ok;
    let file = app::effective_config(&globals.config);
    let opened = match &file {
        Ok(_) if store_is_there(globals) => Some(App::open_to_audit(globals).await),
        _ => None,
    };
    if let Ok(file) = &file {
        // What holds is what was accepted, and not what an edit says that waits.
        let app = opened.as_ref().and_then(|app| app.as_ref().ok());
        let config = app.map_or(file, |app| &app.config);
        settings = settings::of(globals, config);
        files::config(globals, &mut checks);
        upstreams::look(config, &mut checks);
        clients::look(config, &mut checks);
        console::look(config, &mut checks);
    }
    if let Err(error) = file {
        checks.error(
            "configuration",
            one_line(error),
            "mend the file; nothing starts until it is right",
        );
        code = Code::Configuration;
    }
    match opened {
        Some(Ok(mut app)) => {
            Caller::of(&mut app, "doctor").await?.may_read(&app)?;
            policy::look(&app, &mut checks).await;
            state::look(&app, &mut checks).await;
            questions::look(&app, &mut checks).await;
            budgets::look(&app, &mut checks).await;
            quorums::look(&app, &mut checks).await;
            answers::look(&app, &mut checks).await;
            notify::look(&app, &mut checks).await;
        }
        Some(Err(AppError::Config(error))) => {
            checks.error(
                "policy",
                one_line(error),
                "`countersign policy accept` shows the file and accepts it",
            );
            code = Code::Configuration;
        }
        Some(Err(error)) => {
            checks.error("store", one_line(error), "nothing runs until the store can be opened");
        }
        None if code == Code::Ok => {
            checks.note("store", "there is none yet; the first command makes it");
        }
        None => {}
    }
    files::processes(globals, &mut checks);
    let ok = !checks.has(Level::Error);
    if args.json {
        output::json(&Report { ok, checks: &checks, settings: &settings })?;
    } else {
        output::line(settings.to_text())?;
        output::line(checks.to_text())?;
    }
    Ok(if ok || code != Code::Ok { code } else { Code::CheckFailed })
}

fn store_is_there(globals: &Globals) -> bool {
    globals.store != StoreKind::Sqlite || globals.home.join("countersign.db").exists()
}

async fn accept_clock(globals: &Globals, args: &Args) -> Result<Code> {
    let mut app = App::open(globals).await?;
    let caller = Caller::of(&mut app, "doctor --accept-clock").await?;
    let demand = Demand { command: "doctor --accept-clock", approval: None, yes: args.yes };
    let seat = Seat::take(&app, &caller, demand).await?;
    let newest = app.store.head().await?.ts;
    let question = format!(
        "the newest row of the journal is of {}; type `yes` to let time go on from there: ",
        newest.rfc3339()
    );
    let approver = seat.confirm(&question, &["yes"])?;
    app.store.accept_clock(&app.tenant, approver.principal()).await?;
    output::line("the clock is accepted")?;
    answer::print_head(&app, args.json).await?;
    Ok(Code::Ok)
}

/// An error with its causes.
fn one_line(error: impl Into<anyhow::Error>) -> String {
    let text = crate::cli::exit::report(&error.into());
    text.trim_end().trim_start_matches("error: ").to_owned()
}
