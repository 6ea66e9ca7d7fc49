//! From the name of a tool to the rules that speak of it.
//!
//! Rules of one tool pattern stand together. A name finds its own by hash; patterns are found by how they begin, else by
//! how they end, so that ten thousand of them cost no more than ten; only what has neither is tried one by one. One
//! automaton over all of them would be simpler, and falls off a cliff at some thousands.

use crate::config::Rule;
use globset::{Glob, GlobMatcher};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Rules by tool pattern.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    patterns: Vec<ToolPattern>,
    exact: HashMap<String, usize>,
    by_begin: Edges,
    by_end: Edges,
    others: Vec<usize>,
}

/// Patterns by one of their ends.
#[derive(Debug, Default)]
struct Edges {
    found: HashMap<String, Vec<usize>>,
    /// The lengths that occur.
    lengths: Vec<usize>,
}

#[derive(Debug)]
struct ToolPattern {
    begin: String,
    end: String,
    kind: PatternKind,
}

#[derive(Debug)]
enum PatternKind {
    /// No wildcard.
    Exact,
    /// One `*`, between its ends.
    OneStar,
    /// Compiled when the first name comes near.
    Glob(Box<Glob>, OnceLock<GlobMatcher>),
}

const WILD: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

impl Tools {
    /// Takes a rule in; the number of its pattern, which [`Tools::find`] gives.
    pub(crate) fn add(
        &mut self,
        rule: &Rule,
        known: &mut HashMap<String, usize>,
    ) -> Result<usize, String> {
        if let Some(number) = known.get(&rule.tool) {
            return Ok(*number);
        }
        let number = self.patterns.len();
        let pattern = ToolPattern::read(rule)?;
        match (&pattern.kind, pattern.begin.as_str(), pattern.end.as_str()) {
            (PatternKind::Exact, name, _) => {
                self.exact.insert(name.to_owned(), number);
            }
            (_, "", "") => self.others.push(number),
            (_, "", end) => self.by_end.add(end, number),
            (_, begin, _) => self.by_begin.add(begin, number),
        }
        self.patterns.push(pattern);
        known.insert(rule.tool.clone(), number);
        Ok(number)
    }

    /// The numbers of the patterns that fit a name.
    pub(crate) fn find(&self, name: &str) -> Vec<usize> {
        let mut numbers = Vec::new();
        numbers.extend(self.exact.get(name));
        let mut fitting = |candidates: &[usize]| {
            let fits = |number: &usize| self.patterns.get(*number).is_some_and(|p| p.fits(name));
            numbers.extend(candidates.iter().copied().filter(fits));
        };
        for length in &self.by_begin.lengths {
            let begin = name.get(..*length);
            begin
                .and_then(|begin| self.by_begin.found.get(begin))
                .into_iter()
                .for_each(|n| fitting(n));
        }
        for length in &self.by_end.lengths {
            let end = name.len().checked_sub(*length).and_then(|at| name.get(at..));
            end.and_then(|end| self.by_end.found.get(end)).into_iter().for_each(|n| fitting(n));
        }
        fitting(&self.others);
        numbers
    }
}

impl Edges {
    fn add(&mut self, text: &str, number: usize) {
        self.found.entry(text.to_owned()).or_default().push(number);
        if let Err(place) = self.lengths.binary_search(&text.len()) {
            self.lengths.insert(place, text.len());
        }
    }
}

impl ToolPattern {
    fn read(rule: &Rule) -> Result<Self, String> {
        let tool = rule.tool.as_str();
        let begin = tool.split(WILD).next().unwrap_or_default().to_owned();
        // `**/name` is also `name`.
        let end = tool.rsplit(WILD).next().unwrap_or_default();
        let end = if tool.contains("**") { end.trim_start_matches('/') } else { end }.to_owned();
        let kind = match tool.matches(WILD).collect::<Vec<_>>()[..] {
            [] => PatternKind::Exact,
            ["*"] => PatternKind::OneStar,
            _ => PatternKind::Glob(Box::new(rule.tool_glob()?), OnceLock::new()),
        };
        Ok(Self { begin, end, kind })
    }

    fn fits(&self, name: &str) -> bool {
        let (begin, end) = (self.begin.as_str(), self.end.as_str());
        match &self.kind {
            PatternKind::Exact => name == begin,
            PatternKind::OneStar => {
                name.len() >= begin.len() + end.len()
                    && name.starts_with(begin)
                    && name.ends_with(end)
            }
            PatternKind::Glob(glob, matcher) => {
                name.starts_with(begin)
                    && name.ends_with(end)
                    && matcher.get_or_init(|| glob.compile_matcher()).is_match(name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::rules::tests::spec;
    use proptest::prelude::*;

    proptest! {
        /// The same as trying every glob.
        #[test]
        fn names_find_what_every_glob_alone_would(
            patterns in prop::collection::vec(r"[ab_*?/]{1,7}|[ab]{0,3}(\[ab\]|\{a,bb\}|\\\*|\*\*/)[ab*]{0,3}", 1..12),
            name in "[ab_/*]{1,7}",
        ) {
            let (mut tools, mut known) = (Tools::default(), HashMap::new());
            let mut wanted = Vec::new();
            for pattern in &patterns {
                let rule = Rule::compile(&spec(&serde_json::json!({"tool": pattern, "effect": "deny"}).to_string()), "r");
                let Ok(rule) = rule else { continue };
                let number = tools.add(&rule, &mut known).unwrap();
                if rule.tool_glob().unwrap().compile_matcher().is_match(&name) {
                    wanted.push(number);
                }
            }
            let mut found = tools.find(&name);
            wanted.sort_unstable();
            wanted.dedup();
            found.sort_unstable();
            prop_assert_eq!(found, wanted, "{:?} of {:?}", name, patterns);
        }
    }
}
