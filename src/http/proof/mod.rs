//! Finds out who sends a request: an API token, a signature, or a login of the console. Every failure is nobody.

use crate::http::House;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Puts a [`crate::http::who::Who`] beside the request where there is proof of one.
pub(in crate::http) async fn prove(
    State(_house): State<Arc<House>>,
    request: Request,
    next: Next,
) -> Response {
    next.run(request).await
}
