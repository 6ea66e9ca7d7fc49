//! How a replay is told: how many, which, and what nobody can tell. Numbers of rows lead to the calls themselves.

use crate::cli::output;
use crate::cli::policy::seen;
use crate::domain::ruling::Verdict;
use crate::policy::replay::{Example, Report};

/// Characters of a name in a table.
const NAME: usize = 60;

/// A report in lines; `lead` says which calls were looked at.
pub(in crate::cli::policy) fn report(lead: &str, report: &Report, changes: bool) -> String {
    let candidate = if changes { "with this change" } else { "under what stands now" };
    if report.calls == 0 {
        return format!("{lead}no call was decided about in that time");
    }
    let calls = if report.calls == 1 { "call" } else { "calls" };
    let mut parts = vec![format!(
        "{lead}{} {calls}: {candidate} {} would be decided as they were, {} otherwise; {} cannot be judged",
        report.calls, report.unchanged, report.changed, report.not_judged
    )];
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
        let header = ["calls", "tool", "verdict", "because of", "rows"];
        parts.push(output::table(&header, rows.collect()));
    }
    if report.more_changes > 0 {
        parts.push(format!("and {} calls in further groups", report.more_changes));
    }
    let loosened = report.changes.iter().filter(|change| change.to == Verdict::Allow);
    let loosened: u64 = loosened.map(|change| change.count).sum();
    if loosened > 0 {
        parts.push(format!("{loosened} of these would run without a question"));
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
        let header = ["calls", "not judged", "what", "rows"];
        parts.push(output::table(&header, rows.collect()));
    }
    parts.join("\n\n")
}

/// Why nothing could be judged, in one line.
pub(in crate::cli::policy) fn unjudged(report: &Report) -> String {
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
