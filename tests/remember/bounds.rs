//! What a kept answer never reaches: graver calls, what runs code, more uses than it has, arguments nobody named.

use serde_json::json;

use crate::stage::{
    NOTE, SERVED, Stage, asked, code, ran, resume, started, taught, taught_served, write, write_as,
};
use crate::support::{DEADLINE, pending, wait_until};

#[test]
fn nothing_grave_and_nothing_that_runs_code_is_kept() {
    let stage = Stage::new();
    let mut session = stage.agent();
    for (tool, arguments) in
        [("delete_note", json!({"id": "a"})), ("run_command", json!({"command": "make test"}))]
    {
        let id = asked(&session.call(tool, arguments));
        let refused = stage.admin(&["approve", &id, "--yes", "--remember", "forever"]).exits(3);
        assert!(refused.stderr.contains("never kept"), "{}", refused.stderr);
        assert_eq!(stage.home.cli_json(&["show", &id, "--json"])["state"], "pending");
        // The same answer without the wish counts.
        stage.keep(&id, &[]);
        resume(&mut session, &id);
    }
    assert!(stage.kept(&["--all"]).is_empty());
}

/// The tier is part of what an answer leans on, and the seal on record is over both: over processes nothing can raise the
/// one alone. That the tier is looked at by itself is shown where the store is asked directly, with the same ground.
#[test]
fn a_call_that_rose_to_tier_3_is_asked_about() {
    let stage = Stage::new();
    let mut session = stage.served("");
    taught_served(&stage, &mut session);
    ran(&write_as(SERVED, &mut session, NOTE));
    session.close_stdin();
    session.wait_exit();
    let graver = "[[rule]]\ntool = \"notes__write_note\"\neffect = \"ask\"\ntier = 3\n";
    let mut session = stage.served(graver);
    asked(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn a_pattern_is_closed_and_ends() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let how = ["--remember", "pattern", "--where", "id=a", "--where", "text=h*", "--uses", "3"];
    taught(&stage, &mut session, NOTE, &how);
    ran(&write(&mut session, r#"{"id":"a","text":"hi"}"#));
    // Another value, one that is there as well, one that is not there.
    for other in [
        r#"{"id":"b","text":"hi"}"#,
        r#"{"id":"a","text":"bye"}"#,
        r#"{"id":"a","text":"hi","priority":2}"#,
        r#"{"id":"a"}"#,
    ] {
        let answer = write(&mut session, other);
        assert_ne!(code(&answer), "(none)", "{answer}");
    }
    assert_eq!(stage.written().len(), 2);
    ran(&write(&mut session, r#"{"id":"a","text":"ho"}"#));
    ran(&write(&mut session, r#"{"id":"a","text":"ho"}"#));
    asked(&write(&mut session, r#"{"id":"a","text":"ho"}"#));
    assert_eq!(stage.written().len(), 4);
    assert_eq!(stage.ends(), ["used_up"]);
    stage.verify();
}

#[test]
fn time_ends_it() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "forever", "--for", "15s"]);
    ran(&write(&mut session, NOTE));
    wait_until(DEADLINE, || stage.kept(&[]).is_empty());
    assert_eq!(stage.ends(), ["expired"]);
    asked(&write(&mut session, NOTE));
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn fifty_at_once_use_ten_uses_ten_times() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let how = ["--remember", "forever", "--uses", "10"];
    taught(&stage, &mut session, NOTE, &how);
    let mut other = started(stage.launch("pending").client("planner"));
    let calls: Vec<(usize, i64)> = (0..50)
        .map(|n| {
            let to = if n % 2 == 0 { &mut session } else { &mut other };
            (n, to.start_raw_call("write_note", NOTE))
        })
        .collect();
    let mut without = 0;
    for (n, id) in calls {
        let from = if n % 2 == 0 { &mut session } else { &mut other };
        let answer = from.result(id);
        match code(&answer) {
            "(none)" => without += 1,
            other => assert_eq!(other, "waiting", "{answer}"),
        }
    }
    assert_eq!(without, 10);
    assert_eq!(stage.written().len(), 11);
    assert_eq!(stage.journal("remembered.used").len(), 10);
    assert_eq!(pending(&stage.home).len(), 1);
    stage.verify();
}

#[test]
fn a_row_written_into_the_table_gives_nothing() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "forever", "--uses", "2"]);
    ran(&write(&mut session, NOTE));
    let database = stage.home.path().join("countersign.db");
    let conn = rusqlite::Connection::open(database).expect("the attacker opens the file");
    // More uses than were given, and whatever else he likes: the row is not the one that was given any more.
    conn.execute_batch(
        "DROP TRIGGER remembered_hold; UPDATE remembered SET most = 1000, scope = 'server';",
    )
    .expect("he writes what he wants");
    drop(conn);
    asked(&write(&mut session, NOTE));
    asked(&write(&mut stage.client("another"), NOTE));
    assert_eq!(stage.written().len(), 2);
}
