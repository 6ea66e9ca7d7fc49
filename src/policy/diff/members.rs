//! The members of a change, one by one: each that is wrong is told by its own pointer, and not only the first.
//!
//! What a member may be is said once, by the types of `domain::policy`; each member is read by them alone. Nothing here
//! knows what a rule or module means.

use crate::config::number::Decimal;
use crate::domain::json::Node;
use crate::policy::diff::read::Reader;
use serde::de::DeserializeOwned;

/// What the members of one kind of item are.
#[derive(Debug)]
pub(crate) struct Members {
    /// One without which none of the kind can be read, with a value that it may have.
    needed: (&'static str, &'static str),
    /// All of them, for whoever wrote a wrong one.
    pub(crate) known: &'static str,
}

/// Those of a rule.
pub(crate) const RULE: Members = Members {
    needed: ("effect", "\"deny\""),
    known: "a rule has `effect` (`allow`, `ask` or `deny`) with `tool`, `pattern` or both, and may have `when`, `score`, \
            `name`, `reason`, `allow_tier`, `tier`, `match` and `not_match`",
};

/// Those of a change of one module.
pub(crate) const MODULE: Members = Members {
    needed: ("name", "\"x\""),
    known: "a module has `name`, and `remove` or some of `text`, `description`, `status` (`active`, `inactive` or \
            `draft`), `scope` (`global`, `session`, `project` or `user`), `scope_id` and `on_error` (`allow` or `deny`)",
};

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

    /// One item of a list, member by member, so that each wrong one is told by its own pointer.
    pub(crate) fn item<T: DeserializeOwned>(
        &mut self,
        node: &Node<'_>,
        at: &str,
        of: &Members,
    ) -> Option<T> {
        let needed = of.needed;
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
                self.fault("member", &at, words(&e), of.known);
            }
        }
        let mut json = Vec::new();
        node.write(&mut json);
        match serde_json::from_slice(&json) {
            Ok(item) if self.count() == before => Some(item),
            Err(e) if self.count() == before => {
                self.fault("member", at, words(&e), of.known);
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

/// What the library says, without a place that means nothing to whoever wrote the change. The members that are known are
/// told beside it, once.
pub(crate) fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    let unknown =
        text.strip_prefix("unknown field ").and_then(|rest| rest.split_once(", expected"));
    unknown.map_or_else(|| text.to_owned(), |(name, _)| format!("there is no member {name}"))
}

#[cfg(test)]
mod tests {
    use crate::domain::policy::{ModuleChange, RuleSpec};
    use crate::policy::diff::members::{MODULE, RULE};

    /// Every name between backquotes in what the library expects.
    fn expected<T: serde::de::DeserializeOwned>(json: &str) -> Vec<String> {
        let Err(error) = serde_json::from_str::<T>(json) else { panic!("{json} was read") };
        let text = error.to_string();
        let (_, names) = text.split_once("expected one of").unwrap();
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn the_members_that_are_told_are_those_that_are_known() {
        let rule = expected::<RuleSpec>(r#"{"effect":"deny","no_such":1}"#);
        let module = expected::<ModuleChange>(r#"{"name":"x","no_such":1}"#);
        assert!(rule.len() > 10 && module.len() > 7, "{rule:?} {module:?}");
        for (names, told) in [(rule, RULE.known), (module, MODULE.known)] {
            for name in names {
                assert!(told.contains(&format!("`{name}`")), "`{name}` is not in {told}");
            }
        }
    }
}
