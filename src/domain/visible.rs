//! Text that a person can trust: what is shown is all there is.
//!
//! A yes is worth only as much as the card it was given on. Text from an agent can hold controls
//! that rewrite the terminal, characters without a glyph, and letters that look like others. So all
//! that is not plainly printable is written out as `\u{200b}`, `\n`, `\t` or `\r`, and the mapping
//! can be undone: two texts never look the same by an escape. A backslash stays single where it
//! can't be mistaken; where it stands before something that reads like an escape, its whole run is
//! doubled. What stays readable but may mislead (look-alikes) gets a note beside the text.

use std::fmt::{self, Write as _};

use crate::domain::visible_chars::{Class, class, defaces, right_to_left};
use crate::domain::visible_words::lookalikes;

/// Marks on one letter that are still drawn: UTS 39 section 5.4 advises against more than four.
const MARKS: usize = 4;
/// Room that [`shorten`] always takes for itself, so that its own words fit.
const SHORTEST: usize = 40;

/// A text made safe to show, and what to say about it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// Printable characters only; one line.
    pub text: String,
    /// At most one note of each kind, in the order of [`NoteKind`].
    pub notes: Vec<Note>,
}

/// What a note is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoteKind {
    /// Characters that draw nothing.
    Invisible,
    /// Controls that change the direction of writing.
    Bidi,
    /// Letters that are written from right to left; they stay readable, but screens reorder around
    /// them.
    RightToLeft,
    /// Control characters but `\n`, `\t` and the `\r` of a `\r\n`.
    Control,
    /// Spaces and line breaks other than the usual ones.
    OddSpace,
    /// Marks without a letter, too many on one, crossing one out, or on an ASCII letter.
    Combining,
    /// Private, unassigned and other characters without a known look.
    Unprintable,
    /// A word that reads as ASCII but is not.
    Lookalike,
    /// A word with letters of scripts that are not written together.
    MixedScript,
}

impl NoteKind {
    /// A stable name for answers and tests.
    pub fn code(self) -> &'static str {
        match self {
            NoteKind::Invisible => "invisible",
            NoteKind::Bidi => "bidi",
            NoteKind::RightToLeft => "right_to_left",
            NoteKind::Control => "control",
            NoteKind::OddSpace => "odd_space",
            NoteKind::Combining => "combining",
            NoteKind::Unprintable => "unprintable",
            NoteKind::Lookalike => "lookalike",
            NoteKind::MixedScript => "mixed_script",
        }
    }
}

/// One thing a person should know about a text. `Display` says it in plain words that are safe to
/// show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// How many characters, or for look-alikes and mixed scripts how many words.
    pub count: usize,
    /// The first one: as an escape; for a look-alike what it looks like; for a mixed word the word.
    /// Safe to show.
    pub sample: String,
    /// The scripts of that word in lower case, as `cyrillic`; empty for the other kinds.
    pub scripts: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, sample, scripts) = (self.count, &self.sample, &self.scripts);
        let s = if count == 1 { "" } else { "s" };
        match self.kind {
            NoteKind::Invisible => write!(f, "{count} invisible character{s}"),
            NoteKind::Bidi => {
                write!(f, "{count} character{s} that would reorder the text on screen")
            }
            NoteKind::RightToLeft => {
                write!(
                    f,
                    "{count} right-to-left letter{s}: the order on screen may not be the order sent"
                )
            }
            NoteKind::Control => write!(f, "{count} control character{s}"),
            NoteKind::OddSpace => write!(f, "{count} unusual space{s}"),
            NoteKind::Combining => write!(f, "{count} combining mark{s}"),
            NoteKind::Unprintable => write!(f, "{count} unprintable character{s}"),
            NoteKind::Lookalike if scripts.is_empty() => {
                write!(f, "looks like `{sample}` but is written with other characters")
            }
            NoteKind::Lookalike => write!(f, "looks like `{sample}` but holds {scripts} letters"),
            NoteKind::MixedScript => write!(f, "`{sample}` mixes {scripts} letters"),
        }?;
        match (self.kind, count) {
            (NoteKind::Lookalike | NoteKind::MixedScript, 2) => {
                f.write_str(", and 1 more word like it")
            }
            (NoteKind::Lookalike | NoteKind::MixedScript, 3..) => {
                write!(f, ", and {} more words like it", grouped(count - 1))
            }
            _ => Ok(()),
        }
    }
}

/// A text in one line: a line break is shown as `\n`.
pub fn inline(text: &str) -> Seen {
    let mut notes = Vec::new();
    let shown = escape(text, &mut notes);
    if !text.is_ascii() {
        notes.extend(lookalikes(text));
    }
    notes.sort_by_key(|note| note.kind);
    Seen { text: shown, notes }
}

/// A text line by line, split at `\n` only. A `\r` is always shown, also before a line break:
/// joining the lines with `\n` and undoing the escapes gives the text back. A text that ends with
/// `\n` has an empty last line.
pub fn block(text: &str) -> Vec<Seen> {
    text.split('\n').map(inline).collect()
}

/// The text for a place of `max_chars` characters (taken as 40 if less): whole if it fits, else its
/// head and tail with the number of characters between, as `abc … 1,234 more characters … xyz`.
/// Never cuts inside an escape, nor between a letter and its marks.
pub fn shorten(text: &Seen, max_chars: usize) -> String {
    let text = text.text.as_str();
    let total = text.chars().count();
    let max = max_chars.max(SHORTEST);
    if total <= max {
        return text.to_owned();
    }
    let marker = |left: usize| {
        format!(" … {} more character{} … ", grouped(left), if left == 1 { "" } else { "s" })
    };
    // The marker for the whole text is at least as long as the one that will be used.
    let room = max.saturating_sub(marker(total).chars().count()).max(2);
    let (head_room, tail_room) = (room - room / 3, room / 3);
    // (bytes, characters) before each place where a cut is allowed.
    let (mut head, mut tail) = ((0, 0), (text.len(), total));
    let (mut bytes, mut chars) = (0, 0);
    for unit in Units(text) {
        if chars <= head_room {
            head = (bytes, chars);
        }
        if total - chars <= tail_room {
            tail = (bytes, chars);
            break;
        }
        bytes += unit.len();
        chars += unit.chars().count();
    }
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    format!(
        "{}{}{}",
        part(0..head.0),
        marker(tail.1.saturating_sub(head.1)),
        part(tail.0..text.len())
    )
}

/// A number of bytes for people: exact up to 9,999, then one decimal of KiB, MiB and so on.
pub fn size(bytes: usize) -> String {
    match bytes {
        1 => return "1 byte".to_owned(),
        0..10_000 => return format!("{} bytes", grouped(bytes)),
        _ => {}
    }
    let mut unit = 1024_u128;
    let tenths = |unit: u128| (bytes as u128 * 10 + unit / 2) / unit;
    for name in ["KiB", "MiB", "GiB"] {
        let n = tenths(unit);
        if n < 10_240 {
            return format!("{}.{} {name}", n / 10, n % 10);
        }
        unit *= 1024;
    }
    let n = tenths(unit);
    format!("{}.{} TiB", grouped(usize::try_from(n / 10).unwrap_or(usize::MAX)), n % 10)
}

/// Digits in groups of three: `1,234`.
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The escaped text; what was escaped is counted in `notes`.
pub(crate) fn escape(text: &str, notes: &mut Vec<Note>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut backslashes = 0; // literal ones at the end of `out`
    let mut marks: Option<(usize, char)> = None; // marks on the last character and it; `None` where nothing can bear one
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let class = class(c);
        let kind = match class {
            Class::Plain => {
                if c == '\\' {
                    backslashes += 1;
                } else {
                    if backslashes > 0
                        && (matches!(c, 'n' | 'r' | 't')
                            || (c == 'u' && rest.as_str().starts_with('{')))
                    {
                        out.extend(std::iter::repeat_n('\\', backslashes));
                    }
                    backslashes = 0;
                }
                if right_to_left(c) {
                    count(notes, NoteKind::RightToLeft, c);
                }
                out.push(c);
                marks = if c.is_ascii() && !c.is_ascii_alphabetic() { None } else { Some((0, c)) };
                continue;
            }
            Class::Mark => {
                if let Some((n, last)) = marks
                    && n < MARKS
                    && last != c
                    && !defaces(c)
                {
                    // An accent on an ASCII letter looks like the single character, which is other
                    // bytes.
                    if last.is_ascii() {
                        count(notes, NoteKind::Combining, c);
                    }
                    out.push(c);
                    backslashes = 0;
                    marks = Some((n + 1, c));
                    continue;
                }
                Some(NoteKind::Combining)
            }
            Class::Layout => None,
            Class::Control
                if c == '\r' && (rest.as_str().is_empty() || rest.as_str().starts_with('\n')) =>
            {
                None
            }
            Class::Control => Some(NoteKind::Control),
            Class::Bidi => Some(NoteKind::Bidi),
            Class::Invisible => Some(NoteKind::Invisible),
            Class::Space => Some(NoteKind::OddSpace),
            Class::Unprintable => Some(NoteKind::Unprintable),
        };
        if let Some(kind) = kind {
            count(notes, kind, c);
        }
        out.extend(std::iter::repeat_n('\\', backslashes));
        backslashes = 0;
        marks = None;
        push_escape(&mut out, c);
    }
    out
}

fn push_escape(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing to a `String` does not fail.
        _ => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
    }
}

fn count(notes: &mut Vec<Note>, kind: NoteKind, c: char) {
    if let Some(note) = notes.iter_mut().find(|note| note.kind == kind) {
        note.count += 1;
        return;
    }
    let mut sample = String::new();
    push_escape(&mut sample, c);
    notes.push(Note { kind, count: 1, sample, scripts: String::new() });
}

/// An escaped text in pieces that must not be torn: an escape, a doubled backslash, a character
/// with its marks.
struct Units<'a>(&'a str);

impl<'a> Iterator for Units<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0;
        let bytes = text.as_bytes();
        let marks =
            |from: usize| text.get(from..).and_then(|t| t.find(|c| class(c) != Class::Mark));
        let len = match (text.chars().next()?, bytes.get(1)) {
            ('\\', Some(b'\\' | b'n' | b'r' | b't')) => 2,
            ('\\', Some(b'u')) if bytes.get(2) == Some(&b'{') => {
                text.find('}').map_or(1, |end| end + 1)
            }
            ('\\', _) => 1,
            // The backslashes before it are doubled for both characters.
            ('u', Some(b'{')) => 2,
            (c, _) => marks(c.len_utf8()).map_or(text.len(), |n| n + c.len_utf8()),
        };
        let (unit, tail) = text.split_at_checked(len).unwrap_or((text, ""));
        self.0 = tail;
        Some(unit)
    }
}
