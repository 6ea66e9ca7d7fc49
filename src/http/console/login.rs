//! How a person gets in and out: an API token or the code of a link opens a login, and `/logout` ends it.
//!
//! The code of a link stands behind the `#` of its address, which no browser sends: a page of ours posts it. So neither a
//! scanner of mail nor a browser that fetches ahead uses a link up, and no log of addresses holds one.

use crate::approval::{Token, TokenKind};
use crate::domain::time::HOUR;
use crate::http::House;
use crate::http::proof::{cookie_name, cookie_of};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::StoreError;
use crate::store::doors::NewLogin;
use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How long a login lives at most, in milliseconds.
const LIFE: i64 = 12 * HOUR;
/// Bytes of what is shown to log in.
const ENTRY_MAX: usize = 4096;

const PAGE: &str = include_str!("pages/login.html");
const JS: &str = include_str!("assets/login.js");

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    let enter = post(enter).layer(DefaultBodyLimit::max(ENTRY_MAX));
    Router::new()
        .route("/login", get(async || Html(PAGE)).merge(enter))
        .route("/logout", post(leave))
        .route("/assets/login.js", get(script))
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], JS).into_response()
}

/// What is shown to get in: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    token: Option<String>,
    code: Option<String>,
}

/// What a page keeps of a login. The cookie is the other half, which no script sees.
#[derive(Serialize)]
struct Opened<'a> {
    key: &'a str,
    name: &'a str,
    role: &'static str,
    until: String,
}

async fn enter(
    State(house): State<Arc<House>>,
    entry: Result<Json<Entry>, JsonRejection>,
) -> Result<Response, Refused> {
    let Json(entry) = entry.map_err(|_| Refused::wrong("the body is not what is wanted"))?;
    let (cookie, key) = (secret(TokenKind::Login)?, secret(TokenKind::Key)?);
    let lease = house.lease.clone();
    let login = NewLogin { cookie: cookie.hash(), key: key.hash(), lease, life: LIFE };
    let opened = match (entry.token, entry.code) {
        (Some(token), None) => {
            let token = shaped(&token, TokenKind::Api)?;
            house.store.open_by_token(&house.tenant, token.hash(), login).await?
        }
        (None, Some(code)) => {
            let code = shaped(&code, TokenKind::Link)?;
            house.store.open_by_link(&house.tenant, code.hash(), login).await?
        }
        _ => return Err(Refused::wrong("one of `token` and `code` is wanted")),
    };
    let Some(login) = opened else { return Err(Refused::no_proof()) };
    let told = Json(Opened {
        key: key.reveal(),
        name: &login.principal.name,
        role: login.principal.role.as_str(),
        until: login.until.rfc3339(),
    });
    let mut response = told.into_response();
    set_cookie(&house, &mut response, cookie.reveal(), LIFE / 1000);
    Ok(response)
}

/// Ends the login that a request came by, and makes the browser forget its half.
async fn leave(
    State(house): State<Arc<House>>,
    who: Who,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    if let Some(login) = who.login() {
        house.store.close_login(&house.tenant, login).await?;
    }
    let mut response = Json(serde_json::json!({ "status": "logged_out" })).into_response();
    response.headers_mut().insert("hx-redirect", HeaderValue::from_static("/login"));
    if cookie_of(&headers, house.at).is_some() {
        set_cookie(&house, &mut response, "", 0);
    }
    Ok(response)
}

/// What somebody shows, if it looks like what it is to be: a guess that does not is not even looked up.
fn shaped(text: &str, kind: TokenKind) -> Result<Token, Refused> {
    let token = Token::presented(text);
    if token.is(kind) { Ok(token) } else { Err(Refused::no_proof()) }
}

fn secret(kind: TokenKind) -> Result<Token, Refused> {
    Ok(Token::generate(kind)
        .map_err(|e| StoreError::Unusable(format!("no randomness for a login: {e}")))?)
}

/// `Strict`: no other site makes a browser send it, not even by a link that is followed.
fn set_cookie(house: &House, response: &mut Response, value: &str, seconds: i64) {
    let name = cookie_name(house.at);
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict");
    if let Ok(mut value) = HeaderValue::try_from(text) {
        value.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
