//! Pinned definitions, policy versions, and the acceptance of a clock: what a person once looked at.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::pin::{Pin, PinState};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Effect;
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::clock::Reckoned;
use crate::store::sqlite::{meta, rows};
use crate::store::{PinUpdate, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;

/// The pins of one server identity, or of all.
pub(crate) fn list(
    conn: &Connection,
    tenant: &Tenant,
    identity: Option<Digest>,
) -> Result<Vec<Pin>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM pins WHERE tenant = ?1 AND (?2 IS NULL OR identity = ?2) ORDER BY upstream, identity, tool",
    )?;
    let identity = identity.map(|digest| digest.0);
    let found = statement.query_map(params![tenant.as_str(), identity], |row| Ok(pin(row)))?;
    found.map(|row| row?).collect()
}

/// The pin of one tool.
pub(crate) fn one(
    conn: &Connection,
    tenant: &Tenant,
    identity: Digest,
    tool: &str,
) -> Result<Option<Pin>, StoreError> {
    conn.prepare_cached("SELECT * FROM pins WHERE tenant = ?1 AND identity = ?2 AND tool = ?3")?
        .query_row(params![tenant.as_str(), identity.0, tool], |row| Ok(pin(row)))
        .optional()?
        .transpose()
}

fn pin(row: &Row<'_>) -> Result<Pin, StoreError> {
    Ok(Pin {
        upstream: rows::column(row, "upstream")?,
        identity: rows::digest(row, "identity")?,
        tool: rows::column(row, "tool")?,
        digest: rows::digest(row, "digest")?,
        text: rows::column(row, "text")?,
        offered: rows::column(row, "offered")?,
        state: rows::word(row, "state", PinState::parse)?,
        effect: rows::maybe_word(row, "effect", Effect::parse)?,
        at: rows::time(row, "at")?,
    })
}

/// The pin that stands where this one would.
fn standing(conn: &Connection, tenant: &Tenant, pin: &Pin) -> Result<Option<Pin>, StoreError> {
    conn.prepare_cached(
        "SELECT * FROM pins WHERE tenant = ?1 AND identity = ?2 AND upstream = ?3 AND tool = ?4",
    )?
    .query_row(params![tenant.as_str(), pin.identity.0, pin.upstream, pin.tool], |row| {
        Ok(self::pin(row))
    })
    .optional()?
    .transpose()
}

/// Writes pins and their rows, unless one of them was written by somebody else since it was read.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    updates: Vec<PinUpdate>,
) -> Result<bool, StoreError> {
    for PinUpdate { pin, was, .. } in &updates {
        if standing(tx.conn, tenant, pin)? != *was {
            return Ok(false);
        }
    }
    for PinUpdate { pin, row, .. } in updates {
        tx.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO pins (tenant, identity, upstream, tool, digest, text, offered, state, effect,
                     at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                tenant.as_str(),
                pin.identity.0,
                pin.upstream,
                pin.tool,
                pin.digest.0,
                pin.text,
                pin.offered,
                pin.state.as_str(),
                pin.effect.map(Effect::as_str),
                pin.at.0
            ])?;
        tx.append(&row)?;
    }
    meta::count_up(tx.conn, meta::PINS)?;
    tx.stir();
    Ok(true)
}

/// How often pins were written.
pub(crate) fn version(conn: &Connection) -> Result<u64, StoreError> {
    Ok(meta::get(conn, meta::PINS)?.unwrap_or_default())
}

/// The version of a policy digest.
pub(crate) fn known_policy(conn: &Connection, digest: &str) -> Result<Option<u64>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT version FROM policies WHERE digest = ?1")?
        .query_row([digest], |row| row.get(0))
        .optional()?)
}

/// The number of the next version, of whatever world.
pub(crate) fn next_version(conn: &Connection) -> Result<u64, StoreError> {
    Ok(conn
        .prepare_cached("SELECT coalesce(max(version), 0) + 1 FROM policies")?
        .query_row([], |row| row.get(0))?)
}

/// The version of a policy digest, a new one if need be.
pub(crate) fn policy_version(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    digest: &str,
) -> Result<u64, StoreError> {
    if let Some(version) = known_policy(tx.conn, digest)? {
        return Ok(version);
    }
    let version = next_version(tx.conn)?;
    tx.conn
        .prepare_cached(
            "INSERT INTO policies (version, digest, at, tenant) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![version, digest, tx.now().0, tenant.as_str()])?;
    let row = Draft {
        policy: Some(version),
        body: body(&json!({ "digest": digest })),
        ..Draft::new(EntryType::PolicyLoaded, tenant)
    };
    tx.append(&row)?;
    Ok(version)
}

/// From here on time goes on from the newest row; see `clock.rs`.
pub(crate) fn accept_clock(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    by: &Principal,
) -> Result<(), StoreError> {
    let time = tx.time();
    if Reckoned::is_far(time.wall, time.newest) {
        let distance = time.newest.since(time.wall);
        meta::set(tx.conn, meta::CLOCK_DISTANCE, distance)?;
        tx.set_time(Reckoned::new(time.wall, time.newest, Some(distance)));
    }
    let row = Draft {
        principal: Some(by.clone()),
        body: body(&json!({ "wall": time.wall, "newest": time.newest })),
        ..Draft::new(EntryType::ClockAccepted, tenant)
    };
    tx.append(&row)?;
    tx.stir();
    Ok(())
}
