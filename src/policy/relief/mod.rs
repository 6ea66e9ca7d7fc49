//! Counts what people were asked, and says what would spare them most of it: a reviewed tool, a kept answer, a rule.
//!
//! Each suggestion is tried on the very questions that it was made from and comes with what it would have answered; one
//! that meets a single denied question is none. Nothing here is ever applied: a person does, or does not. It learns with
//! [`learn`](crate::policy::learn) and with nothing of its own, so a kept answer and a rule are made from a history in the
//! same way: nothing grave, nothing that runs code, moves money or tells somebody outside.

mod counted;
mod kept;
mod offered;
mod reviewed;
mod ruled;
#[cfg(test)]
mod tests;

pub use crate::policy::relief::counted::{Counted, OfTool, QUICK, Yes, count, is_rubber};
pub use crate::policy::relief::offered::offered;

use crate::domain::approval::{Approval, State, Subject};
use crate::domain::call::Method;
use crate::domain::id::ApprovalId;
use crate::domain::pin::Pin;
use crate::domain::policy::RuleSpec;
use serde::Serialize;
use std::collections::BTreeMap;

/// Suggestions, at most.
const MOST: usize = 10;
/// Approved questions that a suggestion needs, at least.
const LEAST: usize = 5;

/// What would spare people questions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// What it is.
    #[serde(flatten)]
    pub what: What,
    /// The server.
    pub server: String,
    /// The tool, as the server calls it.
    pub tool: String,
    /// Why, in a sentence.
    pub why: String,
    /// How it would have done.
    pub backtest: Backtest,
}

/// What a suggestion is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A person looks at the definition of the tool.
    ReviewTool {
        /// Whether it spares them only when he finds that the tool only reads.
        only_reads: bool,
        /// Whether the definition as it stands was accepted already, without a word on what it does.
        accepted: bool,
    },
    /// The answer to a question of this agent is kept.
    KeepAnswer {
        /// The agent that asks.
        agent: String,
        /// Which arguments; `None` for the same ones.
        #[serde(skip_serializing_if = "Option::is_none")]
        pattern: Option<serde_json::Map<String, serde_json::Value>>,
        /// A question of it that waits for an answer now.
        #[serde(skip_serializing_if = "Option::is_none")]
        waits: Option<ApprovalId>,
    },
    /// A rule lets such calls of any agent go.
    AllowRule {
        /// The rule.
        rule: Box<RuleSpec>,
        /// Agents whose questions it would have answered.
        agents: usize,
    },
}

/// How a suggestion would have done on the questions that were looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Backtest {
    /// Questions that it would have answered.
    pub answered: usize,
    /// Those of them that people approved.
    pub approved: usize,
    /// Those of them that people denied: none, or it would not be suggested.
    pub denied: usize,
    /// Those of them that nobody answered.
    pub open: usize,
    /// On how many days the approved ones were asked.
    pub days: usize,
    /// Denied questions of the same tool that it would have left to people.
    pub left_denied: usize,
}

impl Backtest {
    /// Counts the questions that something answers, of all of a tool.
    fn of<'a>(
        all: impl IntoIterator<Item = &'a Approval>,
        answers: impl Fn(&Approval) -> bool,
    ) -> Self {
        let (mut told, mut days) = (Self::default(), std::collections::BTreeSet::new());
        for one in all {
            let (is_met, said) = (answers(one), answer(one));
            match (is_met, said) {
                (true, Some(true)) => {
                    told.approved += 1;
                    days.insert(one.asked_at.0.div_euclid(crate::domain::time::DAY));
                }
                (true, Some(false)) => told.denied += 1,
                (true, None) => told.open += 1,
                (false, Some(false)) => told.left_denied += 1,
                (false, _) => {}
            }
            told.answered += usize::from(is_met);
        }
        told.days = days.len();
        told
    }

    /// Whether people said yes often enough to what it answers, and never no.
    fn holds(&self) -> bool {
        self.denied == 0 && self.approved >= LEAST
    }
}

/// The suggestions that spare most, of questions newest first.
#[must_use]
pub fn suggestions(asked: &[Approval], pins: &[Pin]) -> Vec<Suggestion> {
    let mut tools: BTreeMap<(&str, &str), Vec<&Approval>> = BTreeMap::new();
    for one in asked.iter().filter(|one| is_call(one)) {
        tools.entry((&one.upstream, &one.tool)).or_default().push(one);
    }
    let mut found: Vec<Suggestion> = Vec::new();
    for all in tools.values() {
        found.extend(reviewed::suggestion(all, pins));
        found.extend(kept::suggestions(all));
        found.extend(ruled::suggestion(all));
    }
    found.sort_by(|a, b| {
        let place = |one: &Suggestion| (one.server.clone(), one.tool.clone());
        b.backtest.answered.cmp(&a.backtest.answered).then_with(|| place(a).cmp(&place(b)))
    });
    found.truncate(MOST);
    found
}

/// Whether it is about one call to a tool.
fn is_call(one: &Approval) -> bool {
    one.subject == Subject::Call && one.method == Method::ToolsCall
}

/// What people said: yes, no, or nothing.
fn answer(one: &Approval) -> Option<bool> {
    match (one.state, one.decided_at) {
        (State::Denied, _) => Some(false),
        (State::Approved | State::Consumed, _) | (State::Expired | State::Cancelled, Some(_)) => {
            Some(true)
        }
        (State::Pending | State::Expired | State::Cancelled, _) => None,
    }
}

/// What is learned from: answered questions, oldest first, as it happened.
fn history(of: &[&Approval]) -> Vec<crate::policy::learn::Asked> {
    let mut all: Vec<_> = of
        .iter()
        .filter_map(|one| {
            Some(crate::policy::learn::Asked {
                tool: format!("{}__{}", one.upstream, one.tool),
                arguments: one.arguments.clone(),
                tier: one.ruling.tier,
                effect: one.ruling.effect,
                approved: answer(one)?,
            })
        })
        .collect();
    all.reverse();
    all
}
