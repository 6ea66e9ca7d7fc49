//! Who was shown a question, and when for the first time.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::chain::{self, Tx};
use crate::store::sqlite::rows;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Whether it is on record that he was shown it.
pub(crate) fn is_kept(
    conn: &Connection,
    tenant: &Tenant,
    id: ApprovalId,
    by: &Principal,
) -> Result<bool, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT 1 FROM seen JOIN approvals ON approvals.id = seen.approval
             WHERE seen.approval = ?1 AND seen.by = ?2 AND approvals.tenant = ?3",
        )?
        .query_row(params![id.0.as_bytes(), by.to_string(), tenant.as_str()], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// Puts it on record; `false` when there is no such question here.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    id: ApprovalId,
    by: &Principal,
) -> Result<bool, StoreError> {
    let Some(approval) = rows::find(tx.conn, tenant, id)? else { return Ok(false) };
    let first = tx
        .conn
        .prepare_cached("INSERT OR IGNORE INTO seen (approval, by, at) VALUES (?1, ?2, ?3)")?
        .execute(params![id.0.as_bytes(), by.to_string(), tx.now().0])?;
    if first == 1 {
        let about = chain::about(&approval, EntryType::ApprovalSeen);
        tx.append(&Draft { principal: Some(by.clone()), ..about })?;
    }
    Ok(true)
}

/// Names in the order in which they were shown it.
pub(crate) fn list(
    conn: &Connection,
    tenant: &Tenant,
    id: ApprovalId,
) -> Result<Vec<(String, Millis)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT seen.by, seen.at FROM seen JOIN approvals ON approvals.id = seen.approval
         WHERE seen.approval = ?1 AND approvals.tenant = ?2 ORDER BY seen.at, seen.by",
    )?;
    let found = statement.query_map(params![id.0.as_bytes(), tenant.as_str()], |row| {
        Ok((row.get::<_, String>(0)?, Millis(row.get(1)?)))
    })?;
    found
        .map(|row| {
            let (by, at) = row?;
            let by = Principal::parse(&by).ok_or_else(|| rows::damaged("by"))?;
            Ok((by.name, at))
        })
        .collect()
}
