//! What is turned away before it is heard, each beside what differs only in that and is let in.

use super::inbound_stage::{
    Stand, call, event, held_call, modern_call, modern_headers, result_text, start,
};
use super::support::{Answer, DEADLINE, Home, Recorder, pending, wait_until};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

fn read() -> String {
    modern_call(1, "read_note", &json!({"id": "a"}))
}

/// A read with this `Authorization`.
fn by(stand: &Stand, authorization: &[&str]) -> Answer {
    let mut headers = modern_headers("tools/call", "read_note");
    headers.extend([("Content-Type", "application/json"), ("Accept", "*/*")]);
    headers.extend(authorization.iter().map(|value| ("Authorization", *value)));
    stand.gateway.request("POST", "/mcp", &headers, &read())
}

#[test]
fn only_the_token_of_an_agent_of_this_world_is_heard() {
    let stand = Stand::new();
    let foreign = {
        let add = ["--tenant", "far", "user", "add", "olga", "--role", "admin", "--json"];
        let olga = stand.home.tty_cli(&add, &["olga"]).ok().json();
        let olga = olga["token"].as_str().expect("a token").to_owned();
        let add = ["--tenant", "far", "user", "add", "robot", "--role", "agent", "--json", "--yes"];
        let added = stand.home.cli_with_token(&olga, &add).ok().json();
        added["token"].as_str().expect("a token").to_owned()
    };
    let operator = stand.home.user_token(&stand.admin, "otto", "operator");
    let bearer = format!("Bearer {}", stand.robot);
    assert_eq!(result_text(&by(&stand, &[&bearer]).is(200)), "note a: hello");
    by(&stand, &[&format!("Token {}", stand.robot)]).is(200);
    let reads = stand.recorder.calls_of("read_note").len();
    let wrong = format!("{bearer}x");
    let foreign = format!("Bearer {foreign}");
    let basic = format!("Basic {}", stand.robot);
    let none: [&[&str]; 8] = [
        &[],
        &[""],
        &["Bearer "],
        &[&stand.robot],
        &[&wrong],
        &[&foreign],
        &[&basic],
        &[&bearer, &bearer],
    ];
    for shown in none {
        let answer = by(&stand, shown).refused(401, "no_proof");
        assert!(answer.header("www-authenticate").is_some_and(|how| how.starts_with("Bearer")));
    }
    for decider in [&stand.admin, &operator] {
        let answer = by(&stand, &[&format!("Bearer {decider}")]).refused(403, "role_not_allowed");
        assert!(answer.body.contains("agent"), "{answer:#?}");
    }
    assert_eq!(
        stand.recorder.calls_of("read_note").len(),
        reads,
        "none of them reached the server"
    );
    wait_until(DEADLINE, || {
        let rows = stand.home.cli_json(&["audit", "list", "--type", "http.refused", "--json"]);
        rows.to_string().contains("token_wrong")
    });
    let bytes = std::fs::read(stand.home.path().join("countersign.db")).expect("the store");
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds(&stand.robot) && !stand.gateway.stderr().contains(&stand.robot));
}

#[test]
fn a_token_that_is_taken_away_counts_for_nothing_from_then_on() {
    let stand = Stand::new();
    let (gone, stays) =
        (stand.initialize(&stand.robot, "raw"), stand.initialize(&stand.other, "raw"));
    let read = call(1, "read_note", &json!({"id": "a"}));
    stand.in_session(&stand.robot, &gone, &read).is(200);
    stand.home.cli_with_token(&stand.admin, &["user", "revoke", "robot", "--yes"]).ok();
    let before = stand.recorder.calls_of("read_note").len();
    stand.in_session(&stand.robot, &gone, &read).refused(401, "no_proof");
    assert_eq!(stand.recorder.calls_of("read_note").len(), before);
    stand.in_session(&stand.other, &stays, &read).is(200);
    // The same name once more is somebody else.
    let again = stand.home.user_token(&stand.admin, "robot", "agent");
    stand.in_session(&again, &gone, &read).is(404);
    stand.initialize(&again, "raw");
}

/// The yes comes at once after it, before anybody looked which sessions must end.
#[test]
fn a_yes_right_after_a_token_was_taken_away_runs_nothing() {
    let stand = Stand::new();
    let (robot, other) = ((&stand.robot, "robot's"), (&stand.other, "other's"));
    let [gone, twin] = [robot, other].map(|(token, text)| {
        let session = stand.initialize(token, "raw");
        let write = held_call(1, "write_note", &json!({"id": "a", "text": text}));
        stand.open(token, &[("Mcp-Session-Id", &session)], &write)
    });
    let questions = stand.home.questions(2);
    stand.home.cli_with_token(&stand.admin, &["user", "revoke", "robot", "--yes"]).ok();
    for question in questions {
        stand.home.approve(&stand.admin, question["id"].as_str().expect("an id"));
    }
    let last = event(&gone, |message| message["result"].is_object());
    assert!(last.to_string().contains("NOT EXECUTED"), "{last:#}");
    let last = event(&twin, |message| message["result"].is_object());
    assert!(last.to_string().contains("write_note done"), "{last:#}");
    assert_eq!(stand.recorder.calls_of("write_note"), [json!({"id": "a", "text": "other's"})]);
}

#[test]
fn what_a_revoked_agent_waits_for_does_not_run() {
    let stand = Stand::new();
    let session = stand.initialize(&stand.robot, "raw");
    let write = held_call(1, "write_note", &json!({"id": "a", "text": "x"}));
    let held = stand.open(&stand.robot, &[("Mcp-Session-Id", &session)], &write);
    let question = stand.home.the_question();
    stand.home.cli_with_token(&stand.admin, &["user", "revoke", "robot", "--yes"]).ok();
    let revoked = std::time::Instant::now();
    let last = event(&held, |message| message["result"].is_object());
    assert!(last.to_string().contains("NOT EXECUTED"), "{last:#}");
    // Long before a client's patience would have ended it.
    assert!(revoked.elapsed() < Duration::from_secs(12), "{:?}", revoked.elapsed());
    stand.home.approve(&stand.admin, question["id"].as_str().expect("an id"));
    std::thread::sleep(Duration::from_millis(700));
    assert!(stand.recorder.calls_of("write_note").is_empty());
}

#[test]
fn another_host_and_another_page_are_not_heard() {
    let stand = Stand::new();
    let (own, port) = (stand.gateway.host(), stand.gateway.at().port());
    let ask = |host: &str, more: &[(&str, &str)]| {
        let mut headers = modern_headers("tools/call", "read_note");
        headers.push(("Host", host));
        headers.extend(more);
        stand.post(&stand.robot, &headers, &read())
    };
    let page = format!("http://{own}");
    let localhost = format!("localhost:{port}");
    assert_eq!(ask(&own, &[]).status, 200);
    assert_eq!(ask(&own, &[("Origin", &page)]).status, 200);
    assert_eq!(ask(&localhost, &[]).status, 200);
    let reads = stand.recorder.calls_of("read_note").len();
    let hosts = [
        "evil.test".to_owned(),
        format!("evil.test:{port}"),
        format!("127.0.0.1.evil.test:{port}"),
        "127.0.0.1".to_owned(),
        format!("0.0.0.0:{port}"),
        format!("127.0.0.2:{port}"),
        String::new(),
    ];
    for host in &hosts {
        for origin in [None, Some(&page)] {
            let origin: Vec<(&str, &str)> =
                origin.into_iter().map(|o| ("Origin", o.as_str())).collect();
            assert_eq!(ask(host, &origin).status, 403, "Host: {host}, {origin:?}");
        }
    }
    let origins = [
        "null",
        "",
        "http://evil.test",
        "https://127.0.0.1",
        &format!("https://{own}"),
        &format!("http://{localhost}"),
    ];
    for origin in origins {
        assert_eq!(ask(&own, &[("Origin", origin)]).status, 403, "Origin: {origin}");
    }
    assert_eq!(ask(&own, &[("Origin", &page), ("Origin", &page)]).status, 403, "twice");
    assert_eq!(ask(&own, &[("Sec-Fetch-Site", "cross-site")]).status, 403);
    let preflight = stand.gateway.request("OPTIONS", "/mcp", &[("Origin", "http://evil.test")], "");
    assert!(preflight.status >= 400 && preflight.header("access-control-allow-origin").is_none());
    assert_eq!(
        stand.recorder.calls_of("read_note").len(),
        reads,
        "none of them reached the server"
    );
}

#[test]
fn nothing_listens_on_an_address_that_others_reach_and_nobody_decides_here() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:7879"] {
        let mut args = vec!["wrap", "--http", address, "--"];
        let argv = recorder.argv();
        args.extend(argv.iter().map(String::as_str));
        let said = home.cli(&args).exits(2);
        assert!(said.stderr.contains("loopback"), "{said:?}");
        let said = home.cli_with_token(&admin, &args).exits(3);
        assert!(said.stderr.contains("COUNTERSIGN_TOKEN"), "{said:?}");
    }
    start(&home, &recorder, &[]);
}

#[test]
fn a_header_that_says_something_else_than_the_body_is_refused() {
    let stand = Stand::new();
    let right = modern_headers("tools/call", "read_note");
    assert_eq!(stand.post(&stand.robot, &right, &read()).status, 200);
    let reads = stand.recorder.calls_of("read_note").len();
    for at in 0..right.len() {
        let mut without = right.clone();
        without.remove(at);
        let mut other = right.clone();
        other[at].1 = if at == 0 { "2025-11-25" } else { "list_notes" };
        let mut twice = right.clone();
        twice.push(right[at]);
        for headers in [without, other, twice] {
            let answer = stand.post(&stand.robot, &headers, &read()).is(400).json();
            assert_eq!(answer["error"]["code"], -32020, "{headers:?}: {answer}");
            assert_eq!(answer["id"], 1);
        }
    }
    // What writes does not pass by calling itself a read.
    let write = modern_call(1, "write_note", &json!({"id": "a", "text": "x"}));
    stand.post(&stand.robot, &right, &write).is(400);
    assert_eq!(stand.recorder.calls().len(), reads, "none of them reached the server");
    // Without `_meta` the header alone makes no request of that era.
    let bare = call(1, "read_note", &json!({"id": "a"}));
    assert_eq!(stand.post(&stand.robot, &right, &bare).is(400).json()["error"]["code"], -32602);
}

#[test]
fn a_body_is_read_strictly_and_once() {
    let stand = Stand::new();
    let session = stand.initialize(&stand.robot, "raw");
    let ask = |body: &str| stand.in_session(&stand.robot, &session, body);
    let whole = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_note","arguments":{"id":"a"}}}"#;
    assert_eq!(result_text(&ask(whole).is(200)), "note a: hello");
    let spread = whole.replace(',', ",\r\n ");
    assert_eq!(result_text(&ask(&spread).is(200)), "note a: hello");
    let calls = stand.recorder.calls().len();
    for (body, code) in [
        (
            whole.replace(r#""name":"read_note""#, r#""name":"read_note","name":"delete_note""#),
            -32600,
        ),
        (whole.replace(r#""id":"a""#, r#""id":"a","id":"b""#), -32600),
        (whole.replace(r#""method""#, r#""method":"ping","method""#), -32600),
        (format!("[{whole}]"), -32600),
        (format!("{whole}\n{whole}"), -32700),
        (String::new(), -32700),
        ("{".to_owned(), -32700),
        ("7".to_owned(), -32600),
        (whole.replace(r#""id":1,"#, r#""id":null,"#), -32600),
        (whole.replace(r#""id":1,"#, r#""id":1.0,"#), -32600),
        (whole.replace(r#""id":1,"#, ""), -32600),
    ] {
        let answer = ask(&body).is(400).json();
        assert_eq!(answer["error"]["code"], code, "{body}: {answer}");
        assert!(answer.get("id").is_none_or(Value::is_null), "{answer}");
    }
    assert_eq!(stand.recorder.calls().len(), calls, "none of them reached the server");
    let bearer = format!("Bearer {}", stand.robot);
    let typed = |kind: &str, accept: &str| {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Mcp-Session-Id", session.as_str()),
            ("Content-Type", kind),
            ("Accept", accept),
        ];
        stand.gateway.request("POST", "/mcp", &headers, whole).status
    };
    let both = "application/json, text/event-stream";
    assert_eq!(typed("application/json; charset=utf-8", both), 200);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        assert_eq!(typed(kind, both), 415, "{kind}");
    }
    for accept in ["application/json", "text/event-stream", "text/html", ""] {
        assert_eq!(typed("application/json", accept), 406, "{accept}");
    }
}

#[test]
fn a_body_that_is_too_large_is_not_read_and_the_next_one_is() {
    let stand = Stand::with(&["--on-ask", "deny"], &json!({}));
    let session = stand.initialize(&stand.robot, "raw");
    let bearer = format!("Bearer {}", stand.robot);
    let huge = (16 * 1024 * 1024 + 1).to_string();
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Mcp-Session-Id", session.as_str()),
        ("Content-Type", "application/json"),
        ("Accept", "*/*"),
        ("Content-Length", huge.as_str()),
    ];
    stand.gateway.request("POST", "/mcp", &headers, "").refused(413, "too_large");
    // The same without saying so before.
    let mut stream = stand.gateway.connect();
    let mut head = format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n",
        stand.gateway.host()
    );
    for (name, value) in &headers[..4] {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).expect("a head");
    let chunk = vec![b' '; 1024 * 1024];
    for _ in 0..18 {
        let sent = stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes());
        if sent
            .and_then(|()| stream.write_all(&chunk))
            .and_then(|()| stream.write_all(b"\r\n"))
            .is_err()
        {
            break;
        }
    }
    let mut answer = [0; 12];
    // It may have been cut off before it could read what was said.
    if stream.read_exact(&mut answer).is_ok() {
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
    let text = "x".repeat(3 * 1024 * 1024);
    let large = call(1, "write_note", &json!({"id": "a", "text": text}));
    let answer = stand.in_session(&stand.robot, &session, &large).is(200);
    assert!(result_text(&answer).contains("NOT EXECUTED"), "a large one is read");
    assert!(stand.recorder.calls_of("write_note").is_empty());
}

#[test]
fn a_thousand_half_requests_keep_nobody_out() {
    let stand = Stand::new();
    let mut halves: Vec<TcpStream> = Vec::new();
    for count in 0..1_000 {
        let mut stream = stand.gateway.connect();
        let _ = match count % 3 {
            0 => Ok(()),
            1 => stream.write_all(b"POST /mcp HTTP/1.1\r\nHost: "),
            _ => stream.write_all(
                b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n{",
            ),
        };
        halves.push(stream);
    }
    let began = std::time::Instant::now();
    for _ in 0..10 {
        stand.modern(&stand.robot, "read_note", &json!({"id": "a"})).is(200);
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    drop(halves);
}

#[test]
fn what_names_our_listener_is_denied() {
    let stand = Stand::new();
    let port = stand.gateway.at().port();
    let fetch = |address: String| {
        let arguments = json!({"command": format!("curl http://{address}/mcp")});
        result_text(&stand.modern(&stand.robot, "run_command", &arguments).is(200))
    };
    let said = fetch(format!("127.0.0.1:{port}"));
    assert!(said.starts_with("NOT EXECUTED. Policy denies"), "{said}");
    assert!(pending(&stand.home).is_empty(), "nobody is even asked: {said}");
    let said = fetch(format!("127.0.0.1:{}", port ^ 1));
    assert!(said.starts_with("run_command done"), "{said}");
    assert_eq!(stand.recorder.calls_of("run_command").len(), 1, "only what names another one");
}
