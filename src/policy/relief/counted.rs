//! Questions counted: how many an hour, about what, and how they ended.

use crate::domain::approval::{Approval, State, Subject};
use crate::domain::principal::Proof;
use crate::domain::time::{HOUR, Millis, SECOND};
use crate::policy::relief::answer;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// An answer within so many milliseconds is too quick to have read the question.
pub const QUICK: i64 = 2 * SECOND;
/// Tools told of.
const TOOLS: usize = 20;

/// What was asked in a time, and how it ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Counted {
    /// From when on; later than what was wanted where there were too many questions to look at.
    #[serde(serialize_with = "rfc3339")]
    pub since: Millis,
    /// Up to when.
    #[serde(serialize_with = "rfc3339")]
    pub until: Millis,
    /// Whether older questions of that time were left out.
    pub is_cut: bool,
    /// Questions asked.
    pub asked: usize,
    /// An hour, in the mean, from the first of them on.
    pub per_hour: f64,
    /// The hour with most of them, and how many.
    pub busiest: Option<Busiest>,
    /// About which tools, most first, at most 20.
    pub tools: Vec<OfTool>,
    /// Yeses.
    pub yes: Yes,
    /// Noes.
    pub denied: usize,
    /// Those that nobody answered in time.
    pub expired: usize,
    /// Those that were taken back before anybody answered.
    pub cancelled: usize,
    /// Those that wait.
    pub pending: usize,
    /// Those whose last client left before they ended.
    pub abandoned: usize,
    /// Calls of that time that a kept answer answered, and nobody was asked.
    pub kept_answers_used: u64,
}

/// An hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Busiest {
    /// When it begins.
    #[serde(serialize_with = "rfc3339")]
    pub hour: Millis,
    /// Questions asked in it.
    pub asked: usize,
}

/// Questions about one tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OfTool {
    /// The server.
    pub server: String,
    /// The tool, as the server calls it.
    pub tool: String,
    /// Questions asked.
    pub asked: usize,
    /// Answered with yes.
    pub approved: usize,
    /// Answered with no.
    pub denied: usize,
}

/// Yeses, by who gave them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Yes {
    /// Given by people.
    pub people: usize,
    /// Those of them within 2 seconds of the question.
    pub quick: usize,
    /// Their share, in percent; `None` without any.
    pub quick_percent: Option<usize>,
    /// Given by a client's own user, unproven.
    pub client: usize,
    /// Those of them within 2 seconds of the question.
    pub client_quick: usize,
    /// Said by an admin to his own change of policy, which nobody else was asked about.
    pub self_confirmed: usize,
}

/// So many answers say something.
const ANSWERS: usize = 5;
/// Such a share of quick ones is told, in percent.
const SHARE: usize = 30;

/// Whether so many of the answers came too quickly to have read the questions that people must be told.
#[must_use]
pub fn is_rubber(answers: usize, quick_percent: usize) -> bool {
    answers >= ANSWERS && quick_percent >= SHARE
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn rfc3339<S: Serializer>(at: &Millis, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.rfc3339())
}

/// Counts questions that were asked from a time on.
#[must_use]
pub fn count(asked: &[Approval], (since, until): (Millis, Millis)) -> Counted {
    let mut told = Counted { since, until, asked: asked.len(), ..Counted::default() };
    let mut hours: BTreeMap<i64, usize> = BTreeMap::new();
    let mut tools: BTreeMap<(&str, &str), OfTool> = BTreeMap::new();
    for one in asked {
        *hours.entry(one.asked_at.0.div_euclid(HOUR)).or_default() += 1;
        let tool = tools.entry((&one.upstream, &one.tool)).or_default();
        let said = answer(one);
        tool.asked += 1;
        tool.approved += usize::from(said == Some(true));
        tool.denied += usize::from(said == Some(false));
        told.abandoned += usize::from(one.abandoned_at.is_some());
        match (said, one.state) {
            (Some(true), _) => yes(one, &mut told.yes),
            (Some(false), _) => told.denied += 1,
            (None, State::Expired) => told.expired += 1,
            (None, State::Cancelled) => told.cancelled += 1,
            (None, _) => told.pending += 1,
        }
    }
    let yes = &mut told.yes;
    yes.quick_percent = (yes.people > 0).then(|| yes.quick * 100 / yes.people);
    // The earlier of two equal hours.
    let most = hours.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    told.busiest = most
        .map(|(hour, asked)| Busiest { hour: Millis(hour.saturating_mul(HOUR)), asked: *asked });
    let first = asked.iter().map(|one| one.asked_at).min().unwrap_or(until);
    #[allow(clippy::cast_precision_loss, reason = "a mean for people")]
    let spent = (until.since(first).max(HOUR)) as f64 / HOUR as f64;
    #[allow(clippy::cast_precision_loss, reason = "a mean for people")]
    let mean = asked.len() as f64 / spent;
    told.per_hour = (mean * 100.0).round() / 100.0;
    told.tools = tools
        .into_iter()
        .map(|((server, tool), of)| OfTool {
            server: server.to_owned(),
            tool: tool.to_owned(),
            ..of
        })
        .collect();
    told.tools.sort_by(|a, b| {
        b.asked.cmp(&a.asked).then_with(|| (&a.server, &a.tool).cmp(&(&b.server, &b.tool)))
    });
    told.tools.truncate(TOOLS);
    told
}

fn yes(one: &Approval, told: &mut Yes) {
    let by = one.decided_by.as_ref();
    let quick = one.decided_at.is_some_and(|at| at.since(one.asked_at) < QUICK);
    if matches!(one.subject, Subject::Policy(_))
        && by.is_some_and(|by| by.principal.name == one.principal.name)
    {
        told.self_confirmed += 1;
    } else if by.is_some_and(|by| by.proof == Proof::Client) {
        told.client += 1;
        told.client_quick += usize::from(quick);
    } else {
        told.people += 1;
        told.quick += usize::from(quick);
    }
}
