//! Servers behind us that are addresses: nothing goes out twice, nothing goes elsewhere, and a token is never shown.

use crate::site::{REAL, Real, Site};
use crate::support::{DEADLINE, Home, Session, is_error, text, wait_until};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

fn code(answer: &Value) -> &str {
    answer["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

/// A home whose one server is this site, and a session with it.
fn stage(site: &Site, more: &str) -> (Home, Session) {
    let home = Home::new();
    home.write_config(&format!("{}{more}", site.toml("web")));
    let session = Session::serve(&home, &["--on-ask", "hold"]);
    (home, session)
}

#[track_caller]
fn reads(session: &mut Session) {
    let read = session.call("web__read_note", json!({"id": "a"}));
    assert!(!is_error(&read) && text(&read).contains("a"), "{read}");
}

#[test]
fn real_servers_are_listed_read_written_to_once_and_found_again() {
    for kind in REAL {
        let home = Home::new();
        let mut real = Real::start(&home, kind);
        home.write_config(&real.toml("web"));
        let admin = home.admin_token();
        let mut session = Session::serve(&home, &["--on-ask", "hold"]);
        let tools = session.tools_with("web__write_note");
        assert!(tools.iter().any(|tool| tool["name"] == "web__read_note"), "{kind}: {tools:?}");
        reads(&mut session);

        let held = session.start_call("web__write_note", json!({"id": "n", "text": "t"}));
        let id = home.the_question()["id"].as_str().expect("an id").to_owned();
        assert_eq!(real.executed(), ["read a"], "{kind}");
        home.approve(&admin, &id).ok();
        let wrote = session.result(held);
        assert!(!is_error(&wrote) && text(&wrote).contains("wrote n"), "{kind}: {wrote}");
        assert_eq!(real.executed(), ["read a", "write n t"], "{kind}");

        let counting = session.start_call_with_progress("web__count", json!({"n": 3}), &json!("p"));
        assert!(text(&session.result(counting)).contains("counted 3"), "{kind}");
        let told = session.notifications();
        let progress: Vec<&Value> = told
            .iter()
            .filter(|told| told["method"] == "notifications/progress")
            .map(|told| &told["params"]["progress"])
            .filter(|progress| progress.as_f64().is_some_and(|progress| progress > 0.0))
            .collect();
        // As one JSON answer there is no road for it.
        if *kind != "mcp_json" {
            assert_eq!(progress.len(), 3, "{kind}: {told:?}");
            assert!(progress.is_sorted_by_key(|n| n.as_f64().map(f64::to_bits)), "{kind}");
        }

        // It forgets all sessions; of the one call that may meet that nobody knows, and the next one runs.
        real.restart();
        let met = session.call("web__read_note", json!({"id": "b"}));
        let lost = ["upstream_down", "outcome_unknown"];
        assert!(!is_error(&met) || lost.contains(&code(&met)), "{kind}: {met}");
        if is_error(&met) {
            assert!(!real.executed().contains(&"read b".to_owned()), "{kind}");
        }
        let read = session.call("web__read_note", json!({"id": "c"}));
        assert!(!is_error(&read) && text(&read).contains("note c"), "{kind}: {read}");
    }
}

#[test]
fn the_reference_server_answers_through_us() {
    let home = Home::new();
    let real = Real::everything(&home);
    home.write_config(&real.toml("web"));
    let mut session = Session::serve(&home, &["--on-ask", "deny"]);
    assert!(session.tools_with("web__echo").len() > 5);
    let sum = session.call("web__get-sum", json!({"a": 2, "b": 3}));
    assert!(!is_error(&sum) && text(&sum).contains('5'), "{sum}");
}

#[test]
fn json_events_and_odd_bytes_are_the_same_answer_with_progress_in_order() {
    let site = Site::start();
    let (_home, mut session) = stage(&site, "");
    // What looks like the end of one event and another one is text inside a JSON string.
    let evil = "x\r\n\r\ndata: {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[]}}\n\nevent: message";
    for mode in ["json", "sse", "bytes", "twice", "foreign"] {
        site.control(&json!({"on_call": mode}));
        let id =
            session.start_call_with_progress("web__read_note", json!({"id": evil}), &json!("mine"));
        let answer = session.result(id);
        let said: Value = serde_json::from_str(&text(&answer)).expect("the arguments");
        assert_eq!(said, json!({"id": evil}), "{mode}: {answer}");
        let told = session.notifications();
        let of_call: Vec<&Value> = told.iter().map(|told| &told["params"]).collect();
        let progress: Vec<i64> = of_call.iter().filter_map(|p| p["progress"].as_i64()).collect();
        let want: &[i64] = if mode == "sse" || mode == "bytes" { &[1, 2, 3] } else { &[] };
        assert_eq!(progress, want, "{mode}: {told:?}");
        assert!(of_call.iter().all(|params| params["progressToken"] == "mine"), "{told:?}");
    }
    let calls = site.posts("tools/call");
    assert_eq!(calls.len(), 5, "one POST a call");
    let sessions: Vec<&Value> =
        calls.iter().map(|call| &call["headers"]["mcp-session-id"]).collect();
    assert!(sessions.iter().all(|id| id.is_string() && *id == sessions[0]), "{sessions:?}");
    for call in &calls {
        let headers = &call["headers"];
        assert_eq!(headers["mcp-protocol-version"], "2025-11-25");
        assert_eq!(headers["accept"], "application/json, text/event-stream");
        assert_eq!(headers["content-type"], "application/json");
    }
    let first = &site.posts("initialize")[0]["headers"];
    assert!(first["mcp-session-id"].is_null() && first["mcp-protocol-version"].is_null());
}

#[test]
fn what_was_sent_without_an_answer_is_unknown_and_never_sent_again() {
    let site = Site::start();
    let (home, mut session) = stage(&site, "timeout = \"2s\"\n");
    let admin = home.admin_token();
    let modes = [
        ("cut", "upstream_closed"),
        ("drop", "upstream_closed"),
        ("silent", "upstream_timeout"),
        ("slow_headers", "upstream_timeout"),
        ("html", "answer_malformed"),
        ("empty", "answer_malformed"),
        ("giant", "answer_too_large"),
        ("giant_event", "answer_too_large"),
    ];
    for (at, (mode, why)) in modes.iter().enumerate() {
        site.control(&json!({"on_call": mode}));
        let held =
            session.start_call("web__write_note", json!({"id": mode, "text": at.to_string()}));
        let id = home.the_question()["id"].as_str().expect("an id").to_owned();
        home.approve(&admin, &id).ok();
        let begun = Instant::now();
        let answer = session.result(held);
        assert_eq!(code(&answer), "outcome_unknown", "{mode}: {answer}");
        assert!(text(&answer).contains(why), "{mode}: {answer}");
        assert!(begun.elapsed() < DEADLINE / 2, "{mode}");
        // A server that was not read to the end is still a server.
        site.control(&json!({}));
        reads(&mut session);
        let sent: Vec<Value> = site.posts("tools/call");
        let sent = sent.iter().filter(|call| call["body"]["params"]["arguments"]["id"] == *mode);
        assert_eq!(sent.count(), 1, "{mode} was sent again");
    }
    // Whoever does not answer in time hears that nobody waits.
    let cancelled = site.posts("notifications/cancelled");
    assert!(!cancelled.is_empty(), "nothing was cancelled");
}

#[test]
fn a_redirect_is_not_followed_and_where_it_leads_hears_nothing() {
    let (site, elsewhere) = (Site::start(), Site::start());
    let (home, mut session) = stage(&site, "");
    let admin = home.admin_token();
    // Some of them would lead there by a GET without a body.
    let codes = [307, 308, 301, 302, 303];
    for code_of in codes {
        site.control(&json!({"on_call": "redirect", "code": code_of, "to": elsewhere.url()}));
        let held = session.start_call("web__write_note", json!({"id": code_of}));
        let id = home.the_question()["id"].as_str().expect("an id").to_owned();
        home.approve(&admin, &id).ok();
        assert_eq!(code(&session.result(held)), "outcome_unknown", "{code_of}");
        assert!(elsewhere.requests().is_empty(), "{code_of}");
    }
    drop(session);

    for code_of in codes {
        site.control(&json!({"redirect_start": elsewhere.url(), "code": code_of}));
        let mut session = Session::serve(&home, &["--on-ask", "deny"]);
        let down = session.call("web__read_note", json!({"id": "a"}));
        assert!(is_error(&down) && elsewhere.requests().is_empty(), "{code_of}: {down}");
    }
    let mut session = Session::serve(&home, &["--on-ask", "deny"]);
    // The twin: without a redirect the same session finds it.
    site.control(&json!({}));
    wait_until(DEADLINE, || !is_error(&session.call("web__read_note", json!({"id": "a"}))));
}

#[test]
fn a_status_says_whether_the_call_was_sent() {
    let site = Site::start();
    let (_home, mut session) = stage(&site, "");
    reads(&mut session);
    let mut meets = |control: Value| {
        site.control(&control);
        session.call_response("web__read_note", json!({"id": "s"}))
    };
    // A session that is gone, and credentials that are no longer taken: the call was given, so nobody knows.
    let gone = meets(json!({"forget": 1}));
    assert_eq!(code(&gone["result"]), "outcome_unknown", "{gone}");
    assert!(!text(&gone["result"]).contains("Nothing was sent"), "{gone}");
    assert_eq!(code(&meets(json!({"forget": 1}))["result"]), "(none)", "it was met anew");
    for status in [401, 404] {
        let denied = meets(json!({"forget": 1, "on_call": "status", "status": status}));
        assert_eq!(code(&denied["result"]), "outcome_unknown", "{status}: {denied}");
        assert_eq!(code(&meets(json!({"forget": 1}))["result"]), "(none)", "it was met anew");
    }
    for status in [400, 403, 418, 500, 503] {
        let answer = meets(json!({"forget": 1, "on_call": "status", "status": status}));
        assert_eq!(code(&answer["result"]), "outcome_unknown", "{status}: {answer}");
    }
    // The protocol's own error under the call's own id is an answer.
    let error = json!({"code": -32602, "message": "no such note"});
    let answer = meets(json!({"forget": 1, "on_call": "status", "status": 400, "error": error}));
    assert_eq!(answer["error"], error, "{answer}");
    assert_eq!(code(&meets(json!({"forget": 1}))["result"]), "(none)");
}

#[test]
fn a_token_is_sent_and_never_shown() {
    const TOKEN: &str = "s3cr3t-of-the-server";
    let site = Site::start();
    site.control(&json!({"token": TOKEN}));
    let home = Home::new();
    let file = home.work().join("token");
    let write = |text: &str, mode| {
        fs::write(&file, text).expect("the token is written");
        fs::set_permissions(&file, Permissions::from_mode(mode)).expect("its mode");
    };
    write("wrong-but-s3cr3t\n", 0o600);
    let more = format!("token_file = {:?}\nheaders = {{ \"X-Team\" = \"blue\" }}\n", file);
    home.write_config(&format!("{}{more}", site.toml("web")));
    let mut session = Session::serve(&home, &["--on-ask", "deny"]);
    let said = |session: &Session, words: &str| {
        let stderr = session.stderr();
        stderr.contains("upstream.web.token_file") && stderr.contains(words)
    };
    wait_until(DEADLINE, || said(&session, "HTTP 401"));
    let refused = session.call_response("web__read_note", json!({"id": "a"}));
    assert!(refused["result"].is_null() && site.posts("tools/call").is_empty(), "{refused}");
    // A file that others can read holds no secret: nothing is sent with it.
    write(TOKEN, 0o640);
    wait_until(DEADLINE, || said(&session, "is open to others (mode 0640)"));
    let before = site.requests().len();
    sleep(Duration::from_millis(300));
    assert_eq!(site.requests().len(), before);
    // It is read at each connect: the right one, in place, is enough.
    write(&format!("{TOKEN}\n"), 0o600);
    wait_until(DEADLINE, || {
        let answer = session.call_response("web__read_note", json!({"id": "a"}));
        !answer["result"].is_null() && !is_error(&answer["result"])
    });
    let call = &site.posts("tools/call")[0]["headers"];
    assert_eq!(call["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(call["x-team"], "blue");
    let mut shown = format!("{}\n{refused}", session.stderr());
    session.close_stdin();
    session.wait_exit();
    shown.push_str(&home.cli(&["doctor"]).stdout);
    shown.push_str(&home.cli(&["audit", "export"]).stdout);
    assert!(shown.contains(&site.url()) && !shown.contains("s3cr3t"), "{shown}");
    assert!(site.requests().iter().any(|request| request["method"] == "DELETE"), "left in order");
}

#[test]
fn the_wait_for_a_yes_is_not_the_servers_time() {
    let site = Site::start();
    let (home, mut session) = stage(&site, "timeout = \"1s\"\n");
    let admin = home.admin_token();
    let held = session.start_call("web__write_note", json!({"id": "n"}));
    let id = home.the_question()["id"].as_str().expect("an id").to_owned();
    sleep(Duration::from_secs(3));
    assert!(site.posts("tools/call").is_empty());
    home.approve(&admin, &id).ok();
    let answer = session.result(held);
    assert_eq!(code(&answer), "(none)", "{answer}");
    assert_eq!(site.posts("tools/call").len(), 1);
    // The twin: the server's own time counts.
    site.control(&json!({"on_call": "silent"}));
    let late = session.call("web__read_note", json!({"id": "n"}));
    assert_eq!(code(&late), "outcome_unknown", "{late}");
}

#[test]
fn a_server_that_is_not_there_was_not_sent_anything() {
    let mut site = Site::start();
    let (_home, mut session) = stage(&site, "");
    reads(&mut session);
    site.stop();
    let down = session.call("web__read_note", json!({"id": "a"}));
    assert_eq!(code(&down), "upstream_down", "{down}");
    assert!(text(&down).contains("Nothing was sent"), "{down}");
    site.start_again();
    wait_until(DEADLINE, || !is_error(&session.call("web__read_note", json!({"id": "a"}))));
}

#[test]
fn a_call_that_is_cancelled_is_told_to_the_server_and_others_go_on() {
    let site = Site::start();
    let (_home, mut session) = stage(&site, "");
    site.control(&json!({"on_call": "silent"}));
    let hung = session.start_call("web__read_note", json!({"id": "hung"}));
    wait_until(DEADLINE, || !site.posts("tools/call").is_empty());
    site.control(&json!({}));
    reads(&mut session);
    session.cancel(hung, "enough");
    wait_until(DEADLINE, || !site.posts("notifications/cancelled").is_empty());
    let told = &site.posts("notifications/cancelled")[0]["body"]["params"]["requestId"];
    assert_eq!(told, &site.posts("tools/call")[0]["body"]["id"]);
    reads(&mut session);
}
