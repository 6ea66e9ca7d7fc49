//! `policy diff`: what changed in the store between two versions, however many lie between them.
//!
//! Earlier states are not kept; they are made from what stands by taking back what came later, whole rows each.

use crate::app::App;
use crate::card::compared::{compared, compared_json};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::policy::{no_version, office, version};
use crate::cli::proof::Caller;
use crate::cli::view;
use crate::gate::changes::before;
use anyhow::Result;

/// Options of `policy diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy diff          what the newest change changed
  countersign policy diff 5        from version 5 until now
  countersign policy diff 5 7      from version 5 to version 7
  countersign policy diff 0        everything that was ever applied and still stands")]
pub(crate) struct Args {
    /// The earlier version; without it the one before the newest change.
    from: Option<u64>,
    /// The later version; without it what stands now.
    to: Option<u64>,
    /// One JSON object: {"from", "to", "rules", "modules"}.
    #[arg(long)]
    json: bool,
}

/// Compares.
///
/// # Errors
/// [`Stop`] when there is no such version.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "policy diff").await?.may_read(app)?;
    let office = office(app).await?;
    let now = office.stored().version;
    let to = args.to.unwrap_or(now);
    let from = match args.from {
        Some(from) => from,
        None if now == 0 => 0,
        None => before(&version(app, now).await?),
    };
    let [old, new] = office.stood_at([from, to]).await?.map_err(no_version)?;
    if from > to {
        let what = format!("version {from} is later than version {to}");
        return Err(Stop::new(Code::Usage, what).help("the earlier one comes first").into());
    }
    if args.json {
        return output::json(&compared_json(&old, &new));
    }
    let lines = compared(&old, &new, view::width());
    if lines.is_empty() {
        output::note(format!("version {from} and version {to} of the policy are the same"));
        return Ok(());
    }
    let mut text = String::new();
    lines.iter().for_each(|line| line.render(false, &mut text));
    output::line(text.trim_end())
}
