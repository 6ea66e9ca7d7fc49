//! Lines that stay in their place: wrapped by us, so no text of an agent reaches the left edge.
//!
//! A terminal that wraps a long line starts the rest at column 0, where a crafted text could pass for a
//! line of ours. So every line is cut to the width here, and text from outside always stands behind a
//! gutter or a label. Columns are counted with care: everything but ASCII counts as two.

use crate::card::count::count;
use crate::domain::visible::{Note, NoteKind};
use anstyle::{AnsiColor, Style};

/// How a piece of text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Strong,
    Faint,
    Warn,
    Grave,
    Added,
    Removed,
}

impl Tone {
    /// The text in this tone, where colours are wanted.
    pub(crate) fn paint(self, text: &str, colour: bool) -> String {
        let style = match self {
            _ if !colour => return text.to_owned(),
            Self::Plain => return text.to_owned(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Warn => AnsiColor::Yellow.on_default(),
            Self::Grave => AnsiColor::Red.on_default().bold(),
            Self::Added => AnsiColor::Green.on_default(),
            Self::Removed => AnsiColor::Red.on_default(),
        };
        format!("{style}{text}{style:#}")
    }
}

/// One line of a card: what we say, then what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Ours: indentation, label, gutter.
    pub(crate) lead: String,
    /// The text, safe to show.
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Line {
    pub(crate) fn new(lead: impl Into<String>, text: impl Into<String>, tone: Tone) -> Self {
        Self { lead: lead.into(), text: text.into(), tone }
    }

    /// Text at an indentation, wrapped; the following lines stand below the first letter of the text.
    pub(crate) fn wrapped(lead: &str, text: &str, tone: Tone, width: usize) -> Vec<Self> {
        Self::hanging(lead, &" ".repeat(columns(lead)), text, tone, width)
    }

    /// The same with a lead of its own for the following lines.
    pub(crate) fn hanging(
        lead: &str,
        next: &str,
        text: &str,
        tone: Tone,
        width: usize,
    ) -> Vec<Self> {
        let room = width.saturating_sub(columns(lead).max(columns(next)));
        let pieces = wrap(text, room);
        let leads = std::iter::once(lead).chain(std::iter::repeat(next));
        leads.zip(pieces).map(|(lead, piece)| Self::new(lead, piece, tone)).collect()
    }

    pub(crate) fn render(&self, colour: bool, out: &mut String) {
        out.push_str(&Tone::Faint.paint(&self.lead, colour && !self.lead.trim().is_empty()));
        match self.text.trim_end_matches(' ') {
            "" => out.truncate(out.trim_end_matches(' ').len()),
            text => out.push_str(&self.tone.paint(text, colour)),
        }
        out.push('\n');
    }
}

/// Columns that a text takes at most.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() || c == '│' || c == '…' { 1 } else { 2 }).sum()
}

/// Cuts a text into pieces of at most `room` columns (16 if less), at spaces where that leaves no large hole.
/// Joined, the pieces are the text.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<&str> {
    let room = room.max(16);
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        let mut used = 0;
        let mut space = None;
        let mut cut = None;
        for (i, c) in rest.char_indices() {
            used += columns(c.encode_utf8(&mut [0; 4]));
            if used > room {
                cut = Some(space.filter(|at| *at > room / 2).unwrap_or(i));
                break;
            }
            if c == ' ' {
                space = Some(i + 1);
            }
        }
        let Some((piece, tail)) = cut.and_then(|at| rest.split_at_checked(at)) else {
            pieces.push(rest);
            return pieces;
        };
        pieces.push(piece);
        rest = tail;
    }
}

/// The head and the tail of many lines, and between them how many are missing.
pub(crate) fn elide(mut lines: Vec<Line>, max: usize, lead: &str) -> Vec<Line> {
    if lines.len() <= max {
        return lines;
    }
    let head = max - max / 3;
    let missing = lines.len() - (max - 1);
    let text = format!("… {} not shown …", count(missing, "more line", "more lines"));
    lines.splice(head..head + missing, [Line::new(lead, text, Tone::Warn)]);
    lines
}

/// A note in words; those about single characters name the first one.
pub(crate) fn note(note: &Note) -> String {
    match note.kind {
        NoteKind::Lookalike | NoteKind::MixedScript => note.to_string(),
        _ => format!("{note} (the first: `{}`)", note.sample),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_loses_nothing_and_keeps_the_width() {
        let text = "some words, then onelongwordwithoutanyspaceinitatall and 漢字漢字漢字漢字漢字漢字 the end";
        for room in [16, 17, 24, 40, 200] {
            let pieces = wrap(text, room);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().all(|p| columns(p) <= room), "{pieces:?}");
        }
        assert_eq!(wrap("", 20), [""]);
    }

    #[test]
    fn eliding_says_exactly_how_many() {
        let lines: Vec<_> = (0..100).map(|i| Line::new("", i.to_string(), Tone::Plain)).collect();
        let short = elide(lines.clone(), 10, "");
        assert_eq!(short.len(), 10);
        assert!(short.iter().any(|l| l.text.contains("91 more")));
        assert_eq!(short.last().unwrap().text, "99");
        assert_eq!(elide(lines, 100, "").len(), 100);
    }
}
