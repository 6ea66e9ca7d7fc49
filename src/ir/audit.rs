//! Whether what is to be executed is the plan: every node of the execution graph is held against the step it says it is.

use crate::domain::digest::Digest;
use crate::domain::json;
use crate::ir::check::fields::kind_of;
use crate::ir::check::{LIMITS, code_of};
use crate::ir::names::Names;
use crate::ir::report::maybe_hash;
use crate::ir::{Plan, Validation, hash, parse_hash, show_hash};
use serde::Serialize;

/// What an execution graph says of one of its nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The step: `idx:0`, `id:abc`, or bare `0`, `abc`.
    pub ir_step_id: String,
    /// The hash that it was built from, with or without `sha256:`.
    pub ir_step_hash: String,
}

/// A node whose hash is not that of its step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HashMismatch {
    /// The step.
    pub step_id: String,
    /// What the plan has.
    pub expected_hash: String,
    /// What the node says.
    pub actual_hash: String,
}

/// A node that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Malformed {
    /// Its place, from 0; `None` when the whole graph is meant.
    pub node_index: Option<usize>,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong with it, safe to show.
    pub message: String,
}

/// What an audit found. Anything in one of the lists is a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Whether the graph is exactly the plan.
    pub success: bool,
    /// The plan.
    #[serde(serialize_with = "maybe_hash")]
    pub ir_hash: Option<Digest>,
    /// The graph; `None` when it could not be read.
    #[serde(serialize_with = "maybe_hash")]
    pub dag_hash: Option<Digest>,
    /// Steps that no node executes.
    pub missing_ir_steps: Vec<String>,
    /// Nodes of no step.
    pub extra_dag_nodes: Vec<String>,
    /// Nodes of a step that another node with the same id executes already.
    pub duplicate_dag_nodes: Vec<String>,
    /// Nodes of a step that another node executes already under another spelling of its id.
    pub colliding_dag_nodes: Vec<String>,
    /// Nodes whose hash is not that of their step.
    pub hash_mismatches: Vec<HashMismatch>,
    /// Nodes that cannot be read.
    pub malformed_dag_nodes: Vec<Malformed>,
    /// Steps of the plan.
    pub step_count: usize,
    /// Nodes of the graph.
    pub dag_node_count: usize,
}

impl Audit {
    /// That of a plan that is refused: no graph is its graph, whatever its nodes say.
    #[must_use]
    pub fn of_refused(validation: &Validation, nodes: &[u8]) -> Self {
        let read = json::parse_bytes(nodes, &LIMITS).ok();
        Self {
            success: false,
            ir_hash: validation.ir_hash,
            dag_hash: None,
            missing_ir_steps: Vec::new(),
            extra_dag_nodes: Vec::new(),
            duplicate_dag_nodes: Vec::new(),
            colliding_dag_nodes: Vec::new(),
            hash_mismatches: Vec::new(),
            malformed_dag_nodes: Vec::new(),
            step_count: validation.step_count,
            dag_node_count: read.as_ref().and_then(listed).map_or(0, <[_]>::len),
        }
    }
}

/// The nodes in a text.
fn listed<'n, 't>(nodes: &'n json::Node<'t>) -> Option<&'n [json::Node<'t>]> {
    let inner = nodes.get("nodes").or_else(|| nodes.get("dag_nodes"));
    inner.unwrap_or(nodes).array()
}

/// Holds the nodes against the plan, in time linear in both.
#[must_use]
pub fn audit(plan: &Plan, nodes: &[Node]) -> Audit {
    compare(plan, nodes, Vec::new(), nodes.len())
}

/// The same for nodes as JSON: an array of objects, or an object with such an array as `nodes`.
#[must_use]
pub fn audit_json(plan: &Plan, nodes: &json::Node<'_>) -> Audit {
    let Some(items) = listed(nodes) else {
        let message = "write an array of nodes, or an object that has one as `nodes`".to_owned();
        return compare(
            plan,
            &[],
            vec![Malformed { node_index: None, code: "NOT_AN_ARRAY", message }],
            0,
        );
    };
    let mut read = Vec::with_capacity(items.len());
    let mut malformed = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match (field(item, "ir_step_id"), field(item, "ir_step_hash")) {
            (Ok(id), Ok(hash)) => {
                read.push(Node { ir_step_id: id.to_owned(), ir_step_hash: hash.to_owned() });
            }
            (Err((code, message)), _) | (_, Err((code, message))) => {
                malformed.push(Malformed { node_index: Some(index), code, message });
            }
        }
    }
    compare(plan, &read, malformed, items.len())
}

/// The same for a text. One that cannot be read is a failure with a code, never an error.
#[must_use]
pub fn audit_text(plan: &Plan, bytes: &[u8]) -> Audit {
    match json::parse_bytes(bytes, &LIMITS) {
        Ok(nodes) => audit_json(plan, &nodes),
        Err(error) => {
            let (code, message) = (code_of(&error), error.to_string());
            compare(plan, &[], vec![Malformed { node_index: None, code, message }], 0)
        }
    }
}

fn field<'n>(node: &'n json::Node<'_>, name: &str) -> Result<&'n str, (&'static str, String)> {
    if !matches!(node, json::Node::Object(_)) {
        return Err(("NODE_NOT_AN_OBJECT", format!("a node is an object, not {}", kind_of(node))));
    }
    match node.get(name) {
        Some(json::Node::String(text)) => Ok(text),
        Some(other) => {
            Err(("NODE_INVALID_FIELD", format!("`{name}` must be a text, not {}", kind_of(other))))
        }
        None => Err(("NODE_MISSING_FIELD", format!("`{name}` is not there"))),
    }
}

fn compare(plan: &Plan, nodes: &[Node], malformed: Vec<Malformed>, count: usize) -> Audit {
    let steps = plan.steps();
    let ids: Vec<Option<&str>> = steps.iter().map(|step| step.id.strip_prefix("id:")).collect();
    // A plan with names that clash is refused before it is one.
    let names = Names::of(&ids, |_, _| {});
    let mut covered: Vec<Option<&str>> = vec![None; steps.len()];
    let mut found = Audit {
        success: false,
        ir_hash: Some(plan.hash()),
        dag_hash: malformed.is_empty().then(|| dag_hash(nodes)),
        missing_ir_steps: Vec::new(),
        extra_dag_nodes: Vec::new(),
        duplicate_dag_nodes: Vec::new(),
        colliding_dag_nodes: Vec::new(),
        hash_mismatches: Vec::new(),
        malformed_dag_nodes: malformed,
        step_count: steps.len(),
        dag_node_count: count,
    };
    for node in nodes {
        let place = names.find(&node.ir_step_id);
        let step = place.and_then(|place| steps.get(place));
        let (Some(step), Some(by)) = (step, place.and_then(|place| covered.get_mut(place))) else {
            found.extra_dag_nodes.push(node.ir_step_id.clone());
            continue;
        };
        match by {
            None => *by = Some(&node.ir_step_id),
            Some(first) if *first == node.ir_step_id => {
                found.duplicate_dag_nodes.push(node.ir_step_id.clone());
            }
            Some(_) => found.colliding_dag_nodes.push(node.ir_step_id.clone()),
        }
        if parse_hash(&node.ir_step_hash) != Some(step.hash) {
            found.hash_mismatches.push(HashMismatch {
                step_id: step.id.clone(),
                expected_hash: show_hash(&step.hash),
                actual_hash: node.ir_step_hash.clone(),
            });
        }
    }
    let missing = steps.iter().zip(&covered).filter(|(_, by)| by.is_none());
    found.missing_ir_steps = missing.map(|(step, _)| step.id.clone()).collect();
    // Each list says the same in another way; the counts are held on their own, whatever the lists forget.
    found.success = found.missing_ir_steps.is_empty()
        && found.extra_dag_nodes.is_empty()
        && found.duplicate_dag_nodes.is_empty()
        && found.colliding_dag_nodes.is_empty()
        && found.hash_mismatches.is_empty()
        && found.malformed_dag_nodes.is_empty()
        && found.step_count == found.dag_node_count;
    found
}

/// SHA-256 over the nodes, reduced to their two fields, hashes as bare hex, sorted by id and then by hash.
fn dag_hash(nodes: &[Node]) -> Digest {
    let mut reduced: Vec<(&str, String)> =
        nodes.iter().map(|node| (node.ir_step_id.as_str(), bare(&node.ir_step_hash))).collect();
    reduced.sort_unstable();
    let text = |text: String| json::Node::String(text.into());
    let items = reduced.into_iter().map(|(id, hash)| {
        json::Node::Object(vec![
            ("ir_step_hash".into(), text(hash)),
            ("ir_step_id".into(), json::Node::String(id.into())),
        ])
    });
    hash::of(&json::Node::Array(items.collect()))
}

/// A hash without its prefix, in small letters; what is none stays as it is.
fn bare(text: &str) -> String {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let hash = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hash { digits.to_ascii_lowercase() } else { text.to_owned() }
}
