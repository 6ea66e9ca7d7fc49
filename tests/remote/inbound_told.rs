//! `subscriptions/listen` over HTTP, and what the era without sessions has no more.

use super::inbound_stage::{Stand, event, meta};
use super::support::MODERN;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

fn listen(stand: &Stand, token: &str, id: &Value, wanted: &Value) -> TcpStream {
    let params = json!({"_meta": meta("raw"), "notifications": wanted});
    let body =
        json!({"jsonrpc": "2.0", "id": id, "method": "subscriptions/listen", "params": params});
    let headers = [("MCP-Protocol-Version", MODERN), ("Mcp-Method", "subscriptions/listen")];
    stand.open(token, &headers, &body.to_string())
}

#[track_caller]
fn acknowledged(stream: &TcpStream, id: &Value, notifications: &Value) {
    let first = event(stream, |_| true);
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged", "{first:#}");
    assert_eq!(first["params"]["notifications"], *notifications, "{first:#}");
    assert_eq!(first["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], *id);
}

#[test]
fn who_listens_is_told_what_he_asked_for_under_his_own_id() {
    let stand = Stand::new();
    let all = json!({"toolsListChanged": true, "promptsListChanged": true});
    let (one, two) = (json!("sub-1"), json!(2));
    let first = listen(&stand, &stand.robot, &one, &all);
    let second = listen(&stand, &stand.other, &two, &json!({"toolsListChanged": true}));
    let deaf = listen(&stand, &stand.other, &json!(3), &json!({"toolsListChanged": false}));
    let tools = json!({"toolsListChanged": true});
    acknowledged(&first, &one, &tools);
    acknowledged(&second, &two, &tools);
    acknowledged(&deaf, &json!(3), &json!({}));
    stand.recorder.change_definitions(&[]);
    for (stream, id) in [(&first, &one), (&second, &two)] {
        let told = event(stream, |message| message["method"].is_string());
        assert_eq!(told["method"], "notifications/tools/list_changed", "{told:#}");
        assert_eq!(told["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], *id);
    }
    // Whoever loses his token hears no more, and the end of the gateway is an answer.
    stand.home.cli_with_token(&stand.admin, &["user", "revoke", "robot", "--yes"]).ok();
    let last = event(&first, |message| message["result"].is_object());
    assert_eq!(last["id"], one, "{last:#}");
    assert_eq!(last["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"], one);
    let reading = thread::spawn(move || {
        let lines = BufReader::new(deaf).lines().map_while(Result::ok);
        lines.filter(|line| line.starts_with("data: ")).collect::<Vec<_>>()
    });
    thread::sleep(Duration::from_millis(200));
    stand.gateway.end();
    let told = reading.join().expect("the stream ended");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("\"result\"") && told[0].contains("\"id\":3"), "{told:?}");
}

#[test]
fn what_is_missing_or_gone_in_the_newest_era_is_refused_with_its_status() {
    let stand = Stand::new();
    let post = |method: &str, params: &Value| {
        let headers = [("MCP-Protocol-Version", MODERN), ("Mcp-Method", method)];
        let body = json!({"jsonrpc": "2.0", "id": 5, "method": method, "params": params});
        stand.post(&stand.robot, &headers, &body.to_string())
    };
    let whole = json!({"_meta": meta("raw")});
    for removed in ["initialize", "ping", "logging/setLevel", "resources/subscribe"] {
        let answer = post(removed, &whole).is(404);
        assert!(answer.header("mcp-session-id").is_none());
        let answer = answer.json();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32601), &json!(5)));
    }
    for key in ["clientCapabilities", "protocolVersion"] {
        for method in ["server/discover", "tools/list", "subscriptions/listen"] {
            let mut params = whole.clone();
            let meta = params["_meta"].as_object_mut().expect("an object");
            meta.remove(&format!("io.modelcontextprotocol/{key}")).expect("it was there");
            let answer = post(method, &params).is(400).json();
            assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32602), &json!(5)));
        }
    }
    post("server/discover", &whole).is(200);
    let unsaid = post("subscriptions/listen", &whole).json();
    assert_eq!(unsaid["error"]["code"], -32602, "{unsaid:#}");
    // The older era has both.
    let session = stand.initialize(&stand.robot, "raw");
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    stand.in_session(&stand.robot, &session, ping).is(200);
}
