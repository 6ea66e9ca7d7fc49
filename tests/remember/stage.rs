//! The stage: one home, one admin who is not the agent, one recording server behind `serve` or `wrap`.

use serde_json::{Value, json};

use crate::support::{Home, Launch, Output, Recorder, Session, is_error};

/// What every write here writes, unless its arguments are what matters.
pub(crate) const NOTE: &str = r#"{"id":"a","text":"hello"}"#;

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    /// The API token of `alice`, an admin.
    pub(crate) alice: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        Self { home, notes, alice }
    }

    /// A session of this client whose calls are told at once that they wait.
    pub(crate) fn client(&self, name: &str) -> Session {
        started(self.launch("pending").client(name))
    }

    pub(crate) fn agent(&self) -> Session {
        self.client("planner")
    }

    pub(crate) fn launch(&self, mode: &str) -> Launch<'_> {
        Launch::wrap(&self.home, &["--name", "notes", "--on-ask", mode], &self.notes.argv())
    }

    /// The same behind `serve`, with this in the configuration beside the recorder.
    pub(crate) fn served(&self, more: &str) -> Session {
        self.configure(more);
        Session::serve(&self.home, &["--on-ask", "pending"])
    }

    pub(crate) fn configure(&self, more: &str) {
        let own = self.notes.toml("notes", "production");
        self.home.write_config(&format!("{more}\n{own}"));
        self.home.accept_config(&self.alice);
    }

    pub(crate) fn admin(&self, args: &[&str]) -> Output {
        self.home.cli_with_token(&self.alice, args)
    }

    /// Says yes to a question and keeps it so.
    #[track_caller]
    pub(crate) fn keep(&self, id: &str, how: &[&str]) -> Output {
        self.admin(&[&["approve", id, "--yes"], how].concat()).ok()
    }

    /// Says never.
    #[track_caller]
    pub(crate) fn never(&self, id: &str, how: &[&str]) -> Output {
        self.admin(&[&["deny", id, "--reason", "not here", "--yes"], how].concat()).ok()
    }

    /// Proposes a diff of the stored policy and applies it; the version that it made.
    #[track_caller]
    pub(crate) fn applied(&self, diff: &str) -> u64 {
        let file = self.home.work().join("diff.json");
        std::fs::write(&file, diff).expect("the diff can be written");
        let file = file.to_str().expect("a path of text").to_owned();
        let proposed = self.home.cli_json(&["policy", "propose", &file, "--json"]);
        let id = proposed["suggestion_id"].as_str().unwrap_or_else(|| panic!("{proposed}"));
        let apply = ["policy", "apply", id, "--confirm", "APPLY", "--yes", "--json"];
        let applied = self.admin(&apply).ok().json();
        applied["version"].as_u64().unwrap_or_else(|| panic!("{applied}"))
    }

    /// The answers that are kept, or with `--all` those that were, newest first.
    pub(crate) fn kept(&self, more: &[&str]) -> Vec<Value> {
        match self.home.cli_json(&[&["remembered", "list", "--json"], more].concat())["remembered"]
            .take()
        {
            Value::Array(rows) => rows,
            other => panic!("no list but {other}"),
        }
    }

    /// Rows of one type, oldest first.
    pub(crate) fn journal(&self, kind: &str) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// Why kept answers ended, oldest first.
    pub(crate) fn ends(&self) -> Vec<String> {
        let rows = self.journal("remembered.ended").into_iter();
        rows.map(|row| row["outcome"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The arguments of every write that was executed.
    pub(crate) fn written(&self) -> Vec<Value> {
        self.notes.calls_of("write_note")
    }

    /// The whole journal holds.
    #[track_caller]
    pub(crate) fn verify(&self) {
        self.home.cli(&["audit", "verify"]).ok();
    }
}

#[track_caller]
pub(crate) fn started(launch: Launch<'_>) -> Session {
    let mut session = launch.start();
    session.initialize("2025-11-25");
    session
}

/// The code of a refusal.
pub(crate) fn code(answer: &Value) -> &str {
    answer["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

/// The result says that a question waits; returns its id.
#[track_caller]
pub(crate) fn asked(result: &Value) -> String {
    assert_eq!(code(result), "waiting", "{result}");
    let id = &result["_meta"]["countersign/refusal"]["approval"]["id"];
    id.as_str().unwrap_or_else(|| panic!("no id in {result}")).to_owned()
}

#[track_caller]
pub(crate) fn ran(result: &Value) {
    assert!(!is_error(result) && code(result) == "(none)", "it did not run: {result}");
}

/// Writes a note, through `wrap` or through `serve`, where the tool has the server's name before its own.
#[track_caller]
pub(crate) fn write(session: &mut Session, arguments: &str) -> Value {
    write_as("write_note", session, arguments)
}

#[track_caller]
pub(crate) fn write_as(tool: &str, session: &mut Session, arguments: &str) -> Value {
    let id = session.start_raw_call(tool, arguments);
    session.result(id)
}

/// Runs what a person said yes to.
#[track_caller]
pub(crate) fn resume(session: &mut Session, id: &str) {
    ran(&session.call("resume_call", json!({"id": id, "wait_seconds": 20})));
}

/// Asks, has the yes kept so, and runs it: from here on only the kept answer counts.
#[track_caller]
pub(crate) fn taught(stage: &Stage, session: &mut Session, arguments: &str, how: &[&str]) {
    let id = asked(&write(session, arguments));
    stage.keep(&id, how);
    resume(session, &id);
}

/// Behind `serve`.
pub(crate) const SERVED: &str = "notes__write_note";

/// The same behind `serve`, forever.
#[track_caller]
pub(crate) fn taught_served(stage: &Stage, session: &mut Session) {
    let id = asked(&write_as(SERVED, session, NOTE));
    stage.keep(&id, &["--remember", "forever"]);
    resume(session, &id);
}
