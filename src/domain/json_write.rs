//! Writing a tree back: compact, and in one way only.
//!
//! There are three forms. The one as written is what is stored, hashed and sent. The sorted one
//! follows RFC 8785 in everything but numbers, whose digits stay (turning `1.0` into `1` would make
//! two different calls one), and serves to find a call again whose keys come in another order; it
//! is never sent. Plans are hashed in a third, which sorts by code points, so that a planner in
//! Python or Rust gets the same hash from its own library; it differs from the second only where
//! keys hold characters over U+FFFF.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::domain::json::Node;
use crate::domain::json_read::plain_run;

/// How keys compare.
type Order = fn(&str, &str) -> Ordering;

impl Node<'_> {
    /// Appends the compact form: no white space, members in the order written, digits as written,
    /// strings with the fewest escapes (RFC 8785 section 3.2.2.2).
    pub fn write(&self, out: &mut Vec<u8>) {
        self.put(out, None);
    }

    /// Appends the same with the members of every object sorted by UTF-16 code units (RFC 8785
    /// section 3.2.3).
    pub fn write_sorted(&self, out: &mut Vec<u8>) {
        self.put(out, Some(utf16_order));
    }

    /// Appends the same with the members of every object sorted by code points: the bytes of Python's
    /// `json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.
    pub fn write_by_code_point(&self, out: &mut Vec<u8>) {
        self.put(out, Some(str::cmp));
    }

    fn put(&self, out: &mut Vec<u8>, sorted: Option<Order>) {
        match self {
            Node::Null => out.extend_from_slice(b"null"),
            Node::Bool(true) => out.extend_from_slice(b"true"),
            Node::Bool(false) => out.extend_from_slice(b"false"),
            Node::Number(digits) => out.extend_from_slice(digits.as_bytes()),
            Node::String(text) => put_string(text, out),
            Node::Array(items) => {
                out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    item.put(out, sorted);
                }
                out.push(b']');
            }
            Node::Object(members) => match sorted {
                Some(by) if !members.is_sorted_by(|a, b| by(&a.0, &b.0).is_lt()) => {
                    let mut order: Vec<&(Cow<'_, str>, Node<'_>)> = members.iter().collect();
                    order.sort_unstable_by(|a, b| by(&a.0, &b.0));
                    put_members(order.into_iter(), out, sorted);
                }
                _ => put_members(members.iter(), out, sorted),
            },
        }
    }
}

fn put_members<'n, 'a: 'n>(
    members: impl Iterator<Item = &'n (Cow<'a, str>, Node<'a>)>,
    out: &mut Vec<u8>,
    sorted: Option<Order>,
) {
    out.push(b'{');
    for (i, (key, value)) in members.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        put_string(key, out);
        out.push(b':');
        value.put(out, sorted);
    }
    out.push(b'}');
}

/// A string with the escapes of RFC 8785 and no others: what has a short form uses it, other
/// controls are `\u00xx` in lower case, and all else (`/`, DEL, U+2028) stands for itself.
fn put_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, tail) = rest.split_at_checked(plain_run(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let Some((byte, tail)) = tail.split_first() else { break };
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            _ => 0,
        };
        if short == 0 {
            let nibble = |n: u8| HEX.get(usize::from(n & 15)).copied().unwrap_or(b'0');
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', nibble(byte >> 4), nibble(*byte)]);
        } else {
            out.extend_from_slice(&[b'\\', short]);
        }
        rest = tail;
    }
    out.push(b'"');
}

/// UTF-16 order differs from byte order only where characters over U+FFFF meet U+E000..U+FFFF, so
/// one ASCII side is enough to compare bytes.
pub(crate) fn utf16_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() || b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}
