//! What a rule is held against: the arguments of one call, and every text that can be got out of them.
//!
//! Many rules look at the same call, so what costs something is made once and only when a rule wants it. An allow is
//! shown the texts alone. An ask or deny is shown whatever might be meant: names of members, digits of numbers, a list
//! of words as the line that they make, and every other reading of a tricky text.

use crate::config::lexical;
use crate::domain::json::Node;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// The names under which a program stands beside the list of its arguments.
const PROGRAM: [&str; 6] = ["command", "cmd", "program", "executable", "file", "path"];

/// A text up to this many bytes is compared in all its spellings; no path of any system is longer.
const READ_IN_EVERY_WAY_MAX: usize = 1 << 16;

/// The other readings of one text.
type Readings = Rc<Vec<String>>;

/// The arguments of one call as rules look at them.
#[derive(Debug)]
pub struct Subject<'a> {
    arguments: Option<&'a Node<'a>>,
    uri: Option<&'a str>,
    unknown: Option<(&'a [&'a Node<'a>], bool)>,
    texts: OnceCell<Texts<'a>>,
    written: OnceCell<Vec<Cow<'a, str>>>,
    read: OnceCell<Vec<String>>,
    readings: RefCell<HashMap<(usize, usize), Readings>>,
}

#[derive(Debug, Default)]
struct Texts<'a> {
    values: Vec<&'a str>,
    names: Vec<&'a str>,
    digits: Vec<&'a str>,
    lines: Vec<String>,
    /// Something that is no text: a number, `true`, `null`, an empty list.
    others: bool,
}

impl<'a> Subject<'a> {
    /// The arguments of a call, or none.
    #[must_use]
    pub fn new(arguments: Option<&'a Node<'a>>) -> Self {
        Self {
            arguments,
            uri: None,
            unknown: None,
            texts: OnceCell::new(),
            written: OnceCell::new(),
            read: OnceCell::new(),
            readings: RefCell::default(),
        }
    }

    /// The same with the URI of the resource that is read: a text like those of the arguments.
    #[must_use]
    pub fn with_uri(self, uri: Option<&'a str>) -> Self {
        Self { uri, ..self }
    }

    /// The same where these values are not known, only that something stood there: conditions on them are all taken for
    /// met, or all for not. What matches although they are not met matches whatever stood there; what does not match
    /// although they are met never does.
    #[must_use]
    pub(crate) fn with_unknown(self, places: &'a [&'a Node<'a>], met: bool) -> Self {
        let unknown = (!places.is_empty()).then_some((places, met));
        Self { unknown, ..self }
    }

    /// Whether conditions on this value are met, if it is one that is not known.
    pub(crate) fn guess(&self, value: &Node<'_>) -> Option<bool> {
        let (places, met) = self.unknown?;
        places.iter().any(|place| std::ptr::eq::<Node<'_>>(*place, value)).then_some(met)
    }

    /// Whether conditions on what is not known are met, if anything is not.
    pub(crate) fn guesses(&self) -> Option<bool> {
        self.unknown.map(|(_, met)| met)
    }

    /// The arguments.
    pub(crate) fn arguments(&self) -> Option<&'a Node<'a>> {
        self.arguments
    }

    /// Every text, as it stands: what an allow is held against.
    pub(crate) fn values(&self) -> &[&'a str] {
        &self.texts().values
    }

    /// Whether whatever stands in the arguments is text: no number, no `true` or `null`, no list or object without
    /// anything in it.
    pub(crate) fn is_all_text(&self) -> bool {
        !self.texts().others
    }

    /// Every name of a member.
    pub(crate) fn names(&self) -> &[&'a str] {
        &self.texts().names
    }

    /// Everything that reads as text, as written: what an ask or deny is held against first.
    pub(crate) fn written(&self) -> &[Cow<'a, str>] {
        self.written.get_or_init(|| {
            let texts = self.texts();
            let borrowed = texts.values.iter().chain(&texts.names).chain(&texts.digits);
            let lines = texts.lines.iter().map(|line| Cow::Owned(line.clone()));
            borrowed.map(|text| Cow::Borrowed(*text)).chain(lines).collect()
        })
    }

    /// The other readings of whatever is tricky, in lower case: what an ask or deny is held against then.
    pub(crate) fn read(&self) -> &[String] {
        self.read.get_or_init(|| {
            let tricky = self.written().iter().filter(|text| lexical::is_tricky(text));
            let mut all: Vec<String> =
                tricky.flat_map(|text| lexical::readings(text, None)).collect();
            all.sort_unstable();
            all.dedup();
            all
        })
    }

    /// The other readings of one text of the arguments, as a path; `None` when it is too long to be read in every way.
    pub(crate) fn readings(&self, text: &str) -> Option<Readings> {
        if !lexical::is_tricky(text) {
            return Some(Rc::default());
        }
        if text.len() > READ_IN_EVERY_WAY_MAX {
            return None;
        }
        // The texts stand still as long as the subject does, so their place names them.
        let place = (text.as_ptr() as usize, text.len());
        let mut kept = self.readings.borrow_mut();
        Some(Rc::clone(kept.entry(place).or_insert_with(|| {
            let mut all = lexical::readings(text, None);
            let stripped = all.iter().filter_map(|r| r.strip_prefix("file:")).map(str::to_owned);
            let stripped: Vec<String> = stripped.collect();
            all.extend(stripped);
            Rc::new(all)
        })))
    }

    fn texts(&self) -> &Texts<'a> {
        self.texts.get_or_init(|| {
            let mut texts = Texts::default();
            texts.values.extend(self.uri);
            if let Some(arguments) = self.arguments {
                texts.take(arguments, self);
            }
            texts
        })
    }
}

impl<'a> Texts<'a> {
    fn take(&mut self, value: &'a Node<'a>, subject: &Subject<'a>) {
        if subject.guess(value).is_some() {
            return;
        }
        match value {
            Node::String(text) => self.values.push(text),
            Node::Number(digits) => {
                self.others = true;
                self.digits.push(digits);
            }
            Node::Array(items) => {
                self.others |= items.is_empty();
                if let Some(line) = line(None, items) {
                    self.lines.push(line);
                }
                items.iter().for_each(|item| self.take(item, subject));
            }
            Node::Object(members) => {
                self.others |= members.is_empty();
                let program = members.iter().find_map(|(name, value)| {
                    PROGRAM.contains(&name.to_ascii_lowercase().as_str()).then(|| value.as_str())?
                });
                for (name, value) in members {
                    self.names.push(name);
                    if let (Some(program), Node::Array(items)) = (program, value) {
                        self.lines.extend(line(Some(program), items));
                    }
                    self.take(value, subject);
                }
            }
            Node::Null | Node::Bool(_) => self.others = true,
        }
    }
}

/// A list of words as the line that they make: `["rm", "-rf"]` runs what `rm -rf` runs.
fn line(program: Option<&str>, items: &[Node<'_>]) -> Option<String> {
    let words: Option<Vec<&str>> = items.iter().map(Node::as_str).collect();
    let words = words.filter(|words| words.len() + usize::from(program.is_some()) > 1)?;
    Some(program.into_iter().chain(words).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn every_text_is_found_once() {
        let json =
            r#"{"command":"rm","args":["-rf",{"x":"/a//b"}],"argv":["-r","/"],"n":42,"b":true}"#;
        let node = parse(json, &Limits::ARGUMENTS).unwrap();
        let subject = Subject::new(Some(&node)).with_uri(Some("file:///u"));
        assert_eq!(subject.values(), ["file:///u", "rm", "-rf", "/a//b", "-r", "/"]);
        assert_eq!(subject.names(), ["command", "args", "x", "argv", "n", "b"]);
        let has = |text: &str| subject.written().iter().any(|t| t == text);
        assert!(has("42") && has("rm -r /") && has("-r /") && !has("true") && !has("rm -rf"));
        assert!(subject.read().iter().any(|r| r == "/a/b"));
        assert!(Subject::new(None).values().is_empty());
    }
}
