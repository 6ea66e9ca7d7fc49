//! The one JSON tree of the gateway: what is judged, shown, stored, hashed and sent comes from
//! here.
//!
//! A general JSON library answers "what does this text mean?" and forgives: it keeps the last of
//! two equal keys, turns `1.0` into a float and a lone surrogate into something else. Two readers
//! that forgive differently are how a call is judged as one thing and run as another. So this tree
//! keeps what was written (order of keys, digits of numbers), and its reader (`json_read`) refuses
//! every text about which two readers could disagree. The grammar is RFC 8259; the limits and
//! refusals are those of I-JSON (RFC 7493) where it is stricter, except that numbers of any size
//! are kept.

use std::borrow::Cow;
use std::fmt;

pub use crate::domain::json_canonical::Canonical;
pub use crate::domain::json_read::{parse, parse_bytes};

/// One JSON value as it was written. Strings are decoded and borrow from the input when they held
/// no escape.
///
/// `Debug` prints the kind and the size only: values may be secrets, and a log line is not the
/// place for them.
#[derive(Clone, PartialEq, Eq)]
pub enum Node<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, its digits as written: `1.0` is not `1`, and `1E400` is kept.
    Number(&'a str),
    /// A decoded string. No Unicode normalisation is applied.
    String(Cow<'a, str>),
    /// An array, in order.
    Array(Vec<Node<'a>>),
    /// An object's members in the order written. The reader has refused duplicate keys.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

/// How much one text may hold. Size in bytes is bounded by whoever reads the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of `[` and `{` that may be open at once. Values over 512 count as 512: reading and
    /// writing recurse.
    pub depth: usize,
    /// Object members in the whole text.
    pub keys: usize,
    /// Values of any kind in the whole text, containers included.
    pub values: usize,
}

impl Limits {
    /// For the arguments of one call.
    pub const ARGUMENTS: Limits = Limits { depth: 64, keys: 100_000, values: 1_000_000 };
    /// For a whole MCP line: whatever [`Limits::ARGUMENTS`] lets pass also fits inside the
    /// envelope.
    pub const LINE: Limits = Limits { depth: 64 + 4, keys: 101_000, values: 1_001_000 };
}

/// Why a text was refused. Offsets `at` are in bytes from its start.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// Not JSON by RFC 8259, or more than one value.
    #[error("not json: expected {expected} at byte {at}")]
    Syntax {
        /// Where.
        at: usize,
        /// What would have been right there.
        expected: &'static str,
    },
    /// An object holds the same key twice, compared after unescaping.
    #[error("the object at byte {at} has the key `{key}` twice")]
    DuplicateKey {
        /// The key, shortened and with everything unprintable escaped: safe to show.
        key: String,
        /// Where the object begins.
        at: usize,
    },
    /// More open brackets than [`Limits::depth`].
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// An escape such as `\ud800` without its other half: no UTF-8 text can hold it.
    #[error("half of a surrogate pair at byte {at}")]
    LoneSurrogate {
        /// Where the escape begins.
        at: usize,
    },
    /// More members than [`Limits::keys`].
    #[error("more than {limit} keys")]
    TooManyKeys {
        /// The limit.
        limit: usize,
    },
    /// More values than [`Limits::values`].
    #[error("more than {limit} values")]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not UTF-8.
    #[error("not utf-8 at byte {at}")]
    InvalidUtf8 {
        /// Where the first bad byte is.
        at: usize,
    },
    /// The text begins with a byte order mark, which RFC 8259 section 8.1 forbids to write.
    #[error("begins with a byte order mark")]
    ByteOrderMark,
}

impl ReadError {
    /// A stable name for journals, answers and tests.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::Syntax { .. } => "syntax",
            ReadError::DuplicateKey { .. } => "duplicate_key",
            ReadError::TooDeep { .. } => "too_deep",
            ReadError::LoneSurrogate { .. } => "lone_surrogate",
            ReadError::TooManyKeys { .. } => "too_many_keys",
            ReadError::TooManyValues { .. } => "too_many_values",
            ReadError::InvalidUtf8 { .. } => "invalid_utf8",
            ReadError::ByteOrderMark => "byte_order_mark",
        }
    }
}

impl<'a> Node<'a> {
    /// The member of an object by its decoded key; `None` for other kinds.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.object()?.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    /// The decoded text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Node::String(text) = self { Some(text) } else { None }
    }

    /// The value of `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        if let Node::Bool(value) = self { Some(*value) } else { None }
    }

    /// A number spelled as an integer that fits: `1.0`, `1e0` and `-0` are `None`.
    pub fn as_u64(&self) -> Option<u64> {
        if let Node::Number(digits) = self { digits.parse().ok() } else { None }
    }

    /// A number spelled as an integer that fits: `1.0` and `1e0` are `None`, `-0` is 0.
    pub fn as_i64(&self) -> Option<i64> {
        if let Node::Number(digits) = self { digits.parse().ok() } else { None }
    }

    /// The members of an object, in the order written.
    pub fn object(&self) -> Option<&[(Cow<'a, str>, Node<'a>)]> {
        if let Node::Object(members) = self { Some(members) } else { None }
    }

    /// The items of an array.
    pub fn array(&self) -> Option<&[Node<'a>]> {
        if let Node::Array(items) = self { Some(items) } else { None }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Node::Null)
    }

    /// The kind in the words of JSON Schema: `null`, `boolean`, `number`, `string`, `array`,
    /// `object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "boolean",
            Node::Number(_) => "number",
            Node::String(_) => "string",
            Node::Array(_) => "array",
            Node::Object(_) => "object",
        }
    }

    /// The value at a JSON pointer (RFC 6901). `None` when nothing is there or the pointer is
    /// malformed; an index with a leading zero and the `-` past the end name nothing.
    pub fn pointer(&self, pointer: &str) -> Option<&Node<'a>> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| match node {
            Node::Object(_) => node.get(&unescape_token(token)?),
            Node::Array(items) => items.get(index(token)?),
            _ => None,
        })
    }

    /// Calls `f` with every string in the tree, in the order written: first the JSON pointer of
    /// where it is, then the text. A key comes with the pointer of its own member, before the
    /// member's value.
    pub fn walk_strings(&self, f: &mut dyn FnMut(&str, &str)) {
        self.walk(&mut String::new(), f);
    }

    fn walk(&self, path: &mut String, f: &mut dyn FnMut(&str, &str)) {
        let len = path.len();
        match self {
            Node::String(text) => f(path, text),
            Node::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    path.push('/');
                    path.push_str(&i.to_string());
                    item.walk(path, f);
                    path.truncate(len);
                }
            }
            Node::Object(members) => {
                for (key, value) in members {
                    path.push('/');
                    push_token(path, key);
                    f(path, key);
                    value.walk(path, f);
                    path.truncate(len);
                }
            }
            Node::Null | Node::Bool(_) | Node::Number(_) => {}
        }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = match self {
            Node::String(text) => text.len(),
            Node::Array(items) => items.len(),
            Node::Object(members) => members.len(),
            Node::Null | Node::Bool(_) | Node::Number(_) => return f.write_str(self.kind()),
        };
        write!(f, "{}({size})", self.kind())
    }
}

/// Appends one reference token, `~` and `/` escaped by RFC 6901 section 3.
fn push_token(path: &mut String, key: &str) {
    for c in key.chars() {
        match c {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            _ => path.push(c),
        }
    }
}

/// The key that a reference token names, or `None` for a `~` that is neither `~0` nor `~1`.
fn unescape_token(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut parts = token.split('~');
    let mut key = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(rest) = part.strip_prefix('0') {
            key.push('~');
            key.push_str(rest);
        } else {
            key.push('/');
            key.push_str(part.strip_prefix('1')?);
        }
    }
    Some(Cow::Owned(key))
}

/// An array index as RFC 6901 spells it: `0`, or digits without a leading zero.
fn index(token: &str) -> Option<usize> {
    let plain =
        token.bytes().all(|b| b.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    if plain { token.parse().ok() } else { None }
}
