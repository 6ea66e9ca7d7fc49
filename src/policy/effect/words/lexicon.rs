//! What a word does, because words are the one thing every tool has: a verb by itself, a verb or a noun by its place, and
//! the pairs of verb and object that only look.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::domain::ruling::Effect;
use crate::policy::effect::words::tables;

/// How a word counts when it stands in a name or a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// A verb wherever it stands.
    Verb(Effect),
    /// A verb or a noun; its place decides (`post`, `run`, `search`).
    Either(Effect),
}

/// Every verb with its sense, made once.
static VERBS: LazyLock<HashMap<&'static str, Sense>> = LazyLock::new(|| {
    let sure = [
        (tables::READS, Effect::Read),
        (tables::WRITES, Effect::Write),
        (tables::DESTROYS, Effect::Destructive),
        (tables::EXECUTES, Effect::Executes),
        (tables::PAYS, Effect::Pays),
        (tables::SENDS, Effect::SendsOut),
    ];
    let either = [
        (tables::READS_OR_NOUNS, Effect::Read),
        (tables::WRITES_OR_NOUNS, Effect::Write),
        (tables::EXECUTES_OR_NOUNS, Effect::Executes),
        (tables::PAYS_OR_NOUNS, Effect::Pays),
        (tables::SENDS_OR_NOUNS, Effect::SendsOut),
    ];
    let sure = sure.into_iter().map(|(words, effect)| (words, Sense::Verb(effect)));
    let either = either.into_iter().map(|(words, effect)| (words, Sense::Either(effect)));
    let all = sure.chain(either);
    all.flat_map(|(words, sense)| words.split_whitespace().map(move |word| (word, sense))).collect()
});

/// What a word means as a verb, if it is one. The word is lower case.
pub fn sense(word: &str) -> Option<Sense> {
    VERBS.get(word).copied()
}

/// True when a list of words has this one.
pub fn lists(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

/// What a word of a sentence means, in any of the forms a description uses (`deletes`, `fetches`, `modifies`).
pub fn sense_inflected(word: &str) -> Option<Sense> {
    // A tool named `return` sends goods back; in a sentence it is what every reader does.
    if matches!(word, "return" | "returns") {
        return Some(Sense::Verb(Effect::Read));
    }
    sense(word)
        .or_else(|| sense(word.strip_suffix('s')?))
        .or_else(|| sense(word.strip_suffix("es")?))
        .or_else(|| {
            let stem = word.strip_suffix("ies")?;
            sense(&format!("{stem}y"))
        })
}

/// True when a thing of this name is only ever looked at.
pub fn is_looked_at(word: &str) -> bool {
    lists(tables::LOOKED_AT, word)
}

/// True for a word that, first in a name, is more likely a verb than a noun.
pub fn begins_a_doing(word: &str) -> bool {
    lists(tables::DOING_FIRST, word)
}

/// True when this noun turns the verb before it into part of its own name.
pub fn makes_a_noun(word: &str) -> bool {
    lists(tables::VERBS_AS_NOUNS, word)
}

/// Pairs of a verb that says little and the objects with which it only looks.
const LOOKS_WITH: &[(&str, &str)] = &[
    ("capture take", "screenshot screenshots snapshot"),
    ("print", "env environment variable variables"),
    ("resolve", "address dns domain host hostname id ids library name path reference symbol url"),
    (
        "build compose construct draw format generate make produce render",
        "chart deeplink diagram explanation graph link plan preview recommendation
         recommendations summary uuid",
    ),
    (
        "do execute make perform run",
        "calculation check checks lookup queries query search searches",
    ),
    ("convert translate", "currency temperature time timestamp timezone unit units"),
    ("expand go look", "up"),
];

/// True when the verb, in any of its forms, said of one of these words, only looks.
pub fn looks_with<'a>(verb: &str, mut objects: impl Iterator<Item = &'a str>) -> bool {
    let stem = verb.strip_suffix('s').unwrap_or(verb);
    let of_verb = |verbs: &str| lists(verbs, verb) || lists(verbs, stem);
    let known: Vec<&str> = LOOKS_WITH
        .iter()
        .filter(|(verbs, _)| of_verb(verbs))
        .map(|(_, objects)| *objects)
        .collect();
    !known.is_empty() && objects.any(|word| known.iter().any(|objects| lists(objects, word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_senses() {
        let all = [
            tables::READS,
            tables::READS_OR_NOUNS,
            tables::WRITES,
            tables::WRITES_OR_NOUNS,
            tables::DESTROYS,
            tables::EXECUTES,
            tables::EXECUTES_OR_NOUNS,
            tables::PAYS,
            tables::PAYS_OR_NOUNS,
            tables::SENDS,
            tables::SENDS_OR_NOUNS,
        ];
        assert_eq!(all.iter().flat_map(|words| words.split_whitespace()).count(), VERBS.len());
    }

    #[test]
    fn sentences_bend_their_verbs() {
        assert_eq!(sense_inflected("deletes"), Some(Sense::Verb(Effect::Destructive)));
        assert_eq!(sense_inflected("modifies"), Some(Sense::Verb(Effect::Write)));
        assert_eq!(sense_inflected("fetches"), Some(Sense::Verb(Effect::Read)));
        assert_eq!(sense("frobnicate"), None);
    }
}
