//! An answer that is kept: for what one agent asks of one tool, as its server and its definition are now.

use crate::domain::approval::{Approval, State};
use crate::domain::ruling::{Action, Effect, Tier};
use crate::policy::KeptPattern;
use crate::policy::learn;
use crate::policy::relief::{Backtest, LEAST, Suggestion, What, answer, history};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The suggestions for one tool, of all its questions, newest first.
pub(crate) fn suggestions(all: &[&Approval]) -> Vec<Suggestion> {
    let mut agents: BTreeMap<String, Vec<&Approval>> = BTreeMap::new();
    for one in all {
        agents.entry(one.principal.to_string()).or_default().push(one);
    }
    agents.into_values().filter_map(|own| of_agent(all, &own)).collect()
}

fn of_agent(all: &[&Approval], own: &[&Approval]) -> Option<Suggestion> {
    let newest = *own.first()?;
    // What it is kept for is the tool as it stands now; what was said of another one counts as a warning alone.
    let of_now: Vec<&Approval> = own.iter().copied().filter(|one| is_alike(one, newest)).collect();
    if !of_now.iter().all(|one| is_mild(one)) || own.iter().any(|one| answer(one) == Some(false)) {
        return None;
    }
    let pattern = pattern(&of_now)?;
    // The same reading that kept answers are used with.
    let compiled = match &pattern {
        Some(when) => Some(KeptPattern::compile(when, true).ok()?),
        None => None,
    };
    let fits = |one: &Approval| match &compiled {
        Some(compiled) => compiled.fits(one.arguments.as_ref()),
        None => one.match_key == newest.match_key,
    };
    let met =
        |one: &Approval| one.principal == newest.principal && is_alike(one, newest) && fits(one);
    let backtest = Backtest::of(all.iter().copied(), met);
    // A no to whomever, where the conditions are met, speaks against them.
    let is_doubted = all.iter().any(|one| answer(one) == Some(false) && fits(one));
    if !backtest.holds() || is_doubted {
        return None;
    }
    let waits =
        of_now.iter().find(|one| one.state == State::Pending && fits(one)).map(|one| one.id);
    let what = What::KeepAnswer { agent: newest.principal.name.clone(), pattern, waits };
    Some(Suggestion {
        what,
        server: newest.upstream.clone(),
        tool: newest.tool.clone(),
        why: format!(
            "{} such calls of this agent were approved, on {}, and none denied",
            backtest.approved,
            if backtest.days == 1 {
                "one day".to_owned()
            } else {
                format!("{} days", backtest.days)
            }
        ),
        backtest,
    })
}

/// Whether an answer to the one could be kept for the other: of one server and definition, and leaning on the same, as far
/// as that was told.
fn is_alike(one: &Approval, other: &Approval) -> bool {
    let leans = |of: &Approval| of.ruling.leans;
    (one.identity, one.definition) == (other.identity, other.definition)
        && (leans(one).is_none() || leans(other).is_none() || leans(one) == leans(other))
}

/// Neither grave nor able to run, pay, take away or tell.
fn is_mild(one: &Approval) -> bool {
    one.ruling.tier <= Tier::WRITE
        && matches!(one.ruling.effect, Effect::Read | Effect::Write)
        && one.ruling.action != Action::Exec
}

/// `None` inside for the very same call again and again, else what those calls have in common.
fn pattern(of: &[&Approval]) -> Option<Option<Map<String, Value>>> {
    let newest = of.first()?;
    if of.len() >= LEAST && of.iter().all(|one| one.match_key == newest.match_key) {
        return Some(None);
    }
    let learned = learn::patterns(&history(of), 1).into_iter().next()?;
    Some(Some(learned.rule.when?))
}
