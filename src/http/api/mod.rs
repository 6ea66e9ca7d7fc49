//! The HTTP API: one table of routes, from which both the router and its OpenAPI document are made.
//!
//! Who may use a route is part of the table and is asked before its handler sees the request.

mod agents;
mod approvals;
mod decisions;
mod events;
mod health;
mod input;
mod keeping;
mod networks;
mod notifications;
mod openapi;
mod pending;
mod policies;
mod relief;
mod remembered;
mod route;
mod runs;
mod stream;
mod tokens;

use crate::http::House;
use crate::http::api::route::{Needs, Route};
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// Every route, by subject.
fn table() -> Vec<Route> {
    let tables: &[&[Route]] = &[
        agents::ROUTES,
        approvals::ROUTES,
        decisions::ROUTES,
        events::ROUTES,
        health::ROUTES,
        keeping::ROUTES,
        networks::ROUTES,
        notifications::ROUTES,
        openapi::ROUTES,
        pending::ROUTES,
        policies::ROUTES,
        relief::ROUTES,
        remembered::ROUTES,
        runs::ROUTES,
        stream::ROUTES,
        tokens::ROUTES,
        // One line a subject.
    ];
    tables.iter().copied().flatten().copied().collect()
}

pub(in crate::http) fn routes() -> Router<Arc<House>> {
    table().iter().fold(Router::new(), |router, route| {
        let needs = route.needs;
        let ask = move |request, next| admit(needs, request, next);
        router.route(route.path, (route.handler)().route_layer(from_fn(ask)))
    })
}

/// Lets whoever may use a route on to it. Nobody without proof learns more than that it wants proof.
async fn admit(needs: Needs, request: Request, next: Next) -> Response {
    match may(needs, request.extensions().get::<Who>()) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    }
}

fn may(needs: Needs, who: Option<&Who>) -> Result<(), Refused> {
    if needs == Needs::Nothing {
        return Ok(());
    }
    let who = who.ok_or_else(Refused::no_proof)?;
    match needs {
        Needs::Nothing | Needs::Anyone => Ok(()),
        Needs::Operator => who.operates(),
        Needs::Admin => who.decides().map(|_| ()),
    }
}
