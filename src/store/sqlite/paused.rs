//! Stopping agents. A pause is looked at in the very transaction that would let a call go.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use crate::store::sqlite::chain::{Tx, body};
use rusqlite::{Connection, params};
use serde_json::json;

/// Whether the agent of the name that this SQL gives is stopped, or all of its user's (`USER/*`), or everybody; `?2` is the
/// tenant.
pub(crate) fn stopped_sql(name: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM paused WHERE tenant = ?2
             AND (everybody = 1 OR agent IN ({name}, substr({name} || '/', 1, instr({name} || '/', '/')) || '*')))"
    )
}

/// Whether this agent, all of its user's, or everybody, is stopped.
pub(crate) fn is_paused(
    conn: &Connection,
    tenant: &Tenant,
    name: &str,
) -> Result<bool, StoreError> {
    let asked = format!("SELECT {}", stopped_sql("?1"));
    Ok(conn.prepare_cached(&asked)?.query_row(params![name, tenant.as_str()], |row| row.get(0))?)
}

/// Stops one, or all. On record every time it is said.
pub(crate) fn pause(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    agent: Option<&str>,
    by: &Principal,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR IGNORE INTO paused (tenant, everybody, agent, at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            tenant.as_str(),
            agent.is_none(),
            agent.unwrap_or_default(),
            tx.now().0
        ])?;
    tx.append(&row(EntryType::AgentPaused, tenant, agent, by))?;
    tx.stir();
    Ok(())
}

/// Lets one, or all, go on. `None` ends only the pause of everybody; who was stopped by name stays so.
pub(crate) fn unpause(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    agent: Option<&str>,
    by: &Principal,
) -> Result<bool, StoreError> {
    let ended = tx
        .conn
        .prepare_cached("DELETE FROM paused WHERE tenant = ?1 AND everybody = ?2 AND agent = ?3")?
        .execute(params![tenant.as_str(), agent.is_none(), agent.unwrap_or_default()])?;
    if ended == 0 {
        return Ok(false);
    }
    tx.append(&row(EntryType::AgentUnpaused, tenant, agent, by))?;
    tx.stir();
    Ok(true)
}

/// What is stopped.
pub(crate) fn paused(
    conn: &Connection,
    tenant: &Tenant,
) -> Result<Vec<Option<String>>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT nullif(everybody, 0), agent FROM paused WHERE tenant = ?1 ORDER BY everybody DESC, agent",
    )?;
    let found = statement.query_map([tenant.as_str()], |row| {
        let everybody: Option<i64> = row.get(0)?;
        let agent: String = row.get(1)?;
        Ok(if everybody.is_some() { None } else { Some(agent) })
    })?;
    Ok(found.collect::<Result<Vec<_>, _>>()?)
}

fn row(kind: EntryType, tenant: &Tenant, agent: Option<&str>, by: &Principal) -> Draft {
    Draft {
        principal: Some(by.clone()),
        body: body(&json!({ "agent": agent })),
        ..Draft::new(kind, tenant)
    }
}
