//! A rule as it judges: which tools, which arguments, and what then holds.
//!
//! The tool pattern is a glob over `server__tool`, with the upstream's own name for the tool, uncut, whatever name the
//! client sees. The one difference that matters between rules is in reading conditions. An **allow** is closed-world:
//! with `when` written, every argument of the call must be named by a condition, every condition must be met, and
//! `options.mode` names the member `mode` of `options`, whose other members then need conditions of their own. An
//! **ask** or **deny** is met when each of its conditions might be; arguments it does not name do not save the call.
//! No rule matches on an argument that is not there.

use crate::config::condition::{Reading, Test};
use crate::domain::json::Node;
use crate::domain::ruling::{Tier, Verdict};
use globset::{Glob, GlobBuilder};
use std::collections::BTreeMap;

/// One rule of the configuration.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in rulings: as written, else `rule N`.
    pub name: String,
    /// The pattern over `server__tool`, as written.
    pub tool: String,
    /// What holds when it matches.
    pub effect: Verdict,
    /// The gravest tier that an allow reaches.
    pub allow_tier: Tier,
    /// How sure its author is, 0 to 1. Decides nothing.
    pub score: Option<f64>,
    /// Why, in its author's words.
    pub reason: Option<String>,
    conditions: Option<Conditions>,
}

#[derive(Debug, Clone)]
enum Conditions {
    Strict(Shape),
    /// Whole name as written, its segments, and the test.
    Loose(Vec<(String, Vec<String>, Test)>),
}

/// The conditions of an allow, as a tree over argument names.
#[derive(Debug, Clone)]
enum Shape {
    Leaf(Test),
    Members(BTreeMap<String, Shape>),
}

/// Everything about a rule but its conditions.
pub(crate) struct Head {
    pub name: String,
    pub tool: String,
    pub effect: Verdict,
    pub allow_tier: Tier,
    pub score: Option<f64>,
    pub reason: Option<String>,
}

impl Rule {
    /// Compiles a rule; an error says what is wrong with it in a person's words.
    pub(crate) fn compile(head: Head, when: Option<&toml::Table>) -> Result<Self, String> {
        let Head { name, tool, effect, allow_tier, score, reason } = head;
        glob(&tool)?;
        let conditions = match when {
            None => None,
            Some(table) if effect == Verdict::Allow => Some(Conditions::Strict(strict(table)?)),
            Some(table) => Some(Conditions::Loose(loose(table)?)),
        };
        Ok(Self { name, tool, effect, allow_tier, score, reason, conditions })
    }

    /// The tool pattern compiled. Whether it is one was checked when the rule was read.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn tool_glob(&self) -> Result<Glob, String> {
        glob(&self.tool)
    }

    /// Whether the pattern names one tool only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.tool.contains(['*', '?', '[', '{', '\\'])
    }

    /// Whether the arguments meet the conditions. Without arguments there is none that could.
    #[must_use]
    pub fn matches(&self, arguments: Option<&Node<'_>>) -> bool {
        let none = Node::Object(Vec::new());
        let arguments = arguments.unwrap_or(&none);
        match &self.conditions {
            None => true,
            Some(Conditions::Strict(shape)) => {
                matches!(arguments, Node::Object(_)) && shape.met_by(arguments)
            }
            Some(Conditions::Loose(conditions)) => conditions.iter().all(|(name, path, test)| {
                // An argument may also be called `a.b` itself.
                let whole =
                    path.len() > 1 && arguments.get(name).is_some_and(|value| test.loosely(value));
                whole || reaches(arguments, path, test)
            }),
        }
    }
}

impl Shape {
    fn met_by(&self, value: &Node<'_>) -> bool {
        match (self, value) {
            (Self::Leaf(test), value) => test.strictly(value),
            (Self::Members(wanted), Node::Object(members)) => {
                members.len() == wanted.len()
                    && members.iter().all(|(name, value)| {
                        wanted.get(name.as_ref()).is_some_and(|shape| shape.met_by(value))
                    })
            }
            (Self::Members(_), Node::Array(items)) => {
                !items.is_empty() && items.iter().all(|item| self.met_by(item))
            }
            _ => false,
        }
    }
}

/// Whether a value at the path might be what was meant. Lists on the way are looked through.
fn reaches(value: &Node<'_>, path: &[String], test: &Test) -> bool {
    match (path.split_first(), value) {
        (None, _) => test.loosely(value),
        (Some(_), Node::Array(items)) => items.iter().any(|item| reaches(item, path, test)),
        (Some((name, rest)), Node::Object(_)) => {
            value.get(name).is_some_and(|v| reaches(v, rest, test))
        }
        // Something else than an object where members were expected: the wrong type.
        (Some(_), _) => true,
    }
}

fn glob(pattern: &str) -> Result<Glob, String> {
    if pattern.is_empty() {
        return Err("`tool` is empty; write `server__tool` or a pattern such as `server__read_*`"
            .to_owned());
    }
    GlobBuilder::new(pattern)
        .literal_separator(false)
        .backslash_escape(true)
        .build()
        .map_err(|e| format!("`{pattern}` is not a tool pattern: {}", e.kind()))
}

fn segments(name: &str) -> Result<Vec<String>, String> {
    let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    if parts.iter().any(String::is_empty) {
        return Err(format!("`{name}` is not the name of an argument or a dotted path to one"));
    }
    Ok(parts)
}

fn loose(table: &toml::Table) -> Result<Vec<(String, Vec<String>, Test)>, String> {
    table
        .iter()
        .map(|(name, value)| {
            let test =
                Test::read(value, Reading::Loose).map_err(|e| format!("`when.{name}`: {e}"))?;
            Ok((name.clone(), segments(name)?, test))
        })
        .collect()
}

fn strict(table: &toml::Table) -> Result<Shape, String> {
    let mut root = BTreeMap::new();
    for (name, value) in table {
        let test = Test::read(value, Reading::Strict).map_err(|e| format!("`when.{name}`: {e}"))?;
        let path = segments(name)?;
        if !plant(&mut root, &path, test) {
            return Err(format!("`when.{name}` and another condition speak of the same argument"));
        }
    }
    Ok(Shape::Members(root))
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
