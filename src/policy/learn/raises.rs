//! Tools whose calls people mostly refuse: a question of the gravest tier from now on, never a milder one.

use crate::domain::ruling::{Tier, Verdict};
use crate::domain::violation::Label;
use crate::policy::learn::{HeldBack, Learned, Sample, bare, cut, labelled, share};
use std::collections::BTreeMap;

/// Unsafe calls of a tool, at least.
const SUPPORT: usize = 3;
/// Their least share.
const PRECISION: f64 = 0.5;

/// The `top` tools that were refused most.
#[must_use]
pub fn raises(history: &[Sample], top: usize) -> Vec<Learned> {
    let (learned, held) = cut(&labelled(history));
    let held_calls = held.len();
    let (learned, held) = (count(&learned), count(&held));
    let mut raised: Vec<Learned> = learned
        .into_iter()
        .filter(|(tool, _)| is_plain(tool))
        .filter_map(|(tool, (bad, all))| {
            let precision = share(bad, all);
            if bad < SUPPORT || precision < PRECISION {
                return None;
            }
            let (held_bad, held_all) = held.get(tool).copied().unwrap_or_default();
            let mut rule = bare(Verdict::Ask);
            rule.tool = Some(tool.to_owned());
            rule.tier = Some(Tier::GRAVE);
            rule.score = Some((precision * 1_000.0).round() / 1_000.0);
            rule.reason = Some(format!("{bad} of {all} calls of it were refused or unsafe"));
            let wrong = Some(held_all - held_bad);
            let held_back = HeldBack { calls: held_calls, met: held_all, false_positives: wrong };
            Some(Learned { rule, support: bad, precision: Some(precision), held_back })
        })
        .collect();
    raised.sort_by(|a, b| b.support.cmp(&a.support).then(a.rule.tool.cmp(&b.rule.tool)));
    raised.truncate(top);
    raised
}

/// Unsafe calls and all, by tool.
fn count<'a>(samples: &[&'a Sample]) -> BTreeMap<&'a str, (usize, usize)> {
    let mut by_tool: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for sample in samples {
        let counts = by_tool.entry(&sample.tool).or_default();
        counts.0 += usize::from(sample.label == Label::Unsafe);
        counts.1 += 1;
    }
    by_tool
}

/// Whether a name is a tool of a server here, and means only itself as a pattern.
fn is_plain(tool: &str) -> bool {
    tool.contains("__") && !tool.contains(['*', '?', '[', ']', '{', '}', '\\', '!'])
}
