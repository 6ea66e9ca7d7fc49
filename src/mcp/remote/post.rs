//! `POST`: one message. A request is answered here; a notification and an answer are only taken.

use crate::mcp::Front;
use crate::mcp::answer::error_line;
use crate::mcp::queue::{Queued, queue_of};
use crate::mcp::remote::events::{self, Awaited, First};
use crate::mcp::remote::glance::{Glance, SESSION, VERSION, one};
use crate::mcp::remote::room::{Busy, Legacy, NotTaken, Room, ToRmcp};
use crate::mcp::remote::rooms::{self, Key, NoRoom};
use crate::mcp::remote::who::{self, Who};
use crate::mcp::remote::{LARGE, LARGE_WAIT, No, Remote};
use crate::mcp::request::{LEGACY, MODERN};
use crate::mcp::stdio::LINE_MAX;
use crate::mcp::subscription::LISTEN;
use crate::mcp::under_way::Silence;
use crate::mcp::{Duty, INSTRUCTIONS, lifecycle};
use crate::web::listener::Serving;
use crate::web::refused::Refused;
use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::sync::{Arc, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};

/// Unread bytes of one request's stream above which it is told only what it cannot do without.
const UNREAD_MAX: usize = 1024 * 1024;

pub(in crate::mcp::remote) async fn take(
    State(remote): State<Arc<Remote>>,
    Extension(serving): Extension<Serving>,
    request: Request,
) -> Response {
    match answer(&remote, serving, request).await {
        Ok(response) => response,
        Err(no) => *no,
    }
}

async fn answer(remote: &Arc<Remote>, serving: Serving, request: Request) -> Result<Response, No> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers;
    let who = who::look(remote, &headers).await?;
    speaks(&headers)?;
    let body = read(remote, &who, &headers, body).await?;
    let glance =
        Glance::at(&body).map_err(|not| bad(error_line(None, not.code, &not.why, None)))?;
    let said = Said { headers, body, glance, serving };
    match (said.glance.id.is_some(), said.glance.method.as_deref()) {
        (true, Some(_)) if said.glance.is_modern(&said.headers) => modern(remote, &who, said).await,
        (true, Some("initialize")) if !said.headers.contains_key(SESSION) => {
            initialize(remote, &who, said).await
        }
        (true, Some(_)) => legacy(remote, &who, said).await,
        // That era has neither: an answer travels with the request that is repeated.
        _ if one(&said.headers, VERSION) == Ok(Some(MODERN)) => {
            Ok(StatusCode::ACCEPTED.into_response())
        }
        _ => only_taken(remote, &who, said).await,
    }
}

/// One message with what came around it.
struct Said {
    headers: HeaderMap,
    body: Bytes,
    glance: Glance,
    serving: Serving,
}

/// Whether the client sends JSON and reads both kinds of answers.
fn speaks(headers: &HeaderMap) -> Result<(), No> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let what = "the body must be `application/json`";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Refused::new(status, "not_json", what).into_response().into());
    }
    if accepts(headers, "application/json") && accepts(headers, "text/event-stream") {
        return Ok(());
    }
    Err(not_acceptable("`Accept` must name `application/json` and `text/event-stream`"))
}

/// Whether the client reads this kind of answer. Who says nothing reads all.
pub(in crate::mcp::remote) fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return true;
    }
    let group = wanted.split('/').next().unwrap_or_default();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind == "*/*"
            || kind.eq_ignore_ascii_case(wanted)
            || kind.strip_suffix("/*").is_some_and(|all| all.eq_ignore_ascii_case(group))
    })
}

pub(in crate::mcp::remote) fn not_acceptable(what: &str) -> No {
    Refused::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", what).into_response().into()
}

/// The whole body, within bounds. Nobody without a token comes here.
async fn read(remote: &Remote, who: &Who, headers: &HeaderMap, body: Body) -> Result<Bytes, No> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let is_small = length.and_then(|length| length.parse().ok()).is_some_and(|n: usize| n <= LARGE);
    let counted = (!is_small).then(|| remote.tokens.of(who.token));
    // His own place first: whoever waits for one of those keeps nobody else waiting.
    let _places = match &counted {
        None => None,
        Some(counted) => Some((
            place(&counted.large, StatusCode::TOO_MANY_REQUESTS).await?,
            place(&remote.large, StatusCode::SERVICE_UNAVAILABLE).await?,
        )),
    };
    to_bytes(body, LINE_MAX).await.map_err(|_| {
        let what = format!("the body has more than {LINE_MAX} bytes, or did not come in time");
        Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", what).into_response().into()
    })
}

/// A place for a large body, or the answer that there is none.
async fn place(places: &Semaphore, full: StatusCode) -> Result<SemaphorePermit<'_>, No> {
    if let Ok(Ok(place)) = tokio::time::timeout(LARGE_WAIT, places.acquire()).await {
        return Ok(place);
    }
    let what = "too many large bodies are on their way; send them one after another";
    Err(Refused::new(full, "too_many_large", what).into_response().into())
}

/// A message that cannot be taken as it is.
fn bad(line: Vec<u8>) -> No {
    events::json(StatusCode::BAD_REQUEST, line).into()
}

/// The session that a legacy message names.
pub(in crate::mcp::remote) fn session(
    remote: &Remote,
    who: &Who,
    headers: &HeaderMap,
    id: Option<&str>,
) -> Result<(Key, Arc<Room>), No> {
    let wrong = |why: &str| bad(error_line(id, -32600, why, None));
    let version = one(headers, VERSION)
        .map_err(|()| wrong("`MCP-Protocol-Version` stands twice, or is no text"))?;
    if version.is_some_and(|version| !LEGACY.contains(&version)) {
        return Err(wrong("`MCP-Protocol-Version` is none that a session can have"));
    }
    let given = one(headers, SESSION)
        .map_err(|()| wrong("`Mcp-Session-Id` stands twice, or is no text"))?
        .ok_or_else(|| {
            wrong("initialize first and send `Mcp-Session-Id`, or say the protocol version in `_meta` of each request")
        })?;
    let key = Key::Given(given.to_owned());
    let room = remote.rooms.find(&key, who).ok_or_else(|| gone(id))?;
    Ok((key, room))
}

/// No such session, or not of this token: one answer.
fn gone(id: Option<&str>) -> No {
    events::json(StatusCode::NOT_FOUND, error_line(id, -32001, "there is no such session", None))
        .into()
}

/// Counts a request of this session.
pub(in crate::mcp::remote) fn enter(room: &Arc<Room>, id: Option<&str>) -> Result<Busy, No> {
    room.enter().map_err(|why| match why {
        NotTaken::Ended => gone(id),
        NotTaken::TooMany => {
            let why = "too many requests in flight; wait for answers";
            events::json(StatusCode::TOO_MANY_REQUESTS, error_line(id, -32000, why, None)).into()
        }
    })
}

fn no_room(why: NoRoom) -> No {
    match why {
        NoRoom::Full => {
            let what = "there is no room for another session now";
            Refused::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_sessions", what)
                .into_response()
                .into()
        }
        NoRoom::Failed(error) => Refused::from(error).into_response().into(),
    }
}

async fn initialize(remote: &Remote, who: &Who, said: Said) -> Result<Response, No> {
    let client = said.glance.client.as_deref().unwrap_or("unnamed");
    let (key, room) = rooms::open_legacy(remote, who, client).await.map_err(no_room)?;
    let answered = in_room(&room, &said).await;
    let opened = room.legacy.as_ref().is_some_and(|legacy| legacy.front.has_shaken_hands());
    let mut response = match answered {
        Ok(response) if opened => response,
        // Whoever could not begin has no session to end.
        other => {
            rooms::remove(remote, &key);
            return other;
        }
    };
    if let Key::Given(id) = &key
        && let Ok(id) = HeaderValue::from_str(id)
    {
        response.headers_mut().insert(SESSION, id);
    }
    Ok(response)
}

async fn legacy(remote: &Remote, who: &Who, said: Said) -> Result<Response, No> {
    let (_, room) = session(remote, who, &said.headers, said.glance.id.as_deref())?;
    in_room(&room, &said).await
}

/// A request to the front of a legacy session.
async fn in_room(room: &Arc<Room>, said: &Said) -> Result<Response, No> {
    let id = said.glance.id.as_deref();
    let busy = enter(room, id)?;
    let Some(legacy) = &room.legacy else { return Err(gone(id)) };
    let (front, to_rmcp) = (Arc::clone(&legacy.front), rmcp_of(legacy));
    let (awaited, lines) = put(front, to_rmcp, busy, said, Silence::Gone).await;
    Ok(respond(awaited, lines, &said.serving, |_| StatusCode::OK).await)
}

fn rmcp_of(legacy: &Legacy) -> Option<ToRmcp> {
    legacy.to_rmcp.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A request of the era without sessions: with a front for itself.
async fn modern(remote: &Arc<Remote>, who: &Who, said: Said) -> Result<Response, No> {
    said.glance.agrees(&said.headers).map_err(bad)?;
    let method = said.glance.method.as_deref();
    if let Some(removed @ ("initialize" | "ping")) = method {
        let why = format!("there is no method `{removed}` in this version of the protocol");
        let line = error_line(said.glance.id.as_deref(), -32601, &why, None);
        return Err(events::json(StatusCode::NOT_FOUND, line).into());
    }
    let client = said.glance.client.as_deref().unwrap_or("unnamed");
    let room = rooms::of(remote, who, client).await.map_err(no_room)?;
    let busy = enter(&room, said.glance.id.as_deref())?;
    let (out, _) = queue_of(UNREAD_MAX);
    let front = Front::new(
        room.gate.for_request(),
        Arc::clone(&remote.config),
        Duty::Agent,
        remote.on_ask,
        who.name.clone(),
        out,
    );
    let front = Arc::new(front.with_tasks(room.tasks.clone()));
    let (to_rmcp, messages) = mpsc::channel(4);
    let lifecycle = match method {
        Some(LISTEN) => {
            remote.base.kin.add(&front);
            None
        }
        Some("server/discover") => {
            let run = lifecycle::run(Arc::clone(&front), messages, INSTRUCTIONS.to_owned());
            tokio::spawn(run);
            Some(to_rmcp)
        }
        _ => None,
    };
    let (awaited, lines) = put(front, lifecycle, busy, &said, Silence::TakenBack).await;
    Ok(respond(awaited, lines, &said.serving, status_of).await)
}

/// Hands a request to its front.
async fn put(
    front: Arc<Front>,
    to_rmcp: Option<ToRmcp>,
    busy: Busy,
    said: &Said,
    silence: Silence,
) -> (Awaited, Queued) {
    let (out, lines) = queue_of(UNREAD_MAX);
    let message = front.take(&said.body, &out);
    let id = said.glance.id.clone().unwrap_or_default();
    let mark = out.mark();
    let awaited = Awaited {
        front: Arc::clone(&front),
        id,
        out: mark,
        silence,
        busy,
        _to_rmcp: to_rmcp.clone(),
        answered: false,
    };
    drop(out);
    if let (Some(message), Some(to_rmcp)) = (message, to_rmcp) {
        if to_rmcp.send(message).await.is_err() {
            tracing::debug!("the lifecycle server is gone; its messages are dropped");
        }
        front.settled().await;
    }
    (awaited, lines)
}

/// Waits for the answer, or begins to tell of it.
async fn respond(
    mut awaited: Awaited,
    mut lines: Queued,
    serving: &Serving,
    status: impl Fn(&[u8]) -> StatusCode,
) -> Response {
    match events::first(&mut awaited, &mut lines).await {
        First::Answer(line) => events::json(status(&line), line),
        First::Stream(first) => events::stream(awaited, first, lines, serving.ending.clone()),
    }
}

/// The status that the modern era wants beside an error that is the whole answer.
fn status_of(line: &[u8]) -> StatusCode {
    #[derive(serde::Deserialize)]
    struct Failed {
        error: Code,
    }
    #[derive(serde::Deserialize)]
    struct Code {
        code: i64,
    }
    // Errors are short; what is longer is a result.
    let failed = (line.len() < 64 * 1024).then(|| serde_json::from_slice::<Failed>(line).ok());
    match failed.flatten().map(|failed| failed.error.code) {
        Some(-32022..=-32020 | -32600 | -32700) => StatusCode::BAD_REQUEST,
        Some(-32601) => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    }
}

/// A notification, or an answer to a request of ours.
async fn only_taken(remote: &Remote, who: &Who, said: Said) -> Result<Response, No> {
    let (_, room) = session(remote, who, &said.headers, None)?;
    let _busy = enter(&room, None)?;
    let Some(legacy) = &room.legacy else { return Err(gone(None)) };
    let (out, mut lines) = queue_of(UNREAD_MAX);
    if let Some(message) = legacy.front.take(&said.body, &out)
        && let Some(to_rmcp) = rmcp_of(legacy)
        && to_rmcp.send(message).await.is_err()
    {
        tracing::debug!("the lifecycle server is gone; its messages are dropped");
    }
    match lines.ready() {
        Some(refused) => Err(bad(refused.line)),
        None => Ok(StatusCode::ACCEPTED.into_response()),
    }
}
