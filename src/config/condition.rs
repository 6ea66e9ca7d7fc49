//! One condition over one argument: when it is met.
//!
//! There are two readings, and a rule's effect picks one when the rule is read. **Strict**, for allow: only what is
//! plainly meant matches; the wrong type, a path with two readings or an empty list do not. **Loose**, for ask and
//! deny: whatever might be meant matches; the wrong type does, and a path in any of its spellings.

use crate::config::lexical;
use crate::config::number::Decimal;
use crate::domain::json::Node;
use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};

/// A compiled pattern may take this many bytes.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// A text up to this many bytes is compared in all its spellings; no path of any system is longer.
const READ_IN_EVERY_WAY_MAX: usize = 1 << 16;

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
    Glob(Glob),
    /// `{ regex = "..." }`: the whole value, from its start to its end.
    Pattern(Regex),
    /// A number, by value.
    Number(Decimal),
    /// `true` or `false`.
    Bool(bool),
}

/// A glob, and whether it speaks of paths or addresses.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    matcher: GlobMatcher,
    /// What the pattern says before its first wildcard: most texts part with it there, at a hundredth of the cost.
    begin: String,
    /// Capitals count: a rule that refuses a path also refuses it on a disk where they do not.
    exact_case: bool,
    /// The pattern has a `/`.
    path: bool,
    /// The pattern begins with this scheme, `https://` for instance, lower case.
    scheme: Option<String>,
}

impl Test {
    /// Reads a condition as TOML wrote it.
    pub(crate) fn read(value: &toml::Value, reading: Reading) -> Result<Self, String> {
        match value {
            toml::Value::String(text) if text == "*" => Ok(Self::Any),
            toml::Value::String(text) if text.contains(['*', '?', '[', '{', '\\']) => {
                Glob::read(text, reading).map(Self::Glob)
            }
            toml::Value::String(text) => Ok(Self::Text(text.clone())),
            toml::Value::Boolean(value) => Ok(Self::Bool(*value)),
            toml::Value::Integer(number) => decimal(&number.to_string()),
            toml::Value::Float(number) => decimal(&number.to_string()),
            toml::Value::Table(table) => match (table.get("regex"), table.len()) {
                (Some(toml::Value::String(source)), 1) => {
                    pattern(source, reading).map(Self::Pattern)
                }
                _ => Err("a table here must be `{ regex = \"...\" }`".to_owned()),
            },
            toml::Value::Array(_) | toml::Value::Datetime(_) => {
                Err(format!("a condition cannot be {}", value.type_str()))
            }
        }
    }

    /// Whether the value is plainly what was meant; a list when all of it is, and it is not empty.
    pub(crate) fn strictly(&self, value: &Node<'_>) -> bool {
        if let (Node::Array(items), false) = (value, matches!(self, Self::Any)) {
            return !items.is_empty() && items.iter().all(|item| self.strictly(item));
        }
        match (self, value) {
            (Self::Any, _) => true,
            (Self::Text(wanted), Node::String(text)) => wanted == text,
            (Self::Glob(glob), Node::String(text)) => glob.strictly(text),
            (Self::Pattern(regex), Node::String(text)) => regex.is_match(text),
            (Self::Number(wanted), Node::Number(digits)) => {
                Decimal::read(digits).as_ref() == Some(wanted)
            }
            (Self::Bool(wanted), Node::Bool(value)) => wanted == value,
            _ => false,
        }
    }

    /// Whether the value might be what was meant; a list when any of it is.
    pub(crate) fn loosely(&self, value: &Node<'_>) -> bool {
        match (self, value) {
            (Self::Any, _) => true,
            (_, Node::Array(items)) => items.iter().any(|item| self.loosely(item)),
            (Self::Text(wanted), Node::String(text)) => {
                wanted == text
                    || (wanted.contains('/')
                        && also(text, |reading| *wanted.to_lowercase() == *reading))
            }
            (Self::Glob(glob), Node::String(text)) => glob.loosely(text),
            (Self::Pattern(regex), Node::String(text)) => {
                regex.is_match(text) || also(text, |reading| regex.is_match(reading))
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
        let glob = GlobBuilder::new(source)
            .literal_separator(reading == Reading::Strict)
            .case_insensitive(reading == Reading::Loose && path)
            .backslash_escape(true)
            .build()
            .map_err(|e| format!("`{source}` is not a pattern: {}", e.kind()))?;
        let scheme = scheme.map(|s| format!("{}://", s.to_ascii_lowercase()));
        let begin = source.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default().to_owned();
        let exact_case = reading == Reading::Strict || !path;
        Ok(Self { matcher: glob.compile_matcher(), begin, exact_case, path, scheme })
    }

    fn fits(&self, text: &str) -> bool {
        let begin = self.begin.as_bytes();
        let same = text.as_bytes().get(..begin.len()).is_some_and(|start| {
            if self.exact_case { start == begin } else { start.eq_ignore_ascii_case(begin) }
        });
        same && self.matcher.is_match(text)
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

    fn loosely(&self, text: &str) -> bool {
        self.matcher.is_match(text)
            || (self.path && also(text, |reading| self.matcher.is_match(reading)))
    }
}

/// Whether another reading of the text than itself passes. A text that is too long to be read in every way for every rule
/// might be anything.
fn also(text: &str, pass: impl Fn(&str) -> bool) -> bool {
    let stripped = |reading: &String| reading.strip_prefix("file:").map(&pass);
    lexical::is_tricky(text)
        && (text.len() > READ_IN_EVERY_WAY_MAX
            || lexical::readings(text, None)
                .iter()
                .any(|r| pass(r) || stripped(r).unwrap_or(false)))
}

fn pattern(source: &str, reading: Reading) -> Result<Regex, String> {
    RegexBuilder::new(&format!(r"\A(?:{source})\z"))
        .size_limit(REGEX_BYTES_MAX)
        .dot_matches_new_line(reading == Reading::Loose)
        .build()
        .map_err(|_| match Regex::new(source) {
            // The error of the pattern as written, without our anchors in it.
            Err(e) => {
                format!("`{source}` is not a regular expression: {}", last_line(&e.to_string()))
            }
            Ok(_) => format!("`{source}` is too large a regular expression"),
        })
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or(text).trim_start_matches("error: ")
}

fn decimal(text: &str) -> Result<Test, String> {
    Decimal::read(text).map(Test::Number).ok_or_else(|| format!("`{text}` is not a number in JSON"))
}
