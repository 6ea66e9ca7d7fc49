//! `policy accept`: lets an edit of the configuration count that loosens something.
//!
//! What loosens is named first, then the edit is shown, then the word is typed. Exactly the text that was shown is
//! accepted: a file that changed since, or an accepted text that did, is refused and on record.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::config::Source;
use crate::config::loosening::Change;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::Principal;
use crate::domain::visible;
use crate::gate::{Configured, Look, LookError, Standing};
use crate::store::policies::Acceptance;
use anyhow::Result;
use serde::Serialize;
use similar::TextDiff;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Options of `policy accept`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy accept --show     what waits, and what it would loosen
  countersign policy accept            shows it, and accepts when `accept` is typed
  COUNTERSIGN_TOKEN=... countersign policy accept --yes

An edit that loosens nothing counts at once and needs nobody.")]
pub(crate) struct Args {
    /// Only shows what waits.
    #[arg(long, conflicts_with = "yes")]
    show: bool,
    /// Only shows what waits, as one JSON object: {"waiting", "path", "standing", "loosens": [{"key", "message"}],
    /// "accepted", "offered", "diff"}.
    #[arg(long, conflicts_with = "yes")]
    json: bool,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
}

/// What waits, for programs.
#[derive(Serialize)]
struct Waiting<'a> {
    waiting: bool,
    path: &'a str,
    standing: &'static str,
    loosens: &'a [Change],
    accepted: Option<Digest>,
    offered: Digest,
    diff: String,
}

/// An edit as it is shown and accepted.
struct Edit {
    loosens: Vec<Change>,
    was: Option<Digest>,
    offered: Source,
    diff: String,
}

/// Accepts, or shows.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    const COMMAND: &str = "policy accept";
    let caller = Caller::of(app, COMMAND).await?;
    caller.may_read(app)?;
    let configured = app.configured.clone();
    let look = configured.look().await.map_err(stop)?;
    let standing = match &look.standing {
        Standing::First => "first",
        Standing::Same => "same",
        Standing::Counts => "counts",
        Standing::Waits(_) => "waits",
        Standing::Gone => "gone",
        // `look` is made to tell it as an error before anything is opened; a file that changed since comes here.
        Standing::Wrong(error) => return Err(error.clone().into()),
    };
    let edit = edit(&configured, &look);
    if args.json {
        let was = look.accepted.as_ref().map(|accepted| accepted.digest);
        return output::json(&Waiting {
            waiting: edit.is_some(),
            path: configured.path(),
            standing,
            loosens: edit.as_ref().map(|edit| edit.loosens.as_slice()).unwrap_or_default(),
            accepted: was,
            offered: look.offered.digest(),
            diff: edit.as_ref().map(|edit| edit.diff.clone()).unwrap_or_default(),
        });
    }
    let Some(edit) = edit else { return output::line(nothing(&look.standing)) };
    if args.show {
        return output::line(edit.shown(&configured));
    }
    let demand = Demand { command: COMMAND, approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    output::note(edit.shown(&configured));
    let approver = seat.confirm("type `accept` to let this configuration count: ", &["accept"])?;
    save(app, &configured, &edit, approver.principal()).await?;
    output::line("accepted; it counts from the next call on, in every process")?;
    answer::print_head(app, false).await
}

fn nothing(standing: &Standing) -> &'static str {
    match standing {
        Standing::First => {
            "nothing waits: no server was started with this configuration yet, and the first takes it as it is"
        }
        Standing::Counts => "nothing waits: the edit loosens nothing, so it counts without anybody",
        _ => "nothing waits: the configuration is what was accepted",
    }
}

fn edit(configured: &Configured, look: &Look) -> Option<Edit> {
    let loosens = match &look.standing {
        Standing::Waits(changes) => changes.clone(),
        Standing::Gone => {
            let message = "is gone or empty, and with it everything that it says".to_owned();
            vec![Change { key: "the file".to_owned(), message }]
        }
        Standing::First | Standing::Same | Standing::Counts | Standing::Wrong(_) => return None,
    };
    let accepted = look.accepted.as_ref()?;
    let diff = diff(configured, &Source::of_text(&accepted.text), &look.offered);
    Some(Edit { loosens, was: Some(accepted.digest), offered: look.offered.clone(), diff })
}

/// Each file that differs, as a unified diff.
fn diff(configured: &Configured, old: &Source, new: &Source) -> String {
    let (old, new) = (old.files(configured.file()), new.files(configured.file()));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let none = String::new();
    let mut out = String::new();
    for name in names {
        let was = old.get(name).unwrap_or(&none);
        let becomes = new.get(name).unwrap_or(&none);
        if was != becomes {
            let lines = TextDiff::from_lines(was, becomes);
            let mut lines = lines.unified_diff();
            let header = (format!("{name} (accepted)"), format!("{name} (now)"));
            // Writing to a String cannot fail.
            let _ = write!(out, "{}", lines.context_radius(3).header(&header.0, &header.1));
        }
    }
    out
}

impl Edit {
    /// What it loosens, then the edit.
    fn shown(&self, configured: &Configured) -> String {
        let inline = |text: &str| visible::inline(text).text;
        let mut out = format!("`{}` was changed, and this loosens:\n", inline(configured.path()));
        for Change { key, message } in &self.loosens {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "  {}: {}", inline(key), inline(message));
        }
        out.push('\n');
        for line in visible::block(self.diff.trim_end_matches('\n')) {
            out.push_str(&line.text);
            out.push('\n');
        }
        out.push_str("\nuntil a person accepts it, what was accepted before stays in force, whole");
        out
    }
}

/// Accepts what was shown.
async fn save(app: &App, configured: &Configured, edit: &Edit, by: &Principal) -> Result<()> {
    let now = configured.look().await.map_err(stop)?;
    let same = now.offered == edit.offered && !matches!(now.standing, Standing::Wrong(_));
    if same {
        match configured.accept_by(&edit.offered, edit.was, by.clone()).await? {
            Acceptance::Accepted => return Ok(()),
            Acceptance::Moved => {}
            Acceptance::OneOfTwo => {
                let what = "pending, 1 of 2: your yes counts, and the edit counts when another admin accepts it, too";
                let stop = Stop::new(Code::Pending, what);
                return Err(stop.help("`policy.four_eyes` wants two admins").into());
            }
        }
    }
    let (code, what) = if same {
        ("accepted_meanwhile", "another configuration was accepted since this was shown")
    } else {
        ("changed_meanwhile", "the configuration has changed since it was shown")
    };
    let mut row = Draft::new(EntryType::PolicyRefused, &app.tenant);
    row.principal = Some(by.clone());
    row.outcome = Some(code.to_owned());
    let body = serde_json::json!({
        "command": "policy accept",
        "path": configured.path(),
        "shown": edit.offered.digest(),
        "now": now.offered.digest(),
    });
    row.body = body.to_string().into_bytes();
    app.store.append(vec![row]).await?;
    Err(Stop::new(Code::Failure, what).help("look at it again, then accept").into())
}

fn stop(error: LookError) -> anyhow::Error {
    crate::app::AppError::from(error).into()
}
