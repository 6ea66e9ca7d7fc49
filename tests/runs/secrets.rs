//! Prompts are sent and not kept: masked in the journal, in no log, and gone with the end of their run.

use std::fs;

use serde_json::json;

use crate::stage::*;
use crate::support::{Launch, is_error};

const CANARY: &str = "canary-81c2f7";

/// Files of the home that hold it.
fn files(stage: &Stage) -> Vec<String> {
    let holds = |bytes: Vec<u8>| bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes());
    fs::read_dir(stage.home.path())
        .expect("the home")
        .map(|file| file.expect("a file").path())
        .filter(|path| fs::read(path).is_ok_and(holds))
        .map(|path| path.display().to_string())
        .collect()
}

#[test]
fn a_prompt_is_in_no_journal_no_head_and_no_log_and_gone_after_the_end() {
    let stage = Stage::new();
    let options = ["-vv", "--toolsets", "all", "--on-ask", "pending"];
    let mut session = Launch::serve(&stage.home, &options).start();
    session.initialize("2025-11-25");
    let params = json!({
        "text": "hello",
        "prompt": CANARY,
        "inner": [{"messages": [{"role": "user", "content": CANARY}], "completion": CANARY}],
    });
    let steps = [
        step("notes.write", "notes.v1", "a", params.clone()),
        step("notes.write", "drafts.v1", "b", params),
    ];
    let run = approved(&stage, &mut session, &plan("k", &steps));
    let dry = session.call("execute_run", json!({"run_id": id_of(&run), "dry_run": true}));
    assert!(!is_error(&dry), "{dry}");
    assert!(!files(&stage).is_empty(), "the twin: it is kept as long as it is needed");
    completed(&execute(&mut session, &run));
    assert_eq!(stage.notes.calls_of("write_note")[0]["prompt"], CANARY, "it was sent");
    let told = [
        session.call("run_status", json!({"run_id": id_of(&run)})),
        session.call("list_runs", json!({})),
        ask(&mut session, "D3", &plan("k", &steps)),
        session.call("approval_status", json!({"id": approval_of(&run)})),
    ];
    assert!(!format!("{told:?}").contains(CANARY), "{told:#?}");
    let journal = "journal WHERE instr(CAST(coalesce(body, '') AS TEXT) || coalesce(meta, ''), 'canary-81c2f7')";
    assert_eq!(stage.count(journal), 0, "the journal holds a prompt");
    assert_eq!(stage.count("journal WHERE instr(CAST(coalesce(body, '') AS TEXT), 'hello')"), 3);

    let mut printed = String::new();
    for args in [
        vec!["-vv", "run", "show", id_of(&run), "--json"],
        vec!["-vv", "run", "list", "--json"],
        vec!["-vv", "show", approval_of(&run), "--json"],
        vec!["-vv", "audit", "export"],
        vec!["-vv", "audit", "list", "--json"],
    ] {
        let output = stage.home.cli(&args);
        printed.push_str(&output.stdout);
        printed.push_str(&output.stderr);
    }
    assert!(printed.len() > 1_000 && !printed.contains(CANARY), "{printed}");
    session.close_stdin();
    session.wait_exit();
    assert!(!session.stderr().contains(CANARY), "{}", session.stderr());
    let left = files(&stage);
    assert!(left.is_empty(), "a prompt is left in {left:?}");
    stage.home.cli(&["audit", "verify"]).ok();
}

/// A run that is stopped before it began has a question that was never used.
#[test]
fn a_prompt_is_gone_with_a_run_that_never_began() {
    let stage = Stage::new();
    let mut session = stage.told();
    let params = json!({"text": "hello", "prompt": CANARY});
    let run =
        approved(&stage, &mut session, &plan("k", &[step("notes.write", "notes.v1", "a", params)]));
    // Nothing else ends it before it begins. The row is written anew by us, and must not leave its old bytes behind.
    stage.tamper("PRAGMA secure_delete = ON; UPDATE runs SET manifest_digest = zeroblob(32)");
    stopped(&execute(&mut session, &run), "dag_mismatch");
    assert_eq!(status(&mut session, &run)["approval_status"], "denied");
    session.close_stdin();
    session.wait_exit();
    let left = files(&stage);
    assert!(left.is_empty(), "a prompt is left in {left:?}");
    stage.silent();
}
