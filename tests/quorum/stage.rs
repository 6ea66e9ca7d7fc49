//! A home with several admins, a recorder behind the gateway, and a quorum in the configuration.

use super::support::{DEADLINE, Home, Launch, Output, Recorder, Session, wait_for};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Two of anna, ben and carla; dora may for anna, max may for anna once it is urgent.
pub(crate) const NAMED: &str = "[[quorum]]\ntool = \"notes__*\"\ntier = 2\nrequired = 2\n\
     approvers = [\"anna\", \"ben\", \"carla\"]\n[person.anna]\ndeputy = \"dora\"\nmanager = \"max\"\n";

pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    tokens: BTreeMap<String, String>,
}

impl Stage {
    /// With these admins beside `alice`, who is named nowhere.
    #[track_caller]
    pub(crate) fn new(config: &str, admins: &[&str]) -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        let mut tokens = BTreeMap::new();
        for name in admins {
            tokens.insert((*name).to_owned(), home.user_token(&alice, name, "admin"));
        }
        tokens.insert("alice".to_owned(), alice);
        let stage = Self { home, notes, tokens };
        stage.configure(config);
        stage
    }

    /// Writes the configuration, accepted.
    #[track_caller]
    pub(crate) fn configure(&self, config: &str) {
        self.home.write_config(&format!("{}\n{config}", self.notes.toml("notes", "production")));
        self.home.accept_config(self.token("alice"));
    }

    #[track_caller]
    pub(crate) fn token(&self, name: &str) -> &str {
        self.tokens.get(name).unwrap_or_else(|| panic!("no token of {name}"))
    }

    /// A client whose calls wait.
    #[track_caller]
    pub(crate) fn asker(&self) -> Session {
        let mut session = Launch::serve(&self.home, &[]).start();
        session.initialize("2025-11-25");
        session
    }

    /// Asks for a write; the number of its call and the question's id.
    #[track_caller]
    pub(crate) fn asks(&self, session: &mut Session, text: &str) -> (i64, String) {
        let before = super::support::pending(&self.home).len();
        let call = session.start_call("notes__write_note", json!({ "id": "a", "text": text }));
        let newest = self.home.questions(before + 1).pop().expect("a question");
        (call, newest["id"].as_str().expect("an id").to_owned())
    }

    /// Somebody's yes, by his own process.
    pub(crate) fn says_yes(&self, name: &str, id: &str) -> Output {
        self.home.cli_with_token(self.token(name), &["approve", id, "--yes"])
    }

    pub(crate) fn says_no(&self, name: &str, id: &str) -> Output {
        let deny = ["deny", id, "--reason", "not today", "--yes"];
        self.home.cli_with_token(self.token(name), &deny)
    }

    #[track_caller]
    pub(crate) fn shown(&self, id: &str) -> Value {
        self.home.cli_json(&["show", id, "--json"])
    }

    #[track_caller]
    pub(crate) fn card(&self, id: &str) -> String {
        self.home.cli(&["show", id]).ok().stdout
    }

    /// Rows of a type, with their bodies, once there are so many.
    #[track_caller]
    pub(crate) fn rows(&self, kind: &str, count: usize) -> Vec<Value> {
        wait_for(DEADLINE, || {
            let rows = self.home.cli_json(&["audit", "list", "--type", kind, "--json"]);
            let rows = rows["entries"].as_array().expect("entries").clone();
            (rows.len() >= count).then_some(rows)
        })
    }

    /// The codes of refused answers so far.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let rows = self.rows("approval.refused", 0);
        rows.iter().map(|row| row["outcome"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// Names of those who said yes so far.
pub(crate) fn voters(question: &Value) -> Vec<&str> {
    let votes = question["votes"].as_array().expect("votes");
    votes.iter().map(|vote| vote["name"].as_str().expect("a name")).collect()
}
