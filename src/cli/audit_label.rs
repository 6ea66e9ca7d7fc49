//! `audit label`: what a person says of a call afterwards. Labels change nothing that was decided; suggestions learn from
//! them, and those are decided by people.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::domain::entry::{DECISIONS, Entry};
use crate::domain::id::{CorrelationId, decision_id, decision_place};
use crate::domain::principal::Role;
use crate::domain::violation::Label;
use crate::domain::visible;
use crate::store::EntryFilter;
use crate::store::decisions::{NewLabel, NotLabelled};
use anyhow::Result;
use serde::Serialize;
use uuid::Uuid;

/// Which call, and what is said of it.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
A later label takes the place of the earlier; each stands in the journal.

Examples:
  countersign audit label 42 safe
  countersign audit label 00000000-002a-8bab-abab-abababababab unsafe")]
pub(crate) struct LabelArgs {
    /// Its number, as `audit list` gives it, or the id of the decision or of its story.
    #[arg(value_name = "ID|SEQ")]
    which: String,
    /// What you say of it.
    #[arg(value_name = "LABEL", value_parser = label)]
    label: Label,
}

fn label(word: &str) -> Result<Label, String> {
    Label::parse(word).ok_or_else(|| "it is one of `safe`, `unsafe`, `unknown`".to_owned())
}

#[derive(Serialize)]
struct Said {
    seq: u64,
    label: Label,
    by: String,
}

/// Takes the label.
///
/// # Errors
/// [`Stop`] when there is no such call, or an agent's token is shown.
pub(crate) async fn run(app: &mut App, args: &LabelArgs, json: bool) -> Result<Code> {
    let caller = Caller::of(app, "audit label").await?;
    caller.may_read(app)?;
    let by = caller.principal();
    if by.role == Role::Agent {
        let what =
            format!("the API token of `{}` has the role `agent`, which labels nothing", by.name);
        return Err(Stop::new(Code::Denied, what).help("an operator or an admin labels").into());
    }
    let seq = place(app, &args.which).await?;
    let new = NewLabel { tenant: app.tenant.clone(), seq, label: args.label, by: by.clone() };
    match app.store.label(new).await? {
        Ok(()) => {}
        Err(NotLabelled::NotThere) => return Err(none(app, &args.which)),
        Err(NotLabelled::NoCall) => {
            let what = format!("row {seq} is about something else than a call");
            return Err(Stop::new(Code::Failure, what)
                .help("`countersign audit list --decisions` lists those that can be labelled")
                .into());
        }
    }
    if json {
        output::json(&Said { seq, label: args.label, by: by.to_string() })?;
    } else {
        output::line(format!("row {seq} is labelled `{}`", args.label.as_str()))?;
    }
    Ok(Code::Ok)
}

/// The place of the decision's row.
async fn place(app: &App, which: &str) -> Result<u64> {
    if let Ok(seq) = which.parse::<u64>() {
        return Ok(seq);
    }
    let Ok(id) = Uuid::try_parse(which) else {
        let shown = visible::shorten(&visible::inline(which), 40);
        let what = format!("`{shown}` is neither the number of a row nor a whole id");
        return Err(Stop::new(Code::Usage, what).into());
    };
    if let Some(seq) = decision_place(&id) {
        let filter = EntryFilter {
            after: seq.saturating_sub(1),
            tenant: Some(app.tenant.clone()),
            limit: 1,
            ..EntryFilter::default()
        };
        let rows = app.store.entries(filter).await?;
        let named = |row: &&Entry| row.seq == seq && decision_id(row.seq, &row.hash) == id;
        if rows.first().filter(named).is_some() {
            return Ok(seq);
        }
    }
    // The story of one call has one decision that counts: its first.
    let filter = EntryFilter {
        tenant: Some(app.tenant.clone()),
        correlation: Some(CorrelationId(id)),
        limit: 1_000,
        ..EntryFilter::default()
    };
    let rows = app.store.entries(filter).await?;
    let decides = |row: &&Entry| DECISIONS.iter().any(|kind| kind.as_str() == row.kind);
    rows.iter().find(decides).map(|row| row.seq).ok_or_else(|| none(app, which))
}

fn none(app: &App, which: &str) -> anyhow::Error {
    let shown = visible::shorten(&visible::inline(which), 40);
    let what = format!("there is no call `{shown}` in the tenant `{}`", app.tenant);
    Stop::new(Code::Failure, what)
        .help("`countersign audit list --decisions` shows the newest")
        .into()
}
