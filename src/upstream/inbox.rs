//! The road out of a server's stdout: one reader, strictly in the order of the wire.
//!
//! Progress goes to its call from here and not through a task of its own, so it can neither overtake nor trail
//! the result. Nothing is queued: what a server floods us with is handled or dropped line by line.

use crate::upstream::answer::{Answer, Lost};
use crate::upstream::link::Link;
use crate::upstream::raw::{Envelope, Text, is_object, member};
use crate::upstream::relay::{ListKind, Relay, allows, answer_line};
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::task::{AbortHandle, JoinSet};

/// Longest line, by default.
pub(crate) const LINE: usize = 64 * 1024 * 1024;
/// Longest notification or request: nobody needs more, and it is copied.
const OWN_LINE: usize = 1024 * 1024;
/// Requests of one server that may wait for the client at once.
const RELAYED: usize = 16;
/// Longest id of a server's request.
const ID: usize = 256;
/// Bytes of room to read into.
const ROOM: usize = 64 * 1024;

/// Reads one server's lines.
pub(crate) struct Inbox {
    pub(crate) server: Arc<str>,
    pub(crate) link: Arc<Link>,
    pub(crate) relay: Arc<dyn Relay>,
    pub(crate) allow_requests: Vec<String>,
    /// Longest line taken.
    pub(crate) longest: usize,
    /// Requests under way: dropped, and with them their futures, when the reader ends.
    pub(crate) relayed: JoinSet<()>,
    pub(crate) under_way: Vec<(String, AbortHandle)>,
}

impl Inbox {
    /// Reads until the pipe ends or a line is too long; says what that means for calls that wait.
    pub(crate) async fn run(mut self, mut stdout: impl AsyncRead + Unpin) -> Lost {
        let mut buffer: Vec<u8> = Vec::with_capacity(ROOM);
        let mut searched = 0;
        loop {
            buffer.reserve(ROOM);
            match stdout.read_buf(&mut buffer).await {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => {
                    self.line(&buffer);
                    return Lost::Closed;
                }
                Ok(_) => {}
            }
            let mut begin = 0;
            let mut rest = buffer.get(searched..).unwrap_or_default();
            let mut at = searched;
            while let Some(length) = memchr::memchr(b'\n', rest) {
                let end = at + length;
                if end - begin > self.longest {
                    return Lost::TooLarge;
                }
                self.line(buffer.get(begin..end).unwrap_or_default());
                begin = end + 1;
                at = begin;
                rest = buffer.get(begin..).unwrap_or_default();
            }
            buffer.drain(..begin);
            searched = buffer.len();
            if searched > self.longest {
                return Lost::TooLarge;
            }
            // A flood must leave the others their turn, and a long line must not keep its memory.
            if buffer.is_empty() && buffer.capacity() > 16 * ROOM {
                buffer = Vec::with_capacity(ROOM);
            }
            if begin > ROOM / 2 {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Reads one message.
    pub(crate) fn line(&mut self, line: &[u8]) {
        let line = line.trim_ascii();
        if line.is_empty() {
            return;
        }
        let read = std::str::from_utf8(line).ok().and_then(|text| serde_json::from_str(text).ok());
        let Some(message) = read else {
            return self.link.noise.heard("a line that is not a message");
        };
        self.message(&message, line.len());
    }

    fn message(&mut self, message: &Envelope<'_>, size: usize) {
        let Some(method) = message.method else { return self.response(message) };
        let Ok(Text(method)) = serde_json::from_str(method.get()) else {
            return self.link.noise.heard("a message whose method is not a string");
        };
        if size > OWN_LINE {
            self.link.noise.heard("a request or notification over 1 MiB");
        } else if message.ambiguous || message.result.is_some() || message.error.is_some() {
            self.link.noise.heard("a message that can be read in two ways");
        } else if let Some(id) = message.id {
            self.request(id.get(), &method, message.params);
        } else {
            self.notification(&method, message.params);
        }
    }

    fn response(&self, message: &Envelope<'_>) {
        let id = message.id.filter(|_| message.whose).and_then(|id| number(id.get()));
        let Some(id) = id else {
            return self.link.noise.heard("an answer under an id that is not ours");
        };
        let answer = match (message.result, message.error) {
            (Some(result), None) if is_object(result) && !message.ambiguous => {
                Ok(Answer::Result(result.to_owned()))
            }
            (None, Some(error)) if is_object(error) && !message.ambiguous => {
                Ok(Answer::Error(error.to_owned()))
            }
            _ => Err(Lost::Malformed),
        };
        if !self.link.answer(id, answer) {
            self.link.noise.heard("an answer that no call waits for");
        }
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) {
        if let Some(what) = ListKind::of(method) {
            return self.relay.list_changed(&self.server, what);
        }
        match method {
            "notifications/progress" => {
                let params = params.map(RawValue::get).unwrap_or_default();
                let token = member(params, "progressToken").and_then(|token| number(token.get()));
                if !token.is_some_and(|token| self.link.progress(token, params)) {
                    self.link.noise.heard("progress that no call waits for");
                }
            }
            "notifications/cancelled" => {
                let id =
                    params.and_then(|params| member(params.get(), "requestId")).map(RawValue::get);
                if let Some((_, task)) =
                    self.under_way.iter().find(|(known, _)| Some(&**known) == id)
                {
                    task.abort();
                }
            }
            _ => self.relay.notification(&self.server, method, params),
        }
    }

    fn request(&mut self, id: &str, method: &str, params: Option<&RawValue>) {
        let usable =
            id.len() <= ID && id.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit());
        if !usable {
            return self.link.noise.heard("a request under an unusable id");
        }
        while self.relayed.try_join_next().is_some() {}
        self.under_way.retain(|(_, task)| !task.is_finished());
        if method == "ping" {
            return self.say(
                format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}\n").into_bytes(),
            );
        }
        if !allows(&self.allow_requests, method) {
            return self.refuse(id, (-32601, "method not found"));
        }
        if self.under_way.iter().any(|(known, _)| known == id) {
            return self.refuse(id, (-32600, "a request under this id is under way"));
        }
        if self.under_way.len() >= RELAYED {
            return self.refuse(id, (-32000, "too many requests are under way"));
        }
        let (server, link, relay) = (self.server.clone(), self.link.clone(), self.relay.clone());
        let (own_id, method, params) =
            (id.to_owned(), method.to_owned(), params.map(ToOwned::to_owned));
        let task = self.relayed.spawn(async move {
            let answer = relay.request(&server, &method, params.as_deref()).await;
            let answer = answer.as_deref().map_err(|(code, message)| (*code, message.as_str()));
            if link.outbox().put(None, answer_line(&own_id, answer)).is_err() {
                link.noise.heard("a request whose answer the server does not read");
            }
        });
        self.under_way.push((id.to_owned(), task));
    }

    fn refuse(&self, id: &str, (code, message): (i64, &str)) {
        self.say(answer_line(id, Err((code, message))));
    }

    fn say(&self, line: Vec<u8>) {
        if self.link.outbox().put(None, line).is_err() {
            self.link.noise.heard("a request whose answer the server does not read");
        }
    }
}

/// One of our own ids or tokens: digits, as we write them.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
