//! `GET`: the stream of what belongs to no request of a legacy session, such as that a list changed. One listener at a time.

use crate::mcp::queue::{Outgoing, Queued};
use crate::mcp::remote::glance::{VERSION, one};
use crate::mcp::remote::room::Busy;
use crate::mcp::remote::{Remote, events, post, who};
use crate::mcp::request::MODERN;
use crate::web::listener::Serving;
use crate::web::refused::Refused;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use tokio::time::Interval;
use tokio_util::sync::CancellationToken;

pub(in crate::mcp::remote) async fn open(
    State(remote): State<Arc<Remote>>,
    Extension(serving): Extension<Serving>,
    headers: HeaderMap,
) -> Response {
    match listen(&remote, &serving, &headers).await {
        Ok(response) | Err(response) => response,
    }
}

async fn listen(
    remote: &Remote,
    serving: &Serving,
    headers: &HeaderMap,
) -> Result<Response, Response> {
    let who = who::look(remote, headers).await?;
    not_modern(headers)?;
    if !post::accepts(headers, "text/event-stream") {
        return Err(post::not_acceptable("`Accept` must name `text/event-stream`"));
    }
    let (_, room) = post::session(remote, &who, headers, None)?;
    let busy = post::enter(&room, None)?;
    let told = room
        .legacy
        .as_ref()
        .and_then(|legacy| legacy.told.lock().unwrap_or_else(PoisonError::into_inner).take());
    let Some(lines) = told else {
        let what = "somebody listens to this session already";
        return Err(Refused::new(StatusCode::CONFLICT, "listening", what).into_response());
    };
    let listening = Listening {
        lines: Some(lines),
        beat: events::beat(),
        ended: room.ended.clone(),
        ending: serving.ending.clone(),
        busy,
        begun: false,
    };
    Ok(events::respond(futures_util::stream::unfold(listening, async |mut listening| {
        let chunk = listening.next().await?;
        Some((Ok::<_, Infallible>(chunk), listening))
    })))
}

/// That era has no such stream, and no session that could be ended.
pub(in crate::mcp::remote) fn not_modern(headers: &HeaderMap) -> Result<(), Response> {
    if one(headers, VERSION) != Ok(Some(MODERN)) {
        return Ok(());
    }
    let what = "in this version of the protocol everything is a `POST`";
    let refused = Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", what);
    Err(([(header::ALLOW, "POST")], refused).into_response())
}

/// One listener. What he did not take waits for the next.
struct Listening {
    lines: Option<Queued>,
    beat: Interval,
    ended: CancellationToken,
    ending: CancellationToken,
    busy: Busy,
    begun: bool,
}

impl Listening {
    async fn next(&mut self) -> Option<Vec<u8>> {
        if !std::mem::replace(&mut self.begun, true) {
            // So that whoever connects knows that he is connected.
            return Some(events::still());
        }
        let lines = self.lines.as_mut()?;
        tokio::select! {
            biased;
            () = self.ended.cancelled() => None,
            () = self.ending.cancelled() => None,
            line = lines.next() => {
                let Outgoing { line, .. } = line?;
                lines.written(line.len());
                Some(events::event(line))
            }
            _ = self.beat.tick() => Some(events::still()),
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(legacy) = &self.busy.room().legacy {
            *legacy.told.lock().unwrap_or_else(PoisonError::into_inner) = self.lines.take();
        }
    }
}
