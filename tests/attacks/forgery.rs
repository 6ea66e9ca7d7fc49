//! The forger has the database, our source and an evening: `audit verify` as a person runs it.
//!
//! Finer cuts are in `journal_forger.rs`; here the whole story is real and only the files are touched.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::stage::{NOTE, Stage, asked, call, ran, refused, resume, write};
use crate::support::text_of;

/// A story with three writes that ran and one that was refused, ended properly: its last head is signed.
struct Story {
    stage: Stage,
    head: String,
    rows: u64,
}

impl Story {
    fn new() -> Self {
        let stage = Stage::new();
        let mut session = stage.told();
        for n in 0..3 {
            let arguments = format!(r#"{{"id":"{n}","text":"t"}}"#);
            let id = asked(&call(&mut session, "write_note", Some(&arguments)));
            stage.approve(&id);
            ran(&resume(&mut session, &id));
        }
        let id = asked(&call(&mut session, "delete_note", Some(r#"{"id":"a"}"#)));
        stage.home.deny(&stage.alice, &id, "no");
        session.close_stdin();
        assert_eq!(session.wait_exit(), 0);
        let report = stage.home.cli_json(&["audit", "verify", "--json"]);
        assert_eq!(report["verdict"], "ok", "{report:#}");
        let head = report["head"].as_str().expect("a head").to_owned();
        let rows = report["rows"].as_u64().expect("a number");
        Self { stage, head, rows }
    }

    /// A copy of the home for a forger to work on.
    fn copy(&self, name: &str) -> PathBuf {
        let (from, to) = (self.stage.home.path(), self.stage.home.work().join(name));
        fs::DirBuilder::new().mode(0o700).create(&to).expect("a folder");
        for file in fs::read_dir(from).expect("the home") {
            let file = file.expect("a file").path();
            if file.is_file() {
                let copy = to.join(file.file_name().expect("a name"));
                fs::copy(&file, &copy).expect("a copy");
                fs::set_permissions(copy, fs::Permissions::from_mode(0o600)).expect("a mode");
            }
        }
        to
    }

    /// Forges a copy and says how `audit verify` finds it: exit code and report.
    fn forged(&self, name: &str, forge: impl FnOnce(&Connection, &Path)) -> (i32, Value, PathBuf) {
        let home = self.copy(name);
        let database = Connection::open(home.join("countersign.db")).expect("the database");
        for trigger in triggers(&database) {
            database.execute_batch(&format!("DROP TRIGGER \"{trigger}\"")).expect("dropped");
        }
        forge(&database, &home);
        drop(database);
        let (code, report) = self.verify(&home, &[]);
        (code, report, home)
    }

    fn verify(&self, home: &Path, more: &[&str]) -> (i32, Value) {
        let home = text_of(home);
        let mut args = vec!["--home", &home, "audit", "verify", "--json"];
        args.extend(more);
        let output = self.stage.home.cli(&args);
        let report = serde_json::from_str(&output.stdout).unwrap_or(Value::Null);
        (output.code, report)
    }

    /// The forger is found, by this name.
    #[track_caller]
    fn found(&self, name: &str, kind: &str, forge: impl FnOnce(&Connection, &Path)) {
        let (code, report, _) = self.forged(name, forge);
        assert_eq!(code, 5, "{name} was not found: {report:#}");
        assert_eq!(report["ok"], false, "{report:#}");
        let kinds = report["faults"].as_array().into_iter().flatten().map(|fault| &fault["kind"]);
        let kinds: Vec<&Value> = kinds.collect();
        assert!(kinds.iter().any(|found| **found == kind), "{name}: found as {kinds:?}");
    }

    /// Twin: the same copy, opened, its triggers dropped, nothing changed.
    #[track_caller]
    fn honest(&self, name: &str) {
        let (code, report, home) = self.forged(name, |_, _| {});
        assert_eq!((code, &report["verdict"]), (0, &Value::from("ok")), "{report:#}");
        let (code, report) = self.verify(&home, &["--head", &self.head]);
        assert_eq!((code, &report["verdict"]), (0, &Value::from("ok")), "{report:#}");
    }
}

fn triggers(database: &Connection) -> Vec<String> {
    let mut found = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .expect("a statement");
    let names = found.query_map([], |row| row.get(0)).expect("names");
    names.collect::<Result<_, _>>().expect("names")
}

fn sql(database: &Connection, text: &str) -> usize {
    let changed = database.execute(text, []).expect("the forger's statement");
    assert!(changed > 0, "the forger changed nothing: {text}");
    changed
}

/// The first `call.permitted` row of a write.
const TARGET: &str =
    "(SELECT min(seq) FROM journal WHERE type = 'call.permitted' AND tool = 'write_note')";

/// Hashes the chain anew as we do, from the format in words: SHA-256 over a zero byte, the hash before, the digest of the
/// row's text.
fn rehash(database: &Connection) {
    let mut rows =
        database.prepare("SELECT seq, meta, meta_digest FROM journal ORDER BY seq").expect("rows");
    let rows: Vec<(i64, Option<String>, Vec<u8>)> = rows
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("rows");
    let mut prev = vec![0_u8; 32];
    for (seq, meta, digest) in rows {
        let digest = meta.map_or(digest, |meta| Sha256::digest(meta).to_vec());
        let hash = Sha256::new().chain_update([0]).chain_update(&prev).chain_update(&digest);
        let hash = hash.finalize().to_vec();
        database
            .execute(
                "UPDATE journal SET meta_digest = ?2, prev = ?3, hash = ?4 WHERE seq = ?1",
                params![seq, digest, prev, hash],
            )
            .expect("a row");
        prev = hash;
    }
}

#[test]
fn an_edited_row_is_found() {
    let story = Story::new();
    story.honest("honest");
    let edits = [
        ("text", format!("UPDATE journal SET meta = replace(meta, 'write_note', 'read_note') WHERE seq = {TARGET}")),
        ("time", format!("UPDATE journal SET ts = ts - 1 WHERE seq = {TARGET}")),
        ("type", format!("UPDATE journal SET type = 'call.refused' WHERE seq = {TARGET}")),
        ("body", "UPDATE journal SET body = CAST('{}' AS BLOB) WHERE type = 'approval.denied'".to_owned()),
        ("hash", format!("UPDATE journal SET hash = zeroblob(32) WHERE seq = {TARGET}")),
        ("digest", format!("UPDATE journal SET meta_digest = zeroblob(32) WHERE seq = {TARGET}")),
        ("erased", "UPDATE journal SET meta = NULL, salt = NULL, body = NULL WHERE type = 'approval.denied'".to_owned()),
    ];
    for (name, edit) in &edits {
        story.found(name, "edited", |database, _| {
            sql(database, edit);
        });
    }
}

/// The columns that listings search by repeat what is hashed; a row that hides behind a changed one is found, too.
#[test]
fn an_edited_search_column_is_found() {
    let story = Story::new();
    for column in [
        "tenant = 'other'",
        "tool = 'read_note'",
        "verdict = 'allow'",
        "tier = 0",
        "principal = 'agent:eve'",
    ] {
        let edit = format!("UPDATE journal SET {column} WHERE seq = {TARGET}");
        let name = column.split(' ').next().expect("a column");
        story.found(name, "edited", |database, _| {
            sql(database, &edit);
        });
    }
}

#[test]
fn a_deleted_row_is_found() {
    let story = Story::new();
    story.honest("honest");
    for (name, which) in [("first", "1"), ("second", "2"), ("middle", TARGET)] {
        story.found(name, "deleted", |database, _| {
            sql(database, &format!("DELETE FROM journal WHERE seq = {which}"));
        });
    }
}

#[test]
fn swapped_rows_are_found() {
    let story = Story::new();
    story.honest("honest");
    let swap = |database: &Connection| {
        let next = story.rows - 2;
        for (from, to) in [(next, 900_001), (next + 1, next), (900_001, next + 1)] {
            sql(database, &format!("UPDATE journal SET seq = {to} WHERE seq = {from}"));
        }
    };
    story.found("swapped", "swapped", |database, _| swap(database));
    // Also when he mends the chain, since each row says its own place.
    story.found("mended", "swapped", |database, _| {
        swap(database);
        rehash(database);
    });
}

#[test]
fn a_cut_tail_is_found() {
    let story = Story::new();
    story.honest("honest");
    for rows in [1, 2, story.rows] {
        story.found(&format!("cut-{rows}"), "cut", |database, _| {
            sql(database, &format!("DELETE FROM journal WHERE seq > {}", story.rows - rows));
        });
    }
}

/// He cuts the heads with the rows. Up to a head that was signed this is the journal of that moment: only a head that was
/// noted elsewhere tells. Between two heads it is said that nobody vouches for the rest.
#[test]
fn a_tail_cut_with_its_heads_is_found_by_a_head_from_elsewhere() {
    let story = Story::new();
    let lines = fs::read_to_string(story.stage.home.path().join("heads.jsonl")).expect("heads");
    let places: Vec<u64> = lines
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).expect("a head")["seq"].as_u64().expect("a place")
        })
        .collect();
    let last = *places.last().expect("a head");
    assert_eq!(last, story.rows, "the last head is signed at the end");
    let gap = places.windows(2).rposition(|pair| pair[0] + 2 <= pair[1]).expect("room for a cut");
    let keep = places[gap];
    let heads: String = lines.lines().take(gap + 1).map(|line| format!("{line}\n")).collect();
    for (name, end, verdict) in [
        (
            "between",
            keep + 1,
            format!("ok up to row {keep}, tail unwitnessed since row {}", keep + 1),
        ),
        ("at", keep, "ok".to_owned()),
    ] {
        let (code, report, home) = story.forged(name, |database, home| {
            sql(database, &format!("DELETE FROM journal WHERE seq > {end}"));
            fs::write(home.join("heads.jsonl"), &heads).expect("heads");
        });
        assert_eq!((code, &report["verdict"]), (0, &Value::from(verdict)), "{report:#}");
        let (code, report) = story.verify(&home, &["--head", &story.head]);
        assert_eq!(code, 5, "{name}: {report:#}");
        assert_eq!(report["faults"][0]["kind"], "cut", "{report:#}");
    }
}

#[test]
fn a_journal_hashed_anew_is_found() {
    let story = Story::new();
    story.honest("honest");
    let forge = |database: &Connection| {
        sql(
            database,
            &format!(
                "UPDATE journal SET meta = replace(meta, 'write_note', 'read_note'), tool = 'read_note' WHERE seq = {TARGET}"
            ),
        );
        rehash(database);
    };
    story.found("hashed", "rehashed", |database, _| forge(database));
    // Without heads nobody vouches for anything, and that is said; a head from elsewhere finds him.
    let (code, report, home) = story.forged("headless", |database, home| {
        forge(database);
        fs::write(home.join("heads.jsonl"), "").expect("heads");
    });
    let verdict = report["verdict"].as_str().unwrap_or_default();
    assert!(code == 5 || verdict.contains("unwitnessed since row 1"), "{code}: {report:#}");
    let (code, report) = story.verify(&home, &["--head", &story.head]);
    assert_eq!(code, 5, "{report:#}");
    // A key of his own signs nothing that ours would.
    let other = Stage::new();
    let (code, report, _) = story.forged("resigned", |database, home| {
        forge(database);
        let theirs = fs::read(other.home.path().join("heads.jsonl")).expect("heads");
        fs::write(home.join("heads.jsonl"), theirs).expect("heads");
    });
    assert_eq!(code, 5, "{report:#}");
}

/// A yes written into the database is nobody's: the journal does not tell of it. Twin: the same row after a yes.
#[test]
fn a_yes_written_into_the_database_runs_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let database = Connection::open(stage.home.path().join("countersign.db")).expect("opened");
    sql(
        &database,
        "UPDATE approvals SET state = 'approved', run_by = asked_at + yes_life, decided_at = asked_at,
             decided_by = 'admin:alice', proof = 'terminal'",
    );
    assert_eq!(stage.question(&id)["state"], "approved", "the forgery is one");
    refused(&resume(&mut session, &id), "not_found");
    refused(&write(&mut session), "not_found");
    stage.executed(&mut session, 0);
    stage.on_record("no_yes_on_record");

    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    stage.approve(&id);
    let database = Connection::open(stage.home.path().join("countersign.db")).expect("opened");
    sql(&database, "UPDATE approvals SET run_by = run_by - 1");
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    stage.ran_exactly(NOTE);
}

/// He lets a call of his run, and takes the yes that is missing for granted: the whole chain hashed and signed anew.
#[test]
fn a_used_yes_without_its_yes_is_found() {
    let story = Story::new();
    story.honest("honest");
    story.found("renamed", "forged", |database, _| {
        let first = "(SELECT min(seq) FROM journal WHERE type = 'approval.approved')";
        let row = format!("WHERE seq = {first}");
        sql(
            database,
            &format!(
                "UPDATE journal SET type = 'approval.asked',
                     meta = replace(meta, 'approval.approved', 'approval.asked') {row}"
            ),
        );
        rehash(database);
    });
}
