//! No connection is opened but by servers that somebody configured: every system call that could open one is counted.
//!
//! `strace` follows the gateway and its servers through a whole working day: reads, questions, plans, runs, agents,
//! events. A twin with a server that does connect shows that the count can be anything but zero.

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{COUNTERSIGN, Home, Launch, Recorder, Session, python, text_of, upstream_toml};

/// Starts `serve` under `strace`, which writes the calls of all its processes to a file.
fn traced(home: &Home, trace: &str) -> Session {
    let argv = ["strace", "-f", "-qq", "-e", "trace=network", "-o", trace, COUNTERSIGN, "serve"];
    let mut argv: Vec<String> = argv.map(str::to_owned).into();
    argv.extend(["--toolsets", "all", "--on-ask", "pending"].map(str::to_owned));
    let mut session = Launch::any(home, argv).start();
    session.initialize("2025-11-25");
    session
}

/// The calls that open a connection, offer one, or name an address.
fn connections(trace: &str) -> Vec<String> {
    let all = fs::read_to_string(trace).expect("strace wrote its file");
    // What names no address goes between two ends that this process made itself.
    let opens = |line: &&str| {
        line.contains("sa_family=")
            || line.contains("listen(")
            || line.contains("socket(AF_INET")
            || line.contains("socket(AF_PACKET")
    };
    all.lines().filter(opens).map(str::to_owned).collect()
}

const PLANS: &str = r#"
[ir.action."notes.write"]
tier = 1
[ir.provider."notes.v1"]
upstream = "notes"
tool."notes.write" = { tool = "write_note", resource = "id" }
"#;

fn plan(key: &str) -> Value {
    json!({
        "tenant_id": "default",
        "idempotency_key": key,
        "steps": [{
            "action": "notes.write", "provider": "notes.v1", "resource": "n1",
            "params": { "text": "see http://example.org/ and https://10.0.0.1:8443/" },
        }],
    })
}

#[test]
fn a_working_day_opens_no_connection() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    home.write_config(&format!("{}{PLANS}", notes.toml("notes", "production")));
    let trace = text_of(&home.work().join("trace"));
    let mut session = traced(&home, &trace);
    let mut call = |name: &str, arguments: Value| session.call(name, arguments);
    call("notes__read_note", json!({ "id": "http://example.org/" }));
    call("notes__write_note", json!({ "id": "a", "text": "b" }));
    let checked = call("validate_ir", json!({ "ir": plan("k1") }));
    let hash = checked["structuredContent"]["ir_hash"].clone();
    call("create_approval", json!({ "ir_hash": hash }));
    let run = call("create_run", json!({ "directive": "D3", "ir": plan("k2") }));
    let run = run["structuredContent"]["id"].clone();
    let token = home.admin_token();
    home.cli_with_token(&token, &["run", "approve", run.as_str().expect("a run"), "--yes"]).ok();
    let done = call("execute_run", json!({ "run_id": run }));
    assert_eq!(done["structuredContent"]["state"], "completed", "{done}");
    call("agent_register", json!({}));
    call("agent_list", json!({}));
    call("events_since", json!({}));
    call("list_pending_approvals", json!({}));
    session.close_stdin();
    session.wait_exit();
    assert!(!notes.calls().is_empty(), "the day was no working day");
    assert_eq!(connections(&trace), Vec::<String>::new());
}

#[test]
fn a_server_that_connects_is_counted() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let dial = "import socket,sys,os\ntry: socket.create_connection(('127.0.0.1', 9), 0.2)\nexcept OSError: pass\n\
                os.execv(sys.argv[1], sys.argv[1:])";
    let mut argv = vec![python(), "-c".to_owned(), dial.to_owned()];
    argv.extend(notes.argv());
    home.write_config(&upstream_toml("notes", "production", &argv));
    let trace = text_of(&home.work().join("trace"));
    let mut session = traced(&home, &trace);
    session.call("notes__read_note", json!({ "id": "a" }));
    session.close_stdin();
    session.wait_exit();
    let found = connections(&trace);
    assert!(found.iter().any(|line| line.contains("127.0.0.1")), "{found:?}");
}
