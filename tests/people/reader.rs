//! A reader of the stream of questions, frame by frame.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::support::{Console, DEADLINE};

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    pub(crate) event: String,
    pub(crate) id: u64,
    pub(crate) data: Value,
}

/// What comes over the stream.
#[derive(Debug)]
pub(crate) enum Said {
    Frame(Frame),
    Comment,
    Place(u64),
}

/// An open stream, read by a thread.
#[derive(Debug)]
pub(crate) struct Reader {
    said: Receiver<Said>,
    first: RefCell<Option<Frame>>,
    /// Where it began, when it was told so.
    pub(crate) place: Option<u64>,
}

/// The request for a stream. HTTP/1.0, so that it comes without chunks.
pub(crate) fn request(host: &str, query: &str, headers: &[(&str, &str)]) -> String {
    let mut text = format!("GET /api/v1/approvals/stream{query} HTTP/1.0\r\nHost: {host}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n"
}

impl Reader {
    #[track_caller]
    pub(crate) fn by_token(console: &Console, token: &str) -> Self {
        Self::open(console, "", &[("Authorization", &format!("Bearer {token}"))])
    }

    #[track_caller]
    pub(crate) fn since(console: &Console, token: &str, last: &str) -> Self {
        let authorization = format!("Bearer {token}");
        Self::open(console, "", &[("Authorization", &authorization), ("Last-Event-ID", last)])
    }

    #[track_caller]
    pub(crate) fn open(console: &Console, query: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = console.connect();
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a deadline");
        let asked = request(&console.host(), query, headers);
        stream.write_all(asked.as_bytes()).expect("it takes a request");
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(lines.read_line(&mut head).expect("an answer") > 0, "it closed: {head}");
        }
        if !head.contains(" 200 OK") {
            let mut body = String::new();
            lines.read_to_string(&mut body).ok();
            panic!("no stream: {head}{body}");
        }
        assert!(head.to_lowercase().contains("content-type: text/event-stream"), "{head}");
        let (sender, said) = channel();
        thread::spawn(move || {
            let (mut event, mut id, mut data) = (String::new(), None, String::new());
            for line in lines.lines().map_while(Result::ok) {
                if let Some(text) = line.strip_prefix("event: ") {
                    text.clone_into(&mut event);
                } else if let Some(text) = line.strip_prefix("id: ") {
                    id = text.parse().ok();
                } else if let Some(text) = line.strip_prefix("data: ") {
                    text.clone_into(&mut data);
                } else if line.starts_with(':') {
                    if sender.send(Said::Comment).is_err() {
                        return;
                    }
                } else if line.is_empty() {
                    let frame = match (serde_json::from_str(&data), id) {
                        (Ok(data), Some(id)) => {
                            Said::Frame(Frame { event: event.clone(), id, data })
                        }
                        (_, Some(id)) => Said::Place(id),
                        _ => continue,
                    };
                    if sender.send(frame).is_err() {
                        return;
                    }
                    (event, id, data) = (String::new(), None, String::new());
                }
            }
        });
        let mut reader = Self { said, first: RefCell::default(), place: None };
        if let Ok(first) = reader.said.recv_timeout(Duration::from_secs(1)) {
            match first {
                Said::Place(id) => reader.place = Some(id),
                Said::Frame(frame) => reader.first = RefCell::new(Some(frame)),
                Said::Comment => {}
            }
        }
        reader
    }

    /// The next event; panics when none comes.
    #[track_caller]
    pub(crate) fn next(&self) -> Frame {
        self.next_within(DEADLINE).expect("an event")
    }

    /// The next event, `None` when it is quiet that long or the stream has ended.
    pub(crate) fn next_within(&self, time: Duration) -> Option<Frame> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            match self.said.recv_timeout(time) {
                Ok(Said::Frame(frame)) => return Some(frame),
                Ok(Said::Comment | Said::Place(_)) => {}
                Err(_) => return None,
            }
        }
    }

    /// Whether a comment comes in that time.
    pub(crate) fn beats_within(&self, time: Duration) -> bool {
        matches!(self.said.recv_timeout(time), Ok(Said::Comment))
    }

    /// Waits until the other side has ended the stream; whatever came before is thrown away, but events are told.
    #[track_caller]
    pub(crate) fn ends_within(&self, time: Duration) -> Vec<Frame> {
        let (mut events, end) = (Vec::new(), std::time::Instant::now() + time);
        loop {
            let left = end.saturating_duration_since(std::time::Instant::now());
            match self.said.recv_timeout(left) {
                Ok(Said::Frame(frame)) => events.push(frame),
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return events,
                Err(RecvTimeoutError::Timeout) => panic!("the stream goes on; {events:?}"),
            }
        }
    }
}
