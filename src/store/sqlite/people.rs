//! People and programs with an API token. The token itself is never here, only its hash.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::doors::logins;
use crate::store::sqlite::{memories, rows};
use crate::store::{StoreError, User};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;

/// Adds one, with the key that he signs with if he does. The name of a revoked user can be given again: it is how a token is
/// renewed.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    user: &User,
    token: Digest,
    key: Option<Digest>,
    by: &Principal,
) -> Result<bool, StoreError> {
    if named(tx.conn, &user.tenant, &user.name)?.is_some() {
        return Ok(false);
    }
    tx.conn
        .prepare_cached(
            "INSERT INTO users (name, role, tenant, token, signing_key, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            user.name,
            user.role.as_str(),
            user.tenant.as_str(),
            token.0,
            key.map(|key| key.0),
            tx.now().0
        ])?;
    let mut added = row(EntryType::UserAdded, user, by);
    if key.is_some() {
        added.body = body(&json!({ "name": user.name, "role": user.role, "signs": true }));
    }
    tx.append(&added)?;
    Ok(true)
}

/// Those that are not revoked.
pub(crate) fn list(conn: &Connection) -> Result<Vec<User>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM users WHERE revoked_at IS NULL ORDER BY name")?;
    let found = statement.query_map([], |row| Ok(user(row)))?;
    found.map(|row| row?).collect()
}

/// Ends one of this world, his token, and every login under his name.
pub(crate) fn revoke(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    name: &str,
    by: &Principal,
) -> Result<bool, StoreError> {
    let Some(user) = named(tx.conn, tenant, name)? else { return Ok(false) };
    tx.conn
        .prepare_cached(
            "UPDATE users SET revoked_at = ?3 WHERE name = ?1 AND tenant = ?2 AND revoked_at IS NULL",
        )?
        .execute(params![name, tenant.as_str(), tx.now().0])?;
    tx.append(&row(EntryType::UserRevoked, &user, by))?;
    logins::close_named(tx, tenant, name)?;
    memories::end::of_giver(tx, tenant, name, by)?;
    tx.stir();
    Ok(true)
}

/// The one whose token has this hash. A lookup by hash tells nobody how much of a guess was right.
pub(crate) fn by_token(conn: &Connection, token: Digest) -> Result<Option<User>, StoreError> {
    conn.prepare_cached("SELECT * FROM users WHERE token = ?1 AND revoked_at IS NULL")?
        .query_row([token.0], |row| Ok(user(row)))
        .optional()?
        .transpose()
}

/// The user of this name in this world, unless revoked.
pub(crate) fn named(
    conn: &Connection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<User>, StoreError> {
    conn.prepare_cached(
        "SELECT * FROM users WHERE name = ?1 AND tenant = ?2 AND revoked_at IS NULL",
    )?
    .query_row([name, tenant.as_str()], |row| Ok(user(row)))
    .optional()?
    .transpose()
}

/// A row of `users`.
pub(crate) fn user(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        name: rows::column(row, "name")?,
        role: rows::word(row, "role", Role::parse)?,
        tenant: rows::word(row, "tenant", Tenant::new)?,
        added_at: rows::time(row, "added_at")?,
    })
}

fn row(kind: EntryType, user: &User, by: &Principal) -> Draft {
    Draft {
        principal: Some(by.clone()),
        body: body(&json!({ "name": user.name, "role": user.role })),
        ..Draft::new(kind, &user.tenant)
    }
}
