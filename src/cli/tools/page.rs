//! A definition on the screen: in full, or as what changed.

use crate::cli::card::arguments::Arguments;
use crate::cli::card::page::{Line, Tone};
use crate::cli::tools::Known;
use crate::cli::view;
use crate::domain::json::{self, Limits, Node};
use crate::domain::pin::{Pin, PinState};
use crate::domain::visible;
use similar::{ChangeTag, TextDiff};

/// Lines of the definition around a change.
const AROUND: usize = 3;

/// The tool with its definition, or with what changed in it.
pub(crate) fn render(tool: &Known) -> String {
    let Known { pin, .. } = tool;
    let mut lines = vec![heading(tool)];
    match &pin.offered {
        Some(offered) => lines.extend(changes(&pin.text, offered)),
        None => lines.extend(definition(&pin.text, view::width())),
    }
    lines.extend(claims(pin));
    let mut out = String::new();
    for line in &lines {
        line.render(true, &mut out);
    }
    out.trim_end().to_owned()
}

fn heading(tool: &Known) -> Line {
    let what = match tool.pin.state {
        PinState::Accepted => "accepted by a person",
        PinState::Unreviewed => "pinned at first sight, reviewed by nobody",
        PinState::Changed => "CHANGED: the server tells another definition than the pinned one",
        PinState::New => "NEW: came after its server was pinned",
    };
    let tone = if tool.pin.state == PinState::Changed { Tone::Grave } else { Tone::Strong };
    Line::new("", format!("{}: {what}", tool.shown()), tone)
}

/// What the server says of itself; a proposal, never a proof.
fn claims(pin: &Pin) -> Vec<Line> {
    let text = pin.offered.as_deref().unwrap_or(&pin.text);
    let says = |name: &str| hint(text, name);
    let mut claims = Vec::new();
    if says("readOnlyHint") == Some(true) {
        claims.push("it only reads");
    }
    if says("destructiveHint") == Some(true) {
        claims.push("it may destroy");
    }
    if claims.is_empty() {
        return Vec::new();
    }
    vec![Line::new("  ", format!("The server claims: {}.", claims.join("; ")), Tone::Faint)]
}

/// A hint of the definition's annotations.
fn hint(text: &str, name: &str) -> Option<bool> {
    let node = json::parse(text, &Limits::LINE).ok()?;
    node.get("annotations")?.get(name)?.as_bool()
}

/// Nothing is left out: whoever accepts must be able to see all of it.
fn definition(text: &str, width: usize) -> Vec<Line> {
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

fn changes(pinned: &str, offered: &str) -> Vec<Line> {
    let width = view::width().saturating_sub(2).max(40);
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
    use crate::cli::tools::page::{changes, hint};

    fn text(pinned: &str, offered: &str) -> String {
        let mut out = String::new();
        changes(pinned, offered).iter().for_each(|line| line.render(false, &mut out));
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

    #[test]
    fn a_hint_is_read_from_annotations_only() {
        assert_eq!(hint(r#"{"annotations":{"readOnlyHint":true}}"#, "readOnlyHint"), Some(true));
        assert_eq!(hint(r#"{"readOnlyHint":true}"#, "readOnlyHint"), None);
    }
}
