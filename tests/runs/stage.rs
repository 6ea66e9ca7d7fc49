//! The stage of every run: one home, one admin who is not the agent, two recording servers and a configuration.

use std::fs;
use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{DEADLINE, Home, Launch, Recorder, Session, is_error, text_of, wait_until};

/// No run has this id.
pub(crate) const NOBODYS: &str = "00000000-0000-7000-8000-000000000000";

const PLANS: &str = r#"
[ir.action."notes.write"]
tier = 1
[ir.action."notes.read"]
tier = 0
[ir.provider."notes.v1"]
family = "notes"
environment = "production"
upstream = "notes"
tool."notes.write" = { tool = "write_note", resource = "id" }
tool."notes.read" = { tool = "read_note", resource = "id" }
[ir.provider."drafts.v1"]
family = "notes"
environment = "dev"
upstream = "drafts"
tool."notes.write" = { tool = "write_note", resource = "id" }
tool."notes.read" = { tool = "read_note", resource = "id" }
"#;

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    pub(crate) drafts: Recorder,
    /// The API token of `alice`, an admin.
    pub(crate) alice: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let drafts = Recorder::new(&home, "drafts");
        let alice = home.admin_token();
        let stage = Self { home, notes, drafts, alice };
        stage.configure("", |plans| plans);
        stage
    }

    /// Writes the configuration, `more` before everything and the plans' part changed, and the admin accepts it.
    pub(crate) fn configure(&self, more: &str, change: impl Fn(String) -> String) {
        let notes = self.notes.toml("notes", "production");
        let drafts = self.drafts.toml("drafts", "dev");
        let plans = change(PLANS.to_owned());
        self.home.write_config(&format!("{more}\n{plans}\n{notes}\n{drafts}"));
        self.home.accept_config(&self.alice);
    }

    /// A session that waits for nobody.
    pub(crate) fn told(&self) -> Session {
        self.session("pending", "test-client")
    }

    /// A session whose `execute_run` waits for the yes.
    pub(crate) fn holding(&self) -> Session {
        self.session("hold", "test-client")
    }

    pub(crate) fn session(&self, on_ask: &str, client: &str) -> Session {
        let options = ["--toolsets", "all", "--on-ask", on_ask];
        let mut session = Launch::serve(&self.home, &options).client(client).start();
        session.initialize("2025-11-25");
        session
    }

    /// A session in another tenant of the same store.
    pub(crate) fn in_tenant(&self, tenant: &str) -> Session {
        let options = ["--toolsets", "all", "--on-ask", "pending", "--tenant", tenant];
        let mut session = Launch::serve(&self.home, &options).start();
        session.initialize("2025-11-25");
        session
    }

    /// Says yes to the question about this run, in another process.
    pub(crate) fn approve(&self, created: &Value) {
        self.home.approve(&self.alice, approval_of(created));
    }

    /// The texts that the two servers were asked to write, in the order of each.
    pub(crate) fn written(&self) -> Vec<String> {
        let text = |call: Value| call["text"].as_str().map(str::to_owned).unwrap_or_default();
        let calls = [&self.notes, &self.drafts].map(|server| server.calls_of("write_note"));
        calls.into_iter().flatten().map(text).collect()
    }

    /// Nothing at all was executed by either server.
    #[track_caller]
    pub(crate) fn silent(&self) {
        let calls = [self.notes.raw_calls(), self.drafts.raw_calls()].concat();
        assert!(calls.is_empty(), "a server executed {calls:#?}");
    }

    /// What the store's tables hold, counted by somebody who knows nothing of us.
    pub(crate) fn count(&self, table: &str) -> u32 {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(self.database(), flags).expect("the database opens");
        conn.busy_timeout(DEADLINE).expect("a timeout can be set");
        let sql = format!("SELECT count(*) FROM {table}");
        conn.query_row(&sql, [], |row| row.get(0)).expect("a number")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.home.path().join("countersign.db")
    }

    /// Changes the database behind our back, triggers and all.
    pub(crate) fn tamper(&self, sql: &str) {
        let conn = Connection::open(self.database()).expect("the database opens");
        conn.busy_timeout(DEADLINE).expect("a timeout can be set");
        conn.execute_batch("DROP TRIGGER IF EXISTS runs_bind").expect("the trigger can be dropped");
        conn.execute_batch(sql).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    }

    /// The rows of one type in the journal.
    pub(crate) fn journal(&self, kind: &str) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// Kills a server that was heard, and it does not come up again until it is told to.
    pub(crate) fn down(&self, server: &Recorder) {
        wait_until(DEADLINE, || !server.received_method("tools/list").is_empty());
        server.control(&json!({"on_start": "die"}));
        let starts = server.starts();
        let pid = starts.last().and_then(|start| start["pid"].as_i64()).expect("a pid");
        let pid = Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid");
        kill_process(pid, Signal::KILL).expect("the server is ours");
        wait_until(DEADLINE, || server.starts().len() > starts.len());
    }

    /// A file that a recorder's `gate` waits for; it does not exist yet.
    pub(crate) fn gate(&self, name: &str) -> String {
        text_of(&self.home.work().join(name))
    }
}

/// Lets a recorder go on that waits for this file.
pub(crate) fn lift(gate: &str) {
    fs::write(gate, "").expect("the gate can be lifted");
}

/// A write of production.
pub(crate) fn write(id: &str, text: &str) -> Value {
    step("notes.write", "notes.v1", id, json!({"text": text}))
}

/// A write of development.
pub(crate) fn draft(id: &str, text: &str) -> Value {
    step("notes.write", "drafts.v1", id, json!({"text": text}))
}

pub(crate) fn read(id: &str) -> Value {
    step("notes.read", "notes.v1", id, json!({}))
}

pub(crate) fn step(action: &str, provider: &str, id: &str, params: Value) -> Value {
    json!({"action": action, "provider": provider, "resource": id, "params": params})
}

pub(crate) fn plan(key: &str, steps: &[Value]) -> Value {
    json!({"tenant_id": "default", "request_id": "req_abc", "idempotency_key": key, "steps": steps})
}

/// Asks for a run and returns the whole answer.
pub(crate) fn ask(session: &mut Session, directive: &str, plan: &Value) -> Value {
    session.call("create_run", json!({"directive": directive, "ir": plan}))
}

/// A run that must come to be; what was told of it.
#[track_caller]
pub(crate) fn create(session: &mut Session, directive: &str, plan: &Value) -> Value {
    let result = ask(session, directive, plan);
    assert!(!is_error(&result), "no run was made: {result}");
    result["structuredContent"].clone()
}

/// A run with the yes already given.
#[track_caller]
pub(crate) fn approved(stage: &Stage, session: &mut Session, plan: &Value) -> Value {
    let run = create(session, "D3", plan);
    stage.approve(&run);
    run
}

pub(crate) fn id_of(run: &Value) -> &str {
    run["id"].as_str().unwrap_or_else(|| panic!("no id in {run}"))
}

pub(crate) fn approval_of(run: &Value) -> &str {
    run["approval_id"].as_str().unwrap_or_else(|| panic!("no question in {run}"))
}

pub(crate) fn execute(session: &mut Session, run: &Value) -> Value {
    session.call("execute_run", json!({"run_id": id_of(run)}))
}

pub(crate) fn status(session: &mut Session, run: &Value) -> Value {
    let result = session.call("run_status", json!({"run_id": id_of(run)}));
    assert!(!is_error(&result), "no status: {result}");
    result["structuredContent"].clone()
}

/// The code of a refusal, from a tool result or from a protocol error.
pub(crate) fn code(answer: &Value) -> &str {
    let of_result = &answer["_meta"]["countersign/refusal"]["code"];
    let of_error = &answer["error"]["data"]["countersign/refusal"]["code"];
    of_result.as_str().or(of_error.as_str()).unwrap_or("(none)")
}

#[track_caller]
pub(crate) fn refused(result: &Value, expected: &str) {
    assert!(is_error(result), "not refused: {result}");
    assert_eq!(code(result), expected, "refused for another reason: {result}");
}

/// The run ended at a step that could not go on, for this cause.
#[track_caller]
pub(crate) fn stopped(result: &Value, cause: &str) {
    refused(result, "stopped");
    assert_eq!(result["structuredContent"]["cause"], cause, "{result}");
}

#[track_caller]
pub(crate) fn completed(result: &Value) {
    assert!(!is_error(result), "it did not complete: {result}");
    let run = &result["structuredContent"];
    assert_eq!(run["state"], "completed", "{run}");
    assert_eq!(run["jobs"]["completed"], run["jobs"]["total"], "{run}");
}
