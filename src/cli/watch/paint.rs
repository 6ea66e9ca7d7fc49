//! Draws the screen into cells: a pure function of what is known.
//!
//! Whatever comes from outside was made visible before (`domain::visible`), and no control character becomes a cell. Only
//! the terminal's own 16 colours are used, and none where none are wanted: the words say the same.

use crate::card::keys::{KEYS, Key, REASONS, Verb, name};
use crate::card::page::{Line, Tone};
use crate::cli::watch::layout::Layout;
use crate::cli::watch::model::Model;
use crate::cli::watch::prompt::{Ask, Prompt};
use crate::cli::watch::row::{Row, brief};
use crate::cli::watch::terminal::Painted;
use crate::domain::ruling::Tier;
use crate::domain::visible;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

/// Draws it.
pub(in crate::cli::watch) fn paint(model: &Model, area: Rect) -> Painted {
    let layout = Layout::of(model, area);
    let mut page = Page { cells: Buffer::empty(area), colour: model.colour };
    page.top(model, layout.top);
    let mut cursor = None;
    match &model.prompt {
        _ if model.help => page.help(layout.body),
        Some(Prompt { ask: Ask::Batch(batch), .. }) => {
            let head = format!("{} calls, to be answered together", batch.of.len());
            page.text(layout.body, &head, &batch.lines, batch.scroll);
        }
        _ => {
            if let Some(list) = layout.list {
                page.list(model, list, layout.card);
            }
            if let Some(card) = layout.card {
                page.card(model, card, layout.list);
            }
        }
    }
    match &model.prompt {
        Some(prompt) => cursor = page.prompt(prompt, model, layout.foot),
        None => page.foot(model, layout.foot),
    }
    (page.cells, cursor)
}

struct Page {
    cells: Buffer,
    colour: bool,
}

impl Page {
    fn style(&self, tone: Tone) -> Style {
        let style = Style::new();
        let colour = |style: Style, colour| if self.colour { style.fg(colour) } else { style };
        match tone {
            Tone::Plain => style,
            Tone::Strong => style.add_modifier(Modifier::BOLD),
            Tone::Faint => style.add_modifier(Modifier::DIM),
            Tone::Warn => colour(style, Color::Yellow),
            Tone::Grave => colour(style, Color::Red).add_modifier(Modifier::BOLD),
            Tone::Added => colour(style, Color::Green),
            Tone::Removed => colour(style, Color::Red),
        }
    }

    /// A text on one row, cut at the end of the part.
    fn put(&mut self, part: Rect, row: u16, column: u16, text: &str, style: Style) -> u16 {
        if row >= part.height || column >= part.width {
            return column;
        }
        let room = usize::from(part.width - column);
        let (end, _) = self.cells.set_stringn(part.x + column, part.y + row, text, room, style);
        end - part.x
    }

    fn bar(&mut self, part: Rect, row: u16, text: &str) {
        if row < part.height {
            let line = Rect::new(part.x, part.y + row, part.width, 1);
            self.cells.set_style(line, Style::new().add_modifier(Modifier::REVERSED));
        }
        self.put(part, row, 0, text, Style::new().add_modifier(Modifier::REVERSED));
    }

    fn top(&mut self, model: &Model, part: Rect) {
        let more = if model.has_more { "+" } else { "" };
        let mut text = format!(" {}{more} waiting", model.waiting());
        if !model.marked.is_empty() {
            text.push_str(&format!(", {} marked", model.marked.len()));
        }
        text.push_str(if model.is_paused { " | ALL PAUSED" } else { "" });
        match &model.trouble {
            Some(_) => text.push_str(" | NOT LIVE"),
            None => text.push_str(" | live"),
        }
        text.push_str(&format!(" | {} | {}", model.who, model.place));
        self.bar(part, 0, &text);
    }

    fn list(&mut self, model: &Model, part: Rect, beside: Option<Rect>) {
        if model.rows.is_empty() {
            self.put(part, 0, 1, "nothing waits", self.style(Tone::Faint));
            if part.height > 2 {
                let text = "what agents ask comes here by itself";
                self.put(part, 1, 1, text, self.style(Tone::Faint));
            }
        }
        let at = model.rows.iter().position(|row| Some(row.id) == model.selected).unwrap_or(0);
        let height = usize::from(part.height).max(1);
        let last = model.rows.len().saturating_sub(height);
        let first = at.saturating_sub(height / 2).min(last);
        let now = model.now();
        for (line, row) in (0..part.height).zip(model.rows.iter().skip(first)) {
            let is_selected = Some(row.id) == model.selected;
            let is_marked = model.marked.contains(&row.id);
            self.row(part, line, row, (is_selected, is_marked), |row| {
                (brief(now.since(row.asked_at)), brief(row.answer_by.since(now)))
            });
        }
        // What stands between list and card.
        if let Some(card) = beside.filter(|card| card.x > part.right()) {
            for row in part.top()..part.bottom() {
                self.cells.set_stringn(card.x - 1, row, "|", 1, self.style(Tone::Faint));
            }
        }
    }

    fn row(
        &mut self,
        part: Rect,
        line: u16,
        row: &Row,
        (is_selected, is_marked): (bool, bool),
        times: impl Fn(&Row) -> (String, String),
    ) {
        let style = |page: &Self, tone| {
            let style = page.style(tone);
            if is_selected { style.add_modifier(Modifier::REVERSED) } else { style }
        };
        let plain = style(self, Tone::Plain);
        let blank = " ".repeat(usize::from(part.width));
        self.put(part, line, 0, &blank, plain);
        let mark = if is_marked { '*' } else { ' ' };
        let lead = if is_selected { '>' } else { ' ' };
        let mut at = self.put(part, line, 0, &format!("{lead}{mark}{:<3} ", row.number), plain);
        let tone = match row.tier {
            Tier::GRAVE => Tone::Grave,
            Tier::WRITE => Tone::Warn,
            _ => Tone::Plain,
        };
        let tier_style = style(self, tone);
        at = self.put(part, line, at, &format!("T{} ", row.tier), tier_style);
        let (tail, tone) = match &row.fate {
            Some(fate) => (fate.text.clone(), fate.tone),
            None => {
                let (age, left) = times(row);
                let gone = if row.is_abandoned { "left " } else { "" };
                let (urgent, tone) =
                    if row.is_urgent { ("! ", Tone::Grave) } else { ("", Tone::Plain) };
                (format!("{urgent}{gone}{age:>3} {left:>3}"), tone)
            }
        };
        // An end may take half the line; what it pushes away stands on the card.
        let most = usize::from(part.width) / 2;
        let tail: String = tail.chars().take(most).collect();
        let width = u16::try_from(tail.len()).unwrap_or(0);
        let stop = part.width.saturating_sub(width + 1);
        let room = Rect { width: stop, ..part };
        at = self.put(room, line, at, &format!("{} ", row.name), plain);
        let faint = style(self, Tone::Faint);
        self.put(room, line, at, &row.agent, faint);
        let tail_style = style(self, tone);
        self.put(part, line, stop + 1, &tail, tail_style);
    }

    fn card(&mut self, model: &Model, part: Rect, list: Option<Rect>) {
        let Some((row, sheet)) = model.row().zip(model.sheet.as_ref()) else { return };
        let seen = usize::from(part.height.saturating_sub(1));
        let end = (sheet.scroll + seen).min(sheet.lines.len());
        let mut head = format!("number {}", row.number);
        match &row.fate {
            Some(fate) => head.push_str(&format!(": {}", fate.text)),
            None => head.push_str(&format!(", {} left", brief(row.answer_by.since(model.now())))),
        }
        if sheet.lines.len() > seen {
            head.push_str(&format!(", lines {}-{end} of {}", sheet.scroll + 1, sheet.lines.len()));
        }
        if sheet.full {
            head.push_str(", nothing left out");
        }
        let below = list.is_some_and(|list| list.bottom() <= part.y);
        self.text(part, &head, &sheet.lines, sheet.scroll);
        if below {
            self.bar(part, 0, &head);
        }
    }

    /// A head line, and lines of a card below it.
    fn text(&mut self, part: Rect, head: &str, lines: &[Line], scroll: usize) {
        self.put(part, 0, 0, head, self.style(Tone::Faint));
        for (row, line) in (1..part.height).zip(lines.iter().skip(scroll)) {
            let at = self.put(part, row, 0, &line.lead, self.style(Tone::Faint));
            self.put(part, row, at, &line.text, self.style(line.tone));
        }
    }

    fn help(&mut self, part: Rect) {
        self.put(part, 0, 1, "keys (any key goes back)", self.style(Tone::Strong));
        for (row, key) in (1..part.height).zip(KEYS) {
            let keys: Vec<&str> = key.keys.iter().map(|key| name(key)).collect();
            let at = self.put(
                part,
                row,
                1,
                &format!("{:<16} ", keys.join(", ")),
                self.style(Tone::Strong),
            );
            self.put(part, row, at, key.does, self.style(Tone::Plain));
        }
    }

    fn foot(&mut self, model: &Model, part: Rect) {
        let said = model.said.as_ref().map(|(text, tone, _)| (text.as_str(), *tone));
        let trouble = model.trouble.as_deref().map(|text| (text, Tone::Grave));
        if let Some((text, tone)) = trouble.or(said) {
            self.put(part, 0, 0, text, self.style(tone));
        }
        // Whoever knows these two finds all others.
        let always = |key: &&Key| matches!(key.verb, Verb::Help | Verb::Quit);
        let length = |key: &Key| {
            let shown = key.keys.first().map_or(0, |key| name(key).len());
            u16::try_from(shown + key.word.len() + 3).unwrap_or(u16::MAX)
        };
        let kept: u16 = KEYS.iter().filter(always).map(length).sum();
        let mut left = part.width.saturating_sub(kept);
        let fitting = KEYS.iter().filter(|key| {
            let fits = always(key) || length(key) <= left;
            if fits && !always(key) {
                left -= length(key);
            }
            fits
        });
        let mut at = 0;
        for key in fitting {
            let shown = key.keys.first().map_or("", |key| name(key));
            at = self.put(part, 1, at, shown, self.style(Tone::Strong)) + 1;
            at = self.put(part, 1, at, key.word, self.style(Tone::Faint)) + 2;
        }
    }

    fn prompt(&mut self, prompt: &Prompt, model: &Model, part: Rect) -> Option<Position> {
        // What was said about what was pressed stands in place of the question until the next press counts.
        let said =
            model.said.as_ref().filter(|(_, _, at)| prompt.shown.is_some_and(|shown| *at > shown));
        match said {
            Some((text, tone, _)) => self.put(part, 0, 0, text, self.style(*tone)),
            None => self.put(part, 0, 0, &prompt.text, self.style(Tone::Strong)),
        };
        let last = part.height.saturating_sub(1);
        for (row, (number, reason)) in (1..last).zip((1..).zip(REASONS)) {
            self.put(part, row, 1, &format!("{number} {reason}"), self.style(Tone::Plain));
        }
        if !prompt.takes_text() {
            self.put(part, last, 0, prompt.hint(), self.style(Tone::Warn));
            return None;
        }
        if prompt.typed.is_empty() {
            self.put(part, last, 2, prompt.hint(), self.style(Tone::Faint));
            self.put(part, last, 0, "> ", self.style(Tone::Strong));
            return Some(Position::new(
                part.x + 2.min(part.width.saturating_sub(1)),
                part.y + last,
            ));
        }
        let mut at = self.put(part, last, 0, "> ", self.style(Tone::Strong));
        // The end of what is typed is what is looked at.
        let typed = visible::inline(&prompt.typed).text;
        let room = usize::from(part.width.saturating_sub(at + 1));
        let skip = typed.chars().count().saturating_sub(room);
        let tail: String = typed.chars().skip(skip).collect();
        at = self.put(part, last, at, &tail, self.style(Tone::Plain));
        Some(Position::new(part.x + at.min(part.width.saturating_sub(1)), part.y + last))
    }
}
