//! Reads a tool's name as a small phrase, since names put their verb first (`list_parcels`), last (`parcel_list`) or
//! behind a server's name (`acme_list_parcels`), and many of their words are verb and noun both.

use crate::domain::ruling::Effect;
use crate::policy::effect::words::lexicon::{self, Sense};

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    /// It does more than look.
    Does(Effect, &'a str),
    /// It holds a word that may be a verb that does more than look, or the noun of what is looked at (`vcs_log`).
    MayDo(Effect, &'a str),
    /// It only looks; `sure` when the verb cannot be a noun.
    Looks {
        /// The verb.
        verb: &'a str,
        /// True when it cannot be a noun.
        sure: bool,
    },
    /// It names no verb we know.
    Nothing,
}

/// Words after which another verb of the same phrase follows.
const JOINS: &[&str] = &["and", "then", "or", "else", "plus", "n"];

/// Reads the words of a name. Any verb that does more than look wins over those that look.
pub fn read<'a>(words: &[&'a str]) -> Reading<'a> {
    let mut strictest: Option<(Effect, &'a str)> = None;
    for (at, word) in words.iter().copied().enumerate() {
        let Some(effect) = does(words, at) else { continue };
        if strictest.is_none_or(|(known, _)| effect > known) {
            strictest = Some((effect, word));
        }
    }
    let strictest = strictest.or_else(|| unknown_second(words).map(|word| (Effect::Write, word)));
    match (strictest, looks(words)) {
        (Some((effect, verb)), _) if may_be_noun(words, effect, verb) => {
            Reading::MayDo(effect, verb)
        }
        (Some((effect, verb)), _) => Reading::Does(effect, verb),
        (None, Some((verb, sure))) => Reading::Looks { verb, sure },
        (None, None) => Reading::Nothing,
    }
}

/// Words that, behind `check`, make it a doing: a guest is checked in, a book checked out.
const PARTICLES: &[&str] = &["in", "off", "out"];

/// A second verb that we do not know, joined to one that looks: `check_and_repair_disk`. Also `check_out`.
fn unknown_second<'a>(words: &[&'a str]) -> Option<&'a str> {
    words.windows(2).enumerate().find_map(|(at, pair)| match pair {
        ["check", particle] if PARTICLES.contains(particle) => Some(*particle),
        [looking, join] if is_looking(looking) && ["and", "then", "or"].contains(join) => {
            words.get(at + 2).copied().filter(|second| !is_looking(second))
        }
        _ => None,
    })
}

/// A lone word that is verb or noun leaves the matter to the description: any that only writes, or one in the last place.
/// `post_message` and `run_job` stay what they say.
fn may_be_noun(words: &[&str], effect: Effect, verb: &str) -> bool {
    matches!(lexicon::sense(verb), Some(Sense::Either(_)))
        && (effect == Effect::Write || words.last() == Some(&verb))
}

/// The effect of the word at this place, if it is a verb there and does more than look.
fn does(words: &[&str], at: usize) -> Option<Effect> {
    let word = words.get(at)?;
    let sense = lexicon::sense(word)?;
    let (effect, either) = match sense {
        Sense::Verb(effect) => (effect, false),
        Sense::Either(effect) => (effect, true),
    };
    if effect == Effect::Read || looks_at_its_object(words, at) {
        return None;
    }
    let joined =
        at > 1 && words.get(at.wrapping_sub(1)).is_some_and(|before| JOINS.contains(before));
    if joined {
        return Some(effect);
    }
    let noun = if either { is_noun_here(words, at) } else { is_part_of_noun(words, at) };
    (!noun).then_some(effect)
}

/// A plain verb is part of a noun when something looks at it: `get_create_options`, `list_delete_markers`.
fn is_part_of_noun(words: &[&str], at: usize) -> bool {
    let looked_at = words.iter().take(at).any(|word| is_looking(word));
    looked_at && words.iter().skip(at + 1).any(|word| lexicon::makes_a_noun(word))
}

/// A word that is verb or noun is a noun when another verb looks at it: `get_run`, `issue_get_comments`, `order_list`.
fn is_noun_here(words: &[&str], at: usize) -> bool {
    let looked_at = words.iter().take(at).any(|word| is_looking(word));
    let surely_looked_at_later =
        !words.first().is_some_and(|word| at == 0 && lexicon::begins_a_doing(word))
            && words
                .iter()
                .skip(at + 1)
                .any(|word| lexicon::sense(word) == Some(Sense::Verb(Effect::Read)));
    let last = words.last().copied().unwrap_or_default();
    let begins = at == 0 && words.get(at).is_some_and(|word| lexicon::begins_a_doing(word));
    let listed = ["describe", "get", "list", "show"].contains(&last) || lexicon::is_looked_at(last);
    let looked_at_last = at + 1 < words.len() && (listed || (is_looking(last) && !begins));
    // `assign_issue`, `issue_update`: another verb does the doing, and this is what it is done to.
    let done_to = words.iter().enumerate().any(|(other, word)| {
        other != at
            && matches!(lexicon::sense(word), Some(Sense::Verb(effect)) if effect != Effect::Read)
    });
    looked_at || surely_looked_at_later || looked_at_last || done_to
}

/// True for a verb that with its object only looks: `generate_diagram`, `diagram_generate`.
fn looks_at_its_object(words: &[&str], at: usize) -> bool {
    let Some(verb) = words.get(at) else { return false };
    let last = at + 1 == words.len();
    lexicon::looks_with(
        verb,
        words.iter().enumerate().filter(|(other, _)| last || *other > at).map(|(_, word)| *word),
    )
}

fn is_looking(word: &str) -> bool {
    matches!(lexicon::sense(word), Some(Sense::Verb(Effect::Read) | Sense::Either(Effect::Read)))
}

/// The verb of a name that looks. One that may be a noun counts first, last, or when no other word is a verb.
fn looks<'a>(words: &[&'a str]) -> Option<(&'a str, bool)> {
    let sure =
        words.iter().copied().find(|word| lexicon::sense(word) == Some(Sense::Verb(Effect::Read)));
    let phrase = words.iter().copied().enumerate().find(|(at, _)| looks_at_its_object(words, *at));
    let maybe = words
        .iter()
        .copied()
        .find(|word| lexicon::sense(word) == Some(Sense::Either(Effect::Read)));
    sure.map(|verb| (verb, true))
        .or(phrase.map(|(_, verb)| (verb, false)))
        .or(maybe.map(|verb| (verb, false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(name: &str) -> Option<Effect> {
        let words = crate::policy::effect::words::tokens(name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match read(&words) {
            Reading::Does(effect, _) | Reading::MayDo(effect, _) => Some(effect),
            Reading::Looks { .. } => Some(Effect::Read),
            Reading::Nothing => None,
        }
    }

    #[test]
    fn the_verb_is_found_wherever_it_stands() {
        for name in [
            "list_parcels",
            "issueList",
            "acme-get-run",
            "acme.order.search",
            "check_write_access",
            "get_create_options",
        ] {
            assert_eq!(effect(name), Some(Effect::Read), "{name}");
        }
        for (name, expected) in [
            ("get_or_create_label", Effect::Write),
            ("search_and_replace", Effect::Write),
            ("find_delete", Effect::Destructive),
            ("acme_message_post", Effect::SendsOut),
            ("list_update", Effect::Write),
            ("deleteList", Effect::Destructive),
            ("fetch_and_merge", Effect::Write),
            ("run_job", Effect::Executes),
            ("refund", Effect::Pays),
        ] {
            assert_eq!(effect(name), Some(expected), "{name}");
        }
        assert_eq!(effect("folder_tree"), None);
    }
}
