//! Reads a POSIX shell line (with the usual additions of bash) into simple commands. Small and honest: what it does not
//! know (functions, `case`, arrays, arithmetic on names, extended patterns) it refuses, and a refused line is not proven.

use crate::policy::effect::shell::syntax::{Piece, Redirect, Simple, Word};

/// Why a line was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

/// Lists inside lists deeper than this are refused.
const DEEPEST: usize = 16;

/// Words that only hold a compound command together.
const GLUE: &[&str] =
    &["!", "do", "done", "elif", "else", "fi", "if", "then", "time", "until", "while", "{", "}"];

/// Words that begin what is not read here.
const REFUSED: &[&str] = &["case", "coproc", "esac", "function", "select"];

/// Reads a line: every simple command in it, those of substitutions included.
pub fn parse(line: &str) -> Result<Vec<Simple>, Refused> {
    let mut parser = Parser::new(line, 0);
    parser.list(None)?;
    Ok(parser.commands)
}

/// A here-document announced on the current line, whose body follows it.
#[derive(Debug)]
struct Here {
    end: String,
    literal: bool,
    strips_tabs: bool,
}

/// The reader's place in the line.
#[derive(Debug)]
pub struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    heres: Vec<Here>,
    commands: Vec<Simple>,
}

impl Parser {
    fn new(text: &str, depth: usize) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
            depth,
            heres: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// The character so many places on.
    pub fn ahead(&self, places: usize) -> Option<char> {
        self.chars.get(self.at + places).copied()
    }

    /// Takes the next character.
    pub fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Takes the text if it comes next.
    pub fn takes(&mut self, text: &str) -> bool {
        let comes = text.chars().enumerate().all(|(places, c)| self.ahead(places) == Some(c));
        if comes {
            self.at += text.chars().count();
        }
        comes
    }

    /// Reads commands up to the end, or up to the bracket that closes this list.
    pub fn list(&mut self, closing: Option<char>) -> Result<(), Refused> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Refused("it is nested too deeply"));
        }
        loop {
            self.blanks();
            match self.peek() {
                None if closing.is_none() => break,
                None => return Err(Refused("a bracket is not closed")),
                c if c == closing => {
                    self.at += 1;
                    break;
                }
                Some('\n') => {
                    self.at += 1;
                    self.here_bodies()?;
                }
                Some(';') if self.ahead(1) == Some(';') => return Err(Refused("it has a case")),
                Some('&') if self.ahead(1) != Some('>') => self.at += 1,
                Some(';' | '|') => self.at += 1,
                Some('(') if self.ahead(1) == Some('(') => {
                    return Err(Refused("it has arithmetic"));
                }
                Some('(') => {
                    self.at += 1;
                    self.list(Some(')'))?;
                }
                Some(')') => return Err(Refused("a bracket is closed that was not opened")),
                Some(_) => self.simple()?,
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Skips spaces, continued lines and comments.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.at += 1,
                Some('\\') if self.ahead(1) == Some('\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Reads one simple command; reserved words are stepped over, since what they hold together is judged by itself.
    fn simple(&mut self) -> Result<(), Refused> {
        let mut command = Simple::default();
        loop {
            self.blanks();
            match self.peek() {
                None | Some('\n' | ';' | '|' | ')') => break,
                Some('&') if self.ahead(1) != Some('>') => break,
                Some('(') => return Err(Refused("it defines a function or an array")),
                Some('<' | '>' | '&') => self.redirect(&mut command)?,
                Some(c) if c.is_ascii_digit() && self.redirects_after_digits() => {
                    while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                        self.at += 1;
                    }
                    self.redirect(&mut command)?;
                }
                Some(_) => {
                    let word = self.word()?;
                    if !self.starts(&mut command, word)? {
                        break;
                    }
                }
            }
        }
        if command != Simple::default() {
            self.commands.push(command);
        }
        Ok(())
    }

    /// Adds a word to the command. False when it was a reserved word, after which a new command begins.
    fn starts(&mut self, command: &mut Simple, word: Word) -> Result<bool, Refused> {
        if !command.words.is_empty() {
            command.words.push(word);
            return Ok(true);
        }
        if let Some(assignment) = assignment(&word) {
            command.assignments.push(assignment);
            return Ok(true);
        }
        let plain = if word.quoted { None } else { word.literal() };
        match plain.as_deref() {
            Some(glue) if GLUE.contains(&glue) && command.assignments.is_empty() => {
                return Ok(false);
            }
            Some(refused) if REFUSED.contains(&refused) => {
                return Err(Refused("it has a compound command that is not read here"));
            }
            Some("for") => return self.loop_over(command),
            _ => {}
        }
        command.words.push(word);
        Ok(true)
    }

    /// `for NAME in words`: an assignment of something unknown, and words that are expanded but not run.
    fn loop_over(&mut self, command: &mut Simple) -> Result<bool, Refused> {
        self.blanks();
        if self.peek() == Some('(') {
            return Err(Refused("it has arithmetic"));
        }
        let name = self.word()?.literal().ok_or(Refused("a loop's name is unknown"))?;
        command.assignments.push((name, Word::unknown()));
        command.words.push(Word::text(":"));
        Ok(true)
    }

    fn redirects_after_digits(&self) -> bool {
        let digits = self.chars.iter().skip(self.at).take_while(|c| c.is_ascii_digit()).count();
        matches!(self.ahead(digits), Some('<' | '>'))
    }

    fn redirect(&mut self, command: &mut Simple) -> Result<(), Refused> {
        if self.takes("<(") || self.takes(">(") {
            self.list(Some(')'))?;
            command.words.push(Word::unknown());
            return Ok(());
        }
        if self.takes("<<<") {
            self.blanks();
            self.word()?;
            return Ok(());
        }
        if self.takes("<<") {
            let strips_tabs = self.takes("-");
            self.blanks();
            let word = self.word()?;
            let end = word.literal().ok_or(Refused("the end of a here-document is unknown"))?;
            self.heres.push(Here { end, literal: word.quoted, strips_tabs });
            return Ok(());
        }
        let copies = self.takes(">&") || self.takes("<&");
        let writes = copies
            || self.takes("&>>")
            || self.takes("&>")
            || self.takes(">>")
            || self.takes(">|")
            || self.takes("<>")
            || self.takes(">");
        if !writes && !self.takes("<") {
            return Err(Refused("a redirection is not understood"));
        }
        self.blanks();
        let word = self.word()?;
        if word.pieces.is_empty() {
            return Err(Refused("a redirection goes nowhere"));
        }
        let descriptor = word
            .literal()
            .is_some_and(|text| text == "-" || text.bytes().all(|byte| byte.is_ascii_digit()));
        if !(copies && descriptor) {
            command.redirects.push(if writes { Redirect::To(word) } else { Redirect::From(word) });
        }
        Ok(())
    }

    /// Reads the bodies of the here-documents announced on the line that just ended.
    fn here_bodies(&mut self) -> Result<(), Refused> {
        for here in std::mem::take(&mut self.heres) {
            let mut body = String::new();
            while self.at < self.chars.len() {
                let rest = self.chars.get(self.at..).unwrap_or_default();
                let line: String = rest.iter().take_while(|c| **c != '\n').collect();
                self.at = (self.at + line.chars().count() + 1).min(self.chars.len());
                let line = if here.strips_tabs { line.trim_start_matches('\t') } else { &line };
                if line == here.end {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            if !here.literal {
                self.within(&body, |parser| parser.expansions())?;
            }
        }
        Ok(())
    }

    /// Reads another text as part of this line, and keeps the commands found in it.
    pub fn within(
        &mut self,
        text: &str,
        read: impl FnOnce(&mut Self) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let mut inner = Self::new(text, self.depth + 1);
        if inner.depth > DEEPEST {
            return Err(Refused("it is nested too deeply"));
        }
        read(&mut inner)?;
        self.commands.append(&mut inner.commands);
        Ok(())
    }
}

/// Splits `NAME=value`, when the name is one and was not quoted away.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let mut pieces = word.pieces.iter();
    let Piece::Text(first) = pieces.next()? else { return None };
    let (name, value) = first.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return None;
    }
    let mut rest = Word { pieces: vec![Piece::Text(value.to_owned())], quoted: word.quoted };
    rest.pieces.extend(pieces.cloned());
    Some((name.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(line: &str) -> Vec<String> {
        let commands = parse(line).unwrap_or_else(|refused| panic!("{line}: {refused:?}"));
        commands
            .iter()
            .map(|c| {
                c.words
                    .iter()
                    .map(|w| w.literal().unwrap_or("?".into()))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    #[test]
    fn every_command_is_found_wherever_it_hides() {
        assert_eq!(programs("a 'b c' | d && e;f & g\nh # i"), ["a b c", "d", "e", "f", "g", "h"]);
        assert_eq!(
            programs("echo $(rm x) `rm y` \"$(rm z)\""),
            ["rm x", "rm y", "rm z", "echo ? ? ?"]
        );
        assert_eq!(programs("cat <<E\n$(rm x)\nE\nls"), ["cat", "rm x", "ls"]);
        assert_eq!(programs("cat <<'E'\n$(rm x)\nE\nls"), ["cat", "ls"]);
        assert_eq!(programs("if rm x; then ls; fi; { id; }; (pwd)"), ["rm x", "ls", "id", "pwd"]);
        assert_eq!(programs("r\\m 'x'\"y\" 2>&1"), ["rm xy"]);
        assert_eq!(
            programs("diff <(rm x) y; echo ${a:-$(rm y)}"),
            ["rm x", "diff ? y", "rm y", "echo ?"]
        );
        assert_eq!(programs("for i in $(rm x); do cat $i; done"), ["rm x", ": in ?", "cat ?"]);
    }

    #[test]
    fn what_is_not_read_is_refused() {
        for line in [
            "f() { rm x; }",
            "a=(1 2)",
            "case x in y) rm;; esac",
            "((1))",
            "echo 'x",
            "echo $((a[1]))",
            "echo ${!x}",
            "echo ${x@P}",
            "(ls",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
