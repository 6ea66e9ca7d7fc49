//! The stage of changes of policy: one home, one admin who is not the agent, one recording server.

use serde_json::{Value, json};

use crate::support::{Home, Launch, Output, Recorder, Session};

/// What every call here writes, unless its arguments are what is tried.
pub(crate) const NOTE: &str = "the green ledger";

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    /// The API token of `alice`, an admin.
    pub(crate) alice: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// With this in the configuration, before everything else.
    pub(crate) fn with(more: &str) -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        let stage = Self { home, notes, alice };
        stage.configure(more);
        stage
    }

    /// Writes of the development server need no yes, so that what blocks one is what was applied here.
    pub(crate) fn configure(&self, more: &str) {
        self.home.write_config(&format!("{more}\n{}", self.notes.toml("notes", "dev")));
    }

    pub(crate) fn agent(&self) -> Session {
        self.agent_called("test-client")
    }

    pub(crate) fn agent_called(&self, client: &str) -> Session {
        let mut session = self.launch(&[]).client(client).start();
        session.initialize("2025-11-25");
        session
    }

    pub(crate) fn launch(&self, more: &[&str]) -> Launch<'_> {
        let options = [&["--toolsets", "all", "--on-ask", "pending"], more].concat();
        Launch::serve(&self.home, &options)
    }

    /// As the admin `alice`, with `--json`.
    #[track_caller]
    pub(crate) fn admin(&self, args: &[&str]) -> Output {
        self.home.cli_with_token(&self.alice, args)
    }

    /// Applies by the admin; the version that it made.
    #[track_caller]
    pub(crate) fn apply(&self, id: &str) -> Value {
        let args = ["policy", "apply", id, "--confirm", "APPLY", "--yes", "--json"];
        self.admin(&args).ok().json()
    }

    /// Proposes by an operator of this machine; the proposal.
    #[track_caller]
    pub(crate) fn propose(&self, diff: &Value) -> Value {
        let file = self.file("diff.json", &diff.to_string());
        self.home.cli_json(&["policy", "propose", &file, "--json"])
    }

    /// A file in the work folder.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.work().join(name);
        std::fs::write(&path, text).expect("the file can be written");
        path.to_str().expect("a path of text").to_owned()
    }

    /// The rules of the store.
    #[track_caller]
    pub(crate) fn rules(&self) -> Vec<Value> {
        let mut listed = self.home.cli_json(&["policy", "list", "--kind", "rule", "--json"]);
        match listed["rules"].take() {
            Value::Array(rules) => rules.into_iter().filter(|r| r["source"] == "store").collect(),
            other => panic!("no list of rules but {other}"),
        }
    }

    /// One proposal as it stands.
    #[track_caller]
    pub(crate) fn suggestion(&self, id: &str) -> Value {
        self.home.cli_json(&["policy", "show", id, "--json"])
    }

    /// The rows of one type in the journal.
    pub(crate) fn journal(&self, kind: &str) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }
}

/// A diff that adds one rule by a pattern.
pub(crate) fn pattern(pattern: &str, effect: &str) -> Value {
    json!({ "add": [{ "pattern": pattern, "effect": effect, "score": 0.9 }], "remove": [], "meta": {} })
}

/// A diff that takes these rules away.
pub(crate) fn removal(rules: &[Value]) -> Value {
    let ids: Vec<&Value> = rules.iter().map(|rule| &rule["id"]).collect();
    json!({ "add": [], "remove": ids, "meta": {} })
}

/// Proposes in an agent's session; its id.
#[track_caller]
pub(crate) fn proposed(session: &mut Session, diff: &Value) -> String {
    let result = session.call("propose_policy_diff", json!({ "diff": diff, "comment": "as told" }));
    assert_eq!(result["isError"], false, "not proposed: {result}");
    assert_eq!(result["structuredContent"]["status"], "pending", "{result}");
    let id = result["structuredContent"]["suggestion_id"].as_str();
    id.unwrap_or_else(|| panic!("no id in {result}")).to_owned()
}

/// Applies in a session.
#[track_caller]
pub(crate) fn apply(session: &mut Session, id: &str, token: Option<&str>) -> Value {
    let mut arguments = json!({ "id": id, "comment": "as agreed", "confirm": "APPLY" });
    if let Some(token) = token {
        arguments["token"] = json!(token);
    }
    session.call("apply_policy_suggestion", arguments)
}

/// The code of a refusal.
pub(crate) fn code(result: &Value) -> &str {
    result["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

#[track_caller]
pub(crate) fn refused(result: &Value, with: &str) {
    assert_eq!(code(result), with, "{result}");
    assert_eq!(result["isError"], true, "{result}");
}

#[track_caller]
pub(crate) fn ran(result: &Value) {
    assert!(result["isError"] != true && code(result) == "(none)", "it did not run: {result}");
}

#[track_caller]
pub(crate) fn write(session: &mut Session) -> Value {
    session.call("notes__write_note", json!({ "id": "a", "text": NOTE }))
}
