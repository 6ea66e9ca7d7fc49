//! `Authorization: Token csapi_...`, or `Bearer`.

use crate::approval::{Approver, Token, TokenKind};
use crate::domain::principal::Principal;
use crate::domain::ruling::Tier;
use crate::http::House;
use crate::http::proof::{Nobody, Proven};
use crate::http::who::Who;
use axum::http::{HeaderMap, header};

pub(in crate::http::proof) async fn look(house: &House, headers: &HeaderMap) -> Proven {
    let Some(token) = token_of(headers) else {
        return Ok(Err(Nobody::Token));
    };
    let hash = token.hash();
    Ok(match house.store.user_by_token(hash).await? {
        Some(user) if user.tenant == house.tenant => {
            let principal = Principal::new(user.role, user.name.clone());
            Ok(Who::proven(principal, Approver::by_token(&user, hash, Tier::GRAVE), None))
        }
        // A user of another world is nobody in this one.
        _ => Err(Nobody::Token),
    })
}

/// The API token that a request shows.
pub(in crate::http) fn token_of(headers: &HeaderMap) -> Option<Token> {
    headers.get(header::AUTHORIZATION).and_then(|value| api_token(value.to_str().ok()?))
}

fn api_token(value: &str) -> Option<Token> {
    let (scheme, text) = value.split_once(' ')?;
    let known = ["token", "bearer"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let token = Token::presented(text);
    (known && token.is(TokenKind::Api)).then_some(token)
}
