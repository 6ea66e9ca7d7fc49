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
use crate::store::decisions::{Decided, DecisionFilter, NewLabel, NotLabelled};
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Hex digits of a short id, at least, and of a whole one.
const SHORTEST: usize = 4;
const LONGEST: usize = 32;

/// Which call, and what is said of it.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
A later label takes the place of the earlier; each stands in the journal.

Examples:
  countersign audit label 42 safe
  countersign audit label 4f1c92d0 unsafe
  countersign audit label 00000000-002a-8bab-abab-abababababab unsafe")]
pub(crate) struct LabelArgs {
    /// Its number, as `audit list` gives it, or the id of the decision, of its story or of its question: the whole, or
    /// the beginning or end of it.
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
    // An id that begins or ends with nothing but digits is far beyond the end of any journal.
    if let Ok(seq) = which.parse::<u64>()
        && (which.len() < SHORTEST || seq <= app.store.head().await?.seq)
    {
        return Ok(seq);
    }
    let Ok(id) = Uuid::try_parse(which) else {
        let digits = which.replace('-', "").to_ascii_lowercase();
        let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if hex && (SHORTEST..=LONGEST).contains(&digits.len()) {
            return short(app, which, &digits).await;
        }
        let shown = visible::shorten(&visible::inline(which), 40);
        let what = format!("`{shown}` is neither the number of a row nor an id");
        return Err(Stop::new(Code::Usage, what)
            .help(format!(
                "an id is hex digits: the whole, or at least {SHORTEST} from its beginning or end"
            ))
            .into());
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

/// The decision whose id, or that of its story or question, begins or ends so.
async fn short(app: &App, which: &str, digits: &str) -> Result<u64> {
    let fits = |id: &str| {
        let id = id.replace('-', "");
        id.starts_with(digits) || id.ends_with(digits)
    };
    // The first row of each story is the decision that counts.
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let mut filter = DecisionFilter::of(&app.tenant);
    loop {
        let page = app.store.decisions(filter.clone()).await?;
        for Decided { entry, .. } in &page.rows {
            let id = decision_id(entry.seq, &entry.hash).to_string();
            let (story, question) = (&entry.filed.correlation, &entry.filed.approval);
            let mut names =
                [story.as_deref(), question.as_deref(), Some(&*id)].into_iter().flatten();
            if names.any(&fits) {
                found.entry(story.clone().unwrap_or_else(|| id.clone())).or_insert(entry.seq);
            }
        }
        if page.to >= page.end {
            break;
        }
        filter.after = page.to;
    }
    let places: Vec<u64> = found.into_values().collect();
    match places.as_slice() {
        [] => Err(none(app, which)),
        [seq] => Ok(*seq),
        several => {
            let shown = visible::shorten(&visible::inline(which), 40);
            let rows = several.iter().take(5).map(u64::to_string).collect::<Vec<_>>().join(", ");
            let what = format!("`{shown}` names {} decisions", several.len());
            let help = format!("give more digits, or the number of a row: {rows}");
            Err(Stop::new(Code::Failure, what).help(help).into())
        }
    }
}

fn none(app: &App, which: &str) -> anyhow::Error {
    let shown = visible::shorten(&visible::inline(which), 40);
    let what = format!("there is no call `{shown}` in the tenant `{}`", app.tenant);
    Stop::new(Code::Failure, what)
        .help("`countersign audit list --decisions` shows the newest")
        .into()
}
