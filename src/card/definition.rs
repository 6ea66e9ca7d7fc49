//! A tool's definition as lines: whole, or as what changed in it since it was pinned.

use crate::card::arguments::Arguments;
use crate::card::page::{Line, Tone};
use crate::domain::json::{self, Limits, Node};
use crate::domain::visible;
use similar::{ChangeTag, TextDiff};

/// Lines of the definition around a change.
const AROUND: usize = 3;

/// Nothing is left out: whoever accepts must be able to see all of it.
pub(crate) fn definition(text: &str, width: usize) -> Vec<Line> {
    match json::parse(text, &Limits::LINE) {
        Ok(node) => Arguments { width, full: true }.lines(&node),
        // Two readers could disagree about it, so it is shown as it was sent.
        Err(why) => {
            let mut lines = Line::wrapped(
                "  ! ",
                &format!("not readable without doubt: {why}"),
                Tone::Warn,
                width,
            );
            lines.extend(Line::wrapped("  │ ", &visible::inline(text).text, Tone::Plain, width));
            lines
        }
    }
}

/// What changed between the pinned definition and the one that is told now.
pub(crate) fn changes(pinned: &str, offered: &str, width: usize) -> Vec<Line> {
    let width = width.saturating_sub(2).max(40);
    let plain = |text: &str| {
        let mut out = String::new();
        for line in definition(&without_order(text), width) {
            line.render(false, &mut out);
        }
        out
    };
    let (old, new) = (plain(pinned), plain(offered));
    let diff = TextDiff::from_lines(&old, &new);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        if !lines.is_empty() {
            lines.push(Line::new("  ", "…", Tone::Faint));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, tone) = match change.tag() {
                ChangeTag::Equal => ("  ", Tone::Plain),
                ChangeTag::Delete => ("- ", Tone::Removed),
                ChangeTag::Insert => ("+ ", Tone::Added),
            };
            lines.push(Line::new(sign, change.value().trim_end_matches('\n'), tone));
        }
    }
    if lines.is_empty() {
        // Other bytes, the same meaning: white space or the order of keys.
        lines.push(Line::new("  ", "only white space or the order of keys differs", Tone::Faint));
    }
    lines
}

/// The definition with the keys of its outermost objects in order, so that a server that shuffles them shows what really
/// changed. A text that cannot be read stays as it is.
fn without_order(text: &str) -> String {
    let Ok(mut node) = json::parse(text, &Limits::LINE) else { return text.to_owned() };
    sort(&mut node);
    let mut out = Vec::new();
    node.write(&mut out);
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

fn sort(node: &mut Node<'_>) {
    match node {
        Node::Object(members) => {
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members.iter_mut().for_each(|(_, value)| sort(value));
        }
        Node::Array(items) => items.iter_mut().for_each(sort),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::card::definition::changes;

    fn text(pinned: &str, offered: &str) -> String {
        let mut out = String::new();
        changes(pinned, offered, 100).iter().for_each(|line| line.render(false, &mut out));
        out
    }

    #[test]
    fn a_change_shows_and_an_order_does_not() {
        let pinned = r#"{"name":"a","description":"reads"}"#;
        let shown = text(pinned, r#"{"name":"a","description":"reads; then mails it"}"#);
        assert!(
            shown.contains("- ") && shown.contains("+ ") && shown.contains("then mails it"),
            "{shown}"
        );
        let shown = text(pinned, r#"{"description":"reads","name":"a"}"#);
        assert!(shown.contains("only white space"), "{shown}");
    }

    #[test]
    fn what_cannot_be_read_without_doubt_is_shown_as_sent() {
        let shown = text(r#"{"name":"a"}"#, r#"{"name":"a","name":"b"}"#);
        assert!(shown.contains(r#""name":"b""#) && shown.contains("twice"), "{shown}");
    }
}
