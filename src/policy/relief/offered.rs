//! The conditions that a person begins with when he wants the answer to a call kept: what such calls that were approved
//! have in common, else this very call as far as conditions can say it.

use crate::domain::json::Node;
use crate::policy::KeptPattern;
use crate::policy::learn::{Asked, CONTENT, is_literal, patterns, simple};
use serde_json::{Map, Value, json};

/// Longer texts are content, or nothing that anybody would read in a condition.
const LONG: usize = 200;

/// The conditions for a call, from answered calls of its tool, oldest first. They may fit it or not: a preview says so.
#[must_use]
pub fn offered(call: &Asked, history: &[Asked], allows: bool) -> Map<String, Value> {
    let learned = patterns(history, 1).into_iter().find_map(|learned| learned.rule.when);
    let fits = |when: &Map<String, Value>| {
        KeptPattern::compile(when, allows).is_ok_and(|when| when.fits(call.arguments.as_ref()))
    };
    learned.filter(fits).unwrap_or_else(|| literal(call))
}

fn literal(call: &Asked) -> Map<String, Value> {
    let node = call.arguments.as_ref().and_then(|text| text.node().ok());
    let Some(Node::Object(members)) = &node else { return Map::new() };
    let one = |(name, value): &(std::borrow::Cow<'_, str>, Node<'_>)| {
        let value = simple(value)?;
        let is_short = value.as_str().is_none_or(|text| text.len() <= LONG && !text.contains('\n'));
        if is_short && is_literal(&value) {
            return Some((name.to_string(), value));
        }
        let is_content = CONTENT.contains(&name.to_ascii_lowercase().as_str());
        is_content.then(|| (name.to_string(), json!("*")))
    };
    members.iter().filter_map(one).collect()
}
