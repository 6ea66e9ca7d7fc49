//! Whose voice counts: never that of whoever asks, not of whoever was revoked since; and what is kept of several answers.

use super::stage::{NAMED, Stage, voters};
use super::support::{Answer, Console, DEADLINE, is_error, text};
use serde_json::{Value, json};

const FOREVER: [&str; 2] = ["--remember", "forever"];

/// Any two admins.
const TWO: &str = "[[quorum]]\ntool = \"notes__*\"\nrequired = 2\n";

fn says(stage: &Stage, name: &str, id: &str, more: &[&str]) -> i32 {
    let args = [&["approve", id, "--yes"], more].concat();
    stage.home.cli_with_token(stage.token(name), &args).code
}

fn kept(stage: &Stage) -> usize {
    let listed = stage.home.cli_json(&["remembered", "list", "--json"]);
    listed["remembered"].as_array().expect("a list").len()
}

fn decide(console: &Console, token: &str, id: &str) -> Answer {
    let path = format!("/api/v1/approvals/{id}");
    console.by_token(token, "POST", &path, &json!({ "decision": "approve" }))
}

/// Writes another asker into the row of a question; answers with who it was.
#[track_caller]
fn asked_by(stage: &Stage, id: &str, principal: &str) -> String {
    let conn = rusqlite::Connection::open(stage.home.path().join("countersign.db")).expect("opens");
    conn.busy_timeout(DEADLINE).expect("a timeout");
    let was = stage.shown(id)["requested_by"].as_str().expect("an asker").to_owned();
    conn.execute_batch("DROP TRIGGER IF EXISTS approvals_bind").expect("dropped");
    let id = id.replace('-', "");
    let sql = format!("UPDATE approvals SET principal = ?1 WHERE hex(id) = upper('{id}')");
    assert_eq!(conn.execute(&sql, [principal]).expect("written"), 1);
    was
}

/// Names of agents have a slash, and those of users never do, so nobody can ask and answer under one name. That the names
/// are compared all the same is shown by a row that says otherwise.
#[test]
fn whoever_asks_is_refused_even_where_he_is_named() {
    let stage = Stage::new(NAMED, &["anna", "ben", "carla"]);
    let slash = ["user", "add", "anna/test-client", "--role", "admin", "--yes"];
    stage.home.cli_with_token(stage.token("alice"), &slash).exits(2);
    let console = Console::start(&stage.home);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    let was = asked_by(&stage, &id, "agent:anna");
    assert!(was.ends_with("/test-client"), "{was}");
    decide(&console, stage.token("anna"), &id).refused(403, "own_question");
    assert_eq!(says(&stage, "anna", &id, &[]), 3);
    assert_eq!(stage.refusals(), ["own_question", "own_question"]);
    assert!(voters(&stage.shown(&id)).is_empty(), "a refused voice was heard");
    // Another's counts, and hers still does not.
    decide(&console, stage.token("ben"), &id).is(200);
    decide(&console, stage.token("anna"), &id).refused(403, "own_question");
    let shown = stage.shown(&id);
    assert_eq!((&shown["state"], voters(&shown)), (&json!("pending"), vec!["ben"]));
    assert!(stage.notes.calls().is_empty(), "the call ran");
    // Twin: the same admin about the same question, asked by whoever asked it.
    asked_by(&stage, &id, &was);
    let last = decide(&console, stage.token("anna"), &id).is(200).json();
    assert_eq!(last["approved"], true, "{last}");
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
}

#[test]
fn one_voice_that_wants_it_kept_keeps_nothing() {
    let stage = Stage::new(TWO, &["anna", "ben"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(says(&stage, "anna", &id, &FOREVER), 4);
    assert_eq!(kept(&stage), 0, "one voice of two kept it");
    assert_eq!(says(&stage, "ben", &id, &[]), 0);
    asker.result(call);
    assert_eq!(kept(&stage), 0, "the other did not want it");
    assert!(stage.rows("remembered.given", 0).is_empty());
    // Nor when they want different things.
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(says(&stage, "anna", &id, &FOREVER), 4);
    assert_eq!(says(&stage, "ben", &id, &["--remember", "forever", "--uses", "5"]), 0);
    asker.result(call);
    assert_eq!((kept(&stage), stage.notes.calls().len()), (0, 2));
    // Twin: both want the same.
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(says(&stage, "anna", &id, &FOREVER), 4);
    assert_eq!(kept(&stage), 0);
    assert_eq!(says(&stage, "ben", &id, &FOREVER), 0);
    asker.result(call);
    assert_eq!((kept(&stage), stage.notes.calls().len()), (1, 3));
    let ran = asker.call("notes__write_note", json!({ "id": "a", "text": "hello" }));
    assert!(!is_error(&ran) && text(&ran).contains("done"), "{ran}");
    assert_eq!(stage.notes.calls().len(), 4);
    assert_eq!(stage.rows("remembered.used", 1).len(), 1);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn the_yes_of_a_user_who_was_revoked_counts_no_more() {
    let stage = Stage::new(TWO, &["anna", "ben", "carla"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(says(&stage, "anna", &id, &[]), 4);
    let revoke = ["user", "revoke", "anna", "--yes"];
    stage.home.cli_with_token(stage.token("alice"), &revoke).ok();
    assert!(voters(&stage.shown(&id)).is_empty(), "{}", stage.shown(&id));
    assert_eq!(says(&stage, "ben", &id, &[]), 4, "hers was counted");
    assert_eq!(says(&stage, "anna", &id, &[]), 3);
    // Nor is it hers again when her name is given anew.
    stage.home.user_token(stage.token("alice"), "anna", "admin");
    let shown = stage.shown(&id);
    assert_eq!((&shown["state"], voters(&shown)), (&json!("pending"), vec!["ben"]));
    assert!(stage.notes.calls().is_empty(), "the call ran");
    assert_eq!(says(&stage, "carla", &id, &[]), 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
    assert_eq!(voters(&stage.shown(&id)), ["ben", "carla"]);
    let rows = stage.rows("approval.approved", 3);
    let names: Vec<&Value> = rows.iter().map(|row| &row["body"]["names"]).collect();
    assert_eq!(names.last(), Some(&&json!(["ben", "carla"])), "{rows:#?}");
    // Twin: nobody was revoked before it was decided, and what was decided is told as it was.
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(says(&stage, "ben", &id, &[]), 4);
    assert_eq!(says(&stage, "carla", &id, &[]), 0);
    asker.result(call);
    let revoke = ["user", "revoke", "ben", "--yes"];
    stage.home.cli_with_token(stage.token("alice"), &revoke).ok();
    assert_eq!(voters(&stage.shown(&id)), ["ben", "carla"]);
    assert_eq!(stage.notes.calls().len(), 2);
}
