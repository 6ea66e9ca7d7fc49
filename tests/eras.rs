//! Both protocol eras on the wire: what each request and answer looks like, on one pipe or a pair of sockets.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use support::{Home, Launch, MODERN, Recorder, Session, is_error, text};

const LEGACY: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// A recorder, alone and behind `wrap`.
struct Stand {
    recorder: Recorder,
    home: Home,
}

impl Stand {
    fn new() -> Self {
        let home = Home::new();
        let recorder = Recorder::new(&home, "notes");
        Self { recorder, home }
    }

    fn launch(&self) -> Launch<'_> {
        let options = ["--name", "notes", "--on-ask", "pending"];
        Launch::wrap(&self.home, &options, &self.recorder.argv())
    }

    fn modern(&self) -> Session {
        let mut session = self.launch().start();
        session.modern();
        session
    }

    fn legacy(&self) -> Session {
        let mut session = self.launch().start();
        session.initialize("2025-11-25");
        session
    }

    /// The recorder without us.
    fn direct(&self) -> Session {
        let mut session = Launch::any(&self.home, self.recorder.argv()).start();
        session.initialize("2025-11-25");
        session
    }
}

/// The result of a request in the bytes that came.
#[track_caller]
fn raw(session: &mut Session, method: &str, params: Value) -> String {
    let id = session.request(method, params);
    let line = session.raw_response(id);
    let message: BTreeMap<String, &RawValue> = serde_json::from_str(&line).expect("an object");
    message.get("result").unwrap_or_else(|| panic!("no result: {line}")).get().to_owned()
}

/// The items of a listing in the bytes that came.
#[track_caller]
fn items(result: &str, key: &str) -> Vec<String> {
    let result: BTreeMap<String, &RawValue> = serde_json::from_str(result).expect("an object");
    let list: Vec<&RawValue> = serde_json::from_str(result[key].get()).expect("a list");
    list.iter().map(|item| item.get().to_owned()).collect()
}

// --- the modern era

#[test]
fn a_modern_client_needs_no_handshake_and_is_told_the_type_of_every_result() {
    let stand = Stand::new();
    let mut session = stand.modern();
    let read = session.call("read_note", json!({"id": "a"}));
    assert_eq!(read["resultType"], "complete", "{read}");
    assert_eq!(text(&read), "note a: hello");
    let own = session.call("list_pending_approvals", json!({}));
    assert_eq!((own["resultType"].as_str(), is_error(&own)), (Some("complete"), false), "{own}");
    let refused = session.call("write_note", json!({"id": "a", "text": "b"}));
    assert_eq!(refused["resultType"], "complete", "{refused}");
    assert_eq!(refused["_meta"]["countersign/refusal"]["code"], "waiting", "{refused}");
    let question = stand.home.the_question();
    assert!(question["requested_by"].to_string().contains("test-client"), "{question}");
}

#[test]
fn what_depends_on_who_asks_is_never_cached_for_others() {
    let stand = Stand::new();
    let mut session = stand.modern();
    for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        let id = session.request(method, json!({}));
        let result = session.result(id);
        assert_eq!(result["resultType"], "complete", "{method}: {result}");
        assert_eq!(result["cacheScope"], "private", "{method}: {result}");
        assert_eq!(result["ttlMs"], 0, "{method}: {result}");
    }
}

#[test]
fn discover_names_every_version_and_promises_what_is_there() {
    let stand = Stand::new();
    let mut session = stand.launch().start();
    let told = session.discover();
    let versions = told["supportedVersions"].as_array().expect("versions");
    assert!(versions.contains(&json!(MODERN)), "{told}");
    for promised in ["tools", "prompts", "resources", "completions"] {
        assert!(told["capabilities"][promised].is_object(), "{promised}: {told}");
    }
    assert_eq!(told["resultType"], "complete", "{told}");
    assert!(told["instructions"].to_string().contains("yes"), "{told}");
    assert_eq!(text(&session.call("read_note", json!({"id": "a"}))), "note a: hello");
}

#[test]
fn a_modern_request_says_for_itself_who_asks() {
    let stand = Stand::new();
    let mut session = stand.launch().start();
    let call = |client: Value| {
        let meta = json!({"io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": client});
        json!({"name": "write_note", "arguments": {"id": "a", "text": "same"}, "_meta": meta})
    };
    let id = session.request("tools/call", call(json!({"name": "one", "version": "1"})));
    assert!(is_error(&session.result(id)));
    assert!(stand.home.the_question()["requested_by"].to_string().contains("/one"));
    // What has no name of its own is whoever spoke before.
    let id = session.request("tools/call", call(json!(7)));
    assert!(is_error(&session.result(id)));
    assert_eq!(stand.home.questions(1).len(), 1, "the same call of the same principal");
    let id = session.request("tools/call", json!({"name": "read_note", "arguments": {"id": "a"}}));
    let error = session.response(id)["error"].take();
    assert_eq!(error["code"], -32602, "neither a handshake nor a version: {error}");
}

/// A pipe is one process of one client: who could name another one there would see its questions, take its results, and
/// pass by a pause of its own name.
#[test]
fn one_pipe_is_one_client_whatever_its_requests_say() {
    let meta = |name: &str| {
        json!({"io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": name, "version": "1"}})
    };
    let stand = Stand::new();
    let refused = |session: &mut Session, method: &str, params: Value, owner: &str| {
        let id = session.request(method, params);
        let error = session.response(id)["error"].take();
        assert_eq!(error["code"], -32602, "{method}: {error}");
        assert!(error["message"].to_string().contains(owner), "{method}: {error}");
    };
    let list = |name: &str| json!({"name": "list_pending_approvals", "arguments": {}, "_meta": meta(name)});
    // The handshake's name, then another one in a modern request.
    let mut evil = stand.launch().client("evil").start();
    evil.initialize("2025-11-25");
    refused(&mut evil, "tools/call", list("test-client"), "evil");
    refused(&mut evil, "tools/list", json!({"_meta": meta("test-client")}), "evil");
    let id = evil.request("tools/call", list("evil"));
    assert!(!is_error(&evil.result(id)), "its own name is its own");
    // The first modern request's name, then another request or a handshake.
    let mut evil = stand.launch().client("evil").start();
    evil.modern();
    evil.call("read_note", json!({"id": "a"}));
    refused(&mut evil, "tools/call", list("test-client"), "evil");
    let handshake = json!({"protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "test-client", "version": "1"}});
    refused(&mut evil, "initialize", handshake, "evil");
    assert_eq!(text(&evil.call("read_note", json!({"id": "a"}))), "note a: hello");
}

/// Nobody is told of a change who did not ask to hear: only the handshake of the legacy era asks.
#[test]
fn a_modern_client_hears_no_notification_that_it_did_not_ask_for() {
    let stand = Stand::new();
    let mut session = stand.modern();
    session.tools_with("read_note");
    let late =
        json!({"name": "get_more", "description": "More.", "inputSchema": {"type": "object"}});
    stand.recorder.change_definitions(&[late]);
    session.tools_with("get_more");
    assert_eq!(session.notifications(), Vec::<Value>::new());
}

#[test]
fn progress_of_a_modern_request_has_its_own_token() {
    let stand = Stand::new();
    let mut session = stand.modern();
    let args = json!({"n": 10});
    let id = session.start_call_with_progress("get_progress", args, &json!("mine"));
    let result = session.result(id);
    assert_eq!(
        (text(&result).as_str(), &result["resultType"]),
        ("get_progress did 10", &json!("complete"))
    );
    let told = session.notifications();
    assert_eq!(told.len(), 10, "{told:?}");
    assert!(told.iter().all(|told| told["params"]["progressToken"] == "mine"), "{told:?}");
}

// --- the legacy era

#[test]
fn every_legacy_version_is_answered_in_kind() {
    for version in LEGACY {
        let stand = Stand::new();
        let mut session = stand.launch().start();
        let told = session.initialize(version);
        assert_eq!(told["protocolVersion"], version, "{told}");
        assert_eq!(told["serverInfo"]["name"], "countersign", "{told}");
        let read = session.call("read_note", json!({"id": "a"}));
        assert_eq!(text(&read), "note a: hello");
        let id = session.request("tools/list", json!({}));
        for result in [&told, &read, &session.result(id)] {
            for new in ["resultType", "ttlMs", "cacheScope"] {
                assert!(result.get(new).is_none(), "{version} knows no `{new}`: {result}");
            }
        }
    }
}

#[test]
fn a_version_that_nobody_knows_gets_the_newest_of_its_era() {
    for version in ["1999-01-01", "2030-01-01", "x"] {
        let stand = Stand::new();
        let mut session = stand.launch().start();
        let told = session.initialize(version)["protocolVersion"].take();
        assert_eq!(told, "2025-11-25", "asked for {version}");
        assert_eq!(text(&session.call("read_note", json!({"id": "a"}))), "note a: hello");
    }
}

// --- both

#[test]
fn eras_mix_on_one_pipe() {
    let stand = Stand::new();
    let mut session = stand.legacy();
    let modern = |id: &str| {
        let meta = json!({"io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": "test-client", "version": "1"}});
        json!({"name": "read_note", "arguments": {"id": id}, "_meta": meta})
    };
    for round in 0..3 {
        let note = format!("n{round}");
        let old = session.start_call("read_note", json!({"id": note}));
        let new = session.request("tools/call", modern(&note));
        let (old, new) = (session.result(old), session.result(new));
        assert!(old.get("resultType").is_none() && new["resultType"] == "complete", "{old} {new}");
        assert_eq!(text(&old), text(&new));
    }
    // One name is one principal, in whichever era it speaks.
    session.call("write_note", json!({"id": "a", "text": "b"}));
    let mut write = modern("a");
    write["name"] = json!("write_note");
    write["arguments"] = json!({"id": "a", "text": "b"});
    let id = session.request("tools/call", write);
    assert!(is_error(&session.result(id)));
    assert_eq!(stand.home.questions(1).len(), 1, "the same call of the same principal");
}

#[test]
fn a_modern_pipe_takes_a_handshake_later() {
    let stand = Stand::new();
    let mut session = stand.modern();
    session.call("read_note", json!({"id": "a"}));
    let handshake = json!({"protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "test-client", "version": "1"}});
    session.send_line(
        &json!({"jsonrpc": "2.0", "id": "h", "method": "initialize", "params": handshake})
            .to_string(),
    );
    let told = session.response_to(&json!("h"));
    assert_eq!(told["result"]["protocolVersion"], "2025-06-18", "{told}");
    session.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    session.send_line(
        r#"{"jsonrpc":"2.0","id":"o","method":"tools/call","params":{"name":"read_note","arguments":{"id":"b"}}}"#,
    );
    let old = session.response_to(&json!("o"));
    assert!(old["result"].is_object() && old["result"].get("resultType").is_none(), "{old}");
    assert_eq!(session.call("read_note", json!({"id": "c"}))["resultType"], "complete");
}

/// As Node hosts do it: sockets in both directions, and lines far longer than their buffers.
#[test]
fn sockets_serve_like_pipes() {
    for modern in [false, true] {
        let stand = Stand::new();
        let mut session = stand.launch().sockets().start();
        if modern {
            session.discover();
        } else {
            session.initialize("2025-11-25");
        }
        let long = "x".repeat(3 << 20);
        let ids: Vec<_> =
            (0..4).map(|_| session.start_call("read_note", json!({"id": long}))).collect();
        for id in ids {
            assert_eq!(text(&session.result(id)), format!("note {long}: hello"));
        }
        let ids: Vec<_> = (0..200)
            .map(|n| session.start_call("read_note", json!({"id": format!("{n}")})))
            .collect();
        for (n, id) in ids.into_iter().enumerate() {
            assert_eq!(text(&session.result(id)), format!("note {n}: hello"));
        }
        session.close_stdin();
        assert_eq!(session.wait_exit(), 0, "{}", session.stderr());
    }
}

/// Node closes a socket both ways when its side ends; what was asked is still done with.
#[test]
fn the_end_of_a_socket_is_the_end_of_the_session() {
    let stand = Stand::new();
    let mut session = stand.launch().sockets().start();
    session.initialize("2025-11-25");
    session.tools_with("read_note");
    let last = session.start_call("read_note", json!({"id": "last"}));
    session.close_stdin();
    assert_eq!(text(&session.result(last)), "note last: hello");
    assert_eq!(session.wait_exit(), 0);
    stand.home.cli(&["audit", "verify"]).ok();
}

// --- byte for byte

#[test]
fn results_pass_byte_for_byte() {
    let stand = Stand::new();
    let (mut direct, mut through) = (stand.direct(), stand.legacy());
    let mut modern = stand.modern();
    let argument = json!({"name": "name", "value": "a"});
    for (method, params) in [
        ("tools/call", json!({"name": "read_note", "arguments": {"id": "ä \u{1F600} \" \\ /"}})),
        ("resources/read", json!({"uri": "note://a"})),
        ("prompts/get", json!({"name": "greet", "arguments": {"name": "Ada"}})),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": "greet"}, "argument": argument}),
        ),
        (
            "completion/complete",
            json!({"ref": {"type": "ref/resource", "uri": "note://a"}, "argument": argument}),
        ),
    ] {
        let expected = raw(&mut direct, method, params.clone());
        assert!(expected.contains(": "), "the recorder writes spaces: {expected}");
        assert_eq!(raw(&mut through, method, params.clone()), expected, "{method}");
        let modern = raw(&mut modern, method, params);
        let rest = expected.strip_prefix('{').expect("an object");
        // What the newer era wants and an older server does not say stands before what it did say.
        let hints = match method {
            "resources/read" => "\"ttlMs\":0,\"cacheScope\":\"private\",",
            _ => "",
        };
        assert_eq!(modern, format!("{{\"resultType\":\"complete\",{hints}{rest}"), "{method}");
    }
}

#[test]
fn listings_pass_each_object_byte_for_byte() {
    let stand = Stand::new();
    let (mut direct, mut through) = (stand.direct(), stand.legacy());
    let mut modern = stand.modern();
    for (method, key) in [
        ("tools/list", "tools"),
        ("prompts/list", "prompts"),
        ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"),
    ] {
        let expected = items(&raw(&mut direct, method, json!({})), key);
        assert!(!expected.is_empty());
        for session in [&mut through, &mut modern] {
            let all = items(&raw(session, method, json!({})), key);
            let mut theirs: Vec<_> =
                all.iter().filter(|item| expected.contains(*item)).cloned().collect();
            let mut wanted = expected.clone();
            theirs.sort();
            wanted.sort();
            assert_eq!(theirs, wanted, "{method}");
            let ours = all.len() - theirs.len();
            assert!(
                if key == "tools" { ours > 0 && ours <= 6 } else { ours == 0 },
                "{method}: {ours}"
            );
        }
    }
}

/// Pages of the server are one list for the client.
#[test]
fn pages_of_the_server_are_one_list() {
    let home = Home::new();
    let recorder = Recorder::with(&home, "notes", &json!({"page": 2}));
    let mut session = Session::wrap(&home, &[], &recorder);
    let id = session.request("tools/list", json!({}));
    let result = session.result(id);
    assert!(result.get("nextCursor").is_none(), "{result}");
    let names: Vec<_> = result["tools"]
        .as_array()
        .expect("tools")
        .iter()
        .map(|tool| tool["name"].clone())
        .collect();
    assert!(
        names.contains(&json!("read_note")) && names.contains(&json!("update_anything")),
        "{names:?}"
    );
    assert!(recorder.received_method("tools/list").len() >= 5, "it lists two a page");
}

/// A prompt or a resource that nobody lists is asked about, or refused, and never just passed on.
#[test]
fn what_is_not_listed_is_not_just_read() {
    let stand = Stand::new();
    let mut session = stand.legacy();
    for uri in ["note://a", "note://secret"] {
        let id = session.request("resources/read", json!({"uri": uri}));
        let answer = session.response(id);
        let code = answer["error"]["data"]["countersign/refusal"]["code"].as_str();
        assert_eq!(code, (uri == "note://secret").then_some("waiting"), "{answer}");
    }
    let reads = stand.recorder.received_method("resources/read");
    assert_eq!(reads.len(), 1, "{reads:?}");
    assert_eq!(reads[0]["params"]["uri"], "note://a");
    let id = session.request("prompts/get", json!({"name": "unknown"}));
    assert!(session.response_within(id, Duration::from_secs(20)).is_some());
}
