//! Drives the real binary the way clients, people and servers do: `mod support;` in a theme file of `tests/`.
//!
//! `Home` is one store and its command line, `Session` one client at one `serve` or `wrap`, `Recorder` a server behind it
//! that keeps what it was asked to execute. Nothing here may hang: every wait has a deadline, and a missed one panics with
//! the end of the gateway's stderr. Asker and approver are different processes by construction.

#![allow(
    dead_code,
    unused_imports,
    reason = "every theme binary includes all of this and uses a part"
)]

mod browser;
mod console;
mod home;
mod recorder;
mod session;
mod tls;

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) use browser::Browser;
pub(crate) use console::{Answer, Console, LoggedIn, head};
pub(crate) use home::{Home, Terminal, pending};
pub(crate) use recorder::{Recorder, upstream_toml};
pub(crate) use session::{Launch, MODERN, Session};
pub(crate) use tls::certify;

/// The binary under test.
pub(crate) const COUNTERSIGN: &str = env!("CARGO_BIN_EXE_countersign");
/// How long anything may take that has no reason to take long; generous, because 2 cores run tests side by side.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Output {
    /// Exit code; -1 when a signal ended it.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Fails the test unless the command succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.exits(0)
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "unexpected exit code; {self:#?}");
        self
    }

    /// The first JSON object in what was printed. A terminal mixes it with prompts, so it is searched for.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        self.stdout
            .match_indices('{')
            .find_map(|(at, _)| {
                let mut found = serde_json::Deserializer::from_str(&self.stdout[at..]).into_iter();
                found.next().and_then(Result::ok)
            })
            .unwrap_or_else(|| panic!("no JSON object was printed: {self:#?}"))
    }
}

/// Runs a command to its end, stdin empty unless the command says otherwise; kills it and panics past the deadline.
#[track_caller]
pub(crate) fn run(command: &mut Command, deadline: Duration) -> Output {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|fault| panic!("cannot start {command:?}: {fault}"));
    let stdout = drain(child.stdout.take().expect("stdout is piped"));
    let stderr = drain(child.stderr.take().expect("stderr is piped"));
    let code = wait_exit(&mut child, deadline);
    if code.is_none() {
        child.kill().ok();
        child.wait().ok();
    }
    // A grandchild may still hold the pipes: what was printed until a second after the end counts.
    let output = Output {
        code: code.unwrap_or(-1),
        stdout: collect(&stdout, Duration::from_secs(1)),
        stderr: collect(&stderr, Duration::from_secs(1)),
    };
    assert!(code.is_some(), "{command:?} did not end within {deadline:?}: {output:#?}");
    output
}

type Drained = std::sync::mpsc::Receiver<Vec<u8>>;

fn drain(mut pipe: impl Read + Send + 'static) -> Drained {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let mut chunk = [0; 65536];
        while let Ok(length @ 1..) = pipe.read(&mut chunk) {
            if sender.send(chunk[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn collect(drained: &Drained, grace: Duration) -> String {
    let (mut bytes, end) = (Vec::new(), Instant::now() + grace);
    while let Ok(chunk) = drained.recv_timeout(end.saturating_duration_since(Instant::now())) {
        bytes.extend(chunk);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The exit code once there is one (-1: ended by a signal), `None` past the deadline.
pub(crate) fn wait_exit(child: &mut Child, deadline: Duration) -> Option<i32> {
    let end = Instant::now() + deadline;
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status.code().unwrap_or(-1));
        }
        if Instant::now() > end {
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until the condition holds; panics past the deadline.
#[track_caller]
pub(crate) fn wait_until(deadline: Duration, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + deadline;
    while !condition() {
        assert!(Instant::now() < end, "the condition did not come true within {deadline:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// As `wait_until`, for a condition that yields something.
#[track_caller]
pub(crate) fn wait_for<T>(deadline: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let mut found = None;
    wait_until(deadline, || {
        found = look();
        found.is_some()
    });
    found.expect("the wait ended with something")
}

/// How often a repeated test repeats: `tests/run long` sets `COUNTERSIGN_LONG`.
pub(crate) fn rounds(short: usize, long: usize) -> usize {
    if std::env::var_os("COUNTERSIGN_LONG").is_some() { long } else { short }
}

/// The folder that `tests/run` fills: `venv/`, `node/`, `npm/`.
pub(crate) fn tools() -> PathBuf {
    let folder = std::env::var_os("COUNTERSIGN_TEST_TOOLS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools")),
        PathBuf::from,
    );
    assert!(folder.is_dir(), "{} is missing: `tests/run` installs it", folder.display());
    folder
}

/// An absolute path below `tests/`.
pub(crate) fn in_tests(path: &str) -> String {
    format!("{}/tests/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// The interpreter of the test venv itself, for its packages and because wrappers named `python3` can be slow; scripts that
/// need no package run under whatever Python there is.
pub(crate) fn python() -> String {
    let folder = std::env::var_os("COUNTERSIGN_TEST_TOOLS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-tools")),
        PathBuf::from,
    );
    let inside = folder.join("venv/bin/python");
    if inside.exists() { inside.display().to_string() } else { "python3".to_owned() }
}

/// A path as text; tests make no others.
pub(crate) fn text_of(path: &std::path::Path) -> String {
    path.to_str().expect("test paths are UTF-8").to_owned()
}

/// All text of a tool result, joined by line breaks.
pub(crate) fn text(result: &Value) -> String {
    let parts = result["content"].as_array().into_iter().flatten();
    parts.filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
}

pub(crate) fn is_error(result: &Value) -> bool {
    result["isError"] == Value::Bool(true)
}
