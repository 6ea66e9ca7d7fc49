//! The members of a change, one by one: each that is wrong is told by its own pointer, and not only the first.
//!
//! What a member may be is said once, by the types of `domain::policy`; each member is read by them alone. Nothing here
//! knows what a rule or module means.

use crate::config::number::Decimal;
use crate::domain::json::Node;
use crate::policy::diff::read::Reader;
use serde::de::DeserializeOwned;

impl Reader {
    /// A member that is a list, or nothing.
    pub(crate) fn list<'n, 't>(&mut self, node: &'n Node<'t>, name: &str) -> &'n [Node<'t>] {
        let Some(value) = node.get(name) else { return &[] };
        value.array().unwrap_or_else(|| {
            let message = format!("`{name}` is a list, not {}", value.kind());
            self.fault("type", &pointer("", name), message, "write `[...]`, or leave it out");
            &[]
        })
    }

    /// One item of a list, member by member, so that each wrong one is told by its own pointer. `needed` is a member
    /// without which none of the kind can be read.
    pub(crate) fn item<T: DeserializeOwned>(
        &mut self,
        node: &Node<'_>,
        at: &str,
        needed: (&str, &str),
    ) -> Option<T> {
        let Some(members) = node.object() else {
            self.fault(
                "type",
                at,
                format!("an object is wanted, not {}", node.kind()),
                "write `{...}`",
            );
            return None;
        };
        let before = self.count();
        for (name, value) in members {
            let at = pointer(at, name);
            if value.is_null() {
                self.fault("type", &at, "it is null", "leave the member out");
                continue;
            }
            let mut json = b"{".to_vec();
            if name != needed.0 {
                json.extend(format!("\"{}\":{},", needed.0, needed.1).bytes());
            }
            Node::String(name.as_ref().into()).write(&mut json);
            json.push(b':');
            value.write(&mut json);
            json.push(b'}');
            if let Err(e) = serde_json::from_slice::<T>(&json) {
                self.fault("member", &at, words(&e), "see the documentation of policy changes");
            }
        }
        let mut json = Vec::new();
        node.write(&mut json);
        match serde_json::from_slice(&json) {
            Ok(item) if self.count() == before => Some(item),
            Err(e) if self.count() == before => {
                self.fault("member", at, words(&e), "see the documentation of policy changes");
                None
            }
            _ => None,
        }
    }

    /// Numbers are kept as binary ones: one that would become another number is refused.
    pub(crate) fn exact(&mut self, node: &Node<'_>, at: &str) {
        match node {
            Node::Number(digits) => {
                let kept = serde_json::from_str::<serde_json::Number>(digits);
                let same = kept.is_ok_and(|kept| {
                    let written = Decimal::read(digits);
                    written.is_some() && Decimal::read(&kept.to_string()) == written
                });
                if !same {
                    let message = "this number has more digits than can be kept";
                    self.fault("number", at, message, "write it as a text, or with fewer digits");
                }
            }
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.exact(item, &format!("{at}/{index}"));
                }
            }
            Node::Object(members) => {
                for (name, value) in members {
                    self.exact(value, &pointer(at, name));
                }
            }
            Node::Null | Node::Bool(_) | Node::String(_) => {}
        }
    }
}

/// A pointer to a member.
pub(crate) fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// What the library says, without a place that means nothing to whoever wrote the change.
pub(crate) fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
