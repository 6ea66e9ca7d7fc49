//! A server that is an address: one POST a line, and what comes back is lines again.
//!
//! A line goes out once. It is known whether a byte of a call was given to the connection: if none was, the call was not
//! sent; if any was, and no answer came, nobody knows, and nothing is ever tried again. Redirects are not followed and no
//! proxy is used: what goes out goes to the address that was written, and to no other.

mod client;
mod listen;
mod send;
mod stage;
mod words;

pub use client::usable;

use crate::config::Site;
use crate::upstream::answer::Lost;
use crate::upstream::inbox::Inbox;
use crate::upstream::link::Link;
use hyper::body::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Url};
use stage::Stage;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

/// Calls that may be on their way at once; others wait, and can be taken back.
const AT_ONCE: usize = 128;
/// The same for our own lines: answers, cancellations.
const OWN_AT_ONCE: usize = 16;
/// Bytes of calls that may wait or be on their way.
const CALLS: usize = 64 * 1024 * 1024;
/// The same for our own lines.
const OWN: usize = 1024 * 1024;
/// Bytes of unfinished answers that are kept at once, of all calls.
const HELD: usize = 192 * 1024 * 1024;

/// The way to one server, from connecting to the end of its session.
pub(crate) struct Http {
    /// Its configured name, for words.
    server: Arc<str>,
    has_token: bool,
    url: Url,
    client: Client,
    /// What goes with every request: credentials, and what the configuration adds.
    headers: HeaderMap,
    room: Semaphore,
    own_room: Semaphore,
    /// Cancelled when the link ends: nothing is sent after it.
    over: CancellationToken,
    state: Mutex<State>,
    /// Where lines come in. `None` before the link is whole and after its end.
    inbox: Mutex<Option<Inbox>>,
    end: watch::Sender<Option<(Lost, String)>>,
    longest: usize,
    held: AtomicUsize,
}

#[derive(Default)]
struct State {
    calls: HashMap<u64, Posted>,
    bytes: usize,
    own_bytes: usize,
    session: Option<HeaderValue>,
    protocol: Option<HeaderValue>,
}

struct Posted {
    stage: Arc<Stage>,
    stop: CancellationToken,
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Http {
    /// Reads token and certificates. Nothing is connected yet: the first line does it. An error is why not, in words.
    pub(crate) async fn open(
        server: Arc<str>,
        site: &Site,
        longest: usize,
    ) -> Result<Arc<Self>, String> {
        let (name, of) = (server.clone(), site.clone());
        // Certificates are read from disk, which takes long.
        let built = tokio::task::spawn_blocking(move || client::build(&name, &of)).await;
        let (client, url, headers) = built.map_err(|_| "TLS cannot be set up".to_owned())??;
        Ok(Arc::new(Self {
            server,
            has_token: site.token_file.is_some(),
            url,
            client,
            headers,
            room: Semaphore::new(AT_ONCE),
            own_room: Semaphore::new(OWN_AT_ONCE),
            over: CancellationToken::new(),
            state: Mutex::default(),
            inbox: Mutex::default(),
            end: watch::Sender::new(None),
            longest,
            held: AtomicUsize::new(0),
        }))
    }

    /// Where what comes back is read.
    pub(crate) fn attach(&self, inbox: Inbox) {
        *self.inbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(inbox);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a line as soon as there is room. An error means that nothing of it goes out.
    pub(crate) fn put(
        self: &Arc<Self>,
        call: Option<u64>,
        line: Vec<u8>,
    ) -> Result<(), &'static str> {
        let mut line = line;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        let (http, line) = (self.clone(), Bytes::from(line));
        let mut state = self.state();
        if self.over.is_cancelled() {
            return Err("the server's session has ended");
        }
        let (held, limit) = match call {
            Some(_) => (&mut state.bytes, CALLS),
            None => (&mut state.own_bytes, OWN),
        };
        if *held > 0 && held.saturating_add(line.len()) > limit {
            return Err("the server does not take what it is sent");
        }
        *held += line.len();
        let Some(id) = call else {
            drop(state);
            tokio::spawn(async move { http.say_in_turn(line).await });
            return Ok(());
        };
        let (stage, stop) = (Arc::new(Stage::default()), self.over.child_token());
        state.calls.insert(id, Posted { stage: stage.clone(), stop: stop.clone() });
        drop(state);
        tokio::spawn(async move { http.call(id, line, stage, stop).await });
        Ok(())
    }

    /// Takes a call back; whether nothing of it was given to the connection, nor will be. Its answer is not read any more.
    pub(crate) fn withdraw(&self, call: u64) -> bool {
        let Some(posted) = self.state().calls.remove(&call) else { return false };
        posted.stop.cancel();
        posted.stage.withdraw()
    }

    /// Ends it: nothing is sent or read from now on. Answers with the calls of which nothing was sent.
    pub(crate) fn close(&self) -> Vec<u64> {
        let calls = {
            let mut state = self.state();
            self.over.cancel();
            std::mem::take(&mut state.calls)
        };
        let inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(inbox);
        calls.into_iter().filter(|(_, posted)| posted.stage.withdraw()).map(|(id, _)| id).collect()
    }

    /// What the handshake agreed on goes with every request from now on. `false` for a version that no header can hold.
    pub(crate) fn agreed(&self, protocol: &str) -> bool {
        let Ok(value) = HeaderValue::from_str(protocol) else { return false };
        self.state().protocol = Some(value);
        true
    }

    /// Waits until the session is of no more use; says how calls are lost, and why.
    pub(crate) async fn ended(&self) -> (Lost, String) {
        let mut end = self.end.subscribe();
        let found = end.wait_for(Option::is_some).await.ok().and_then(|end| end.clone());
        found.unwrap_or((Lost::Closed, "it ended".to_owned()))
    }

    /// The session is of no more use. The first reason stands.
    fn gone(&self, why: String) {
        self.end.send_if_modified(|end| {
            let first = end.is_none();
            if first {
                *end = Some((Lost::Closed, why));
            }
            first
        });
    }

    /// Tells the server that the session is over. Whatever it answers, it is.
    pub(crate) async fn leave(&self, within: Duration) {
        let session = self.state().session.clone();
        if session.is_none() || self.end.borrow().is_some() {
            return;
        }
        let told = self.request(Method::DELETE).send();
        if !matches!(tokio::time::timeout(within, told).await, Ok(Ok(_))) {
            tracing::debug!(server = &*self.server, "it was not told that its session is over");
        }
    }

    fn request(&self, method: Method) -> RequestBuilder {
        let mut headers = self.headers.clone();
        let state = self.state();
        if let Some(session) = &state.session {
            headers.insert("mcp-session-id", session.clone());
        }
        if let Some(protocol) = &state.protocol {
            headers.insert("mcp-protocol-version", protocol.clone());
        }
        drop(state);
        self.client.request(method, self.url.clone()).headers(headers)
    }

    fn in_session(&self) -> bool {
        self.state().session.is_some()
    }

    /// Hands one message to the reader of all lines, as one line. Over HTTP it may have been several.
    fn deliver(&self, message: &[u8]) {
        let whole = one_line(message);
        let message = whole.as_deref().unwrap_or(message);
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(inbox) = &mut *inbox {
            inbox.line(message);
        }
    }

    fn link(&self) -> Option<Arc<Link>> {
        let inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.as_ref().map(|inbox| inbox.link.clone())
    }

    fn noise(&self, what: &'static str) {
        if let Some(link) = self.link() {
            link.noise.heard(what);
        }
    }
}

/// A message that stands on several lines, on one; `None` for one that does, or that is no JSON and will be dropped as it
/// is. Only white space between values can be a raw line break in JSON.
fn one_line(message: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr2(b'\n', b'\r', message)?;
    serde_json::from_slice::<serde::de::IgnoredAny>(message).ok()?;
    let spaced = |b: &u8| if matches!(b, b'\n' | b'\r') { b' ' } else { *b };
    Some(message.iter().map(spaced).collect())
}

/// Bytes kept of an unfinished answer, counted among those of all.
struct Held<'a> {
    all: &'a AtomicUsize,
    own: usize,
}

impl<'a> Held<'a> {
    fn new(http: &'a Http) -> Self {
        Self { all: &http.held, own: 0 }
    }

    /// So many are kept now. An error when all together are too many.
    fn set(&mut self, bytes: usize) -> Result<(), Lost> {
        let before = self.all.fetch_add(bytes, Ordering::AcqRel);
        self.all.fetch_sub(self.own, Ordering::AcqRel);
        let all = before.saturating_add(bytes).saturating_sub(self.own);
        self.own = bytes;
        if all > HELD { Err(Lost::TooLarge) } else { Ok(()) }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.own, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use crate::upstream::http::one_line;

    #[test]
    fn a_message_on_several_lines_is_one_line_and_nothing_else_is_made_json() {
        let one = |text: &str| one_line(text.as_bytes());
        assert_eq!(one("{\n \"a\": [\r\n1]}").as_deref(), Some(&b"{  \"a\": [  1]}"[..]));
        assert_eq!(one(r#"{"a":"\n"}"#), None, "it is one line");
        assert_eq!(one("{\"a\":\"x\ny\"}"), None, "no JSON: a line break inside a text");
    }
}
