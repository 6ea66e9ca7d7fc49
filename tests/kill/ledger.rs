//! What the store's file says, read without the program under test.

use std::collections::BTreeSet;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use crate::agent::Agent;
use crate::support::{DEADLINE, Home};

/// The database of one home.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: std::path::PathBuf,
}

impl Ledger {
    pub(crate) fn new(home: &Home) -> Self {
        Self { file: home.path().join("countersign.db") }
    }

    fn open(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.file, flags).expect("the database opens");
        conn.busy_timeout(DEADLINE).expect("a timeout can be set");
        conn
    }

    fn texts(&self, sql: &str, params: impl rusqlite::Params) -> Vec<String> {
        let conn = self.open();
        let mut statement = conn.prepare(sql).expect("the query is right");
        let rows = statement.query_map(params, |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("the rows can be read")
    }

    /// Fails with the rows that a query finds, if it finds any.
    #[track_caller]
    fn none(&self, what: &str, sql: &str) {
        let found = self.texts(sql, []);
        assert!(found.is_empty(), "{what}: {found:#?}");
    }

    /// The oldest question that waits, and whether the same call was said yes to before. It never is again here, so
    /// whatever runs twice was sent twice for one yes.
    pub(crate) fn waiting(&self) -> Option<(String, bool)> {
        let found = self.texts(
            "SELECT EXISTS (SELECT 1 FROM approvals q WHERE q.arguments = p.arguments
                     AND q.state IN ('approved', 'consumed')) || lower(hex(id))
                 FROM approvals p WHERE state = 'pending' ORDER BY asked_at LIMIT 1",
            [],
        );
        found.first().map(|found| (dashed(&found[1..]), found.starts_with('1')))
    }

    /// The file is a sound database, read by somebody who knows nothing of us.
    #[track_caller]
    pub(crate) fn whole(&self) {
        assert_eq!(self.texts("PRAGMA integrity_check", []), ["ok"]);
    }

    /// `audit verify` finds nothing; that the newest rows have no witness yet is no fault.
    #[track_caller]
    pub(crate) fn verify(&self, home: &Home) {
        let told = home.cli(&["audit", "verify"]).ok().stdout;
        assert!(told.starts_with("ok") || told.starts_with("consistent"), "{told}");
    }

    /// Calls that the gateways with these process ids had permitted and not settled: their stories.
    pub(crate) fn in_the_air(&self, pids: &[u32]) -> Vec<String> {
        let found = pids.iter().flat_map(|pid| {
            self.texts(
                "SELECT hex(j.correlation_id) FROM intents i JOIN journal j ON j.seq = i.seq
                     JOIN sessions s ON s.id = i.session WHERE s.pid = ?1",
                [pid],
            )
        });
        found.collect()
    }

    /// Each of these stories ended with exactly one outcome, `unknown`.
    #[track_caller]
    pub(crate) fn is_unknown(&self, stories: &[String]) {
        for story in stories {
            let outcomes = self.texts(
                "SELECT meta ->> '$.outcome' FROM journal
                 WHERE type = 'call.outcome' AND hex(correlation_id) = ?1",
                [story],
            );
            assert_eq!(outcomes, ["unknown"], "of the call {story} that was in the air");
        }
    }

    /// No yes was used twice, none more often than it was given.
    #[track_caller]
    pub(crate) fn once_each(&self) {
        self.none(
            "a yes was used more than once",
            "SELECT hex(approval) || ' ' || type || ' ' || count(*) FROM journal
             WHERE approval IS NOT NULL AND type IN ('approval.consumed', 'call.permitted', 'approval.approved')
             GROUP BY approval, type HAVING count(*) > 1",
        );
        self.none(
            "a state without its rows",
            "SELECT hex(id) || ' ' || state FROM approvals a WHERE
                 (state = 'consumed') <> EXISTS (
                     SELECT 1 FROM journal WHERE approval = a.id AND type = 'approval.consumed')
                 OR (state = 'consumed') <> EXISTS (
                     SELECT 1 FROM journal WHERE approval = a.id AND type = 'call.permitted')
                 OR (state IN ('approved', 'consumed') AND NOT EXISTS (
                     SELECT 1 FROM journal WHERE approval = a.id AND type = 'approval.approved'))",
        );
        self.none(
            "more outcomes than calls",
            "SELECT hex(correlation_id) FROM journal WHERE type IN ('call.permitted', 'call.outcome')
             GROUP BY correlation_id HAVING sum(type = 'call.outcome') > sum(type = 'call.permitted')",
        );
    }

    /// Nobody is left: every call that was permitted has one outcome.
    #[track_caller]
    pub(crate) fn settled(&self) {
        self.none("calls in the air", "SELECT 'row ' || seq FROM intents");
        self.none("open sessions", "SELECT hex(id) FROM sessions");
        self.none(
            "calls without exactly one outcome",
            "SELECT hex(correlation_id) FROM journal WHERE type IN ('call.permitted', 'call.outcome')
             GROUP BY correlation_id HAVING sum(type = 'call.outcome') <> sum(type = 'call.permitted')",
        );
    }

    /// How the one run of a write ended.
    pub(crate) fn outcome_of(&self, text: &str) -> Option<String> {
        let sql = "SELECT outcome FROM approvals WHERE state = 'consumed' AND instr(CAST(arguments AS TEXT), ?1)";
        let found: Option<Option<String>> =
            self.open().query_row(sql, params![text], |row| row.get(0)).optional().expect("a row");
        found.flatten()
    }

    /// Whatever the agent was told stands in the store, and its server did nothing that does not.
    #[track_caller]
    pub(crate) fn remembers(&self, agent: &Agent<'_>) {
        for read in &agent.read {
            let rows = self.texts(
                "SELECT type FROM journal WHERE type = 'call.permitted' AND tool = 'read_note'
                     AND instr(CAST(body AS TEXT), ?1)",
                [read],
            );
            assert_eq!(rows.len(), 1, "the answered read {read} is not on record once");
        }
        let executed = agent.executed();
        let distinct: BTreeSet<_> = executed.iter().collect();
        assert_eq!(distinct.len(), executed.len(), "a write was sent twice: {executed:?}");
        for written in &agent.written {
            assert!(distinct.contains(written), "{written} was answered and never ran");
            assert_eq!(self.outcome_of(written).as_deref(), Some("ran"), "outcome of {written}");
        }
        for lost in &agent.unknown {
            let outcome = self.outcome_of(lost);
            assert!(outcome.is_some(), "{lost} was said to be used and has no outcome");
        }
        for text in distinct {
            assert!(self.outcome_of(text).is_some(), "{text} ran without a yes that was used");
        }
    }

    /// Every `approve` that said it was done is on record, once.
    #[track_caller]
    pub(crate) fn remembers_decisions(&self, acknowledged: &BTreeSet<String>) {
        assert!(!acknowledged.is_empty(), "no yes was ever given");
        for id in acknowledged {
            let rows = self.texts(
                "SELECT type FROM journal WHERE type = 'approval.approved' AND lower(hex(approval)) = ?1",
                [id.replace('-', "")],
            );
            assert_eq!(rows.len(), 1, "the yes to {id} was acknowledged and is not on record");
        }
    }
}

/// `8-4-4-4-12`, as ids are written.
fn dashed(hex: &str) -> String {
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}
