//! Plans: what was validated, and the verbs around it. How a yes to one is used is in `redeem.rs`.

use crate::domain::approval::{Approval, Subject};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::CorrelationId;
use crate::domain::json::{Canonical, Limits};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::time::{DAY, Millis, SECOND};
use crate::store::StoreError;
use crate::store::plans::{
    KeptValidation, NewValidation, NotRedeemedPlan, PlanKey, PlanRedemption, Plans,
};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::{SqliteStore, redeem, rows};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;

#[async_trait]
impl Plans for SqliteStore {
    async fn save_validation(
        &self,
        validation: Option<NewValidation>,
        row: Draft,
    ) -> Result<(), StoreError> {
        self.write(move |tx| {
            if let Some(validation) = &validation {
                save(tx, validation)?;
            }
            tx.append(&row).map(|_| ())
        })
        .await
    }

    async fn validation(
        &self,
        tenant: &Tenant,
        ir_hash: Digest,
        by: Option<&Principal>,
    ) -> Result<Option<KeptValidation>, StoreError> {
        let (tenant, by) = (tenant.clone(), by.cloned());
        self.read(move |conn| find(conn, &tenant, ir_hash, by.as_ref())).await
    }

    async fn asked_plan(
        &self,
        tenant: &Tenant,
        key: PlanKey,
    ) -> Result<Option<Canonical>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |conn| {
            let found = match key {
                PlanKey::Token(token) => redeem::by_token(conn, &token)?,
                PlanKey::Id(id) => Some((tenant.clone(), id)),
            };
            let Some((_, id)) = found.filter(|(world, _)| *world == tenant) else {
                return Ok(None);
            };
            let approval = rows::find(conn, &tenant, id)?;
            Ok(approval.filter(|a| matches!(a.subject, Subject::Plan(_))).and_then(|a| a.arguments))
        })
        .await
    }

    async fn redeem_plan(
        &self,
        redemption: PlanRedemption,
    ) -> Result<Result<Approval, NotRedeemedPlan>, StoreError> {
        let key = self.key.clone();
        // A caller that has gone away must not use up what it will not hear of.
        self.write_if_awaited(move |tx| redeem::redeem_plan(tx, &key, &redemption)).await
    }
}

fn save(tx: &Tx<'_>, validation: &NewValidation) -> Result<(), StoreError> {
    let status = if validation.needs_a_yes { "ESCALATE" } else { "PASS" };
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO validations (tenant, ir_hash, status, tier, principal, correlation_id, ir, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            validation.tenant.as_str(),
            validation.ir_hash.0,
            status,
            validation.tier.get(),
            validation.principal.to_string(),
            validation.correlation.0.as_bytes(),
            validation.ir.as_bytes(),
            tx.now().0,
        ])?;
    trim(tx.conn, &validation.tenant, &validation.principal)
}

/// The newest validation of a plan: by this principal, or by anybody.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    ir_hash: Digest,
    by: Option<&Principal>,
) -> Result<Option<KeptValidation>, StoreError> {
    let by = by.map(Principal::to_string);
    conn.prepare_cached(
        "SELECT * FROM validations WHERE tenant = ?1 AND ir_hash = ?2 AND (?3 IS NULL OR principal = ?3)
         ORDER BY at DESC, rowid DESC LIMIT 1",
    )?
        .query_row(params![tenant.as_str(), ir_hash.0, by], |row| Ok(kept(row)))
        .optional()?
        .transpose()
}

fn kept(row: &Row<'_>) -> Result<KeptValidation, StoreError> {
    let bytes: Vec<u8> = rows::column(row, "ir")?;
    let ir = Canonical::read(&bytes, &Limits::ARGUMENTS)
        .ok()
        .filter(|ir| ir.as_bytes() == bytes)
        .ok_or_else(|| rows::damaged("ir"))?;
    let tier: u8 = rows::column(row, "tier")?;
    let of = NewValidation {
        tenant: rows::word(row, "tenant", Tenant::new)?,
        principal: rows::word(row, "principal", Principal::parse)?,
        correlation: CorrelationId(rows::id(row, "correlation_id")?),
        ir_hash: rows::digest(row, "ir_hash")?,
        needs_a_yes: rows::word(row, "status", |word| match word {
            "ESCALATE" => Some(true),
            "PASS" => Some(false),
            _ => None,
        })?,
        tier: Tier::try_from(tier).map_err(|_| rows::damaged("tier"))?,
        ir,
    };
    Ok(KeptValidation { of, at: rows::time(row, "at")? })
}

/// The `ir.approval_created` row as it is appended: what it tells of the question only the transaction knows that puts
/// it. Rows of other types are left as they are.
pub(crate) fn created(row: Draft, approval: &Approval) -> Draft {
    let Subject::Plan(ir_hash) = approval.subject else { return row };
    if row.kind != EntryType::IrApprovalCreated {
        return row;
    }
    let by = row.principal.as_ref().unwrap_or(&approval.principal);
    let body = body(&json!({
        "approval_id": approval.id,
        "tenant_id": approval.tenant,
        "ir_hash": told(&ir_hash),
        "ttl_seconds": approval.yes_life / SECOND,
        "expires_at": approval.answer_by.rfc3339(),
        "created_by": by.to_string(),
        "created_at": approval.asked_at.rfc3339(),
    }));
    Draft { body, ..row }
}

/// A hash as it is told.
pub(crate) fn told(ir_hash: &Digest) -> String {
    crate::ir::show_hash(ir_hash)
}

/// Forgets what a question about a plan was made of, once that has ended: what was shown stands in the question itself.
/// Not while another question of the same principal about the same plan lives, which is asked anew when it became graver.
pub(crate) fn forget_asked(conn: &Connection, approval: &Approval) -> Result<(), StoreError> {
    let Subject::Plan(ir_hash) = approval.subject else { return Ok(()) };
    conn.prepare_cached(
        "DELETE FROM validations WHERE tenant = ?1 AND ir_hash = ?2 AND principal = ?3
             AND NOT EXISTS (SELECT 1 FROM approvals WHERE tenant = ?1 AND subject = ?2 AND principal = ?3
                 AND kind = 'plan' AND state IN ('pending', 'approved'))",
    )?
    .execute(params![approval.tenant.as_str(), ir_hash.0, approval.principal.to_string()])?;
    Ok(())
}

/// Forgets plans whose time is over, some at once; answers whether there may be more. A plan that may run without a yes
/// is asked about by nobody, so it goes after a day; and one whose question ended since, whoever ended it.
pub(crate) fn forget(
    conn: &Connection,
    now: Millis,
    keep: i64,
    limit: u64,
) -> Result<bool, StoreError> {
    let gone = conn
        .prepare_cached(
            "DELETE FROM validations WHERE rowid IN (
                 SELECT rowid FROM validations v WHERE at < ?1 OR (at < ?2 AND status = 'PASS')
                     OR (EXISTS (SELECT 1 FROM approvals WHERE tenant = v.tenant AND subject = v.ir_hash
                             AND principal = v.principal AND kind = 'plan' AND ended_at >= v.at)
                         AND NOT EXISTS (SELECT 1 FROM approvals WHERE tenant = v.tenant AND subject = v.ir_hash
                             AND principal = v.principal AND kind = 'plan' AND state IN ('pending', 'approved')))
                 LIMIT ?3)",
        )?
        .execute(params![now.plus(-keep).0, now.plus(-DAY).0, limit])?;
    Ok(gone > 0)
}

/// How many validations are kept of one principal, and how many bytes of them.
const KEPT: usize = 200;
const KEPT_BYTES: u64 = 64 * 1024 * 1024;

/// Forgets the oldest validations of a principal that are more than is kept of one: no yes is needed to have a plan
/// validated.
pub(crate) fn trim(
    conn: &Connection,
    tenant: &Tenant,
    principal: &Principal,
) -> Result<(), StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT rowid, length(ir) FROM validations WHERE tenant = ?1 AND principal = ?2
             ORDER BY at DESC, rowid DESC",
        )?
        .query_map(params![tenant.as_str(), principal.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<Vec<(i64, u64)>, _>>()?;
    let mut bytes = 0_u64;
    for (at, (row, length)) in found.into_iter().enumerate() {
        bytes = bytes.saturating_add(length);
        if at > 0 && (at >= KEPT || bytes > KEPT_BYTES) {
            conn.prepare_cached("DELETE FROM validations WHERE rowid = ?1")?.execute([row])?;
        }
    }
    Ok(())
}
