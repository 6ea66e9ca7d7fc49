//! One client at one gateway process, in raw JSON-RPC lines, over pipes or over sockets as Node hosts hand them out.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{COUNTERSIGN, DEADLINE, Home, Recorder, wait_exit};

/// The newest protocol: no handshake, `_meta` on every request.
pub(crate) const MODERN: &str = "2026-07-28";

/// How a session is to be started.
#[derive(Debug)]
pub(crate) struct Launch<'a> {
    home: &'a Home,
    argv: Vec<String>,
    env: Vec<(String, String)>,
    cwd: PathBuf,
    sockets: bool,
    client: String,
}

impl<'a> Launch<'a> {
    /// `countersign wrap OPTIONS -- UPSTREAM`
    pub(crate) fn wrap(home: &'a Home, options: &[&str], upstream: &[String]) -> Self {
        let mut argv = vec![COUNTERSIGN.to_owned(), "wrap".to_owned()];
        argv.extend(options.iter().map(|option| (*option).to_owned()));
        argv.push("--".to_owned());
        argv.extend_from_slice(upstream);
        Self::any(home, argv)
    }

    /// `countersign serve OPTIONS`
    pub(crate) fn serve(home: &'a Home, options: &[&str]) -> Self {
        let mut argv = vec![COUNTERSIGN.to_owned(), "serve".to_owned()];
        argv.extend(options.iter().map(|option| (*option).to_owned()));
        Self::any(home, argv)
    }

    /// Any MCP server over stdio: an upstream without the gateway, for comparison.
    pub(crate) fn any(home: &'a Home, argv: Vec<String>) -> Self {
        let client = "test-client".to_owned();
        Self { home, argv, env: Vec::new(), cwd: home.work(), sockets: false, client }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// An approver's session.
    pub(crate) fn token(self, token: &str) -> Self {
        self.env("COUNTERSIGN_TOKEN", token)
    }

    pub(crate) fn cwd(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.cwd);
        self
    }

    /// Unix socketpairs as stdin and stdout instead of pipes.
    pub(crate) fn sockets(mut self) -> Self {
        self.sockets = true;
        self
    }

    /// `clientInfo.name`, part of the principal.
    pub(crate) fn client(mut self, name: &str) -> Self {
        name.clone_into(&mut self.client);
        self
    }

    #[track_caller]
    pub(crate) fn start(self) -> Session {
        let mut command = Command::new(&self.argv[0]);
        command.args(&self.argv[1..]).env_clear().envs(self.home.environment()).envs(self.env);
        command.current_dir(&self.cwd).stderr(Stdio::piped());
        let (stdin, stdout, mut child): (Box<dyn Write + Send>, Box<dyn Read + Send>, Child) =
            if self.sockets {
                let (ours_in, theirs_in) = UnixStream::pair().expect("a socketpair");
                let (ours_out, theirs_out) = UnixStream::pair().expect("a socketpair");
                command.stdin(Stdio::from(OwnedFd::from(theirs_in)));
                command.stdout(Stdio::from(OwnedFd::from(theirs_out)));
                let child = command.spawn().expect("the gateway starts");
                (Box::new(ours_in), Box::new(ours_out), child)
            } else {
                command.stdin(Stdio::piped()).stdout(Stdio::piped());
                let mut child = command.spawn().expect("the gateway starts");
                let stdin = child.stdin.take().expect("stdin is piped");
                let stdout = child.stdout.take().expect("stdout is piped");
                (Box::new(stdin), Box::new(stdout), child)
            };
        drop(command); // and with it the child's ends of the sockets
        let stderr = keep(child.stderr.take().expect("stderr is piped"));
        Session {
            child,
            stdin: Some(writer(stdin)),
            lines: reader(stdout),
            unclaimed: VecDeque::new(),
            stderr,
            last_id: 0,
            modern: false,
            client: self.client,
            capabilities: json!({}),
        }
    }
}

/// What came over stdout: the line as it was, and what it says.
#[derive(Debug, Clone)]
struct Message {
    raw: String,
    value: Value,
}

/// A running client and its gateway. Dropping it kills the gateway.
#[derive(Debug)]
pub(crate) struct Session {
    child: Child,
    stdin: Option<Sender<Vec<u8>>>,
    lines: Receiver<Vec<u8>>,
    unclaimed: VecDeque<Message>,
    stderr: Arc<Mutex<Vec<u8>>>,
    last_id: i64,
    modern: bool,
    client: String,
    capabilities: Value,
}

impl Session {
    /// A legacy session at `wrap` in front of a recorder, initialized.
    #[track_caller]
    pub(crate) fn wrap(home: &Home, options: &[&str], upstream: &Recorder) -> Self {
        let mut session = Launch::wrap(home, options, &upstream.argv()).start();
        session.initialize("2025-11-25");
        session
    }

    /// A legacy session at `serve`, initialized.
    #[track_caller]
    pub(crate) fn serve(home: &Home, options: &[&str]) -> Self {
        let mut session = Launch::serve(home, options).start();
        session.initialize("2025-11-25");
        session
    }

    // --- out

    /// Writes the line and its end. Never blocks: a gateway that stops reading is noticed by what does not come back.
    pub(crate) fn send_line(&self, line: &str) {
        let mut bytes = line.as_bytes().to_vec();
        bytes.push(b'\n');
        self.send_bytes(bytes);
    }

    /// Writes exactly these bytes.
    pub(crate) fn send_bytes(&self, bytes: impl Into<Vec<u8>>) {
        if let Some(stdin) = &self.stdin {
            stdin.send(bytes.into()).ok();
        }
    }

    /// Sends a request under the next id. In a modern session `_meta` is completed.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> i64 {
        let id = self.new_id();
        let params = self.with_meta(params);
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send_line(&request.to_string());
        id
    }

    pub(crate) fn notify(&self, method: &str, params: &Value) {
        self.send_line(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string());
    }

    /// Takes back a request.
    pub(crate) fn cancel(&self, id: i64, reason: &str) {
        self.notify("notifications/cancelled", &json!({"requestId": id, "reason": reason}));
    }

    /// Answers a request of the server's.
    pub(crate) fn answer(&self, request: &Value, result: &Value) {
        let answer = json!({"jsonrpc": "2.0", "id": request["id"], "result": result});
        self.send_line(&answer.to_string());
    }

    /// An id that was not used yet, for requests written by hand.
    pub(crate) fn new_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// `params` as this session's era wants them.
    pub(crate) fn with_meta(&self, params: Value) -> Value {
        if !self.modern {
            return params;
        }
        let mut params = if params.is_null() { json!({}) } else { params };
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": self.client, "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": self.capabilities,
        });
        if !params["_meta"].is_object() {
            params["_meta"] = json!({});
        }
        if let (Value::Object(all), Value::Object(ours)) = (&mut params["_meta"], meta) {
            for (name, value) in ours {
                all.entry(name).or_insert(value);
            }
        }
        params
    }

    // --- lifecycle

    /// The legacy handshake, with the capabilities set by `offer`.
    #[track_caller]
    pub(crate) fn initialize(&mut self, version: &str) -> Value {
        let id = self.request(
            "initialize",
            json!({
                "protocolVersion": version,
                "capabilities": self.capabilities,
                "clientInfo": {"name": self.client, "version": "1"},
            }),
        );
        let result = self.result(id);
        self.notify("notifications/initialized", &json!({}));
        result
    }

    /// Client capabilities, before `initialize` or `discover`.
    pub(crate) fn offer(&mut self, capabilities: Value) {
        self.capabilities = capabilities;
    }

    /// From here on every request is a modern one; nothing is sent.
    pub(crate) fn modern(&mut self) {
        self.modern = true;
    }

    /// Modern, and `server/discover` as clients do first.
    #[track_caller]
    pub(crate) fn discover(&mut self) -> Value {
        self.modern();
        let id = self.request("server/discover", json!({}));
        self.result(id)
    }

    // --- in

    /// The next message that nobody claimed yet, whatever it is.
    #[track_caller]
    pub(crate) fn recv(&mut self, timeout: Duration) -> Value {
        match self.try_recv(timeout) {
            Some(message) => message,
            None => self.fail(&format!("no message within {timeout:?}")),
        }
    }

    /// As `recv`; `None` past the time or after the end of stdout.
    #[track_caller]
    pub(crate) fn try_recv(&mut self, timeout: Duration) -> Option<Value> {
        self.claim(timeout, |_| true).map(|message| message.value)
    }

    /// The whole response to a request, error or result.
    #[track_caller]
    pub(crate) fn response(&mut self, id: i64) -> Value {
        match self.response_within(id, DEADLINE) {
            Some(response) => response,
            None => self.fail(&format!("no response to request {id} within {DEADLINE:?}")),
        }
    }

    #[track_caller]
    pub(crate) fn response_within(&mut self, id: i64, timeout: Duration) -> Option<Value> {
        self.claim(timeout, |message| is_response(message, &json!(id))).map(|message| message.value)
    }

    /// The response's line as it came.
    #[track_caller]
    pub(crate) fn raw_response(&mut self, id: i64) -> String {
        match self.claim(DEADLINE, |message| is_response(message, &json!(id))) {
            Some(message) => message.raw,
            None => self.fail(&format!("no response to request {id} within {DEADLINE:?}")),
        }
    }

    /// The response to a request with an id of any type; `null` for those without.
    #[track_caller]
    pub(crate) fn response_to(&mut self, id: &Value) -> Value {
        match self.claim(DEADLINE, |message| is_response(message, id)) {
            Some(message) => message.value,
            None => self.fail(&format!("no response to request {id} within {DEADLINE:?}")),
        }
    }

    /// The result of a request that must not meet a protocol error.
    #[track_caller]
    pub(crate) fn result(&mut self, id: i64) -> Value {
        let mut response = self.response(id);
        match response["result"].take() {
            Value::Null => self.fail(&format!("request {id} failed: {response}")),
            result => result,
        }
    }

    /// Every notification so far that nobody claimed, oldest first.
    #[track_caller]
    pub(crate) fn notifications(&mut self) -> Vec<Value> {
        let mut found = Vec::new();
        while let Some(message) = self.claim(Duration::ZERO, is_notification) {
            found.push(message.value);
        }
        found
    }

    #[track_caller]
    pub(crate) fn notification(&mut self, method: &str) -> Value {
        let wanted = |message: &Value| is_notification(message) && message["method"] == method;
        match self.claim(DEADLINE, wanted) {
            Some(message) => message.value,
            None => self.fail(&format!("no {method} within {DEADLINE:?}")),
        }
    }

    /// A request of the server's, for instance an elicitation.
    #[track_caller]
    pub(crate) fn server_request(&mut self, method: &str) -> Value {
        let wanted = |message: &Value| message["method"] == method && message.get("id").is_some();
        match self.claim(DEADLINE, wanted) {
            Some(message) => message.value,
            None => self.fail(&format!("no request {method} within {DEADLINE:?}")),
        }
    }

    /// Fails when any response comes to this request in the given time.
    #[track_caller]
    pub(crate) fn no_response(&mut self, id: i64, time: Duration) {
        if let Some(response) = self.response_within(id, time) {
            self.fail(&format!("request {id} was answered: {response}"));
        }
    }

    // --- tools

    /// Sends a call and returns its id.
    pub(crate) fn start_call(&mut self, tool: &str, args: Value) -> i64 {
        self.request("tools/call", json!({"name": tool, "arguments": args}))
    }

    /// Sends a call that wants progress under the token.
    pub(crate) fn start_call_with_progress(
        &mut self,
        tool: &str,
        args: Value,
        token: &Value,
    ) -> i64 {
        let meta = json!({"progressToken": token});
        self.request("tools/call", json!({"name": tool, "arguments": args, "_meta": meta}))
    }

    /// Calls and returns the result; a protocol error fails the test.
    #[track_caller]
    pub(crate) fn call(&mut self, tool: &str, args: Value) -> Value {
        let id = self.start_call(tool, args);
        self.result(id)
    }

    /// Calls and returns the whole response, for calls that may meet a protocol error.
    #[track_caller]
    pub(crate) fn call_response(&mut self, tool: &str, args: Value) -> Value {
        let id = self.start_call(tool, args);
        self.response(id)
    }

    /// A call with its arguments written by hand: odd bytes survive. Returns the id.
    pub(crate) fn start_raw_call(&mut self, tool: &str, arguments: &str) -> i64 {
        let id = self.new_id();
        let meta = self.with_meta(Value::Null);
        let meta =
            if meta.is_null() { String::new() } else { format!(",\"_meta\":{}", meta["_meta"]) };
        self.send_line(&format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":{},"arguments":{arguments}{meta}}}}}"#,
            json!(tool)
        ));
        id
    }

    /// Every tool, all pages.
    #[track_caller]
    pub(crate) fn tools(&mut self) -> Vec<Value> {
        let (mut tools, mut params) = (Vec::new(), json!({}));
        loop {
            let id = self.request("tools/list", params);
            let mut page = self.result(id);
            match page["tools"].take() {
                Value::Array(found) => tools.extend(found),
                other => self.fail(&format!("tools/list has no list but {other}")),
            }
            match page["nextCursor"].as_str() {
                Some(cursor) => params = json!({"cursor": cursor}),
                None => return tools,
            }
        }
    }

    /// Every tool once the named one is among them: an upstream may still be starting.
    #[track_caller]
    pub(crate) fn tools_with(&mut self, name: &str) -> Vec<Value> {
        let end = Instant::now() + DEADLINE;
        loop {
            let tools = self.tools();
            if tools.iter().any(|tool| tool["name"] == name) {
                return tools;
            }
            if Instant::now() > end {
                let names: Vec<_> = tools.iter().map(|tool| &tool["name"]).collect();
                self.fail(&format!("no tool `{name}`, only {names:?}"));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    // --- end

    /// The client leaves: what was sent is still delivered, then comes EOF.
    pub(crate) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// The exit code; -1 when a signal ended it.
    #[track_caller]
    pub(crate) fn wait_exit(&mut self) -> i32 {
        match wait_exit(&mut self.child, DEADLINE) {
            Some(code) => code,
            None => self.fail(&format!("the gateway did not end within {DEADLINE:?}")),
        }
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child can be waited for").is_none()
    }

    pub(crate) fn kill9(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the gateway wrote to stderr so far.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr.lock().expect("the keeper did not panic")).into_owned()
    }

    // --- inside

    /// The oldest message that the test wants; others stay for later. stdout may hold nothing but messages.
    #[track_caller]
    fn claim(&mut self, timeout: Duration, wanted: impl Fn(&Value) -> bool) -> Option<Message> {
        if let Some(at) = self.unclaimed.iter().position(|message| wanted(&message.value)) {
            return self.unclaimed.remove(at);
        }
        let end = Instant::now() + timeout;
        loop {
            let line = match self.lines.recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            };
            let raw = String::from_utf8_lossy(&line).into_owned();
            let value = match serde_json::from_str::<Value>(&raw) {
                Ok(value) if value["jsonrpc"] == "2.0" => value,
                Ok(_) | Err(_) => {
                    let start: String = raw.chars().take(500).collect();
                    self.fail(&format!("stdout has a line that is no MCP message: {start}"))
                }
            };
            if wanted(&value) {
                return Some(Message { raw, value });
            }
            self.unclaimed.push_back(Message { raw, value });
        }
    }

    #[track_caller]
    fn fail(&self, what: &str) -> ! {
        let stderr = self.stderr();
        let tail: Vec<_> = stderr.lines().rev().take(30).collect();
        let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
        let waiting: Vec<_> = self.unclaimed.iter().map(|message| &message.raw).collect();
        panic!("{what}\n--- unclaimed: {waiting:?}\n--- end of the gateway's stderr:\n{tail}");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.kill9();
    }
}

fn is_response(message: &Value, id: &Value) -> bool {
    message.get("method").is_none() && message.get("id").unwrap_or(&Value::Null) == id
}

fn is_notification(message: &Value) -> bool {
    message.get("method").is_some() && message.get("id").is_none()
}

fn writer(mut stdin: Box<dyn Write + Send>) -> Sender<Vec<u8>> {
    let (sender, receiver) = channel::<Vec<u8>>();
    thread::spawn(move || {
        for bytes in receiver {
            if stdin.write_all(&bytes).and_then(|()| stdin.flush()).is_err() {
                break;
            }
        }
    });
    sender
}

fn reader(stdout: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut stdout = BufReader::with_capacity(1 << 16, stdout);
        loop {
            let mut line = Vec::new();
            match stdout.read_until(b'\n', &mut line) {
                Ok(1..) => {
                    if line.last() == Some(&b'\n') {
                        line.pop();
                    }
                    if sender.send(line).is_err() {
                        break;
                    }
                }
                Ok(0) | Err(_) => break,
            }
        }
    });
    receiver
}

fn keep(mut stderr: impl Read + Send + 'static) -> Arc<Mutex<Vec<u8>>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeper = Arc::clone(&kept);
    thread::spawn(move || {
        let mut chunk = [0; 65536];
        while let Ok(length @ 1..) = stderr.read(&mut chunk) {
            keeper
                .lock()
                .expect("nobody panics while reading it")
                .extend_from_slice(&chunk[..length]);
        }
    });
    kept
}
