//! Rules that change nothing because another rule says the same or more.

use crate::config::Rule;
use crate::domain::ruling::{Tier, Verdict};
use crate::policy::diff::meaning;
use crate::policy::lint::{Lint, Told};
use crate::policy::rules::tools::Tools;
use std::collections::HashMap;

/// Every rule that another one stands in front of; of two that say the same, the later one.
pub(crate) fn of(rules: &[Told<'_>]) -> Vec<Lint> {
    let (mut tools, mut known) = (Tools::default(), HashMap::new());
    // By tool pattern, those that take any arguments.
    let mut covering: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut patterns: HashMap<&str, usize> = HashMap::new();
    for (index, told) in
        rules.iter().enumerate().filter(|(_, told)| told.rule.takes_any_arguments())
    {
        if let Ok(number) = tools.add(told.rule, &mut known) {
            covering.entry(number).or_default().push(index);
            patterns.insert(&told.rule.tool, number);
        }
    }
    let mut same: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut found = Vec::new();
    for (index, told) in rules.iter().enumerate() {
        let first = *same.entry(meaning(told.rule.spec())).or_insert(index);
        if first != index {
            let other = rules.get(first).map_or("", |other| &other.at.name);
            let message = format!("it does what {other} does");
            found.push(Lint::new("rule.duplicate", &told.at, message, "take one of them away"));
            continue;
        }
        let over = names_over(told.rule, &tools, &patterns);
        let by = over.iter().filter_map(|number| covering.get(number)).flatten().find(|other| {
            **other != index && rules.get(**other).is_some_and(|o| stands_before(o.rule, told.rule))
        });
        if let Some(other) = by.and_then(|other| rules.get(*other)) {
            let message =
                format!("{} matches whatever it matches, and is no milder", other.at.name);
            found.push(Lint::new("rule.shadowed", &told.at, message, "take one of them away"));
        }
    }
    found
}

/// The patterns that fit every name which this rule's pattern fits: not all of them, but none that does not.
fn names_over(rule: &Rule, tools: &Tools, patterns: &HashMap<&str, usize>) -> Vec<usize> {
    if rule.is_exact() {
        return tools.find(&rule.tool);
    }
    let begin = rule.tool.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default();
    let ends = (0..=begin.len()).filter_map(|end| begin.get(..end));
    let wider = ends.filter_map(|begin| patterns.get(format!("{begin}*").as_str()));
    wider.chain(patterns.get(rule.tool.as_str())).copied().collect()
}

/// Whether one that matches more leaves the other nothing to say.
fn stands_before(wide: &Rule, narrow: &Rule) -> bool {
    let raises = |rule: &Rule| rule.raises_to.unwrap_or(Tier::READ);
    let stricter = wide.effect > narrow.effect
        || (wide.effect == narrow.effect
            && (wide.effect != Verdict::Allow || wide.allow_tier >= narrow.allow_tier));
    // Of two that shadow each other, the one that is told is the one that has conditions, or the narrower tool.
    let equal = wide.tool == narrow.tool
        && narrow.takes_any_arguments()
        && wide.effect == narrow.effect
        && stands_alike(wide, narrow);
    stricter && raises(wide) >= raises(narrow) && !equal
}

fn stands_alike(one: &Rule, other: &Rule) -> bool {
    one.allow_tier == other.allow_tier && one.raises_to == other.raises_to
}
