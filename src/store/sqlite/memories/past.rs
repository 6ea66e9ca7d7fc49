//! Earlier questions about one tool.

use crate::domain::approval::State;
use crate::domain::id::{ApprovalId, SessionId};
use crate::domain::principal::Principal;
use crate::store::memories::{Past, PastFilter, PastQuestion};
use crate::store::sqlite::{Result, rows};
use rusqlite::{Connection, params};

/// They, newest first.
pub(crate) fn questions(conn: &Connection, filter: &PastFilter) -> Result<Past> {
    let mut statement = conn.prepare_cached(
        "SELECT id, principal, session, match_key, arguments, state, decided_at IS NOT NULL AS decided
         FROM approvals
         WHERE tenant = ?1 AND asked_at >= ?2 AND upstream = ?3 AND tool = ?4 AND method = 'tools/call'
           AND kind = 'call' AND id <> ?5
         ORDER BY asked_at DESC, id DESC LIMIT ?6",
    )?;
    let mut found = statement.query(params![
        filter.tenant.as_str(),
        filter.since.0,
        filter.upstream,
        filter.tool,
        filter.but.0.as_bytes(),
        filter.limit.saturating_add(1),
    ])?;
    let (mut past, mut bytes) = (Past::default(), 0_usize);
    while let Some(row) = found.next()? {
        let arguments = rows::arguments(row)?;
        bytes = bytes.saturating_add(arguments.as_ref().map_or(0, |text| text.len()));
        if past.rows.len() >= filter.limit || bytes > filter.bytes && !past.rows.is_empty() {
            past.more = true;
            break;
        }
        past.rows.push(PastQuestion {
            id: ApprovalId(rows::id(row, "id")?),
            principal: rows::word(row, "principal", Principal::parse)?,
            session: SessionId(rows::id(row, "session")?),
            match_key: rows::digest(row, "match_key")?,
            arguments,
            state: rows::word(row, "state", State::parse)?,
            decided: rows::column(row, "decided")?,
        });
    }
    Ok(past)
}
