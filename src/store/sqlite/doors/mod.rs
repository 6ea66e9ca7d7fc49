//! Doors for people: logins, links, signed requests, what was seen, where we listen. This file ties verbs to threads.
//!
//! Whatever may be used once is used up by one conditional update, so two at once get one yes. A clock that stands behind the
//! journal opens no door.

mod links;
mod listeners;
pub(in crate::store::sqlite) mod logins;
mod nonces;
mod seen;
mod signers;

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::doors::{Doors, Login, NewLink, NewLogin, NotTaken, Signed, Signer};
use crate::store::sqlite::{SqliteStore, people, reckon};
use crate::store::{StoreError, User};
use async_trait::async_trait;

#[async_trait]
impl Doors for SqliteStore {
    async fn add_link(&self, link: NewLink) -> Result<(), StoreError> {
        self.write(move |tx| links::add(tx, &link)).await
    }

    async fn open_by_link(
        &self,
        tenant: &Tenant,
        code: Digest,
        login: NewLogin,
    ) -> Result<Option<Login>, StoreError> {
        let (world, lease) = (tenant.clone(), login.lease.clone());
        // Whoever guesses is turned away without the write lock.
        if !self.read(move |conn| links::is_there(conn, &world, code, &lease)).await? {
            return Ok(None);
        }
        let tenant = tenant.clone();
        self.write(move |tx| links::open(tx, &tenant, code, &login)).await
    }

    async fn open_by_token(
        &self,
        tenant: &Tenant,
        token: Digest,
        login: NewLogin,
    ) -> Result<Option<Login>, StoreError> {
        let world = tenant.clone();
        // Whoever guesses is turned away without the write lock.
        let known =
            self.read(move |conn| logins::holder(conn, &world, token).map(|p| p.is_some())).await?;
        if !known {
            return Ok(None);
        }
        let tenant = tenant.clone();
        self.write(move |tx| logins::open_by_token(tx, &tenant, token, &login)).await
    }

    async fn login(
        &self,
        tenant: &Tenant,
        cookie: Digest,
        lease: &str,
        idle: i64,
    ) -> Result<Option<Login>, StoreError> {
        let (clock, tenant, lease) = (self.clock.clone(), tenant.clone(), lease.to_owned());
        let found = self
            .read(move |conn| {
                let now = reckon(conn, &clock)?;
                let found = logins::find(conn, &tenant, cookie, &lease, now, idle)?;
                Ok(found.map(|(login, seen)| (login, now.since(seen) >= logins::TOUCH)))
            })
            .await?;
        let Some((login, stale)) = found else { return Ok(None) };
        if stale && let Err(error) = self.write_later(move |tx| logins::touch(tx, cookie)).await {
            // He sees what he asked for; that he was there is what is lost, so the login ends the sooner.
            tracing::warn!("that a login was used could not be kept: {error}");
        }
        Ok(Some(login))
    }

    async fn login_still(
        &self,
        tenant: &Tenant,
        cookie: Digest,
        lease: &str,
        idle: i64,
    ) -> Result<Option<Login>, StoreError> {
        let (clock, tenant, lease) = (self.clock.clone(), tenant.clone(), lease.to_owned());
        self.read(move |conn| {
            let now = reckon(conn, &clock)?;
            Ok(logins::find(conn, &tenant, cookie, &lease, now, idle)?.map(|(login, _)| login))
        })
        .await
    }

    async fn close_login(&self, tenant: &Tenant, cookie: Digest) -> Result<(), StoreError> {
        let tenant = tenant.clone();
        self.write(move |tx| logins::close(tx, &tenant, cookie)).await
    }

    async fn close_logins(&self, tenant: &Tenant, by: &Principal) -> Result<usize, StoreError> {
        let (tenant, by) = (tenant.clone(), by.clone());
        self.write(move |tx| logins::close_all(tx, &tenant, &by)).await
    }

    async fn signer(&self, tenant: &Tenant, name: &str) -> Result<Option<Signer>, StoreError> {
        let (tenant, name) = (tenant.clone(), name.to_owned());
        self.read(move |conn| signers::find(conn, &tenant, &name)).await
    }

    async fn take_nonce(&self, signed: Signed) -> Result<Result<(), NotTaken>, StoreError> {
        let (clock, asked) = (self.clock.clone(), signed.clone());
        // Whoever signs too much is turned away without the write lock.
        let full =
            self.read(move |conn| nonces::is_full(conn, &asked, reckon(conn, &clock)?)).await?;
        if full {
            return Ok(Err(NotTaken::Full));
        }
        self.write(move |tx| nonces::take(tx, &signed)).await
    }

    async fn add_signer(
        &self,
        user: User,
        token: Digest,
        key: Digest,
        by: &Principal,
    ) -> Result<bool, StoreError> {
        let by = by.clone();
        self.write(move |tx| people::add(tx, &user, token, Some(key), &by)).await
    }

    async fn saw(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Principal,
    ) -> Result<bool, StoreError> {
        let (world, who) = (tenant.clone(), by.clone());
        if self.read(move |conn| seen::is_kept(conn, &world, id, &who)).await? {
            return Ok(true);
        }
        let (tenant, by) = (tenant.clone(), by.clone());
        self.write(move |tx| seen::keep(tx, &tenant, id, &by)).await
    }

    async fn seen(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
    ) -> Result<Vec<(String, Millis)>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |conn| seen::list(conn, &tenant, id)).await
    }

    async fn listens(&self, address: &str, lease: &str) -> Result<(), StoreError> {
        let (address, lease) = (address.to_owned(), lease.to_owned());
        self.write(move |tx| listeners::keep(tx, &address, &lease)).await
    }

    async fn listeners(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.read(listeners::list).await
    }

    async fn deaf(&self, address: &str, lease: &str) -> Result<(), StoreError> {
        let (address, lease) = (address.to_owned(), lease.to_owned());
        self.write(move |tx| listeners::forget(tx, &address, &lease)).await
    }
}
