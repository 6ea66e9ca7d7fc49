//! A refusal as a person meets it: a page with the sentence instead of JSON; and who is not logged in is led to the login.
//!
//! Only for whole pages. What htmx asks for stays JSON: `console.js` shows its sentence on the page that is there.

use crate::domain::visible;
use crate::http::console::page::show;
use crate::http::refused::Refused;
use askama::Template;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

#[derive(Template)]
#[template(path = "refused.html")]
struct Page {
    message: String,
    help: Option<String>,
}

pub(in crate::http::console) async fn shown(request: Request, next: Next) -> Response {
    let wanted = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let is_page = request.method() == Method::GET && !request.headers().contains_key("hx-request");
    let response = next.run(request).await;
    let Some(why) = response.extensions().get::<Refused>().filter(|_| is_page) else {
        return response;
    };
    if why.status == StatusCode::UNAUTHORIZED {
        return to_login(&wanted);
    }
    let page = Page {
        message: visible::inline(&why.message).text,
        help: why.help.as_deref().map(|help| visible::inline(help).text),
    };
    (why.status, show(&page)).into_response()
}

/// To the login, and from there back to where somebody wanted to go.
fn to_login(wanted: &str) -> Response {
    if wanted == "/" {
        return Redirect::to("/login").into_response();
    }
    let mut to = "/login?to=".to_owned();
    for byte in wanted.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => {
                to.push(char::from(byte));
            }
            other => to.push_str(&format!("%{other:02X}")),
        }
    }
    Redirect::to(&to).into_response()
}
