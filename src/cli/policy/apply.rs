//! `policy apply`: decides about a suggestion and makes it the policy, in one step.

use crate::app::App;
use crate::approval::Approver;
use crate::card;
use crate::cli::exit::{Code, Stop};
use crate::cli::policy::{CONFIRM, office, page, refused, resting};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, find, output};
use crate::domain::ruling::Tier;
use crate::gate::changes::{Hand, applied_view};
use crate::store::policies::Suggestion;
use anyhow::Result;

/// Options of `policy apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The card is shown, what it takes away and what it allows first, and APPLY is typed; for a change
that loosens anything (tier 3) with the word that only the card shows. Scripts of an admin present
an API token in COUNTERSIGN_TOKEN and confirm with --confirm APPLY --yes.

Examples:
  countersign policy apply 4f1c
  COUNTERSIGN_TOKEN=... countersign policy apply 4f1c --confirm APPLY --yes --comment 'as agreed'")]
pub(crate) struct Args {
    /// The suggestion: its id, or the beginning or end of it.
    id: String,
    /// Kept with the version.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    how: How,
    /// One JSON object: the version that it made.
    #[arg(long)]
    json: bool,
}

/// How it is confirmed.
#[derive(Debug, clap::Args)]
pub(in crate::cli::policy) struct How {
    /// The word APPLY; at a terminal it is typed all the same.
    #[arg(long, value_name = "APPLY")]
    confirm: Option<String>,
    /// Confirms without typing; only with an API token and `--confirm APPLY`.
    #[arg(long)]
    pub(in crate::cli::policy) yes: bool,
}

/// Applies.
///
/// # Errors
/// [`Stop`]: not proven, not there, ended, or made against another version.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    let caller = Caller::of(app, "policy apply").await?;
    caller.may_read(app)?;
    let found = find::suggestion(app, &args.id).await?;
    let seat = seat(app, &caller, &found, "policy apply", &args.how).await?;
    let approver = confirmed(app, seat, &found).await?;
    applied(app, &found, &approver, args.comment.as_deref(), args.json).await
}

/// A seat for whoever confirms.
pub(in crate::cli::policy) async fn seat(
    app: &App,
    caller: &Caller,
    of: &Suggestion,
    command: &'static str,
    how: &How,
) -> Result<Seat> {
    let demand = Demand { command, approval: Some(of.approval.id), yes: how.yes };
    let seat = Seat::take(app, caller, demand).await?;
    meant(how)?;
    if of.approval.state.is_terminal() {
        let ended = crate::store::policies::NotApplied::State(of.approval.state);
        return Err(refused(of, &ended).into());
    }
    Ok(seat)
}

/// Whether the word was given where none is typed, and no other was given anywhere.
pub(in crate::cli::policy) fn meant(how: &How) -> Result<()> {
    let wrong = |what: &str| {
        let stop = Stop::new(Code::Denied, what).help("`--confirm APPLY` says that it is meant");
        Err(stop.into())
    };
    match how.confirm.as_deref() {
        Some(CONFIRM) => Ok(()),
        Some(_) => wrong("`--confirm` takes the word APPLY and no other, so nothing was changed"),
        None if how.yes => wrong("`--yes` alone changes no policy"),
        None => Ok(()),
    }
}

/// Shows the card where something is typed, and takes what is typed.
pub(in crate::cli::policy) async fn confirmed(
    app: &App,
    seat: Seat,
    of: &Suggestion,
) -> Result<Approver> {
    if seat.types() {
        output::note(page::page(app, of, false).await?);
    }
    let approval = &of.approval;
    if approval.ruling.tier >= Tier::GRAVE {
        let words = format!("{CONFIRM} {}", card::word(approval, app.store.key()));
        let question =
            "this is tier 3: type APPLY and the word on the card to apply exactly this: ";
        return seat.confirm(question, &[&words]);
    }
    seat.confirm("type APPLY to apply exactly this: ", &[CONFIRM])
}

/// Applies what was shown and says what it made.
pub(in crate::cli::policy) async fn applied(
    app: &App,
    of: &Suggestion,
    approver: &Approver,
    comment: Option<&str>,
    json: bool,
) -> Result<Code> {
    let outcome = office(app).await?.apply(of, Hand::Admin(approver), comment).await?;
    let version = outcome.map_err(|why| refused(of, &why))?;
    if json {
        output::json(&applied_view(of, &version))?;
    } else {
        let what = match version.rolls_back {
            Some(back) => format!("version {back} is taken back"),
            None => "applied".to_owned(),
        };
        output::line(format!("{what}: the policy is at version {}", version.version))?;
    }
    if let Some(diff) = &version.diff {
        resting(diff, &app.store.stored_policy(&app.tenant).await?).iter().for_each(output::note);
    }
    answer::print_head(app, json).await?;
    Ok(Code::Ok)
}
