//! Pages hear of what is no question, and say honestly whether they do.

use crate::queue::Stage;
use crate::support::{Browser, Console};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A stream that was opened with a token.
fn stream(console: &Console, token: &str) -> TcpStream {
    let mut stream = console.connect();
    let host = console.host();
    let asked = format!(
        "GET /api/v1/approvals/stream HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(asked.as_bytes()).expect("it takes a request");
    stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a deadline");
    stream
}

/// What comes in that time, or up to and with this text.
fn heard(stream: &mut TcpStream, text: &str, time: Duration) -> String {
    let (mut all, end) = (Vec::new(), Instant::now() + time);
    let mut part = [0; 4096];
    while Instant::now() < end && !String::from_utf8_lossy(&all).contains(text) {
        if let Ok(n) = stream.read(&mut part) {
            all.extend_from_slice(&part[..n]);
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn a_page_hears_that_agents_were_paused_and_stays_live() {
    let stage = Stage::new();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto("/agents");
    browser.sees("#live[data-state=live]", "live");
    browser.pause(500);
    stage.home.cli_with_token(&stage.token, &["pause", "--yes"]).ok();
    browser.sees("#board", "Every agent is paused");
    assert_eq!(browser.text("#live"), "live");
    // The count stands in the title of every tab.
    let mut agent = stage.agent();
    stage.home.cli_with_token(&stage.token, &["unpause", "--yes"]).ok();
    browser.sees("#stop-all", "Pause all");
    agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    browser.sees("#waiting[data-count='1']", "1");
    assert_eq!(browser.tell(json!({}), "title"), json!("(1) Agents - countersign"));
    // An agent is added by nobody's reload.
    browser.goto("/runs");
    browser.sees("#live[data-state=live]", "live");
    browser.done();
}

#[test]
fn only_people_hear_of_what_is_no_question() {
    let stage = Stage::new();
    let bot = stage.home.user_token(&stage.token, "bot", "agent");
    let (mut alice, mut agent) =
        (stream(&stage.console, &stage.token), stream(&stage.console, &bot));
    for stream in [&mut alice, &mut agent] {
        let began = heard(stream, "retry", Duration::from_secs(10));
        assert!(began.contains("200 OK") && began.contains("retry"), "{began}");
    }
    stage.home.cli_with_token(&stage.token, &["pause", "--yes"]).ok();
    let told = heard(&mut alice, "journal_changed\",", Duration::from_secs(10));
    assert!(
        told.contains("event: journal_changed\ndata: {\"event\":\"journal_changed\""),
        "{told}"
    );
    assert!(
        !told.contains("\nid:") && !told.contains("pause"),
        "it says no more than that: {told}"
    );
    let told = heard(&mut agent, "journal_changed", Duration::from_secs(2));
    assert!(!told.contains("journal_changed"), "{told}");
}

#[test]
fn a_page_whose_login_is_over_leads_to_the_login() {
    let stage = Stage::new();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto("/history");
    browser.sees("#live[data-state=live]", "live");
    browser.expects("401");
    browser.eval(
        "fetch('/logout', { method: 'POST', headers: { 'X-Countersign-Key': localStorage.getItem('countersign-key') } }) \
         .then((answer) => answer.ok)",
    );
    // The stream is looked at when something happens.
    stage.agent().start_call("write_note", json!({"id": "n1", "text": "x"}));
    browser.sees("h1", "Log in");
    let path = browser.path();
    assert!(path == "/login?to=/history" || path == "/login?to=%2Fhistory", "{path}");
    browser.done();
}
