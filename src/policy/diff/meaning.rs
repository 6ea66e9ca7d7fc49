//! What a rule does, told apart from what is said about it: two rules of one meaning are one rule too many.

use crate::domain::json::{Limits, parse};
use crate::domain::policy::RuleSpec;
use crate::domain::ruling::{Tier, Verdict};

/// JSON of a value with its members sorted: the same bytes for the same value, whatever order it was written in. Empty
/// for what has no JSON.
pub(crate) fn sorted<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let json = serde_json::to_string(value).unwrap_or_default();
    let limits = Limits { depth: 128, keys: usize::MAX, values: usize::MAX };
    let mut out = Vec::with_capacity(json.len());
    if let Ok(node) = parse(&json, &limits) {
        node.write_sorted(&mut out);
    }
    out
}

/// What a rule does, without name, reason, score and examples, and with its defaults written out.
pub(crate) fn meaning(spec: &RuleSpec) -> Vec<u8> {
    let allows = spec.effect == Verdict::Allow;
    sorted(&RuleSpec {
        tool: Some(spec.tool.clone().unwrap_or_else(|| "*".to_owned())),
        allow_tier: allows.then(|| spec.allow_tier.unwrap_or(Tier::WRITE)),
        name: None,
        reason: None,
        score: None,
        matches: Vec::new(),
        not_match: Vec::new(),
        ..spec.clone()
    })
}
