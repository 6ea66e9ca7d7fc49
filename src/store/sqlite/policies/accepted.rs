//! The configuration that counts: what a file said when somebody took it, or when nobody had to.
//!
//! Its text may hold secrets, so it stands in this table alone; rows of the journal tell its digest.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use crate::store::policies::AcceptedConfig;
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::{meta, rows};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;

/// The one that was accepted last for this file.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    path: &str,
) -> Result<Option<AcceptedConfig>, StoreError> {
    conn.prepare_cached("SELECT * FROM accepted_configs WHERE tenant = ?1 AND path = ?2")?
        .query_row(params![tenant.as_str(), path], |row| Ok(config(row)))
        .optional()?
        .transpose()
}

fn config(row: &Row<'_>) -> Result<AcceptedConfig, StoreError> {
    let config = AcceptedConfig {
        path: rows::column(row, "path")?,
        text: rows::column(row, "text")?,
        digest: rows::digest(row, "digest")?,
        at: rows::time(row, "at")?,
        by: rows::maybe_word(row, "by", Principal::parse)?,
    };
    if Digest::sha256(&[config.text.as_bytes()]) == config.digest {
        Ok(config)
    } else {
        Err(rows::damaged("an accepted configuration"))
    }
}

/// Takes one for accepted, unless another was since it was compared.
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    config: &AcceptedConfig,
    was: Option<Digest>,
) -> Result<bool, StoreError> {
    let now = tx.now_to_decide()?;
    if Digest::sha256(&[config.text.as_bytes()]) != config.digest {
        return Err(StoreError::Unusable("the digest of a configuration is not its text's".into()));
    }
    let stands: Option<[u8; 32]> = tx
        .conn
        .prepare_cached("SELECT digest FROM accepted_configs WHERE tenant = ?1 AND path = ?2")?
        .query_row(params![tenant.as_str(), config.path], |row| row.get(0))
        .optional()?;
    if stands.map(Digest) != was {
        return Ok(false);
    }
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO accepted_configs (tenant, path, text, digest, at, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            tenant.as_str(),
            config.path,
            config.text,
            config.digest.0,
            now.0,
            config.by.as_ref().map(ToString::to_string)
        ])?;
    let by = match (&config.by, was) {
        (Some(by), _) => by.to_string(),
        (None, None) => "first".to_owned(),
        (None, Some(_)) => "tightens".to_owned(),
    };
    let row = Draft {
        principal: config.by.clone(),
        body: body(&json!({
            "path": config.path,
            "digest": config.digest,
            "was": was,
            "by": by,
        })),
        ..Draft::new(EntryType::PolicyAccepted, tenant)
    };
    tx.append(&row)?;
    meta::count_up(tx.conn, meta::POLICY)?;
    tx.stir();
    Ok(true)
}
