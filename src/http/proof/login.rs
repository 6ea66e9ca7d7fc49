//! The cookie of a login, and beside it the key that acting wants.
//!
//! Cookies are shared between all ports of a host, so a cookie alone is taken for reading only: whoever listens on another port
//! of this machine is sent it too, but not the key, which lives in the storage of our origin and is sent by our script alone.
//! Of the API a cookie alone opens the live stream and nothing else: a browser can send no header with that one.

use crate::approval::{Approver, Token, TokenKind};
use crate::domain::time::HOUR;
use crate::http::House;
use crate::http::proof::{Nobody, Proven};
use crate::http::who::Who;
use axum::http::{HeaderMap, Method, header};
use std::net::SocketAddr;

/// How long a login lives that nobody uses, in milliseconds.
pub(in crate::http) const IDLE: i64 = HOUR;

/// What of the API a cookie alone may read.
const STREAM: &str = "/api/v1/approvals/stream";
/// How much waits, which pages ask for by themselves.
const STATS: &str = "/api/v1/pending/stats";

/// The header with the key.
const KEY: &str = "x-countersign-key";

/// The name of our cookie: consoles on other ports have their own.
pub(in crate::http) fn cookie_name(at: SocketAddr) -> String {
    format!("countersign_{}", at.port())
}

/// What the one cookie of a login holds that this request shows.
pub(in crate::http) fn cookie_of(headers: &HeaderMap, at: SocketAddr) -> Option<Token> {
    match cookies(headers, at).as_slice() {
        [one] => Some(Token::presented(one)),
        _ => None,
    }
}

/// All that a request shows under the name of our cookie. What cannot be read is shown, and fits nothing.
pub(in crate::http::proof) fn cookies(headers: &HeaderMap, at: SocketAddr) -> Vec<&str> {
    let name = cookie_name(at);
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .collect()
}

pub(in crate::http::proof) async fn look(
    house: &House,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Proven {
    let Some(cookie) = cookie_of(headers, house.at).filter(|cookie| cookie.is(TokenKind::Login))
    else {
        return Ok(Err(Nobody::Login));
    };
    let (store, tenant, lease) = (&house.store, &house.tenant, &house.lease);
    // What an open page asks for by itself is nobody who is there, and keeps no login alive.
    let found = if path == STREAM || path == STATS {
        store.login_still(tenant, cookie.hash(), lease, IDLE).await?
    } else {
        store.login(tenant, cookie.hash(), lease, IDLE).await?
    };
    let Some(login) = found else { return Ok(Err(Nobody::Login)) };
    let mut keys = headers.get_all(KEY).iter();
    let right = match (keys.next(), keys.next()) {
        (None, _) => {
            let reads = method == Method::GET || method == Method::HEAD;
            reads && (!path.starts_with("/api/") || path == STREAM)
        }
        (Some(key), None) => {
            key.to_str().is_ok_and(|key| Token::presented(key).hash().same(&login.key))
        }
        (Some(_), Some(_)) => false,
    };
    if !right {
        return Ok(Err(Nobody::Key));
    }
    let approver = Approver::by_login(&login.principal, login.token);
    Ok(Ok(Who::proven(login.principal, approver, Some(login.cookie))))
}
