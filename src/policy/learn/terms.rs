//! Terms that are said in unsafe calls and not in safe ones, as denials.
//!
//! A term is one to three words that follow each other; between them anything may stand that is no word, so that `rm rf`
//! is found in `rm -rf`. It is proposed for what it says about *unsafe* calls: a word that is frequent in safe ones is
//! none, however much it tells apart. Common words of safe calls would be denied otherwise.

use crate::domain::ruling::Verdict;
use crate::policy::learn::{HeldBack, Label, Learned, Sample, bare, cut, share};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// Unsafe calls that must say a term.
const SUPPORT: usize = 3;
/// The least share of unsafe calls among those that say it.
const PRECISION: f64 = 0.95;
/// Words in a term.
const WORDS: usize = 3;
/// Characters of a word, at least and at most.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=40;
/// Letters that all words of a term have together, at least: shorter ones meet by chance.
const TERM_LETTERS: usize = 4;
/// Words of one call that are looked at.
const LOOKED_AT: usize = 2_000;

/// The best `top` terms of a history, with how they did on what was held back; and how many terms there were in all.
#[must_use]
pub fn terms(history: &[Sample], top: usize) -> (Vec<Learned>, usize) {
    let (learned, held) = cut(history);
    let mut said: BTreeMap<Vec<String>, [BTreeSet<usize>; 2]> = BTreeMap::new();
    for (at, sample) in learned.iter().enumerate() {
        for term in terms_of(&sample.text) {
            let by_label = said.entry(term).or_default();
            by_label[usize::from(sample.label == Label::Unsafe)].insert(at);
        }
    }
    let total = said.len();
    let mut good: Vec<(Vec<String>, BTreeSet<usize>, f64)> = said
        .into_iter()
        .filter_map(|(term, [safe, bad])| {
            let precision = share(bad.len(), bad.len() + safe.len());
            (bad.len() >= SUPPORT && precision >= PRECISION).then_some((term, bad, precision))
        })
        .collect();
    // The widest first; of two that meet the same calls the shorter, which is easier to judge.
    good.sort_by(|a, b| {
        b.1.len()
            .cmp(&a.1.len())
            .then(b.2.total_cmp(&a.2))
            .then(a.0.len().cmp(&b.0.len()))
            .then(letters(&a.0).cmp(&letters(&b.0)))
            .then(a.0.cmp(&b.0))
    });
    let mut covered: BTreeSet<usize> = BTreeSet::new();
    let mut proposed = Vec::new();
    for (term, bad, precision) in good {
        if proposed.len() == top {
            break;
        }
        // One that meets nothing new is another word for one that stands.
        if bad.is_subset(&covered) {
            continue;
        }
        let Some(one) = propose(&term, bad.len(), precision, &held) else { continue };
        covered.extend(bad);
        proposed.push(one);
    }
    (proposed, total)
}

fn letters<T: AsRef<str>>(term: &[T]) -> usize {
    term.iter().map(|word| word.as_ref().chars().count()).sum()
}

fn propose(term: &[String], support: usize, precision: f64, held: &[&Sample]) -> Option<Learned> {
    let pattern = pattern_of(term);
    let regex = Regex::new(&pattern).ok()?;
    let met: Vec<&&Sample> = held.iter().filter(|sample| regex.is_match(&sample.text)).collect();
    let wrong = met.iter().filter(|sample| sample.label == Label::Safe).count();
    let held_back = HeldBack::of(met.len(), wrong);
    // One that did worse on what it had not seen has learned the history and not the harm.
    if held_back.is_some_and(|held| share(held.met - held.false_positives, held.met) < PRECISION) {
        return None;
    }
    let mut rule = bare(Verdict::Deny);
    rule.pattern = Some(pattern);
    rule.score = Some((precision * 1_000.0).round() / 1_000.0);
    rule.reason = Some(format!(
        "`{}` was said in {support} calls that were unsafe; {:.0} % of those that say it were",
        term.join(" "),
        precision * 100.0
    ));
    Some(Learned { rule, support, precision, held_back })
}

/// A term as a pattern. Words are of letters, digits and `_`, so nothing in them needs an escape, and both ends are edges of
/// words.
fn pattern_of(term: &[String]) -> String {
    match term {
        [word] => format!(r"\b{word}\b"),
        words => format!(r"(?i)\b{}\b", words.join(r"\W+")),
    }
}

/// The terms that a text says.
fn terms_of(text: &str) -> BTreeSet<Vec<String>> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .take(LOOKED_AT)
        .collect();
    let mut terms = BTreeSet::new();
    for from in 0..words.len() {
        for count in 1..=WORDS.min(words.len() - from) {
            let Some(term) = words.get(from..from + count) else { continue };
            let plain = |word: &&str| {
                LETTERS.contains(&word.chars().count())
                    && word.is_ascii()
                    && !word.bytes().all(|b| b.is_ascii_digit())
            };
            if letters(term) >= TERM_LETTERS && term.iter().all(plain) {
                terms.insert(term.iter().map(|word| (*word).to_owned()).collect());
            }
        }
    }
    terms
}
