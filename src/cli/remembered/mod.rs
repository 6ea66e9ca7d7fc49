//! `remembered`: answers that are kept, listed and taken back.

mod wish;

pub(crate) use crate::cli::remembered::wish::{Remember, foretold, preview, tell_kept};

use crate::app::App;
use crate::card::kept::{KeptJson, conditions};
use crate::card::when;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, find, output};
use crate::domain::remembered::{Ended, Keep, Pattern, Remembered, Scope};
use crate::domain::time::Millis;
use crate::domain::visible;
use anyhow::Result;
use jiff::tz::TimeZone;
use serde::Serialize;

/// The most that are listed.
const MOST: usize = 1_000;
/// Characters of a pattern that a list shows.
const SHOWN: usize = 60;

/// Options of `remembered`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Answers are kept with `approve ID --remember ...` and `deny ID --remember ...`.

Examples:
  countersign remembered list
  countersign remembered list --all --json
  countersign remembered revoke 4f1c")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists answers that are kept, newest first.
    List(List),
    /// Takes one back: from now on such calls ask again.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct List {
    /// Those that ended, too.
    #[arg(long)]
    all: bool,
    /// One JSON object: {"remembered": [...]}.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The kept answer: its id, or the beginning or end of it.
    id: String,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
}

/// Lists or revokes.
///
/// # Errors
/// [`Stop`] without proof, and for what is not there.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    match &args.command {
        Command::List(args) => list(app, args).await,
        Command::Revoke(args) => revoke(app, args).await,
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    remembered: Vec<KeptJson<'a>>,
}

async fn list(app: &mut App, args: &List) -> Result<()> {
    Caller::of(app, "remembered list").await?.may_read(app)?;
    let found = app.store.remembered(&app.tenant, args.all, MOST).await?;
    if args.json {
        return output::json(&Listed { remembered: found.iter().map(KeptJson::of).collect() });
    }
    if found.is_empty() {
        output::note("no answer is kept");
        return Ok(());
    }
    let now = app.store.now().await?;
    let row = |one: &Remembered| {
        vec![
            one.id.short(),
            if one.allows { "yes" } else { "no" }.to_owned(),
            visible::inline(&format!("{}.{}", one.upstream, one.tool)).text,
            whose(one),
            which(one),
            ends(one, now),
            uses(one),
            visible::inline(&one.given_by.name).text,
        ]
    };
    let header = ["id", "answer", "tool", "whose calls", "which", "ends", "used", "given by"];
    output::line(output::table(&header, found.iter().map(row).collect()))
}

fn whose(one: &Remembered) -> String {
    match one.wish.scope {
        Scope::Agent => visible::inline(&one.principal.name).text,
        Scope::Server => "any agent".to_owned(),
    }
}

fn which(one: &Remembered) -> String {
    match &one.wish.pattern {
        Pattern::Same => "the same arguments".to_owned(),
        Pattern::When(_) => {
            let all: Vec<String> = conditions(&one.wish.pattern)
                .map(|(name, condition)| format!("{name}={condition}"))
                .collect();
            visible::shorten(&visible::inline(&all.join(" ")), SHOWN)
        }
    }
}

fn ends(one: &Remembered, now: Millis) -> String {
    let zone = TimeZone::system();
    match (one.ended, one.ends_at, one.wish.keep) {
        (Some((why, at)), _, _) => {
            format!("{} {}", why.as_str(), when::clock(at, now, &zone))
        }
        (None, Some(at), Keep::Forever) => when::clock(at, now, &zone),
        (None, Some(at), Keep::Session) => {
            format!("with its session, or {}", when::clock(at, now, &zone))
        }
        (None, None, Keep::Session) => "with its session".to_owned(),
        (None, None, Keep::Forever) => "when revoked".to_owned(),
    }
}

fn uses(one: &Remembered) -> String {
    match (one.used, one.wish.uses) {
        (0, None) => "never".to_owned(),
        (0, Some(most)) => format!("never, of {most}"),
        (used, None) => used.to_string(),
        (used, Some(most)) => format!("{used} of {most}"),
    }
}

async fn revoke(app: &mut App, args: &Revoke) -> Result<()> {
    let caller = Caller::of(app, "remembered revoke").await?;
    let demand = Demand { command: "remembered revoke", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    let one = find::remembered(app, &args.id).await?;
    if let Some((why, _)) = one.ended {
        let what = format!("it counts no more already: {}", why.as_str());
        return Err(Stop::new(Code::Failure, what).into());
    }
    let what = format!(
        "the kept {} to `{}.{}` ({}; {})",
        if one.allows { "yes" } else { "no" },
        visible::inline(&one.upstream).text,
        visible::inline(&one.tool).text,
        whose(&one),
        which(&one)
    );
    if seat.types() {
        output::note(format!("{what}; after this such calls ask again"));
    }
    let approver = seat.confirm("type `yes` to take it back: ", &["yes"])?;
    let (tenant, by) = (&app.tenant, approver.principal());
    if !app.store.end_remembered(tenant, one.id, Some(by), Ended::Revoked).await? {
        return Err(Stop::new(Code::Failure, "it ended in the meantime").into());
    }
    output::line(format!("took back {what}"))?;
    answer::print_head(app, false).await
}
