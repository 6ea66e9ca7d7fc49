//! A refusal as a person meets it: a page with the sentence instead of JSON.
//!
//! Only for whole pages. What htmx asks for stays JSON: `console.js` shows its sentence on the page that is there. A missing
//! proof passes untouched: `proof` counts it, puts it on record and leads to the login.

use crate::domain::visible;
use crate::http::console::page::show;
use crate::http::refused::Refused;
use askama::Template;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

#[derive(Template)]
#[template(path = "refused.html")]
struct Page {
    message: String,
    help: Option<String>,
}

pub(in crate::http::console) async fn shown(request: Request, next: Next) -> Response {
    let is_page = request.method() == Method::GET && !request.headers().contains_key("hx-request");
    let response = next.run(request).await;
    let Some(why) = response.extensions().get::<Refused>().filter(|_| is_page) else {
        return response;
    };
    if why.status == StatusCode::UNAUTHORIZED {
        return response;
    }
    let page = Page {
        message: visible::inline(&why.message).text,
        help: why.help.as_deref().map(|help| visible::inline(help).text),
    };
    (why.status, show(&page)).into_response()
}
