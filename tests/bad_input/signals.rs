//! SIGTERM, SIGINT and SIGKILL in the middle of things: quick, in order, and no process stays behind.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::{DEADLINE, Launch, Session, text, wait_until};
use crate::{Stand, configured};

fn signal(session: &Session, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(session.pid()).expect("a pid")).expect("not 0");
    kill_process(pid, signal).expect("it runs");
}

fn is_gone(recorder: &crate::Recorder) -> bool {
    recorder.starts().iter().all(|start| !std::path::Path::new(&format!("/proc/{}", start["pid"])).exists())
}

#[test]
fn a_signal_while_a_call_is_held_ends_it_in_time_and_the_question_survives() {
    for which in [Signal::TERM, Signal::INT] {
        let (home, recorder) = configured("", &json!({}));
        let token = home.admin_token();
        let mut session = Session::serve(&home, &["--on-ask", "hold"]);
        session.start_call("notes__write_note", json!({"id": "a", "text": "b"}));
        let question = home.the_question();
        let told = Instant::now();
        signal(&session, which);
        session.wait_exit();
        assert!(told.elapsed() < Duration::from_secs(5), "{which:?}: {:?}", told.elapsed());
        assert!(is_gone(&recorder), "{which:?}: its server stayed");
        assert_eq!(home.the_question()["id"], question["id"]);
        home.cli(&["audit", "verify"]).ok();
        // The same agent comes back, hears the yes, and it runs once.
        let id = question["id"].as_str().expect("an id");
        home.approve(&token, id);
        let mut session = Session::serve(&home, &["--on-ask", "hold"]);
        let result = session.call("resume_call", json!({"id": id}));
        assert!(text(&result).starts_with("write_note done"), "{result}");
        assert_eq!(recorder.calls_of("write_note").len(), 1);
    }
}

#[test]
fn a_signal_while_calls_are_at_the_server_leaves_their_outcome_unknown() {
    let mut stand = Stand::new();
    stand.still_serves();
    stand.recorder.control(&json!({"on_call": "hang"}));
    stand.session.start_call("notes__read_note", json!({"id": "lost"}));
    wait_until(DEADLINE, || stand.recorder.calls().len() == 2);
    let told = Instant::now();
    signal(&stand.session, Signal::TERM);
    stand.session.wait_exit();
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    assert!(is_gone(&stand.recorder));
    let rows = stand.home.cli_json(&["audit", "list", "--json", "--type", "call.outcome"]).to_string();
    assert!(rows.contains("\"unknown\""), "{rows}");
}

#[test]
fn a_server_that_ignores_its_stdin_and_sigterm_does_not_stay_behind() {
    let home = crate::Home::new();
    let pid_file = home.work().join("pid");
    let script = format!("trap '' TERM INT HUP; echo $$ > {}; while :; do sleep 1; done", pid_file.display());
    let argv = ["/bin/sh".to_owned(), "-c".to_owned(), script];
    for leaves in [false, true] {
        let _ = std::fs::remove_file(&pid_file);
        let mut session = Launch::wrap(&home, &[], &argv).start();
        session.initialize("2025-11-25");
        let pid = crate::support::wait_for(DEADLINE, || {
            std::fs::read_to_string(&pid_file).ok()?.trim().parse::<i32>().ok()
        });
        let told = Instant::now();
        if leaves {
            session.close_stdin();
        } else {
            signal(&session, Signal::TERM);
        }
        session.wait_exit();
        let took = told.elapsed();
        assert!(took < Duration::from_secs(if leaves { 15 } else { 7 }), "{took:?}");
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "it stayed");
    }
}

#[test]
fn the_death_of_the_gateway_ends_its_server() {
    let mut stand = Stand::new();
    stand.still_serves();
    stand.session.kill9();
    wait_until(DEADLINE, || is_gone(&stand.recorder));
}

#[test]
fn the_end_of_the_client_ends_held_calls_and_answers_them() {
    let (home, recorder) = configured("", &json!({}));
    let mut session = Session::serve(&home, &["--on-ask", "hold"]);
    let call = session.start_call("notes__write_note", json!({"id": "a", "text": "b"}));
    home.the_question();
    let told = Instant::now();
    session.close_stdin();
    let result = session.result(call);
    assert_eq!(crate::code(&result), "waiting", "{result}");
    assert_eq!(session.wait_exit(), 0);
    assert!(told.elapsed() < Duration::from_secs(5), "{:?}", told.elapsed());
    assert!(is_gone(&recorder));
    assert_eq!(home.questions(1).len(), 1);
}
