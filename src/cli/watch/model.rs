//! What the screen shows and what a key does to it. Pure: it decides nothing and reads nothing, but says what is to be done.
//!
//! A yes is asked for only about the card that has stood on the screen long enough, and is bound to that card's seal.

use crate::card::keys::{self, DEAD, Verb};
use crate::card::page::Tone;
use crate::cli::watch::keyboard::Press;
use crate::cli::watch::prompt::{Ask, Came, Prompt};
use crate::cli::watch::row::Row;
use crate::cli::watch::sheet::{self, Sheet};
use crate::domain::approval::Subject;
use crate::domain::id::ApprovalId;
use crate::domain::ruling::Tier;
use crate::domain::time::Millis;
use std::time::{Duration, Instant};

/// So many calls at most are answered together.
pub(in crate::cli::watch) const MARKS: usize = 25;
/// What was said is seen so long.
const SAID: Duration = Duration::from_secs(20);

/// Everything that can be seen.
#[derive(Debug)]
pub(in crate::cli::watch) struct Model {
    /// Home and tenant.
    pub(in crate::cli::watch) place: String,
    /// Who answers.
    pub(in crate::cli::watch) who: String,
    /// Whether every agent is paused.
    pub(in crate::cli::watch) is_paused: bool,
    /// Why what is shown may be old.
    pub(in crate::cli::watch) trouble: Option<String>,
    pub(in crate::cli::watch) rows: Vec<Row>,
    /// Whether more wait than are listed.
    pub(in crate::cli::watch) has_more: bool,
    pub(in crate::cli::watch) selected: Option<ApprovalId>,
    pub(in crate::cli::watch) marked: Vec<ApprovalId>,
    pub(in crate::cli::watch) sheet: Option<Sheet>,
    /// Whether the card has the screen for itself.
    pub(in crate::cli::watch) alone: bool,
    pub(in crate::cli::watch) help: bool,
    pub(in crate::cli::watch) prompt: Option<Prompt>,
    pub(in crate::cli::watch) said: Option<(String, Tone, Instant)>,
    /// Rows of the card that were seen last.
    pub(in crate::cli::watch) page: usize,
    /// The store's time, and when it was that.
    pub(in crate::cli::watch) clock: (Millis, Instant),
    /// Whether colours are wanted.
    pub(in crate::cli::watch) colour: bool,
}

/// What is to be done beyond the screen.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli::watch) enum Deed {
    /// Nothing; the screen may have changed.
    None,
    /// End.
    Quit,
    /// Stop as `^Z` does.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Read everything again.
    Reload,
    /// Another card is to be shown.
    Look,
    /// Gather what is marked for a yes together.
    Gather,
    /// The question at the foot was confirmed.
    Confirmed,
}

impl Model {
    /// Says something at the foot of the screen.
    pub(in crate::cli::watch) fn say(&mut self, text: impl Into<String>, tone: Tone) {
        self.said = Some((text.into(), tone, Instant::now()));
    }

    /// Forgets what was said long ago.
    pub(in crate::cli::watch) fn hush(&mut self) {
        if self.said.as_ref().is_some_and(|(_, _, at)| at.elapsed() > SAID) {
            self.said = None;
        }
    }

    /// The store's time now.
    pub(in crate::cli::watch) fn now(&self) -> Millis {
        let (then, at) = self.clock;
        then.plus(i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    /// How many wait.
    pub(in crate::cli::watch) fn waiting(&self) -> usize {
        self.rows.iter().filter(|row| row.waits()).count()
    }

    /// The row of the card.
    pub(in crate::cli::watch) fn row(&self) -> Option<&Row> {
        self.rows.iter().find(|row| Some(row.id) == self.selected)
    }

    /// What a press at that moment does.
    pub(in crate::cli::watch) fn press(&mut self, press: &Press, at: Instant) -> Deed {
        match press {
            Press::Gone => return Deed::Quit,
            Press::Ctrl('z') => return Deed::Suspend,
            Press::Ctrl('l') => return Deed::Redraw,
            Press::Resized => return Deed::None,
            _ => {}
        }
        if self.prompt.is_some() {
            return self.answer(press, at);
        }
        let verb = match press {
            Press::Ctrl('c') => return Deed::Quit,
            Press::Char(c) => keys::verb(c.encode_utf8(&mut [0; 4])),
            // Alone on the screen there is nothing but the card to move in.
            Press::Named("ArrowDown" | "ArrowUp") if self.alone => {
                self.scroll(*press == Press::Named("ArrowDown"), 1);
                return Deed::None;
            }
            Press::Named(name) => keys::verb(name),
            _ => None,
        };
        if self.help {
            self.help = false;
            return Deed::None;
        }
        verb.map_or(Deed::None, |verb| self.act(verb, at))
    }

    fn act(&mut self, verb: Verb, at: Instant) -> Deed {
        match verb {
            Verb::Quit => return Deed::Quit,
            Verb::Reload => return Deed::Reload,
            Verb::Help => self.help = true,
            Verb::Next | Verb::Previous => return self.go(verb == Verb::Next),
            Verb::Further | Verb::Backward => {
                self.scroll(verb == Verb::Further, self.page.saturating_sub(2).max(1));
            }
            Verb::Open => self.alone = self.sheet.is_some(),
            Verb::Back if self.alone => self.alone = false,
            Verb::Back => self.marked.clear(),
            Verb::Whole => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.turn();
                }
            }
            Verb::Approve => self.ask_yes(at),
            Verb::Deny => self.ask_no(at),
            Verb::Mark => self.mark(),
            Verb::ApproveMarked if self.marked.is_empty() => {
                self.say("nothing is marked: x marks calls that are alike", Tone::Warn);
            }
            Verb::ApproveMarked => return Deed::Gather,
            Verb::Pause => self.ask_pause(),
        }
        Deed::None
    }

    fn answer(&mut self, press: &Press, at: Instant) -> Deed {
        // What is asked about can be read on while it is asked.
        if let Press::Named(name @ ("PageDown" | "PageUp" | "ArrowDown" | "ArrowUp")) = press {
            let by = if name.starts_with("Page") { self.page.saturating_sub(2).max(1) } else { 1 };
            self.scroll(name.ends_with("Down"), by);
            return Deed::None;
        }
        let Some(prompt) = &mut self.prompt else { return Deed::None };
        match prompt.press(press, at) {
            Came::Nothing => {}
            Came::Confirmed => return Deed::Confirmed,
            Came::Not(why) => self.say(why, Tone::Warn),
            Came::Left => {
                self.prompt = None;
                self.say("nothing was decided", Tone::Faint);
            }
        }
        Deed::None
    }

    fn scroll(&mut self, down: bool, by: usize) {
        let page = self.page;
        if let Some(Prompt { ask: Ask::Batch(batch), .. }) = &mut self.prompt {
            let last = batch.lines.len().saturating_sub(page.max(1));
            let to = if down { batch.scroll + by } else { batch.scroll.saturating_sub(by) };
            batch.scroll = to.min(last);
        } else if let Some(sheet) = &mut self.sheet {
            sheet.scroll_by(down, by, page);
        }
    }

    fn go(&mut self, next: bool) -> Deed {
        let at = self.rows.iter().position(|row| Some(row.id) == self.selected);
        let to = match at {
            Some(at) if next => (at + 1).min(self.rows.len().saturating_sub(1)),
            Some(at) => at.saturating_sub(1),
            None => 0,
        };
        let to = self.rows.get(to).map(|row| row.id);
        if to == self.selected {
            return Deed::None;
        }
        self.selected = to;
        Deed::Look
    }

    /// The card on the screen if it is that of the row, and the row can be answered.
    fn faced(&mut self, at: Instant, dead: Duration) -> Option<(&Row, &Sheet)> {
        let Some(row) = self.row() else {
            self.say("nothing waits", Tone::Faint);
            return None;
        };
        if !row.waits() {
            self.say("it does not wait any more", Tone::Warn);
            return None;
        }
        let id = row.id;
        let drawn = self.sheet.as_ref().filter(|sheet| sheet.facts.approval.id == id);
        let Some(drawn) = drawn.and_then(|sheet| sheet.drawn) else {
            self.say("Enter shows its card first", Tone::Warn);
            return None;
        };
        if at < drawn + dead {
            self.say("the card has only just come: read it, then press again", Tone::Warn);
            return None;
        }
        self.row().zip(self.sheet.as_ref())
    }

    fn ask_yes(&mut self, at: Instant) {
        let Some((row, sheet)) = self.faced(at, DEAD) else { return };
        if let Subject::Policy(_) = row.subject {
            let text = format!("a change of policy is applied: {}", sheet::apply(&sheet.facts));
            return self.say(text, Tone::Warn);
        }
        let grave = row.tier >= Tier::GRAVE;
        let ask = if grave { Ask::Word } else { Ask::Yes };
        let once = if row.subject.is_call() { ", exactly this, once?" } else { "?" };
        let text = format!("yes to {} {} of {}{once}", row.number, row.name, row.agent);
        self.prompt = Some(Prompt::new(ask, Some((row.id, sheet.seal)), text));
    }

    fn ask_no(&mut self, at: Instant) {
        let Some((row, sheet)) = self.faced(at, Duration::ZERO) else { return };
        let text = format!("no to {} {} of {}; why?", row.number, row.name, row.agent);
        self.prompt = Some(Prompt::new(Ask::No, Some((row.id, sheet.seal)), text));
    }

    fn ask_pause(&mut self) {
        let (on, text) = if self.is_paused {
            (false, "let every agent go on?")
        } else {
            (true, "stop every agent? Nothing more is sent until they may go on.")
        };
        self.prompt = Some(Prompt::new(Ask::Pause(on), None, text.to_owned()));
    }

    fn mark(&mut self) {
        let Some(row) = self.row() else { return };
        let id = row.id;
        if self.marked.contains(&id) {
            return self.marked.retain(|marked| *marked != id);
        }
        let first = self.rows.iter().find(|row| self.marked.contains(&row.id));
        let text = if !row.may_be_marked() {
            "only calls below tier 3 that wait are marked"
        } else if first.is_some_and(|first| first.like != row.like) {
            "another tool or server than what is marked: only like calls are answered together"
        } else if self.marked.len() >= MARKS {
            "that is as many as are answered together"
        } else {
            return self.marked.push(id);
        };
        self.say(text, Tone::Warn);
    }
}
