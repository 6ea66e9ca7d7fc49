//! Clients that nobody here wrote put the question to their users, each in its era: PyPI `mcp` and FastMCP.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Stage, WRITE, no, note, yes};
use crate::support::{COUNTERSIGN, in_tests, python, run};

/// A whole run of a foreign client, its start included.
const RUN: Duration = Duration::from_secs(90);

const CLIENTS: [(&str, &str, &str); 4] = [
    ("legacy", "mcp-legacy", "2025-11-25"),
    ("modern", "mcp-modern", "2026-07-28"),
    ("fastmcp", "fastmcp", "2026-07-28"),
    ("fastmcp-legacy", "fastmcp", "2025-11-25"),
];

fn plays(stage: &Stage, client: &str, answers: &Value, calls: &Value) -> Value {
    let (script, python) = (in_tests("roads/client.py"), python());
    let (answers, calls) = (answers.to_string(), calls.to_string());
    let gateway = [COUNTERSIGN, "serve", "--on-ask", "hold"];
    let mut command = stage.home.program(&python, &[&script, client, &answers, &calls]);
    command.args(gateway).env("PYTHONDONTWRITEBYTECODE", "1");
    run(&mut command, RUN).ok().json()
}

fn allowed(name: &str, tier: u8, hold: u32) -> Stage {
    Stage::with(&format!("[client.{name}]\nanswers_up_to = {tier}\nhold = \"{hold}s\"\n"))
}

#[test]
fn users_of_foreign_clients_say_yes_and_no() {
    for (client, name, protocol) in CLIENTS {
        let stage = allowed(name, 2, 30);
        let calls = json!([[WRITE, note()], [WRITE, {"id": "b", "text": "two"}]]);
        let report = plays(&stage, client, &json!([yes(), no()]), &calls);
        assert_eq!(report["protocol"], protocol, "{report:#}");
        let asked = report["asked"].as_array().expect("questions");
        assert_eq!(asked.len(), 2, "{report:#}");
        assert!(asked[0].as_str().is_some_and(|text| text.contains("hello")), "{report:#}");
        let results = &report["results"];
        assert_eq!(results[0]["is_error"], false, "{report:#}");
        assert_eq!(results[1]["is_error"], true, "{report:#}");
        assert!(results[1]["text"].as_str().is_some_and(|text| text.contains("NOT EXECUTED")));
        assert_eq!(stage.notes.calls_of("write_note"), [note()], "{client}");
        let decided = stage.journal("approval.approved");
        assert!(decided[0].to_string().contains("client (unproven)"), "{decided:#?}");
    }
}

/// Accepts whatever it is asked: not allowed, allowed for less, and never for what is grave.
#[test]
fn foreign_clients_that_accept_everything_gain_nothing() {
    for (client, name, _) in CLIENTS {
        for (tier, tool, args) in [
            (None, WRITE, note()),
            (Some(1), WRITE, note()),
            (Some(2), "notes__delete_note", json!({"id": "a"})),
        ] {
            let stage = match tier {
                None => Stage::with(&format!("[client.{name}]\nhold = \"1s\"\n")),
                Some(tier) => allowed(name, tier, 1),
            };
            let report = plays(&stage, client, &json!([yes()]), &json!([[tool, args]]));
            assert_eq!(report["asked"], json!([]), "{client} {tier:?}: {report:#}");
            assert_eq!(report["results"][0]["is_error"], true, "{report:#}");
            assert!(stage.notes.calls().is_empty(), "{client} {tier:?}");
        }
    }
}
