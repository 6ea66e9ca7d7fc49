//! The stage of every attack: one home, one admin who is not the agent, one recording server.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    DEADLINE, Home, Launch, Output, Recorder, Session, is_error, pending, text, wait_for,
    wait_until,
};

/// What every write here writes, unless its arguments are what is attacked.
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
        Self::with(&json!({}))
    }

    /// A recorder with options.
    pub(crate) fn with(options: &Value) -> Self {
        let home = Home::new();
        let notes = Recorder::with(&home, "notes", options);
        let alice = home.admin_token();
        Self { home, notes, alice }
    }

    /// `wrap` in front of the recorder; `mode` is that of `--on-ask`.
    pub(crate) fn launch(&self, mode: &str) -> Launch<'_> {
        Launch::wrap(&self.home, &["--name", "notes", "--on-ask", mode], &self.notes.argv())
    }

    /// A session whose calls wait for the yes.
    pub(crate) fn holding(&self) -> Session {
        started(self.launch("hold"))
    }

    /// A session whose calls are told at once that they wait.
    pub(crate) fn told(&self) -> Session {
        started(self.launch("pending"))
    }

    /// The same behind `serve`, with this in the configuration beside the recorder.
    pub(crate) fn served(&self, more: &str) -> Session {
        self.configure(more);
        Session::serve(&self.home, &["--on-ask", "pending"])
    }

    pub(crate) fn configure(&self, more: &str) {
        let own = self.notes.toml("notes", "production");
        self.write(&format!("{more}\n{own}"));
    }

    /// Writes the configuration, and the admin accepts it.
    pub(crate) fn write(&self, text: &str) {
        self.home.write_config(text);
        self.home.accept_config(&self.alice);
    }

    pub(crate) fn approve(&self, id: &str) -> Output {
        self.home.approve(&self.alice, id)
    }

    /// One question, by `show --json`.
    pub(crate) fn question(&self, id: &str) -> Value {
        self.home.cli_json(&["show", id, "--json"])
    }

    pub(crate) fn wait_for_state(&self, id: &str, state: &str) {
        wait_until(DEADLINE, || self.question(id)["state"] == state);
    }

    /// The id of the one question that waits.
    pub(crate) fn the_id(&self) -> String {
        id_of(&self.home.the_question())
    }

    /// What was executed, reads for [`Stage::executed`] apart.
    pub(crate) fn writes(&self) -> Vec<String> {
        let raw = self.notes.raw_calls().into_iter();
        raw.filter(|line| !line.contains(BARRIER)).collect()
    }

    /// Holds what the recorder executed against `count`, after a read went the same way: whatever was sent before it
    /// is logged by then.
    #[track_caller]
    pub(crate) fn executed(&self, session: &mut Session, count: usize) {
        let prefix = if session.tools().iter().any(|tool| tool["name"] == "notes__read_note") {
            "notes__"
        } else {
            ""
        };
        let read = session.call(&format!("{prefix}read_note"), json!({"id": BARRIER}));
        assert!(!is_error(&read), "the read after the attack failed: {read}");
        let writes = self.writes();
        assert_eq!(writes.len(), count, "the recorder executed {writes:#?}");
    }

    /// The same where no session is left to read with.
    #[track_caller]
    pub(crate) fn stays_at(&self, count: usize) {
        std::thread::sleep(Duration::from_millis(300));
        let writes = self.writes();
        assert_eq!(writes.len(), count, "the recorder executed {writes:#?}");
    }

    /// The newest executed call carries exactly these arguments.
    #[track_caller]
    pub(crate) fn ran_exactly(&self, arguments: &str) {
        let last = self.writes().pop().expect("something was executed");
        let wanted = format!(r#""arguments":{arguments}"#);
        assert!(last.contains(&wanted), "not {wanted} but {last}");
    }

    /// The outcomes of all journal rows of one type.
    pub(crate) fn journal(&self, kind: &str) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// Whether an attempt was written down under this code.
    #[track_caller]
    pub(crate) fn on_record(&self, code: &str) {
        let rows = self.journal("approval.refused");
        assert!(rows.iter().any(|row| row["outcome"] == code), "no `{code}` in {rows:#?}");
    }
}

const BARRIER: &str = "after-the-attack";

#[track_caller]
pub(crate) fn started(launch: Launch<'_>) -> Session {
    let mut session = launch.start();
    session.initialize("2025-11-25");
    session
}

pub(crate) fn id_of(question: &Value) -> String {
    question["id"].as_str().expect("a question has an id").to_owned()
}

/// The code of a refusal, from a tool result or from a protocol error.
pub(crate) fn code(answer: &Value) -> &str {
    let of_result = &answer["_meta"]["countersign/refusal"]["code"];
    let of_error = &answer["error"]["data"]["countersign/refusal"]["code"];
    of_result.as_str().or(of_error.as_str()).unwrap_or("(none)")
}

/// The result is a refusal under this code.
#[track_caller]
pub(crate) fn refused(result: &Value, expected: &str) {
    assert!(is_error(result), "not refused: {result}");
    assert_eq!(code(result), expected, "refused for another reason: {result}");
}

/// The result says that a question waits; returns its id.
#[track_caller]
pub(crate) fn asked(result: &Value) -> String {
    refused(result, "waiting");
    let id = &result["_meta"]["countersign/refusal"]["approval"]["id"];
    id.as_str().unwrap_or_else(|| panic!("no id in {result}")).to_owned()
}

/// The result is what a server gave.
#[track_caller]
pub(crate) fn ran(result: &Value) {
    assert!(!is_error(result) && code(result) == "(none)", "it did not run: {result}");
}

/// The yes was used up: whoever comes again gets the outcome of that one run, or hears that it was.
#[track_caller]
pub(crate) fn spent(result: &Value) {
    assert!(["(none)", "already_used"].contains(&code(result)), "another answer: {result}");
}

/// A call with its arguments as written, `None` for no such member.
#[track_caller]
pub(crate) fn call(session: &mut Session, tool: &str, arguments: Option<&str>) -> Value {
    let id = start(session, tool, arguments);
    session.result(id)
}

pub(crate) fn start(session: &mut Session, tool: &str, arguments: Option<&str>) -> i64 {
    match arguments {
        Some(arguments) => session.start_raw_call(tool, arguments),
        None => session.request("tools/call", json!({"name": tool})),
    }
}

#[track_caller]
pub(crate) fn write(session: &mut Session) -> Value {
    call(session, "write_note", Some(NOTE))
}

/// Resumes and does not wait.
#[track_caller]
pub(crate) fn resume(session: &mut Session, id: &str) -> Value {
    session.call("resume_call", json!({"id": id, "wait_seconds": 0}))
}

#[track_caller]
pub(crate) fn present(session: &mut Session, id: &str, token: &str) -> Value {
    session.call("pending_approve", json!({"id": id, "token": token}))
}

/// A question that nobody waits for any more.
pub(crate) fn abandoned(home: &Home, id: &str) {
    wait_for(DEADLINE, || {
        let mut questions = pending(home).into_iter();
        questions.find(|question| question["id"] == id && question["abandoned"] == true)
    });
}

/// Text of a result that must hold these words.
#[track_caller]
pub(crate) fn says(result: &Value, words: &str) {
    let text = text(result);
    assert!(text.contains(words), "`{words}` is not in: {text}");
}
