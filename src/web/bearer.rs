//! The API token that a request shows: `Authorization: Token csapi_...`, or `Bearer`. Whose it is, the store knows.

use crate::approval::{Token, TokenKind};
use axum::http::{HeaderMap, header};

/// The API token that a request shows.
#[must_use]
pub(crate) fn token_of(headers: &HeaderMap) -> Option<Token> {
    headers.get(header::AUTHORIZATION).and_then(|value| api_token(value.to_str().ok()?))
}

fn api_token(value: &str) -> Option<Token> {
    let (scheme, text) = value.split_once(' ')?;
    let known = ["token", "bearer"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let token = Token::presented(text);
    (known && token.is(TokenKind::Api)).then_some(token)
}
