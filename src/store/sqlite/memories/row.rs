//! A kept answer as its row has it, and the digest by which the journal knows it.

use crate::domain::call::CallParts;
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, RememberedId, SessionId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::remembered::{Ended, Keep, Pattern, Remembered, Scope, Wish};
use crate::domain::ruling::Tier;
use crate::store::StoreError;
use crate::store::sqlite::{Result, rows};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};

/// The most kept yeses that are looked at for one call. Noes are never cut.
const LOOKED_AT: i64 = 1_000;

/// The pattern as it is stored; nothing where the same arguments are meant.
pub(crate) fn pattern(wish: &Wish) -> Result<Option<String>> {
    match &wish.pattern {
        Pattern::Same => Ok(None),
        Pattern::When(when) => serde_json::to_string(when)
            .map(Some)
            .map_err(|e| StoreError::Unusable(format!("cannot write a pattern: {e}"))),
    }
}

/// One of this tenant.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    id: RememberedId,
) -> Result<Option<Remembered>> {
    let found = conn
        .prepare_cached("SELECT * FROM remembered WHERE id = ?1 AND tenant = ?2")?
        .query_row(params![id.0.as_bytes(), tenant.as_str()], |row| Ok(read(row)))
        .optional()?;
    found.transpose()
}

/// Those that a query gives.
pub(crate) fn all(conn: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<Remembered>> {
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map(values, |row| Ok(read(row)))?;
    found.map(|row| row?).collect()
}

/// Those that may speak of a call, whatever its arguments are: all noes, then the newest yeses.
pub(crate) fn of_call(conn: &Connection, parts: &CallParts) -> Result<Vec<Remembered>> {
    let mut found = noes_of_call(conn, parts)?;
    found.extend(of(conn, parts, true, LOOKED_AT)?);
    Ok(found)
}

/// The noes among them.
pub(crate) fn noes_of_call(conn: &Connection, parts: &CallParts) -> Result<Vec<Remembered>> {
    of(conn, parts, false, -1)
}

fn of(conn: &Connection, parts: &CallParts, allows: bool, most: i64) -> Result<Vec<Remembered>> {
    all(
        conn,
        "SELECT * FROM remembered
         WHERE ended IS NULL AND tenant = ?1 AND identity = ?2 AND tool = ?3 AND definition = ?4
           AND upstream = ?5 AND (scope = 'server' OR principal = ?6) AND (keep = 'forever' OR session = ?7)
           AND allows = ?9
         ORDER BY given_at DESC, id DESC LIMIT ?8",
        &[
            &parts.tenant.as_str(),
            &parts.upstream.digest.0,
            &parts.tool,
            &parts.definition.0,
            &parts.upstream.name,
            &parts.principal.to_string(),
            &parts.session.0.as_bytes(),
            &most,
            &allows,
        ],
    )
}

/// A row of `remembered`.
pub(crate) fn read(row: &Row<'_>) -> Result<Remembered> {
    let when: Option<String> = rows::column(row, "pattern")?;
    let pattern = match when {
        None => Pattern::Same,
        Some(text) => {
            let when = serde_json::from_str(&text).map_err(|_| rows::damaged("pattern"))?;
            Pattern::When(when)
        }
    };
    let ended = rows::maybe_word(row, "ended", Ended::parse)?;
    let tier = Tier::try_from(rows::column::<u8>(row, "tier")?);
    Ok(Remembered {
        id: RememberedId(rows::id(row, "id")?),
        tenant: rows::word(row, "tenant", Tenant::new)?,
        allows: rows::column(row, "allows")?,
        wish: Wish {
            keep: rows::word(row, "keep", Keep::parse)?,
            scope: rows::word(row, "scope", Scope::parse)?,
            pattern,
            life: rows::column(row, "life")?,
            uses: rows::column(row, "most")?,
        },
        principal: rows::word(row, "principal", Principal::parse)?,
        session: SessionId(rows::id(row, "session")?),
        upstream: rows::column(row, "upstream")?,
        identity: rows::digest(row, "identity")?,
        tool: rows::column(row, "tool")?,
        definition: rows::digest(row, "definition")?,
        arguments: rows::digest(row, "arguments")?,
        tier: tier.map_err(|_| rows::damaged("tier"))?,
        leans: rows::digest(row, "leans")?,
        policy: rows::column(row, "policy")?,
        approval: ApprovalId(rows::id(row, "approval")?),
        given_by: rows::word(row, "given_by", Principal::parse)?,
        given_at: rows::time(row, "given_at")?,
        ends_at: rows::maybe_time(row, "ends_at")?,
        used: rows::column(row, "used")?,
        used_at: rows::maybe_time(row, "used_at")?,
        ended: ended.zip(rows::maybe_time(row, "ended_at")?),
    })
}

/// Digest of all that never changes of it. The row of the journal that tells of its giving names it, so a row that was
/// altered, or that nobody gave, is none.
pub(crate) fn seal(kept: &Remembered) -> Result<Digest> {
    let pattern = pattern(&kept.wish)?;
    let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let parts = [
        kept.id.to_string(),
        kept.tenant.as_str().to_owned(),
        kept.allows.to_string(),
        kept.wish.keep.as_str().to_owned(),
        kept.wish.scope.as_str().to_owned(),
        pattern.unwrap_or_default(),
        number(kept.wish.life),
        number(kept.wish.uses.map(i64::from)),
        kept.principal.to_string(),
        kept.session.to_string(),
        kept.upstream.clone(),
        kept.identity.to_string(),
        kept.tool.clone(),
        kept.definition.to_string(),
        kept.arguments.to_string(),
        kept.tier.to_string(),
        kept.leans.to_string(),
        kept.policy.clone(),
        kept.approval.to_string(),
        kept.given_by.to_string(),
        kept.given_at.0.to_string(),
        number(kept.ends_at.map(|at| at.0)),
    ];
    let text = serde_json::to_vec(&parts)
        .map_err(|e| StoreError::Unusable(format!("cannot seal a kept answer: {e}")))?;
    Ok(Digest::sha256(&[b"remembered", &text]))
}
