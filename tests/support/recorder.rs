//! A server behind the gateway that keeps what it was asked to execute; `recorder.py` says what it can be told.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Home, in_tests, python, text_of};

/// The test's end of one `recorder.py`: its log, its options, its control file.
#[derive(Debug)]
pub(crate) struct Recorder {
    log: PathBuf,
}

impl Recorder {
    /// A well-behaved one. `name` tells recorders of one home apart.
    pub(crate) fn new(home: &Home, name: &str) -> Self {
        Self::with(home, name, &json!({}))
    }

    /// One with options.
    pub(crate) fn with(home: &Home, name: &str, options: &Value) -> Self {
        let log = home.work().join(format!("{name}.log"));
        let recorder = Self { log };
        fs::write(recorder.beside("options"), options.to_string()).expect("options can be written");
        recorder
    }

    fn beside(&self, what: &str) -> PathBuf {
        let mut path = self.log.clone().into_os_string();
        path.push(".");
        path.push(what);
        PathBuf::from(path)
    }

    /// What starts it: the tail of `wrap --`, or command and args of an `[upstream]`.
    pub(crate) fn argv(&self) -> Vec<String> {
        let script = in_tests("support/recorder.py");
        let (log, options) = (text_of(&self.log), text_of(&self.beside("options")));
        vec![python(), "-I".to_owned(), "-S".to_owned(), script, log, options]
    }

    /// Its section of `countersign.toml`.
    pub(crate) fn toml(&self, name: &str, environment: &str) -> String {
        upstream_toml(name, environment, &self.argv())
    }

    /// From the next request on it behaves like this; `{}` for well.
    pub(crate) fn control(&self, options: &Value) {
        let (new, file) = (self.beside("control.new"), self.beside("control"));
        fs::write(&new, options.to_string()).expect("the control file can be written");
        fs::rename(new, file).expect("the control file can be renamed");
    }

    /// Changes its definitions: these tools replace or join its own; with none, `write_note` gets another description.
    pub(crate) fn change_definitions(&self, tools: &[Value]) {
        let text = if tools.is_empty() { String::new() } else { json!(tools).to_string() };
        let (new, file) = (self.beside("changed.new"), self.beside("changed"));
        fs::write(&new, text).expect("the signal file can be written");
        fs::rename(new, file).expect("the signal file can be renamed");
    }

    /// The raw lines of the executed calls, in order.
    pub(crate) fn raw_calls(&self) -> Vec<String> {
        lines(&self.log)
    }

    /// The executed calls, in order: whole requests.
    pub(crate) fn calls(&self) -> Vec<Value> {
        self.raw_calls().iter().map(|line| parse(line)).collect()
    }

    /// The executed calls of one tool: their arguments.
    pub(crate) fn calls_of(&self, tool: &str) -> Vec<Value> {
        let calls = self.calls().into_iter();
        let of_tool = calls.filter(|call| call["params"]["name"] == tool);
        of_tool.map(|mut call| call["params"]["arguments"].take()).collect()
    }

    /// Every line that reached it, of whatever kind.
    pub(crate) fn received(&self) -> Vec<String> {
        lines(&self.beside("all"))
    }

    /// Every message of one method that reached it.
    pub(crate) fn received_method(&self, method: &str) -> Vec<Value> {
        let messages =
            self.received().into_iter().filter_map(|line| serde_json::from_str(&line).ok());
        messages.filter(|message: &Value| message["method"] == method).collect()
    }

    /// One entry a process start: pid, ppid, pgid, argv, cwd, env, fds.
    pub(crate) fn starts(&self) -> Vec<Value> {
        lines(&self.beside("start")).iter().map(|line| parse(line)).collect()
    }
}

/// An `[upstream]` section for any command.
pub(crate) fn upstream_toml(name: &str, environment: &str, argv: &[String]) -> String {
    // JSON strings of plain paths are TOML strings, too.
    let (command, args) = (json!(argv[0]), json!(argv[1..]));
    format!(
        "[upstream.{name}]\ncommand = {command}\nargs = {args}\nenvironment = \"{environment}\"\n"
    )
}

fn lines(file: &PathBuf) -> Vec<String> {
    let bytes = fs::read(file).unwrap_or_default();
    // A last line without its end is still being written.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    String::from_utf8_lossy(&bytes[..whole]).lines().map(str::to_owned).collect()
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line)
        .unwrap_or_else(|fault| panic!("the recorder logged `{line}`: {fault}"))
}
