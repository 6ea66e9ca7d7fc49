//! Words that look like other words.
//!
//! Follows UTS 39: the confusables table says what a letter looks like, the script tables which
//! letters are written together. It only adds notes: the words themselves stay readable, since most
//! text in other scripts is just that.

use std::collections::BTreeSet;

use unicode_security::mixed_script::AugmentedScriptSet;
use unicode_security::skeleton;

use crate::domain::visible::{Note, NoteKind, Seen, escape, shorten};
use crate::domain::visible_chars::{Class, class};

/// How much of a word a note repeats, in characters.
const WORD_SHOWN: usize = 48;
/// Punctuation of ordinary prose that resembles ASCII: a note on every curly quote would teach
/// people to skip notes.
const PROSE: &str = "–—‘’‚“”„…×•·«»";

/// What is to be said about the words of a text: at most one note of each of the two kinds.
pub(crate) fn lookalikes(text: &str) -> Vec<Note> {
    // A word all in one other script that happens to look like ASCII (Russian `сор`) is alarming
    // beside Latin text or alone, and ordinary in a sentence of its own script.
    let latin = text.bytes().any(|b| b.is_ascii_alphabetic());
    let (mut sure, mut perhaps, mut mixed, mut other) = (None, None, None, false);
    for word in text.split(|c| !joins(c)).filter(|word| !word.is_ascii()) {
        if let Some(look) = ascii_look(word) {
            let whole = !latin && !word.bytes().any(|b| b.is_ascii_alphanumeric());
            let slot = if whole { &mut perhaps } else { &mut sure };
            tally(slot, NoteKind::Lookalike, look, || scripts(word, "latin"));
        } else if mixes(word) {
            tally(&mut mixed, NoteKind::MixedScript, word.to_owned(), || scripts(word, ""));
        } else {
            other |= word.chars().any(char::is_alphabetic);
        }
    }
    let perhaps = perhaps.filter(|_| !other);
    let words = match (sure, perhaps) {
        (Some(a), Some(b)) => Some(Note { count: a.count + b.count, ..a }),
        (a, b) => a.or(b),
    };
    words.into_iter().chain(mixed).collect()
}

/// Whether a character is part of a word. Look-alikes of punctuation are, so that `a∕b` is seen as
/// one word; so is what can't be seen, for it must not hide a word from this check.
fn joins(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    !PROSE.contains(c) && !matches!(class(c), Class::Space | Class::Control)
}

/// Whether a reader sees the character at all.
fn seen(c: &char) -> bool {
    matches!(class(*c), Class::Plain | Class::Mark)
}

/// The ASCII text that a word looks like, if it does and is not.
fn ascii_look(word: &str) -> Option<String> {
    let mut look = String::with_capacity(word.len());
    let mut differs = false;
    for c in word.chars().filter(seen) {
        if c.is_ascii() {
            look.push(c);
            continue;
        }
        let from = look.len();
        look.extend(skeleton(c.encode_utf8(&mut [0; 4])));
        let (_, new) = look.split_at_checked(from)?;
        // `æ` and `œ` are said to look like two letters, but they are ordinary ones of their own.
        if new.is_empty()
            || !new.is_ascii()
            || (new.len() > 1 && ('\u{c0}'..='\u{24f}').contains(&c))
        {
            return None;
        }
        // The table takes every `m` for `rn`.
        if new == "rn" {
            look.truncate(from);
            look.push('m');
        }
        differs = true;
    }
    differs.then_some(look)
}

/// Whether a word holds scripts that are not written together: more than the moderately restrictive
/// level of UTS 39 section 5.2, without its list of identifier characters.
fn mixes(word: &str) -> bool {
    let mut all = AugmentedScriptSet::default();
    let mut foreign = AugmentedScriptSet::default();
    for c in word.chars().filter(seen) {
        let set = AugmentedScriptSet::for_char(c);
        all.intersect_with(set);
        if !set.base.iter().any(|script| script.short_name() == "Latn") {
            foreign.intersect_with(set);
        }
    }
    if !all.is_empty() || foreign.jpan || foreign.hanb || foreign.kore {
        return false;
    }
    let mut rest = foreign.base.iter();
    match (rest.next(), rest.next()) {
        // Latin beside one living script is common (`APIの`, `SMSवाला`), but not beside those that
        // share its shapes.
        (Some(one), None) => !one.is_recommended() || matches!(one.short_name(), "Cyrl" | "Grek"),
        _ => true,
    }
}

/// The scripts of a word's letters but `without`, in plain words: `cyrillic and latin`.
fn scripts(word: &str, without: &str) -> String {
    let mut names = BTreeSet::new();
    for c in word.chars().filter(|c| c.is_alphanumeric()) {
        let set = AugmentedScriptSet::for_char(c);
        if !set.is_all() {
            names.extend(set.base.iter().next().map(|script| script.full_name()));
        }
    }
    let names: Vec<String> =
        names.iter().map(|name| name.to_lowercase().replace('_', " ")).collect();
    names.into_iter().filter(|name| name != without).collect::<Vec<_>>().join(" and ")
}

fn tally(slot: &mut Option<Note>, kind: NoteKind, word: String, scripts: impl FnOnce() -> String) {
    if let Some(note) = slot {
        note.count += 1;
        return;
    }
    let shown = Seen { text: escape(&word, &mut Vec::new()), notes: Vec::new() };
    *slot = Some(Note { kind, count: 1, sample: shorten(&shown, WORD_SHOWN), scripts: scripts() });
}
