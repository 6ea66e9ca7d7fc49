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
/// Rows that are counted over at most; whoever is further behind is far behind.
const COUNTED: u64 = 100_000;

#[async_trait]
impl Events for SqliteStore {
    async fn events_after(&self, filter: EventFilter) -> Result<EventPage, StoreError> {
        self.read(move |conn| page(conn, &filter)).await
    }

    async fn events_behind(&self, filter: EventFilter) -> Result<usize, StoreError> {
        self.read(move |conn| behind(conn, &filter)).await
    }
}

fn page(conn: &Connection, filter: &EventFilter) -> Result<EventPage, StoreError> {
    let head = chain::head(conn)?.seq;
    let end = filter.after.saturating_add(WINDOW).min(head);
    let mut page = EventPage { rows: Vec::new(), to: end.max(filter.after), head };
    if filter.types.is_empty() || end <= filter.after {
        return Ok(page);
    }
    let (wanted, values) = wanted(filter, end);
    let sql =
        format!("SELECT {} FROM journal NOT INDEXED {wanted} ORDER BY seq LIMIT ?", query::COLUMNS);
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

fn behind(conn: &Connection, filter: &EventFilter) -> Result<usize, StoreError> {
    let head = chain::head(conn)?.seq;
    if filter.types.is_empty() || head <= filter.after {
        return Ok(0);
    }
    if head - filter.after > COUNTED {
        return Ok(filter.limit);
    }
    let (wanted, values) = wanted(filter, head);
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM journal NOT INDEXED {wanted} LIMIT ?)");
    let mut statement = conn.prepare_cached(&sql)?;
    Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
}

/// The condition that says which rows up to `end`, and what stands in it; a limit comes last.
fn wanted(filter: &EventFilter, end: u64) -> (String, Vec<Value>) {
    let place = |seq: u64| Value::Integer(i64::try_from(seq).unwrap_or(i64::MAX));
    let mut values =
        vec![place(filter.after), place(end), Value::Text(filter.tenant.as_str().to_owned())];
    let mut wanted = "WHERE seq > ? AND seq <= ? AND tenant = ?".to_owned();
    if filter.of_questions {
        wanted.push_str(" AND approval IS NOT NULL");
    }
    if filter.types.len() < EntryType::ALL.len() {
        wanted.push_str(" AND type IN (");
        wanted.push_str(&vec!["?"; filter.types.len()].join(", "));
        wanted.push(')');
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
    (wanted, values)
}
