//! One line from the client, read once and strictly: who asks for what.

use crate::domain::json::{Canonical, Limits, Node, ReadError, parse_bytes};
use crate::journal::{PASSED, Passed};
use crate::mcp::roads::Carries;
use crate::mcp::roads::returning::{RESPONSES, STATE};

/// The protocol version of the modern era.
pub(super) const MODERN: &str = "2026-07-28";
/// Versions of the legacy era, newest first.
pub(super) const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

pub(super) const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
pub(super) const CLIENT: &str = "io.modelcontextprotocol/clientInfo";
pub(super) const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const PER_HOP: &str = "io.modelcontextprotocol/";

/// A line that is no message: answered without an id, since an id could be read as the answer to something
/// else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotAMessage {
    /// JSON-RPC error code.
    pub code: i64,
    /// Why.
    pub why: String,
}

fn not(why: impl Into<String>) -> NotAMessage {
    NotAMessage { code: -32600, why: why.into() }
}

/// One message.
#[derive(Debug)]
pub(super) struct Message<'a> {
    /// The id as JSON text, `None` for notifications.
    pub id: Option<String>,
    /// The method, `None` for answers to our own requests.
    pub method: Option<&'a str>,
    /// The parameters.
    pub params: Option<&'a Node<'a>>,
}

/// Reads a line into its tree.
///
/// # Errors
/// Why it is not JSON that we accept.
pub(super) fn read(line: &[u8]) -> Result<Node<'_>, NotAMessage> {
    parse_bytes(line, &Limits::LINE).map_err(|error| NotAMessage {
        code: if matches!(error, ReadError::Syntax { .. } | ReadError::InvalidUtf8 { .. }) {
            -32700
        } else {
            -32600
        },
        why: format!("not a message: {error}"),
    })
}

/// Reads the envelope.
///
/// # Errors
/// Why it is no JSON-RPC message.
pub(super) fn envelope<'a>(tree: &'a Node<'a>) -> Result<Message<'a>, NotAMessage> {
    if tree.array().is_some() {
        return Err(not("batches are not part of this protocol; send one message a line"));
    }
    if tree.object().is_none() {
        return Err(not("a message is an object"));
    }
    if tree.get("jsonrpc").and_then(Node::as_str) != Some("2.0") {
        return Err(not("`jsonrpc` must be `2.0`"));
    }
    let method = match tree.get("method") {
        None => None,
        Some(Node::String(method)) => Some(method.as_ref()),
        Some(_) => return Err(not("`method` must be a string")),
    };
    let id = tree.get("id").map(id_text).transpose()?;
    Ok(Message { id, method, params: tree.get("params") })
}

/// An id as JSON text: a string, or an integer of 64 bits in its plain spelling. Other spellings of one number
/// would be two ids to us and one to somebody else.
fn id_text(node: &Node<'_>) -> Result<String, NotAMessage> {
    let plain = match node {
        Node::String(text) => text.len() <= 256,
        Node::Number(digits) => digits.parse::<i64>().is_ok_and(|n| n.to_string() == *digits),
        Node::Null | Node::Bool(_) | Node::Array(_) | Node::Object(_) => false,
    };
    if !plain {
        return Err(not("`id` must be a string of at most 256 bytes or a 64-bit integer"));
    }
    Ok(text_of(node))
}

/// The compact JSON text of a value.
#[must_use]
pub(super) fn text_of(node: &Node<'_>) -> String {
    let mut out = Vec::new();
    node.write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// What a request's `_meta` says of the request itself.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The protocol version, in the modern era.
    pub version: Option<String>,
    /// The client's name, in the modern era.
    pub client: Option<String>,
    /// The progress token as JSON text.
    pub progress: Option<String>,
    /// What goes on to the server.
    pub passed: Passed,
    /// What the client can do for a question, in the modern era.
    pub carries: Carries,
}

/// Reads `_meta`.
///
/// # Errors
/// A member of the wrong type, as a message for the client.
pub(super) fn said(params: Option<&Node<'_>>) -> Result<Said, String> {
    let mut said = Said::default();
    let Some(meta) = params.and_then(|p| p.get("_meta")) else { return Ok(said) };
    let Some(members) = meta.object() else { return Err("`_meta` must be an object".to_owned()) };
    for (name, value) in members {
        match name.as_ref() {
            VERSION => {
                let text = value.as_str().ok_or("the protocol version must be a string")?;
                said.version = Some(text.to_owned());
            }
            CAPABILITIES => said.carries = Carries::of(value),
            CLIENT => said.client = value.get("name").and_then(Node::as_str).map(str::to_owned),
            "progressToken" => match value {
                Node::String(_) | Node::Number(_) => said.progress = Some(text_of(value)),
                _ => return Err("`progressToken` must be a string or a number".to_owned()),
            },
            other if other.starts_with(PER_HOP) => {}
            other => match (PASSED.into_iter().find(|known| *known == other), value) {
                (Some(known), Node::String(_)) => {
                    let value = Canonical::of(value).map_err(|e| e.to_string())?;
                    said.passed.trace.push((known, value));
                }
                _ => said.passed.dropped.push(other.chars().take(64).collect()),
            },
        }
    }
    Ok(said)
}

/// The parameters of `tools/call` and `prompts/get`.
#[derive(Debug)]
pub(super) struct Named {
    /// The name as the client says it.
    pub name: String,
    /// The arguments, `None` when there are none.
    pub arguments: Option<Canonical>,
}

/// Reads `name` and `arguments`. Members that are neither are no part of what a person says yes to, so they
/// are refused, not passed on.
///
/// # Errors
/// A message for the client.
pub(super) fn named(params: Option<&Node<'_>>) -> Result<Named, String> {
    let members = params.and_then(Node::object).ok_or("`params` must be an object")?;
    let (mut name, mut arguments) = (None, None);
    for (key, value) in members {
        match key.as_ref() {
            "name" => name = Some(value.as_str().ok_or("`name` must be a string")?),
            "arguments" => {
                if value.object().is_none() {
                    return Err("`arguments` must be an object".to_owned());
                }
                arguments = Some(arguments_of(value)?);
            }
            // What a call came back with was read before this.
            "_meta" | STATE | RESPONSES => {}
            other => {
                let shown = crate::domain::visible::inline(other);
                return Err(format!("`{}` is not a member of these params", shown.text));
            }
        }
    }
    let name = name.ok_or("`name` is missing")?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-/".contains(&b);
    if name.is_empty() || name.len() > 128 || !name.bytes().all(plain) {
        return Err("`name` must be 1 to 128 of `A-Z a-z 0-9 _ . - /`".to_owned());
    }
    Ok(Named { name: name.to_owned(), arguments })
}

/// The most bytes that arguments may have.
const ARGUMENTS_MAX: usize = 4 * 1024 * 1024;

/// Takes a value as the arguments of a call.
///
/// # Errors
/// A message for the client.
pub(super) fn arguments_of(node: &Node<'_>) -> Result<Canonical, String> {
    let arguments = Canonical::of(node).map_err(|e| format!("`arguments` refused: {e}"))?;
    if arguments.len() > ARGUMENTS_MAX {
        return Err(format!("`arguments` are larger than {ARGUMENTS_MAX} bytes"));
    }
    Ok(arguments)
}
