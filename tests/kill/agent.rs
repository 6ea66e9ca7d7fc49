//! An agent that reads and writes, is cut off, and comes back under the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{DEADLINE, Home, Launch, Recorder, Session, is_error, text, wait_until};

/// What a request was for.
#[derive(Debug, Clone)]
enum Sent {
    Read(String),
    Write(String),
}

/// One agent, its recorder, and what it was told.
#[derive(Debug)]
pub(crate) struct Agent<'a> {
    home: &'a Home,
    name: &'static str,
    recorder: Recorder,
    session: Option<Session>,
    pid: u32,
    count: usize,
    in_flight: BTreeMap<i64, Sent>,
    /// Writes without a final answer, with the id of their question once it was told.
    open: BTreeMap<String, Option<String>>,
    /// Reads that were answered.
    pub(crate) read: BTreeSet<String>,
    /// Writes that were answered with their result.
    pub(crate) written: BTreeSet<String>,
    /// Writes that were answered with "nobody knows", "it was used already", or a person's word that it ran.
    pub(crate) unknown: BTreeSet<String>,
}

impl<'a> Agent<'a> {
    pub(crate) fn new(home: &'a Home, name: &'static str) -> Self {
        // It takes a moment, so that calls are there when a kill comes.
        let recorder = Recorder::with(home, name, &json!({"delay": 0.03}));
        Self {
            home,
            name,
            recorder,
            session: None,
            pid: 0,
            count: 0,
            in_flight: BTreeMap::new(),
            open: BTreeMap::new(),
            read: BTreeSet::new(),
            written: BTreeSet::new(),
            unknown: BTreeSet::new(),
        }
    }

    /// From now on its server takes writes and never answers.
    pub(crate) fn hang(&self) {
        self.recorder.control(&json!({"on_call": "hang", "for_tool": "write_note"}));
    }

    pub(crate) fn behave(&self) {
        self.recorder.control(&json!({}));
    }

    /// A gateway of its own. Once `initialize` is answered, whatever a dead one left is recovered.
    pub(crate) fn start(&mut self) {
        let options = ["--name", "notes", "--on-ask", "hold"];
        let mut session =
            Launch::wrap(self.home, &options, &self.recorder.argv()).client(self.name).start();
        session.initialize("2025-11-25");
        self.pid = session.pid();
        self.session = Some(session);
    }

    /// The process id of the last gateway.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn is_up(&mut self) -> bool {
        self.session.as_mut().is_some_and(Session::is_running)
    }

    pub(crate) fn has_open(&self) -> bool {
        !self.open.is_empty()
    }

    fn new_text(&mut self) -> String {
        self.count += 1;
        format!("{}-{}-end", self.name, self.count)
    }

    /// A read, its id told apart from all others.
    fn start_read(&mut self) {
        let text = self.new_text();
        let session = self.session.as_mut().expect("a session");
        let id = session.start_call("read_note", json!({"id": text}));
        self.in_flight.insert(id, Sent::Read(text));
    }

    /// A write that was never written before.
    pub(crate) fn write(&mut self) -> String {
        let text = self.new_text();
        self.open.insert(text.clone(), None);
        self.start_write(&text);
        text
    }

    /// The write itself, or, where the id of its question is known, `resume_call` every other time.
    fn start_write(&mut self, text: &str) {
        let session = self.session.as_mut().expect("a session");
        self.count += 1;
        let id = match self.open.get(text).cloned().flatten() {
            Some(id) if self.count.is_multiple_of(2) => {
                session.start_call("resume_call", json!({"id": id, "wait_seconds": 20}))
            }
            _ => session.start_call("write_note", json!({"id": self.name, "text": text})),
        };
        self.in_flight.insert(id, Sent::Write(text.to_owned()));
    }

    /// The same write again, and what is said of it.
    pub(crate) fn repeat(&mut self, text: &str) -> String {
        let session = self.session.as_mut().expect("a session");
        let args = json!({"id": self.name, "text": text});
        crate::support::text(&session.call("write_note", args))
    }

    /// What an agent does in a round: it comes back to what is open, and reads and writes further.
    pub(crate) fn begin(&mut self) {
        self.ask_again();
        self.start_read();
        if self.open.len() < 4 {
            self.write();
        }
        self.start_read();
    }

    /// Comes back to every open write that no request is under way for.
    pub(crate) fn ask_again(&mut self) {
        let under_way: BTreeSet<_> = self
            .in_flight
            .values()
            .filter_map(|sent| match sent {
                Sent::Write(text) => Some(text.clone()),
                Sent::Read(_) => None,
            })
            .collect();
        let open: Vec<_> =
            self.open.keys().filter(|text| !under_way.contains(*text)).cloned().collect();
        for text in open {
            self.start_write(&text);
        }
    }

    /// Takes in whatever was answered so far.
    pub(crate) fn listen(&mut self) {
        while let Some(message) =
            self.session.as_mut().and_then(|session| session.try_recv(Duration::ZERO))
        {
            let Some(sent) = message["id"].as_i64().and_then(|id| self.in_flight.remove(&id))
            else {
                continue;
            };
            assert!(message["error"].is_null(), "{sent:?} met an error: {message}");
            self.told(sent, &message["result"]);
        }
    }

    fn told(&mut self, sent: Sent, result: &Value) {
        let refusal = &result["_meta"]["countersign/refusal"];
        match (sent, refusal["code"].as_str()) {
            (Sent::Read(read), None) => {
                assert!(!is_error(result) && text(result).contains(&read), "{read}: {result}");
                self.read.insert(read);
            }
            (Sent::Write(written), None) => {
                assert!(
                    !is_error(result) && text(result).contains(&written),
                    "{written}: {result}"
                );
                self.open.remove(&written);
                self.written.insert(written);
            }
            (Sent::Write(written), Some("waiting")) => {
                let id = refusal["approval"]["id"].as_str().map(str::to_owned);
                assert!(id.is_some(), "a waiting call has an id: {result}");
                self.open.insert(written, id);
            }
            (Sent::Write(written), Some("outcome_unknown" | "already_used")) => {
                self.open.remove(&written);
                self.unknown.insert(written);
            }
            (Sent::Write(written), Some("denied")) if text(result).contains("it ran") => {
                self.open.remove(&written);
                self.unknown.insert(written);
            }
            (sent, Some(code)) => panic!("{sent:?} was refused with {code}: {result}"),
        }
    }

    /// kill -9. What is in the pipe by then was said.
    pub(crate) fn kill(&mut self) {
        if let Some(session) = &mut self.session {
            session.kill9();
        }
        // The reader's thread hands over the rest a moment after the end.
        while let Some(message) =
            self.session.as_mut().and_then(|session| session.try_recv(DEADLINE))
        {
            let sent = message["id"].as_i64().and_then(|id| self.in_flight.remove(&id));
            if let Some(sent) = sent {
                assert!(message["error"].is_null(), "{sent:?} met an error: {message}");
                self.told(sent, &message["result"]);
            }
        }
        self.session = None;
        self.in_flight.clear();
    }

    /// The client leaves in order.
    pub(crate) fn leave(&mut self) {
        self.listen();
        if let Some(mut session) = self.session.take() {
            session.close_stdin();
            assert_eq!(session.wait_exit(), 0, "{}", session.stderr());
        }
    }

    /// The texts that its server was asked to write, in order.
    pub(crate) fn executed(&self) -> Vec<String> {
        let calls = self.recorder.calls_of("write_note");
        calls.iter().map(|args| args["text"].as_str().expect("a text").to_owned()).collect()
    }

    /// Every server that was ever started has gone by itself: its gateway's death ended it.
    pub(crate) fn recorders_end(&self) {
        for start in self.recorder.starts() {
            let process = format!("/proc/{}", start["pid"]);
            wait_until(DEADLINE, || !std::path::Path::new(&process).exists());
        }
    }
}
