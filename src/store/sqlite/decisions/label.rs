//! What a person says of a call afterwards: one row a decision, the last word counts, each word is on record.

use crate::domain::entry::{DECISIONS, Draft, EntryType};
use crate::domain::id::{CorrelationId, decision_id};
use crate::store::decisions::{NewLabel, NotLabelled};
use crate::store::sqlite::Result;
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::query;
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;
use std::result::Result as Either;

/// Takes a label for a call of this tenant.
pub(crate) fn label(tx: &mut Tx<'_>, new: &NewLabel) -> Result<Either<(), NotLabelled>> {
    let sql = format!("SELECT {} FROM journal WHERE seq = ?1 AND tenant = ?2", query::COLUMNS);
    let found = tx
        .conn
        .prepare_cached(&sql)?
        .query_row(params![new.seq, new.tenant.as_str()], |row| Ok(query::entry(row)))
        .optional()?
        .transpose()?;
    let Some(row) = found else { return Ok(Err(NotLabelled::NotThere)) };
    if !DECISIONS.iter().any(|kind| kind.as_str() == row.kind) {
        return Ok(Err(NotLabelled::NoCall));
    }
    let was: Option<String> = tx
        .conn
        .prepare_cached("SELECT label FROM labels WHERE seq = ?1")?
        .query_row([new.seq], |row| row.get(0))
        .optional()?;
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO labels (seq, tenant, label, by, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            new.seq,
            new.tenant.as_str(),
            new.label.as_str(),
            new.by.to_string(),
            tx.now().0
        ])?;
    let told = Draft {
        correlation: row.filed.correlation.as_deref().and_then(CorrelationId::parse),
        principal: Some(new.by.clone()),
        tool: row.filed.tool.clone(),
        outcome: Some(new.label.as_str().to_owned()),
        body: body(&json!({
            "seq": new.seq,
            "decision_id": decision_id(row.seq, &row.hash),
            "label": new.label,
            "was": was,
        })),
        ..Draft::new(EntryType::CallLabelled, &new.tenant)
    };
    tx.append(&told)?;
    Ok(Ok(()))
}
