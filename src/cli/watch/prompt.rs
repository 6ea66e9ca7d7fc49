//! What is asked at the foot of the screen, and what is typed there.
//!
//! What was pressed before the question could be seen is no answer to it, and what was pasted confirms nothing.

use crate::card::Facts;
use crate::card::keys::{DEAD, REASONS};
use crate::card::page::Line;
use crate::cli::watch::keyboard::Press;
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use std::time::{Duration, Instant};

/// So long after a question is seen Enter does not answer it yet.
const SETTLE: Duration = Duration::from_millis(250);
/// Characters of a reason.
const LONGEST: usize = 400;

/// What is asked.
#[derive(Debug)]
pub(in crate::cli::watch) enum Ask {
    /// Enter says yes.
    Yes,
    /// The word of the card says yes.
    Word,
    /// Enter says no, with the reason that was typed.
    No,
    /// Enter says yes to all of these.
    Batch(Batch),
    /// `yes` stops every agent; `false`: lets them go on.
    Pause(bool),
}

/// Several questions that are answered together.
#[derive(Debug)]
pub(in crate::cli::watch) struct Batch {
    /// Each with its number and what was shown of it.
    pub(in crate::cli::watch) of: Vec<(u32, Facts)>,
    pub(in crate::cli::watch) lines: Vec<Line>,
    pub(in crate::cli::watch) scroll: usize,
}

/// A question at the foot of the screen.
#[derive(Debug)]
pub(in crate::cli::watch) struct Prompt {
    pub(in crate::cli::watch) ask: Ask,
    /// The card that it is about, and its seal when it was asked.
    pub(in crate::cli::watch) about: Option<(ApprovalId, Digest)>,
    /// The question in words.
    pub(in crate::cli::watch) text: String,
    pub(in crate::cli::watch) typed: String,
    /// Since when it can be seen.
    pub(in crate::cli::watch) shown: Option<Instant>,
}

/// What came of a press.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::cli::watch) enum Came {
    /// Nothing yet.
    Nothing,
    /// It is confirmed.
    Confirmed,
    /// It is left.
    Left,
    /// It does not count, and why.
    Not(&'static str),
}

impl Prompt {
    /// A question that nobody has seen yet.
    pub(in crate::cli::watch) fn new(
        ask: Ask,
        about: Option<(ApprovalId, Digest)>,
        text: String,
    ) -> Self {
        Self { ask, about, text, typed: String::new(), shown: None }
    }

    /// Whether text is typed here.
    pub(in crate::cli::watch) fn takes_text(&self) -> bool {
        matches!(self.ask, Ask::Word | Ask::No | Ask::Pause(_))
    }

    /// What to do, in a few words.
    pub(in crate::cli::watch) fn hint(&self) -> &'static str {
        match self.ask {
            Ask::Yes => "Enter says yes, Esc goes back",
            Ask::Word => "type the word of the card, then Enter; Esc goes back",
            Ask::No => "1-4 or type a reason, then Enter; Esc goes back",
            Ask::Batch(_) => "Enter says yes to each of them, Esc goes back",
            Ask::Pause(_) => "type yes, then Enter; Esc goes back",
        }
    }

    /// How long it must have been seen before Enter counts: as long as a card where it shows cards itself.
    fn settles(&self) -> Duration {
        if matches!(self.ask, Ask::Batch(_)) { DEAD } else { SETTLE }
    }

    /// Takes a press that was read at that moment.
    pub(in crate::cli::watch) fn press(&mut self, press: &Press, at: Instant) -> Came {
        let Some(shown) = self.shown.filter(|shown| at > *shown) else { return Came::Nothing };
        match press {
            Press::Named("Escape") | Press::Ctrl('c') => Came::Left,
            Press::Named("Enter") if at < shown + self.settles() => {
                Came::Not("too quick: read what is asked, then press Enter")
            }
            Press::Named("Enter") => match self.ask {
                Ask::Pause(_) if !self.typed.trim().eq_ignore_ascii_case("yes") => {
                    Came::Not("`yes` was not typed, so nothing was changed")
                }
                Ask::Word if self.typed.trim().is_empty() => {
                    Came::Not("tier 3: the word of the card is typed")
                }
                _ => Came::Confirmed,
            },
            Press::Named("Backspace") => {
                self.typed.pop();
                Came::Nothing
            }
            Press::Ctrl('u') => {
                self.typed.clear();
                Came::Nothing
            }
            Press::Char(c) if self.takes_text() => {
                self.put(*c);
                Came::Nothing
            }
            Press::Paste(text) if matches!(self.ask, Ask::No) => {
                text.chars().for_each(|c| self.add(if c.is_control() { ' ' } else { c }));
                Came::Nothing
            }
            Press::Paste(_) => Came::Not("what is pasted confirms nothing: type it"),
            _ => Came::Nothing,
        }
    }

    /// A typed character; the first digit of a reason chooses one.
    fn put(&mut self, c: char) {
        let preset = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
        let preset = preset.and_then(|digit| REASONS.get(digit.checked_sub(1)?));
        match preset {
            Some(reason) if matches!(self.ask, Ask::No) && self.typed.is_empty() => {
                (*reason).clone_into(&mut self.typed);
            }
            _ => self.add(c),
        }
    }

    fn add(&mut self, c: char) {
        if self.typed.chars().count() < LONGEST && !c.is_control() {
            self.typed.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::card::keys::REASONS;
    use crate::cli::watch::keyboard::Press;
    use crate::cli::watch::prompt::{Ask, Came, Prompt, SETTLE};
    use std::time::{Duration, Instant};

    const ENTER: Press = Press::Named("Enter");

    fn shown(ask: Ask) -> (Prompt, Instant) {
        let mut prompt = Prompt::new(ask, None, String::new());
        let at = Instant::now();
        prompt.shown = Some(at);
        (prompt, at)
    }

    #[test]
    fn nothing_counts_that_was_pressed_before_the_question_was_seen() {
        let (mut prompt, at) = shown(Ask::Yes);
        assert_eq!(prompt.press(&ENTER, at), Came::Nothing);
        assert!(matches!(prompt.press(&ENTER, at + SETTLE / 2), Came::Not(_)));
        assert_eq!(prompt.press(&ENTER, at + SETTLE), Came::Confirmed);
        prompt.shown = None;
        assert_eq!(prompt.press(&ENTER, at + Duration::from_secs(9)), Came::Nothing);
    }

    #[test]
    fn a_word_is_typed_and_neither_left_out_nor_pasted() {
        let (mut prompt, at) = shown(Ask::Word);
        let late = at + Duration::from_secs(1);
        assert!(matches!(prompt.press(&ENTER, late), Came::Not(_)));
        assert!(matches!(prompt.press(&Press::Paste("acorn".to_owned()), late), Came::Not(_)));
        assert_eq!(prompt.typed, "");
        prompt.press(&Press::Char('2'), late);
        assert_eq!(prompt.press(&ENTER, late), Came::Confirmed);
        assert_eq!(prompt.typed, "2");
        let (mut yes, _) = shown(Ask::Yes);
        assert!(matches!(yes.press(&Press::Paste("\r".to_owned()), late), Came::Not(_)));
    }

    #[test]
    fn a_digit_chooses_a_reason_and_everything_else_is_typed() {
        let (mut prompt, at) = shown(Ask::No);
        let late = at + Duration::from_secs(1);
        prompt.press(&Press::Char('2'), late);
        assert_eq!(prompt.typed, REASONS[1]);
        prompt.press(&Press::Ctrl('u'), late);
        prompt.press(&Press::Char('n'), late);
        prompt.press(&Press::Char('2'), late);
        prompt.press(&Press::Paste("\u{1b}[2J\r".to_owned()), late);
        assert_eq!(prompt.typed, "n2 [2J ");
        assert_eq!(prompt.press(&Press::Named("Escape"), late), Came::Left);
    }
}
