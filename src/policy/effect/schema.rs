//! The shape of a tool's arguments: what the schema declares, what strings a call carries and how many records it names.

use crate::domain::json::Node;
use crate::domain::ruling::Effect;
use crate::policy::effect::words;

/// How deep arguments are searched. The strict reader stops at 64; what matters here is near the top.
const DEPTH: usize = 8;

/// The declaration of one argument, if the tool's schema has it.
pub fn property<'n, 'a>(schema: Option<&'n Node<'a>>, key: &str) -> Option<&'n Node<'a>> {
    schema?.get("properties")?.get(key)
}

/// The values an argument may take, if its schema lists them.
pub fn allowed<'n>(property: &'n Node<'_>) -> Option<Vec<&'n str>> {
    let values = property.get("enum")?.array()?;
    Some(values.iter().filter_map(Node::as_str).collect())
}

/// Every string in the arguments with the key it stands under, strings inside arrays under the array's key.
pub fn strings<'n>(arguments: &'n Node<'_>) -> Vec<(&'n str, &'n str)> {
    let mut found = Vec::new();
    collect(arguments, "", DEPTH, &mut found);
    found
}

fn collect<'n>(
    node: &'n Node<'_>,
    key: &'n str,
    depth: usize,
    found: &mut Vec<(&'n str, &'n str)>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match node {
        Node::String(text) => found.push((key, text)),
        Node::Array(items) => items.iter().for_each(|item| collect(item, key, depth, found)),
        Node::Object(members) => {
            members.iter().for_each(|(key, value)| collect(value, key, depth, found))
        }
        Node::Null | Node::Bool(_) | Node::Number(_) => {}
    }
}

/// True when any object in the arguments has one of these keys.
pub fn has_key(arguments: &Node<'_>, keys: &[&str]) -> bool {
    fn within(node: &Node<'_>, keys: &[&str], depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        match node {
            Node::Object(members) => members
                .iter()
                .any(|(key, value)| keys.contains(&key.as_ref()) || within(value, keys, depth)),
            Node::Array(items) => items.iter().any(|item| within(item, keys, depth)),
            _ => false,
        }
    }
    within(arguments, keys, 64)
}

/// True when the first level has this key with something in it.
pub fn given(arguments: &Node<'_>, key: &str) -> bool {
    match arguments.get(key) {
        None | Some(Node::Null) => false,
        Some(Node::String(text)) => !text.is_empty(),
        Some(Node::Array(items)) => !items.is_empty(),
        Some(Node::Object(members)) => !members.is_empty(),
        Some(Node::Bool(_) | Node::Number(_)) => true,
    }
}

/// Keys whose arrays are one value in many numbers, not many records.
const ONE_VALUE: &[&str] =
    &["argv", "args", "bbox", "coordinates", "embedding", "embeddings", "vector", "vectors"];

/// Keys by which a call says how many records it touches without naming them.
const COUNTS: &[&str] = &[
    "amount_of_records",
    "batch_size",
    "count",
    "limit",
    "max",
    "max_items",
    "max_records",
    "max_results",
    "n",
];

/// How many records the call shows that it touches: its longest list of ids or records, or for anything but a read the
/// number it asks for.
pub fn records(arguments: &Node<'_>, effect: Effect) -> usize {
    let listed = listed(arguments);
    if effect == Effect::Read { listed } else { listed.max(counted(arguments)) }
}

/// The length of its longest list of ids or records.
pub fn listed(arguments: &Node<'_>) -> usize {
    longest_list(arguments, "", DEPTH)
}

/// The number of records it asks for.
pub fn counted(arguments: &Node<'_>) -> usize {
    let members = arguments.object().unwrap_or_default().iter();
    let counts = members.filter(|(key, _)| COUNTS.contains(&key.as_ref()));
    let counts = counts.filter_map(|(_, value)| match value {
        Node::Number(digits) => whole(digits),
        Node::Null | Node::Bool(_) | Node::String(_) | Node::Array(_) | Node::Object(_) => None,
    });
    counts.max().unwrap_or(0)
}

/// A count as written. One too long to hold is the largest there is: it is certainly more than a handful.
fn whole(digits: &str) -> Option<usize> {
    if digits.starts_with('-') {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(digits.parse().unwrap_or(usize::MAX));
    }
    // `1e3` and `200.0` are counts too; the cast saturates.
    digits.parse::<f64>().ok().map(|number| number as usize)
}

/// True for `ids`, `message_ids`, `messageIds`. Most keys are told apart by their last letters alone.
fn names_ids(key: &str) -> bool {
    let end = key.trim_end_matches(|c: char| !c.is_alphanumeric());
    let may = end.len().checked_sub(3).and_then(|at| end.get(at..));
    may.is_some_and(|may| may.eq_ignore_ascii_case("ids"))
        && words::tokens(key).last().is_some_and(|word| word == "ids")
}

fn longest_list(node: &Node<'_>, key: &str, depth: usize) -> usize {
    let Some(depth) = depth.checked_sub(1) else { return 0 };
    match node {
        Node::Array(items) => {
            let own = if ONE_VALUE.contains(&key) { 0 } else { items.len() };
            items.iter().map(|item| longest_list(item, key, depth)).max().unwrap_or(0).max(own)
        }
        Node::Object(members) => {
            members.iter().map(|(key, value)| longest_list(value, key, depth)).max().unwrap_or(0)
        }
        Node::String(text) if names_ids(key) => {
            text.split(',').filter(|id| !id.trim().is_empty()).count()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn records_are_lists_of_ids_or_a_number_asked_for() {
        let count = |text: &str, effect| records(&parse(text, &Limits::ARGUMENTS).unwrap(), effect);
        assert_eq!(count(r#"{"ids":[1,2,3],"vector":[0.1,0.2,0.3,0.4]}"#, Effect::Read), 3);
        assert_eq!(count(r#"{"message_ids":"a, b,c,d"}"#, Effect::Write), 4);
        assert_eq!(count(r#"{"filter":"old","limit":5e2}"#, Effect::Destructive), 500);
        assert_eq!(count(r#"{"limit":500}"#, Effect::Read), 0);
        assert_eq!(count(r#"{"limit":99999999999999999999999}"#, Effect::Write), usize::MAX);
    }
}
