//! What one agent may take of what all share, under one token and whatever names it gives itself.

use super::inbound_stage::{Stand, call, meta, modern_call, modern_headers, result_text};
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;

#[test]
fn one_token_does_not_take_all_places_for_large_bodies() {
    let stand = Stand::new();
    let text = "x".repeat(300 * 1024);
    let large = call(1, "write_note", &json!({"id": "a", "text": text}));
    let half = |token: &str| {
        let (host, bearer) = (stand.gateway.host(), format!("Bearer {token}"));
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {host}\r\nAuthorization: {bearer}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{{",
            large.len()
        );
        let mut stream = stand.gateway.connect();
        stream.write_all(head.as_bytes()).expect("a head can be sent");
        stream
    };
    let held: Vec<_> = (0..8).map(|_| half(&stand.robot)).collect();
    std::thread::sleep(Duration::from_millis(300));
    let is_read = |token: &str| stand.post(token, &[], &large).is(400);
    is_read(&stand.other);
    stand.post(&stand.robot, &[], &large).refused(429, "too_many_large");
    // A small one needs no place, and the places are free again once they are left.
    stand.post(&stand.robot, &[], &modern_call(1, "read_note", &json!({"id": "a"}))).is(400);
    drop(held);
    is_read(&stand.robot);
}

#[test]
fn all_clients_of_a_user_are_paused_at_once() {
    let stand = Stand::new();
    let ran = |token: &str, client: &str| {
        let mut meta = meta(client);
        meta["progressToken"] = json!(2);
        let params = json!({"name": "read_note", "arguments": {"id": "a"}, "_meta": meta});
        let body = json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": params});
        let headers = modern_headers("tools/call", "read_note");
        let answer = stand.post(token, &headers, &body.to_string()).is(200);
        result_text(&answer).contains("note a: hello")
    };
    let by = |verb: &str| {
        stand.home.cli_with_token(&stand.admin, &[verb, "--agent", "robot/*", "--yes"]).ok();
    };
    assert!(ran(&stand.robot, "one"));
    by("pause");
    assert!(!ran(&stand.robot, "one") && !ran(&stand.robot, "two"));
    assert!(ran(&stand.other, "one"), "another user's");
    by("unpause");
    assert!(ran(&stand.robot, "two"));
}
