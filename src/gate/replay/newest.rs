//! The same from the newest call backwards, within a bound of calls and of time: what a person is shown who is about to decide.
//!
//! Never the whole truth without saying so: whoever reads it is told whether everything was looked at.

use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::gate::replay::row::{Part, read};
use crate::gate::replay::{Came, judged};
use crate::policy::replay::Report;
use crate::policy::{Snapshot, on_deep_stack};
use crate::store::decisions::{Decided, DecisionFilter};
use crate::store::{Store, StoreError};
use serde::Serialize;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Rows of the journal that are looked through at once.
const STRETCH: u64 = 2_000;
/// Decisions that are read at once: the clock is looked at between two.
const PAGE: usize = 200;

/// How much may be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Only calls from this time on.
    pub since: Millis,
    /// At most so many of them.
    pub calls: u64,
    /// No further one after so long.
    pub time: Duration,
}

/// What was found within bounds.
#[derive(Debug, Clone, Serialize)]
pub struct Glance {
    /// Of the calls that were looked at.
    #[serde(flatten)]
    pub report: Report,
    /// Whether those are all calls since then; if not, they are the newest.
    pub complete: bool,
}

/// Judges the newest calls of a tenant under a candidate.
///
/// # Errors
/// Those of the store, and a system that has no room for a thread.
pub async fn glance(
    store: &dyn Store,
    tenant: &Tenant,
    candidate: &Snapshot,
    bounds: Bounds,
) -> Result<Glance, StoreError> {
    let ends = Instant::now() + bounds.time;
    let since = Some(bounds.since);
    let mut report = Report::new(candidate.policy().clone(), since.map(|at| at.rfc3339()), None);
    let mut walk = Walk { used: HashMap::new(), report: &mut report, candidate, ends, bounds };
    let all = DecisionFilter { newest: true, limit: PAGE, ..DecisionFilter::of(tenant) };
    let places = store.decisions(DecisionFilter { since, limit: 0, ..all.clone() }).await?;
    let mut up_to = places.end;
    let mut complete = true;
    while up_to >= places.start {
        let after = up_to.saturating_sub(STRETCH).max(places.start.saturating_sub(1));
        let filter = DecisionFilter { after, up_to: Some(up_to), ..all.clone() };
        let page = store.decisions(filter).await?;
        let judging = on_deep_stack(|| walk.back(&page.rows));
        complete =
            judging.map_err(|e| StoreError::Unusable(format!("cannot start a thread: {e}")))?;
        if !complete {
            break;
        }
        up_to = page.rows.first().map_or(after, |first| first.entry.seq.saturating_sub(1));
        // Whoever else works on this thread gets his turn between two pages.
        tokio::task::yield_now().await;
    }
    walk.end();
    Ok(Glance { report: report.finished(), complete })
}

struct Walk<'w> {
    /// Uses of a yes whose question was not met yet: with it they are one call, without it they count themselves.
    used: HashMap<String, Vec<Came>>,
    report: &'w mut Report,
    candidate: &'w Snapshot,
    ends: Instant,
    bounds: Bounds,
}

impl Walk<'_> {
    /// From the last of these to the first; whether there was room for all.
    fn back(&mut self, rows: &[Decided]) -> bool {
        for decided in rows.iter().rev() {
            let looked_at = self.report.calls.saturating_add(self.used.len() as u64);
            if looked_at >= self.bounds.calls || Instant::now() >= self.ends {
                return false;
            }
            let Some(row) = read(&decided.entry) else { continue };
            let part = row.part;
            let came = judged(&decided.entry, row, self.candidate);
            match part {
                Part::Uses(id) => self.used.entry(id.to_owned()).or_default().push(came),
                Part::Asks(id) => {
                    self.used.remove(id);
                    came.count(self.report);
                }
                Part::Whole => came.count(self.report),
            }
        }
        true
    }

    /// Questions that lie further back than was looked.
    fn end(&mut self) {
        let mut left: Vec<Came> = self.used.drain().flat_map(|(_, came)| came).collect();
        left.sort_by_key(|came| std::cmp::Reverse(came.example.seq));
        for came in left {
            came.count(self.report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Config};
    use crate::domain::entry::{Draft, EntryType};
    use crate::domain::id::ApprovalId;
    use crate::domain::policy::StoredPolicy;
    use crate::domain::principal::{Principal, Role};
    use crate::gate::replay;
    use crate::policy::Protected;
    use crate::store::sqlite;
    use serde_json::json;
    use std::path::Path;

    fn row(kind: EntryType, verdict: &str, tool: &str, approval: Option<ApprovalId>) -> Draft {
        Draft {
            principal: Some(Principal::new(Role::Agent, "ann/claude")),
            upstream: Some("notes".to_owned()),
            tool: Some(tool.to_owned()),
            verdict: Some(verdict.to_owned()),
            tier: Some(1),
            approval,
            body: br#"{"method":"tools/call","effect":"write","action":"exec","reasons":[],"environment":"dev","arguments":{"id":"a"}}"#.to_vec(),
            ..Draft::new(kind, &Tenant::default())
        }
    }

    /// 40 writes, 40 questions each used up far behind it, and calls of another world in between.
    fn rows() -> Vec<Draft> {
        let ids: Vec<ApprovalId> = (0..40).map(|_| ApprovalId::new()).collect();
        let mut rows = Vec::new();
        for id in &ids {
            rows.push(row(EntryType::CallPermitted, "allow", "write", None));
            rows.push(row(EntryType::ApprovalAsked, "ask", "delete", Some(*id)));
            let other = Tenant::new("other").unwrap();
            rows.push(Draft {
                tenant: other,
                ..row(EntryType::CallPermitted, "allow", "write", None)
            });
        }
        rows.extend(
            ids.iter().map(|id| row(EntryType::CallPermitted, "allow", "delete", Some(*id))),
        );
        rows
    }

    fn bounds(calls: u64, time: u64) -> Bounds {
        Bounds { since: Millis(0), calls, time: Duration::from_secs(time) }
    }

    #[tokio::test]
    async fn backwards_finds_what_forwards_finds_and_says_when_it_did_not_look_at_all() {
        let store = sqlite::memory().unwrap();
        for _ in 0..3 {
            store.append(rows()).await.unwrap();
        }
        let text = "[[rule]]\ntool = \"notes__write\"\neffect = \"deny\"\n";
        let config: Config = config::parse(text, Path::new("replay.toml")).unwrap();
        let candidate =
            Snapshot::build(&config, &StoredPolicy::default(), Protected::default(), 0).unwrap();
        let tenant = Tenant::default();
        let of = |bounds| glance(store.as_ref(), &tenant, &candidate, bounds);
        let since = (Some(Millis(0)), None);
        let all = replay(store.as_ref(), &tenant, since, &candidate, &mut |_, _| {}).await.unwrap();
        assert_eq!((all.calls, all.changed), (240, 240), "{all:?}");

        let whole = of(bounds(1_000, 60)).await.unwrap();
        assert!(whole.complete);
        let told = |report: &Report| {
            let mut told = json!(report);
            for change in told["changes"].as_array_mut().unwrap() {
                change["examples"].take();
            }
            told
        };
        assert_eq!(told(&whole.report), told(&all));

        let few = of(bounds(50, 60)).await.unwrap();
        assert!(!few.complete && few.report.calls == 50, "{few:?}");
        let examples = &few.report.changes[0].examples;
        assert!(examples.iter().all(|example| example.seq > 320), "the newest: {examples:?}");
        let none = of(bounds(1_000, 0)).await.unwrap();
        assert!(!none.complete && none.report.calls == 0, "{none:?}");
        let later = Bounds { since: Millis(i64::MAX / 2), ..bounds(1_000, 60) };
        let nothing = of(later).await.unwrap();
        assert!(nothing.complete && nothing.report.calls == 0, "{nothing:?}");
    }
}
