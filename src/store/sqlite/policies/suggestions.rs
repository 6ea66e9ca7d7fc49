//! Suggestions as they are kept, each beside the question of the same id.
//!
//! The question says how a suggestion stands; the row here says what it changes. Whether the two still belong together is
//! asked before anything is applied.

use crate::domain::approval::{Approval, Subject};
use crate::domain::call::{Call, CallParts, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::ApprovalId;
use crate::domain::json::{Canonical, Limits};
use crate::domain::policy::PolicyDiff;
use crate::domain::principal::Tenant;
use crate::store::StoreError;
use crate::store::policies::{Suggestion, SuggestionFilter, suggestion_hash};
use crate::store::sqlite::policies::change::ShownDiff;
use crate::store::sqlite::{rows, votes};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};

/// A row of `policy_suggestions`.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// `None` once it was erased with the arguments of its question.
    pub(crate) diff: Option<String>,
    pub(crate) base: u64,
    pub(crate) hash: Digest,
    pub(crate) rolls_back: Option<u64>,
    pub(crate) applied: Option<u64>,
}

/// What the call of a question about a change shows.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) base: u64,
    pub(crate) diff: Canonical,
    pub(crate) rolls_back: Option<u64>,
}

impl Shown {
    /// Reads the arguments; `None` when they are those of something else, or say more than a change.
    pub(crate) fn read(arguments: &Canonical) -> Option<Self> {
        let node = arguments.node().ok()?;
        let rolls_back = match node.get("rolls_back") {
            Some(version) => Some(version.as_u64()?),
            None => None,
        };
        let members = if rolls_back.is_some() { 3 } else { 2 };
        if node.object()?.len() != members {
            return None;
        }
        let diff = Canonical::of(node.get("diff")?).ok()?;
        Some(Self { base: node.get("base_version")?.as_u64()?, diff, rolls_back })
    }
}

impl Kept {
    /// As the trait has it.
    pub(crate) fn told(self, approval: Approval) -> Result<Suggestion, StoreError> {
        let diff = self.diff.as_deref().map(serde_json::from_str::<PolicyDiff>).transpose();
        let diff = diff.map_err(|_| rows::damaged("a proposed diff"))?.unwrap_or_default();
        Ok(Suggestion {
            approval,
            diff,
            base: self.base,
            hash: self.hash,
            rolls_back: self.rolls_back,
            applied: self.applied,
        })
    }

    /// Its diff, if it is exactly what the question shows: the sealed call covers every byte that a person saw, and
    /// what is kept here must be that.
    pub(crate) fn bound(&self, approval: &Approval, key: &StoreKey) -> Option<ShownDiff> {
        let shown = Shown::read(approval.arguments.as_ref()?)?;
        let diff = self.diff.as_deref()?;
        let parts = CallParts {
            tenant: approval.tenant.clone(),
            principal: approval.principal.clone(),
            session: approval.session,
            upstream: UpstreamId { name: approval.upstream.clone(), digest: approval.identity },
            method: approval.method,
            tool: approval.tool.clone(),
            definition: approval.definition,
            arguments: approval.arguments.clone(),
        };
        let holds = shown.diff.as_str() == diff
            && shown.base == self.base
            && shown.rolls_back == self.rolls_back
            && suggestion_hash(self.base, diff.as_bytes()).same(&self.hash)
            && approval.subject == Subject::Policy(self.hash)
            && Call::seal(parts, key).digest().same(&approval.call_digest);
        let text = Canonical::read(diff.as_bytes(), &Limits::ARGUMENTS).ok()?;
        holds.then(|| ShownDiff::read(text)).flatten()
    }
}

/// Writes a suggestion.
pub(crate) fn insert(
    conn: &Connection,
    tenant: &Tenant,
    id: ApprovalId,
    kept: &Kept,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO policy_suggestions (approval, tenant, diff, base, hash, rolls_back)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        id.0.as_bytes(),
        tenant.as_str(),
        kept.diff,
        kept.base,
        kept.hash.0,
        kept.rolls_back
    ])?;
    Ok(())
}

/// Forgets the diffs of questions whose arguments were erased, some at once; answers whether there may be more. Call
/// where the triggers allow it, as for the arguments. The diff of a version stays with the version.
pub(crate) fn forget(conn: &Connection, limit: u64) -> Result<bool, StoreError> {
    let gone = conn
        .prepare_cached(
            "UPDATE policy_suggestions SET diff = NULL WHERE approval IN (
                 SELECT s.approval FROM policy_suggestions s JOIN approvals a ON a.id = s.approval
                 WHERE s.diff IS NOT NULL AND a.arguments IS NULL AND a.ended_at IS NOT NULL LIMIT ?1)",
        )?
        .execute([limit])?;
    Ok(gone > 0)
}

fn select() -> String {
    let columns = votes::columns("a");
    format!(
    "SELECT {columns}, coalesce(s.diff, (SELECT diff FROM policies WHERE version = s.applied)) AS s_diff, s.base AS s_base, s.hash AS s_hash, s.rolls_back AS s_rolls_back,
        s.applied AS s_applied
    FROM policy_suggestions s JOIN approvals a ON a.id = s.approval AND a.tenant = s.tenant AND a.kind = 'policy'")
}

/// One suggestion of this world.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    id: ApprovalId,
) -> Result<Option<(Approval, Kept)>, StoreError> {
    conn.prepare_cached(&format!("{} WHERE s.approval = ?1 AND s.tenant = ?2", select()))?
        .query_row(params![id.0.as_bytes(), tenant.as_str()], |row| Ok(both(row)))
        .optional()?
        .transpose()
}

/// Suggestions of this world, newest first.
pub(crate) fn list(
    conn: &Connection,
    filter: &SuggestionFilter,
) -> Result<Vec<Suggestion>, StoreError> {
    let mut values = vec![
        Value::Text(filter.tenant.as_str().to_owned()),
        filter.principal.as_ref().map_or(Value::Null, |who| Value::Text(who.to_string())),
        Value::Integer(filter.limit.into()),
    ];
    values.extend(filter.states.iter().map(|state| Value::Text(state.as_str().to_owned())));
    let states = if filter.states.is_empty() {
        String::new()
    } else {
        format!("AND a.state IN ({})", vec!["?"; filter.states.len()].join(", "))
    };
    let sql = format!(
        "{} WHERE s.tenant = ?1 AND (?2 IS NULL OR a.principal = ?2) AND ?3 > 0 {states}
         ORDER BY a.asked_at DESC, a.id DESC LIMIT ?3",
        select()
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(values), |row| Ok(both(row)))?;
    found
        .map(|row| {
            let (approval, kept) = row??;
            kept.told(approval)
        })
        .collect()
}

fn both(row: &Row<'_>) -> Result<(Approval, Kept), StoreError> {
    let kept = Kept {
        diff: rows::column(row, "s_diff")?,
        base: rows::column(row, "s_base")?,
        hash: rows::digest(row, "s_hash")?,
        rolls_back: rows::column(row, "s_rolls_back")?,
        applied: rows::column(row, "s_applied")?,
    };
    Ok((rows::approval(row)?, kept))
}
