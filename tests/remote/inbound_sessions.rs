//! Sessions: each is its token's alone, and ends as the protocol says.

use super::inbound_stage::{Stand, call, event, held_call, initialize, messages, result_text};
use super::support::{DEADLINE, MODERN, pending, wait_until};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

#[test]
fn a_session_is_there_for_its_own_token_alone() {
    let stand = Stand::new();
    let session = stand.initialize(&stand.robot, "raw");
    assert!(session.len() >= 32 && session.bytes().all(|b| b.is_ascii_hexdigit()), "{session}");
    assert_ne!(session, stand.initialize(&stand.robot, "raw"));
    let read = call(1, "read_note", &json!({"id": "a"}));
    stand.in_session(&stand.robot, &session, &read).is(200);
    let calls = stand.recorder.calls().len();
    let foreign = stand.in_session(&stand.other, &session, &read).is(404);
    let unknown = stand.in_session(&stand.other, &"0".repeat(session.len()), &read).is(404);
    assert_eq!(foreign.body, unknown.body, "not yours is not there");
    for method in ["GET", "DELETE"] {
        let headers = [("Mcp-Session-Id", session.as_str())];
        assert_eq!(
            stand.bare(method, &stand.other, &headers).is(404).body,
            stand.bare(method, &stand.other, &[("Mcp-Session-Id", "0")]).is(404).body
        );
    }
    stand.post(&stand.robot, &[], &read).is(400);
    let twice = [("Mcp-Session-Id", session.as_str()), ("Mcp-Session-Id", session.as_str())];
    stand.post(&stand.robot, &twice, &read).is(400);
    assert_eq!(stand.recorder.calls().len(), calls, "none of them reached the server");
    stand.in_session(&stand.robot, &session, &read).is(200);
}

#[test]
fn two_agents_at_once_get_their_own_answers_and_touch_nothing_of_each_other() {
    let stand = Stand::new();
    let (ours, theirs) =
        (stand.initialize(&stand.robot, "raw"), stand.initialize(&stand.other, "raw"));
    let write = |text: &str| json!({"id": "a", "text": text});
    // The same id of the same client, twice.
    let one = stand.open(
        &stand.robot,
        &[("Mcp-Session-Id", &ours)],
        &held_call(5, "write_note", &write("robot's")),
    );
    let two = stand.open(
        &stand.other,
        &[("Mcp-Session-Id", &theirs)],
        &held_call(5, "write_note", &write("other's")),
    );
    let questions = stand.home.questions(2);
    let id_of = |text: &str| {
        let found = questions.iter().find(|q| q["arguments"].to_string().contains(text));
        found.and_then(|q| q["id"].as_str()).expect("a question").to_owned()
    };
    let (mine, foreign) = (id_of("robot's"), id_of("other's"));
    let by_tool = |tool: &str, id: &str| {
        let answer = stand.in_session(&stand.robot, &ours, &call(9, tool, &json!({"id": id})));
        messages(&answer.is(200)).pop().expect("an answer")
    };
    let nobodys = "00000000-0000-7000-8000-000000000000";
    for tool in ["approval_status", "resume_call", "cancel_approval"] {
        let (not_ours, not_there) = (by_tool(tool, &foreign), by_tool(tool, nobodys));
        let told = |answer: &Value, id: &str| answer.to_string().replace(id, "ID");
        assert_eq!(told(&not_ours, &foreign), told(&not_there, nobodys), "{tool}");
        assert!(not_ours.to_string().contains("there is no such approval"), "{tool}: {not_ours}");
    }
    let own = by_tool("approval_status", &mine);
    assert!(own.to_string().contains("pending"), "{own}");
    let listed = by_tool("list_pending_approvals", &mine).to_string();
    assert!(!listed.contains(&foreign), "{listed}");
    // A foreign cancellation of the same id touches nothing of his.
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"#;
    let third = stand.initialize(&stand.robot, "raw");
    stand.in_session(&stand.robot, &third, cancel).is(202);
    stand.home.approve(&stand.admin, &foreign);
    let answer = event(&two, |message| message["result"].is_object());
    assert!(answer["id"] == 5 && answer.to_string().contains("other's"), "{answer}");
    stand.home.approve(&stand.admin, &mine);
    let answer = event(&one, |message| message["result"].is_object());
    assert!(answer["id"] == 5 && answer.to_string().contains("robot's"), "{answer}");
    assert_eq!(stand.recorder.calls_of("write_note"), [write("other's"), write("robot's")]);
}

#[test]
fn one_session_ends_by_delete_and_is_gone() {
    let stand = Stand::new();
    let (one, two) = (stand.initialize(&stand.robot, "raw"), stand.initialize(&stand.robot, "raw"));
    let held = held_call(1, "write_note", &json!({"id": "a", "text": "x"}));
    let held = stand.open(&stand.robot, &[("Mcp-Session-Id", &one)], &held);
    let question = stand.home.the_question();
    stand.bare("DELETE", &stand.robot, &[("Mcp-Session-Id", &one)]).is(204);
    let last = event(&held, |message| message["result"].is_object());
    assert!(last.to_string().contains("NOT EXECUTED"), "{last:#}");
    stand.bare("DELETE", &stand.robot, &[("Mcp-Session-Id", &one)]).is(404);
    stand.bare("DELETE", &stand.robot, &[]).is(400);
    let read = call(1, "read_note", &json!({"id": "a"}));
    stand.in_session(&stand.robot, &one, &read).is(404);
    stand.in_session(&stand.robot, &two, &read).is(200);
    stand.home.approve(&stand.admin, question["id"].as_str().expect("an id"));
    std::thread::sleep(Duration::from_millis(700));
    assert!(stand.recorder.calls_of("write_note").is_empty(), "nobody waits for it");
    // The next session of the same client finds the yes.
    let asked = call(2, "resume_call", &json!({"id": question["id"]}));
    let answer = stand.in_session(&stand.robot, &two, &asked).is(200);
    assert!(result_text(&answer).contains("write_note done"), "{answer:#?}");
    assert_eq!(stand.recorder.calls_of("write_note").len(), 1);
}

#[test]
fn what_belongs_to_no_request_is_told_on_the_stream_of_its_session_to_one_listener() {
    let stand = Stand::new();
    let session = stand.initialize(&stand.robot, "raw");
    let headers = [("Mcp-Session-Id", session.as_str())];
    let bearer = format!("Bearer {}", stand.robot);
    let listen = || {
        let all = [("Authorization", bearer.as_str()), headers[0], ("Accept", "text/event-stream")];
        let text = super::support::head(&stand.gateway.host(), "GET", "/mcp", &all, "");
        let mut stream = stand.gateway.connect();
        stream.write_all(text.as_bytes()).expect("a request");
        let mut begun = [0; 15];
        stream.read_exact(&mut begun).expect("an answer");
        assert_eq!(&begun, b"HTTP/1.1 200 OK");
        stream
    };
    let first = listen();
    stand.bare("GET", &stand.robot, &headers).refused(409, "listening");
    stand.recorder.change_definitions(&[]);
    let told = event(&first, |message| message["method"].is_string());
    assert_eq!(told["method"], "notifications/tools/list_changed");
    drop(first);
    // Whoever left makes room.
    wait_until(DEADLINE, || stand.bare("DELETE", &stand.other, &headers).status == 404);
    let began = Instant::now();
    loop {
        let all = [("Authorization", bearer.as_str()), headers[0], ("Accept", "text/event-stream")];
        let text = super::support::head(&stand.gateway.host(), "GET", "/mcp", &all, "");
        let mut stream = stand.gateway.connect();
        stream.write_all(text.as_bytes()).expect("a request");
        let mut begun = [0; 12];
        stream.read_exact(&mut begun).expect("an answer");
        if &begun == b"HTTP/1.1 200" {
            break;
        }
        assert!(began.elapsed() < DEADLINE, "the stream is never free again");
        std::thread::sleep(Duration::from_millis(100));
    }
    // The other era has neither.
    let modern = [("MCP-Protocol-Version", MODERN)];
    assert_eq!(stand.bare("GET", &stand.robot, &modern).is(405).header("allow"), Some("POST"));
    stand.bare("DELETE", &stand.robot, &modern).is(405);
    stand.bare("GET", &stand.robot, &[]).is(400);
    assert!(stand.bare("PUT", &stand.robot, &[]).is(405).header("allow").is_some());
    stand.gateway.get("/elsewhere", &[("Authorization", &bearer)]).is(404);
}

#[test]
fn a_session_that_does_not_begin_is_none_and_versions_must_fit() {
    let stand = Stand::new();
    let broken = initialize("raw")
        .replace("2025-11-25\"", "2025-11-25\",\"capabilities\":7")
        .replacen("\"capabilities\":{", "\"other\":{", 1);
    let answer = stand.post(&stand.robot, &[], &broken);
    assert!(
        answer.header("mcp-session-id").is_none() && answer.body.contains("error"),
        "{answer:#?}"
    );
    let session = stand.initialize(&stand.robot, "raw");
    let read = call(1, "read_note", &json!({"id": "a"}));
    let with = |version: &str| {
        let headers = [("Mcp-Session-Id", session.as_str()), ("MCP-Protocol-Version", version)];
        stand.post(&stand.robot, &headers, &read).status
    };
    assert_eq!(with("2025-11-25"), 200);
    assert_eq!(with("2024-01-01"), 400);
    // A second handshake, and a call of the other era by another name, are not this session's.
    let again = stand.in_session(&stand.robot, &session, &initialize("raw")).is(200).json();
    assert_eq!(again["error"]["code"], -32600, "{again}");
}

#[test]
fn a_server_that_asks_a_client_something_is_told_that_nobody_answers() {
    let stand = Stand::with(&[], &json!({"on_call": "ask_client", "for_tool": "read_note"}));
    let session = stand.initialize(&stand.robot, "raw");
    stand.initialize(&stand.other, "raw");
    let answer =
        stand.in_session(&stand.robot, &session, &call(1, "read_note", &json!({"id": "a"})));
    let said = result_text(&answer.is(200));
    assert!(said.contains("-32601"), "{said}");
}

#[test]
fn too_many_at_once_are_refused_and_the_next_one_is_not() {
    let stand = Stand::new();
    let session = stand.initialize(&stand.robot, "raw");
    let held: Vec<_> = (0..64)
        .map(|n| {
            let write = held_call(n, "write_note", &json!({"id": "a", "text": format!("{n}")}));
            stand.open(&stand.robot, &[("Mcp-Session-Id", &session)], &write)
        })
        .collect();
    stand.home.questions(64);
    let read = call(99, "read_note", &json!({"id": "a"}));
    let answer = stand.in_session(&stand.robot, &session, &read).is(429).json();
    assert_eq!((answer["id"].clone(), answer["error"]["code"].clone()), (json!(99), json!(-32000)));
    let other = stand.initialize(&stand.other, "raw");
    stand.in_session(&stand.other, &other, &read).is(200);
    drop(held);
    wait_until(DEADLINE, || stand.in_session(&stand.robot, &session, &read).status == 200);
    assert_eq!(pending(&stand.home).len(), 64);
    assert!(stand.recorder.calls_of("write_note").is_empty());
    let said = stand.home.cli(&["doctor"]);
    assert!(said.stdout.contains("of agents over HTTP"), "{said:?}");
    let agents = stand.home.cli_json(&["agents", "--json"]).to_string();
    assert!(agents.contains("agent:robot/raw") && !agents.contains("/countersign"), "{agents}");
}
