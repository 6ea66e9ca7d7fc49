//! What a plan or a run is made of, step by step: a person who must say yes to ten steps reads steps, not one lump of JSON.
//!
//! Nothing that was hashed is left out: what is not named in a step's head stands below it, and what is not a step stands
//! below the steps.

use crate::card::arguments::Arguments;
use crate::card::page::{Line, Tone, elide};
use crate::domain::approval::{Approval, Subject};
use crate::domain::json::Node;
use crate::domain::ruling::Tier;
use crate::domain::visible;
use std::borrow::Cow;

/// Lines shown of one step, of all; without a limit when everything is wanted.
const STEP_LINES: usize = 60;
const ALL_LINES: usize = 400;
/// Characters of one name in the head of a step.
const NAME: usize = 120;

type Member<'a> = (Cow<'a, str>, Node<'a>);

/// The steps of the plan or run that a question is about, and how many; `None` for a call.
pub(in crate::card) fn steps(
    approval: &Approval,
    node: &Node<'_>,
    show: Arguments,
) -> Option<(usize, Vec<Line>)> {
    let whole = match approval.subject {
        Subject::Call | Subject::Policy(_) | Subject::Step(..) => return None,
        Subject::Plan(_) => node.get("ir")?,
        Subject::Run(_) => node,
    };
    let steps = whole.get("steps")?.array()?;
    let mut out = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let lines = one(approval, at, step, show);
        out.extend(if show.full { lines } else { elide(lines, STEP_LINES, "      ") });
    }
    let around = rest(whole, &["steps"]);
    if !around.is_empty() {
        out.push(Line::new("  ", "beside the steps", Tone::Strong));
        out.extend(show.members(&around, 6));
    }
    let other = match approval.subject {
        Subject::Plan(_) => rest(node, &["ir"]),
        Subject::Run(_) | Subject::Policy(_) | Subject::Call | Subject::Step(..) => Vec::new(),
    };
    out.extend(show.members(&other, 2));
    Some((steps.len(), if show.full { out } else { elide(out, ALL_LINES, "  ") }))
}

/// `1. action, with provider, on resource (tier 2)`, then why, then everything else of it.
fn one(approval: &Approval, at: usize, step: &Node<'_>, show: Arguments) -> Vec<Line> {
    let reasons: Vec<_> = approval
        .ruling
        .reasons
        .iter()
        .filter_map(|r| {
            r.step().filter(|(step, ..)| *step == at).map(|(_, tier, code)| (tier, code, r))
        })
        .collect();
    let written =
        step.get("tier").and_then(|tier| Tier::try_from(u8::try_from(tier.as_u64()?).ok()?).ok());
    let tier = match approval.subject {
        // Of a plan the tier is what was judged, never what is written in it; a run's manifest is ours.
        Subject::Plan(_) | Subject::Policy(_) | Subject::Call | Subject::Step(..) => {
            reasons.first().map(|(tier, ..)| *tier)
        }
        Subject::Run(_) => written,
    };
    let name = |member: &str| {
        let text = step.get(member).and_then(Node::as_str)?;
        Some(visible::shorten(&visible::inline(text), NAME))
    };
    let mut head = name("action").unwrap_or_else(|| "?".to_owned());
    let mut named = vec!["action"];
    let run = matches!(approval.subject, Subject::Run(_));
    if run && let (Some(server), Some(tool)) = (name("server"), name("tool")) {
        head.push_str(&format!(", as `{tool}` on `{server}`"));
        named.extend(["server", "tool", "step", "tier"]);
    }
    for (member, word) in [("provider", "with"), ("resource", "on")] {
        if let Some(text) = name(member) {
            head.push_str(&format!(", {word} `{text}`"));
            // A long one is cut here, so it stands below, too.
            if step.get(member).and_then(Node::as_str) == Some(text.as_str()) {
                named.push(member);
            }
        }
    }
    let tone = match tier.map_or(3, Tier::get) {
        0 | 1 => Tone::Plain,
        2 => Tone::Warn,
        _ => Tone::Grave,
    };
    if let Some(tier) = tier {
        head.push_str(&format!(" (tier {tier})"));
    }
    // A manifest keeps the place that a step has in its plan. People count from 1, here as in the reasons.
    let number = step.get("step").and_then(Node::as_u64).filter(|_| run);
    let number = number.or_else(|| u64::try_from(at).ok()).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Line::wrapped(&format!("  {number}. "), &head, tone, show.width);
    for (_, code, reason) in &reasons {
        let message = visible::inline(&reason.message).text;
        let code = visible::inline(code).text;
        out.extend(Line::wrapped(
            "      - ",
            &format!("{message} ({code})"),
            Tone::Plain,
            show.width,
        ));
    }
    let (small, large): (Vec<_>, Vec<_>) = rest(step, &named)
        .into_iter()
        .map(|m| (compact(&m.1), m))
        .partition(|(text, _)| text.is_some());
    for (text, (name, _)) in small {
        let name = visible::inline(&name);
        let seen = visible::inline(text.as_deref().unwrap_or_default());
        let lead = format!("      {}  ", visible::shorten(&name, 40));
        out.extend(Line::wrapped(&lead, &seen.text, Tone::Plain, show.width));
        out.extend(show.notes(&name.notes, "the name: ", "        "));
        out.extend(show.notes(&seen.notes, "", "        "));
    }
    let large: Vec<Member<'_>> = large.into_iter().map(|(_, member)| member).collect();
    out.extend(show.members(&large, 6));
    out
}

/// The members that are not among these.
fn rest<'a>(node: &Node<'a>, without: &[&str]) -> Vec<Member<'a>> {
    let members = node.object().unwrap_or_default().iter();
    members.filter(|(name, _)| !without.contains(&name.as_ref())).cloned().collect()
}

/// A small object or list as the JSON that it is, to stand in one line; larger ones are shown as trees.
fn compact(value: &Node<'_>) -> Option<String> {
    if !matches!(value, Node::Object(_) | Node::Array(_)) {
        return None;
    }
    let mut out = Vec::new();
    value.write(&mut out);
    String::from_utf8(out).ok().filter(|text| text.len() <= NAME)
}
