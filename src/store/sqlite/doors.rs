//! Logins, links, signed requests, what was seen, where we listen.

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::doors::{Doors, Login, NewLink, NewLogin, NotTaken, Signed, Signer};
use crate::store::sqlite::SqliteStore;
use crate::store::{StoreError, User};
use async_trait::async_trait;

#[async_trait]
impl Doors for SqliteStore {
    async fn add_link(&self, _link: NewLink) -> Result<(), StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn open_by_link(
        &self,
        _code: Digest,
        _login: NewLogin,
    ) -> Result<Option<Login>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn open_by_token(
        &self,
        _tenant: &Tenant,
        _token: Digest,
        _login: NewLogin,
    ) -> Result<Option<Login>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn login(
        &self,
        _tenant: &Tenant,
        _cookie: Digest,
        _idle: i64,
    ) -> Result<Option<Login>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn close_login(&self, _tenant: &Tenant, _cookie: Digest) -> Result<(), StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn signer(&self, _tenant: &Tenant, _name: &str) -> Result<Option<Signer>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn take_nonce(&self, _signed: Signed) -> Result<Result<(), NotTaken>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn add_signer(
        &self,
        _user: User,
        _token: Digest,
        _key: Digest,
        _by: &Principal,
    ) -> Result<bool, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn saw(
        &self,
        _tenant: &Tenant,
        _id: ApprovalId,
        _by: &Principal,
    ) -> Result<bool, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn seen(
        &self,
        _tenant: &Tenant,
        _id: ApprovalId,
    ) -> Result<Vec<(String, Millis)>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn listens(&self, _address: &str, _lease: &str) -> Result<(), StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn listeners(&self) -> Result<Vec<(String, String)>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn deaf(&self, _address: &str) -> Result<(), StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }
}
