//! The console: pages for people. Rendered here whole or in parts, never by the browser from data.
//!
//! Every text from outside goes through `domain::visible` and the escaping of the templates. No page needs another host, and
//! the browser is told to run and load nothing that is not ours.

mod assets;
mod login;
mod page;

use crate::http::House;
use axum::Router;
use std::sync::Arc;

pub(in crate::http) fn routes() -> Router<Arc<House>> {
    Router::new().merge(assets::routes()).merge(login::routes())
}
