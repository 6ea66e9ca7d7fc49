//! A refusal as a person meets it: a page with the sentence instead of JSON.
//!
//! Only for whole pages. What htmx asks for stays JSON: `console.js` shows its sentence on the page that is there. A missing
//! proof passes untouched: `proof` counts it, puts it on record and leads to the login.

use crate::domain::visible;
use crate::http::House;
use crate::http::console::page::{Frame, show};
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

/// For whoever is not logged in: nothing of this world is on it.
#[derive(Template)]
#[template(path = "refused.html")]
struct Bare {
    message: String,
    help: Option<String>,
}

/// For whoever is: the tabs stay, so that he goes on from here.
#[derive(Template)]
#[template(path = "refused_within.html")]
struct Within {
    frame: Frame,
    message: String,
    help: Option<String>,
}

/// The answer to a path that is none.
pub(in crate::http::console) async fn unknown() -> Refused {
    Refused::not_there("page")
}

pub(in crate::http::console) async fn shown(
    State(house): State<Arc<House>>,
    request: Request,
    next: Next,
) -> Response {
    let is_page = request.method() == Method::GET
        && !request.headers().contains_key("hx-request")
        && !request.uri().path().starts_with("/api/");
    let who = request.extensions().get::<Who>().filter(|who| who.only().is_none()).cloned();
    let response = next.run(request).await;
    let Some(why) = response.extensions().get::<Refused>().filter(|_| is_page) else {
        return response;
    };
    if why.status == StatusCode::UNAUTHORIZED {
        return response;
    }
    let message = visible::inline(&why.message).text;
    let help = why.help.as_deref().map(|help| visible::inline(help).text);
    let frame = match who {
        // A store that fails shows the page without tabs.
        Some(who) => Frame::of(&house, &who, "", "Not shown").await.ok(),
        None => None,
    };
    let page = match frame {
        Some(frame) => show(&Within { frame, message, help }),
        None => show(&Bare { message, help }),
    };
    (why.status, page).into_response()
}
