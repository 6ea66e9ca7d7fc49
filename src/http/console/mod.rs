//! The console: pages for people. Rendered here whole or in parts, never by the browser from data.
//!
//! Every text from outside goes through `domain::visible` and the escaping of the templates. No page needs another host, and
//! the browser is told to run and load nothing that is not ours.

mod agents;
mod answer;
mod assets;
mod batch;
mod card;
mod charts;
mod history;
mod insight;
mod journal;
mod keep;
mod login;
mod network;
mod notifications;
mod outcome;
mod page;
mod policy;
mod question;
mod queue;
mod refusal;
mod relief;
mod remembered;
mod runs;
mod said;
#[cfg(test)]
mod tests;
mod timeline;
mod told;

pub(in crate::http) use journal::keep_looking;

use crate::http::House;
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;

/// The pages; whatever has no path here or on the API is not there.
pub(in crate::http) fn routes(house: &Arc<House>) -> Router<Arc<House>> {
    let routers = [
        agents::routes(),
        answer::routes(),
        assets::routes(),
        batch::routes(),
        history::routes(),
        insight::routes(),
        journal::routes(),
        keep::routes(),
        login::routes(),
        network::routes(),
        notifications::routes(),
        policy::routes(),
        question::routes(),
        queue::routes(),
        relief::routes(),
        remembered::routes(),
        runs::routes(),
        // One line a page.
    ];
    let pages = routers.into_iter().fold(Router::new(), Router::merge).fallback(refusal::unknown);
    pages.layer(from_fn_with_state(Arc::clone(house), refusal::shown))
}
