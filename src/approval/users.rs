//! Users are added and ended here, whoever asks for it: names, secrets and what is kept of them are the same everywhere.
//!
//! Raw secrets are made here, go out once, and are kept as SHA-256 alone.

use crate::approval::{Token, TokenKind};
use crate::domain::principal::{self, Principal, Role, Tenant};
use crate::domain::time::Millis;
use crate::store::{Store, StoreError, User};

/// What names are made of, for whoever is told that one is wrong.
pub const NAMES: &str = "1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit";

/// A user who is to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// His name, which nobody else of his world has.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// In which world.
    pub tenant: Tenant,
    /// Whether he signs requests.
    pub signs: bool,
}

/// What a new user is given, once.
#[derive(Debug)]
pub struct Given {
    /// His API token.
    pub token: Token,
    /// His signing secret, if he signs.
    pub secret: Option<Token>,
}

/// Whether it can be a name. Users, like tenants, must be plain to the eye: two names never look the same.
#[must_use]
pub fn is_name(text: &str) -> bool {
    principal::is_name(text)
}

/// Adds one; `None` when his name is taken.
///
/// # Errors
/// Those of the store, and a system without randomness.
pub async fn add(
    store: &dyn Store,
    new: NewUser,
    by: &Principal,
) -> Result<Option<Given>, StoreError> {
    let token = generate(TokenKind::Api)?;
    let NewUser { name, role, tenant, signs } = new;
    let user = User { name, role, tenant, added_at: Millis::default() };
    if !signs {
        let added = store.add_user(user, token.hash(), by).await?;
        return Ok(added.then_some(Given { token, secret: None }));
    }
    let secret = generate(TokenKind::Signing)?;
    let added = store.add_signer(user, token.hash(), secret.hash(), by).await?;
    Ok(added.then_some(Given { token, secret: Some(secret) }))
}

/// Ends one of this world with all that he was given; `false` when there is none.
///
/// # Errors
/// Those of the store.
pub async fn revoke(
    store: &dyn Store,
    tenant: &Tenant,
    name: &str,
    by: &Principal,
) -> Result<bool, StoreError> {
    store.revoke_user(tenant, name, by).await
}

/// Whether this world has a user of this name. Those of others are not there.
///
/// # Errors
/// Those of the store.
pub async fn is_there(store: &dyn Store, tenant: &Tenant, name: &str) -> Result<bool, StoreError> {
    let users = store.users().await?;
    Ok(users.iter().any(|user| user.tenant == *tenant && user.name == name))
}

fn generate(kind: TokenKind) -> Result<Token, StoreError> {
    Token::generate(kind)
        .map_err(|e| StoreError::Unusable(format!("no randomness for a token: {e}")))
}
