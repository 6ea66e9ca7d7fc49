//! The console as a process, and requests to it byte by byte: no client library puts in or leaves out what a test is about.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{COUNTERSIGN, DEADLINE, Home, wait_exit, wait_for};

/// A running `countersign console`, killed with the value.
#[derive(Debug)]
pub(crate) struct Console {
    child: Child,
    at: SocketAddr,
    stderr: Arc<Mutex<String>>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Both halves of a login.
#[derive(Debug, Clone)]
pub(crate) struct LoggedIn {
    /// `countersign_PORT=...`, as it stands in the header `Cookie`.
    pub(crate) cookie: String,
    /// The value of `X-Countersign-Key`.
    pub(crate) key: String,
}

impl LoggedIn {
    /// Headers that act.
    pub(crate) fn headers(&self) -> [(&str, &str); 2] {
        [("Cookie", &self.cookie), ("X-Countersign-Key", &self.key)]
    }

    /// Headers that only show.
    pub(crate) fn shows(&self) -> [(&str, &str); 1] {
        [("Cookie", &self.cookie)]
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|fault| panic!("no JSON ({fault}): {self:#?}"))
    }

    /// The code of a refusal.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        let code = self.json()["error"]["code"].as_str().map(str::to_owned);
        code.unwrap_or_else(|| panic!("no code of a refusal: {self:#?}"))
    }

    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "unexpected status; {self:#?}");
        self
    }

    /// Fails the test unless it was refused with this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{self:#?}");
        self
    }
}

impl Console {
    /// On any free port of 127.0.0.1.
    #[track_caller]
    pub(crate) fn start(home: &Home) -> Self {
        Self::start_with(home, &["--listen", "127.0.0.1:0"])
    }

    /// With these options.
    #[track_caller]
    pub(crate) fn start_with(home: &Home, options: &[&str]) -> Self {
        let mut args = vec!["console"];
        args.extend(options);
        Self::spawned(home.command(&args))
    }

    /// `serve` or `wrap` for agents over HTTP, on any free port; its stdout, which must stay empty, goes to `stdout`.
    #[track_caller]
    pub(crate) fn serving(home: &Home, args: &[&str], stdout: &std::path::Path) -> Self {
        let mut command = home.command(args);
        command.stdout(std::fs::File::create(stdout).expect("a file for stdout"));
        Self::said(command, "agents reach MCP at http://", '/')
    }

    /// By a line of shell, with the binary as `$0`.
    #[track_caller]
    pub(crate) fn start_by(home: &Home, line: &str) -> Self {
        Self::spawned(home.program("sh", &["-c", line, COUNTERSIGN]))
    }

    #[track_caller]
    fn spawned(mut command: Command) -> Self {
        command.stdout(Stdio::null());
        Self::said(command, "the console is on http://", ';')
    }

    /// Waits until it says where it listens: between these two.
    #[track_caller]
    fn said(mut command: Command, before: &str, after: char) -> Self {
        command.stderr(Stdio::piped());
        let mut child = command.spawn().expect("the console starts");
        let lines = BufReader::new(child.stderr.take().expect("stderr is piped"));
        let stderr = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&stderr);
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let mut kept = kept.lock().expect("nobody panicked");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut console = Self { child, at: SocketAddr::from(([127, 0, 0, 1], 0)), stderr };
        console.at = wait_for(DEADLINE, || {
            let said = console.stderr();
            if let Some(status) = console.child.try_wait().expect("a child can be waited for") {
                panic!("the console ended with {status}: {said}");
            }
            let (_, rest) = said.split_once(before)?;
            let (at, _) = rest.split_once(after)?;
            at.trim().parse().ok()
        });
        console
    }

    /// Where it listens.
    pub(crate) fn at(&self) -> SocketAddr {
        self.at
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn host(&self) -> String {
        self.at.to_string()
    }

    /// `http://127.0.0.1:PORT` and the path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// All that it said on stderr until now.
    pub(crate) fn stderr(&self) -> String {
        self.stderr.lock().expect("nobody panicked").clone()
    }

    /// Ends it as the system would, and waits until it has ended.
    #[track_caller]
    pub(crate) fn end(mut self) -> String {
        let pid = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let pid = pid.expect("a process has an id");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it can be told");
        assert!(wait_exit(&mut self.child, DEADLINE).is_some(), "it did not end: {self:?}");
        self.stderr()
    }

    /// A connection with deadlines, for whatever `request` is too tame for.
    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect_timeout(&self.at, DEADLINE).expect("the console accepts");
        stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
        stream.set_write_timeout(Some(DEADLINE)).expect("a deadline");
        stream
    }

    /// Sends these bytes and reads until the other side closes, which a request should therefore ask for.
    #[track_caller]
    pub(crate) fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // It may answer and close before it has read everything.
        let _ = stream.write_all(request);
        answer(&mut stream)
    }

    /// One request on a connection of its own. `Host` and `Content-Length` are right unless `headers` say them.
    #[track_caller]
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.raw(head(&self.host(), method, path, headers, body).as_bytes())
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request("GET", path, headers, "")
    }

    /// JSON to a path.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![("Content-Type", "application/json")];
        all.extend(headers);
        self.request("POST", path, &all, &body.to_string())
    }

    /// A request with an API token.
    #[track_caller]
    pub(crate) fn by_token(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {token}");
        let headers =
            [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.request(method, path, &headers, &body)
    }

    /// Logs in with an API token.
    #[track_caller]
    pub(crate) fn login(&self, token: &str) -> LoggedIn {
        logged_in(&self.post("/login", &[], &json!({ "token": token })).is(200))
    }

    /// Logs in with the code of a link.
    #[track_caller]
    pub(crate) fn login_by_code(&self, code: &str) -> LoggedIn {
        logged_in(&self.post("/login", &[], &json!({ "code": code })).is(200))
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[track_caller]
fn logged_in(answer: &Answer) -> LoggedIn {
    let cookie = answer.header("set-cookie").expect("a cookie is set");
    let (cookie, _) = cookie.split_once(';').expect("a cookie has attributes");
    let key = answer.json()["key"].as_str().expect("a key").to_owned();
    LoggedIn { cookie: cookie.to_owned(), key }
}

/// A request as text.
pub(crate) fn head(
    host: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> String {
    let has = |name: &str| headers.iter().any(|(found, _)| found.eq_ignore_ascii_case(name));
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    if !has("host") {
        text.push_str(&format!("Host: {host}\r\n"));
    }
    if !has("content-length") && (!body.is_empty() || method != "GET") {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "Connection: close\r\n\r\n" + body
}

#[track_caller]
fn answer(stream: &mut TcpStream) -> Answer {
    let (mut bytes, mut chunk, end) = (Vec::new(), [0; 65536], Instant::now() + DEADLINE);
    loop {
        assert!(Instant::now() < end, "no end of the answer: {}", String::from_utf8_lossy(&bytes));
        stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a deadline");
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => bytes.extend(&chunk[..length]),
            Err(fault)
                if [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut]
                    .contains(&fault.kind()) => {}
            // A reset after the answer: it did not read everything of us.
            Err(_) if !bytes.is_empty() => break,
            Err(fault) => panic!("no answer: {fault}"),
        }
    }
    parse(&bytes)
}

#[track_caller]
fn parse(bytes: &[u8]) -> Answer {
    let text = || String::from_utf8_lossy(bytes).into_owned();
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let at = at.unwrap_or_else(|| panic!("no head of an answer: {}", text()));
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = &bytes[at + 4..];
    let body = if chunked { unchunked(body) } else { body.to_vec() };
    Answer {
        status: status.unwrap_or_else(|| panic!("no status: {}", text())),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).ok();
        let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok()).unwrap_or(0);
        let (from, to) = (at + 2, at + 2 + size);
        if size == 0 || to > rest.len() {
            break;
        }
        body.extend(&rest[from..to]);
        rest = rest.get(to + 2..).unwrap_or_default();
    }
    body
}
