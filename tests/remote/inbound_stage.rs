//! A gateway that listens for agents, a server behind it that writes down what reaches it, and requests byte by byte.

use super::support::{Answer, Console, Home, MODERN, Recorder, head};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;

/// A home with an admin and two agents, a recorder, and a gateway before it.
pub(crate) struct Stand {
    pub(crate) home: Home,
    pub(crate) recorder: Recorder,
    pub(crate) admin: String,
    /// The token of `robot`.
    pub(crate) robot: String,
    /// The token of `other`.
    pub(crate) other: String,
    pub(crate) gateway: Console,
}

impl Stand {
    #[track_caller]
    pub(crate) fn new() -> Self {
        Self::with(&[], &json!({}))
    }

    #[track_caller]
    pub(crate) fn with(options: &[&str], recorder: &Value) -> Self {
        let home = Home::new();
        let recorder = Recorder::with(&home, "notes", recorder);
        let admin = home.admin_token();
        let robot = home.user_token(&admin, "robot", "agent");
        let other = home.user_token(&admin, "other", "agent");
        let gateway = start(&home, &recorder, options);
        Self { home, recorder, admin, robot, other, gateway }
    }

    /// Before a configured server, so with names that begin with `notes__`, and with more in the configuration.
    #[track_caller]
    pub(crate) fn serving(more: &str) -> Self {
        let home = Home::new();
        let recorder = Recorder::new(&home, "notes");
        let admin = home.admin_token();
        let robot = home.user_token(&admin, "robot", "agent");
        let other = home.user_token(&admin, "other", "agent");
        home.write_config(&format!("{more}\n{}", recorder.toml("notes", "production")));
        home.accept_config(&admin);
        let args = ["serve", "--http", "127.0.0.1:0", "--on-ask", "hold"];
        let gateway = Console::serving(&home, &args, &stdout(&home));
        Self { home, recorder, admin, robot, other, gateway }
    }

    pub(crate) fn url(&self) -> String {
        self.gateway.url("/mcp")
    }

    /// What stands on the gateway's stdout.
    pub(crate) fn stdout(&self) -> String {
        std::fs::read_to_string(stdout(&self.home)).expect("stdout went to a file")
    }

    /// One POST with these headers beside what every client sends.
    #[track_caller]
    pub(crate) fn post(&self, token: &str, more: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Authorization", bearer.as_str())];
        headers.extend(JSON);
        headers.extend(more);
        self.gateway.request("POST", "/mcp", &headers, body)
    }

    /// A request without a body in a session.
    #[track_caller]
    pub(crate) fn bare(&self, method: &str, token: &str, more: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Authorization", bearer.as_str()), ("Accept", "text/event-stream")];
        headers.extend(more);
        self.gateway.request(method, "/mcp", &headers, "")
    }

    /// Opens a session of the legacy era; its id.
    #[track_caller]
    pub(crate) fn initialize(&self, token: &str, client: &str) -> String {
        let hello = self.post(token, &[], &initialize(client)).is(200);
        let id = hello.header("mcp-session-id").expect("a session has an id").to_owned();
        let said = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        self.in_session(token, &id, said).is(202);
        id
    }

    /// One message in a session.
    #[track_caller]
    pub(crate) fn in_session(&self, token: &str, session: &str, body: &str) -> Answer {
        self.post(token, &[("Mcp-Session-Id", session)], body)
    }

    /// A call of the modern era, with the headers that belong to it.
    #[track_caller]
    pub(crate) fn modern(&self, token: &str, tool: &str, arguments: &Value) -> Answer {
        self.post(token, &modern_headers("tools/call", tool), &modern_call(7, tool, arguments))
    }

    /// A request whose answer is not waited for: the connection, to be read or dropped.
    #[track_caller]
    pub(crate) fn open(&self, token: &str, more: &[(&str, &str)], body: &str) -> TcpStream {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Authorization", bearer.as_str())];
        headers.extend(JSON);
        headers.extend(more);
        let text = head(&self.gateway.host(), "POST", "/mcp", &headers, body);
        let mut stream = self.gateway.connect();
        stream.write_all(text.as_bytes()).expect("a request can be sent");
        stream
    }
}

const JSON: [(&str, &str); 2] =
    [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];

fn stdout(home: &Home) -> PathBuf {
    home.work().join("gateway.stdout")
}

#[track_caller]
pub(crate) fn start(home: &Home, recorder: &Recorder, options: &[&str]) -> Console {
    let mut args = vec!["wrap", "--name", "notes", "--http", "127.0.0.1:0"];
    args.extend(options);
    args.push("--");
    let argv = recorder.argv();
    args.extend(argv.iter().map(String::as_str));
    Console::serving(home, &args, &stdout(home))
}

pub(crate) fn initialize(client: &str) -> String {
    json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}, "roots": {}},
            "clientInfo": {"name": client, "version": "1"},
        },
    })
    .to_string()
}

pub(crate) fn call(id: i64, tool: &str, arguments: &Value) -> String {
    let params = json!({"name": tool, "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
}

/// With a progress token, so that it can be held.
pub(crate) fn held_call(id: i64, tool: &str, arguments: &Value) -> String {
    let params = json!({"name": tool, "arguments": arguments, "_meta": {"progressToken": id}});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
}

pub(crate) fn modern_call(id: i64, tool: &str, arguments: &Value) -> String {
    let params = json!({"name": tool, "arguments": arguments, "_meta": meta("modern")});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
}

pub(crate) fn meta(client: &str) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": {"name": client, "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": 1,
    })
}

pub(crate) fn modern_headers<'a>(method: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("MCP-Protocol-Version", MODERN), ("Mcp-Method", method), ("Mcp-Name", name)]
}

/// The messages of an answer, whether it is JSON or a stream of events.
#[track_caller]
pub(crate) fn messages(answer: &Answer) -> Vec<Value> {
    if answer.header("content-type") == Some("application/json") {
        return vec![answer.json()];
    }
    let data = answer.body.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|line| serde_json::from_str(line).expect("an event is JSON")).collect()
}

/// The text of the one result that an answer ends with.
#[track_caller]
pub(crate) fn result_text(answer: &Answer) -> String {
    let last = messages(answer).pop().unwrap_or_else(|| panic!("no message: {answer:#?}"));
    let text = last["result"]["content"][0]["text"].as_str();
    text.unwrap_or_else(|| panic!("no text of a result: {last}")).to_owned()
}

/// Reads events of a stream until one satisfies; the message.
#[track_caller]
pub(crate) fn event(stream: &TcpStream, wanted: impl Fn(&Value) -> bool) -> Value {
    let reader = BufReader::new(stream.try_clone().expect("a connection can be shared"));
    for line in reader.lines() {
        let line = line.expect("the stream goes on");
        let message = line.strip_prefix("data: ").and_then(|line| serde_json::from_str(line).ok());
        if let Some(message) = message.filter(&wanted) {
            return message;
        }
    }
    panic!("the stream ended without it");
}
