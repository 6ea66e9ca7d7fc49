//! How long an answer is kept, and whose calls it answers.

use serde_json::json;

use crate::stage::{NOTE, Stage, asked, code, ran, resume, started, taught, write};
use crate::support::{Recorder, pending, text};

#[test]
fn forever_survives_the_session_and_answers_exactly_that_call() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "forever"]);
    ran(&write(&mut session, NOTE));
    session.close_stdin();
    session.wait_exit();
    let mut later = stage.agent();
    ran(&write(&mut later, r#"{"text":"hello","id":"a"}"#));
    assert_eq!(stage.written().len(), 3);
    // Anything else of it asks.
    for other in [r#"{"id":"a","text":"hello!"}"#, r#"{"id":"a","text":"hello","priority":1}"#] {
        asked(&write(&mut later, other));
    }
    asked(&write(&mut stage.client("another"), NOTE));
    assert_eq!(stage.written().len(), 3);
    // Each use is on record, in the story of its own call, which tells whose answer it was.
    let used = stage.journal("remembered.used");
    assert_eq!(used.len(), 2);
    let kept = stage.kept(&[]);
    assert_eq!((&kept[0]["used"], &kept[0]["answer"]), (&json!(2), &json!("approve")));
    for row in &used {
        assert_eq!(row["body"]["id"], kept[0]["id"], "{row}");
    }
    let given = stage.journal("remembered.given");
    assert_eq!(given.len(), 1);
    let runs = stage.journal("call.permitted");
    let by_kept = |row: &&serde_json::Value| row["body"]["remembered"]["id"] == kept[0]["id"];
    assert_eq!(runs.iter().filter(by_kept).count(), 2, "{runs:#?}");
    stage.verify();
}

#[test]
fn a_session_takes_what_was_kept_for_it_along() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "session"]);
    ran(&write(&mut session, NOTE));
    // Another session of the same agent at the same time.
    let mut beside = stage.agent();
    let id = asked(&write(&mut beside, NOTE));
    stage.home.cli(&["cancel", &id]).ok();
    ran(&write(&mut session, NOTE));
    session.close_stdin();
    session.wait_exit();
    assert_eq!(stage.ends(), ["session_over"]);
    asked(&write(&mut stage.agent(), NOTE));
    assert_eq!(stage.written().len(), 3);
    stage.verify();
}

#[test]
fn once_keeps_nothing_and_a_killed_session_nothing_of_its_own() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "once"]);
    let id = asked(&write(&mut session, NOTE));
    assert!(stage.kept(&["--all"]).is_empty());
    stage.keep(&id, &["--remember", "session"]);
    resume(&mut session, &id);
    ran(&write(&mut session, NOTE));
    session.kill9();
    session.wait_exit();
    asked(&write(&mut stage.agent(), NOTE));
    assert_eq!(stage.written().len(), 3);
}

#[test]
fn of_the_server_it_answers_any_agent_of_exactly_that_server() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "forever", "--scope", "server"]);
    ran(&write(&mut stage.client("another"), NOTE));
    assert_eq!(stage.written().len(), 2);
    // A server of the same name that is started otherwise is another one.
    let other = Recorder::new(&stage.home, "other");
    let options = ["--name", "notes", "--on-ask", "pending"];
    let launch = crate::support::Launch::wrap(&stage.home, &options, &other.argv());
    let mut elsewhere = started(launch.client("planner"));
    let answer = write(&mut elsewhere, NOTE);
    assert_ne!(code(&answer), "(none)", "{answer}");
    assert!(other.calls_of("write_note").is_empty());
}

#[test]
fn a_changed_definition_is_another_tool() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "forever"]);
    ran(&write(&mut session, NOTE));
    session.close_stdin();
    session.wait_exit();
    stage.notes.change_definitions(&[]);
    let mut later = stage.agent();
    asked(&write(&mut later, NOTE));
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn never_refuses_without_asking_and_beats_a_yes() {
    let stage = Stage::new();
    let mut session = stage.agent();
    // A yes to calls of any agent, then a no to those of this one.
    taught(&stage, &mut session, NOTE, &["--remember", "forever", "--scope", "server"]);
    ran(&write(&mut session, NOTE));
    let kept = stage.kept(&[])[0]["id"].as_str().expect("an id").to_owned();
    let other = r#"{"id":"a","text":"never"}"#;
    let id = asked(&write(&mut session, other));
    let how = ["--remember", "pattern", "--where", "id=a"];
    stage.never(&id, &how);
    let answer = write(&mut session, other);
    assert_eq!(code(&answer), "remembered_no", "{answer}");
    assert!(text(&answer).starts_with("NOT EXECUTED. A person said no"), "{answer}");
    assert!(!text(&answer).contains("countersign "), "{answer}");
    let answer = write(&mut session, NOTE);
    assert_eq!(code(&answer), "remembered_no", "a no beats a yes: {answer}");
    assert!(pending(&stage.home).is_empty());
    assert_eq!(stage.written().len(), 2);
    // The other agent is answered by the yes, and this one is once the no is taken back.
    ran(&write(&mut stage.client("another"), NOTE));
    let never = stage.kept(&[])[0]["id"].as_str().expect("an id").to_owned();
    assert_ne!(never, kept);
    stage.admin(&["remembered", "revoke", &never, "--yes"]).ok();
    ran(&write(&mut session, NOTE));
    assert_eq!(stage.written().len(), 4);
    let refused = stage.journal("call.refused");
    assert_eq!(refused.iter().filter(|row| row["outcome"] == "remembered_no").count(), 2);
    stage.verify();
}

#[test]
fn a_yes_ends_with_whoever_gave_it() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let dora = stage.home.user_token(&stage.alice, "dora", "admin");
    let id = asked(&write(&mut session, NOTE));
    let keep = ["approve", &id, "--yes", "--remember", "forever"];
    stage.home.cli_with_token(&dora, &keep).ok();
    resume(&mut session, &id);
    let never = r#"{"id":"a","text":"never"}"#;
    let id = asked(&write(&mut session, never));
    let no = ["deny", &id, "--reason", "no", "--yes", "--remember", "forever"];
    stage.home.cli_with_token(&dora, &no).ok();
    let hers = r#"{"id":"b","text":"hers"}"#;
    taught(&stage, &mut session, hers, &["--remember", "forever"]);
    ran(&write(&mut session, NOTE));
    let told = stage.admin(&["user", "revoke", "dora", "--yes"]).ok().stderr;
    assert!(told.contains("1 kept yes that he had said ended with him"), "{told}");
    asked(&write(&mut session, NOTE));
    assert_eq!(stage.ends(), ["giver_revoked"]);
    // Twins: her no, and another's yes.
    assert_eq!(code(&write(&mut session, never)), "remembered_no");
    ran(&write(&mut session, hers));
    assert_eq!(stage.written().len(), 4);
    stage.verify();
}
