//! How a replay is told: how many, which, and what nobody can tell. Numbers of rows lead to the calls themselves.
//!
//! It is told in pieces, sentences and tables, so that a terminal and a page say the same.

use crate::card::count::counted;
use crate::card::suggestion::seen;
use crate::domain::ruling::Verdict;
use crate::gate::Glance;
use crate::gate::changes::{NotTried, TRIED_DAYS, Tried};
use crate::policy::replay::{Example, Report};

/// Characters of a name in a table.
const NAME: usize = 60;

/// A piece of what is told; safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A sentence.
    Text(String),
    /// A table: its header, then its rows.
    Table(&'static [&'static str], Vec<Vec<String>>),
}

/// What came of trying a proposal; nothing where there is nothing to decide.
pub(crate) fn tried(tried: &Tried) -> Vec<Piece> {
    let Some(Glance { report: found, complete }) = &tried.replay else {
        return match &tried.not_replayed {
            None | Some(NotTried::Ended | NotTried::StaleBase) => Vec::new(),
            Some(NotTried::Erased) => vec![Piece::Text(
                "The change itself was erased by retention, so nothing can be said of it."
                    .to_owned(),
            )],
            Some(NotTried::Busy) => vec![Piece::Text(
                "Too many changes are being tried on earlier calls; look again in a minute."
                    .to_owned(),
            )],
            Some(NotTried::CannotStand(why)) => {
                let why = seen(why, 400);
                vec![Piece::Text(format!("It could not be tried on earlier calls: {why}."))]
            }
        };
    };
    let which = if *complete {
        format!("The last {TRIED_DAYS} days: ")
    } else {
        format!("Looked at the newest {} decisions of the last {TRIED_DAYS} days: ", found.calls)
    };
    let one = |text: String| vec![Piece::Text(text)];
    match (found.calls, found.judged) {
        (0, _) => one(format!(
            "{which}no call was decided about, so nothing is known of what it changes."
        )),
        (calls, 0) => one(format!(
            "{which}none of {calls} calls can be judged under this change: {}.",
            unjudged(found)
        )),
        _ => report(&which, found, true),
    }
}

/// A report; `lead` says which calls were looked at.
pub(crate) fn report(lead: &str, report: &Report, changes: bool) -> Vec<Piece> {
    let candidate = if changes { "with this change" } else { "under what stands now" };
    if report.calls == 0 {
        return vec![Piece::Text(format!("{lead}no call was decided about in that time"))];
    }
    let calls = if report.calls == 1 { "call" } else { "calls" };
    let mut parts = vec![Piece::Text(format!(
        "{lead}{} {calls}: {candidate} {} would be decided as they were, {} otherwise; {} cannot be judged",
        report.calls, report.unchanged, report.changed, report.not_judged
    ))];
    if !report.changes.is_empty() {
        let rows = report.changes.iter().map(|change| {
            vec![
                change.count.to_string(),
                seen(&change.tool, NAME),
                format!("{} -> {}", change.from.as_str(), change.to.as_str()),
                seen(change.rule.as_deref().unwrap_or(""), NAME),
                examples(&change.examples),
            ]
        });
        let header = &["calls", "tool", "verdict", "because of", "rows"];
        parts.push(Piece::Table(header, rows.collect()));
    }
    if report.more_changes > 0 {
        let more = counted(report.more_changes, "call", "calls");
        parts.push(Piece::Text(format!("and {more} in further groups")));
    }
    let loosened = report.changes.iter().filter(|change| change.to == Verdict::Allow);
    let loosened: u64 = loosened.map(|change| change.count).sum();
    if loosened > 0 {
        parts.push(Piece::Text(format!("{loosened} of these would run without a question")));
    }
    if !report.unjudged.is_empty() {
        let rows = report.unjudged.iter().map(|group| {
            vec![
                group.count.to_string(),
                words(group.why).to_owned(),
                seen(group.of.as_deref().unwrap_or(""), NAME),
                examples(&group.examples),
            ]
        });
        let header = &["calls", "not judged", "what", "rows"];
        parts.push(Piece::Table(header, rows.collect()));
    }
    parts
}

/// Why nothing could be judged, in one line.
fn unjudged(report: &Report) -> String {
    let whys = report.unjudged.iter().map(|group| {
        let of =
            group.of.as_deref().map_or_else(String::new, |of| format!(" ({})", seen(of, NAME)));
        format!("{} {}{of}", group.count, words(group.why))
    });
    whys.collect::<Vec<_>>().join(", ")
}

fn words(why: &str) -> &str {
    match why {
        "erased" => "erased by retention",
        "masked" => "looks at a value that is not kept",
        "not_recorded" => "looks at what was not written down",
        "method_not_ruled" => "no method that rules speak of",
        other => other,
    }
}

fn examples(examples: &[Example]) -> String {
    examples.iter().map(|example| example.seq.to_string()).collect::<Vec<_>>().join(" ")
}
