//! The stage: one home, one admin, one recording server behind `serve`, one client whose user may answer, or may not.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    DEADLINE, Home, Launch, Recorder, Session, is_error, text, wait_for, wait_until,
};

/// The name that clients of this stage give.
pub(crate) const CLIENT: &str = "test-client";

pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    pub(crate) alice: String,
}

impl Stage {
    /// Its client's own user may answer up to this tier.
    pub(crate) fn up_to(tier: u8) -> Self {
        Self::with(&format!("[client.{CLIENT}]\nanswers_up_to = {tier}\n"))
    }

    /// With this in the configuration, and in the table of the server at its end.
    pub(crate) fn with(more: &str) -> Self {
        Self::serving(more, "")
    }

    pub(crate) fn serving(more: &str, of_server: &str) -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        let stage = Self { home, notes, alice };
        stage.configure(more, of_server);
        stage
    }

    pub(crate) fn configure(&self, more: &str, of_server: &str) {
        let own = self.notes.toml("notes", "production");
        self.home.write_config(&format!("{more}\n{own}{of_server}"));
        self.home.accept_config(&self.alice);
    }

    pub(crate) fn launch(&self) -> Launch<'_> {
        Launch::serve(&self.home, &["--on-ask", "hold"])
    }

    /// A client of the era with a handshake, with these capabilities.
    pub(crate) fn legacy(&self, capabilities: Value) -> Session {
        let mut session = self.launch().start();
        session.offer(capabilities);
        session.initialize("2025-11-25");
        session.tools_with("notes__write_note");
        session
    }

    /// A client of the newest era, with these capabilities.
    pub(crate) fn modern(&self, capabilities: Value) -> Session {
        self.modern_as(CLIENT, capabilities)
    }

    pub(crate) fn modern_as(&self, name: &str, capabilities: Value) -> Session {
        let mut session = self.launch().client(name).start();
        session.offer(capabilities);
        session.modern();
        session.tools_with("notes__write_note");
        session
    }

    /// Holds what the recorder executed against `count`, after a read went the same way.
    #[track_caller]
    pub(crate) fn executed(&self, session: &mut Session, count: usize) {
        let read = session.call("notes__read_note", json!({"id": BARRIER}));
        assert!(!is_error(&read), "the read after the attack failed: {read}");
        assert_eq!(self.writes(), count, "the recorder executed {:#?}", self.notes.raw_calls());
    }

    fn writes(&self) -> usize {
        self.notes.raw_calls().iter().filter(|line| !line.contains(BARRIER)).count()
    }

    /// The same where no session is left to read with.
    #[track_caller]
    pub(crate) fn stays_at(&self, count: usize) {
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(self.writes(), count, "the recorder executed {:#?}", self.notes.raw_calls());
    }

    pub(crate) fn the_id(&self) -> String {
        self.home.the_question()["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn question(&self, id: &str) -> Value {
        self.home.cli_json(&["show", id, "--json"])
    }

    pub(crate) fn wait_for_state(&self, id: &str, state: &str) {
        wait_until(DEADLINE, || self.question(id)["state"] == state);
    }

    /// All journal rows of one type, oldest first.
    pub(crate) fn journal(&self, kind: &str) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// How many attempts were written down under this code.
    pub(crate) fn refused(&self, code: &str) -> usize {
        let rows = self.journal("approval.refused").into_iter();
        rows.filter(|row| row["outcome"] == code).count()
    }

    /// Who decided a question, and by what proof: the client's own user, unproven, wherever one looks.
    #[track_caller]
    pub(crate) fn decided_by_client(&self, id: &str) {
        let shown = self.question(id);
        assert_eq!(shown["decided_by"], "operator:client (unproven)", "{shown:#}");
        assert_eq!(shown["proof"], "client", "{shown:#}");
        let card = self.home.cli(&["show", id]).ok();
        assert!(card.stdout.contains("by client (unproven)"), "{}", card.stdout);
        let rows: Vec<_> = ["approval.approved", "approval.denied"]
            .into_iter()
            .flat_map(|kind| self.journal(kind))
            .filter(|row| row["approval"] == id || row["approval_id"] == id)
            .collect();
        assert_eq!(rows.len(), 1, "{rows:#?}");
        assert!(rows[0].to_string().contains("client (unproven)"), "{rows:#?}");
    }
}

const BARRIER: &str = "after-the-attack";

/// Forms as clients declare them.
pub(crate) fn forms() -> Value {
    json!({"elicitation": {"form": {}}})
}

pub(crate) const WRITE: &str = "notes__write_note";

/// What every write here writes.
pub(crate) fn note() -> Value {
    json!({"id": "a", "text": "hello"})
}

pub(crate) fn yes() -> Value {
    json!({"action": "accept", "content": {"approve": true}})
}

pub(crate) fn no() -> Value {
    json!({"action": "decline"})
}

#[track_caller]
pub(crate) fn ran(result: &Value) {
    assert!(!is_error(result) && text(result).contains("done"), "it did not run: {result:#}");
}

/// The code in a refusal's `_meta`.
#[track_caller]
pub(crate) fn told(result: &Value, code: &str) {
    assert!(is_error(result), "it was not refused: {result:#}");
    assert_eq!(result["_meta"]["countersign/refusal"]["code"], code, "{result:#}");
}

/// Waits for something to be among the rows.
#[track_caller]
pub(crate) fn until<T>(look: impl FnMut() -> Option<T>) -> T {
    wait_for(DEADLINE, look)
}
