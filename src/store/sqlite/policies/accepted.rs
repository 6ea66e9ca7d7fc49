//! The configuration that counts: what a file said when somebody took it, or when nobody had to.
//!
//! Its text may hold secrets, so it stands in this table alone; rows of the journal tell its digest.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::time::DAY;
use crate::store::StoreError;
use crate::store::policies::{Acceptance, AcceptedConfig};
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

/// How long the first of two voices counts, in milliseconds.
const VOICE: i64 = 30 * DAY;

/// Takes one for accepted once two admins of different names said so of the same text over the same accepted one.
pub(crate) fn by_two(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    config: &AcceptedConfig,
    was: Option<Digest>,
) -> Result<Acceptance, StoreError> {
    let now = tx.now_to_decide()?;
    let by = config.by.as_ref().filter(|by| by.role == Role::Admin);
    let by = by.ok_or_else(|| StoreError::Unusable("two admins accept, and nobody else".into()))?;
    let standing = find(tx.conn, tenant, &config.path)?;
    if standing.map(|standing| standing.digest) != was {
        return Ok(Acceptance::Moved);
    }
    let voice = json!({
        "path": config.path,
        "digest": config.digest.to_string(),
        "accepted": was.map(|digest| digest.to_string()),
        "loosens": [],
    });
    let said = voices(tx.conn, tenant, now.plus(-VOICE).0, &voice)?;
    if said.iter().any(|other| other.role == Role::Admin && other.name != by.name) {
        let accepted = accept(tx, tenant, config, was)?;
        return Ok(if accepted { Acceptance::Accepted } else { Acceptance::Moved });
    }
    if said.is_empty() {
        let row = Draft {
            principal: Some(by.clone()),
            outcome: Some("vote".to_owned()),
            body: body(&voice),
            ..Draft::new(EntryType::PolicyWaiting, tenant)
        };
        tx.append(&row)?;
        tx.stir();
    }
    Ok(Acceptance::OneOfTwo)
}

/// Who said so of exactly this. A row whose body was erased says nothing any more.
fn voices(
    conn: &Connection,
    tenant: &Tenant,
    since: i64,
    voice: &serde_json::Value,
) -> Result<Vec<Principal>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT principal, body FROM journal
         WHERE type = 'policy.waiting' AND type NOT IN ('call.permitted', 'call.outcome') AND tenant = ?1 AND ts > ?2
           AND meta ->> '$.outcome' = 'vote' AND principal IS NOT NULL AND body IS NOT NULL",
    )?;
    let rows = statement.query_map(params![tenant.as_str(), since], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    })?;
    let mut said = Vec::new();
    for row in rows {
        let (who, body) = row?;
        if serde_json::from_slice::<serde_json::Value>(&body).is_ok_and(|told| told == *voice) {
            said.extend(Principal::parse(&who));
        }
    }
    Ok(said)
}
