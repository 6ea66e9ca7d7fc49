//! Counts over the journal and the questions, for pages that show how things go.

use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::store::StoreError;
use async_trait::async_trait;

/// What waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Questions that wait for an answer, by tier 0 to 3.
    pub by_tier: [u64; 4],
    /// Those that no client waits for any more.
    pub abandoned: u64,
    /// By server, most first, at most 50.
    pub by_server: Vec<(String, u64)>,
    /// When the oldest was asked.
    pub oldest: Option<Millis>,
    /// When the next one runs out.
    pub next_deadline: Option<Millis>,
}

/// Decisions of one span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// When it begins.
    pub from: Millis,
    /// Calls that went without a question.
    pub allowed: u64,
    /// Calls that were refused: by policy, a pause, a budget, or for want of a yes.
    pub refused: u64,
    /// Questions answered with yes.
    pub approved: u64,
    /// Questions answered with no.
    pub denied: u64,
    /// Questions that ran out.
    pub expired: u64,
}

/// Decisions about one tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfTool {
    /// The server.
    pub upstream: String,
    /// The tool, as the server calls it.
    pub tool: String,
    /// Calls that went without a question.
    pub allowed: u64,
    /// Calls that were refused: by policy, a pause, a budget, or for want of a yes.
    pub refused: u64,
    /// Questions asked.
    pub asked: u64,
}

/// How questions were answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answering {
    /// Milliseconds from question to answer, ascending; the newest 2,000 answers of people in the time looked at.
    pub waits: Vec<i64>,
}

impl Answering {
    /// The shortest wait that so many percent of all do not exceed; `None` for none.
    #[must_use]
    pub fn within(&self, percent: usize) -> Option<i64> {
        let rank = (self.waits.len() * percent).div_ceil(100);
        self.waits.get(rank.saturating_sub(1)).copied()
    }
}

/// Verbs of this subject; each only reads.
#[async_trait]
pub trait Figures {
    /// What waits now.
    async fn waiting(&self, tenant: &Tenant) -> Result<Waiting, StoreError>;

    /// Decisions from a time on up to now, in spans of so many milliseconds; empty spans are there too. At most 800: of more,
    /// the oldest are left out.
    async fn decided_over_time(
        &self,
        tenant: &Tenant,
        since: Millis,
        span: i64,
    ) -> Result<Vec<Span>, StoreError>;

    /// Decisions from a time on by tool, most first; of the newest 50,000 rows of the journal.
    async fn decided_by_tool(
        &self,
        tenant: &Tenant,
        since: Millis,
        limit: usize,
    ) -> Result<Vec<OfTool>, StoreError>;

    /// How long people took to answer since a time; what somebody asked and confirmed himself, as a change of policy, is
    /// no answer.
    async fn answering(&self, tenant: &Tenant, since: Millis) -> Result<Answering, StoreError>;

    /// Calls since a time that a kept answer answered, so that nobody was asked.
    async fn kept_answers_used(&self, tenant: &Tenant, since: Millis) -> Result<u64, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_waits_that_were_measured() {
        let within = |waits: Vec<i64>| {
            let answering = Answering { waits };
            (answering.within(50), answering.within(95))
        };
        assert_eq!(within(vec![]), (None, None));
        assert_eq!(within(vec![7]), (Some(7), Some(7)));
        assert_eq!(within((1..=100).collect()), (Some(50), Some(95)));
    }
}
