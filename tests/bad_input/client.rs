//! Lines from the client, one fault each.

use serde_json::{Value, json};

use crate::support::{DEADLINE, Launch, Recorder, Session};
use crate::{Stand, configured, still_serves};

const READ: &str = r#""method":"tools/call","params":{"name":"notes__read_note","arguments":{"id":"a"}}"#;

/// Sends a line and wants an error without an id: nobody could take it for the answer to something else.
#[track_caller]
fn refused(stand: &mut Stand, line: impl Into<Vec<u8>>, code: i64) -> String {
    let mut line = line.into();
    line.push(b'\n');
    stand.session.send_bytes(line);
    let answer = stand.session.response_to(&Value::Null);
    assert_eq!(answer["error"]["code"], code, "{answer}");
    stand.still_serves();
    answer["error"]["message"].as_str().expect("an error says why").to_owned()
}

#[test]
fn what_is_not_json_is_a_parse_error() {
    let mut stand = Stand::new();
    for line in ["hello", "{", "{\"jsonrpc\":\"2.0\",\"id\":1", "{}{}", "'a'", "\u{0}", "[1,]", "{\"a\":01}"] {
        refused(&mut stand, line, -32700);
    }
    for number in ["NaN", "Infinity", "-Infinity", "+1", "1.", ".5", "0x10"] {
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"notes__read_note","arguments":{{"id":{number}}}}}}}"#
        );
        refused(&mut stand, line, -32700);
    }
    assert_eq!(stand.recorder.calls_of("read_note").len(), 15, "only the calls in between ran");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let mut stand = Stand::new();
    let call = |argument: &[u8]| {
        let head = br#"{"jsonrpc":"2.0","id":99,"method":"tools/call","params":{"name":"notes__read_note","arguments":{"id":""#;
        [&head[..], argument, b"\"}}}"].concat()
    };
    refused(&mut stand, call(b"\xff"), -32700);
    refused(&mut stand, call(b"\xc3"), -32700);
    refused(&mut stand, call(b"\xed\xa0\x80"), -32700); // a surrogate in UTF-8
    refused(&mut stand, call(b"\xc0\xaf"), -32700); // overlong
    refused(&mut stand, b"\xfe\xff\x00{".to_vec(), -32700);
    // A raw control character, and escapes of half a character.
    refused(&mut stand, call(b"a\tb"), -32700);
    refused(&mut stand, call(br"\ud800"), -32600);
    refused(&mut stand, call(br"\ude00\ud83d"), -32600);
    let why = refused(&mut stand, format!("\u{feff}{{\"jsonrpc\":\"2.0\",\"id\":1,{READ}}}"), -32600);
    assert!(why.contains("byte order mark"), "{why}");
    assert!(stand.recorder.calls_of("read_note").iter().all(|args| args["id"] == "next"));
}

#[test]
fn what_is_json_and_no_message_is_an_invalid_request() {
    let mut stand = Stand::new();
    for line in ["1", "\"text\"", "null", "true", "{}", r#"{"id":1,"method":"ping"}"#] {
        refused(&mut stand, line, -32600);
    }
    for line in [
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":null}"#,
        r#"{"jsonrpc":"2.0","method":"tools/list"}"#,
        r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#,
    ] {
        refused(&mut stand, line, -32600);
    }
    refused(&mut stand, format!(r#"{{"jsonrpc":"2.0","id":1,"x":1,"x":1,{READ}}}"#), -32600);
}

#[test]
fn a_batch_is_refused_whole() {
    let mut stand = Stand::new();
    let why = refused(&mut stand, format!(r#"[{{"jsonrpc":"2.0","id":70,{READ}}}]"#), -32600);
    assert!(why.contains("batch"), "{why}");
    refused(&mut stand, "[]", -32600);
    assert!(stand.recorder.calls_of("read_note").iter().all(|args| args["id"] == "next"));
}

#[test]
fn a_line_of_64_mib_is_refused_and_thrown_away() {
    let mut stand = Stand::new();
    let padding = "x".repeat(64 << 20);
    let why = refused(
        &mut stand,
        format!(r#"{{"jsonrpc":"2.0","id":71,"method":"tools/call","params":{{"name":"notes__read_note","arguments":{{"id":"{padding}"}}}}}}"#),
        -32600,
    );
    assert!(why.contains("16777216 bytes"), "{why}");
    // Without an end for now: nothing is answered before the line is over, and then once.
    stand.session.send_bytes("y".repeat(20 << 20));
    refused(&mut stand, "", -32600);
    // One that just fits is read; its arguments are over their own limit.
    let padding = "x".repeat(5 << 20);
    let response = stand.session.call_response("notes__read_note", json!({"id": padding}));
    assert_eq!(response["error"]["code"], -32602, "{}", response["error"]["code"]);
    stand.still_serves();
    assert!(rss_kib(stand.session.pid()) < 200 << 10, "memory of a refused line was kept");
}

fn rss_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a status");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("VmRSS");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("KiB")
}

#[test]
fn a_depth_of_ten_thousand_is_refused() {
    let mut stand = Stand::new();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":72,"method":"tools/call","params":{{"name":"notes__update_anything","arguments":{{"x":{deep}}}}}}}"#
        );
        let why = refused(&mut stand, line, -32600);
        assert!(why.contains("deep") || why.contains("depth") || why.contains("nest"), "{why}");
    }
    refused(&mut stand, "[".repeat(10_000), -32600);
}

#[test]
fn an_id_is_a_short_string_or_a_plain_whole_number() {
    let mut stand = Stand::new();
    let long = format!("\"{}\"", "i".repeat(257));
    for id in ["null", "1.5", "1.0", "1e2", "-0", "true", "{}", "[1]", &long, "18446744073709551616", "9223372036854775808"] {
        let line = format!(r#"{{"jsonrpc":"2.0","id":{id},{READ}}}"#);
        let why = refused(&mut stand, line, -32600);
        assert!(why.contains("`id`"), "{id}: {why}");
    }
    for id in ["0", "-1", "9223372036854775807", "-9223372036854775808", r#""""#, r#""1""#, "\"i\\\"\\u00e9\u{1F600}\""] {
        stand.session.send_line(&format!(r#"{{"jsonrpc":"2.0","id":{id},{READ}}}"#));
        let answer = stand.session.response_to(&serde_json::from_str(id).expect("an id"));
        assert!(answer["result"]["content"].is_array(), "{id}: {answer}");
    }
}

#[test]
fn an_id_in_flight_is_not_taken_twice() {
    let mut stand = Stand::new();
    let slow = r#""method":"tools/call","params":{"name":"notes__get_progress","arguments":{"n":1,"seconds":1}}"#;
    stand.session.send_line(&format!(r#"{{"jsonrpc":"2.0","id":73,{slow}}}"#));
    let why = refused(&mut stand, format!(r#"{{"jsonrpc":"2.0","id":73,{READ}}}"#), -32600);
    assert!(why.contains("in flight"), "{why}");
    refused(&mut stand, r#"{"jsonrpc":"2.0","id":73,"method":"ping"}"#, -32600);
    // Another type is another id.
    stand.session.send_line(&format!(r#"{{"jsonrpc":"2.0","id":"73",{READ}}}"#));
    assert!(stand.session.response_to(&json!("73"))["result"].is_object());
    let first = stand.session.response(73);
    assert!(first.to_string().contains("get_progress did 1"), "{first}");
    // Answered, so it is free again.
    stand.session.send_line(&format!(r#"{{"jsonrpc":"2.0","id":73,{READ}}}"#));
    assert!(stand.session.response(73).to_string().contains("note a"));
}

#[test]
fn unknown_methods_and_tools_are_named_and_unknown_notifications_ignored() {
    let mut stand = Stand::new();
    for method in ["tools/frob", "sampling/createMessage", "roots/list", "", "tools/call ", "resources/subscribe"] {
        let id = stand.session.request(method, json!({}));
        let answer = stand.session.response(id);
        assert_eq!(answer["error"]["code"], -32601, "{method}: {answer}");
    }
    for tool in ["notes__frob", "read_note", "notes__", "__read_note", "notes__read_note/"] {
        let answer = stand.session.call_response(tool, json!({"id": "a"}));
        assert_eq!(answer["error"]["code"], -32602, "{tool}: {answer}");
    }
    stand.session.notify("notifications/frob", &json!({"deep": [1, {"a": null}]}));
    stand.session.notify("notifications/initialized", &json!({}));
    stand.session.notify("notifications/cancelled", &json!({"requestId": 4_242}));
    stand.session.notify("notifications/cancelled", &json!({}));
    stand.session.notify("notifications/cancelled", &json!([]));
    stand.session.notify("notifications/progress", &json!({"progressToken": 1, "progress": "x"}));
    // Answers to nothing.
    stand.session.send_line(r#"{"jsonrpc":"2.0","id":5,"result":{}}"#);
    stand.session.send_line(r#"{"jsonrpc":"2.0","id":"countersign-0","error":{"code":1,"message":"x"}}"#);
    stand.session.send_line(r#"{"jsonrpc":"2.0","error":{"code":1,"message":"x"}}"#);
    stand.still_serves();
    assert!(stand.session.try_recv(DEADLINE / 60).is_none(), "a notification was answered");
}

#[test]
fn malformed_params_are_invalid_and_name_the_member() {
    let mut stand = Stand::new();
    for (params, told) in [
        (json!([]), "params"),
        (json!("x"), "params"),
        (json!({}), "name"),
        (json!({"name": 7}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "notes__read_note", "arguments": []}), "arguments"),
        (json!({"name": "notes__read_note", "arguments": null}), "arguments"),
        (json!({"name": "notes__read_note", "extra": 1}), "extra"),
        (json!({"name": "notes__read_note", "_meta": 5}), "_meta"),
        (json!({"name": "notes__read_note", "_meta": []}), "_meta"),
        (json!({"name": "notes__read_note", "_meta": {"progressToken": true}}), "progressToken"),
        (json!({"name": "notes__read_note", "_meta": {"progressToken": null}}), "progressToken"),
        (json!({"name": "notes__read_note", "_meta": {"progressToken": {}}}), "progressToken"),
        (json!({"name": "notes__read_note", "_meta": {"io.modelcontextprotocol/protocolVersion": 7}}), "version"),
    ] {
        let id = stand.session.request("tools/call", params.clone());
        let answer = stand.session.response(id);
        assert_eq!(answer["error"]["code"], -32602, "{params}: {answer}");
        assert!(answer["error"]["message"].to_string().contains(told), "{params}: {answer}");
    }
    for (method, params) in [("resources/read", json!({})), ("prompts/get", json!({"name": {}}))] {
        let id = stand.session.request(method, params);
        assert_eq!(stand.session.response(id)["error"]["code"], -32602, "{method}");
    }
    stand.still_serves();
    assert_eq!(stand.recorder.calls().len(), 1, "none of these reached the server");
}

#[test]
fn a_version_that_nobody_knows_is_refused_with_those_that_are_known() {
    let mut stand = Stand::new();
    for version in ["2027-01-01", "", "2025-11-25", "2026-07-28 "] {
        let meta = json!({"io.modelcontextprotocol/protocolVersion": version});
        let id = stand.session.request(
            "tools/call",
            json!({"name": "notes__read_note", "arguments": {"id": "a"}, "_meta": meta}),
        );
        let error = stand.session.response(id)["error"].take();
        assert_eq!(error["code"], -32022, "{version}: {error}");
        let supported = error["data"]["supported"].as_array().expect("a list").len();
        assert!(supported > 1 && error["data"]["requested"] == version, "{error}");
    }
    stand.still_serves();
}

#[test]
fn empty_lines_and_other_line_ends_do_no_harm() {
    let mut stand = Stand::new();
    stand.session.send_bytes("\n\r\n   \n\t\r\n\n");
    stand.session.send_bytes(format!("{{\"jsonrpc\":\"2.0\",\"id\":74,{READ}}}\r\n"));
    assert!(stand.session.response(74)["result"].is_object());
    stand.session.send_bytes(format!(" \t{{ \"jsonrpc\" : \"2.0\" , \"id\" : 75 , {READ} }} \n"));
    assert!(stand.session.response(75)["result"].is_object());
    // In pieces, and two lines in one.
    let line = format!("{{\"jsonrpc\":\"2.0\",\"id\":76,{READ}}}\n");
    for byte in line.as_bytes() {
        stand.session.send_bytes([*byte]);
    }
    let two = format!("{{\"jsonrpc\":\"2.0\",\"id\":77,{READ}}}\n{{\"jsonrpc\":\"2.0\",\"id\":78,{READ}}}");
    stand.session.send_bytes(two);
    for id in [76, 77] {
        assert!(stand.session.response(id)["result"].is_object());
    }
    // The last line has no end, and the client leaves: it is a line all the same.
    stand.session.close_stdin();
    assert!(stand.session.response(78)["result"].is_object());
    assert_eq!(stand.session.wait_exit(), 0);
}

/// An uninitialized session.
fn fresh(home: &crate::Home) -> Session {
    Launch::serve(home, &["--on-ask", "pending"]).start()
}

#[test]
fn what_comes_before_initialize_is_refused_or_ignored_and_initialize_still_works() {
    let (home, _recorder): (_, Recorder) = configured("", &json!({}));
    let mut session = fresh(&home);
    session.notify("notifications/initialized", &json!({}));
    session.notify("notifications/cancelled", &json!({"requestId": 1}));
    session.send_line("nonsense");
    assert_eq!(session.response_to(&Value::Null)["error"]["code"], -32700);
    for method in ["tools/list", "tools/call", "resources/list", "completion/complete"] {
        let id = session.request(method, json!({"name": "notes__read_note"}));
        let answer = session.response(id);
        assert_eq!(answer["error"]["code"], -32602, "{method}: {answer}");
        assert!(answer["error"]["message"].to_string().contains("initialize"), "{answer}");
    }
    session.send_line(r#"{"jsonrpc":"2.0","id":"a","result":{}}"#);
    for params in [json!({}), json!({"protocolVersion": 7}), json!([]), json!(null)] {
        let id = session.request("initialize", params.clone());
        assert_eq!(session.response(id)["error"]["code"], -32602, "{params}");
    }
    let id = session.request("ping", json!({}));
    assert!(session.response(id)["result"].is_object(), "a ping may come first");
    session.initialize("2025-11-25");
    still_serves(&mut session);
}

#[test]
fn a_second_initialize_is_refused_and_changes_nothing() {
    let mut stand = Stand::new();
    let params = json!({"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "other", "version": "2"}});
    for _ in 0..2 {
        let id = stand.session.request("initialize", params.clone());
        assert_eq!(stand.session.response(id)["error"]["code"], -32600);
    }
    stand.session.notify("notifications/initialized", &json!({}));
    stand.session.call("notes__write_note", json!({"id": "a", "text": "b"}));
    let asked = stand.home.the_question();
    assert!(asked["requested_by"].to_string().contains("test-client"), "{asked}");
    stand.still_serves();
}
