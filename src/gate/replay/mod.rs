//! The journal judged once more under a candidate: what would have been decided otherwise, and what nobody can tell.
//!
//! Rows are read in pages and each is parsed, judged and forgotten, so a journal of any length takes no more room than a
//! page. Nothing is written and nobody is asked. A call counts once: what it was asked for counts, not also its use of the
//! yes.

mod newest;
mod row;

pub use newest::{Bounds, Glance, glance};

use crate::domain::entry::Entry;
use crate::domain::id::decision_id;
use crate::domain::principal::Tenant;
use crate::domain::ruling::Verdict;
use crate::domain::time::Millis;
use crate::gate::replay::row::{Part, Row, read};
use crate::policy::replay::{Example, Rejudged, Report};
use crate::policy::{Snapshot, on_deep_stack};
use crate::store::decisions::DecisionFilter;
use crate::store::{Store, StoreError};
use std::collections::HashSet;

/// How far a replay is: rows looked at, and rows there are.
pub type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

/// Judges the calls of a tenant in this time under a candidate.
///
/// # Errors
/// Those of the store, and a system that has no room for a thread.
pub async fn replay(
    store: &dyn Store,
    tenant: &Tenant,
    (since, until): (Option<Millis>, Option<Millis>),
    candidate: &Snapshot,
    progress: Progress<'_>,
) -> Result<Report, StoreError> {
    let stamp = |at: Option<Millis>| at.map(|at| at.rfc3339());
    let mut report = Report::new(candidate.policy().clone(), stamp(since), stamp(until));
    let mut asked = HashSet::new();
    let mut filter = DecisionFilter { since, before: until, ..DecisionFilter::of(tenant) };
    let mut first = None;
    loop {
        let page = store.decisions(filter.clone()).await?;
        let judging = on_deep_stack(|| {
            for decided in &page.rows {
                let Some(row) = read(&decided.entry) else { continue };
                match row.part {
                    Part::Asks(id) => drop(asked.insert(id.to_owned())),
                    Part::Uses(id) if asked.contains(id) => continue,
                    Part::Uses(_) | Part::Whole => {}
                }
                judged(&decided.entry, row, candidate).count(&mut report);
            }
        });
        judging.map_err(|e| StoreError::Unusable(format!("cannot start a thread: {e}")))?;
        let first = *first.get_or_insert(page.rows.first().map_or(page.to, |d| d.entry.seq));
        progress(page.to.saturating_sub(first), page.end.saturating_sub(first));
        if page.to >= page.end {
            return Ok(report.finished());
        }
        filter.after = page.to;
        // Whoever else works on this thread gets his turn between two pages.
        tokio::task::yield_now().await;
    }
}

/// What came of one call.
struct Came {
    example: Example,
    tool: String,
    was: Verdict,
    is: Rejudged,
}

impl Came {
    fn count(self, report: &mut Report) {
        report.add(self.example, &self.tool, self.was, self.is);
    }
}

fn judged(entry: &Entry, row: Row<'_>, candidate: &Snapshot) -> Came {
    let is = match &row.body {
        Ok(body) => body.judge(candidate),
        Err(why) => Rejudged::Not(why.clone()),
    };
    let example = Example { seq: entry.seq, id: decision_id(entry.seq, &entry.hash) };
    Came { example, tool: row.tool, was: row.verdict, is }
}
