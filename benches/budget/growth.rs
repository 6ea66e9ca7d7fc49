//! A journal of years: whether appending and looking things up stay what they were.

use crate::calls::runtime;
use crate::judging::Case;
use crate::report::{Report, Unit, median, quantile, range};
use crate::session::make_home;
use countersign::domain::call::Call;
use countersign::domain::entry::{Draft, EntryType};
use countersign::domain::id::{CorrelationId, SessionId};
use countersign::domain::principal::Tenant;
use countersign::domain::ruling::{Ruling, Verdict};
use countersign::journal::{Journal, Passed};
use countersign::store::{EntryFilter, Store, sqlite};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const SMALL: usize = 10_000;

/// A store with so many rows, and what to look for in it.
struct Filled {
    store: Arc<dyn Store>,
    call: Call,
    ruling: Ruling,
    session: SessionId,
    story: CorrelationId,
}

impl Filled {
    async fn new(home: &Path, rows: usize) -> Self {
        make_home(home, "");
        let store: Arc<dyn Store> = sqlite::open(home).expect("a store");
        let case = Case::new("get_note", r#"{"path":"notes/2026/october.md","line":12}"#, 3);
        let (call, mut ruling) = case.judged(store.key());
        ruling.verdict = Verdict::Allow;
        let (mut session, mut story) = (SessionId::new(), CorrelationId::new());
        let mut filled = Self { store, call, ruling, session, story };
        let mut written = 0;
        while written < rows {
            let mut batch = Vec::with_capacity(1_000);
            for _ in 0..1_000 {
                written += 1;
                if written % 100 == 0 {
                    session = SessionId::new();
                }
                story = CorrelationId::new();
                batch.push(filled.row(session, story, written));
                if written == rows / 2 {
                    (filled.session, filled.story) = (session, story);
                }
            }
            filled.store.append(batch).await.expect("rows");
        }
        filled
    }

    /// One row in a hundred is a refusal; twenty tools take turns.
    fn row(&self, session: SessionId, story: CorrelationId, n: usize) -> Draft {
        let refused = n % 100 == 50;
        let kind = if refused { EntryType::CallRefused } else { EntryType::CallPermitted };
        let mut row = Journal::new(self.store.clone()).row(
            kind,
            &self.call,
            &self.ruling,
            story,
            &Passed::default(),
        );
        row.session = Some(session);
        row.tool = Some(format!("tool_{}", n % 20));
        if refused {
            row.verdict = Some("deny".to_owned());
        }
        row
    }

    /// Median of so many durable appends, in microseconds.
    async fn appends(&self, many: usize) -> f64 {
        let mut took = Vec::with_capacity(many);
        for n in 0..many {
            let row = self.row(self.session, CorrelationId::new(), n * 2 + 1);
            let begun = Instant::now();
            self.store.permit(row).await.expect("a store").expect("not paused");
            took.push(begun.elapsed());
        }
        quantile(&mut took, 0.5)
    }

    fn questions(&self) -> [(&'static str, EntryFilter); 6] {
        let all =
            || EntryFilter { tenant: Some(Tenant::default()), limit: 50, ..EntryFilter::default() };
        let tool = || Some("tool_7".to_owned());
        let deny = || Some("deny".to_owned());
        [
            ("newest", EntryFilter { newest: true, ..all() }),
            ("newest of a tool", EntryFilter { newest: true, tool: tool(), ..all() }),
            ("newest refusals", EntryFilter { newest: true, verdict: deny(), ..all() }),
            ("oldest of a tool", EntryFilter { tool: tool(), ..all() }),
            ("of a session", EntryFilter { session: Some(self.session), ..all() }),
            ("of a story", EntryFilter { correlation: Some(self.story), ..all() }),
        ]
    }

    async fn ask(&self, filter: &EntryFilter) -> f64 {
        let mut took = Vec::new();
        for _ in 0..15 {
            let filter = filter.clone();
            let begun = Instant::now();
            let found = self.store.entries(filter).await.expect("a store");
            took.push(begun.elapsed());
            assert!(!found.is_empty(), "what is looked for is there");
        }
        quantile(&mut took, 0.5)
    }
}

pub(crate) fn measure(folder: &Path, report: &mut Report) {
    let long = std::env::var_os("COUNTERSIGN_LONG").is_some();
    let large = if long { 5_000_000 } else { 200_000 };
    runtime().block_on(async {
        let few = Filled::new(&folder.join("few"), SMALL).await;
        let many = Filled::new(&folder.join("many"), large).await;
        let mut times = Vec::new();
        for _ in 0..60 {
            let (a, b) = (few.appends(11).await, many.appends(11).await);
            times.push(b / a);
        }
        let what = format!("append at {large} rows over one at {SMALL}");
        report.at_most(&what, median(&times), Unit::Times, 1.2, &range(&times));
        let mut slowest = ("", 0.0);
        let mut all = Vec::new();
        for ((name, of_few), (_, of_many)) in few.questions().into_iter().zip(many.questions()) {
            let (a, b) = (few.ask(&of_few).await, many.ask(&of_many).await);
            all.push(format!("{name} {b:.0} us ({a:.0})"));
            if b > slowest.1 {
                slowest = (name, b);
            }
        }
        let note = format!("p50 each, in brackets at {SMALL}: {}", all.join(", "));
        let what = format!("slowest indexed audit query at {large} rows: {}", slowest.0);
        report.at_most(&what, slowest.1 / 1_000.0, Unit::Millis, 2.0, &note);
    });
}
