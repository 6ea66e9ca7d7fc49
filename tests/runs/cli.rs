//! Runs from the command line: the same gate, exit codes that scripts can act on.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::{DEADLINE, Output, run, wait_until};

fn file(stage: &Stage, name: &str, plan: &Value) -> String {
    let path = stage.home.work().join(name);
    fs::write(&path, plan.to_string()).expect("the plan can be written");
    crate::support::text_of(&path)
}

fn make(stage: &Stage, directive: &str, plan: &Value) -> Output {
    let file = file(stage, "plan.json", plan);
    stage.home.cli(&["run", "create", &file, "--directive", directive, "--json"])
}

#[test]
fn a_run_from_its_making_to_its_end() {
    let stage = Stage::new();
    let run = make(&stage, "D3", &plan("k", &[write("a", "x"), draft("b", "y")])).exits(4).json();
    let (id, short) = (id_of(&run).to_owned(), &id_of(&run)[..13]);
    assert_eq!(run["approval_status"], "pending");
    stage.configure("approvals.on_ask = \"pending\"\n", |plans| plans);
    let waits = stage.home.cli(&["run", "execute", &id]).exits(4);
    assert!(waits.stderr.contains("error: it waits for a yes\n"), "{waits:?}");
    assert!(waits.stderr.contains(&format!("`countersign run approve {id}`")), "{waits:?}");
    stage.silent();
    let dry = stage.home.cli(&["run", "execute", short, "--dry-run", "--json"]).ok().json();
    // The shape that the tool has: the run, and what would be sent.
    assert_eq!(dry["dry_run"].as_array().map(Vec::len), Some(2), "{dry}");
    assert_eq!((&dry["id"], &dry["steps"][0]["state"]), (&run["id"], &json!("not_sent")));
    let told = stage.home.cli(&["run", "execute", short, "--dry-run"]).ok();
    assert!(told.stdout.starts_with(&format!("run {id} is created")), "{told:?}");
    stage.silent();
    // Saying yes takes proof.
    stage.home.cli(&["run", "approve", &id, "--yes"]).exits(3);
    stage.home.cli(&["run", "execute", &id]).exits(4);
    stage.silent();
    stage.home.cli_with_token(&stage.alice, &["run", "approve", &id, "--yes"]).ok();
    // Whoever decides sends nothing.
    stage.home.cli_with_token(&stage.alice, &["run", "execute", &id]).exits(3);
    stage.silent();
    let done = stage.home.cli(&["run", "execute", &id, "--json"]).ok().json();
    assert_eq!(done["state"], "completed");
    assert_eq!(stage.written(), ["x", "y"]);

    let shown = stage.home.cli_json(&["run", "show", short, "--json"]);
    assert_eq!((&shown["state"], &shown["jobs"]["completed"]), (&json!("completed"), &json!(2)));
    let listed = stage.home.cli_json(&["run", "list", "--state", "completed", "--json"]);
    assert_eq!(listed["runs"][0]["id"], run["id"]);
    assert_eq!(
        stage.home.cli_json(&["run", "list", "--state", "failed", "--json"])["runs"],
        json!([])
    );
}

#[test]
fn a_run_that_ended_is_told_without_starting_a_server() {
    let stage = Stage::new();
    let run = make(&stage, "D1", &plan("k", &[draft("a", "x")])).ok().json();
    stage.home.cli(&["run", "execute", id_of(&run)]).ok();
    let starts = || stage.notes.starts().len() + stage.drafts.starts().len();
    let before = starts();
    let again = stage.home.cli(&["run", "execute", id_of(&run), "--json"]).ok().json();
    assert_eq!(again["state"], "completed");
    stage.home.cli(&["run", "execute", id_of(&run), "--dry-run"]).exits(1);
    stage.home.cli_with_token(&stage.alice, &["run", "execute", id_of(&run)]).exits(3);
    assert_eq!((starts(), stage.written()), (before, vec!["x".to_owned()]));
    // The same plan and keys: the run that was.
    let replay = make(&stage, "D1", &plan("k", &[draft("a", "x")])).ok().json();
    assert_eq!((&replay["id"], &replay["state"]), (&run["id"], &json!("completed")));
    make(&stage, "D1", &plan("k", &[draft("a", "other")])).exits(3);
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let stage = Stage::new();
    stage.drafts.control(&json!({"on_call": "tool_error"}));
    let run = make(&stage, "D1", &plan("fails", &[draft("a", "x")])).ok().json();
    for _ in 0..2 {
        stage.home.cli(&["run", "execute", id_of(&run)]).exits(1);
    }
    let run = make(&stage, "D3", &plan("denied", &[write("a", "y")])).exits(4).json();
    stage.home.deny(&stage.alice, approval_of(&run), "no");
    let denied = stage.home.cli(&["run", "execute", id_of(&run)]).exits(3);
    assert!(denied.stderr.contains("error: a person said no: no\n"), "{denied:?}");
    stage.home.cli(&["run", "execute", id_of(&run), "--dry-run"]).exits(3);
    assert_eq!(stage.written(), ["x"]);
    // An agent's run is executed by that agent alone.
    let mut session = stage.told();
    let theirs = create(&mut session, "D1", &plan("theirs", &[draft("a", "z")]));
    stage.home.cli(&["run", "execute", id_of(&theirs)]).exits(3);
    stage.drafts.control(&json!({}));
    completed(&execute(&mut session, &theirs));
    stage.home.cli(&["run", "execute", id_of(&theirs)]).exits(3);
    assert_eq!(stage.written(), ["x", "z"]);
}

#[test]
fn what_is_wrong_is_said_clearly_and_stores_nothing() {
    let stage = Stage::new();
    let good = plan("k", &[draft("a", "x")]);
    let float = plan("k", &[step("notes.write", "drafts.v1", "a", json!({"text": 1.5}))]);
    for (directive, plan, exit) in [
        ("D9", &good, 2),
        ("D1", &float, 3),
        ("D1", &json!({"tenant_id": "default", "steps": []}), 3),
        ("D1", &json!([]), 3),
    ] {
        make(&stage, directive, plan).exits(exit);
    }
    let missing = stage.home.cli(&["run", "create", "nowhere.json", "--directive", "D1"]);
    assert!(missing.code != 0 && missing.stderr.contains("nowhere.json"), "{missing:?}");
    for args in [
        vec!["run", "show", NOBODYS],
        vec!["run", "execute", NOBODYS],
        vec!["run", "approve", NOBODYS, "--yes"],
        vec!["run", "show", "../x"],
        vec!["run", "list", "--state", "gone"],
    ] {
        assert_ne!(stage.home.cli(&args).code, 0, "{args:?}");
    }
    // Bytes that are no text at all, on stdin.
    let mut command = stage.home.command(&["run", "create", "-", "--directive", "D1"]);
    let broken = fs::File::open("/dev/zero").expect("zeros");
    command.stdin(broken);
    assert_eq!(run(&mut command, DEADLINE).code, 3);
    assert_eq!(stage.count("runs") + stage.count("idempotency_keys"), 0);
    make(&stage, "D1", &good).ok();
    assert_eq!(stage.count("runs"), 1);
}

/// A plan that does not fit is refused; its beginning is no plan, however well it reads.
#[test]
fn what_is_longer_than_a_plan_may_be_is_not_cut_and_run() {
    let stage = Stage::new();
    let path = stage.home.work().join("long.json");
    let mut text = plan("k", &[draft("a", "x")]).to_string();
    text.push_str(&" ".repeat(16 * 1024 * 1024 - text.len()));
    text.push_str("and something that nobody looked at");
    fs::write(&path, text).expect("the plan can be written");
    let path = crate::support::text_of(&path);
    let told = stage.home.cli(&["run", "create", &path, "--directive", "D1"]).exits(3);
    assert!(told.stderr.contains("larger than") && !told.stderr.contains("``"), "{told:?}");
    assert_eq!(stage.count("runs"), 0);
}

#[test]
fn a_dry_run_that_finds_something_ends_with_three() {
    let stage = Stage::new();
    let run = make(&stage, "D1", &plan("k", &[draft("a", "x")])).ok().json();
    let dry = || stage.home.cli(&["run", "execute", id_of(&run), "--dry-run"]);
    dry().ok();
    stage.configure("[[rule]]\ntool = \"drafts__write_note\"\neffect = \"deny\"\n", |plans| plans);
    dry().exits(3);
    stage.configure("", |plans| plans.replace("write_note", "write_another"));
    assert!(dry().exits(3).stdout.contains("no call"));
    stage.configure("", |plans| plans.replace("resource = \"id\"", ""));
    dry().exits(3);
    stage.configure("", |plans| plans);
    dry().ok();
    stage.silent();
}

#[test]
fn a_server_that_is_down_is_one_exit_code_and_told_to_a_person() {
    let stage = Stage::new();
    let run = make(&stage, "D1", &plan("k", &[draft("a", "x")])).ok().json();
    stage.drafts.control(&json!({"on_start": "die"}));
    let made = make(&stage, "D1", &plan("other", &[draft("a", "y")])).exits(1);
    let executed = stage.home.cli(&["run", "execute", id_of(&run)]).exits(1);
    for told in [made, executed] {
        assert!(told.stderr.contains("the server `drafts` cannot be reached"), "{told:?}");
        assert!(!told.stderr.contains("NOT EXECUTED"), "{told:?}");
    }
}

#[test]
fn a_wait_is_said_once() {
    let stage = Stage::new();
    let run = make(&stage, "D3", &plan("k", &[write("a", "x")])).exits(4).json();
    let told = stage.home.work().join("stderr");
    let mut command = stage.home.command(&["run", "execute", id_of(&run)]);
    command.stderr(fs::File::create(&told).expect("a file"));
    let mut waiting = command.stdout(Stdio::null()).spawn().expect("it starts");
    let told = || fs::read_to_string(&told).expect("readable");
    let wait = format!("waits for a yes: `countersign run approve {}`, until ", id_of(&run));
    wait_until(DEADLINE, || told().contains(&wait));
    stage.approve(&run);
    assert!(waiting.wait().expect("it ends").success(), "{}", told());
    assert_eq!(told().matches("yes").count(), 1, "{}", told());
    assert_eq!(stage.written(), ["x"]);
}
