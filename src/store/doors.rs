//! Doors for people: logins to the console, signed requests, what each was shown, and where we listen.
//!
//! Of tokens, cookies, keys of logins and codes of links only the SHA-256 is here, which opens nothing. The key of signed
//! requests is a secret, though it is the SHA-256 of another: it is what keys the HMAC, so whoever reads it can sign as that
//! user. What may be used once is used up by one conditional update.

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Proof, Tenant};
use crate::domain::time::Millis;
use crate::store::{StoreError, User};
use async_trait::async_trait;

/// A link that logs in once.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// SHA-256 of its code.
    pub code: Digest,
    /// In which world.
    pub tenant: Tenant,
    /// As whom.
    pub principal: Principal,
    /// By what he showed that he may.
    pub proof: Proof,
    /// The API token that he showed, which must count still when the link is used.
    pub token: Option<Digest>,
    /// The lease of the console that it logs in to.
    pub lease: String,
    /// Milliseconds that it lives.
    pub life: i64,
}

/// A login that is to be opened.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// SHA-256 of the cookie.
    pub cookie: Digest,
    /// SHA-256 of the key that acting wants beside the cookie.
    pub key: Digest,
    /// The lease of the console that it counts at, and at no other.
    pub lease: String,
    /// Milliseconds that it lives at most.
    pub life: i64,
}

/// A login that counts.
#[derive(Debug, Clone)]
pub struct Login {
    /// SHA-256 of its cookie.
    pub cookie: Digest,
    /// SHA-256 of its key.
    pub key: Digest,
    /// In which world.
    pub tenant: Tenant,
    /// As whom.
    pub principal: Principal,
    /// The API token that it was opened with.
    pub token: Option<Digest>,
    /// Until when it counts.
    pub until: Millis,
}

/// A signed request, checked up to its nonce.
#[derive(Debug, Clone)]
pub struct Signed {
    /// In which world.
    pub tenant: Tenant,
    /// The user who signed.
    pub name: String,
    /// The nonce.
    pub nonce: String,
    /// Until when a request with it could be taken.
    pub until: Millis,
}

/// A user who signs.
#[derive(Debug, Clone)]
pub struct Signer {
    /// Who.
    pub user: User,
    /// What keys the HMAC: a secret.
    pub key: Digest,
    /// The hash of his API token, by which it is seen whether he counts still.
    pub token: Digest,
}

/// Why a nonce was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// It was taken before.
    Replayed,
    /// The time of its request was over before it was its turn.
    Late,
    /// Too many are remembered; nothing is taken until some have run out.
    Full,
}

/// Verbs of this subject; each is one transaction together with its journal rows.
#[async_trait]
pub trait Doors {
    /// Keeps a link.
    async fn add_link(&self, link: NewLink) -> Result<(), StoreError>;

    /// Uses a link up and opens a login with it: `console.opened`. `None` when there is no such link of this world and this
    /// console, its time is over, it was used, or its API token counts no more: one answer.
    async fn open_by_link(
        &self,
        tenant: &Tenant,
        code: Digest,
        login: NewLogin,
    ) -> Result<Option<Login>, StoreError>;

    /// Opens a login for the user of an API token: `console.opened`. Of one principal few are open at once: the oldest ends. `None` when it is nobody's of this world, or an agent's.
    async fn open_by_token(
        &self,
        tenant: &Tenant,
        token: Digest,
        login: NewLogin,
    ) -> Result<Option<Login>, StoreError>;

    /// The same as [`Self::login`], but being looked at does not keep it alive: for what asks by itself while nobody is there.
    async fn login_still(
        &self,
        tenant: &Tenant,
        cookie: Digest,
        lease: &str,
        idle: i64,
    ) -> Result<Option<Login>, StoreError>;

    /// The login of this cookie, if it counts: opened at the console of this lease, not ended, its time not over, seen within
    /// `idle` milliseconds, its API token still that of a user of the same role. Being looked at keeps it alive, written at
    /// most once a minute.
    async fn login(
        &self,
        tenant: &Tenant,
        cookie: Digest,
        lease: &str,
        idle: i64,
    ) -> Result<Option<Login>, StoreError>;

    /// Ends a login: `console.closed`.
    async fn close_login(&self, tenant: &Tenant, cookie: Digest) -> Result<(), StoreError>;

    /// Ends every login of this world, and its links: `console.closed` for each login. How many they were.
    async fn close_logins(&self, tenant: &Tenant, by: &Principal) -> Result<usize, StoreError>;

    /// The user of this name and world, if he signs.
    async fn signer(&self, tenant: &Tenant, name: &str) -> Result<Option<Signer>, StoreError>;

    /// Takes a nonce, once. So many of a user are remembered that whoever signs more closes his own door alone.
    async fn take_nonce(&self, signed: Signed) -> Result<Result<(), NotTaken>, StoreError>;

    /// Adds a user as [`crate::store::Store::add_user`] does, with a signing key beside the API token.
    async fn add_signer(
        &self,
        user: User,
        token: Digest,
        key: Digest,
        by: &Principal,
    ) -> Result<bool, StoreError>;

    /// Somebody was shown a question; the first time is a row `approval.seen`. `false` when there is no such question.
    async fn saw(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Principal,
    ) -> Result<bool, StoreError>;

    /// Who was shown a question, and when first.
    async fn seen(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
    ) -> Result<Vec<(String, Millis)>, StoreError>;

    /// We listen on this address until the lease of that name is given up.
    async fn listens(&self, address: &str, lease: &str) -> Result<(), StoreError>;

    /// Addresses that were told, with their leases.
    async fn listeners(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// Forgets an address, unless somebody else listens there by now, and ends every login of this lease.
    async fn deaf(&self, address: &str, lease: &str) -> Result<(), StoreError>;
}
