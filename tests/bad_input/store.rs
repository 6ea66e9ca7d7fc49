//! Stores that cannot be what they should: newer, broken, open to others, from the future.

use std::fs::{self, Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use countersign::domain::digest::Digest;
use countersign::domain::entry::{Draft, EntryType, Meta, chain_hash};
use countersign::domain::principal::Tenant;
use countersign::domain::time::Millis;
use rusqlite::{Connection, params};
use serde_json::json;

use crate::support::{DEADLINE, Home, Launch, Recorder, run};
use crate::{Stand, code};

/// A home whose store was used once.
fn used() -> Home {
    let home = Home::new();
    home.cli(&["pending"]).ok();
    home
}

fn database(home: &Home) -> PathBuf {
    home.path().join("countersign.db")
}

/// No command and no session works with such a store; nothing is put in its place.
#[track_caller]
fn refused(home: &Home, exit: i32, told: &[&str]) {
    let before = fs::read(database(home)).ok();
    for args in [&["pending"][..], &["serve"], &["wrap", "--", "/bin/cat"], &["audit", "verify"]] {
        let output = home.cli(args).exits(exit);
        for part in told {
            assert!(output.stderr.contains(part), "{args:?} does not say `{part}`: {output:#?}");
        }
        assert!(output.stdout.is_empty(), "{output:#?}");
    }
    assert_eq!(fs::read(database(home)).ok(), before, "the file was touched");
}

#[test]
fn a_store_of_a_newer_version_is_refused_by_name() {
    let home = used();
    let conn = Connection::open(database(&home)).expect("the database opens");
    conn.pragma_update(None, "user_version", 99).expect("a version");
    drop(conn);
    refused(&home, 1, &["schema version 99", "countersign.db", "use the newer program"]);
}

#[test]
fn a_broken_or_foreign_file_is_refused() {
    let home = used();
    fs::write(database(&home), vec![0x5a; 8192]).expect("the file can be written");
    refused(&home, 1, &["not a database"]);

    let home = Home::new();
    fs::write(database(&home), "SQLite format 3\0 and then nothing").expect("the file can be written");
    set_permissions(database(&home), Permissions::from_mode(0o600)).expect("a mode");
    refused(&home, 1, &["error: "]);

    let home = Home::new();
    let conn = Connection::open(database(&home)).expect("a database");
    conn.execute_batch("CREATE TABLE theirs (a)").expect("a table");
    drop(conn);
    set_permissions(database(&home), Permissions::from_mode(0o600)).expect("a mode");
    refused(&home, 1, &["store.key"]);
    fs::write(home.path().join("store.key"), [7; 32]).expect("a key");
    set_permissions(home.path().join("store.key"), Permissions::from_mode(0o600)).expect("a mode");
    refused(&home, 1, &["database of another program"]);
}

#[test]
fn a_store_without_its_key_or_with_another_is_refused() {
    let home = used();
    let key = home.path().join("store.key");
    let good = fs::read(&key).expect("a key");
    fs::write(&key, [1; 32]).expect("another key");
    refused(&home, 1, &["not the key of"]);
    fs::write(&key, [1; 31]).expect("a short key");
    refused(&home, 1, &["does not hold 32 bytes"]);
    fs::remove_file(&key).expect("no key");
    refused(&home, 1, &["is missing"]);
    assert!(!key.exists(), "a new key was made for an old store");
    fs::write(&key, good).expect("the key");
    set_permissions(&key, Permissions::from_mode(0o600)).expect("a mode");
    home.cli(&["pending"]).ok();
}

#[test]
fn pages_that_broke_in_the_middle_are_found() {
    let mut stand = Stand::new();
    for n in 0..40 {
        stand.session.call("notes__read_note", json!({"id": format!("{n}")}));
    }
    stand.session.close_stdin();
    stand.session.wait_exit();
    let mut bytes = fs::read(database(&stand.home)).expect("the file");
    let at = bytes.windows(12).rposition(|window| window == b"call.outcome").expect("a row");
    bytes[at] = b'k';
    fs::write(database(&stand.home), bytes).expect("the file can be written");
    let told = stand.home.cli(&["audit", "verify"]).exits(5).stdout;
    assert!(told.starts_with("not ok"), "{told}");
}

#[test]
fn files_that_others_can_read_or_write_are_refused_with_the_remedy() {
    let home = used();
    for name in ["countersign.db", "store.key"] {
        let file = home.path().join(name);
        for mode in [0o644, 0o660, 0o602] {
            set_permissions(&file, Permissions::from_mode(mode)).expect("a mode");
            refused(&home, 6, &[name, "others", "chmod 600"]);
        }
        set_permissions(&file, Permissions::from_mode(0o600)).expect("a mode");
    }
    set_permissions(home.path(), Permissions::from_mode(0o755)).expect("a mode");
    refused(&home, 6, &["others", "chmod 700"]);
    set_permissions(home.path(), Permissions::from_mode(0o700)).expect("a mode");
    home.cli(&["pending"]).ok();
    let moved = home.work().join("moved.db");
    fs::rename(database(&home), &moved).expect("a move");
    symlink(&moved, database(&home)).expect("a link");
    refused(&home, 6, &["symbolic link"]);
}

/// A row that the forger's own hand cannot tell from ours, so many milliseconds from now.
fn append_row(home: &Home, ahead: i64) {
    let conn = Connection::open(database(home)).expect("the database opens");
    let (seq, prev): (u64, [u8; 32]) = conn
        .query_row("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("a newest row");
    let now: i64 = conn
        .query_row("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)", [], |row| row.get(0))
        .expect("a time");
    let (seq, ts) = (seq + 1, Millis(now + ahead));
    let draft = Draft::new(EntryType::AgentUnpaused, &Tenant::default());
    let meta = Meta { seq, ts, draft: &draft, body_digest: Digest::sha256(&[]) };
    let meta = serde_json::to_string(&meta).expect("JSON");
    let meta_digest = Digest::sha256(&[meta.as_bytes()]);
    let hash = chain_hash(&Digest(prev), &meta_digest);
    conn.execute(
        "INSERT INTO journal (seq, ts, type, tenant, meta, meta_digest, prev, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            seq,
            ts.0,
            draft.kind.as_str(),
            draft.tenant.as_str(),
            meta,
            meta_digest.0,
            prev,
            hash.0
        ],
    )
    .expect("a row");
}

#[test]
fn nothing_is_decided_by_a_clock_that_stands_behind_the_journal() {
    let mut stand = Stand::new();
    let token = stand.home.admin_token();
    let write = |n: u32| json!({"id": "a", "text": format!("{n}")});
    assert_eq!(code(&stand.session.call("notes__write_note", write(1))), "waiting");
    let id = stand.home.the_question()["id"].as_str().expect("an id").to_owned();
    // A little is no fault: time then goes on from the newest row.
    append_row(&stand.home, 4 * 60_000);
    assert_eq!(code(&stand.session.call("notes__write_note", write(2))), "waiting");

    append_row(&stand.home, 60 * 60_000);
    let refused = stand.home.cli_with_token(&token, &["approve", &id, "--yes"]).exits(1);
    assert!(refused.stderr.contains("the clock says"), "{refused:#?}");
    assert_eq!(code(&stand.session.call("notes__write_note", write(3))), "clock_behind");
    assert_eq!(stand.home.questions(2).len(), 2, "nothing changed");
    stand.home.cli(&["audit", "verify"]).ok();

    let doctor = stand.home.cli_with_token(&token, &["doctor", "--accept-clock", "--yes"]);
    if doctor.code == 2 {
        skipped("there is no `doctor --accept-clock` yet");
        return;
    }
    doctor.ok();
    stand.home.approve(&token, &id);
    let result = stand.session.call("resume_call", json!({"id": id}));
    assert_eq!(code(&result), "none", "{result}");
    assert_eq!(stand.recorder.calls_of("write_note"), [write(1)]);
    stand.home.cli(&["audit", "verify"]).ok();
}

#[expect(clippy::print_stdout, reason = "a test that could not be made must say so")]
pub(crate) fn skipped(why: &str) {
    println!("skipped: {why}");
}

/// A home that is no folder, or cannot be made.
#[test]
fn a_home_that_cannot_be_used_is_named() {
    let home = Home::new();
    let file = home.work().join("file");
    fs::write(&file, "").expect("a file");
    for bad in [file.clone(), file.join("below"), PathBuf::from("/proc/nowhere")] {
        let output = run(home.command(&["pending"]).env("COUNTERSIGN_HOME", &bad), DEADLINE);
        assert!([1, 6].contains(&output.code), "{output:#?}");
        assert!(output.stderr.contains(&bad.display().to_string()), "{output:#?}");
    }
}

/// The store goes while a session runs: the calls that follow are refused, and the server hears nothing of them.
#[test]
fn a_store_that_is_taken_away_while_it_is_in_use_stops_everything() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = Launch::wrap(&home, &["--on-ask", "pending"], &recorder.argv()).start();
    session.initialize("2025-11-25");
    session.tools_with("read_note");
    let conn = Connection::open(database(&home)).expect("the database opens");
    conn.execute_batch("DROP TRIGGER journal_stays; ALTER TABLE journal RENAME TO taken").expect("renamed");
    for _ in 0..3 {
        let read = session.call("read_note", json!({"id": "a"}));
        assert_eq!(code(&read), "unrecorded", "{read}");
        let write = session.call("write_note", json!({"id": "a", "text": "b"}));
        assert_eq!(code(&write), "unrecorded", "{write}");
    }
    assert!(recorder.calls().is_empty(), "sent without a record");
    conn.execute_batch("ALTER TABLE taken RENAME TO journal").expect("renamed back");
    let read = session.call("read_note", json!({"id": "a"}));
    assert_eq!(code(&read), "none", "{read}");
}
