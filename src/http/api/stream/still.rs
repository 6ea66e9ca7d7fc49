//! Whether somebody who once proved who he is still counts: a stream outlives the moment it was opened in.

use crate::domain::digest::Digest;
use crate::domain::principal::Principal;
use crate::http::House;
use crate::http::proof::IDLE;
use crate::http::who::Who;
use crate::store::StoreError;
use crate::web::token_of;
use axum::http::HeaderMap;

/// What was shown when the stream was opened.
#[derive(Debug)]
pub(in crate::http::api::stream) struct Shown {
    who: Who,
    token: Option<Digest>,
}

impl Shown {
    /// What these headers showed of somebody whom `proof` let in.
    pub(in crate::http::api::stream) fn of(who: Who, headers: &HeaderMap) -> Self {
        Self { who, token: token_of(headers).map(|token| token.hash()) }
    }

    /// Whether he would be let in now, as the same.
    pub(in crate::http::api::stream) async fn counts_still(
        &self,
        house: &House,
    ) -> Result<bool, StoreError> {
        let (store, tenant) = (&house.store, &house.tenant);
        let him = |role, name: &str| *self.who.principal() == Principal::new(role, name);
        if let Some(cookie) = self.who.login() {
            // That a page lies open is no use of it: an hour after the last one, its stream ends.
            let login = store.login_still(tenant, cookie, &house.lease, IDLE).await?;
            return Ok(login.is_some_and(|login| login.principal == *self.who.principal()));
        }
        if let Some(token) = self.token {
            let user = store.user_by_token(token).await?;
            return Ok(
                user.is_some_and(|user| user.tenant == *tenant && him(user.role, &user.name))
            );
        }
        let signer = store.signer(tenant, &self.who.principal().name).await?;
        Ok(signer.is_some_and(|signer| him(signer.user.role, &signer.user.name)))
    }
}
