//! A plain look at the text of a module before any parser sees it.
//!
//! The engine's parser takes twice as long for every open bracket, the trees that it makes are walked and freed by
//! recursion, and it writes numbers out in full. So brackets, long chains and large numbers are counted here, in one pass
//! that knows strings, raw strings and comments and nothing else of the language.

use crate::policy::rego::fault::Fault;

/// Largest text of a module, in bytes.
const TEXT_MAX: usize = 256 * 1024;
/// Brackets that may be open at once.
const DEPTH_MAX: usize = 8;
/// Operators in one expression.
const OPERATORS_MAX: u32 = 64;
/// Steps of one reference, such as `.a` and `[0]`.
const STEPS_MAX: u32 = 32;
/// Digits of one number.
const DIGITS_MAX: usize = 40;

/// What is wrong with the text; at most one fault, since what follows the first is guesswork.
pub(crate) fn scanned(module: &str, text: &str) -> Vec<Fault> {
    if text.len() > TEXT_MAX {
        let much = format!(
            "it is {} bytes long and a module has at most {TEXT_MAX}: split it",
            text.len()
        );
        return vec![Fault::whole(module, much)];
    }
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
        line_start: 0,
        levels: vec![Level::default()],
        before: 0,
    };
    match scan.run() {
        Ok(()) => Vec::new(),
        Err(message) => {
            let column = scan.at.saturating_sub(scan.line_start) + 1;
            vec![Fault::at(module, scan.line, u32::try_from(column).unwrap_or(u32::MAX), message)]
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Level {
    operators: u32,
    steps: u32,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    line_start: usize,
    /// One for each open bracket, and one for the text outside.
    levels: Vec<Level>,
    /// The last byte that is neither white space nor comment.
    before: u8,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => self.newline(),
                b'\r' if self.next() == Some(b'\n') => {}
                b' ' | b'\t' => {}
                0..=31 | 127 => return Err("a control character: take it out".to_owned()),
                b'#' => {
                    while self.next().is_some_and(|next| next != b'\n') {
                        self.at += 1;
                    }
                }
                b'"' => self.string()?,
                b'`' => self.raw()?,
                b'[' | b'{' | b'(' => self.open(byte)?,
                b']' | b'}' | b')' => {
                    if self.levels.len() > 1 {
                        self.levels.pop();
                    }
                    self.before = byte;
                }
                b'0'..=b'9' => self.number()?,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => self.word()?,
                b'.' => self.step()?,
                b',' | b';' => self.fresh(byte),
                b':' if self.next() != Some(b'=') => self.fresh(byte),
                _ => self.operator(byte)?,
            }
            self.at += 1;
        }
        Ok(())
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn fresh(&mut self, byte: u8) {
        *self.level() = Level::default();
        self.before = byte;
    }

    /// An expression ends with its line, unless an operator stands at the end of it or at the start of the next.
    fn newline(&mut self) {
        self.line += 1;
        self.line_start = self.at + 1;
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let next = rest.iter().find(|byte| !byte.is_ascii_whitespace()).copied().unwrap_or(b'x');
        // A comment may stand between the two: then the expression counts as going on, which is only stricter.
        let goes_on = |byte: u8| b"+-*/%&|<>=!#.".contains(&byte);
        let word = rest.trim_ascii_start().starts_with(b"in ");
        if !goes_on(self.before) && !goes_on(next) && !word {
            self.level().operators = 0;
        }
    }

    fn open(&mut self, byte: u8) -> Result<(), String> {
        if byte == b'[' {
            self.step()?;
        }
        if self.levels.len() > DEPTH_MAX {
            return Err(format!(
                "more than {DEPTH_MAX} brackets are open here, and each one more doubles the time to read it: give the \
                 inner part a name of its own"
            ));
        }
        self.levels.push(Level::default());
        self.before = byte;
        Ok(())
    }

    fn step(&mut self) -> Result<(), String> {
        self.before = b'.';
        let level = self.level();
        level.steps += 1;
        if level.steps > STEPS_MAX {
            return Err(format!(
                "a reference of more than {STEPS_MAX} steps: give a part of it a name"
            ));
        }
        Ok(())
    }

    fn operator(&mut self, byte: u8) -> Result<(), String> {
        // `:=`, `==`, `<=` and the like are one.
        let two = b":=!<>".contains(&self.before) && byte == b'=' && self.at > 0;
        let joined = two && self.bytes.get(self.at - 1) == Some(&self.before);
        self.before = byte;
        let level = self.level();
        level.steps = 0;
        level.operators += u32::from(!joined);
        if level.operators > OPERATORS_MAX {
            return Err(format!(
                "more than {OPERATORS_MAX} operators in one expression: split it over several rules"
            ));
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), String> {
        let start = self.at;
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 128;
        while self.bytes.get(self.at + 1).is_some_and(part) {
            self.at += 1;
        }
        let word = self.bytes.get(start..=self.at).unwrap_or_default();
        if matches!(word, b"in" | b"not" | b"with" | b"else") {
            return self.operator(b'=');
        }
        if self.before != b'.' {
            self.level().steps = 0;
        }
        self.before = b'x';
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        let start = self.at;
        let part = |at: usize| {
            self.bytes.get(at).is_some_and(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'.' | b'_')
                    || (matches!(byte, b'+' | b'-')
                        && self.bytes.get(at - 1).is_some_and(|e| matches!(e, b'e' | b'E')))
            })
        };
        let mut end = start;
        while part(end + 1) {
            end += 1;
        }
        let number = self.bytes.get(start..=end).unwrap_or_default();
        let exponent = number
            .iter()
            .position(|byte| matches!(byte, b'e' | b'E'))
            .map_or(0, |at| number[at..].iter().filter(|byte| byte.is_ascii_digit()).count());
        if number.len() > DIGITS_MAX || exponent > 2 {
            return Err(format!(
                "a number of more than {DIGITS_MAX} digits, or an exponent of more than two: it would be written out in full"
            ));
        }
        self.at = end;
        self.before = b'0';
        Ok(())
    }

    fn string(&mut self) -> Result<(), String> {
        while let Some(byte) = self.next() {
            match byte {
                b'"' => {
                    self.at += 1;
                    self.before = b'"';
                    return Ok(());
                }
                b'\\' => self.at += 2,
                b'\n' => break,
                0..=31 => {
                    self.at += 1;
                    return Err(
                        "a control character inside a string: write it as an escape".to_owned()
                    );
                }
                _ => self.at += 1,
            }
        }
        Err("a string that does not end on its line".to_owned())
    }

    fn raw(&mut self) -> Result<(), String> {
        let (at, line, start) = (self.at, self.line, self.line_start);
        while let Some(byte) = self.next() {
            self.at += 1;
            match byte {
                b'`' => {
                    self.before = b'"';
                    return Ok(());
                }
                b'\n' => {
                    self.line += 1;
                    self.line_start = self.at + 1;
                }
                0 => return Err("a control character: take it out".to_owned()),
                _ => {}
            }
        }
        (self.at, self.line, self.line_start) = (at, line, start);
        Err("a raw string that does not end".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<Fault> {
        scanned("m", text).into_iter().next()
    }

    #[test]
    fn brackets_count_where_they_are_brackets() {
        let nested = |n: usize| format!("x := {}1{}\n", "[".repeat(n), "]".repeat(n));
        assert_eq!(fault(&nested(8)), None);
        let deep = fault(&format!("\n{}", nested(9))).unwrap();
        assert_eq!((deep.line, deep.column), (2, 14));
        for hidden in
            ["\"[[[[[[[[[[[[\"", "`[[[[\n[[[[[[[[`", "1 # [[[[[[[[[[[[[[", r#""\"[[[[[[[[[[[""#]
        {
            assert_eq!(fault(&format!("x := {hidden}\ny := {{\n}}\n")), None, "{hidden}");
        }
        // What looks like a string inside another, or a comment inside a string, hides nothing.
        for shown in ["\"#\" ", "`\"` ", "\"`\" ", "1 # \"\n", "\"\\\\\" "] {
            let text = format!("x := {shown}\ny := {}", "[".repeat(9));
            assert!(fault(&text).is_some(), "{shown}");
        }
        for text in ["\"abc\n\"", "`abc", "x\0y", "\"a\u{1}\""] {
            assert!(fault(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn long_chains_and_large_numbers_are_found() {
        for text in [
            format!("x := {}1", "1 + ".repeat(80)),
            format!("x := {}1", "1 +\n".repeat(80)),
            format!("x := 1{}", "\n + 1".repeat(80)),
            format!("x := 1{}", "\n in 1".repeat(80)),
            format!("x := {}1", "-".repeat(80)),
            format!("x := a{}", ".b".repeat(40)),
            format!("x := a{}", "[0\n]".repeat(40)),
            "x := 1e999999".to_owned(),
            "x := 2E+1000".to_owned(),
            format!("x := {}", "9".repeat(60)),
        ] {
            assert!(fault(&text).is_some(), "{text}");
        }
        let fine = "x := a.b.c + 1.5e3\n".repeat(3_000);
        assert_eq!(fault(&fine), None);
        assert_eq!(fault(&format!("x := [{}]", "a.b == 1, ".repeat(100))), None);
        assert_eq!(fault("x if {\n\tnot y\n\ta in b\n}\n".repeat(200).as_str()), None);
    }
}
