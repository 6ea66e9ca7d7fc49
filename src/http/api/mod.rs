//! The HTTP API: one table of routes, from which both the router and its OpenAPI document are made.

mod events;
mod health;
mod query;
mod route;
mod stream;

use crate::http::House;
use crate::http::api::route::Route;
use axum::Router;
use std::sync::Arc;

/// Every route, by subject.
fn table() -> Vec<Route> {
    [events::ROUTES, health::ROUTES, stream::ROUTES].into_iter().flatten().copied().collect()
}

pub(in crate::http) fn routes() -> Router<Arc<House>> {
    table().iter().fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
}
