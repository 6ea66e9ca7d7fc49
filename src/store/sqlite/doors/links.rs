//! Links that log in once.

use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Proof, Tenant};
use crate::store::StoreError;
use crate::store::doors::{Login, NewLink, NewLogin};
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::doors::logins;
use crate::store::sqlite::rows;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Keeps one.
pub(crate) fn add(tx: &mut Tx<'_>, link: &NewLink) -> Result<(), StoreError> {
    let now = tx.now_to_decide()?;
    tx.conn
        .prepare_cached("DELETE FROM login_links WHERE until < ?1")?
        .execute([now.plus(-logins::KEPT).0])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO login_links (code, tenant, lease, principal, proof, token, until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            link.code.0,
            link.tenant.as_str(),
            link.lease,
            link.principal.to_string(),
            link.proof.as_str(),
            link.token.map(|token| token.0),
            now.plus(link.life).0,
        ])?;
    Ok(())
}

/// Whether there is one that was not used, of this world and console.
pub(crate) fn is_there(
    conn: &Connection,
    tenant: &Tenant,
    code: Digest,
    lease: &str,
) -> Result<bool, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT 1 FROM login_links WHERE code = ?1 AND tenant = ?2 AND lease = ?3 AND used_at IS NULL",
        )?
        .query_row(params![code.0, tenant.as_str(), lease], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Uses up whatever was not used of these: all of a world, or one person's.
pub(crate) fn void(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    names: Option<&[String; 3]>,
) -> Result<(), StoreError> {
    let now = tx.now().0;
    match names {
        None => tx
            .conn
            .prepare_cached(
                "UPDATE login_links SET used_at = ?2 WHERE tenant = ?1 AND used_at IS NULL",
            )?
            .execute(params![tenant.as_str(), now])?,
        Some([a, b, c]) => tx
            .conn
            .prepare_cached(
                "UPDATE login_links SET used_at = ?2
                 WHERE tenant = ?1 AND used_at IS NULL AND principal IN (?3, ?4, ?5)",
            )?
            .execute(params![tenant.as_str(), now, a, b, c])?,
    };
    Ok(())
}

/// Uses one up and opens a login with it. A link whose token does not count any more is used up all the same.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    code: Digest,
    login: &NewLogin,
) -> Result<Option<Login>, StoreError> {
    let now = tx.now_to_decide()?;
    let found = tx
        .conn
        .prepare_cached(
            "UPDATE login_links SET used_at = ?3
             WHERE code = ?1 AND tenant = ?2 AND lease = ?4 AND used_at IS NULL AND until > ?3
             RETURNING principal, proof, token",
        )?
        .query_row(params![code.0, tenant.as_str(), now.0, login.lease], |row| Ok(link(row)))
        .optional()?
        .transpose()?;
    let Some((principal, proof, token)) = found else { return Ok(None) };
    if let Some(token) = token
        && logins::holder(tx.conn, tenant, token)?.as_ref() != Some(&principal)
    {
        return Ok(None);
    }
    logins::open(tx, tenant, principal, proof, token, login).map(Some)
}

fn link(row: &rusqlite::Row<'_>) -> Result<(Principal, Proof, Option<Digest>), StoreError> {
    Ok((
        rows::word(row, "principal", Principal::parse)?,
        rows::word(row, "proof", Proof::parse)?,
        rows::column::<Option<[u8; 32]>>(row, "token")?.map(Digest),
    ))
}
