//! The decision log through the real binary: every decision is in the view and in the export, what is masked is nowhere.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Home, Launch, Recorder, Session};

/// Denies `slow_write` with what it saw of the path, fails at `list_notes`, warns of `read_note`.
const MODULE: &str = r#"# countersign: on_error=allow
package countersign.keeper

default allow := true

allow := false if input.tool == "slow_write"

allow := "perhaps" if input.tool == "list_notes"

deny_reasons contains concat(" ", ["not", input.resource.path]) if input.tool == "slow_write"

deny_reasons contains "too_slow" if input.tool == "slow_write"

warnings contains "somebody reads" if input.tool == "read_note"

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

const RULES: &str = r#"
[[rule]]
tool = "notes__write_note"
effect = "allow"
name = "notes may be written"
[[rule]]
tool = "notes__update_anything"
effect = "allow"
allow_tier = 3
name = "anything goes"
[[rule]]
tool = "notes__run_query"
effect = "deny"
name = "no queries"
"#;

pub(crate) const MASKED: &str = "canary-masked-4b1d";
pub(crate) const GUARDED: &str = "canary-guarded-77aa";

/// One home, an admin, a server, a module, rules and masks.
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    pub(crate) alice: String,
}

impl Stage {
    pub(crate) fn new(more: &str) -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        let policies = home.path().join("policies");
        fs::DirBuilder::new().mode(0o700).create(&policies).expect("a folder");
        let mut file = fs::OpenOptions::new();
        let mut file = file
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(policies.join("keeper.rego"))
            .expect("a module");
        std::io::Write::write_all(&mut file, MODULE.as_bytes()).expect("a module");
        let masks = "[policy]\nmask = [\"/arguments/text\", \"/resource/path\"]\n";
        home.write_config(&[&notes.toml("notes", "production"), masks, RULES, more].concat());
        Self { home, notes, alice }
    }

    pub(crate) fn session(&self) -> Session {
        let mut session = Launch::serve(&self.home, &["--on-ask", "pending"]).start();
        session.initialize("2025-11-25");
        session
    }

    /// Every kind of decision once; the gateway has ended after it.
    pub(crate) fn play(&self) {
        let mut session = self.session();
        session.call("notes__write_note", json!({"id": "a", "text": MASKED}));
        session.call(
            "notes__update_anything",
            json!({"prompt": GUARDED, "deep": [{"text": "kept"}], "text": MASKED}),
        );
        session.call("notes__read_note", json!({"id": "a"}));
        session.call("notes__list_notes", json!({}));
        session.call("notes__run_query", json!({"sql": "select 1"}));
        session
            .call("notes__slow_write", json!({"id": "x", "path": format!("/data/{MASKED}/notes")}));
        session.call("notes__delete_note", json!({"id": "gone"}));
        session.call("notes__delete_note", json!({"id": "gone"}));
        session.close_stdin();
        session.wait_exit();
    }

    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.home.path().join("countersign.db")).expect("the store")
    }

    /// The decision log, a line an object.
    pub(crate) fn export(&self) -> Vec<Value> {
        let told = self.home.cli(&["audit", "export", "--format", "opa"]).ok();
        told.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

/// The columns `tool`, `decision`, `policy_name` of the view, in order.
fn view(stage: &Stage) -> Vec<(String, String, String)> {
    let conn = stage.database();
    let mut statement = conn
        .prepare("SELECT resource, decision, coalesce(policy_name, '') FROM policy_decisions ORDER BY seq")
        .expect("the view");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

pub(crate) fn all_bytes(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if path.is_dir() {
            all_bytes(&path, found);
        } else if path.is_file() && entry.metadata().expect("metadata").permissions().mode() != 0 {
            found.push((path.display().to_string(), fs::read(&path).expect("a file")));
        }
    }
}

#[test]
fn every_decision_is_in_the_view_and_in_the_export() {
    let stage = Stage::new("");
    stage.play();
    assert_eq!(stage.notes.calls_of("slow_write").len(), 0, "denied, so never sent");
    assert_eq!(stage.notes.calls_of("write_note").len(), 1, "and its twin was");
    let decided: Vec<(String, String, String)> =
        view(&stage).into_iter().filter(|(tool, _, _)| !tool.ends_with("__")).collect();
    let expected = [
        ("notes__write_note", "allow", "notes may be written"),
        ("notes__update_anything", "allow", "anything goes"),
        ("notes__read_note", "allow", "stance.allow"),
        ("notes__list_notes", "allow", "stance.allow"),
        ("notes__run_query", "deny", "no queries"),
        ("notes__slow_write", "deny", "keeper.denied"),
        ("notes__delete_note", "ask", "stance.ask"),
        ("notes__delete_note", "ask", "stance.ask"),
    ];
    let told: Vec<_> =
        decided.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(told, expected);

    let log = stage.export();
    let calls: Vec<&Value> =
        log.iter().filter(|line| line["input"]["method"] == "tools/call").collect();
    assert_eq!(calls.len(), expected.len());
    for (line, (tool, decision, name)) in calls.iter().zip(expected) {
        assert_eq!(line["governance"]["resource"], tool);
        assert_eq!(line["governance"]["decision"], decision);
        assert_eq!(line["governance"]["policy_name"], name);
        shape(line);
    }
    assert_eq!(calls[5]["path"], "countersign/keeper");
    assert_eq!(calls[5]["result"]["allow"], false);
    assert_eq!(calls[4]["path"], "countersign/rules");
    assert_eq!(calls[3]["error"]["message"], "module `keeper` failed: type", "{:#}", calls[3]);
    assert!(
        calls[2]["error"].is_null()
            && calls[2]["result"]["warnings"][0] == "keeper: somebody reads"
    );
    let ids: std::collections::BTreeSet<&str> =
        log.iter().map(|line| line["decision_id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), log.len(), "no id twice");

    // The view derives the same ids as the export.
    let conn = stage.database();
    let mut statement = conn.prepare("SELECT id FROM policy_decisions").expect("the view");
    let of_view: std::collections::BTreeSet<String> = statement
        .query_map([], |row| row.get(0))
        .expect("rows")
        .map(|id| id.expect("an id"))
        .collect();
    assert!(ids.iter().all(|id| of_view.contains(*id)) && ids.len() == of_view.len());
}

/// The names that OPA's documentation gives to the members of a decision log event.
fn shape(line: &Value) {
    const OPA: &[&str] = &[
        "labels",
        "decision_id",
        "trace_id",
        "span_id",
        "bundles",
        "path",
        "query",
        "input",
        "result",
        "requested_by",
        "timestamp",
        "metrics",
        "erased",
        "masked",
        "nd_builtin_cache",
        "req_id",
        "error",
        "batch_decision_id",
        "custom",
    ];
    for name in line.as_object().expect("an object").keys() {
        assert!(
            name == "governance" || OPA.contains(&name.as_str()),
            "`{name}` is no name of OPA's"
        );
    }
    assert_eq!(line["labels"]["app"], "countersign");
    assert!(line["labels"]["id"].is_string() && line["labels"]["version"].is_string());
    let revision = line["bundles"]["main"]["revision"].as_str().expect("a revision");
    assert_eq!(revision.len(), 64, "the digest of the policy");
    assert!(line["timestamp"].as_str().expect("a time").ends_with('Z'));
    assert!(line["metrics"].as_object().expect("metrics").values().all(Value::is_u64));
    assert!(line["erased"].is_array() && line["masked"].is_array());
    assert!(line["requested_by"].as_str().expect("who").starts_with("agent:"));
}

#[test]
fn what_is_masked_or_guarded_is_in_no_byte_of_store_and_log() {
    let stage = Stage::new("");
    stage.play();
    let sent = stage.notes.calls_of("update_anything").remove(0);
    assert_eq!(
        (&sent["text"], &sent["prompt"]),
        (&json!(MASKED), &json!(GUARDED)),
        "the server has it"
    );
    let export = stage.home.cli(&["audit", "export", "--format", "opa"]).ok().stdout;
    let story = stage.home.cli(&["audit", "export"]).ok().stdout;
    let mut files = vec![("export".to_owned(), export.clone().into_bytes())];
    files.push(("evidence".to_owned(), story.into_bytes()));
    all_bytes(&stage.home.path(), &mut files);
    assert!(files.len() > 4, "the store is among them");
    for canary in [MASKED, GUARDED] {
        for (name, bytes) in &files {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains(canary), "`{canary}` is in `{name}`");
        }
    }
    let log = stage.export();
    let of = |tool: &str| -> Value {
        let found = log.iter().find(|line| line["governance"]["resource"] == tool);
        found.expect("a decision").clone()
    };
    let anything = of("notes__update_anything");
    assert_eq!(anything["erased"], json!(["/input/arguments/text"]));
    assert_eq!(anything["masked"], json!(["/input/arguments/prompt"]));
    assert_eq!(anything["input"]["arguments"]["prompt"]["guarded"], true);
    assert_eq!(anything["input"]["arguments"]["deep"][0]["text"], "kept", "only what is named");
    let denied = of("notes__slow_write");
    assert_eq!(denied["erased"], json!(["/input/arguments/path"]));
    assert!(denied["result"].to_string().contains("[masked]"), "{:#}", denied["result"]);
    // The journal is whole with what was never in it.
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn objections_are_kept_with_their_decisions_and_end_with_them() {
    let stage = Stage::new("[retention]\nbodies = \"1s\"\nreads = \"90d\"\n");
    stage.play();
    let violations = || -> Vec<(String, String, String)> {
        let conn = stage.database();
        let mut statement = conn
            .prepare(
                "SELECT type, severity, action_taken FROM policy_violations ORDER BY seq, type",
            )
            .expect("violations");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    };
    let told = violations();
    let told: Vec<_> = told.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    assert_eq!(
        told,
        [
            ("keeper.warning", "info", "logged"),
            ("keeper.error", "warning", "logged"),
            ("no queries", "warning", "blocked"),
            ("keeper.denied", "warning", "blocked"),
            ("keeper.too_slow", "warning", "blocked"),
        ]
    );
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    stage.home.cli(&["audit", "prune"]).exits(3);
    stage.home.cli_with_token(&stage.alice, &["audit", "prune", "--yes"]).ok();
    assert!(violations().is_empty(), "gone with the bodies");
    let pruned = stage.home.cli_json(&["audit", "list", "--type", "journal.pruned", "--json"]);
    let by: Vec<&Value> =
        pruned["entries"].as_array().expect("rows").iter().map(|row| &row["principal"]).collect();
    assert!(by.contains(&&json!("admin:alice")), "{by:?}");
    let log = stage.export();
    assert!(log.iter().all(|line| line["input"].is_null() && line["erased"] == json!(["/input"])));
    assert_eq!(log[log.len() - 1]["governance"]["decision"], "ask", "the row stays");
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn an_operator_labels_and_an_agent_does_not() {
    let stage = Stage::new("");
    stage.play();
    let olga = stage.home.user_token(&stage.alice, "olga", "operator");
    let bot = stage.home.user_token(&stage.alice, "bot", "agent");
    let line = stage.export().pop().expect("a decision");
    let (id, seq) = (line["decision_id"].as_str().expect("an id"), &line["governance"]["seq"]);
    let seq = seq.as_u64().expect("a place").to_string();
    assert!(line["governance"]["label"].is_null());
    stage.home.cli_with_token(&bot, &["audit", "label", id, "safe"]).exits(3);
    stage.home.cli_with_token(&olga, &["audit", "label", "999999", "safe"]).exits(1);
    stage.home.cli_with_token(&olga, &["audit", "label", &seq, "lovely"]).exits(2);
    stage.home.cli_with_token(&olga, &["audit", "label", &seq, "safe"]).ok();
    stage.home.cli_with_token(&olga, &["audit", "label", id, "unsafe"]).ok();
    let again = stage.export().pop().expect("a decision");
    assert_eq!(again["governance"]["label"], "unsafe");
    assert_eq!(again["governance"]["hash"], line["governance"]["hash"]);
    let rows = stage.home.cli_json(&["audit", "list", "--type", "call.labelled", "--json"]);
    let rows = rows["entries"].as_array().expect("rows").clone();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[1]["principal"], &rows[1]["body"]["was"]),
        (&json!("operator:olga"), &json!("safe"))
    );
}
