//! The files that pages load: one style sheet, our script, and htmx. Built in, so that no other host is asked.

use crate::http::House;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

const CSS: &str = include_str!("assets/console.css");
const ICON: &str = include_str!("assets/icon.svg");
const HTMX: &str = include_str!("assets/htmx.min.js");
const JS: &str = include_str!("assets/console.js");

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/assets/console.css", get(async || file(CSS, "text/css; charset=utf-8")))
        .route("/assets/icon.svg", get(async || file(ICON, "image/svg+xml")))
        .route("/assets/htmx.js", get(async || file(HTMX, "text/javascript; charset=utf-8")))
        .route("/assets/console.js", get(async || file(JS, "text/javascript; charset=utf-8")))
}

fn file(text: &'static str, kind: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}
