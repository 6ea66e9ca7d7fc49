//! The card that is shown, as lines with tones, and since when it stands on the screen.
//!
//! It is the card of `show`, less the commands that answer it: here keys do. What is decided is what was shown, so it keeps
//! the seal that it was drawn with.

use crate::card::page::{Line, Tone};
use crate::card::{Facts, Part, PartName};
use crate::domain::approval::{State, Subject};
use crate::domain::digest::Digest;
use crate::domain::ruling::Tier;
use jiff::tz::TimeZone;
use std::time::Instant;

/// A card on the screen.
#[derive(Debug)]
pub(in crate::cli::watch) struct Sheet {
    pub(in crate::cli::watch) facts: Facts,
    /// The digest of what is shown.
    pub(in crate::cli::watch) seal: Digest,
    pub(in crate::cli::watch) lines: Vec<Line>,
    /// Columns that the lines were made for.
    width: usize,
    /// Whether nothing is left out.
    pub(in crate::cli::watch) full: bool,
    /// Lines above the first that is seen.
    pub(in crate::cli::watch) scroll: usize,
    /// Since when it can be seen.
    pub(in crate::cli::watch) drawn: Option<Instant>,
    /// Whether it was told that it was seen.
    pub(in crate::cli::watch) told: bool,
}

impl Sheet {
    /// The card of these facts, not drawn yet.
    pub(in crate::cli::watch) fn new(facts: Facts, width: usize) -> Self {
        let seal = facts.seal();
        let lines = lines(&facts, width, false);
        Self { facts, seal, lines, width, full: false, scroll: 0, drawn: None, told: false }
    }

    /// The same card with the time that is left now.
    pub(in crate::cli::watch) fn renew(&mut self, facts: Facts) {
        self.facts = facts;
        self.lines = lines(&self.facts, self.width, self.full);
    }

    /// The same card for so many columns.
    pub(in crate::cli::watch) fn fit(&mut self, width: usize) {
        if width != self.width {
            self.width = width;
            self.lines = lines(&self.facts, width, self.full);
        }
    }

    /// With nothing left out, and back.
    pub(in crate::cli::watch) fn turn(&mut self) {
        self.full = !self.full;
        self.scroll = 0;
        self.lines = lines(&self.facts, self.width, self.full);
    }

    /// Moves what is seen of it, `rows` of it at once.
    pub(in crate::cli::watch) fn scroll_by(&mut self, down: bool, lines: usize, rows: usize) {
        let last = self.lines.len().saturating_sub(rows.max(1));
        let to = if down {
            self.scroll.saturating_add(lines)
        } else {
            self.scroll.saturating_sub(lines)
        };
        self.scroll = to.min(last);
    }
}

/// The card as lines.
fn lines(facts: &Facts, width: usize, full: bool) -> Vec<Line> {
    let zone = TimeZone::system();
    let mut out: Vec<Line> = Vec::new();
    for part in facts.card(&zone, width, false, full).parts() {
        let lines = if part.name == PartName::Answer { answer(facts, width) } else { part.lines };
        if !out.is_empty() && !lines.is_empty() {
            out.push(Line::new("", "", Tone::Plain));
        }
        out.extend(lines);
    }
    out
}

/// How it is answered here.
fn answer(facts: &Facts, width: usize) -> Vec<Line> {
    let a = &facts.approval;
    if a.state != State::Pending {
        return Vec::new();
    }
    if let Subject::Policy(_) = a.subject {
        let text = format!("{} shows what it would have done, and applies it", apply(facts));
        return Line::wrapped("  yes:  ", &text, Tone::Warn, width.max(40));
    }
    if a.ruling.tier >= Tier::GRAVE {
        let text = format!("a yes is typed as the word `{}`", facts.word);
        return Line::wrapped("  word: ", &text, Tone::Grave, width.max(40));
    }
    Vec::new()
}

/// The command that applies a change of policy.
pub(in crate::cli::watch) fn apply(facts: &Facts) -> String {
    format!("`countersign policy apply {}`", facts.approval.id.short())
}

/// Several cards below each other, each with what matters of it: whose it is, what warns, what exactly is sent.
pub(in crate::cli::watch) fn together(of: &[(u32, Facts)], width: usize) -> Vec<Line> {
    let zone = TimeZone::system();
    let mut out = Vec::new();
    for (number, facts) in of {
        let text = format!("-- number {number} --");
        out.push(Line::new("", text, Tone::Strong));
        for Part { name, lines } in facts.card(&zone, width, false, false).parts() {
            match name {
                PartName::Headline | PartName::Arguments | PartName::Definition => {
                    out.extend(lines)
                }
                PartName::Risk | PartName::Who | PartName::Yes | PartName::Before => {
                    let warns = |line: &Line| matches!(line.tone, Tone::Warn | Tone::Grave);
                    out.extend(lines.into_iter().filter(warns));
                }
                PartName::Answer => {}
            }
        }
        out.push(Line::new("", "", Tone::Plain));
    }
    out
}
