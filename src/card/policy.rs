//! A change of policy, the gravest first: what it takes away, what it allows, then everything else. A person who must decide
//! about forty rules reads the two that open something before those that close.
//!
//! Nothing that was hashed is left out: every member of every rule and module stands below its head.

use crate::card::arguments::Arguments;
use crate::card::page::{Line, Tone, elide};
use crate::domain::json::Node;
use crate::domain::visible;
use std::borrow::Cow;

/// Lines shown of one rule or module, of all; without a limit when everything is wanted.
const ITEM_LINES: usize = 60;
const ALL_LINES: usize = 400;
/// Characters of one text in the head of an item.
const NAME: usize = 100;

type Member<'a> = (Cow<'a, str>, Node<'a>);

/// The version that the change is made against, and the one that it takes back.
pub(in crate::card) fn versions(node: &Node<'_>) -> (Option<u64>, Option<u64>) {
    let number = |name: &str| node.get(name).and_then(Node::as_u64);
    (number("base_version"), number("rolls_back"))
}

/// The change, and how many rules and modules it touches; `None` for what is no change.
pub(in crate::card) fn change(node: &Node<'_>, show: Arguments) -> Option<(usize, Vec<Line>)> {
    let diff = node.get("diff")?;
    let list = |name: &str| diff.get(name).and_then(Node::array).unwrap_or_default();
    let (remove, add, modules) = (list("remove"), list("add"), list("modules"));
    let allows = |rule: &&Node<'_>| effect(rule) == "allow";
    let opens = |module: &&Node<'_>| {
        module.get("remove").and_then(Node::as_bool) == Some(true)
            || module.get("status").and_then(Node::as_str).is_some_and(|s| s != "active")
    };
    let mut out = Vec::new();
    let mut part = |title: &str, tone: Tone, items: Vec<Vec<Line>>| {
        if items.is_empty() {
            return;
        }
        out.push(Line::new("  ", title, tone));
        for lines in items {
            out.extend(if show.full { lines } else { elide(lines, ITEM_LINES, "      ") });
        }
    };
    let removed = remove.iter().map(|id| gone(id, show)).collect();
    part("takes rules away", Tone::Grave, removed);
    let of_modules = |which: &dyn Fn(&&Node<'_>) -> bool| {
        modules.iter().filter(which).map(|m| module(m, show)).collect::<Vec<_>>()
    };
    part("takes modules away, or lets them rest", Tone::Grave, of_modules(&opens));
    part("allows", Tone::Grave, add.iter().filter(allows).map(|r| rule(r, show)).collect());
    let others = add.iter().filter(|r| !allows(r)).map(|r| rule(r, show)).collect();
    part("asks or denies", Tone::Strong, others);
    part("puts or switches modules", Tone::Strong, of_modules(&|m| !opens(m)));
    let rest = rest(diff, &["remove", "add", "modules"]);
    part("said along with it", Tone::Strong, vec![show.members(&rest, 4)]);
    let count = remove.len() + add.len() + modules.len();
    Some((count, if show.full { out } else { elide(out, ALL_LINES, "  ") }))
}

fn effect<'a>(rule: &'a Node<'_>) -> &'a str {
    rule.get("effect").and_then(Node::as_str).unwrap_or("?")
}

fn name(text: &str) -> String {
    visible::shorten(&visible::inline(text), NAME)
}

fn gone(id: &Node<'_>, show: Arguments) -> Vec<Line> {
    let id = id.as_str().map_or_else(|| "?".to_owned(), name);
    Line::wrapped("    - ", &format!("rule {id}"), Tone::Removed, show.width)
}

/// `+ deny calls of `tool` whose arguments match /pattern/`, then every member as it is written.
fn rule(rule: &Node<'_>, show: Arguments) -> Vec<Line> {
    let text = |member: &str| rule.get(member).and_then(Node::as_str).map(name);
    let tool = text("tool").map_or_else(|| "every tool".to_owned(), |tool| format!("`{tool}`"));
    let pattern =
        text("pattern").map_or_else(String::new, |p| format!(" whose arguments match /{p}/"));
    let head = format!("{} calls of {tool}{pattern}", name(effect(rule)));
    let tone = if effect(rule) == "allow" { Tone::Grave } else { Tone::Added };
    let mut out = Line::wrapped("    + ", &head, tone, show.width);
    out.extend(show.members(rule.object().unwrap_or_default(), 8));
    out
}

fn module(module: &Node<'_>, show: Arguments) -> Vec<Line> {
    let text = |member: &str| module.get(member).and_then(Node::as_str).map(name);
    let named = text("name").unwrap_or_else(|| "?".to_owned());
    let gone = module.get("remove").and_then(Node::as_bool) == Some(true);
    let (sign, tone, becomes) = match text("status") {
        _ if gone => ("    - ", Tone::Removed, "is taken away".to_owned()),
        Some(status) => ("    + ", Tone::Added, format!("becomes {status}")),
        None => ("    + ", Tone::Added, "is changed".to_owned()),
    };
    let mut out = Line::wrapped(sign, &format!("module `{named}` {becomes}"), tone, show.width);
    out.extend(show.members(&rest(module, &["name"]), 8));
    out
}

/// The members that are not among these.
fn rest<'a>(node: &Node<'a>, without: &[&str]) -> Vec<Member<'a>> {
    let members = node.object().unwrap_or_default().iter();
    members.filter(|(name, _)| !without.contains(&name.as_ref())).cloned().collect()
}
