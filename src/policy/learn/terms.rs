//! Terms that are said in unsafe calls and not in safe ones, as denials.
//!
//! A term is one to three words that follow each other; between them anything may stand that is no word, so that `rm rf`
//! is found in `rm -rf`. It is proposed for what it says about *unsafe* calls: a word that is frequent in safe ones is
//! none, however much it tells apart. Common words of safe calls would be denied otherwise.

use crate::domain::ruling::Verdict;
use crate::domain::violation::Label;
use crate::policy::learn::{HeldBack, Learned, Sample, bare, cut, labelled, share};
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

/// In which calls a term is said.
#[derive(Debug, Default)]
struct Said {
    bad: BTreeSet<usize>,
    safe: usize,
    /// Words before it, of all unsafe calls together.
    places: usize,
}

impl Said {
    fn precision(&self) -> f64 {
        share(self.bad.len(), self.bad.len() + self.safe)
    }
}

/// The best `top` terms of a history, with how they did on what was held back; and how many terms there were in all.
#[must_use]
pub fn terms(history: &[Sample], top: usize) -> (Vec<Learned>, usize) {
    let (learned, held) = cut(&labelled(history));
    let mut said: BTreeMap<Vec<String>, Said> = BTreeMap::new();
    for (at, sample) in learned.iter().enumerate() {
        for (term, place) in terms_of(&sample.text) {
            let said = said.entry(term).or_default();
            if sample.label == Label::Unsafe {
                said.bad.insert(at);
                said.places = said.places.saturating_add(place);
            } else {
                said.safe += 1;
            }
        }
    }
    let total = said.len();
    let mut good: Vec<(Vec<String>, Said)> = said
        .into_iter()
        .filter(|(_, said)| said.bad.len() >= SUPPORT && said.precision() >= PRECISION)
        .collect();
    // The widest first. Of two that meet as many, the one that is said earlier: a command begins with what it does, and
    // what it does it to comes later. Then the shorter, which is easier to judge.
    good.sort_by(|(a_term, a), (b_term, b)| {
        b.bad
            .len()
            .cmp(&a.bad.len())
            .then(b.precision().total_cmp(&a.precision()))
            .then(a.places.cmp(&b.places))
            .then(a_term.len().cmp(&b_term.len()))
            .then(a_term.cmp(b_term))
    });
    let mut covered: BTreeSet<usize> = BTreeSet::new();
    let mut proposed = Vec::new();
    for (term, said) in good {
        if proposed.len() == top {
            break;
        }
        // One that meets nothing new is another word for one that stands.
        if said.bad.is_subset(&covered) {
            continue;
        }
        let (support, precision) = (said.bad.len(), said.precision());
        let Some(one) = propose(&term, support, precision, &held) else { continue };
        covered.extend(said.bad);
        proposed.push(one);
    }
    (proposed, total)
}

fn propose(term: &[String], support: usize, precision: f64, held: &[&Sample]) -> Option<Learned> {
    let pattern = pattern_of(term);
    let regex = Regex::new(&pattern).ok()?;
    let met: Vec<&&Sample> = held.iter().filter(|sample| regex.is_match(&sample.text)).collect();
    let wrong = met.iter().filter(|sample| sample.label == Label::Safe).count();
    // One that did worse on what it had not seen has learned the history and not the harm.
    if !met.is_empty() && share(met.len() - wrong, met.len()) < PRECISION {
        return None;
    }
    let held_back = HeldBack { calls: held.len(), met: met.len(), false_positives: Some(wrong) };
    let mut rule = bare(Verdict::Deny);
    rule.pattern = Some(pattern);
    rule.score = Some((precision * 1_000.0).round() / 1_000.0);
    rule.reason = Some(format!(
        "`{}` was said in {support} calls that were unsafe; {:.0} % of those that say it were",
        term.join(" "),
        precision * 100.0
    ));
    Some(Learned { rule, support, precision: Some(precision), held_back })
}

/// A term as a pattern. Words are of letters, digits and `_`, so nothing in them needs an escape, and both ends are edges of
/// words.
fn pattern_of(term: &[String]) -> String {
    format!(r"(?i)\b{}\b", term.join(r"\W+"))
}

/// The terms that a text says, and how many words stand before each.
fn terms_of(text: &str) -> BTreeMap<Vec<String>, usize> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .take(LOOKED_AT)
        .collect();
    let mut terms = BTreeMap::new();
    for from in 0..words.len() {
        for count in 1..=WORDS.min(words.len() - from) {
            let Some(term) = words.get(from..from + count) else { continue };
            let plain = |word: &&str| {
                LETTERS.contains(&word.chars().count())
                    && word.is_ascii()
                    && !word.bytes().all(|b| b.is_ascii_digit())
            };
            let letters: usize = term.iter().map(|word| word.chars().count()).sum();
            if letters >= TERM_LETTERS && term.iter().all(plain) {
                let term = term.iter().map(|word| (*word).to_owned()).collect();
                terms.entry(term).or_insert(from);
            }
        }
    }
    terms
}
