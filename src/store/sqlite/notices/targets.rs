//! Where people are told: added, switched, removed. An address goes in here and comes out only to whoever sends.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::notice::{Failure, NoticeKind, TargetType};
use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use crate::store::notices::{NewTarget, Target};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::notices::outbox;
use crate::store::sqlite::rows;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Adds one, enabled. `None` when the name is taken.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    target: &NewTarget,
    by: &Principal,
) -> Result<Option<Target>, StoreError> {
    if named(tx.conn, &target.tenant, &target.name)?.is_some() {
        return Ok(None);
    }
    let (id, now) = (Uuid::now_v7(), tx.now().0);
    tx.conn
        .prepare_cached(
            "INSERT INTO notify_targets (id, tenant, name, type, enabled, address, shown, events, added_by, created_at,
                 updated_at)
             VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?9)",
        )?
        .execute(params![
            id.as_bytes(),
            target.tenant.as_str(),
            target.name,
            target.kind.as_str(),
            target.address.as_str(),
            target.shown,
            words(&target.events),
            by.to_string(),
            now
        ])?;
    let mut row = row(EntryType::NotifyAdded, &target.tenant, by);
    row.body = body(&json!({
        "target": target.name,
        "type": target.kind,
        "shown": target.shown,
        "events": target.events,
    }));
    tx.append(&row)?;
    named(tx.conn, &target.tenant, &target.name)
}

/// Those that are there, by name.
pub(crate) fn list(conn: &Connection, tenant: &Tenant) -> Result<Vec<Target>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM notify_targets WHERE tenant = ?1 AND removed_at IS NULL ORDER BY name"
    ))?;
    let found = statement.query_map([tenant.as_str()], |row| Ok(read(row)))?;
    found.map(|row| row?).collect()
}

/// Switches one on or off. What waits for one that is switched off would be old news when it is switched on again.
pub(crate) fn switch(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    name: &str,
    enabled: bool,
    by: &Principal,
) -> Result<Option<Target>, StoreError> {
    let Some(target) = named(tx.conn, tenant, name)? else { return Ok(None) };
    if target.enabled == enabled {
        return Ok(Some(target));
    }
    tx.conn
        .prepare_cached("UPDATE notify_targets SET enabled = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![target.id.as_bytes(), enabled, tx.now().0])?;
    if !enabled {
        give_up(tx.conn, target.id, Failure::Disabled)?;
    }
    let mut row = row(EntryType::NotifySwitched, tenant, by);
    row.body = body(&json!({ "target": name, "enabled": enabled }));
    tx.append(&row)?;
    named(tx.conn, tenant, name)
}

/// Removes one: its address is gone with it.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    name: &str,
    by: &Principal,
) -> Result<bool, StoreError> {
    let Some(target) = named(tx.conn, tenant, name)? else { return Ok(false) };
    tx.conn
        .prepare_cached(
            "UPDATE notify_targets SET enabled = 0, address = NULL, updated_at = ?2, removed_at = ?2 WHERE id = ?1",
        )?
        .execute(params![target.id.as_bytes(), tx.now().0])?;
    give_up(tx.conn, target.id, Failure::Removed)?;
    let mut row = row(EntryType::NotifyRemoved, tenant, by);
    row.body = body(&json!({ "target": name }));
    tx.append(&row)?;
    Ok(true)
}

/// Puts a test to one, enabled or not.
pub(crate) fn test(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    name: &str,
    by: &Principal,
) -> Result<Option<(Uuid, u64)>, StoreError> {
    let Some(target) = named(tx.conn, tenant, name)? else { return Ok(None) };
    let mut row = row(EntryType::NotifyTested, tenant, by);
    row.body = body(&json!({ "target": name }));
    let seq = tx.append(&row)?;
    outbox::put(tx.conn, &row, target.id, seq, NoticeKind::Test, tx.now())?;
    Ok(Some((target.id, seq)))
}

fn give_up(conn: &Connection, target: Uuid, why: Failure) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE deliveries SET status = 'failed', error = ?2, claimed_until = NULL
         WHERE target = ?1 AND status = 'pending'",
    )?
    .execute(params![target.as_bytes(), why.to_string()])?;
    Ok(())
}

/// Everything but the address.
const COLUMNS: &str =
    "id, name, type, enabled, shown, events, added_by, created_at, updated_at, removed_at";

fn named(conn: &Connection, tenant: &Tenant, name: &str) -> Result<Option<Target>, StoreError> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM notify_targets WHERE tenant = ?1 AND name = ?2 AND removed_at IS NULL"
    ))?
    .query_row(params![tenant.as_str(), name], |row| Ok(read(row)))
    .optional()?
    .transpose()
}

fn read(row: &Row<'_>) -> Result<Target, StoreError> {
    Ok(Target {
        id: rows::id(row, "id")?,
        name: rows::column(row, "name")?,
        kind: rows::word(row, "type", TargetType::parse)?,
        enabled: rows::column(row, "enabled")?,
        shown: rows::column(row, "shown")?,
        events: events(&rows::column::<String>(row, "events")?)?,
        added_by: rows::column(row, "added_by")?,
        created_at: rows::time(row, "created_at")?,
        updated_at: rows::time(row, "updated_at")?,
        removed_at: rows::maybe_time(row, "removed_at")?,
    })
}

fn words(events: &BTreeSet<NoticeKind>) -> String {
    events.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")
}

/// The kinds that a target wants to hear of, as they are stored.
pub(crate) fn events(words: &str) -> Result<BTreeSet<NoticeKind>, StoreError> {
    let kinds = words.split(',').filter(|word| !word.is_empty()).map(NoticeKind::parse);
    kinds.collect::<Option<_>>().ok_or_else(|| rows::damaged("events"))
}

fn row(kind: EntryType, tenant: &Tenant, by: &Principal) -> Draft {
    Draft { principal: Some(by.clone()), ..Draft::new(kind, tenant) }
}
