//! Reading the journal and the questions: by keyset and index, never without a bound.

use crate::domain::approval::{Approval, Earlier, State};
use crate::domain::digest::Digest;
use crate::domain::entry::{Entry, Filed};
use crate::domain::id::ApprovalId;
use crate::domain::principal::Tenant;
use crate::store::sqlite::{rows, votes};
use crate::store::{ApprovalFilter, EntryFilter, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};
use uuid::Uuid;

/// How many ids a part of one may fit before it is no name any more.
const FITTING: usize = 16;

/// A condition that grows, with its values.
struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    fn new(first: &str, value: Value) -> Self {
        Self { sql: first.to_owned(), values: vec![value] }
    }

    fn and(&mut self, condition: &str, value: Value) {
        self.also(condition);
        self.values.push(value);
    }

    fn also(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    fn and_one_of(&mut self, column: &str, words: impl Iterator<Item = String>) {
        let before = self.values.len();
        self.values.extend(words.map(Value::Text));
        let marks = vec!["?"; self.values.len() - before].join(", ");
        self.also(&format!("{column} IN ({marks})"));
    }
}

fn limit(rows: usize) -> Value {
    Value::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// What [`entry`] reads.
pub(crate) const COLUMNS: &str = "seq, ts, type, tenant, correlation_id, session, principal, tool, verdict, tier, approval, meta, meta_digest, salt, body, prev, hash";

/// Rows of the journal, in ascending order.
pub(crate) fn entries(conn: &Connection, filter: &EntryFilter) -> Result<Vec<Entry>, StoreError> {
    let after = i64::try_from(filter.after).unwrap_or(i64::MAX);
    let mut wanted = Where::new("seq > ?", Value::Integer(after));
    if let Some(up_to) = filter.up_to {
        wanted.and("seq <= ?", Value::Integer(i64::try_from(up_to).unwrap_or(i64::MAX)));
    }
    if let Some(since) = filter.since {
        wanted.and(&format!("seq >= ({FIRST_SINCE})"), Value::Integer(since.0));
    }
    if let Some(before) = filter.before {
        wanted.and(&format!("seq <= ({LAST_BEFORE})"), Value::Integer(before.0));
    }
    if let Some(tenant) = &filter.tenant {
        wanted.and("tenant = ?", Value::Text(tenant.as_str().to_owned()));
    }
    let ids = [
        ("correlation_id = ?", filter.correlation.map(|id| id.0)),
        ("approval = ?", filter.approval.map(|id| id.0)),
        ("session = ?", filter.session.map(|id| id.0)),
    ];
    for (condition, id) in ids {
        if let Some(id) = id {
            wanted.and(condition, Value::Blob(id.as_bytes().to_vec()));
        }
    }
    if let Some(tool) = &filter.tool {
        wanted.and("tool = ?", Value::Text(tool.clone()));
    }
    if let Some(verdict) = &filter.verdict {
        wanted.and("verdict = ?", Value::Text(verdict.clone()));
        if verdict != "allow" {
            // Not said twice, the partial index is not used.
            wanted.also("verdict <> 'allow'");
        }
    }
    if !filter.types.is_empty() {
        wanted.and_one_of("type", filter.types.iter().cloned());
        if !filter.types.iter().any(|t| t == "call.permitted" || t == "call.outcome") {
            wanted.also("type NOT IN ('call.permitted', 'call.outcome')");
        }
    }
    let order = if filter.newest { "DESC" } else { "ASC" };
    let columns = match filter.bare {
        true => COLUMNS.replace(", body,", ", NULL AS body,"),
        false => COLUMNS.to_owned(),
    };
    let sql = format!(
        "SELECT {columns} FROM journal
         WHERE {} ORDER BY seq {order} LIMIT ?",
        wanted.sql
    );
    wanted.values.push(limit(filter.limit));
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(wanted.values), |row| Ok(entry(row)))?;
    let mut entries: Vec<Entry> = found.map(|row| row?).collect::<Result<_, StoreError>>()?;
    if filter.newest {
        entries.reverse();
    }
    Ok(entries)
}

/// A row of the journal.
pub(crate) fn entry(row: &Row<'_>) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: rows::column(row, "seq")?,
        ts: rows::time(row, "ts")?,
        kind: rows::column(row, "type")?,
        filed: Filed {
            tenant: rows::column(row, "tenant")?,
            correlation: id_text(row, "correlation_id")?,
            session: id_text(row, "session")?,
            principal: rows::column(row, "principal")?,
            tool: rows::column(row, "tool")?,
            verdict: rows::column(row, "verdict")?,
            tier: rows::column(row, "tier")?,
            approval: id_text(row, "approval")?,
        },
        meta: rows::column(row, "meta")?,
        meta_digest: rows::digest(row, "meta_digest")?,
        salt: rows::column(row, "salt")?,
        body: rows::column(row, "body")?,
        prev: rows::digest(row, "prev")?,
        hash: rows::digest(row, "hash")?,
    })
}

/// The first place from a time on. Times never fall along the chain, so a bound in time is a bound in places.
pub(crate) const FIRST_SINCE: &str =
    "SELECT seq FROM journal WHERE ts >= ? ORDER BY ts, seq LIMIT 1";
/// The last place before a time.
pub(crate) const LAST_BEFORE: &str =
    "SELECT seq FROM journal WHERE ts < ? ORDER BY ts DESC, seq DESC LIMIT 1";

/// An id as text. One of a wrong length is shown as something that no id is: a forger's row must be readable.
fn id_text(row: &Row<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let bytes: Option<Vec<u8>> = rows::column(row, name)?;
    Ok(bytes.map(|bytes| {
        Uuid::from_slice(&bytes).map_or_else(|_| "no id".to_owned(), |id| id.to_string())
    }))
}

/// Questions, newest first.
pub(crate) fn approvals(
    conn: &Connection,
    filter: &ApprovalFilter,
) -> Result<Vec<Approval>, StoreError> {
    let mut wanted = Where::new("tenant = ?", Value::Text(filter.tenant.as_str().to_owned()));
    if !filter.states.is_empty() {
        wanted.and_one_of("state", filter.states.iter().map(|s| s.as_str().to_owned()));
        if !filter.states.iter().any(|state| state.is_terminal()) {
            // Not said in the words of the partial index, it is not used.
            wanted.also("state IN ('pending', 'approved')");
        }
    }
    if let Some(principal) = &filter.principal {
        wanted.and("principal = ?", Value::Text(principal.to_string()));
    }
    let sql = format!(
        "SELECT {} FROM approvals WHERE {} ORDER BY asked_at DESC, id DESC LIMIT ?",
        votes::columns("approvals"),
        wanted.sql
    );
    wanted.values.push(limit(filter.limit));
    let mut statement = conn.prepare_cached(&sql)?;
    let found =
        statement.query_map(params_from_iter(wanted.values), |row| Ok(rows::approval(row)))?;
    found.map(|row| row?).collect()
}

/// Where ids are looked for: the newest first.
const APPROVALS: &str = "SELECT id FROM approvals
     WHERE tenant = ?1 AND (substr(hex(id), 1, ?3) = ?2 OR substr(hex(id), -?3) = ?2 OR substr(hex(id), 21, ?3) = ?2)
     ORDER BY asked_at DESC, id DESC LIMIT ?4";
/// The same among runs.
pub(crate) const RUNS: &str = "SELECT id FROM runs
     WHERE tenant = ?1 AND (substr(hex(id), 1, ?3) = ?2 OR substr(hex(id), -?3) = ?2 OR substr(hex(id), 21, ?3) = ?2)
     ORDER BY created_at DESC, id DESC LIMIT ?4";

/// Questions whose ids, or the twelve digits of them that lists show, begin or end so.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    part: &str,
) -> Result<Vec<ApprovalId>, StoreError> {
    Ok(find_in(conn, APPROVALS, tenant, part)?.into_iter().map(ApprovalId).collect())
}

/// Ids that, or whose last twelve digits, begin or end so. Nothing but hex digits and hyphens fits anything.
pub(crate) fn find_in(
    conn: &Connection,
    among: &str,
    tenant: &Tenant,
    part: &str,
) -> Result<Vec<Uuid>, StoreError> {
    let digits: String = part.chars().filter(|c| *c != '-').collect();
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !hex || digits.is_empty() || digits.len() > 32 {
        return Ok(Vec::new());
    }
    let digits = digits.to_ascii_uppercase();
    let mut statement = conn.prepare_cached(among)?;
    let found = statement
        .query_map(params![tenant.as_str(), digits, digits.len(), FITTING], |row| {
            Ok(Uuid::from_bytes(row.get(0)?))
        })?;
    Ok(found.collect::<Result<Vec<_>, _>>()?)
}

/// The newest earlier questions for an equal call.
pub(crate) fn earlier(conn: &Connection, of: &Approval) -> Result<Vec<Earlier>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, state, asked_at, consumed_at, reason FROM approvals
         WHERE tenant = ?1 AND principal = ?2 AND match_key = ?3 AND id <> ?4 AND asked_at <= ?5
         ORDER BY asked_at DESC, id DESC LIMIT 5",
    )?;
    let Digest(key) = of.match_key;
    let found = statement.query_map(
        params![
            of.tenant.as_str(),
            of.principal.to_string(),
            key,
            of.id.0.as_bytes(),
            of.asked_at.0
        ],
        |row| {
            Ok((|| {
                Ok(Earlier {
                    id: ApprovalId(rows::id(row, "id")?),
                    state: rows::word(row, "state", State::parse)?,
                    asked_at: rows::time(row, "asked_at")?,
                    ran_at: rows::maybe_time(row, "consumed_at")?,
                    reason: rows::column(row, "reason")?,
                })
            })())
        },
    )?;
    found.map(|row| row?).collect()
}
