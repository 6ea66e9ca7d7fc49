//! Regular expressions of rules: checked when they are read, compiled when they are first needed.
//!
//! A compiled expression takes some sixteen kilobytes and a tenth of a millisecond, and most rules never see a text that
//! comes near them. So reading one parses it, which finds every fault, and bounds what it can take; compiling waits. An
//! expression that is refused by the compiler all the same has no answer, and the caller takes the strictest.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::sync::OnceLock;

/// A compiled expression may take this many bytes.
pub(crate) const COMPILED_MAX: usize = 1 << 20;

/// The longest source, in bytes.
const SOURCE_MAX: usize = 4_096;

/// What is estimated under this is taken on trust: the estimate is high, and never by less than this is under the limit.
const SURELY_SMALL: usize = COMPILED_MAX / 8;

/// How an expression is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manner {
    /// It must match from the first character to the last.
    pub whole: bool,
    /// `.` is also a line's end.
    pub any_line: bool,
    /// Capitals do not count.
    pub any_case: bool,
}

/// One expression.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    source: String,
    manner: Manner,
    compiled: OnceLock<Option<Regex>>,
    cost: usize,
}

impl Search {
    /// Reads an expression; an error says what is wrong with it.
    pub(crate) fn read(source: &str, manner: Manner) -> Result<Self, String> {
        Self::read_with_tree(source, manner).map(|(search, _)| search)
    }

    /// An expression put together here out of a text and nothing else: it is right, and small.
    pub(crate) fn made(source: String, manner: Manner) -> Self {
        let cost = 256 * source.len();
        Self { source, manner, compiled: OnceLock::new(), cost }
    }

    /// The same with the expression as a tree.
    pub(crate) fn read_with_tree(source: &str, manner: Manner) -> Result<(Self, Hir), String> {
        if source.len() > SOURCE_MAX {
            return Err(format!("a regular expression of more than {SOURCE_MAX} bytes"));
        }
        // Parsed without our anchors: `a)|(?:b` would otherwise slip between them.
        let tree = parse(source, manner)?;
        let cost = cost(&tree);
        let search = Self { source: source.to_owned(), manner, compiled: OnceLock::new(), cost };
        if manner.whole && source.contains('#') {
            // A comment would swallow the anchor behind it.
            search.compile().ok_or_else(|| {
                format!("`{source}` cannot be held to the whole of a text: leave comments out")
            })?;
        }
        if cost > SURELY_SMALL && search.compiled.get_or_init(|| search.compile()).is_none() {
            return Err(format!("`{source}` is too large a regular expression"));
        }
        Ok((search, tree))
    }

    /// Whether it matches; `None` when it cannot be compiled.
    pub(crate) fn is_match(&self, text: &str) -> Option<bool> {
        let compiled = self.compiled.get_or_init(|| self.compile());
        compiled.as_ref().map(|regex| regex.is_match(text))
    }

    /// About how many bytes it takes once compiled; more rather than less.
    pub(crate) fn cost(&self) -> usize {
        self.cost
    }

    fn compile(&self) -> Option<Regex> {
        let anchored;
        let source = if self.manner.whole {
            anchored = format!(r"\A(?:{})\z", self.source);
            &anchored
        } else {
            &self.source
        };
        RegexBuilder::new(source)
            .size_limit(COMPILED_MAX)
            .dot_matches_new_line(self.manner.any_line)
            .case_insensitive(self.manner.any_case)
            .build()
            .ok()
    }
}

/// The expression as a tree, read as the compiler will read it.
fn parse(source: &str, manner: Manner) -> Result<Hir, String> {
    regex_syntax::ParserBuilder::new()
        .dot_matches_new_line(manner.any_line)
        .case_insensitive(manner.any_case)
        .build()
        .parse(source)
        .map_err(|e| {
            format!("`{source}` is not a regular expression: {}", last_line(&e.to_string()))
        })
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or(text).trim_start_matches("error: ")
}

/// About how many bytes the compiled form takes.
fn cost(hir: &Hir) -> usize {
    let all = |subs: &[Hir]| subs.iter().fold(64_usize, |sum, sub| sum.saturating_add(cost(sub)));
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 32,
        HirKind::Literal(literal) => 32 * literal.0.len(),
        HirKind::Class(Class::Bytes(class)) => 64 + 16 * class.ranges().len(),
        HirKind::Class(Class::Unicode(class)) => {
            let ascii = class.ranges().last().is_none_or(|range| range.end().is_ascii());
            64 + if ascii { 16 } else { 64 } * class.ranges().len() + if ascii { 0 } else { 1_024 }
        }
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            cost(&repetition.sub).saturating_add(64).saturating_mul(copies as usize)
        }
        HirKind::Capture(capture) => cost(&capture.sub).saturating_add(64),
        HirKind::Concat(subs) | HirKind::Alternation(subs) => all(subs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOSE: Manner = Manner { whole: false, any_line: true, any_case: false };
    const WHOLE: Manner = Manner { whole: true, any_line: false, any_case: false };

    #[test]
    fn what_is_too_large_or_wrong_is_refused_at_once() {
        for (source, good) in [
            ("a+", true),
            (r"\w{1,20}", true),
            (r"(\w{100}){100}", false),
            ("(a{1000}){1000}", false),
            ("(", false),
            ("a)|(?:b", false),
        ] {
            assert_eq!(Search::read(source, LOOSE).is_ok(), good, "{source}");
            assert_eq!(Search::read(source, WHOLE).is_ok(), good, "{source}");
        }
        assert!(Search::read(&"a".repeat(4_097), LOOSE).is_err());
        assert!(Search::read("(?x)a # note", LOOSE).is_ok());
        assert!(Search::read("(?x)a # note", WHOLE).is_err(), "no anchor may be commented away");
        assert!(Search::read("a#b", WHOLE).is_ok());
    }

    #[test]
    fn the_estimate_is_not_under_what_is_taken() {
        for source in
            ["a", r"\w", r"\w{10}", "(?i)password", "[a-z]{500}", r"\p{L}+x{200}", "(a|b|cd){90}"]
        {
            let about = Search::read(source, LOOSE).unwrap().cost();
            let fits = |limit| RegexBuilder::new(source).size_limit(limit).build().is_ok();
            assert!(fits(about.saturating_mul(8)), "{source}: {about}");
        }
    }

    #[test]
    fn whole_means_from_start_to_end() {
        let whole = |text| Search::read("a|ab", WHOLE).unwrap().is_match(text);
        assert_eq!(
            (whole("ab"), whole("abc"), whole("xa")),
            (Some(true), Some(false), Some(false))
        );
    }
}
