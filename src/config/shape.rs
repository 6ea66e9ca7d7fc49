//! The conditions of a rule as a whole: which arguments they name, and when all of them are met.
//!
//! An allow is **closed-world**: every argument of the call must be named, every condition met, and `options.mode` names
//! the member `mode` of `options`, whose other members then need conditions of their own. An ask or deny is met when each
//! of its conditions might be; arguments it does not name do not save the call.

use crate::config::condition::{Reading, Test};
use crate::config::subject::Subject;
use crate::domain::json::Node;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// All conditions of one rule.
#[derive(Debug)]
pub(crate) enum Conditions {
    /// Of an allow.
    Strict(Shape),
    /// Of an ask or deny: whole name as written, its segments, and the test.
    Loose(Vec<(String, Vec<String>, Test)>),
}

/// The conditions of an allow, as a tree over argument names.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A condition.
    Leaf(Test),
    /// Exactly these members.
    Members(BTreeMap<String, Shape>),
}

/// One condition by which rules can be looked up: no call meets the rule unless this argument is, or begins with, this
/// text. Of an ask or deny, a call whose argument might be read otherwise meets it, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key<'c> {
    /// The argument, a member of the arguments themselves.
    pub name: &'c str,
    /// The text.
    pub text: &'c str,
    /// It is this text; otherwise it begins so.
    pub whole: bool,
    /// Of an allow.
    pub strict: bool,
}

impl<'c> Key<'c> {
    fn of(name: &'c str, test: &'c Test, strict: bool) -> Option<Self> {
        let (text, whole) = test.beginning()?;
        Some(Self { name, text, whole, strict })
    }
}

/// A condition that is wrong: its name, and why.
pub(crate) type Wrong = (String, String);

impl Conditions {
    /// Reads them; every one that is wrong is told of.
    pub(crate) fn read(when: &Map<String, Value>, reading: Reading) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let mut root = BTreeMap::new();
        let mut all = Vec::new();
        for (name, value) in when {
            let read = Test::read(value, reading).and_then(|test| Ok((segments(name)?, test)));
            match read {
                Err(message) => wrong.push((name.clone(), message)),
                Ok((path, test)) if reading == Reading::Loose => {
                    all.push((name.clone(), path, test));
                }
                Ok((path, test)) => {
                    if !plant(&mut root, &path, test) {
                        let message = "it and another condition speak of the same argument";
                        wrong.push((name.clone(), message.to_owned()));
                    }
                }
            }
        }
        match (wrong.is_empty(), reading) {
            (false, _) => Err(wrong),
            (true, Reading::Strict) => Ok(Self::Strict(Shape::Members(root))),
            (true, Reading::Loose) => Ok(Self::Loose(all)),
        }
    }

    /// Whether the call meets them.
    pub(crate) fn met_by(&self, subject: &Subject<'_>) -> bool {
        let none = Node::Object(Vec::new());
        let arguments = subject.arguments().unwrap_or(&none);
        match self {
            Self::Strict(shape) => {
                let object = matches!(arguments, Node::Object(_));
                (object || subject.guess(arguments).is_some()) && shape.met_by(arguments, subject)
            }
            Self::Loose(conditions) => conditions.iter().all(|(name, path, test)| {
                // An argument may also be called `a.b` itself.
                let whole = path.len() > 1
                    && arguments.get(name).is_some_and(|value| test.loosely(value, subject));
                whole || reaches(arguments, path, test, subject)
            }),
        }
    }

    /// The best condition to look the rule up by; `None` when there is none.
    pub(crate) fn key(&self) -> Option<Key<'_>> {
        let best = |key: &Key<'_>| (key.whole, key.text.len());
        match self {
            Self::Strict(Shape::Members(members)) => members
                .iter()
                .filter_map(|(name, shape)| match shape {
                    Shape::Leaf(test) => Key::of(name, test, true),
                    Shape::Members(_) => None,
                })
                .max_by_key(best),
            Self::Strict(Shape::Leaf(_)) => None,
            Self::Loose(all) => all
                .iter()
                .filter(|(_, path, _)| path.len() == 1)
                .filter_map(|(name, _, test)| Key::of(name, test, false))
                .max_by_key(best),
        }
    }

    /// About how many bytes they take once compiled.
    pub(crate) fn cost(&self) -> usize {
        match self {
            Self::Strict(shape) => shape.cost(),
            Self::Loose(all) => {
                all.iter().map(|(name, _, test)| 2 * name.len() + test.cost()).sum()
            }
        }
    }
}

impl Shape {
    fn met_by(&self, value: &Node<'_>, subject: &Subject<'_>) -> bool {
        match (self, value) {
            (Self::Leaf(test), value) => test.strictly(value, subject),
            (Self::Members(_), value) if subject.guess(value).is_some() => {
                subject.guess(value) == Some(true)
            }
            (Self::Members(wanted), Node::Object(members)) => {
                members.len() == wanted.len()
                    && members.iter().all(|(name, value)| {
                        wanted.get(name.as_ref()).is_some_and(|shape| shape.met_by(value, subject))
                    })
            }
            (Self::Members(_), Node::Array(items)) => {
                !items.is_empty() && items.iter().all(|item| self.met_by(item, subject))
            }
            _ => false,
        }
    }

    fn cost(&self) -> usize {
        match self {
            Self::Leaf(test) => test.cost(),
            Self::Members(members) => {
                members.iter().map(|(name, shape)| 64 + name.len() + shape.cost()).sum()
            }
        }
    }
}

/// Whether a value at the path might be what was meant. Lists on the way are looked through.
fn reaches(value: &Node<'_>, path: &[String], test: &Test, subject: &Subject<'_>) -> bool {
    match (path.split_first(), value) {
        (None, _) => test.loosely(value, subject),
        (Some(_), _) if subject.guess(value).is_some() => subject.guess(value) == Some(true),
        (Some(_), Node::Array(items)) => {
            items.iter().any(|item| reaches(item, path, test, subject))
        }
        (Some((name, rest)), Node::Object(_)) => {
            value.get(name).is_some_and(|v| reaches(v, rest, test, subject))
        }
        // Something else than an object where members were expected: the wrong type.
        (Some(_), _) => true,
    }
}

fn segments(name: &str) -> Result<Vec<String>, String> {
    let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    if parts.iter().any(String::is_empty) {
        return Err("this is not the name of an argument or a dotted path to one".to_owned());
    }
    Ok(parts)
}

/// Puts a test at its place in the tree; `false` when something is there.
fn plant(members: &mut BTreeMap<String, Shape>, path: &[String], test: Test) -> bool {
    let Some((name, rest)) = path.split_first() else { return false };
    if rest.is_empty() {
        if members.contains_key(name) {
            return false;
        }
        members.insert(name.clone(), Shape::Leaf(test));
        return true;
    }
    match members.entry(name.clone()).or_insert_with(|| Shape::Members(BTreeMap::new())) {
        Shape::Members(inner) => plant(inner, rest, test),
        Shape::Leaf(_) => false,
    }
}
