//! `policy replay`: what a change would have decided otherwise, told from the journal. Nothing is proposed or written.

use crate::app::App;
use crate::card::told::report as report_of;
use crate::cli::exit::{Code, Stop};
use crate::cli::policy::{not_taken, office, told};
use crate::cli::proof::Caller;
use crate::cli::{output, read, when};
use crate::domain::id::SessionId;
use crate::gate::changes::Proposer;
use crate::gate::replay;
use crate::policy::{Protected, Snapshot};
use anyhow::Result;
use jiff::tz::TimeZone;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Options of `policy replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Kernel, tier, effect and action are taken from the journal; rules, modules and stance are asked
anew. What needs a value that was not kept is counted as not judged, never guessed: bodies erased by
retention, values under guarded names or masks, counts that were not written down.

Examples:
  countersign policy replay --since 7d                     what stands now, on last week's calls
  countersign policy replay --since 7d --diff diff.json    the same with a change
  countersign policy replay --since 2026-11-01 --until 2026-11-08 --diff - --json")]
pub(crate) struct Args {
    /// Calls from this time on: `2026-11-22T15:42:00Z`, `2026-11-22`, or how long ago (`90s`, `15m`, `2h`, `7d`).
    #[arg(long, value_name = "T")]
    since: String,
    /// Only before this time.
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// The change to try, as JSON, `-` for stdin; without, what stands now is tried.
    #[arg(long, value_name = "FILE")]
    diff: Option<PathBuf>,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Replays.
///
/// # Errors
/// [`Stop`]: the diff is wrong, or a time cannot be read.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "policy replay").await?;
    caller.may_read(app)?;
    let (now, zone) = (app.store.now().await?, TimeZone::system());
    let since = when::option(Some(&args.since), now, &zone)?;
    let until = when::option(args.until.as_deref(), now, &zone)?;
    if until.is_some_and(|until| since.is_some_and(|since| since >= until)) {
        return Err(Stop::new(Code::Usage, "`--until` is not later than `--since`")
            .help("`--since 5d --until 1d` is from five days ago until yesterday")
            .into());
    }
    let candidate = candidate(app, &caller, args).await?;
    let mut bar = Bar::new();
    let mut progress = |done: u64, total: u64| bar.at(done, total);
    let replayed =
        replay(app.store.as_ref(), &app.tenant, (since, until), &candidate, &mut progress).await;
    bar.clear();
    let report = replayed?;
    if args.json {
        return output::json(&report);
    }
    output::line(told::text(report_of("", &report, args.diff.is_some())))
}

/// What stands now, or what would stand after the change.
async fn candidate(app: &App, caller: &Caller, args: &Args) -> Result<Snapshot> {
    let office = office(app).await?;
    let (stored, version) = match &args.diff {
        Some(file) => {
            let principal = caller.principal();
            let by = Proposer { principal: &principal, session: SessionId::new(), comment: None };
            let draft = office.draft(by, &read::plan(file)?).await.map_err(not_taken)?;
            (office.told_apart(draft.candidate), 0)
        }
        None => (office.stored().clone(), office.stored().version),
    };
    // The kernel is not asked, so nothing has to be kept from it.
    Snapshot::build(&app.config, &stored, Protected::default(), version)
        .map_err(|error| Stop::new(Code::Failure, error.to_string()).into())
}

/// A line on a terminal that says how far it is, when it takes longer than a second.
struct Bar {
    on: bool,
    next: Instant,
    shown: bool,
}

impl Bar {
    fn new() -> Self {
        let on = std::io::stderr().is_terminal();
        Self { on, next: Instant::now() + Duration::from_secs(1), shown: false }
    }

    fn at(&mut self, done: u64, total: u64) {
        if !self.on || Instant::now() < self.next {
            return;
        }
        let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100);
        let mut err = std::io::stderr().lock();
        // A terminal that went away takes nothing from the result.
        let _ = write!(err, "\r{done} of {total} rows ({percent} %)").and_then(|()| err.flush());
        self.next = Instant::now() + Duration::from_millis(200);
        self.shown = true;
    }

    fn clear(&mut self) {
        if self.shown {
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r\u{1b}[K").and_then(|()| err.flush());
        }
    }
}
