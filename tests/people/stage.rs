//! A house with somebody of every role, an agent that asks, and a console to ask of.

use super::support::{Answer, Console, Home, Recorder, Session};
use serde_json::{Value, json};

/// An id that nothing has.
pub(crate) const NOBODYS: &str = "00000000-0000-7000-8000-000000000000";

/// Somebody of every role.
pub(crate) struct People {
    pub(crate) admin: String,
    pub(crate) operator: String,
    pub(crate) agent: String,
}

impl People {
    #[track_caller]
    pub(crate) fn of(home: &Home) -> Self {
        let admin = home.admin_token();
        let operator = home.user_token(&admin, "otto", "operator");
        let agent = home.user_token(&admin, "robot", "agent");
        Self { admin, operator, agent }
    }
}

/// The token of an admin of another world.
#[track_caller]
pub(crate) fn foreign_admin(home: &Home) -> String {
    let add = ["--tenant", "other", "user", "add", "olga", "--role", "admin", "--json"];
    let added = home.tty_cli(&add, &["olga"]).ok().json();
    added["token"].as_str().expect("a token").to_owned()
}

/// A client of a recorder that asks and does not wait for the answer.
pub(crate) struct Asker<'a> {
    pub(crate) session: Session,
    home: &'a Home,
}

impl<'a> Asker<'a> {
    #[track_caller]
    pub(crate) fn of(home: &'a Home, recorder: &Recorder) -> Self {
        Self { session: Session::wrap(home, &["--name", "notes"], recorder), home }
    }

    /// Asks for a write of this text; the number of its call and the question's id.
    #[track_caller]
    pub(crate) fn writes(&mut self, text: &str) -> (i64, String) {
        self.asks("write_note", json!({ "id": "a", "text": text }))
    }

    #[track_caller]
    pub(crate) fn asks(&mut self, tool: &str, arguments: Value) -> (i64, String) {
        let before = super::support::pending(self.home).len();
        let call = self.session.start_call(tool, arguments);
        let newest = self.home.questions(before + 1).pop().expect("a question");
        (call, newest["id"].as_str().expect("an id").to_owned())
    }
}

/// What somebody is told of a question.
#[track_caller]
pub(crate) fn told(console: &Console, token: &str, id: &str) -> Value {
    get(console, token, &format!("/api/v1/pending/{id}")).is(200).json()
}

#[track_caller]
pub(crate) fn get(console: &Console, token: &str, path: &str) -> Answer {
    console.by_token(token, "GET", path, &Value::Null)
}

/// An answer to a question.
#[track_caller]
pub(crate) fn decide(console: &Console, token: &str, id: &str, body: &Value) -> Answer {
    console.by_token(token, "POST", &format!("/api/v1/approvals/{id}"), body)
}

/// Codes of every refused decision in the journal.
pub(crate) fn refusals(home: &Home) -> Vec<String> {
    let rows = home.cli_json(&["audit", "list", "--type", "approval.refused", "--json"]);
    let rows = rows["entries"].as_array().expect("entries").clone();
    rows.iter().map(|row| row["outcome"].as_str().unwrap_or_default().to_owned()).collect()
}

/// How many rows of a type there are.
pub(crate) fn rows(home: &Home, kind: &str) -> usize {
    let rows = home.cli_json(&["audit", "list", "--type", kind, "--json"]);
    rows["entries"].as_array().expect("entries").len()
}
