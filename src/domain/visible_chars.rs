//! Which characters a person can see for what they are.
//!
//! The tables are the standard library's own (what `escape_debug` escapes), so they follow the
//! compiler's Unicode version; the lists here add what Unicode calls a letter or a mark but draws
//! as nothing.

/// What a character does on a screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Seen as itself.
    Plain,
    /// Drawn onto the character before it.
    Mark,
    /// `\n` or `\t`: hidden by nature, but so ordinary that it is no reason for a warning.
    Layout,
    /// Any other control (Cc).
    Control,
    /// Changes the direction in which its neighbours are drawn.
    Bidi,
    /// Draws nothing, or cannot be told from nothing.
    Invisible,
    /// A space or line break other than U+0020 and `\n`.
    Space,
    /// Private use, unassigned, a noncharacter, or a format character without a class of its own.
    Unprintable,
}

/// The class of one character.
pub(crate) fn class(c: char) -> Class {
    match c {
        ' '..='~' => Class::Plain,
        // Blocks full of letters and free of marks, ahead for speed: the tables cost ten times as
        // much.
        '\u{c0}'..='\u{2af}' | '\u{400}'..='\u{482}' | '\u{1e00}'..='\u{1eff}' => Class::Plain,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => Class::Plain,
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => Class::Plain,
        '\n' | '\t' => Class::Layout,
        _ if c.is_control() => Class::Control,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Class::Bidi
        }
        _ if blank(c) => Class::Invisible,
        _ if c.is_whitespace() => Class::Space,
        _ if !printable(c) => Class::Unprintable,
        _ if extends(c) => Class::Mark,
        _ => Class::Plain,
    }
}

/// Characters that are not controls and still leave no ink: Default_Ignorable_Code_Point without
/// the bidi controls, and the letters and symbols whose glyph is empty. Soft hyphen, joiners and
/// tags count, though some screens draw them.
fn blank(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' // soft hyphen, grapheme joiner
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // hangul fillers
        | '\u{1107f}' | '\u{2d7f}' // brahmi and tifinagh joiners
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' // khmer vowels, mongolian selectors and vowel separator
        | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' // zero width, deprecated
        | '\u{2800}' // braille blank
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffc}' // selectors, byte order mark, annotations
        | '\u{13430}'..='\u{13442}' | '\u{16fe4}' // egyptian format controls and blanks, khitan filler
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' // shorthand and musical controls
        | '\u{e0000}'..='\u{e0fff}') // tags and selectors
}

/// Whether the standard library prints it inside a text: it refuses Cc, Cf, Cn, Co, Zl, Zp and Zs
/// but U+0020.
fn printable(c: char) -> bool {
    // Behind a base character only printability decides; alone, a mark would be escaped too.
    let mut buffer = [b'a'; 5];
    let len = buffer.get_mut(1..).map_or(0, |tail| c.encode_utf8(tail).len());
    let text = buffer.get(..=len).and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.and_then(|text| text.escape_debug().nth(1)).is_some_and(|first| first != '\\')
}

/// Whether it attaches to the character before it (Grapheme_Extend); asked of printable characters
/// only.
fn extends(c: char) -> bool {
    c.escape_debug().next() == Some('\\')
}

/// Marks that cross out or frame their letter, so that it can be read as deleted or as another one.
pub(crate) fn defaces(mark: char) -> bool {
    matches!(mark, '\u{334}'..='\u{338}' | '\u{20d0}'..='\u{20f0}')
}

/// Letters written from right to left, by the blocks that Unicode sets aside for them.
pub(crate) fn right_to_left(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
