//! The tab of policy: what stands in words and rows, an editor, suggestions with what they would do, and versions.
//!
//! Every form here makes a suggestion and leads to its page; only there something is applied, by typing that it is meant.

mod edit;
mod overview;
mod rule;
mod suggestion;
mod suggestions;
mod versions;

use crate::http::House;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// The path of the tab.
const TAB: &str = "/policy";

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    let routers = [
        edit::routes(),
        overview::routes(),
        rule::routes(),
        suggestion::routes(),
        suggestions::routes(),
        versions::routes(),
    ];
    routers.into_iter().fold(Router::new(), Router::merge)
}

/// Leads the browser on to a page of ours. The path is made of ids and numbers alone.
pub(in crate::http::console) fn on_to(path: &str) -> Response {
    (StatusCode::OK, [("hx-redirect", path.to_owned())]).into_response()
}
