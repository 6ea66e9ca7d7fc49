//! The answer to one request: JSON where nothing comes before it, else a stream of events that says now and then that it is
//! there, so that a call can be held as long as over stdio.
//!
//! A client that stops listening is gone: what waits for it is left, and nothing more is sent on its behalf.

use crate::mcp::queue::{Mark, Outgoing, Queued};
use crate::mcp::remote::room::{Busy, ToRmcp};
use crate::mcp::under_way::Silence;
use crate::mcp::{Front, GRACE};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;

/// How long an answer may take before its connection is told that we work on it.
const SOON: Duration = Duration::from_secs(1);
/// How often a stream says that it is there.
const BEAT: Duration = Duration::from_secs(10);
/// What it says.
const STILL: &[u8] = b": still here\n\n";

/// A request whose answer somebody waits for. Dropped before that came, it is forsaken.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Awaited {
    pub(in crate::mcp::remote) front: Arc<Front>,
    /// Its id as JSON text, and the queue that its answer goes to.
    pub(in crate::mcp::remote) id: String,
    pub(in crate::mcp::remote) out: Mark,
    pub(in crate::mcp::remote) silence: Silence,
    pub(in crate::mcp::remote) busy: Busy,
    /// Keeps rmcp for as long as the request lives, where it has one for itself.
    pub(in crate::mcp::remote) _to_rmcp: Option<ToRmcp>,
    pub(in crate::mcp::remote) answered: bool,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if !self.answered {
            self.front.forsake(&self.id, &self.out, self.silence);
        }
    }
}

/// What came of a request so far.
#[derive(Debug)]
pub(in crate::mcp::remote) enum First {
    /// The answer, and nothing before it.
    Answer(Vec<u8>),
    /// Something else, or nothing yet.
    Stream(Option<Outgoing>),
}

/// Waits a moment for the answer.
pub(in crate::mcp::remote) async fn first(awaited: &mut Awaited, lines: &mut Queued) -> First {
    match tokio::time::timeout(SOON, lines.next()).await {
        Ok(Some(Outgoing { line, answers: true })) => {
            awaited.answered = true;
            First::Answer(line)
        }
        Ok(next) => First::Stream(next),
        Err(_) => First::Stream(None),
    }
}

/// One line as the whole answer.
pub(in crate::mcp::remote) fn json(status: StatusCode, line: Vec<u8>) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, [kind], line).into_response()
}

/// The lines of a request as events, up to its answer.
pub(in crate::mcp::remote) fn stream(
    awaited: Awaited,
    first: Option<Outgoing>,
    lines: Queued,
    ending: CancellationToken,
) -> Response {
    let ended = awaited.busy.room().ended.clone();
    let talk = Talk { awaited, first, lines, beat: beat(), ending, ended, until: None };
    respond(futures_util::stream::unfold(talk, async |mut talk| {
        let chunk = talk.next().await?;
        Some((Ok::<_, Infallible>(chunk), talk))
    }))
}

/// A stream of events.
pub(in crate::mcp::remote) fn respond(
    events: impl futures_util::Stream<Item = Result<Vec<u8>, Infallible>> + Send + 'static,
) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    ([kind], Body::from_stream(events)).into_response()
}

/// When a stream says that it is there.
pub(in crate::mcp::remote) fn beat() -> Interval {
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}

/// That it is there.
pub(in crate::mcp::remote) fn still() -> Vec<u8> {
    STILL.to_vec()
}

/// A line as one event. A carriage return would end a line of it; in JSON it can only be a space.
pub(in crate::mcp::remote) fn event(mut line: Vec<u8>) -> Vec<u8> {
    while line.last() == Some(&b'\n') {
        line.pop();
    }
    for byte in &mut line {
        if matches!(*byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
    [&b"event: message\ndata: "[..], &line, b"\n\n"].concat()
}

struct Talk {
    awaited: Awaited,
    first: Option<Outgoing>,
    lines: Queued,
    beat: Interval,
    ending: CancellationToken,
    /// The session is over, and until when the answer may come all the same.
    ended: CancellationToken,
    until: Option<Instant>,
}

impl Talk {
    async fn next(&mut self) -> Option<Vec<u8>> {
        if self.awaited.answered {
            return None;
        }
        let Outgoing { line, answers } = match self.first.take() {
            Some(first) => first,
            None => loop {
                let until = self.until;
                let over = async {
                    match until {
                        Some(until) => sleep_until(until).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    biased;
                    line = self.lines.next() => break line?,
                    _ = self.beat.tick() => return Some(still()),
                    () = self.ending.cancelled() => return None,
                    () = over => return None,
                    () = self.ended.cancelled(), if until.is_none() => {
                        self.until = Some(Instant::now() + GRACE);
                    }
                }
            },
        };
        self.lines.written(line.len());
        self.awaited.answered = answers;
        Some(event(line))
    }
}

#[cfg(test)]
mod tests {
    use super::event;

    #[test]
    fn no_line_ends_its_own_event() {
        let line = b"{\"a\":\r\"x\\r\",\r\n\"b\":1}\n".to_vec();
        let event = String::from_utf8(event(line)).unwrap();
        assert_eq!(event, "event: message\ndata: {\"a\": \"x\\r\",  \"b\":1}\n\n");
    }
}
