//! Every argument of a call, one a line, as the bytes hold it: nothing invisible, sizes said.
//!
//! What is too long is shown with head and tail and says how much is missing; what misleads is noted for the
//! whole text, also for the part that is not shown.

use crate::card::diff;
use crate::card::page::{Line, Tone, columns, elide, note};
use crate::domain::json::Node;
use crate::domain::visible::{self, Note, Seen};
use std::borrow::Cow;

/// Lines shown of one text, of one argument, of all; without a limit when everything is wanted.
const TEXT_LINES: usize = 24;
const MEMBER_LINES: usize = 80;
const ALL_LINES: usize = 400;
/// Lines that one long line of text is wrapped into.
const LONG_LINE: usize = 6;
/// Labels wider than this stand on a line of their own.
const LABEL: usize = 20;
/// Nothing is indented further than this: below it, only the brackets of the path deepen.
const INDENT: usize = 24;

/// Shows arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arguments {
    /// Columns of the page.
    pub(crate) width: usize,
    /// Whether nothing may be left out.
    pub(crate) full: bool,
}

impl Arguments {
    /// All members of an object, or the value if it is none.
    pub(crate) fn lines(self, node: &Node<'_>) -> Vec<Line> {
        let lines = match node {
            Node::Object(members) if !members.is_empty() => self.members(members, 2),
            _ => self.value("  ", "  ", node),
        };
        if self.full { lines } else { elide(lines, ALL_LINES, "  ") }
    }

    /// Some members, one below the other at an indentation.
    pub(in crate::card) fn members(
        self,
        members: &[(Cow<'_, str>, Node<'_>)],
        indent: usize,
    ) -> Vec<Line> {
        let labels: Vec<Seen> = members.iter().map(|(key, _)| visible::inline(key)).collect();
        let shown: Vec<String> =
            labels.iter().map(|seen| visible::shorten(seen, 2 * LABEL)).collect();
        let widest = shown.iter().map(|l| columns(l)).filter(|n| *n <= LABEL).max().unwrap_or(0);
        let mut out = Vec::new();
        let edits = edits(members);
        let mut done = Vec::new();
        for (i, (_, value)) in members.iter().enumerate() {
            if done.contains(&i) {
                continue;
            }
            let label = |at: usize| shown.get(at).map_or("", String::as_str);
            let edit = edits.iter().find(|e| e.old.0 == i || e.new.0 == i).and_then(|e| {
                let (old, new) = ((label(e.old.0), e.old.1), (label(e.new.0), e.new.1));
                let lines = self.edit(old, new, indent)?;
                done.extend([e.old.0, e.new.0]);
                Some(lines)
            });
            let mut lines = edit.unwrap_or_else(|| self.labelled(label(i), value, indent, widest));
            if let Some(seen) = labels.get(i) {
                lines.extend(self.notes(&seen.notes, "the name: ", &" ".repeat(indent + 2)));
            }
            if !self.full && indent == 2 {
                lines = elide(lines, MEMBER_LINES, "    ");
            }
            out.extend(lines);
        }
        out
    }

    /// `label  value`, both on one line where they fit.
    fn labelled(self, label: &str, value: &Node<'_>, indent: usize, widest: usize) -> Vec<Line> {
        let below = (indent + 2).min(INDENT);
        let pad = " ".repeat(indent);
        if columns(label) > widest {
            let mut out = Line::wrapped(&pad, label, Tone::Strong, self.width);
            out.extend(self.value(&" ".repeat(below), &" ".repeat(below), value));
            return out;
        }
        let gap = " ".repeat(widest - columns(label) + 2);
        self.value(&format!("{pad}{label}{gap}"), &" ".repeat(below), value)
    }

    /// A value behind `lead`; what does not fit there goes below, at the indentation `below`.
    fn value(self, lead: &str, below: &str, node: &Node<'_>) -> Vec<Line> {
        let one = |text: &str, tone| Line::wrapped(lead, text, tone, self.width);
        match node {
            Node::Null => one("null", Tone::Plain),
            Node::Bool(true) => one("true", Tone::Plain),
            Node::Bool(false) => one("false", Tone::Plain),
            Node::Number(digits) if digits.len() > 400 && !self.full => {
                let seen = Seen { text: (*digits).to_owned(), notes: Vec::new() };
                one(&visible::shorten(&seen, 4 * self.width), Tone::Plain)
            }
            Node::Number(digits) => one(digits, Tone::Plain),
            Node::String(text) => self.text(lead, below, text),
            Node::Array(items) if items.is_empty() => one("[] (an empty list)", Tone::Faint),
            Node::Object(members) if members.is_empty() => one("{} (an empty object)", Tone::Faint),
            Node::Array(items) => {
                let mut out = one(&format!("list of {}", count(items.len(), "item")), Tone::Faint);
                let widest = format!("[{}]", items.len() - 1).len();
                for (i, item) in items.iter().enumerate() {
                    out.extend(self.labelled(&format!("[{i}]"), item, columns(below), widest));
                }
                out
            }
            Node::Object(members) => {
                let mut out =
                    one(&format!("object of {}", count(members.len(), "member")), Tone::Faint);
                out.extend(self.members(members, columns(below)));
                out
            }
        }
    }

    /// A text: in quotes if one line holds it, else line by line behind a gutter.
    fn text(self, lead: &str, below: &str, text: &str) -> Vec<Line> {
        let seen = visible::inline(text);
        let quoted = format!("\"{}\"", seen.text);
        let layout = text.contains('\n');
        if !layout && columns(lead) + columns(&quoted) <= self.width {
            let mut out = vec![Line::new(lead, quoted, Tone::Plain)];
            out.extend(self.notes(&seen.notes, "", below));
            return out;
        }
        let lines = text.split('\n').count();
        let what = if layout {
            format!("text of {}, {}", count(lines, "line"), visible::size(text.len()))
        } else {
            let chars = text.chars().count();
            format!("text of {}, {}", count(chars, "character"), visible::size(text.len()))
        };
        let mut out = Line::wrapped(lead, &what, Tone::Faint, self.width);
        let gutter = format!("{below}│ ");
        let mut body = Vec::new();
        let room = self.width.saturating_sub(columns(&gutter)).max(16) * LONG_LINE;
        for line in visible::block(text) {
            let shown = if self.full { line.text } else { visible::shorten(&line, room) };
            body.extend(Line::hanging(
                &gutter,
                &format!("{below}│… "),
                &shown,
                Tone::Plain,
                self.width,
            ));
        }
        out.extend(if self.full { body } else { elide(body, TEXT_LINES, &gutter) });
        out.extend(self.notes(&seen.notes, "", below));
        out
    }

    /// An old and a new text as what changes between them.
    fn edit(self, old: (&str, &str), new: (&str, &str), indent: usize) -> Option<Vec<Line>> {
        let below = " ".repeat((indent + 2).min(INDENT));
        let body = diff::unified(old.1, new.1, &format!("{below}│ "), self.width)?;
        let size = |text: &str| visible::size(text.len());
        let text =
            format!("{} ({}) is replaced by {} ({})", old.0, size(old.1), new.0, size(new.1));
        let mut out = Line::wrapped(&" ".repeat(indent), &text, Tone::Strong, self.width);
        out.extend(if self.full {
            body
        } else {
            elide(body, 2 * TEXT_LINES, &format!("{below}│ "))
        });
        out.extend(self.notes(&visible::inline(old.1).notes, "the old text: ", &below));
        out.extend(self.notes(&visible::inline(new.1).notes, "the new text: ", &below));
        Some(out)
    }

    /// What misleads in a text, one note a line.
    pub(in crate::card) fn notes(self, notes: &[Note], whose: &str, indent: &str) -> Vec<Line> {
        let lead = format!("{indent}! ");
        notes
            .iter()
            .flat_map(|n| {
                Line::wrapped(&lead, &format!("{whose}{}", note(n)), Tone::Warn, self.width)
            })
            .collect()
    }
}

/// An old text and what replaces it, each with its place among the members.
struct Edit<'t> {
    old: (usize, &'t str),
    new: (usize, &'t str),
}

/// The edits among the members of one object; no member is part of two.
fn edits<'t>(members: &'t [(Cow<'_, str>, Node<'_>)]) -> Vec<Edit<'t>> {
    let mut out: Vec<Edit<'t>> = Vec::new();
    let is_long = members.len() > 64; // No tool takes an edit so; comparing all with all would take long.
    for (i, (key, old)) in members.iter().enumerate().filter(|_| !is_long) {
        let at = diff::partner(key, members.iter().map(|(k, _)| k.as_ref()));
        let new = at.and_then(|at| Some((at, members.get(at)?.1.as_str()?)));
        if let (Some(old), Some(new)) = (old.as_str(), new)
            && out.iter().all(|e| e.new.0 != new.0)
        {
            out.push(Edit { old: (i, old), new });
        }
    }
    out
}

fn count(n: usize, what: &str) -> String {
    format!("{} {what}{}", visible::grouped(n), if n == 1 { "" } else { "s" })
}
