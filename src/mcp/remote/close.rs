//! `DELETE`: the client ends its legacy session. What it waits for is left, as when a client over stdio leaves.

use crate::mcp::remote::{Remote, listen, post, rooms, who};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

pub(in crate::mcp::remote) async fn end(
    State(remote): State<Arc<Remote>>,
    headers: HeaderMap,
) -> Response {
    match closed(&remote, &headers).await {
        Ok(response) | Err(response) => response,
    }
}

async fn closed(remote: &Remote, headers: &HeaderMap) -> Result<Response, Response> {
    let who = who::look(remote, headers).await?;
    listen::not_modern(headers)?;
    let (key, _) = post::session(remote, &who, headers, None)?;
    rooms::remove(remote, &key);
    Ok(StatusCode::NO_CONTENT.into_response())
}
