//! Versions: the ledger of what stood when, who decided it, and what takes it back.
//!
//! A version is written once and never again. Whether one can be taken back is read from this ledger alone: from what
//! each version after it touched and what of that was taken back since.

use crate::domain::id::ApprovalId;
use crate::domain::policy::{PolicyDiff, PolicyVersion, VersionKind};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::policies::change::KeptInverse;
use crate::store::sqlite::rows;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::BTreeSet;

/// A version to be written.
#[derive(Debug)]
pub(crate) struct NewVersion<'a> {
    pub(crate) version: u64,
    pub(crate) kind: VersionKind,
    pub(crate) digest: &'a str,
    pub(crate) at: Millis,
    pub(crate) author: &'a str,
    pub(crate) self_confirmed: bool,
    pub(crate) comment: Option<&'a str>,
    pub(crate) parent: Option<u64>,
    pub(crate) rolls_back: Option<u64>,
    pub(crate) diff: &'a str,
    pub(crate) inverse: &'a KeptInverse,
}

/// Writes a version and puts its number on the suggestion that made it.
pub(crate) fn write(
    conn: &Connection,
    tenant: &Tenant,
    id: ApprovalId,
    new: &NewVersion<'_>,
) -> Result<(), StoreError> {
    let inverse = serde_json::to_string(new.inverse).map_err(|e| {
        StoreError::Unusable(format!("cannot write what takes a version back: {e}"))
    })?;
    conn.prepare_cached(
        "INSERT INTO policies (version, digest, at, kind, tenant, author, self_confirmed, comment, parent, rolls_back,
             diff, inverse)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        new.version,
        new.digest,
        new.at.0,
        new.kind.as_str(),
        tenant.as_str(),
        new.author,
        new.self_confirmed,
        new.comment,
        new.parent,
        new.rolls_back,
        new.diff,
        inverse
    ])?;
    let applied = conn
        .prepare_cached(
            "UPDATE policy_suggestions SET applied = ?3 WHERE approval = ?1 AND tenant = ?2 AND applied IS NULL",
        )?
        .execute(params![id.0.as_bytes(), tenant.as_str(), new.version])?;
    if applied == 1 { Ok(()) } else { Err(rows::damaged("a suggestion that is being applied")) }
}

/// Versions that this world sees, newest first.
pub(crate) fn list(
    conn: &Connection,
    tenant: &Tenant,
    limit: u32,
) -> Result<Vec<PolicyVersion>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT * FROM policies WHERE tenant = ?1 OR kind = 'loaded' ORDER BY version DESC LIMIT ?2",
    )?;
    let found = statement.query_map(params![tenant.as_str(), limit], |row| Ok(version(row)))?;
    found.map(|row| row?).collect()
}

/// One version that this world sees.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    wanted: u64,
) -> Result<Option<PolicyVersion>, StoreError> {
    // A larger number is nobody's version, and SQLite does not take it.
    let Ok(wanted) = i64::try_from(wanted) else { return Ok(None) };
    conn.prepare_cached(
        "SELECT * FROM policies WHERE version = ?2 AND (tenant = ?1 OR kind = 'loaded')",
    )?
    .query_row(params![tenant.as_str(), wanted], |row| Ok(version(row)))
    .optional()?
    .transpose()
}

fn version(row: &Row<'_>) -> Result<PolicyVersion, StoreError> {
    let diff: Option<String> = rows::column(row, "diff")?;
    let diff = diff.map(|text| serde_json::from_str::<PolicyDiff>(&text)).transpose();
    let inverse = inverse(row)?.map(KeptInverse::told).transpose()?;
    Ok(PolicyVersion {
        version: rows::column(row, "version")?,
        kind: rows::word(row, "kind", VersionKind::parse)?,
        digest: rows::column(row, "digest")?,
        at: rows::time(row, "at")?,
        by: rows::maybe_word(row, "author", Principal::parse)?,
        self_confirmed: rows::column(row, "self_confirmed")?,
        comment: rows::column(row, "comment")?,
        parent: rows::column(row, "parent")?,
        rolls_back: rows::column(row, "rolls_back")?,
        diff: diff.map_err(|_| rows::damaged("the diff of a version"))?,
        inverse,
    })
}

fn inverse(row: &Row<'_>) -> Result<Option<KeptInverse>, StoreError> {
    let text: Option<String> = rows::column(row, "inverse")?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| rows::damaged("inverse"))).transpose()
}

/// What one version changed, and which one it took back.
struct Step {
    version: u64,
    rolls_back: Option<u64>,
    inverse: KeptInverse,
}

/// What takes a version of this world back. The inner error says why it cannot be.
pub(crate) fn reversible(
    conn: &Connection,
    tenant: &Tenant,
    wanted: u64,
) -> Result<Result<KeptInverse, String>, StoreError> {
    let none = || Ok(Err(format!("version {wanted} is none that was applied here")));
    // A larger number is nobody's version, and SQLite does not take it.
    let Ok(from) = i64::try_from(wanted) else { return none() };
    let mut statement = conn.prepare_cached(
        "SELECT version, rolls_back, inverse FROM policies
         WHERE tenant = ?1 AND kind <> 'loaded' AND version >= ?2 ORDER BY version",
    )?;
    let steps = statement
        .query_map(params![tenant.as_str(), from], |row| Ok(step(row)))?
        .map(|row| row?)
        .collect::<Result<Vec<_>, _>>()?;
    let Some((first, later)) = steps.split_first().filter(|(first, _)| first.version == wanted)
    else {
        return none();
    };
    Ok(why_not(first, later).map_or_else(|| Ok(first.inverse.clone()), Err))
}

fn step(row: &Row<'_>) -> Result<Step, StoreError> {
    Ok(Step {
        version: rows::column(row, "version")?,
        rolls_back: rows::column(row, "rolls_back")?,
        inverse: inverse(row)?.ok_or_else(|| rows::damaged("inverse"))?,
    })
}

fn why_not(first: &Step, later: &[Step]) -> Option<String> {
    let wanted = first.version;
    if first.inverse.is_empty() {
        return Some(format!("version {wanted} changed nothing"));
    }
    if let Some(by) = later.iter().find(|step| step.rolls_back == Some(wanted)) {
        let (mut last, mut holds) = (by.version, false);
        while let Some(next) = later.iter().find(|step| step.rolls_back == Some(last)) {
            (last, holds) = (next.version, !holds);
        }
        let hint = if holds {
            format!("; version {last} brought it back: take back that")
        } else {
            String::new()
        };
        return Some(format!(
            "version {wanted} was taken back already, by version {}{hint}",
            by.version
        ));
    }
    // From the end: one that was taken back by one that still holds changes nothing any more. Nor does one that takes
    // back what came after the wanted version, whether by that it undoes or redoes it: it only says what of that holds.
    let mut undone: BTreeSet<u64> = BTreeSet::new();
    let mut counting = Vec::new();
    for step in later.iter().rev() {
        if undone.contains(&step.version) {
            continue;
        }
        match step.rolls_back {
            Some(back) => {
                undone.insert(back);
                if back < wanted {
                    counting.push(step);
                }
            }
            None => counting.push(step),
        }
    }
    let (rules, modules) = (first.inverse.rules(), first.inverse.modules());
    counting.iter().rev().find_map(|step| {
        let (theirs, named) = (step.inverse.rules(), step.inverse.modules());
        let both: Vec<String> = rules
            .intersection(&theirs)
            .map(|id| format!("rule {id}"))
            .chain(modules.intersection(&named).map(|name| format!("module `{name}`")))
            .collect();
        let (at, what) = (step.version, both.join(", "));
        (!both.is_empty())
            .then(|| format!("version {at} touched what version {wanted} did: {what}"))
    })
}
