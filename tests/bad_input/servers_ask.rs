//! Servers that ask the client something: refused unless the configuration lists it, the client's model always.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Launch, Session, text};
use crate::{Stand, configured, still_serves};

fn asking(method: &str, params: &Value) -> Value {
    json!({"on_call": "ask_client", "request": {"method": method, "params": params}, "for_tool": "read_note"})
}

fn elicitation() -> Value {
    let schema = json!({"type": "object", "properties": {"ok": {"type": "boolean"}}});
    asking("elicitation/create", &json!({"message": "May I?", "requestedSchema": schema}))
}

/// A session whose client could answer everything.
fn able(upstream: &str, options: &Value, capabilities: Value) -> Stand {
    let (home, recorder) = configured(upstream, &json!({}));
    let mut session: Session = Launch::serve(&home, &["--on-ask", "pending"]).start();
    session.offer(capabilities);
    session.initialize("2025-11-25");
    session.tools_with("notes__read_note");
    recorder.control(options);
    Stand { session, recorder, home }
}

fn all() -> Value {
    json!({"elicitation": {}, "roots": {"listChanged": true}, "sampling": {}})
}

/// The server's question is refused, and the client never sees it.
#[track_caller]
fn refused(stand: &mut Stand, code: i64) {
    let result = stand.session.call("notes__read_note", json!({"id": "a"}));
    assert!(text(&result).contains(&format!("\"code\": {code}")), "{result}");
    let seen = stand.session.try_recv(Duration::from_millis(200));
    assert!(seen.is_none(), "the client was asked: {seen:?}");
    stand.recorder.control(&json!({}));
    stand.still_serves();
}

#[test]
fn nothing_is_relayed_unless_it_is_listed() {
    let sampling = asking("sampling/createMessage", &json!({"messages": [], "maxTokens": 1}));
    for options in [elicitation(), asking("roots/list", &json!({})), sampling, asking("frob", &json!({}))] {
        refused(&mut able("", &options, all()), -32601);
    }
    // One listed does not list the other.
    refused(&mut able("allow_requests = [\"roots/list\"]", &elicitation(), all()), -32601);
}

#[test]
fn sampling_is_refused_whatever_is_listed() {
    let sampling = asking("sampling/createMessage", &json!({"messages": [], "maxTokens": 1}));
    let listed = "allow_requests = [\"elicitation/create\", \"roots/list\"]";
    refused(&mut able(listed, &sampling, all()), -32601);
    let (home, _recorder) = configured("allow_requests = [\"sampling/createMessage\"]", &json!({}));
    let told = home.cli(&["pending"]).exits(6).stderr;
    assert!(told.contains("sampling is always refused"), "{told}");
}

#[test]
fn a_client_that_cannot_answer_is_not_asked() {
    refused(&mut able("allow_requests = [\"elicitation/create\"]", &elicitation(), json!({})), -32601);
}

#[test]
fn what_is_listed_is_relayed_under_the_servers_name_and_answered() {
    let listed = "allow_requests = [\"elicitation/create\", \"roots/list\"]";
    let mut stand = able(listed, &elicitation(), all());
    let call = stand.session.start_call("notes__read_note", json!({"id": "a"}));
    let asked = stand.session.server_request("elicitation/create");
    let message = asked["params"]["message"].as_str().expect("a message");
    assert!(message.starts_with("[server `notes` asks]") && message.ends_with("May I?"), "{message}");
    assert_eq!(asked["params"]["requestedSchema"]["properties"]["ok"]["type"], "boolean");
    // The pipe is not blocked meanwhile.
    let ping = stand.session.request("ping", json!({}));
    stand.session.result(ping);
    stand.session.answer(&asked, &json!({"action": "accept", "content": {"ok": true}}));
    let result = text(&stand.session.result(call));
    assert!(result.contains(r#"{"result": {"action": "accept", "content": {"ok": true}}}"#), "{result}");
    // A second answer to the same question answers nothing.
    stand.session.answer(&asked, &json!({"action": "decline"}));

    stand.recorder.control(&asking("roots/list", &json!({})));
    let call = stand.session.start_call("notes__read_note", json!({"id": "b"}));
    let asked = stand.session.server_request("roots/list");
    let refusal = json!({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32603, "message": "not now"}});
    stand.session.send_line(&refusal.to_string());
    let result = text(&stand.session.result(call));
    assert!(result.contains("\"code\": -32603") && result.contains("not now"), "{result}");
    stand.recorder.control(&json!({}));
    still_serves(&mut stand.session);
}

#[test]
fn a_malformed_answer_of_the_client_is_an_error_for_the_server() {
    let mut stand = able("allow_requests = [\"elicitation/create\"]", &elicitation(), all());
    for rest in ["\"result\":{},\"error\":{\"code\":1,\"message\":\"x\"}", "\"x\":1", "\"error\":7"] {
        let call = stand.session.start_call("notes__read_note", json!({"id": "a"}));
        let asked = stand.session.server_request("elicitation/create");
        stand.session.send_line(&format!("{{\"jsonrpc\":\"2.0\",\"id\":{},{rest}}}", asked["id"]));
        let result = text(&stand.session.result(call));
        assert!(result.contains("\"error\""), "{rest}: {result}");
    }
    stand.recorder.control(&json!({}));
    stand.still_serves();
}
