//! The decision log: rows of the journal read by type, violations beside them, labels of people.

mod label;
mod page;

use crate::domain::principal::Tenant;
use crate::domain::violation::{Grade, Taken, Violation};
use crate::store::decisions::{
    DecisionFilter, DecisionPage, Decisions, NewLabel, NotLabelled, Violated,
};
use crate::store::sqlite::{Result, SqliteStore, rows};
use async_trait::async_trait;
use rusqlite::{Connection, params};
use std::result::Result as Either;

#[async_trait]
impl Decisions for SqliteStore {
    async fn decisions(&self, filter: DecisionFilter) -> Result<DecisionPage> {
        self.read(move |conn| page::page(conn, &filter)).await
    }

    async fn violations(&self, tenant: &Tenant, after: u64, limit: usize) -> Result<Vec<Violated>> {
        let tenant = tenant.clone();
        self.read(move |conn| violations(conn, &tenant, after, limit)).await
    }

    async fn label(&self, new: NewLabel) -> Result<Either<(), NotLabelled>> {
        self.write(move |tx| label::label(tx, &new)).await
    }

    async fn policy_digests(&self) -> Result<Vec<(u64, String)>> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT version, digest FROM policies")?;
            let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(found.collect::<Either<Vec<_>, _>>()?)
        })
        .await
    }
}

/// Writes down an objection beside the row that was just appended.
pub(crate) fn objected(
    conn: &Connection,
    seq: u64,
    tenant: &Tenant,
    violation: &Violation,
) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO policy_violations (seq, tenant, type, severity, action_taken)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        seq,
        tenant.as_str(),
        violation.kind,
        violation.severity.as_str(),
        violation.action_taken.as_str(),
    ])?;
    Ok(())
}

/// Forgets what was objected to in rows whose bodies are erased: a type is made of what stood there.
pub(crate) fn forget(conn: &Connection, after: u64, last: u64) -> Result<()> {
    conn.prepare_cached("DELETE FROM policy_violations WHERE seq > ?1 AND seq <= ?2")?
        .execute([after, last])?;
    Ok(())
}

/// The same for rows that are erased whole.
pub(crate) fn forget_rows(conn: &Connection, after: u64, last: u64) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM policy_violations WHERE seq > ?1 AND seq <= ?2
         AND EXISTS (SELECT 1 FROM journal j WHERE j.seq = policy_violations.seq AND j.meta IS NULL)",
    )?
    .execute([after, last])?;
    Ok(())
}

fn violations(
    conn: &Connection,
    tenant: &Tenant,
    after: u64,
    limit: usize,
) -> Result<Vec<Violated>> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, type, severity, action_taken, notified FROM policy_violations
         WHERE tenant = ?1 AND seq > ?2 ORDER BY seq, type LIMIT ?3",
    )?;
    let found = statement.query_map(params![tenant.as_str(), after, limit], |row| {
        Ok((|| {
            Ok(Violated {
                seq: rows::column(row, "seq")?,
                violation: Violation {
                    kind: rows::column(row, "type")?,
                    severity: rows::word(row, "severity", Grade::parse)?,
                    action_taken: rows::word(row, "action_taken", Taken::parse)?,
                },
                notified: rows::column(row, "notified")?,
            })
        })())
    })?;
    found.map(|row| row?).collect()
}
