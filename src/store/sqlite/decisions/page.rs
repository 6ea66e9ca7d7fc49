//! Reading on in the decisions from a place, bounded in rows looked at, rows given and bytes.

use crate::domain::entry::DECISIONS;
use crate::domain::violation::Label;
use crate::store::decisions::{Decided, DecisionFilter, DecisionPage, ViolationFilter};
use crate::store::sqlite::decisions::violations;
use crate::store::sqlite::{Result, chain, query, rows};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

/// Rows looked at in one call: the key of the table is the index.
const WINDOW: u64 = 10_000;

pub(crate) fn page(conn: &Connection, filter: &DecisionFilter) -> Result<DecisionPage> {
    let head = chain::head(conn)?.seq;
    let place = |sql: &str, time: i64| -> Result<Option<u64>> {
        Ok(conn.prepare_cached(sql)?.query_row([time], |row| row.get(0)).optional()?)
    };
    let first = match filter.since {
        Some(since) => place(query::FIRST_SINCE, since.0)?.unwrap_or(u64::MAX),
        None => 0,
    };
    let end = match filter.before {
        Some(before) => place(query::LAST_BEFORE, before.0)?.unwrap_or(0).min(head),
        None => head,
    };
    let end = end.min(filter.up_to.unwrap_or(u64::MAX));
    let after = filter.after.max(first.saturating_sub(1));
    let to = if filter.newest { end } else { after.saturating_add(WINDOW).min(end) };
    let (to, start) = (to.max(after).min(end.max(after)), after.saturating_add(1));
    let mut page = DecisionPage { rows: Vec::new(), start, to, end };
    if to <= after {
        page.to = page.end;
        return Ok(page);
    }
    let number = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let words = DECISIONS.map(|kind| format!("'{}'", kind.as_str())).join(", ");
    let mut values =
        vec![number(after), number(to), Value::Text(filter.tenant.as_str().to_owned())];
    let mut also = "";
    if let Some(session) = filter.session {
        values.push(Value::Blob(session.0.as_bytes().to_vec()));
        also = " AND session = ?";
    }
    values.push(number(filter.limit as u64));
    // A page of one session may lie far back; everything else is read along the key.
    let by = if filter.session.is_some() { "" } else { " NOT INDEXED" };
    let order = if filter.newest { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT {}, (SELECT label FROM labels l WHERE l.seq = journal.seq) AS label FROM journal{by}
         WHERE seq > ? AND seq <= ? AND tenant = ? AND type IN ({words}){also} ORDER BY seq {order} LIMIT ?",
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
        let label = rows::maybe_word(row, "label", Label::parse)?;
        page.rows.push(Decided { entry, label, violations: Vec::new() });
    }
    let stopped = bytes > filter.bytes || page.rows.len() >= filter.limit;
    if let Some(last) = page.rows.last().filter(|_| stopped && !filter.newest) {
        page.to = last.entry.seq;
    }
    if filter.newest {
        page.rows.reverse();
    }
    object(conn, filter, &mut page.rows)?;
    Ok(page)
}

/// Puts what was objected to each of these rows, which ascend.
fn object(conn: &Connection, filter: &DecisionFilter, decided: &mut [Decided]) -> Result<()> {
    let (Some(first), Some(last)) = (decided.first(), decided.last()) else { return Ok(()) };
    let (after, last) = (first.entry.seq.saturating_sub(1), Some(last.entry.seq));
    let wanted = ViolationFilter { after, last, ..ViolationFilter::of(&filter.tenant, usize::MAX) };
    for violated in violations::list(conn, &wanted)? {
        let at = decided.binary_search_by_key(&violated.seq, |decided| decided.entry.seq);
        if let Some(decided) = at.ok().and_then(|at| decided.get_mut(at)) {
            decided.violations.push(violated);
        }
    }
    Ok(())
}
