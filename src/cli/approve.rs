//! `approve`: says yes to exactly one call, once.

use crate::app::App;
use crate::card;
use crate::cli::answer::{self, Way};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::domain::approval::State;
use crate::domain::digest::Digest;
use anyhow::Result;

/// Options of `approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The card is shown and the answer is typed: `yes`, and for tier 3 the word that only the card shows.
Scripts of an admin present an API token in COUNTERSIGN_TOKEN and confirm with --yes.

Examples:
  countersign approve 4f1c
  countersign approve 4f1c --reason 'release window is open'
  COUNTERSIGN_TOKEN=... countersign approve 4f1c --shown DIGEST --yes")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    #[command(flatten)]
    how: How,
}

/// How the answer is given.
#[derive(Debug, clap::Args)]
pub(crate) struct How {
    /// Kept in the journal and told to the agent.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// The call digest you looked at, from `show`; another one is refused.
    #[arg(long, value_name = "DIGEST")]
    shown: Option<String>,
    /// One JSON object: the question as it stands then.
    #[arg(long)]
    json: bool,
}

/// Approves.
///
/// # Errors
/// [`Stop`]: not proven, not there, not pending any more.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    answer(app, &args.id, &args.how).await
}

/// Says yes to the question of this id.
///
/// # Errors
/// [`Stop`]: not proven, not there, not pending any more.
pub(crate) async fn answer(app: &mut App, id: &str, args: &How) -> Result<Code> {
    let faced = answer::face(app, id, "approve", args.yes, Way::Approve).await?;
    let shown = match &args.shown {
        Some(text) => Some(digest(text, faced.approval.call_digest)?),
        None => faced.shown,
    };
    let decided = app
        .desk
        .approve(&app.tenant, faced.approval.id, &faced.approver, args.reason.clone(), shown)
        .await?
        .map_err(|why| answer::not_decided(&why))?;
    if args.json {
        output::json(&card::to_json(&decided))?;
    } else {
        output::line(answer::outlook(app, &decided).await?)?;
    }
    answer::print_head(app, args.json).await?;
    Ok(if decided.state == State::Pending { Code::Pending } else { Code::Ok })
}

/// The whole digest, or the beginning of it that cards show. A beginning that fits stands for the whole; one that does
/// not is sent on as a digest that nothing has, so that the store refuses it and writes that down.
fn digest(text: &str, of_row: Digest) -> Result<Digest> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(whole) = Digest::from_hex(&text) {
        return Ok(whole);
    }
    if !(12..64).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Stop::new(Code::Usage, "`--shown` takes a call digest: 12 to 64 hex digits")
            .help("it stands on the card that `countersign show ID` prints")
            .into());
    }
    Ok(if of_row.to_string().starts_with(&text) { of_row } else { Digest::ZERO })
}

#[cfg(test)]
mod tests {
    use crate::cli::approve::digest;
    use crate::domain::digest::Digest;

    #[test]
    fn a_beginning_counts_only_when_it_fits() {
        let row = Digest::sha256(&[b"call"]);
        let whole = row.to_string();
        assert_eq!(digest(&whole, row).unwrap(), row);
        assert_eq!(digest(&whole[..12], row).unwrap(), row);
        assert_eq!(digest("000000000000", row).unwrap(), Digest::ZERO);
        assert!(digest(&whole[..11], row).is_err() && digest("yes", row).is_err());
    }
}
