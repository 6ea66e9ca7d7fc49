//! Servers that die, hang, and answer wrongly: the call in question ends with a clear word, the next one is served.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{DEADLINE, Home, Launch, Recorder, Session, is_error, text, upstream_toml};
use crate::{Stand, code, configured, count, still_serves};

const QUICK: &str = "timeout = \"1s\"";

fn with_mode(upstream: &str, mode: &str) -> Stand {
    let mut stand = Stand::with(upstream, &json!({}));
    stand.session.tools_with("notes__read_note");
    stand.recorder.control(&json!({"on_call": mode}));
    stand
}

#[test]
fn one_that_dies_at_a_call_is_started_again_and_the_call_is_not_repeated() {
    for mode in ["die", "half"] {
        let mut stand = with_mode("", mode);
        stand.is_lost();
        assert_eq!(stand.recorder.starts().len(), 2, "{mode}");
    }
}

#[test]
fn one_that_dies_before_it_does_anything_leaves_the_same_uncertainty() {
    let mut stand = with_mode("", "die_before");
    let result = stand.session.call("notes__read_note", json!({"id": "lost"}));
    assert_eq!(code(&result), "outcome_unknown", "{result}");
    stand.recorder.control(&json!({}));
    stand.still_serves();
    assert_eq!(count(&stand.recorder, "lost"), 0);
}

#[test]
fn one_that_hangs_is_given_up_in_time_and_told() {
    let mut stand = with_mode(QUICK, "hang");
    let begun = Instant::now();
    stand.is_lost();
    assert!(begun.elapsed() < DEADLINE / 2, "the timeout did not count");
    let lost =
        stand.recorder.calls().into_iter().find(|call| call["params"]["arguments"]["id"] == "lost");
    let told = stand.recorder.received_method("notifications/cancelled");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["params"]["requestId"], lost.expect("it was sent")["id"]);
    assert_eq!(stand.recorder.starts().len(), 1, "a slow call does not end its server");
}

#[test]
fn one_that_answers_twice_is_heard_once() {
    let mut stand = with_mode("", "twice");
    for id in ["a", "b", "c"] {
        let result = stand.session.call("notes__read_note", json!({"id": id}));
        assert_eq!(text(&result), format!("note {id}: hello"), "the answer of another call");
    }
    stand.still_serves();
    assert!(stand.session.try_recv(Duration::from_millis(300)).is_none(), "a second answer");
}

#[test]
fn an_answer_under_another_id_answers_nothing() {
    for mode in ["foreign_id", "string_id", "bad_result"] {
        let mut stand = with_mode(QUICK, mode);
        stand.is_lost();
        assert_eq!(stand.recorder.starts().len(), 1, "{mode}");
    }
}

#[test]
fn errors_of_the_server_are_passed_on_as_they_are() {
    let mut stand = with_mode("", "error");
    let error = stand.session.call_response("notes__read_note", json!({"id": "a"}))["error"].take();
    assert_eq!(error, json!({"code": -32000, "message": "the recorder was told to fail"}));
    stand.recorder.control(&json!({"on_call": "tool_error"}));
    let result = stand.session.call("notes__read_note", json!({"id": "a"}));
    assert!(is_error(&result) && code(&result) == "none", "{result}");
    assert_eq!(text(&result), "the recorder was told to fail");
    stand.recorder.control(&json!({}));
    stand.still_serves();
}

#[test]
fn a_flood_of_notifications_reaches_nobody_and_delays_nothing() {
    let mut stand = Stand::with("", &json!({"count": 200_000}));
    stand.session.tools_with("notes__read_note");
    stand.recorder.control(&json!({"on_call": "flood"}));
    let flood = stand.session.start_call("notes__read_note", json!({"id": "flood"}));
    let ping = stand.session.request("ping", json!({}));
    let begun = Instant::now();
    stand.session.result(ping);
    assert!(begun.elapsed() < Duration::from_secs(5), "a ping waits for another's flood");
    assert_eq!(text(&stand.session.result(flood)), "note flood: hello");
    let relayed = stand.session.notifications();
    assert!(relayed.is_empty(), "nobody asked for log messages: {} came", relayed.len());
    stand.recorder.control(&json!({}));
    stand.still_serves();
}

#[test]
fn junk_on_a_servers_stdout_is_skipped() {
    let mut stand = with_mode("", "junk");
    for id in ["a", "b"] {
        let result = stand.session.call("notes__read_note", json!({"id": id}));
        assert_eq!(text(&result), format!("note {id}: hello"));
    }
    assert_eq!(stand.recorder.starts().len(), 1);
}

#[test]
fn a_line_of_70_mib_ends_the_link_and_not_the_gateway() {
    for mode in ["huge", "long_line"] {
        let mut stand = Stand::with("", &json!({"size": 70 << 20}));
        stand.session.tools_with("notes__read_note");
        stand.recorder.control(&json!({"on_call": mode}));
        stand.is_lost();
        assert_eq!(stand.recorder.starts().len(), 2, "{mode}: the link was not cut");
    }
}

#[test]
fn a_result_of_60_mib_arrives_whole() {
    let mut stand = Stand::with("", &json!({"size": 60 << 20}));
    stand.session.tools_with("notes__read_note");
    stand.recorder.control(&json!({"on_call": "huge"}));
    let result = stand.session.call("notes__read_note", json!({"id": "a"}));
    assert_eq!(text(&result).len(), 60 << 20);
    stand.recorder.control(&json!({}));
    stand.still_serves();
}

/// Our own tools are there, and a call to the server says that it is not.
#[track_caller]
fn serves_without(session: &mut Session) {
    let begun = Instant::now();
    session.initialize("2025-11-25");
    assert!(begun.elapsed() < Duration::from_secs(5), "`initialize` waits for the server");
    let answer = session.call_response("notes__read_note", json!({"id": "a"}));
    assert_eq!(answer["error"]["code"], -32602, "nobody ever heard of this tool: {answer}");
    let tools = session.tools();
    assert!(tools.iter().any(|tool| tool["name"] == "resume_call"), "{tools:?}");
    assert!(tools.iter().all(|tool| !tool["name"].to_string().contains("notes__")), "{tools:?}");
}

#[test]
fn one_that_never_starts_leaves_our_own_tools() {
    for argv in [["/nowhere/at/all"], ["/etc/passwd"], ["/bin/false"]] {
        let home = Home::new();
        let argv: Vec<_> = argv.iter().map(|part| (*part).to_owned()).collect();
        home.write_config(&upstream_toml("notes", "production", &argv));
        let mut session = Launch::serve(&home, &[]).start();
        serves_without(&mut session);
        session.close_stdin();
        assert_eq!(session.wait_exit(), 0);
        assert!(session.stderr().contains("notes"), "the log names it: {}", session.stderr());
    }
}

#[test]
fn one_that_ends_at_once_is_used_as_soon_as_it_stays() {
    let (home, recorder) = configured("", &json!({}));
    recorder.control(&json!({"on_start": "die"}));
    let mut session = Launch::serve(&home, &[]).start();
    serves_without(&mut session);
    recorder.control(&json!({}));
    session.tools_with("notes__read_note");
    still_serves(&mut session);
}

/// The same once its tools are pinned: they are listed, and a call says that the server is down.
#[test]
fn a_known_server_that_is_down_is_told_apart_from_an_unknown_tool() {
    let mut stand = Stand::new();
    stand.still_serves();
    stand.session.close_stdin();
    stand.session.wait_exit();
    stand.recorder.control(&json!({"on_start": "die"}));
    let mut session = Session::serve(&stand.home, &["--on-ask", "pending"]);
    session.tools_with("notes__read_note");
    let result = session.call("notes__read_note", json!({"id": "a"}));
    assert_eq!(code(&result), "upstream_down", "{result}");
    assert!(text(&result).contains("Nothing was sent"), "{result}");
    stand.recorder.control(&json!({}));
    let again = crate::support::wait_for(DEADLINE, || {
        let result = session.call("notes__read_note", json!({"id": "next"}));
        (!is_error(&result)).then_some(result)
    });
    assert_eq!(text(&again), "note next: hello");
}

#[track_caller]
fn delays_only_what_needs_it(mode: &str) {
    let (home, recorder) = configured("", &json!({"on_start": mode}));
    let mut session = Launch::serve(&home, &[]).start();
    session.initialize("2025-11-25");
    let list = session.request("tools/list", json!({}));
    for _ in 0..3 {
        let ping = session.request("ping", json!({}));
        assert!(session.response_within(ping, Duration::from_secs(5)).is_some(), "{mode}");
    }
    let list = session.response_within(list, DEADLINE * 2).expect("a list in the end");
    let tools = list["result"]["tools"].as_array().expect("tools");
    assert!(tools.iter().any(|tool| tool["name"] == "resume_call") && tools.len() < 10, "{list}");
    let pid = recorder.starts()[0]["pid"].clone();
    session.close_stdin();
    assert_eq!(session.wait_exit(), 0);
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists(), "{mode}: an orphan");
}

/// It sleeps before it reads anything.
#[test]
fn one_that_hangs_before_it_reads_delays_only_what_needs_it() {
    delays_only_what_needs_it("hang");
}

#[test]
fn one_that_never_answers_initialize_delays_only_what_needs_it() {
    delays_only_what_needs_it("silent");
}

#[test]
fn one_that_starts_slowly_is_waited_for() {
    let (home, recorder): (_, Recorder) =
        configured("", &json!({"start_delay": 3, "list_delay": 1}));
    let mut session = Launch::serve(&home, &[]).start();
    let begun = Instant::now();
    session.initialize("2025-11-25");
    assert!(begun.elapsed() < Duration::from_secs(2), "`initialize` waits for the server");
    still_serves(&mut session);
    assert_eq!((count(&recorder, "next"), recorder.starts().len()), (1, 1));
}

/// What cannot be listed is known from what was pinned.
#[test]
fn one_that_cannot_list_shows_what_was_pinned() {
    for mode in ["error", "hang", "die"] {
        let mut stand = Stand::new();
        // In whatever order.
        let sorted = |mut tools: Vec<Value>| {
            tools.sort_by_key(|tool| tool["name"].to_string());
            tools
        };
        let before = sorted(stand.session.tools_with("notes__read_note"));
        stand.session.close_stdin();
        stand.session.wait_exit();
        stand.recorder.control(&json!({"on_list": mode}));
        let mut session = Session::serve(&stand.home, &[]);
        assert_eq!(sorted(session.tools()), before, "{mode}");
    }
}
