//! Edits: an old and a new text side by side in one object are shown as what changes.

use crate::card::page::{Line, Tone};
use crate::domain::visible;
use similar::{Algorithm, ChangeTag, TextDiff};
use std::time::Duration;

/// Names under which tools take the text to be replaced and what replaces it, lower case, `_` and `-` gone.
const PAIRS: [(&str, &str); 14] = [
    ("oldtext", "newtext"),
    ("oldstring", "newstring"),
    ("oldstr", "newstr"),
    ("oldcontent", "newcontent"),
    ("oldcode", "newcode"),
    ("oldvalue", "newvalue"),
    ("oldbody", "newbody"),
    ("old", "new"),
    ("before", "after"),
    ("search", "replace"),
    ("find", "replace"),
    ("original", "modified"),
    ("original", "replacement"),
    ("original", "updated"),
];

/// Larger texts are shown as they are: a diff of them is no easier to read.
const LARGEST: usize = 512 * 1024;

fn plain(key: &str) -> String {
    key.chars().filter(|c| !"_- ".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// The index of the member that replaces the member `old`, if there is one.
pub(in crate::card) fn partner<'k>(
    old: &str,
    keys: impl Iterator<Item = &'k str>,
) -> Option<usize> {
    let old = plain(old);
    let keys: Vec<String> = keys.map(plain).collect();
    PAIRS
        .iter()
        .filter(|(o, _)| *o == old)
        .find_map(|(_, new)| keys.iter().position(|key| key == new))
}

/// The change as a unified diff, each line behind `lead`; `None` when it would not help.
pub(in crate::card) fn unified(
    old: &str,
    new: &str,
    lead: &str,
    width: usize,
) -> Option<Vec<Line>> {
    if old.len() + new.len() > LARGEST {
        return None;
    }
    // Split at `\n` only, as the rest of the card does; an odd line break shows as its escape.
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(Duration::from_millis(200))
        .diff_slices(&old_lines, &new_lines);
    let mut out = Vec::new();
    for group in diff.grouped_ops(3) {
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            let span = |start: usize, end: usize| {
                format!("{},{}", start + usize::from(end > start), end - start)
            };
            let text = format!(
                "@@ -{} +{} @@",
                span(first.old_range().start, last.old_range().end),
                span(first.new_range().start, last.new_range().end)
            );
            out.push(Line::new(lead, text, Tone::Faint));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, tone) = match change.tag() {
                ChangeTag::Equal => ("  ", Tone::Plain),
                ChangeTag::Delete => ("- ", Tone::Removed),
                ChangeTag::Insert => ("+ ", Tone::Added),
            };
            let value: &str = change.value();
            let (text, open) = match value.strip_suffix('\n') {
                Some(text) => (text, false),
                None => (value, true),
            };
            let seen = visible::inline(text);
            out.extend(Line::hanging(
                &format!("{lead}{sign}"),
                &format!("{lead}  … "),
                &seen.text,
                tone,
                width,
            ));
            if open && change.tag() != ChangeTag::Equal {
                out.push(Line::new(lead, "  (no line break at the end)", Tone::Faint));
            }
        }
    }
    if out.is_empty() {
        out.push(Line::new(lead, "(old and new are the same)", Tone::Faint));
    }
    Some(out)
}
