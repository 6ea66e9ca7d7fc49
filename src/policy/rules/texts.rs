//! From the texts of a call to the patterns that may fit it.
//!
//! One automaton looks for a text that each pattern needs; the pattern itself is tried only where its text was found.
//! Patterns that need no text stand in sets of 250, which are asked as one; a larger set would fall off a cliff. What is
//! found here is never too little: it is looked for without regard to case, in every reading.

use crate::config::pattern::folded;
use crate::config::{Rule, Subject};
use crate::domain::ruling::Verdict;
use aho_corasick::AhoCorasick;
use regex::{RegexSet, RegexSetBuilder};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Patterns without a text of their own that stand in one set.
const SET: usize = 250;
/// So few of them are tried one by one.
const FEW: usize = 8;
const SET_BYTES_MAX: usize = 32 << 20;

/// Patterns by the texts that they need.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    automaton: Option<AhoCorasick>,
    /// The rules of each text.
    of_literal: Vec<Vec<usize>>,
    sets: Vec<Set>,
    /// Whether other readings are looked at.
    loose: bool,
}

#[derive(Debug)]
struct Set {
    rules: Vec<usize>,
    sources: Vec<String>,
    /// Compiled when the first call comes; `None` when together they are too large.
    compiled: OnceLock<Option<RegexSet>>,
}

impl Texts {
    /// Takes in the rules that have a pattern.
    pub(crate) fn build<'r>(
        rules: impl Iterator<Item = (usize, &'r Rule)>,
    ) -> Result<Self, String> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut texts = Self::default();
        let mut literals: Vec<&str> = Vec::new();
        let mut without: Vec<(usize, &str)> = Vec::new();
        for (index, rule) in rules {
            let Some(pattern) = rule.pattern() else { continue };
            texts.loose |= rule.effect != Verdict::Allow;
            if pattern.literals().is_empty() {
                without.push((index, pattern.wide()));
            }
            for literal in pattern.literals() {
                let place = *places.entry(literal).or_insert_with(|| {
                    literals.push(literal);
                    texts.of_literal.push(Vec::new());
                    literals.len() - 1
                });
                if let Some(rules) = texts.of_literal.get_mut(place) {
                    rules.push(index);
                }
            }
        }
        if !literals.is_empty() {
            let built = AhoCorasick::builder().ascii_case_insensitive(true).build(&literals);
            texts.automaton = Some(built.map_err(|e| format!("the patterns together: {e}"))?);
        }
        texts.sets = without
            .chunks(SET)
            .map(|set| Set {
                rules: set.iter().map(|(index, _)| *index).collect(),
                sources: set.iter().map(|(_, source)| (*source).to_owned()).collect(),
                compiled: OnceLock::new(),
            })
            .collect();
        Ok(texts)
    }

    /// The rules whose pattern may fit, in order.
    pub(crate) fn find(&self, subject: &Subject<'_>) -> Vec<usize> {
        let read: &[String] = if self.loose { subject.read() } else { &[] };
        let texts =
            || subject.written().iter().map(AsRef::as_ref).chain(read.iter().map(String::as_str));
        let mut found = Vec::new();
        if let Some(automaton) = &self.automaton {
            let mut seen = vec![false; self.of_literal.len()];
            for text in texts() {
                for hit in automaton.find_overlapping_iter(folded(text).as_ref()) {
                    let place = hit.pattern().as_usize();
                    if let Some(seen) = seen.get_mut(place).filter(|seen| !**seen) {
                        *seen = true;
                        found.extend(self.of_literal.get(place).into_iter().flatten());
                    }
                }
            }
        }
        for set in &self.sets {
            set.find(texts(), &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Set {
    fn find<'t>(&self, texts: impl Iterator<Item = &'t str>, found: &mut Vec<usize>) {
        let compiled = if self.rules.len() > FEW { self.compiled() } else { None };
        let Some(set) = compiled else {
            found.extend(&self.rules);
            return;
        };
        for text in texts {
            found.extend(set.matches(text).iter().filter_map(|place| self.rules.get(place)));
        }
    }

    fn compiled(&self) -> Option<&RegexSet> {
        let compile = || {
            RegexSetBuilder::new(&self.sources)
                .case_insensitive(true)
                .dot_matches_new_line(true)
                .size_limit(SET_BYTES_MAX)
                .build()
                .ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}
