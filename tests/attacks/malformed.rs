//! Calls that are not quite calls: answered with an error, never passed on, and the next call is served.

use serde_json::{Value, json};

use crate::stage::{Stage, started};
use crate::support::{DEADLINE, Session, is_error};

/// The error that answers a line: under its id, or under none where the id cannot be trusted.
#[track_caller]
fn error_for(session: &mut Session, id: i64, shape: &str) -> Value {
    loop {
        let message = session.recv(DEADLINE);
        if message.get("method").is_some() {
            continue;
        }
        let about = message.get("id").unwrap_or(&Value::Null);
        assert!(
            message["error"].is_object() && (about.is_null() || *about == id),
            "{shape}: {message}"
        );
        return message;
    }
}

/// Each would run at once if it got through: the tool is a read, and reads pass.
const SHAPES: &[(&str, &str)] = &[
    (
        "arguments are an array",
        r#""method":"tools/call","params":{"name":"read_note","arguments":[{"id":"x"}]}"#,
    ),
    (
        "arguments are null",
        r#""method":"tools/call","params":{"name":"read_note","arguments":null}"#,
    ),
    (
        "arguments are a string",
        r#""method":"tools/call","params":{"name":"read_note","arguments":"{\"id\":\"x\"}"}"#,
    ),
    (
        "arguments are a number",
        r#""method":"tools/call","params":{"name":"read_note","arguments":1}"#,
    ),
    ("the name is null", r#""method":"tools/call","params":{"name":null,"arguments":{"id":"x"}}"#),
    ("the name is missing", r#""method":"tools/call","params":{"arguments":{"id":"x"}}"#),
    (
        "the name stands twice",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"},"name":"write_note"}"#,
    ),
    ("the name is a number", r#""method":"tools/call","params":{"name":1,"arguments":{"id":"x"}}"#),
    (
        "the name is an array",
        r#""method":"tools/call","params":{"name":["read_note"],"arguments":{"id":"x"}}"#,
    ),
    ("the name is empty", r#""method":"tools/call","params":{"name":"","arguments":{"id":"x"}}"#),
    (
        "the name has a space behind it",
        r#""method":"tools/call","params":{"name":"read_note ","arguments":{"id":"x"}}"#,
    ),
    (
        "the name has a zero behind it",
        r#""method":"tools/call","params":{"name":"read_note\u0000","arguments":{"id":"x"}}"#,
    ),
    (
        "the name is in capitals",
        r#""method":"tools/call","params":{"name":"READ_NOTE","arguments":{"id":"x"}}"#,
    ),
    (
        "the arguments stand twice",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"},"arguments":{"id":"y"}}"#,
    ),
    ("params are an array", r#""method":"tools/call","params":["read_note",{"id":"x"}]"#),
    ("params are a string", r#""method":"tools/call","params":"read_note""#),
    ("params are missing", r#""method":"tools/call""#),
    (
        "params stand twice",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"}},"params":{}"#,
    ),
    (
        "an unknown member",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"},"approved":true}"#,
    ),
    (
        "requestState is a number",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"},"requestState":1}"#,
    ),
    (
        "_meta is an array",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"},"_meta":[]}"#,
    ),
    (
        "the progress token is an object",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"},"_meta":{"progressToken":{}}}"#,
    ),
    (
        "a nested key stands twice",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x","a":[{"b":{"c":1,"c":2}}]}}"#,
    ),
    (
        "the method in other case",
        r#""method":"Tools/Call","params":{"name":"read_note","arguments":{"id":"x"}}"#,
    ),
    (
        "a space behind the method",
        r#""method":"tools/call ","params":{"name":"read_note","arguments":{"id":"x"}}"#,
    ),
    (
        "a zero behind the method",
        r#""method":"tools/call\u0000","params":{"name":"read_note","arguments":{"id":"x"}}"#,
    ),
    (
        "the method stands twice",
        r#""method":"ping","method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"}}"#,
    ),
    (
        "the method is an array",
        r#""method":["tools/call"],"params":{"name":"read_note","arguments":{"id":"x"}}"#,
    ),
    (
        "a lone surrogate",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"\ud800"}}"#,
    ),
    (
        "a comma too many",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x",}}"#,
    ),
    (
        "a number that is none",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x","n":NaN}}"#,
    ),
    (
        "a number with a zero before it",
        r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x","n":01}}"#,
    ),
];

#[test]
fn malformed_calls_are_answered_and_go_nowhere() {
    let stage = Stage::new();
    let mut session = stage.told();
    malformed(&stage, &mut session);
}

#[test]
fn malformed_calls_go_nowhere_through_sockets_either() {
    let stage = Stage::new();
    let mut session = started(stage.launch("pending").sockets());
    malformed(&stage, &mut session);
}

fn malformed(stage: &Stage, session: &mut Session) {
    session.tools_with("read_note");
    let served = |session: &mut Session, count: usize, shape: &str| {
        let read = session.call("read_note", json!({"id": "next"}));
        assert!(!is_error(&read), "the call after this one was not served: {shape}: {read}");
        let ran = stage.notes.raw_calls();
        assert_eq!(ran.len(), count, "{shape}: {ran:#?}");
    };
    // Twin of all of them: the same members in good order.
    let id = session.new_id();
    session.send_line(&format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"read_note","arguments":{{"id":"x"}}}}}}"#
    ));
    assert!(!is_error(&session.result(id)));
    let mut count = 2;
    served(session, count, "the twin");
    for (shape, rest) in SHAPES {
        let id = session.new_id();
        session.send_line(&format!(r#"{{"jsonrpc":"2.0","id":{id},{rest}}}"#));
        error_for(session, id, shape);
        count += 1;
        served(session, count, shape);
    }
    let good = r#""method":"tools/call","params":{"name":"read_note","arguments":{"id":"x"}}"#;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = good.replace(r#""x""#, &format!(r#""x","deep":{deep}"#));
    let sixty_five = format!("{}1{}", "[".repeat(65), "]".repeat(65));
    let sixty_five = good.replace(r#""x""#, &format!(r#""x","deep":{sixty_five}"#));
    let id = session.new_id();
    let lines: Vec<(&str, Vec<u8>)> = vec![
        ("depth 10,000", format!(r#"{{"jsonrpc":"2.0","id":{id},{deep}}}"#).into()),
        ("depth 65", format!(r#"{{"jsonrpc":"2.0","id":{id},{sixty_five}}}"#).into()),
        ("a batch", format!(r#"[{{"jsonrpc":"2.0","id":{id},{good}}}]"#).into()),
        ("no version", format!(r#"{{"id":{id},{good}}}"#).into()),
        ("another version", format!(r#"{{"jsonrpc":"1.0","id":{id},{good}}}"#).into()),
        ("no id", format!(r#"{{"jsonrpc":"2.0",{good}}}"#).into()),
        ("the id is null", format!(r#"{{"jsonrpc":"2.0","id":null,{good}}}"#).into()),
        ("the id is an object", format!(r#"{{"jsonrpc":"2.0","id":{{}},{good}}}"#).into()),
        ("the id in another spelling", format!(r#"{{"jsonrpc":"2.0","id":{id}.0,{good}}}"#).into()),
        ("the id stands twice", format!(r#"{{"jsonrpc":"2.0","id":{id},{good},"id":7}}"#).into()),
        ("something behind it", format!(r#"{{"jsonrpc":"2.0","id":{id},{good}}} {{}}"#).into()),
        ("a mark before it", format!("\u{feff}{{\"jsonrpc\":\"2.0\",\"id\":{id},{good}}}").into()),
        ("half of it", format!(r#"{{"jsonrpc":"2.0","id":{id},{}"#, &good[..60]).into()),
        (
            "bytes that are no text",
            [b"{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"\xff".as_slice(), b"\"}"].concat(),
        ),
    ];
    for (shape, mut line) in lines {
        line.push(b'\n');
        session.send_bytes(line);
        error_for(session, id, shape);
        count += 1;
        served(session, count, shape);
    }
}
