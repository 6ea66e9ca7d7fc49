//! The HTTP API: one table of routes, from which both the router and its OpenAPI document are made.

mod health;
mod route;
mod tokens;

use crate::http::House;
use crate::http::api::route::Route;
use axum::Router;
use std::sync::Arc;

/// Every route, by subject.
fn table() -> Vec<Route> {
    [health::ROUTES, tokens::ROUTES].into_iter().flatten().copied().collect()
}

pub(in crate::http) fn routes() -> Router<Arc<House>> {
    table().iter().fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
}
