//! The console: pages for people. Rendered here whole or in parts, never by the browser from data.
//!
//! Every text from outside goes through `domain::visible` and the escaping of the templates. No page needs another host, and
//! the browser is told to run and load nothing that is not ours.

mod assets;
mod login;
mod page;
mod refusal;

use crate::http::House;
use axum::Router;
use axum::middleware::from_fn;
use std::sync::Arc;

pub(in crate::http) fn routes() -> Router<Arc<House>> {
    let routers = [
        assets::routes(),
        login::routes(),
        // One line a tab.
    ];
    routers.into_iter().fold(Router::new(), Router::merge).layer(from_fn(refusal::shown))
}
