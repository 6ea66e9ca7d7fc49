//! One client at one server, in raw lines, over pipes as Python hosts hand them out or socketpairs as Node's do.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::echo;

/// The program that is measured.
pub(crate) const COUNTERSIGN: &str = env!("CARGO_BIN_EXE_countersign");

/// What stands between client and server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    Pipes,
    Sockets,
}

impl Via {
    pub(crate) const BOTH: [Self; 2] = [Self::Pipes, Self::Sockets];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pipes => "pipes",
            Self::Sockets => "sockets",
        }
    }
}

pub(crate) struct Session {
    child: Child,
    input: Option<Box<dyn Write>>,
    output: BufReader<Box<dyn Read>>,
    line: String,
    id: u64,
    /// Stands before the server's own names of its tools.
    prefix: &'static str,
}

/// This program as the server.
pub(crate) fn upstream() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("our own path"));
    command.arg(echo::MODE);
    command
}

/// `countersign serve` in this home, which is made with the cheapest server configured.
pub(crate) fn gateway(home: &Path, options: &[&str]) -> Command {
    let us = std::env::current_exe().expect("our own path");
    make_home(home, &format!("[upstream.echo]\ncommand = {us:?}\nargs = [\"{}\"]\n", echo::MODE));
    let mut command = Command::new(COUNTERSIGN);
    command.arg("--home").arg(home).args(options).arg("serve");
    clean(&mut command, home);
    command
}

pub(crate) fn make_home(home: &Path, config: &str) {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(home).expect("a home");
    let file = home.join("countersign.toml");
    std::fs::write(&file, config).expect("a configuration");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its mode");
}

/// Leaves nothing of our own environment but the path.
pub(crate) fn clean(command: &mut Command, home: &Path) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", home);
}

impl Session {
    /// Starts a program and shakes hands with it.
    pub(crate) fn open(command: Command, via: Via, prefix: &'static str) -> Self {
        let mut session = Self::start(command, via, prefix);
        session.shake_hands();
        session
    }

    pub(crate) fn direct(via: Via) -> Self {
        Self::open(upstream(), via, "")
    }

    pub(crate) fn through_us(home: &Path, options: &[&str], via: Via) -> Self {
        Self::open(gateway(home, options), via, "echo__")
    }

    pub(crate) fn start(mut command: Command, via: Via, prefix: &'static str) -> Self {
        command.stderr(Stdio::null());
        let (input, output, child): (Box<dyn Write>, Box<dyn Read>, Child) = match via {
            Via::Pipes => {
                command.stdin(Stdio::piped()).stdout(Stdio::piped());
                let mut child = command.spawn().expect("the program starts");
                let input = child.stdin.take().expect("its stdin");
                let output = child.stdout.take().expect("its stdout");
                (Box::new(input), Box::new(output), child)
            }
            Via::Sockets => {
                let (input, theirs_in) = UnixStream::pair().expect("a socketpair");
                let (output, theirs_out) = UnixStream::pair().expect("a socketpair");
                command.stdin(Stdio::from(OwnedFd::from(theirs_in)));
                command.stdout(Stdio::from(OwnedFd::from(theirs_out)));
                let child = command.spawn().expect("the program starts");
                (Box::new(input), Box::new(output), child)
            }
        };
        let output = BufReader::with_capacity(64 * 1024, output);
        Self { child, input: Some(input), output, line: String::new(), id: 0, prefix }
    }

    pub(crate) fn shake_hands(&mut self) {
        self.id += 1;
        let id = self.id;
        self.send(&format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"initialize","params":{{"protocolVersion":"2025-06-18","capabilities":{{}},"clientInfo":{{"name":"bench","version":"1"}}}}}}"#
        ));
        let answer = self.receive();
        assert!(answer.contains("\"result\""), "the handshake failed: {answer}");
        self.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn request(&mut self, tool: &str, arguments: &str) -> String {
        self.id += 1;
        let (id, prefix) = (self.id, self.prefix);
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{prefix}{tool}","arguments":{arguments}}}}}"#
        )
    }

    pub(crate) fn send(&mut self, line: &str) {
        self.write(format!("{line}\n").as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the session is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the program reads");
    }

    /// Sends a call and leaves its answer for later. Answers with its id.
    pub(crate) fn ask(&mut self, tool: &str, arguments: &str) -> u64 {
        let line = self.request(tool, arguments);
        self.send(&line);
        self.id
    }

    /// The next line.
    pub(crate) fn receive(&mut self) -> &str {
        self.line.clear();
        let got = self.output.read_line(&mut self.line).expect("the program answers");
        assert!(got > 0, "the program ended");
        self.line.trim_end()
    }

    /// One read, alone: how long it took.
    pub(crate) fn read(&mut self) -> Duration {
        let line = self.request("get_note", r#"{"path":"notes/2026/october.md","line":12}"#) + "\n";
        let begun = Instant::now();
        self.write(line.as_bytes());
        self.receive();
        let took = begun.elapsed();
        assert!(self.line.contains("a note of a hundred"), "not read: {}", self.line);
        took
    }

    /// Median of this many reads, one after the other, in microseconds.
    pub(crate) fn reads(&mut self, count: usize) -> f64 {
        let mut took: Vec<Duration> = (0..count).map(|_| self.read()).collect();
        crate::report::quantile(&mut took, 0.5)
    }

    /// Reads a second with so many under way.
    pub(crate) fn flood(&mut self, count: usize, at_once: usize) -> f64 {
        let begun = Instant::now();
        let (mut sent, mut answered, mut batch) = (0, 0, String::new());
        while answered < count {
            while sent < count && sent - answered < at_once {
                let line =
                    self.request("get_note", r#"{"path":"notes/2026/october.md","line":12}"#);
                batch.push_str(&line);
                batch.push('\n');
                sent += 1;
            }
            self.write(batch.as_bytes());
            batch.clear();
            loop {
                self.receive();
                assert!(self.line.contains("a note of a hundred"), "not read: {}", self.line);
                answered += 1;
                if !self.output.buffer().contains(&b'\n') {
                    break;
                }
            }
        }
        count as f64 / begun.elapsed().as_secs_f64()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.input = None;
        // It ends with its input; how it ended is no concern of a benchmark.
        let _ = self.child.wait();
    }
}
