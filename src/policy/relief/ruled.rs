//! A rule for whoever asks, where several agents ask the same and are always told yes.

use crate::domain::approval::Approval;
use crate::policy::relief::{Backtest, Suggestion, What, history};
use crate::policy::{compile_rule, learn};
use std::collections::BTreeSet;

/// The suggestion for one tool, of all its questions, newest first.
pub(crate) fn suggestion(all: &[&Approval]) -> Option<Suggestion> {
    let newest = all.first()?;
    let agents =
        |of: &[&Approval]| of.iter().map(|one| one.principal.to_string()).collect::<BTreeSet<_>>();
    if agents(all).len() < 2 {
        return None;
    }
    let learned = learn::patterns(&history(all), 1).into_iter().next()?;
    let compiled = compile_rule(&learned.rule).ok()?;
    let met = |one: &Approval| {
        let read = one.arguments.as_ref().and_then(|bytes| bytes.node().ok());
        read.is_some_and(|node| compiled.matches(Some(&node)))
    };
    let backtest = Backtest::of(all.iter().copied(), met);
    let whose: Vec<&Approval> = all.iter().copied().filter(|one| met(one)).collect();
    let agents = agents(&whose).len();
    if !backtest.holds() || agents < 2 {
        return None;
    }
    Some(Suggestion {
        what: What::AllowRule { rule: Box::new(learned.rule), agents },
        server: newest.upstream.clone(),
        tool: newest.tool.clone(),
        why: format!(
            "{} such calls of {agents} agents were approved and none denied",
            backtest.approved
        ),
        backtest,
    })
}
