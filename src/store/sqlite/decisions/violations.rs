//! What policy objected to: written with the row of its decision, read beside it, gone with its body.

use crate::domain::principal::Tenant;
use crate::domain::violation::{Grade, Taken, Violation};
use crate::store::decisions::{Violated, ViolationFilter};
use crate::store::sqlite::{Result, query, rows};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

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

/// Those that a filter wants.
pub(crate) fn list(conn: &Connection, filter: &ViolationFilter) -> Result<Vec<Violated>> {
    let number = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let mut values = vec![Value::Text(filter.tenant.as_str().to_owned()), number(filter.after)];
    let mut also = String::new();
    let mut and = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            also.push_str(condition);
            values.push(value);
        }
    };
    and(" AND v.seq <= ?", filter.last.map(number));
    let time = |sql: &str, than: &str| format!(" AND v.seq {than} ({sql})");
    and(&time(query::FIRST_SINCE, ">="), filter.since.map(|since| Value::Integer(since.0)));
    and(&time(query::LAST_BEFORE, "<="), filter.before.map(|before| Value::Integer(before.0)));
    and(" AND j.session = ?", filter.session.map(|id| Value::Blob(id.0.as_bytes().to_vec())));
    and(" AND j.tool = ?", filter.tool.clone().map(Value::Text));
    values.push(number(filter.limit as u64));
    let order = if filter.newest { "DESC" } else { "ASC" };
    // Few rows have any, so those are looked at first.
    let mut statement = conn.prepare_cached(&format!(
        "SELECT v.seq AS seq, j.ts AS ts, j.tool AS tool, v.type AS type, v.severity AS severity,
             v.action_taken AS action_taken, v.notified AS notified
         FROM policy_violations v CROSS JOIN journal j ON j.seq = v.seq
         WHERE v.tenant = ? AND v.seq > ?{also} ORDER BY v.seq {order}, v.type LIMIT ?"
    ))?;
    let found = statement.query_map(params_from_iter(values), |row| Ok(violated(row)))?;
    found.map(|row| row?).collect()
}

fn violated(row: &Row<'_>) -> Result<Violated> {
    Ok(Violated {
        seq: rows::column(row, "seq")?,
        at: rows::time(row, "ts")?,
        tool: rows::column(row, "tool")?,
        violation: Violation {
            kind: rows::column(row, "type")?,
            severity: rows::word(row, "severity", Grade::parse)?,
            action_taken: rows::word(row, "action_taken", Taken::parse)?,
        },
        notified: rows::column(row, "notified")?,
    })
}
