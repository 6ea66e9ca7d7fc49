//! The hashes of a plan and of its steps: SHA-256 over what was written and nothing else, keys sorted by code point.
//!
//! No default is filled in, no result of a check is put in, and nothing is normalised, so everybody who has the plan can
//! compute them: in Python `json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`.

use crate::domain::digest::Digest;
use crate::domain::json::Node;

/// The field that holds the steps.
pub(crate) const STEPS: &str = "steps";

/// The hash of a plan, and of each item of its `steps`.
#[derive(Debug)]
pub(crate) struct Hashes {
    pub plan: Digest,
    pub steps: Vec<Digest>,
}

/// The hash of any value.
pub(crate) fn of(node: &Node<'_>) -> Digest {
    let mut out = Vec::new();
    node.write_by_code_point(&mut out);
    Digest::sha256(&[&out])
}

/// Hashes a plan of about `size` bytes; every step is written once for both.
pub(crate) fn of_plan(plan: &Node<'_>, size: usize) -> Hashes {
    let steps = plan.get(STEPS).and_then(Node::array);
    let (Some(members), Some(items)) = (plan.object(), steps) else {
        return Hashes { plan: of(plan), steps: Vec::new() };
    };
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut out = Vec::with_capacity(size);
    let mut hashes = Vec::with_capacity(items.len());
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        out.push(if at == 0 { b'{' } else { b',' });
        Node::String(key.as_ref().into()).write_by_code_point(&mut out);
        out.push(b':');
        if key != STEPS {
            value.write_by_code_point(&mut out);
            continue;
        }
        out.push(b'[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            let start = out.len();
            item.write_by_code_point(&mut out);
            hashes.push(Digest::sha256(&[out.get(start..).unwrap_or_default()]));
        }
        out.push(b']');
    }
    out.push(b'}');
    Hashes { plan: Digest::sha256(&[&out]), steps: hashes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn written_in_parts_is_written_whole() {
        for text in [
            r#"{"steps":[{"b":1,"a":{"d":[],"c":null}},2],"tenant_id":"t","a":"x"}"#,
            r#"{"steps":[]}"#,
            r#"{"steps":1}"#,
            r#"{}"#,
            "[]",
        ] {
            let node = parse(text, &Limits::ARGUMENTS).unwrap();
            let hashes = of_plan(&node, text.len());
            assert_eq!(hashes.plan, of(&node), "{text}");
            let items = node.get("steps").and_then(Node::array).unwrap_or_default();
            assert_eq!(hashes.steps, items.iter().map(of).collect::<Vec<_>>(), "{text}");
        }
    }
}
