//! One condition over one argument: when it is met.
//!
//! There are two readings, and a rule's effect picks one when the rule is read. **Strict**, for allow: only what is
//! plainly meant matches; the wrong type, a path with two readings or an empty list do not. **Loose**, for ask and
//! deny: whatever might be meant matches; the wrong type does, and a path in any of its spellings.

use crate::config::lexical;
use crate::config::number::Decimal;
use crate::config::search::{Manner, Search};
use crate::config::subject::Subject;
use crate::domain::json::Node;
use globset::{GlobBuilder, GlobMatcher};
use serde_json::Value;
use std::sync::OnceLock;

/// The longest text with wildcards, in bytes.
const GLOB_MAX: usize = 4_096;

/// How a condition is read; fixed by the effect of its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// For allow.
    Strict,
    /// For ask and deny.
    Loose,
}

/// What a value must be.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// `"*"`: anything that is there.
    Any,
    /// A text without wildcards.
    Text(String),
    /// A text with `*`, `?`, `[...]` or `{a,b}`.
    Glob(Box<Glob>),
    /// `{ regex = "..." }`: the whole value, from its start to its end.
    Pattern(Box<Search>),
    /// A number, by value.
    Number(Decimal),
    /// `true` or `false`.
    Bool(bool),
}

/// A glob, and whether it speaks of paths or addresses.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    source: String,
    reading: Reading,
    /// Compiled when the first text comes near; `None` when that fails.
    matcher: OnceLock<Option<GlobMatcher>>,
    /// What the pattern says before its first wildcard: most texts part with it there, at a hundredth of the cost.
    begin: String,
    /// The longest text that must stand somewhere: globs that begin alike part there.
    within: String,
    /// Capitals count: a rule that refuses a path also refuses it on a disk where they do not.
    exact_case: bool,
    /// The pattern has a `/`.
    path: bool,
    /// The pattern begins with this scheme, `https://` for instance, lower case.
    scheme: Option<String>,
}

impl Test {
    /// Reads a condition as it is written.
    pub(crate) fn read(value: &Value, reading: Reading) -> Result<Self, String> {
        match value {
            Value::String(text) if text == "*" => Ok(Self::Any),
            Value::String(text) if text.contains(['*', '?', '[', '{', '\\']) => {
                Glob::read(text, reading).map(|glob| Self::Glob(Box::new(glob)))
            }
            Value::String(text) => Ok(Self::Text(text.clone())),
            Value::Bool(value) => Ok(Self::Bool(*value)),
            Value::Number(number) => Decimal::read(&number.to_string())
                .map(Self::Number)
                .ok_or_else(|| format!("`{number}` is not a number that can be compared")),
            Value::Object(table) => match (table.get("regex"), table.len()) {
                (Some(Value::String(source)), 1) => {
                    let any_line = reading == Reading::Loose;
                    Search::read(source, Manner { whole: true, any_line, any_case: false })
                        .map(|search| Self::Pattern(Box::new(search)))
                }
                _ => Err("a table here must be `{ regex = \"...\" }`".to_owned()),
            },
            Value::Array(_) => Err("a condition cannot be array".to_owned()),
            Value::Null => Err("a condition cannot be null".to_owned()),
        }
    }

    /// What a text that meets it is or begins with, and whether it is that and no more; `None` when nothing is known.
    pub(crate) fn beginning(&self) -> Option<(&str, bool)> {
        match self {
            Self::Text(text) => Some((text, true)),
            Self::Glob(glob) if !glob.begin.is_empty() => Some((&glob.begin, false)),
            _ => None,
        }
    }

    /// About how many bytes it takes once compiled.
    pub(crate) fn cost(&self) -> usize {
        match self {
            Self::Pattern(search) => search.cost(),
            Self::Glob(glob) => 1_024 + 64 * glob.source.len(),
            Self::Text(text) => 64 + text.len(),
            Self::Any | Self::Number(_) | Self::Bool(_) => 64,
        }
    }

    /// Whether the value is plainly what was meant; a list when all of it is, and it is not empty.
    pub(crate) fn strictly(&self, value: &Node<'_>, subject: &Subject<'_>) -> bool {
        if let Some(met) = subject.guess(value) {
            return met || matches!(self, Self::Any);
        }
        if let (Node::Array(items), false) = (value, matches!(self, Self::Any)) {
            return !items.is_empty() && items.iter().all(|item| self.strictly(item, subject));
        }
        match (self, value) {
            (Self::Any, _) => true,
            (Self::Text(wanted), Node::String(text)) => wanted == text,
            (Self::Glob(glob), Node::String(text)) => glob.strictly(text),
            (Self::Pattern(regex), Node::String(text)) => regex.is_match(text) == Some(true),
            (Self::Number(wanted), Node::Number(digits)) => {
                Decimal::read(digits).as_ref() == Some(wanted)
            }
            (Self::Bool(wanted), Node::Bool(value)) => wanted == value,
            _ => false,
        }
    }

    /// Whether the value might be what was meant; a list when any of it is.
    pub(crate) fn loosely(&self, value: &Node<'_>, subject: &Subject<'_>) -> bool {
        if let Some(met) = subject.guess(value) {
            return met || matches!(self, Self::Any);
        }
        match (self, value) {
            (Self::Any, _) => true,
            (_, Node::Array(items)) => items.iter().any(|item| self.loosely(item, subject)),
            (Self::Text(wanted), Node::String(text)) => {
                wanted == text
                    || (wanted.contains('/')
                        && lexical::is_tricky(text)
                        && also(text, subject, {
                            let wanted = wanted.to_lowercase();
                            move |reading| wanted == *reading
                        }))
            }
            (Self::Glob(glob), Node::String(text)) => {
                glob.fits(text) || (glob.path && also(text, subject, |reading| glob.fits(reading)))
            }
            (Self::Pattern(regex), Node::String(text)) => {
                let met = |text: &str| regex.is_match(text) != Some(false);
                met(text) || also(text, subject, met)
            }
            (Self::Number(wanted), Node::Number(digits)) => {
                Decimal::read(digits).is_none_or(|d| d == *wanted)
            }
            (Self::Bool(wanted), Node::Bool(value)) => wanted == value,
            // The wrong type: what the server makes of it is not ours to guess.
            _ => true,
        }
    }
}

impl Glob {
    fn read(source: &str, reading: Reading) -> Result<Self, String> {
        let path = source.contains('/');
        let scheme = source.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| {
            !scheme.is_empty()
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
        });
        if source.len() > GLOB_MAX {
            return Err(format!("a pattern of more than {GLOB_MAX} bytes"));
        }
        compile(source, reading)
            .map_err(|e| format!("`{source}` is not a pattern: {}", e.kind()))?;
        let scheme = scheme.map(|s| format!("{}://", s.to_ascii_lowercase()));
        let begin = source.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default().to_owned();
        let exact_case = reading == Reading::Strict || !path;
        let within = within(source);
        let (source, matcher) = (source.to_owned(), OnceLock::new());
        Ok(Self { source, reading, matcher, begin, within, exact_case, path, scheme })
    }

    fn fits(&self, text: &str) -> bool {
        let (text, begin) = (text.as_bytes(), self.begin.as_bytes());
        let same = |part: &[u8], wanted: &[u8]| {
            if self.exact_case { part == wanted } else { part.eq_ignore_ascii_case(wanted) }
        };
        let within = self.within.as_bytes();
        let holds = || {
            let Some(first) = within.first() else { return true };
            let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
            memchr::memchr2_iter(low, high, text)
                .any(|at| text.get(at..at + within.len()).is_some_and(|part| same(part, within)))
        };
        text.get(..begin.len()).is_some_and(|start| same(start, begin))
            && holds()
            && self.met_by(text)
    }

    /// Compiled when the first text comes so far. What cannot be compiled is the strictest.
    fn met_by(&self, text: &[u8]) -> bool {
        let compiled = || Some(compile(&self.source, self.reading).ok()?.compile_matcher());
        match (self.matcher.get_or_init(compiled), std::str::from_utf8(text)) {
            (Some(matcher), Ok(text)) => matcher.is_match(text),
            _ => self.reading == Reading::Loose,
        }
    }

    fn strictly(&self, text: &str) -> bool {
        let clean = match &self.scheme {
            Some(scheme) => text.strip_prefix(scheme.as_str()).is_some_and(|rest| {
                // `https://good.test#@evil.test/` has its host where a glob does not look for it.
                let host = rest.split('/').next().unwrap_or_default();
                !host.contains(['@', '#', '?', ':', ' ']) && lexical::plain_path(rest)
            }),
            None => !text.contains(['\\', '\0']) && (!self.path || lexical::plain_path(text)),
        };
        clean && self.fits(text)
    }
}

fn compile(source: &str, reading: Reading) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(source)
        .literal_separator(reading == Reading::Strict)
        .case_insensitive(reading == Reading::Loose && source.contains('/'))
        .backslash_escape(true)
        .build()
}

/// The longest part without wildcards, if all of them are `*` and `?`: then each part is in whatever matches. A slash
/// beside `**` is not.
fn within(source: &str) -> String {
    if source.contains(['[', '{', '\\']) {
        return String::new();
    }
    let parts = source.split(['*', '?']).skip(1).map(|part| part.trim_matches('/'));
    parts.max_by_key(|part| part.len()).unwrap_or_default().to_owned()
}

/// Whether another reading of the text than itself passes. A text that is too long to be read in every way for every rule
/// might be anything.
fn also(text: &str, subject: &Subject<'_>, pass: impl Fn(&str) -> bool) -> bool {
    lexical::is_tricky(text)
        && subject.readings(text).is_none_or(|all| all.iter().any(|reading| pass(reading)))
}
