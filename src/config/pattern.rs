//! `pattern`: a regular expression over every text of a call.
//!
//! For an **ask** or **deny** it is searched, in every text and in every other reading of one that is tricky; finding it
//! anywhere is enough. `\bterm\b`, with the term escaped, is what generators of such rules write: it is a word whatever
//! its case, and a space in it is whatever stands between two words, so that `\brm rf\b` also finds `rm -rf`. For an
//! **allow** the pattern must match each text from start to end, there must be a text, and none may hold what a shell
//! would act on: `ls; rm x` begins with `ls`, too. That whatever else stands beside the texts keeps such an allow from
//! matching is the rule's to see to.

use crate::config::condition::Reading;
use crate::config::search::{Manner, Search};
use crate::config::subject::Subject;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind};
use std::borrow::Cow;

/// Texts that a search for them could not tell from everything are no help.
const LITERAL_MIN: usize = 2;
/// The longest text that is looked for.
const LITERAL_MAX: usize = 24;
/// A longer word is read as any expression is, and measured.
const LONGEST_WORD: usize = 512;
/// How many texts one pattern may be looked for by.
const LITERALS_MAX: usize = 64;

/// A pattern, ready to be held against calls.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    search: Search,
    /// For the other readings of a text, which are in lower case.
    folded: Option<Search>,
    reading: Reading,
    literals: Vec<String>,
    wide: String,
}

impl Pattern {
    /// Reads a pattern; an error says what is wrong with it.
    pub(crate) fn read(source: &str, reading: Reading) -> Result<Self, String> {
        if source.is_empty() {
            return Err("an empty pattern is in every text".to_owned());
        }
        let loose = Manner { whole: false, any_line: true, any_case: false };
        let folded = Manner { any_case: true, ..loose };
        if reading == Reading::Strict {
            let whole = Manner { whole: true, any_line: false, any_case: false };
            let (search, tree) = Search::read_with_tree(source, whole)?;
            let literals = required(&tree).unwrap_or_default();
            return Ok(Self { search, folded: None, reading, literals, wide: source.to_owned() });
        }
        if let Some((word, literals)) = word(source) {
            let search = Search::made(word.clone(), folded);
            return Ok(Self { search, folded: None, reading, literals, wide: word });
        }
        let (search, tree) = Search::read_with_tree(source, loose)?;
        let folded = Some(Search::read(source, folded)?);
        let literals = required(&tree).unwrap_or_default();
        Ok(Self { search, folded, reading, literals, wide: source.to_owned() })
    }

    /// Whether it fits the call.
    pub(crate) fn matches(&self, subject: &Subject<'_>) -> bool {
        match self.reading {
            Reading::Strict => {
                let (values, guess) = (subject.values(), subject.guesses());
                guess != Some(false)
                    && (!values.is_empty() || guess.is_some())
                    && !subject.names().iter().any(|name| acts_on_a_shell(name))
                    && values.iter().all(|text| {
                        !acts_on_a_shell(text) && self.search.is_match(text) == Some(true)
                    })
            }
            Reading::Loose => {
                let folded = self.folded.as_ref().unwrap_or(&self.search);
                subject.guesses() == Some(true)
                    || subject
                        .written()
                        .iter()
                        .any(|text| self.search.is_match(text) != Some(false))
                    || subject.read().iter().any(|text| folded.is_match(text) != Some(false))
            }
        }
    }

    /// ASCII texts of which one, in whatever case, stands in every text that the pattern fits, once [`folded`] has been over
    /// it. Empty when there are none that help.
    pub(crate) fn literals(&self) -> &[String] {
        &self.literals
    }

    /// An expression that finds whatever this one finds, if case is not looked at.
    pub(crate) fn wide(&self) -> &str {
        &self.wide
    }

    /// About how many bytes it takes once compiled.
    pub(crate) fn cost(&self) -> usize {
        self.search.cost() + self.folded.as_ref().map_or(0, Search::cost)
    }
}

/// A text with the two characters outside ASCII that are another case of an ASCII letter written as that letter.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    match text.is_ascii() || !text.contains(['\u{212a}', '\u{17f}']) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.replace('\u{212a}', "k").replace('\u{17f}', "s")),
    }
}

/// Whether a text holds what a shell acts on: operators, expansions, line ends, or what is not seen.
fn acts_on_a_shell(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control()
            || ";&|<>$`\\(){}\u{feff}".contains(c)
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    })
}

/// `\bterm\b` as the expression that is meant, and a text that it needs; `None` for every other pattern.
fn word(source: &str) -> Option<(String, Vec<String>)> {
    if source.len() > LONGEST_WORD {
        return None;
    }
    let inside = source.strip_prefix(r"\b")?.strip_suffix(r"\b")?;
    let mut term = String::new();
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => term.push(chars.next().filter(|c| !c.is_alphanumeric())?),
            '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                return None;
            }
            c => term.push(c),
        }
    }
    let words: Vec<String> = term.split_whitespace().map(regex::escape).collect();
    let (first, last) = (term.trim().chars().next()?, term.trim().chars().next_back()?);
    // `\b` at the edge of something that is no word never matches; there the edge is left open.
    let edge = |c: char| if c.is_ascii_alphanumeric() || c == '_' { r"(?-u:\b)" } else { "" };
    let meant = format!("{}{}{}", edge(first), words.join("[^A-Za-z0-9_]+"), edge(last));
    let needed = term.split_whitespace().map(shown).max_by_key(String::len);
    Some((meant, usable(needed.into_iter().collect()).unwrap_or_default()))
}

/// Texts of which one stands in whatever the expression matches; the best choice of those that are seen.
fn required(hir: &Hir) -> Option<Vec<String>> {
    let choices: Vec<Vec<String>> = match hir.kind() {
        HirKind::Capture(capture) => return required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => return required(&repetition.sub),
        HirKind::Concat(subs) => {
            let tails = (0..subs.len()).filter_map(|from| {
                prefixes(&Hir::concat(subs.get(from..).unwrap_or_default().to_vec()))
            });
            tails.chain(subs.iter().filter_map(required)).collect()
        }
        HirKind::Alternation(subs) => {
            let each: Option<Vec<Vec<String>>> = subs.iter().map(required).collect();
            each.map(|each| usable(each.concat()))
                .into_iter()
                .flatten()
                .chain(prefixes(hir))
                .collect()
        }
        HirKind::Literal(_) | HirKind::Class(_) => prefixes(hir).into_iter().collect(),
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    };
    let worth = |texts: &Vec<String>| {
        let shortest = texts.iter().map(String::len).min().unwrap_or(0).min(8);
        (shortest, usize::MAX - texts.len())
    };
    choices.into_iter().max_by_key(worth)
}

/// How every match begins.
fn prefixes(hir: &Hir) -> Option<Vec<String>> {
    let found = Extractor::new().extract(hir);
    let texts = found.literals()?.iter();
    usable(texts.map(|literal| shown(&String::from_utf8_lossy(literal.as_bytes()))).collect())
}

/// The part of a text that is looked for: ASCII, whose two cases are one, and not long.
fn shown(text: &str) -> String {
    let ascii = text.split(|c: char| !c.is_ascii()).max_by_key(|part| part.len());
    ascii.unwrap_or_default().chars().take(LITERAL_MAX).collect::<String>().to_ascii_lowercase()
}

fn usable(mut texts: Vec<String>) -> Option<Vec<String>> {
    texts.sort_unstable();
    texts.dedup();
    let good = !texts.is_empty()
        && texts.len() <= LITERALS_MAX
        && texts.iter().all(|text| text.len() >= LITERAL_MIN);
    good.then_some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, Node, parse as json};
    use proptest::prelude::*;

    fn met(reading: Reading, source: &str, arguments: &str) -> bool {
        let node = json(arguments, &Limits::ARGUMENTS).unwrap();
        Pattern::read(source, reading).unwrap().matches(&Subject::new(Some(&node)))
    }

    fn command(reading: Reading, source: &str, text: &str) -> bool {
        met(reading, source, &serde_json::json!({ "command": text }).to_string())
    }

    #[test]
    fn a_word_is_found_whatever_its_case_and_what_joins_it() {
        for (source, text, found) in [
            (r"\bsudo\b", "SUDO ls", true),
            (r"\bsudo\b", "pseudonym sudoku", false),
            (r"\brm\ rf\b", "rm -rf /", true),
            (r"\brm rf\b", "rm \t--rf", true),
            (r"\brm\ \-rf\b", "rm  -rf x", true),
            (r"\brm\ \-rf\b", "rm -rfx", false),
            (r"\b\-rf\b", "rm -rf", true),
            (r"\bdd\ if=\b", "dd if=/dev/zero", true),
            (r"\brm\ \-rf\b", "farm -rf", false),
            (r"\bsudo\b", "su'do' ls", true),
            (r"\bsudo\b", "su\\do ls", true),
            (r"curl.*\|\s*(ba)?sh", "curl x | bash", true),
            (r"curl.*\|\s*(ba)?sh", "curl x > sh", false),
            (r"rm\s+(-\w+\s+)*-\w*r\w*f|-\w*f\w*r", "rm -fr /x", true),
            (r"DROP TABLE", "drop table", false),
            (r"/etc/passwd", "cat /etc//x/../passwd", true),
            (r"/etc/passwd", "cat /etc/passwords.d", false),
            (r"/ETC/passwd", "cat /ETC/./passwd", true),
        ] {
            assert_eq!(command(Reading::Loose, source, text), found, "{source} in {text}");
        }
        let loose = |arguments| met(Reading::Loose, r"\brm\ rf\b", arguments);
        assert!(
            loose(r#"{"argv":["rm","-rf","/"]}"#) && loose(r#"{"command":"rm","args":["-rf"]}"#)
        );
        assert!(loose(r#"{"rm -rf":1}"#), "names are searched");
        assert!(met(Reading::Loose, "4242", r#"{"n":4242}"#), "digits are searched");
        assert!(!loose(r#"{"command":"rm","note":"rf"}"#) && !loose("{}"));
    }

    #[test]
    fn an_allow_wants_every_text_whole_and_nothing_that_a_shell_acts_on() {
        for (source, text, met) in [
            ("ls( .*)?", "ls", true),
            ("ls( .*)?", "ls -l", true),
            ("ls( .*)?", "ls; rm x", false),
            ("ls( .*)?", "ls x && rm x", false),
            ("echo .*", "echo x > file", false),
            ("echo .*", "echo $(id)", false),
            ("echo .*", "echo `id`", false),
            ("(?s)echo .*", "echo a\nrm x", false),
            ("ls", "als", false),
            ("ls", "LS", false),
            (r"\bls\b", "ls", true),
            (r"\bls\b", "ls x", false),
        ] {
            assert_eq!(command(Reading::Strict, source, text), met, "{source} on {text}");
        }
        let strict = |arguments| met(Reading::Strict, "ls|pwd", arguments);
        assert!(strict(r#"{"a":"ls","b":["pwd",{"c":"ls"}]}"#));
        assert!(!strict(r#"{"a":"ls","b":["pwd","rm"]}"#), "every text");
        assert!(!strict("{}") && !strict(r#"{"n":1}"#), "there must be a text");
        assert!(!strict(r#"{"a;rm":"ls"}"#), "nor may a name");
    }

    #[test]
    fn literals_are_required_ones() {
        let of = |source| Pattern::read(source, Reading::Loose).unwrap().literals().to_vec();
        assert_eq!(of(r"\bmkfs\b"), ["mkfs"]);
        assert_eq!(of("abc|xyz"), ["abc", "xyz"]);
        assert_eq!(of(".*@evil-host.*"), of("@evil-host"));
        assert_eq!(of("(foo1|bar2)+x?"), ["bar2", "foo1"]);
        for none in ["a?b?", ".*", r"\d+", "[a-z]+", "(abc)?", "abc|.", "a"] {
            assert!(of(none).is_empty(), "{none}");
        }
    }

    proptest! {
        /// Whatever the pattern finds holds one of its literals, or has none.
        #[test]
        fn no_literal_is_asked_for_that_a_match_can_lack(
            source in r"(\\b)?[abkK. ]{1,4}(\(b\|kx\))?[ab.*+?]{0,3}(\\b)?",
            text in r"[abABkK x/\\'%\u{212a}]{0,14}",
        ) {
            if let Ok(pattern) = Pattern::read(&source, Reading::Loose) {
                let node = Node::String(text.as_str().into());
                let subject = Subject::new(Some(&node));
                if pattern.matches(&subject) && !pattern.literals().is_empty() {
                    let texts = subject.written().iter().map(|t| t.to_string()).chain(subject.read().iter().cloned());
                    let held = texts.map(|t| folded(&t).to_ascii_lowercase())
                        .any(|t| pattern.literals().iter().any(|l| t.contains(l.as_str())));
                    prop_assert!(held, "{source} in {text}: {:?}", pattern.literals());
                }
            }
        }
    }
}
