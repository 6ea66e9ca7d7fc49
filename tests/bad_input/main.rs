//! Bad input from every side: a clear answer with its code, and the next call is served.
//!
//! `Session` fails a test on any line of stdout that is no JSON-RPC message, so every test here is also one of that.

#[path = "../support/mod.rs"]
mod support;

mod client;
mod client_flood;
mod config;
mod servers;
mod servers_ask;
mod servers_change;
mod signals;
mod store;
mod store_full;

use serde_json::{Value, json};
use support::{Home, Recorder, Session, is_error, text};

/// A home, a recorder behind `serve`, and an initialized session that does not wait for a yes.
struct Stand {
    session: Session,
    recorder: Recorder,
    home: Home,
}

impl Stand {
    fn new() -> Self {
        Self::with("", &json!({}))
    }

    /// With further lines of `[upstream.notes]`, and the recorder's options.
    fn with(upstream: &str, options: &Value) -> Self {
        let (home, recorder) = configured(upstream, options);
        let session = Session::serve(&home, &["--on-ask", "pending"]);
        Self { session, recorder, home }
    }

    #[track_caller]
    fn still_serves(&mut self) {
        still_serves(&mut self.session);
    }

    /// A read whose outcome nobody knows: the agent is told so, and the next call is served.
    #[track_caller]
    fn is_lost(&mut self) {
        let result = self.session.call("notes__read_note", json!({"id": "lost"}));
        assert_eq!(code(&result), "outcome_unknown", "{result}");
        assert!(text(&result).starts_with("OUTCOME UNKNOWN"), "{result}");
        self.recorder.control(&json!({}));
        self.still_serves();
        assert_eq!(count(&self.recorder, "lost"), 1, "it was sent again");
    }
}

fn configured(upstream: &str, options: &Value) -> (Home, Recorder) {
    let home = Home::new();
    let recorder = Recorder::with(&home, "notes", options);
    home.write_config(&format!("{}{upstream}\n", recorder.toml("notes", "production")));
    (home, recorder)
}

/// How often a note of this id was read.
fn count(recorder: &Recorder, id: &str) -> usize {
    recorder.calls_of("read_note").iter().filter(|args| args["id"] == id).count()
}

#[track_caller]
fn still_serves(session: &mut Session) {
    let result = session.call("notes__read_note", json!({"id": "next"}));
    assert!(!is_error(&result) && text(&result) == "note next: hello", "{result}");
}

/// The code of a refusal in a tool's result.
fn code(result: &Value) -> String {
    result["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("none").to_owned()
}
