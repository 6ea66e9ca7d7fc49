//! Users who sign their requests.

use crate::domain::digest::Digest;
use crate::domain::principal::Tenant;
use crate::store::StoreError;
use crate::store::doors::Signer;
use crate::store::sqlite::{people, rows};
use rusqlite::{Connection, OptionalExtension as _, params};

/// The one of this name, if he is of this world and has a signing key.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    name: &str,
) -> Result<Option<Signer>, StoreError> {
    conn.prepare_cached(
        "SELECT * FROM users WHERE name = ?1 AND tenant = ?2 AND revoked_at IS NULL AND signing_key IS NOT NULL",
    )?
    .query_row(params![name, tenant.as_str()], |row| Ok(signer(row)))
    .optional()?
    .transpose()
}

fn signer(row: &rusqlite::Row<'_>) -> Result<Signer, StoreError> {
    let key: Digest = rows::digest(row, "signing_key")?;
    Ok(Signer { user: people::user(row)?, key, token: rows::digest(row, "token")? })
}
