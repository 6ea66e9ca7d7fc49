//! Reads the leading verb of a description, for names that have none (`folder_tree`), and the verbs joined to it,
//! since `fetches a page and saves it` is not a read.

use crate::domain::ruling::Effect;
use crate::policy::effect::words::lexicon::{self, Sense};

/// What a description's first sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It does more than look, in so many words.
    Does(Effect, String),
    /// It leads with a word that may be a verb that does more than look.
    MayDo(Effect, String),
    /// Its leading verb only looks, and nothing joined to it does more.
    Looks(String),
    /// No verb that we know leads it.
    Nothing,
}

/// Words that may stand before the leading verb without being it.
const BEFORE_THE_VERB: &[&str] = &[
    "a",
    "agent",
    "ai",
    "allow",
    "allows",
    "an",
    "and",
    "api",
    "app",
    "assistant",
    "be",
    "by",
    "can",
    "caller",
    "client",
    "command",
    "could",
    "efficiently",
    "endpoint",
    "function",
    "helper",
    "it",
    "lets",
    "llm",
    "model",
    "new",
    "of",
    "operation",
    "quickly",
    "safely",
    "simple",
    "simply",
    "that",
    "the",
    "this",
    "to",
    "tool",
    "tools",
    "use",
    "used",
    "user",
    "users",
    "utility",
    "want",
    "when",
    "which",
    "will",
    "you",
    "your",
    "for",
    "enables",
    "helps",
    "provides",
    "ability",
    "with",
];

/// Words before a noun: what follows them is a thing, not a doing.
const DETERMINERS: &[&str] = &[
    "a", "an", "the", "this", "these", "those", "any", "all", "each", "of", "your", "its", "their",
];

/// Words that join a second doing to the first.
const JOINS: &[&str] = &["and", "then", "or"];

/// How far into a sentence its verb is looked for.
const REACH: usize = 14;

/// Reads the first sentence of a description.
pub fn read(description: &str) -> Said {
    let words = first_sentence(description);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(at) = leading_verb(&words) else { return Said::Nothing };
    let Some(verb) = words.get(at).copied() else { return Said::Nothing };
    if let Some((effect, joined)) = joined_verb(&words, at) {
        return Said::Does(effect, joined.to_owned());
    }
    if lexicon::looks_with(verb, words.iter().skip(at + 1).take(6).copied()) {
        return Said::Looks(verb.to_owned());
    }
    // `Checks and repairs the disk`: whatever is joined directly to the leading verb is a verb too, known or not.
    let second = words
        .get(at + 1)
        .filter(|join| ["and", "then"].contains(join))
        .and_then(|_| words.get(at + 2));
    if let Some(second) = second.filter(|second| !looks(second) && looks(verb)) {
        return Said::Does(Effect::Write, (*second).to_owned());
    }
    match lexicon::sense_inflected(verb) {
        Some(Sense::Verb(Effect::Read) | Sense::Either(Effect::Read)) => {
            Said::Looks(verb.to_owned())
        }
        Some(Sense::Verb(effect)) => Said::Does(effect, verb.to_owned()),
        Some(Sense::Either(effect)) => Said::MayDo(effect, verb.to_owned()),
        None => Said::Nothing,
    }
}

fn looks(word: &str) -> bool {
    matches!(
        lexicon::sense_inflected(word),
        Some(Sense::Verb(Effect::Read) | Sense::Either(Effect::Read))
    )
}

/// The words of the first sentence, lower case, `/` and `,` read as `or` so that `sets/updates` joins.
fn first_sentence(description: &str) -> Vec<String> {
    let text = description.trim();
    let end = text
        .find(". ")
        .or_else(|| text.find(".\n"))
        .or_else(|| text.find("\n\n"))
        .unwrap_or(text.len());
    let sentence = text.get(..end).unwrap_or(text);
    let mut words = Vec::new();
    let shouted = |piece: &&str| piece.len() > 1 && !piece.chars().any(char::is_lowercase);
    // A heading in capitals (`START HERE for X: ...`) is no sentence.
    let heading = sentence.split_whitespace().take_while(shouted).count();
    for piece in sentence.split_whitespace().skip(if heading > 1 { heading } else { 0 }).take(80) {
        for part in piece.split_inclusive(['/', ',']) {
            let word: String = part
                .chars()
                .filter(|c| c.is_alphanumeric() || *c == '-')
                .flat_map(char::to_lowercase)
                .collect();
            if !word.is_empty() {
                words.push(word);
            }
            if part.ends_with(['/', ',']) {
                words.push("or".to_owned());
            }
        }
    }
    words
}

/// Where the leading verb is: the first word, or the first verb after words that only lead up to it.
fn leading_verb(words: &[&str]) -> Option<usize> {
    for (at, word) in words.iter().take(REACH).enumerate() {
        let after_determiner =
            at > 0 && words.get(at - 1).is_some_and(|before| DETERMINERS.contains(before));
        let verb = lexicon::sense_inflected(word).is_some()
            || lexicon::looks_with(word, words.iter().skip(at + 1).take(6).copied());
        if verb && !after_determiner {
            return Some(at);
        }
        if !BEFORE_THE_VERB.contains(word) && !after_determiner {
            return None;
        }
    }
    None
}

/// A verb joined to the leading one (`search and replace`, `gets, then deletes`) that does more than look.
fn joined_verb<'a>(words: &[&'a str], lead: usize) -> Option<(Effect, &'a str)> {
    let bent = words.get(lead).is_some_and(|verb| lexicon::sense(verb).is_none());
    words
        .iter()
        .enumerate()
        .skip(lead + 2)
        .filter_map(|(at, word)| {
            let mut before = at.checked_sub(1)?;
            if words.get(before).is_some_and(|word| ["optionally", "also", "then"].contains(word)) {
                before = before.checked_sub(1)?;
            }
            // At the end of a list (`comments, likes, and updates`) it is a noun: a verb has an object, or directly joins the lead.
            let has_object = words
                .get(at + 1)
                .is_some_and(|next| !["about", "for", "in", "of", "on"].contains(next))
                || before == lead + 1;
            let joined = has_object && words.get(before).is_some_and(|word| JOINS.contains(word));
            // The joined verb bends as the leading one does; `gets` is not joined by the noun phrase `and update info`.
            let same_form = lexicon::sense(word).is_none() == bent;
            match lexicon::sense_inflected(word) {
                Some(Sense::Verb(effect)) if effect != Effect::Read && joined && same_form => {
                    Some((effect, *word))
                }
                _ => None,
            }
        })
        .max_by_key(|(effect, _)| *effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leading_verb_decides_and_a_joined_one_makes_stricter() {
        assert_eq!(read("Get a recursive tree of files."), Said::Looks("get".into()));
        assert_eq!(read("This tool will check the usage"), Said::Looks("check".into()));
        assert_eq!(
            read("Searches for text and replaces it"),
            Said::Does(Effect::Write, "replaces".into())
        );
        assert_eq!(read("Sets/updates a parameter"), Said::Does(Effect::Write, "updates".into()));
        assert_eq!(read("Executes a search query"), Said::Looks("executes".into()));
        assert_eq!(read("Get or create a label"), Said::Does(Effect::Write, "create".into()));
        assert_eq!(read("The quick brown fox"), Said::Nothing);
        assert_eq!(read(""), Said::Nothing);
    }
}
