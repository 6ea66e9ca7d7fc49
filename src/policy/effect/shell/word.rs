//! Reads one word of a shell line: quotes, escapes and expansions. An expansion whose value could run something is
//! followed into what it runs, or refused.

use crate::policy::effect::shell::parse::{Parser, Refused};
use crate::policy::effect::shell::syntax::{Piece, Word};

impl Parser {
    /// Reads a word up to a blank or an operator.
    pub fn word(&mut self) -> Result<Word, Refused> {
        let mut word = Word::default();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | '|' | '&' | ';' | '(' | ')' | '<' | '>' => break,
                '\\' => self.escaped(&mut word),
                '\'' => self.single_quoted(&mut word)?,
                '"' => self.double_quoted(&mut word)?,
                '$' => self.dollar(&mut word, true)?,
                '`' => self.backquoted(&mut word, true)?,
                '{' if self.expands_braces() => {
                    self.take();
                    word.pieces.push(Piece::Unknown { splits: true });
                }
                '*' | '?' => {
                    self.take();
                    word.pieces.push(Piece::Glob);
                }
                '[' if !self.is_test_bracket(&word) => {
                    self.take();
                    word.pieces.push(Piece::Glob);
                }
                _ => {
                    self.take();
                    word.push(c);
                }
            }
        }
        Ok(word)
    }

    /// `[` and `[[` standing alone are commands, not patterns.
    fn is_test_bracket(&self, word: &Word) -> bool {
        let blank = |c: Option<char>| matches!(c, None | Some(' ' | '\t' | '\n'));
        let empty = word.pieces.is_empty();
        (empty && blank(self.ahead(1)))
            || (empty && self.ahead(1) == Some('[') && blank(self.ahead(2)))
            || (word.literal().as_deref() == Some("[") && blank(self.ahead(1)))
    }

    /// True when a brace becomes several words: `{a,b}`, `{1..9}`.
    fn expands_braces(&self) -> bool {
        let mut places = 1;
        let mut before = ' ';
        while let Some(c) = self.ahead(places) {
            match c {
                ' ' | '\t' | '\n' | ';' | '|' | '&' => return false,
                // So long a word may hold anything.
                ',' => return true,
                _ if places > 256 => return true,
                '.' if before == '.' => return true,
                _ => {}
            }
            before = c;
            places += 1;
        }
        false
    }

    fn escaped(&mut self, word: &mut Word) {
        self.take();
        match self.take() {
            Some('\n') => {}
            Some(c) => {
                word.quoted = true;
                word.push(c);
            }
            None => word.push('\\'),
        }
    }

    fn single_quoted(&mut self, word: &mut Word) -> Result<(), Refused> {
        self.take();
        word.quoted = true;
        word.pieces.push(Piece::Text(String::new()));
        loop {
            match self.take() {
                None => return Err(Refused("a quote is not closed")),
                Some('\'') => return Ok(()),
                Some(c) => word.push(c),
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Word) -> Result<(), Refused> {
        self.take();
        word.quoted = true;
        word.pieces.push(Piece::Text(String::new()));
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.take();
                    return Ok(());
                }
                '\\' => {
                    self.take();
                    match self.take() {
                        Some('\n') => {}
                        Some(c @ ('$' | '`' | '"' | '\\')) => word.push(c),
                        Some(c) => {
                            word.push('\\');
                            word.push(c);
                        }
                        None => break,
                    }
                }
                '$' => self.dollar(word, false)?,
                '`' => self.backquoted(word, false)?,
                _ => {
                    self.take();
                    word.push(c);
                }
            }
        }
        Err(Refused("a quote is not closed"))
    }

    /// Follows the expansions of a text that is not split into words: the body of a here-document.
    pub fn expansions(&mut self) -> Result<(), Refused> {
        let mut ignored = Word::default();
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    self.take();
                    self.take();
                }
                '$' => self.dollar(&mut ignored, false)?,
                '`' => self.backquoted(&mut ignored, false)?,
                _ => {
                    self.take();
                }
            }
        }
        Ok(())
    }

    fn dollar(&mut self, word: &mut Word, splits: bool) -> Result<(), Refused> {
        self.take();
        match self.peek() {
            Some('\'') if splits => return self.ansi_quoted(word),
            Some('"') if splits => return self.double_quoted(word),
            Some('(') if self.ahead(1) == Some('(') => self.arithmetic()?,
            Some('(') => {
                self.take();
                self.list(Some(')'))?;
            }
            Some('[') => return Err(Refused("it has arithmetic")),
            Some('{') => self.parameter()?,
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.take();
                }
            }
            Some('0'..='9' | '@' | '*' | '#' | '?' | '$' | '!' | '-') => {
                // `"$@"` becomes several words even in quotes.
                let many = self.take() == Some('@');
                word.pieces.push(Piece::Unknown { splits: splits || many });
                return Ok(());
            }
            _ => {
                word.push('$');
                return Ok(());
            }
        }
        word.pieces.push(Piece::Unknown { splits });
        Ok(())
    }

    /// `$((...))` of numbers only: names in it are evaluated in turn, and may hold commands.
    fn arithmetic(&mut self) -> Result<(), Refused> {
        self.takes("((");
        let mut open = 0_usize;
        while let Some(c) = self.take() {
            match c {
                '(' => open += 1,
                ')' if open > 0 => open -= 1,
                ')' if self.takes(")") => return Ok(()),
                '0'..='9' | ' ' | '+' | '-' | '*' | '/' | '%' => {}
                _ => break,
            }
        }
        Err(Refused("it has arithmetic on more than numbers"))
    }

    /// `${NAME...}`: a plain name, its length, an element by number, and the operators that only shape text.
    fn parameter(&mut self) -> Result<(), Refused> {
        self.take();
        let mut depth = 0_usize;
        let mut inside = String::new();
        loop {
            match self.take() {
                None => return Err(Refused("a brace is not closed")),
                Some('\\') => {
                    inside.push('\\');
                    inside.extend(self.take());
                }
                Some('}') if depth == 0 => break,
                Some(c) => {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        '\'' | '"' => return Err(Refused("it has quotes inside an expansion")),
                        _ => {}
                    }
                    inside.push(c);
                }
            }
        }
        let body = inside.strip_prefix('#').unwrap_or(&inside);
        let name =
            body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(body.len());
        let mut rest = body.get(name..).unwrap_or_default();
        for subscript in ["[@]", "[*]", "[0]", "[1]", "[2]"] {
            rest = rest.strip_prefix(subscript).unwrap_or(rest);
        }
        let shapes = rest.is_empty()
            || [":-", "-", ":+", "+", ":?", "?", "%", "#", "^", ","]
                .iter()
                .any(|shape| rest.starts_with(shape));
        if name == 0 || !shapes {
            return Err(Refused("it has an expansion that is not understood"));
        }
        let rest = rest.to_owned();
        self.within(&rest, |parser| parser.expansions())
    }

    /// `$'...'`: plain escapes are read; a character by its number makes the word one of which nothing is known.
    fn ansi_quoted(&mut self, word: &mut Word) -> Result<(), Refused> {
        self.take();
        word.quoted = true;
        word.pieces.push(Piece::Text(String::new()));
        loop {
            match self.take() {
                None => return Err(Refused("a quote is not closed")),
                Some('\'') => return Ok(()),
                Some('\\') => match self.take() {
                    Some('n') => word.push('\n'),
                    Some('t') => word.push('\t'),
                    Some('r') => word.push('\r'),
                    Some(c @ ('\\' | '\'' | '"' | '?')) => word.push(c),
                    _ => word.pieces.push(Piece::Unknown { splits: true }),
                },
                Some(c) => word.push(c),
            }
        }
    }

    fn backquoted(&mut self, word: &mut Word, splits: bool) -> Result<(), Refused> {
        self.take();
        let mut inside = String::new();
        loop {
            match self.take() {
                None => return Err(Refused("a quote is not closed")),
                Some('`') => break,
                Some('\\') => match self.take() {
                    Some(c @ ('`' | '\\' | '$')) => inside.push(c),
                    Some(c) => {
                        inside.push('\\');
                        inside.push(c);
                    }
                    None => return Err(Refused("a quote is not closed")),
                },
                Some(c) => inside.push(c),
            }
        }
        word.pieces.push(Piece::Unknown { splits });
        self.within(&inside, |parser| parser.list(None))
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::effect::shell::parse::parse;

    #[test]
    fn a_word_knows_what_it_may_become() {
        let hides = |line: &str| {
            parse(line).unwrap().last().unwrap().words.last().unwrap().may_hide_option()
        };
        for line in [
            "find $x",
            "find ./$x",
            "find \"$x\"",
            "find *",
            "find {a,b}",
            "find \"$@\"",
            "find $'\\x2d'delete",
        ] {
            assert!(hides(line), "{line}");
        }
        for line in ["find ./*", "find \"./$x\"", "find a", "find '$x'", "find {}", "find $'a'"] {
            assert!(!hides(line), "{line}");
        }
    }
}
