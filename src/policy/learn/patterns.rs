//! Calls that were always approved: the pattern that would have saved the questions.
//!
//! A pattern names every argument, as an allow must. An argument that was always the same stays so; paths keep the folder
//! that all of them were in; of everything else only names that carry content may be anything. A tool that was refused
//! once, runs what it is given, takes something away, moves money or tells somebody outside is not proposed, nor anything above tier 2.

use crate::domain::json::{Canonical, Node};
use crate::domain::ruling::{Effect, Tier, Verdict};
use crate::policy::learn::{HeldBack, Learned, bare, cut};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Approved questions of a tool, at least.
const SUPPORT: usize = 5;
/// Arguments of one tool, at most.
const ARGUMENTS: usize = 20;
/// Folders that a path must have in common with all others, at least.
const FOLDERS: usize = 3;
/// Arguments whose value is what is written, and not where or how.
pub(crate) const CONTENT: &[&str] =
    &["body", "content", "contents", "data", "description", "message", "note", "text", "title"];

/// One question that a person answered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `server__tool`.
    pub tool: String,
    /// Its arguments.
    pub arguments: Option<Canonical>,
    /// How grave it was.
    pub tier: Tier,
    /// What it did.
    pub effect: Effect,
    /// Whether the answer was yes.
    pub approved: bool,
}

/// The `top` patterns that would have saved most questions.
#[must_use]
pub fn patterns(history: &[Asked], top: usize) -> Vec<Learned> {
    let mut by_tool: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
    for asked in history {
        by_tool.entry(&asked.tool).or_default().push(asked);
    }
    let mut found: Vec<Learned> =
        by_tool.into_iter().filter_map(|(tool, asked)| pattern(tool, &asked)).collect();
    found.sort_by(|a, b| b.support.cmp(&a.support).then(a.rule.tool.cmp(&b.rule.tool)));
    found.truncate(top);
    found
}

fn pattern(tool: &str, asked: &[&Asked]) -> Option<Learned> {
    let mild = |one: &&&Asked| {
        one.approved
            && one.tier <= Tier::WRITE
            && matches!(one.effect, Effect::Read | Effect::Write)
    };
    let plain = !tool.contains(['*', '?', '[', ']', '{', '}', '\\', '!']);
    if !plain || asked.len() < SUPPORT || !asked.iter().all(|one| mild(&one)) {
        return None;
    }
    let (learned, held) = cut(asked);
    let when = conditions(&learned)?;
    let mut rule = bare(Verdict::Allow);
    rule.tool = Some(tool.to_owned());
    rule.reason = Some(format!("{} questions about such calls were all approved", asked.len()));
    rule.when = Some(when);
    // The same reading that will judge calls says which of those held back it would have saved.
    let compiled = crate::policy::compile_rule(&rule).ok()?;
    let saved = held
        .iter()
        .filter_map(|one| {
            one.arguments.as_ref()?.node().ok().map(|node| compiled.matches(Some(&node)))
        })
        .filter(|met| *met)
        .count();
    // A pattern that saves nothing it had not seen would only repeat those calls.
    if !held.is_empty() && saved == 0 {
        return None;
    }
    // Of a tool that was refused once nothing is proposed, so there is no share of right ones to tell.
    let held_back = HeldBack { calls: held.len(), met: saved, false_positives: None };
    Some(Learned { rule, support: learned.len(), precision: None, held_back })
}

/// What all of them have in common, or nothing when that is too little to be a pattern.
fn conditions(asked: &[&Asked]) -> Option<Map<String, Value>> {
    let mut values: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for one in asked {
        let arguments = one.arguments.as_ref()?;
        let Node::Object(members) = arguments.node().ok()? else { return None };
        for (name, value) in members {
            if name.contains('.') {
                return None;
            }
            values.entry(name.to_string()).or_default().push(simple(&value)?);
        }
    }
    if values.is_empty() || values.len() > ARGUMENTS {
        return None;
    }
    let mut when = Map::new();
    let mut holds = false;
    for (name, values) in values {
        // One that is there only sometimes would make the pattern miss the others.
        if values.len() != asked.len() {
            return None;
        }
        let condition = one(&name, &values)?;
        holds |= condition != json!("*");
        when.insert(name, condition);
    }
    holds.then_some(when)
}

/// The condition of one argument.
fn one(name: &str, values: &[Value]) -> Option<Value> {
    let first = values.first()?;
    if values.iter().all(|value| value == first) {
        return is_literal(first).then(|| first.clone());
    }
    if CONTENT.contains(&name.to_ascii_lowercase().as_str()) {
        return Some(json!("*"));
    }
    let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
    folder(&texts?).map(|folder| json!(format!("{folder}/**")))
}

/// Text without wildcards, number or truth value.
pub(crate) fn is_literal(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains(['*', '?', '[', '{', '\\']),
        Value::Bool(_) | Value::Number(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The deepest folder that all of these absolute paths are in.
fn folder(paths: &[&str]) -> Option<String> {
    let mut common: Option<Vec<&str>> = None;
    for path in paths {
        let plain =
            path.starts_with('/') && !path.contains(['*', '?', '[', '{', '\\', '\0', '~', '%']);
        let mut parts: Vec<&str> = path.split('/').skip(1).collect();
        if !plain || parts.iter().any(|part| part.is_empty() || *part == "." || *part == "..") {
            return None;
        }
        parts.pop();
        common = Some(match common {
            None => parts,
            Some(before) => {
                before.into_iter().zip(parts).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
            }
        });
    }
    let common = common.filter(|parts| parts.len() >= FOLDERS)?;
    Some(format!("/{}", common.join("/")))
}

/// A value that a condition can be about, or nothing.
pub(crate) fn simple(node: &Node<'_>) -> Option<Value> {
    match node {
        Node::String(text) => Some(json!(text)),
        Node::Bool(value) => Some(json!(value)),
        Node::Number(digits) => serde_json::from_str(digits).ok(),
        Node::Null | Node::Array(_) | Node::Object(_) => None,
    }
}
