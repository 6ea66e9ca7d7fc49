//! One line out, and what comes back for it.

use crate::upstream::answer::Lost;
use crate::upstream::http::stage::{Line, Stage};
use crate::upstream::http::words::failure;
use crate::upstream::http::{Held, Http};
use crate::upstream::link::{HANDSHAKE, Link};
use crate::upstream::sse::Events;
use hyper::body::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Body, Method, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
/// The longest session id.
const SESSION: usize = 1_024;
/// The longest body beside a status that says no.
const REFUSAL: usize = 1024 * 1024;
/// How long a server may take to accept one of our own lines.
const SAID: Duration = Duration::from_secs(30);
/// How long a stream may take to end after its answer: then its connection serves again.
const LINGER: Duration = Duration::from_millis(100);

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Events,
    Other,
}

pub(crate) fn kind(response: &Response) -> Kind {
    let text = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = text.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(JSON) {
        Kind::Json
    } else if essence.eq_ignore_ascii_case(EVENTS) {
        Kind::Events
    } else {
        Kind::Other
    }
}

impl Http {
    /// Sends one call and reads until it is answered. Whatever happens, whoever waits is told exactly once.
    pub(crate) async fn call(
        self: Arc<Self>,
        id: u64,
        line: Bytes,
        stage: Arc<Stage>,
        stop: CancellationToken,
    ) {
        let size = line.len();
        let Some(link) = self.link() else { return };
        let done = stop.run_until_cancelled(self.exchange(id, line, &stage, &link)).await;
        {
            let mut state = self.state();
            state.bytes = state.bytes.saturating_sub(size);
            state.calls.remove(&id);
        }
        // Whoever stopped it has told whoever waits.
        let Some(Err((lost, gone))) = done else { return };
        link.answer(id, Err(lost));
        // Last: the link ends with it, and nobody else may say how this call was lost.
        if let Some(why) = gone {
            self.gone(why);
        }
    }

    /// An error is how the call is lost, and why the session is of no more use, if it is.
    async fn exchange(
        &self,
        id: u64,
        line: Bytes,
        stage: &Arc<Stage>,
        link: &Link,
    ) -> Result<(), (Lost, Option<String>)> {
        let closed = |_| (Lost::NotSent("the session has ended".to_owned()), None);
        let room = self.room.acquire().await.map_err(closed)?;
        let in_session = self.in_session();
        let request = self.post().body(Body::wrap(Line::new(line, stage.clone())));
        let response = request.send().await.map_err(|error| {
            let why = failure(&error);
            // Withdrawn here, so that it stays so.
            if stage.withdraw() || stage.is_untouched() {
                (Lost::NotSent(why.clone()), self.is_alone(id).then_some(why))
            } else {
                (Lost::Closed, None)
            }
        })?;
        let status = response.status();
        let refused = || Lost::Refused(self.status(status));
        // What a status means for a call that was given is the server's own word, and some say it after they ran it.
        let not_taken = |why: String| {
            let unsent = stage.withdraw() || stage.is_untouched();
            let lost = if unsent { Lost::NotSent } else { Lost::Refused };
            Err((lost(why.clone()), Some(why)))
        };
        match status.as_u16() {
            200..=299 => {
                if id == HANDSHAKE {
                    self.begin(&response).map_err(|lost| (lost, None))?;
                }
                match kind(&response) {
                    Kind::Json => {
                        self.json(response, self.longest).await.map_err(|lost| (lost, None))?;
                        let lost = Lost::Malformed;
                        if link.waits(id) { Err((lost, None)) } else { Ok(()) }
                    }
                    Kind::Events => {
                        let rest = self.events(response, Some((id, link))).await;
                        let mut rest = rest.map_err(|lost| (lost, None))?;
                        drop(room);
                        let end = async { while let Ok(Some(_)) = rest.chunk().await {} };
                        let _ = tokio::time::timeout(LINGER, end).await;
                        Ok(())
                    }
                    Kind::Other => Err((Lost::Malformed, None)),
                }
            }
            401 => not_taken(self.status(status)),
            // The session is of no more use; a new one is begun.
            404 if in_session => not_taken("the server had ended the session".to_owned()),
            _ => {
                // It may still say, in the protocol's words, what is wrong with this call.
                if kind(&response) == Kind::Json {
                    let _ = self.json(response, REFUSAL.min(self.longest)).await;
                }
                if !link.waits(id) {
                    return Ok(());
                }
                // Many servers say 400 where 404 is meant, but they need not mean it.
                let gone = status.as_u16() == 400 && in_session;
                Err((refused(), gone.then(|| self.status(status))))
            }
        }
    }

    /// Whether no other call is on its way.
    pub(crate) fn is_alone(&self, id: u64) -> bool {
        self.state().calls.iter().all(|(other, posted)| *other == id || posted.stage.is_untouched())
    }

    fn post(&self) -> reqwest::RequestBuilder {
        self.request(Method::POST)
            .header(CONTENT_TYPE, JSON)
            .header(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"))
    }

    /// The session that the server gives with its answer to `initialize`.
    fn begin(&self, response: &Response) -> Result<(), Lost> {
        let Some(session) = response.headers().get("mcp-session-id") else { return Ok(()) };
        let text = session.as_bytes();
        if text.is_empty() || text.len() > SESSION || !text.iter().all(u8::is_ascii_graphic) {
            return Err(Lost::Malformed);
        }
        let mut session = session.clone();
        session.set_sensitive(true);
        self.state().session = Some(session);
        Ok(())
    }

    /// Reads one message.
    async fn json(&self, mut response: Response, longest: usize) -> Result<(), Lost> {
        let (mut body, mut held) = (Vec::new(), Held::new(self));
        while let Some(chunk) = response.chunk().await.map_err(|_| Lost::Closed)? {
            if body.len() + chunk.len() > longest {
                return Err(Lost::TooLarge);
            }
            body.extend_from_slice(&chunk);
            held.set(body.capacity())?;
        }
        self.deliver(&body);
        Ok(())
    }

    /// Reads messages until the call is answered, or, without one, until the stream ends. Answers with the rest.
    pub(crate) async fn events(
        &self,
        mut response: Response,
        call: Option<(u64, &Link)>,
    ) -> Result<Response, Lost> {
        let (mut events, mut held) = (Events::new(self.longest), Held::new(self));
        while let Some(chunk) = response.chunk().await.map_err(|_| Lost::Closed)? {
            events.read(&chunk, |message| self.deliver(message)).map_err(|_| Lost::TooLarge)?;
            held.set(events.held())?;
            if call.is_some_and(|(id, link)| !link.waits(id)) {
                return Ok(response);
            }
        }
        Err(Lost::Closed)
    }

    pub(crate) async fn say_in_turn(self: Arc<Self>, line: Bytes) {
        let size = line.len();
        if self.say(line).await.is_err() {
            self.noise("one of our own lines was not accepted");
        }
        let mut state = self.state();
        state.own_bytes = state.own_bytes.saturating_sub(size);
    }

    /// Sends one of our own lines, which nothing answers. An error is why it was not accepted.
    pub(crate) async fn say(&self, line: Bytes) -> Result<(), String> {
        let ended = || "the session has ended".to_owned();
        let _room = self.own_room.acquire().await.map_err(|_| ended())?;
        let in_session = self.in_session();
        let sent = tokio::time::timeout(SAID, self.post().body(line).send());
        let sent = self.over.run_until_cancelled(sent).await.ok_or_else(ended)?;
        let response = sent
            .map_err(|_| "it did not answer in time".to_owned())?
            .map_err(|error| failure(&error))?;
        match response.status().as_u16() {
            200..=299 => return Ok(()),
            401 => self.gone(self.status(response.status())),
            404 if in_session => self.gone("the server had ended the session".to_owned()),
            _ => {}
        }
        Err(self.status(response.status()))
    }
}
