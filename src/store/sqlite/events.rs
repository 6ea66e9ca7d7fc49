//! Reading on in the journal from a place.

use crate::domain::entry::EntryType;
use crate::store::StoreError;
use crate::store::events::{EventFilter, EventPage, Events};
use crate::store::sqlite::{SqliteStore, chain, query};
use async_trait::async_trait;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Rows looked at in one call. The key of the table is the index: no other is needed, and none is trusted to stay small.
const WINDOW: u64 = 10_000;

#[async_trait]
impl Events for SqliteStore {
    async fn events_after(&self, filter: EventFilter) -> Result<EventPage, StoreError> {
        self.read(move |conn| page(conn, &filter)).await
    }
}

fn page(conn: &Connection, filter: &EventFilter) -> Result<EventPage, StoreError> {
    let head = chain::head(conn)?.seq;
    let end = filter.after.saturating_add(WINDOW).min(head);
    let mut page = EventPage { rows: Vec::new(), to: end.max(filter.after), head };
    if filter.types.is_empty() || end <= filter.after {
        return Ok(page);
    }
    let place = |seq: u64| Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX));
    let mut values =
        vec![place(filter.after), place(end), Value::Text(filter.tenant.as_str().to_owned())];
    let mut wanted = String::new();
    if filter.types.len() < EntryType::ALL.len() {
        wanted = format!(" AND type IN ({})", vec!["?"; filter.types.len()].join(", "));
        values.extend(filter.types.iter().map(|kind| Value::Text(kind.as_str().to_owned())));
    }
    if let Some(principal) = &filter.concerns {
        wanted.push_str(
            " AND (principal = ? OR (
                 (type GLOB 'approval.*' OR type GLOB 'token.*' OR type GLOB 'ir.approval_*')
                 AND EXISTS (SELECT 1 FROM approvals a
                     WHERE a.id = journal.approval AND a.tenant = ? AND a.principal = ?)))",
        );
        let principal = principal.to_string();
        values.push(Value::Text(principal.clone()));
        values.push(Value::Text(filter.tenant.as_str().to_owned()));
        values.push(Value::Text(principal));
    }
    values.push(Value::Integer(i64::try_from(filter.limit).unwrap_or(i64::MAX)));
    let sql = format!(
        "SELECT {} FROM journal NOT INDEXED
         WHERE seq > ? AND seq <= ? AND tenant = ?{wanted} ORDER BY seq LIMIT ?",
        query::COLUMNS
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut bytes = 0_usize;
    while let Some(row) = found.next()? {
        let entry = query::entry(row)?;
        let size =
            entry.body.as_ref().map_or(0, Vec::len) + entry.meta.as_ref().map_or(0, String::len);
        bytes = bytes.saturating_add(size);
        if bytes > filter.bytes && !page.rows.is_empty() {
            break;
        }
        page.rows.push(entry);
    }
    let stopped = bytes > filter.bytes || page.rows.len() >= filter.limit;
    if let Some(last) = page.rows.last().filter(|_| stopped) {
        page.to = last.seq;
    }
    Ok(page)
}
