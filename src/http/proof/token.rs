//! `Authorization: Token csapi_...`, or `Bearer`.

use crate::approval::Approver;
use crate::domain::principal::Principal;
use crate::domain::ruling::Tier;
use crate::http::House;
use crate::http::proof::{Nobody, Proven};
use crate::http::who::Who;
use crate::web::token_of;
use axum::http::HeaderMap;

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
