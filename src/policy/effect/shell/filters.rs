//! Filters that carry a language of their own: `sed`, `awk`, `find`, and the pagers. Only the part of each language that
//! plainly looks is accepted.

use crate::policy::effect::shell::args::Args;
use crate::policy::effect::shell::syntax::Word;
use crate::policy::effect::shell::{Verdict, programs};

/// `find` that neither deletes, writes nor runs; what `-exec` runs is judged as a command.
pub fn find(args: &Args<'_>, depth: usize) -> Verdict {
    args.no_hidden_options()?;
    if args.has(&["-delete", "-fls", "-fprint", "-fprint0", "-fprintf"]) {
        return args.unknown();
    }
    let mut rest = args.words;
    while let Some(at) =
        rest.iter().position(|word| is(word, &["-exec", "-execdir", "-ok", "-okdir"]))
    {
        let after = rest.get(at + 1..).unwrap_or_default();
        let Some(end) = after.iter().position(|word| is(word, &[";", "+"])) else {
            return args.unknown();
        };
        programs::harmless(after.get(..end).unwrap_or_default(), depth + 1)?;
        if end == 0 || after.first().is_some_and(|word| is(word, &["{}"])) {
            return args.unknown();
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    Ok(())
}

fn is(word: &Word, known: &[&str]) -> bool {
    word.literal().is_some_and(|text| known.contains(&text.as_str()))
}

/// A pager shows; told to, it also writes logs and runs commands.
pub fn pager(args: &Args<'_>) -> Verdict {
    args.no_hidden_options()?;
    args.refuse(
        "oOkTtp",
        &[
            "log-file",
            "LOG-FILE",
            "lesskey-file",
            "lesskey-src",
            "tag-file",
            "tag",
            "pattern",
            "lesskey-content",
        ],
    )?;
    if args.known().iter().any(|word| word.starts_with('+')) { args.unknown() } else { Ok(()) }
}

/// `awk` whose program neither writes, runs nor loads.
pub fn awk(args: &Args<'_>) -> Verdict {
    let mut words = args.words.iter();
    let mut program = None;
    while let Some(word) = words.next() {
        let text = word.literal().ok_or_else(|| args.open())?;
        match text.as_str() {
            "-F" | "-v" => {
                words.next();
            }
            option if option.starts_with("-F") || option.starts_with("-v") => {}
            option if option.starts_with('-') => return args.unknown(),
            _ => {
                program = Some(text);
                break;
            }
        }
    }
    let Some(program) = program else { return args.unknown() };
    let bare = program.replace("||", " ");
    let refused =
        ["system", "getline", "|", "@", "close", "fflush"].iter().any(|part| bare.contains(part));
    // Before the first brace `>` compares; behind it it may write.
    let writes = bare.split_once('{').is_some_and(|(_, actions)| actions.contains('>'));
    if refused || writes { args.unknown() } else { Ok(()) }
}

/// `sed` that edits nothing in place, and whose script only prints, deletes and substitutes in what it prints.
pub fn sed(args: &Args<'_>) -> Verdict {
    args.no_hidden_options()?;
    let mut scripts = Vec::new();
    let mut bare = None;
    let mut words = args.words.iter();
    while let Some(word) = words.next() {
        // An open word may be a file once the script is known, and may be the script before.
        let Some(text) = word.literal() else {
            if scripts.is_empty() && bare.is_none() {
                return Err(args.open());
            }
            continue;
        };
        match text.as_str() {
            "-e" | "--expression" => {
                scripts.push(words.next().and_then(Word::literal).ok_or_else(|| args.open())?)
            }
            "-n" | "-E" | "-r" | "-z" | "-s" | "-u" | "-nE" | "-nr" | "-En" | "--quiet"
            | "--silent" | "--posix" | "--regexp-extended" | "--debug" => {}
            "-ne" => scripts.push(words.next().and_then(Word::literal).ok_or_else(|| args.open())?),
            option if option.starts_with('-') && option.len() > 1 => return args.unknown(),
            _ if scripts.is_empty() && bare.is_none() => bare = Some(text),
            _ => {}
        }
    }
    if scripts.is_empty() {
        scripts.push(bare.ok_or_else(|| args.open())?);
    }
    if scripts.iter().all(|script| script_shows(script)) { Ok(()) } else { args.unknown() }
}

/// True for a script made of the commands that plainly show.
fn script_shows(script: &str) -> bool {
    let mut chars = script.chars().peekable();
    while let Some(&c) = chars.peek() {
        match c {
            ' ' | '\t' | '\n' | ';' | '{' | '}' | '!' | ',' | '$' | '~' | '+' | '0'..='9' => {
                chars.next();
            }
            '/' => {
                chars.next();
                if !skip_pattern(&mut chars, '/') {
                    return false;
                }
                while matches!(chars.peek(), Some('I')) {
                    chars.next();
                }
            }
            'p' | 'd' | 'D' | 'P' | '=' | 'n' | 'N' | 'h' | 'H' | 'g' | 'G' | 'x' | 'q' | 'l' => {
                chars.next();
                // A letter must end its command: what follows belongs to the next.
                if !matches!(chars.peek(), None | Some(' ' | ';' | '\n' | '}' | '0'..='9')) {
                    return false;
                }
            }
            's' | 'y' => {
                chars.next();
                let Some(delimiter) =
                    chars.next().filter(|c| !c.is_alphanumeric() && !" \n\\".contains(*c))
                else {
                    return false;
                };
                if !(skip_pattern(&mut chars, delimiter) && skip_text(&mut chars, delimiter)) {
                    return false;
                }
                while matches!(chars.peek(), Some('g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9')) {
                    chars.next();
                }
                if !matches!(chars.peek(), None | Some(' ' | ';' | '\n' | '}')) {
                    return false;
                }
            }
            _ => return false,
        }
    }
    true
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Takes a replacement up to and with the delimiter, stepping over escaped characters.
fn skip_text(chars: &mut Chars<'_>, delimiter: char) -> bool {
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == delimiter {
            return true;
        }
    }
    false
}

/// Takes a pattern up to and with the delimiter. A bracket that holds the delimiter is refused: where the pattern ends
/// would then be a matter of opinion.
fn skip_pattern(chars: &mut Chars<'_>, delimiter: char) -> bool {
    while let Some(c) = chars.next() {
        if c == delimiter {
            return true;
        }
        match c {
            '\\' => {
                chars.next();
            }
            '[' => {
                chars.next_if_eq(&'^');
                chars.next_if_eq(&']');
                loop {
                    match chars.next() {
                        Some(']') => break,
                        Some(c) if c != delimiter => {}
                        _ => return false,
                    }
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_show_are_told_from_those_that_write() {
        for script in ["1,5p", "$!d", "s/a/b/g", "s|a/b|c|", "/x/I,/y/p", "s/w/e/;p", "5q"] {
            assert!(script_shows(script), "{script}");
        }
        for script in [
            "w f",
            "s/a/b/w f",
            "s/a/b/e",
            "e",
            "1e",
            "r f",
            "p w f x",
            "s/a/b/gw f",
            "/a/w f",
            "R f",
            "W f",
            "s/[/]/g;/w x/p",
        ] {
            assert!(!script_shows(script), "{script}");
        }
    }
}
