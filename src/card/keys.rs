//! The keys of every screen: one table, from which `watch` acts and helps, and whose words pages show, so that nobody learns
//! two. No key means one thing here and another there.
//!
//! A key alone never decides: approving and denying open a question of their own, and that is what is confirmed.

use std::time::Duration;

/// So long after a card came to stand on the screen, or changed there, no key approves it: what was pressed was meant for
/// what stood there before.
pub(crate) const DEAD: Duration = Duration::from_millis(600);

/// Reasons for a no that a single digit chooses.
pub(crate) const REASONS: [&str; 4] = [
    "This goes beyond what was asked for.",
    "The arguments look wrong.",
    "This is the wrong server or environment.",
    "Not now. Ask again later.",
];

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// To the next question.
    Next,
    /// To the one before.
    Previous,
    /// Further down in the card.
    Further,
    /// Further up in it.
    Backward,
    /// The card alone, on the whole screen; confirms where something is asked.
    Open,
    /// Out of whatever is open.
    Back,
    /// The card with nothing left out.
    Whole,
    /// Yes to this one.
    Approve,
    /// No to this one.
    Deny,
    /// Marks it for a yes together with others like it.
    Mark,
    /// Yes to those that are marked.
    ApproveMarked,
    /// Stops every agent, or lets them go on.
    Pause,
    /// Reads everything again.
    Reload,
    /// This table.
    Help,
    /// Ends.
    Quit,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// What it does.
    pub(crate) verb: Verb,
    /// The keys, as browsers name them in `KeyboardEvent.key`; the first is the one to tell.
    pub(crate) keys: &'static [&'static str],
    /// In a word, for a line of keys.
    pub(crate) word: &'static str,
    /// In a sentence, for help.
    pub(crate) does: &'static str,
}

const fn key(
    verb: Verb,
    keys: &'static [&'static str],
    word: &'static str,
    does: &'static str,
) -> Key {
    Key { verb, keys, word, does }
}

/// All of them, those that are needed most first.
pub(crate) const KEYS: [Key; 15] = [
    key(
        Verb::Approve,
        &["a"],
        "approve",
        "yes to this one; Enter confirms, or the word of its card",
    ),
    key(Verb::Deny, &["d"], "deny", "no to this one; 1 to 4 choose a reason, or type one"),
    key(Verb::Next, &["j", "ArrowDown"], "next", "the next question"),
    key(Verb::Previous, &["k", "ArrowUp"], "previous", "the question before"),
    key(Verb::Open, &["Enter"], "open", "the card on the whole screen; confirms what is asked"),
    key(Verb::Back, &["Escape"], "back", "out of whatever is open"),
    key(Verb::Further, &[" ", "PageDown"], "down", "further down in the card"),
    key(Verb::Backward, &["b", "PageUp"], "up", "further up in the card"),
    key(Verb::Whole, &["e"], "whole", "the card with nothing left out, and back"),
    key(Verb::Mark, &["x"], "mark", "marks it, for a yes to several calls that are alike"),
    key(Verb::ApproveMarked, &["A"], "approve marked", "yes to those that are marked, each once"),
    key(Verb::Pause, &["p"], "pause", "stops every agent at once, or lets all go on"),
    key(Verb::Reload, &["r"], "reload", "reads everything again"),
    key(Verb::Help, &["?"], "keys", "this table"),
    key(Verb::Quit, &["q"], "quit", "ends; what waits goes on waiting"),
];

/// Keys that only pages have, each with its word. Capital letters are those of one tab alone.
pub(crate) const PAGES: [(&str, &str); 14] = [
    ("/", "filter"),
    ("n", "newer"),
    ("o", "older"),
    ("s", "story"),
    ("w", "question"),
    ("v", "verify"),
    ("c", "check"),
    ("t", "test"),
    ("E", "edit"),
    ("T", "switch"),
    ("M", "new module"),
    ("R", "new rule"),
    ("S", "suggestions"),
    ("V", "versions"),
];

/// Every key of a single press that pages may have, with its word.
pub(crate) fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    let cards = KEYS.iter().flat_map(|key| key.keys.iter().map(|name| (*name, key.word)));
    cards.chain(PAGES)
}

/// What this key does.
#[must_use]
pub(crate) fn verb(pressed: &str) -> Option<Verb> {
    KEYS.iter().find(|key| key.keys.contains(&pressed)).map(|key| key.verb)
}

/// The key as people read it.
#[must_use]
pub(crate) fn name(key: &str) -> &str {
    match key {
        " " => "space",
        "ArrowDown" => "down",
        "ArrowUp" => "up",
        "PageDown" => "page down",
        "PageUp" => "page up",
        "Escape" => "Esc",
        key => key,
    }
}

#[cfg(test)]
mod tests {
    use crate::card::keys::{KEYS, PAGES, REASONS, Verb, verb, words};

    #[test]
    fn no_key_does_two_things_and_every_word_is_told_once() {
        let mut keys: Vec<&str> = words().map(|(key, _)| key).collect();
        let mut words: Vec<&str> = KEYS.iter().map(|key| key.word).collect();
        words.extend(PAGES.map(|(_, word)| word));
        for list in [&mut keys, &mut words] {
            let all = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), all);
        }
        assert_eq!((verb("a"), verb("A")), (Some(Verb::Approve), Some(Verb::ApproveMarked)));
        assert_eq!(verb("y"), None);
        assert!(REASONS.iter().all(|reason| reason.len() <= 60));
    }
}
