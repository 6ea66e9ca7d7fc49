//! Disks that are full or cannot be written: nothing runs without a record, and nothing needs a restart afterwards.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::store::skipped;
use crate::support::{Home, Recorder, Session, is_error, text, wait_for};
use crate::{code, count};

/// A small file system of its own under the gateway's home; gone with the value.
struct Disk(PathBuf);

impl Disk {
    /// `None`, and the reason printed, where file systems cannot be mounted.
    fn mount(home: &Home) -> Option<Self> {
        let path = home.path();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs"])
            .arg(&path)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(path)),
            Ok(output) => {
                let why = String::from_utf8_lossy(&output.stderr).into_owned();
                skipped(&format!("a full disk needs `mount`, and it says: {why}"));
                None
            }
            Err(why) => {
                skipped(&format!("a full disk needs `mount`: {why}"));
                None
            }
        }
    }

    fn remount(&self, option: &str) {
        let mut command = Command::new("mount");
        command.args(["-o", &format!("remount,{option}")]).arg(&self.0);
        assert!(command.status().expect("mount runs").success(), "remounting {option}");
    }

    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).expect("a file");
        for size in [65_536, 4_096, 512, 1] {
            let chunk = vec![0x2e; size];
            while file.write_all(&chunk).is_ok() {}
        }
    }

    fn clear(&self) {
        fs::remove_file(self.0.join("filler")).expect("the filler goes");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Processes of a failed test may still hold it.
        Command::new("umount").arg("--lazy").arg(&self.0).status().ok();
    }
}

#[test]
fn on_a_full_disk_calls_are_refused_and_it_recovers_without_a_restart() {
    let home = Home::new();
    let Some(disk) = Disk::mount(&home) else { return };
    let recorder = Recorder::new(&home, "notes");
    let token = home.admin_token();
    let mut session = Session::wrap(&home, &["--on-ask", "pending"], &recorder);
    session.tools_with("read_note");
    let asked = session.call("write_note", json!({"id": "a", "text": "before"}));
    assert_eq!(code(&asked), "waiting");
    let id = home.the_question()["id"].as_str().expect("an id").to_owned();

    disk.fill();
    // Room that the store had already may serve a few more.
    let mut served = 0;
    let refused = wait_for(crate::support::DEADLINE, || {
        let result = session.call("read_note", json!({"id": "full"}));
        served += usize::from(!is_error(&result));
        is_error(&result).then_some(result)
    });
    assert_eq!(code(&refused), "unrecorded", "{refused}");
    assert!(text(&refused).contains("NOT EXECUTED"), "{refused}");
    for n in 0..5 {
        let write = session.call("write_note", json!({"id": "a", "text": format!("full {n}")}));
        assert_eq!(code(&write), "unrecorded", "{write}");
        let read = session.call("read_note", json!({"id": "full"}));
        assert_eq!(code(&read), "unrecorded", "{read}");
    }
    let approve = home.cli_with_token(&token, &["approve", &id, "--yes"]);
    assert!(approve.code == 1 && approve.stderr.contains("store"), "{approve:#?}");
    assert_eq!(count(&recorder, "full"), served, "sent without a record");
    assert!(recorder.calls_of("write_note").is_empty());

    disk.clear();
    let read = session.call("read_note", json!({"id": "space"}));
    assert_eq!(code(&read), "none", "{read}");
    assert_eq!(home.the_question()["id"], id.as_str(), "one question, as before");
    home.approve(&token, &id);
    let result = session.call("resume_call", json!({"id": id}));
    assert_eq!(code(&result), "none", "{result}");
    assert_eq!(recorder.calls_of("write_note"), [json!({"id": "a", "text": "before"})]);
    home.cli(&["audit", "verify"]).ok();
    session.close_stdin();
    assert_eq!(session.wait_exit(), 0, "{}", session.stderr());
    home.cli(&["audit", "verify"]).ok();
    drop(disk);
}

#[test]
fn a_disk_that_fills_while_a_yes_is_used_up_sends_nothing() {
    let home = Home::new();
    let Some(disk) = Disk::mount(&home) else { return };
    let recorder = Recorder::new(&home, "notes");
    let token = home.admin_token();
    let mut session = Session::wrap(&home, &["--on-ask", "pending"], &recorder);
    session.call("write_note", json!({"id": "a", "text": "b"}));
    let id = home.the_question()["id"].as_str().expect("an id").to_owned();
    home.approve(&token, &id);
    disk.fill();
    // Fill up what room the store has, too.
    wait_for(crate::support::DEADLINE, || {
        is_error(&session.call("read_note", json!({"id": "x"}))).then_some(())
    });
    let result = session.call("resume_call", json!({"id": id}));
    assert!(is_error(&result), "{result}");
    assert!(["unrecorded", "outcome_unknown"].contains(&&*code(&result)), "{result}");
    assert!(recorder.calls_of("write_note").is_empty(), "sent without a record");
    disk.clear();
    // The yes counts as used, or it is still there; it never runs twice.
    session.call("resume_call", json!({"id": id}));
    session.call("resume_call", json!({"id": id}));
    assert!(recorder.calls_of("write_note").len() <= 1);
    home.cli(&["audit", "verify"]).ok();
    drop(session);
    drop(disk);
}

#[test]
fn a_home_that_cannot_be_written_is_refused_by_name() {
    let home = Home::new();
    let Some(disk) = Disk::mount(&home) else { return };
    let recorder = Recorder::new(&home, "notes");
    let mut session = Session::wrap(&home, &["--on-ask", "pending"], &recorder);
    session.tools_with("read_note");
    session.kill9();
    disk.remount("ro");
    let mut argv = vec!["wrap".to_owned(), "--".to_owned()];
    argv.extend(recorder.argv());
    let argv: Vec<_> = argv.iter().map(String::as_str).collect();
    let output = home.cli(&argv).exits(1);
    assert!(output.stdout.is_empty(), "{output:#?}");
    let home_path = home.path().display().to_string();
    assert!(output.stderr.contains(&home_path), "the home is not named: {output:#?}");
    let approve = home.cli(&["pending"]);
    assert!(approve.code == 0 || approve.stderr.contains("read"), "{approve:#?}");
    disk.remount("rw");
    let mut session = Session::wrap(&home, &["--on-ask", "pending"], &recorder);
    let read = session.call("read_note", json!({"id": "a"}));
    assert_eq!(code(&read), "none", "{read}");
    drop(session);
    drop(disk);
}
