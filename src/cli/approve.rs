//! `approve`: says yes to exactly one call, once.

use crate::app::App;
use crate::card;
use crate::cli::answer::{self, Way};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::remembered::{self, Remember};
use crate::domain::approval::{Answer, State};
use crate::domain::digest::Digest;
use crate::domain::remembered::Wish;
use anyhow::Result;

/// Options of `approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The card is shown and the answer is typed: `yes`, and for tier 3 the word that only the card shows.
Scripts of an admin present an API token in COUNTERSIGN_TOKEN and confirm with --yes.

Examples:
  countersign approve 4f1c
  countersign approve 4f1c --reason 'release window is open'
  countersign approve 4f1c --remember session
  countersign approve 4f1c --remember pattern --where path='/srv/*' --where text='*' --for 7d --uses 20 --preview
  COUNTERSIGN_TOKEN=... countersign approve 4f1c --shown DIGEST --yes")]
pub(crate) struct Args {
    /// The question: its id, or the beginning or end of it.
    id: String,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    remember: Remember,
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
    let wish = args.remember.wish(true)?;
    if args.remember.previews() {
        return remembered::preview(app, &args.id, wish.as_ref(), true, args.how.json).await;
    }
    keep(app, &args.id, &args.how, wish).await
}

/// Says yes to the question of this id.
///
/// # Errors
/// [`Stop`]: not proven, not there, not pending any more.
pub(crate) async fn answer(app: &mut App, id: &str, args: &How) -> Result<Code> {
    keep(app, id, args, None).await
}

/// The same, and keeps the answer if that is wished.
async fn keep(app: &mut App, id: &str, args: &How, wish: Option<Wish>) -> Result<Code> {
    let faced = answer::face(app, id, "approve", args.yes, Way::Approve, wish.as_ref()).await?;
    let shown = match &args.shown {
        Some(text) => Some(digest(text, faced.approval.call_digest)?),
        None => faced.shown,
    };
    let yes = Answer::Approve { reason: args.reason.clone(), token: None };
    let (id, by) = (faced.approval.id, &faced.approver);
    let decided = app.desk.decide(&app.tenant, id, by, yes, shown, wish.clone()).await?;
    let decided = decided.map_err(|why| answer::not_decided(&why))?;
    if args.json {
        output::json(&card::to_json(&decided))?;
    } else {
        output::line(answer::outlook(app, &decided).await?)?;
    }
    remembered::tell_kept(app, &decided, wish.as_ref()).await?;
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
