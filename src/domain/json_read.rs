//! The strict reader: one pass over the text, no second opinion.
//!
//! Every byte of the input is looked at once, and the tree is built while doing so: there is no
//! tokenizer whose idea of a string could differ from the reader's, and nothing that is validated
//! by one piece of code and decoded by another. It recurses, so the depth limit also bounds the
//! stack.

use std::borrow::Cow;

use crate::domain::json::{Limits, Node, ReadError};
use crate::domain::visible;

/// A depth limit above this counts as this: one level costs a few hundred bytes of stack, in
/// writing and dropping too.
const DEEPEST: usize = 512;
/// Up to this many keys, comparing each new one with all before it is faster than sorting them
/// afterwards.
const FEW: usize = 16;
/// How much of a duplicate key an error repeats, in characters.
const KEY_SHOWN: usize = 48;

/// Reads one JSON value that fills the whole text, but for JSON white space around it.
///
/// # Errors
/// A [`ReadError`] for anything that is not RFC 8259, for duplicate keys, lone surrogates and a
/// byte order mark, and for a text over one of the limits.
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Node<'a>, ReadError> {
    if text.starts_with('\u{feff}') {
        return Err(ReadError::ByteOrderMark);
    }
    let limits = Limits { depth: limits.depth.min(DEEPEST), ..*limits };
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, keys: 0, values: 0, limits };
    reader.space();
    let node = reader.value(0)?;
    reader.space();
    if reader.peek().is_some() { Err(reader.expected("the end of the text")) } else { Ok(node) }
}

/// [`parse`] for bytes, which must be UTF-8.
///
/// # Errors
/// [`ReadError::InvalidUtf8`], and those of [`parse`].
pub fn parse_bytes<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Node<'a>, ReadError> {
    let text =
        std::str::from_utf8(bytes).map_err(|e| ReadError::InvalidUtf8 { at: e.valid_up_to() })?;
    parse(text, limits)
}

/// How many bytes from the start need no escape in a JSON string and end none: all but `"`, `\` and
/// those under 0x20.
///
/// Eight at a time, by the usual borrow trick: a byte's high bit is set where the subtraction
/// borrowed. A borrow can only run upwards, so the lowest set bit, which is the first byte in
/// little-endian order, is always a true one.
pub(crate) fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let mut at = 0;
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let zero = |x: u64| x.wrapping_sub(ONES) & !x;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let hit = (control | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c))) & HIGH;
        if hit != 0 {
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
        rest = tail;
    }
    at + rest.iter().take_while(|b| **b >= 0x20 && **b != b'"' && **b != b'\\').count()
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    keys: usize,
    values: usize,
    limits: Limits,
}

impl<'a> Reader<'a> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[cold]
    fn expected(&self, expected: &'static str) -> ReadError {
        ReadError::Syntax { at: self.at, expected }
    }

    /// The text from `start` to here. Both are next to ASCII bytes or at an end, so the slice is
    /// never refused.
    #[inline]
    fn since(&self, start: usize) -> Result<&'a str, ReadError> {
        self.text.get(start..self.at).ok_or(ReadError::InvalidUtf8 { at: start })
    }

    /// One value; `depth` brackets are open around it.
    fn value(&mut self, depth: usize) -> Result<Node<'a>, ReadError> {
        if self.values >= self.limits.values {
            return Err(ReadError::TooManyValues { limit: self.limits.values });
        }
        self.values += 1;
        match self.peek() {
            Some(b'"') => self.string().map(Node::String),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'-' | b'0'..=b'9') => self.number().map(Node::Number),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            _ => Err(self.expected("a value")),
        }
    }

    fn word(&mut self, word: &str, node: Node<'a>) -> Result<Node<'a>, ReadError> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err(self.expected("a value"));
        }
        self.at += word.len();
        Ok(node)
    }

    /// Steps over the opening bracket of a container inside `depth` others.
    fn open(&mut self, depth: usize) -> Result<(), ReadError> {
        if depth >= self.limits.depth {
            return Err(ReadError::TooDeep { limit: self.limits.depth });
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<Node<'a>, ReadError> {
        self.open(depth)?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Node::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.expected("`,` or `]`")),
            }
            self.space();
        }
        self.at += 1;
        Ok(Node::Array(items))
    }

    fn object(&mut self, depth: usize) -> Result<Node<'a>, ReadError> {
        let start = self.at;
        self.open(depth)?;
        let mut members: Vec<(Cow<'a, str>, Node<'a>)> = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Node::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key"));
            }
            if self.keys >= self.limits.keys {
                return Err(ReadError::TooManyKeys { limit: self.limits.keys });
            }
            self.keys += 1;
            let key = self.string()?;
            if members.len() < FEW && members.iter().any(|(k, _)| *k == key) {
                return Err(duplicate(&key, start));
            }
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.expected("`:`"));
            }
            self.at += 1;
            self.space();
            let value = self.value(depth + 1)?;
            members.push((key, value));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.expected("`,` or `}`")),
            }
            self.space();
        }
        self.at += 1;
        if members.len() > FEW {
            distinct(&members, start)?;
        }
        Ok(Node::Object(members))
    }

    /// A number by the grammar of RFC 8259 section 6, kept as written.
    fn number(&mut self) -> Result<&'a str, ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            // `01` would end here as `0`, and the caller then refuses the `1`.
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.since(start)
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.expected("a digit")) } else { Ok(()) }
    }

    /// A string, from its opening quote to past its closing one.
    #[inline]
    fn string(&mut self) -> Result<Cow<'a, str>, ReadError> {
        self.at += 1;
        let start = self.at;
        self.at += plain_run(self.bytes.get(start..).unwrap_or_default());
        let run = self.since(start)?;
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                Ok(Cow::Borrowed(run))
            }
            Some(b'\\') => self.escaped(run).map(Cow::Owned),
            Some(_) => Err(self.expected("an escape instead of a control character")),
            None => Err(self.expected("the closing `\"`")),
        }
    }

    /// The rest of a string that holds escapes; `run` was before the first one.
    fn escaped(&mut self, run: &str) -> Result<String, ReadError> {
        let mut out = String::with_capacity(run.len() + 16);
        out.push_str(run);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(0..0x20) => {
                    return Err(self.expected("an escape instead of a control character"));
                }
                None => return Err(self.expected("the closing `\"`")),
                Some(_) => {
                    let start = self.at;
                    self.at += plain_run(self.bytes.get(start..).unwrap_or_default());
                    out.push_str(self.since(start)?);
                }
            }
        }
    }

    /// One escape, from its backslash on.
    fn escape(&mut self) -> Result<char, ReadError> {
        let start = self.at;
        self.at += 1;
        let plain = match self.peek() {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode(start);
            }
            _ => return Err(self.expected("one of `\"\\/bfnrtu`")),
        };
        self.at += 1;
        Ok(plain)
    }

    /// The character of a `\uXXXX` that began at `start`, with its second half if it needs one.
    fn unicode(&mut self, start: usize) -> Result<char, ReadError> {
        let lone = ReadError::LoneSurrogate { at: start };
        let first = self.hex4()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or(lone);
        }
        let paired = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"));
        if first >= 0xdc00 || !paired {
            return Err(lone);
        }
        self.at += 2;
        let second = self.hex4()?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(lone);
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(lone)
    }

    fn hex4(&mut self) -> Result<u32, ReadError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            value = value * 16 + digit.ok_or_else(|| self.expected("four hex digits"))?;
            self.at += 1;
        }
        Ok(value)
    }
}

/// Refuses duplicates among many keys by sorting, so that a hostile object costs n log n. Lengths
/// are compared first: it need not be an order that means anything, and most comparisons then never
/// touch the text.
fn distinct(members: &[(Cow<'_, str>, Node<'_>)], at: usize) -> Result<(), ReadError> {
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    match keys.iter().zip(keys.iter().skip(1)).find(|(a, b)| a == b) {
        Some((key, _)) => Err(duplicate(key, at)),
        None => Ok(()),
    }
}

#[cold]
fn duplicate(key: &str, at: usize) -> ReadError {
    ReadError::DuplicateKey { key: visible::shorten(&visible::inline(key), KEY_SHOWN), at }
}
