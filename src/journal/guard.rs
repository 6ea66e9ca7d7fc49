//! What of a call's arguments is kept: values under guarded names leave size and digest, masked ones leave nothing.
//!
//! Prompts and completions of language models are never kept: under a guarded name, at any depth, only size and digest
//! of the value stand in the journal. What `policy.mask` names is taken out before anything is hashed, so that nobody can
//! ask for it later, and whoever reads the row is told where something stood.

use crate::domain::digest::Digest;
use crate::domain::json::Node;

const GUARDED: [&str; 14] = [
    "prompt",
    "prompts",
    "response",
    "responses",
    "messages",
    "completion",
    "completions",
    "system_prompt",
    "user_prompt",
    "prompt_content",
    "response_content",
    "llm_prompt",
    "llm_response",
    "chat_history",
];

/// What `policy.mask` names, as paths into arguments.
///
/// `/arguments/query` is the argument `query`; lists on the way are looked through. A pointer that begins otherwise names a
/// part of a decision's input that is made of arguments (`/resource/query`, `/model`): every argument is masked that it
/// may have been made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Masks(Vec<Vec<String>>);

impl Masks {
    /// Reads the pointers.
    #[must_use]
    pub fn of(pointers: &[String]) -> Self {
        let mut paths = Vec::new();
        for pointer in pointers {
            let tokens: Vec<String> = pointer
                .split('/')
                .skip(1)
                .map(|token| token.replace("~1", "/").replace("~0", "~"))
                .collect();
            match tokens.split_first() {
                Some((first, rest)) if first == "arguments" => paths.push(rest.to_vec()),
                Some((_, rest)) if !rest.is_empty() => {
                    paths.push(rest.to_vec());
                    paths.push(tokens);
                }
                Some(_) => paths.push(tokens),
                None => {}
            }
        }
        Self(paths)
    }

    /// Whether nothing is masked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Arguments as they are kept, and what is not.
#[derive(Debug, Default)]
pub(in crate::journal) struct Kept {
    /// Compact JSON; empty when all of it is masked.
    pub bytes: Vec<u8>,
    /// Pointers to values of which size and digest are left.
    pub masked: Vec<String>,
    /// Pointers to values of which nothing is left.
    pub erased: Vec<String>,
    /// The texts that were taken out: no sentence about the call may repeat them.
    pub hidden: Hidden,
}

/// Texts that were taken out of a call.
#[derive(Debug, Default)]
pub(in crate::journal) struct Hidden {
    texts: Vec<String>,
    /// More was taken out than is held against every sentence.
    much: bool,
    bytes: usize,
}

/// The arguments as they are kept. Of questions about our own doing a mask names what stands `anywhere`: the arguments of
/// calls lie somewhere inside.
pub(in crate::journal) fn keep(arguments: &Node<'_>, masks: &Masks, anywhere: bool) -> Kept {
    let all: Vec<&[String]> = masks.0.iter().map(Vec::as_slice).collect();
    let mut keeper = Keeper {
        kept: Kept::default(),
        everywhere: if anywhere { all.clone() } else { Vec::new() },
    };
    if all.iter().any(|path| path.is_empty()) {
        keeper.kept.erased.push("/arguments".to_owned());
        hide(arguments, &mut keeper.kept.hidden);
        return keeper.kept;
    }
    keeper.write(arguments, &Place(None, Token::Name("arguments")), &all);
    keeper.kept
}

/// Where a value stands; written out only when something is taken out there.
struct Place<'a>(Option<&'a Place<'a>>, Token<'a>);

#[derive(Clone, Copy)]
enum Token<'a> {
    Name(&'a str),
    Index(usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        let mut out = self.0.map(Place::pointer).unwrap_or_default();
        out.push('/');
        match self.1 {
            Token::Name(name) => out.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Token::Index(index) => out.push_str(&index.to_string()),
        }
        out
    }
}

struct Keeper<'m> {
    kept: Kept,
    everywhere: Vec<&'m [String]>,
}

impl<'m> Keeper<'m> {
    fn write(&mut self, node: &Node<'_>, at: &Place<'_>, masks: &[&'m [String]]) {
        match node {
            Node::Object(members) => {
                self.kept.bytes.push(b'{');
                let mut first = true;
                for (key, value) in members {
                    let here = Place(Some(at), Token::Name(key));
                    let Some(further) = self.further(key, masks) else {
                        self.kept.erased.push(here.pointer());
                        hide(value, &mut self.kept.hidden);
                        continue;
                    };
                    if !std::mem::take(&mut first) {
                        self.kept.bytes.push(b',');
                    }
                    Node::String(key.clone()).write(&mut self.kept.bytes);
                    self.kept.bytes.push(b':');
                    if is_guarded(key) {
                        self.kept.masked.push(here.pointer());
                        hide(value, &mut self.kept.hidden);
                        masked(value, &mut self.kept.bytes);
                    } else {
                        self.write(value, &here, &further);
                    }
                }
                self.kept.bytes.push(b'}');
            }
            Node::Array(items) => {
                self.kept.bytes.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.kept.bytes.push(b',');
                    }
                    let here = Place(Some(at), Token::Index(index));
                    if masks.is_empty() && self.everywhere.is_empty() {
                        self.write(item, &here, masks);
                        continue;
                    }
                    match self.further(&index.to_string(), masks) {
                        None => {
                            self.kept.erased.push(here.pointer());
                            hide(item, &mut self.kept.hidden);
                            self.kept.bytes.extend_from_slice(b"null");
                        }
                        // A mask that names no place in the list means every one.
                        Some(mut further) => {
                            further.extend(masks);
                            self.write(item, &here, &further);
                        }
                    }
                }
                self.kept.bytes.push(b']');
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {
                node.write(&mut self.kept.bytes);
            }
        }
    }

    /// What the masks say below a member; `None` when they take it out.
    fn further(&self, token: &str, masks: &[&'m [String]]) -> Option<Vec<&'m [String]>> {
        let mut below = Vec::new();
        for mask in masks.iter().chain(&self.everywhere) {
            if let Some((first, rest)) = mask.split_first()
                && first == token
            {
                if rest.is_empty() {
                    return None;
                }
                below.push(rest);
            }
        }
        Some(below)
    }
}

/// Texts shorter than this are words of any sentence.
const HIDDEN_MIN: usize = 4;

/// More than this is not searched for: a sentence that may quote it is not kept at all.
const HIDDEN_MAX: usize = 32 * 1024;

fn hide(value: &Node<'_>, hidden: &mut Hidden) {
    match value {
        Node::String(text) => hidden.add(text),
        Node::Number(digits) => hidden.add(digits),
        Node::Array(items) => items.iter().for_each(|item| hide(item, hidden)),
        Node::Object(members) => members.iter().for_each(|(_, value)| hide(value, hidden)),
        Node::Null | Node::Bool(_) => {}
    }
}

impl Hidden {
    pub(in crate::journal) fn add(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > HIDDEN_MAX {
            self.much = true;
            self.texts.clear();
        } else if text.len() >= HIDDEN_MIN {
            self.texts.push(text.to_owned());
        }
    }

    /// Whether nothing was taken out that a sentence could repeat.
    pub(in crate::journal) fn is_empty(&self) -> bool {
        self.texts.is_empty() && !self.much
    }
}

/// A sentence about the call without what was taken out of it: modules may quote what they saw.
pub(in crate::journal) fn without(sentence: &str, hidden: &Hidden) -> String {
    if hidden.much {
        return "[masked]".to_owned();
    }
    let mut out = sentence.to_owned();
    for text in &hidden.texts {
        let escaped = serde_json::to_string(text).unwrap_or_default();
        for spelling in [text.as_str(), escaped.trim_matches('"')] {
            if !spelling.is_empty() && out.contains(spelling) {
                out = out.replace(spelling, "[masked]");
            }
        }
        // A part of it is told by the words in it.
        for word in text.split_whitespace().filter(|word| word.len() > 2 * HIDDEN_MIN) {
            if out.contains(word) {
                out = out.replace(word, "[masked]");
            }
        }
    }
    out
}

/// The name of a reason without what was taken out of its call. What stands before the point is the module's or ours, and
/// so are the words that are written where a reason is none; only another code is whoever gives it free to choose.
pub(in crate::journal) fn name_without(name: &str, hidden: &Hidden) -> String {
    match name.split_once('.') {
        Some((_, "error" | "denied" | "asked")) => name.to_owned(),
        Some((of, code)) => format!("{of}.{}", without(code, hidden)),
        None => without(name, hidden),
    }
}

/// Writes a value that was read from the journal as compact JSON. Under a guarded name stands a digest already,
/// `{"guarded":true,"bytes":N,"sha256":"…"}`, and stays; anything else under such a name is taken out even here.
pub(in crate::journal) fn guarded_still(node: &Node<'_>, out: &mut Vec<u8>) {
    match node {
        Node::Object(members) => {
            out.push(b'{');
            for (i, (key, value)) in members.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                Node::String(key.clone()).write(out);
                out.push(b':');
                if is_guarded(key) && !is_mask(value) {
                    masked(value, out);
                } else {
                    guarded_still(value, out);
                }
            }
            out.push(b'}');
        }
        Node::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                guarded_still(item, out);
            }
            out.push(b']');
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => node.write(out),
    }
}

/// JSON pointers to the values under guarded names, the outermost of each.
#[must_use]
pub fn guarded_places(arguments: &Node<'_>) -> Vec<String> {
    fn look(node: &Node<'_>, at: Option<&Place<'_>>, found: &mut Vec<String>) {
        match node {
            Node::Object(members) => members.iter().for_each(|(key, value)| {
                let here = Place(at, Token::Name(key));
                if is_guarded(key) {
                    found.push(here.pointer());
                } else {
                    look(value, Some(&here), found);
                }
            }),
            Node::Array(items) => items.iter().enumerate().for_each(|(index, item)| {
                look(item, Some(&Place(at, Token::Index(index))), found);
            }),
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
        }
    }
    let mut found = Vec::new();
    look(arguments, None, &mut found);
    found
}

/// Whether values under this name are never kept.
fn is_guarded(key: &str) -> bool {
    // `systemPrompt`, `system-prompt` and `SYSTEM_PROMPT` are the same name to whoever wrote them.
    let mut plain = String::with_capacity(key.len() + 4);
    let mut before_lower = false;
    for c in key.chars() {
        if c == '-' || c == ' ' || c == '.' {
            plain.push('_');
        } else if c.is_uppercase() && before_lower {
            plain.push('_');
            plain.extend(c.to_lowercase());
        } else {
            plain.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    GUARDED.contains(&plain.as_str())
}

fn masked(value: &Node<'_>, out: &mut Vec<u8>) {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    let digest = Digest::sha256(&[&bytes]);
    let text = format!(r#"{{"guarded":true,"bytes":{},"sha256":"{digest}"}}"#, bytes.len());
    out.extend_from_slice(text.as_bytes());
}

/// Whether a value is what [`masked`] writes.
fn is_mask(value: &Node<'_>) -> bool {
    let Some([(flag, Node::Bool(true)), (size, Node::Number(_)), (hash, Node::String(hex))]) =
        value.object()
    else {
        return false;
    };
    flag == "guarded" && size == "bytes" && hash == "sha256" && Digest::from_hex(hex).is_some()
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
