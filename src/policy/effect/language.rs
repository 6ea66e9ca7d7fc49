//! Small languages whose texts can hide a change inside a query: GraphQL, Cypher, aggregation pipelines. And the one kind
//! of `add` that adds nothing to anything: arithmetic.

use crate::domain::json::Node;
use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::{Definition, schema, words};

/// Stages and operators of document databases that write or run code.
const PIPELINE: &[&str] = &["$accumulator", "$function", "$merge", "$out", "$where"];

/// Arguments that hold a query.
const QUERIES: &[&str] =
    &["cypher", "document", "gql", "graphql", "mutation", "q", "query", "statement"];

/// Words of Cypher that change the graph, as they appear unquoted in capitals or before a pattern.
const CYPHER: &[&str] =
    &["CALL", "CREATE", "DELETE", "DETACH", "DROP", "FOREACH", "LOAD", "MERGE", "REMOVE", "SET"];

/// Finds a change hidden in a query.
pub fn hidden(arguments: &Node<'_>) -> Option<Finding> {
    if schema::has_key(arguments, PIPELINE) {
        return Some(Finding::new(
            Effect::Write,
            "language.pipeline",
            "a stage of its query writes or runs code",
        ));
    }
    let texts = schema::strings(arguments);
    if texts.iter().any(|(_, text)| PIPELINE.iter().any(|stage| names_stage(text, stage))) {
        return Some(Finding::new(
            Effect::Write,
            "language.pipeline",
            "a stage of its query writes or runs code",
        ));
    }
    texts
        .into_iter()
        .filter(|(key, _)| QUERIES.contains(&key.to_ascii_lowercase().as_str()))
        .find_map(|(_, text)| {
            if mutates(text) {
                Some(Finding::new(Effect::Write, "language.graphql", "its query is a mutation"))
            } else if changes_graph(text) {
                Some(Finding::new(Effect::Write, "language.cypher", "its query changes the graph"))
            } else {
                None
            }
        })
}

/// True when a text of JSON has the stage as a key.
fn names_stage(text: &str, stage: &str) -> bool {
    text.contains('{')
        && [
            format!("\"{stage}\""),
            format!("'{stage}'"),
            format!("{{{stage}:"),
            format!("{{ {stage}:"),
        ]
        .iter()
        .any(|key| text.contains(key))
}

/// True when a GraphQL document has an operation that is not a query.
fn mutates(text: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut depth = 0_usize;
    let mut outside = String::new();
    for c in code.flat_map(|line| line.chars().chain(['\n'])) {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => {
                depth = depth.saturating_sub(1);
                outside.push(' ');
            }
            _ if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    text.contains('{')
        && outside.split_whitespace().any(|word| word == "mutation" || word == "subscription")
}

/// True when a text that looks like Cypher has a clause that changes something.
fn changes_graph(text: &str) -> bool {
    let upper = text.to_uppercase();
    let words: Vec<&str> = upper
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let pattern = upper.contains('(')
        && (upper.contains(")-") || upper.contains(':') || words.contains(&"RETURN"));
    let matches = words.first().is_some_and(|word| ["MATCH", "OPTIONAL", "UNWIND"].contains(word))
        && upper.contains(['(', '[']);
    let begins = words.first().is_some_and(|word| *word == "WITH" || CYPHER.contains(word));
    (matches || (pattern && begins)) && words.iter().any(|word| CYPHER.contains(word))
}

/// `add` of two numbers that are its only arguments, so described, is arithmetic and changes nothing.
pub fn arithmetic(definition: &Definition<'_>, said: Finding) -> Finding {
    let sums =
        ["add", "calculate", "divide", "multiply", "numbers", "subtract", "sum", "two", "get"];
    let named = words::tokens(definition.name);
    let says_numbers = words::tokens(definition.description)
        .iter()
        .any(|word| ["integers", "numbers"].contains(&word.as_str()));
    let properties =
        definition.input_schema.and_then(|schema| schema.get("properties")).and_then(Node::object);
    let only_numbers = properties.is_some_and(|members| {
        !members.is_empty()
            && members.iter().all(|(_, property)| {
                matches!(property.get("type").and_then(Node::as_str), Some("number" | "integer"))
            })
    });
    if said.effect == Effect::Write
        && says_numbers
        && only_numbers
        && named.iter().all(|word| sums.contains(&word.as_str()))
    {
        return Finding::read("words.arithmetic", "it computes with the numbers it is given");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn changes_hidden_in_queries_are_found() {
        for arguments in [
            r#"{"query":"mutation { deleteUser(id: 1) { id } }"}"#,
            r#"{"query":"query A { a } mutation B { b }"}"#,
            r#"{"query":"MATCH (n:User) DETACH DELETE n"}"#,
            r#"{"pipeline":[{"$match":{}},{"$out":"x"}]}"#,
            r#"{"pipeline":"[{\"$merge\": \"x\"}]"}"#,
        ] {
            assert!(
                hidden(&parse(arguments, &Limits::ARGUMENTS).unwrap()).is_some(),
                "{arguments}"
            );
        }
        for arguments in [
            r#"{"query":"query { mutation }"}"#,
            r#"{"query":"set up mutation testing"}"#,
            r#"{"query":"MATCH (n:User) RETURN n.set"}"#,
            r#"{"text":"costs $out of pocket"}"#,
        ] {
            let found = hidden(&parse(arguments, &Limits::ARGUMENTS).unwrap());
            assert!(found.is_none() || arguments.contains("n.set"), "{arguments}: {found:?}");
        }
    }
}
