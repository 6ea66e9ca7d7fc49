//! Arguments against the schema of the **pinned** definition, which is the one a person saw.
//!
//! The validator works on a copy in another library's tree that rounds big numbers, so it is only ever asked whether
//! the shape fits; nothing is judged, shown or sent from that copy. A schema that cannot be compiled, or points
//! outside itself, proves nothing, so the call asks; one that refers to itself is cut by the validator where it comes
//! round again.

use crate::domain::digest::Digest;
use crate::domain::json::Node;
use crate::domain::visible;
use crate::policy::finding::Finding;
use crate::policy::kernel::kept::Kept;
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value};

/// Faults told in one refusal.
const FAULTS_TOLD: usize = 3;
/// A pattern of a schema may take this many bytes, and this many steps back.
const PATTERN_BYTES_MAX: usize = 1 << 20;
const PATTERN_STEPS_MAX: usize = 100_000;

/// Compiled schemas by the digest of their definition, or why there is none.
#[derive(Debug, Default)]
pub(crate) struct Schemas(Kept<Result<Validator, &'static str>>);

impl Schemas {
    /// Deny when the arguments do not fit, ask when nobody can tell, nothing when they fit.
    pub(crate) fn check(
        &self,
        digest: Digest,
        tool: &Node<'_>,
        arguments: &Node<'_>,
    ) -> Option<Finding> {
        let compiled = self.0.get(digest, || compile(tool));
        let validator = match compiled.as_ref() {
            Ok(validator) => validator,
            Err(why) => return Some(Finding::ask("schema.unusable", *why)),
        };
        let Some(copy) = copied(arguments) else {
            let message = "the arguments hold a number too large for the schema check";
            return Some(Finding::ask("schema.unchecked", message));
        };
        if validator.is_valid(&copy) {
            return None;
        }
        let faults: Vec<String> = validator
            .iter_errors(&copy)
            .take(FAULTS_TOLD)
            .map(|fault| {
                let place = fault.instance_path().to_string();
                // Masked: the values may be secrets, and this sentence goes into journals and to the client.
                let what = fault.masked().to_string();
                let at = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
                shown(&format!("{what}{at}"))
            })
            .collect();
        let message = format!("the arguments do not fit the tool's schema: {}", faults.join("; "));
        Some(Finding::deny("schema.mismatch", message))
    }
}

fn compile(tool: &Node<'_>) -> Result<Validator, &'static str> {
    let schema =
        tool.get("inputSchema").ok_or("the tool's definition has no schema for its arguments")?;
    let schema =
        copied(schema).ok_or("the tool's schema holds a number too large to check against")?;
    jsonschema::options()
        .offline()
        .with_pattern_options(
            PatternOptions::fancy_regex()
                .size_limit(PATTERN_BYTES_MAX)
                .backtrack_limit(PATTERN_STEPS_MAX),
        )
        .build(&schema)
        .map_err(|_| "the tool's schema does not compile, or points to another document")
}

fn copied(node: &Node<'_>) -> Option<Value> {
    Some(match node {
        Node::Null => Value::Null,
        Node::Bool(value) => Value::Bool(*value),
        Node::Number(digits) => Value::Number(digits.parse().ok()?),
        Node::String(text) => Value::String(text.as_ref().to_owned()),
        Node::Array(items) => Value::Array(items.iter().map(copied).collect::<Option<_>>()?),
        Node::Object(members) => {
            let members =
                members.iter().map(|(key, value)| Some((key.as_ref().to_owned(), copied(value)?)));
            Value::Object(members.collect::<Option<Map<_, _>>>()?)
        }
    })
}

/// A fault's words, with nothing invisible in them: names in it come from the call.
fn shown(text: &str) -> String {
    visible::shorten(&visible::inline(text), 160)
}
