//! What a replay comes to: how many decisions would be others, which, and what could not be told.

use crate::domain::ruling::{Layer, PolicyRef, Reason, Verdict};
use crate::policy::replay::{Rejudged, Why};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// Examples of each group.
const EXAMPLES: usize = 3;
/// Groups of each kind; what fits into none is counted all the same.
const GROUPS: usize = 200;

/// What would change under a candidate.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The candidate. One that was never in force has the number 0.
    pub candidate: PolicyRef,
    /// From when on decisions were looked at, RFC 3339; `null` for all that are kept.
    pub since: Option<String>,
    /// Until when; `null` for now.
    pub until: Option<String>,
    /// Calls that were looked at.
    pub calls: u64,
    /// Of these, how many were judged again.
    pub judged: u64,
    /// Of these, how many would be decided as they were.
    pub unchanged: u64,
    /// Of these, how many would be decided otherwise.
    pub changed: u64,
    /// What would be otherwise, the strictest first.
    pub changes: Vec<Change>,
    /// Changed calls that fit into no group, because there are too many groups.
    pub more_changes: u64,
    /// How many could not be judged.
    pub not_judged: u64,
    /// Why not.
    pub unjudged: Vec<Unjudged>,
    #[serde(skip)]
    groups: HashMap<Key, usize>,
    #[serde(skip)]
    whys: HashMap<Why, usize>,
}

type Key = (String, Verdict, Verdict, Option<(Layer, String)>);

/// Calls that would be decided otherwise, alike in tool, verdicts and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `server__tool`; of resources and prompts the server and the method.
    pub tool: String,
    /// What was decided.
    pub from: Verdict,
    /// What would be.
    pub to: Verdict,
    /// Which layer would decide; `null` when none says so by itself.
    pub layer: Option<Layer>,
    /// The rule, module or check that would decide.
    pub rule: Option<String>,
    /// Why, in its words, of one such call.
    pub message: Option<String>,
    /// How many.
    pub count: u64,
    /// Some of them, the oldest first.
    pub examples: Vec<Example>,
}

/// One decision, to be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Place of its row.
    pub seq: u64,
    /// Its id.
    pub id: Uuid,
}

/// Calls that could not be judged, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// `erased`, `masked`, `not_recorded`, `method_not_ruled` or `unreadable`.
    pub why: &'static str,
    /// The rule, field or method.
    pub of: Option<String>,
    /// How many.
    pub count: u64,
    /// Some of them, the oldest first.
    pub examples: Vec<Example>,
}

impl Report {
    /// Of nothing yet.
    #[must_use]
    pub fn new(candidate: PolicyRef, since: Option<String>, until: Option<String>) -> Self {
        Self {
            candidate,
            since,
            until,
            calls: 0,
            judged: 0,
            unchanged: 0,
            changed: 0,
            changes: Vec::new(),
            more_changes: 0,
            not_judged: 0,
            unjudged: Vec::new(),
            groups: HashMap::new(),
            whys: HashMap::new(),
        }
    }

    /// Takes what came of one decision.
    pub fn add(&mut self, example: Example, tool: &str, from: Verdict, came: Rejudged) {
        self.calls += 1;
        match came {
            Rejudged::Not(why) => self.not(example, why),
            Rejudged::Judged(to, _) if to == from => {
                self.judged += 1;
                self.unchanged += 1;
            }
            Rejudged::Judged(to, decider) => {
                self.judged += 1;
                self.changed += 1;
                self.change(example, tool, (from, to), decider);
            }
        }
    }

    fn change(
        &mut self,
        example: Example,
        tool: &str,
        (from, to): (Verdict, Verdict),
        decider: Option<Reason>,
    ) {
        let by = decider.as_ref().map(|reason| (reason.layer, reason.rule.clone()));
        let key = (tool.to_owned(), from, to, by);
        if let Some(change) = self.groups.get(&key).and_then(|at| self.changes.get_mut(*at)) {
            change.count += 1;
            keep(&mut change.examples, example);
            return;
        }
        if self.changes.len() >= GROUPS {
            self.more_changes += 1;
            return;
        }
        self.groups.insert(key, self.changes.len());
        let (layer, rule, message) = match decider {
            Some(reason) => (Some(reason.layer), Some(reason.rule), Some(reason.message)),
            None => (None, None, None),
        };
        let examples = vec![example];
        let tool = tool.to_owned();
        self.changes.push(Change { tool, from, to, layer, rule, message, count: 1, examples });
    }

    fn not(&mut self, example: Example, why: Why) {
        self.not_judged += 1;
        if let Some(group) = self.whys.get(&why).and_then(|at| self.unjudged.get_mut(*at)) {
            group.count += 1;
            keep(&mut group.examples, example);
            return;
        }
        if self.unjudged.len() >= GROUPS {
            return;
        }
        self.whys.insert(why.clone(), self.unjudged.len());
        let of = why.of().map(str::to_owned);
        let examples = vec![example];
        self.unjudged.push(Unjudged { why: why.as_str(), of, count: 1, examples });
    }

    /// Puts the groups in order; nothing is added after that.
    #[must_use]
    pub fn finished(mut self) -> Self {
        self.groups.clear();
        self.whys.clear();
        let order = |c: &Change| {
            (std::cmp::Reverse(c.to), std::cmp::Reverse(c.count), c.tool.clone(), c.rule.clone())
        };
        self.changes.sort_by_key(order);
        let changes = self.changes.iter_mut().map(|c| &mut c.examples);
        let examples = changes.chain(self.unjudged.iter_mut().map(|u| &mut u.examples));
        examples.for_each(|examples| examples.sort_by_key(|example| example.seq));
        self.unjudged.sort_by_key(|u| (std::cmp::Reverse(u.count), u.why, u.of.clone()));
        self
    }
}

fn keep(examples: &mut Vec<Example>, example: Example) {
    if examples.len() < EXAMPLES {
        examples.push(example);
    }
}
