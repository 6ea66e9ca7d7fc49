//! `policy rollback`: suggests the exact inverse of a version and applies it, in one sitting.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::policy::apply::{How, applied, confirmed, meant};
use crate::cli::policy::{not_taken, office, version};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::domain::id::SessionId;
use crate::domain::principal::{Principal, Role};
use crate::gate::changes::Proposer;
use crate::store::policies::Suggestion;
use anyhow::Result;

/// Options of `policy rollback`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What the version removed comes back as it was; what it added goes. It is itself a new version.

Examples:
  countersign policy rollback 7
  COUNTERSIGN_TOKEN=... countersign policy rollback 7 --confirm APPLY --yes")]
pub(crate) struct Args {
    /// The version to take back.
    version: u64,
    /// Kept with the new version.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    #[command(flatten)]
    how: How,
    /// One JSON object: the version that it made.
    #[arg(long)]
    json: bool,
}

/// Takes a version back.
///
/// # Errors
/// [`Stop`]: not proven, no such version, or it cannot be taken back.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    let caller = Caller::of(app, "policy rollback").await?;
    caller.may_read(app)?;
    // What is not there is told before proof is asked for: whoever may read may know.
    version(app, args.version).await?;
    let demand = Demand { command: "policy rollback", approval: None, yes: args.how.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    meant(&args.how)?;
    let by = seat.principal().clone();
    let (found, new) = proposed(app, &by, args).await?;
    let approver = match confirmed(app, seat, &found).await {
        Ok(approver) => approver,
        Err(error) => {
            if new {
                // It was put only to be answered here.
                let reason = Some("it was not confirmed".to_owned());
                let ended = app.store.cancel(&app.tenant, found.approval.id, &by, reason).await?;
                drop(ended);
            }
            return Err(error);
        }
    };
    applied(app, &found, &approver, args.comment.as_deref(), args.json).await
}

/// The suggestion that takes it back, and whether it is new.
async fn proposed(app: &App, by: &Principal, args: &Args) -> Result<(Suggestion, bool)> {
    if by.role != Role::Admin {
        return Err(Stop::new(Code::Denied, "an admin takes a version back").into());
    }
    let comment = args.comment.as_deref();
    let proposer = Proposer { principal: by, session: SessionId::new(), comment };
    let office = office(app).await?;
    office.suggest_rollback(proposer, args.version).await.map_err(not_taken)
}
